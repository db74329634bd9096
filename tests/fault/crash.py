#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""crash.py BUILD [SCENARIO...]: kill it, or cut the power, at each disk call.

Kill: each call that touches the disk is in turn the last thing before SIGKILL.

Power cut: the calls of an undisturbed run are recorded (shim.c) and played
again up to each of them, on a model of a disk that keeps only what was synced:
a file's bytes once its fsync has returned, a name once that of its folder has.
What was not synced may have got there all the same, so each cut is looked at
twice: none of it, and all of the names but none of the bytes.

After either: every path that was on standard output is there and whole; every
file under a final name is whole; what was there before is unchanged. Then the
program is started again in that folder: nothing is left of parts, all is still
as it should be, and what was whole in a part has become a file. A take that is
made of its journal plays from beginning to end.

TAP lines; the last line is "N passed, M failed".
"""
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import faults
from scenarios import SCENARIOS, Scenario, events, files_of, h, is_part, \
    kept, put, song, whole

KILLED = ("openat", "pwrite", "write", "stdout", "fsync", "renameat2",
          "linkat", "unlinkat", "mkdirat", "ftruncate", "flock", "close")
COMMANDS = ("receive", "split", "join", "convert", "record", "request",
            "watch")


class Disk:
    """What a disk holds: now, and after a power cut."""

    def __init__(self, root):
        self.root = root
        self.inode_of = {}   # path -> inode: as the running system sees it
        self.safe_names = {}  # path -> inode: synced
        self.bytes = {}      # inode -> bytearray
        self.safe_bytes = {}  # inode -> bytes
        self.folders = {root}
        self.safe_folders = set()
        self.fds = {}        # fd -> inode, or the path of a folder
        self.printed = b""
        for path, data in files_of(root).items():
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
            self.safe_folders |= {f for f in self.folders
                                  if os.path.dirname(f) == what}

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


def judge(scenario, before, after, printed):
    for path, data in before.items():
        if not is_part(path) and after.get(path) != data:
            return "%s has changed" % path
    for path, data in after.items():
        if path not in before:
            problem = whole(path, data, scenario)
            if problem:
                return problem
    for line in printed.decode().splitlines(keepends=True):
        if line.endswith("\n") and line[:-1] not in after:
            return "reported and not there: %s" % line[:-1]
    return None


def next_start(scenario, folder):
    """The command that finds what is left in a folder; nothing comes in."""
    if scenario.command == "watch":
        return Scenario("again", [a.replace("{port}", "-")
                                  for a in scenario.args], b"")
    if scenario.command == "record":
        return Scenario("again", ["record", "-p", "-", "-o",
                                  "./%s/again.mid" % folder], b"")
    return Scenario("again", ["receive", "-p", "-", "--split", "message", "-o",
                              "./" + folder], b"")


def again(runner, scenario, work):
    """Start it once more where it left something."""
    before = files_of(work)
    in_parts = kept({p: d for p, d in before.items()
                     if p.endswith((".part", ".take"))}, scenario)
    for folder in {os.path.dirname(p) for p in before if is_part(p)}:
        run = runner.start(next_start(scenario, folder), work)
        if run.status not in (0, 3, 5):
            return "the next start: exit %d: %s" % (run.status, run.err)
    after = files_of(work)
    new = {p: d for p, d in after.items() if p not in before}
    left = [p for p in after if is_part(p)]
    if left:
        return "the next start leaves %s" % left
    problem = judge(scenario, {}, new, b"")
    if problem:
        return "after the next start: " + problem
    lost = in_parts - kept(after, scenario)
    if lost:
        return "the next start lost %d dumps" % len(lost)
    if scenario.take:
        return next(filter(None, (play(runner, scenario, work, p)
                                  for p in new if p.endswith(".mid"))), None)
    return None


def play(runner, scenario, work, path):
    """None if all whole messages of a take come out of it again."""
    with open(os.path.join(work, path), "rb") as f:
        found = [m for m in events(f.read()) if m in scenario.take]
    run = runner.start(Scenario("play", ["play", "-p", "-", "--rate",
                                        "max", path]), work)
    if run.status not in (0, 5) or not run.out.startswith(b"".join(found)):
        return "%s does not play: %s" % (path, run.err)
    return None


def kill_at(runner, scenario, fault):
    """None, what is wrong, or False: it did not come to this call."""
    for _ in range(3):
        work = runner.folder(scenario)
        before = files_of(work)
        run = runner.start(scenario, work, FAULT=fault)
        if run.hangs:
            return "%s, %s: it hangs" % (scenario.name, fault)
        if run.status == -9:
            break
        shutil.rmtree(work)
    else:
        return False
    problem = judge(scenario, before, files_of(work), run.out) or \
        again(runner, scenario, work) or \
        first_half(scenario, run, files_of(work))
    shutil.rmtree(work)
    return problem and "%s, %s: %s" % (scenario.name, fault, problem)


def first_half(scenario, run, files):
    """What was on the disk before the second half came is still there."""
    if not getattr(run, "safe", False):
        return None
    wanted = song.messages(scenario.stdin)
    if any(events(d)[:len(wanted)] == wanted for p, d in files.items()
           if p.endswith(".mid")):
        return None
    return "more than the last second is lost"


def trace(runner, scenario):
    """The disk and the files before, and the calls of a run."""
    work = runner.folder(scenario)
    disk, before = Disk(work), files_of(work)
    runner.start(scenario, work, FAULT_TRACE=work + ".trace")
    with open(work + ".trace") as f:
        lines = f.readlines()
    shutil.rmtree(work)
    return disk, before, lines


def cut_at(runner, scenario, before, found, printed, where):
    problem = judge(scenario, before, found, printed)
    if not problem:
        work = tempfile.mkdtemp(dir=runner.top)
        for path, data in found.items():
            put(os.path.join(work, path), data)
        problem = again(runner, scenario, work)
        shutil.rmtree(work)
    return problem and "%s, power cut after %s: %s" % (
        scenario.name, where, problem)


def cuts(scenario, disk, before, lines):
    """What cut_at() is to look at: after each call, with and without the
    names that were not synced."""
    for i, line in enumerate(lines):
        disk.apply(line)
        for names in (False, True):
            yield (scenario, before, disk.after_cut(names), disk.printed,
                   "call %d (%s)" % (i + 1, "all names" if names
                                     else "synced names"))


def report(what, problems):
    problems = [p for p in problems if p is not False]
    bad = [p for p in problems if p]
    print("%sok - %s %d calls" % ("not " if bad else "", what, len(problems)),
          flush=True)
    for p in bad:
        print("# " + p.replace("\n", "\n#   "), flush=True)
    return len(problems) - len(bad), len(bad)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    runner = faults.Runner(os.path.abspath(sys.argv[1]))
    results = []
    with ThreadPoolExecutor(2 * os.cpu_count()) as pool:
        for s in SCENARIOS:
            if s.command not in COMMANDS or sys.argv[2:] and not any(
                    w in s.name for w in sys.argv[2:]):
                continue
            _, case = runner.run(s)
            kills = ["%s:%d:kill" % (name, n) for name in KILLED
                     for n in range(1, case.calls.get(name, 0) + 1)]
            results.append(report(s.name + ": killed at each of", pool.map(
                lambda f, s=s: kill_at(runner, s, f), kills)))
            results.append(report(s.name + ": power cut after each of twice",
                                  pool.map(lambda c: cut_at(runner, *c),
                                           cuts(s, *trace(runner, s)))))
    shutil.rmtree(runner.top)
    passed, failed = (sum(r[i] for r in results) for i in (0, 1))
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
