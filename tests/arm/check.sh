#!/bin/bash
# check.sh BUILD: all that `make check-arm` runs: cross-builds, warnings as
# errors; unit tests and some whole-program tests under user emulation; a boot of
# an emulated Raspberry Pi 3. The last line is "N passed, N failed".
set -u

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?the build folder}
log=$build/log
mkdir -p "$log"

# Whole programs: ports and clocks, where processors and kernels differ most.
programs="cli/test_receive.py cli/test_send.py cli/test_watch.py
cli/test_recall.py cli/test_record.py cli/test_play.py"

# Calls that have a twin for times that do not end in 2038.
short_times='(clock_(get|set)time|(clock_)?nanosleep|(__)?ppoll(_chk)?|select|
pselect|[fl]?stat|fstatat|utimensat|futimens|gettimeofday|time|(gm|local)time(_r)?|
mktime|timegm|timerfd_settime|pthread_(cond|mutex)_(timed|clock)(wait|lock)|
sem_(timed|clock)wait|recvmmsg)'

try() { # try WHAT LOG COMMAND...
    local what=$1 to=$log/$2 began=$SECONDS
    shift 2
    if "$@" >"$to" 2>&1; then
        echo "ok - $what # $((SECONDS - began)) s"
    else
        echo "not ok - $what, see $to:"
        grep -aE 'error|warning|undefined|not ' "$to" | head -n 20 | sed 's/^/#   /'
    fi
}

# One after the other: each uses all processors.
compile() {
    local cross=$here/cross.sh
    try "arm64 builds without a warning" arm64-make.log \
        "$cross" arm64 "$build/arm64" "-j$(nproc)" all unit replay
    try "armhf builds without a warning" armhf-make.log \
        "$cross" armhf "$build/armhf" "-j$(nproc)" all unit replay
    try "ARMv6 compiles without a warning" armv6-make.log \
        "$cross" armv6 "$build/armv6" "-j$(nproc)" objects
    try "armhf: no time ends in 2038" armhf-time.log long_times
    try "ARMv6: no object needs more than an ARM1176 and libgcc" armv6.log only_v6
}

long_times() {
    arm-linux-gnueabihf-nm -D "$build"/armhf/{sxlib,sxlib-audio} |
        awk '{ print $NF }' >"$log/armhf-calls"
    grep -q '^__clock_gettime64@' "$log/armhf-calls" || {
        echo "not there: a call for long times"
        return 1
    }
    ! grep -E "^${short_times//[[:space:]]/}@" "$log/armhf-calls" |
        sed 's/^/not for long times: /' | grep .
}

# Of 64 bits at once it has nothing, so these would need libatomic.
only_v6() {
    local objects
    objects=$(find "$build/armv6" -name '*.o')
    [ -n "$objects" ] || return 1
    # shellcheck disable=SC2086
    arm-linux-gnueabihf-nm -u $objects | grep -E '__atomic_' |
        sed 's/^/not in libgcc: /' | grep . && return 1
    # shellcheck disable=SC2086
    ! arm-linux-gnueabihf-readelf -A $objects | grep Tag_CPU_arch |
        grep -v 'Tag_CPU_arch: v6$' | sed 's/^/not ARMv6: /' | grep .
}

# Unit tests, and whole programs.
emulate() { # emulate ARCH
    # shellcheck disable=SC2086
    "$here/user.sh" "$1" "$build/$1" tests/unit/ $programs
}

for what in arm64 armhf qemu kernel; do
    "$here/fetch.sh" $what >/dev/null || exit
done
good=0 bad=0
while read -r line; do
    case $line in
    *' passed, '*' failed')
        good=$((good + ${line%% *}))
        line=${line#* passed, }
        bad=$((bad + ${line% failed}))
        ;;
    *) echo "$line" ;;
    esac
done < <(
    compile | tee "$log/arm-compile.log"
    echo "$(grep -c '^ok' "$log/arm-compile.log") passed," \
        "$(grep -c '^not ok' "$log/arm-compile.log") failed"
    emulate arm64
    emulate armhf
    "$here/board.sh" "$build"
)
echo "$good passed, $bad failed"
[ $bad = 0 ] && [ $good -gt 0 ]
