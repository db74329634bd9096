#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""recall: a sequencer on one line, a unit on another."""
import os
import signal
import time

import harness as h
from harness import check, equal, match, one_of, test, wait
from stage import KICK, Stage, files


def without_realtime(data):
    return bytes(b for b in data if b < 0xF8)


# --- what is sent ----------------------------------------------------------

@test("notes, programs, patterns, banks and controllers recall files")
def _(room):
    stage = Stage(room)
    d = stage.dumps
    steps = [(KICK + b"\x8e\x24\x00", "note 36 on 15", d["kick.syx"]),
             (b"\x9e\x26\x01", "note 38 on 15", d["kits/kit38.syx"]),
             (b"\xcf\x10", "program 17 on 16", d["p17.syx"]),
             (b"\xcf\x01", "pattern A02 on 16", d["dry.syx"]),
             (b"\xbe\x14\x40", "cc 20 64 on 15", d["snap.mid"]),
             (b"\xbe\x15\x00", "cc 21 0 on 15", b"\xb0\x07\x40\xb0\x0a\x20"),
             (b"\xbf\x00\x01\xcf\x02", "bank 1:0 program 3 on 16",
              b"\xbf\x00\x01" + d["kick.syx"])]
    want = b""
    for i, (data, trigger, dump) in enumerate(steps, 1):
        stage.play(data)
        line = stage.sent(i)[-1]
        match("^" + h.RFC3339, line[0], "time")
        equal(line[1], trigger, "trigger")
        equal(line[5], "sent", "outcome of " + trigger)
        equal(int(line[3]), len(dump) - (3 if i == 7 else 0), "bytes")
        check(float(line[4]) >= (int(line[3]) - 4) * 0.32, "too fast: " +
              line[4])
        want += dump
    stage.left(want)
    stage.stop()
    match("7 triggers: 7 sent", stage.run.err, "summary")


@test("the files of receive --name, by program changes on one channel")
def _(room):
    line, unit, sequencer = room.pty(), room.pty().listen(), room.pty()
    run = room.run("receive", "-p", line.port, "-o", "patterns/", "-n", "3",
                   "--split", "message", "--name", "pattern{n:02}")
    run.listening()
    dumps = [h.jomox(room.random, 200 + i) for i in range(3)]
    line.feed(b"".join(dumps))
    equal(run.end(), 0, "exit status of receive")
    run = room.run("recall", "--from", sequencer.port, "--to", unit.port,
                   "--channel", "16", "--name", "pattern{n:02}", "patterns/",
                   "--json")
    run.listening()
    sequencer.feed(b"\xcf\x02\xcf\x05\xcf\x05")
    check(run.has_lines(1), "no line")
    equal(unit.got(10, len(dumps[2]) + 4),
          dumps[2] + b"\xcf\x05\xcf\x05", "what came")
    line = run.json[0]
    equal((line["trigger"], line["file"], line["outcome"], line["bytes"]),
          ("program 3 on 16", "patterns/pattern03.syx", "sent", 202),
          "the line")
    run.send_signal(signal.SIGINT)
    equal(run.end(), 0, "exit status")
    equal(len([l for l in run.err.splitlines() if "no line" in l]), 1,
          "a program without a line is reported once")
    # From 0, as on the wire.
    run = room.sxlib("recall", "--check", "--json", "--channel", "16",
                     "--name", "pattern{n:02}", "--count-from", "0",
                     "patterns/")
    equal([o["trigger"] for o in run.json],
          ["program %d on 16" % n for n in (1, 2, 3)], "triggers")


@test("with nothing to recall, bytes in are bytes out")
def _(room):
    stage = Stage(room)
    rng = room.random
    data = b""
    for _ in range(300):
        kind = rng.randrange(6)
        data += [bytes([0x80 | rng.randrange(14), rng.randrange(128), 5]),
                 bytes([0xB0 | rng.randrange(14), rng.randrange(128), 5]),
                 bytes([0xE3, 1, 2]), bytes([0xF2, 1, 2]),
                 h.sysex(rng, rng.randrange(4, 60)),
                 bytes([0xF6])][kind]
    stage.play(data)
    stage.left(data)
    # Clock goes first, nothing else changes its order; no active sensing.
    more = h.with_realtime(rng, data, 4)
    clock = bytes(b for b in more if b >= 0xF8 and b != 0xFE)
    stage.play(more)
    n = len(data) * 2 + len(clock)
    got = stage.unit.got(20, n)[len(data):]
    equal(without_realtime(got), data, "messages")
    equal(bytes(b for b in got if b >= 0xF8), clock, "real-time bytes")
    equal(stage.run.lines, [], "lines")
    stage.stop()
    match("active sensing: %d" % more.count(0xFE), stage.run.err, "summary")


@test("clock and notes through a dump of 64 KB: it is whole, all clocks pass")
def _(room):
    stage = Stage(room)
    dump = stage.dumps["p18.syx"]
    stage.play(b"\xcf\x11")
    clocks = notes = 0
    for i in range(100):
        stage.sequencer.feed(b"\xf8")
        clocks += 1
        if i % 5 == 0:
            stage.sequencer.feed(bytes([0x90, 60 + i % 7, 1])
                                 + bytes([0x80, 60 + i % 7, 1]))
            notes += 1
        time.sleep(0.02)
    stage.sequencer.taken()
    equal(stage.outcomes(1), ["sent"], "outcome")
    stage.stop()
    got = stage.unit.settled()
    equal(got.count(0xF8), clocks, "clocks")
    equal(without_realtime(got)[:len(dump)], dump, "the dump")
    match("too late after a dump: %d" % notes, stage.run.err, "summary")
    # They passed in its middle, as they came.
    check(got[:len(dump) // 2].count(0xF8) > clocks // 2,
          "real-time bytes wait for the dump")
    equal(without_realtime(got)[len(dump):], b"", "late notes")


@test("--realtime drop, --thru realtime and none, --playing")
def _(room):
    stage = Stage(room, "--realtime", "drop", "--playing")
    stage.play(b"\xcf\x01\xfa\xcf\x01" + b"\xf8" * 9)
    equal(stage.outcomes(1), ["sent"], "outcomes")
    stage.play(b"\xf8\xfc\xcf\x01\xf8")
    stage.left(b"\xfa" + stage.dumps["dry.syx"] + b"\xf8\xfc\xf8")
    stage.stop()
    match("real-time bytes during dumps: 9", stage.run.err, "summary")
    match("nothing was playing: 2", stage.run.err, "summary")


@test("--thru realtime and none")
def _(room):
    for thru, left in (("realtime", b"\xf8"), ("none", b"")):
        for name in ("seq", "unit"):
            if os.path.islink(room.path(name)):
                os.unlink(room.path(name))
        stage = Stage(room, "--thru", thru)
        stage.play(b"\x90\x40\x01\xf8" + KICK)
        equal(stage.outcomes(1), ["sent"], "outcomes")
        stage.left(left + stage.dumps["kick.syx"])
        stage.stop()


@test("bursts: superseded, repeat; one on the wire, one waits")
def _(room):
    stage = Stage(room)
    stage.play(b"\xcf\x01")  # 1900 bytes
    wait(lambda: len(stage.unit.got()) > 10, "no dump")
    stage.play(b"\xcf\x01" + KICK + b"\xcf\x10" + KICK)
    equal(stage.outcomes(5), ["repeat", "superseded", "superseded", "sent",
                              "sent"], "outcomes")
    stage.left(stage.dumps["dry.syx"] + stage.dumps["kick.syx"])
    stage.stop()


@test("several outputs by name; a simulated unit; pass")
def _(room):
    second = room.pty().listen()
    stage = Stage(room, to=("--to", "two=" + second.port,
                            "--to", "sim:alpha-base"),
                  conf="[recall]\nnote 36 on 1 = kick.syx\n"
                       "note 37 on 1 = dry.syx to two\n"
                       "note 38 on 1 = p17.syx pass to two\n"
                       "note 39 on 1 = kick.syx to sim:alpha-base\n")
    stage.play(b"\x90\x25\x01")
    wait(lambda: len(second.got()) > 10, "no dump")
    stage.play(b"\x90\x24\x01\x90\x27\x01")  # beside each other
    equal(stage.outcomes(3), ["sent"] * 3, "outcomes")
    stage.play(b"\x90\x26\x01")
    equal(stage.outcomes(4), ["sent"] * 4, "outcomes")
    stage.left(stage.dumps["kick.syx"] + b"\x90\x26\x01")
    equal(second.settled(), stage.dumps["dry.syx"] + stage.dumps["p17.syx"],
          "the second output")
    stage.stop()


@test("from standard input to standard output")
def _(room):
    dumps = files(room)
    run = room.sxlib("recall", "--from", "-", "--to", "-", "--delay", "5",
                     "stage.conf",
                     stdin=b"\x90\x40\x01\xcf\x10" + KICK)
    equal(run.status, 0, "exit status")
    # The note is ended while the second dump waits for the pause.
    equal(run.out, b"\x90\x40\x01" + dumps["p17.syx"] + b"\x80\x40\x40"
          + dumps["kick.syx"], "bytes")
    match(r"program 17 on 16 p17.syx 90 [0-9.]+ sent", run.err, "the line")
    match("1 note still sounding: ended", run.err, "summary")


@test("a sound in a bank goes to the edit buffer")
def _(room):
    voices = bytearray(4096)
    for i in range(32):
        voices[i * 128 + 118:i * 128 + 128] = b"VOICE %-4d" % i
    room.write("rom.syx", b"\xf0\x43\x00\x09\x20\x00" + bytes(voices)
               + bytes([-sum(voices) & 127]) + b"\xf7")
    room.write("map", b"[recall]\nnote 36 on 15 = rom.syx:12\n"
               b"note 37 on 15 = rom.syx:{n}\n")
    want = room.sxlib("send", "-p", "-", "rom.syx:12").out
    equal(want[:6], b"\xf0\x43\x00\x00\x01\x1b", "a single voice")
    run = room.sxlib("recall", "--from", "-", "--to", "-", "map", stdin=KICK)
    match(r"map:3: .*no such slot in rom.syx", run.err, "there is no slot 37")
    room.write("map", b"[recall]\nnote 36 on 15 = rom.syx:12\n"
               b"cc 1 1-32 on 1 = rom.syx:{n}\n")
    run = room.sxlib("recall", "--from", "-", "--to", "-", "map",
                     stdin=KICK + b"\xb0\x01\x20")
    equal(run.status, 0, "exit status")
    equal(run.out[:len(want)], want, "the voice")
    check(b"VOICE 31" in run.out[len(want):], "the last voice")


@test("--keep: what the unit sends back is stored, and does not pass")
def _(room):
    stage = Stage(room, "--keep", "kept/")
    dump = h.jomox(room.random, 400)
    stage.play(KICK)
    equal(stage.outcomes(1), ["sent"], "outcome")
    stage.unit.feed(dump)
    check(stage.run.has_lines(2), "no file")
    path = stage.run.lines[1]
    match("^kept/.*jomox-alpha-base-pattern.syx$", path, "path")
    equal(room.read(path), dump, "the dump")
    stage.left(stage.dumps["kick.syx"])
    stage.unit.feed(dump[:100])
    stage.unit.taken()
    stage.run.send_signal(signal.SIGTERM)
    equal(stage.run.end(), 5, "exit status")
    path = stage.run.lines[-1]
    check(path.endswith(".damaged.syx"), path)
    equal(room.read(path), dump[:100], "what came of the second")
    # A folder that cannot be: nothing starts.
    room.write("file", b"")
    run = room.sxlib("recall", "--from", stage.sequencer.port, "--to",
                     stage.unit.port, "--keep", "file/x", "stage.conf")
    equal(run.status, 1, "exit status")


# --- ports come and go -----------------------------------------------------

@test("the input is unplugged: notes are ended, and it is waited for")
def _(room):
    stage = Stage(room)
    stage.play(b"\x90\x40\x01\x91\x41\x01\x90\x40\x00")
    stage.left(b"\x90\x40\x01\x91\x41\x01\x90\x40\x00")
    stage.sequencer.hang_up()
    stage.run.says("waiting for it")
    stage.left(b"\x90\x40\x01\x91\x41\x01\x90\x40\x00\x81\x41\x40")
    stage.sequencer = stage.plug("seq")
    stage.run.says("is back")
    stage.play(KICK)
    equal(stage.outcomes(1), ["sent"], "outcomes")
    stage.stop()


@test("the output is unplugged in the middle: nothing is sent late")
def _(room):
    stage = Stage(room)
    stage.play(b"\xcf\x11")
    wait(lambda: len(stage.unit.got()) > 100, "no dump")
    stage.play(KICK)
    stage.unit.hang_up()
    stage.run.says("waiting for it")
    equal(stage.outcomes(2), ["no port", "no port"], "outcomes")
    check(0 < int(stage.sent(2)[0][3]) < 64000, "bytes that left")
    stage.play(KICK + b"\x90\x40\x01\x80\x40\x01")
    equal(stage.outcomes(3)[2], "no port", "outcome")
    stage.unit = stage.plug("unit").listen()
    stage.run.says("is back")
    stage.play(b"\x90\x41\x01" + KICK)
    equal(stage.outcomes(4)[3], "sent", "outcome")
    stage.left(b"\x90\x41\x01" + stage.dumps["kick.syx"])
    stage.stop()


@test("an idle output that goes and comes is found before the next trigger")
def _(room):
    stage = Stage(room)
    stage.unit.hang_up()
    stage.run.says("waiting for it")
    stage.unit = stage.plug("unit").listen()
    stage.run.says("is back")
    stage.play(KICK)
    equal(stage.outcomes(1), ["sent"], "outcome")
    stage.left(stage.dumps["kick.syx"])
    stage.stop()


@test("one line for both directions")
def _(room):
    dumps = files(room)
    line = room.pty().listen()
    run = room.run("recall", "--from", line.port, "--to", line.port,
                   "stage.conf").listening()
    line.feed(b"\x90\x40\x01" + KICK)
    check(run.has_lines(1), "no line")
    equal(line.got(5, 303), b"\x90\x40\x01" + dumps["kick.syx"], "bytes")
    # The unit sends it back: it is not sent to it once more.
    line.feed(dumps["kick.syx"] + b"\x90\x41\x01")
    equal(line.got(5, 306)[303:], b"\x90\x41\x01", "what passed")
    run.says("returned a dump sent to it")
    line.hang_up()
    run.says("waiting for it")
    run.stop(signal.SIGTERM)


# --- the end, and the map once more ----------------------------------------

@test("SIGTERM in the middle: the dump is finished; another one cuts it")
def _(room):
    stage = Stage(room)
    stage.play(b"\xcf\x01")
    wait(lambda: len(stage.unit.got()) > 100, "no dump")
    stage.run.send_signal(signal.SIGTERM)
    stage.run.says("finishing")
    equal(stage.run.end(), 0, "exit status")
    equal(stage.unit.settled(), stage.dumps["dry.syx"], "the dump")
    equal(stage.outcomes(1), ["sent"], "outcome")
    for name in ("seq", "unit"):
        os.unlink(room.path(name))
    stage = Stage(room)
    stage.play(b"\xcf\x11")
    wait(lambda: len(stage.unit.got()) > 100, "no dump")
    stage.run.send_signal(signal.SIGTERM)
    stage.run.says("finishing")
    stage.run.send_signal(signal.SIGTERM)
    equal(stage.run.end(), 0, "exit status")
    got = stage.unit.settled()
    check(100 < len(got) < 64000, "%d bytes" % len(got))
    equal(got[:-1], stage.dumps["p18.syx"][:len(got) - 1], "what left")
    equal(got[-1], 0xF7, "the end")
    match("closed with F7", stage.run.err, "what is said")


@test("SIGHUP reads everything again, or keeps what there is")
def _(room):
    stage = Stage(room)
    new = h.sysex(room.random, 77)
    room.write("kick.syx", new)
    stage.run.send_signal(signal.SIGHUP)
    stage.run.says("read again")
    stage.play(KICK)
    equal(stage.outcomes(1), ["sent"], "outcome")
    stage.left(new)
    room.write("stage.conf", b"[recall]\nnote 36 on 15 = gone.syx\n")
    stage.run.send_signal(signal.SIGHUP)
    stage.run.says("stage.conf:2: .*gone.syx")
    stage.run.says("everything stays as it was")
    stage.play(b"\xcf\x01")  # on the wire while the map changes
    wait(lambda: len(stage.unit.got()) > 100, "no dump")
    room.write("stage.conf", b"[recall]\nnote 36 on 15 = p17.syx\n")
    stage.run.send_signal(signal.SIGHUP)
    wait(lambda: stage.run.err.count("read again") == 2, "not read again")
    stage.play(KICK)
    equal(stage.outcomes(3), ["sent"] * 3, "outcomes")
    stage.left(new + stage.dumps["dry.syx"] + stage.dumps["p17.syx"])
    stage.stop()


@test("a reader of stdout that stops reading stops nothing")
def _(room):
    dumps = files(room)
    reader, writer = os.pipe()
    line, unit = room.pty(), room.pty().listen()
    run = room.run("recall", "--from", line.port, "--to", unit.port, "--rate",
                   "max", "--delay", "0", "stage.conf", stdout=writer)
    os.close(writer)
    run.listening()
    want = b""
    for _ in range(30):
        line.feed(KICK)
        want += dumps["kick.syx"]
        unit.got(10, len(want))
    os.close(reader)
    line.feed(KICK)
    equal(unit.got(10, len(want) + 300), want + dumps["kick.syx"], "bytes")
    run.send_signal(signal.SIGTERM)
    one_of(run.end(), (0, 1), "exit status")


# --- --check, --dry-run, mistakes ------------------------------------------

@test("--check shows each line with its bytes and time")
def _(room):
    files(room, "stage/")
    run = room.sxlib("recall", "--check", "--json", "stage/stage.conf")
    equal(run.status, 0, "exit status")
    rows = run.json
    equal(len(rows), 1 + 15 + 2 + 1 + 1 + 1 + 1, "rows")
    equal(rows[0], {"line": 3, "trigger": "note 36 on 15",
                    "file": "stage/kick.syx", "to": None, "bytes": 300,
                    "ms": 96}, "the first row")
    equal(rows[16], {"line": 5, "trigger": "program 17 on 16",
                     "file": "stage/p17.syx", "to": None, "bytes": 90,
                     "ms": 89}, "two messages, and the pause between them")
    equal(rows[-2]["file"], "stage/snap.mid", "a MIDI file")
    equal(rows[-1]["file"], "B0 07 40 0A 20", "hex text")
    run = room.sxlib("recall", "--check", "stage/stage.conf")
    match(r"note 36 on 15 +stage/kick.syx +300 +96 +3", run.out.decode(),
          "the table")


@test("--dry-run: what would be a trigger, in every numbering")
def _(room):
    files(room)
    run = room.sxlib("recall", "--dry-run", "--from", "-", "stage.conf",
                     stdin=KICK + b"\xcf\x10\xbf\x00\x01\xcf\x02\xb0\x07\x01")
    equal(run.status, 0, "exit status")
    text = run.out.decode()
    for part in (r"^9e 24 64   note 36, C2 \(C1 where middle C is C3, C3 where"
                 r" C5\), on 15: line 3, note 36 on 15 = kick.syx$",
                 r"^cf 10   program 16 from 0, 17 from 1, pattern B01, on 16: "
                 r"line 5, program 17-18 on 16 = p\{n:02\}.syx$",
                 r"^cf 02   .*pattern A03, bank 1:0, on 16: line 7",
                 r"^b0 07 01   cc 7 1, on 1: no line$"):
        check(h.re.search(part, text, h.re.M), "no /%s/ in %s" % (part, text))
    run = room.sxlib("recall", "--dry-run", "--json", "--from", "-",
                     "stage.conf", stdin=KICK + b"\xcf\x11")
    equal([(o["hex"], o["number"], o["line"], o["matches"])
           for o in run.json],
          [("9e2464", 36, 3, True), ("cf11", 17, 5, True)], "objects")


MISTAKES = [
    ("note 36 on 15 = kick.syx\nnote 36 on 15 = dry.syx",
     r"stage.conf:3: .*never match.*line 2", 2),
    ("program 3 on 16 = kick.syx", r"stage.conf:2: .*count-from", 2),
    ("note 300 on 15 = kick.syx", r"stage.conf:2: ", 2),
    ("note 36 on 15 = kick.syx to nobody", r"stage.conf:2: .*'to nobody'", 2),
    ("note 36 on 15 = missing.syx", r"stage.conf:2: .*missing.syx", 1),
    ("note 36 on 15 = bad.syx", r"stage.conf:2: refused: .*checksum", 1),
    ("note 36 on 15 = cut.syx", r"stage.conf:2: refused: .*cut", 1),
    ("note 36 on 15 = text.syx", r"stage.conf:2: .*text", 1),
    ("note 36 on 15 = B0 07", r"stage.conf:2: refused: .*not complete", 1),
    ("note 36 on 15 = kick.syx:12", r"stage.conf:2: .*kick.syx", 1),
    ("note 36 on 15 = os.syx", r"stage.conf:2: refused: .*OS upgrade", 1),
    ("", r"stage.conf: no line", 2),
    ("frob = 1\nnote x on 1 = kick.syx\nnote 36 on 15 = kick.syx",
     r"(?s)stage.conf:3: .*stage.conf:2: |stage.conf:2: .*stage.conf:3: ", 2),
]


@test("maps full of mistakes: file and line, before a port is opened")
def _(room):
    rng = room.random
    room.write("kick.syx", h.sysex(rng, 300))
    room.write("dry.syx", h.sysex(rng, 100))
    room.write("bad.syx", h.spoil(h.md_kit(rng, 3, b"X")))
    room.write("cut.syx", h.sysex(rng, 100)[:-1])
    room.write("text.syx", b"hello\n")
    room.write("os.syx", b"\xf0\x31\x7f\x5d\x10\x55\x00\x01\x77"
               + h.data7(rng, 90) + b"\xf7")
    for lines, pattern, status in MISTAKES:
        room.write("stage.conf", b"[recall]\n" + lines.encode() + b"\n")
        run = room.sxlib("recall", "--from", "tty:/nowhere", "--to",
                         "tty:/nowhere", "stage.conf")
        match(pattern, run.err, "error of %r" % lines)
        equal(run.status, status, "exit status of %r" % lines)
        check("nowhere" not in run.err, "a port was opened: " + run.err)
    for name in ("bad.syx", "cut.syx"):
        room.write("stage.conf", b"[recall]\nnote 1 on 1 = %s\n"
                   % name.encode())
        run = room.sxlib("recall", "--check", "--force", "stage.conf")
        equal(run.status, 0, "exit status with --force")
        match("%s: 1 problem" % name, run.err, "what is said")
    room.write("stage.conf", b"[recall]\nnote 1 on 1 = os.syx\n")
    equal(room.sxlib("recall", "--check", "--firmware", "stage.conf").status,
          0, "exit status with --firmware")


@test("usage, and ports that are missing at the start")
def _(room):
    files(room)
    line = room.pty()
    both = ("--from", line.port, "--to", line.port)
    for args, pattern, status in (
            ((), "missing --from", 2),
            (("--from", line.port, "stage.conf"), "missing --to", 2),
            (both, "expected one map", 2),
            (both + ("stage.conf", "x"), "expected one map", 2),
            (both + ("--channel", "3", "."), "given together", 2),
            (both + ("--name", "x", "."), "given together", 2),
            (both + ("--count-from", "1", "stage.conf"), "in a map", 2),
            (both + ("--to", line.port, "stage.conf"), "given twice", 2),
            (both + ("--check", "--dry-run", "stage.conf"), "mutually exclusive", 2),
            (both + ("--channel", "3", "--name", "x{n}", "."), "no file", 1),
            (both + ("nothing.conf",), "nothing.conf", 1),
            (("--from", "tty:/nowhere", "--to", line.port, "stage.conf"),
             "nowhere", 4),
            (("--from", line.port, "--to", "tty:/nowhere", "stage.conf"),
             "nowhere", 4)):
        run = room.sxlib("recall", *args)
        equal(run.status, status, "exit status of %s" % (args,))
        match(pattern, run.err, "error of %s" % (args,))


# --- snapshots -------------------------------------------------------------

KNOBS = (b"\xb0\x5a\x01\xb0\x5b\x2d\x90\x3c\x40\xb0\x6d\x10\xf0\x01\xf7"
         b"\xc0\x07\xb0\x5a\x01\xb0\x5b\x2e\xe0\x01\x40")
VALUES = b"\xb0\x6d\x10\xc0\x07\xb0\x5a\x01\xb0\x5b\x2e\xe0\x01\x40"


@test("record --snapshot: last values, for play, send and recall")
def _(room):
    run = room.sxlib("record", "--snapshot", "-p", "-", "-o", "kick.mid",
                     stdin=KNOBS)
    equal((run.status, run.lines), (0, ["kick.mid"]), "record")
    match("not in a snapshot: 2 messages", run.err, "what is said")
    fmt, _, tracks = h.read_tracks(room.read("kick.mid"))
    equal((fmt, len(tracks), {tick for tick, _ in tracks[0]}), (0, 1, {0}),
          "format, tracks and times")
    for command in (("play",), ("send", "--delay", "0")):
        run = room.sxlib(*command, "-p", "-", "kick.mid")
        equal((run.status, run.out), (0, VALUES), command[0])
    room.write("map", b"[recall]\nnote 36 on 15 = kick.mid\n")
    run = room.sxlib("recall", "--from", "-", "--to", "-", "map", stdin=KICK)
    equal((run.status, run.out), (0, VALUES), "recall")
    # A song without SysEx is still nothing to send.
    room.write("song.mid", h.smf(h.event(9, b"\xb0\x07\x01") + h.END, fmt=0))
    equal(room.sxlib("send", "--dry-run", "song.mid").status, 1, "a song")


@test("record --snapshot: nothing to keep, contradictions, a crash")
def _(room):
    run = room.sxlib("record", "--snapshot", "-p", "-", "-o", "x.mid",
                     stdin=b"\x90\x40\x01\xf0\x01\xf7")
    equal((run.status, room.files()), (3, {}), "status and files")
    for option in ("--tracks", "--clock", "--sensing", "--type=1"):
        equal(room.sxlib("record", "--snapshot", option, "-p", "-", "-o",
                         "x.mid").status, 2, "exit status with " + option)
    run = room.run("record", "--snapshot", "-p", "-", "-o", "x.mid",
                   stdin="pipe")
    run.listening()
    run.write(KNOBS)
    h.part_has(room, 20 * 6)
    run.kill()
    run = room.sxlib("record", "--snapshot", "-p", "-", "-o", "x.mid",
                     stdin=KNOBS[:3])
    match("recovered", run.err, "what is said")
    name, = [n for n in room.files() if n.endswith("-x.mid")]
    run = room.sxlib("play", "-p", "-", name)
    equal(run.out, VALUES, "what was rescued")


# --- anything --------------------------------------------------------------

@test("whatever comes: every dump is whole, every message in order", alone=True)
def _(room):
    stage = Stage(room, "--rate", "12500")
    rng = room.random
    want = bytearray()  # what passes, but for notes
    triggers = 0
    for i in range(400):
        kind = rng.randrange(8)
        if kind == 0:
            data = bytes([0xCF, rng.choice([1, 16])])
            triggers += 1
        elif kind == 1:
            data = bytes([0x9E, 36 + rng.randrange(16), 1])
            triggers += 1
        elif kind == 2:
            data = h.sysex(rng, rng.randrange(4, 200), b"\x40")
            want += data
        elif kind == 3:
            data = b"\xf8" * rng.randrange(1, 9)
        else:
            data = bytes([0xB0 | rng.randrange(14), i & 127, i >> 7])
            want += data
        stage.sequencer.feed(data)
        if rng.randrange(4) == 0:
            time.sleep(rng.random() * 0.05)
    stage.sequencer.taken()
    lines = stage.sent(triggers)
    stage.stop()
    got = without_realtime(stage.unit.settled())
    # Take the dumps out, in the order of their lines.
    for line in lines:
        if line[5] != "sent":
            continue
        dump = stage.dumps[line[2]]
        at = got.find(dump)
        check(at >= 0, "no whole dump of " + line[2])
        got = got[:at] + got[at + len(dump):]
    equal(got, bytes(want), "what passed")
    one_of(lines[-1][5], ("sent", "repeat", "superseded"), "last outcome")


if __name__ == "__main__":
    h.main()
