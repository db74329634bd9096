#!/bin/bash
# run.sh [--short] [--first] [-k KERNEL] BUILD [GROUP[+GROUP]...]...: run the cases of a
# build on a real kernel, all of cases/ or the groups that are named. Each has a
# boot of its own, but for those that a + joins; its log and the raw console stay
# in BUILD/log. The last line is "N passed, N failed".
#
# --short leaves out what takes long, --first stops at the first case that fails.
# KERNEL as in fetch.sh (default). What a build with --coverage has counted lies
# beside the logs then.
set -u

here=$(cd "$(dirname "$0")" && pwd)
kernel=default
short= first=
while :; do
    case ${1-} in
    --short) short=1 ;;
    --first) first=1 ;;
    -k)
        kernel=$2
        shift
        ;;
    *) break ;;
    esac
    shift
done
build=${1:?the build folder}
shift
if [ $# = 0 ]; then
    for group in "$here"/cases/*.sh; do
        set -- "$@" "$(basename "$group" .sh)"
    done
fi

log=$build/log
mkdir -p "$log"
# Opened by name, so that ldd does not tell of it.
smf=$(pkg-config --variable=libdir smf)/libsmf.so.0
passed=0
failed=0
# The last lines of the script: what a build with --coverage has counted.
bring_out='[ ! -d /gcov ] || { echo =====gcov; tar -C /gcov -cz . | base64; }'
TIMEFORMAT='%0R s, %0U s of CPU'
for groups; do
    name=$log/alsa-$groups-$kernel${short:+-short}
    cases=()
    echo "SHORT=$short FIRST=$first CASE_TIMEOUT=${first:+120}" \
        "WATCH_ROUNDS=${WATCH_ROUNDS-} BIG_ROUNDS=${BIG_ROUNDS-}" >"$name.script"
    echo "export GCOV_PREFIX=/gcov GCOV_ERROR_FILE=/tmp/gcov.log" >>"$name.script"
    for group in ${groups//+/ }; do
        cases+=("$here/cases/$group.sh")
        echo "(. /t/$group.sh) || exit" >>"$name.script"
    done
    echo "$bring_out" >>"$name.script"
    { time "$here/vm.sh" -k "$kernel" -t "${TEST_TIMEOUT:-1800}" -m 768 \
        -l "$name.console" "$name.script" "${cases[@]}" \
        "$build/sxlib:/bin/sxlib" "$smf:$smf" "$build/tests/alsa/peer:/bin/peer" \
        "$build/tests/alsa/judge:/bin/judge" \
        "$build/tests/alsa/terminal:/bin/terminal" >"$name.log" 2>&1
    } 2>"$name.time"
    status=$?
    if grep -q '^=====gcov' "$name.log"; then
        mkdir -p "$name.gcov"
        sed '1,/^=====gcov/d' "$name.log" | base64 -di | tar -C "$name.gcov" -xz
        sed -i '/^=====gcov/,$d' "$name.log"
    fi
    good=$(grep -c '^ok ' "$name.log")
    bad=$(grep -c '^not ok ' "$name.log")
    # A group that was cut short, or could not even begin.
    if [ "$status" != 0 ] || [ $((good + bad)) = 0 ]; then
        bad=$((bad + 1))
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    what="$groups, $kernel kernel${short:+, short}"
    if [ "$bad" = 0 ]; then
        echo "$what: $good ok, $(cat "$name.time")"
    else
        echo "$what: $bad FAILED (status $status), see $name.log:"
        grep -v '^ok ' "$name.log" | tail -n 40
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
