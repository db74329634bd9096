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
    "nobody": ([], 3, "nobody answers"),
    "several": ([POD, OTHER], 1, "2 units answer.*name one"),
    "one that is not known": ([OTHER], 1, "is not known"),
}

for name, (replies, status, said) in CASES.items():
    @test("%s: it is reported, and nothing else is sent" % name)
    def _(room, replies=replies, status=status, said=said):
        run, unit = ask(room, replies)
        equal(run.status, status, "exit status")
        equal(unit.heard, WHO, "sent")
        match("(?s)" + said, run.err, "reported")
        check(not room.files("."), "no files")


@test("the same reply twice is one unit")
def _(room):
    run, _unit = ask(room, [POD, POD])
    equal((run.status, len(room.files("out"))), (0, 36), "kept")


h.main()
