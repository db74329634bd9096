#!/bin/bash
# vm.sh [options] SCRIPT [FILE | FILE:/PATH]...: run a script on a real Linux
# kernel with ALSA devices, on a machine that has none: Debian's own kernel in
# QEMU. The busybox sh SCRIPT runs as root in /t, where the FILEs are.
#
#   -k KERNEL   default, newest or a package (default); see fetch.sh
#   -t SECONDS  for the whole run (300)
#   -m MIB      memory (512)
#   -c CPUS     (1)
#   -d IMAGE    a Debian on a disk: SCRIPT runs when its systemd is up, and ends
#               it as a power cut would
#   -l LOG      keep the raw console there
#
# On stdout, as it comes: what SCRIPT prints on stdout and stderr. Exit status:
# that of SCRIPT (0..126); 124: it took too long; 125: no set-up, no boot, or a
# kernel that oopsed.
#
# The emulation is always TCG: a /dev/kvm that opens may still not run a stock
# kernel, and TCG boots in a few seconds.
#
# COM1 is the console. COM2 and a PCI UART are tied together, as a serial MIDI
# line: see guest/serialmidi.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
kernel=default seconds=300 memory=512 cpus=1 log= init=
disk=()
while getopts k:t:m:c:d:l: option; do
    case $option in
    k) kernel=$OPTARG ;;
    t) seconds=$OPTARG ;;
    m) memory=$OPTARG ;;
    c) cpus=$OPTARG ;;
    d)
        disk=(-drive "file=$OPTARG,format=raw,if=virtio")
        init=rdinit=/bin/boot
        ;;
    l) log=$OPTARG ;;
    *) exit 125 ;;
    esac
done
shift $((OPTIND - 1))
script=${1:?a script}
shift

work=$(mktemp -d "${TMPDIR:-/tmp}/sxlib-vm.XXXXXX")
qemu=
trap 'exit 143' HUP INT TERM
trap '[ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true; rm -rf "$work"' EXIT
log=${log:-$work/console}
: >"$log"

folder=$("$here/fetch.sh" "$kernel") || exit 125
"$here/initramfs.sh" "$folder" "$work/initrd" \
    "$script:/t/script" "$@" || exit 125

# timeout: no qemu stays behind, even if this script is killed with -9.
timeout "$seconds" qemu-system-x86_64 -M pc -accel tcg,thread=multi \
    -m "$memory" -smp "$cpus" -nodefaults -display none -no-reboot \
    -kernel "$folder/vmlinux" -initrd "$work/initrd" \
    -append "console=ttyS0 quiet panic=-1 oops=panic mitigations=off $init" \
    -device isa-debug-exit,iobase=0xf4,iosize=4 \
    -serial "file:$log" \
    -chardev "socket,id=midi,path=$work/midi,server=on,wait=off" \
    -chardev "socket,id=synth,path=$work/midi" \
    -device isa-serial,iobase=0x2f8,irq=3,chardev=midi \
    -device pci-serial,chardev=synth "${disk[@]}" \
    </dev/null >"$work/qemu" 2>&1 &
qemu=$!
tail -n +1 -s 0.1 -f --pid="$qemu" "$log" 2>/dev/null |
    sed -un -e 's/\r$//' -e '1,/^=====begin/d' -e '/^=====end/q' -e p &
filter=$!
status=0
wait "$qemu" || status=$?
qemu=
wait "$filter" || true

# isa-debug-exit: qemu ends with twice the number that was written, plus one.
if [ $((status % 2)) = 1 ] && grep -aq '^=====end' "$log"; then
    exit $((status / 2))
fi
if [ "$status" = 124 ]; then
    echo "vm.sh: no end after $seconds s" >&2
else
    echo "vm.sh: qemu ended with status $status" >&2
    status=125
fi
cat "$work/qemu" >&2
echo "vm.sh: the last lines of the console:" >&2
tail -n 30 "$log" | sed 's/^/| /' >&2
exit "$status"
