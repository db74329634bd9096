#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""request auto: asks who is there, and backs up the one instrument that is."""
import harness as h
from harness import check, equal, match, test
from instrument import Instrument

WHO = bytes.fromhex("f07e7f0601f7")
# A POD: family 0, member 1; and what nobody knows.
POD = bytes.fromhex("f07e7f060200010c0000000130313030f7")
OTHER = bytes.fromhex("f07e7f060200010c7f7f010130313030f7")


def program(slot):
    return (bytes((0xf0, 0, 1, 0x0c, 1, 1, 0, slot, 0)) + bytes(142)
            + b"\xf7")


def pod(replies):
    def answer(m):
        if m == WHO:
            return replies
        if m[:7] == bytes((0xf0, 0, 1, 0x0c, 1, 0, 0)):
            return [program(m[7])]
        return []
    return answer


def ask(room, replies, *more):
    unit = Instrument(room.pty(), pod(replies))
    run = room.sxlib("request", "-p", unit.line.port, "-o", "out/", "--timeout",
                     "0.5", "--retries", "0", *more, "auto")
    return run, unit


@test("one instrument: all of it is kept")
def _(room):
    run, unit = ask(room, [POD])
    equal(run.status, 0, "exit status")
    found = room.files("out")
    equal(sorted(found.values()), [program(n) for n in range(36)], "kept")
    equal(unit.messages[0], WHO, "asked first")
    match("POD", run.err, "reported")


CASES = {
    "nobody": ([], 3, "no answer to the identity"),
    "several": ([POD, OTHER], 1, "2 units answer.*name one"),
    "one that is not known": ([OTHER], 1, "no known way to request"),
}

for name, (replies, status, said) in CASES.items():
    @test("%s: it is reported, and nothing else is sent" % name)
    def _(room, replies=replies, status=status, said=said):
        run, unit = ask(room, replies)
        equal(run.status, status, "exit status")
        equal(unit.heard, WHO, "sent")
        match("(?s)" + said, run.err, "reported")
        check(not room.files("."), "no files")


def ms2000(channel):
    """A microKORG / MS2000 that calls itself MS2000, and hears its channel."""
    def answer(m):
        if m == WHO:
            return [bytes((0xf0, 0x7e, channel, 6, 2, 0x42, 0x58, 0, 1, 0, 0,
                           0, 1, 0, 0xf7))]
        head = bytes((0xf0, 0x42, 0x30 | channel, 0x58))
        what = {0x1c: 0x4c, 0x0e: 0x51}.get(m[4]) if m[:4] == head else None
        return [head + bytes((what,)) + bytes(300) + b"\xf7"] if what else []
    return answer


for channel, more in ((0, ()), (2, ()), (9, ("--id", "10"))):
    @test("by another name, on channel %d: it is asked by its number"
          % (channel + 1))
    def _(room, channel=channel, more=more):
        unit = Instrument(room.pty(), ms2000(channel))
        run = room.sxlib("request", "-p", unit.line.port, "-o", "out/",
                         "--timeout", "0.5", "--retries", "0", "--delay", "0",
                         *more, "auto")
        equal(run.status, 0, "exit status")
        equal(sorted(d[4] for d in room.files("out").values()), [0x4c, 0x51],
              "kept")
        match("Korg MS2000", run.err, "reported")


@test("what came in place of an answer is said; auto goes with no kind")
def _(room):
    for answer, said in ((lambda m: [m], "connected to the input"),
                         (lambda m: [POD[:9]], "some damaged")):
        unit = Instrument(room.pty(), answer)
        run = room.sxlib("request", "-p", unit.line.port, "-o", "out/",
                         "--timeout", "0.5", "auto")
        equal(run.status, 3, "exit status")
        match(said, run.err, "reported")
    unit = Instrument(room.pty(), lambda m: [])
    run = room.sxlib("request", "-p", unit.line.port, "auto", "all")
    equal((run.status, unit.heard), (2, b""), "exit status, sent")
    match("auto requests everything", run.err, "reported")


@test("a reply may take as long as any answer")
def _(room):
    unit = Instrument(room.pty(), lambda m: ([1.5] if m == WHO else [])
                      + pod([POD])(m))
    run = room.sxlib("request", "-p", unit.line.port, "-o", "out/", "auto")
    equal((run.status, len(room.files("out"))), (0, 36), "kept")


@test("the same reply twice is one unit")
def _(room):
    run, _unit = ask(room, [POD, POD])
    equal((run.status, len(room.files("out"))), (0, 36), "kept")


h.main()
