#!/bin/sh
# valgrind.sh BUILD: every unit test program of a build under valgrind: no
# error, no leak. The last line is "N passed, N failed".
set -u
build=$1
passed=0
failed=0
mkdir -p "$build/log"
for test in "$build"/tests/unit/test_*; do
    case $test in *.o | *.d) continue ;; esac
    log=$build/log/valgrind-$(basename "$test").log
    if valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
        --child-silent-after-fork=yes "$test" >"$log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$test FAILED under valgrind, see $log:"
        tail -n 30 "$log"
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
