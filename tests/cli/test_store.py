#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""receive: names and kinds of files, crashes, full disks, stalled readers."""
import contextlib
import os
import re
import signal
import time

import harness as h
from harness import check, equal, match, one_of, test

MESSAGE = ("--split", "message")
GOOD = b"\xf0\x7d\x44\x45\x46\xf7"
OTHER = b"\xf0\x7d\x54\x55\xf7"
CUT = b"\xf0\x7d\x01\x02\x03"


def take(room, stream, *opts, out="out/"):
    """Receive from stdin; the names below the folder, in order."""
    run = h.receive_stdin(room, stream, *MESSAGE, *opts, out=out)
    return run, [os.path.relpath(os.path.join(room.dir, p), room.path(out))
                 for p in run.lines]


# --- names -----------------------------------------------------------------

@test("default names: time, maker, device, kind and slot")
def _(room):
    rng = room.random
    run, names = take(room, h.jomox(rng) + h.jomox(rng, kind=1) + b"".join(
        h.md_pattern(rng, n) for n in (0, 127)) + GOOD)
    equal(run.status, 0, "exit status")
    for name, want in zip(names, [
            "-jomox-alpha-base-pattern", "-jomox-alpha-base-preset",
            "-elektron-machinedrum-patternA01",
            "-elektron-machinedrum-patternH16", "[-a-z0-9]*"]):
        match("^" + h.NAME_TIME + want + r"\.syx$", name, "name", 0)


@test("a damaged dump's name ends in .damaged.syx, also with --format mid")
def _(room):
    run, names = take(room, CUT, "--format", "mid")
    equal(run.status, 5, "exit status")
    match("^" + h.NAME_TIME + r".*\.damaged\.syx$", names[0], "name", 0)
    equal(room.read("out/" + names[0]), CUT, "content")


@test("the folder: made if missing, default '.', with or without '/'")
def _(room):
    for opts, folder in [((), "."), (("-o", "deep/er/"), "deep/er"),
                         (("-o", "plain"), "plain"),
                         (("--out=a.b.c",), "a.b.c")]:
        run = room.sxlib("receive", "-p", "-", *opts, stdin=GOOD)
        equal(run.status, 0, "exit status with %s" % (opts,))
        equal(len(run.lines), 1, "lines")
        path = os.path.join(room.dir, run.lines[0])
        check(os.path.samefile(os.path.dirname(path), room.path(folder)),
              "%s is in %s" % (path, folder))
    os.mkdir(room.path("folder.syx"))
    run = room.sxlib("receive", "-p", "-", "-o", "folder.syx", stdin=GOOD)
    equal(run.status, 0, "a folder whose name ends in .syx")
    equal(list(room.files("folder.syx").values()), [GOOD], "its files")


@test("--name with a fixed text: nothing is overwritten")
def _(room):
    for n in range(2):
        run, names = take(room, GOOD + OTHER + GOOD, "--name", "take")
        want = ["take%s.syx" % ("-%d" % i if i > 1 else "")
                for i in range(3 * n + 1, 3 * n + 4)]
        equal(names, want, "names")
    equal(room.read("out/take-5.syx"), OTHER, "content")


@test("{n} goes on after the highest, with its width; --first")
def _(room):
    pattern = ("--name", "pattern{n:02}")
    equal(take(room, GOOD * 2, *pattern)[1],
          ["pattern01.syx", "pattern02.syx"], "first")
    equal(take(room, GOOD, *pattern)[1], ["pattern03.syx"], "second")
    room.write("out/pattern09.syx", GOOD)
    room.write("out/pattern20.txt.syx", GOOD)
    room.write("out/other30.syx", GOOD)
    room.write("out/pattern40x.syx", GOOD)
    equal(take(room, GOOD * 2, *pattern)[1],
          ["pattern10.syx", "pattern11.syx"], "after another program's")
    equal(take(room, GOOD, *pattern, "--first", "5")[1], ["pattern05.syx"],
          "--first")
    equal(take(room, GOOD, *pattern, "--first", "99")[1], ["pattern99.syx"],
          "--first 99")
    equal(take(room, GOOD, *pattern)[1], ["pattern100.syx"], "past its width")


@test("{n}: a damaged dump uses up no number")
def _(room):
    pattern = ("--name", "p{n}")
    run, names = take(room, GOOD + CUT + GOOD + CUT + GOOD, *pattern)
    equal([n for n in names if not n.endswith(".damaged.syx")],
          ["p1.syx", "p2.syx", "p3.syx"], "names")
    equal(len(names), 5, "files")
    run, names = take(room, CUT + GOOD, *pattern)
    equal(names[1], "p4.syx", "the next run")


@test("{n} is the number of one run over a name that has other fields")
def _(room):
    rng = room.random
    pattern = ("--name", "{maker}-{n:03}-{kind}")
    equal(take(room, h.jomox(rng) + h.jomox(rng, kind=1), *pattern)[1],
          ["jomox-001-pattern.syx", "jomox-002-preset.syx"], "first")
    equal(take(room, h.md_pattern(rng, 3), *pattern)[1],
          ["elektron-003-pattern.syx"], "second")


@test("every field of a template, and folders")
def _(room):
    kit = h.md_kit(room.random, 5, b"SNARE 1")
    run, names = take(room, kit, "--label", "gig", "--name",
                      "{maker}/{device}/{label}-{kind}-{name}-{n:02}")
    match(r"^elektron/machinedrum/gig-kit-SNARE.1-01\.syx$", names[0], "name")
    equal(room.read("out/" + names[0]), kit, "content")
    run, names = take(room, kit, "--name", "{time}")
    match("^" + h.NAME_TIME + r"\.syx$", names[0], "name", 0)
    run, names = take(room, h.md_pattern(room.random, 18), "--name", "{slot}")
    equal(names, ["B03.syx"], "name")


@test("text from an instrument never leaves the folder and is safe")
def _(room):
    for n, text in enumerate([b"../../up", b"/etc/passwd", b"a:b*c?d\"e<f>",
                              b"..", b".", b"-rf", b".hidden", b"\x1b[2J\x07x",
                              b"a\nb", b"CON", b"   ", b"a\\b|c", b"trail. ",
                              b"\x7f\x01\x02"]):
        out = "out%d/" % n
        kit = h.md_kit(room.random, 5, text)
        run, names = take(room, kit, "--name", "{name}", out=out)
        equal(run.status, 0, "exit status for %r" % text)
        match(r"^[A-Za-z0-9_][A-Za-z0-9._-]*\.syx$", names[0],
              "name for %r" % text)
        check(not re.match(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)\.", names[0]),
              "%s cannot be made on FAT" % names[0])
        equal(room.files(out), {names[0]: kit}, "files")
    equal(sorted(n for n in os.listdir(room.dir)
                 if not n.startswith(("out", "."))), [], "beside the folders")


@test("a template that does not parse is exit 2")
def _(room):
    for bad in ("{nonsense}", "{n:x}", "{n", "{", "{n:}"):
        run = room.sxlib("receive", "-p", "-", "--name", bad, "-o", "out/",
                         stdin=GOOD)
        equal(run.status, 2, "exit status for %s" % bad)
        check(not os.path.exists(room.path("out")), "the folder is not made")


# --- one file --------------------------------------------------------------

@test("--out FILE.syx: all dumps in one file")
def _(room):
    messages = [h.any_sysex(room.random) for _ in range(20)]
    run = h.receive_stdin(room, b"".join(messages), *MESSAGE, "--json",
                          out="all.syx")
    equal(run.status, 0, "exit status")
    equal(room.read("all.syx"), b"".join(messages), "all.syx")
    at = 0
    for obj, message in zip(run.json, messages):
        h.facts(obj)
        equal((obj["offset"], obj["bytes"]), (at, len(message)), "place")
        at += len(message)
    equal(len(run.json), 20, "lines")
    equal(os.listdir(room.dir), ["all.syx"], "no part is left")


@test("--out FILE.syx: on stdout its path, and nothing else")
def _(room):
    os.mkdir(room.path("sub"))
    run = h.receive_stdin(room, GOOD * 3, *MESSAGE, out="sub/all.syx")
    equal(set(run.lines), {"sub/all.syx"}, "stdout")
    equal(room.read("sub/all.syx"), GOOD * 3, "content")


@test("--out FILE.syx: damaged dumps are kept apart")
def _(room):
    run = h.receive_stdin(room, GOOD + CUT + OTHER, *MESSAGE, out="all.syx")
    equal(run.status, 5, "exit status")
    equal(room.read("all.syx"), GOOD + OTHER, "all.syx")
    equal([d for n, d in room.files().items() if n.endswith(".damaged.syx")],
          [CUT], "damaged")


@test("--out FILE: nothing received makes no file")
def _(room):
    for name in ("all.syx", "all.mid"):
        run = h.receive_stdin(room, b"", out=name)
        equal((run.status, run.out), (3, b""), "exit status and stdout")
        equal(os.listdir(room.dir), [], "files")


@test("--out -: raw SysEx on stdout")
def _(room):
    messages = [h.any_sysex(room.random) for _ in range(20)]
    stream = b"".join(h.with_realtime(room.random, m, 9) for m in messages)
    run = h.receive_stdin(room, stream, out="-")
    equal(run.status, 0, "exit status")
    equal(run.out, b"".join(messages), "stdout")
    equal(os.listdir(room.dir), [], "files")


@test("--out - damaged: nothing is lost, exit 5")
def _(room):
    run = h.receive_stdin(room, GOOD + CUT + OTHER, *MESSAGE, out="-")
    equal(run.status, 5, "exit status")
    # Whether the cut message goes to stdout or into a file: it is kept.
    kept = run.out + b"".join(room.files().values())
    check(GOOD in kept and OTHER in kept and CUT in kept, "all is kept")


def tracks_of(data, want):
    """The SysEx of each track that has any is one of want, in order."""
    division, tracks = h.read_smf(data)
    tracks = [t for t in tracks if t.sysex]
    equal([b"".join(m for _, m in t.sysex) for t in tracks], want, "tracks")
    return division, tracks


@test("--out FILE.mid: a track for each dump")
def _(room):
    messages = [h.any_sysex(room.random, 9000) for _ in range(50)]
    run = h.receive_stdin(room, b"".join(messages), *MESSAGE, out="all.mid")
    equal(run.status, 0, "exit status")
    equal(run.lines, ["all.mid"], "stdout")
    tracks_of(room.read("all.mid"), messages)
    equal(os.listdir(room.dir), ["all.mid"], "no part is left")


@test("--out FILE.mid: times from the first dump, gaps kept, names")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "--split", "gap", "--gap",
                   "1500", "-o", "all.mid").listening()
    start = []
    for pause in (0, 0.3, 2.5, 0.3):
        time.sleep(pause)
        start.append(time.monotonic())
        line.feed(GOOD)
        line.taken()
    equal(run.stop(), 0, "exit status")
    division, tracks = tracks_of(room.read("all.mid"), [GOOD * 2, GOOD * 2])
    equal(division, 500, "ticks a quarter")
    got = [tick for t in tracks for tick, _ in t.sysex]
    equal(got[0], 0, "the first")
    for i in range(1, 4):
        want = (start[i] - start[0]) * 1000
        check(want - 250 < got[i] < want + 250,
              "message %d at %d ms, sent at %d" % (i, got[i], want))
    for track in tracks:
        match(h.NAME_TIME, (track.name or b"").decode(), "track name")


@test("--out FILE.mid: more than 1,000 dumps make more files")
def _(room):
    messages = [h.sysex(room.random, 8) for _ in range(1003)]
    run = h.receive_stdin(room, b"".join(messages), *MESSAGE, out="all.mid")
    equal(run.status, 0, "exit status")
    equal(len(run.lines), 2, "files")
    got = [[b"".join(m for _, m in t.sysex)
            for t in h.read_smf(h.content(p, room))[1] if t.sysex]
           for p in run.lines]
    equal([len(g) for g in got], [1000, 3], "tracks")
    equal(got[0] + got[1], messages, "messages")


@test("--out FILE.mid: damaged dumps are kept apart, as .syx")
def _(room):
    run = h.receive_stdin(room, GOOD + CUT + OTHER, *MESSAGE, out="all.mid")
    equal(run.status, 5, "exit status")
    tracks_of(room.read("all.mid"), [GOOD, OTHER])
    equal([d for n, d in room.files().items() if n.endswith(".damaged.syx")],
          [CUT], "damaged")


@test("--format mid: one .mid for each dump")
def _(room):
    messages = [h.any_sysex(room.random) for _ in range(9)]
    run, names = take(room, b"".join(messages), "--format", "mid")
    equal(run.status, 0, "exit status")
    for name, message in zip(names, messages):
        match(r"\.mid$", name, "suffix")
        tracks_of(room.read("out/" + name), [message])
    equal(len(names), 9, "files")


def marked(room, folder):
    """How long the parts are whose names say that they are damaged."""
    return [os.path.getsize(room.path(folder, n))
            for n in os.listdir(room.path(folder))
            if n.endswith(".damaged.part")]


@test("kill -9 in a group with a hole: rescued as damaged, however whole")
def _(room):
    for stream in (b"\xf0\x7d\x01\xf4\x02\xf7",  # F4 cuts, but is not kept
                   GOOD + b"\xf0\x7d\x01\xf4\x02\xf7" + GOOD):
        line = room.pty()
        run = room.run("receive", "-p", line.port, "-o", "out/", "--split",
                       "gap", "--gap", "60000").listening()
        line.feed(stream)
        stored = stream.replace(b"\xf4", b"")
        check(run.until(lambda: marked(room, "out") == [len(stored)]),
              "a part whose name tells: %s" % os.listdir(room.path("out")))
        run.kill()
        run = h.receive_stdin(room, OTHER, out="out/")
        match("recovered from an earlier run: .*damaged.syx.*DAMAGED", run.err,
              "said")
        equal(sorted(room.files("out").values()), sorted([stored, OTHER]),
              "what is there")
        equal([d for n, d in room.files("out").items() if ".damaged.syx" in n],
              [stored], "what is damaged")
        for name in room.files("out"):
            os.unlink(room.path("out/" + name))


# --- refusals --------------------------------------------------------------

@test("a FILE that exists is refused before anything starts")
def _(room):
    for name in ("have.syx", "have.mid"):
        room.write(name, b"mine")
        line = room.pty()
        for port in (line.port, "tty:/no/such/port", "hw:77"):
            run = room.sxlib("receive", "-p", port, "-n", "1", "-o", name)
            equal(run.status, 1, "exit status")
            match("have", run.err, "stderr")
            check("listening" not in run.err, "no port is opened")
            equal(room.read(name), b"mine", "content")
            equal(run.out, b"", "stdout")


@test("a missing port touches no file")
def _(room):
    for port in ("tty:/no/such/port", "hw:77", "sim:nonsense",
                 "no such instrument", "tty:/dev/null"):
        for out in ("new/", "new.syx", "new.mid", "deep/er"):
            run = room.sxlib("receive", "-p", port, "-o", out, "-n", "1")
            equal(run.status, 4, "exit status for %s" % port)
            equal(os.listdir(room.dir), [], "files")


@test("a FILE in a folder that is missing: exit 1, no folder is made")
def _(room):
    # Only a folder that was named as one is made.
    run = h.receive_stdin(room, GOOD, out="sub/all.syx")
    equal(run.status, 1, "exit status")
    equal(os.listdir(room.dir), [], "files")


@test("a folder that cannot be made or written: exit 1")
def _(room):
    room.write("plain", b"x")
    for out in ("plain/", "plain/sub/", "/proc/nowhere/"):
        run = h.receive_stdin(room, GOOD, out=out)
        equal(run.status, 1, "exit status for %s" % out)
        match("sxlib: receive: ", run.err, "stderr")
    equal(room.read("plain"), b"x", "content")


@test("a dangling link is not followed or replaced")
def _(room):
    os.symlink("/no/such/file", room.path("all.syx"))
    run = h.receive_stdin(room, GOOD, out="all.syx")
    equal(run.status, 1, "exit status")
    equal(os.readlink(room.path("all.syx")), "/no/such/file", "link")


# --- crashes ---------------------------------------------------------------

def rescue(room, out="out/"):
    """Start once more in the same folder; what it took in."""
    return room.sxlib("receive", "-p", "-", "-o", out, stdin=b"")


def stored(room, out="out/"):
    """All bytes in the folder, in the order of their times."""
    files = room.files(out)
    equal([n for n in files if n.endswith(".part")], [], "parts that are left")
    return files


@test("the part: raw SysEx in the folder, locked, while a dump comes in")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/", "--format",
                   "mid").listening()
    line.feed(CUT)
    h.part_has(room, len(CUT), "out")
    parts = [n for n, d in room.files("out").items() if d == CUT]
    equal(len(parts), 1, "parts that hold what came")
    match("^%s-%d.*\\.part$" % (h.NAME_TIME, run.process.pid), parts[0],
          "its name", 0)
    line.feed(b"\xf7")
    run.has_lines(1) or line.taken()
    equal(run.stop(), 0, "exit status")
    equal([n[-4:] for n in room.files("out")], [".mid"], "files")


@test("kill -9 in a message: the next start takes it in as damaged")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/",
                   *MESSAGE).listening()
    cut = h.sysex(room.random, 5000)[:-1]
    line.feed(GOOD + cut)
    run.has_lines(1)
    h.part_has(room, len(cut), "out")
    run.stop(signal.SIGKILL)
    later = rescue(room)
    files = stored(room)
    equal(sorted(files.values()), sorted([GOOD, cut]), "contents")
    equal([d for n, d in files.items() if n.endswith(".damaged.syx")], [cut],
          "damaged")
    # On stderr at least: on stdout a script may count dumps of its own run.
    name = next(n for n, d in files.items() if d == cut)
    check(name in later.err, "what was taken in is said")


@test("kill -9 in a group: its whole messages get proper names")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/", "--split",
                   "gap", "--gap", "9000").listening()
    kit = h.md_kit(room.random, 1, b"A")
    line.feed(kit + GOOD + CUT)
    h.part_has(room, len(kit + GOOD + CUT), "out")
    run.stop(signal.SIGKILL)
    rescue(room)
    files = stored(room)
    equal(b"".join(files[n] for n in sorted(files)).count(kit), 1, "the kit")
    whole = b"".join(d for n, d in sorted(files.items())
                     if not n.endswith(".damaged.syx"))
    check(kit in whole and GOOD in whole, "whole ones have proper names")
    equal(b"".join(d for n, d in files.items()
                   if n.endswith(".damaged.syx")), CUT, "the rest")


@test("kill -9 while writing FILE.syx and FILE.mid: nothing is lost")
def _(room):
    for name in ("all.syx", "all.mid"):
        line = room.pty()
        out = name[-3:] + "/" + name
        os.mkdir(room.path(name[-3:]))
        run = room.run("receive", "-p", line.port, "-o", out,
                       *MESSAGE).listening()
        line.feed(GOOD + OTHER)
        line.taken()
        run.sleeps()
        run.stop(signal.SIGKILL)
        check(not os.path.exists(room.path(out)), "no %s yet" % name)
        rescue(room, name[-3:] + "/")
        files = stored(room, name[-3:])
        check(not any(n.endswith(".damaged.syx") for n in files), "whole")
        everything = b"".join(d for _, d in sorted(files.items()))
        check(GOOD in everything and OTHER in everything, "contents")


for name, size in (("small messages", 60), ("large messages", 9000)):
    # A power cut, which the page cache does not outlive: test_blocked.py.
    @test("kill -9 at random times, %s: what came before is there" % name)
    def _(room, size=size):
        for turn in range(3):
            out = "out%d/" % turn
            line = room.pty()
            pulse = room.pulse()
            run = room.run("receive", "-p", line.port, "-o", out,
                           *MESSAGE).listening()
            end = time.monotonic() + room.random.uniform(2.2, 3.5)
            sent = []  # (time, bytes so far)
            stream = bytearray()
            while time.monotonic() < end:
                piece = h.sysex(room.random, size)
                for i in range(0, size, 300):
                    line.feed(piece[i:i + 300])
                    stream += piece[i:i + 300]
                    sent.append((time.monotonic(), len(stream)))
                    time.sleep(0.01)
            killed = time.monotonic()
            run.stop(signal.SIGKILL)
            rescue(room, out)
            files = stored(room, out)
            got = b"".join(d for _, d in sorted(
                files.items(), key=lambda i: bytes(stream).find(i[1])))
            check(bytes(stream).startswith(got),
                  "turn %d: what is stored is a beginning of what was sent: "
                  "%d of %d bytes" % (turn, len(got), len(stream)))
            before = killed - 2 - pulse.taken(killed - 6)
            due = max([n for t, n in sent if t < before] or [0])
            check(len(got) >= due, "turn %d: %d bytes stored, %d were due"
                  % (turn, len(got), due))
            for file, data in files.items():
                whole = h.frame(data)[-1][1] is None
                equal(whole, not file.endswith(".damaged.syx"),
                      "%s is marked" % file)


@test("a second receive leaves the first one's part alone")
def _(room):
    first, second = room.pty(), room.pty()
    a, b = h.sysex(room.random, 3000), h.sysex(room.random, 3000)
    one = room.run("receive", "-p", first.port, "-o", "out/", "-n",
                   "1").listening()
    first.feed(a[:1500])
    h.part_has(room, 1500, "out")
    two = room.run("receive", "-p", second.port, "-o", "out/", "-n",
                   "1").listening()
    second.feed(b[:1500])
    second.taken()
    first.feed(a[1500:])
    second.feed(b[1500:])
    equal((one.end(), two.end()), (0, 0), "exit statuses")
    equal([h.content(r.lines[0], room) for r in (one, two)], [a, b],
          "contents")
    equal(len(room.files("out")), 2, "files")


@test("two receives into one folder at once, with the same names")
def _(room):
    streams = [[h.any_sysex(room.random, 300) for _ in range(60)]
               for _ in range(2)]
    runs = [room.run("receive", "-p", "-", "-o", "out/", "--name", "x{n}",
                     *MESSAGE, stdin=b"".join(s)) for s in streams]
    for run, stream in zip(runs, streams):
        equal(run.end(), 0, "exit status")
        h.compare(room, run, [(m, None) for m in stream])
    equal(len(room.files("out")), 120, "files")


@test("two receives into one folder at once: no number is given twice")
def _(room):
    streams = [[h.any_sysex(room.random, 300) for _ in range(60)]
               for _ in range(2)]
    runs = [room.run("receive", "-p", "-", "-o", "out/", "--name",
                     "{n:03}-{maker}", *MESSAGE, stdin=b"".join(s))
            for s in streams]
    for run, stream in zip(runs, streams):
        equal(run.end(), 0, "exit status")
        h.compare(room, run, [(m, None) for m in stream])
    equal(sorted(int(name[:3]) for name in room.files("out")),
          list(range(1, 121)), "numbers")


@test("{n} goes on behind what another run has saved meanwhile")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/", "--name",
                   "{n}-{maker}", *MESSAGE).listening()
    for n, number in enumerate((1, 3, 5)):
        line.feed(GOOD)
        check(run.has_lines(n + 1), "no file: " + run.err)
        match(r"^out/%d-" % number, run.lines[n], "its own number")
        _, names = take(room, GOOD, "--name", "{n}-{maker}-b")
        equal(names, ["%d-non-commercial-b.syx" % (n + 1)], "another template's")
        _, names = take(room, OTHER, "--name", "{n}-{maker}")
        match(r"^%d-" % (number + 1), names[0], "the other's number")
    equal(run.stop(), 0, "exit status")


# --- streams and disks -----------------------------------------------------

@test("a stalled reader of stdout: nothing is lost")
def _(room):
    folder = "a-folder-with-a-long-name-so-that-the-pipe-is-soon-full" * 3
    messages = [h.sysex(room.random, 40) for _ in range(700)]
    reader, writer = os.pipe()
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", folder + "/", "--json",
                   *MESSAGE, stdout=writer).listening()
    os.close(writer)
    line.feed(b"".join(messages))
    line.taken()
    run.sleeps()
    found = bytearray()
    while found.count(b"\n") < 700:
        data = os.read(reader, 65536)
        check(data, "stdout ended")
        found += data
    equal(run.stop(), 0, "exit status")
    os.close(reader)
    equal(sorted(room.files(folder).values()), sorted(messages), "contents")


@test("stdout or stderr gone on the way: all is stored, exit 1")
def _(room):
    for gone in ("stdout", "stderr"):
        reader, writer = os.pipe()
        os.close(reader)
        run = room.sxlib("receive", "-p", "-", "-o", gone + "/", *MESSAGE,
                         stdin=GOOD * 5, **{gone: writer})
        os.close(writer)
        equal(run.status, 1, "exit status, %s gone" % gone)
        equal(list(room.files(gone).values()), [GOOD] * 5, "contents")


@test("stdout gone and a damaged dump: 1 comes before 5")
def _(room):
    reader, writer = os.pipe()
    os.close(reader)
    run = room.sxlib("receive", "-p", "-", "-o", "out/", *MESSAGE,
                     stdin=GOOD + CUT, stdout=writer)
    os.close(writer)
    equal(run.status, 1, "exit status")
    equal(sorted(room.files("out").values()), sorted([GOOD, CUT]), "contents")


@test("stdout on a full device: all is stored, exit 1")
def _(room):
    with open("/dev/full", "wb") as full:
        run = room.sxlib("receive", "-p", "-", "-o", "out/", *MESSAGE,
                         stdin=GOOD * 5, stdout=full)
    equal(run.status, 1, "exit status")
    equal(list(room.files("out").values()), [GOOD] * 5, "contents")


@test("streams that are closed from the start never end up in a file")
def _(room):
    for close, allowed in ((">&-", (0, 1)), ("2>&-", (0, 1)),
                           (">&- 2>&-", (0, 1)), ("<&-", (0,))):
        line = room.pty()
        out = "out%d/" % len(room.runs)
        run = room.run("receive", "-p", line.port, "-o", out, "-n", "5", "-t",
                       "20", *MESSAGE, shell='exec "$@" ' + close)
        if "2>" in close:
            run.sleeps()
        else:
            run.listening()
        line.feed(GOOD * 5)
        one_of(run.end(), allowed, "exit status with " + close)
        equal(list(room.files(out).values()), [GOOD] * 5, "with " + close)


# A limit on the size of files stands for a full disk: write() fails half-way.
FULL = 'ulimit -f %d; exec "$@"'


@test("a full disk: exit 1, it is said, what was stored before is whole")
def _(room):
    small = [h.any_sysex(room.random, 900) for _ in range(5)]
    large = h.sysex(room.random, 400000)
    for out in ("out/", "all.syx", "all.mid"):
        run = room.sxlib("receive", "-p", "-", "-o", out, *MESSAGE,
                         stdin=b"".join(small) + large,
                         shell=FULL % (100 * 1024 // 512))
        equal(run.status, 1, "exit status for %s" % out)
        match("too large|no space|full", run.err, "stderr")
    got = [h.content(p, room) for p in room.runs[0].lines]
    for message in small:
        check(message in got, "a dump from before is there")
    for name, data in room.files("out").items():
        if name.endswith(".syx") and not name.endswith(".damaged.syx"):
            check(data in small, "%s is no whole dump" % name)


@test("a read-only folder: exit 1 before listening")
def _(room):
    os.mkdir(room.path("out"), 0o555)
    # root may write everywhere, unless it is told that it may not.
    run = room.sxlib("receive", "-p", room.pty().port, "-o", "out/", "-n",
                     "1", shell=None if os.geteuid() else
                     'exec setpriv --bounding-set=-dac_override "$@"')
    equal(run.status, 1, "exit status")
    check("listening" not in run.err, "before listening")


@test("a pipeline over two programs: receive --out - to receive -p -")
def _(room):
    messages = [h.any_sysex(room.random) for _ in range(30)]
    reader, writer = os.pipe()
    one = room.run("receive", "-p", "-", "-o", "-", stdin=b"".join(messages),
                   stdout=writer)
    two = room.run("receive", "-p", "-", "-o", "out/", *MESSAGE,
                   stdin=reader)
    os.close(writer)
    os.close(reader)
    equal((one.end(), two.end()), (0, 0), "exit statuses")
    h.compare(room, two, [(m, None) for m in messages])


@test("{n}: a number that is too large for one is none of ours")
def _(room):
    most = 2 ** 63 - 1
    for name, want in (("p%d" % most, "p1"), ("p%d" % (most - 1), "p1"),
                       ("p" + "9" * 40, "p1"),
                       ("p%d" % (most // 10), "p%d" % (most // 10 + 1))):
        out = "out%d/" % len(room.runs)
        room.write(out + name + ".syx", b"")
        run = h.receive_stdin(room, GOOD + GOOD, "--name", "p{n}", *MESSAGE,
                              out=out)
        equal(run.status, 0, "exit status beside " + name)
        n = int(want[1:])
        equal(run.lines, [out + "p%d.syx" % k for k in (n, n + 1)],
              "beside " + name)
    for first, status in ((most // 10, 0), (most // 10 + 1, 2), (most, 2)):
        run = h.receive_stdin(room, GOOD, "--name", "p{n}", "--first",
                              str(first), out="first%d/" % first)
        equal(run.status, status, "exit status of --first %d" % first)


@test("a folder in a name that is a link: there, or on another disk beside it")
def _(room):
    os.makedirs(room.path("real"))
    os.makedirs(room.path("out"))
    os.symlink(room.path("real"), room.path("out", "near"))
    run = h.receive_stdin(room, GOOD, "--name", "near/x{n}")
    equal((run.status, run.lines), (0, ["out/near/x1.syx"]), "on the same disk")
    equal(room.read("real/x1.syx"), GOOD, "content")
    with h.small_disk(room.path("disk"), 1 << 20):
        os.symlink(room.path("disk"), room.path("out", "far"))
        for n in (1, 2):
            run = h.receive_stdin(room, GOOD, "--name", "far/y", )
            equal((run.status, run.lines),
                  (0, ["out/y.syx" if n == 1 else "out/y-2.syx"]),
                  "on another disk")
            match("another disk", run.err, "what is reported")
        # So is what a crash has left.
        room.write("out/20261122T051530.123Z-7.part", OTHER + GOOD)
        run = h.receive_stdin(room, b"", "--name", "far/y")
        equal(run.status, 3, "exit status")
    stored(room)


@test("what cannot be rescued: reported, exit 1, and it stays")
def _(room):
    part = "20261122T051530.123Z-7.part"
    for command in ("receive", "watch"):
        out = room.path(command)
        with h.small_disk(out, 64 << 10):
            # The rest of one needs room for a file of its own.
            room.write(command + "/" + part, GOOD * 300 + CUT)
            with contextlib.suppress(OSError), \
                    open(os.path.join(out, "full"), "wb", 0) as file:
                while file.write(bytes(4096)):
                    pass
            run = room.sxlib(command, "-p", "-", "-o", out, *MESSAGE,
                             stdin=b"")
            equal(run.status, 1, "exit status of " + command)
            match("No space left", run.err, "why")
            equal(room.read(command + "/" + part), GOOD * 300 + CUT,
                  "the part")


if __name__ == "__main__":
    h.main()
