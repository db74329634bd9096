#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""send --hex and --wait: bytes as people type them, and what answers."""
import signal
import time

import harness as h
from harness import FAST, check, equal, match, test
from instrument import Instrument

ASK = bytes.fromhex("f07e7f0601f7")
REPLY = bytes.fromhex("f07e0006023e130000 0031 2e32 34f7")


def on(room, answer):
    line = room.pty()
    return line, Instrument(line, answer, room.scale)


def send(room, *args, status=0, answer=lambda m: [], want=None, **more):
    line, _ = on(room, answer)
    return h.send(room, line, *FAST, *args, status=status, want=want, **more)


@test("hex in every form that people type")
def _(room):
    for text in ("F0 7E 7F 06 01 F7", "f07e7f0601f7", "F0,7E,7F,06,01,F7",
                 "0xF0 0x7E 0x7F 0x06 0x01 0xF7", "$F0 $7E $7F $06 $01 $F7",
                 "F0h 7Eh 7Fh 06h 01h F7h", "F0 7E 7F 6 1 F7",
                 "0xf0, 0x7e, 0x7f,\n0x06, 0x01, 0xf7",
                 "  F0\t7E 7F # ask all\r\n 06 01 F7\n# end"):
        send(room, "--hex", text, want=ASK)
        send(room, "--hex", "-", stdin=text.encode(), want=ASK)
        send(room, "--hex=" + text, want=ASK)


@test("several messages, each with its pause")
def _(room):
    line, _ = on(room, lambda m: [])
    run = room.sxlib("send", "-p", line.port, "--rate", "max", "--delay",
                     "300", "--hex", (ASK + REPLY + ASK).hex())
    equal(run.status, 0, "exit status")
    check(run.seconds >= 0.9, "three pauses took %.2f s" % run.seconds)
    equal(line.settled(), ASK + REPLY + ASK, "what was sent")


@test("incomplete hex is refused, with its place")
def _(room):
    for text, where, status in (
            ("F0 7E 7F 06 01 F", None, 1), ("F0 7E 7F0 06 01 F7", "7F0", 2),
            ("F0 7E\n7F xyz F7", "line 2: 'xyz'", 2), ("", "no bytes", 2),
            ("F0 7E 7F 06 01", "offset 0: .* truncated", 1),
            ("F0 7E 7F F0 06 01 F7", "offset 0: .* truncated: new F0", 1),
            ("F0 01 F7 06 01", "offset 3: 2 bytes outside any", 1),
            ("06 F0 01 F7", "offset 0: 1 byte outside any", 1),
            ("F0 01 90 40 F7", "offset 0: .* truncated: status byte 90", 1),
            ("C0 05", "offset 0: 2 bytes", 1)):
        run = send(room, "--hex", text, status=status, want=b"")
        match("sxlib: send: ", run.err, "stderr")
        if where:
            match(where, run.err, "the place")
    run = send(room, "--hex", "-", stdin=b"F0 7E\nq F7", status=1, want=b"")
    match("standard input: line 2: 'q'", run.err, "the place")


@test("--force lets the bytes go as they stand, no others")
def _(room):
    for text in ("F0 7E 7F 06 01", "C0 05", "F0 01 F7 06 F8 F0 02", "F8",
                 "F7", "F0 01 90 40 F7"):
        send(room, "--force", "--hex", text, want=bytes.fromhex(text))


@test("what is dangerous is refused in hex, too")
def _(room):
    firmware = b"\xf0\x31\x7f\x5d\x10\x55\x00\x01\x77\x01\x02\xf7"
    send(room, "--hex", firmware.hex(), status=1, want=b"")
    send(room, "--force", "--hex", "05" + firmware.hex(), status=1, want=b"")
    allow = ("--firmware", "--yes", "--force", "--no-identify")
    send(room, *allow, "--hex", firmware.hex(), want=firmware)
    send(room, *allow, "--hex", "05" + firmware.hex(), want=b"\x05" + firmware)
    bad = h.spoil(h.md_kit(room.random, 3, b"KIT"))
    send(room, "--hex", bad.hex(), status=1, want=b"")
    send(room, "--force", "--hex", bad.hex(), want=bad)


@test("--wait shows what answers, decoded and in hex")
def _(room):
    kit = h.md_kit(room.random, 3, b"DEEP")
    run = send(room, "--hex", ASK.hex(), "--wait", "2",
               answer=lambda m: [REPLY, 0.2, kit, b"\xf8\xfe"], want=ASK)
    text = run.out.decode()
    match("identity-reply", text, "the reply")
    match("Elektron, Machinedrum, kit 4, \"DEEP\", 1233 bytes, checksum ok",
          text, "the kit")
    match("f0 7e 00 06 02 3e 13 00", text, "hex")
    equal(len([1 for line in run.lines if line.startswith("after ")]), 2,
          "answers")


@test("--wait --json: the hex of each answer")
def _(room):
    run = send(room, "--hex", ASK.hex(), "--wait", "2", "--json",
               answer=lambda m: [REPLY])
    equal([o.get("answer") for o in run.json], [None, True], "objects")
    got = run.json[1]
    equal(bytes.fromhex(got["hex"]), REPLY, "bytes")
    equal((got["kind"], got["bytes"], got["echo"], got["damaged"]),
          ("identity-reply", len(REPLY), False, None), "facts")


@test("--wait after a file; answers that come while it goes out", prompt=0.1)
def _(room):
    data = h.sysex(room.random, 3000)
    path = room.write("x.syx", data + ASK)
    line, _ = on(room, lambda m: [REPLY])
    run = room.sxlib("send", "-p", line.port, "--wait", "2", "--json",
                     "--delay", "0", "--rate", "6000", path)
    equal(run.status, 0, "exit status")
    equal([bytes.fromhex(o["hex"]) for o in run.json if "answer" in o],
          [REPLY, REPLY], "answers")


@test("an answer that begins in time is taken whole")
def _(room):
    long = h.sysex(room.random, 900)
    slowly = [part for at in range(0, 900, 100)
              for part in (long[at:at + 100], 0.3)]
    run = send(room, "--hex", ASK.hex(), "--wait", "2", "--json",
               answer=lambda m: slowly + [REPLY])
    equal([bytes.fromhex(o["hex"]) for o in run.json[1:]], [long], "answers")


@test("no answer: exit 3; an echo is said and is none")
def _(room):
    run = send(room, "--hex", ASK.hex(), "--wait", "0.06251", status=3)
    match("no answer within 0.06251 s", run.err, "stderr")
    run = send(room, "--hex", ASK.hex(), "--wait", "2", status=3,
               answer=lambda m: [m])
    match("received only what was sent", run.err, "stderr")
    match("echo", run.out.decode(), "stdout")
    run = send(room, "--hex", ASK.hex(), "--wait", "2", status=3,
               answer=lambda m: [b"\x90\x40\x40"])
    match("no SysEx", run.err, "stderr")
    run = send(room, "--hex", ASK.hex(), "--wait", "2",
               answer=lambda m: [m, REPLY])
    match("identity-reply", run.out.decode(), "stdout")


@test("a cut answer and one with a bad checksum: exit 5")
def _(room):
    bad = h.spoil(h.md_kit(room.random, 3, b"KIT"))
    for junk, word in ((REPLY[:8] + b"\x90\x40\x40", "DAMAGED"),
                       (REPLY[3:], "DAMAGED"), (bad, "WRONG")):
        run = send(room, "--hex", ASK.hex(), "--wait", "2", status=5,
                   answer=lambda m, junk=junk: [junk])
        match(word, run.out.decode(), "stdout")


@test("an answer that goes no further is shown as far as it came: exit 5")
def _(room):
    for before in ([], [REPLY]):
        run = send(room, "--hex", ASK.hex(), "--wait", "1", "--json", status=5,
                   answer=lambda m, before=before: before + [REPLY[:8]])
        equal([(bytes.fromhex(o["hex"]), o["damaged"]) for o in run.json[1:]],
              [(r, None) for r in before] + [(REPLY[:8], "timeout")],
              "answers")
        check("no answer" not in run.err, "something came")


@test("what contradicts is exit 2")
def _(room):
    path = room.write("x.syx", ASK)
    port = room.pty().port
    for args in (("--hex", "F7", path), ("--hex", "F7", "--hex", "F7"),
                 ("--hex", "F7", "--step"), ("--wait", "x", path),
                 ("--wait", "-1", path)):
        equal(room.sxlib("send", "-p", port, *args).status, 2,
              "status of %s" % (args,))
    run = room.sxlib("send", "-p", "-", "--hex", ASK.hex(), "--wait", "1")
    equal(run.status, 2, "answers and bytes on one stdout")
    run = room.sxlib("send", "-p", "-", "--hex", ASK.hex(), *FAST)
    equal((run.status, run.out), (0, ASK), "to a pipe")


@test("--dry-run with --hex sends nothing")
def _(room):
    run = send(room, "--dry-run", "--wait", "1", "--hex", ASK.hex(), want=b"")
    match("identity-request", run.out.decode(), "stdout")


@test("Ctrl-C while it waits: dies of it; in a message: F7")
def _(room):
    line, unit = on(room, lambda m: [REPLY])
    run = room.run("send", "-p", line.port, *FAST, "--hex", ASK.hex(),
                   "--wait", "20")
    check(run.has_lines(1), "the answer is shown at once")
    run.stop()
    equal(run.status, -signal.SIGINT, "exit status")
    equal(unit.heard, ASK, "nothing more was sent")
    line, unit = on(room, lambda m: [])
    run = room.run("send", "-p", line.port, "--wait", "20", "--delay", "0",
                   "--hex", h.sysex(room.random, 6000).hex())
    line.got(20, 500)
    run.stop()
    equal(run.status, -signal.SIGINT, "exit status")
    got = line.settled()
    check(len(got) < 6000 and got.endswith(b"\xf7"), "closed with F7")


@test("the line is hung up while it waits: exit 4")
def _(room):
    line, unit = on(room, lambda m: [])
    run = room.run("send", "-p", line.port, *FAST, "--hex", ASK.hex(),
                   "--wait", "20")
    unit.wait_for(1)
    unit.off = True
    unit.join()
    line.hang_up()
    equal(run.end(), 4, "exit status")


if __name__ == "__main__":
    h.main()
