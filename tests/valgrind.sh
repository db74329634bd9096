#!/bin/sh
# valgrind.sh BUILD: every unit test program of a build under valgrind: no
# error, no leak. Only test_confine cannot: what it forbids itself, memory and
# system calls, valgrind needs. The last line is "N passed, N failed".
set -u
build=$1
mkdir -p "$build/log"
failed=$(mktemp)
trap 'rm -f "$failed"' EXIT

# The longest first, so that none runs alone at the end.
programs() {
    echo "$build/tests/unit/test_session"
    for test in "$build"/tests/unit/test_*; do
        case $test in
        *.o | *.d | */test_confine | */test_session) ;;
        *) echo "$test" ;;
        esac
    done
}

# shellcheck disable=SC2016
programs | xargs -P "$(nproc)" -I {} sh -c '
    log=$1/log/valgrind-$(basename "$2").log
    valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
        --child-silent-after-fork=yes "$2" >"$log" 2>&1 && exit
    echo "$2" >>"$3"
    echo "$2 FAILED under valgrind, see $log:"
    tail -n 30 "$log"' sh "$build" {} "$failed"

all=$(programs | wc -l)
bad=$(wc -l <"$failed")
echo "$((all - bad)) passed, $bad failed"
[ "$bad" = 0 ] && [ "$all" -gt 0 ]
