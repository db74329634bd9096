#!/bin/bash
# fetch.sh default|newest|PACKAGE: see to it that a Debian kernel lies in the
# cache, unpacked, and print its folder. Nothing is installed.
#
#   default  what linux-image-amd64 depends on
#   newest   the highest version that the package lists know
#
# Which packages these were is kept in the cache, so that later runs need no
# network and test the same kernel until the cache is thrown away.
# SXLIB_VM_CACHE: its folder (~/.cache/sxlib-vm).
set -euo pipefail

which=${1:?default, newest or a package}
cache=${SXLIB_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sxlib-vm}

fail() {
    echo "fetch.sh: $*" >&2
    exit 1
}

known() { # known default|newest: what the package lists say now
    local package
    case $1 in
    default)
        apt-cache depends linux-image-amd64 2>/dev/null |
            awk '$1 == "Depends:" { print $2; exit }'
        ;;
    newest)
        # No -rt-, -cloud- or -unsigned: the version, a dash and the flavour.
        for package in $(apt-cache pkgnames linux-image- 2>/dev/null |
            grep -E '^linux-image-[0-9.]+[0-9a-z.+~]*(-[0-9]+)?-amd64$' |
            sort -rV); do
            case $(apt-cache policy "$package") in
            *"Candidate: ("*) ;;
            *)
                echo "$package"
                break
                ;;
            esac
        done
        ;;
    esac
}

choose() { # choose default|newest: as kept, else as known, else after an update
    local package
    package=$(cat "$cache/$1" 2>/dev/null || true)
    [ -n "$package" ] || package=$(known "$1")
    if [ -z "$package" ]; then
        apt-get update >>"$cache/apt.log" 2>&1 || true
        package=$(known "$1")
    fi
    [ -n "$package" ] || fail "apt knows no Debian kernel: is this Debian?"
    echo "$package" >"$cache/$1"
    echo "$package"
}

download() { # download PACKAGE FOLDER: the .deb
    (cd "$2" && apt-get download "$1" >>"$cache/apt.log" 2>&1)
}

# Of the modules what a test can want (30 MB of 400).
parts="sound crypto lib drivers/usb drivers/block drivers/media/mc fs/configfs
drivers/virtio fs/autofs fs/ext4 fs/jbd2 fs/mbcache fs/fat fs/exfat fs/nls"

# unpack DEB FOLDER: the kernel and these modules.
unpack() {
    local modules='./lib/modules/*' path
    local -a keep=(./boot/vmlinuz-\* "$modules/modules.*")
    for path in $parts; do
        keep+=("$modules/kernel/$path")
    done
    keep+=("$modules/kernel/fs/mbcache.ko*")
    # tar complains about patterns that match nothing: what is built in
    # differs from kernel to kernel.
    dpkg-deb --fsys-tarfile "$1" |
        tar -x -C "$2" --wildcards "${keep[@]}" 2>/dev/null || true
}

# The kernel inside of a bzImage, to be booted by PVH: no firmware, and no
# unpacking under emulation. Prints nothing if it is packed in a way unknown
# here; then the bzImage itself has to do.
extract() { # extract VMLINUZ OUT
    local packer magic offset
    while read -r magic packer; do
        for offset in $({ LC_ALL=C grep -obUaP "$magic" "$1" || true; } |
            cut -d: -f1 | head -n 5); do
            { tail -c "+$((offset + 1))" "$1" |
                $packer 2>/dev/null || true; } >"$2"
            [ "$(head -c 4 "$2" | od -An -tx1 | tr -d ' ')" = 7f454c46 ] &&
                return
        done
    done <<'END'
\xfd7zXZ\x00 xz -dc
\x28\xb5\x2f\xfd zstd -qdc
\x1f\x8b\x08 gzip -dc
END
    cp "$1" "$2"
}

mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9 # one at a time
case $which in
default | newest) package=$(choose "$which") ;;
*) package=$which ;;
esac
folder=$cache/$package
if [ "$parts" != "$(cat "$folder/parts" 2>/dev/null)" ]; then
    echo "fetch.sh: fetching $package" >&2
    new=$folder.new
    rm -rf "$folder" "$new"
    mkdir -p "$new"
    if ! download "$package" "$new"; then
        apt-get update >>"$cache/apt.log" 2>&1 || true
        download "$package" "$new" ||
            fail "cannot fetch $package: see $cache/apt.log"
    fi
    unpack "$new"/*.deb "$new"
    rm "$new"/*.deb
    version=${package#linux-image-}
    [ -s "$new/boot/vmlinuz-$version" ] || fail "no kernel in $package"
    depmod -b "$new" "$version"
    extract "$new/boot/vmlinuz-$version" "$new/vmlinux"
    rm -r "${new:?}/boot"
    echo "$parts" >"$new/parts"
    rm -rf "$folder"
    mv "$new" "$folder"
fi
echo "$folder"
