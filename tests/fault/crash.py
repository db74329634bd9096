#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""crash.py BUILD [SCENARIO...]: kill it, or cut the power, at each disk call.

Kill: each call that touches the disk is in turn the last thing before SIGKILL.

Power cut: the calls of an undisturbed run are recorded (shim.c) and played
again up to each of them, on a model of a disk that keeps only what was synced
(disk.py). What was not synced may have got there all the same, so each cut is
looked at twice: none of it, and all of the names but none of the bytes.

After either: every path that was on standard output is there and whole; every
file under a final name is whole; what was there before is unchanged. Then the
program is started again in that folder: nothing is left of parts, all is still
as it should be, and what was whole in a part has become a file, once where
dumps become a .syx each. A take that is made of its journal plays from beginning
to end.

TAP lines; the last line is "N passed, M failed".
"""
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import faults
from disk import Disk
from scenarios import SCENARIOS, Scenario, events, files_of, h, is_part, \
    kept, put, song, whole

KILLED = ("openat", "pwrite", "write", "stdout", "fsync", "renameat2",
          "linkat", "unlinkat", "mkdirat", "ftruncate", "flock", "close",
          "syncfs", "sync_file_range")
COMMANDS = ("receive", "split", "join", "convert", "record", "request",
            "watch", "recall")


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
    twice = [d for d in scenario.dumps if scenario.once and sum(
        data.count(d) for path, data in after.items()
        if path.startswith("out/")) > 1]
    if twice:
        return "the next start doubled %d dumps" % len(twice)
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
    before = files_of(work)
    disk = Disk(work, before)
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
        if line.startswith("begin_"):
            continue
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
