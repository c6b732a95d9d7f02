#!/usr/bin/env bash
# keshiin beside its peers: erasing one loop device backed by memory, all in one run, round by round.
#
#   benches/erase-peers.sh [--rounds N] [--size MIB] [--peers-only] [BINARY]
#
# Needs root. Makes its own loop device on /dev/shm and touches no other. BINARY (default:
# target/release/keshiin) must be built already. Every command of a round runs before the next round
# begins, so a busy machine disturbs all rows alike: read the ratios before the absolute numbers.
#
# Rows:
#   dd write          one direct pass of zeros, nothing read back
#   dd write+read     the same, then everything read once: what a verified erasure cannot go below
#   shred -n1         one random pass, nothing read back
#   nwipe …           one pass, verified (nwipe's --verify=last); Debian: apt-get install nwipe
#   keshiin …         one pass, verified in full, record signed, ledger written, paper made
# CPU is that of the command itself; the kernel's loop worker costs as much again for every row.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=3
size_mib=2048
peers_only=false
binary=target/release/keshiin

die() {
    echo "erase-peers: $*" >&2
    exit 2
}

while (($#)); do
    case "$1" in
        --rounds) rounds="${2:?--rounds wants a number}" && shift 2 ;;
        --size) size_mib="${2:?--size wants MiB}" && shift 2 ;;
        --peers-only) peers_only=true && shift ;;
        -h | --help) sed -n '2,18s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 0 ;;
        -*) die "unknown option $1" ;;
        *) binary="$1" && shift ;;
    esac
done

[[ $rounds =~ ^[1-9][0-9]*$ && $size_mib =~ ^[1-9][0-9]*$ ]] || die "--rounds and --size take whole numbers"
((size_mib % 4 == 0)) || die "--size must be a multiple of 4 MiB"
((EUID == 0)) || die "loop devices need root"
[[ $(stat -f -c %T /dev/shm) == tmpfs ]] || die "/dev/shm is not memory"
$peers_only || [[ -x $binary ]] || die "$binary is not there: cargo build --release, or --peers-only"

work="$(mktemp -d /dev/shm/keshiin-erase-peers.XXXXXX)"
image="$work/disk.img"
loop=""

# Whether $loop still is the device that was made here.
is_ours() { [[ -n $loop && $(losetup --noheadings --output BACK-FILE "$loop" 2>/dev/null) == "$image" ]]; }

clean_up() {
    if is_ours; then losetup --detach "$loop" || true; fi
    rm -rf -- "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Written in full, so that no row pays for the memory of the file.
dd if=/dev/urandom of="$image" bs=4M count=$((size_mib / 4)) status=none
loop="$(losetup --find --show "$image")"
losetup --direct-io=on "$loop"
is_ours || die "$loop is not the device that was made here"
node="${loop##*/}"
blocks=$((size_mib / 4))

results="$work/results"
: >"$results"
TIMEFORMAT='%R %U %S'

# measure NAME COMMAND…: runs the command once and notes real, user and system seconds.
measure() {
    local name="$1" status=0 log="$work/log"
    shift
    is_ours || die "$loop is not ours any more"
    { time "$@" >"$log" 2>&1; } 2>"$work/time" || status=$?
    if ((status)); then
        echo "  $name: exit $status; the last lines it said:" >&2
        tail -n 5 "$log" >&2
        printf '%s\tfailed\t%s\n' "$name" "$status" >>"$results"
    else
        printf '%s\tok\t%s\n' "$name" "$(tail -n 1 "$work/time")" >>"$results"
    fi
    return 0
}

# A row that claims zeros must have left zeros.
expect_zeros() {
    blockdev --flushbufs "$loop"
    cmp --silent --bytes=$((size_mib << 20)) "$loop" /dev/zero && return 0
    echo "  $1: the device does not hold zeros" >&2
    printf '%s\tfailed\tnot zero\n' "$1" >>"$results"
}

dd_write() { dd if=/dev/zero of="$loop" bs=4M count="$blocks" oflag=direct; }
dd_write_read() { dd_write && dd if="$loop" of=/dev/null bs=4M iflag=direct; }
nwipe_once() {
    nwipe --autonuke --nogui --nowait --noblank --rounds=1 --method="$1" --verify=last \
        -l "$work/nwipe.log" "$loop"
}

prepare_keshiin() {
    head -c 24 /dev/urandom | base64 >"$work/passphrase"
    chmod 600 "$work/passphrase"
    mkdir "$work/home"
    "$binary" key new --id bench --name 'Bench' --org 'Bench' --out "$work/bench.key" \
        --home "$work/home" --passphrase-file "$work/passphrase" --json >"$work/log" 2>&1 ||
        { cat "$work/log" >&2 && die "no key could be made"; }
}

keshiin_wipe() {
    "$binary" wipe device "$loop" --method "$1" --verify full --handler "$work/bench.key" \
        --no-witness 'measurement' --purpose reuse --classification 1 --out "$2" --confirm "$node" \
        --home "$work/home" --passphrase-file "$work/passphrase" --json
}

one_round() {
    measure "dd write" dd_write
    measure "dd write+read" dd_write_read
    measure "shred -n1" shred -n1 "$loop"
    if command -v nwipe >/dev/null; then
        measure "nwipe zero, verify" nwipe_once zero
        expect_zeros "nwipe zero, verify"
        measure "nwipe prng, verify" nwipe_once prng
    else
        printf 'nwipe zero, verify\tmissing\t\nnwipe prng, verify\tmissing\t\n' >>"$results"
    fi
    $peers_only && return 0
    local method out
    for method in clear-zero clear-1; do
        out="$(mktemp -d "$work/out.XXXXXX")"
        measure "keshiin $method, full" keshiin_wipe "$method" "$out"
        if [[ $method == clear-zero ]]; then expect_zeros "keshiin $method, full"; fi
    done
}

# Medians, in the order in which the rows were first run.
table() {
    awk -F '\t' -v mib="$size_mib" '
        function median(list, count,    i, j, t) {
            for (i = 2; i <= count; i++)
                for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
            return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
        }
        !($1 in seen) { seen[$1] = 1; order[++rows] = $1 }
        $2 == "failed" { failed[$1]++ }
        $2 == "missing" { missing[$1]++ }
        $2 == "ok" { split($3, t, " "); n[$1]++; wall[$1, n[$1]] = t[1] + 0; cpu[$1, n[$1]] = t[2] + t[3] }
        END {
            for (r = 1; r <= rows; r++) {
                name = order[r]
                for (i = 1; i <= n[name]; i++) { w[i] = wall[name, i]; c[i] = cpu[name, i] }
                if (n[name]) { mw[name] = median(w, n[name]); low[name] = w[1]; high[name] = w[n[name]]; mc[name] = median(c, n[name]) }
            }
            floor = mw["dd write+read"]; shred = mw["shred -n1"]
            printf "%-26s %8s %17s %8s %10s %14s %9s\n", "", "wall s", "[min-max]", "MB/s", "CPU s/GiB", "/ dd wr+read", "/ shred"
            for (r = 1; r <= rows; r++) {
                name = order[r]
                if (missing[name]) { printf "%-26s %8s\n", name, "missing"; continue }
                if (failed[name] || !mw[name]) { printf "%-26s %8s\n", name, "FAILED"; bad = 1; continue }
                range = sprintf("[%.2f-%.2f]", low[name], high[name])
                printf "%-26s %8.2f %17s %8.0f %10.2f %14s %9s\n", name, mw[name], range, mib * 1.048576 / mw[name], mc[name] / (mib / 1024), floor ? sprintf("%.2f", mw[name] / floor) : "-", shred ? sprintf("%.2f", mw[name] / shred) : "-"
            }
            exit bad
        }' "$results"
}

echo "$size_mib MiB on $loop (tmpfs, direct I/O), $rounds rounds, $(nproc) processors"
command -v nwipe >/dev/null || echo "nwipe is missing (apt-get install nwipe): its rows are marked as missing"
$peers_only || prepare_keshiin
for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds" >&2
    one_round
done
table
