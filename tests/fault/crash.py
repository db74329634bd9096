#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""crash.py BUILD: kill the program, and cut the power, at every call to the disk.

Kill: each call that touches the disk is in turn the last thing before SIGKILL.

Power cut: the calls of an undisturbed run are recorded (shim.c) and played
again up to each of them, on a model of a disk that keeps only what was synced:
a file's bytes once its fsync has returned, a name once that of its folder has.
What was not synced may have got there all the same, so each cut is looked at
twice: none of it, and all of the names but none of the bytes.

After either: every path that was on standard output is there and whole; every
file under a final name is whole; what was there before is unchanged. Then the
program is started again in that folder: nothing is left of parts, all is still
as it should be, and what was whole in a part has become a file.

TAP lines; the last line is "N passed, M failed".
"""
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import faults
from faults import Scenario, kept, syx_files, whole

KILLED = ("openat", "pwrite", "write", "fsync", "renameat2", "linkat",
          "unlinkat", "mkdirat", "ftruncate", "flock", "close")
NAMES = ("receive", "split", "join", "convert")


class Disk:
    """What a disk holds: now, and after a power cut."""

    def __init__(self, root):
        self.root = root
        self.inode_of = {}   # path -> inode: as the running system sees it
        self.safe_names = {}  # path -> inode: synced
        self.bytes = {}      # inode -> bytearray
        self.safe_bytes = {}  # inode -> bytes
        self.folders = {root}
        self.fds = {}        # fd -> inode, or the path of a folder
        self.printed = b""
        for path, data in syx_files(root).items():
            self.make(os.path.join(root, path), data)
        self.safe_names = dict(self.inode_of)
        for where, _, _ in os.walk(root):
            self.folders.add(where)

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
        if path in self.folders:
            self.fds[int(fd)] = path
            return
        if int(create) and path not in self.inode_of:
            self.make(path)
        self.fds[int(fd)] = self.inode_of.get(path)

    def do_close(self, rest):
        self.fds.pop(int(rest), None)

    def do_write(self, rest):
        fd, off, data = rest.split(" ")
        fd, off, data = int(fd), int(off), bytes.fromhex(data)
        if off == -1:
            if fd == 1:
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

    def do_fsync(self, rest):
        what = self.fds.get(int(rest))
        if isinstance(what, int):
            self.safe_bytes[what] = bytes(self.bytes[what])
        elif what is not None:
            for path in set(self.safe_names) | set(self.inode_of):
                if os.path.dirname(path) == what:
                    self.sync_name(path)

    def sync_name(self, path):
        if path in self.inode_of:
            self.safe_names[path] = self.inode_of[path]
        else:
            self.safe_names.pop(path, None)

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

    def after_cut(self, names):
        """{path: bytes}: the synced bytes under the synced names, or under
        all of them."""
        which = self.inode_of if names else self.safe_names
        return {path: self.safe_bytes[inode] for path, inode in which.items()}


def judge(scenario, before, after, printed):
    for path, data in before.items():
        if not path.endswith(".part") and after.get(path) != data:
            return "%s has changed" % path
    for path, data in after.items():
        if path not in before and not path.endswith(".tmp"):
            problem = whole(path, data)
            if problem:
                return problem
    if scenario.args[0] != "receive":
        return None
    for line in printed.decode().splitlines(keepends=True):
        if line.endswith("\n") and line[:-1] not in after:
            return "reported and not there: %s" % line[:-1]
    return None


def again(runner, scenario, work):
    """Start it once more where it left something, with nothing to receive."""
    before = syx_files(work)
    in_parts = kept({p: d for p, d in before.items() if p.endswith(".part")})
    for folder in {os.path.dirname(p) for p in before
                   if p.endswith((".part", ".tmp"))}:
        second = Scenario("again", ["receive", "-p", "-", "--split",
                                    "message", "-o", "./" + folder], b"")
        status, _, err = runner.start(second, work)
        if status not in (0, 3, 5):
            return "the next start: exit %s: %s" % (status, err.decode())
    after = syx_files(work)
    left = [p for p in after if p.endswith((".part", ".tmp"))]
    if left:
        return "the next start leaves %s" % left
    problem = judge(scenario, {}, {p: d for p, d in after.items()
                                   if p not in before}, b"")
    if problem:
        return "after the next start: " + problem
    lost = in_parts - kept(after)
    return "the next start lost %d dumps" % len(lost) if lost else None


def kill_at(runner, scenario, fault):
    work = tempfile.mkdtemp(dir=runner.top)
    scenario.prepare(work)
    before = syx_files(work)
    status, out, err = runner.start(scenario, work, FAULT=fault)
    problem = None
    if status not in (-9, 0, 1, 5):
        problem = "exit %s: %s" % (status, err.decode())
    problem = problem or judge(scenario, before, syx_files(work), out) or \
        again(runner, scenario, work)
    shutil.rmtree(work)
    return problem and "%s, %s: %s" % (scenario.name, fault, problem)


def record(runner, scenario):
    """The files before, and the calls of a run."""
    work = tempfile.mkdtemp(dir=runner.top)
    scenario.prepare(work)
    trace = work + ".trace"
    disk = Disk(work)
    before = syx_files(work)
    runner.start(scenario, work, FAULT_TRACE=trace)
    with open(trace) as f:
        lines = f.readlines()
    shutil.rmtree(work)
    return disk, before, lines


def cut_at(runner, scenario, disk, before, number, names):
    found = {os.path.relpath(p, disk.root): d
             for p, d in disk.after_cut(names).items()}
    problem = judge(scenario, before, found, disk.printed)
    if not problem:
        work = tempfile.mkdtemp(dir=runner.top)
        for path, data in found.items():
            faults.put(os.path.join(work, path), data)
        problem = again(runner, scenario, work)
        shutil.rmtree(work)
    return problem and "%s, power cut after call %d (%s): %s" % (
        scenario.name, number, "all names" if names else "synced names",
        problem)


def report(what, problems):
    print("%sok - %s" % ("not " if any(problems) else "", what), flush=True)
    for p in problems:
        if p:
            print("# " + p.replace("\n", "\n#   "), flush=True)
    bad = sum(1 for p in problems if p)
    return len(problems) - bad, bad


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    runner = faults.Runner(os.path.abspath(sys.argv[1]))
    results = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for s in faults.SCENARIOS:
            if s.args[0] not in NAMES:
                continue
            _, calls = runner.run(s)
            kills = ["%s:%d:kill" % (name, n) for name in KILLED
                     for n in range(1, calls.get(name, 0) + 1)]
            problems = list(pool.map(
                lambda f, s=s: kill_at(runner, s, f), kills))
            results.append(report("%s: killed at each of %d calls" % (
                s.name, len(kills)), problems))
            disk, before, lines = record(runner, s)
            problems = []
            for i, line in enumerate(lines):
                disk.apply(line)
                problems += [cut_at(runner, s, disk, before, i + 1, names)
                             for names in (False, True)]
            results.append(report("%s: power cut after each of %d calls" % (
                s.name, len(lines)), problems))
    shutil.rmtree(runner.top)
    passed, failed = (sum(r[i] for r in results) for i in (0, 1))
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
