#!/bin/bash
# initramfs.sh BUILD OUT FILE...: make an initramfs for the board: busybox, what
# lies in guest/ here and of tests/alsa what serves here too, the programs of
# BUILD/arm64 and BUILD/armhf, the unit tests that user emulation cannot run, the
# modules for USB, and the FILEs in /t.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?the build folder}
out=${2:?the initramfs}
shift 2
kernel=$("$here/fetch.sh" kernel)
version=$(cat "$kernel/version")
libraries=$("$here/fetch.sh" arm64)
modules="bcm2835_wdt dummy_hcd usb_f_midi snd-usb-audio"
units="test_tty test_store_faults test_confine test_midi_io"
applets="[ ash awk basename cat chmod cmp cp cut date dd dirname dmesg echo env
    expr false find grep head ifconfig insmod kill killall ln ls mkdir mount mv
    od poweroff printf ps pwd rm rmdir sed seq sh sha256sum sleep sort stat stty
    sync tail test touch tr true umount uname uniq usleep wc xargs"

root=$(mktemp -d "${TMPDIR:-/tmp}/initramfs.XXXXXX")
chmod 755 "$root"
trap 'rm -rf "$root"' EXIT

fail() {
    echo "initramfs.sh: $*" >&2
    exit 1
}

put_libraries() { # put_libraries ARCH TRIPLET FILE: those it needs
    local name from
    for name in $("$2-readelf" -d "$3" 2>/dev/null |
        sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
        [ ! -e "$root/lib/$2/$name" ] || continue
        for from in "$("$here/fetch.sh" "$1")"/{lib,usr/lib}/"$2/$name"; do
            [ -e "$from" ] || continue
            cp -L "$from" "$root/lib/$2/$name"
            put_libraries "$1" "$2" "$from"
            continue 2
        done
        fail "no $name for $1"
    done
}

put() { # put ARCH TRIPLET FILE PATH: stripped, with the libraries it needs
    mkdir -p "$root$(dirname "$4")" "$root/lib/$2"
    "$2-strip" -o "$root$4" "$3"
    put_libraries "$1" "$2" "$3"
}

put_programs() { # put_programs ARCH TRIPLET LOADER
    local from
    from=$("$here/fetch.sh" "$1")
    put "$1" "$2" "$build/$1/sxlib" "/$1/sxlib"
    # Opened by name.
    put "$1" "$2" "$from/usr/lib/$2/libsmf.so.0" "/lib/$2/libsmf.so.0"
    cp -L "$from/lib/$2/$3" "$root/lib/$3"
}

# As in tests/alsa: /m/NAME lists the files of a module and of what it needs.
put_module() { # put_module NAME
    local word file name
    PATH=$PATH:/usr/sbin:/sbin modprobe -d "$kernel" -S "$version" \
        --show-depends "$1" >"$root/depends" || fail "no module $1"
    : >"$root/m/${1//-/_}"
    while read -r word file _; do
        [ "$word" = insmod ] || continue # the others are built in
        name=$(basename "$file" .xz)
        echo "$name" >>"$root/m/${1//-/_}"
        xz -dcf "$file" >"$root/m/$name"
    done <"$root/depends"
    rm "$root/depends"
}

mkdir -p "$root"/{bin,dev,etc,m,proc,root,run,sys,t,tmp,usr/bin,usr/share}
cp "$libraries/bin/busybox" "$root/bin/busybox"
for applet in $applets; do
    ln -s busybox "$root/bin/$applet"
done
cp "$here"/../alsa/guest/{case.sh,modp,usbmidi} "$root/bin"
cp "$here/guest/init" "$root/init"
cp "$here/guest/cases.sh" "$@" "$root/t"
put_programs arm64 aarch64-linux-gnu ld-linux-aarch64.so.1
put_programs armhf arm-linux-gnueabihf ld-linux-armhf.so.3
put arm64 aarch64-linux-gnu "$libraries/usr/bin/amidi" /usr/bin/amidi
aarch64-linux-gnu-gcc -static -o "$root/bin/baud_base" "$here/baud_base.c"
for unit in $units; do
    put arm64 aarch64-linux-gnu "$build/arm64/tests/unit/$unit" "/t/unit/$unit"
done
cp -rL "$libraries/usr/share/alsa" "$root/usr/share/alsa"
rm -rf "$root"/usr/share/alsa/{ucm2,ucm,topology,speaker-test,init}
for module in $modules; do
    put_module "$module"
done
(cd "$root" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$out"
