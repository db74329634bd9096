#!/bin/bash
# user.sh arm64|armhf BUILD [NAME]...: run the tests of a cross-build, those whose
# path has a NAME in it, under user emulation; all of them take a quarter of an
# hour. The last line is "N passed, N failed".
#
# What the emulator cannot do is in qemu-user.txt. A test that is named there has
# to fail: one that passes has to be struck off.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
arch=${1:?arm64 or armhf}
build=$(cd "${2:?the build folder}" && pwd)
shift 2
case $arch in
arm64) emulator=qemu-aarch64 ;;
*) emulator=qemu-arm ;;
esac
emulator=$("$here/fetch.sh" qemu)/$emulator
root=$("$here/fetch.sh" "$arch")
user=$build/user

script() { # script PROGRAM PATH: runs the program
    printf '#!/bin/sh\nexec %s -L %s %s "$@"\n' "$emulator" "$root" "$1" >"$2"
    chmod +x "$2"
}

# A build whose programs are scripts. sxlib finds sxlib-audio by its own path: so
# the script for that lies beside the real sxlib.
rm -rf "$user"
mkdir -p "$user/elf" "$user/tests/unit"
cp "$build/sxlib" "$user/elf/sxlib"
script "$user/elf/sxlib" "$user/sxlib"
script "$build/sxlib-audio" "$user/sxlib-audio"
cp "$user/sxlib-audio" "$user/elf/"
for test in "$build"/tests/unit/test_*; do
    [ ! -x "$test" ] || script "$test" "$user/tests/unit/${test##*/}"
done

cd "$here/../.."
TEST_TIMEOUT=${TEST_TIMEOUT:-600} tests/run.sh "$user" "$@" >"$user/log.txt" 2>&1 || true
last=$(tail -n 1 "$user/log.txt")
passed=${last%% passed*} failed=${last#* passed, }
failed=${failed% failed}

# Those that must fail here.
known=0
while IFS=$'\t' read -r on test case _; do
    case $on in "$arch" | both) ;; *) continue ;; esac
    [ -e "$user/log/$test.log" ] || continue
    if grep -qE "^not ok [0-9]+ - $case" "$user/log/$test.log"; then
        known=$((known + 1))
    else
        echo "not ok - $test: $case: qemu-user can do it, strike it off"
        failed=$((failed + 1))
    fi
done < <(grep -v '^#' "$here/qemu-user.txt")
failed=$((failed - known))
[ "$failed" = 0 ] || grep -A 40 FAILED "$user/log.txt" | grep -v '^ok ' || true
echo "$arch under user emulation: $passed ok, $known that it cannot do"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
