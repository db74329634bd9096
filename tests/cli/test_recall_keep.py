#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""recall --keep: what the unit sends back, whatever becomes of the disk."""
import os
import re
import resource
import shutil
import signal
import time

import harness as h
from harness import check, equal, match, slow, test, wait
from stage import KICK, Stage

# No file grows beyond 512 bytes.
SMALL = 'trap "" XFSZ; ulimit -S -f 1; exec "$@"'
FEW = 'ulimit -n 200; exec "$@"'
BIG = 8 << 20  # more than a quarter of the memory in a test


def keep(room, *opts, **more):
    return Stage(room, "--keep", "kept", *opts, **more)


def disk_takes(run, size):
    """From now on no file grows beyond so many bytes."""
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE,
                     (size, resource.RLIM_INFINITY))


def disk_works(run):
    disk_takes(run, resource.RLIM_INFINITY)


def kept(run):
    """The paths of dumps among the lines of triggers."""
    return [line for line in run.lines if line.startswith("kept/")]


def has(run, n):
    wait(lambda: len(kept(run)) >= n, lambda: "only %d of %d files: %s"
         % (len(kept(run)), n, run.err), 60)


def feed(stage, dumps):
    for dump in dumps:
        stage.unit.feed(dump)
        stage.unit.taken()


def recalls(stage):
    """What recall is for goes on."""
    had = len(stage.run.lines)
    before = len(stage.unit.settled())
    stage.play(b"\xf8" + KICK)
    check(stage.run.has_lines(had + 1), "nothing became of the trigger")
    check(any(line.endswith("\tsent") for line in stage.run.lines[had:]),
          "its outcome")
    want = b"\xf8" + stage.dumps["kick.syx"]
    equal(stage.unit.got(20, before + len(want))[before:], want,
          "what the unit got")


def holds(room, run, dumps):
    """All of them, byte for byte, in order, and nothing else."""
    equal([room.read(p) for p in kept(run)], dumps, "dumps in order")
    equal(sorted("kept/" + n for n in room.files("kept")), sorted(kept(run)),
          "what is in the folder")


@test("a full disk: said once, nothing reported, all of it written later")
def _(room):
    stage = keep(room, shell=SMALL)
    run = stage.run
    sent = [h.jomox(room.random, 40 + n) for n in range(2)]
    for n, dump in enumerate(sent, 1):
        feed(stage, [dump])
        has(run, n)
    more = [h.jomox(room.random, 40 if n % 3 == 2 else 4000 + n)
            for n in range(30)]
    feed(stage, more)
    run.says("file too large")
    run.says("is buffered in memory")
    recalls(stage)
    time.sleep(2.5)
    recalls(stage)
    equal(len(kept(run)), 2, "reported while the disk is full")
    disk_works(run)
    run.says("the disk works again: everything buffered is written")
    has(run, 32)
    last = [h.jomox(room.random, 5000), h.jomox(room.random, 41)]
    feed(stage, last)
    has(run, 34)
    recalls(stage)
    equal(run.stop(signal.SIGTERM), 0, "exit status")
    equal(run.err.count("sxlib: recall:"), 1, "complaints: " + run.err)
    holds(room, run, sent + more + last)


@test("a file system that is really full, and then is not")
def _(room):
    with h.small_disk(room.path("kept"), 65536):
        stage = keep(room)
        run = stage.run
        ballast = room.write("kept/ballast", b"x" * 50000)
        sent = [h.jomox(room.random, 9000) for _ in range(4)]
        feed(stage, sent)
        run.says("no space left")
        check(len(kept(run)) < 4, "nothing was refused")
        recalls(stage)
        os.unlink(ballast)
        has(run, 4)
        equal(run.stop(signal.SIGTERM), 0, "exit status")
        holds(room, run, sent)
        run.kill()


@test("a full disk at the end: what is lost is said, exit 1")
def _(room):
    stage = keep(room, shell=SMALL)
    run = stage.run
    first = h.jomox(room.random, 40)
    feed(stage, [first])
    has(run, 1)
    lost = [h.jomox(room.random, 5000) for _ in range(2)]
    feed(stage, lost)
    run.says("file too large")
    equal(run.stop(signal.SIGTERM), 1, "exit status")
    match("2 dumps buffered in memory are lost", run.err, "what is said")
    check("without a name" not in run.err, "none is saved: " + run.err)
    check("recovers" not in run.err, "a part that is not whole: " + run.err)
    equal([room.read(p) for p in kept(run)], [first], "dumps")
    # What the disk took of them is no dump yet.
    parts = {n: d for n, d in room.files("kept").items()
             if "kept/" + n not in kept(run)}
    equal(sorted(parts.values()), sorted(d[:512] for d in lost), "parts")
    check(all(n.endswith(".part") for n in parts), "names: %s" % list(parts))


def has_room_at_the_end(room, count):
    stage = keep(room, shell=SMALL)
    run = stage.run
    sent = [h.jomox(room.random, 4000 + n) for n in range(count)]
    feed(stage, sent)
    run.says("is buffered in memory")
    # A stopped process has not tried again when both are there.
    run.send_signal(signal.SIGSTOP)
    disk_works(run)
    run.send_signal(signal.SIGTERM)
    run.send_signal(signal.SIGCONT)
    equal(run.end(), 0, "exit status")
    holds(room, run, sent)


@test("a full disk has room when it ends: all is written, exit 0")
def _(room):
    has_room_at_the_end(room, 3)


@test("a full disk has room when it ends: more than one burst is written")
def _(room):
    has_room_at_the_end(room, 60)


@test("a full disk, and a new start: what is in parts is recovered, in order")
def _(room):
    for number, status in ((signal.SIGTERM, 1), (signal.SIGKILL, -9)):
        shutil.rmtree(room.path("kept"), ignore_errors=True)
        for name in ("seq", "unit"):
            if os.path.islink(room.path(name)):
                os.unlink(room.path(name))
        stage = keep(room, shell=SMALL)
        run = stage.run
        saved = [h.jomox(room.random, 40 + n) for n in range(3)]
        feed(stage, [h.jomox(room.random, 5000)])
        run.says("is buffered in memory")
        feed(stage, saved)
        # Whatever arrived more than a second ago survives.
        time.sleep(1.5)
        run.send_signal(number)
        equal(run.end(), status, "exit status")
        if number == signal.SIGTERM:
            match("1 dump buffered in memory is lost", run.err, "the first")
            match("3 dumps without a name are each in a part", run.err,
                  "the others")
        equal(kept(run), [], "reported")
        for name in ("seq", "unit"):
            os.unlink(room.path(name))
        stage = keep(room)
        run = stage.run
        found = re.findall(r"recovered from an earlier run: (\S+):", run.err)
        whole = [p for p in found if ".damaged" not in p]
        equal([room.read(p) for p in whole], saved, "what is recovered")
        more = h.jomox(room.random, 300)
        feed(stage, [more])
        has(run, 1)
        equal([room.read(p) for p in kept(run)], [more], "what came then")
        equal(run.stop(signal.SIGTERM), 0, "exit status")


@test("the folder goes away and comes back: a stick that was pulled")
def _(room):
    stage = keep(room)
    run = stage.run
    sent = [h.jomox(room.random, 40 + n) for n in range(4)]
    feed(stage, sent[:1])
    has(run, 1)
    os.rename(room.path("kept"), room.path("pulled"))
    feed(stage, sent[1:3])
    run.says(r"sxlib: recall: cannot .*\n.*is buffered in memory")
    recalls(stage)
    time.sleep(1.5)
    check(not os.path.exists(room.path("kept")), "made the folder itself")
    equal(len(kept(run)), 1, "reported without a folder")
    os.rename(room.path("pulled"), room.path("kept"))
    has(run, 3)
    feed(stage, sent[3:])
    has(run, 4)
    equal(run.stop(signal.SIGTERM), 0, "exit status")
    holds(room, run, sent)


@test("another stick in its place: what waits is written to that")
def _(room):
    stage = keep(room)
    run = stage.run
    sent = [h.jomox(room.random, 40 + n) for n in range(2)]
    feed(stage, sent[:1])
    has(run, 1)
    shutil.rmtree(room.path("kept"))
    feed(stage, sent[1:])
    run.says("is buffered in memory")
    os.mkdir(room.path("kept"))
    has(run, 2)
    equal(run.stop(signal.SIGTERM), 0, "exit status")
    equal(list(room.files("kept").values()), sent[1:], "dumps")


@test("hundreds of dumps wait for a disk, where few descriptors are allowed")
def _(room):
    stage = keep(room, shell=FEW)
    run = stage.run
    os.rename(room.path("kept"), room.path("away"))
    sent = [h.jomox(room.random, 30) for _ in range(400)]
    stage.unit.feed(b"".join(sent))
    stage.unit.taken()
    run.says("is buffered in memory")
    recalls(stage)
    os.rename(room.path("away"), room.path("kept"))
    has(run, 400)
    recalls(stage)
    equal(run.stop(signal.SIGTERM), 0, "exit status")
    holds(room, run, sent)


@test("a dump that fits neither disk nor memory is reported at once")
def _(room):
    room.write("meminfo", b"MemTotal:  99999 kB\nMemAvailable:  16384 kB\n")
    stage = keep(room, env=slow(0, SXLIB_TEST_MEMINFO=room.path("meminfo")))
    run = stage.run
    disk_takes(run, 512)
    small = [h.jomox(room.random, 3000 + n) for n in range(2)]
    feed(stage, small[:1])
    run.says("is buffered in memory")
    stage.unit.feed(h.jomox(room.random, BIG), 60)
    run.says(r"sxlib: recall: lost a dump after \d+ bytes", 60)
    recalls(stage)
    feed(stage, small[1:])
    equal(kept(run), [], "reported while the disk is full")
    disk_works(run)
    has(run, 2)
    run.says("except 1 dump reported as lost")
    equal(run.stop(signal.SIGTERM), 1, "exit status")
    equal([room.read(p) for p in kept(run) if ".damaged" not in p], small,
          "the others")


@test("a disk that does not respond: triggers go on, and TERM ends it in time")
def _(room):
    os.mkdir(room.path("kept"))
    set_all = " ".join("%s=%s" % pair for pair in slow(60000).items())
    stage = keep(room, "--page", "st.html",
                 shell='ulimit -n 200; exec env %s "$@"' % set_all)
    run = stage.run
    sent = [h.jomox(room.random, 30) for _ in range(300)]
    feed(stage, sent[:2])
    recalls(stage)
    wait(lambda: b"The disk does not respond" in room.read("st.html"),
         "the page does not say so", 30)
    # More than the archiver may have.
    feed(stage, sent[2:])
    recalls(stage)
    equal(kept(run), [], "reported before the disk has them")
    began = time.monotonic()
    equal(run.stop(signal.SIGTERM), 1, "exit status")
    check(time.monotonic() - began < 10, "it took too long")
    match("dumps are saved in parts because", run.err, "those on their way")
    match("dumps without a name are each in a part", run.err, "the others")
    check("lost" not in run.err, "none is: " + run.err)
    for name in ("seq", "unit"):
        os.unlink(room.path(name))
    again = keep(room).run
    found = re.findall(r"recovered from an earlier run: (\S+):", again.err)
    equal([room.read(p) for p in found], sent, "what is recovered")
    equal(again.stop(signal.SIGTERM), 0, "exit status")


@test("a disk that does not respond at the end: all is in parts, exit 3")
def _(room):
    os.mkdir(room.path("kept"))
    stage = keep(room, env=slow(60000))
    sent = [h.jomox(room.random, 30) for _ in range(5)]
    feed(stage, sent)
    recalls(stage)
    equal(stage.run.stop(signal.SIGTERM), 3, "exit status")
    match("5 dumps are saved in parts because", stage.run.err, "what is said")
    equal(sorted(room.files("kept").values()), sorted(sent), "parts")


@test("standard output that fails is no trouble of the disk")
def _(room):
    stage = keep(room, "--page", "st.html", shell='exec "$@" >/dev/full')
    sent = [h.jomox(room.random, 40 + n) for n in range(2)]
    feed(stage, sent)
    wait(lambda: len(room.files("kept")) == 2, "not stored")
    wait(lambda: b"2 dumps" in room.read("st.html"), "not on the page")
    feed(stage, [h.jomox(room.random, 50)])
    wait(lambda: b"3 dumps" in room.read("st.html"), "not on the page")
    check(b"takes no dumps" not in room.read("st.html"), "the disk is well")
    equal(stage.run.stop(signal.SIGTERM), 1, "exit status")
    check(b"takes no dumps" not in room.read("st.html"), "the disk was well")
    match("standard output: no space left", stage.run.err.lower(),
          "what is said")
    equal(len(room.files("kept")), 3, "dumps")


@test("what is kept goes to a folder, and nowhere else")
def _(room):
    for where in ("-", "x.syx", "x.mid", ""):
        room.write("p01.syx", b"\xf0\x7d\x01\xf7")
        run = room.sxlib("recall", "--from", "-", "--to", "virtual",
                         "--channel", "1", "--name", "p{n:02}", "--keep",
                         where, ".")
        equal(run.status, 2, "exit status with --keep '%s'" % where)
        equal(sorted(room.files(".")), ["p01.syx"], "files")


if __name__ == "__main__":
    h.main()
