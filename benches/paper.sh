#!/usr/bin/env bash
# Time and memory of printing: one certificate, many in one file, a list, labels, and checking them again.
#
# Works with a demonstration's throw-away keys on image files in a folder of its own; needs no root.
#   benches/paper.sh [--records N] [--rounds N] [--binary FILE] [--dir DIR]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

records=1000
rounds=5
binary=target/release/keshiin
dir="${TMPDIR:-/tmp}"
while (($#)); do
    case "$1" in
        --records) records="$2" ;;
        --rounds) rounds="$2" ;;
        --binary) binary="$2" ;;
        --dir) dir="$2" ;;
        *) echo "unknown option $1" >&2; exit 2 ;;
    esac
    shift 2
done
binary="$(realpath "$binary")"
work="$(mktemp -d "$dir/keshiin-paper.XXXXXX")"
trap 'rm -rf "$work"' EXIT
cd "$work"

# measure NAME COMMAND…: wall seconds and peak memory, the median of all rounds.
measure() {
    local name="$1" round
    shift
    for ((round = 0; round < rounds; round++)); do
        rm -f out.pdf
        /usr/bin/time -f '%e %M' -o time.txt "$@" >/dev/null 2>&1 || true
        tail -1 time.txt
    done | sort -n >all.txt
    awk -v name="$name" '{ wall[NR] = $1; kib[NR] = $2 }
        END { m = int((NR + 1) / 2); printf "%-44s %8.2f s %9.1f MiB\n", name, wall[m], kib[m] / 1024 }' all.txt
}

"$binary" -q demo --dir demo >/dev/null
common=(--home demo/home --passphrase-file demo/passphrase.txt --lang ja)
mkdir images out
confirm=()
for ((n = 1; n <= records; n++)); do
    truncate -s 64K "images/disk-$n.img"
    confirm+=(--confirm "disk-$n.img")
done

begin=$(date +%s%N)
"$binary" -q "${common[@]}" wipe device images/*.img --image --handler demo/handler.key \
    --witness demo/witness.key --purpose disposal --classification 1 --out out "${confirm[@]}" >/dev/null
end=$(date +%s%N)
mapfile -t all < <(ls out/*.json | grep -v '\.slip\.json$')
echo "${#all[@]} media of 64 KiB erased, signed by two and printed twice each: $(((end - begin) / 1000000)) ms"
one="${all[0]}"
echo "size of one PDF: $(stat -c %s "${one%.json}.pdf") bytes (record $(stat -c %s "$one"))"

measure "print: one certificate" "$binary" "${common[@]}" print "$one" --out out.pdf
measure "print: one certificate, signed" "$binary" "${common[@]}" print "$one" --key demo/handler.key --out out.pdf
measure "verify: one PDF, drawn again" "$binary" "${common[@]}" verify "${one%.json}.pdf"
measure "verify: one record" "$binary" "${common[@]}" verify "$one"
rounds=1
measure "print: ${#all[@]} certificates in one file" "$binary" "${common[@]}" print "${all[@]}" --out out.pdf
echo "its size: $(stat -c %s out.pdf) bytes"
cp out.pdf many.pdf
measure "verify: that file, drawn again" "$binary" "${common[@]}" verify many.pdf
measure "print: list of ${#all[@]}" "$binary" "${common[@]}" print --list "${all[@]}" --out out.pdf
echo "its size: $(stat -c %s out.pdf) bytes"
measure "print: ${#all[@]} labels" "$binary" "${common[@]}" print --label "${all[@]}" --out out.pdf
echo "its size: $(stat -c %s out.pdf) bytes"
