# SPDX-License-Identifier: ISC
"""A disk that keeps only what was synced, and the calls that change it.

A file's bytes are safe once an fsync of it has returned, a name once one of its
folder has, all of them once a syncfs has; sync_file_range makes nothing safe.
What a sync makes safe is what was there when it began: another thread may write
meanwhile. Lines are those of shim.c and slow.c.
"""
import os

STDOUT = "standard output"
OPENED = "/proc/self/fd/"  # a descriptor opened once more


class Disk:
    """What a disk holds: now, and after a power cut."""

    def __init__(self, root, files):
        """files: {relative path: content}, all of it safe."""
        self.root = root
        self.inode_of = {}   # path -> inode: as the running system sees it
        self.safe_names = {}  # path -> inode: synced
        self.bytes = {}      # inode -> bytearray
        self.safe_bytes = {}  # inode -> bytes
        self.folders = {root}
        self.safe_folders = set()
        self.fds = {1: STDOUT}  # fd -> inode, or the path of a folder
        self.begun = {}      # thread -> what its sync will have made safe
        self.printed = b""
        for path, data in files.items():
            self.make(os.path.join(root, path), data)
        self.safe_names = dict(self.inode_of)
        for where, _, _ in os.walk(root):
            self.folders.add(where)
        self.safe_folders = set(self.folders)

    def make(self, path, data=b""):
        inode = len(self.bytes)
        self.inode_of[path] = inode
        self.bytes[inode] = bytearray(data)
        self.safe_bytes[inode] = bytes(data)

    def apply(self, line):
        word, _, rest = line.rstrip("\n").partition(" ")
        getattr(self, "do_" + word)(rest)

    def do_openat(self, rest):
        fd, create, path = rest.split(" ", 2)
        path = os.path.normpath(path)
        if path in self.folders or path.startswith(OPENED):
            self.fds[int(fd)] = path if path in self.folders else \
                self.fds.get(int(path[len(OPENED):]))
            return
        if int(create) and path not in self.inode_of:
            self.make(path)
        self.fds[int(fd)] = self.inode_of.get(path)

    def do_dup(self, rest):
        fd, new = map(int, rest.split(" "))
        self.fds[new] = self.fds.get(fd)

    def do_close(self, rest):
        self.fds.pop(int(rest), None)

    def do_write(self, rest):
        fd, off, data = rest.split(" ")
        fd, off, data = int(fd), int(off), bytes.fromhex(data)
        if off == -1:
            if self.fds.get(fd) == STDOUT:
                self.printed += data
            return
        inode = self.fds.get(fd)
        if isinstance(inode, int):
            have = self.bytes[inode]
            have.extend(bytes(max(0, off - len(have))))
            have[off:off + len(data)] = data

    def do_ftruncate(self, rest):
        fd, size = map(int, rest.split(" "))
        inode = self.fds.get(fd)
        if isinstance(inode, int):
            del self.bytes[inode][size:]

    def do_begin_fsync(self, rest):
        thread, fd = rest.split(" ")
        what = self.fds.get(int(fd))
        if isinstance(what, int):
            self.begin(thread, {what}, lambda path: False)
        else:
            self.begin(thread, (), lambda path: os.path.dirname(path) == what)

    def do_begin_syncfs(self, rest):
        self.begin(rest.split(" ")[0], self.bytes, lambda path: True)

    def begin(self, thread, inodes, is_meant):
        """Note what a sync of these inodes and names is to make safe."""
        paths = set(self.safe_names) | set(self.inode_of)
        self.begun[thread] = (
            {i: bytes(self.bytes[i]) for i in inodes},
            {p: self.inode_of.get(p) for p in paths if is_meant(p)},
            {f for f in self.folders if is_meant(f)})

    def do_synced(self, rest):
        data, names, folders = self.begun.pop(rest)
        self.safe_bytes.update(data)
        for path, inode in names.items():
            if inode is None:
                self.safe_names.pop(path, None)
            else:
                self.safe_names[path] = inode
        self.safe_folders |= folders

    def do_renameat2(self, rest):
        old, new = (os.path.normpath(p) for p in rest.split("\t"))
        self.inode_of[new] = self.inode_of.pop(old)

    do_renameat = do_renameat2

    def do_linkat(self, rest):
        old, new = (os.path.normpath(p) for p in rest.split("\t"))
        self.inode_of[new] = self.inode_of[old]

    def do_unlinkat(self, rest):
        self.inode_of.pop(os.path.normpath(rest), None)

    def do_mkdirat(self, rest):
        self.folders.add(os.path.normpath(rest))

    def is_safe(self, path):
        """Are all the folders that lead to it?"""
        while path != self.root:
            path = os.path.dirname(path)
            if path not in self.safe_folders:
                return False
        return True

    def after_cut(self, names):
        """{path: bytes}: the synced bytes under the synced names, or under
        all of them."""
        which = self.inode_of if names else {
            p: i for p, i in self.safe_names.items() if self.is_safe(p)}
        return {os.path.relpath(p, self.root): self.safe_bytes[inode]
                for p, inode in which.items()}
