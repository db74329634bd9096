#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Dumps that are huge, or never end: they take little memory, do not fill the
disk, do not hold up another port, and what is not kept of them is reported."""
import contextlib
import mmap
import os
import re
import resource
import signal
import threading
import time

import harness as h
from harness import check, equal, match, test

MIB = 1 << 20
GOOD = b"\xf0\x7d\x01\x02\xf7"
OTHER = b"\xf0\x7d\x03\x04\x05\xf7"
DATA = bytes(range(128)) * 512
MEMORY = 160 * MIB  # the queue, the message, and what a sanitizer adds to that


def is_sanitized():
    with open(h.SXLIB, "rb") as file, \
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return text.find(b"__asan_init") != -1


if is_sanitized():
    # It holds on to 256 MiB of what was freed, unless it is told not to.
    os.environ["ASAN_OPTIONS"] = os.environ.get(
        "ASAN_OPTIONS", "") + ":quarantine_size_mb=16"


def huge(size):
    """The pieces of a whole message of so many bytes."""
    yield b"\xf0\x7d"
    size -= 3
    while size > 0:
        yield DATA[:size]
        size -= len(DATA[:size])
    yield b"\xf7"


def endless():
    yield b"\xf0\x7d"
    while True:
        yield DATA[:4096]


def forever(data):
    while True:
        yield data


def most_memory(run):
    """Its resident bytes at most, until now."""
    with open("/proc/%d/status" % run.process.pid) as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) << 10


@contextlib.contextmanager
def flood(write, pieces):
    """Write them for a while, as fast as they are taken."""
    stop = threading.Event()

    def feed():
        for piece in pieces:
            if stop.is_set():
                return
            with contextlib.suppress(h.Failure, OSError):
                write(piece)

    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def patient(line):
    """To write to a line that is perhaps no longer read."""
    return lambda piece: line.feed(piece, 1)


def wait(condition, what, limit=20.0):
    end = time.monotonic() + limit
    while not condition():
        check(time.monotonic() < end, what)
        time.sleep(0.02)


def damaged(run):
    return [p for p in run.lines if p.endswith(".damaged.syx")]


def whole(run):
    return [p for p in run.lines if not p.endswith(".damaged.syx")]


def left(room, folder="out"):
    return [p for p in room.files(folder)
            if not p.endswith((".syx", ".mid"))]


# --- While it comes in ---------------------------------------------------------

@test("receive: a dump of 300 MiB is whole, in little memory")
def _(room):
    size = 300 * MIB
    run = room.run("receive", "-p", "-", "-o", "out/", stdin="pipe")
    run.listening()
    for piece in huge(size):
        run.write(piece)
    wait(lambda: any(os.path.getsize(room.path("out", p)) == size
                     for p in os.listdir(room.path("out"))), "not all came")
    most = most_memory(run)
    run.process.stdin.close()
    equal(run.end(60), 0, "exit status")
    check(most < MEMORY, "it took %d MiB" % (most // MIB))
    with open(room.path(run.lines[0]), "rb") as file:
        for piece in huge(size):
            check(file.read(len(piece)) == piece, "the bytes are not the same")
        equal(file.read(), b"", "what follows")


@test("receive --max-dump: what is longer is ended as damaged")
def _(room):
    stream = b"".join(huge(3 * MIB)) + GOOD
    run = room.sxlib("receive", "-p", "-", "-o", "out/", "--max-dump", "1M",
                     stdin=stream)
    equal(run.status, 5, "exit status")
    equal([room.read(p) for p in run.lines], [stream[:MIB], GOOD], "files")
    match(r"longer than %d bytes \(--max-dump\)" % MIB, run.err, "the limit")
    match(r"%d more bytes .* were dropped" % (2 * MIB), run.err, "what is skipped")
    run = room.sxlib("receive", "-p", "-", "-o", "same/", "--max-dump", "3M",
                     stdin=stream)
    equal((run.status, len(run.lines)), (0, 2), "exactly as long as allowed")
    for value in ("", "x", "-1"):
        run = room.sxlib("receive", "-p", "-", "-o", "out/", "--max-dump",
                         value)
        equal(run.status, 2, "exit status of --max-dump '%s'" % value)


@test("receive --max-dump: messages without a pause are parted between two")
def _(room):
    messages = [b"\xf0\x7d" + bytes((n >> 7, n & 127)) + DATA[:995] + b"\xf7"
                for n in range(300)]
    run = room.sxlib("receive", "-p", "-", "-o", "out/", "--max-dump", "100K",
                     stdin=b"".join(messages))
    equal(run.status, 0, "exit status")
    files = [room.read(p) for p in run.lines]
    check(b"".join(files) == b"".join(messages), "not all is there")
    check(all(95000 < len(f) <= 100 << 10 for f in files[:-1]),
          "sizes: %s" % [len(f) for f in files])
    match("the rest becomes a separate dump", run.err, "what is said")


@test("receive -o -: what does not fit memory is ended as damaged")
def _(room):
    run = room.run("receive", "-p", "-", "-o", "-", stdin="pipe",
                   stdout=os.open("/dev/null", os.O_WRONLY))
    run.listening()
    for piece in huge(300 * MIB):
        run.write(piece)
    run.says("longer than %d bytes" % (256 * MIB))
    run.process.stdin.close()
    equal(run.end(60), 5, "exit status")


@test("watch: an endless dump is ended, and no other port suffers")
def _(room):
    well = room.pty()
    run = room.run("watch", "-o", "out", "-p", "-", "-p", well.port,
                   "--max-dump", "1M", stdin="pipe")
    run.until(lambda: run.err.count("listening on") == 2)
    with flood(run.write, endless()):
        run.says(r"longer than %d bytes \(--max-dump\)" % MIB)
        for n in range(1, 4):
            well.feed(GOOD)
            check(run.has_lines(n + 1), "a dump of the other port waits")
        check(run.until(lambda: damaged(run)), "it has no name yet")
        most = most_memory(run)
    # It ends, and the next one is whole.
    run.write(b"\xf7" + OTHER)
    check(run.has_lines(5), "what comes behind it is not kept")
    equal(run.stop(signal.SIGTERM), 5, "exit status")
    equal(len(damaged(run)), 1, "damaged dumps")
    equal(room.read(damaged(run)[0]),
          (b"\xf0\x7d" + DATA[:4096] * 257)[:MIB], "what is kept of it")
    equal(sorted(room.read(p) for p in whole(run)), [GOOD] * 3 + [OTHER],
          "the others")
    match(r"more bytes .* were dropped", run.err, "what is skipped")
    equal(left(room), [], "left behind")
    check(most < MEMORY, "it took %d MiB" % (most // MIB))


@test("watch: 300 MiB take little memory, and 256 MiB are the limit")
def _(room):
    run = room.run("watch", "-o", "out", "-p", "-", stdin="pipe")
    run.listening()
    for piece in huge(300 * MIB):
        run.write(piece)
    check(run.has_lines(1, 60), "it has no name")
    most = most_memory(run)
    run.process.stdin.close()
    equal(run.end(60), 5, "exit status")
    equal(os.path.getsize(room.path(run.lines[0])), 256 * MIB, "size")
    # A copy of the first 32 MiB, in case the disk fails.
    much = MEMORY + (200 if is_sanitized() else 40) * MIB
    check(most < much, "it took %d MiB" % (most // MIB))


@test("watch: a dump that goes on does not get what --reserve is for")
def _(room):
    with h.small_disk(room.path("out"), 64 * MIB):
        well = room.pty()
        run = room.run("watch", "-o", "out", "-p", "-", "-p", well.port,
                       stdin="pipe")
        run.until(lambda: run.err.count("listening on") == 2)
        with flood(run.write, endless()):
            run.says(r"MiB left \(--reserve\) during a dump",
                     240 if is_sanitized() else 60)
            check(run.until(lambda: damaged(run)), "it has no name yet")
            for n in range(2, 5):
                well.feed(GOOD)
                check(run.has_lines(n), "a dump of the other port waits")
        fs = os.statvfs(room.path("out"))
        check(fs.f_bavail * fs.f_frsize > 12 * MIB, "the disk is full")
        equal(run.stop(signal.SIGTERM), 5, "exit status")
        equal([room.read(p) for p in whole(run)], [GOOD] * 3, "the others")
        equal(left(room), [], "left behind")
        check("buffered in memory" not in run.err and "lost" not in run.err,
              "the disk took all")


def recall_keep(room):
    """A sequencer, a unit, and the run that stores what the unit sends."""
    room.write("d/p01.syx", GOOD)
    sequencer, unit = room.pty(), room.pty().listen()
    run = room.run("recall", "--from", sequencer.port, "--to", unit.port,
                   "--channel", "1", "--name", "p{n:02}", "--delay", "0",
                   "--keep", "kept", "d")
    return sequencer, unit, run.listening()


@test("recall --keep: an endless dump does not get the last of the disk")
def _(room):
    with h.small_disk(room.path("kept"), 8 * MIB):
        sequencer, unit, run = recall_keep(room)
        with flood(patient(unit), endless()):
            run.says(r"MiB left: make room before it is full", 60)
            run.says(r"MiB left during a dump", 60)
            check(run.until(lambda: damaged(run)), "it has no name yet")
            # And what it is there for goes on.
            sequencer.feed(b"\xc0\x00")
            check(unit.got(20, len(GOOD)) == GOOD, "the dump was not sent")
        fs = os.statvfs(room.path("kept"))
        # A quarter of it, but for what one read brings.
        check(fs.f_bavail * fs.f_frsize > 2 * MIB - 0x40000, "the disk is full")
        equal(run.stop(signal.SIGTERM), 5, "exit status")


def dropped(run):
    """How many bytes it says were dropped, each time."""
    return [int(n) for n in re.findall(
        r"(\d+) more bytes of a dump that was too long were dropped", run.err)]


@test("recall --keep: what is dropped of a dump is reported, also at the end")
def _(room):
    with h.small_disk(room.path("kept"), 8 * MIB):
        _, unit, run = recall_keep(room)
        write = patient(unit)
        sizes = []
        for size in (12 * MIB, 9 * MIB):
            for piece in huge(size):
                write(piece)
            n = len(sizes)
            if n == 0:
                write(GOOD)
                check(run.until(lambda: whole(run)), "what comes behind it")
            else:
                check(run.until(lambda: len(damaged(run)) == 2), "the second")
            sizes.append(size - len(room.read(damaged(run)[n])))
            os.unlink(room.path(damaged(run)[n]))
            if n == 0:
                equal(dropped(run), sizes, "what is dropped of the first")
        unit.taken()
        equal(run.stop(signal.SIGTERM), 5, "exit status")
        equal(dropped(run), sizes, "what is dropped")


@test("recall --keep: what is dropped is counted on another line, too")
def _(room):
    with h.small_disk(room.path("kept"), 8 * MIB):
        room.write("d/p01.syx", GOOD)
        sequencer, unit = room.pty(), room.pty().listen()
        os.symlink(unit.port.split(":", 1)[1], room.path("unit"))
        run = room.run("recall", "--from", sequencer.port, "--to",
                       "tty:" + room.path("unit"), "--channel", "1", "--name",
                       "p{n:02}", "--delay", "0", "--keep", "kept",
                       "d").listening()
        sizes = []
        for size in (12 * MIB, 10 * MIB):
            write = patient(unit)
            for piece in list(huge(size))[:-1]:
                write(piece)
            unit.taken()
            n = len(sizes)
            check(run.until(lambda: len(damaged(run)) == n + 1), "no file")
            sizes.append(size - 1 - len(room.read(damaged(run)[n])))
            os.unlink(room.path(damaged(run)[n]))
            line = room.pty().listen()
            os.unlink(room.path("unit"))
            os.symlink(line.port.split(":", 1)[1], room.path("unit"))
            unit.close()
            unit = line
            check(run.until(lambda: len(dropped(run)) == n + 1), "no report")
            check(run.until(lambda: run.err.count("is back") == n + 1),
                  "it is not found again")
        equal(run.stop(signal.SIGTERM), 5, "exit status")
        equal(dropped(run), sizes, "what is dropped")


@test("recall --keep: after a full disk it stores again")
def _(room):
    with h.small_disk(room.path("kept"), 4 * MIB):
        _, unit, run = recall_keep(room)
        filled = os.open(room.path("kept/filled"), os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                os.write(filled, bytes(65536))
        except OSError:
            os.close(filled)
        waits = b"\xf0\x7d" + DATA[:8000] + b"\xf7"
        unit.feed(waits)
        run.says("is buffered in memory")
        os.unlink(room.path("kept/filled"))
        run.says("the disk works again: everything")
        check(run.until(lambda: whole(run)), "what waited is not stored")
        unit.feed(GOOD)
        check(run.until(lambda: len(whole(run)) == 2),
              "nothing is stored any more")
        equal([room.read(p) for p in whole(run)], [waits, GOOD],
              "what is stored")
        equal(run.stop(signal.SIGTERM), 0, "exit status")


@test("watch: what neither disk nor memory holds is reported, and not 'all'")
def _(room):
    with h.small_disk(room.path("out"), 8 * MIB):
        well = room.pty()
        run = room.run("watch", "-o", "out", "-p", "-", "-p", well.port,
                       "--reserve", "0", stdin="pipe")
        run.until(lambda: run.err.count("listening on") == 2)
        with flood(run.write, endless()):
            run.says(r"lost a dump after .* its first \d+ bytes are kept", 60)
            well.feed(GOOD)
            well.taken()
            check(run.until(lambda: damaged(run)), "it has no name yet")
            equal(whole(run), [], "the disk is full")
        os.unlink(room.path(damaged(run)[0]))
        run.says("the disk works again: everything")
        match("except 1 dump reported as lost", run.err, "true words")
        check("everything buffered is written\n" not in run.err, "not all was written")
        check(run.until(lambda: whole(run)), "the other port's dump")
        equal(run.stop(signal.SIGTERM), 1, "exit status")
        equal([room.read(p) for p in whole(run)], [GOOD], "the other port's")


# --- After a crash ----------------------------------------------------------------

def limited(room, *args, most=320 * MIB, **more):
    """A run with little memory."""
    return room.sxlib(*args, shell='ulimit -v %d; exec "$@"' % (most >> 10),
                      limit=120, **more)


@test("a part that is larger than memory is recovered")
def _(room):
    if is_sanitized():
        raise h.Skip("a sanitizer needs the address space")
    os.mkdir(room.path("out"))
    sizes = {"123": 400 * MIB, "124": 9 * MIB}
    for ms, size in sizes.items():
        with open(room.path("out", "20261122T051530.%sZ-77.part" % ms),
                  "wb") as file:
            for piece in huge(size):
                file.write(piece)
            if ms == "124":  # of several dumps, one of them cut
                file.write(b"".join(huge(20 * MIB))[:-1] + GOOD)
    run = limited(room, "receive", "-p", "-", "-o", "out")
    equal(run.status, 3, "exit status")
    got = sorted(os.listdir(room.path("out")))
    equal([(p, os.path.getsize(room.path("out", p))) for p in got],
          [("20261122T051530.123Z-non-commercial.syx", 400 * MIB),
           ("20261122T051530.124Z-non-commercial-2.syx", 5),
           ("20261122T051530.124Z-non-commercial.damaged.syx", 20 * MIB - 1),
           ("20261122T051530.124Z-non-commercial.syx", 9 * MIB)], "files")
    with open(room.path("out", got[3]), "rb") as file:
        check(file.read() == b"".join(huge(9 * MIB)), "its bytes")


@test("planted parts of 3 GiB that are all holes are not read")
def _(room):
    if is_sanitized():
        raise h.Skip("a sanitizer needs the address space")
    os.mkdir(room.path("out"))
    for ms, suffix in ((123, ".part"), (124, ".spool"), (125, ".1.piece"),
                       (126, ".damaged.part"), (127, ".0-1.part"),
                       (128, ".take")):
        path = room.path("out", "20261122T051530.%dZ-77%s" % (ms, suffix))
        with open(path, "wb") as file:
            file.write(b"\xf0\x7d")
            file.truncate(3 << 30)
    run = limited(room, "receive", "-p", "-", "-o", "out")
    equal(run.status, 3, "exit status")
    check(run.seconds < 20, "it took %.1f s" % run.seconds)
    got = os.listdir(room.path("out"))
    equal(len([p for p in got if p.endswith(".damaged.syx")]), 5, "recovered")
    run = limited(room, "record", "-p", "-", "-o", "out/take.mid")
    equal(run.status, 5, "exit status of record")
    match(r"%d bytes of an earlier recording" % (3 << 30), run.err, "record")
    check("20261122T051530.128Z-77.take.bad" in os.listdir(room.path("out")),
          "the journal is not kept")


# --- Files -------------------------------------------------------------------------

@test("a file whose one message is a hole of 3 GiB is not held in memory")
def _(room):
    if is_sanitized():
        raise h.Skip("a sanitizer needs the address space")
    path = room.path("giant.syx")
    with open(path, "wb") as file:
        file.write(b"\xf0\x7d")
        file.truncate(3 << 30)
    for args in (("show", path), ("diff", path, path), ("duplicates", path),
                 ("split", path, "-o", "pieces/"), ("join", path, "-o", "j.syx"),
                 ("convert", path, "c.mid"), ("send", "--dry-run", path)):
        run = limited(room, *args, most=400 * MIB)
        equal(run.status, 1, "exit status of " + args[0])
        match(r"offset 0: a message over 256 MiB", run.err, args[0])
    run = limited(room, "list", path, most=100 * MIB)
    equal(run.status, 0, "exit status of list")
    match(str(3 << 30), run.out.decode(), "list")
    text = room.write("giant.hex", b"F0 7D")
    os.truncate(text, 3 << 30)
    run = limited(room, "convert", text, "c.syx")
    equal(run.status, 1, "exit status of convert from hex text")
    match("too long for hex text", run.err, "convert")


@test("a pipe that never ends is an error, not the end of memory")
def _(room):
    if is_sanitized():
        raise h.Skip("a sanitizer needs the address space")
    run = room.run("show", "-", stdin="pipe",
                   shell='ulimit -v %d; exec "$@"' % (300 << 10))
    with contextlib.suppress(BrokenPipeError):
        for piece in endless():
            run.write(piece)
    equal(run.end(), 1, "exit status")
    match("out of memory|is endless", run.err, "what is said")


# --- Answers -------------------------------------------------------------------------

WAITS = {
    "send --wait": ("send", "--hex", GOOD.hex(" "), "--wait", "1"),
    "identify": ("identify",),
    "request --hex": ("request", "--hex", GOOD.hex(" "), "-o", "out/"),
    "request": ("request", "-o", "out/", "machinedrum", "kits", "1"),
}

for NAME, ARGS in WAITS.items():
    @test(NAME + ": an answer that never ends", prompt=0.2)
    def _(room, args=ARGS):
        unit = room.pty().listen()
        run = room.run(*args[:1], "-p", unit.port, *args[1:])
        check(unit.got(10, 4), "nothing was sent")
        with flood(patient(unit), endless()):
            status = run.end(60)
        # Under a sanitizer a flood may stall for longer than a time-out.
        if not (is_sanitized() and status == 5 and "timeout" in run.err):
            equal(status, 3, "exit status")
        match("endless|no answer|giving up", run.err, "what is said")


CLOCKED = dict(WAITS, **{
    "receive -t": ("receive", "-o", "out/", "-t", "0.3",
                   "--split", "message"),
    "sample receive -t": ("sample", "receive", "-o", "x.wav", "-t", "0.3"),
})

for NAME, ARGS in CLOCKED.items():
    @test(NAME + ": clock that never pauses")
    def _(room, args=ARGS):
        unit = room.pty().listen()
        words = 2 if args[0] == "sample" else 1
        run = room.run(*args[:words], "-p", unit.port, *args[words:])
        with flood(patient(unit), forever(b"\xf8\xfe" * 1500)):
            equal(run.end(40), 3, "exit status")


@test("clock that never pauses: a signal, and what another port gives")
def _(room):
    well = room.pty()
    run = room.run("watch", "-o", "out", "-p", "-", "-p", well.port,
                   "--split", "gap", "--gap", "100", stdin="pipe")
    run.until(lambda: run.err.count("listening on") == 2)
    with flood(run.write, forever(b"\xf8" * 3000)):
        for n in range(1, 4):
            well.feed(GOOD)
            check(run.has_lines(n), "dump %d has no name yet" % n)
        equal(run.stop(signal.SIGTERM), 0, "exit status")
    check(run.seconds < 40, "it took %.1f s" % run.seconds)
    equal([room.read(p) for p in whole(run)], [GOOD] * 3, "the dumps")


@test("send --verify: an answer that never ends", prompt=0.2)
def _(room):
    sent = h.md_kit(room.random, 1, b"KIT")
    room.write("kit.syx", sent)
    unit = room.pty().listen()
    run = room.run("send", "-p", unit.port, "--rate", "max", "--verify",
                   "kit.syx")
    check(len(unit.got(10, len(sent) + 1)) > len(sent), "nothing was asked")
    with flood(patient(unit), endless()):
        equal(run.end(60), 3, "exit status")
    match("not read back", run.err, "what is said")


# --- MIDI files ------------------------------------------------------------------------

@test("no memory for a MIDI file: reported, whatever libsmf makes of it")
def _(room):
    if is_sanitized():
        raise h.Skip("a sanitizer needs the address space")
    room.write("large.syx", b"".join(huge(20 * MIB)))
    reasons = set()
    for most in range(40, 160, 10):
        run = limited(room, "convert", "large.syx", "%d.mid" % most,
                      most=most * MIB)
        check(run.status in (0, 1), "exit status %d" % run.status)
        equal(os.path.exists(room.path("%d.mid" % most)), run.status == 0,
              "a file with %d MiB" % most)
        if run.status == 1:
            match("^sxlib: convert: ", run.err, "what is said")
            reasons.add("libsmf" in run.err)
    check(True in reasons, "libsmf has never had too little")


def receive_mid(room, folder, dump, extra):
    """As MIDI files, with so much more memory than there is in use."""
    run = room.run("receive", "-p", "-", "-o", folder, "--format", "mid",
                   stdin="pipe")
    run.listening()
    with open("/proc/%d/statm" % run.process.pid) as file:
        most = int(file.read().split()[0]) * mmap.PAGESIZE + extra
    resource.prlimit(run.process.pid, resource.RLIMIT_AS, (most, most))
    try:
        run.write(dump)
        run.process.stdin.close()
    except BrokenPipeError:
        pass  # too little memory to read all of it
    run.end(60)
    return run


@test("receive --format mid: without memory for it the dump stays in its part")
def _(room):
    if is_sanitized():
        raise h.Skip("a sanitizer needs the address space")
    dump = b"".join(huge(20 * MIB))
    failed = enough = 0
    # What is in use when it listens differs: the room is not always the same.
    for extra in range(20, 130):
        folder = "out%d/" % extra
        run = receive_mid(room, folder, dump, extra * MIB)
        enough += run.status == 0
        if enough == 5:
            break
        if run.status == 0:
            continue
        equal(run.status, 1, "exit status with %d MiB" % extra)
        if "libsmf" not in run.err:
            continue
        failed += 1
        match("cannot create a MIDI file", run.err, "what is said")
        match("the dump is in", run.err, "where it is")
        run = room.sxlib("receive", "-p", "-", "-o", folder)
        match("recovered from an earlier run", run.err, "the next start")
        equal(list(room.files(folder).values()), [dump], "it is there")
    check(failed > 0, "libsmf has never had too little")


@test("receive --format mid: a flood of small dumps")
def _(room):
    dumps = [b"\xf0\x7d" + bytes((n >> 7, n & 127)) + DATA[:100] + b"\xf7"
             for n in range(600)]
    run = room.sxlib("receive", "-p", "-", "-o", "out/", "--split", "message",
                     "--format", "mid", stdin=b"".join(dumps), limit=120)
    equal(run.status, 0, "exit status")
    equal([p.rsplit(".", 1)[1] for p in run.lines], ["mid"] * 600, "files")
    equal(left(room), [], "left behind")


if __name__ == "__main__":
    h.main()
