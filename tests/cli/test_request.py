#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""request: asking a Machinedrum and a Roland that do everything wrong."""
import contextlib
import ctypes
import functools
import os
import re
import shutil
import signal
import struct
import threading
import time

import harness as h
from harness import check, equal, match
from instrument import Instrument
from machinedrum_sim import GLOBAL, KIT, PATTERN, SLOTS, SONG, Machinedrum
from roland_sim import Roland, checked, seven

# The instrument is late where the machine is busy for longer.
test = functools.partial(h.test, prompt=0.1)


def quick(room):
    return ("--timeout", str(0.3 * room.scale))


def ask(room, md, *args, out="out/", **more):
    return room.sxlib("request", "-p", md.line.port, "-o", out, *quick(room),
                      *args, **more)


def drum(room, plan=None, **more):
    return Machinedrum(room.pty(), plan={(PATTERN, slot): what for slot, what
                                         in (plan or {}).items()}, **more)


def kept(room, folder="out"):
    """(whole, damaged) contents; no part is left."""
    found = room.files(folder) if os.path.isdir(room.path(folder)) else {}
    equal([n for n in found if n.endswith(".part")], [], "parts")
    damaged = [n for n in sorted(found) if n.endswith(".damaged.syx")]
    return ([found[n] for n in sorted(found) if n not in damaged],
            [found[n] for n in damaged])


def asked(md, n):
    h.wait(lambda: len(md.asked) >= n,
           lambda: "it was asked %d times" % len(md.asked))


def patterns(md, *slots):
    return [md.memory[PATTERN, slot] for slot in slots]


@test("a bank of patterns: one file each, in order, under its name")
def _(room):
    md = drum(room)
    run = ask(room, md, "machinedrum", "pattern", "A01-A16")
    equal(run.status, 0, "exit status")
    h.compare(room, run, [(p, None) for p in patterns(md, *range(16))])
    equal(md.asked, [(PATTERN, slot) for slot in range(16)], "asked")
    match(r"machinedrum-patternA01\.syx$", run.lines[0], "name")
    match(r"received 16 of 16", run.err, "stderr")


@test("a stream that never pauses does not keep it: exit 3, all is kept")
def _(room):
    line = room.pty().listen()
    over = threading.Event()
    run = room.run("request", "-p", line.port, "-o", "out/", *quick(room),
                   "machinedrum", "global", "1-8")
    # Before it is a line for bytes, the terminal drops what is too much.
    check(line.got(h.LIMIT, 1), "nothing was asked")
    threading.Thread(target=h.flood, args=(
        line, b"\xf0\x7d\x01\xf7" * 9, over), daemon=True).start()
    try:
        equal(run.end(120), 3, "exit status")
    finally:
        over.set()
    match("without a pause", run.err, "why")


@test("everything: all patterns, kits, songs and globals, and back again")
def _(room):
    md = drum(room)
    before = dict(md.memory)
    run = ask(room, md, "Machinedrum", "all", "--delay", "0", "-q")
    equal((run.status, run.err), (0, ""), "exit status and stderr")
    equal(sorted(kept(room)[0]), sorted(before.values()), "what came")
    equal(len(md.asked), sum(SLOTS.values()), "requests")
    other = drum(room, seed=2)
    back = room.sxlib("send", "-p", other.line.port, "--rate", "max",
                      "--delay", "0", "out/")
    equal(back.status, 0, "exit status of send")
    other.line.settled()
    h.wait(lambda: len(other.saved) >= len(before), "not all is saved")
    equal(other.refused, [], "refused")
    check(other.memory == before, "the other one holds something else")


for kind, number, slots, want in [
        ("kit", KIT, "1-3,64", [0, 1, 2, 63]), ("kits", KIT, "7", [6]),
        ("song", SONG, "32", [31]), ("global", GLOBAL, "all", range(8)),
        ("pattern", PATTERN, "h16", [127]),
        ("pattern", PATTERN, "A15-B02,b01,C", [14, 15, 16, 17]
         + list(range(32, 48)))]:
    @test("slots: %s %s" % (kind, slots))
    def _(room, kind=kind, number=number, slots=slots, want=want):
        md = drum(room)
        run = ask(room, md, "md", kind, slots, "--delay", "0")
        equal(run.status, 0, "exit status")
        equal(md.asked, [(number, slot) for slot in want], "asked")
        equal([h.content(line, room) for line in run.lines],
              [md.memory[number, slot] for slot in want], "what came")


@test("--json: the facts of receive")
def _(room):
    md = drum(room)
    run = ask(room, md, "machinedrum", "pattern", "B02", "-j", "--label", "x")
    equal(run.status, 0, "exit status")
    (obj,) = run.json
    h.facts(obj)
    equal([obj[k] for k in ("device", "kind", "slot", "slot_text", "label",
                            "checksum", "damaged")],
          ["Machinedrum", "pattern", 17, "B02", "x", "ok", None], "facts")


@test("--out FILE.syx, FILE.mid, -, --format mid, --name, --first, --exec")
def _(room):
    md = drum(room)
    want = patterns(md, 0, 1)
    args = ("md", "pattern", "A01-A02")
    equal(ask(room, md, *args, out="all.syx").status, 0, "all.syx")
    equal(room.read("all.syx"), b"".join(want), "all.syx")
    again = ask(room, md, *args, out="all.syx")
    equal((again.status, len(md.asked)), (1, 2), "it exists: nothing asked")
    equal(ask(room, md, *args, out="all.mid").status, 0, "all.mid")
    equal([t.sysex[0][1] for t in h.read_smf(room.read("all.mid"))[1]], want,
          "tracks")
    run = ask(room, md, *args, out="-")
    equal(run.out, b"".join(want), "stdout")
    run = ask(room, md, *args, "--name", "p{n:02}-{slot}", "--first", "5",
              "--exec", "/bin/echo")
    equal(run.lines, ["out/p05-A01.syx", "out/p06-A02.syx"], "names")
    match("out/p06-A02.syx", run.err, "--exec")
    run = ask(room, md, *args, "--format", "mid", out="mid/")
    equal(run.status, 0, "--format mid")
    equal(ask(room, md, *args, "--resume", out="mid/").status, 0, "resumed")
    equal(len(md.asked), 10, "requests: none of --resume")


@test("deaf once, late once: asked again, kept once")
def _(room):
    md = drum(room, {0: ["deaf"], 1: ["late 2.5"], 2: ["deaf", "deaf"]})
    run = ask(room, md, "md", "pattern", "A01-A04")
    equal(run.status, 0, "exit status")
    equal(sorted(kept(room)[0]), sorted(patterns(md, 0, 1, 2, 3)), "files")
    equal(kept(room)[1], [], "damaged")
    equal([md.asked.count((PATTERN, s)) for s in range(4)], [2, 2, 3, 1],
          "asked")
    match("no answer for pattern A01: retrying", run.err, "said")


@test("an answer so late that it was given up counts after all")
def _(room):
    md = drum(room, {1: ["late 2.6"]})
    run = ask(room, md, "md", "pattern", "A01-A03", "--retries", "0")
    equal(run.status, 0, "exit status")
    equal(sorted(kept(room)[0]), sorted(patterns(md, 0, 1, 2)), "files")
    match("pattern A02 arrived late", run.err, "said")


@test("deaf for good: exit 3, which slots; --resume asks only for these")
def _(room):
    md = drum(room, {1: ["deaf"] * 3, 2: ["deaf"] * 3, 5: ["deaf"] * 3})
    run = ask(room, md, "md", "pattern", "A01-A06")
    equal(run.status, 3, "exit status")
    match(r"no answer: pattern A02-A03, pattern A06$", run.err, "slots",
          re.M)
    equal(kept(room)[0], patterns(md, 0, 3, 4), "files")
    del md.asked[:]
    run = ask(room, md, "md", "pattern", "A01-A06", "--resume")
    equal(run.status, 0, "exit status")
    match("3 of 6 already exist", run.err, "said")
    equal(md.asked, [(PATTERN, s) for s in (1, 2, 5)], "asked")
    equal(sorted(kept(room)[0]), sorted(patterns(md, *range(6))), "files")
    del md.asked[:]
    equal(ask(room, md, "md", "pattern", "A01-A06", "--resume").status, 0,
          "nothing to do")
    equal(md.asked, [], "asked")


@test("--resume is offered where it spares a request, and only there")
def _(room):
    for plan, out, offered in (({1: ["deaf"] * 3}, "some/", True),
                               ({1: ["deaf"] * 3}, "some.syx", False),
                               ({0: ["deaf"] * 3, 1: ["deaf"] * 3}, "none/",
                                False)):
        run = ask(room, drum(room, plan), "md", "pattern", "A01-A02", out=out)
        equal(run.status, 3, "exit status")
        match("received %d of 2" % (2 - len(plan)), run.err, "said")
        equal("; run the same command with --resume to request the others\n"
              in run.err, offered, "--resume is offered with " + out)


@test("--resume believes neither names nor wrong checksums")
def _(room):
    md = drum(room)
    room.write("out/sub/anything.syx", patterns(md, 0)[0])
    room.write("out/20260101T000000.000Z-elektron-machinedrum-patternA02.syx",
               h.spoil(patterns(md, 1)[0], 500))
    room.write("out/x.damaged.syx", patterns(md, 2)[0])
    room.write("out/patternA04.syx", md.memory[KIT, 3])
    run = ask(room, md, "md", "pattern", "A01-A04", "--resume")
    equal(run.status, 0, "exit status")
    equal(md.asked, [(PATTERN, s) for s in (1, 2, 3)], "asked")


@test("nothing at all comes: it stops early, and says what to look at")
def _(room):
    md = drum(room, always="deaf")
    run = ask(room, md, "md", "kit", "all", "--retries", "0")
    equal(run.status, 3, "exit status")
    equal(len(md.asked), 3, "asked")
    match("no answer: kit 1-3$", run.err, "stderr", re.M)
    match("not requested: kit 4-64$", run.err, "stderr", re.M)
    match("nothing received", run.err, "stderr")


@test("twice: kept once, and said")
def _(room):
    md = drum(room, always="twice")
    run = ask(room, md, "md", "pattern", "A01-A05")
    equal(run.status, 0, "exit status")
    equal(kept(room), (patterns(md, *range(5)), []), "files")
    match(": kept once", run.err, "said")


@test("twice and not the same: both are kept, however alike they are")
def _(room):
    md = drum(room, {0: ["edited"], 1: ["before 3"]})
    before = patterns(md, 0, 1, 2, 3)
    run = ask(room, md, "md", "pattern", "A01-A04")
    equal(run.status, 0, "exit status")
    equal([len(p) for p in patterns(md, 0, 3)], [len(before[0])] * 2, "sizes")
    equal(sorted(kept(room)[0]), sorted(before + patterns(md, 0, 3)), "files")
    match("pattern A01 was received again with different contents", run.err, "said")


for slot, where in ((0, "is there"), (1, "did not answer"), (9, "is not asked")):
    @test("a wrong checksum and another slot, which %s: kept, under no name "
          "that was asked for" % where)
    def _(room, slot=slot):
        md = drum(room, {1: ["deaf"] * 2, 2: ["misplaced %d" % slot] * 2})
        run = ask(room, md, "md", "pattern", "A01-A03", "--retries", "1")
        equal(run.status, 5, "exit status")
        whole, damaged = kept(room)
        bad = [data for data in whole if data not in patterns(md, 0)]
        equal((len(whole), len(damaged), len(bad)), (3, 0, 2), "files")
        dump = md.memory[PATTERN, 2]
        equal(bad, [dump[:9] + bytes((slot,)) + dump[10:]] * 2, "contents")
        equal(run.err.count("not what was requested, kept under its own name"),
              2, "said")
        match("no answer: pattern A02-A03$", run.err, "what is missing", re.M)
        check("dropped" not in run.err, "nothing is dropped: " + run.err)


@test("another slot's dump is never taken for the one asked for")
def _(room):
    md = drum(room, {0: ["wrong 3"], 1: ["wrong 99"] * 3})
    run = ask(room, md, "md", "pattern", "A01-A04")
    equal(run.status, 3, "exit status")
    match("no answer: pattern A02$", run.err, "said", re.M)
    match("not what was requested, kept under its own name.*A04", run.err,
          "said")
    names = {re.sub(".*pattern", "", n): data
             for n, data in room.files("out").items()}
    equal(names["A01.syx"], md.memory[PATTERN, 0], "A01")
    equal(names["A04.syx"], md.memory[PATTERN, 3], "A04, once")
    equal(names["G04.syx"], md.memory[PATTERN, 99], "G04")
    equal(len(kept(room)[0]), 4, "files: A01, A03, A04, G04")


@test("a dump that nobody asked for is kept, and the right one, too")
def _(room):
    md = drum(room, {0: ["other"]})
    run = ask(room, md, "md", "pattern", "A01-A02")
    equal(run.status, 0, "exit status")
    equal(sorted(kept(room)[0]), sorted(patterns(md, 0, 1)
                                        + [md.memory[GLOBAL, 7]]), "files")
    match("1 dump not requested", run.err, "said")


@test("a damaged dump that nobody asked for is kept: exit 5")
def _(room):
    wanted = [h.md_pattern(room.random, slot) for slot in range(2)]
    kit = h.md_kit(room.random, 5, b"KIT")
    for odd, rest in ((h.spoil(kit), b""), (kit[:60], b"\x90\x40\x40")):
        line = room.pty()
        told = []

        def answer(_, told=told, odd=odd, rest=rest):
            told.append(len(told))
            return [wanted[0] + odd] if told == [0] else \
                [rest, 0.05, wanted[1]]

        unit = Instrument(line, answer)
        run = room.sxlib("request", "-p", line.port, "-o", "out/",
                         *quick(room), "md", "pattern", "A01-A02")
        unit.off = True
        equal(run.status, 5, "exit status")
        match("received 2 of 2", run.err, "stderr")
        whole, damaged = kept(room)
        equal(sorted(whole + damaged), sorted(wanted + [odd]), "files")
        shutil.rmtree(room.path("out"))


for trouble, what in [("corrupt", "with a wrong checksum"),
                      ("short", "with a wrong checksum"),
                      ("cut", "damaged"), ("note", "damaged")]:
    @test("%s once: asked again, only the good one is kept, exit 0" % trouble)
    def _(room, trouble=trouble, what=what):
        md = drum(room, {1: [trouble]})
        run = ask(room, md, "md", "pattern", "A01-A03")
        equal(run.status, 0, "exit status")
        whole, damaged = kept(room)
        equal(sorted(whole), sorted(patterns(md, 0, 1, 2)), "files")
        equal(damaged, [], "damaged")
        match("pattern A02 was received " + what, run.err, "said")
        match("pattern A02 is complete now: its damaged copy is dropped",
              run.err, "said")
        equal(md.asked.count((PATTERN, 1)), 2, "asked")

    @test("%s for good: kept, exit 5" % trouble)
    def _(room, trouble=trouble):
        md = drum(room, {1: [trouble] * 9})
        run = ask(room, md, "md", "pattern", "A01-A03", "--retries", "1")
        equal(run.status, 5, "exit status")
        equal(md.asked.count((PATTERN, 1)), 2, "asked")
        whole, damaged = kept(room)
        named = trouble in ("corrupt", "short")
        equal((len(whole), len(damaged)), (3, 1) if named else (2, 2),
              "files")
        match("damaged or with a wrong checksum: pattern A02$", run.err,
              "said", re.M)
        check("dropped" not in run.err, "nothing is dropped")
        bad = [data for data in whole + damaged
               if data not in patterns(md, 0, 2)]
        check(len(bad) == 2 and all(
            b[:100] == md.memory[PATTERN, 1][:100] for b in bad), "contents")


@test("two commands, however bad the line: what is in the folder goes back")
def _(room):
    md = drum(room, {0: ["corrupt", "cut"], 1: ["note"], 3: ["short"]})
    equal(ask(room, md, "md", "pattern", "A01-A04").status, 0, "request")
    other = drum(room, seed=2)
    equal(room.sxlib("send", "-p", other.line.port, "--rate", "max",
                     "--delay", "0", "out/").status, 0, "send")
    h.wait(lambda: len(other.saved) >= 4, "not all is saved")
    equal(other.saved, patterns(md, 0, 1, 2, 3), "what is there now")


@test("into one file: the damaged answer is not in it, nor beside it")
def _(room):
    for out in ("all.syx", "-"):
        md = drum(room, {0: ["corrupt"], 1: ["cut"]})
        run = ask(room, md, "md", "pattern", "A01-A02", out=out)
        equal(run.status, 0, "exit status")
        equal(run.out if out == "-" else room.read(out),
              b"".join(patterns(md, 0, 1)), "bytes")
        equal(set(room.files()), {"all.syx"}, "files")


@test("interrupted before a good answer: the damaged one is kept")
def _(room):
    md = drum(room, {0: ["corrupt", "deaf"]})
    run = room.run("request", "-p", md.line.port, "-o", "out/", "md",
                   "pattern", "A01-A02")
    asked(md, 2)
    equal(run.stop(signal.SIGINT), -signal.SIGINT, "exit status")
    whole, damaged = kept(room)
    equal((whole, len(damaged)), ([], 1), "files")


@test("killed before a good answer: the next run takes the damaged one in")
def _(room):
    md = drum(room, {0: ["corrupt", "deaf"]})
    run = room.run("request", "-p", md.line.port, "-o", "out/", "md",
                   "pattern", "A01")
    asked(md, 2)
    equal(run.stop(signal.SIGKILL), -signal.SIGKILL, "exit status")
    equal([n[-5:] for n in room.files("out")], [".part"], "what is there")
    run = ask(room, md, "md", "pattern", "A02")
    match("recovered from an earlier run", run.err, "said")
    equal(len(room.files("out")), 2, "files")


@test("slow, but still coming: no time-out, however long it takes")
def _(room):
    md = drum(room, {0: ["slow 1.6"]})
    run = ask(room, md, "md", "kit", "1", "pattern")
    equal(run.status, 2, "exit status of nonsense")
    md.plan[KIT, 0] = ["slow 1.6"]
    run = ask(room, md, "md", "kit", "1")
    equal((run.status, len(md.asked)), (0, 1), "exit status, asked")
    check(run.seconds > 1.5, "it was not slow")


@test("a stall is taken for the end: its rest is not kept either")
def _(room):
    md = drum(room, {0: ["stall 0.45"]})
    run = ask(room, md, "md", "pattern", "A01-A02")
    equal(run.status, 0, "exit status")
    equal(kept(room), (patterns(md, 0, 1), []), "files")


@test("its own request comes back first")
def _(room):
    md = drum(room, always="echo")
    run = ask(room, md, "md", "pattern", "A01-A02")
    equal((run.status, kept(room)), (0, (patterns(md, 0, 1), [])), "files")


@test("only the requests come back: in and out are connected")
def _(room):
    line = room.pty().listen()
    run = room.run("request", "-p", line.port, "-o", "out/", *quick(room),
                   "md", "kit", "1", "--retries", "0")
    check(line.got(10, 9), "nothing was asked")
    line.feed(line.got())
    equal(run.end(), 3, "exit status")
    match("received the requests themselves", run.err, "said")


@test("Ctrl-C: the part is closed, no half file, dies of the signal")
def _(room):
    for number in (signal.SIGINT, signal.SIGTERM):
        md = drum(room, {1: ["slow 9"]})
        run = room.run("request", "-p", md.line.port, "-o", "out/", "md",
                       "pattern", "A01-A09")
        check(run.has_lines(1), "the first one came")
        asked(md, 2)
        h.part_has(room, 1, "out")
        equal(run.stop(number), -number, "exit status")
        whole, damaged = kept(room)
        equal(whole, patterns(md, 0), "whole")
        equal(len(damaged), 1, "damaged")
        check(md.memory[PATTERN, 1].startswith(damaged[0]), "its beginning")
        match("not requested: pattern A03-A09", run.err, "stderr")
        for name in os.listdir(room.path("out")):
            os.unlink(room.path("out", name))


@test("unplugged: exit 4, what came is kept")
def _(room):
    md = drum(room, {1: ["cut"]})
    run = room.run("request", "-p", md.line.port, "-o", "out/", "--timeout",
                   "9", "md", "pattern", "A01-A03")
    check(run.has_lines(1), "the first one came")
    h.part_has(room, 1, "out")
    md.off = True
    md.line.hang_up()
    equal(run.end(), 4, "exit status")
    equal([len(x) for x in kept(room)], [1, 1], "files")


@test("unplugged while a program runs, before the next request: exit 4")
def _(room):
    room.write("slow", b"#!/bin/sh\ntouch runs\n"
               b"while [ ! -e go ]; do sleep 0.05; done\n")
    os.chmod(room.path("slow"), 0o755)
    md = drum(room, {0: ["corrupt"]})
    run = room.run("request", "-p", md.line.port, "-o", "out/", *quick(room),
                   "--retries", "0", "--exec", room.path("slow"), "--delay",
                   str(2000 * room.scale), "md", "pattern", "A01-A03")
    run.until(lambda: os.path.exists(room.path("runs")))
    md.off = True
    md.line.hang_up()
    room.write("go", b"")
    equal(run.end(), 4, "exit status")
    match("unplugged", run.err, "the port")


@test("unplugged, then the disk fails: both are said, exit 1")
def _(room):
    os.mkdir(room.path("out"))
    md = drum(room, {1: ["deaf"]})
    run = room.run("request", "-p", md.line.port, "-o", "out/all.syx",
                   "--timeout", "9", "md", "pattern", "A01-A03")
    asked(md, 2)
    run.sleeps()
    shutil.rmtree(room.path("out"))
    md.off = True
    md.line.hang_up()
    equal(run.end(), 1, "exit status")
    match("unplugged", run.err, "the port")
    match("No such file or directory", run.err, "the disk")


@test("on a terminal: which of how many, and how far it has come")
def _(room):
    md = drum(room)
    md.plan[KIT, 1] = ["slow 0.9"]
    master, slave = os.openpty()
    run = room.run("request", "-p", md.line.port, "-o", "out/", "md", "kit",
                   "1-3", stderr=slave)
    equal(run.end(), 0, "exit status")
    drawn = os.read(master, 65536).decode()
    match(r"2 of 3, kit 2: [1-9]\d* bytes, [12]\d\d\d in all, \d+ s left",
          drawn, "progress")
    match(r"received 3 of 3, 3699 bytes in \d+\.\d s\r\n", drawn, "totals")
    os.close(master)
    os.close(slave)


@test("a clock between all bytes does no harm")
def _(room):
    md = drum(room)
    for key in [(PATTERN, 0), (PATTERN, 1)]:
        dump = md.memory[key]
        md.memory[key] = h.with_realtime(room.random, dump)
        run = ask(room, md, "md", "pattern", "A0%d" % (key[1] + 1), "-o-")
        equal((run.status, run.out), (0, dump), "what came")


@test("--hex with {slot}, and without; what does not fit is said")
def _(room):
    md = drum(room)
    run = ask(room, md, "--hex", "F0 00 20 3C 02 00 68 {slot} F7", "0-2,9")
    equal(run.status, 0, "exit status")
    equal(kept(room)[0], patterns(md, 0, 1, 2, 9), "files")
    run = ask(room, md, "--hex", "0xF0,00,20,3C,02,00,53,{slot},0xF7", "127",
              "--retries", "1", out="no/")
    equal(run.status, 3, "a slot that is not there")
    match("no answer: request 127$", run.err, "said", re.M)
    run = ask(room, md, "--hex", "f000203c02006800f7", out="one/")
    equal((run.status, kept(room, "one")[0]), (0, patterns(md, 0)), "one")
    for args in [("--hex", "F0 7D {slot} F7"), ("--hex", "F0 7D F7", "1"),
                 ("--hex", "F0 7D"), ("--hex", "7D F7"), ("--hex", "zz"),
                 ("--hex", "F0 7D F7 F0 7D F7"),
                 ("--hex", "F0 7D {slot} F7", "128")]:
        equal(ask(room, md, *args).status, 2, "exit status of %s" % (args,))


@test("--hex with {slot}: each comes twice, and each is in its own file")
def _(room):
    md = drum(room, always="twice")
    run = ask(room, md, "--hex", "F0 00 20 3C 02 00 68 {slot} F7", "0-4",
              "--name", "p{n:02}")
    equal(run.status, 0, "exit status")
    equal(room.files("out"), {"p%02d.syx" % (slot + 1): dump for slot, dump
                              in enumerate(patterns(md, *range(5)))}, "files")
    match(": kept once", run.err, "said")


@test("--hex: an identity reply with --all")
def _(room):
    reply = bytes.fromhex("f07e7f06020020 3c0200010001000100f7")
    from instrument import Instrument
    line = room.pty()
    Instrument(line, lambda m: [reply] if m[1] == 0x7E else [])
    run = room.sxlib("request", "-p", line.port, "-o", "out/", "--all",
                     "--hex", "F0 7E 7F 06 01 F7")
    equal((run.status, kept(room)[0]), (0, [reply]), "the reply")


for args, words in [
        ((), "missing DEVICE"), (("theremin", "patch"), "unknown device"),
        (("md",), "missing KIND: what to request from the Machinedrum"),
        (("md", "patch"), "no known request for a 'patch'.*\n.*pattern, kit, song"),
        (("virus", "preset"), "no known request for a 'preset'.*\n.*single, multi"),
        (("er-1", "all"), "for anything that the Electribe ER-1 stores\n.*"
                          r"available: pattern \(current pattern\)$"),
        (("md", "pattern", "A17"), "no such slot.*\n.*A01 to H16"),
        (("md", "pattern", "I01"), "no such slot"),
        (("md", "pattern", "A02-A01"), "no such slot"),
        (("md", "pattern", "A01,"), "no such slot"),
        (("md", "kit", "0"), "no such slot.*\n.*1 to 64"),
        (("md", "kit", "65"), "no such slot"),
        (("md", "all", "1"), "all slots of all kinds"),
        (("rytm", "settings", "1"), "no slots"),
        (("analog", "kit"), "is ambiguous: the Analog"),
        (("md", "kit", "--id", "3"), "no device number"),
        (("mt-32", "system", "--id", "33"), "1 to 32"),
        (("md", "kit", "--resume", "-o", "x.syx"), "--resume needs a folder"),
        (("md", "kit", "--resume", "-o", "X.SYX"), "--resume needs a folder"),
        (("md", "kit", "-p", "-"), "both use standard output"),
        (("md", "kit", "--retries", "-1"), "retries"),
        (("md", "kit", "--timeout", "0"), "timeout")]:
    @test("usage: %s" % " ".join(args or ["nothing"]))
    def _(room, args=args, words=words):
        run = room.sxlib("request", "-p", "tty:/dev/null", *args)
        equal((run.status, run.out), (2, b""), "exit status")
        match(words, run.err, "stderr", re.I)
        equal(sorted(room.files()), [], "files")


@test("a kind by its maker's word, its plural, or the word for all makers")
def _(room):
    for device, slot, *kinds in (
            ("jv-80", "1", "patch", "patchs", "preset", "presets"),
            ("mt-32", "1", "timbre", "timbres", "preset"),
            ("blofeld", "A1", "preset", "presets"),
            ("md", "A01", "pattern", "patterns")):
        asked = set()
        for kind in kinds:
            line = room.pty()
            heard = line.listen()
            room.sxlib("request", "-p", line.port, "-o", "out/", "-t", "0.1",
                       "--retries", "0", device, kind, slot)
            asked.add(heard.settled())
        equal(len(asked), 1, "what %s is sent for %s" % (device, kinds))
        check(asked.pop(), "something")


@test("no such port; a folder that cannot be made: nothing is asked")
def _(room):
    run = room.sxlib("request", "-p", "hw:31,7", "-o", "out/", "md", "kit")
    equal((run.status, room.files()), (4, {}), "no such port")
    md = drum(room)
    room.write("file", b"")
    run = ask(room, md, "md", "kit", out="file/x/")
    equal((run.status, md.asked), (1, []), "no such folder")


@test("a Jomox cannot be asked: what to do is said, then it is received")
def _(room):
    dumps = [h.jomox(room.random, 300 + n) for n in range(3)]
    for device in ("alpha-base", "mbrane", "jomox"):
        line = room.pty()
        run = room.run("request", "-p", line.port, "-o", device + "/", device,
                       "pattern", "1-3", "--name", "pattern{n:02}")
        run.listening()
        match("front panel", run.err, "what to do")
        for n, dump in enumerate(dumps):
            line.feed(dump)
            check(run.has_lines(n + 1), "a file for each")
        equal(run.end(), 0, "exit status")
        equal(kept(room, device)[0], dumps, "files")


@test("sim:machinedrum: to try it without one")
def _(room):
    port = "sim:machinedrum?rate=1000000"
    run = room.sxlib("request", "-p", port, "-o", "out/", "md", "all",
                     "--delay", "0")
    equal(run.status, 0, "exit status")
    whole, damaged = kept(room)
    equal((len(whole), len(set(whole)), damaged), (232, 232, []), "files")
    equal(room.sxlib("verify", "-q", "out/").status, 0, "verify")
    run = room.sxlib("send", "-p", port, "--verify", "--rate", "max",
                     run.lines[5])
    equal(run.status, 0, "it gives back what was sent")


@test("Roland: one answer of several messages is one file")
def _(room):
    unit = Roland(room.pty())
    run = ask(room, unit, "mt-32", "patches")
    equal(run.status, 0, "exit status")
    equal(kept(room)[0], [b"".join(unit.packets(5 << 14, 1024))], "file")
    run = ask(room, unit, "mt-32", "timbre", "1,64", out="t/")
    equal(run.status, 0, "exit status")
    equal(kept(room, "t")[0], [unit.packets((8 << 14) + 256 * n, 246)[0]
                               for n in (0, 63)], "timbres")
    equal(unit.asked, [(5 << 14, 1024), (8 << 14, 246),
                       ((8 << 14) + 256 * 63, 246)], "asked")
    del unit.asked[:]
    run = ask(room, unit, "mt-32", "patches", "--resume")
    equal((run.status, unit.asked), (0, []), "--resume")


for trouble in ("lost 0", "lost 2", "lost 3", "twice 1", "corrupt 2"):
    @test("Roland: %s: not taken for whole, asked again" % trouble)
    def _(room, trouble=trouble):
        unit = Roland(room.pty(), plan=[trouble])
        run = ask(room, unit, "mt-32", "patches")
        equal(run.status, 0, "exit status")
        whole, damaged = kept(room)
        equal(whole, [b"".join(unit.packets(5 << 14, 1024))], "file")
        equal(damaged, [], "what was no good")
        equal(len(unit.asked), 2, "asked")
        unit.plan = [trouble] * 5
        run = ask(room, unit, "mt-32", "patches", "--retries", "0", out="b/")
        equal(run.status, 5, "exit status")


@test("Roland: another device number")
def _(room):
    unit = Roland(room.pty(), device=0x1F)
    run = ask(room, unit, "mt-32", "system", "--retries", "0")
    equal(run.status, 3, "the wrong number")
    run = ask(room, unit, "mt-32", "system", "--id", "32")
    equal(run.status, 0, "the right number")


class JV(Roland):
    """A JV-1080, or another model of which the first block is longer: of a
    patch there are five blocks, with gaps between them."""

    def __init__(self, line, more=0, **rest):
        super().__init__(line, model=b"\x6a", width=4, **rest)
        self.blocks = [(0, 72 + more)] + [
            (block << 7, 129) for block in (0x10, 0x12, 0x14, 0x16)]

    def packets(self, address, size):
        return [checked(self.head + b"\x12", seven(address + at, 4) + bytes(
            self.byte(address + at + i) for i in range(count)))
                for at, count in self.blocks if at < size]


def jv_patch(unit, patch):
    return b"".join(unit.packets((0x11 << 21) + (patch << 14), 0x18 << 7))


for more in (0, 1, 2):
    @test("JV-1080, with %d bytes more: blocks with gaps are one answer" % more)
    def _(room, more=more):
        unit = JV(room.pty(), more)
        run = ask(room, unit, "jv-1080", "patch", "2,128")
        equal(run.status, 0, "exit status")
        equal(kept(room)[0], [jv_patch(unit, 1), jv_patch(unit, 127)], "files")
        match("jv-1080-preset002", run.lines[0], "name")
        match("inferred", run.err, "where it is from")
        del unit.asked[:]
        run = ask(room, unit, "jv-1080", "patch", "2,3,128", "--resume")
        equal(run.status, 0, "exit status")
        equal(unit.asked, [((0x11 << 21) + (2 << 14), 0x18 << 7)], "asked")


for trouble in ("lost 0", "lost 2", "lost 4", "twice 1", "corrupt 3"):
    @test("JV-1080: %s: not taken for whole, asked again" % trouble)
    def _(room, trouble=trouble):
        unit = JV(room.pty(), more=2, plan=[trouble])
        run = ask(room, unit, "jv-1080", "patch", "1")
        equal(run.status, 0, "exit status")
        equal(kept(room), ([jv_patch(unit, 0)], []), "files")
        equal(len(unit.asked), 2, "asked")


@test("JV-1080: a block twice and another lost: not taken for whole")
def _(room):
    unit = JV(room.pty(), plan=["swap 1 2"])
    run = ask(room, unit, "jv-1080", "patch", "1")
    equal(run.status, 0, "exit status")
    equal(kept(room), ([jv_patch(unit, 0)], []), "files")
    equal(len(unit.asked), 2, "asked")
    # Nor where it is in a file.
    blocks = unit.packets(0x11 << 21, 0x18 << 7)
    blocks[2] = blocks[1]
    room.write("there/x.syx", b"".join(blocks))
    del unit.asked[:]
    run = ask(room, unit, "jv-1080", "patch", "1", "--resume", out="there/")
    equal((run.status, len(unit.asked)), (0, 1), "--resume")


class Created:
    """The names of the files that are made in a folder."""

    def __init__(self, folder):
        libc = ctypes.CDLL(None, use_errno=True)
        self.fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        check(self.fd != -1 and libc.inotify_add_watch(
            self.fd, folder.encode(), 0x100) != -1, "inotify")  # IN_CREATE

    def names(self):
        found = []
        with contextlib.suppress(BlockingIOError):
            while True:
                data = os.read(self.fd, 65536)
                while data:
                    size, = struct.unpack_from("=I", data, 12)
                    found.append(data[16:16 + size].rstrip(b"\0").decode())
                    data = data[16 + size:]
        os.close(self.fd)
        return found


@test("JV-1080: a part for each answer, not for each message of it")
def _(room):
    os.mkdir(room.path("out"))
    unit = JV(room.pty(), plan=["ok", "lost 2"])
    made = Created(room.path("out"))
    run = ask(room, unit, "jv-1080", "patch", "1-8", "--timeout", "1")
    equal(run.status, 0, "exit status")
    equal(len(kept(room)[0]), 8, "files")
    equal(len([n for n in made.names() if n.endswith(".part")]), 9, "parts")


@test("JV-1080: what comes between its messages gets a part of its own")
def _(room):
    kit = h.md_kit(room.random, 5, b"KIT")
    for odd in (kit, kit[:60] + b"\x90\x40\x40"):
        unit = JV(room.pty())
        honest = unit.packets

        def packets(address, size, odd=odd, honest=honest, unit=unit):
            unit.packets = honest
            first, *rest = honest(address, size)
            return [first, odd] + (rest if odd == kit else [])
        unit.packets = packets
        run = ask(room, unit, "jv-1080", "patch", "1", "-o", "between/")
        whole, damaged = kept(room, "between")
        if odd == kit:
            equal(run.status, 0, "exit status")
            equal(sorted(whole), sorted([jv_patch(unit, 0), kit]), "files")
        else:
            equal((run.status, len(unit.asked)), (0, 2), "asked again")
            equal(whole, [jv_patch(unit, 0)], "file")
        equal(damaged, [], "damaged")
        shutil.rmtree(room.path("between"))


@test("all: what no request is known for is said")
def _(room):
    run = ask(room, JV(room.pty()), "jv-1080", "all", "--delay", "0",
              "--timeout", "5")
    equal(run.status, 0, "exit status")
    equal(len(kept(room)[0]), 128 + 1, "the patches and the system")
    match("does not include, of the JV-1080: performances", run.err, "said")
    run = ask(room, drum(room), "md", "all", "--delay", "0", out="md/")
    check("does not include" not in run.err, "said of a Machinedrum, too")


@test("of models that cannot be asked it is said what to do, after silence")
def _(room):
    run = ask(room, drum(room), "dx7", "bank", "--retries", "0")
    equal(run.status, 3, "exit status")
    match("The first DX7 answers no request", run.err, "stderr")
    run = ask(room, drum(room), "dx7", "kit")
    match(r"bank \(of a DX7s or DX7II, 32 voices\)", run.err, "what there is")


@test("a kind that reads like the plural of another is only itself")
def _(room):
    run = ask(room, drum(room), "k1", "multis", "--retries", "0", "-v")
    equal(run.status, 3, "exit status")
    equal(run.err.count("requesting multi"), 1, "requests")
    match("requesting multis\n", run.err, "stderr")


if __name__ == "__main__":
    h.main()
