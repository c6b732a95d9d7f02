# Errors, checks and words in English. Ids of errors are their codes; .hint says what to do next.

## Units

unit-bytes =
    { $count ->
        [one] { $count } byte
       *[other] { $count } bytes
    }
unit-bytes-both = { $count } bytes ({ $short })
unit-seconds = { $seconds } s
unit-minutes = { $minutes } min { $seconds } s
unit-hours = { $hours } h { $minutes } min { $seconds } s
unit-time = { $year }-{ $month }-{ $day } { $clock } ({ $offset })

## What this program has no text for

error-unknown = { $text } ({ $code })
    .hint = Check that this program is not older than the one that made the file.
code-unknown = this version has no text for this ({ $code })

## Verdicts and levels

verdict-erased = erased
verdict-erased-with-exceptions = erased with exceptions
verdict-not-erased = not erased
verdict-unverified = unverified
verdict-interrupted = interrupted
level-none = none
level-partial = partial
level-clear = clear
level-purge = purge
level-destroy = destroy

## People

role-handler = handler
role-supervisor = supervisor
role-witness = witness
role-approver = approver
role-accepter = accepter
role-sender = sender
role-recipient = recipient
role-issuer = issuer
revocation-left = left
revocation-superseded = superseded
revocation-compromised = compromised
way-same-machine = signing on the same machine
way-own-machine = signing later on the witness's own machine
way-paper = signing and sealing the paper

## Purposes, media, scopes

purpose-disposal = disposal
purpose-lease-return = lease return
purpose-hand-back = hand-back
purpose-reuse = reuse
purpose-repurpose = repurpose
purpose-repair = repair
medium-hdd = hard disk
medium-ssd = SSD
medium-usb-flash = USB flash drive
medium-sd = SD card
medium-optical = optical disc
medium-tape = magnetic tape
medium-virtual = virtual device or image file
medium-unknown = medium of unknown kind
scope-medium = whole medium
scope-files = files and free space

## Devices in words

virtual-image-file = image file
virtual-loop = loop device
virtual-device-mapper = device mapper
virtual-software-raid = software RAID
virtual-network = network disk
virtual-memory = memory disk
virtual-driver = virtual machine's disk
virtual-other = other virtual device
transport-nvme = NVMe
transport-ata = ATA
transport-scsi = SCSI
transport-usb = USB
transport-mmc = SD or MMC
transport-virtio = virtio
transport-none = none (virtual)
transport-unknown = unknown
serial-source-device = the device's own serial
serial-source-usb-bridge = may be that of the USB bridge
absence-not-reported = not reported
absence-not-readable = not readable
absence-not-applicable = not applicable
absence-not-examined = not examined
absence-not-reached = not reached
absence-not-visible = not visible to this program

## Things and fields that errors name

protected-program = program
protected-key = key file
protected-ledger = ledger
protected-roster = roster
protected-approval = approval
protected-resume-state = resume state
protected-output = output folder
protected-home = home
protected-other = path
thing-record = record
thing-erasure-record = erasure record
thing-delivery-record = delivery record
thing-identity = identity
thing-identity-file = key file
thing-roster = roster
thing-slip = slip
thing-contract-file = contract file
thing-slip-code = the slip code
thing-print-statement = the print statement
thing-package = package
thing-manifest = manifest of the package
thing-resume-state = resume state
thing-sealed-bytes = bytes to be sealed
part-page = the page
part-time = the time of printing
part-records = the records
part-specimen = the specimen mark
page-head = its beginning
page-end = its end
page-trailer = its trailer
page-content = actions, annotations, forms or attachments, which it must not have
page-table = its cross-reference table
page-escape = the spelling of names
page-string = a string
page-line = a comment line
page-bracket = its brackets
page-stream = the length of a stream
input-id = id
input-name = name
input-organisation = organisation
input-title = title
input-delivery-title = title of the delivery
input-contents = contents
input-medium-number = number of the medium
input-permit-number = number of the permit
input-permit-by = who permits
input-approval-number = number of the approval
input-contact = contact
input-post = post
input-group = group
input-number = number
input-addressee = addressee
input-office = office
input-workplace = workplace's name
input-contractor = contractor's name
input-lessor = lessor's name
fact-kind = kind
fact-device-number = device number
fact-file = file
fact-disk-sequence = disk sequence number
fact-size = size
fact-block-size = block size
fact-maker = maker
fact-model = model
fact-serial = serial number
fact-wwn = world wide name
fact-port = port
fact-backing-file = backing file
fact-names = number of names
fact-changed = time of change
word-level = level
word-scope = scope
word-purpose = purpose
word-medium-kind = medium kind
word-witness-need = witness need
word-witness-way = way for a witness to sign
word-passphrase-use = passphrase use
word-scan-need = scan need
word-standing = standing of a source
basis-policy-met = policy met
basis-ending = how it ended
basis-written = what was written
basis-flushed = flushes
basis-read-back = what was read back
basis-second-look = the look after verification
basis-displaced = data of another place or pass
basis-sample = the sample
basis-interruptions = interruptions
basis-volumes = sizes of the volumes
basis-recipients = recipients or passphrase

## Keys and signatures

CRY-NO-RANDOMNESS = the operating system gave no randomness
    .hint = Restart the machine. If that does not help, make no keys and erase nothing on it.
CRY-PUBLIC-KEY = not a valid public key
    .hint = Get the file again from its owner.
CRY-SECRET-KEY = not a valid secret key
    .hint = Use a copy of the key file, if there is one.
CRY-BAD-SIGNATURE = the signature does not verify
    .hint = It was changed or damaged. Get the file again from whoever made it.
CRY-NOT-AUTHENTIC = the ciphertext was changed, or the key is another
    .hint = Check that it is the right key file, and use a copy if there is one.
CRY-FLOE-PARAMETERS = the beginning of the encrypted data is damaged, or of a form that this version does not know
    .hint = Get the file again from its sender. If a newer version made it, use a newer version of this program.
CRY-COMMITMENT = the beginning of the encrypted data was not made with this key
    .hint = It was changed or damaged. Get the file again from its sender.
CRY-FLOE-SEGMENT = a segment of the encrypted data has a wrong place or length
    .hint = A part is missing, or it was changed. Get the file again from its sender.
CRY-ARGON2-BOUNDS = argon2 parameters out of bounds: t={ $passes } m={ $memory } KiB p={ $lanes }
    .hint = Check that the key file was made by keshiin.
CRY-ARGON2-FAILED = no memory to check the passphrase with
    .hint = Close other programs and try again.
CRY-TOO-LONG = longer than { $bound } bytes
    .hint = If it is a passphrase file, check that it holds a single line.
CRY-PASSPHRASE-GROUP = group { $group } of the passphrase, counted from the left by four signs, is mistyped
    .hint = Check its four signs and the order of the groups, and type the whole again.
CRY-PASSPHRASE-SIGN = group { $group } of the passphrase, counted from the left by four signs, has a sign that does not occur in it
    .hint = A generated passphrase has neither the digits 0 and 1 nor the letters I, O and U. Check what looks or sounds like them.
CRY-UNKNOWN-KEM = unknown key encapsulation mechanism { $id }
    .hint = Use a newer version of this program.

## Devices: what was named

DEV-NO-SUCH-DEVICE = no such device: `{ $path }`
    .hint = See `keshiin devices` for what is there.
DEV-DIRECTORY = `{ $path }` is a directory, not a device
    .hint = Name a whole device, such as /dev/sdb.
DEV-CHARACTER-DEVICE = `{ $path }` is a character device, not a block device
    .hint = For NVMe name the namespace, such as /dev/nvme0n1 instead of /dev/nvme0.
DEV-NAMED-PIPE = `{ $path }` is a named pipe, not a device
    .hint = Name a whole device, such as /dev/sdb.
DEV-SOCKET = `{ $path }` is a socket, not a device
    .hint = Name a whole device, such as /dev/sdb.
DEV-NEEDS-IMAGE-FLAG = `{ $path }` is a regular file
    .hint = Add --image if it is meant as an image file; otherwise check the name.
DEV-NOT-AN-IMAGE = `{ $path }` is a block device, not an image file
    .hint = Leave --image out to erase a device.
DEV-IMAGE-TOO-SMALL = the image `{ $path }` has only { $size }
    .hint = An image must have at least 4,096 bytes.
DEV-CANNOT-INSPECT = `{ $path }` cannot be inspected: { $reason }
    .hint = Check that you run it as root and that the device is attached firmly.
DEV-UNSUPPORTED = devices are not supported on this system
    .hint = Erase on Linux. Records can be verified here.

## Devices: refusals

DEV-PARTITION = `{ $path }` is a partition of `{ $whole }`, not a whole device
    .hint = Name the whole device, if all of it may be erased.
DEV-SIZE-ZERO = `{ $path }` has a size of zero: no medium
    .hint = Put a medium in, or check the connection. Drives with sectors of 520 or 528 bytes (from storage systems) show a size of zero as well: change them to 512 or 4096 bytes with `sg_format` (this formats the drive: what is stored is lost, and it takes long) and begin again.
DEV-BLOCK-FORMAT = `{ $path }` has logical blocks of { $block }, which cannot be erased
    .hint = Only powers of two from 512 to 65,536 bytes are supported. Change 520 or 528 bytes to 512 or 4096 with `sg_format` (this formats the drive: what is stored is lost, and it takes long) and begin again.
DEV-ZONED = `{ $path }` is a zoned device ({ $model }): it cannot be written in any order, so it cannot be overwritten
    .hint = Consider the maker's own erase function, or destruction.
DEV-READ-ONLY = `{ $path }` is read-only: { $reason }
    .hint = Check for a write-protect switch or a write blocker. What cannot be written cannot be overwritten.
DEV-IDENTITY-CHANGED = `{ $path }` is not the device of the plan: its { $field } has changed
    .hint = Check what was plugged in or out, look at `keshiin devices`, and begin again.
DEV-MOUNTED = `{ $device }` is mounted at `{ $at }`
    .hint = Make sure that it is the right device, unmount it, and begin again.
DEV-IN-FILE-SYSTEM = `{ $device }` belongs to the mounted file system { $filesystem }
    .hint = Make sure that it is the right device, unmount that file system, and begin again.
DEV-MOUNTS-UNTOLD = could not tell what is mounted: { $reason }
    .hint = Run it as root, outside of containers.
DEV-SWAP = `{ $device }` is used as swap: `{ $swap }`
    .hint = Make sure that it is the right device, switch that swap off (swapoff), and begin again.
DEV-SWAP-UNTOLD = could not tell what is used as swap: { $reason }
    .hint = Run it as root, outside of containers.
DEV-KERNEL-HOLDER = `{ $device }` is held by `{ $holder }`
    .hint = Make sure that it is the right device, stop what is built on it (LVM, RAID, encryption), and begin again.
DEV-STACK-UNTOLD = could not tell what is built on it: { $reason }
    .hint = Run it as root, outside of containers.
DEV-LOOP-BOUND = `{ $device }` is bound to the loop device `{ $bound }`
    .hint = Detach that loop device (losetup -d), and begin again.
DEV-LOOP-UNTOLD = could not tell what the loop device `{ $name }` is bound to: { $reason }
    .hint = Detach it if nobody uses it (losetup -d), and begin again as root.
DEV-EXCLUSIVE-USE = `{ $device }` is in exclusive use by the kernel or another program
    .hint = Stop what uses it (LVM, RAID, a virtual machine), and begin again.
DEV-SYSTEM-DISK = `{ $device }` carries the running system: `{ $holds }`
    .hint = To erase it, attach it to another machine, or start from another medium.
DEV-SYSTEM-UNTOLD = could not tell which device carries `{ $holds }`: { $reason }
    .hint = This guards the running system. Run it as root, outside of containers.
DEV-HELD = `{ $device }` is held by process { $pid } (`{ $program }`)
    .hint = End that program, and begin again.
DEV-HELD-BY-SOMEBODY = `{ $path }` is held open by somebody
    .hint = Run it as root to learn who, end that program, and begin again.
DEV-HOLDERS-UNTOLD = could not tell who holds the device: { $reason }
    .hint = Run it as root, outside of containers.
DEV-PID-NAMESPACE = could not tell who holds the device: not in the initial process namespace
    .hint = Run it outside of containers.
DEV-HOLDS-PROTECTED = the medium holds what this work needs: the { $what } `{ $path }`
    .hint = Check the name. If it is right, move that elsewhere and begin again.
DEV-IS-PROTECTED = the target is what this work needs: the { $what } `{ $path }`
    .hint = Check the name.
DEV-PROTECTED-UNTOLD = could not tell which device holds the { $what } `{ $path }`: { $reason }
    .hint = Move it to an ordinary folder, and begin again.

## Devices: images

DEV-COPY-ON-WRITE = `{ $path }` lies on { $filesystem }, which writes to new places instead of over the old ones
    .hint = Erase the whole device that it lies on. For `wipe file`, --force-rewrite rewrites it all the same, and the record says that old copies may remain.
DEV-NETWORK-FILE-SYSTEM = `{ $path }` lies on the network file system { $filesystem }
    .hint = Erase it on the server that holds it. For `wipe file`, --force-rewrite rewrites it all the same, and the record says that old copies may remain.
DEV-SHARED-EXTENTS = `{ $path }` shares blocks with another file or snapshot
    .hint = Remove those snapshots or clones first, or erase the whole device. For `wipe file`, --force-rewrite rewrites it all the same, and the record says that old copies may remain.
DEV-ENCODED-EXTENTS = `{ $path }` is stored compressed, encrypted or inline
    .hint = Erase the whole device that it lies on. For `wipe file`, --force-rewrite rewrites it all the same, and the record says that old copies may remain.
DEV-DATA-JOURNAL = `{ $path }` is journalled with its data
    .hint = Erase the whole device that it lies on. For `wipe file`, --force-rewrite rewrites it all the same, and the record says that old copies may remain.
DEV-EXTENTS-UNTOLD = could not tell whether an overwrite of `{ $path }` reaches its blocks: { $reason }
    .hint = Erase the whole device that it lies on. For `wipe file`, --force-rewrite rewrites it all the same, and the record says that old copies may remain.

## Devices: files to be erased

DEV-NO-SUCH-FILE = no such file or folder: `{ $path }`
    .hint = Check the name.
DEV-PATH-THROUGH-LINK = `{ $path }` is a symbolic link, or leads through one
    .hint = Name the file itself, without links on the way. Remove the link (rm) if it is in the folder: only its name goes, not what it leads to.
DEV-FOLDER-NOT-RECURSIVE = `{ $path }` is a folder
    .hint = Add --recursive if everything in it may be erased.
DEV-SPECIAL-FILE = `{ $path }` is no regular file: a device node, named pipe or socket
    .hint = It has no content of its own. Remove it (rm) if it is in the folder; for a whole device use `keshiin wipe device`.
DEV-OTHER-FILE-SYSTEM = `{ $path }` lies on another file system than the folder that it is in
    .hint = Unmount it, or erase what is on it by itself.
DEV-MOUNT-ROOT = a file system is mounted at `{ $path }`
    .hint = Name the files and folders in it, or erase the whole device.
DEV-SYSTEM-FOLDER = `{ $path }` belongs to the running system (`{ $folder }`)
    .hint = Check the name. Files of the system are not erased one by one.
DEV-HOME-FOLDER = `{ $path }` is a home folder
    .hint = Name the files and folders in it.
DEV-BELOW-PROTECTED = `{ $path }` lies in what this work needs: the { $what } `{ $folder }`
    .hint = Check the name. If it is right, move that elsewhere and begin again.
DEV-TOO-MANY-FILES = more than { $most } files or folders
    .hint = Erase them in parts.
DEV-FOLDERS-TOO-DEEP = `{ $path }` lies more than { $most } folders deep
    .hint = Name a folder further down first.
DEV-SEARCH-STOPPED = the search for files was stopped
    .hint = Nothing was written. Begin again.
DEV-IMMUTABLE-FILE = `{ $path }` is immutable or append-only
    .hint = Make sure that it may be erased, then let it be changed (chattr -i -a), and begin again.
DEV-READ-ONLY-FILE-SYSTEM = the file system { $filesystem } at `{ $path }` is mounted read-only
    .hint = Mount it for writing, or erase the whole device.
DEV-LINKED-ELSEWHERE = `{ $path }` has { $links } names (hard links), and { $named } of them were named{ $found ->
        [0] {""}
       *[other] ; others: { $others }
    }{ $complete ->
        [yes] {""}
       *[no] {" "}(the search for them is not complete)
    }
    .hint = Name the others as well, or remove them (rm) if the file may go.
DEV-FILE-CHANGING = `{ $path }` is being changed: its { $field } is not what it was a moment ago
    .hint = Find out what writes it, end that, and begin again.
DEV-INLINE-DATA = the content of `{ $path }` lies in the administration of its file system, not in blocks of its own
    .hint = Erase the whole device. --force-rewrite rewrites it all the same; old copies may remain, and the record says so.
DEV-ENCRYPTED-FILE = `{ $path }` is encrypted by its file system
    .hint = What the device holds of it cannot be compared with its content. Erase the whole device. --force-rewrite rewrites it all the same, and the record says what that is worth.
DEV-LAYER-KEEPS-BLOCKS = what the file system at `{ $path }` lies on may keep old blocks: { $layers }
    .hint = Remove snapshots first, or erase the whole device. --force-rewrite rewrites the files all the same; old copies may remain, and the record says so.
DEV-MORE-REFUSED = { $more } more of { $kind }
    .hint = They are not listed one by one.
DEV-FILES-NOT-CONFIRMED = what was typed is not the number of files
    .hint = Read the number of files in the plan again, and type it.

## Devices: folders to write into

DEV-NO-SUCH-FOLDER = no such folder: `{ $path }`
    .hint = Check the name, and that the medium is attached and mounted.
DEV-NOT-A-FOLDER = `{ $path }` is not a folder
    .hint = Name the folder into which to write.
DEV-STORAGE-UNTOLD = could not tell what `{ $path }` lies on: { $reason }
    .hint = Check that you may read that folder and that the medium is mounted.

## Devices: confirmation and claim

DEV-NOT-CONFIRMED = what was typed does not match the expected confirmation
    .hint = Read the serial number from the label again, or use the code that --dry-run prints.
DEV-CONFIRMED-ANOTHER = the confirmation was given for another device
    .hint = Nothing was written. Begin again.
DEV-CANNOT-OPEN = `{ $path }` cannot be opened for writing: system error { $errno }
    .hint = Run it as root, and check that nothing else uses it.
DEV-LOCKED = `{ $path }` is locked by another program
    .hint = Check that no other erasure or partitioning program runs on it.
DEV-PARTITION-BUSY = the partition `{ $name }` is in use
    .hint = Unmount it, or end what uses it, and begin again.
DEV-PARTITION-STAYS = the partition `{ $name }` cannot be removed: system error { $errno }
    .hint = Attach the device anew, and begin again.
DEV-CANNOT-FLUSH = the buffers of `{ $device }` cannot be flushed: system error { $errno }
    .hint = The device may be failing. Consider destruction.
DEV-NO-SPACE = `{ $path }` needs { $needed } more, and only { $available } are free
    .hint = Make room on its file system, and begin again.
DEV-CANNOT-ALLOCATE = the blocks of `{ $path }` cannot be allocated: system error { $errno }
    .hint = Check free space and the kind of file system.
DEV-CANNOT-GIVE = `{ $path }` cannot be given to its user: system error { $errno }
    .hint = The file is there. Change its owner with chown where needed.
DEV-CANNOT-READ = `{ $path }` cannot be read: system error { $errno }
    .hint = Check the connection. If it stays so, the device may be failing; consider destruction.
intrusion-held = process { $pid } (`{ $program }`) holds the device
intrusion-partition = the partition `{ $name }` is there again
intrusion-untold = could not tell whether anybody holds the device: { $reason }
io-unreachable = the medium refused this place (system error { $errno })
io-vanished = the device is gone (system error { $errno })
io-other = the system refused (system error { $errno })

## Erasure: requests

ERA-UNKNOWN-METHOD = there is no erasure method named `{ $name }`
    .hint = One of: clear-1, clear-zero, clear-1-zero, complement-2, random-N, byte:XX, dod-3, dod-7, vsitr-7, gutmann-35.
ERA-RANDOM-PASSES = the number of passes in `{ $name }` is not a number from 1 to 35
    .hint = For example random-3. One verified pass (clear-1) is enough.
ERA-BYTE-DIGITS = the byte in `{ $name }` is not two hexadecimal digits
    .hint = For example byte:FF.
ERA-UNKNOWN-VERIFY = there is no verification mode named `{ $name }`
    .hint = One of: full, sample, sample:PERCENT, none.
ERA-SAMPLE-PERCENT = the percentage in `{ $name }` is not a number from 1 to 99
    .hint = For example sample:10. To read everything, say full.
ERA-EMPTY-MEDIUM = the medium has no bytes to erase
    .hint = Put a medium in, or check the connection.
ERA-SEED-COUNT = the plan needs { $needed } seeds and { $given } were given
    .hint = This is a fault of the program. Nothing was written. Please report it.
ERA-RESUME-POINT = the place at which the erasure is to go on does not fit its plan
    .hint = Erase the device anew without --resume.
ERA-SEED-REPEATED = two passes were given the same seed
    .hint = This is a fault of the program. Nothing was written. Please report it.

## Erasure: why the verdict is not 'erased'

VER-HIDDEN-AREA = there is an area that reads and writes do not reach
    .hint = Decide what to do about it; a policy may ask for purge or destroy.
VER-PLACES-UNREACHED = a few places could not be written or read
    .hint = See them in the record, and decide whether to accept that or to destroy the medium.
VER-NOT-ASKED = no read-back was asked for (--verify none)
    .hint = Erase again with --verify full where proof is needed.
VER-READ-FROM-CACHE = the bytes may have been read from a cache instead of the medium
    .hint = For an image file, erase the whole device that it lies on.
VER-READ-BACK-INCOMPLETE = less was read back than was planned, or the look after verification is missing
    .hint = Erase again.
VER-RESUMED-NOT-FULL = it was taken up again after an interruption, and the whole medium was not read back
    .hint = Erase again from the beginning with --verify full where proof is needed.
VER-STOPPED = the operator stopped it
    .hint = The erasure is not complete. Go on with --resume where there is a resume state, otherwise erase again from the beginning.
VER-UNWRITTEN-UNREAD = places could not be written, and no read proves what they hold
    .hint = Erase again with --verify full, or consider destruction.
VER-WRITE-INCOMPLETE = passes or bytes are missing
    .hint = Erase again.
VER-NOT-FLUSHED = a pass was not followed by a successful flush
    .hint = Erase again. If it happens again, the device may be failing.
VER-TOO-MUCH-UNREACHED = more could not be reached than may be excepted (1 % and 1,000 ranges)
    .hint = The device may be failing. Consider destruction.
VER-OTHER-BYTES-READ = other bytes were read than had been written
    .hint = Data may remain. Erase again; if it happens again, consider destruction.
VER-COUNTERFEIT-CAPACITY = counterfeit capacity suspected: less seems to be there than the medium says
    .hint = Do not use this medium. Consider destruction, and ask where it was bought.
VER-SHIFTED-DATA = what was read back had been written to another place: writes or reads are off their place
    .hint = Data may remain. Erase again with another adapter or cable.
VER-STALE-DATA = what an earlier pass wrote is still there: the writes of a later pass did not take effect
    .hint = Data may remain, and the device may be failing. Consider destruction.
VER-INTRUDED = somebody holds the medium, or it could not be told whether anybody does
    .hint = End what uses it, and erase again.
VER-VANISHED = the device went away
    .hint = Check cable and power. Go on with --resume where there is a resume state, otherwise erase again from the beginning.
VER-STALLED = the device stopped answering
    .hint = Check cable and power. Go on with --resume where there is a resume state, otherwise erase again from the beginning. If it happens again, the device may be failing.
VER-RESIZED = the size of the device changed during the work
    .hint = Check cable and power, and erase again from the beginning. If it happens again, the device may be failing.
VER-READ-ONLY = the device turned read-only during the work
    .hint = Look for a write-protect switch. Without one the device may be failing: consider destruction.
VER-GAVE-UP = too much time was lost on places that refuse, or nothing that was read back was what had been written
    .hint = The device may be failing. Consider destruction.
VER-FLUSH-FAILED = a flush failed, also after the pass was repeated
    .hint = The device may be failing. Consider destruction.
VER-FAILED = the system refused to read or write
    .hint = See the system's log (dmesg), and erase again.

## Erasure: what it cannot prove

LIM-HIDDEN-PLACES = Overwriting from the host does not reach spare, remapped or otherwise hidden places of the device.
LIM-DRIVE-CACHE = It was read after a completed flush; the drive's own cache was not bypassed.
LIM-HIDDEN-AREA-NOT-EXAMINED = Hidden areas (HPA, DCO) were not looked for.
LIM-HIDDEN-AREA-UNKNOWN = It could not be told whether there are hidden areas (HPA, DCO).
LIM-NOT-READ-BACK = Nothing was read back, so the result of writing is not proven.
LIM-SAMPLED = Only a sample was read back; the rest is not proven.
LIM-READ-FROM-CACHE = The bytes that were read may have come from a cache instead of the medium.
LIM-MEMORY-BACKED = The medium is memory: what is in it is gone when the machine is switched off.
LIM-CONSTANT-LAST-PASS = The last pass is constant and the seeded pass before it was not read back in full: two addresses that are one place, or writes that were left out, would not have shown.
LIM-LEGACY-METHOD = The further passes of this method add nothing to one verified pass (NIST SP 800-88r2).

## Policy: what is required

POL-UNKNOWN-PROFILE = no policy is called `{ $given }` (known: { $known })
    .hint = For a policy of your own, give its file to --policy.
POL-UNKNOWN-WORD = `{ $given }` is no { $what } (known: { $known })
    .hint = Use one of the words as they are listed.
POL-UNKNOWN-CLASSIFICATION = the policy `{ $profile }` knows no classification `{ $given }` (known: { $known })
    .hint = Give the classification of the data in the words of the policy.
POL-NO-RULE = no rule of the policy `{ $profile }` covers { $scope }, classification { $classification }, { $purpose }, { $medium }
    .hint = Ask the office that owns the policy for a rule. Without one nothing is erased.
POL-NO-WITNESS-WAY = the rules { $rules } leave no way in which a witness may sign
    .hint = Correct `witness_ways` in the policy file.
POL-LEVEL-TOO-LOW = the policy requires { $required }; this reaches only { $reachable }
    .hint = Name the step that follows with --then purge or --then destroy; it stays open until its own record exists.
POL-NO-LEVEL-REACHABLE = the policy requires { $required }; this can show no level
    .hint = Choose another way, or name the step that follows with --then purge or --then destroy.
POL-FOLLOWING-STEP-TOO-LOW = the policy requires { $required }; the following step { $then } is too low
    .hint = Name --then destroy.
POL-NOT-A-FOLLOWING-STEP = { $then } cannot follow an erasure
    .hint = One of: purge, destroy.
POL-WITNESS-MISSING = the policy requires a witness, and none is named
    .hint = Name one with --witness, --witness-later or --witness-paper.
POL-WITNESS-WAY-NOT-ALLOWED = the policy does not allow a witness { $way } (allowed: { $allowed })
    .hint = Use a way that is allowed (same-machine: --witness, own-machine: --witness-later, paper: --witness-paper).
POL-APPROVAL-MISSING = the policy requires an approval by `{ $post }`, and none was shown
    .hint = Get the approval first.
shortfall-nothing-achieved = no level was shown to be reached
shortfall-level-too-low = the level reached is lower than the one required
shortfall-witness-missing = a witness is required and there was none
shortfall-witness-way = the witness signs in a way that the policy does not allow

## Policy: the file

POL-TOO-LARGE = the policy file has { $bytes } bytes, more than the { $limit } that are read
    .hint = Check that it is a policy file.
POL-NOT-UTF8 = line { $line } of the policy file is not UTF-8
    .hint = Save the file as UTF-8.
POL-MALFORMED = line { $line } of the policy file: { $detail }
    .hint = Compare it with the built-in policy mic.
POL-UNKNOWN-FORMAT = `format` is { $format }; this program reads format 1
    .hint = Use a newer version of this program, or format 1.
POL-BAD-TEXT = `{ $field }` must have 1 to { $limit } characters and no control characters
    .hint = Correct it in the policy file.
POL-BAD-ID = `{ $field }` must have 1 to 64 of the characters a-z, 0-9 and -
    .hint = Correct it in the policy file.
POL-BAD-COUNT = `{ $field }` must have 1 to { $limit } entries, and has { $count }
    .hint = Correct it in the policy file.
POL-TWICE = `{ $field }` names `{ $entry }` twice
    .hint = Take one of them out.
POL-UNLISTED-CLASSIFICATION = rule `{ $rule }`: `classifications` names `{ $classification }`, which the file does not list
    .hint = Add it to the list of classifications, or correct its spelling.
POL-LEVEL-OUTSIDE-SCOPE = rule `{ $rule }`: `level` cannot be { $level } for the scope { $scope }
    .hint = Files take partial; media take clear, purge or destroy.
POL-INVERTED = `{ $stricter }` is listed as stricter than `{ $laxer }`, but for { $purpose }, { $medium } ({ $scope }) less is required
    .hint = Correct the order of the classifications (laxest first) or the rules.

## Records, identities, rosters

REC-TOO-LARGE = { $what } has more than { $bound } bytes
    .hint = Check that it is the right file.
REC-MALFORMED = { $what } is not in its exact form: { $detail }
    .hint = It was edited, converted or damaged after it was made. Get the file again from whoever made it.
REC-WRONG-KIND = expected { $expected }, found `{ $found }`
    .hint = Check that it is the right file.
REC-IDENTITY-DAMAGED = the key file is damaged or cut short
    .hint = Use a copy of the key file. Without one, make a new key and have it put on the roster.
REC-WRONG-PASSPHRASE = wrong passphrase
    .hint = Check capitals and the input mode. A forgotten passphrase cannot be recovered: make a new key and have it put on the roster.
REC-BAD-SIGNATURE = the signature of `{ $who }` does not verify
    .hint = It was changed or damaged. Get the file again from whoever made it.
REC-BAD-TEXT = { $field }: { $problem }
    .hint = Correct it and try again.
REC-NOT-NAMED = this record does not name `{ $id }` as { $role }
    .hint = See in the record who is named, and as what.
REC-ALREADY-SIGNED = `{ $id }` has signed already
    .hint = There is nothing left to do.
REC-KEYS-DIFFER = `{ $id }` is on the roster with other keys
    .hint = If the keys were renewed, revoke the old ones first (--reason superseded). Otherwise ask the person for the fingerprint.
REC-NOT-ON-ROSTER = `{ $id }` is not on the roster
    .hint = Check the id, or ask the issuer to add the person.
REC-NOT-THE-ISSUER = the roster's issuer is `{ $issuer }`, not `{ $id }`
    .hint = Give the issuer's key file to --issuer.
REC-BAD-CONTRACT = { $what }: { $detail }
    .hint = Correct the place that is named.
REC-CODE-TOO-LONG = the QR code of the slip would have { $characters } characters, more than { $bound }
    .hint = Name fewer signers.
REC-SPECIMEN-MIXED = specimens and real records do not mix
    .hint = Use what the demo made only in the demo's own folder.
REC-ROSTER-OTHER-ISSUER = the roster is not signed by the pinned issuer `{ $issuer }`
    .hint = Get the roster from the issuer. If the issuer is another now, compare the fingerprint on paper and run `keshiin trust`.
REC-ROSTER-OLD = the roster has serial { $found }, but serial { $known } was seen here
    .hint = Get the newest roster from the issuer.
REC-ROSTER-FORKED = another roster of serial { $serial } was seen here
    .hint = Ask the issuer. The edition was issued twice, or one of them is forged.
text-empty = empty
text-too-long = longer than { $bound } characters
text-invisible = contains a control or invisible character
text-not-an-id = may have only letters a-z, digits, '-', '_' and '.'

## Whether somebody was entitled

standing-entitled = entitled
standing-by-evidence = entitled (the entitlement ended { $ended }, but somebody else shows that the record existed by { $seen })
standing-needs-evidence = the entitlement ended { $ended }, and only the signer says that the record is older
standing-not-listed = not on the roster
standing-lacks-role = on the roster, but not in this role
standing-not-yet = entitled only from { $from } on
standing-expired = entitled only until { $until }
standing-revoked = revoked from { $since } on ({ $reason })

## Checks of a record

CHK-EXACT-FORM = the file has its exact form
CHK-ROSTER-PINNED = the roster of `{ $organisation }` (serial { $serial }) is signed by the issuer pinned here
CHK-ROSTER-UNPINNED = there is a roster, but no pinned issuer
    .hint = Get the issuer's public identity, compare its fingerprint on paper, and run `keshiin trust`.
CHK-ROSTER-ABSENT = there is no roster
    .hint = Get the roster from its issuer, and give it to --roster.
CHK-ROSTER-OUTDATED = the roster's next edition is overdue since { $since }
    .hint = Get the newest roster from the issuer.
CHK-SIGNATURE = the signature of the { $role } `{ $name }` verifies
CHK-BAD-SIGNATURE = the signature of `{ $name }` does not verify
    .hint = It was changed or damaged. Do not rely on it.
CHK-UNKNOWN-KEY = a signature is filed under a key that nobody here knows: { $fingerprint }
    .hint = Check that the roster is the newest.
CHK-NOTHING-VERIFIED = nothing verified, so the content is not shown
    .hint = Check the roster, and that its issuer is pinned here.
CHK-BAD-PAYLOAD = the payload is not what its type says: { $detail }
    .hint = Do not rely on it.
CHK-NOT-NAMED = somebody signed whom the record does not name, or out of order: { $fingerprint }
    .hint = Do not rely on it.
CHK-PENDING = the { $role } `{ $name }` has not signed
    .hint = The person signs with `keshiin sign`.
CHK-ENTITLEMENT = the { $role } `{ $name }`: { $standing }
CHK-NOT-ENTITLED = the { $role } `{ $name }` is not shown to be entitled: { $standing }
    .hint = Check that the roster is the newest, and ask its issuer. What shows that the record existed earlier goes to --evidence.
CHK-UNATTENDED = the signature of `{ $name }` was made without a person at the keyboard
CHK-NAMED-OTHERWISE = the record calls a signer { $claimed }, the roster says { $listed }
    .hint = Ask the roster's issuer whether the name or office has changed since.
CHK-SAME-PERSON = handler and witness are the same person: `{ $id }`
    .hint = Another person has to witness.
CHK-WITNESS-ON-PAPER = the witness `{ $name }` signs on paper
    .hint = Look for signature and seal on the paper.
CHK-NO-WITNESS = there is no witness: { $reason }
CHK-INCONSISTENT = the measurements do not bear the verdict: { $what }
    .hint = Do not rely on the verdict, whoever signed it.
CHK-CONSISTENT = the measurements bear the verdict
CHK-FACTS-DIFFER = the delivery record contradicts itself: { $what }
    .hint = Do not rely on the record, whoever signed it.
CHK-FACTS-FIT = volumes, read-back and recipients of the delivery record fit each other
CHK-SLIP = the slip beside the record is its slip, signed by the same people
CHK-SLIP-MISSING = there is no slip beside the record
CHK-SLIP-BAD = the slip beside the record is another, or is not signed as the record is
    .hint = Do not rely on the slip or its QR code. Get both files again from whoever made them.
CHK-NOTHING-ATTACHED = nothing of keshiin's is attached to this PDF: it cannot be checked
    .hint = This does not mean that it is forged: tools that clean files take attachments out. Get the original PDF or the record (.json), or check the QR code on the paper with --qr.
CHK-PAGE-BOUND = page, attached records and print statement belong together
CHK-PAGE-UNBOUND = page, attached records and print statement do not belong together ({ $what })
    .hint = Do not rely on this PDF. Get it again from whoever made it.
CHK-PRINT-SIGNED = { $name } signed for the printing
CHK-PRINT-UNSIGNED = nobody signed for the printing
CHK-PRINTER-NOT-ENTITLED = { $name } signed for the printing, but is not known to be entitled to sign
    .hint = Look up in the roster what this person was entitled to on the day of printing.
CHK-ROSTER-ATTACHED = the roster at printing ({ $organisation }, serial { $serial }) is attached; it is shown and was not used
CHK-TEMPLATE-BUILT-IN = the template is one of keshiin's own
CHK-TEMPLATE-ADMITTED = the template is admitted by the roster
CHK-TEMPLATE-UNKNOWN = the template is neither built in nor admitted by the roster: { $digest }
    .hint = Ask the roster's issuer whether this template is to be admitted (`keshiin roster admit`).
CHK-PAGE-REDRAWN = the page was drawn again from the attached records and is the same to the last byte
CHK-PAGE-REDRAWN-OTHERWISE = drawn again from the attached records, the page comes out otherwise
    .hint = The page may say something else than the records. Do not rely on this PDF.
CHK-PAGE-NOT-REDRAWN = the page could not be drawn again here: compare what stands above with the paper
CHK-PAGE-UNPROVEN = the page could not be drawn again here, and nobody entitled signed for the printing
    .hint = Use the version of keshiin that printed it, or print the record (.json) again.
CHK-READ-FROM-PICTURE = read from the QR code on the picture: compare what stands above with the paper
CHK-NO-CERTIFICATE = this is a resume state: no certificate, and no sign that anything is erased
    .hint = To go on with the erasure, give this file to wipe device as --resume.
CHK-SPECIMEN = this is a specimen
CHK-SPECIMEN-ELSEWHERE = this is a specimen, outside of the demo's own folder
    .hint = Ask for the real record.

## Ledger

LED-MISSING = there is no ledger at `{ $path }`
    .hint = Check --home or --ledger.
LED-NOT-A-LEDGER = `{ $path }` is not a ledger
    .hint = Check --ledger.
LED-NEWER = the ledger has format { $found }; this program knows { $known }
    .hint = Use a newer version of this program.
LED-DAMAGED = the ledger is damaged: { $damage }
    .hint = Change nothing, make a copy, and look at it with `keshiin ledger verify`.
LED-READ-ONLY = the ledger can only be read
    .hint = Check the permissions of the file and its folder.
LED-FOLDER-UNWRITABLE = the folder of the ledger cannot be written to
    .hint = Check the folder's permissions: every change needs a journal there.
LED-FULL = no room is left where the ledger is kept
    .hint = Make room there, and try again.
LED-BUSY = the ledger is in use by another program
    .hint = Wait until the other program has finished, and try again.
LED-CANNOT-OPEN = `{ $path }` could not be opened ({ $detail })
    .hint = Check its place and permissions.
LED-DATABASE = the database failed ({ $detail })
    .hint = Check the medium that it lies on, and try again.
LED-STATION = a station is named by 1 to 32 ascii letters, digits and hyphens
    .hint = It begins every certificate number, for example OTARI-01.
LED-DAY = a day is written as eight digits
    .hint = For example 20261121.
LED-NUMBERS-EXHAUSTED = no more numbers are left on { $day }
    .hint = Go on tomorrow, or on another station.
LED-KIND = the kind of an entry is 1 to 64 characters of a-z, 0-9, dot and hyphen
    .hint = This is a fault of the program. Please report it.
LED-SUBJECT-TOO-LONG = the subject of an entry has { $bytes } bytes; the bound is { $bound }
    .hint = Give shorter texts.
LED-ENVELOPE-WITHOUT-RECORD = an envelope belongs to a record, and the entry names none
    .hint = This is a fault of the program. Please report it.
LED-ENVELOPE-TOO-LONG = the envelope has { $bytes } bytes; the bound is { $bound }
    .hint = Check that it is the right file.
LED-UNKNOWN-RECORD = no entry names the record { $digest }
    .hint = See whether it is in the ledger of another station.
LED-LEAF-MALFORMED = not a ledger leaf in its exact form
    .hint = Look at the whole with `keshiin ledger verify`.
LED-OUT-OF-RANGE = the ledger has { $size } entries, so there is no { $asked }
    .hint = See `keshiin ledger list`.
LED-PROOF-INVALID = the proof does not hold
    .hint = It was changed or damaged. Get it again from whoever made it.
LED-CHECKPOINT-MALFORMED = not a checkpoint in its exact form ({ $why })
    .hint = Check that it is the right file, and unedited.
LED-SIGNATURE-COUNT = a checkpoint has 1 to 16 signatures, each by another key
    .hint = Check that it is the right file.
LED-SIGNATURE-MISSING = the checkpoint is not signed by { $name }
    .hint = Check whose checkpoint it is, and that the roster has that person.
LED-SIGNATURE-INVALID = the checkpoint's signature by { $name } does not verify
    .hint = It was changed or damaged. Get it again from whoever keeps it.
LED-OTHER-LEDGER = the checkpoint belongs to another ledger
    .hint = Give a checkpoint that was made from this ledger.
LED-EXPORT-TOO-LARGE = the export is larger than its bounds allow
    .hint = Check that it is the right file.
LED-EXPORT-MALFORMED = not a ledger export ({ $why })
    .hint = Check that it is the right file, and unedited.
LED-EXPORT-CHANGED = the export was changed
    .hint = Get it again from whoever made it.
LED-EXPORT-LEAF = leaf { $seq } of the export is not in its exact form
    .hint = Get it again from whoever made it.
LED-EXPORT-HEAD = the leaves of the export do not give its head
    .hint = It was changed or damaged. Get it again from whoever made it.
LED-EXPORT-CHECKPOINT = the leaves of the export do not give the head of its checkpoint
    .hint = Entries were changed after the checkpoint was signed, or the checkpoint is that of another ledger. Ask whoever made it.
LED-EXPORT-ENVELOPE = the envelope filed under { $digest } is another record, or no leaf names it
    .hint = It was changed or damaged. Get it again from whoever made it.

## Ledger: what is damaged

damage-database = the database is malformed ({ $detail })
damage-structure = its tables are not those of this format
damage-identity = its first row is missing or unreadable
damage-head = the stored head is not that of the stored tree
damage-entry = entry { $seq } is missing or was changed
damage-node = tree node { $level }/{ $at } is missing or unreadable
damage-record = the row of record { $digest } is unreadable
damage-numbers = the counters of numbers were changed
flaw-entry-missing = entry { $seq } is missing
flaw-leaf-malformed = entry { $seq } is not in its exact form
flaw-entry-changed = entry { $seq } was changed
flaw-entry-moved = the entry at { $seq } was written at { $origin }
flaw-node-differs = one of the entries { $from } to { $to }, or the hash over them, was changed
flaw-node-missing = tree node { $level }/{ $at } is missing
flaw-node-beyond = tree node { $level }/{ $at } stands over entries that were removed
flaw-size-differs = the stored size is { $stored }, but there are { $found } entries
flaw-root-differs = the stored root is not that of the entries
flaw-record-misfiled = the record { $digest } is filed under an entry that does not name it
flaw-record-missing = an entry names the record { $digest }, which has no row
flaw-envelope-differs = the envelope kept for the record { $digest } is another, or none at all
comparison-equal = the entries are those that were signed
comparison-different = entries were changed, removed, added or reordered since it was signed
comparison-shorter = { $missing } of the entries that were signed are missing at the end
comparison-other-ledger = it is that of another ledger, and was not compared
ledger-false = the ledger was changed, or is damaged
    .hint = Change nothing, make a copy, and report it to whoever answers for the work.
ledger-held = nothing was changed, removed or reordered in the first { $size } entries, which somebody else's checkpoint covers; what follows is consistent in itself
ledger-in-itself = consistent in itself; later removal cannot be excluded
    .hint = Give a checkpoint that somebody else keeps to --against.

PRN-WORDING = the wording of the paper has no text { $key }
    .hint = This is a fault of the program. Please report it with its version.
PRN-WORDING-FILE = the wording of the paper is no table of texts: { $detail }
    .hint = This is a fault of the program. Please report it with its version.
PRN-OTHER-KIND = the record is not of the kind that this paper shows
    .hint = Look at the kind of paper (--list, --label) and at the kind of the record.
PRN-PASSPHRASE = the passphrase is too long, or has signs that cannot be printed so that they can be typed from paper
    .hint = Use letters, digits and common signs, or let the program make the passphrase.
PRN-EMPTY-LIST = there is no record to list
    .hint = Name at least one record.
PRN-UNREADABLE = the template cannot be read: { $reason }
    .hint = Check the file's name and whether you may read it.
PRN-NOT-A-TEMPLATE = this is no template: it must be UTF-8 text of 1 to { $bound } bytes
    .hint = Check that it is the right file and undamaged.
PRN-TEMPLATE = the template fails in line { $line }: { $message }
    .hint = Correct the template and try again. A template can use no other files and no network.
PRN-TEMPLATE-SOMEWHERE = the template fails: { $message }
    .hint = Correct the template and try again. A template can use no other files and no network.
PRN-TOO-LONG = the template was not done after { $seconds } seconds
    .hint = Look for loops that do not end in the template.
PRN-TYPESETTER = the page could not be typeset
    .hint = This is a fault of the program. Please report it with its version.
PRN-NO-THREAD = the typesetter could not be started: { $reason }
    .hint = Close other programs and try again.
PRN-FONT = the fonts inside the program are damaged
    .hint = Install keshiin again.
PRN-GLYPH = the fonts lack signs in { $text }: { $signs }
    .hint = Write them otherwise, or give --missing-glyphs code to print them as code points (<U+…>).
PRN-QR = the slip cannot be made into a QR code
    .hint = Check that the slip (.slip.json) belongs to the record.
PRN-QR-TOO-LONG = the QR code of the slip would have { $characters } characters, more than { $bound }
    .hint = Name fewer signers.
PRN-PAGE = the page is not in its form ({ $rule })
    .hint = When printing: take links and annotations out of the template. When checking: get the PDF again from whoever made it.
PRN-ATTACHMENT = the name or number of attachments is out of bounds
    .hint = Print fewer records at once.
PRN-UPDATE = what is attached to the PDF differs from its exact form
    .hint = It was changed after it was made. Do not rely on it, and get it again from whoever made it.
PRN-TOO-LARGE = the PDF is too large
    .hint = Get it in several parts.
PRN-PICTURE = the picture cannot be read: { $reason }
    .hint = Give a PNG, JPEG, TIFF, WebP, BMP or GIF picture.
PRN-NO-CODE = no QR code was found on the picture
    .hint = Take it again in good light, straight on, with the white margin around the code.
PRN-FOREIGN-CODE = the QR code on the picture is not keshiin's
    .hint = Check that the slip's QR code is on the picture.
PRN-NO-PAPER = this program was built without paper
    .hint = Use a keshiin that was built with the feature `paper`.
JOB-TOO-MANY = at most { $bound } records can be printed at once
    .hint = Print them in several parts.
JOB-OTHER-PAPER = { $path } is not a record of the kind that this paper shows
    .hint = Print records of erasures and of deliveries into different PDFs. --list is for erasures alone.
JOB-PRINTED-TWICE = { $path } has the number of a record that is named already
    .hint = Leave the copies out and try again.

## The virus scan

SCN-MISSING = there is no virus scanner (ClamAV)
    .hint = Install ClamAV (clamscan) with its signatures, or start its daemon. Something else may have scanned: see --scan-record.
SCN-FAILED = the virus scanner failed: { $reason }
    .hint = Scan one file by hand with clamscan and see what it says. A scan that fails is never a pass.
SCN-STALE = the signatures of the virus scanner are too old: they are of { $at }
    .hint = Bring them up to date (freshclam), and begin again.
SCN-INFECTED = the virus scanner found `{ $name }` in `{ $path }`{ $others ->
        [0] {""}
       *[other] , and something in { $others } more
    }
    .hint = Do not pass the file on. Follow your rules for malware, and report it.
SCN-INFECTED-INSIDE = the virus scanner found `{ $name }` in `{ $path }` inside the package{ $others ->
        [0] {""}
       *[other] , and something in { $others } more
    }
    .hint = No file was taken out. Tell the sender, follow your rules for malware, and report it.
SCN-FILE = `{ $path }` was not scanned: { $reason }
    .hint = Check that the file can be read and that nobody changes it meanwhile.
SCN-TOO-LARGE = `{ $path }` is too large for the virus scanner, or was not scanned to its end
    .hint = Raise StreamMaxLength, MaxFileSize and MaxScanSize of the daemon, or scan with another product and use --scan-record. Files beyond 2 GiB are never scanned by ClamAV.
SCN-STOPPED = the virus scan was stopped
    .hint = Nothing was written. Begin again.

## Sealed packages

PKG-MAGIC = it is not a sealed package of keshiin
    .hint = Name the package (.keshiin, or .keshiin.001 and so on where it is split) or its delivery record (.delivery.json).
PKG-HEADER = the header of the package is damaged or was changed: { $detail }
    .hint = It stands at both ends; where neither can be used, nothing can be opened. Check that all volumes are there, and ask the sender for the package again.
PKG-STANZA = the keys in the package are not in their form: { $detail }
    .hint = Ask the sender for the package again. If it was made by a newer version, use a newer version.
PKG-NOT-FOR-THIS-KEY = it is not sealed to this key
    .hint = See for whom it is in the delivery record (`keshiin verify`) and use that person's key file. After a change of keys the one of the time of sealing is needed.
PKG-STANZA-FALSE = there is something for this key in the package, but the key does not open it
    .hint = It may be forged or damaged. Ask the sender for the package again.
PKG-OTHER-KEY-WANTED = this package opens with { $wanted }
    .hint = Name a key file with `--key`; leave `--key` out for a passphrase.
PKG-OTHER-SENDER = the package names another sender than the one who signed the delivery record
    .hint = Do not open it; ask the sender.
PKG-OTHER-PACKAGE = the package is not the one of the delivery record: its id differs
    .hint = Do not open it; ask the sender.
PKG-OTHER-VOLUMES = the volumes are not those of the delivery record
    .hint = Do not open it; ask the sender.
PKG-WRONG-PASSPHRASE = wrong passphrase
    .hint = Look at capital letters, and whether it is the passphrase of another package. If in doubt, ask the sender.
PKG-HEADER-MAC = the header of the package was changed after it was made
    .hint = Do not open it. Tell the sender, and ask for the package again.
PKG-COMMITMENT = the body of the package is not under this key
    .hint = It may be forged or damaged. Ask the sender for the package again.
PKG-TRUNCATED = the end of the package is missing: it stops after { $length }
    .hint = Check that all volumes are there and were copied to their end. If so, ask the sender for the package again.
PKG-TRAILING = { $surplus } stand behind the end of the package
    .hint = Check that no volume of another package is among them, and copy the medium once more.
PKG-SEGMENT = bytes { $from } to { $to } of the package are damaged (counted from 0; segment { $number })
    .hint = Attach the medium again and try once more; otherwise ask for the package again. `--salvage` gives back the files that are whole.
PKG-MANIFEST = the manifest of the package is not right: { $detail }
    .hint = It may be forged or damaged. Ask the sender for the package again.
PKG-CONTENT = `{ $path }` is not what was sealed
    .hint = Ask the sender for the package again. `--salvage` gives back the files that are whole.
PKG-PATH = `{ $path }` may not stand in a package: { $problem }
    .hint = If you received it, do not open it, and tell the sender. If you send it, give it another name.
PKG-CHANGED = `{ $path }` changed or vanished while it was being read
    .hint = Nothing was delivered. Close what uses the file, and begin again.
PKG-INPUT = `{ $path }` cannot be read ({ $reason })
    .hint = Nothing was delivered. Check that the file is there and that you may read it.
PKG-OUTPUT = { $what } cannot be written ({ $reason })
    .hint = Check room, permissions and the medium.
PKG-SOURCE = the package cannot be read at byte { $at }, counted from 0 ({ $reason })
    .hint = Attach the medium again, or copy the package elsewhere, and try once more; otherwise ask for it again.
PKG-READ-BACK = what was read back of `{ $volume }` is not what was written
    .hint = The medium is faulty, or its capacity is counterfeit. Do not use it; write to another one.
PKG-TOO-MANY-VOLUMES = more than { $bound } volumes would be needed
    .hint = Take a greater size with `--split`.
PKG-TOO-MUCH = { $what }: more than { $bound }
    .hint = Make several packages.
PKG-STOPPED = stopped
    .hint = It is not finished. Begin again.
wanted-passphrase = a passphrase
wanted-key-file = the key file of a recipient
path-empty = the name is empty, or begins or ends with /
path-too-long = it is too long
path-dots = it has . or .. in it
path-ends-in-dot = a name ends in a space or full stop
path-character = it has a control character or one of \ : * ? " < > | in it
path-reserved = Windows keeps the name for a device
path-not-normal = it is not in Unicode's normal form C
path-not-unicode = it is not UTF-8
path-collides = a system that does not tell capitals apart takes it for another one here
path-file-and-folder = there are a file and a folder of that name
volume-right = { $name }: as the record says (read and compared)
volume-present = { $name }: there, with the length that the record says (content not compared)
volume-missing = { $name }: missing
    .hint = Look for { $name } on the medium and in the folder; otherwise ask the sender for it.
volume-other-length = { $name }: another length than the record says ({ $expected } expected, { $found } found)
    .hint = Copy it once more, to its end; otherwise ask the sender for { $name } again.
volume-changed = { $name }: not what the record says
    .hint = Copy it once more; otherwise ask the sender for { $name } again.
volume-unreadable = { $name }: cannot be read ({ $reason })
    .hint = Attach the medium again; otherwise ask the sender for { $name } again.
healed-first-front = the first header (the one at the end was used)
healed-second-front = the second header (the one at the beginning was used)
healed-tail = the mark at the end (the header at the beginning was used)
healed-first-manifest = the first manifest (the second was used)
healed-second-manifest = the second manifest (the first was used)

## Deliveries

DLV-UNREADABLE = `{ $path }` cannot be read ({ $reason })
    .hint = Check its name and that you may read it.
DLV-SPECIAL-FILE = `{ $path }` is neither a file nor a folder (a device, a pipe, a socket), and cannot be sealed
    .hint = Leave it out.
DLV-PATH = `{ $path }` may not stand in a package: { $problem }
    .hint = Give it another name and try again. Recipients shall be able to write it on their machines.
DLV-NOTHING = there is nothing to seal
    .hint = Name a file or a folder.
DLV-SCAN-STANDARD-INPUT = standard input (-) cannot be scanned for viruses
    .hint = Save it as a file first, and name that file.
DLV-INPUT-ON-OUTPUT = `{ $path }` and the output folder overlap: one lies in the other
    .hint = Keep what is to be sealed elsewhere than on the medium.
DLV-OTHER-FILES = { $path } holds other files or folders ({ $count })
    .hint = Take an empty medium, or let them stay with `--keep-existing`.
DLV-NO-RECIPIENT = there is no recipient `{ $name }`: no id or group of the roster, and no public identity (file)
    .hint = `keshiin roster show` tells ids and groups.
DLV-AMBIGUOUS = `{ $name }` is more than one of an id, a group and a file
    .hint = Say which: a file may be written with ./ before it.
DLV-EMPTY-GROUP = nobody in the group `{ $group }` can receive now
    .hint = Ask the roster's issuer who receives for it, and from when to when.
DLV-RECIPIENT-COUNT = there must be 1 to 64 recipients, not { $count }
    .hint = Look at who is named.
DLV-PASSPHRASE-NOT-ALLOWED = the policy does not allow a passphrase for data of class `{ $classification }`
    .hint = Name recipients with `--to`. The same holds for My Number data.
DLV-NOTICE-ON-MEDIUM = the notice of the passphrase ({ $path }) cannot be written onto the medium that is delivered
    .hint = Give `--notice` a folder of this machine. The notice travels by another way than the medium.
DLV-FILE-TOO-LARGE = the file system there takes no file of more than { $bound }
    .hint = Split it (`--split auto`), or take a medium with exFAT or the like.
DLV-PERMIT-ENDED = the permit ended on { $until }
    .hint = Get a new permit.
DLV-VOLUME = the volume { $name } is missing or has another length than the delivery record says
    .hint = Put all volumes into one folder; otherwise ask the sender for { $name } again.
DLV-NO-RECORD = there is no delivery record (.delivery.json) that holds: { $path }
    .hint = Put .delivery.json and .delivery.slip.json from the medium into the folder of the package.
DLV-LINK-IN-THE-WAY = `{ $path }` is a link; nothing of a package is written through links
    .hint = Remove the link, or name another folder with --out.
DLV-NO-SUCH-ENTRY = nothing in the package is called `{ $path }`
    .hint = `keshiin list` tells the names.
DLV-BAD-NAME = `{ $name }` cannot be the name of files
    .hint = Give `--name` a short name without / and other signs of the kind.
DLV-NOT-BELIEVED = { $path }: the delivery record is not shown to be genuine, or the package is not the one it names, so nothing was opened
    .hint = See the reasons below. Where they cannot be removed, do not open it, and tell the sender.
DLV-NOT-BELIEVED-ABSENT = { $path }: there is no delivery record (.delivery.json) to say who sealed it, so nothing was opened
    .hint = Put the delivery record into the same folder. Only where the sender need not be known: `--unsigned`.
warning-one-in-group = only one person of the group `{ $group }` can open it
    .hint = When that person is away or the key is lost, nobody can. Think of another recipient.
warning-not-listed = the recipient { $id } is not on a roster that is believed here (fingerprint: { $fingerprint })
    .hint = Compare the fingerprint with the person, from paper, before the medium is handed over.
warning-link-left-out = the link `{ $path }` was left out
    .hint = If what it points to is needed, name that and seal again.
warning-not-from-medium = what was read back is not shown to come from the medium itself (through { $filesystem })
    .hint = Take the medium out, attach it again, and check the delivery record (.delivery.json) with `keshiin verify`.
warning-not-read-back = what was written was not read back
    .hint = Attach the medium again, and check the delivery record (.delivery.json) with `keshiin verify`.
warning-not-scanned = there was no virus scan
    .hint = If policy or contract ask for one, seal again with `--scan clamav` or `--scan-record`.
warning-not-logged = the ledger could not be written ({ $code }); the delivery record itself is signed and saved
    .hint = Look at the ledger with `keshiin ledger verify`.
warning-not-printed = the papers could not be printed ({ $code }); the delivery record is signed and saved
    .hint = If the medium needs its papers, remove the cause and seal again.
warning-passphrase-lost = the passphrase could be neither shown nor written ({ $code }): nobody can open this package
    .hint = Do not hand this medium over; seal again.
warning-not-kept = no copy of the delivery record could be kept in the home folder ({ $reason })
    .hint = Copy .delivery.json and .delivery.slip.json before the medium is handed over.
