#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""split, join and convert: not a byte is lost, and nothing is overwritten."""
import calendar
import os
import random
import re
import signal
import time

import harness as h
import voices
from harness import check, equal, match, test

GOOD = b"\xf0\x7d\x44\x45\x46\xf7"
OTHER = b"\xf0\x7d\x54\x55\xf7"


def real_dumps():
    found = []
    if os.path.isdir(h.DUMPS):
        found = [os.path.join(h.DUMPS, n) for n in sorted(os.listdir(h.DUMPS))
                 if n.endswith(".syx")]
    return found


def samples(room):
    """Paths of .syx files of every sort."""
    rng = room.random
    made = [GOOD, GOOD * 120, bytes(128) + GOOD + b"\xcf" + bytes(32),
            GOOD[:-1] + OTHER + b"\x01\x02\xf7\x90\x40\x40" + GOOD[:-2],
            h.with_realtime(rng, GOOD + OTHER * 3, 2),
            h.mess(rng, 60), rng.randbytes(5000),
            h.jomox(rng) + h.md_pattern(rng, 4) + h.md_kit(rng, 4, b"K")]
    return [room.write("in%d.syx" % n, data)
            for n, data in enumerate(made)] + real_dumps()


def split(room, path, *more):
    """(run, the files that it says)."""
    run = room.sxlib("split", path, "--out", "out/", *more)
    return run, run.lines


@test("join of a split is the same, whatever the file")
def _(room):
    for n, path in enumerate(samples(room)):
        with open(path, "rb") as file:
            data = file.read()
        for how in ("message", "auto", "gap"):
            out = "out-%d-%s" % (n, how)
            run = room.sxlib("split", path, "--keep-stray", "-o", out,
                             "--split", how)
            equal(run.status, 0, "split " + path)
            names = sorted(os.listdir(room.path(out)))
            equal(run.lines, [out + "/" + name for name in names],
                  "the names sort as the messages come")
            for args in ([out], run.lines):
                run = room.sxlib("join", *args, "-o", out + ".syx")
                equal((run.status, run.lines), (0, [out + ".syx"]), "join")
                equal(room.read(out + ".syx"), data, path)
                os.unlink(room.path(out + ".syx"))


@test("split: names, numbers, time of the file, damaged ones")
def _(room):
    rng = room.random
    kit = h.md_kit(rng, 3, b"KIT")
    path = room.write("20261122T051530.123Z-x.syx",
                      kit + kit[:90] + h.md_pattern(rng, 17))
    run, names = split(room, path)
    equal(run.status, 0, "exit status")
    equal(names, ["out/20261122T051530.123Z-" + name for name in (
        "01-elektron-machinedrum-kit4.syx",
        "02-elektron-machinedrum-kit.damaged.syx",
        "03-elektron-machinedrum-patternB02.syx")], "names")
    match("offset %d.*truncated message: new F0" % len(kit), run.err, "stderr")
    run, names = split(room, path, "--name", "{kind}{n:03}", "--first", "7")
    equal(names, ["out/kit007.syx", "out/kit008.damaged.syx",
                  "out/pattern009.syx"], "--name")
    found = room.sxlib("split", path, "-j", "-o", "json").json
    for obj in found:
        h.facts(obj)
    equal([(o["kind"], o["bytes"], o["damaged"], o["time"]) for o in found],
          [("kit", 1233, None, "2026-11-22T05:15:30.123Z"),
           ("kit", 90, "new F0", "2026-11-22T05:15:30.123Z"),
           ("pattern", 2763, None, "2026-11-22T05:15:30.123Z")], "--json")


@test("split: what is a dump")
def _(room):
    rng = room.random
    parts = [GOOD, OTHER, h.md_kit(rng, 1, b"A"), h.md_kit(rng, 2, b"B"),
             GOOD]
    path = room.write("x.syx", b"".join(parts))
    sizes = {}
    for how in ("message", "auto", "gap"):
        found = room.sxlib("split", path, "-j", "--split", how,
                           "-o", how).json
        sizes[how] = [o["messages"] for o in found]
    equal(sizes, {"message": [1] * 5, "auto": [2, 1, 1, 1], "gap": [5]},
          "messages in a file")
    mid = room.write("x.mid", h.smf(
        h.sysex_event(0, GOOD) + h.sysex_event(400, GOOD)
        + h.sysex_event(600, GOOD) + h.END))
    found = room.sxlib("split", mid, "-j", "--split", "gap", "--gap", "500",
                       "-o", "mid").json
    equal([o["messages"] for o in found], [2, 1], "gaps of a .mid")
    for gap, sizes in (("600", [2, 1]), ("601", [3])):
        found = room.sxlib("split", mid, "-j", "--split", "gap", "--gap", gap,
                           "-o", gap).json
        equal([o["messages"] for o in found], sizes, "a gap of just so long")
    mid = room.write("y.mid", h.smf(
        h.sysex_event(0, GOOD) + h.sysex_event(900, GOOD)
        + h.sysex_event(1100, GOOD) + h.END))
    found = room.sxlib("split", mid, "-j", "--split", "gap", "-o", "s").json
    equal([o["messages"] for o in found], [2, 1], "the usual gap is a second")


@test("split: numbers have as many digits as the last of them")
def _(room):
    for n, digits in ((99, 2), (100, 3)):
        path = room.write("%d.syx" % n, GOOD * n)
        run = room.sxlib("split", path, "-o", str(n))
        equal(run.status, 0, "exit status")
        numbers = [name.split("Z-")[1].split("-")[0] for name in run.lines]
        equal(numbers, ["%0*d" % (digits, i + 1) for i in range(n)], "numbers")


@test("what is made of a file is no dump that a crash has left")
def _(room):
    path = room.write("x.syx", GOOD + OTHER)
    for args in (("convert", path, "y.mid"), ("convert", path, "y.hex"),
                 ("split", path, "-o", "out"), ("join", path, "-o", "z.syx")):
        calls = room.path("calls." + args[-1])
        run = room.sxlib(*args, env=h.slow(0, SXLIB_TEST_CALLS=calls))
        equal(run.status, 0, args[0])
        with open(calls) as file:
            made = [line.split()[4] for line in file
                    if line.split()[1] == "openat" and line.split()[3] == "1"]
        check(made, args[0] + " makes a file")
        for name in made:
            check(name.endswith(".tmp"), "%s makes %s" % (args[0], name))


@test("split: stray bytes are said, and kept only if that is wanted")
def _(room):
    path = room.write("x.syx", bytes(9) + GOOD + b"\xcf\x00")
    run, names = split(room, path)
    equal((run.status, len(names)), (0, 1), "split")
    match("offset 0: 9 bytes outside any message left out", run.err, "the first")
    match("offset 15: 2 bytes outside any message left out", run.err, "the second")
    match("11 bytes.*--keep-stray", run.err, "what to do")
    run, names = split(room, path, "--keep-stray", "-q")
    equal((run.status, run.err), (0, ""), "--keep-stray")
    equal([room.read(name) for name in names], [bytes(9), GOOD, b"\xcf\x00"],
          "files")
    equal([name.endswith(".damaged.syx") for name in names],
          [True, False, True], "marked")


@test("bytes of a .mid that are in no message are said wherever it is read")
def _(room):
    # Behind the F7 of an event; and before it what is odd and costs nothing.
    odd = h.event(0, b"\x90\x40\x40") + h.meta(0, 1, b"a") + b"\0\x40\0"
    for n, before in enumerate((b"", odd)):
        name = "x%d.mid" % n
        room.write(name, h.smf(before + h.sysex_event(0, GOOD + b"\1\2\3")
                               + h.packet(5, b"\4\5\xf7", 0xF7) + h.END))
        for args in (("convert", name, "%d.syx" % n),
                     ("join", name, "-o", "%d-joined.mid" % n),
                     ("split", name, "-o", "out%d" % n)):
            run = room.sxlib(*args, "-q")
            equal(run.status, 0, args[0])
            match(name + ": 6 bytes outside any message left out: track 1, offset",
                  run.err, args[0])
        match("outside any SysEx", room.sxlib("verify", name).err, "verify")
        equal(room.read("%d.syx" % n), GOOD, "what is left")
        run = room.sxlib("send", name, "--port", "-")
        equal((run.status, run.out), (1, b""), "send")
        match(name + ": 6 bytes outside any message: track 1", run.err,
              "send")
        run = room.sxlib("send", name, "--port", "-", "--force")
        equal((run.status, run.out), (0, GOOD), "send --force")
        match("6 bytes outside any message: left out", run.err, "--force")


@test("what was kept as damaged is said to be, however whole it looks")
def _(room):
    room.write("in/a.syx", GOOD)
    room.write("in/b.damaged.syx", OTHER)  # bytes are missing inside
    room.write("in/c.damaged.syx", GOOD[:-1])  # and here one sees it
    for args, out in ((("join", "in", "-o", "all.syx"), "all.syx"),
                      (("convert", "in/b.damaged.syx", "b.mid"), "b.mid"),
                      (("split", "in/b.damaged.syx", "-o", "out"), "out/")):
        run = room.sxlib(*args, "-q")
        equal((run.status, run.out.count(out.encode())), (0, 1), args[0])
        lines = run.err.splitlines()
        equal(lines[0], "sxlib: %s: in/b.damaged.syx: stored as damaged, "
              "even if it looks complete" % args[0], args[0])
        check("whole" not in "".join(lines[1:]), "of the other that is plain")
    equal(room.read("all.syx"), GOOD + OTHER + GOOD[:-1], "content")


@test("a truncated message is wrong: reported with --quiet, too")
def _(room):
    room.write("x.syx", GOOD + OTHER[:-1])
    for args in (("join", "x.syx", "-o", "y.syx"), ("split", "x.syx", "-o",
                                                    "out"),
                 ("convert", "x.syx", "y.hex")):
        run = room.sxlib(*args, "-q")
        equal((run.status, run.err), (
            0, "sxlib: %s: x.syx: offset 6: truncated message: end of input\n"
            % args[0]), args[0])


@test("why real-time bytes inside of messages are left out is said rightly")
def _(room):
    inside = GOOD[:3] + b"\xf8" + GOOD[3:]
    room.write("x.syx", inside)
    room.write("x.mid", h.smf(h.sysex_event(0, inside) + h.END))
    for args, why in ((("x.syx", "y.mid"), "a MIDI file cannot contain them"),
                      (("x.mid", "y.syx"),
                       "MIDI files are read without them")):
        run = room.sxlib("convert", *args, "-q")
        equal((run.status, run.err), (
            0, "sxlib: convert: 1 real-time byte inside messages left out: "
            + why + "\n"), args[0])
    equal(room.read("y.syx"), GOOD, "the message")


@test("split reads a pipe once, and makes of it what it makes of a file")
def _(room):
    song = h.smf(h.sysex_event(0, GOOD) + h.sysex_event(480, OTHER) + h.END)
    os.mkfifo(room.path("fifo.syx"))
    for n, data in enumerate((GOOD * 3 + OTHER, b"\x01" + GOOD, song,
                              GOOD * 120)):
        path = room.write("in%d.syx" % n, data)
        for how in (("--keep-stray",), ("--keep-stray", "--name", "{n:03}")):
            want = room.sxlib("split", path, "-o", "file%d" % n, *how)
            run = room.sxlib("split", "-", "-o", "pipe%d" % n, *how,
                             stdin=data)
            equal((want.status, run.status), (0, 0), "exit status")
            equal([line.split("-")[1:] for line in run.lines],
                  [line.split("-")[1:] for line in want.lines], "names")
        equal(sorted(room.files("pipe%d" % n).values()),
              sorted(room.files("file%d" % n).values()), "bytes")
    run = room.run("split", "fifo.syx", "-o", "fifo")
    with open(room.path("fifo.syx"), "wb") as fifo:
        fifo.write(GOOD + OTHER)
    run.end()
    equal((run.status, len(run.lines)), (0, 2), "a named pipe")


@test("what comes through a pipe has the time at which it came")
def _(room):
    before = time.time() - 1
    for args in (("show", "-j", "-"), ("list", "-j", "-"),
                 ("convert", "-j", "-", "x.mid"),
                 ("join", "-j", "-", "-o", "x.syx"),
                 ("split", "-j", "-", "-o", "out"),
                 ("verify", "-j", "-")):
        run = room.sxlib(*args, stdin=GOOD if args[-1] == "x.mid" else GOOD[:-1])
        when = [calendar.timegm(time.strptime(o["time"][:19],
                                              "%Y-%m-%dT%H:%M:%S"))
                for o in run.json]
        check(when and all(before - 1 <= t <= time.time() for t in when),
              "%s: %s" % (args, run.json))


@test("split: numbers go on, nothing is overwritten")
def _(room):
    path = room.write("x.syx", GOOD + OTHER)
    for want in (["a1", "a2"], ["a3", "a4"]):
        _, names = split(room, path, "--name", "a{n}")
        equal(names, ["out/%s.syx" % n for n in want], "names")
    for want in ("b", "b-2"), ("b-3", "b-4"):
        _, names = split(room, path, "--name", "b")
        equal(names, ["out/%s.syx" % n for n in want], "names")


@test("a file that exists is refused before anything is read")
def _(room):
    path = room.write("x.syx", GOOD)
    have = room.write("have.syx", b"mine")
    room.write("have.mid", b"mine")
    room.write("have.hex", b"mine")
    os.symlink("nowhere", room.path("link.syx"))
    for args in [("join", path, "-o", "have.syx"),
                 ("join", path, "-o", "have.mid"),
                 ("join", path, "-o", "link.syx"),
                 ("join", "missing.syx", "-o", have),
                 ("convert", path, have), ("convert", path, "have.mid"),
                 ("convert", path, "have.hex"), ("convert", path, path)]:
        run = room.sxlib(*args)
        equal((run.status, run.out), (1, b""), " ".join(args))
        match("exists", run.err, " ".join(args))
    equal(sorted(os.listdir(room.dir)),
          ["have.hex", "have.mid", "have.syx", "link.syx", "x.syx"], "files")
    equal(room.read("have.hex"), b"mine", "content")


@test("a failure leaves nothing behind")
def _(room):
    path = room.write("x.syx", GOOD * 10)
    room.write("bad.mid", h.smf(h.sysex_event(0, GOOD) + b"\xff" * 6))
    room.write("cut.syx", GOOD + GOOD[:-1])
    room.write("stray.syx", GOOD + bytes(9) + b"\x01")
    room.write("long.syx", GOOD * 50000)  # more than a track may have
    room.write("empty.syx", b"")
    room.write("bad.hex", b"F0 7D 44 zz F7")
    os.mkdir(room.path("empty"))
    before = room.files()
    for args, why in [
            (("join", path, "missing.syx", "-o", "y.syx"), "missing.syx"),
            (("join", path, "bad.mid", "-o", "y.syx"), "bad.mid"),
            (("join", path, "empty.syx", "-o", "y.syx"), "contains no SysEx"),
            (("join", "empty", "-o", "y.syx"), "no files to join"),
            (("join", path, "cut.syx", "-o", "y.mid"), "cut.syx.*offset 6"),
            (("join", path, "stray.syx", "-o", "y.mid"), "offset 6"),
            (("join", path, "-o", "no/y.syx"), "no"),
            (("join", path, "long.syx", path, "-o", "y.mid"),
             "cannot create 'y.mid': too long for a MIDI file"),
            (("convert", "long.syx", "y.mid"), "'y.mid': too long"),
            (("convert", "stray.syx", "y.mid"), "offset 6"),
            (("convert", "missing.syx", "y.mid"), "missing"),
            (("convert", "bad.hex", "y.syx"), "line 1: 'zz' is not hex"),
            (("convert", "bad.mid", "y.hex"), "bad.mid"),
            (("split", "empty.syx", "-o", "out"), "contains no SysEx"),
            (("split", "missing.syx", "-o", "out"), "missing")]:
        run = room.sxlib(*args)
        equal((run.status, run.out), (1, b""), " ".join(args))
        match(why, run.err, " ".join(args))
        files = {n: d for n, d in room.files().items()
                 if not n.startswith("out")}
        equal(sorted(files), sorted(before), "files after %s" % (args,))


@test("split makes no folder for a file without SysEx")
def _(room):
    room.write("empty.syx", b"")
    room.write("notes.mid", h.smf(h.event(0, b"\x90\x40\x40") + h.END))
    for path, args, status in (("empty.syx", (), 1), ("notes.mid", (), 1),
                               ("empty.syx", ("--name", "a{n}"), 1),
                               ("empty.syx", ("--name", "{x}"), 2)):
        run = room.sxlib("split", path, "-o", "new/", *args)
        equal((run.status, run.out), (status, b""), path)
        equal(sorted(os.listdir(room.dir)), ["empty.syx", "notes.mid"],
              "what is there")


@test("a full disk: exit 1, and nothing is left")
def _(room):
    path = room.write("x.syx", h.sysex(room.random, 100000))
    for args in [("convert", path, "y.hex"), ("convert", path, "y.mid"),
                 ("join", path, "-o", "y.syx"), ("split", path, "-o", ".")]:
        run = room.sxlib(*args, shell='trap "" XFSZ; ulimit -f 64; '
                         'exec "$@"')
        equal(run.status, 1, " ".join(args))
        equal(os.listdir(room.dir), ["x.syx"], " ".join(args))


@test("join: .syx, .mid, folders and standard input, in order")
def _(room):
    a = room.write("a.syx", GOOD)
    b = room.write("b.mid", h.smf(h.sysex_event(0, OTHER) + h.END))
    room.write("dir/2.syx", GOOD)
    room.write("dir/1.syx", OTHER)
    run = room.sxlib("join", b, "-", a, "dir", "-o", "-", stdin=GOOD * 2)
    equal((run.status, run.out), (0, OTHER + GOOD * 3 + OTHER + GOOD), "join")
    run = room.sxlib("join", "-j", a, b, "-o", "all.mid")
    equal((run.status, len(run.json)), (0, 1), "join")
    h.facts(run.json[0])
    equal((run.json[0]["bytes"], run.json[0]["messages"]),
          (len(GOOD + OTHER), 2), "--json")
    _, tracks = h.read_smf(room.read("all.mid"))
    equal([[m for _, m in t.sysex] for t in tracks], [[GOOD], [OTHER]],
          "tracks")


@test("convert: .syx to .mid keeps a cable's pace, a track for each dump")
def _(room):
    rng = room.random
    parts = [h.md_kit(rng, i, b"K") for i in range(3)] + [GOOD, OTHER]
    path = room.write("x.syx", b"".join(parts))
    run = room.sxlib("convert", path, "y.mid")
    equal((run.status, run.lines), (0, ["y.mid"]), "convert")
    division, tracks = h.read_smf(room.read("y.mid"))
    equal(division, 500, "division")
    equal([[m for _, m in t.sysex] for t in tracks],
          [[p] for p in parts[:3]] + [parts[3:]], "tracks")
    ticks = [t for track in tracks for t, _ in track.sysex]
    equal(ticks[0], 0, "the first")
    for at, then, part in zip(ticks, ticks[1:], parts):
        check(then - at >= len(part) / 3.125, "%d ms for %d bytes"
              % (then - at, len(part)))
    room.sxlib("convert", "y.mid", "z.syx")
    equal(room.read("z.syx"), room.read("x.syx"), "and back")


@test("convert: a pause of none is none, an unknown one is 60 ms")
def _(room):
    four = h.elektron(6, 0x53, (1, 1), 0, bytes(300)) # an Analog Four
    for message, pause in ((four, 0), (GOOD, 60)):
        path = room.write("x.syx", message * 3)
        name = "%d.mid" % pause
        equal(room.sxlib("convert", path, name).status, 0, "convert")
        _, tracks = h.read_smf(room.read(name))
        ticks = sorted(t for track in tracks for t, _ in track.sysex)
        due = [n * (len(message) / 3.125 + pause) for n in range(3)]
        for tick, want in zip(ticks, due):
            check(abs(tick - want) <= 1, "at %d ms, not %.1f" % (tick, want))


@test("convert: times go from .mid to hex text and back")
def _(room):
    ticks = [1000, 1250, 5000]
    events = b"".join(h.sysex_event(d, m) for d, m in zip(
        (1000, 250, 3750), (GOOD, OTHER, GOOD)))
    path = room.write("x.mid", h.smf(events + h.END))
    for args in [(path, "a.hex"), ("a.hex", "b.mid"), ("b.mid", "c.mid"),
                 (path, "d.txt"), ("d.txt", "e.syx")]:
        equal(room.sxlib("convert", *args).status, 0, " ".join(args))
    for name in ("b.mid", "c.mid"):
        _, tracks = h.read_smf(room.read(name))
        equal(sorted(t for track in tracks for t, _ in track.sysex), ticks,
              name)
    match("# at 1.250000\n", room.read("a.hex").decode(), "a.hex")
    equal(room.read("d.txt"), room.read("a.hex"), "both suffixes")
    equal(room.read("e.syx"), GOOD + OTHER + GOOD, "e.syx")


@test("convert: what comes later than a .mid can say begins it, and is one")
def _(room):
    late = 0x0fffffff
    path = room.write("x.mid", h.smf(
        h.meta(late, 1, b"") + h.sysex_event(late, GOOD)
        + h.sysex_event(9, OTHER) + h.END))
    run = room.sxlib("convert", path, "y.mid")
    equal((run.status, run.lines), (0, ["y.mid"]), "convert")
    _, tracks = h.read_smf(room.read("y.mid"))
    equal([event for t in tracks for event in t.sysex],
          [(0, GOOD), (9, OTHER)], "y.mid")


@test("convert: hex text and back is the same, whatever the file")
def _(room):
    for n, path in enumerate(samples(room)):
        text = "%d.hex" % n
        equal(room.sxlib("convert", path, text).status, 0, path)
        raw = room.read(text)
        check(all(32 <= b < 127 or b == 10 for b in raw) or
              raw.decode("utf-8"), "plain text")
        equal(room.sxlib("convert", text, "%d.syx" % n).status, 0, text)
        with open(path, "rb") as file:
            equal(room.read("%d.syx" % n), file.read(), path)


@test("convert: hex text as people write it")
def _(room):
    for n, text in enumerate([
            "F0 7D 44 45 46 F7", "F0,7D,44,45,46,F7", "f07d444546f7",
            "0xF0, 0x7D, 0x44, 0x45, 0x46, 0xF7\r\n",
            "$F0 $7d $44 $45 $46 $F7", "F0h 7Dh 44h 45h 46h F7h",
            "# F0 is where it begins\nF0 7D\n\n44\t45 # and so on\n46F7\n#",
            "\ufeffF0 7D 44 45 46 F7"]):
        room.write("%d.txt" % n, text.encode())
        run = room.sxlib("convert", "%d.txt" % n, "%d.syx" % n)
        equal(run.status, 0, text)
        equal(room.read("%d.syx" % n), GOOD, text)


SOUNDS = voices.bank([voices.voice(random.Random(7), "SOUND %02d" % n)
                      for n in range(32)])

for what, data, options in (("messages", GOOD * 200000, ()),
                            ("sounds", SOUNDS * 500, ("--split", "sound"))):
    @test("split into %s, interrupted: it says how many files there are" % what)
    def _(room, data=data, options=options):
        path = room.write("x.syx", data)
        run = room.run("split", path, "-o", "out", *options)
        check(run.has_lines(20), "it runs")
        equal(run.stop(signal.SIGTERM), -signal.SIGTERM, "exit status")
        n = len(room.files("out"))
        check(20 <= n < 16000, "%d files" % n)
        equal(len(run.lines), n, "lines")
        match(r"interrupted in '%s', after \d+ messages\n"
              r"%d files written before that\n" % (re.escape(path), n), run.err,
              "what is said")


@test("interrupted: nothing half is left, and it dies of the signal")
def _(room):
    path = room.write("x.syx", GOOD * 200000)
    run = room.run("split", path, "-o", "out")
    check(run.has_lines(20), "it runs")
    run.process.send_signal(signal.SIGINT)
    run.end(h.LIMIT)
    equal(run.status, -signal.SIGINT, "exit status")
    files = room.files("out")
    check(20 <= len(files) < 200000, "%d files" % len(files))
    equal({d for d in files.values()}, {GOOD}, "all are whole")
    equal([n for n in files if not n.endswith(".syx")], [], "no other files")


@test("interrupted while it waits for its input: no file, dies of the signal")
def _(room):
    room.write("x.syx", GOOD)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        for args in (("join", "-o", "y.syx", "-"),
                     ("join", "-o", "y.mid", "x.syx", "-"),
                     ("convert", "-", "y.mid"), ("convert", "-", "y.hex"),
                     ("split", "-o", "out", "-")):
            run = room.run(*args, stdin="pipe")
            run.write(OTHER[:3])
            run.took()
            equal(run.stop(number), -number, "exit status of %s" % (args,))
            equal(room.files(), {"x.syx": GOOD}, "files after %s" % (args,))


@test("a signal that is ignored does not interrupt")
def _(room):
    for number, name in ((signal.SIGINT, "INT"), (signal.SIGHUP, "HUP")):
        out = "%s.syx" % name
        run = room.run("join", "-o", out, "-", stdin="pipe",
                       shell="trap '' %s; exec \"$@\"" % name)
        run.write(GOOD)
        run.took()
        run.send_signal(number)
        run.write(OTHER)
        run.process.stdin.close()
        equal(run.end(), 0, "exit status")
        equal(room.read(out), GOOD + OTHER, "what it made")


@test("interrupted while a FIFO has no writer, by any command that reads files")
def _(room):
    room.write("x.syx", GOOD)
    os.mkfifo(room.path("fifo"))
    for number in (signal.SIGINT, signal.SIGTERM):
        for args in (("join", "-o", "y.syx", "x.syx", "fifo"),
                     ("convert", "fifo", "y.mid"), ("convert", "fifo", "y.hex"),
                     ("split", "-o", "out", "fifo"), ("show", "fifo"),
                     ("list", "fifo"), ("verify", "fifo"),
                     ("diff", "x.syx", "fifo"), ("send", "-p", "-", "fifo")):
            run = room.run(*args).sleeps()
            equal(run.stop(number), -number, "exit status of %s" % (args,))
            equal(sorted(n for n in os.listdir(room.dir)),
                  ["fifo", "x.syx"], "files after %s" % (args,))


@test("a FIFO is read to its end, however late its writer comes")
def _(room):
    room.write("x.syx", GOOD)
    os.mkfifo(room.path("fifo"))
    run = room.run("join", "-o", "y.syx", "fifo", "x.syx").sleeps()
    with open(room.path("fifo"), "wb") as file:
        run.sleeps()
        file.write(OTHER * 5000)
        file.flush()
        run.sleeps()
        file.write(GOOD)
    equal(run.end(), 0, "exit status")
    equal(room.read("y.syx"), OTHER * 5000 + GOOD * 2, "what it made")


@test("interrupted: join and convert say how far they came, and what is there")
def _(room):
    room.write("x.syx", GOOD * 3)
    for args, where, n in (
            (("join", "-o", "y.syx", "x.syx", "-"), "-", "3 messages"),
            (("join", "-o", "y.mid", "x.syx", "x.syx", "-"), "-",
             "6 messages"),
            (("convert", "-", "y.mid"), "-", "0 messages")):
        run = room.run(*args, stdin="pipe").sleeps()
        equal(run.stop(signal.SIGTERM), -signal.SIGTERM, "exit status")
        equal(run.err, "sxlib: %s: interrupted in '%s', after %s: nothing was "
              "written\n" % (args[0], where, n), "stderr of %s" % (args,))


if __name__ == "__main__":
    h.main()
