# 部分消去の記録（ファイル・空き領域）の画面の文言です。

record-partial = 部分消去の記録（媒体の消去ではない）
verified-partial = 本物の記録です。部分消去の記録（媒体の消去ではない）で、判定は『合格』、規程に適合しています。
verified-partial-not-erased = 本物の記録です。部分消去の記録（媒体の消去ではない）です。ただし判定は『{ $verdict }』です。
verified-partial-policy-not-met = 本物の記録です。部分消去の記録（媒体の消去ではない）です。判定は『合格』ですが、規程に適合していません。
verified-partial-code = QR コードの内容は本物です。部分消去の記録（媒体の消去ではない）で、判定は『合格』、規程に適合しています。下の内容が紙面の記載と同じか、見比べてください。

## 項目
field-record-kind = 記録の種類
field-scope = 消去の対象
field-file-system = ファイルシステム
field-snapshot = スナップショット
field-free-space = 空き領域
field-tails = 末尾の余り
field-given = 未書込み
field-unused-entries = 未使用の名前
field-inodes = 未使用 i ノード
field-files = ファイル
field-folders = フォルダー
field-overwritten = 上書き
field-old-content = 元の内容
field-names = ファイル名
field-rewrite = 書換え
field-elsewhere = ほかの場所
field-annex = 別紙

## 内容
partial-scope-files = ファイル
partial-scope-free-space = 空き領域
partial-file-system = { $name }（{ $place }）、{ $sight }
partial-sight-device = { $node } のブロックで確認
partial-sight-none = ブロックは確認できません（{ $why }）
partial-files = 指定 { $named } 件、見つかったファイル { $files } 個（{ $content }）、消去 { $erased } 個、残したもの { $left } 個
partial-folders = { $folders } 個、削除 { $removed } 個、残したもの { $left } 個
partial-free-space = 消去前の空き { $before }、書き込んだ量 { $written }、残す量の指定 { $reserve }、書き込まなかった量 { $left }
partial-free-bytes = 対象のブロック { $planned }、その場所を読み戻して一致 { $equal }
partial-free-places = 書き込んだ内容と違うもの { $other }、場所が移動 { $moved }、届かなかったもの { $unreached }
partial-tails = { $files } 個のうち、残存データなし { $clean } 個、消去 { $erased } 個、未消去 { $left } 個、確認できないもの { $unseen } 個
partial-given = ファイルに割り当て済みで書き込まれていない領域 { $bytes }（消去の対象外。以前の内容が残っているおそれがあります）
partial-entries = フォルダー { $folders } 個のうち、消去 { $cleared } 個、残存 { $left } 個、確認できないもの { $unseen } 個
partial-inodes = { $free } 個のうち、消去 { $taken } 個、未消去 { $left } 個
partial-inodes-no-table = 個数の定めなし（消去 { $taken } 個、未消去 { $left } 個）
partial-slip-free = 上書き { $bytes }
partial-bytes = 対象のブロック { $planned }、元の場所で元の内容を確認 { $mapped }、元の場所を読み戻して一致 { $equal }
partial-old-content = 残存 { $still }、書き込んだ内容と違うもの { $other }、場所が移動 { $moved }、届かなかったもの { $unreached }
partial-names = フォルダーのブロックから消えたもの { $gone } 個、残っているもの { $still } 個、確認できないもの { $unseen } 個
partial-rewritten = 上書きが元のブロックに届かないファイルも書き換えました。古い内容が残っているおそれがあります。
partial-not-searched = 探していません。以前の版、解放済みのブロック、ジャーナル、スナップショットに元の内容が残っているおそれがあります。
partial-searched = 記憶装置全体（{ $bytes }）を探し、元の内容は見つかりませんでした。
partial-found = 記憶装置全体（{ $bytes }）を探し、元の内容が { $hits } ブロックで見つかりました。
partial-annex = ファイルの一覧 { $entries } 件（照合値 { $digest }）
partial-slip-annex = ファイルの一覧があります
partial-no-annex = ありません
partial-slip-files = 消去 { $erased } 個、残したもの { $left } 個、{ $bytes }
blind-not-allowed = 記憶装置を読む権限がない
blind-network = ネットワーク上にある
blind-program = プログラムが間に入る（FUSE）
blind-overlay = ほかのファイルシステムの重ね合わせ（overlay）
blind-own-addresses = 記憶装置とは別の番地を使う
blind-layer = 下の層でブロックが移動するか共有される
blind-memory = メモリ上にある
blind-unknown = ファイルシステムか、その下の装置が不明

## 判定の根拠
basis-level = 消去水準
basis-batches = 処理のまとまりごとの数
basis-totals = 合計
basis-free-space = 空き領域の量
basis-moved = ブロックの移動
basis-in-place = 上書きが元のブロックに届くか
basis-sight = ブロックの確認のしかた
basis-journal = データのジャーナル
basis-snapshots = スナップショット
basis-medium = 記憶装置の種類
basis-left = 残ったファイルやフォルダー
basis-still-there = 残存した元の内容
basis-unreached = 届かなかった箇所
basis-mapped = 元の場所での元の内容の確認
basis-names = 残ったファイル名
basis-search = ほかの場所で見つかった元の内容

# Erasing files.
files-preview-head = 消去するファイル: { $files } 件（{ $content }）、フォルダー: { $folders } 件
files-no-medium = 媒体の消去ではありません。媒体のほかの場所に複製が残っている可能性があります。
files-system = { $place } の { $name }: { $files } 件、ブロック { $planned }。{ $sight }
files-and-more = ほか { $count } 件
files-bar = ファイル { $files } 件
files-left = { $path } は消去していません（{ $why }）
ask-confirm-files = これらのファイルは失われます。続けるには、ファイルの数を入力してください:{" "}
field-annex-table = 別紙の表（CSV）
trouble-not-listed = 別紙を書き込めませんでした（{ $code }）。記録に別紙はありません。
JOB-TOO-MANY-FOR-YES = --yes で確認を省けるのは { $most } 件までです。
    .hint = --yes を付けずにファイルの数を入力するか、--confirm で指定してください。
JOB-NOBODY-CONFIRM-FILES = 消去するファイルの数を確認する人がいません（対話できる画面ではありません）。
    .hint = 対話できる画面（ターミナル）で実行するか、--dry-run で表示されるファイルの数を --confirm に指定してください。

# Erasing free space.
free-preview-head = 消去する空き領域: { $place }
free-no-medium = 媒体の消去ではありません。既にあるファイルはそのまま残り、媒体のほかの場所に複製が残っている可能性があります。
free-while-full = 実行中は、残す量を除いて空きがなくなります。この場所に書き込むプログラムは失敗することがあります。
free-system = { $name }、容量 { $capacity }。{ $sight }
free-room = 空き { $free }、上書きする量 { $planned }、残す量 { $reserve }
free-left-behind = { $path } は、強制終了した前回の実行が残したものです。最初に削除します。
free-bar = { $place } の空き領域
free-step-left-behind = 強制終了した前回の実行が残したものを削除しています…
free-step-tails = ファイルの末尾の余りを調べています…
free-step-entries = フォルダーの未使用の名前を調べています…
free-step-fill = 未使用の i ノードを消去し、空き領域を確保しています…
free-step-remove = 空き領域を解放しています…
step-failed = 途中の処理に失敗しました: { $what }
ask-confirm-free = このファイルシステムの空き領域をすべて上書きします。続けるには、マウント先のパスを入力してください:{" "}
JOB-NO-FREE-SPACE = { $place } には消去する空き領域がありません（空き { $free }、残す量 { $reserve }）。
    .hint = --reserve の量を減らしてください。0 を指定すると、空きを残しません。
JOB-NOBODY-CONFIRM-FREE = 空き領域を消去する場所を確認する人がいません（対話できる画面ではありません）。
    .hint = 対話できる画面（ターミナル）で実行するか、マウント先のパスを --confirm にもう一度指定してください。--yes を指定すると確認を求めません。
