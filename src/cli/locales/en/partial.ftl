# What records of partial erasures (files, free space) look like on the screen.

record-partial = record of a partial erasure (no erasure of a medium)
verified-partial = genuine record of a partial erasure (no erasure of a medium); the verdict is erased and the policy is met
verified-partial-not-erased = genuine record of a partial erasure (no erasure of a medium), but the verdict is: { $verdict }
verified-partial-policy-not-met = genuine record of a partial erasure (no erasure of a medium): erased, but the policy is not met
verified-partial-code = the QR code is genuine: a partial erasure (no erasure of a medium), erased, policy met; compare what follows with the paper

## Fields
field-record-kind = kind of record
field-scope = erased
field-file-system = file system
field-snapshot = snapshot
field-free-space = free space
field-tails = ends of files
field-given = never written
field-unused-entries = unused entries
field-inodes = unused inodes
field-files = files
field-folders = folders
field-overwritten = overwritten
field-old-content = old content
field-names = names
field-rewrite = rewritten
field-elsewhere = elsewhere
field-annex = annex

## What they say
partial-scope-files = files
partial-scope-free-space = free space
partial-file-system = { $name } ({ $place }), { $sight }
partial-sight-device = blocks looked at on { $node }
partial-sight-none = blocks could not be looked at: { $why }
partial-files = { $named } named, { $files } files found ({ $content }), { $erased } erased, { $left } left
partial-folders = { $folders } found, { $removed } removed, { $left } left
partial-free-space = { $before } free before, { $written } overwritten, { $reserve } to be left free, { $left } stayed as they were
partial-free-bytes = { $planned } of blocks, { $equal } read there afterwards and equal to what was written
partial-free-places = { $other } different from what was written, { $moved } moved elsewhere, { $unreached } not reached
partial-tails = { $files } files with one: { $clean } held nothing, { $erased } erased, { $left } not erased, { $unseen } could not be looked at
partial-given = { $bytes } that files were given and never wrote (not erased: the device holds there what it held before)
partial-entries = { $folders } folders: { $cleared } cleared, { $left } not cleared, { $unseen } could not be looked at
partial-inodes = { $free } unused: { $taken } cleared, { $left } not
partial-inodes-no-table = no fixed number: { $taken } cleared, { $left } not
partial-slip-free = { $bytes } overwritten
partial-bytes = { $planned } of blocks, { $mapped } seen to hold the content beforehand, { $equal } read there afterwards and equal to what was written
partial-old-content = { $still } still there, { $other } different from what was written, { $moved } moved elsewhere, { $unreached } not reached
partial-names = { $gone } gone from the blocks of their folders, { $still } still there, { $unseen } could not be looked at
partial-rewritten = files were rewritten whose old blocks an overwrite does not reach; old copies may remain
partial-not-searched = not searched: earlier versions, freed blocks, the journal and snapshots may hold old content
partial-searched = the whole device ({ $bytes }) was searched, and no old content was found
partial-found = the whole device ({ $bytes }) was searched, and old content was found in { $hits } blocks
partial-annex = a list of { $entries } files (digest { $digest })
partial-slip-annex = there is a list of the files
partial-no-annex = none
partial-slip-files = { $erased } erased, { $left } left, { $bytes }
blind-not-allowed = no permission to read the device
blind-network = it lies on another machine
blind-program = a program stands between (FUSE)
blind-overlay = it shows other file systems' files (overlay)
blind-own-addresses = its addresses are its own and not the device's
blind-layer = blocks of the layer beneath move or are shared
blind-memory = it lies in memory
blind-unknown = the file system, or what it lies on, is not known

## What a verdict rests on
basis-level = level
basis-batches = numbers of the batches
basis-totals = totals
basis-free-space = free space
basis-moved = moved blocks
basis-in-place = overwriting in place
basis-sight = how the blocks were looked at
basis-journal = data in the journal
basis-snapshots = snapshots
basis-medium = kind of the medium
basis-left = files and folders that were left
basis-still-there = old content that is still there
basis-unreached = places that were not reached
basis-mapped = content seen at its place beforehand
basis-names = names that are still there
basis-search = old content found elsewhere

# Erasing files.
files-preview-head = Files to be erased: { $files } ({ $content }), folders: { $folders }
files-no-medium = This is no erasure of a medium: other copies may be anywhere on it.
files-system = { $name } at { $place }: { $files } files, { $planned } of blocks; { $sight }
files-and-more = and { $count } more
files-bar = { $files } files
files-left = { $path } stays ({ $why })
ask-confirm-files = These files will be destroyed. To go on, type how many there are:{" "}
field-annex-table = table of names
trouble-not-listed = the list of names could not be written ({ $code }); the record has none
JOB-TOO-MANY-FOR-YES = --yes stands for at most { $most } files
    .hint = Leave --yes out and type the number of files, or give it with --confirm.
JOB-NOBODY-CONFIRM-FILES = nobody is there to confirm how many files are erased (no terminal)
    .hint = Run it at a terminal, or give the number of files with `--confirm`; --dry-run shows it.

# Erasing free space.
free-preview-head = Free space to be erased: { $place }
free-no-medium = This is no erasure of a medium: files that are there stay, and other copies may be anywhere on it.
free-while-full = While it runs the file system is full up to the reserve: programs that write there may fail.
free-system = { $name }, { $capacity }; { $sight }
free-room = { $free } free, of which { $planned } will be overwritten and { $reserve } left
free-left-behind = { $path } was left behind by a run that was killed; it will be removed first
free-bar = free space of { $place }
free-step-left-behind = Removing what a killed run left behind …
free-step-tails = Looking at the rests behind the ends of files …
free-step-entries = Looking at unused entries of folders …
free-step-fill = Clearing unused inodes and taking the free space …
free-step-remove = Giving the free space back …
step-failed = a step failed: { $what }
ask-confirm-free = All free space of this file system will be overwritten. To go on, type where it is mounted:{" "}
JOB-NO-FREE-SPACE = nothing is to be erased at { $place }: { $free } are free, and { $reserve } are to be left
    .hint = Ask for a smaller `--reserve`; 0 leaves nothing free.
JOB-NOBODY-CONFIRM-FREE = nobody is there to confirm whose free space is erased (no terminal)
    .hint = Run it at a terminal, or give the mount point once more with `--confirm`; `--yes` asks nothing.
