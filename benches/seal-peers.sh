#!/usr/bin/env bash
# keshiin beside its peers: sealing and opening on memory-backed files, all in one run, round by round.
#
#   benches/seal-peers.sh [--rounds N] [--sizes MIB,MIB] [--files N,N] [--with-rage] [--peers-only] [BINARY]
#
# BINARY (default: target/release/keshiin) must be built already. Needs some 9 GiB of memory in /dev/shm and
# writes nowhere else. Peers that are missing are installed with apt where that can be done, else their rows
# say so; rage is no Debian package: it is used where it is installed (or in ~/.cargo/bin), and --with-rage
# builds it first (some minutes). Every command of a round runs before the next round begins, so a busy
# machine disturbs all rows alike: read the ratios before the absolute numbers.
# Before each command as much memory as it will write is touched and given back: memory that a virtual
# machine has not used for a while costs more than any cipher.
#
# Workloads: one incompressible file of 512 MiB and of 2 GiB; 10,000 and 40,000 files of 16 KiB. 7z, cp and
# keshiin take the folder, the others a tar of it through a pipe. Outputs are removed before each command, and
# what was opened is compared with what was sealed each time.
#   keshiin, no read-back   seal --no-read-back: record signed, ledger written, papers made
#   keshiin                 the same and everything read back; opened with a recipient's key
#   age, rage, gpg          to a public key; gpg without compression
#   7z                      -mx0 and a passphrase: AES-CBC and CRC, so nothing is authenticated
#   cp, tar                 no encryption: what cannot be gone below
# CPU is user and system time of all processes of a command; peak is the memory of its largest process.
# The slope is what each further GiB (or 10,000 files) costs: passphrases, keys and papers do not count in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=5
sizes=(512 2048)
counts=(10000 40000)
with_rage=false
peers_only=false
binary=target/release/keshiin
file_kib=16

die() {
    echo "seal-peers: $*" >&2
    exit 2
}

# pair TEXT: two ascending whole numbers with a comma between them.
pair() {
    [[ $1 =~ ^([1-9][0-9]*),([1-9][0-9]*)$ ]] && ((BASH_REMATCH[1] < BASH_REMATCH[2])) || die "$1: not two ascending numbers"
    echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
}

while (($#)); do
    case "$1" in
        --rounds) rounds="${2:?--rounds wants a number}" && shift 2 ;;
        --sizes) both="$(pair "${2:?--sizes wants MiB,MiB}")" && read -ra sizes <<<"$both" && shift 2 ;;
        --files) both="$(pair "${2:?--files wants N,N}")" && read -ra counts <<<"$both" && shift 2 ;;
        --with-rage) with_rage=true && shift ;;
        --peers-only) peers_only=true && shift ;;
        -h | --help) sed -n '2,24s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 0 ;;
        -*) die "unknown option $1" ;;
        *) binary="$1" && shift ;;
    esac
done

[[ $rounds =~ ^[1-9][0-9]*$ ]] || die "--rounds takes a whole number"
for count in "${counts[@]}"; do ((count % 100 == 0)) || die "--files takes multiples of 100"; done
[[ $(stat -f -c %T /dev/shm) == tmpfs ]] || die "/dev/shm is not memory"
$peers_only || [[ -x $binary ]] || die "$binary is not there: cargo build --release, or --peers-only"
binary="$(realpath -m "$binary")"

# All inputs, the largest sealed and opened once, and what the commands themselves take.
needed_mib=$((sizes[0] + 3 * sizes[1] + 3 * (counts[0] + counts[1]) * file_kib / 1024 + 1024))
free_mib="$(df --output=avail -m /dev/shm | tail -n 1)"
memory_mib="$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)"
((needed_mib <= free_mib && needed_mib <= memory_mib)) ||
    die "needs $needed_mib MiB; /dev/shm has $free_mib free, the machine $memory_mib"

# A command of a peer, and the Debian package that has it.
install_missing() {
    local need packages=()
    for need in "age age" "gpg gnupg" "7z p7zip-full" "/usr/bin/time time"; do
        command -v "${need% *}" >/dev/null || packages+=("${need#* }")
    done
    ((${#packages[@]})) && ((EUID == 0)) && command -v apt-get >/dev/null || return 0
    echo "installing ${packages[*]}" >&2
    apt-get update -q >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}" >/dev/null 2>&1 || true
}

install_missing
PATH="$PATH:$HOME/.cargo/bin"
if $with_rage && ! command -v rage >/dev/null; then cargo install rage --locked; fi
[[ -x /usr/bin/time ]] || die "GNU time is missing (apt-get install time)"

work="$(mktemp -d /dev/shm/keshiin-seal-peers.XXXXXX)"
export GNUPGHOME="$work/gnupg"

clean_up() {
    # gpg leaves an agent behind, which belongs to this home alone.
    [[ -d $GNUPGHOME ]] && gpgconf --kill gpg-agent 2>/dev/null
    rm -rf -- "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# --- keys and inputs -----------------------------------------------------------------------

export keys="$work/keys" binary work
mkdir "$work/in"

keshiin() { "$binary" --quiet --home "$work/home" --passphrase-file "$keys/passphrase" "$@"; }
export -f keshiin

prepare_keys() {
    if $peers_only; then
        mkdir "$keys"
        head -c 24 /dev/urandom | base64 >"$keys/passphrase"
    else
        scripts/delivery-people "$binary" "$work"
    fi
}

prepare_peers() {
    if command -v age-keygen >/dev/null; then age-keygen -o "$keys/age" 2>/dev/null; fi
    if command -v rage-keygen >/dev/null; then rage-keygen -o "$keys/rage" 2>/dev/null; fi
    if command -v gpg >/dev/null; then
        mkdir -m 700 "$GNUPGHOME"
        gpg --batch --quiet --passphrase '' --quick-gen-key bench future-default default never
    fi
}

# Public keys stand as a comment in age's key files.
public_of() { if [[ -f $1 ]]; then sed -n 's/^# public key: //p' "$1"; fi; }

prepare_inputs() {
    local size count folder
    for size in "${sizes[@]}"; do head -c "${size}M" /dev/urandom >"$work/in/file-$size"; done
    for count in "${counts[@]}"; do
        # A hundred to a folder.
        for ((folder = 0; folder < count / 100; folder++)); do
            mkdir -p "$work/in/tree-$count/$folder"
            head -c $((100 * file_kib * 1024)) /dev/urandom |
                split -b "${file_kib}K" -d -a 2 - "$work/in/tree-$count/$folder/file-"
        done
    done
}

# --- commands: row, kind of workload, what is done -------------------------------------------
# Each begins with $input (its name: $name, in $parent), $sealed and $opened, two empty folders.

declare -A run
run[cp:file:seal]='cp "$input" "$opened/$name"'
run[cp:tree:seal]='cp -r "$input" "$opened/$name"'
run[tar:tree:seal]='tar cf "$sealed/p" -C "$parent" "$name"'
run[tar:tree:open]='tar xf "$sealed/p" -C "$opened"'
run[age:file:seal]='age -r "$age_to" -o "$sealed/p" "$input"'
run[age:file:open]='age -d -i "$keys/age" -o "$opened/$name" "$sealed/p"'
run[age:tree:seal]='tar cf - -C "$parent" "$name" | age -r "$age_to" >"$sealed/p"'
run[age:tree:open]='age -d -i "$keys/age" "$sealed/p" | tar xf - -C "$opened"'
run[rage:file:seal]='rage -r "$rage_to" -o "$sealed/p" "$input"'
run[rage:file:open]='rage -d -i "$keys/rage" -o "$opened/$name" "$sealed/p"'
run[rage:tree:seal]='tar cf - -C "$parent" "$name" | rage -r "$rage_to" >"$sealed/p"'
run[rage:tree:open]='rage -d -i "$keys/rage" "$sealed/p" | tar xf - -C "$opened"'
gpg_seal='gpg --batch --quiet --trust-model always -r bench --cipher-algo AES256 -z 0'
run[gpg:file:seal]="$gpg_seal"' -o "$sealed/p" --encrypt "$input"'
run[gpg:file:open]='gpg --batch --quiet -o "$opened/$name" --decrypt "$sealed/p"'
run[gpg:tree:seal]='tar cf - -C "$parent" "$name" | '"$gpg_seal"' --encrypt >"$sealed/p"'
run[gpg:tree:open]='gpg --batch --quiet --decrypt "$sealed/p" | tar xf - -C "$opened"'
run[7z:file:seal]='7z a -bd -mx0 -mhe=on -p"$(<"$keys/passphrase")" "$sealed/p.7z" "$input"'
run[7z:file:open]='7z x -bd -y -p"$(<"$keys/passphrase")" -o"$opened" "$sealed/p.7z"'
run[7z:tree:seal]="${run[7z:file:seal]}"
run[7z:tree:open]="${run[7z:file:open]}"
keshiin_seal='keshiin seal "$input" --to "$keys/recipient.pub" --sender "$keys/sender.key" --out "$sealed" --name p --title Bench --classification 1'
for kind in file tree; do
    run[keshiin, no read-back:$kind:seal]="$keshiin_seal --no-read-back"
    run[keshiin:$kind:seal]="$keshiin_seal"
    run[keshiin:$kind:open]='keshiin open "$sealed/p.keshiin" --key "$keys/recipient.key" --out "$opened"'
done

rows=(cp tar age rage gpg 7z)
$peers_only || rows+=("keshiin, no read-back" keshiin)

# --- measuring -------------------------------------------------------------------------------

results="$work/results"
: >"$results"
TIMEFORMAT='%R %U %S'

# Hundredths of a second that all processors were busy since boot.
busy() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9 }' /proc/stat; }

# A hypervisor takes back memory that lies idle, and giving it out again costs a command more than its work. So as much
# as a command is going to write is written and removed right before it, the same for all.
warm() {
    local size="$(du -sm "$input" | cut -f 1)"
    head -c "$((size + size / 8 + 64))M" /dev/zero >"$work/warm"
    rm "$work/warm"
}

note() {
    local IFS=$'\t'
    printf '%s\n' "$*" >>"$results"
}

# measure ROW ACTION: runs the command once; notes real, user and system seconds, peak in KiB, busy hundredths.
measure() {
    local row="$1" action="$2" status=0 before after
    local command="${run[$1:$kind:$2]}"
    warm
    before="$(busy)"
    { time /usr/bin/time -q -f %M -o "$work/peak" bash -o pipefail -c "$command" >"$work/log" 2>&1; } 2>"$work/time" || status=$?
    after="$(busy)"
    if ((status)); then
        echo "  $name: $row $action: exit $status; the last lines it said:" >&2
        tail -n 5 "$work/log" >&2
        note "$name" "$row" "$action" failed "$round" "exit $status"
        return 1
    fi
    note "$name" "$row" "$action" ok "$round" "$(tail -n 1 "$work/time") $(tail -n 1 "$work/peak") $((after - before))"
}

# What was opened (or copied) is what was sealed.
expect_equal() {
    local row="$1" action="$2"
    if [[ $kind == file ]]; then
        cmp --silent "$input" "$opened/$name" && return 0
    else
        diff --recursive --brief "$input" "$opened/$name" >/dev/null 2>&1 && return 0
    fi
    echo "  $name: $row: what came out is not what went in" >&2
    note "$name" "$row" "$action" failed "$round" different
}

is_there() { [[ $1 == keshiin* ]] || command -v "$1" >/dev/null; }

# one_row ROW: seals and opens the input of a workload.
one_row() {
    local row="$1"
    [[ -n ${run[$row:$kind:seal]:-} ]] || return 0
    is_there "$row" || { note "$name" "$row" seal missing && return 0; }
    rm -rf -- "$sealed" "$opened"
    mkdir "$sealed" "$opened"
    measure "$row" seal || return 0
    if [[ -n ${run[$row:$kind:open]:-} ]]; then
        measure "$row" open || return 0
        expect_equal "$row" open
    elif [[ $row == cp ]]; then
        expect_equal "$row" seal
    fi
}

export sealed="$work/sealed" opened="$work/opened" parent="$work/in" input name
one_round() {
    local kind row
    for name in "${names[@]}"; do
        kind="${name%-*}" input="$parent/$name"
        for row in "${rows[@]}"; do one_row "$row"; done
    done
}

# Medians for each workload, in the order in which the rows were first run, then the slopes.
tables() {
    awk -F '\t' -v small="${sizes[0]}" -v large="${sizes[1]}" -v few="${counts[0]}" -v many="${counts[1]}" \
        -v file_kib="$file_kib" -v rounds="$rounds" -v rows="$(IFS='|' && echo "${rows[*]}")" '
        function line(text) { sub(/ +$/, "", text); print text }

        # Sorts list[1..count]; gives the middle.
        function median(list, count,    i, j, t) {
            for (i = 2; i <= count; i++)
                for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
            return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
        }
        function ratio(a, b) { return a > 0 && b > 0 ? sprintf("%.2f", a / b) : "-" }

        # One action of one row: wall, range, MB/s, CPU per GiB, peak, against age.
        function cells(name, row, action, mib,    i, w, c, p, count, low, high, wall) {
            if (bad[name, row, action]) { failures = 1; return sprintf("%8s%55s", "FAILED", "") }
            for (i = 1; i <= rounds; i++) if ((name, row, action, i) in real) {
                w[++count] = real[name, row, action, i]; c[count] = cpu[name, row, action, i]; p[count] = peak[name, row, action, i]
            }
            if (!count) return sprintf("%8s%55s", (name, row) in missing ? "missing" : "-", "")
            wall = median(w, count); low = w[1]; high = w[count]
            return sprintf("%8.2f %14s %8.0f %10.2f %9.0f %9s", wall, sprintf("[%.2f-%.2f]", low, high), mib * 1.048576 / wall, median(c, count) * 1024 / mib, median(p, count) / 1024, ratio(wall, middle(name, "age", action)))
        }
        function middle(name, row, action,    i, w, count) {
            for (i = 1; i <= rounds; i++) if ((name, row, action, i) in real) w[++count] = real[name, row, action, i]
            return count ? median(w, count) : 0
        }
        function table(name, title, mib,    r) {
            printf "\n%-24s %-64s %s\n", title, "seal", "open"
            head = sprintf("%8s %14s %8s %10s %9s %9s", "wall s", "[min-max]", "MB/s", "CPU s/GiB", "peak MiB", "/ age")
            printf "%-24s %s %s\n", "", head, head
            for (r = 1; r <= row_count; r++)
                if ((name, order[r]) in known) line(sprintf("%-24s %s %s", order[r], cells(name, order[r], "seal", mib), cells(name, order[r], "open", mib)))
        }

        # Median over the rounds of what `units` more cost, in wall or CPU seconds for one unit.
        function slope(from, to, row, action, units, cpu_too,    i, s, count) {
            for (i = 1; i <= rounds; i++)
                if ((from, row, action, i) in real && (to, row, action, i) in real)
                    s[++count] = cpu_too ? (cpu[to, row, action, i] - cpu[from, row, action, i]) / units : (real[to, row, action, i] - real[from, row, action, i]) / units
            low_slope = high_slope = 0
            if (!count) return 0
            m = median(s, count); low_slope = s[1]; high_slope = s[count]
            return m
        }
        function slope_cells(from, to, row, action, units,    wall, range, age) {
            if (bad[from, row, action] || bad[to, row, action]) return sprintf("%8s%35s", "FAILED", "")
            wall = slope(from, to, row, action, units, 0)
            if (!wall) return sprintf("%8s%35s", "-", "")
            range = sprintf("[%.3f-%.3f]", low_slope, high_slope)
            age = slope(from, to, "age", action, units, 0)
            return sprintf("%8.3f %15s %9s %8.3f", wall, range, ratio(wall, age), slope(from, to, row, action, units, 1))
        }
        function slopes(from, to, title, units,    r) {
            printf "\n%-42s %-43s %s\n", title, "seal", "open"
            head = sprintf("%8s %15s %9s %8s", "wall s", "[min-max]", "/ age", "CPU s")
            printf "%-42s %s %s\n", "", head, head
            for (r = 1; r <= row_count; r++)
                if ((to, order[r]) in known && !((to, order[r]) in missing)) line(sprintf("%-42s %s %s", order[r], slope_cells(from, to, order[r], "seal", units), slope_cells(from, to, order[r], "open", units)))
        }

        BEGIN { row_count = split(rows, order, "|") }
        { known[$1, $2] = 1 }
        $4 == "missing" { missing[$1, $2] = 1 }
        $4 == "failed" { bad[$1, $2, $3] = 1; failures = 1 }
        $4 == "ok" {
            split($6, t, " ")
            real[$1, $2, $3, $5] = t[1]; cpu[$1, $2, $3, $5] = t[2] + t[3]; peak[$1, $2, $3, $5] = t[4]
            all += t[1]; others += t[5] / 100 - t[2] - t[3]
        }
        END {
            table("file-" small, small " MiB, one file", small)
            table("file-" large, large " MiB, one file", large)
            table("tree-" few, few " files of " file_kib " KiB", few * file_kib / 1024)
            table("tree-" many, many " files of " file_kib " KiB", many * file_kib / 1024)
            slopes("file-" small, "file-" large, "each GiB more (" small " to " large " MiB)", (large - small) / 1024)
            slopes("tree-" few, "tree-" many, "each 10,000 files more (" few " to " many ")", (many - few) / 10000)
            printf "\nOther processes kept %.2f processors busy meanwhile (quiet: below 0.10).\n", all ? others / all : 0
            exit failures
        }' "$results"
}

names=("file-${sizes[0]}" "file-${sizes[1]}" "tree-${counts[0]}" "tree-${counts[1]}")
echo "tmpfs to tmpfs, $rounds rounds, $(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1))"
for row in "${rows[@]}"; do is_there "$row" || echo "$row is missing: its rows say so"; done
prepare_keys
prepare_peers
age_to="$(public_of "$keys/age")" rage_to="$(public_of "$keys/rage")"
export age_to rage_to
prepare_inputs
for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds" >&2
    one_round
done
tables
