#!/bin/bash
# board.sh BUILD: boot an emulated Raspberry Pi 3 with the programs of BUILD/arm64
# and BUILD/armhf, and play the instrument at its PL011, the UART at the pins
# (/dev/ttyAMA0): guest/cases.sh and player.py. The log and the raw console stay
# in BUILD/log. The last line is "N passed, N failed".
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?the build folder}
seconds=${TEST_TIMEOUT:-900}
kernel=$("$here/fetch.sh" kernel)
work=$(mktemp -d "${TMPDIR:-/tmp}/sxlib-arm.XXXXXX")
qemu= player=
trap 'exit 143' HUP INT TERM
trap 'kill $qemu $player 2>/dev/null || true; rm -rf "$work"' EXIT
log=$build/log/arm-board
mkdir -p "$build/log"
ln -sf "$(cd "$build/log" && pwd)/arm-board.console" "$work/console"
: >"$work/console"

python3 -c 'import random, sys
r = random.Random(3)
sys.stdout.buffer.write(b"\xf0\x7d" + bytes(r.randrange(128) for _ in range(3997)) + b"\xf7")' \
    >"$work/four.syx"
"$here/initramfs.sh" "$build" "$work/initrd" "$work/four.syx"

# The console is the mini UART, which QEMU has as the second serial line.
timeout "$seconds" qemu-system-aarch64 -M raspi3b -accel tcg,thread=multi \
    -display none -no-reboot -kernel "$kernel/Image" -dtb "$kernel/rpi3.dtb" \
    -initrd "$work/initrd" \
    -append "console=ttyS1,115200 quiet panic=-1 loglevel=3" \
    -chardev "socket,id=midi,path=$work/midi,server=on,wait=off" \
    -serial chardev:midi -serial "file:$work/console" \
    -qmp "unix:$work/qmp,server=on,wait=off" \
    </dev/null >"$work/qemu" 2>&1 &
qemu=$!
timeout "$seconds" python3 -u "$here/player.py" "$work" >"$log.log" 2>&1 &
player=$!

# A board without its watchdog cannot even restart after a panic.
while kill -0 $qemu 2>/dev/null && kill -0 $player 2>/dev/null &&
    ! grep -aEq '^=====end|Kernel panic' "$work/console"; do
    sleep 0.2
done
[ ! -d /proc/$player ] || timeout 10 tail --pid=$qemu -f /dev/null || true
kill $qemu 2>/dev/null || true
wait $qemu || true
timeout 10 tail --pid=$player -f /dev/null || true
kill $player 2>/dev/null || true
status=0
wait $player || status=$?
qemu= player=

cat "$log.log"
passed=$(grep -c '^ok ' "$log.log" || true)
failed=$(grep -c '^not ok ' "$log.log" || true)
if [ $status = 0 ] && grep -aq '^=====end 0' "$work/console"; then
    echo "ok - the board boots, does its job and ends"
    passed=$((passed + 1))
else
    echo "not ok - the board: player's status $status; the end of the console:"
    failed=$((failed + 1))
    cat "$work/qemu"
    tail -n 15 "$work/console" | sed 's/^/#   /'
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
