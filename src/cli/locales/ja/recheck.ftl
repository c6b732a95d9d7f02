# keshiin recheck の画面と誤りの文言です。

## 結果
recheck-equal = 記録のとおりのパターンが全領域で確認されました。
recheck-equal-excepting = 記録のとおりのパターンが、記録にある例外の箇所を除く全領域で確認されました。
recheck-equal-sample = 抜取りで読み取った箇所は、すべて記録のとおりのパターンでした。
recheck-different = 記録と異なる内容があります。この記憶装置は、記録のとおりの状態ではありません。
    .hint = 消去の後に書き込まれたか、故障しているか、別の記憶装置です。使用せずに保管し、記録に署名した人に確認してください。
recheck-other-device = 別の記憶装置です。記録と一致しない項目があるため、中身は読み取っていません。
    .hint = ラベルの製造番号を記録と見比べてください。USB変換アダプターを通して消去したものは、同じアダプターにつないでください。
recheck-unreadable = 読み取れない箇所があります。読み取れた箇所は、すべて記録のとおりのパターンでした。
    .hint = 記憶装置が故障しているおそれがあります。読み取れない箇所に何があるかは確認できません。
recheck-cached = 記録のとおりのパターンが読み取れましたが、媒体ではなくキャッシュから読んだおそれがあるため、確認になりません。
    .hint = 下に示す理由を取り除くか、別の端末で確認してください。
recheck-not-named = 記録のとおりのパターンが読み取れましたが、この記憶装置が記録のものかどうかは確認できません。
    .hint = 製造番号を照合できず、パターンも一定の値です。同じ方法で消去した別の記憶装置でも、同じ結果になります。
recheck-failed = 最後まで読み取れませんでした。読み取れた箇所に、記録と異なる内容はありません。
    .hint = 接続と電源を確かめてから、もう一度実行してください。
recheck-stopped = 途中で中止しました。読み取った箇所に、記録と異なる内容はありません。
    .hint = 確認するには、最初からもう一度実行してください。
recheck-not-read = 記録を確認できないため、記憶装置は読み取っていません。

## 項目
field-checked-record = 記録
field-recorded-path = 記録での名前
field-checked-drive = 記憶装置
field-compared = 比較
field-sample-seed = 抜取りの乱数の種
field-read-from = 読取り
field-drive-cache = 装置自身のキャッシュ
compared-equal = { $compared }を読み取って比較、不一致なし
compared-different = { $compared }を読み取って比較、不一致 { $mismatched }
compared-nothing = 何も読み取れていません
recheck-sample = 1 MiB のブロック { $blocks } 個（全 { $of } 個中）。全体の { $share } を超える部分が記録と異なっていれば、99%以上の確率で見つかります
recheck-sample-whole = 1 MiB のブロック { $blocks } 個（全 { $of } 個中）。すべてのブロックを読み取りました
recheck-sample-unfinished = 1 MiB のブロック { $blocks } 個（全 { $of } 個中）を選びましたが、読取りが終わっていません
read-from-direct = 記憶装置から直接
read-from-backing-file = 元になるファイルから直接（キャッシュにないことを確認済み）
read-from-memory = メモリ上の装置から
read-from-cached = キャッシュから読んだおそれあり（{ $reason }）
drive-cache-lifted = システムが付ける通し番号が消去のときと異なる（接続し直された）ため、装置自身のキャッシュについての留保は解消しています。
drive-cache-lifted-sample = 読み取った箇所について、システムが付ける通し番号が消去のときと異なる（接続し直された）ため、装置自身のキャッシュについての留保は解消しています。
drive-cache-stands = システムが付ける通し番号が消去のときと同じで、接続し直されたことを確認できないため、装置自身のキャッシュについての留保は残ります。
drive-cache-unknown = 消去の後に接続し直されたかどうかが分からないため、装置自身のキャッシュについての留保は残ります。

## 記憶装置の照合
identity-head = 記憶装置の照合:
identity-same = { $field }: { $value }
identity-different = { $field }: 記録は { $recorded }、この記憶装置は { $found }
identity-not-comparable = { $field }: 記録は { $recorded }、この記憶装置は { $found }（読取りの方法が異なるため、比べられません）
identity-recorded-only = { $field }: 記録は { $recorded }（この記憶装置からは読み取れません）
identity-found-only = { $field }: この記憶装置は { $found }（記録にはありません）
identity-unnamed = 製造番号がないか、この記憶装置だけのものとはいえないため、記録のものかどうかは読み取った内容から判断します。
identity-kind = 種類
identity-serial = 製造番号
identity-wwn = WWN
identity-model = 型番
identity-capacity = 容量
identity-logical-sector = 論理セクター
identity-hardware = 実機

## 見つかったこと
recheck-excepted-head = 記録で例外とされているため、読み取っていない箇所:
recheck-different-head = 記録と異なる箇所（全部で { $count } か所、{ $bytes }）:
recheck-unreadable-head = 読み取れない箇所（全部で { $count } か所、{ $bytes }）:
recheck-more-unlisted = ほか { $count } か所
recheck-hopeless = 読み取ったものがすべて異なるため、残りは読み取っていません。
recheck-first-difference = 最初の不一致で読取りを終えました。
recheck-counterfeit = 容量偽装の疑いがあります。実際の容量は約 { $real } とみられます。
recheck-ends-at = 先頭から { $real } より後ろには、記録のパターンがまったくありません。
recheck-shifted = 内容が { $by } バイトずれています。
recheck-moved = 別の位置に書き込んだ内容のブロックが { $count } 個あります。
recheck-stale = 以前のパスの内容のブロックが { $count } 個あります。
recheck-record-head = 記録の確認:

## 実行できない理由
RCH-NO-ERASURE-RECORD = 「{ $path }」は消去の記録ではなく、消去の記録を含んでもいません。
    .hint = 消去の記録（.json）、または記録が添付された証明書（.pdf）を指定してください。照合票や QR コードにはパターンが入っていません。
RCH-SEVERAL-RECORDS = 「{ $path }」には消去の記録が { $count } 件あります。
    .hint = 確認する記憶装置の記録（.json）を1件だけ指定してください。
RCH-LAST-PASS-INCOMPLETE = 記録 { $number } では、最後のパスの書込みが完了していません。比べるもとになるパターンがありません。
    .hint = 消去をやり直してから、その記録で確認してください。
RCH-PLACES-UNLISTED = 記録 { $number } には、書き込めなかった箇所が一部しか載っていません。
    .hint = どこが例外か分からないため、比べられません。この記憶装置は物理的に破壊してください。
RCH-UNKNOWN-PATTERN = 記録 { $number } のパターンは、この版の keshiin では再現できません。
    .hint = 新しい版の keshiin で確認してください。
