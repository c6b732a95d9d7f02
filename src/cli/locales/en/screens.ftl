# What the screens say. Errors are in errors.ftl, help is in help.ftl.

## Headlines
head-usage = the command cannot be understood
head-refused = refused; nothing was written
head-wrong-key = wrong passphrase; nothing was written
head-mistyped = the passphrase is mistyped; nothing was written
head-false = a file is damaged or was changed
head-not-opened = the package cannot be opened; nothing was written
head-not-believed = the package was not opened; nothing was written
head-not-delivered = nothing was delivered
head-interrupted = interrupted
head-fault = the work could not go on
about-file = { $path }: { $what }
about-device = { $device }: { $what }

## Questions
ask-passphrase = passphrase of { $id } (not shown):
ask-new-passphrase = new passphrase of { $id } (10 characters or more, not shown):
ask-new-passphrase-again = once more:
ask-fingerprint = fingerprint of { $who }, all 64 digits, typed from paper (spaces are fine):
ask-confirm-serial = type the serial number from the drive's label to begin the erasure:
ask-confirm-name = type { $name } to erase it:
ask-confirm-code = type the 6-character code that --dry-run shows to begin the erasure:
ask-sign-one = to sign, type the last 8 digits of the record digest from the handler's screen or paper:
ask-sign-many = to sign, type how many records there are ({ $count }):
ask-package-passphrase = passphrase of package { $id } (not shown):
ask-new-package-passphrase = new passphrase for package { $id } (10 characters or more, not shown):
show-generated-package = the passphrase of package { $id }, shown this once; write it down and tell the recipient by another way than the medium; on the telephone, read it out in groups of four
show-generated = the passphrase of { $id }, shown this once; write it down and keep it apart from the key file

## Labels
field-device = device
field-model = model
field-serial = serial number
field-capacity = capacity
field-transport = attached by
field-port = port
field-virtual = medium
field-layer = on top of
field-erased-as = erased before
field-erasable = may be erased
field-method = method
field-verify = verification
field-passes = passes
field-confirm = to confirm, type
field-policy-met = policy
field-levels = level
field-follow = must follow
field-number = certificate number
field-digest = record digest
field-verification = verification
field-witness = witness
field-record = record
field-slip = slip
field-resume = state
resume-hint = To go on: `keshiin wipe device DEVICE --resume { $state } …`
field-paper = paper
field-layout = kind of paper
field-records = records
field-printed = printed
field-printer = printed by
field-verdict = verdict
field-asset = asset number
field-order = purpose, class
field-sample = sample
field-displaced = displaced data
field-interruption = interruption
field-saved = saved
field-progress = progress
field-times = time
field-clock = clock
field-person = signer
field-place = place
field-contract = contract
field-ledger = ledger
field-entries = entries
field-root = root
field-last-entry = last entry
field-id = id
field-name = name
field-organisation = organisation
field-title = title
field-contact = contact
field-fingerprint = fingerprint
field-specimen = specimen
field-roster-id = roster id
field-roster-serial = edition
field-issued = issued
field-next-update = next edition by
field-issuer = issuer
field-place-in-ledger = entry
field-time = time
field-kind = kind
field-subject = subject
field-leaf-hash = leaf hash
field-envelope = record itself
field-delivery-number = delivery number
field-delivery-title = title
field-contents = contents
field-data-records = data records
field-classification = classification
field-permit = permit
field-approval = approval
field-delivered-to = recipient
field-encryption = encryption
field-package = package
field-package-inside = inside
field-links-left-out = links left out
field-volume = volume
field-sha256 = SHA-256
field-blake3 = BLAKE3
field-previous-delivery = made from
field-medium-number = medium number
field-filesystem = file system
field-read-back = read back
field-scan = virus scan

## Devices
device-may = yes
device-may-not = no
devices-none = no devices found
devices-controller = note: a RAID or VMD controller is here ({ $controller }); drives behind it may not be listed
serial-known = { $text } ({ $source })
serial-shared = { $text } ({ $source }, shared with another device)
serial-none = not reported
virtual-medium = virtual device or image file (not real hardware)

## Plans
dry-run-head = dry run, nothing was written; this would be done
preview-head = { $place } of { $of }: { $device }
answer-serial = { $text } (serial number on the label)
answer-name = { $text }
answer-code = { $text } (confirmation code)

## Results
verdict-head = verdict: { $verdict }
policy-met = met ({ $policy })
policy-not-met = not met ({ $policy })
slip-policy-met = met
slip-policy-not-met = not met
levels = { $required } required, { $achieved } achieved
follow = { $level } (this erasure only prepares it)
read-back-none = none
read-back-missing = asked for, but not reached
read-back-equal = { $compared } read back and compared, all equal
read-back-different = { $compared } read back and compared, { $mismatched } different, { $unreadable } ranges unreadable
read-back-cached = { $compared } read back, possibly from a cache instead of the medium: this is no verification
sample = { $blocks } blocks of 1 MiB (of { $of }); if more than { $share } of the medium had been left unerased, it would have been met with a chance of at least 99%
sample-whole = { $blocks } blocks of 1 MiB (of { $of }); every block was read back
sample-unfinished = { $blocks } blocks of 1 MiB (of { $of }) were chosen; reading them back did not come to its end
displaced = { $moved } blocks hold what was written to another place, { $stale } what an earlier pass wrote
displaced-wraps = counterfeit capacity suspected: different addresses are one place, and about { $real } seem to be there
displaced-ends-at = counterfeit capacity suspected: nothing is kept beyond about { $real }
displaced-shifted = every place holds what was written { $by } bytes away
interruption = resumed from the state saved at { $saved } (certificate number { $number }, pass { $pass } written up to { $flushed })
resume-progress = pass { $pass } written up to { $flushed }
trouble-elsewhere = the output folder failed ({ $reason }); the record is in { $path }
trouble-not-logged = the ledger could not be written ({ $code }); the record itself is signed and saved
trouble-state-not-kept = the latest resume state could not be kept ({ $reason }); after an interruption go on from an earlier one where there is one, otherwise begin anew
trouble-not-printed = the paper could not be printed ({ $code }); the record is signed and saved, print it with `keshiin print`
trouble-not-printed-anew = { $path } could not be printed anew ({ $code }); the signature is saved in the record
trouble-not-witnessed = the signature of the witness could not be kept ({ $code }); keshiin sign does it later
not-begun = { $device }: not begun
begun-unrecorded = { $device }: was begun, but no record of it could be made
table-verdicts = verdicts: { $erased } of { $all } erased
trouble-unknown = something went wrong after the erasure
witness-signed = the witness has signed
witness-later = the witness signs later on another machine (keshiin sign)
witness-pending = the witness has not signed yet (keshiin sign does it later)
witness-wrong-passphrase = wrong passphrase, so the witness has not signed yet (keshiin sign does it later)
witness-paper = the witness signs and seals the paper
witness-none = none
progress-allocate = allocating
progress-write = writing
progress-read-back = reading back
progress-left = left
progress-seal = sealing
progress-open = opening
progress-digest = reading and comparing
progress-compare = comparing before writing
progress-look-again = reading old places again
progress-part = part { $number }/{ $of }
progress-search = searching the device
progress-pass = { $phase } { $pass }/{ $passes }
progress-line = { $name }  { $phase }  { $percent }%  { $rate }  { $left } left
board-waiting = waiting
board-ended = ended
board-not-begun = not begun
board-unrecorded = no record
board-all = all
board-over = { $over } of { $all } done
board-more = ({ $count } more)
board-left = { $clock } left
board-faults = { $count } { $count ->
    [one] fault
   *[other] faults
}

## Verification
verified-good = genuine; the verdict is erased and the policy is met
verified-genuine = genuine
verified-not-erased = genuine, but the verdict is: { $verdict }
verified-policy-not-met = genuine and erased, but the policy is not met
verified-resume-state = genuine resume state, which is no certificate: when it was saved, the erasure was not complete
verified-not-enough = nothing false was found, but it is not enough to call it genuine
verified-code-good = the QR code is genuine: erased, policy met; compare what follows with the paper
verified-cannot-be-checked = cannot be checked (which does not mean that it is forged)
inside-head = inside: { $count } { $count ->
    [one] record
   *[other] records
}
verified-unreadable = it could not be read, so nothing was checked
verified-false = not genuine; the reasons follow
checks-head = checked:
mark-passed = ok{"   "}
mark-notice = note{" "}
mark-not-enough = ?{"    "}
mark-false = FALSE
short-good = ok{"        "}
short-not-erased = not passed
short-not-enough = not enough
short-unreadable = unreadable
short-false = FALSE{"     "}
table-count = { $good } of { $all } are in order (genuine; an erasure also erased, with its policy met)
problem-no-record = the package cannot be checked: its delivery record is not beside it ({ $path }). Put the .delivery.json from the medium into the same folder.
problem-unreadable = the file cannot be read ({ $reason })
    .hint = Check that the file is there and that you may read it.
problem-annex = an annex: a list of files that is signed only through its record
    .hint = Name the record, and the annex with it: keshiin verify RECORD --annex ANNEX
problem-foreign = not a kind of file that keshiin can check
    .hint = Name a record (.json), a slip (.slip.json), a roster, a public identity, a checkpoint or a ledger export.
order = { $purpose }, class { $classification }
order-mynumber = { $purpose }, class { $classification }, My Number
person = { $role } { $who } ({ $id })
clock-in-step = kept in step (the machine's own clock)
clock-alone = not kept in step (the machine's own clock)
clock-untold = not known whether kept in step (the machine's own clock)
witness-mode-same-machine = signs on the handler's machine
witness-mode-own-machine = signs later on a machine of their own
witness-mode-paper = signs and seals the paper ({ $who })
witness-mode-none = none (reason: { $reason })

## Delivery records
record-delivery = delivery record
verified-delivery = genuine delivery record
verified-delivery-package = genuine delivery record, and the package beside it is the one it names
verified-delivery-differs = the delivery record is genuine, but the package beside it is not the one it names
verified-delivery-lacks = the delivery record is genuine, but the package beside it is not complete or cannot be read
data-records = { $count }
classification = { $classification }
classification-mynumber = { $classification }, My Number
permit = { $number } (by { $by }, until { $until })
addressee = { $who } ({ $id })
addressee-not-listed = { $who } ({ $id }, not on the roster)
addressee-passphrase = whoever knows the passphrase (told: { $notice })
addressee-passphrase-generated = whoever knows the passphrase (drawn by the program; told: { $notice })
notice-untold = not said how
notice-hand = by hand
notice-post = by post
notice-sms = by SMS
notice-phone = by telephone
package-inside = { $files } { $files ->
    [one] file
   *[other] files
}, { $bytes }
links-left-out = { $count }
volume = { $name }  { $size }
volumes-together = { $count }, together { $size }
more-volumes = and { $count } more (-v shows all)
delivery-read-back-none = none
delivery-read-back-medium = { $compared } read back from the medium, all as written
delivery-read-back-memory = { $compared } read back from memory, all as written
delivery-read-back-through = { $compared } read back through { $filesystem }, all as written (not shown to come from the medium)
delivery-read-back-different = { $compared } read back, not as written
slip-read-back-equal = read back, all as written
slip-by-keys = opens with the recipients' keys
slip-by-passphrase = opens with a passphrase
scan-none = none
scan-done = done ({ $engine }, signatures { $signatures } of { $date }, { $files } { $files ->
    [one] file
   *[other] files
})
scan-declared = declared by the sender (result of a scan made elsewhere, read in { $at })

## Deliveries sent and received
field-sender = sender
field-delivery-paper = delivery note
field-address-paper = address label
field-notice-paper = notice of the passphrase
field-kept = copies kept
field-written-to = written to
field-written = taken out
field-package-read = read
sealed = sealed, read back, and equal to what was written
sealed-read-through = sealed and read back, but not shown to come from the medium itself
sealed-not-read-back = sealed; nothing was read back, so what is on the medium is not confirmed
sealed-different = what was read back is not what was written: do not hand this medium over
more-links-left-out = { $count } more links were left out (-v shows all)
opened = opened; every file is as it was sealed
opened-in-part = opened in part; what was taken out is as it was sealed
opened-unsigned = opened, but who sealed it was not confirmed
opened-with-losses = the package is damaged; only what is whole was taken out
opened-partial = digests of whole volumes were not compared with the delivery record
opened-not-logged = the ledger could not be written ({ $code }); the files were taken out
sender-unknown = not confirmed (fingerprint of the sender as written in the package: { $fingerprint }; no signature backs it)
read-of = { $read } of { $length } bytes
volumes-head = volumes:
volumes-right = { $count } are as the record says (-v shows all)
volumes-present = { $count } have the length that the record says (-v shows all)
healed = damaged, but made up for: { $what }
    .hint = The content is not touched by it. The medium may be wearing out: copy it soon.
lost-head = { $count ->
    [one] 1 file
   *[other] { $count } files
} could not be taken out:
lost-file = { $path } ({ $size })
lost-in = damaged or missing volumes: { $volumes }
damaged-head = damaged places of the package:
byte-range = bytes { $from } to { $to }, counted from 0
more-ranges = and { $count } more (-v shows all)
ask-for-volumes = Ask the sender for { $volumes } again.
ask-for-package = Ask the sender for the package again.
list-size = size (bytes)
list-modified = modified
list-path = name
list-total = { $files } { $files ->
    [one] file
   *[other] files
}, { $bytes }, empty folders: { $folders }
list-read = read: { $read }

## Signing
printed = printed { $count } { $count ->
    [one] record
   *[other] records
}: { $path } ({ $size })
printed-signed = signed by whoever printed
printed-unsigned = not signed by whoever printed (--key does that)
printed-lacking = signs that the fonts lack stand there as code points: { $signs }
printed-anew = printed anew: { $path }
layout-certificate = certificate or result
layout-list = list of erasures
layout-label = label
layout-delivery = delivery slip
layout-address = address label
layout-partial = certificate or result of a partial erasure
records-on-paper = { $count }
signed = signed { $count } { $count ->
    [one] record
   *[other] records
}

## Keys and rosters
key-made = key file { $path } made; give the public half (keshiin key public) to the roster's issuer
key-passphrase-changed = passphrase of { $path } changed
key-shown = { $path }
roster-begun = roster { $path } begun; its issuer is trusted on this machine
roster-changed = new edition of roster { $path } issued
roster-believed = roster { $path } is by the issuer trusted on this machine
roster-unpinned = the issuer of roster { $path } is not trusted on this machine; nothing below is confirmed
issuer-pinned = this issuer is now trusted on this machine
until-open = open end
posts = posts: { $list }
groups = groups: { $list }
revoked = revoked from { $since } on ({ $reason })
specimen = made for a demonstration, refused for real records

## Ledger
kind-erasure-started = erasure started
kind-erasure-part-finished = part of an erasure finished
kind-erasure-finished = erasure finished
kind-erasure-refused = erasure refused
kind-witness-signed = witness signed
kind-seal-started = sealing begun
kind-seal-failed = sealing failed
kind-rekey-started = rekeying begun
kind-rekey-failed = rekeying failed
kind-package-sealed = package sealed
kind-package-rekeyed = package delivered anew
kind-package-opened = package opened
kind-package-open-failed = package not opened
kind-checkpoint = head signed
kind-other = { $kind }
compared-head = head over { $size } entries held by somebody else: { $result }
record-not-in-ledger = { $path } is not in the ledger
clock-stepped-back = entry { $entry } has the time { $time }, before { $before } of the entry before it
envelope-kept = kept
envelope-gone = not kept (retention is over)
no-such-entry = no entry for { $what }
checkpoint-written = head over { $size } entries signed and written to { $path }: { $root }
export-written = { $size } ledger entries written to { $path }

## Demonstration
demo-head = demonstration in { $folder }, with an image file and made-up people only
demo-people = 1. keys and roster are made: { $names }
demo-filled = 2. image file { $image } ({ $size }) is full of made-up residents; a search of its raw bytes finds { $found } lines
demo-erasing = 3. erasing it and reading every byte back
demo-searched = 4. the same search afterwards finds { $found } lines
demo-verified = 5. the record was verified (exit code { $exit })
demo-printed = 6. its paper { $path } was printed and verified (exit code { $exit })
demo-tampered = 7. a copy with one changed letter was verified (exit code { $exit }: not genuine)
demo-step = going on
demo-look = left to look at:
demo-look-record = the signed erasure record
demo-look-slip = the slip (what the paper's QR code will hold)
demo-look-paper = the certificate (PDF)
demo-look-tampered = the copy with one changed letter
demo-look-image = the erased image
demo-look-passphrase = the passphrase of the made-up people's keys
demo-try = to try:

## Why a job is refused
JOB-WRONG-PASSPHRASE = wrong passphrase for { $id }
    .hint = Try again. If it is lost, make a new key and have the issuer enter it in the roster.
JOB-FILE = { $path } cannot be read or written ({ $reason })
    .hint = Check that the file is there and that you may read and write it.
JOB-INTERNAL = the program contradicts itself ({ $what })
    .hint = Please tell the developers. The record says what state the device is in.
JOB-VALUE = { $option } does not take { $value }
    .hint = `--help` tells what it takes.
JOB-ONE-OF = { $option } does not take { $value }
    .hint = It takes { $first } or { $second }.
JOB-RATE = { $option } does not take { $value }
    .hint = Name an amount for one second, { $least } at least, such as 50M (50 MiB/s).
JOB-STRETCH = { $option } does not take { $value }
    .hint = Name a time with its unit, such as 90s, 30m or 2h, from 100ms to 168h.
JOB-ONE-DEVICE-ONLY = { $option } goes with a single device
    .hint = Run the command once for each device.
JOB-ONE-RECORD-ONLY = { $option } goes with a single record
    .hint = Run the command once for each record.
JOB-NAMED-TWICE = { $path } is named twice
    .hint = Leave one out.
JOB-NOT-ENTITLED = { $id } is not entitled as { $role }: { $standing }
    .hint = Ask the roster's issuer.
list-and = { $first }, { $next }
JOB-RESUME-OTHER-MEDIUM = `{ $device }` is not the device whose erasure was interrupted; other: { $fields }
    .hint = Connect the device that the state names (`keshiin verify STATE` shows it). Another device is erased without --resume.
JOB-RESUME-OTHER-POLICY = the policy `{ $id }` is not the one under which the interrupted erasure was begun
    .hint = Name the file of that policy with --policy. If it is no longer there, erase the device anew without --resume.
JOB-RESUME-UNNAMED = `{ $device }` has no serial number of its own, so it cannot be shown to be the device whose erasure was interrupted
    .hint = Erase the device anew without --resume. Without a serial number only a method with one random pass (`clear-1`) can be taken up again: reading it back shows that it is the same device.
JOB-RESUME-UNFIT = what the resume state `{ $path }` says does not fit the plan of the erasure
    .hint = Erase the device anew without --resume.
JOB-SAME-PERSON = handler and witness are the same person ({ $id })
    .hint = The witness must be somebody else.
JOB-NO-ROSTER = there is no roster in which { $id } could be looked up
    .hint = Get the roster from the office and name it with `--roster`, or put it into the home folder as roster.json.
JOB-NO-PINNED-ISSUER = no issuer of rosters is trusted on this machine
    .hint = Get the issuer's public identity and compare its fingerprint with paper: `keshiin trust`.
JOB-OTHER-ISSUER-PINNED = another issuer ({ $id }) is trusted on this machine
    .hint = Use another `--home`, or, after asking the office, remove issuer.json from the home folder.
JOB-FINGERPRINT-DIFFERS = the typed fingerprint is not that of this public identity
    .hint = Look at the paper again. If it still differs, do not trust it, and tell the office.
JOB-CLOCK-BEHIND-BUILD = the clock says { $now }, before this program was built ({ $newest })
    .hint = Set the machine's date and time.
JOB-CLOCK-BEHIND-LEDGER = the clock says { $now }, before the ledger's last entry ({ $newest })
    .hint = Set the machine's date and time.
JOB-CLOCK-BEHIND-ROSTER = the clock says { $now }, before the roster was issued ({ $newest })
    .hint = Set the machine's date and time.
JOB-OUTPUT-MISSING = the output folder { $path } does not exist
    .hint = Make the folder and try again.
JOB-OUTPUT-NOT-A-FOLDER = the output { $path } is not a folder
    .hint = Name a folder.
JOB-OUTPUT-NOT-WRITABLE = the output folder { $path } cannot be written ({ $reason })
    .hint = Check the permissions, or name another folder.
JOB-OUTPUT-FULL = the output folder { $path } has too little room (needs { $needed }, has { $available })
    .hint = Make room, or name another folder.
JOB-OUTPUT-ROOM-UNTOLD = it could not be told how much room the output folder { $path } has
    .hint = Name another folder.
JOB-PASSPHRASE-SHORT = the passphrase is too short (10 characters or more)
    .hint = Choose a longer one, or have one made (`--generate` for a key file, `--passphrase` for a package).
JOB-PASSPHRASE-GUESSABLE = the passphrase is easy to guess
    .hint = Avoid names, words and rows of keys, or have one made (`--generate` for a key file, `--passphrase` for a package).
JOB-EXISTS = { $path } exists and is never overwritten
    .hint = Choose another name.
JOB-NOBODY-PASSPHRASE = nobody is there to type the passphrase of { $about } (no terminal)
    .hint = Run it at a terminal, or give `--passphrase-file`.
JOB-NOBODY-CONFIRM = nobody is there to confirm the erasure of { $about } (no terminal)
    .hint = Run it at a terminal, or give the serial number or code with `--confirm`.
JOB-NOBODY-CONFIRM-SIGNING = nobody is there to confirm what is signed (no terminal)
    .hint = Run it at a terminal, or give the last 8 digits of the record digest, or the count, with `--confirm`.
JOB-NOBODY-FINGERPRINT = nobody is there to type the fingerprint of { $about } (no terminal)
    .hint = Run it at a terminal, or give the fingerprint from paper with `--confirm`.
JOB-NOBODY-GENERATED = there is no terminal to show the passphrase of { $about } on
    .hint = Run it at a terminal.
JOB-NOBODY-PACKAGE-PASSPHRASE = nobody is there to type the passphrase of package { $about } (no terminal)
    .hint = Run it at a terminal, or give `--passphrase-file package=FILE`; with a recipient's key file, give `--key`.
JOB-NOBODY-NEW-PACKAGE-PASSPHRASE = nobody is there to type a new passphrase for package { $about } (no terminal)
    .hint = Run it at a terminal, or give `--passphrase-file package=FILE`.
JOB-NOBODY-GENERATED-PACKAGE = there is no terminal to show the passphrase of package { $about } on
    .hint = Run it at a terminal, or have a notice of it made with `--notice`.
JOB-BROKEN-OFF = broken off at the prompt
JOB-ENTRIES-DIFFER = the two entries of the passphrase differ
    .hint = Try again.
JOB-PASSPHRASE-FILE = the passphrase file { $path } cannot be read ({ $reason })
    .hint = Check that the file is there and that you may read it.
JOB-TOO-LONG = the passphrase is too long
    .hint = Keep it within 1,024 bytes.
JOB-NOT-CONFIRMED = what was typed does not confirm the records to be signed ({ $what })
    .hint = One record: the last 8 digits of its digest. Several: how many there are.
JOB-NOT-GENUINE = { $path } cannot be signed: the signatures on it so far cannot be confirmed
    .hint = `keshiin verify` tells why.
JOB-SPECIMEN-MIXED = specimens of a demonstration and real keys or records do not mix
    .hint = What a demonstration made counts only in its own home folder (--home).
