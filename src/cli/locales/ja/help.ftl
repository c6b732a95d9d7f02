# ヘルプと、使い方の誤り。英語のヘルプ本文は src/cli/args/tree.rs の文書コメントにある。

heading-usage = 使い方
heading-commands = コマンド
heading-arguments = 引数
heading-options = オプション
heading-common = 共通オプション
usage-options = [オプション]
usage-command = コマンド
usage-more = 詳しくは { $command } --help をご覧ください。
# 引数の説明の直後に続く。
help-default = （省略時: { $value }）

USE-MISSING-ARGUMENT = 必要な指定がありません: { $arguments }
    .hint = 上に示したものをそれぞれ指定してください。「|」で区切られているものは、いずれか1つを選びます。
USE-UNKNOWN-ARGUMENT = 「{ $argument }」という指定はありません。
USE-UNKNOWN-ARGUMENT-NEAR = 「{ $argument }」という指定はありません。
    .hint = 「{ $near }」の誤りではありませんか。
USE-UNKNOWN-COMMAND = 「{ $command }」というコマンドはありません。
USE-UNKNOWN-COMMAND-NEAR = 「{ $command }」というコマンドはありません。
    .hint = 「{ $near }」の誤りではありませんか。
USE-MISSING-COMMAND = コマンドが指定されていません。
USE-CONFLICT = 「{ $argument }」と「{ $others }」は同時に指定できません。
USE-REPEATED = 「{ $argument }」は1回しか指定できません。同じ組の他のものとも併用できません。
USE-MISSING-VALUE = 「{ $argument }」の値が指定されていません。
USE-BAD-VALUE = 「{ $argument }」に「{ $value }」は指定できません。
USE-BAD-VALUE-OF = 「{ $argument }」に「{ $value }」は指定できません。
    .hint = 指定できるのは次のいずれかです: { $valid }
USE-TOO-MANY-VALUES = 「{ $argument }」は値をとりませんが、「{ $value }」が指定されています。
USE-NOT-UTF8 = UTF-8 として読み取れない文字が含まれています。
USE-OTHER = 指定の内容を解釈できません: { $detail }

help-keshiin = 記憶装置のデータを消去し、検証し、署名付きの記録を作成します（消印）
help-keshiin--json = 結果を1つの JSON として標準出力に、進捗を1行ごとの JSON として標準エラー出力に出します
help-keshiin--lang = 表示の言語（ja または en）。指定がなければシステムの言語設定に従います
help-keshiin--home = 署名者名簿・信頼する名簿管理者・処理記録簿を置くフォルダー。指定がなければ環境変数 KESHIIN_HOME、それもなければ利用者の標準のデータフォルダーです
help-keshiin--roster = 署名者名簿のファイル。指定がなければ --home のフォルダーの roster.json です
help-keshiin--issuer = 署名者名簿の正しさの根拠とする名簿管理者の公開情報ファイル。指定がなければこの端末に登録済みのものです
help-keshiin--passphrase-file = パスフレーズを書いたファイル（無人で実行する場合）。FILE とするとすべての鍵に、ID=FILE とするとその人の鍵だけに使います。繰り返し指定できます。無人で署名したことは記録に残ります
help-keshiin--ledger = 処理記録簿のファイル。指定がなければ --home のフォルダーにあるものです
help-keshiin--verbose = 詳しく表示します。2回指定するとさらに詳しくなります
help-keshiin--quiet = 問題があったときだけ表示します
help-keshiin--help = ヘルプを表示します。-h は簡略版、--help は詳細版です
help-keshiin--version = バージョンを表示します

help-demo = 消去から記録の確認までの一連の流れを、イメージファイルと使い捨ての鍵で試します（管理者権限は不要です）
    .long = 作成される書類と記録にはすべて「見本」と表示され、実際の業務では受け付けられません。
help-demo--dir = 作業用のフォルダー。空であるか、まだ存在しないものを指定します。指定がなければ、現在のフォルダーに新しく作成します

help-key = 署名に使う鍵ファイルを作成・管理します
help-key-new = 鍵ファイルを作成し、パスフレーズで保護します
help-key-new--id = 本人を示す短い名前。使えるのは a-z、0-9、「-」「_」「.」です
help-key-new--name = 氏名（書類に記載するとおり）
help-key-new--org = 所属する会社・団体の名称
help-key-new--title = 役職・職名
help-key-new--contact = 連絡先（電話番号など）
help-key-new--out = 作成する鍵ファイル。既にあるファイルは上書きしません
help-key-new--generate = パスフレーズを入力する代わりに、安全なものを自動で作成して1回だけ表示します
help-key-public = 鍵ファイルから公開情報を取り出します（署名者名簿への登録などのために渡すもの）
help-key-public--file = 鍵ファイル
help-key-passwd = 鍵ファイルのパスフレーズを変更します
help-key-passwd--file = 鍵ファイル
help-key-passwd--generate = パスフレーズを入力する代わりに、安全なものを自動で作成して1回だけ表示します
help-key-show = 鍵ファイルまたは公開情報ファイルの持ち主とフィンガープリントを表示します（パスフレーズは不要です）
help-key-show--file = 鍵ファイルまたは公開情報ファイル

help-roster = 署名者名簿を作成・管理します
help-roster-new = 署名者名簿を新しく作成し、その名簿管理者をこの端末で信頼する相手として登録します
help-roster-new--issuer = 名簿管理者の鍵ファイル
help-roster-new--org = 署名者名簿を定める団体の名称
help-roster-new--out = 作成する署名者名簿のファイル。既にあるファイルは上書きしません
help-roster-new--next-update = 次回の更新期限（yyyy-mm-dd）
help-roster-add = 署名者名簿に署名者を追加します。登録済みの人には役割を追加します
help-roster-add--file = 署名者名簿のファイル
help-roster-add--issuer = 名簿管理者の鍵ファイル
help-roster-add--member = 追加する人の公開情報ファイル（keshiin key public で取り出したもの）
help-roster-add--role = 署名できる役割。handler（作業担当者）、supervisor（作業責任者）、witness（立会人）、approver（承認者）、accepter（確認者）、sender（送付者）、recipient（受領者）のいずれか。繰り返し指定できます
help-roster-add--post = 承認を行うときの職。繰り返し指定できます
help-roster-add--group = 受領を担当する部署（受領部署）。繰り返し指定できます
help-roster-add--from = 署名できる期間の初日（yyyy-mm-dd）。指定がなければ今日からです
help-roster-add--until = 署名できる期間の末日（yyyy-mm-dd）
help-roster-add--next-update = 次回の更新期限（yyyy-mm-dd）
help-roster-revoke = 署名者の資格を取り消します
help-roster-revoke--file = 署名者名簿のファイル
help-roster-revoke--issuer = 名簿管理者の鍵ファイル
help-roster-revoke--id = 取り消す人の ID
help-roster-revoke--reason = 取消しの理由。left（異動・退職）、superseded（鍵の更新）、compromised（鍵の盗難・漏えい）のいずれか
help-roster-revoke--effective-from = 取消しの効力が生じる日（yyyy-mm-dd）。指定がなければ今日からです
help-roster-revoke--next-update = 次回の更新期限（yyyy-mm-dd）
help-roster-admit = 組織独自の印刷様式を署名者名簿で認め、その様式の書面を確認できるようにします
help-roster-admit--file = 署名者名簿
help-roster-admit--issuer = 名簿管理者の鍵ファイル
help-roster-admit--template = 様式ファイル（Typst）
help-roster-admit--next-update = 次の版を発行する予定の期限日（yyyy-mm-dd）

help-roster-show = 署名者名簿の内容と、この端末で信頼できるかどうかを表示します
help-roster-show--file = 署名者名簿のファイル

help-trust = 書面で受け取ったフィンガープリントと照合した上で、名簿管理者をこの端末で信頼する相手として登録します
help-trust--file = 名簿管理者の公開情報ファイル
help-trust--confirm = 書面を見て入力したフィンガープリント。指定がなければ入力を求めます

help-devices = 接続されている記憶装置を一覧にし、消去できるもの、できないものとその理由を表示します

help-wipe = データを消去して検証し、署名付きの記録を作成します
help-wipe-device = 記憶装置の全体を消去し、読み戻して検証し、測定した結果に署名します
    .long = すべての確認を通り、記憶装置ごとに製造番号（シリアル番号）の照合が済むまで、書込みは一切行いません。--dry-run では計画と確認コードを表示するだけで、何も変更しません。
help-wipe-device--devices = 消去する記憶装置（例: /dev/sdb）。イメージファイルの場合は --image も指定します
help-wipe-device--method = 消去方式。clear-1、clear-zero、clear-1-zero、complement-2、random-N、byte:XX、dod-3、dod-7、vsitr-7、gutmann-35 のいずれか
help-wipe-device--verify = 検証の範囲。full（全領域）、sample または sample:割合（抜取り）、none（行わない）のいずれか
help-wipe-device--handler = 作業担当者（消去を行い署名する人）の鍵ファイル
help-wipe-device--witness = 立会人の鍵ファイル。判定を見た後に、この端末で署名します
help-wipe-device--witness-later = 後で別の端末で署名する立会人の ID（署名者名簿のもの）
help-wipe-device--witness-paper = 印刷した記録に署名・押印する立会人の ID（署名者名簿のもの）
help-wipe-device--no-witness = 立会人がいない場合の理由
help-wipe-device--purpose = 処理事由。disposal（廃棄）、lease-return（リース返却）、hand-back（返却）、reuse（再利用）、repurpose（別用途での再利用）、repair（修理）のいずれか
help-wipe-device--classification = 保存されていた情報の機密性（規程での呼び方による）
help-wipe-device--mynumber = 個人番号（マイナンバー）を保存していた場合に指定します
help-wipe-device--policy = 従う規程。組込みの規程の名前またはファイル
help-wipe-device--then = この消去だけでは必要な消去水準に届かない場合に、後に続く処理。purge（抹消）または destroy（物理的な破壊）
help-wipe-device--contract = 業務情報のファイル（宛先、受託者など）
help-wipe-device--asset-no = 管理番号（情報資産管理台帳のもの）。記憶装置が1台のときだけ指定できます
help-wipe-device--machine = 記憶装置を取り付けていた情報機器の製造番号（この端末以外の場合）
help-wipe-device--place = 作業場所
help-wipe-device--out = 記録を保存するフォルダー
help-wipe-device--template = 書面に使う、組織独自の様式ファイル（Typst）。指定がなければ組み込みの様式です
help-wipe-device--missing-glyphs = 氏名などに書体にない文字がある場合の扱い。消去の前に中止する（refuse）か、文字の番号で印字する（code）か
help-wipe-device--image = 対象が記憶装置ではなくイメージファイルである場合に指定します
help-wipe-device--confirm = 画面での照合に代えて指定する、ラベルから読み取った製造番号、または --dry-run で表示された確認コード。繰り返し指定できます
help-wipe-device--dry-run = 計画と確認コードを表示するだけで、何も変更しません

help-sign = 記録に名前のある本人として署名します
    .long = 署名の前に、記録を1件ずつ確認して内容を表示します。
help-sign--records = 署名する記録
help-sign--key = 署名する人の鍵ファイル
help-sign--as = 署名する役割。記録に記載されているもの（例: witness〔立会人〕）
help-sign--template = 印刷し直す書面に使う、組織独自の様式ファイル（Typst）。指定がなければ組み込みの様式です
help-sign--confirm = 画面での確認に代えて指定する、記録の照合値の末尾8桁、または記録の件数。繰り返し指定できます

help-print = 記録から書面を印刷します（証明書・送付書の再印刷、複数件の印刷、消去結果一覧表、ラベル）
    .long = 本物と確認できた記録だけを印刷します。PDF には記録、署名者名簿、印刷の記録が添付され、keshiin verify で確認できます。
help-print--records = 印刷する記録。照合票（.slip.json）が隣に必要です
help-print--out = 作成する PDF。既にあるファイルは上書きしません
help-print--key = 印刷して署名する人の鍵ファイル
help-print--list = 消去の記録をすべて1つの表にまとめた消去結果一覧表（署名・押印欄は1か所）
help-print--label = 記憶装置に貼る消去済ラベル。送付の記録では、封筒に貼る宛名票
help-print--template = 組み込みの様式に代えて使う、組織独自の様式ファイル（Typst）

help-verify = 記録や証明書が本物か、資格のある人が署名したかを調べ、判定と規程への適合を表示します
help-verify--files = 確認するファイル
help-verify--qr = 指定したファイルは紙面の画像（PNG、JPEG、TIFF など）です。写っている QR コードを確認します
help-verify--template = 印刷された紙面を描き直して比べるための、組織独自の様式ファイル
help-verify--evidence = 記録がその時点で存在したことを示す、他の人が作成したファイル（処理記録簿の書出しなど）。繰り返し指定できます

help-ledger = 処理記録簿を表示・確認します
help-ledger-list = 新しい記載から順に一覧にします
help-ledger-list--find = この文字列（証明書番号、製造番号、氏名など）を含む記載だけを表示します
help-ledger-list--limit = 表示する件数の上限
help-ledger-show = 1件の記載を表示します
help-ledger-show--entry = 記載の順番の番号または証明書番号
help-ledger-verify = 処理記録簿の全体を読み、変更・削除・順序の入替えがないかを確認します
help-ledger-verify--against = 他の人が保管している記録簿照合値または記録。これと突き合わせます。繰り返し指定できます
help-ledger-checkpoint = 現時点の記録簿照合値に署名し、他の人に保管してもらうためのファイルを作成します
help-ledger-checkpoint--key = 署名する人の鍵ファイル
help-ledger-checkpoint--out = 作成する記録簿照合値のファイル
help-ledger-export = 処理記録簿を、データベースがなくても確認できるファイルに書き出します
help-ledger-export--out = 書出し先のファイル
help-ledger-export--checkpoint = 書出しに含める署名済みの記録簿照合値
