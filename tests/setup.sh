#!/bin/sh
# setup.sh build|check|ci|deb|alsa...: see to it that the packages for these jobs are there.
#
# As root on Debian or Ubuntu: install what is missing. Otherwise show the one
# line that does it and, on a terminal, ask. On other systems: name what is
# missing. Exit 0 if everything is there in the end.
set -eu

missing=
need() { # need PACKAGE COMMAND...: PACKAGE if COMMAND fails
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

# The package with libFuzzer for the clang there is, or will be.
clang_rt() {
    version=$(clang -dumpversion 2>/dev/null ||
        apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p')
    echo "libclang-rt-${version%%.*}-dev"
}

for job; do
    case $job in
    build)
        need gcc sh -c 'command -v "${CC:-cc}"'
        need pkg-config command -v pkg-config
        need libasound2-dev pkg-config --exists alsa
        need libsmf-dev pkg-config --exists smf
        need libsndfile1-dev pkg-config --exists sndfile
        ;;
    check)
        need libcmocka-dev pkg-config --exists cmocka
        need python3 command -v python3
        ;;
    ci)
        need mandoc command -v mandoc
        need sox command -v sox
        need clang command -v clang
        need clang-format command -v clang-format
        need valgrind command -v valgrind
        need systemd command -v systemd-analyze
        need zsh command -v zsh
        need fish command -v fish
        need groff-base command -v groff
        need shared-mime-info command -v update-mime-database
        need libglib2.0-bin command -v gio
        ;;
    deb)
        need dpkg-dev command -v dpkg-buildpackage
        need debhelper command -v dh
        need fakeroot command -v fakeroot
        need lintian command -v lintian
        ;;
    cross)
        need debootstrap sh -c 'PATH=$PATH:/usr/sbin:/sbin command -v debootstrap'
        ;;
    fuzz)
        need clang command -v clang
        # Debian has it apart from the compiler, with its version in the name.
        need "$(clang_rt)" sh -c 'ls "$(clang -print-resource-dir)"/lib/linux/libclang_rt.fuzzer*'
        need python3 command -v python3
        ;;
    coverage)
        need gcovr command -v gcovr
        ;;
    analyze)
        need clang-tidy command -v clang-tidy
        need cppcheck command -v cppcheck
        ;;
    arm)
        # These and gcc-multilib (gcc -m32) exclude each other in Debian.
        for triplet in aarch64-linux-gnu arm-linux-gnueabihf; do
            need "gcc-$triplet" command -v "$triplet-gcc"
        done
        need libc6-dev-arm64-cross test -e /usr/aarch64-linux-gnu/include/stdio.h
        need libc6-dev-armhf-cross test -e /usr/arm-linux-gnueabihf/include/stdio.h
        need qemu-system-arm command -v qemu-system-aarch64
        need device-tree-compiler command -v fdtput
        need cpio command -v cpio
        need kmod sh -c 'PATH=$PATH:/usr/sbin:/sbin command -v depmod'
        need xz-utils command -v xz
        ;;
    alsa)
        need qemu-system-x86 command -v qemu-system-x86_64
        need busybox-static sh -c 'test -x /bin/busybox && ! ldd /bin/busybox'
        need cpio command -v cpio
        need kmod sh -c 'PATH=$PATH:/usr/sbin:/sbin command -v depmod'
        need xz-utils command -v xz
        need zstd command -v zstd
        need alsa-utils command -v amidi
        need exfatprogs sh -c 'PATH=$PATH:/usr/sbin:/sbin command -v mkfs.exfat'
        need libasound2-data test -e /usr/share/alsa/alsa.conf
        ;;
    platform)
        need musl-tools command -v musl-gcc
        need debootstrap sh -c 'PATH=$PATH:/usr/sbin:/sbin command -v debootstrap'
        need util-linux command -v unshare
        ;;
    systemd)
        need debootstrap sh -c 'PATH=$PATH:/usr/sbin:/sbin command -v debootstrap'
        need e2fsprogs sh -c 'PATH=$PATH:/usr/sbin:/sbin command -v mkfs.ext4'
        ;;
    bench)
        need python3 command -v python3
        need alsa-utils command -v amidi
        need strace command -v strace
        ;;
    *)
        echo "setup.sh: no job '$job'" >&2
        exit 2
        ;;
    esac
done
# pkg-config itself missing hides the libraries behind it: they are all named.
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Missing, by their Debian names:$missing" >&2
    echo "Install what your system calls these, then try again." >&2
    exit 1
fi
line="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    echo "Installing:$missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    # A fresh machine has no package lists yet, an old one stale ones.
    $line >/dev/null 2>&1 || { apt-get update >/dev/null && $line >/dev/null; }
    exit
fi
echo "Missing packages:$missing" >&2
echo "    sudo $line" >&2
if [ -t 0 ] && [ -t 2 ]; then
    printf 'Run this now? [y/N] ' >&2
    read -r answer
    case $answer in
    y* | Y*)
        sudo apt-get update && sudo $line
        exit
        ;;
    esac
fi
exit 1
