#!/bin/bash
# run.sh [--short] [-k KERNEL] BUILD [GROUP]...: run the cases of a build on a
# real kernel, all of cases/ or the groups that are named. Each group has a boot
# of its own; its log stays in BUILD/log. The last line is "N passed, N failed".
#
# --short leaves out what takes long. KERNEL as in vm.sh.
set -u

here=$(cd "$(dirname "$0")" && pwd)
kernel=default short=
while :; do
    case ${1-} in
    --short) short=1 ;;
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
[ $# -gt 0 ] || set -- $(cd "$here/cases" && ls | sed 's/\.sh$//')

log=$build/log
mkdir -p "$log"
passed=0
failed=0
for group; do
    name=alsa-$group-$kernel${short:+-short}
    printf '%s, %s kernel: ' "$group" "$kernel"
    start=$SECONDS
    printf 'SHORT=%s\nexport SHORT\n. /t/%s.sh\n' "$short" "$group" \
        >"$log/$name.script"
    "$here/vm.sh" -k "$kernel" -t "${TEST_TIMEOUT:-300}" -m 768 \
        -l "$log/$name.console" "$log/$name.script" \
        "$here/cases/$group.sh" "$build/sxlib:/bin/sxlib" \
        "$build/tests/alsa/peer:/bin/peer" "$build/tests/alsa/judge:/bin/judge" \
        "$build/tests/alsa/terminal:/bin/terminal" >"$log/$name.log" 2>&1
    status=$?
    good=$(grep -c '^ok ' "$log/$name.log")
    bad=$(grep -c '^not ok ' "$log/$name.log")
    # The last command of a group decides its status: only what ends the whole
    # guest counts here.
    if [ "$status" -ge 124 ] || [ $((good + bad)) = 0 ]; then
        bad=$((bad + 1))
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    if [ "$bad" = 0 ]; then
        echo "$good ok, $((SECONDS - start)) s"
    else
        echo "$bad FAILED, see $log/$name.log:"
        grep -v '^ok ' "$log/$name.log" | tail -n 40
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
