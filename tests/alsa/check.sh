#!/bin/bash
# check.sh BUILD: all that `make check-alsa` runs: every case on Debian's default
# kernel, and the short selection on its newest one and, with sanitizers, on the
# default one. Two guests at a time. The last line is "N passed, N failed".
set -u

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?the build folder}
sane=$build/address,undefined

"$here/../setup.sh" alsa || exit
make --no-print-directory -j2 BUILD="$sane" SAN=address,undefined all alsa ||
    exit

groups() { # the longest first
    for group in overrun receive send serial watch take stall readme unplug ports refuse \
        virtual; do
        echo "$* $group"
    done
}

# run JOBS <groups: run.sh for each; what it says, and its group in `failed` if
# that failed
run() {
    # shellcheck disable=SC2016
    xargs -P "$1" -L 1 sh -c '"$0" "$@" || echo "$*" >>'"$failed" "$here/run.sh"
}

failed=$(mktemp)
first=$(mktemp)
trap 'rm -f "$failed" "$first"' EXIT
sum() {
    awk '/^[0-9]+ passed, [0-9]+ failed$/ { good += $1; bad += $3; next }
        { print; fflush() }
        END { print good + 0 " passed, " bad + 0 " failed" }'
}

{
    groups -k default "$build"
    groups --short -k newest "$build"
    groups --short -k default "$sane"
} | run "${ALSA_JOBS:-2}" | sum | tee "$first"
[ -s "$failed" ] || exit 0

# Two emulated machines may starve each other: what failed is run again, alone,
# and it is said.
again=$(cat "$failed")
: >"$failed"
echo "again, alone: $(echo "$again" | tr '\n' ';')"
second=$(printf '%s\n' "$again" | run 1 | sum | tee /dev/stderr | tail -n 1)
good=$(tail -n 1 "$first" | cut -d' ' -f1)
bad=$(echo "$second" | cut -d' ' -f3)
echo "$good passed, $bad failed"
[ "$bad" = 0 ]
