#!/bin/sh
# run.sh BUILD [NAME...]: run the tests of a build, or those whose path has one
# of the NAMEs in it, $TEST_JOBS programs at a time (as many as there are
# processors). Every test program speaks TAP; its log is kept beside it in
# BUILD/log. A program has its line when it ends; the last line is "N passed, N
# failed". A program that crashes, ends non-zero with no failed test, runs no
# test or not all that it planned, or runs longer than $TEST_TIMEOUT (seconds,
# 300) counts as one failure.
set -u

# one BUILD PROGRAM: run it, and say in one line how it ended: exit status,
# tests passed, failed and skipped, seconds, PROGRAM.
one() {
    log=$1/log/${2##*/}.log
    start=$(date +%s)
    timeout -k 10 "${TEST_TIMEOUT:-300}" "$2" >"$log" 2>&1 </dev/null
    status=$?
    # cmocka 1.1 says "not ok" to a skipped test.
    skip=$(grep -ciE '^(not )?ok .*# SKIP' "$log")
    good=$(grep -viE '# SKIP' "$log" | grep -c '^ok ')
    bad=$(grep -viE '# SKIP' "$log" | grep -c '^not ok ')
    planned=$(awk '/^1\.\.[0-9]+$/ { n += substr($0, 4) } END { print n + 0 }' "$log")
    ran=$((good + bad + skip))
    if [ $ran = 0 ] || [ $ran != "$planned" ] || { [ $status != 0 ] && [ "$bad" = 0 ]; }; then
        bad=$((bad + 1))
    fi
    echo "$status $good $bad $skip $(($(date +%s) - start)) $2"
}

# programs BUILD: one a line. Those of whole programs are in order of size, which
# is about that of their time, so that none that takes long is left for the end.
programs() {
    find "$1/tests/unit" -name 'test_*' ! -name '*.*' | sort
    ls -S tests/fuzz/test_*.sh tests/cli/test_*.py tests/cli/*.sh
}

# Where $TMPDIR does not say otherwise, scratch files are in memory, if that has
# room: a disk that others keep busy takes its time for each sync.
in_memory() {
    awk '$2 == "/dev/shm" && $4 !~ /noexec/ { found = 1 } END { exit !found }' \
        /proc/mounts 2>/dev/null &&
        [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 1048576 ]
}

if [ "$1" = --one ]; then
    one "$2" "$3"
    exit
fi
build=$1
shift
SXLIB=$(realpath "$build/sxlib") || exit 1
export SXLIB PYTHONDONTWRITEBYTECODE=1
export CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C.UTF-8
mkdir -p "$build/log"
[ -n "${TMPDIR:-}" ] || ! in_memory || export TMPDIR=/dev/shm

list=$(programs "$build" | grep -F "$(printf '%s\n' "$@")")
left=$(echo "$list" | grep -c .)
passed=0
failed=0
skipped=0
echo "$list" | xargs -P "${TEST_JOBS:-$(nproc)}" -I {} "$0" --one "$build" {} | {
    while read -r status good bad skip seconds program; do
        left=$((left - 1))
        passed=$((passed + good))
        failed=$((failed + bad))
        skipped=$((skipped + skip))
        if [ "$bad" = 0 ]; then
            echo "$program $good ok$([ "$skip" = 0 ] || echo ", $skip skipped"), $seconds s"
        else
            log=$build/log/${program##*/}.log
            echo "$program $bad FAILED (exit status $status), see $log:"
            grep -v '^ok ' "$log" | tail -n 40
        fi
    done
    [ $left = 0 ] || echo "$left programs FAILED: nobody saw how they ended"
    [ $skipped = 0 ] || echo "$skipped skipped: grep SKIP $build/log/*"
    failed=$((failed + left))
    echo "$passed passed, $failed failed"
    [ $failed = 0 ] && [ $passed -gt 0 ]
}
