#!/bin/bash
# initramfs.sh KERNEL OUT [FILE | FILE:/PATH]...: make an initramfs for a kernel
# folder of fetch.sh: busybox, the sound modules, the ALSA tools, what lies in
# guest/, and the FILEs, in /t unless a PATH is said. The shared libraries that a
# program needs come along at their own paths. guest/init runs /t/script.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
kernel=$1
out=$2
shift 2
version=$(basename "$kernel")
version=${version#linux-image-}

# What guest/modp can load. What these depend on comes along.
modules="snd-seq snd-rawmidi snd-seq-midi snd-virmidi snd-seq-dummy
    dummy_hcd usb_f_midi snd-usb-audio snd-serial-u16550
    brd virtio_pci virtio_blk crc32c_generic ext4
    loop nls_cp437 nls_ascii nls_utf8 vfat exfat"
tools="amidi aconnect mkfs.exfat"

root=$(mktemp -d "${TMPDIR:-/tmp}/initramfs.XXXXXX")
chmod 755 "$root"
trap 'rm -rf "$root"' EXIT

fail() {
    echo "initramfs.sh: $*" >&2
    exit 1
}

put() { # put FILE PATH: the file and the libraries it needs
    local library
    mkdir -p "$root$(dirname "$2")"
    cp -L --remove-destination "$1" "$root$2"
    for library in $({ ldd "$1" 2>/dev/null || true; } | grep -o '/[^ ]*'); do
        [ -e "$root$library" ] || install -D "$library" "$root$library"
    done
}

# /m/NAME lists the files of one module and of what it needs, in order.
put_module() { # put_module NAME
    local word file name
    modprobe -d "$kernel" -S "$version" --show-depends "$1" >"$root/depends" ||
        fail "no module $1 in $kernel"
    : >"$root/m/${1//-/_}"
    while read -r word file _; do
        [ "$word" = insmod ] || continue # the others are built in
        name=$(basename "$file")
        name=${name%.?z*}
        echo "$name" >>"$root/m/${1//-/_}"
        case $file in
        *.xz) xz -dc "$file" ;;
        *.zst) zstd -qdc "$file" ;;
        *) cat "$file" ;;
        esac >"$root/m/$name"
    done <"$root/depends"
    rm "$root/depends"
}

mkdir -p "$root"/{bin,dev,disk,etc,m,proc,root,run,sys,t,tmp,usr/bin,usr/share}
cp /bin/busybox "$root/bin/busybox"
for applet in $(/bin/busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
cp -rL /usr/share/alsa "$root/usr/share/alsa"
rm -rf "$root"/usr/share/alsa/{ucm2,ucm,topology,speaker-test,init}
for tool in $tools; do
    path=$(PATH=$PATH:/usr/sbin:/sbin command -v "$tool") || fail "no $tool"
    put "$path" "/usr/bin/$tool"
done
for module in $modules; do
    put_module "$module"
done
printf 'root:x:0:0::/root:/bin/sh\nplayer:x:1000:1000::/tmp:/bin/sh\n' \
    >"$root/etc/passwd"
printf 'root:x:0:\naudio:x:29:\nplayer:x:1000:\n' >"$root/etc/group"
for file in "$here"/guest/*; do
    put "$file" "/bin/$(basename "$file")"
done
mv "$root/bin/init" "$root/init"
for file; do
    case $file in
    *:/*) put "${file%%:/*}" "/${file#*:/}" ;;
    *) put "$file" "/t/$(basename "$file")" ;;
    esac
done
(cd "$root" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$out"
