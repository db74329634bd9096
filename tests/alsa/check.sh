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
    for group in overrun receive send serial stall readme unplug ports refuse \
        virtual; do
        echo "$* $group"
    done
}

{
    groups -k default "$build"
    groups --short -k newest "$build"
    groups --short -k default "$sane"
} | xargs -P "${ALSA_JOBS:-2}" -L 1 "$here/run.sh" |
    awk '/^[0-9]+ passed, [0-9]+ failed$/ { good += $1; bad += $3; next }
        { print; fflush() }
        END { print good + 0 " passed, " bad + 0 " failed"
            exit bad > 0 || good == 0 }'
