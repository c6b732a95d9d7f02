# エラー・確認・用語の文面（日本語）。ID はエラーの符号（code）と同じで、.hint は次に行うことを示す。

## 単位

unit-bytes = { $count } バイト
unit-bytes-both = { $count } バイト（{ $short }）
unit-seconds = { $seconds }秒
unit-minutes = { $minutes }分{ $seconds }秒
unit-hours = { $hours }時間{ $minutes }分{ $seconds }秒
unit-time = { $year }年{ $month }月{ $day }日 { $clock }（{ $offset }）

## この版に文面のないもの

error-unknown = この版に説明の文面がないエラーです（{ $code }）: { $text }
    .hint = 新しい版で作成されたものを古い版で扱っていないか確認してください。
code-unknown = この版に説明の文面がない事項です（{ $code }）。

## 判定と消去水準

verdict-erased = 合格
verdict-erased-with-exceptions = 一部未確認あり（要判断）
verdict-not-erased = 不合格
verdict-unverified = 未検証
verdict-interrupted = 中断
level-none = なし
level-partial = 部分消去
level-clear = 消去（Clear）
level-purge = 抹消（Purge）
level-destroy = 物理的な破壊

## 人

role-handler = 作業担当者
role-supervisor = 作業責任者
role-witness = 立会人
role-approver = 承認者
role-accepter = 確認者
role-sender = 送付者
role-recipient = 受領者
role-issuer = 名簿管理者
revocation-left = 異動・退職
revocation-superseded = 鍵の更新
revocation-compromised = 鍵の盗難・漏えい
way-same-machine = 作業端末での署名
way-own-machine = 立会人自身の端末での署名
way-paper = 紙面への署名・押印

## 処理事由・媒体・範囲

purpose-disposal = 廃棄
purpose-lease-return = リース返却
purpose-hand-back = 返却
purpose-reuse = 再利用
purpose-repurpose = 別用途での再利用
purpose-repair = 修理
medium-hdd = ハードディスク（HDD）
medium-ssd = SSD
medium-usb-flash = USBメモリなどの可搬記憶媒体
medium-sd = SDカード
medium-optical = 光ディスク
medium-tape = 磁気テープ
medium-virtual = 仮想装置・イメージファイル
medium-unknown = 種類を判別できない媒体
scope-medium = 電磁的記録媒体の全体
scope-files = ファイル・空き領域

## 記憶装置の呼び名

virtual-image-file = イメージファイル
virtual-loop = ループデバイス
virtual-device-mapper = デバイスマッパー
virtual-software-raid = ソフトウェアRAID
virtual-network = ネットワーク上のディスク
virtual-memory = メモリ上のディスク
virtual-driver = 仮想マシンのディスク
virtual-other = その他の仮想装置
transport-nvme = NVMe
transport-ata = ATA（SATA）
transport-scsi = SCSI（SAS）
transport-usb = USB
transport-mmc = SD・MMC
transport-virtio = virtio（仮想）
transport-none = なし（仮想）
transport-unknown = 不明
serial-source-device = 記憶装置自身の製造番号
serial-source-usb-bridge = USB変換アダプターの番号である可能性あり
absence-not-reported = 装置またはシステムからの情報なし
absence-not-readable = 読取り不可
absence-not-applicable = 該当なし
absence-not-examined = 未調査
absence-not-reached = そこに至る前に終了
absence-not-visible = 本プログラムからは確認不可

## エラーが指す物と項目

protected-program = 本プログラム
protected-key = 鍵ファイル
protected-ledger = 処理記録簿
protected-roster = 署名者名簿
protected-approval = 承認の記録
protected-resume-state = 中断情報
protected-output = 記録の保存先のフォルダー
protected-home = データフォルダー（--home）
protected-other = 作業に必要なファイル
thing-record = 記録
thing-erasure-record = 消去の記録
thing-delivery-record = 送付の記録
thing-identity = 公開情報（署名者の身元情報）
thing-identity-file = 鍵ファイル
thing-roster = 署名者名簿
thing-slip = 照合票（.slip.json）
thing-contract-file = 業務情報のファイル
thing-slip-code = 照合票の QR コード
thing-print-statement = 印刷の記録
part-page = 紙面
part-time = 印刷日時
part-records = 記録
part-specimen = 見本の区分
page-head = ファイルの先頭
page-end = ファイルの末尾
page-trailer = 末尾の管理情報
page-content = 動作・注釈・フォーム・添付など、あってはならないもの
page-table = 相互参照表
page-escape = 名前の書き方
page-string = 文字列
page-line = 注釈行
page-bracket = かっこの対応
page-stream = ストリームの長さ
input-id = ID
input-name = 氏名
input-organisation = 所属
input-title = 役職または件名
input-delivery-title = 件名
input-contents = 内容
input-medium-number = 媒体番号
input-permit-number = 許可番号
input-permit-by = 許可者
input-approval-number = 承認番号
input-contact = 連絡先
input-post = 職
input-group = 受領部署
input-number = 番号
input-addressee = 宛先
input-office = 担当部署
input-workplace = 作業場所の名称
input-contractor = 受託者の名称
input-lessor = リース会社の名称
fact-kind = 種類
fact-device-number = デバイス番号
fact-file = ファイルの実体
fact-disk-sequence = ディスクの通し番号
fact-size = 容量
fact-block-size = ブロックの大きさ
fact-maker = 製造者
fact-model = 型番
fact-serial = 製造番号
fact-wwn = WWN（固有識別番号）
fact-port = 接続位置
fact-backing-file = 元になるファイル
word-level = 消去水準
word-scope = 範囲
word-purpose = 処理事由
word-medium-kind = 媒体の種類
word-witness-need = 立会いの要否
word-witness-way = 立会人の署名方法
word-passphrase-use = パスフレーズの使用可否
word-scan-need = ウイルス検査の要否
word-standing = 根拠の確認状況
basis-policy-met = 規程への適合
basis-ending = 終了の状態
basis-written = 書込みの範囲
basis-flushed = 書込みキャッシュの書出し（フラッシュ）
basis-read-back = 読戻しの結果
basis-second-look = 検証後の再確認
basis-volumes = 分割ファイルの大きさ
basis-recipients = 受領者とパスワードの別

## 鍵と署名

CRY-NO-RANDOMNESS = OS から乱数を取得できません。
    .hint = 端末を再起動してもう一度実行してください。改善しない場合は、この端末では鍵の作成や消去を行わないでください。
CRY-PUBLIC-KEY = 公開鍵として正しくないデータです。
    .hint = ファイルを受け取り直してください。
CRY-SECRET-KEY = 秘密鍵として正しくないデータです。
    .hint = 鍵ファイルの控えがあれば、それを使ってください。
CRY-BAD-SIGNATURE = 署名が内容と一致しません。
    .hint = 改ざんまたは破損のおそれがあります。作成元からファイルを受け取り直してください。
CRY-NOT-AUTHENTIC = 暗号化されたデータが改変されているか、鍵が異なります。
    .hint = 鍵ファイルが正しいかを確認し、控えがあればそれを使ってください。
CRY-FLOE-PARAMETERS = 暗号化されたデータの先頭部分が壊れているか、この版では扱えない形式です。
    .hint = 送付元からファイルを受け取り直してください。作成した版が新しい場合は、新しい版のプログラムを使ってください。
CRY-COMMITMENT = 暗号化されたデータの先頭部分が、この鍵で作られたものではありません。
    .hint = 改ざんまたは破損のおそれがあります。送付元からファイルを受け取り直してください。
CRY-FLOE-SEGMENT = 暗号化されたデータの区切りの位置または長さが正しくありません。
    .hint = ファイルの途中が欠けているか、改ざんされたおそれがあります。送付元からファイルを受け取り直してください。
CRY-ARGON2-BOUNDS = 鍵ファイルの保護の設定（反復 { $passes }、メモリ { $memory } KiB、並列 { $lanes }）が、受け付けられる範囲を外れています。
    .hint = keshiin で作成した鍵ファイルかどうかを確認してください。
CRY-ARGON2-FAILED = メモリが不足しているため、パスフレーズを確認できません。
    .hint = 他のプログラムを終了してから、もう一度実行してください。
CRY-TOO-LONG = 長さが上限の { $bound } バイトを超えています。
    .hint = パスフレーズのファイルであれば、1行だけの内容かどうかを確認してください。
CRY-PASSPHRASE-GROUP = パスフレーズの左から { $group } 番目のまとまり（4文字ずつ）に誤りがあります。
    .hint = そのまとまりの4文字と、まとまりの順番を確認し、全体を入力し直してください。
CRY-PASSPHRASE-SIGN = パスフレーズの左から { $group } 番目のまとまり（4文字ずつ）に、使われない文字があります。
    .hint = 自動作成したパスフレーズに、数字の0と1、英字のI、O、Uは使われません。似た文字と読み違えていないかを確認してください。
CRY-UNKNOWN-KEM = この版では扱えない種類の受信用の鍵です（{ $id }）。
    .hint = 新しい版のプログラムを使ってください。

## 記憶装置: 指定の誤り

DEV-NO-SUCH-DEVICE = 「{ $path }」という記憶装置はありません。
    .hint = keshiin devices で一覧を確認してください。
DEV-DIRECTORY = 「{ $path }」は記憶装置ではなくフォルダーです。
    .hint = 記憶装置の全体（例: /dev/sdb）を指定してください。
DEV-CHARACTER-DEVICE = 「{ $path }」はデータを保存する記憶装置ではありません（キャラクターデバイス）。
    .hint = NVMe の場合は /dev/nvme0 ではなく /dev/nvme0n1 のように指定してください。
DEV-NAMED-PIPE = 「{ $path }」は記憶装置ではなく名前付きパイプです。
    .hint = 記憶装置の全体（例: /dev/sdb）を指定してください。
DEV-SOCKET = 「{ $path }」は記憶装置ではなくソケットです。
    .hint = 記憶装置の全体（例: /dev/sdb）を指定してください。
DEV-NEEDS-IMAGE-FLAG = 「{ $path }」は通常のファイルです。
    .hint = イメージファイルとして消去する場合は --image を付けてください。記憶装置のつもりで指定した場合は、名前を確認してください。
DEV-NOT-AN-IMAGE = 「{ $path }」はイメージファイルではなく記憶装置です。
    .hint = 記憶装置を消去する場合は --image を外してください。
DEV-IMAGE-TOO-SMALL = イメージファイル「{ $path }」は { $size }しかありません。
    .hint = 4,096 バイト以上のイメージファイルを指定してください。
DEV-CANNOT-INSPECT = 「{ $path }」の情報を取得できません（{ $reason }）。
    .hint = 管理者権限（sudo）で実行しているか、接続に問題がないかを確認してください。
DEV-UNSUPPORTED = このシステムでは記憶装置を扱えません。
    .hint = 消去は Linux の端末で実行してください。確認（verify）はこのシステムでもできます。

## 記憶装置: 消去できない理由

DEV-PARTITION = 「{ $path }」は記憶装置 { $whole } のパーティションです。パーティションだけを消去することはできません。
    .hint = 記憶装置の全体を消去してよい場合に限り、その名前を指定してください。
DEV-SIZE-ZERO = 「{ $path }」の容量が 0 バイトです。媒体が入っていないか、装置が応答していません。
    .hint = 媒体の挿入と接続を確認してください。
DEV-READ-ONLY = 「{ $path }」は書込みが禁止されています（{ $reason }）。
    .hint = 書込み禁止スイッチや書込み防止アダプターを確認してください。解除できない場合、上書きによる消去はできません。
DEV-IDENTITY-CHANGED = 「{ $path }」は計画したときの記憶装置と一致しません（{ $field }が変わっています）。
    .hint = 抜き差しや取違えがなかったか確認し、keshiin devices で確かめてから最初からやり直してください。
DEV-MOUNTED = { $device } は使用中です（マウント先: { $at }）。
    .hint = 消去してよい記憶装置であることを確認し、マウントを解除（umount）してからやり直してください。
DEV-IN-FILE-SYSTEM = { $device } は、マウント中のファイルシステム（{ $filesystem }）の一部として使用中です。
    .hint = 消去してよい記憶装置であることを確認し、マウントを解除（umount）してからやり直してください。
DEV-MOUNTS-UNTOLD = 記憶装置がマウントされているかどうかを確認できません（{ $reason }）。
    .hint = 管理者権限（sudo）で、コンテナーの外から実行してください。
DEV-SWAP = { $device } はスワップ領域として使用中です（{ $swap }）。
    .hint = 消去してよい記憶装置であることを確認し、スワップを解除（swapoff）してからやり直してください。
DEV-SWAP-UNTOLD = スワップ領域として使用中かどうかを確認できません（{ $reason }）。
    .hint = 管理者権限（sudo）で、コンテナーの外から実行してください。
DEV-KERNEL-HOLDER = { $device } は { $holder } の構成要素として使用中です（LVM、RAID、暗号化など）。
    .hint = 消去してよい記憶装置であることを確認し、上位の構成（LVM、RAID、暗号化など）を停止してからやり直してください。
DEV-STACK-UNTOLD = LVM、RAID、暗号化などの構成要素になっているかどうかを確認できません（{ $reason }）。
    .hint = 管理者権限（sudo）で、コンテナーの外から実行してください。
DEV-LOOP-BOUND = { $device } はループデバイス { $bound } に割り当てられています。
    .hint = 使用していないことを確認し、割当てを解除（losetup -d）してからやり直してください。
DEV-LOOP-UNTOLD = ループデバイス { $name } が何に割り当てられているかを確認できません（{ $reason }）。
    .hint = 使用していないループデバイスであれば割当てを解除（losetup -d）し、管理者権限（sudo）でやり直してください。
DEV-EXCLUSIVE-USE = { $device } は OS または他のプログラムが占有しています。
    .hint = 使用しているもの（LVM、RAID、仮想マシンなど）を停止してからやり直してください。
DEV-SYSTEM-DISK = { $device } は、動作中のシステムが使用している記憶装置です（{ $holds }）。消去できません。
    .hint = この記憶装置を消去する場合は、別の端末につなぐか、別の媒体から起動して実行してください。
DEV-SYSTEM-UNTOLD = { $holds } がどの記憶装置にあるかを確認できません（{ $reason }）。
    .hint = 動作中のシステムを誤って消去しないための確認です。管理者権限（sudo）で、コンテナーの外から実行してください。
DEV-HELD = { $device } はプログラム「{ $program }」（プロセス番号 { $pid }）が使用中です。
    .hint = そのプログラムを終了してからやり直してください。
DEV-HELD-BY-SOMEBODY = 「{ $path }」は他のプログラムが使用中です（プログラムは特定できません）。
    .hint = 管理者権限（sudo）で実行すると、使用中のプログラムが分かることがあります。
DEV-HOLDERS-UNTOLD = 記憶装置を使用中のプログラムがあるかどうかを確認できません（{ $reason }）。
    .hint = 管理者権限（sudo）で、コンテナーの外から実行してください。
DEV-PID-NAMESPACE = システム全体のプログラムが見えない環境（コンテナーなど）のため、使用中かどうかを確認できません。
    .hint = コンテナーの外から実行してください。
DEV-HOLDS-PROTECTED = この媒体には、作業に必要な{ $what }があります（{ $path }）。
    .hint = 指定の誤りがないか確認してください。正しい場合は、それを別の記憶装置に移してからやり直してください。
DEV-IS-PROTECTED = このファイルは、作業に必要な{ $what }です（{ $path }）。
    .hint = 指定の誤りがないか確認してください。
DEV-PROTECTED-UNTOLD = 作業に必要な{ $what }（{ $path }）がどの記憶装置にあるかを確認できません（{ $reason }）。
    .hint = それを通常のフォルダーに移してからやり直してください。

## 記憶装置: イメージファイル

DEV-COPY-ON-WRITE = 「{ $path }」があるファイルシステム（{ $filesystem }）は、上書きしても元の場所に書き込まないため、消去になりません。
    .hint = その記憶装置の全体を消去の対象にしてください。
DEV-NETWORK-FILE-SYSTEM = 「{ $path }」はネットワーク上のファイルシステム（{ $filesystem }）にあるため、上書きが届いたことを確認できません。
    .hint = ファイルが置かれているサーバー側で実行してください。
DEV-SHARED-EXTENTS = 「{ $path }」は、他のファイルまたはスナップショットと領域を共有しています。
    .hint = 共有しているスナップショットや複製を先に削除するか、その記憶装置の全体を消去の対象にしてください。
DEV-ENCODED-EXTENTS = 「{ $path }」は、圧縮・暗号化された形、または管理情報の中に保存されているため、上書きで消去できません。
    .hint = その記憶装置の全体を消去の対象にしてください。
DEV-DATA-JOURNAL = 「{ $path }」の内容はファイルシステムのジャーナルにも写しが残るため、上書きだけでは消去できません。
    .hint = その記憶装置の全体を消去の対象にしてください。
DEV-EXTENTS-UNTOLD = 「{ $path }」への上書きが元の領域に届くかどうかを確認できません（{ $reason }）。
    .hint = その記憶装置の全体を消去の対象にしてください。

## 記憶装置: 書込み先のフォルダー

DEV-NO-SUCH-FOLDER = 「{ $path }」というフォルダーはありません。
    .hint = 名前と、媒体が接続されて（マウントされて）いることを確認してください。
DEV-NOT-A-FOLDER = 「{ $path }」はフォルダーではありません。
    .hint = 書込み先のフォルダーを指定してください。
DEV-STORAGE-UNTOLD = 「{ $path }」がどの媒体の上にあるかを確認できません（{ $reason }）。
    .hint = フォルダーを読み取る権限があること、媒体が接続されて（マウントされて）いることを確認してください。

## 記憶装置: 照合と占有

DEV-NOT-CONFIRMED = 入力された内容が、照合すべき値と一致しません。
    .hint = ラベルの製造番号を読み直してください。製造番号で照合できない場合は、--dry-run で表示される確認コードを使います。
DEV-CONFIRMED-ANOTHER = 照合したのは別の記憶装置です。
    .hint = 何も書き込んでいません。最初からやり直してください。
DEV-CANNOT-OPEN = 「{ $path }」を書込みのために開けません（システムエラー { $errno }）。
    .hint = 管理者権限（sudo）で実行しているか、他に使用しているものがないかを確認してください。
DEV-LOCKED = 「{ $path }」は他のプログラムがロックしています。
    .hint = 同じ記憶装置に対して、別の消去作業などが動いていないか確認してください。
DEV-PARTITION-BUSY = パーティション { $name } が使用中です。
    .hint = マウントを解除（umount）するなどして使用を終えてから、やり直してください。
DEV-PARTITION-STAYS = パーティション { $name } をシステムから切り離せません（システムエラー { $errno }）。
    .hint = 記憶装置を接続し直してから、やり直してください。
DEV-CANNOT-FLUSH = { $device } の書込み待ちのデータを書き出せません（システムエラー { $errno }）。
    .hint = 記憶装置の故障のおそれがあります。物理的な破壊など、別の方法を検討してください。
DEV-NO-SPACE = 「{ $path }」の空き部分を埋めるには { $needed }が必要ですが、空きは { $available }しかありません。
    .hint = そのファイルがあるファイルシステムの空き容量を増やしてからやり直してください。
DEV-CANNOT-ALLOCATE = 「{ $path }」の領域を確保できません（システムエラー { $errno }）。
    .hint = そのファイルがあるファイルシステムの空き容量と種類を確認してください。
DEV-CANNOT-GIVE = 作成した「{ $path }」の所有者を、実行した利用者に変更できません（システムエラー { $errno }）。
    .hint = ファイルは作成されています。必要であれば chown で所有者を変更してください。
DEV-CANNOT-READ = 「{ $path }」を読み取れません（システムエラー { $errno }）。
    .hint = 接続を確認してください。改善しない場合は故障のおそれがあります。物理的な破壊など、別の方法を検討してください。
intrusion-held = プログラム「{ $program }」（プロセス番号 { $pid }）が記憶装置を使用しています。
intrusion-partition = パーティション { $name } が再び現れています。
intrusion-untold = 記憶装置を使用しているものがあるかどうかを確認できません（{ $reason }）。
io-unreachable = 媒体がこの箇所の読み書きに応じません（システムエラー { $errno }）。
io-vanished = 記憶装置が見えなくなりました（システムエラー { $errno }）。
io-other = システムが読み書きを受け付けません（システムエラー { $errno }）。

## 消去: 指定の誤り

ERA-UNKNOWN-METHOD = 「{ $name }」という消去方式はありません。
    .hint = 指定できるのは clear-1、clear-zero、clear-1-zero、complement-2、random-N、byte:XX、dod-3、dod-7、vsitr-7、gutmann-35 です。
ERA-RANDOM-PASSES = 「{ $name }」のパス数は 1から35までの数で指定してください。
    .hint = 例: random-3。通常は、検証を伴う1回の書込み（clear-1）で十分です。
ERA-BYTE-DIGITS = 「{ $name }」の値は16進数2桁で指定してください。
    .hint = 例: byte:FF
ERA-UNKNOWN-VERIFY = 「{ $name }」という検証の範囲はありません。
    .hint = full（全領域）、sample または sample:割合（抜取り）、none（行わない）のいずれかを指定してください。
ERA-SAMPLE-PERCENT = 「{ $name }」の割合は 1から99までの数で指定してください。
    .hint = 例: sample:10。すべてを読む場合は full を指定します。
ERA-EMPTY-MEDIUM = 容量が 0 バイトのため、消去する対象がありません。
    .hint = 媒体の挿入と接続を確認してください。
ERA-SEED-COUNT = 計画には { $needed } 個の乱数の種が必要ですが、{ $given } 個が渡されました。
    .hint = プログラムの不具合です。何も書き込んでいません。開発元に連絡してください。
ERA-SEED-REPEATED = 2つのパスに同じ乱数の種が渡されました。
    .hint = プログラムの不具合です。何も書き込んでいません。開発元に連絡してください。

## 消去: 合格でない理由

VER-HIDDEN-AREA = 通常の読み書きが届かない領域があります。
    .hint = その領域をどう扱うかを決めてください。規程によっては、抹消（Purge）または物理的な破壊が必要です。
VER-PLACES-UNREACHED = 書き込めない、または読み取れない箇所が一部あります。
    .hint = 記録にある箇所を確認し、そのまま受け入れるか、物理的な破壊などを行うかを判断してください。
VER-NOT-ASKED = 検証を行わない指定（--verify none）のため、読戻しをしていません。
    .hint = 証明書が必要な場合は --verify full で実行し直してください。
VER-READ-FROM-CACHE = 読戻しが媒体ではなくキャッシュから行われたおそれがあるため、検証になりません。
    .hint = イメージファイルの場合は、それがある記憶装置の全体を対象にして実行し直してください。
VER-READ-BACK-INCOMPLETE = 予定した範囲の読戻し、または検証後の再確認が完了していません。
    .hint = もう一度消去を実行してください。
VER-STOPPED = 操作により中断されました。
    .hint = 消去は完了していません。最初から実行し直してください。
VER-UNWRITTEN-UNREAD = 書き込めない箇所があり、その内容を読戻しで確認できていません。
    .hint = --verify full で実行し直すか、物理的な破壊など別の方法を検討してください。
VER-WRITE-INCOMPLETE = 予定した書込みの一部が行われていません。
    .hint = もう一度消去を実行してください。
VER-NOT-FLUSHED = 書込みの後に、書込みキャッシュの書出し（フラッシュ）の完了を確認できないパスがあります。
    .hint = もう一度消去を実行してください。繰り返す場合は故障のおそれがあります。
VER-TOO-MUCH-UNREACHED = 書き込めない、または読み取れない箇所が、例外として扱える範囲（容量の1%以内かつ1,000か所以内）を超えています。
    .hint = 故障のおそれがあります。物理的な破壊など、別の方法を検討してください。
VER-OTHER-BYTES-READ = 読み戻した内容が、書き込んだ内容と一致しません。
    .hint = データが残っているおそれがあります。もう一度消去し、繰り返す場合は物理的な破壊など別の方法を検討してください。
VER-INTRUDED = 消去の後に、記憶装置を使用しているものが見つかったか、それを確認できませんでした。
    .hint = 使用しているものを止めて、もう一度消去を実行してください。
VER-VANISHED = 作業の途中で記憶装置が見えなくなりました。
    .hint = 接続と電源を確認し、最初から実行し直してください。
VER-STALLED = 作業の途中で記憶装置が応答しなくなりました。
    .hint = 接続と電源を確認してください。繰り返す場合は故障のおそれがあります。
VER-GAVE-UP = 読み書きできない箇所または一致しない箇所が多すぎるため、作業を打ち切りました。
    .hint = 故障のおそれがあります。物理的な破壊など、別の方法を検討してください。
VER-FLUSH-FAILED = パスをやり直しても、書込みキャッシュの書出し（フラッシュ）に失敗しました。
    .hint = 故障のおそれがあります。物理的な破壊など、別の方法を検討してください。
VER-FAILED = システムが読み書きを受け付けませんでした。
    .hint = システムのログ（dmesg）を確認し、もう一度実行してください。

## 消去: この方法で確認できないこと

LIM-HIDDEN-PLACES = 通常の書込みによる消去は、予備領域や代替処理済みの領域など、装置が外部に見せない場所には届きません。
LIM-DRIVE-CACHE = 検証は、装置の書込みキャッシュの書出し（フラッシュ）が完了した後に読み戻したものです。装置内部のキャッシュを迂回したものではありません。
LIM-HIDDEN-AREA-NOT-EXAMINED = 隠し領域（HPA、DCO など）の有無は調べていません。
LIM-HIDDEN-AREA-UNKNOWN = 隠し領域（HPA、DCO など）の有無を調べましたが、判別できませんでした。
LIM-NOT-READ-BACK = 読戻しを行っていないため、書込みの結果は確認されていません。
LIM-SAMPLED = 読戻しは抜取りで行いました。読み戻していない箇所の状態は確認されていません。
LIM-READ-FROM-CACHE = 読み戻した内容が、媒体ではなくキャッシュのものであるおそれがあります。
LIM-MEMORY-BACKED = 対象はメモリ上の装置です。内容は、端末の電源を切ると失われます。
LIM-CONSTANT-LAST-PASS = 最後のパスが一定の値であり、その前の乱数のパスを全領域で読み戻していません。このため、別々の番地が同じ場所を指している場合や、書込みが省略された場合を検出できません。
LIM-LEGACY-METHOD = この消去方式の2回目以降のパスは、検証を伴う1回の書込みに効果を加えるものではありません（NIST SP 800-88r2）。

## 規程: 求められること

POL-UNKNOWN-PROFILE = 「{ $given }」という規程はありません（指定できるもの: { $known }）。
    .hint = 独自の規程を使う場合は、そのファイルを --policy で指定してください。
POL-UNKNOWN-WORD = 「{ $given }」は{ $what }として指定できません（指定できるもの: { $known }）。
    .hint = 一覧にある語をそのまま指定してください。
POL-UNKNOWN-CLASSIFICATION = 規程「{ $profile }」に「{ $given }」という機密性の区分はありません（指定できるもの: { $known }）。
    .hint = 保存されていた情報の機密性を、規程の区分で指定してください。
POL-NO-RULE = 規程「{ $profile }」に、この場合（{ $scope }、機密性 { $classification }、処理事由: { $purpose }、{ $medium }）の定めがありません。
    .hint = 規程の所管部署に確認し、この場合の定めを規程のファイルに加えてください。定めがないまま消去することはできません。
POL-NO-WITNESS-WAY = 該当する規程の定め（{ $rules }）を合わせると、立会人が署名できる方法がなくなります。
    .hint = 規程のファイルの witness_ways を見直してください。
POL-LEVEL-TOO-LOW = 規程は消去水準「{ $required }」を求めていますが、この方法で到達できるのは「{ $reachable }」までです。
    .hint = 後に続く処理がある場合は --then purge または --then destroy で示してください。その処理の記録が作成されるまで、未完了として残ります。
POL-NO-LEVEL-REACHABLE = 規程は消去水準「{ $required }」を求めていますが、この方法ではどの水準にも到達できません。
    .hint = 別の方法を選ぶか、後に続く処理を --then purge または --then destroy で示してください。
POL-FOLLOWING-STEP-TOO-LOW = 規程は消去水準「{ $required }」を求めています。後に続く処理「{ $then }」では届きません。
    .hint = --then destroy を指定してください。
POL-NOT-A-FOLLOWING-STEP = 「{ $then }」は、消去の後に続く処理として指定できません。
    .hint = purge（抹消）または destroy（物理的な破壊）を指定してください。
POL-WITNESS-MISSING = 規程により立会人が必要ですが、指定されていません。
    .hint = --witness、--witness-later、--witness-paper のいずれかで立会人を指定してください。
POL-WITNESS-WAY-NOT-ALLOWED = 規程では、立会人の「{ $way }」は認められていません（認められる方法: { $allowed }）。
    .hint = 認められている方法で署名する立会人を指定してください（same-machine: --witness、own-machine: --witness-later、paper: --witness-paper）。
POL-APPROVAL-MISSING = 規程により「{ $post }」の承認が必要ですが、示されていません。
    .hint = 承認を受けてから実行してください。
shortfall-nothing-achieved = 到達したと確認できる消去水準がありません。
shortfall-level-too-low = 到達した消去水準が、規程の求める水準より低いものです。
shortfall-witness-missing = 規程が求める立会人がいません。
shortfall-witness-way = 立会人の署名方法が、規程で認められていないものです。

## 規程: ファイルの誤り

POL-TOO-LARGE = 規程のファイルが { $bytes } バイトあり、読み取れる上限の { $limit } バイトを超えています。
    .hint = 規程のファイルかどうかを確認してください。
POL-NOT-UTF8 = 規程のファイルの { $line } 行目が UTF-8 ではありません。
    .hint = 文字コードを UTF-8 にして保存し直してください。
POL-MALFORMED = 規程のファイルの { $line } 行目に誤りがあります: { $detail }
    .hint = 組込みの規程 mic と見比べて直してください。
POL-UNKNOWN-FORMAT = 規程のファイルの形式（{ $format }）は、この版では読めません。
    .hint = 新しい版のプログラムを使うか、format を 1 にしてください。
POL-BAD-TEXT = 規程のファイルの { $field } は、制御文字を含まない 1文字以上 { $limit } 文字以内でなければなりません。
    .hint = その項目を直してください。
POL-BAD-ID = 規程のファイルの { $field } に使えるのは、a-z、0-9、「-」の 1文字以上64文字以内です。
    .hint = その項目を直してください。
POL-BAD-COUNT = 規程のファイルの { $field } は 1件以上 { $limit } 件以内でなければなりませんが、{ $count } 件あります。
    .hint = その項目を直してください。
POL-TWICE = 規程のファイルの { $field } に「{ $entry }」が2回あります。
    .hint = 一方を削ってください。
POL-UNLISTED-CLASSIFICATION = 規程の定め「{ $rule }」が、そのファイルにない機密性の区分「{ $classification }」を挙げています。
    .hint = 区分の一覧に加えるか、つづりを直してください。
POL-LEVEL-OUTSIDE-SCOPE = 規程の定め「{ $rule }」では、{ $scope }に対して消去水準「{ $level }」は指定できません。
    .hint = ファイル・空き領域には partial、媒体の全体には clear、purge、destroy を指定します。
POL-INVERTED = 規程では「{ $stricter }」の方が「{ $laxer }」より厳しい区分ですが、処理事由: { $purpose }、{ $medium }（{ $scope }）では求めることが緩くなっています。
    .hint = 区分の並び順（緩いものから厳しいものへ）または定めを直してください。

## 記録・鍵・署名者名簿

REC-TOO-LARGE = { $what }が上限の { $bound } バイトを超えています。
    .hint = 指定したファイルが正しいか確認してください。
REC-MALFORMED = { $what }の形式が正しくありません（{ $detail }）。
    .hint = 作成後に編集・変換されたか、破損しています。作成元からそのままのファイルを受け取り直してください。
REC-WRONG-KIND = { $expected }が必要ですが、別の種類のファイルです（{ $found }）。
    .hint = 指定したファイルが正しいか確認してください。
REC-IDENTITY-DAMAGED = 鍵ファイルが破損しているか、途中で切れています。
    .hint = 鍵ファイルの控えを使ってください。控えがない場合は鍵を作り直し、署名者名簿への登録を依頼してください。
REC-WRONG-PASSPHRASE = パスフレーズが違います。
    .hint = 大文字・小文字や入力モードを確認してください。忘れた場合は復元できません。鍵を作り直し、署名者名簿への登録を依頼してください。
REC-BAD-SIGNATURE = { $who } の署名が内容と一致しません。
    .hint = 改ざんまたは破損のおそれがあります。作成元からファイルを受け取り直してください。
REC-BAD-TEXT = { $field }の内容が正しくありません: { $problem }
    .hint = その項目を入力し直してください。
REC-NOT-NAMED = この記録では、{ $id } は{ $role }として指名されていません。
    .hint = 記録に記載された人と役割を確認してください。
REC-ALREADY-SIGNED = { $id } は既に署名しています。
    .hint = もう一度署名する必要はありません。
REC-KEYS-DIFFER = { $id } は別の鍵で署名者名簿に登録されています。
    .hint = 鍵を更新した場合は、先に keshiin roster revoke --reason superseded で前の鍵を取り消してください。心当たりがない場合は、本人にフィンガープリントを確認してください。
REC-NOT-ON-ROSTER = { $id } は署名者名簿にありません。
    .hint = ID を確認するか、名簿管理者に登録を依頼してください。
REC-NOT-THE-ISSUER = この署名者名簿を変更できるのは名簿管理者 { $issuer } だけです。{ $id } の鍵では変更できません。
    .hint = --issuer に名簿管理者の鍵ファイルを指定してください。
REC-BAD-CONTRACT = { $what }に誤りがあります: { $detail }
    .hint = 示された箇所を直してください。
REC-CODE-TOO-LONG = 照合票の QR コードが { $characters } 文字になり、{ $bound } 文字を超えます。
    .hint = 署名者の人数を減らしてください。
REC-SPECIMEN-MIXED = 見本と実際の記録を混ぜて使うことはできません。
    .hint = 見本（demo）のファイルは、見本のフォルダーの中だけで使ってください。
REC-ROSTER-OTHER-ISSUER = この署名者名簿には、信頼する名簿管理者（{ $issuer }）の署名がありません。
    .hint = 正しい署名者名簿を名簿管理者から受け取ってください。名簿管理者が交代した場合は、書面でフィンガープリントを確認して keshiin trust を実行します。
REC-ROSTER-OLD = この署名者名簿は古い版です（第 { $found } 版。この端末では第 { $known } 版を確認済みです）。
    .hint = 最新の署名者名簿を名簿管理者から受け取ってください。
REC-ROSTER-FORKED = 同じ第 { $serial } 版で内容の異なる署名者名簿を、この端末で確認しています。
    .hint = 名簿管理者に問い合わせてください。二重に発行されたか、不正に作成されたおそれがあります。
text-empty = 空欄です
text-too-long = { $bound } 文字を超えています
text-invisible = 制御文字または目に見えない文字が含まれています
text-not-an-id = 使えるのは a-z、0-9、「-」「_」「.」です

## 署名の資格

standing-entitled = 資格あり
standing-by-evidence = 資格あり（資格は { $ended }に終了しましたが、{ $seen }までに記録が存在したことを第三者が示しています）
standing-needs-evidence = 資格が { $ended }に終了しており、記録がそれより前に作成されたことを示すものが本人の申告しかありません
standing-not-listed = 署名者名簿にありません
standing-lacks-role = 署名者名簿にありますが、この役割の資格がありません
standing-not-yet = 資格は { $from }からで、この時点ではまだありませんでした
standing-expired = 資格は { $until }までで、この時点では終了していました
standing-revoked = 資格は { $since }に取り消されています（理由: { $reason }）

## 記録の確認

CHK-EXACT-FORM = ファイルの形式に誤りはありません。
CHK-ROSTER-PINNED = 署名者名簿（{ $organisation }、第 { $serial } 版）は、この端末で信頼する名簿管理者が署名したものです。
CHK-ROSTER-UNPINNED = 署名者名簿はありますが、信頼する名簿管理者がこの端末に登録されていません。
    .hint = 名簿管理者の公開情報を受け取り、書面のフィンガープリントと照合して keshiin trust を実行してください。
CHK-ROSTER-ABSENT = 署名者名簿がありません。
    .hint = 署名者名簿を名簿管理者から受け取り、--roster で指定してください。
CHK-ROSTER-OUTDATED = 署名者名簿の更新期限 { $since }が過ぎています。
    .hint = 最新の署名者名簿を名簿管理者から受け取ってください。
CHK-SIGNATURE = { $role } { $name } の署名が正しいことを確認しました。
CHK-BAD-SIGNATURE = { $name } の署名が内容と一致しません。
    .hint = 改ざんまたは破損のおそれがあります。この記録を根拠にしないでください。
CHK-UNKNOWN-KEY = 署名者名簿にない鍵による署名があります（フィンガープリント: { $fingerprint }）。
    .hint = 最新の署名者名簿かどうかを確認してください。
CHK-NOTHING-VERIFIED = 正しいと確認できた署名がないため、内容は表示しません。
    .hint = 署名者名簿と、信頼する名簿管理者の登録を確認してください。
CHK-BAD-PAYLOAD = 記録の内容が、その種類の形式に合っていません（{ $detail }）。
    .hint = この記録を根拠にしないでください。
CHK-NOT-NAMED = 記録に指名されていない人の署名があるか、署名の順序が正しくありません（フィンガープリント: { $fingerprint }）。
    .hint = この記録を根拠にしないでください。
CHK-PENDING = { $role } { $name } の署名がまだありません。
    .hint = 本人が keshiin sign で署名してください。
CHK-ENTITLEMENT = { $role } { $name } の資格: { $standing }
CHK-NOT-ENTITLED = { $role } { $name } の資格を確認できません: { $standing }
    .hint = 最新の署名者名簿かどうかを確認し、名簿管理者に問い合わせてください。記録が前からあったことを示すファイルがあれば --evidence で指定します。
CHK-UNATTENDED = { $name } の署名は、本人の入力によらず自動で行われたものです。
CHK-NAMED-OTHERWISE = 記録にある署名者（{ $claimed }）が、署名者名簿の登録（{ $listed }）と異なります。
    .hint = 署名者が名簿の後で氏名や所属を変えた場合は、名簿管理者に確認してください。
CHK-SAME-PERSON = 作業担当者と立会人が同じ人（{ $id }）です。
    .hint = 別の人が立ち会い、確認する必要があります。
CHK-WITNESS-ON-PAPER = 立会人 { $name } は、紙面に署名・押印することになっています。
    .hint = 紙面の署名・押印を確認してください。
CHK-NO-WITNESS = 立会人はいません（理由: { $reason }）。
CHK-INCONSISTENT = 記録された測定結果では、この判定は裏付けられません（{ $what }）。
    .hint = 署名が正しくても、この判定を根拠にしないでください。
CHK-CONSISTENT = 記録された測定結果は、判定と矛盾しません。
CHK-FACTS-DIFFER = 送付の記録の中で、記載が互いに矛盾しています（{ $what }）。
    .hint = 署名が正しくても、この記録を根拠にしないでください。
CHK-FACTS-FIT = 送付の記録の記載（分割ファイルの大きさ、読み返し、受領者）は、互いに矛盾しません。
CHK-SLIP = 照合票（.slip.json）は、この記録と同じ内容で、同じ人が署名しています。
CHK-SLIP-MISSING = 記録の隣に照合票（.slip.json）がありません。
CHK-SLIP-BAD = 記録の隣にある照合票（.slip.json）が、この記録のものではないか、署名が一致しません。
    .hint = 紙面の QR コードと照合票を根拠にしないでください。作成元から受け取り直してください。
CHK-NOTHING-ATTACHED = この PDF には、確認に使うデータ（記録・照合票・印刷の記録）が添付されていません。確認できません。
    .hint = 偽造という意味ではありません。無害化などの処理で添付が外れることがあります。元の PDF または記録（.json）を受け取って確認するか、紙面の QR コードを --qr で確認してください。
CHK-PAGE-BOUND = 紙面、添付された記録、印刷の記録は、互いに対応しています。
CHK-PAGE-UNBOUND = 紙面、添付された記録、印刷の記録が、互いに対応していません（{ $what }）。
    .hint = この PDF を根拠にしないでください。作成元から受け取り直してください。
CHK-PRINT-SIGNED = 印刷した人 { $name } の署名が正しいことを確認しました。
CHK-PRINT-UNSIGNED = 印刷した人の署名はありません。
CHK-PRINTER-NOT-ENTITLED = 印刷した人 { $name } の署名はありますが、署名の資格を確認できません。
    .hint = 署名者名簿で、印刷した日の資格を確認してください。
CHK-ROSTER-ATTACHED = 印刷時の署名者名簿（{ $organisation }、第 { $serial } 版）が添付されています。参考であり、確認には使っていません。
CHK-TEMPLATE-BUILT-IN = 様式は、keshiin に組み込まれたものです。
CHK-TEMPLATE-ADMITTED = 様式は、署名者名簿で認められたものです。
CHK-TEMPLATE-UNKNOWN = 様式が、組み込まれたものでも、署名者名簿で認められたものでもありません（{ $digest }）。
    .hint = 名簿管理者に、この様式を認めるかどうかを確認してください（keshiin roster admit）。
CHK-PAGE-REDRAWN = 添付された記録から紙面を描き直し、1バイトも違わないことを確認しました。
CHK-PAGE-REDRAWN-OTHERWISE = 添付された記録から紙面を描き直したところ、この PDF の紙面と一致しません。
    .hint = 紙面の記載は記録と異なるおそれがあります。この PDF を根拠にしないでください。
CHK-PAGE-NOT-REDRAWN = この環境では紙面を描き直して比べることができません。上の内容と紙面の記載が同じか、目で確かめてください。
CHK-PAGE-UNPROVEN = この環境では紙面を描き直して比べることができず、印刷した人の有効な署名もありません。
    .hint = 印刷に使ったものと同じ版の keshiin で確認するか、記録（.json）から印刷し直してください。
CHK-READ-FROM-PICTURE = 画像の QR コードから読み取りました。上の内容と紙面の記載が同じか、目で確かめてください。
CHK-SPECIMEN = 見本です（実際の消去の記録ではありません）。
CHK-SPECIMEN-ELSEWHERE = 見本です。実際の消去の記録としては使えません。
    .hint = 実際の消去で作成された記録を確認してください。

## 処理記録簿

LED-MISSING = 「{ $path }」に処理記録簿がありません。
    .hint = --home または --ledger の指定を確認してください。
LED-NOT-A-LEDGER = 「{ $path }」は処理記録簿ではありません。
    .hint = --ledger の指定を確認してください。
LED-NEWER = 処理記録簿の形式（{ $found }）が、この版で扱える形式（{ $known }）より新しいものです。
    .hint = 新しい版のプログラムを使ってください。
LED-DAMAGED = 処理記録簿が破損しているか、書き換えられています（{ $damage }）。
    .hint = 上書きせずに複製を取り、keshiin ledger verify で調べてください。控えがあれば突き合わせます。
LED-READ-ONLY = 処理記録簿に書き込めません（読取り専用です）。
    .hint = ファイルとフォルダーの権限を確認してください。
LED-FOLDER-UNWRITABLE = 処理記録簿があるフォルダーに書き込めません。
    .hint = フォルダーの権限を確認してください。書込みのたびに、そこに作業ファイルを作成します。
LED-FULL = 処理記録簿の保存先に空き容量がありません。
    .hint = 空き容量を増やしてからやり直してください。
LED-BUSY = 処理記録簿を他のプログラムが使用中です。
    .hint = 他の作業が終わるのを待ってからやり直してください。
LED-CANNOT-OPEN = 処理記録簿「{ $path }」を開けません（{ $detail }）。
    .hint = 場所と権限を確認してください。
LED-DATABASE = 処理記録簿のデータベースでエラーが起きました（{ $detail }）。
    .hint = 保存先の媒体に異常がないか確認し、もう一度実行してください。
LED-STATION = 端末名に使えるのは、半角英数字と「-」の 1文字以上32文字以内です。
    .hint = 証明書番号の先頭に付く名前です。例: OTARI-01
LED-DAY = 日付は8桁の数字で指定してください。
    .hint = 例: 20261121
LED-NUMBERS-EXHAUSTED = { $day } に発行できる証明書番号を使い切りました。
    .hint = 翌日に実行するか、別の端末を使ってください。
LED-KIND = 記載の種類に使えるのは、a-z、0-9、「.」「-」の 1文字以上64文字以内です。
    .hint = プログラムの不具合です。開発元に連絡してください。
LED-SUBJECT-TOO-LONG = 記載の件名が { $bytes } バイトあり、上限の { $bound } バイトを超えています。
    .hint = 指定した文字列を短くしてください。
LED-ENVELOPE-WITHOUT-RECORD = 記録を指さない記載に、記録の本体が付けられています。
    .hint = プログラムの不具合です。開発元に連絡してください。
LED-ENVELOPE-TOO-LONG = 記録が { $bytes } バイトあり、上限の { $bound } バイトを超えています。
    .hint = 指定したファイルが正しいか確認してください。
LED-UNKNOWN-RECORD = この照合値の記録は、処理記録簿に記載されていません（{ $digest }）。
    .hint = 別の端末の処理記録簿に記載されていないか確認してください。
LED-LEAF-MALFORMED = 処理記録簿の記載の形式が正しくありません。
    .hint = keshiin ledger verify で全体を調べてください。
LED-OUT-OF-RANGE = 処理記録簿の記載は { $size } 件で、{ $asked } 番の記載はありません。
    .hint = keshiin ledger list で確認してください。
LED-PROOF-INVALID = 記載されていることの証明が成り立ちません。
    .hint = 書き換えられたか、破損しています。作成元から受け取り直してください。
LED-CHECKPOINT-MALFORMED = 記録簿照合値のファイルの形式が正しくありません（{ $why }）。
    .hint = 指定したファイルが正しいか、途中で編集されていないかを確認してください。
LED-SIGNATURE-COUNT = 記録簿照合値に付けられる署名は、1件以上16件以内で、それぞれ別の鍵によるものに限ります。
    .hint = 指定したファイルが正しいか確認してください。
LED-SIGNATURE-MISSING = 記録簿照合値に、この鍵の署名がありません（フィンガープリント: { $name }）。
    .hint = 署名した人の鍵が署名者名簿にあるか確認してください。
LED-SIGNATURE-INVALID = 記録簿照合値の署名が内容と一致しません（フィンガープリント: { $name }）。
    .hint = 改ざんまたは破損のおそれがあります。保管している人から受け取り直してください。
LED-OTHER-LEDGER = 別の処理記録簿の記録簿照合値です。
    .hint = この処理記録簿から作成した記録簿照合値を指定してください。
LED-EXPORT-TOO-LARGE = 処理記録簿の書出しが、扱える大きさを超えています。
    .hint = 指定したファイルが正しいか確認してください。
LED-EXPORT-MALFORMED = 処理記録簿の書出しではありません（{ $why }）。
    .hint = 指定したファイルが正しいか、途中で編集されていないかを確認してください。
LED-EXPORT-CHANGED = 処理記録簿の書出しが、作成後に変更されています。
    .hint = 作成元から受け取り直してください。
LED-EXPORT-LEAF = 処理記録簿の書出しの { $seq } 番の記載の形式が正しくありません。
    .hint = 作成元から受け取り直してください。
LED-EXPORT-HEAD = 処理記録簿の書出しの記載から計算した値が、書出しに書かれた記録簿照合値と一致しません。
    .hint = 書き換えられたか、破損しています。作成元から受け取り直してください。
LED-EXPORT-CHECKPOINT = 処理記録簿の書出しの記載から計算した値が、署名済みの記録簿照合値と一致しません。
    .hint = 記録簿照合値に署名した後で、記載が変更されたおそれがあります。作成元に問い合わせてください。
LED-EXPORT-ENVELOPE = 処理記録簿の書出しに含まれる記録が、照合値と一致しないか、どの記載にも対応しません（{ $digest }）。
    .hint = 書き換えられたか、破損しています。作成元から受け取り直してください。

## 処理記録簿: 破損の内容

damage-database = データベースを読み取れません: { $detail }
damage-structure = データベースの構造がこの形式のものではありません
damage-identity = 先頭の管理情報がないか、読み取れません
damage-head = 保存されている記録簿照合値が、記載から計算した値と一致しません
damage-entry = { $seq } 番の記載がないか、変更されています
damage-node = 照合用のデータ（ハッシュ木の { $level } 段 { $at } 番）がないか、読み取れません
damage-record = 記録（照合値 { $digest }）の索引を読み取れません
damage-numbers = 証明書番号の発行状況が変更されています
flaw-entry-missing = { $seq } 番の記載がありません
flaw-leaf-malformed = { $seq } 番の記載の形式が正しくありません
flaw-entry-changed = { $seq } 番の記載が変更されています
flaw-entry-moved = { $seq } 番にある記載は、もともと { $origin } 番に書かれたものです
flaw-node-differs = { $from } 番から { $to } 番までのいずれかの記載、またはその照合用のデータが変更されています
flaw-node-missing = 照合用のデータ（ハッシュ木の { $level } 段 { $at } 番）がありません
flaw-node-beyond = 照合用のデータ（ハッシュ木の { $level } 段 { $at } 番）に対応する記載がありません。記載が削除されています
flaw-size-differs = 保存されている件数（{ $stored } 件）が、実際の記載の件数（{ $found } 件）と一致しません
flaw-root-differs = 保存されている記録簿照合値が、記載から計算した値と一致しません
flaw-record-misfiled = 記録（照合値 { $digest }）の索引が、その記録を指さない記載を示しています
flaw-record-missing = 記載にある記録（照合値 { $digest }）が索引にありません
flaw-envelope-differs = 保管されている記録が、照合値 { $digest } のものではありません
comparison-equal = 一致しています。署名された時点までの記載は変更されていません。
comparison-different = 一致しません。署名された後に、記載が変更・削除・追加または入れ替えられています。
comparison-shorter = 署名された時点より記載が { $missing } 件少なくなっています。末尾の記載が削除されています。
comparison-other-ledger = 別の処理記録簿のものなので、突き合わせていません。
ledger-false = 処理記録簿は、変更・削除・入替えを受けたか、破損しています。
    .hint = 上書きせずに複製を取り、作業責任者に報告してください。
ledger-held = 処理記録簿は、他の人が保管する記録簿照合値の時点（{ $size } 件目まで）について、変更・削除・入替えがありません。それより後は、内部の整合だけを確認しています。
ledger-in-itself = 処理記録簿の内部は整合しています。ただし、後から削除された可能性は否定できません。
    .hint = 他の人が保管している記録簿照合値を --against で指定すると、その時点までの削除や書換えがないことを確認できます。

PRN-WORDING = 書面の文言「{ $key }」がありません。
    .hint = プログラムの不具合です。版の情報を添えて報告してください。
PRN-WORDING-FILE = 書面の文言の定義に誤りがあります: { $detail }
    .hint = プログラムの不具合です。版の情報を添えて報告してください。
PRN-EMPTY-LIST = 一覧表にする記録がありません。
    .hint = 記録を1件以上指定してください。
PRN-UNREADABLE = 様式ファイルを読み込めません: { $reason }
    .hint = 指定したファイルの名前と、読取りの権限を確認してください。
PRN-NOT-A-TEMPLATE = 様式ファイルとして読めません。UTF-8 の文字で書かれた、空でない { $bound } バイト以下のファイルが必要です。
    .hint = 指定したファイルが正しいか、壊れていないかを確認してください。
PRN-TEMPLATE = 様式ファイルの { $line } 行目に誤りがあります: { $message }
    .hint = 様式ファイルを直してから、もう一度実行してください。様式からは、ほかのファイルやネットワークは使えません。
PRN-TEMPLATE-SOMEWHERE = 様式ファイルに誤りがあります: { $message }
    .hint = 様式ファイルを直してから、もう一度実行してください。様式からは、ほかのファイルやネットワークは使えません。
PRN-TOO-LONG = 様式ファイルの処理が { $seconds } 秒以内に終わりませんでした。
    .hint = 終わらない繰返しがないか、様式ファイルを確認してください。
PRN-TYPESETTER = 紙面を作成できませんでした。
    .hint = プログラムの不具合です。版の情報を添えて報告してください。
PRN-NO-THREAD = 紙面を作成するための処理を開始できません: { $reason }
    .hint = ほかのプログラムを終了してから、もう一度実行してください。
PRN-FONT = プログラムに含まれる書体が壊れています。
    .hint = keshiin を入れ直してください。
PRN-GLYPH = 書体にない文字が { $text } にあります: { $signs }
    .hint = 別の字体で書くか、文字の番号（<U+…>）で印字してよい場合は --missing-glyphs code を指定してください。
PRN-QR = 照合票から QR コードを作成できません。
    .hint = 照合票（.slip.json）が記録と対になっているかを確認してください。
PRN-QR-TOO-LONG = 照合票の QR コードが { $characters } 文字になり、{ $bound } 文字を超えます。
    .hint = 署名者の人数を減らしてください。
PRN-PAGE = 紙面の PDF が決められた形式ではありません（{ $rule }）。
    .hint = 印刷時: 様式ファイルのリンクや注釈を取り除いてください。確認時: 作成元から受け取り直してください。
PRN-ATTACHMENT = 添付するファイルの名前または数が決められた範囲を外れています。
    .hint = 一度に印刷する件数を減らしてください。
PRN-UPDATE = PDF の添付部分が、決められた形式と1バイト以上異なります。
    .hint = 作成後に変更されています。この PDF を根拠にせず、作成元から受け取り直してください。
PRN-TOO-LARGE = PDF が大きすぎます。
    .hint = 分けて印刷したものを受け取ってください。
PRN-PICTURE = 画像を読み込めません: { $reason }
    .hint = PNG、JPEG、TIFF、WebP、BMP、GIF の画像を指定してください。
PRN-NO-CODE = 画像に QR コードが見つかりません。
    .hint = QR コードの周りの余白まで入れて、明るい場所で、傾きを抑えて撮影し直してください。
PRN-FOREIGN-CODE = 画像の QR コードは、keshiin のものではありません。
    .hint = 照合票の QR コードが写っているかを確認してください。
PRN-NO-PAPER = このプログラムは、書面の機能なしで作成されています。
    .hint = 書面の機能（paper）を含む keshiin を使ってください。
JOB-TOO-MANY = 一度に印刷できるのは { $bound } 件までです。
    .hint = 分けて印刷してください。
JOB-PRINTED-TWICE = { $path } は、同じ証明書番号の記録が既に指定されています。
    .hint = 重複を除いて、もう一度実行してください。

## ウイルス検査

SCN-MISSING = ウイルス対策ソフト（ClamAV）が見つかりません。
    .hint = ClamAV（clamscan）と定義ファイルをインストールするか、常駐プログラムを起動してください。別の製品で検査した場合は --scan-record を使います。
SCN-FAILED = ウイルス検査ができませんでした（{ $reason }）。
    .hint = clamscan でファイルを1つ検査し、表示される内容を確認してください。検査に失敗したものを「異常なし」とは扱いません。
SCN-STALE = ウイルス検査の定義ファイルが古すぎます（{ $at } のもの）。
    .hint = 定義ファイルを更新（freshclam）してから、やり直してください。
SCN-INFECTED = 「{ $path }」から「{ $name }」が検出されました{ $others ->
        [0] {""}
       *[other] （ほかに { $others }件のファイルからも検出されました）
    }。
    .hint = そのファイルを渡さないでください。不正プログラムへの対応手順に従い、報告してください。
SCN-FILE = 「{ $path }」のウイルス検査ができませんでした（{ $reason }）。
    .hint = ファイルを読み取れること、検査中に変更されていないことを確認してください。
SCN-TOO-LARGE = 「{ $path }」は大きすぎるため、最後までウイルス検査ができません。
    .hint = 常駐プログラムの StreamMaxLength、MaxFileSize、MaxScanSize を大きくするか、別の製品で検査して --scan-record を使ってください。ClamAV は 2 GiB を超えるファイルを検査できません。
SCN-STOPPED = ウイルス検査を中断しました。
    .hint = 何も書き込んでいません。最初からやり直してください。
