#!/usr/bin/env bash
# Many small files: keshiin beside shred and srm, files per second, all in one run, round by round.
#
#   benches/files-peers.sh [--rounds N] [--files N] [--slow-files N] [--bytes N] [--systems ext4,xfs]
#                          [--beds memory,disk] [--disk-dir DIR] [BINARY]
#
# Needs root. BINARY (default: target/release/keshiin) must be built already. Makes file systems on its own loop
# devices over files in /dev/shm (bed memory) and in DIR (bed disk, default: target/). Default: 10,000 files of
# 4096 bytes in one folder, 5 rounds. srm goes over a file 38 times with a flush each, so it has --slow-files
# (default 200) alone: its rows say so. Every command of a round runs before the next round begins, each on a file
# system made afresh; the middle of the rounds is told, with the least and the most. What keshiin takes is all of
# it: keys, comparison before, overwriting, reading back at the device, names, record and paper; the others write
# and remove. All have the files known to the page cache, as they were just made.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:/usr/sbin:/sbin"

rounds=5 files=10000 slow_files=200 bytes=4096
systems=ext4,xfs beds=memory,disk disk_dir=target
binary=target/release/keshiin

die() {
    echo "files-peers: $*" >&2
    exit 2
}

while (($#)); do
    case "$1" in
        --rounds) rounds="${2:?}" && shift 2 ;;
        --files) files="${2:?}" && shift 2 ;;
        --slow-files) slow_files="${2:?}" && shift 2 ;;
        --bytes) bytes="${2:?}" && shift 2 ;;
        --systems) systems="${2:?}" && shift 2 ;;
        --beds) beds="${2:?}" && shift 2 ;;
        --disk-dir) disk_dir="${2:?}" && shift 2 ;;
        -h | --help) sed -n '2,15s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 0 ;;
        -*) die "unknown option $1" ;;
        *) binary="$1" && shift ;;
    esac
done
for number in "$rounds" "$files" "$slow_files" "$bytes"; do
    [[ $number =~ ^[1-9][0-9]*$ ]] || die "$number is no number"
done
((EUID == 0)) || die "loop devices need root"
[[ -x $binary ]] || die "$binary is not there: cargo build --release"
binary="$(realpath "$binary")"
command -v srm >/dev/null ||
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends secure-delete >/dev/null 2>&1 || true

mkdir -p "$disk_dir"
memory="$(mktemp -d /dev/shm/keshiin-files-peers.XXXXXX)"
disk="$(mktemp -d "$(realpath "$disk_dir")/keshiin-files-peers.XXXXXX")"
at="$memory/mount" loop="" image=""
mkdir "$at"

unmount() {
    local left=100
    while mountpoint -q "$at" && ! umount "$at" 2>/dev/null; do
        ((left--)) || die "$at is busy"
        sleep 0.1
    done
    [[ -z $loop ]] || losetup --detach "$loop"
    loop=""
}
clean_up() {
    unmount || true
    mountpoint -q "$at" || rm -rf -- "$memory" "$disk"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

(umask 077 && head -c 24 /dev/urandom | base64 >"$memory/passphrase")
mkdir "$memory/home"
"$binary" key new --id bench --name Bench --org Bench --out "$memory/bench.key" --home "$memory/home" \
    --passphrase-file "$memory/passphrase" --json >"$memory/log" 2>&1 || { cat "$memory/log" >&2 && die "no key could be made"; }

# fresh BED SYSTEM COUNT: a file system with that many files in $at/many.
fresh() {
    unmount
    image="$memory/image"
    [[ $1 == memory ]] || image="$disk/image"
    rm -f -- "$image"
    truncate -s 1G "$image"
    case "$2" in
        ext4) mkfs.ext4 -q -N 65536 "$image" ;;
        xfs) mkfs.xfs -q "$image" ;;
        *) die "$2 is no file system of this table" ;;
    esac >"$memory/log" 2>&1 || { cat "$memory/log" >&2 && die "no $2 could be made"; }
    loop="$(losetup --find --show "$image")"
    mount "$loop" "$at"
    mkdir "$at/many"
    head -c "$(($3 * bytes))" /dev/urandom | (cd "$at/many" && split -a 5 -b "$bytes" --numeric-suffixes - small)
    sync -f "$at"
}

keshiin() {
    local out
    out="$(mktemp -d "$memory/out.XXXXXX")"
    "$binary" wipe file "$at/many" --recursive --confirm "$1" --handler "$memory/bench.key" --no-witness measurement \
        --purpose reuse --classification 1 --out "$out" --home "$memory/home" --passphrase-file "$memory/passphrase" --json
}
erase_with() {
    case "$1" in
        keshiin) keshiin "$2" ;;
        shred-n1) find "$at/many" -type f -print0 | xargs -0 shred -u -n1 -- ;;
        shred) find "$at/many" -type f -print0 | xargs -0 shred -u -- ;;
        srm) srm -r "$at/many" ;;
    esac
}

results="$memory/results"
: >"$results"

# measure BED SYSTEM TOOL
measure() {
    local count="$files" code=0 begin end left
    [[ $3 != srm ]] || count="$slow_files"
    fresh "$1" "$2" "$count"
    begin="$EPOCHREALTIME"
    erase_with "$3" "$count" >"$memory/said" 2>"$memory/errors" || code=$?
    end="$EPOCHREALTIME"
    left="$(find "$at" -path '*many*' -type f | wc -l)"
    # Removed, and said so; a name left in the folder's blocks is an exception (5), told and no failure.
    if ((left > 0)) || ! ((code == 0 || (code == 5))); then
        echo "files-peers: $*: exit $code, $left files left" >&2
        tail -n 5 "$memory/errors" >&2
        exit 1
    fi
    awk -v row="$1|$2|$3|$count|$code" -v a="$begin" -v b="$end" -v n="$count" \
        'BEGIN { printf "%s|%.3f|%.1f\n", row, b - a, n / (b - a) }' >>"$results"
    tail -n 1 "$results" >&2
}

for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds" >&2
    for bed in ${beds//,/ }; do
        for system in ${systems//,/ }; do
            for tool in keshiin shred-n1 shred srm; do
                [[ $tool != srm ]] || command -v srm >/dev/null || continue
                measure "$bed" "$system" "$tool"
            done
        done
    done
done

echo "files of $bytes bytes, $rounds rounds, $(nproc) processors, Linux $(uname -r), $(shred --version | head -n 1)"
echo
echo "| bed | file system | tool | files | exit | s (middle) | files/s | least | most | keshiin is faster by |"
echo "|---|---|---|---|---|---|---|---|---|---|"
sort -t '|' -k1,3 -k7,7n -s "$results" | awk -F '|' '
    function flush(    middle) {
        if (!n) return
        middle = n % 2 ? rate[(n + 1) / 2] : (rate[n / 2] + rate[n / 2 + 1]) / 2
        order[++rows] = key; of[key] = middle; least[key] = rate[1]; most[key] = rate[n]; rest[key] = count; said[key] = code
    }
    { if ($1 "|" $2 "|" $3 != key) { flush(); n = 0; key = $1 "|" $2 "|" $3 } rate[++n] = $7; count = $4; code = $5 }
    END {
        flush()
        for (i = 1; i <= rows; i++) {
            key = order[i]; split(key, part, "|")
            own = of[part[1] "|" part[2] "|keshiin"]
            printf "| %s | %s | %s | %d | %d | %.2f | %.0f | %.0f | %.0f | %s |\n", part[1], part[2], part[3], rest[key], said[key], rest[key] / of[key], of[key], least[key], most[key], (part[3] == "keshiin" ? "" : sprintf("%.1f", own / of[key]))
        }
    }'
