#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""faults.py BUILD [SCENARIO...]: make every call fail, and see what is left.

Each scenario (scenarios.py) is run once to count the calls that the program
makes (shim.c), then once more for each call and each way in which it can fail.
After each of these runs: it ended by itself, in time; its status is one of
those of the manual, and 0 only if all that it was to do is done; a failure was
said, in one line that begins as the manual says, and names the file if it was
one; every file under a final name is whole; no file that was there has
changed; nothing that was allocated is still held. `watch` and `recall` go
on: of the disk they have to bear whatever comes once.

A TAP line for each function of a scenario; the last line is
"N passed, M failed". A call that a run did not come to, since its threads went
another way, is tried three times, and then counts as nothing.
"""
import os
import re
import shutil
import signal
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from scenarios import DISK, MEMORY, SCENARIOS, SMF, files_of, h, is_part, \
    kept, whole

MOVES = ("read", "write", "pread", "pwrite")
WAYS = {
    "write": ("ENOSPC", "EIO", "EINTR", "short"),
    "pwrite": ("ENOSPC", "EIO", "EINTR", "short"),
    "stdout": ("ENOSPC", "EIO", "short"), "stderr": ("EIO", "short"),
    "read": ("EIO", "EINTR", "short"), "pread": ("EIO", "EINTR", "short"),
    "open": ("EMFILE", "EACCES"), "openat": ("EMFILE", "ENOSPC", "EACCES"),
    "fsync": ("EIO", "ENOSPC"), "syncfs": ("EIO", "ENOSPC"),
    "sync_file_range": ("EIO", "ENOSPC"), "close": ("EIO",),
    "renameat2": ("EIO", "ENOSPC", "EINVAL"), "linkat": ("EIO", "ENOSPC"),
    "mkdirat": ("ENOSPC", "EACCES"), "mkdir": ("ENOSPC", "EACCES"),
    "mkostemp": ("ENOSPC", "EACCES"), "rename": ("ENOSPC", "EIO"),
    "flock": ("EINTR", "EIO"),
    "poll": ("EINTR", "ENOMEM"), "ppoll": ("EINTR", "ENOMEM"),
    "nanosleep": ("EINTR",), "eventfd": ("EMFILE",),
    "eventfd_read": ("EAGAIN",), "eventfd_write": (),  # never full
    "madvise": ("EFAULT", "EINVAL"),
    "signalfd": ("EMFILE",), "timerfd_create": ("EMFILE",),
    "inotify_init1": ("EMFILE",), "inotify_add_watch": ("ENOSPC",),
    "memfd_create": ("EMFILE",), "opendir": ("EMFILE", "EACCES"),
    "fcntl": ("EMFILE",), "ioctl": ("EIO",), "dlopen": ("ENOENT",),
    "socket": ("EMFILE",), "connect": ("ECONNREFUSED",), "send": ("EAGAIN",),
    "posix_spawnp": ("ENOENT", "EAGAIN"), "posix_spawn": ("EAGAIN",),
    "waitpid": ("EINTR", "ECHILD"),
    "pthread_create": ("EAGAIN",), "pthread_setschedparam": ("EINVAL",),
}
# A failure of these is no failure of the program: it goes on without.
HARMLESS = {("close", "EIO"), ("poll", "EINTR"), ("ppoll", "EINTR"),
            ("nanosleep", "EINTR"), ("eventfd_read", "EAGAIN"),
            ("pthread_setschedparam", "EINVAL"), ("madvise", "EINVAL"),
            ("posix_spawnp", "ENOENT"), ("posix_spawnp", "EAGAIN"),
            ("waitpid", "EINTR"), ("send", "EAGAIN"),
            ("socket", "EMFILE"), ("connect", "ECONNREFUSED")}
ON_A_FILE = ("openat", "pwrite", "fsync", "syncfs", "sync_file_range",
             "renameat2", "linkat", "mkdirat", "ftruncate", "mmap", "madvise",
             "pread")
STATUSES = (0, 1, 3, 4, 5)
KEEPERS = ("receive", "split", "join", "convert", "record", "request", "watch",
           "recall", "sample")  # what they print are paths

# Called only after another failure, or not at all for these few bytes. All else
# has to be seen, or the shim does not see what the program calls.
RARE = {"live", "struck", "renameat", "linkat", "fstatvfs", "ftruncate",
        "nanosleep", "vasprintf", "unlink"}


class Case:
    """A run with a fault: what it said, and what is left."""

    def __init__(self, fault, run, before, after, calls):
        self.run, self.before, self.after, self.calls = \
            run, before, after, calls
        self.name, _, self.how = (fault or "::").split(":")
        self.reached = fault is None or run.status < 0 or \
            calls.get("struck", 0) > 0


class Runner:
    def __init__(self, build):
        h.SXLIB = os.path.join(build, "sxlib")
        self.shim = os.path.join(build, "tests/fault/shim.so")
        self.top = tempfile.mkdtemp(prefix="sxlib-fault.")

    def folder(self, scenario):
        work = tempfile.mkdtemp(dir=self.top)
        if scenario.prepare:
            scenario.prepare(work)
        return work

    def start(self, scenario, work, limit=60, **more):
        env = {k: v for k, v in more.items() if v is not None}
        return scenario.run(work, dict(env, LD_PRELOAD=self.shim, TZ="UTC"),
                            limit)

    def run(self, scenario, fault=None):
        """(problem or None, the Case)"""
        for _ in range(3):
            problem, case = self.try_once(scenario, fault)
            if problem or case.reached:
                break
        return problem, case

    def try_once(self, scenario, fault):
        work = self.folder(scenario)
        before = files_of(work)
        report = work + ".report"
        run = self.start(scenario, work, FAULT_REPORT=report, FAULT=fault,
                         limit=5 if "smf_alloc" in (fault or "") else 60)
        case = Case(fault, run, before, files_of(work), read_report(report))
        problem = judge(scenario, case)
        shutil.rmtree(work)
        if problem:
            problem = "%s, %s: %s; it said: %s" % (
                scenario.name, fault, problem, run.err.strip() or "nothing")
        case.run = None  # its pipes
        return problem, case


def read_report(path):
    try:
        with open(path) as f:
            calls = {name: int(n) for name, n in map(str.split, f)}
        os.unlink(path)
    except FileNotFoundError:
        return {}
    return calls


def judge(scenario, case):
    """What is wrong with a run, or None."""
    status, after = case.run.status, case.after
    if status < 0:
        return judge_death(scenario, case)
    if status not in STATUSES:
        return "exit %d" % status
    for path, data in case.before.items():
        if not is_part(path) and after.get(path) != data:
            return "%s has changed" % path
    for path, data in after.items():
        if path not in case.before:
            if is_left(path, data, case):
                return "%s is left behind" % path
            problem = whole(path, data, scenario)
            if problem:
                return problem
    if case.calls.get("live", 0) > 0:
        return "%d allocations still held" % case.calls["live"]
    for line in reported(scenario, case.run):
        if line not in after:
            return "reported and not there: %s" % line
    if status == scenario.status:
        return scenario.check and scenario.check(scenario, after, case.run)
    return judge_failure(scenario, case)


def is_left(path, data, case):
    """A temporary file that is of no use. Beside a .mid that may not survive a
    power cut, a second name of it says that its part is done with."""
    return path.endswith(".tmp") and case.name != "unlinkat" and not any(
        other.endswith(".mid") and data == case.after[other]
        for other in case.after)


def judge_death(scenario, case):
    """libsmf and GLib end the process, or stop it, when they get no file or no
    memory: nothing is lost but what had not been read by then."""
    death = "it hangs" if case.run.hangs else \
        "died of %s" % signal.Signals(-case.run.status).name
    if case.name not in SMF:
        return death
    there = kept(case.after, scenario)
    saved = [d in there for d in scenario.dumps]
    if not saved[0] or saved != sorted(saved, reverse=True):
        return death + ", and a dump is lost"
    return None


def reported(scenario, run):
    """The paths on standard output."""
    if scenario.command not in KEEPERS:
        return []
    return [line for line in run.lines if run.out.endswith(b"\n")]


def went_on(run):
    """A part that could not be taken in ends it with 1, but not before its
    time: what came in after that is kept."""
    return run.status == 1 and \
        re.search(r"cannot [a-z ]+ '[^']+'", run.err) and \
        re.search(r"^(stdin: |Jomox).* bytes", run.err, re.M) and run.lines


def judge_failure(scenario, case):
    status = case.run.status
    if not re.search(r"^sxlib: (%s: )?\S+" % scenario.command, case.run.err,
                     re.M):
        return "exit %d, and nothing was said" % status
    if case.how == "short" or case.how == "EINTR" and case.name in MOVES \
            or (case.name, case.how) in HARMLESS:
        return "exit %d" % status
    # mmap() is also asked whether there is memory.
    if case.name in ON_A_FILE and not re.search(
            r"'[^']+'|from memory" + ("|out of memory" if case.name == "mmap"
                                      else ""), case.run.err):
        return "exit %d, and no file is named" % status
    if scenario.command in ("watch", "recall") and case.name in DISK and \
            "listening on" in case.run.err and not went_on(case.run):
        return "exit %d: it gave up" % status
    return None


def cases(scenario, calls):
    """Every call of every function, in every way that it can fail."""
    for name, count in calls.items():
        if name in ("live", "struck") or \
                scenario.only and name not in scenario.only:
            continue
        ways = WAYS.get(name, ("ENOMEM",) if name in MEMORY else ("EIO",))
        found = ["%s:%d:%s" % (name, n, way)
                 for n in range(1, count + 1) for way in ways]
        if name in scenario.lasting:
            found += ["%s:%d-%d:ENOSPC" % (name, n, n + 3)
                      for n in range(1, count + 1)]
        yield name, found


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    runner = Runner(os.path.abspath(sys.argv[1]))
    passed = failed = missed = 0
    met, never = set(), set()
    with ThreadPoolExecutor(2 * os.cpu_count()) as pool:
        for scenario in SCENARIOS:
            if sys.argv[2:] and not any(w in scenario.name
                                        for w in sys.argv[2:]):
                continue
            problem, case = runner.run(scenario)
            if problem or not case.calls:
                print("not ok - %s" % (problem or "the shim is not loaded"))
                failed += 1
                continue
            met |= {name for name, n in case.calls.items() if n}
            never = set(case.calls) - met - RARE
            for name, faults in cases(scenario, case.calls):
                results = list(pool.map(
                    lambda f, s=scenario: runner.run(s, f), faults))
                problems = [p for p, _ in results if p]
                reached = sum(1 for p, c in results if p or c.reached)
                failed += len(problems)
                passed += reached - len(problems)
                missed += len(faults) - reached
                if faults:
                    print("%sok - %s: %s fails at each of %d calls" % (
                        "not " if problems else "", scenario.name, name,
                        case.calls[name]), flush=True)
                for p in problems:
                    print("# " + p.replace("\n", "\n#   "), flush=True)
    if never and not sys.argv[2:]:
        print("not ok - the shim never saw " + ", ".join(sorted(never)))
        failed += 1
    shutil.rmtree(runner.top)
    if missed:
        print("# %d faults were not come to" % missed)
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
