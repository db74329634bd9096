#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""sample receive and request: the files, and every way a dump goes wrong."""
import os
import re
import shutil
import signal
import subprocess
import time

import harness as h
import sds_sim as sds
import sound_file
from harness import check, equal, match, one_of, test

RATE = ("--rate", "max")
CANCEL = bytes.fromhex("f07e007d")
ACK = bytes.fromhex("f07e007f")


def words(rng, bits, n):
    full = 1 << bits - 1
    edge = [0, -1, 1, full - 1, -full]
    return (edge + [rng.randrange(-full, full) for _ in range(n)])[:n]


def sample(room, packets=4, bits=16, **more):
    each = 120 // -(-bits // 7)
    return sds.Sample(words(room.random, bits, each * packets - 7), bits,
                      **more)


def start(room, unit, *args, word="receive", rate=RATE):
    """A sxlib that listens; the unit begins then, if it is not asked."""
    run = room.run("sample", word, "-p", unit.line.port, *rate, *args)
    run.says("listening on")
    if word == "receive" and 3 in unit.memory:
        unit.start_dump = 3
    return run


def receive(room, what, *args, status=0, word="receive", rate=RATE,
            **sampler):
    unit = sds.Sampler(room.pty(), {3: what}, **sampler)
    if word == "request":
        args = ("--slot", "3") + args
    run = start(room, unit, *args, word=word, rate=rate)
    equal(run.end(), status, "exit status")
    unit.off = True
    return run, unit


def whole(room, path, what):
    """The file holds the sample, exactly."""
    got = sound_file.read(room.read(path))
    to = next(b for b in (8, 16, 24, 32) if what.bits <= b)
    equal(got.bits, to, "bits of the file")
    equal(got.words, [w << to - what.bits for w in what.words], "words")
    return got


def only(room, *names):
    """These files, and no others: no parts, nothing half."""
    found = {n for n in room.files() if not n.startswith(".config")}
    equal(sorted(found), sorted(names), "files")


def damaged(room, run, unit, extra=b""):
    """What came is kept as it came, as damaged, and nothing else."""
    equal(len(run.lines), 1, "files that are said")
    check(run.lines[0].endswith(".damaged.syx"), run.lines[0])
    with open(os.path.join(room.dir, run.lines[0]), "rb") as file:
        equal(file.read(), bytes(unit.gone) + extra, "bytes")
    only(room, os.path.basename(run.lines[0]))


# --- the files -------------------------------------------------------------

@test("receive: 8 to 28 bits, as WAV, AIFF and raw SysEx")
def _(room):
    for bits in range(8, 29):
        what = sample(room, 3, bits)
        for suffix in ("wav", "aiff", "syx")[:1 if bits % 4 else 3]:
            name = "%d.%s" % (bits, suffix)
            run, unit = receive(room, what, "-o", room.path(name))
            equal(run.lines, [room.path(name)], "stdout")
            check("dumped 3" in unit.events, "events")
            if suffix == "syx":
                equal(room.read(name), bytes(unit.gone), name)
            else:
                equal(whole(room, name, what).loop, None, "loop")
        for name in room.files():
            os.remove(room.path(name))


@test("receive: more packets than the number of one can count")
def _(room):
    what = sample(room, 300)
    receive(room, what, "-o", room.path("x.wav"))
    whole(room, "x.wav", what)


@test("rates and loops")
def _(room):
    for period, rate in ((22675, 44100), (22676, 44100), (20833, 48000),
                         (125000, 8000), (100000, 10000), (1000000, 1000),
                         (0, 44100)):
        for loop, want in (((0, 5, 50), (0, 5, 50)), ((1, 0, 99), (1, 0, 99)),
                           (None, None), ((0, 99, 99), None),
                           ((0, 5, 200), None), ((0x7F, 5, 50), None),
                           ((0, 0, 0), None), ((1, 50, 5), None),
                           ((0, 5, 100), None)):
            what = sds.Sample(range(100), 16, period, loop)
            for suffix in (("wav", "aiff") if period == 22675 else ("wav",)):
                name = room.path("x." + suffix)
                run, _ = receive(room, what, "-o", name)
                got = whole(room, name, what)
                equal((got.rate, got.loop), (rate, want), "%s of %d, %s" % (
                    suffix, period, loop))
                lost = loop and loop[0] < 2 and want is None
                equal("dropping the loop %d-%d" % (
                    (loop or (0, 0, 0))[1:]) in run.err, bool(lost),
                    "reported: %s" % (loop,))
                os.remove(name)


@test("what came is left to the next start, what is made of it is not")
def _(room):
    unit = sds.Sampler(room.pty(), {3: sample(room)})
    calls = room.path("calls")
    run = room.run("sample", "request", "-p", unit.line.port, *RATE,
                   "--slot", "3", "-o", room.path("x.wav"),
                   env=h.slow(0, SXLIB_TEST_CALLS=calls))
    equal(run.end(), 0, "exit status")
    with open(calls) as file:
        made = [line.split()[4] for line in file
                if line.split()[1] == "openat" and line.split()[3] == "1"]
    equal([name.rsplit(".")[-1] for name in made], ["part", "tmp"],
          "files, in the order in which they were made")


@test("sent and received again: the file is the same, byte by byte")
def _(room):
    for bits in (8, 16, 24):
        data = words(room.random, bits, 500)
        for loop in (None, (0, 7, 300), (1, 0, 499)):
            unit = sds.Sampler(room.pty())
            first = room.write("in.wav", sound_file.wav(
                data, bits, loops=[loop] if loop else ()))
            equal(room.sxlib("sample", "send", "-p", unit.line.port,
                             "--slot", "7", first, *RATE).status, 0, "send")
            equal(room.sxlib("sample", "request", "-p", unit.line.port,
                             "--slot", "7", "-o", room.path("out.wav"),
                             *RATE).status, 0, "request")
            unit.off = True
            got = sound_file.read(room.read("out.wav"))
            equal((got.words, got.bits, got.rate, got.loop),
                  (data, bits, 44100, loop), "the sample")
            os.remove(room.path("out.wav"))


@test("a folder: default names, --format, --name, and -2")
def _(room):
    what = sample(room)
    run, _ = receive(room, what, "-o", room.path("new/"))
    match(r"new/%s-universal-sample-dump-standard-sample3\.wav$"
          % h.NAME_TIME, run.lines[0], "default name")
    for expected, options in (
            ("d/kick1.wav", ("--name", "kick{n}")),
            ("d/kick2.aiff", ("--name", "kick{n}", "--format", "aiff")),
            ("d/kick3.syx", ("--name", "kick{n}", "--format", "syx")),
            ("d/s3.wav", ("--name", "s{slot}")),
            ("d/s3-2.wav", ("--name", "s{slot}"))):
        run, _ = receive(room, what, "-o", room.path("d"), *options)
        equal(run.lines, [room.path(expected)], "stdout")
        if not expected.endswith("syx"):
            shutil.copy(room.path(expected), room.path("look"))
            whole(room, "look", what)


@test("--json")
def _(room):
    for name in ("x.wav", "d/"):
        run, _ = receive(room, sample(room), "-j", "-o", room.path(name))
        equal(len(run.json), 1, "objects")
        h.facts(run.json[0])
        equal([run.json[0][k] for k in ("kind", "slot", "messages",
                                        "checksum", "bytes")],
              ["sample", 3, 5, "ok",
               os.path.getsize(run.json[0]["file"])], "facts")


@test("a file that exists, and a folder that does not: refused at once")
def _(room):
    room.write("x.wav", b"mine")
    line = room.pty().listen()
    for out, why in ((room.path("x.wav"), "exists"),
                     (room.path("no/x.wav"), "cannot use"),
                     ("-", "not available for samples")):
        run = room.sxlib("sample", "receive", "-p", line.port, "-o", out)
        one_of(run.status, (1, 2), "exit status")
        match(why, run.err, "stderr")
    equal(room.read("x.wav"), b"mine", "the file")
    equal(line.settled(), b"", "bytes that were sent")
    only(room, "x.wav")


@test("sox reads the raw SysEx as the same samples")
def _(room):
    if not shutil.which("sox"):
        raise h.Skip("no sox")
    what = sds.Sample(words(room.random, 16, 400), 16)
    receive(room, what, "-o", room.path("x.syx"))
    raw = subprocess.run(
        ["sox", "-D", "-t", "sds", room.path("x.syx"), "-t", "s16", "-"],
        check=False, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL).stdout
    if not raw:
        raise h.Skip("this sox has no SDS")
    equal(sound_file.numbers(raw, 2, "<")[:400], what.words, "words")


@test("a dump in a file becomes a sound, through standard input")
def _(room):
    what = sample(room, 5)
    dump = what.messages(3)
    run = room.sxlib("sample", "receive", "--open", "-p", "-", "-o",
                     room.path("x.wav"), stdin=b"".join(dump))
    equal((run.status, run.lines), (0, [room.path("x.wav")]), "the run")
    whole(room, "x.wav", what)
    run = room.sxlib("sample", "receive", "--open", "-p", "-", "-o",
                     room.path("y.wav"), stdin=b"".join(dump[:3] + dump[4:]))
    equal(run.status, 5, "status of one that lacks a packet")
    match("packet 3 missing", run.err, "stderr")
    check(run.lines[0].endswith(".damaged.syx"), run.lines[0])
    for args in (("receive",), ("request", "--slot", "1")):
        run = room.sxlib("sample", *args, "-p", "-")
        equal((run.status, run.out), (2, b""), "without --open")


# --- request ---------------------------------------------------------------

@test("request: the message, its channel, and the sample")
def _(room):
    what = sample(room)
    run, unit = receive(room, what, "-o", room.path("x.wav"),
                        word="request")
    equal(unit.messages[0], bytes.fromhex("f07e00030300f7"), "request")
    equal([m[:5] for m in unit.messages[1:]],
          [ACK + bytes([k]) for k in (0, 0, 1, 2, 3)], "answers")
    whole(room, "x.wav", what)
    _, unit = receive(room, what, "-o", room.path("y.wav"), "--channel",
                      "9", word="request", device=9)
    equal({m[2] for m in unit.messages}, {9}, "channel")
    whole(room, "y.wav", what)


@test("request: deaf, so asked again; exit 3, --timeout and --retries",
      alone=True)
def _(room):
    line = room.pty()
    unit = sds.Sampler(line)
    run = room.sxlib("sample", "request", "-p", line.port, "--slot", "200",
                     "-t", "0.5", "--retries", "2", "-o", room.path("x.wav"))
    equal(run.status, 3, "exit status")
    check(1.4 < run.seconds < 4, "took %.1f s" % run.seconds)
    equal(unit.events, ["request 200"] * 3 + ["cancelled"], "events")
    match("requested 3 times.*--channel", run.err, "stderr", re.S)
    only(room)


@test("request: late, other slots, an empty one")
def _(room):
    what = sample(room)
    receive(room, what, "-o", room.path("x.wav"), word="request",
            plan={0: ["slow 1"]})
    whole(room, "x.wav", what)
    receive(room, what, "-o", room.path("y.wav"), word="request",
            plan={0: ["other"]})
    whole(room, "y.wav", what)
    run, _ = receive(room, sds.Sample([]), "-o", room.path("z.wav"),
                     word="request", status=3)
    match("no sample", run.err, "stderr")
    only(room, "x.wav", "y.wav")


@test("a Machinedrum's name goes into the .syx and the facts")
def _(room):
    run, unit = receive(room, sample(room), "-j", "-o", room.path("x.syx"),
                        plan={1: ["name"]})
    equal(run.json[0]["name"], "KICK", "name")
    equal(room.read("x.syx"), bytes(unit.gone), "bytes")


@test("a name that comes again with its header is in the .syx once")
def _(room):
    header, *packets = sample(room).messages(3)
    name = bytes.fromhex("f000203c02007303") + b"KICK\xf7"
    stream = (header + name) * 2 + b"".join(packets)
    run = room.sxlib("sample", "receive", "--open", "--port", "-", "-j", "-o",
                     "x.syx", stdin=stream)
    equal((run.status, run.json[0]["messages"]), (0, 2 + len(packets)),
          "status and messages")
    equal(room.read("x.syx"), header + name + b"".join(packets), "bytes")


# --- what goes wrong on the way --------------------------------------------

@test("closed loop: lost, doubled, corrupt, cut, misnumbered: repaired")
def _(room):
    for trouble in ("lost", "twice", "corrupt", "cut", "note", "number 70",
                    "number 1", "slow 0.3", "wait 2.5"):
        what = sample(room, 6)
        name = room.path("x.wav")
        run, unit = receive(room, what, "-o", name,
                            plan={3: [trouble], 6: [trouble]})
        whole(room, name, what)
        if trouble in ("corrupt", "cut", "note", "number 70"):
            check("nak 2" in unit.events, "%s: %s" % (trouble, unit.events))
        os.remove(name)
        only(room)


@test("the same into a .syx: every packet once, in order")
def _(room):
    what = sample(room, 6)
    receive(room, what, "-o", room.path("x.syx"), plan={
        1: ["twice"], 2: ["corrupt"], 4: ["note", "lost", "corrupt"],
        6: ["number 3"]})
    equal(room.read("x.syx"), b"".join(what.messages(3)), "bytes")


@test("a header that comes twice, and other SysEx among the packets")
def _(room):
    what = sample(room)
    run, _ = receive(room, what, "-o", room.path("x.wav"),
                     plan={0: ["twice"]})
    whole(room, "x.wav", what)
    unit = sds.Sampler(room.pty(), {3: what}, plan={2: ["slow 0.3"]})
    run = start(room, unit, "-o", room.path("y.wav"))
    time.sleep(0.15)
    unit.line.feed(bytes.fromhex("f07d0102f7 f8 fe 904040"))
    equal(run.end(), 0, "exit status")
    whole(room, "y.wav", what)


@test("bad each time: NAK --retries times, CANCEL, kept as damaged")
def _(room):
    run, unit = receive(room, sample(room), "-o", room.path("x.wav"),
                        "--retries", "2", status=5,
                        plan={2: ["corrupt"] * 9})
    equal(unit.messages[-1][:4], CANCEL, "CANCEL")
    equal([m[3] for m in unit.messages].count(0x7E), 2, "NAKs")
    match("1 of 4 packets: the unit sends damaged packets each time; "
          "packet 2-4 missing", run.err, "stderr")
    damaged(room, run, unit)


@test("open loop: nothing is answered, and what is missing is said",
      alone=True)
def _(room):
    what = sample(room, 6)
    run, unit = receive(room, what, "--open", "-o", room.path("x.wav"),
                        silent=True)
    whole(room, "x.wav", what)
    equal(unit.messages, [], "answers")
    os.remove(room.path("x.wav"))
    run, unit = receive(room, what, "--open", "-o", room.path("x.wav"),
                        status=5, silent=True,
                        plan={2: ["lost"], 4: ["corrupt"], 5: ["lost"]})
    match("3 of 6 packets: .*packet 2, 4-5 missing", run.err, "stderr")
    equal(unit.messages, [], "answers")
    damaged(room, run, unit)


@test("a unit that does not hear: the answers are in vain, the rest counts",
      alone=True)
def _(room):
    what = sample(room, 6)
    run, unit = receive(room, what, "-o", room.path("x.wav"), silent=True)
    whole(room, "x.wav", what)
    os.remove(room.path("x.wav"))
    run, unit = receive(room, what, "-o", room.path("x.wav"), "--retries",
                        "1", status=5, silent=True, plan={3: ["lost"]})
    match("5 of 6 packets: packets are missing; packet 3 missing",
          run.err, "stderr")
    damaged(room, run, unit)


@test("the unit stops in the middle: asked again, then damaged, exit 5",
      alone=True)
def _(room):
    run, unit = receive(room, sample(room), "-o", room.path("x.wav"),
                        "--retries", "1", status=5, plan={3: ["stop"]})
    unit.line.settled()
    equal([m[3:5] for m in unit.messages], [
        b"\x7f\x00", b"\x7f\x00", b"\x7f\x01", b"\x7f\x01", b"\x7d\x01"],
        "answers: the last ACK again, then CANCEL")
    match("2 of 4 packets: nothing more received", run.err, "stderr")
    damaged(room, run, unit)


@test("the unit says CANCEL: damaged, exit 5")
def _(room):
    run, unit = receive(room, sample(room), "-o", room.path("x.wav"),
                        status=5, plan={3: ["cancel"]})
    match("2 of 4 packets: cancelled by the unit", run.err,
          "stderr")
    equal(bytes(unit.gone[-6:]), bytes.fromhex("f07e007d03f7"), "CANCEL")
    del unit.gone[-6:]  # it is no part of the dump
    damaged(room, run, unit)


@test("packets without a header, and a header that cannot be")
def _(room):
    line = room.pty()
    run = room.run("sample", "receive", "-p", line.port, "-o",
                   room.path("x.wav")).listening()
    lone = list(sample(room).packets())
    line.feed(lone[1] + lone[2])
    equal(run.end(), 5, "exit status")
    match("no header", run.err, "stderr")
    equal(room.files(os.path.dirname(run.lines[0]))[
        os.path.basename(run.lines[0])], lone[1] + lone[2], "bytes")
    os.remove(run.lines[0])
    line = room.pty().listen()
    run = room.run("sample", "receive", "-p", line.port, "-o",
                   room.path("x.wav")).listening()
    line.feed(sds.Sample([1], 29).header(3))
    equal(run.end(), 5, "exit status")
    match("invalid header", run.err, "stderr")
    equal(line.settled()[:4], CANCEL, "CANCEL")


@test("no sample after all, when some of one has come: that is kept")
def _(room):
    what, line = sample(room), room.pty()
    came = (what.header(3) + list(what.packets())[0]
            + sds.Sample([]).header(3))
    run = room.run("sample", "receive", "-p", line.port, "-o",
                   room.path("x.wav")).listening()
    line.feed(came)
    equal(run.end(), 5, "exit status")
    match("no sample", run.err, "stderr")
    equal(room.files(os.path.dirname(run.lines[0]))[
        os.path.basename(run.lines[0])], came, "bytes")


@test("Ctrl-C and SIGTERM: CANCEL, no SysEx open, no half file")
def _(room):
    for number, answers in ((signal.SIGINT, 1), (signal.SIGTERM, 2),
                            (signal.SIGHUP, 9)):
        what = sample(room, 300)
        unit = sds.Sampler(room.pty(), {3: what}, always="slow 0.02")
        run = start(room, unit, "-o", room.path("x.wav"))
        h.wait(lambda: len(unit.messages) >= answers, "it does not answer")
        equal(run.stop(number), -number, "status")
        # What comes after is the line, which is a terminal again.
        h.wait(lambda: CANCEL in unit.line.got(), "no CANCEL")
        stream = unit.line.settled()
        at = stream.rfind(CANCEL)
        check(at >= 0, "CANCEL")
        equal([d for _, d in h.frame(stream[:at + 6], "open")
               if d == "open"], [], "a message that is open")
        match("CANCEL was sent", run.err, "stderr")
        equal(len(run.lines), 1, "lines")
        with open(run.lines[0], "rb") as file:
            got = file.read()
        equal(got, bytes(unit.gone)[:len(got)], "what came is kept")
        only(room, os.path.basename(run.lines[0]))
        os.remove(run.lines[0])


@test("Ctrl-C before anything came: nothing is left")
def _(room):
    unit = sds.Sampler(room.pty(), {})
    run = start(room, unit, "-o", room.path("x.wav"))
    equal(run.stop(), -signal.SIGINT, "status")
    equal(unit.line.settled(), b"", "bytes that were sent")
    only(room)


@test("nothing comes: --timeout, exit 3")
def _(room):
    line = room.pty()
    run = room.sxlib("sample", "receive", "-p", line.port, "-t", "0.3", "-o",
                     room.path("x.wav"))
    equal(run.status, 3, "exit status")
    match("no sample dump received", run.err, "stderr")
    only(room)


@test("the port goes away: exit 4, and what came is kept as damaged")
def _(room):
    unit = sds.Sampler(room.pty(), {3: sample(room, 300)},
                       always="slow 0.02")
    run = start(room, unit, "-o", room.path("x.wav"))
    h.part_has(room, 128)
    unit.off = True
    unit.join()
    unit.line.hang_up()
    equal(run.end(), 4, "exit status")
    equal(len(run.lines), 1, "lines")
    check(run.lines[0].endswith(".damaged.syx"), run.lines[0])
    only(room, os.path.basename(run.lines[0]))


@test("a full disk: CANCEL, exit 1, and nothing that looks whole")
def _(room):
    unit = sds.Sampler(room.pty(), {3: sample(room, 30)})
    run = room.run("sample", "receive", "-p", unit.line.port, *RATE, "-o",
                   room.path("x.wav"),
                   shell="trap '' XFSZ; ulimit -f 2; exec \"$@\"")
    run.says("listening on")
    unit.start_dump = 3
    equal(run.end(), 1, "exit status")
    match("cannot write .*too large", run.err, "stderr")
    check(CANCEL in unit.line.settled(), "CANCEL")
    names = sorted(room.files())
    equal(len(names), 1, "files: %s" % names)
    check(names[0].endswith(".part"), names[0])
    check(bytes(unit.gone).startswith(room.read(names[0])), "its bytes")


@test("kill -9: the next receive into the folder takes it in")
def _(room):
    unit = sds.Sampler(room.pty(), {3: sample(room, 300)},
                       always="slow 0.02")
    run = start(room, unit, "-o", room.path("x.wav"))
    h.part_has(room, 128)
    run.kill()
    unit.off = True
    unit.join()
    names = [n for n in room.files() if n.endswith(".part")]
    equal(len(names), 1, "parts")
    had = room.read(names[0])
    check(len(had) > 127 and bytes(unit.gone).startswith(had), "its bytes")
    room.sxlib("receive", "-p", "-", "-o", room.dir + "/", stdin=b"")
    equal([n for n in room.files() if n.endswith(".part")], [], "parts")
    equal(b"".join(c for n, c in sorted(room.files().items())
                   if n.endswith(".syx")), had, "bytes")


@test("sxlib-audio gone when the dump is there: the dump itself is kept")
def _(room):
    os.makedirs(room.path("bin"))
    for name in ("sxlib", "sxlib-audio"):
        shutil.copy(os.path.join(os.path.dirname(h.SXLIB), name),
                    room.path("bin/" + name))
    what = sample(room)
    unit = sds.Sampler(room.pty(), {3: what}, plan={4: ["slow 0.5"]})
    process = subprocess.Popen(
        [room.path("bin/sxlib"), "sample", "receive", "-p", unit.line.port,
         "-o", room.path("x.wav")], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    line = b""
    while b"listening" not in line:
        line = process.stderr.readline()
    unit.start_dump = 3
    os.remove(room.path("bin/sxlib-audio"))
    out, err = process.communicate(timeout=h.LIMIT)
    equal(process.returncode, 1, "exit status")
    match("sxlib-audio.*is missing", err.decode(), "stderr", re.S)
    match("kept as received", err.decode(), "stderr", re.S)
    path = out.decode().strip()
    check(path.endswith("sample3.syx"), path)
    with open(path, "rb") as file:
        equal(file.read(), b"".join(what.messages(3)), "bytes")


if __name__ == "__main__":
    h.main()
