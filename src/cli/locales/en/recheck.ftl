# What `keshiin recheck` shows, and why it refuses.

## Results
recheck-equal = the whole drive holds the pattern that the record says
recheck-equal-excepting = the whole drive, but for the places that the record excepts, holds the pattern that the record says
recheck-equal-sample = every block that was drawn holds the pattern that the record says
recheck-different = the drive holds something else than the record says
    .hint = It was written to after the erasure, it is failing, or it is another drive. Do not use it; ask whoever signed the record.
recheck-other-device = another device: it is not the drive of the record, and nothing was read
    .hint = Compare the serial number on the label with the record. A drive that was erased through a USB adapter goes into the same adapter.
recheck-unreadable = some places cannot be read; all that was read is as the record says
    .hint = The drive may be failing. What those places hold cannot be told.
recheck-cached = what was read is as the record says, but it may have come from a cache: this proves nothing
    .hint = Remove the reason given below, or check it on another machine.
recheck-not-named = what was read is as the record says, but whether this is the drive of the record cannot be told
    .hint = There is no serial number to compare, and the pattern is a constant: any drive erased in the same way looks like this.
recheck-failed = reading did not come to its end; nothing that was read differs from the record
    .hint = Check cable and power, and run it again.
recheck-stopped = stopped; nothing that was read differs from the record
    .hint = To be sure, run it again from the beginning.
recheck-not-read = the record cannot be confirmed, so the drive was not read

## Labels
field-checked-record = record
field-recorded-path = named then
field-checked-drive = drive
field-compared = compared
field-sample-seed = seed of the sample
field-read-from = read
field-drive-cache = the drive's own cache
compared-equal = { $compared } read and compared, all equal
compared-different = { $compared } read and compared, { $mismatched } different
compared-nothing = nothing was read
recheck-sample = { $blocks } blocks of 1 MiB out of { $of }; if more than { $share } of the drive differed from the record, that would have been found with a chance of at least 99%
recheck-sample-whole = { $blocks } blocks of 1 MiB out of { $of }: all of them
recheck-sample-unfinished = { $blocks } blocks of 1 MiB out of { $of } were drawn, but not all of them read
read-from-direct = directly from the drive
read-from-backing-file = directly from the file underneath, shown not to be cached
read-from-memory = from memory, which is the medium
read-from-cached = possibly from a cache ({ $reason })
drive-cache-lifted = The system's sequence number of the drive is another than during the erasure (it was attached anew): the limit about the drive's own cache no longer holds.
drive-cache-lifted-sample = For the blocks that were read: the system's sequence number of the drive is another than during the erasure (it was attached anew), so the limit about the drive's own cache no longer holds.
drive-cache-stands = The system's sequence number of the drive is the same as during the erasure, which does not show that it was attached anew: the limit about the drive's own cache stands.
drive-cache-unknown = Whether the drive was attached anew after the erasure cannot be told: the limit about the drive's own cache stands.

## Whether it is the drive
identity-head = is it the drive of the record:
identity-same = { $field }: { $value }
identity-different = { $field }: the record says { $recorded }, the drive says { $found }
identity-not-comparable = { $field }: the record says { $recorded }, the drive says { $found } (not read in the same way, so not compared)
identity-recorded-only = { $field }: the record says { $recorded }, the drive says nothing
identity-found-only = { $field }: the drive says { $found }, the record nothing
identity-unnamed = There is no serial number, or none that is this drive's alone: what it holds has to tell whether it is the drive of the record.
identity-kind = kind
identity-serial = serial number
identity-wwn = WWN
identity-model = model
identity-capacity = capacity
identity-logical-sector = logical sector
identity-hardware = real hardware

## What was found
recheck-excepted-head = not read, because the record excepts it:
recheck-different-head = different from the record ({ $count } { $count ->
    [one] place
   *[other] places
}, { $bytes }):
recheck-unreadable-head = unreadable ({ $count } { $count ->
    [one] place
   *[other] places
}, { $bytes }):
recheck-more-unlisted = and { $count } more
recheck-hopeless = Everything that was read differs, so the rest was not read.
recheck-first-difference = Reading ended at the first difference.
recheck-counterfeit = Counterfeit capacity suspected: about { $real } seem to be there.
recheck-ends-at = Nothing after the first { $real } is as the record says.
recheck-shifted = The content is off by { $by } bytes.
recheck-moved = { $count } blocks hold what was written to another place.
recheck-stale = { $count } blocks still hold what an earlier pass wrote.
recheck-record-head = the record itself:

## Why it refuses
RCH-NO-ERASURE-RECORD = `{ $path }` is no erasure record, and none is attached to it
    .hint = Name the erasure record (.json), or a certificate with its record attached (.pdf). Slips and QR codes do not hold the pattern.
RCH-SEVERAL-RECORDS = `{ $path }` holds { $count } erasure records
    .hint = Name the record (.json) of the drive that is to be checked.
RCH-LAST-PASS-INCOMPLETE = the last pass of { $number } was not written to its end, so there is no pattern to compare with
    .hint = Erase the drive again, and check it with that record.
RCH-PLACES-UNLISTED = { $number } does not list every place that could not be written
    .hint = Without them the drive cannot be compared. Have it destroyed physically.
RCH-UNKNOWN-PATTERN = this version of keshiin cannot make the pattern of { $number }
    .hint = Use a newer version of keshiin.
