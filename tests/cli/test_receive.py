#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""receive: what comes in, byte for byte, over ttys, pipes and simulators."""
import os
import re
import shutil
import signal
import time

import harness as h
from harness import check, equal, match, one_of, test

MESSAGE = ("--split", "message")
SLOW = 240  # seconds: 5,000 dumps, and a disk that others use as well


def whole(*messages):
    return [(m, None) for m in messages]


@test("tty: messages of many sizes")
def _(room):
    sizes = [3, 4, 5, 16, 127, 128, 129, 1023, 4095, 4096, 4097, 65536, 70001]
    messages = [h.sysex(room.random, n) for n in sizes]
    messages += [h.any_sysex(room.random) for _ in range(40)]
    run = h.receive(room, b"".join(messages), whole(*messages), *MESSAGE)
    equal(run.status, 0, "exit status")


@test("stdin: messages of many sizes, end of input is the normal end")
def _(room):
    messages = [h.any_sysex(room.random, 20000) for _ in range(60)]
    run = h.receive_stdin(room, b"".join(messages), *MESSAGE)
    h.compare(room, run, whole(*messages))
    equal(run.status, 0, "exit status")


@test("stdin a byte at a time")
def _(room):
    messages = [h.any_sysex(room.random, 200) for _ in range(6)]
    run = room.run("receive", "-p", "-", "-o", "out/", *MESSAGE, stdin="pipe")
    for byte in b"".join(messages):
        run.write(bytes([byte]))
    run.process.stdin.close()
    equal(run.end(), 0, "exit status")
    h.compare(room, run, whole(*messages))


@test("tty: realtime bytes between any two bytes")
def _(room):
    messages = [h.any_sysex(room.random, 2000) for _ in range(20)]
    stream = b"".join(h.with_realtime(room.random, m, n % 5 + 1 if n % 5
                                      else 2)
                      for n, m in enumerate(messages))
    run = h.receive(room, stream, whole(*messages), *MESSAGE)
    equal(run.status, 0, "exit status")


@test("tty: a mess of cut messages, missed beginnings and other MIDI")
def _(room):
    stream = h.mess(room.random, 150)
    run = h.receive(room, stream, h.frame(stream), *MESSAGE)
    equal(run.status, 5, "exit status")


@test("stdin: ten messes")
def _(room):
    for n in range(10):
        stream = h.mess(room.random, 40, missed=n % 2 == 0)
        run = h.receive_stdin(room, stream, *MESSAGE, out="out%d/" % n)
        h.compare(room, run, h.frame(stream))
        equal(run.status, 5, "exit status")


CUT = b"\xf0\x7d\x01\x02\x03"
GOOD = b"\xf0\x7d\x44\x45\x46\xf7"
for stream, damage, name in [
        (CUT + b"\x90\x40\x40" + GOOD, "status byte 90", "a note"),
        (CUT + b"\xf6" + GOOD, "status byte F6", "a tune request"),
        (CUT + b"\xf2\x01\x02" + GOOD, "status byte F2", "song position"),
        (CUT + GOOD, "new F0", "a new F0"),
        (GOOD + CUT, "end of input", "the end of input"),
        (b"\x01\x02\x03\xf7" + GOOD, "no F0", "a missed beginning"),
        (GOOD + b"\x01\x02\xf7" + GOOD, "no F0", "data after F7"),
        (b"\x01\x02\x03" + GOOD, "no F0", "a missed beginning and end")]:
    @test("damaged by %s: kept, marked and said" % name)
    def _(room, stream=stream, damage=damage):
        want = h.frame(stream)
        run = h.receive_stdin(room, stream, *MESSAGE, "--json")
        equal(run.status, 5, "exit status")
        objects = run.json
        for obj in objects:
            h.facts(obj)
        equal([o["damaged"] for o in objects], [d for _, d in want], "damaged")
        equal([h.content(o["file"], room) for o in objects],
              [m for m, _ in want], "contents")
        equal([o["file"].endswith(".damaged.syx") for o in objects],
              [bool(d) for _, d in want], "suffixes")
        check(damage in [d for _, d in want], "this test is wrong")
        # Said to a person, too, in some words.
        match("damaged|cut|incomplete|begin|broken|missing|missed|status|F0|"
              "end of input", run.err, "stderr")


@test("a lone F7 is ignored")
def _(room):
    run = h.receive_stdin(room, b"\xf7" + GOOD + b"\xf7\xf7" + GOOD, *MESSAGE)
    h.compare(room, run, whole(GOOD, GOOD))
    equal(run.status, 0, "exit status")


@test("F0 F7 is kept: no ID, but not a byte is lost")
def _(room):
    run = h.receive_stdin(room, GOOD + b"\xf0\xf7" + GOOD, *MESSAGE)
    h.compare(room, run, whole(GOOD, b"\xf0\xf7", GOOD))


@test("notes, running status and clock alone make no file")
def _(room):
    run = h.receive_stdin(
        room, b"\x90\x40\x40\x41\x41\x42\x42\xf8\xc0\x01\x02\x03\xe0\x01\x02")
    equal(run.status, 3, "exit status")
    equal(run.out, b"", "stdout")
    equal(room.files("out"), {}, "files")


@test("a 5 MB message at full speed through a tty")
def _(room):
    message = h.sysex(room.random, 5 << 20)
    run = h.receive(room, message, whole(message), "-n", "1", number=None)
    equal(run.status, 0, "exit status")


@test("a 5 MB message with realtime bytes through a pipe")
def _(room):
    message = h.sysex(room.random, 5 << 20)
    stream = message[:1 << 20] + b"".join(
        b"\xf8" + message[i:i + 999] for i in range(1 << 20, len(message),
                                                    999))
    run = h.receive_stdin(room, stream)
    h.compare(room, run, whole(message))
    equal(run.status, 0, "exit status")


@test("5,000 messages in one burst", alone=True)
def _(room):
    messages = [h.sysex(room.random, 20 + n % 50) for n in range(5000)]
    run = h.receive(room, b"".join(messages), whole(*messages), *MESSAGE,
                    limit=SLOW)
    equal(run.status, 0, "exit status")


@test("5,000 messages in one burst to one file")
def _(room):
    stream = b"".join(h.sysex(room.random, 20 + n % 50) for n in range(5000))
    run = h.receive_stdin(room, stream, *MESSAGE, out="all.syx", limit=SLOW)
    equal(run.status, 0, "exit status")
    equal(room.read("all.syx"), stream, "all.syx")


@test("clock and active sensing only: exit 3 and the hint")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-t", "1", "-o", "out/")
    run.listening()
    start = time.monotonic()
    while run.process.poll() is None and time.monotonic() - start < 20:
        line.feed(b"\xf8\xfe")
        time.sleep(0.02)
    check(run.process.poll() is not None, "a clock keeps it from ending")
    equal(run.end(), 3, "exit status")
    match("clock.*no SysEx", run.err, "stderr")
    equal(run.out, b"", "stdout")


@test("nothing at all: exit 3 and the other hint")
def _(room):
    line = room.pty()
    run = room.sxlib("receive", "-p", line.port, "-t", "1", "-o", "out/")
    equal(run.status, 3, "exit status")
    match("nothing received", run.err, "stderr")
    check(run.seconds > 0.95, "it waited for the time-out")


@test("notes only: exit 3, and not the hint that nothing came")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-t", "1").listening()
    line.feed(b"\x90\x40\x40")
    equal(run.end(), 3, "exit status")
    check("nothing received" not in run.err, "bytes did come")


@test("--count ends it; bytes beyond it are counted")
def _(room):
    messages = [h.sysex(room.random, 50) for _ in range(3)]
    run = h.receive_stdin(room, b"".join(messages) + GOOD * 3, "-n", "3",
                          *MESSAGE)
    equal(run.status, 0, "exit status")
    h.compare(room, run, whole(*messages))
    match(r"\b18\b", run.err, "bytes beyond the count, on stderr")


@test("--count: fewer is exit 3, what came is kept")
def _(room):
    run = h.receive_stdin(room, GOOD * 2, "-n", "3", *MESSAGE)
    equal(run.status, 3, "exit status")
    h.compare(room, run, whole(GOOD, GOOD))


@test("--count counts only whole dumps")
def _(room):
    run = h.receive_stdin(room, CUT + GOOD + CUT + GOOD + GOOD, "-n", "2",
                          *MESSAGE)
    equal(run.status, 5, "exit status")
    h.compare(room, run, [(CUT, "x"), (GOOD, None), (CUT, "x"),
                          (GOOD, None)])


@test("damaged and fewer than --count: 5 comes before 3")
def _(room):
    run = h.receive_stdin(room, GOOD + CUT, "-n", "3", *MESSAGE)
    equal(run.status, 5, "exit status")
    h.compare(room, run, [(GOOD, None), (CUT, "end of input")])


@test("only damaged dumps: exit 5")
def _(room):
    run = h.receive_stdin(room, CUT)
    equal(run.status, 5, "exit status")
    h.compare(room, run, [(CUT, "end of input")])


@test("--timeout takes fractions and starts again with each SysEx byte")
def _(room):
    line = room.pty()
    message = h.sysex(room.random, 40)
    run = room.run("receive", "-p", line.port, "-t", "1.5", "-o", "out/",
                   *MESSAGE).listening()
    for i in range(0, len(message), 10):
        sent = time.monotonic()
        line.feed(message[i:i + 10])
        time.sleep(0.7)
    equal(run.end(), 0, "exit status")
    check(time.monotonic() - sent >= 1.5, "the time-out counts from the last "
          "byte")
    h.compare(room, run, whole(message))


@test("a time-out in the middle of a message: damaged, exit 5")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-t", "1", "-o", "out/",
                   "--json").listening()
    line.feed(GOOD[:-2])
    equal(run.end(), 5, "exit status")
    equal([o["damaged"] for o in run.json], ["timeout"], "damaged")
    equal(h.content(run.json[0]["file"], room), GOOD[:-2], "content")


def groups(room, line, run, bursts, pause):
    """Feed bursts of messages with a pause between them."""
    for n, burst in enumerate(bursts):
        if n:
            time.sleep(pause)
        line.feed(b"".join(burst))
        line.taken()


@test("--split gap: bursts are dumps, whatever is in them")
def _(room):
    line = room.pty()
    bursts = [[h.any_sysex(room.random, 500) for _ in range(5)],
              [h.jomox(room.random), h.jomox(room.random)],
              [h.md_kit(room.random, 1, b"A"), h.sysex(room.random, 10)]]
    run = room.run("receive", "-p", line.port, "--split", "gap", "--gap",
                   "300", "-o", "out/", "--json").listening()
    groups(room, line, run, bursts, 0.8)
    run.has_lines(3)
    equal(run.stop(), 0, "exit status")
    equal([o["messages"] for o in run.json], [5, 2, 2], "messages")
    equal([h.content(o["file"], room) for o in run.json],
          [b"".join(b) for b in bursts], "contents")


@test("what is said of a group whose messages are of several makers")
def _(room):
    for data, want in ((GOOD * 2, "^Non-commercial, 2 messages"),
                       (GOOD + b"\xf0\x42\x01\xf7", "^no maker in common, 2"),
                       (b"\x01\x02\xf7", "^maker ID missing, 3 bytes")):
        run = h.receive_stdin(room, data, "--split", "gap")
        match(want, run.err, "stderr", re.M)


@test("--split auto: Elektron and Jomox by message, unknown ones by gap")
def _(room):
    line = room.pty()
    rng = room.random
    singles = [h.md_pattern(rng, n) for n in range(3)]
    singles += [h.jomox(rng) for _ in range(3)]
    bank = [b"\xf0\x40\x00" + h.data7(rng, 60) + b"\xf7" for _ in range(8)]
    run = room.run("receive", "-p", line.port, "--gap", "400", "-o",
                   "out/").listening()
    line.feed(b"".join(singles))
    run.has_lines(6)
    line.feed(b"".join(bank))
    run.has_lines(7)
    equal(run.stop(), 0, "exit status")
    h.compare(room, run, whole(*singles, b"".join(bank)))


for how in ("a time-out", "a signal", "the end of input"):
    @test("an open group ends, whole, at " + how)
    def _(room, how=how):
        line = room.pty()
        pipe = how == "the end of input"
        more = ("-t", "1.2") if how == "a time-out" else ()
        run = room.run("receive", "-p", "-" if pipe else line.port,
                       "--split", "gap", "-o", "out/", *more,
                       stdin="pipe" if pipe else None).listening()
        if pipe:
            run.write(GOOD * 3)
            run.process.stdin.close()
        else:
            line.feed(GOOD * 3)
            line.taken()
            if how == "a signal":
                run.send_signal(signal.SIGTERM)
        equal(run.end(), 0, "exit status")
        h.compare(room, run, whole(GOOD * 3))


@test("a group that holds a damaged message is damaged as a whole")
def _(room):
    stream = GOOD + CUT + b"\x90\x40\x40" + GOOD
    run = h.receive_stdin(room, stream, "--split", "gap", "--json")
    equal(run.status, 5, "exit status")
    equal([(o["damaged"], o["messages"]) for o in run.json],
          [("status byte 90", 3)], "dumps")
    equal(h.content(run.json[0]["file"], room), GOOD + CUT + GOOD, "content")


@test("a slow message is one message, however long its pauses")
def _(room):
    line = room.pty()
    message = h.sysex(room.random, 30)
    run = room.run("receive", "-p", line.port, "--split", "gap", "--gap",
                   "200", "-n", "1", "-o", "out/").listening()
    for i in range(0, 30, 10):
        line.feed(message[i:i + 10])
        time.sleep(0.5)
    equal(run.end(), 0, "exit status")
    h.compare(room, run, whole(message))


@test("--maker keeps only these, and counts the others")
def _(room):
    rng = room.random
    a, b, c = h.jomox(rng), h.md_kit(rng, 3, b"KIT"), h.sysex(rng, 40, b"\x40")
    for options, want in [
            (["jomox"], [a]), (["31"], [a]), (["JoMoX"], [a]),
            (["elektron"], [b]), (["elektra"], [b]), (["00203c"], [b]),
            (["00203C"], [b]), (["kawai"], [c]), (["40"], [c]),
            (["jomox", "elektron"], [a, b])]:
        args = [x for o in options for x in ("--maker", o)]
        out = "out-%s/" % "-".join(options)
        run = h.receive_stdin(room, a + b + c, *MESSAGE, *args, out=out)
        equal(run.status, 0, "exit status")
        h.compare(room, run, whole(*want))
        match(r"\b%d\b" % (3 - len(want)), run.err, "filtered, counted")


@test("--maker: nothing left is exit 3; damaged ones without an ID are kept")
def _(room):
    a = h.jomox(room.random)
    run = h.receive_stdin(room, a, *MESSAGE, "--maker", "roland")
    equal((run.status, run.out), (3, b""), "only filtered")
    run = h.receive_stdin(room, b"\x01\x02\xf7" + a, *MESSAGE, "--maker",
                          "roland")
    equal(run.status, 5, "exit status")
    h.compare(room, run, [(b"\x01\x02\xf7", "no F0")])


NOT_DUMPS = [b"\xf0\x7e\x00\x06\x02\x31\0\0\0\0\x01\0\0\0\xf7",  # identity
             b"\xf0\x7f\x7f\x01\x01\x01\x02\x03\x04\xf7",        # MTC
             b"\xf0\x7f\x7f\x06\x02\xf7",                        # MMC play
             b"\xf0\x7e\x00\x7f\x01\xf7",                        # ACK
             b"\xf0\x00\x20\x3c\x00\x00\x10\xf7"]                # TurboMIDI


@test("what is no dump is counted, not stored, and satisfies no --count")
def _(room):
    run = h.receive_stdin(room, b"".join(NOT_DUMPS))
    equal((run.status, run.out), (3, b""), "exit status and stdout")
    match(r"\b5\b", run.err, "counted")
    run = h.receive_stdin(room, NOT_DUMPS[0] + GOOD + NOT_DUMPS[1], "-n", "2",
                          *MESSAGE)
    equal(run.status, 3, "exit status")
    h.compare(room, run, whole(GOOD))


@test("what is no dump and damaged is stored and said: exit 5")
def _(room):
    cut = bytes.fromhex("f07f7f010121000000")
    run = h.receive_stdin(room, cut + b"\x90\x40\x40" + GOOD, *MESSAGE)
    equal(run.status, 5, "exit status")
    match("DAMAGED", run.err, "stderr")
    equal([(h.content(p, room), ".damaged.syx" in p) for p in run.lines],
          [(cut, True), (GOOD, False)], "dumps")


@test("--all stores it, too")
def _(room):
    run = h.receive_stdin(room, b"".join(NOT_DUMPS), "--all", *MESSAGE)
    equal(run.status, 0, "exit status")
    h.compare(room, run, whole(*NOT_DUMPS))


@test("a bad checksum keeps its name, counts, is said: exit 5")
def _(room):
    bad = h.spoil(h.md_kit(room.random, 3, b"KIT"))
    run = h.receive_stdin(room, bad, "-n", "1", "--json")
    equal(run.status, 5, "exit status")
    equal([(o["checksum"], o["damaged"]) for o in run.json], [("bad", None)],
          "facts")
    check(not run.json[0]["file"].endswith(".damaged.syx"), "plain name")
    equal(h.content(run.json[0]["file"], room), bad, "content")
    match("checksum", run.err, "stderr")


@test("--twice: both the same")
def _(room):
    line = room.pty()
    a = h.jomox(room.random, 2000)
    run = room.run("receive", "-p", line.port, "--twice", "-n", "1", "-o",
                   "out/").listening()
    line.feed(a)
    line.taken()
    run.sleeps()
    equal(run.out, b"", "nothing is kept before the second")
    line.feed(a)
    equal(run.end(), 0, "exit status")
    h.compare(room, run, whole(a))


@test("--twice: they differ, and it says where")
def _(room):
    line = room.pty()
    a = h.jomox(room.random, 2000)
    run = room.run("receive", "-p", line.port, "--twice", "-t", "2", "-n",
                   "1", "-o", "out/").listening()
    line.feed(a)
    line.feed(h.spoil(a, 1234))
    one_of(run.end(), (3, 5), "exit status")
    match("1234|0?x?4d2", run.err, "which byte differs")
    equal([n for n in room.files("out") if n.endswith(".syx")
           and not n.endswith(".damaged.syx")], [], "kept")


@test("--twice: every byte of a long dump is compared")
def _(room):
    dump = h.sysex(room.random, 9000)
    for at in (4095, 4096, 8998):
        run = h.receive_stdin(room, dump + h.spoil(dump, at), *MESSAGE,
                              "--twice")
        equal((run.status, run.lines), (3, []), "differ at %d" % at)
        match(r"byte %d\b" % at, run.err, "which byte differs")


@test("--twice: differing ones, then two that are the same")
def _(room):
    line = room.pty()
    a = h.jomox(room.random, 500)
    run = room.run("receive", "-p", line.port, "--twice", "-n", "1", "-o",
                   "out/").listening()
    line.feed(a + h.spoil(a, 100))
    run.says("100|0?x?64")
    line.feed(a + a)
    one_of(run.end(), (0, 5), "exit status")
    equal([h.content(p, room) for p in run.lines
           if not p.endswith(".damaged.syx")], [a], "kept")


@test("--twice: hang-up after the first: where it is, and it is taken in")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/", "--twice",
                   *MESSAGE).listening()
    line.feed(GOOD)
    run.says("again")
    line.hang_up()
    equal((run.end(), run.lines), (4, []), "exit status and stdout")
    check("not kept" not in run.err, "it is there")
    part, = room.files("out")
    match("in 'out/" + re.escape(part) + "'", run.err, "what is said")
    run = room.sxlib("receive", "-p", "-", "-o", "out/", stdin=b"")
    match("recovered", run.err, "the next run")
    equal(list(room.files("out").values()), [GOOD], "files")


@test("hang-up in the middle of a message: exit 4, damaged and kept")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/", "--json",
                   *MESSAGE).listening()
    line.feed(GOOD + CUT)
    run.has_lines(1)
    line.taken()
    line.hang_up()
    equal(run.end(), 4, "exit status")
    equal([o["damaged"] for o in run.json], [None, "unplugged"], "damaged")
    equal(h.content(run.json[1]["file"], room), CUT, "content")


@test("hang-up between dumps: exit 4, what came is kept")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/",
                   *MESSAGE).listening()
    line.feed(GOOD)
    run.has_lines(1)
    line.hang_up()
    equal(run.end(), 4, "exit status")
    h.compare(room, run, whole(GOOD))


@test("hang-up, then the disk fails: both are said, exit 1")
def _(room):
    os.mkdir(room.path("out"))
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/all.syx",
                   *MESSAGE).listening()
    line.feed(GOOD)
    run.says("bytes")
    shutil.rmtree(room.path("out"))
    line.hang_up()
    equal(run.end(), 1, "exit status")
    match("unplugged", run.err, "the port")
    match("No such file or directory", run.err, "the disk")


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@test("without --count, signals are the normal end: 0, or 3 if none came")
def _(room):
    for number in SIGNALS:
        run = h.receive(room, GOOD, whole(GOOD), *MESSAGE, number=number,
                        out="out-%d/" % number)
        equal(run.status, 0, "exit status at signal %d" % number)
        run = room.run("receive", "-p", room.pty().port).listening()
        equal(run.stop(number), 3, "nothing, signal %d" % number)


@test("with --count, it dies of the signal, its files are kept")
def _(room):
    for number in SIGNALS:
        line = room.pty()
        run = room.run("receive", "-p", line.port, "-n", "5", "-o",
                       "out-%d/" % number, *MESSAGE).listening()
        line.feed(GOOD + CUT)
        run.has_lines(1)
        line.taken()
        equal(run.stop(number), -number, "exit status")
        h.compare(room, run, [(GOOD, None), (CUT, "interrupted")])


@test("a signal in the middle of a message: damaged, exit 5")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/",
                   "--json").listening()
    line.feed(CUT)
    line.taken()
    equal(run.stop(), 5, "exit status")
    equal([o["damaged"] for o in run.json], ["interrupted"], "damaged")


@test("what counts as a dump, is said on stderr")
def _(room):
    run = h.receive_stdin(room, h.jomox(room.random, 1234))
    match(r"Jomox.*Alpha Base.*pattern.*1,?234 bytes.*no checksum", run.err,
          "stderr")
    equal(len(run.lines), 1, "lines on stdout")


@test("--quiet says nothing when all is well")
def _(room):
    # "listening on" may still be said: scripts wait for it.
    run = h.receive_stdin(room, GOOD, "-q")
    equal(re.sub("(?m)^.*listening on.*\n", "", run.err), "", "stderr")
    equal(run.status, 0, "exit status")


@test("facts in --json")
def _(room):
    rng = room.random
    stream = h.jomox(rng, 400) + h.md_pattern(rng, 17) + h.md_kit(
        rng, 3, b"MY KIT") + h.sysex(rng, 30)
    line = room.pty()
    before = time.gmtime(time.time() - 2)
    run = room.run("receive", "-p", line.port, "-o", "out/", "--json",
                   "--label", "live", "--gap", "200").listening()
    line.feed(stream)
    run.has_lines(4)
    equal(run.stop(), 0, "exit status")
    objects = run.json
    for obj in objects:
        h.facts(obj)
        equal((obj["offset"], obj["messages"], obj["label"], obj["damaged"],
               obj["port"]), (0, 1, "live", None, line.port), "facts")
        check(obj["time"] >= time.strftime("%Y-%m-%dT%H:%M:%S", before),
              "the time of its arrival")
        equal(len(h.content(obj["file"], room)), obj["bytes"], "bytes")
    wanted = ("maker", "maker_id", "device", "kind", "slot", "slot_text",
              "name", "checksum")
    got = [tuple(o[k] for k in wanted) for o in objects]
    equal(got[0], ("Jomox", "31", "Alpha Base", "pattern", None, None, None,
                   "none"), "Alpha Base")
    equal(got[1], ("Elektron", "00203c", "Machinedrum", "pattern", 17, "B02",
                   None, "ok"), "Machinedrum pattern")
    equal(got[2][:5] + got[2][6:], (
        "Elektron", "00203c", "Machinedrum", "kit", 3, "MY KIT", "ok"),
          "Machinedrum kit")
    equal(got[3][1:], ("7d", None, "unknown", None, None, None, "unknown"),
          "unknown")
    equal([o["trust"] for o in objects][0], "documented", "trust")


@test("--exec runs a program for each whole dump")
def _(room):
    program = room.write("hook", b"""#!/bin/sh
[ -f "$1" ] && [ $# = 1 ] || exit 1
echo "$SXLIB_MAKER|$SXLIB_DEVICE|$SXLIB_KIND|$1" >>log
echo to-stdout
exit 7
""")
    os.chmod(program, 0o755)
    rng = room.random
    run = h.receive_stdin(
        room, h.jomox(rng) + CUT + h.md_pattern(rng, 0), *MESSAGE, "--exec",
        program)
    equal(run.status, 5, "exit status: only of the damaged one")
    kept = [p for p in run.lines if not p.endswith(".damaged.syx")]
    equal(len(run.lines), 3, "stdout has only paths")
    equal(room.read("log").decode().splitlines(),
          ["Jomox|Alpha Base|pattern|" + kept[0],
           "Elektron|Machinedrum|pattern|" + kept[1]], "what it was told")
    equal(run.err.count("to-stdout"), 2, "its stdout on stderr")
    match(r"hook.*\b7\b", run.err, "its failure is said")


@test("--exec: the program has the signals that sxlib blocks or ignores")
def _(room):
    program = room.write("hook", b"#!/bin/sh\nexec cat /proc/self/status\n")
    os.chmod(program, 0o755)
    run = h.receive_stdin(room, GOOD, "--exec", program)
    masks = {name: int(mask, 16) for name, mask in re.findall(
        r"^Sig(Blk|Ign):\s*(\w+)$", run.err, re.M)}
    ours = 1 << signal.SIGPIPE - 1 | 1 << signal.SIGXFSZ - 1
    equal((masks["Blk"], masks["Ign"] & ours), (0, 0), "blocked and ignored")


@test("--exec: what is no fact of this dump is not in the environment")
def _(room):
    program = room.write("hook", b"#!/bin/sh\nenv | grep ^SXLIB_ | sort\n")
    os.chmod(program, 0o755)
    stale = {"SXLIB_" + key.upper(): "stale" for key in h.FACTS}
    for out, facts in (
            ("out/", "BYTES CHECKSUM FILE KIND MAKER MAKER_ID MESSAGES OFFSET "
                     "PORT TIME TRUST"),
            ("all.syx", "FILE PORT")):
        run = h.receive_stdin(room, GOOD, "--exec", program, out=out,
                              env=dict(stale, SXLIB_OTHER="stays"))
        equal(run.status, 0, "exit status")
        told = dict(re.findall(r"^SXLIB_(\w+)=(.*)$", run.err, re.M))
        equal(told.pop("OTHER", None), "stays", "what is no fact of any")
        equal(sorted(told), facts.split(), "names with " + out)
        check("stale" not in told.values(), "values with " + out)
        equal(told["PORT"], "-", "the port")


def slow_hook(room):
    """A program that takes three seconds, but only the first time."""
    path = room.write("hook", b"#!/bin/sh\n[ -e ran ] || sleep 3\n: >ran\n")
    os.chmod(path, 0o755)
    return path


@test("while --exec runs, nothing is lost and gaps go by arrival")
def _(room):
    line = room.pty()
    first, rest = h.jomox(room.random), h.sysex(room.random, 300000)
    run = room.run("receive", "-p", line.port, "-o", "out/", "--gap", "500",
                   "--exec", slow_hook(room)).listening()
    line.feed(first)
    run.has_lines(1)
    line.feed(rest + GOOD)
    time.sleep(1.3)
    line.feed(GOOD * 2)
    line.taken()
    run.has_lines(3)
    equal(run.stop(), 0, "exit status")
    h.compare(room, run, whole(first, rest + GOOD, GOOD * 2))


@test("while --exec runs, the time-out goes by arrival")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/", "-t", "1.8",
                   *MESSAGE, "--exec", slow_hook(room)).listening()
    for n in range(4):
        line.feed(GOOD)
        time.sleep(0.9)
    equal(run.end(), 0, "exit status")
    h.compare(room, run, whole(*[GOOD] * 4))


@test("--exec: failing is no exit status, a missing program is said")
def _(room):
    run = h.receive_stdin(room, GOOD, "--exec", "false")
    equal(run.status, 0, "exit status")
    run = h.receive_stdin(room, GOOD, "--exec", room.path("no-such-program"),
                          out="out2/")
    one_of(run.status, (0, 1), "exit status")
    match("no-such-program", run.err, "stderr")


@test("sim:alpha-base sends dumps as if started by hand", alone=True)
def _(room):
    run = room.sxlib("receive", "-p", "sim:alpha-base", "-n", "2", "-o",
                     "out/", "--json")
    equal(run.status, 0, "exit status")
    equal([(o["maker"], o["device"], o["damaged"], o["messages"])
           for o in run.json], [("Jomox", "Alpha Base", None, 1)] * 2, "dumps")
    for obj in run.json:
        h.facts(obj)
        one_of(obj["kind"], ("pattern", "preset"), "kind")
        data = h.content(obj["file"], room)
        equal(h.frame(data), [(data, None)], "framing")
        equal(len(data), obj["bytes"], "bytes")


@test("a port by $SXLIB_PORT")
def _(room):
    line = room.pty()
    run = room.run("receive", "-n", "1", *MESSAGE,
                   env={"SXLIB_PORT": line.port}).listening()
    line.feed(GOOD)
    equal(run.end(), 0, "exit status")
    h.compare(room, run, whole(GOOD))


@test("a baud rate after the tty")
def _(room):
    line = room.pty()
    run = room.run("receive", "-p", line.port + "@115200", "-n", "1",
                   *MESSAGE).listening()
    line.feed(GOOD)
    equal(run.end(), 0, "exit status")


if __name__ == "__main__":
    h.main()
