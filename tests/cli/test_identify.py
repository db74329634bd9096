#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""identify: who answers, who does not, and what else comes."""
import functools
import signal
import threading
import time

import harness as h
from harness import check, equal, match
from instrument import Instrument

ASK = bytes.fromhex("f07e7f0601f7")
MACHINEDRUM = bytes.fromhex("f07e000602 00203c 0200 0100") + b"163 \xf7"
BLOFELD = bytes.fromhex("f07e010602 3e 1300 0000") + b"1.24\xf7"
XD = bytes.fromhex("f07e000602 42 5101 0000 0a00 0200 f7")
PEAK = bytes.fromhex("f07e7f0602 002029 7e00 0000 0003090710 f7")
NOBODY = bytes.fromhex("f07e050602 00007e 0102 0304 01020304 f7")

# The instrument is late where the machine is busy for longer.
test = functools.partial(h.test, prompt=0.05)


def on(room, answer):
    line = room.pty()
    return line, Instrument(line, answer, room.scale)


def identify(room, answer, *args, status=0, ask=1, timeout=0.5):
    line, unit = on(room, answer)
    run = room.sxlib("identify", "-p", line.port, "-t",
                     str(timeout * room.scale), *args)
    equal(run.status, status, "exit status")
    equal(unit.heard, ASK * ask, "what it was sent")
    return run


@test("a reply is decoded: maker, device, family, member, version")
def _(room):
    for reply, want in [
            (MACHINEDRUM, ["Elektron", "Machinedrum", "02 00", "01 00",
                           "1.63", "inferred"]),
            (BLOFELD, ["Waldorf", "Blofeld", "13 00", "00 00", "1.24"]),
            (XD, ["Korg", "minilogue xd", "51 01", "00 00", "2.10",
                  "documented"]),
            (PEAK, ["Novation", "Peak", "7E 00", "00 03 09 07 10"])]:
        run = identify(room, lambda m, reply=reply: [reply])
        equal(len(run.lines), 2, "lines")
        for word in want:
            check(word in run.lines[1], "%s in %s" % (word, run.lines))


@test("a stream that never pauses does not keep it: exit 3")
def _(room):
    runs = []
    over = threading.Event()
    # Clock comes no faster than a slow build can read it.
    for data, pause in ((b"\xf0\x7d\x01\xf7" * 100, 0), (NOBODY * 20, 0),
                        (b"\xfa\xf8" * 100, 0.001)):
        line = room.pty().listen()
        runs.append(room.run("identify", "-p", line.port, "-t", "0.5"))
        check(line.got(h.LIMIT, 1), "nothing was asked")
        threading.Thread(target=h.flood, args=(line, data, over, pause),
                         daemon=True).start()
    try:
        equal(runs[0].end(), 3, "exit status")
        match("other SysEx messages|without a pause", runs[0].err, "why")
        # Each of these is a reply, after which it waits once more.
        equal(runs[1].end(), 3, "exit status")
        match("without a pause", runs[1].err, "why")
        equal(runs[2].end(), 3, "exit status")
    finally:
        over.set()


@test("one that is not known is shown by its numbers")
def _(room):
    run = identify(room, lambda m: [NOBODY], "--json")
    equal(len(run.json), 1, "objects")
    got = run.json[0]
    port = got.pop("port")
    match("tty:/dev/", port, "port")
    got.pop("maker")
    equal(got, {"unit": 5, "maker_id": "00007e", "device": None,
                "family": "01 02", "member": "03 04",
                "version": "01 02 03 04", "trust": "none", "replies": 1,
                "reply": NOBODY.hex(" ").upper()}, "facts")


@test("several on one port are told apart, the same twice counts once")
def _(room):
    second = MACHINEDRUM[:2] + b"\x01" + MACHINEDRUM[3:]
    run = identify(room, lambda m: [MACHINEDRUM, 0.2, BLOFELD, second, 0.2,
                                    MACHINEDRUM, MACHINEDRUM], "--json")
    equal([(o["device"], o["unit"], o["replies"]) for o in run.json],
          [("Machinedrum", 0, 3), ("Blofeld", 1, 1), ("Machinedrum", 1, 1)],
          "who answered")
    match("Machinedrum.* 3 times.*counted once", run.err, "stderr")


@test("a slow one is waited for, and after the last reply once more")
def _(room):
    run = identify(room, lambda m: [0.6, BLOFELD, 0.6, XD, 0.6, PEAK],
                   timeout=1)
    equal(len(run.lines), 4, "lines")
    run = identify(room, lambda m: [0.7, XD[:6], 0.5, XD[6:]], timeout=1)
    equal(len(run.lines), 2, "one that begins in time is awaited")


@test("silence is said, exit 3")
def _(room):
    run = identify(room, lambda m: [], status=3)
    equal(run.out, b"", "stdout")
    match("no answer on tty:.*not every instrument answers", run.err, "stderr")
    check(run.seconds > 0.4, "it took %.1f s" % run.seconds)


@test("an echo is told from an answer")
def _(room):
    run = identify(room, lambda m: [m], status=3)
    match("received its own request", run.err, "stderr")
    match("no answer", run.err, "stderr")
    run = identify(room, lambda m: [m, BLOFELD])
    match("received its own request", run.err, "stderr")
    equal(len(run.lines), 2, "lines")


@test("other messages, cut and lost ones are no reply")
def _(room):
    for junk in (b"\xf0\x7e\x00\x7c\x00\xf7", h.md_kit(room.random, 1, b"K"),
                 XD[:9] + b"\x90\x40\x40", XD[:9] + b"\xf7",
                 XD[3:], b"\xf0\x7e\x00\x06\x02\xf7", XD[:9]):
        run = identify(room, lambda m, junk=junk: [junk], status=3)
        equal(run.out, b"", "stdout")
        match("other SysEx message", run.err, "stderr")
    run = identify(room, lambda m: [b"\xf8\xfe\x90\x40\x40"], status=3)
    match("not every instrument", run.err, "stderr")
    run = identify(room, lambda m: [XD[:9], XD])
    equal(len(run.lines), 2, "a whole one after a cut one")


@test("clock within a reply does no harm")
def _(room):
    run = identify(room, lambda m: [b"\xf8".join(
        bytes([b]) for b in MACHINEDRUM)])
    match("Machinedrum", run.lines[1], "row")


@test("--all asks every port with both directions, and names each")
def _(room):
    md, _ = on(room, lambda m: [MACHINEDRUM])
    deaf, unit = on(room, lambda m: [])
    room.write(".config/sxlib/ports.conf", (
        "[drum]\nport = %s\n[deaf]\nport = %s\n[gone]\nport = tty:/no/line\n"
        % (md.port, deaf.port)).encode())
    timeout = str(0.4 * room.scale)
    run = room.sxlib("identify", "--all", "-t", timeout, "--json")
    check(md.port in [o["port"] for o in run.json], "the one that answered")
    equal(run.status, 0, "exit status")
    match("no answer on %s" % deaf.port, run.err, "stderr")
    equal(unit.heard, ASK, "what the deaf one was sent")
    run = room.sxlib("identify", "-p", "drum", "-t", timeout)
    equal((run.status, len(run.lines)), (0, 2), "by its name")


@test("no port, a port of one direction, and what contradicts")
def _(room):
    equal(room.sxlib("identify", "-p", "tty:/no/such").status, 4, "no port")
    for args in (("--all", "-p", "hw:1"), ("extra",), ("-p", "-"),
                 ("-t", "x"), ("-t", "-1")):
        run = room.sxlib("identify", *args)
        equal(run.status, 2, "status of %s" % (args,))


@test("the line is hung up: exit 4; Ctrl-C: dies of it, nothing left open")
def _(room):
    line, unit = on(room, lambda m: [])
    run = room.run("identify", "-p", line.port, "-t", "20")
    unit.wait_for(1)
    run.stop()
    equal(run.status, -signal.SIGINT, "exit status")
    equal(unit.heard, ASK, "what it was sent")
    line, unit = on(room, lambda m: [])
    run = room.run("identify", "-p", line.port, "-t", "20")
    unit.wait_for(1)
    unit.off = True
    unit.join()
    line.hang_up()
    equal(run.end(), 4, "exit status")


@test("who answered before Ctrl-C is told")
def _(room):
    line, unit = on(room, lambda m: [BLOFELD])
    run = room.run("identify", "-p", line.port, "-t", "20", "--json")
    unit.wait_for(1)
    line.taken()
    run.sleeps().stop()
    equal([o["device"] for o in run.json], ["Blofeld"], "who answered")


if __name__ == "__main__":
    h.main()
