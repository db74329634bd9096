#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""OS files: recognised, checked, confirmed, paced, and what is said."""
import os
import re
import signal

import harness as h
import os_file
from harness import FAST, check, equal, match, test
from instrument import Instrument

GO = ("--firmware", "--yes", "--no-identify")
ASK = bytes.fromhex("f07e7f0601f7")
ROLAND = bytes.fromhex("f07e000602 41 1601 0000 00000000 f7")
MACHINEDRUM = bytes.fromhex("f07e000602 00203c 0200 0100") + b"163 \xf7"
OCTATRACK = bytes.fromhex("f07e000602 00203c 0500 0000 00000000 f7")
JOMOX = bytes.fromhex("f0317f5d1055 0001 77 0102 f7")


def kinds(rng):
    return [("Machinedrum", "1.63", os_file.machinedrum(rng)),
            ("Octatrack", "1.40C", os_file.octatrack(rng)),
            ("Digitakt", "1.53", os_file.ele3(rng, 0x0a)),
            ("Model:Cycles", "1.53", os_file.ele3(rng, 0x11)),
            ("Syntakt", "1.53", os_file.ele3(rng, 0x16)),
            ("Monomachine", "", os_file.machinedrum(rng, product=3))]


def send(room, data, *args, status=0, want=None, **more):
    return h.send(room, room.pty().listen(), room.write("os.syx", data), *args,
                  status=status, want=want, **more)


def on_terminal(room, line, data, answer, *args, status):
    """Run it with a terminal, and type the answer (None: it ends)."""
    keys, screen = os.openpty()
    path = room.write("os.syx", data)
    run = room.run("send", "-p", line.port, path, "--firmware", *FAST, *args,
                   stdin=screen, stderr=screen)
    text = b""
    while b"type " not in text:
        text += os.read(keys, 4096)
    equal(line.settled(), b"" if "--no-identify" in args else ASK,
          "nothing of it has left before")
    os.write(keys, answer if answer is not None else b"\x04")
    run.end()
    os.close(screen)
    try:
        while True:
            text += os.read(keys, 4096)
    except OSError:
        pass
    os.close(keys)
    equal(run.status, status, "exit status")
    return text.decode()


@test("each is sent as it is, its product and version are named")
def _(room):
    for device, version, messages in kinds(room.random):
        data = b"".join(messages)
        run = send(room, data, *FAST, *GO, want=data)
        match("%s OS:? ?%s" % (re.escape(device), re.escape(version)), run.err,
              "stderr")
        match("before: .*\n.*meanwhile: ", run.err, "what the unit must show")
        match("now: ", run.err, "and at the end")
        match("inferred", run.err, "how sure that is")


@test("refused without --firmware, and without a terminal or --yes")
def _(room):
    for device, _, messages in kinds(room.random):
        data = b"".join(messages)
        run = send(room, data, *FAST, "--yes", status=1, want=b"")
        match(device + ".*\n.*--firmware", run.err, "stderr")
        run = send(room, data, *FAST, "--firmware", status=1, want=b"")
        match("terminal.*\n.*--yes", run.err, "stderr")


@test("--dry-run says the same and sends nothing")
def _(room):
    data = b"".join(os_file.octatrack(room.random))
    run = send(room, data, "--firmware", "--dry-run", want=b"")
    match("Elektron Octatrack OS 1.40C .build 0178.: 12 messages", run.err,
          "stderr")
    match("trig 3", run.err, "how it is made ready")
    match("checked: ", run.err, "what was checked")
    send(room, data[:300] + b"\x01" + data[301:], "--firmware", "--dry-run",
         status=1, want=b"")


@test("one byte changed anywhere does not leave")
def _(room):
    for device, _, messages in kinds(room.random):
        data = b"".join(messages)
        places = set(range(0, len(messages[0])))
        places |= {len(messages[0]) + k for k in range(len(messages[1]))}
        places |= set(range(len(data) - 24, len(data)))
        places |= {room.random.randrange(len(data)) for _ in range(20)}
        for at in room.random.sample(sorted(places), 40):
            bad = bytearray(data)
            bad[at] ^= 1 << room.random.randrange(7)
            run = room.sxlib("send", "-p", "-", *FAST, *GO,
                             room.write("bad.syx", bytes(bad)))
            equal(run.out, b"", "%s, byte %d: nothing left" % (device, at))
            equal(run.status, 1, "exit status")
            match("offset|bad.syx: ", run.err, "where it is")


@test("the packet and its offset are named")
def _(room):
    for _, _, messages in kinds(room.random)[:5]:
        at = sum(map(len, messages[:4])) + 40
        data = bytearray(b"".join(messages))
        data[at] ^= 0x01
        run = send(room, bytes(data), *FAST, *GO, status=1, want=b"")
        got = re.search(r"offset (\d+): packet (\d+): .*checksum", run.err)
        check(got, "stderr: " + run.err)
        equal(int(got[2]), 5, "packet")
        check(at - 40 <= int(got[1]) <= at + 100, "offset " + got[1])


@test("packets lost, doubled, exchanged, the end missing: refused")
def _(room):
    for device, _, messages in kinds(room.random):
        for bad in (messages[:4] + messages[5:], messages[:5] + messages[4:],
                    messages[:4] + [messages[5], messages[4]] + messages[6:],
                    messages[:-1], messages + [messages[-1]],
                    messages + [os_file.message(0x12, b"\x50")],
                    [b"\xf0\x7d\x01\xf7"] + messages):
            run = room.sxlib("send", "-p", "-", *FAST, *GO,
                             room.write("bad.syx", b"".join(bad)))
            equal((run.status, run.out), (1, b""), device)


@test("--force needs --yes or the product typed all the same")
def _(room):
    messages = os_file.octatrack(room.random)
    data = bytearray(b"".join(messages))
    data[400] ^= 1
    data = bytes(data)
    send(room, data, *FAST, "--firmware", "--force", status=1, want=b"")
    send(room, data, *FAST, *GO, "--force", want=data)
    line = room.pty().listen()
    on_terminal(room, line, data, b"Octatrack\n", "--no-identify", "--force",
                status=0)
    equal(line.settled(), data, "what left")


@test("an OS is sent alone")
def _(room):
    data = b"".join(os_file.octatrack(room.random))
    other = room.write("kit.syx", h.md_kit(room.random, 1, b"K"))
    run = send(room, data, other, *FAST, *GO, status=1, want=b"")
    match("alone", run.err, "stderr")


@test("without a checksum it must be typed, or --yes and --force")
def _(room):
    for data, why in ((JOMOX, "no checksum"),
                      (os_file.message(8, b"\x7e\x01") * 3, "unknown")):
        run = send(room, data, *FAST, *GO, status=1, want=b"")
        match(why + ".*would go unnoticed", run.err, "stderr")
        send(room, data, *FAST, *GO, "--force", want=data)
        name = b"Alpha Base\n" if data == JOMOX else b"analog heat\n"
        line = room.pty().listen()
        text = on_terminal(room, line, data, name, "--no-identify", status=0)
        match(why, text, "what was said")
        equal(line.settled(), data, "what left")


@test("on a terminal the product is typed; anything else refuses")
def _(room):
    data = b"".join(os_file.ele3(room.random, 0x14))
    for answer, status in ((b"Digitakt II\n", 0), (b"  digitakt ii \n", 0),
                           (b"Digitakt\n", 1), (b"yes\n", 1), (b"\n", 1),
                           (None, 1), (b"Digitakt II and more\n", 1)):
        line = room.pty().listen()
        text = on_terminal(room, line, data, answer, "--no-identify",
                           status=status)
        match("type Digitakt II", text, "the question")
        line.got(5, len(data) if status == 0 else 0)
        equal(line.settled(), data if status == 0 else b"", "what left")
        if status:
            match("nothing was sent", text, "what is said")


@test("who answers on the port: another product is refused")
def _(room):
    octatrack = b"".join(os_file.octatrack(room.random))
    machinedrum = b"".join(os_file.machinedrum(room.random))
    for data, reply, status in (
            (octatrack, ROLAND, 1), (octatrack, MACHINEDRUM, 1),
            (machinedrum, OCTATRACK, 1), (machinedrum, MACHINEDRUM, 0),
            (octatrack, OCTATRACK, 0), (octatrack, None, 0),
            (machinedrum, ROLAND + MACHINEDRUM, 0)):
        line = room.pty()
        Instrument(line, lambda m, reply=reply: [reply]
                   if m == ASK and reply else [])
        run = room.sxlib("send", "-p", line.port, "--firmware", "--yes",
                         *FAST, room.write("os.syx", data))
        equal(run.status, status, "exit status: " + run.err)
        want = ASK if status else ASK + data
        line.got(5, len(want))
        equal(line.settled(), want, "what left")
        if reply is None:
            match("no device on .* identified itself", run.err, "stderr")
        elif status:
            match("another product", run.err, "stderr")
            match("--no-identify", run.err, "what to do")
        else:
            match("answered", run.err, "stderr")
    line = room.pty()
    Instrument(line, lambda m: [ROLAND] if m == ASK else [])
    run = room.sxlib("send", "-p", line.port, "--firmware", "--yes", *FAST,
                     "--force", room.write("os.syx", octatrack))
    equal(run.status, 0, "--force and --yes send it nevertheless")


@test("with --no-identify nobody is asked; nor on an output alone")
def _(room):
    data = b"".join(os_file.octatrack(room.random))
    send(room, data, *FAST, *GO, want=data)
    run = room.sxlib("send", "-p", "-", *FAST, "--firmware", "--yes",
                     room.write("os.syx", data))
    equal((run.status, run.out), (0, data), "what left")


@test("paced: the speed of the wire, and 20 ms after each packet", alone=True)
def _(room):
    messages = os_file.octatrack(room.random)
    data = b"".join(messages)
    line = room.pty().listen()
    pulse = room.pulse()
    run = room.sxlib("send", "-p", line.port, *GO, room.write("a.syx", data))
    took = run.seconds
    equal(run.status, 0, "exit status")
    equal(line.settled(), data, "what left")
    least = len(data) / 3125 + len(messages) * 0.020
    check(least <= took < least + 2 + pulse.taken(run.start),
          "%.2f s, not %.2f" % (took, least))


@test("interrupted: where, what state the unit is in, what to do")
def _(room):
    data = b"".join(os_file.ele3(room.random, 0x0a, packets=60))
    line = room.pty().listen()
    run = room.run("send", "-p", line.port, *GO, room.write("a.syx", data))
    line.got(10, 700)
    run.send_signal(signal.SIGINT)
    run.end()
    equal(run.status, -signal.SIGINT, "it dies of the signal")
    match("stopped (in message|after) ", run.err, "where")
    match("writes nothing before.*send the whole file", run.err, "what to do")
    check("broken dump" not in run.err, "not said to be a dump")
    got = line.settled()
    equal(got[-1:], b"\xf7", "the message is closed")
    check(len(got) < len(data), "not all has left")


@test("interrupted or unplugged while asking, or unplugged: it is said",
      prompt=0.3)
def _(room):
    data = b"".join(os_file.octatrack(room.random, 6300))
    path = room.write("a.syx", data)
    line = room.pty().listen()
    run = room.run("send", "-p", line.port, "--firmware", "--yes", path)
    line.got(10, len(ASK))
    run.send_signal(signal.SIGTERM)
    run.end()
    equal(run.status, -signal.SIGTERM, "it dies of the signal")
    equal(line.settled(), ASK, "nothing of it has left")
    line = room.pty().listen()
    run = room.run("send", "-p", line.port, *GO, path)
    line.got(10, 500)
    line.hang_up()
    run.end()
    equal(run.status, 4, "exit status")
    match("stopped .*\n.*send the whole file", run.err, "what to do")


@test("an interface that takes no byte, and a port that is not there")
def _(room):
    path = room.write("a.syx", b"".join(os_file.octatrack(room.random)))
    run = room.sxlib("send", "-p", "tty:/dev/nothing", "--firmware", "--yes",
                     path)
    equal(run.status, 4, "exit status")
    check("now:" not in run.err, "not said to be done")


@test("verify: an OS file as a whole")
def _(room):
    for device, version, messages in kinds(room.random):
        data = b"".join(messages)
        run = room.sxlib("verify", room.write("a.syx", data))
        equal((run.status, run.out), (0, b""), device)
        match("%s OS:? ?%s" % (re.escape(device), re.escape(version)), run.err,
              "stderr")
        match(r"checksums: %d ok" % len(messages), run.err, "the sum")
        for bad in (messages[:3] + messages[4:], messages[:-1]):
            run = room.sxlib("verify", room.write("b.syx", b"".join(bad)))
            equal(run.status, 1, device)
            check(1 <= len(run.lines) <= 2, "lines: %s" % run.lines)
        spoiled = bytearray(data)
        spoiled[sum(map(len, messages[:2])) + 30] ^= 1
        run = room.sxlib("verify", room.write("c.syx", bytes(spoiled)),
                         "--json")
        equal(run.status, 1, "exit status")
        equal([o["offset"] for o in run.json], [sum(map(len, messages[:2]))],
              "the message")
        match("checksum", run.json[0]["problem"], "problem")
    run = room.sxlib("verify", room.write("j.syx", JOMOX))
    equal(run.status, 0, "without a checksum")
    match("no checksum", run.err, "stderr")


if __name__ == "__main__":
    h.main()
