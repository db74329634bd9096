#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""sample send: what arrives, and every way in which the unit answers."""
import contextlib
import os
import re
import shutil
import signal
import struct
import subprocess
import time

import harness as h
import sds_sim as sds
import sound_file
from harness import check, equal, match, test

RATE = ("--rate", "max")
ANSWERED = r"all acknowledged"


def words(rng, bits, n):
    full = 1 << bits - 1
    edge = [0, -1, 1, full - 1, -full]
    return (edge + [rng.randrange(-full, full) for _ in range(n)])[:n]


def send(room, path, *args, status=0, slot=5, rate=RATE, **sampler):
    """Send a file to a sampler. The run, and the sampler."""
    line = room.pty()
    unit = sds.Sampler(line, **sampler)
    run = room.sxlib("sample", "send", "-p", line.port, "--slot", str(slot),
                     *rate, path, *args)
    equal(run.status, status, "exit status")
    if status == 0:
        with contextlib.suppress(h.Failure):
            h.wait(lambda: slot in unit.memory, "no sample", 2)
    unit.off = True
    return run, unit


def short(room, packets=4):
    """A file of so many packets, and its words."""
    data = words(room.random, 16, 40 * packets - 7)
    return room.write("x.wav", sound_file.wav(data)), data


def sent(unit, kind):
    return [m for m in unit.messages if m[3] == kind]


def cancelled(unit):
    """No SysEx is left open, and CANCEL is the last there is."""
    head = b"\xf0\x7e\x00\x7d"
    h.wait(lambda: 0 <= unit.line.got().rfind(head)
           <= len(unit.line.got()) - 6, "no CANCEL")
    stream = unit.line.settled()
    # What comes after is the line, which is a terminal again.
    stream = stream[:stream.rfind(head) + 6]
    equal([d for _, d in h.frame(stream, "open") if d == "open"], [],
          "a message that is open")
    message = h.frame(stream)[-1][0]
    equal(message[:4], bytes.fromhex("f07e007d"), "CANCEL")
    return message


# --- what arrives ----------------------------------------------------------

def once(messages):
    """Without what was sent again at once: a machine that is busy for more
    than the second of the standard lets it be."""
    return [m for i, m in enumerate(messages)
            if i == 0 or m != messages[i - 1]]


@test("closed loop: header, packets, words and rate are exact")
def _(room):
    path, data = short(room, 12)
    run, unit = send(room, path)
    equal(unit.memory[5].words, data, "words")
    equal((unit.memory[5].bits, unit.memory[5].period), (16, 22676), "header")
    equal(unit.memory[5].loop, None, "loop")
    equal(once(unit.messages), sds.Sample(
        data, loop=(sds.NO_LOOP, len(data) - 1, len(data) - 1)).messages(5),
        "bytes")
    match(ANSWERED, run.err, "stderr")


@test("more packets than the number of one can count")
def _(room):
    path, data = short(room, 300)
    _, unit = send(room, path)
    equal(unit.memory[5].words, data, "words")
    equal(len(once(sent(unit, sds.PACKET))), 300, "packets")


@test("into a pipe, whose other direction has ended: nobody answers")
def _(room):
    path, data = short(room, 3)
    for some in (("--open",), ()):
        run = room.sxlib("sample", "send", "-p", "-", "--slot", "5", *some,
                         path, stdin=b"")
        equal(run.status, 0, "exit status")
        equal([m for m, _ in h.frame(run.out)], sds.Sample(
            data, loop=(sds.NO_LOOP, len(data) - 1, len(data) - 1)
        ).messages(5), "messages")
        match("no answer received", run.err, "stderr")
        check(not re.search(ANSWERED, run.err), "nothing has acknowledged it")


@test("WAV and AIFF of 8, 16, 24 and 32 bits; --bits 8 to 28")
def _(room):
    for bits in (8, 16, 24, 32):
        data = words(room.random, bits, 90)
        for make in (sound_file.wav, sound_file.aiff):
            path = room.write("x.snd", make(data, bits))
            for want in ([None] if bits != 24 else
                         [None] + list(range(8, 29))):
                some = ("--bits", str(want)) if want else ()
                run, unit = send(room, path, *some)
                got = unit.memory[5]
                to = want or min(bits, 28)
                equal(got.bits, to, "bits in the header")
                down = max(bits - to, 0)
                full = (1 << to - 1) - 1
                rounded = [min((w + (1 << down >> 1)) >> down
                               << max(to - bits, 0), full) for w in data]
                equal(got.words, rounded, "%d bits to %d" % (bits, to))
                check(("rounded" in run.err) == (to < bits), "it is said")


@test("floating point: 24 bits, full scale, beyond it")
def _(room):
    data = [0.0, 0.5, -0.5, 1.0, -1.0, 0.25, 1 - 2.0 ** -23, 1.5, -2.0,
            2.0 ** -23]
    for bits in (32, 64):
        path = room.write("x.wav", sound_file.wav(data, bits, floating=True))
        run, unit = send(room, path)
        equal(unit.memory[5].bits, 24, "bits")
        equal(unit.memory[5].words, [
            0, 1 << 22, -1 << 22, (1 << 23) - 1, -1 << 23, 1 << 21,
            (1 << 23) - 1, (1 << 23) - 1, -1 << 23, 1], "words")
        match(r"\b2 samples? beyond full scale", run.err, "clipped")


@test("stereo: the mean, --left, --right, and it is said")
def _(room):
    data = words(room.random, 16, 200)
    left, right = data[::2], data[1::2]
    path = room.write("x.wav", sound_file.wav(data, channels=2))
    for options, want, said in (
            ((), [a + b + 1 >> 1 for a, b in zip(left, right)], "mean"),
            (("--left",), left, "left"), (("--right",), right, "right")):
        run, unit = send(room, path, *options)
        equal(unit.memory[5].words, want, said)
        match(r"2 channels: .*%s" % said, run.err, "stderr")
    path = room.write("3.wav", sound_file.wav([300, 600, 900] * 5,
                                              channels=3))
    _, unit = send(room, path)
    equal(unit.memory[5].words, [600] * 5, "three channels")


@test("loops of WAV and AIFF, and the user's own")
def _(room):
    data = list(range(100))
    files = {
        "wav": sound_file.wav(data, loops=[(0, 10, 49)]),
        "to and fro": sound_file.wav(data, loops=[(1, 10, 49)]),
        "backward": sound_file.wav(data, loops=[(2, 10, 49)]),
        "two": sound_file.wav(data, loops=[(0, 10, 49), (0, 3, 4)]),
        "outside": sound_file.wav(data, loops=[(0, 10, 100)]),
        "far outside": sound_file.wav(data, loops=[(0, 10, 0xfffffffe)]),
        "aiff": sound_file.aiff(data, loop=(0, 10, 49)),
        "aiff fro": sound_file.aiff(data, loop=(1, 10, 49)),
        "none": sound_file.wav(data),
    }
    for name, options, want, said in (
            ("wav", (), (0, 10, 49), "loop 10-49"),
            ("to and fro", (), (1, 10, 49), "alternating"),
            ("aiff", (), (0, 10, 49), ""), ("aiff fro", (), (1, 10, 49), ""),
            ("backward", (), None, "backward"),
            ("two", (), (0, 10, 49), "first of 2 loops"),
            ("outside", (), None, "outside the sound"),
            ("far outside", (), None, "outside the sound"),
            ("none", (), None, "no loop"),
            ("none", ("--loop", "0-99"), (0, 0, 99), ""),
            ("wav", ("--loop", "5-6", "--alternate"), (1, 5, 6), ""),
            ("wav", ("--alternate",), (1, 10, 49), ""),
            ("wav", ("--loop", "none"), None, "")):
        run, unit = send(room, room.write("x", files[name]), *options)
        equal(unit.memory[5].loop, want, "loop of %s %s" % (name, options))
        match(said, run.err, "stderr")


@test("sample rates become periods")
def _(room):
    for rate, period in ((44100, 22676), (48000, 20833), (8000, 125000),
                         (96000, 10417), (477, 2096436), (31250, 32000)):
        path = room.write("x.wav", sound_file.wav([1, 2, 3], rate=rate))
        _, unit = send(room, path)
        equal(unit.memory[5].period, period, "period of %d Hz" % rate)


@test("every sample format of WAV and AIFF that sox writes")
def _(room):
    if not shutil.which("sox"):
        raise h.Skip("no sox")
    kinds = [["-b", b, "-e", e] for b, e in (
        ("8", "unsigned"), ("16", "signed"), ("24", "signed"),
        ("32", "signed"), ("32", "float"), ("64", "float"))]
    kinds += [["-e", e] for e in ("u-law", "a-law", "ms-adpcm", "ima-adpcm")]
    kinds += [["-e", "gsm-full-rate", "-r", "8000"]]
    for name, kind, rate in [("x.wav", k, "44100") for k in kinds] + [
            ("x." + e, ["-b", b], "22050") for b in ("8", "16", "24", "32")
            for e in ("aiff", "aifc")] + [
                ("x.aifc", ["-e", "float", "-b", "32"], "48000"),
                ("x.flac", ["-b", "24"], "44100"),
                ("x.au", ["-b", "16"], "11025")]:
        path = room.path(name)
        subprocess.run(
            ["sox", "-D", "-R", "-n", "-r", rate, "-c", "1"] + kind
            + [path, "synth", "0.02", "pluck", "440", "vol", "0.9"],
            check=True, stderr=subprocess.DEVNULL)
        raw = subprocess.run(
            ["sox", "-D", path, "-t", "s32", "-"], check=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        want = struct.unpack("<%di" % (len(raw) // 4), raw)
        _, unit = send(room, path, "--bits", "28")
        got = [w << 4 for w in unit.memory[5].words]
        what = "%s %s" % (name, kind)
        if "gsm-full-rate" in kind or "ima-adpcm" in kind or \
                "ms-adpcm" in kind:
            want = want[:len(got)]
            got = got[:len(want)]
        equal(len(got), len(want), "words of " + what)
        worst = max(abs(a - b) for a, b in zip(got, want))
        check(worst <= (8 if "adpcm" not in what else 1 << 20),
              "%s: differs by %d" % (what, worst))
        check(max(got) > 1 << 27, "%s is not silent" % what)


@test("sox reads what is sent as the same samples")
def _(room):
    if not shutil.which("sox"):
        raise h.Skip("no sox")
    for bits in (8, 12, 16, 24):
        # libsndfile, which sox reads it by, loses a last packet in part.
        data = words(room.random, 24, 480)
        path = room.write("x.wav", sound_file.wav(data, 24))
        _, unit = send(room, path, "--bits", str(bits))
        room.write("x.sds", b"".join(unit.messages))
        raw = subprocess.run(
            ["sox", "-D", "-t", "sds", room.path("x.sds"), "-t", "s32", "-"],
            check=False, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL).stdout
        if not raw:
            raise h.Skip("this sox has no SDS")
        got = struct.unpack("<%di" % (len(raw) // 4), raw)[:len(data)]
        equal([w >> 32 - bits for w in got], unit.memory[5].words,
              "%d bits" % bits)


@test("slot, channel and the greatest slot")
def _(room):
    path, data = short(room)
    _, unit = send(room, path, "--channel", "9", slot=16383, device=9)
    equal(unit.memory[16383].words, data, "words")
    equal({m[2] for m in unit.messages}, {9}, "channel")


@test("--device machinedrum: its name message, between header and data")
def _(room):
    path, data = short(room)
    _, unit = send(room, path, "--device", "machinedrum", "--name", "KIK")
    equal(unit.messages[1], bytes.fromhex("f000203c02007305")
          + b"KIK \xf7", "the name")
    equal([m[3] for m in unit.messages if m[1] == 0x7E], [1, 2, 2, 2, 2],
          "the rest")
    equal(unit.memory[5].words, data, "words")
    path = room.write("24.wav", sound_file.wav([1 << 8, 2 << 8], 24))
    _, unit = send(room, path, "--device", "machinedrum")
    equal(unit.memory[5].bits, 16, "bits")
    equal(len(unit.messages), 2, "messages without a name")


@test("--json: what was sent, with the keys of all facts")
def _(room):
    path, _ = short(room)
    run, _ = send(room, path, "-j", "-q")
    equal(len(run.json), 1, "objects")
    h.facts(run.json[0])
    equal([run.json[0][k] for k in ("file", "kind", "slot", "bytes",
                                    "messages", "checksum")],
          [path, "sample", 5, 21 + 4 * 127, 5, "ok"], "facts")
    equal(run.err, "", "stderr with --quiet")


# --- how the unit answers --------------------------------------------------

@test("it never answers: open loop, 2 s after the header, 20 ms a packet",
      alone=True)
def _(room):
    path, data = short(room, 6)
    run, unit = send(room, path, silent=True)
    equal(unit.memory[5].words, data, "words")
    match("check on the unit", run.err, "it is said")
    gaps = [b - a for a, b in zip(unit.times, unit.times[1:])]
    # The times are when they were seen, which may be late.
    check(gaps[0] > 1.5, "%.3f s after the header" % gaps[0])
    check(run.seconds > 2 + 6 * 0.02, "took %.3f s" % run.seconds)


@test("the wait counts from the end of the packet on the wire", alone=True)
def _(room):
    path, _ = short(room, 4)
    run, unit = send(room, path, rate=(), silent=True)
    equal(len(sent(unit, sds.PACKET)), 4, "packets")
    check(run.seconds > 2 + 4 * (127 / 3125 + 0.02),
          "took %.3f s" % run.seconds)


@test("--open: 20 ms or --delay, whatever is answered; CANCEL ends it",
      alone=True)
def _(room):
    path, data = short(room, 3)
    run, unit = send(room, path, "--open", "--delay", "150")
    equal(unit.memory[5].words, data, "words")
    check(run.seconds > 2 + 3 * 0.15, "took %.3f s" % run.seconds)
    run, unit = send(room, path, "--open", "--delay", "2000", status=1,
                     plan={2: ["cancel"]})
    match("packet 2 of 3: cancelled by the unit", run.err, "stderr")


@test("a lost packet is sent again after 1 s, once the loop is closed",
      alone=True)
def _(room):
    path, data = short(room)
    run, unit = send(room, path, plan={2: ["deaf"], 4: ["deaf", "deaf"]})
    equal(unit.memory[5].words, data, "words")
    match("sent again: 3", run.err, "stderr")
    equal([m[3:5] for m in unit.messages].count(b"\x02\x03"), 3,
          "times that packet 4 came")
    check(run.seconds > 3, "took %.3f s" % run.seconds)


@test("an ACK that is lost: the packet comes twice, and is there once")
def _(room):
    path, data = short(room)
    _, unit = send(room, path, plan={1: ["mute"], 3: ["mute"]})
    equal(unit.memory[5].words, data, "words")
    check("again 1" in unit.events and "again 3" in unit.events,
          "events: %s" % unit.events)


@test("NAK: again, header and packets")
def _(room):
    path, data = short(room)
    run, unit = send(room, path, plan={0: ["nak"], 1: ["nak", "nak"],
                                       4: ["nak"]})
    equal(unit.memory[5].words, data, "words")
    equal(len(sent(unit, sds.HEADER)), 2, "headers")
    equal(len(sent(unit, sds.PACKET)), 4 + 3, "packets")
    match("sent again: 4", run.err, "stderr")


@test("doubled and wrong ACKs, other units' answers and other MIDI")
def _(room):
    path, data = short(room)
    for trouble in ("twice", "stale 77", "stale 0", "noise", "device 44"):
        _, unit = send(room, path, always=trouble)
        equal(unit.memory[5].words, data, trouble)
        equal(len(unit.messages), 5, "messages with " + trouble)


@test("the header's ACK twice is no ACK of the first packet")
def _(room):
    path, data = short(room)
    _, unit = send(room, path, rate=("--rate", "din"),
                   plan={0: ["twice"], 1: ["nak"]})
    equal(unit.memory[5].words, data, "words")
    equal(len(sent(unit, sds.PACKET)), 5, "packets")


@test("answers that are late", alone=True)
def _(room):
    path, data = short(room)
    run, unit = send(room, path, plan={0: ["late 1"], 2: ["late 0.5"]})
    equal(unit.memory[5].words, data, "words")
    equal(len(unit.messages), 5, "messages")
    match(ANSWERED, run.err, "stderr")
    # Too late: the loop is open by then, and is closed by the first ACK.
    path, data = short(room, 60)
    run, unit = send(room, path, plan={0: ["late 2.3"], 1: ["late 0.1"],
                                       2: ["late 0.1"]})
    equal(unit.memory[5].words, data, "words, the loop closed late")
    match("first answer was late", run.err, "stderr")
    check(not re.search(ANSWERED, run.err), "not each was acknowledged")


@test("WAIT, then ACK or NAK: however long it takes", alone=True)
def _(room):
    path, data = short(room)
    run, unit = send(room, path, plan={
        0: ["wait 2.5"], 1: ["wait nak"], 3: ["wait 1.5"]})
    equal(unit.memory[5].words, data, "words")
    equal(len(unit.messages), 6, "messages")
    match("sent WAIT", run.err, "stderr")


@test("WAIT for ever: Ctrl-C ends it, by CANCEL")
def _(room):
    path, _ = short(room)
    line = room.pty()
    unit = sds.Sampler(line, plan={2: ["wait for ever"]})
    run = room.run("sample", "send", "-p", line.port, "--slot", "5", path,
                   *RATE)
    run.says("sent WAIT")
    run.sleeps()
    equal(run.stop(), -signal.SIGINT, "status")
    equal(cancelled(unit), bytes.fromhex("f07e007d01f7"), "CANCEL")
    match("stopped at packet 2 of 4; CANCEL was sent", run.err, "stderr")


@test("CANCEL by the unit: exit 1, and nothing more is sent")
def _(room):
    path, _ = short(room)
    for item, where in ((0, "header"), (3, "packet 3 of 4")):
        run, unit = send(room, path, status=1, plan={item: ["cancel"]})
        match("%s: cancelled by the unit" % where, run.err, "stderr")
        equal(len(unit.messages), item + 1, "messages")
        equal(run.out, b"", "stdout")


@test("always NAK, or deaf of a sudden: --retries, CANCEL, exit 3")
def _(room):
    path, _ = short(room)
    for plan, item, why in (
            ({2: ["nak"] * 9}, 2, "rejected"),
            ({0: ["nak"] * 9}, 0, "rejected"),
            ({3: ["deaf"] * 9}, 3, "nothing more received")):
        run, unit = send(room, path, "--retries", "1", status=3, plan=plan)
        match(why, run.err, "stderr")
        match("2 times", run.err, "stderr")
        k = max(item - 1, 0)
        equal(unit.messages[-1], bytes([0xF0, 0x7E, 0, 0x7D, k, 0xF7]),
              "CANCEL")
        equal(len(unit.messages), item + 3, "messages")


@test("Ctrl-C and SIGTERM, at any point: CANCEL, and no SysEx is left open")
def _(room):
    path, _ = short(room, 200)
    for number, came in ((signal.SIGINT, 2), (signal.SIGTERM, 3),
                         (signal.SIGINT, 5), (signal.SIGHUP, 7)):
        line = room.pty()
        unit = sds.Sampler(line)
        run = room.run("sample", "send", "-p", line.port, "--slot", "5",
                       path)
        h.wait(lambda: len(unit.messages) >= came, "nothing comes")
        equal(run.stop(number), -number, "status")
        cancelled(unit)
        check(5 not in unit.memory, "no sample")
        match("stopped at packet", run.err, "stderr")


@test("the port goes away: exit 4")
def _(room):
    path, _ = short(room, 200)
    line = room.pty()
    unit = sds.Sampler(line)
    run = room.run("sample", "send", "-p", line.port, "--slot", "5", path)
    h.wait(lambda: len(unit.messages) >= 3, "nothing comes")
    unit.off = True
    unit.join()
    line.hang_up()
    equal(run.end(), 4, "exit status")


# --- what is refused -------------------------------------------------------

def refused(room, status, why, *args, **more):
    """Refused before anything is sent."""
    line = room.pty().listen()
    run = room.sxlib("sample", *[line.port if a == "PORT" else a
                                 for a in args], **more)
    equal(run.status, status, "status of %s" % (args,))
    match(why, run.err, "stderr of %s" % (args,))
    equal(line.settled(0.05), b"", "bytes that were sent")
    return run


@test("usage")
def _(room):
    path, _ = short(room)
    to = ("-p", "PORT", "--slot", "1")
    for why, args in (
            ("(send, receive, request)", ()),
            ("(send, receive, request)", ("sell", path)),
            ("--slot", ("send", path, "-p", "PORT")),
            ("expected one FILE", ("send",) + to),
            ("expected one FILE", ("send", path, path) + to),
            ("unexpected FILE", ("receive", path, "-p", "PORT")),
            ("--slot", ("request", "-p", "PORT")),
            ("--slot '16384'", ("send", path, "-p", "PORT", "--slot",
                                "16384")),
            ("--bits '7'", ("send", path, "--bits", "7") + to),
            ("--bits '29'", ("send", path, "--bits", "29") + to),
            ("--channel '128'", ("send", path, "--channel", "128") + to),
            ("--loop", ("send", path, "--loop", "7") + to),
            ("--loop", ("send", path, "--loop", "7-5") + to),
            ("last word is 152", ("send", path, "--loop", "7-153") + to),
            ("needs a loop", ("send", path, "--alternate") + to),
            ("needs a loop", ("send", path, "--alternate", "--loop", "none")
             + to),
            ("no room for a name", ("send", path, "--name", "KIK") + to),
            ("4 ASCII", ("send", path, "--name", "KICKS", "--device",
                         "machinedrum") + to),
            ("no such sample", ("send", path, "--name", "K", "--device",
                                "machinedrum", "-p", "PORT", "--slot",
                                "128")),
            ("--out does not apply to 'sample send'",
             ("send", path, "-o", "x.wav") + to),
            ("--slot does not apply to 'sample receive'", ("receive",) + to),
            ("--bits does not apply to 'sample request'",
             ("request", "--bits", "8") + to),
            ("--open", ("request", "--open") + to)):
        refused(room, 2, why, *args)


@test("what cannot be sent: no sound file, empty, too long, a rate too low")
def _(room):
    to = ("-p", "PORT", "--slot", "1")
    refused(room, 1, "No such file", "send", room.path("no.wav"), *to)
    refused(room, 1, "cannot read '.*x.wav'", "send",
            room.write("x.wav", b"RIFF and nothing else"), *to)
    refused(room, 1, "cannot read", "send", room.dir, *to)
    refused(room, 1, "no samples", "send",
            room.write("e.wav", sound_file.wav([])), *to)
    refused(room, 1, "476 Hz", "send",
            room.write("r.wav", sound_file.wav([1], rate=476)), *to)
    long = sound_file.wav([0], 8)
    size = 1 << 21
    long = long[:-6] + struct.pack("<I", size) + b"\x80" * size
    long = long[:4] + struct.pack("<I", len(long) - 8) + long[8:]
    refused(room, 1, r"2097152 .* at most 2097151", "send",
            room.write("l.wav", long), *to)


@test("a sound file whose end is missing is not sent, and it is said")
def _(room):
    data = words(room.random, 16, 1000)
    to = ("-p", "PORT", "--slot", "1")
    for whole, width, frames in (
            (sound_file.wav(data), 2, 1000),
            (sound_file.wav(data, 24, channels=2), 6, 500),
            (sound_file.aiff(data), 2, 1000)):
        for left in (0, 1, 2, 400, frames - 1):
            cut = whole[:len(whole) - width * (frames - left)]
            refused(room, 1, "is truncated: %d samples" % (frames - left)
                    if left else "no samples", "send",
                    room.write("cut", cut), *to)
        refused(room, 1, "is truncated: 1 samples", "send",
                room.write("cut", whole[:-1]), *to)
    # A program that writes into a pipe does not know the size.
    for size in (b"\xdb\xff\xff\x7f", b"\xff\xff\xff\xff"):
        whole = sound_file.wav(data).replace(b"data\xd0\x07\0\0",
                                             b"data" + size)
        _, unit = send(room, room.write("x.wav", whole))
        equal(unit.memory[5].words, data, "words")


@test("no such port: exit 4")
def _(room):
    path, _ = short(room)
    run = room.sxlib("sample", "send", "-p", "tty:/dev/nowhere", "--slot",
                     "1", path)
    equal(run.status, 4, "exit status")


@test("sxlib-audio: found beside sxlib and in libexec, and missed otherwise")
def _(room):
    path, _ = short(room)
    for folder in ("alone", "prefix/bin", "prefix/libexec/sxlib"):
        os.makedirs(room.path(folder))
    helper = os.path.join(os.path.dirname(h.SXLIB), "sxlib-audio")
    for place, status, why in (
            ("alone/sxlib", 1, "sxlib-audio.*is missing.*libexec"),
            ("prefix/bin/sxlib", 4, "nowhere")):
        shutil.copy(h.SXLIB, room.path(place))
        shutil.copy(helper, room.path("prefix/libexec/sxlib/"))
        done = subprocess.run(
            [room.path(place), "sample", "send", "-p", "tty:/dev/nowhere",
             "--slot", "1", path], stderr=subprocess.PIPE, check=False)
        equal(done.returncode, status, place)
        match(why, done.stderr.decode(), place, re.I | re.S)


@test("sxlib itself does not load libsndfile")
def _(room):
    del room
    if not shutil.which("ldd"):
        raise h.Skip("no ldd")
    text = subprocess.run(["ldd", h.SXLIB], stdout=subprocess.PIPE,
                          check=False).stdout.decode()
    check("sndfile" not in text, "libsndfile is linked")


if __name__ == "__main__":
    h.main()
