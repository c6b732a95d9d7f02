#!/usr/bin/env bash
# keshiin beside its peers: erasing and reading back loop devices, all in one run, round by round.
#
#   benches/erase-peers.sh [--rounds N] [--sizes MIB,MIB] [--disk-dir DIR] [--beds memory,disk] [--nwipe PROGRAM]
#                          [--slow-rounds N] [--peers-only] [BINARY]
#
# Needs root. BINARY (default: target/release/keshiin) must be built already. Makes its own loop devices, with
# direct I/O: over files in /dev/shm (bed memory) and in DIR (bed disk, default: target/); touches no other.
# Peers that are missing are installed with apt where that can be done, else their rows say so. --nwipe names a
# newer nwipe than Debian's, to be measured beside it; Debian's own writes blocks of 4 KiB through the page cache
# and takes part in the first rounds alone (--slow-rounds, default 1). Every command of a round runs before the
# next round begins, so a busy machine disturbs all rows alike: read the ratios before the absolute numbers.
#
# What a command costs is taken from the slope: the time on the larger device less the time on the smaller one,
# for each GiB between them. So starting, keys and papers do not count, nor do nwipe's fixed waits.
#   write zero    dd bs=4M oflag=direct, scrub, shred -z, fio (io_uring, 1 MiB, 8 in flight), nwipe zero,
#                 keshiin clear-zero --verify none
#   write random  shred -n1, fio with fresh random buffers, nwipe prng, keshiin clear-1 --verify none
#   read back     dd bs=4M iflag=direct, fio, nothing compared; keshiin recheck of the erasure before it, compared
#                 byte for byte
#   random, read  nwipe prng --verify=last, keshiin clear-1 --verify full
#   four          fio writing to four devices at once, keshiin clear-1 --verify none of the four
# Whatever writes flushes at its end. CPU is user and system time of a command with all its threads, io_uring's
# workers included; the kernel's loop worker is not in it, and is the same for all. Peak is its memory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=5
sizes=(1024 4096)
disk_dir=target
beds=(memory disk)
nwipe_new=""
slow_rounds=1
peers_only=false
binary=target/release/keshiin

die() {
    echo "erase-peers: $*" >&2
    exit 2
}

while (($#)); do
    case "$1" in
        --rounds) rounds="${2:?--rounds wants a number}" && shift 2 ;;
        --sizes)
            [[ ${2:-} =~ ^([1-9][0-9]*),([1-9][0-9]*)$ ]] || die "--sizes wants MIB,MIB"
            sizes=("${BASH_REMATCH[@]:1}") && shift 2
            ;;
        --disk-dir) disk_dir="${2:?--disk-dir wants a folder}" && shift 2 ;;
        --beds) IFS=, read -ra beds <<<"${2:?--beds wants memory, disk or both}" && shift 2 ;;
        --nwipe) nwipe_new="${2:?--nwipe wants a program}" && shift 2 ;;
        --slow-rounds) slow_rounds="${2:?--slow-rounds wants a number}" && shift 2 ;;
        --peers-only) peers_only=true && shift ;;
        -h | --help) sed -n '2,27s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 0 ;;
        -*) die "unknown option $1" ;;
        *) binary="$1" && shift ;;
    esac
done

[[ $rounds =~ ^[1-9][0-9]*$ && $slow_rounds =~ ^[0-9]+$ ]] || die "--rounds and --slow-rounds take whole numbers"
((sizes[0] < sizes[1] && sizes[0] % 16 == 0 && sizes[1] % 16 == 0)) || die "--sizes takes two ascending multiples of 16"
for bed in "${beds[@]}"; do [[ $bed == memory || $bed == disk ]] || die "$bed is no bed"; done
((EUID == 0)) || die "loop devices need root"
[[ $(stat -f -c %T /dev/shm) == tmpfs ]] || die "/dev/shm is not memory"
$peers_only || [[ -x $binary ]] || die "$binary is not there: cargo build --release, or --peers-only"
[[ -z $nwipe_new || -x $nwipe_new ]] || die "$nwipe_new is not there"
binary="$(realpath -m "$binary")"

# Two devices, then four of a quarter each, whose files take the place of theirs.
needed_mib=$((sizes[0] + sizes[1] + 512))
free_of() { df --output=avail -m "$1" | tail -n 1; }
mkdir -p "$disk_dir"
for bed in "${beds[@]}"; do
    where=/dev/shm && [[ $bed == memory ]] || where="$disk_dir"
    ((needed_mib <= $(free_of "$where"))) || die "needs $needed_mib MiB in $where, which has $(free_of "$where")"
done
((needed_mib <= $(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo))) || die "needs $needed_mib MiB of memory"

# A command of a peer, and the Debian package that has it.
install_missing() {
    local need packages=()
    for need in "fio fio" "scrub scrub" "nwipe nwipe" "/usr/bin/time time"; do
        command -v "${need% *}" >/dev/null || packages+=("${need#* }")
    done
    ((${#packages[@]})) && command -v apt-get >/dev/null || return 0
    echo "installing ${packages[*]}" >&2
    apt-get update -q >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}" >/dev/null 2>&1 || true
}

install_missing
[[ -x /usr/bin/time ]] || die "GNU time is missing (apt-get install time)"

work="$(mktemp -d /dev/shm/keshiin-erase-peers.XXXXXX)"
on_disk="$(mktemp -d "$(realpath "$disk_dir")/keshiin-erase-peers.XXXXXX")"
declare -A file_of

# Whether a loop device still is one that was made here.
is_ours() { [[ -n ${file_of[$1]:-} && $(losetup --noheadings --output BACK-FILE "$1" 2>/dev/null) == "${file_of[$1]}" ]]; }

# detach DEVICE: and removes its file.
detach() {
    is_ours "$1" || return 0
    losetup --detach "$1" || true
    rm -f -- "${file_of[$1]}"
    unset "file_of[$1]"
}

clean_up() {
    local device
    for device in "${!file_of[@]}"; do detach "$device"; done
    rm -rf -- "$work" "$on_disk"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# attach BED MIB: a new device in $attached. Its file is written in full, so that no row pays for its blocks.
attach() {
    local file
    file="$(mktemp "$([[ $1 == memory ]] && echo "$work" || echo "$on_disk")/device.XXXXXX")"
    dd if=/dev/urandom of="$file" bs=4M count="$2"M iflag=count_bytes,fullblock conv=fsync status=none
    attached="$(losetup --find --show "$file")"
    losetup --direct-io=on "$attached"
    file_of[$attached]="$file"
    is_ours "$attached" || die "$attached is not the device that was made here"
}

prepare_keshiin() {
    head -c 24 /dev/urandom | base64 >"$work/passphrase"
    chmod 600 "$work/passphrase"
    mkdir "$work/home"
    "$binary" key new --id bench --name 'Bench' --org 'Bench' --out "$work/bench.key" \
        --home "$work/home" --passphrase-file "$work/passphrase" --json >"$work/log" 2>&1 ||
        { cat "$work/log" >&2 && die "no key could be made"; }
    # Without a roster nobody is believed, and nothing is rechecked.
    prepare_roster >"$work/log" 2>&1 || { cat "$work/log" >&2 && die "no roster could be made"; }
}
prepare_roster() {
    local home=(--home "$work/home" --passphrase-file "$work/passphrase")
    "$binary" key new --id issuer --name 'Issuer' --org 'Bench' --out "$work/issuer.key" "${home[@]}" --json &&
        "$binary" roster new --issuer "$work/issuer.key" --org 'Bench' --out "$work/home/roster.json" "${home[@]}" &&
        "$binary" key public "$work/bench.key" >"$work/bench.pub" &&
        "$binary" roster add "$work/home/roster.json" --issuer "$work/issuer.key" --member "$work/bench.pub" \
            --role handler "${home[@]}"
}

# --- commands: kind and row, what is done ----------------------------------------------------
# Each has $device (or $devices, four), $name, $mib.

# keshiin_wipe METHOD VERIFY DEVICE…
keshiin_wipe() {
    local method="$1" verify="$2" device confirm=() out
    shift 2
    for device in "$@"; do confirm+=(--confirm "${device##*/}"); done
    out="$(mktemp -d "$work/records.XXXXXX")"
    "$binary" wipe device "$@" --method "$method" --verify "$verify" --handler "$work/bench.key" \
        --no-witness 'measurement' --purpose reuse --classification 1 --out "$out" "${confirm[@]}" \
        --home "$work/home" --passphrase-file "$work/passphrase" --json
}
# keshiin_recheck: reads back what the newest record of the device says, and compares.
keshiin_recheck() {
    local records=("$work"/records.*/*_"${device##*/}".json) record newest=""
    for record in "${records[@]}"; do [[ -n $newest && $newest -nt $record ]] || newest="$record"; done
    "$binary" recheck "$newest" "$device" --home "$work/home" --json
}
fio_with() {
    fio --name=bench --ioengine=io_uring --direct=1 --bs=1M --iodepth=8 --size="${mib}M" --output="$work/fio" "$@"
}
# fio_four: a job for each device.
fio_four() {
    local device jobs=()
    for device in $devices; do jobs+=(--name="${device##*/}" --filename="$device"); done
    fio --ioengine=io_uring --direct=1 --bs=1M --iodepth=8 --size="${mib}M" --rw=write --end_fsync=1 \
        --output="$work/fio" "${jobs[@]}"
}
nwipe_with() { "$@" --autonuke --nogui --nowait --noblank --rounds=1 -l "$work/nwipe.log" "$device"; }
export -f keshiin_wipe keshiin_recheck fio_with fio_four nwipe_with
export binary work device devices mib nwipe_new

declare -A run
run[zero:dd]='dd if=/dev/zero of="$device" bs=4M count="$mib"M iflag=count_bytes oflag=direct conv=fsync'
run[zero:scrub]='scrub -f -S -p fillzero "$device"'
run[zero:shred]='shred -z -n0 "$device"'
run[zero:fio]='fio_with --filename="$device" --rw=write --zero_buffers --end_fsync=1'
run[zero:nwipe]='nwipe_with nwipe --method=zero --verify=off'
run[zero:nwipe new]='nwipe_with "$nwipe_new" -P noPDF --prng=isaac64 --method=zero --verify=off'
run[zero:keshiin]='keshiin_wipe clear-zero none "$device"'
run[random:shred]='shred -n1 "$device"'
run[random:fio]='fio_with --filename="$device" --rw=write --refill_buffers --end_fsync=1'
run[random:nwipe]='nwipe_with nwipe --prng=isaac64 --method=prng --verify=off'
run[random:nwipe new, chacha20]='nwipe_with "$nwipe_new" -P noPDF --prng=chacha20 --method=prng --verify=off'
run[random:nwipe new, isaac64]='nwipe_with "$nwipe_new" -P noPDF --prng=isaac64 --method=prng --verify=off'
run[random:keshiin]='keshiin_wipe clear-1 none "$device"'
run[read:dd]='dd if="$device" of=/dev/null bs=4M iflag=direct'
run[read:fio]='fio_with --filename="$device" --rw=read'
run[both:nwipe]='nwipe_with nwipe --prng=isaac64 --method=prng --verify=last'
run[both:nwipe new, chacha20]='nwipe_with "$nwipe_new" -P noPDF --prng=chacha20 --method=prng --verify=last'
run[both:nwipe new, isaac64]='nwipe_with "$nwipe_new" -P noPDF --prng=isaac64 --method=prng --verify=last'
run[both:keshiin]='keshiin_wipe clear-1 full "$device"'
run[read:keshiin]='keshiin_recheck'
run[four:fio]='fio_four'
run[four:keshiin]='keshiin_wipe clear-1 none $devices'

rows=(zero:dd zero:scrub zero:shred zero:fio zero:nwipe "zero:nwipe new" zero:keshiin
    random:shred random:fio random:nwipe "random:nwipe new, chacha20" "random:nwipe new, isaac64" random:keshiin
    read:dd read:fio both:nwipe "both:nwipe new, chacha20" "both:nwipe new, isaac64" both:keshiin read:keshiin)
four_rows=(four:fio four:keshiin)

# --- measuring -------------------------------------------------------------------------------

results="$work/results"
: >"$results"
TIMEFORMAT='%R %U %S'

note() {
    local IFS=$'\t'
    printf '%s\n' "$*" >>"$results"
}

# Hundredths of a second that all processors were busy since boot.
busy() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9 }' /proc/stat; }

# How many processors others keep busy: looked at while nothing is measured, since the kernel's loop workers
# cannot be told from others.
others() {
    local before
    before="$(busy)"
    sleep 0.25
    awk -v before="$before" -v after="$(busy)" 'BEGIN { print (after - before) / 25 }'
}

# A hypervisor takes back memory that lies idle; what a command needs for itself is touched before.
warm() {
    head -c 256M /dev/zero >"$work/warm"
    rm "$work/warm"
}

is_there() {
    case "$1" in
        *:keshiin) ! $peers_only ;;
        *:"nwipe new"*) [[ -n $nwipe_new ]] ;;
        *:nwipe) ((slow_rounds > 0)) && command -v nwipe >/dev/null ;;
        *) command -v "${1#*:}" >/dev/null ;;
    esac
}

# measure ROW: runs the command once; notes real, user and system seconds, peak in KiB, others' processors.
measure() {
    local row="$1" status=0 around
    is_there "$row" || { note "$bed" "$row" "$size" "$round" missing && return 0; }
    if [[ $row == *:nwipe ]] && ((round > slow_rounds)); then return 0; fi
    warm
    around="$(others)"
    { time /usr/bin/time -q -f %M -o "$work/peak" bash -o pipefail -c "${run[$row]}" >"$work/log" 2>&1; } 2>"$work/time" || status=$?
    if ((status)); then
        echo "  $bed $row: exit $status; the last lines it said:" >&2
        tail -n 5 "$work/log" >&2
        note "$bed" "$row" "$size" "$round" failed
        return 1
    fi
    note "$bed" "$row" "$size" "$round" ok "$(tail -n 1 "$work/time") $(tail -n 1 "$work/peak") $around"
}

# Whoever says zeros must have left zeros. Looked at once: it takes as long as a row.
expect_zeros() {
    ((round == 1)) || return 0
    blockdev --flushbufs "$device"
    cmp --silent --bytes=$((mib << 20)) "$device" /dev/zero && return 0
    echo "  $bed $1: the device does not hold zeros" >&2
    note "$bed" "$1" "$size" "$round" failed
}

# one_round DEVICE MIB: every row on one device.
one_round() {
    local row
    device="$1" mib="$2" size="$2" name="${1##*/}"
    is_ours "$device" || die "$device is not ours any more"
    for row in "${rows[@]}"; do
        # What zeros are expected of begins with something else.
        if [[ $row == zero:* && $round == 1 ]] && is_there "$row"; then
            openssl enc -aes-128-ctr -pass pass:x -nosalt -in /dev/zero 2>/dev/null | head -c "${mib}M" |
                dd of="$device" bs=4M iflag=fullblock oflag=direct status=none || true
        fi
        measure "$row" || continue
        if [[ $row == zero:* ]] && is_there "$row"; then expect_zeros "$row"; fi
    done
}

four_round() {
    local row
    size="$1" mib=$(($1 / 4)) devices="${*:2}"
    for row in "${four_rows[@]}"; do measure "$row" || continue; done
}

# one_bed BED: both devices in every round, then four small ones, then four larger ones.
one_bed() {
    local bed="$1" small large four number
    attach "$bed" "${sizes[0]}" && small="$attached"
    attach "$bed" "${sizes[1]}" && large="$attached"
    for ((round = 1; round <= rounds; round++)); do
        echo "$bed, round $round of $rounds" >&2
        one_round "$small" "${sizes[0]}"
        one_round "$large" "${sizes[1]}"
    done
    detach "$small"
    detach "$large"
    declare -A of_size
    for size in "${sizes[@]}"; do
        four=()
        for number in 1 2 3 4; do attach "$bed" $((size / 4)) && four+=("$attached"); done
        of_size[$size]="${four[*]}"
    done
    for ((round = 1; round <= rounds; round++)); do
        echo "$bed, four devices, round $round of $rounds" >&2
        for size in "${sizes[@]}"; do four_round "$size" ${of_size[$size]}; done
    done
    for number in ${of_size[@]}; do detach "$number"; done
}

# --- tables ----------------------------------------------------------------------------------

tables() {
    awk -F '\t' -v small="${sizes[0]}" -v large="${sizes[1]}" -v rounds="$rounds" -v beds="${beds[*]}" \
        -v rows="$(IFS='|' && echo "${rows[*]}|${four_rows[*]}")" '
        # Sorts list[1..count]; gives the middle.
        function median(list, count,    i, j, t) {
            for (i = 2; i <= count; i++)
                for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
            return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
        }
        # Seconds (or CPU seconds) of one round for each GiB more.
        function step(what, bed, row, round) {
            return (got[what, bed, row, large, round] - got[what, bed, row, small, round]) * 1024 / (large - small)
        }
        function has(bed, row, round) {
            return ((bed, row, large, round) in ok) && ((bed, row, small, round) in ok)
        }
        # Median over the rounds; low and high are left behind.
        function slope(what, bed, row,    i, s, count, m) {
            low = high = 0
            for (i = 1; i <= rounds; i++) if (has(bed, row, i)) s[++count] = step(what, bed, row, i)
            if (!count) return 0
            m = median(s, count); low = s[1]; high = s[count]
            return m
        }
        function middle(what, bed, row, size,    i, s, count) {
            for (i = 1; i <= rounds; i++) if ((bed, row, size, i) in ok) s[++count] = got[what, bed, row, size, i]
            return count ? median(s, count) : 0
        }
        function ratio(a, b) { return a > 0 && b > 0 ? sprintf("%.2f", a / b) : "-" }
        function line(text) { sub(/ +$/, "", text); print text }
        function table(bed, kind, title, base,    r, row, wall, range, reference) {
            reference = slope("wall", bed, kind ":" base)
            printf "\n%-30s %9s %9s %10s %17s %8s %10s %9s %8s\n", bed ", " title, small " MiB s", large " MiB s", "s/GiB", "[min-max]", "MB/s", "CPU s/GiB", "peak MiB", "/ " base
            for (r = 1; r <= row_count; r++) {
                row = order[r]
                if (index(row, kind ":") != 1) continue
                if (bad[bed, row]) { line(sprintf("%-30s %9s", substr(row, length(kind) + 2), "FAILED")); continue }
                if ((bed, row) in missing) { line(sprintf("%-30s %9s", substr(row, length(kind) + 2), "missing")); continue }
                wall = slope("wall", bed, row); range = sprintf("[%.3f-%.3f]", low, high)
                if (!wall) continue
                line(sprintf("%-30s %9s %9s %10.3f %17s %8.0f %10.3f %9s %8s", substr(row, length(kind) + 2), sprintf("%.2f", middle("wall", bed, row, small)), sprintf("%.2f", middle("wall", bed, row, large)), wall, range, 1073.741824 / wall, slope("cpu", bed, row), sprintf("%.0f", middle("peak", bed, row, large) / 1024), ratio(wall, reference)))
            }
        }
        # The least slope of these rows, 0 where there is none.
        function least(bed, list,    n, names, i, s, best) {
            n = split(list, names, "|")
            for (i = 1; i <= n; i++) { s = bad[bed, names[i]] ? 0 : slope("wall", bed, names[i]); if (s > 0 && (!best || s < best)) best = s }
            return best
        }
        # A goal that wants at least (or at most) so much.
        function goal(text, measured, wanted, at_most,    met) {
            if (measured == "-" || measured <= 0) { printf "  %-86s %8s   not measured\n", text, "-"; return }
            met = at_most ? measured <= wanted : measured >= wanted
            printf "  %-86s %8.2f   %s %.2f: %s\n", text, measured, at_most ? "at most" : "at least", wanted, met ? "met" : "MISSED"
        }
        function over(bed, a, b,    x, y) { x = a ~ /\|/ ? least(bed, a) : slope("wall", bed, a); y = slope("wall", bed, b); return x > 0 && y > 0 ? x / y : 0 }
        function goals(bed) {
            printf "\nGoals, %s (ratios of bandwidth: keshiin / peer)\n", bed
            if (bed == "memory") {
                goal("seeded pass / dd writing zeros", over(bed, "zero:dd", "random:keshiin"), 0.95)
                goal("seeded pass / shred -n1", over(bed, "random:shred", "random:keshiin"), 2.5)
                goal("read-back with comparison / dd reading", over(bed, "read:dd", "read:keshiin"), 0.75)
                goal("seeded pass and full read-back / best nwipe prng --verify=last", over(bed, "both:nwipe new, chacha20|both:nwipe new, isaac64|both:nwipe", "both:keshiin"), 7)
                goal("zero pass / best of scrub, dd and fio", over(bed, "zero:scrub|zero:dd|zero:fio", "zero:keshiin"), 1)
                goal("CPU s/GiB of the zero pass", slope("cpu", bed, "zero:keshiin"), 0.45, 1)
                goal("CPU s/GiB of the seeded pass", slope("cpu", bed, "random:keshiin"), 0.7, 1)
                goal("four devices at once, the sum / fio on the four", over(bed, "four:fio", "four:keshiin"), 0.9)
            } else {
                goal("seeded pass / fio writing", over(bed, "zero:fio", "random:keshiin"), 0.95)
                goal("read-back with comparison / fio reading", over(bed, "read:fio", "read:keshiin"), 0.95)
                goal("four devices at once, the sum / fio on the four", over(bed, "four:fio", "four:keshiin"), 0.9)
            }
        }

        BEGIN { row_count = split(rows, order, "|") }
        $5 == "missing" { missing[$1, $2] = 1 }
        $5 == "failed" { bad[$1, $2] = 1; failures = 1 }
        $5 == "ok" {
            split($6, t, " ")
            ok[$1, $2, $3, $4] = 1
            got["wall", $1, $2, $3, $4] = t[1]; got["cpu", $1, $2, $3, $4] = t[2] + t[3]; got["peak", $1, $2, $3, $4] = t[4]
            around += t[5]; looks++; if (t[5] > most) most = t[5]
        }
        END {
            for (b = 1; b <= split(beds, bed_list, " "); b++) {
                bed = bed_list[b]
                table(bed, "zero", "write zero", "dd")
                table(bed, "random", "write random", "shred")
                table(bed, "read", "read back", "dd")
                table(bed, "both", "random, read back", "nwipe")
                table(bed, "four", "four at once", "fio")
                goals(bed)
            }
            printf "\nOthers kept %.2f processors busy between the commands, at most %.2f (quiet: below 0.10).\n", looks ? around / looks : 0, most
            exit failures
        }' "$results"
}

model="$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
echo "loop devices with direct I/O, $rounds rounds, $(nproc) processors ($model), Linux $(uname -r)"
for row in "${rows[@]}"; do is_there "$row" || echo "${row/:/, } is missing: its row says so"; done
command -v nwipe >/dev/null && nwipe -V
[[ -z $nwipe_new ]] || echo "nwipe new: $("$nwipe_new" -V)"
$peers_only || prepare_keshiin
for bed in "${beds[@]}"; do one_bed "$bed"; done
tables
