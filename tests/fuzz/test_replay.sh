#!/bin/sh
# Each fuzz target over its seeds and over what was ever found with it, one TAP
# test for each. $SXLIB says which build.
set -u
build=$(dirname "$SXLIB")
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
"${PYTHON:-python3}" tests/fuzz/seeds.py "$seeds" || exit 1
n=0
bad=0
for source in tests/fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    target=${name#fuzz_}
    n=$((n + 1))
    found=tests/fuzz/found/$target
    [ -d "$found" ] || found=
    if "$build/tests/fuzz/$name" "$seeds/$target" $found >"$seeds/log" 2>&1; then
        echo "ok $n - $target: $(tail -n 1 "$seeds/log")"
    else
        bad=1
        echo "not ok $n - $target"
        tail -n 30 "$seeds/log" | sed 's/^/# /'
    fi
done
echo "1..$n"
exit $bad
