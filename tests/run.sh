#!/bin/sh
# run.sh BUILD [NAME...]: run the tests of a build, or those whose path has one
# of the NAMEs in it. Every test program speaks TAP; its log is kept beside it
# in BUILD/log. The last line is "N passed, N failed". A program that crashes,
# ends non-zero with no failed test, runs no test or not all that it planned, or
# runs longer than $TEST_TIMEOUT (seconds, 300) counts as one failure.
set -u
build=$1
shift
SXLIB=$(realpath "$build/sxlib") || exit 1
export SXLIB PYTHONDONTWRITEBYTECODE=1
export CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C.UTF-8
mkdir -p "$build/log"
passed=0
failed=0
skipped=0

wanted() { # wanted PATH NAME...
    path=$1
    shift
    [ $# -gt 0 ] || return 0
    for name; do
        case $path in *"$name"*) return 0 ;; esac
    done
    return 1
}

run() { # run LOG COMMAND...
    log=$1
    shift
    printf '%s ' "$1"
    timeout "${TEST_TIMEOUT:-300}" "$@" >"$log" 2>&1 </dev/null
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
    passed=$((passed + good))
    failed=$((failed + bad))
    skipped=$((skipped + skip))
    if [ "$bad" = 0 ]; then
        echo "$good ok$([ "$skip" = 0 ] || echo ", $skip skipped")"
    else
        echo "$bad FAILED (exit status $status), see $log:"
        grep -v '^ok ' "$log" | tail -n 40
    fi
}

for test in "$build"/tests/unit/test_* tests/cli/*.sh tests/cli/test_*.py tests/fuzz/test_*.sh; do
    [ -x "$test" ] && [ ! -d "$test" ] && wanted "$test" "$@" || continue
    run "$build/log/$(basename "$test").log" "$test"
done
[ $skipped = 0 ] || echo "$skipped skipped: grep SKIP $build/log/*"
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
