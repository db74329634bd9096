#!/bin/sh
# run.sh BUILD SECONDS [TARGET...]: fuzz each target in a build with libFuzzer,
# SECONDS in all, two at a time. What is worth keeping is kept in BUILD/corpus
# and built upon next time; what breaks a target, in BUILD/crash. The last line
# is "N passed, N failed".
set -u
build=$1
seconds=$2
shift 2
[ $# -gt 0 ] || set -- $(ls tests/fuzz/fuzz_*.c | sed 's|.*/fuzz_||; s|\.c$||')
each=$((seconds * 2 / $#))
[ $each -ge 1 ] || each=1
mkdir -p "$build/log" "$build/crash"
"${PYTHON:-python3}" tests/fuzz/seeds.py "$build/seeds" || exit 1
export ASAN_OPTIONS=abort_on_error=0:allocator_may_return_null=1

fuzz() { # fuzz TARGET
    mkdir -p "$build/corpus/$1"
    set -- "$1" "$build/corpus/$1" "$build/seeds/$1"
    [ ! -d "tests/fuzz/found/$1" ] || set -- "$@" "tests/fuzz/found/$1"
    name=$1
    shift
    "$build/tests/fuzz/fuzz_$name" -max_total_time=$each -timeout=10 -rss_limit_mb=1500 \
        -max_len=4096 -print_final_stats=1 -artifact_prefix="$build/crash/$name-" "$@" \
        >"$build/log/fuzz_$name.log" 2>&1 </dev/null
    echo $? >"$build/log/fuzz_$name.status"
}

result() { # result TARGET
    log=$build/log/fuzz_$1.log
    runs=$(sed -n 's/^stat::number_of_executed_units: //p' "$log")
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
    if [ "$(cat "$build/log/fuzz_$1.status")" = 0 ]; then
        echo "$1: ${runs:-0} executions, ${edges:-0} edges"
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$1 FAILED after ${runs:-?} executions, see $log:"
        grep -E 'not so:|ERROR:|runtime error|SUMMARY|Test unit written' "$log" | head -n 8
        echo "keep it: mkdir -p tests/fuzz/found/$1 && cp $build/crash/$1-... tests/fuzz/found/$1/"
    fi
}

passed=0
failed=0
while [ $# -gt 0 ]; do
    first=$1
    second=${2:-}
    shift
    fuzz "$first" &
    if [ -n "$second" ]; then
        shift
        fuzz "$second"
    fi
    wait
    result "$first"
    [ -z "$second" ] || result "$second"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
