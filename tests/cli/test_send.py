#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""send: the bytes, their pace, the refusals, the interruptions."""
import os
import re
import signal
import time

import harness as h
from harness import FAST, check, equal, match, one_of, test

GOOD = b"\xf0\x7d\x44\x45\x46\xf7"
OTHER = b"\xf0\x7d\x54\x55\xf7"
FIRMWARE = b"\xf0\x31\x7f\x5d\x10\x55\x00\x01\x77\x01\x02\xf7"
CLEAR_ALL = b"\xf0\x00\x20\x3c\x01\x00\x01\x45" + b"\x2d" * 14 + b"\xf7"


def send(room, *args, status=0, want=None, **more):
    """Send to a pty of its own. Returns run and line."""
    line = room.pty().listen()
    return h.send(room, line, *args, status=status, want=want, **more), line


@test("bytes are exact: sizes, makers, several files")
def _(room):
    one = b"".join(h.any_sysex(room.random, 6000) for _ in range(20))
    two = h.sysex(room.random, 70000)
    send(room, room.write("1.syx", one), room.write("2.syx", two), *FAST,
         want=one + two)


@test("1 MiB at full speed")
def _(room):
    data = h.sysex(room.random, 1 << 20)
    send(room, room.write("x.syx", data), *FAST, want=data)


@test("files in the order given, a folder's in name order")
def _(room):
    for name in ("b", "a", "C", "d"):
        room.write("dir/%s.syx" % name, GOOD[:2] + name.encode() + b"\xf7")
    room.write("dir/readme.txt", b"not for sending")
    run, line = send(room, room.write("z.syx", OTHER), room.path("dir"),
                     *FAST)
    got = line.settled()
    check(got.startswith(OTHER), "the file first")
    letters = re.findall(rb"\xf0\x7d([a-zA-Z])\xf7", got)
    # 'C' sorts before or after 'a' by the user's taste; the rest is sure.
    equal([c for c in letters if c != b"C"], [b"a", b"b", b"d"], "order")
    equal(len(letters), 4, "messages")


@test("a .mid in and a folder with both")
def _(room):
    data = h.smf(h.meta(0, 3, b"x") + h.sysex_event(0, GOOD)
                 + h.event(10, b"\x90\x40\x40") + h.event(10, b"\x40\x00")
                 + h.packet(5, b"\x7d\x01") + h.packet(5, b"\x02\xf7", 0xF7)
                 + h.sysex_event(50000, OTHER) + h.END)
    room.write("d/a.mid", data)
    room.write("d/b.syx", GOOD)
    want = GOOD + b"\xf0\x7d\x01\x02\xf7" + OTHER
    start = time.monotonic()
    send(room, room.path("d/a.mid"), *FAST, want=want)
    check(time.monotonic() - start < 30, "the times of a .mid are ignored")
    send(room, room.path("d"), *FAST, want=want + GOOD)


@test("standard input, and '-' as the port")
def _(room):
    data = b"".join(h.any_sysex(room.random) for _ in range(5))
    send(room, "-", *FAST, stdin=data, want=data)
    run = room.sxlib("send", "-p", "-", *FAST, room.write("x.syx", data))
    equal((run.status, run.out), (0, data), "status and stdout")


@test("sim:alpha-base takes dumps back")
def _(room):
    path = room.write("x.syx", h.jomox(room.random, 300))
    run = room.sxlib("send", "-p", "sim:alpha-base", path)
    equal(run.status, 0, "exit status")


# --- pace ------------------------------------------------------------------

def pace(line, total, rate, queued, late):
    """Why what came broke the rule of --rate, or None. queued: seconds that
    the machine was too busy to let it run; late: by which the first piece may
    have been seen late."""
    first = line.chunks[0][0]
    seen = 0
    for when, data in line.chunks:
        seen += len(data)
        if seen > rate * (when - first + 0.030 + late) + 48:
            return "%d bytes after %.3f s" % (seen, when - first)
    took = line.chunks[-1][0] - first
    if took > total / rate * 1.02 + 0.030 + queued:
        return "%d bytes took %.3f s (and %.3f s were not its own)" % (
            total, took, queued)
    return None


def paced(room, size, rate, *options):
    """A machine may be too busy to measure on: the best of three counts."""
    data = h.sysex(room.random, size)
    path = room.write("x.syx", data)
    why = []
    for _ in range(3):
        line = room.pty().listen()
        pulse = room.pulse()
        begun = time.monotonic()
        run = room.sxlib("send", "-p", line.port, path, "--delay", "0",
                         *options)
        queued = pulse.taken(begun)
        equal(run.status, 0, "exit status")
        line.got(5, size)
        equal(line.settled(), data, "what came out of the port")
        broken = pace(line, size, rate, queued,
                      pulse.late(line.chunks[0][0]))
        if not broken:
            return
        why.append(broken)
    raise h.Failure("the rule is broken each time: %s" % "; ".join(why))


@test("--rate din, the default: as on the wire", alone=True)
def _(room):
    paced(room, 6000, 3125)


@test("--rate din said", alone=True)
def _(room):
    paced(room, 3000, 3125, "--rate", "din")


@test("--rate BYTES", alone=True)
def _(room):
    paced(room, 9000, 6000, "--rate", "6000")
    paced(room, 400, 300, "--rate=300")


@test("--rate max is not paced", alone=True)
def _(room):
    data = h.sysex(room.random, 60000)
    run, line = send(room, room.write("x.syx", data), *FAST, want=data)
    check(run.seconds < 15, "60000 bytes took %.1f s" % run.seconds)


@test("--delay after each message, the last one too")
def _(room):
    data = b"".join(h.sysex(room.random, 10) for _ in range(4))
    pulse = room.pulse()
    run, line = send(room, room.write("x.syx", data), "--rate", "max",
                     "--delay", "400", want=data)
    check(run.seconds >= 1.6, "four delays took %.2f s" % run.seconds)
    starts = [t for t, piece in line.chunks if b"\xf0" in piece]
    equal(len(starts), 4, "messages seen apart")
    for a, b in zip(starts, starts[1:]):
        check(b - a > 0.35 - pulse.late(a),
              "%.3f s between two messages" % (b - a))


@test("a delay of 60 ms unless told")
def _(room):
    data = GOOD * 10
    run, line = send(room, room.write("x.syx", data), "--rate", "max",
                     want=data)
    check(run.seconds >= 0.6, "ten delays took %.2f s" % run.seconds)
    check(run.seconds < 20, "ten delays took %.2f s" % run.seconds)


# --- checks before the first byte ------------------------------------------

def refused(room, data, *allow, words="", name="x.syx"):
    """Refused as it is, let through with `allow`."""
    path = room.write(name, data)
    run, _ = send(room, path, *FAST, status=1, want=b"")
    match("sxlib: send: .*" + words, run.err, "stderr")
    if allow:
        send(room, path, *FAST, *allow,
             want=b"".join(m for m, d in h.frame(data) if not d))
    return run


@test("--dry-run sends nothing, says what and how long")
def _(room):
    path = room.write("x.syx", h.sysex(room.random, 31250))
    run, _ = send(room, path, "--dry-run", want=b"")
    match(r"31,?250", run.out.decode() + run.err, "bytes")
    match(r"\b(0?0:)?(10|0:10)\b", run.out.decode() + run.err, "seconds")
    check(run.seconds < 8, "it does not take the time")


@test("--dry-run --json has the times of the files, as show has them")
def _(room):
    files = (room.write("20251122T051530.123Z-x.syx", GOOD + OTHER),
             room.write("later.syx", GOOD),
             room.write("a.mid", h.smf(h.sysex_event(1000, GOOD) + h.END)))
    for path in files:
        shown = room.sxlib("show", "--json", path).json
        run = room.sxlib("send", "--dry-run", "--json", path)
        equal([o["time"] for o in run.json], [o["time"] for o in shown], path)
    run = room.sxlib("send", "--dry-run", "--json", files[0])
    equal({o["time"] for o in run.json}, {"2025-11-22T05:15:30.123Z"}, "time")
    run = room.sxlib("send", "--dry-run", "--json", "--hex", GOOD.hex())
    equal([o["time"] for o in run.json], [None], "hex text has no time")


@test("--dry-run refuses what would be refused")
def _(room):
    send(room, room.write("x.syx", FIRMWARE), "--dry-run", status=1, want=b"")


@test("firmware is refused without --firmware")
def _(room):
    refused(room, GOOD + FIRMWARE, words="firmware|OS upgrade")
    refused(room, FIRMWARE, "--firmware", "--yes", "--force",
            "--no-identify", words="firmware|OS upgrade")
    refused(room, b"\xf0\x00\x20\x3c\x02\x00\x7e\xf7")
    path = room.write("fw.syx", FIRMWARE)
    send(room, path, *FAST, "--force", status=1, want=b"")


@test("firmware in a .mid is refused, too")
def _(room):
    refused(room, h.smf(h.sysex_event(0, FIRMWARE) + h.END), name="x.mid")


@test("a bank that begins by erasing all is refused without --force")
def _(room):
    refused(room, CLEAR_ALL + GOOD, "--force", words="eras|clear")


@test("a bad checksum is refused without --force")
def _(room):
    bad = h.spoil(h.md_kit(room.random, 3, b"KIT"))
    refused(room, GOOD + bad, "--force", words="checksum")


@test("stray bytes are refused without --force")
def _(room):
    refused(room, GOOD + b"\x00\x00\x01" + OTHER, "--force")
    refused(room, b"text before " + GOOD, "--force")


@test("a cut message in a file is refused")
def _(room):
    refused(room, GOOD[:-1] + OTHER)
    refused(room, GOOD + OTHER[:-1])


@test("a file without any SysEx is refused")
def _(room):
    refused(room, b"hello, world\n")
    refused(room, b"")
    refused(room, h.smf(h.event(0, b"\x90\x40\x40") + h.END), name="x.mid")


@test("several files, the last is bad: nothing is sent")
def _(room):
    good = [room.write("%d.syx" % n, GOOD) for n in range(3)]
    bad = [(room.path("missing.syx"), 1),
           (room.write("bad.syx", h.spoil(h.md_kit(room.random, 1, b"K"))),
            1),
           (room.write("bad.mid", b"MThd\0\0\0\6\0\1\0\1"), 1),
           (room.write("fw.syx", FIRMWARE), 1)]
    for path, status in bad:
        run, _ = send(room, *good, path, *FAST, status=status, want=b"")
        match(os.path.basename(path), run.err, "stderr names the file")


@test("a folder: what is no file in it is left out and said")
def _(room):
    room.write("lib/b.syx", GOOD)
    room.write("lib/sub/c.syx", GOOD)
    room.write("lib/dir.syx/d.syx", GOOD)
    os.mkfifo(room.path("lib/fifo.syx"))
    run, _ = send(room, "lib", want=GOOD)
    for name, what in (("sub", "a subfolder"),
                       ("dir.syx", "a subfolder"),
                       ("fifo.syx", "not a regular file")):
        match("'lib/%s' is %s: not sent" % (name, what), run.err, "stderr")
    os.remove(room.path("lib/b.syx"))
    run, _ = send(room, "lib", status=3, want=b"")
    match("no dump in 'lib'", run.err, "stderr")


@test("an empty folder is exit 3")
def _(room):
    os.mkdir(room.path("empty"))
    send(room, room.path("empty"), status=3, want=b"")


@test("a missing file is exit 1, a missing port 4, none of both 2")
def _(room):
    path = room.write("x.syx", GOOD)
    run = room.sxlib("send", "-p", room.pty().port, room.path("nope.syx"))
    equal(run.status, 1, "missing file")
    match("nope.syx.*no such file", run.err, "stderr")
    for port in ("tty:/no/such/port", "hw:77", "sim:nonsense"):
        run = room.sxlib("send", "-p", port, path)
        equal(run.status, 4, "missing port %s" % port)
    equal(room.sxlib("send", "-p", room.pty().port).status, 2, "no file")
    run = room.sxlib("send", "-p", "hw:77", room.path("nope.syx"))
    equal(run.status, 1, "missing file and port: 1 before 4")


# --- on the way ------------------------------------------------------------

@test("SIGINT in a message: F7 closes it, exit 130, it says where")
def _(room):
    for number in (signal.SIGINT, signal.SIGTERM):
        line = room.pty().listen()
        first = h.sysex(room.random, 500)
        long = h.sysex(room.random, 20000)
        one = room.write("one.syx", first)
        two = room.write("two.syx", GOOD + long + OTHER)
        run = room.run("send", "-p", line.port, "--rate", "20000",
                       "--delay", "0", one, two)
        done = len(first + GOOD)
        line.got(20, done + 3000)
        run.stop(number)
        equal(run.status, -number, "exit status")
        got = line.settled()
        check(got.startswith(first + GOOD), "what was through")
        cut = got[done:]
        check(len(cut) < 20000, "it was in the message")
        equal(cut, long[:len(cut) - 1] + b"\xf7", "the message it cut")
        match("two.syx", run.err, "the file")
        match("again", run.err, "what to do")


@test("SIGINT between messages sends no F7 of its own")
def _(room):
    line = room.pty().listen()
    run = room.run("send", "-p", line.port, "--delay", "30000",
                   room.write("x.syx", GOOD * 3))
    equal(line.got(20, len(GOOD)), GOOD, "the first")
    run.sleeps()
    equal(run.stop(), -signal.SIGINT, "exit status")
    equal(line.settled(), GOOD, "nothing more")
    match("stopped after 1 of 3 messages$", run.err, "how far", re.M)
    match("next: '.*x.syx', offset %d$" % len(GOOD), run.err, "where",
          re.M)


@test("SIGINT in the pause behind the last message")
def _(room):
    line = room.pty().listen()
    run = room.run("send", "-p", line.port, "--delay", "30000",
                   room.write("x.syx", GOOD))
    equal(line.got(20, len(GOOD)), GOOD, "all of it")
    run.sleeps()
    equal(run.stop(), -signal.SIGINT, "exit status")
    match("stopped after 1 of 1 message$", run.err, "how far", re.M)
    check("next" not in run.err, "there is no other")


@test("a receiver that never reads is an error, not a hang")
def _(room):
    line = room.pty()
    pulse = room.pulse()
    run = room.sxlib("send", "-p", line.port, *FAST,
                     room.write("x.syx", h.sysex(room.random, 1 << 20)))
    # An I/O error by the table, or a port that is no longer good.
    one_of(run.status, (1, 4), "exit status")
    check(run.seconds - pulse.taken(run.start) < 15,
          "it took %.1f s" % run.seconds)
    match("sxlib: send: ", run.err, "stderr")


@test("a pipe that nobody reads is an error, not a hang")
def _(room):
    reader, writer = os.pipe()
    run = room.sxlib("send", "-p", "-", *FAST, room.write(
        "x.syx", h.sysex(room.random, 1 << 20)), stdout=writer)
    os.close(reader)
    os.close(writer)
    one_of(run.status, (1, 4), "exit status")
    check(run.seconds < 15, "it took %.1f s" % run.seconds)


@test("a receiver that pauses for three seconds is none")
def _(room):
    line = room.pty()
    data = h.sysex(room.random, 1 << 18)
    run = room.run("send", "-p", line.port, *FAST, room.write("x.syx", data))
    time.sleep(3)
    line.listen()
    equal(run.end(), 0, "exit status")
    line.got(5, len(data))
    equal(line.settled(), data, "bytes")


@test("hang-up on the way: exit 4")
def _(room):
    line = room.pty().listen()
    run = room.run("send", "-p", line.port, room.write(
        "x.syx", h.sysex(room.random, 60000)))
    line.got(20, 500)
    line.hang_up()
    equal(run.end(), 4, "exit status")
    match("sxlib: send: ", run.err, "stderr")


@test("--step waits for Enter before each file")
def _(room):
    for terminal in (False, True):
        line = room.pty().listen()
        files = [room.write("%d.syx" % n, GOOD[:2] + bytes([n]) + b"\xf7")
                 for n in range(3)]
        want = [h.frame(room.read("%d.syx" % n))[0][0] for n in range(3)]
        keys, screen = os.openpty()
        run = room.run("send", "-p", line.port, "--step", *FAST, *files,
                       stdin=screen if terminal else "pipe")
        os.close(screen)
        for n in range(3):
            run.sleeps()
            equal(line.settled(), b"".join(want[:n]), "before Enter %d" % n)
            if terminal:
                os.write(keys, b"\n")
            else:
                run.write(b"\n")
            line.got(20, 4 * n + 4)
        equal(run.end(), 0, "exit status")
        equal(line.settled(), b"".join(want), "bytes")
        os.close(keys)


@test("--step: end of input or Ctrl-C instead of Enter sends nothing more")
def _(room):
    path = room.write("x.syx", GOOD)
    run, _ = send(room, "--step", path, want=b"", status=1)
    line = room.pty().listen()
    run = room.run("send", "-p", line.port, "--step", path, stdin="pipe")
    run.sleeps()
    equal(run.stop(), -signal.SIGINT, "exit status")
    equal(line.settled(), b"", "bytes")


@test("what receive stored, send sends, as it was")
def _(room):
    data = [h.any_sysex(room.random, 900) for _ in range(6)]
    run = h.receive_stdin(room, b"".join(data), "--split", "message",
                          "--format", "mid")
    send(room, *run.lines, *FAST, want=b"".join(data))
    run = h.receive_stdin(room, b"".join(data), "--split", "message",
                          out="all.syx")
    send(room, "all.syx", *FAST, want=b"".join(data))


@test("a folder with a damaged dump: which file, and what to do")
def _(room):
    whole = h.jomox(room.random, 300)
    room.write("dumps/a.syx", whole)
    room.write("dumps/b.damaged.syx", whole[:100] + b"\xf7")
    room.write("dumps/c.damaged.syx", whole[:100])
    line = room.pty().listen()
    run = room.sxlib("send", "-p", line.port, "dumps/")
    equal((run.status, line.settled()), (1, b""), "nothing was sent")
    for name in ("b", "c"):
        match(r"dumps/%s\.damaged\.syx: stored as damaged" % name, run.err,
              "stderr")
    run = room.sxlib("send", "-p", line.port, "--rate", "max", "--delay", "0",
                     "--force", "dumps/")
    equal(run.status, 0, "--force")
    equal(line.settled(), whole + 2 * (whole[:100] + b"\xf7"), "--force")


@test("on a terminal: progress also while each message is short")
def _(room):
    path = room.write("x.syx", GOOD * 40)
    master, slave = os.openpty()
    run = room.run("send", "-p", room.pty().listen().port, "--delay", "20",
                   path, stderr=slave)
    equal(run.end(), 0, "exit status")
    said = os.read(master, 65536).decode()
    numbers = [int(n) for n in re.findall(r"message (\d+) of 40, \d+ of 240 "
                                          r"bytes, \d+ s left", said)]
    check(len(numbers) >= 2 and numbers[-1] > 10, "drawn: %r" % said)
    os.close(master)
    os.close(slave)


@test("real-time bytes inside a message: reported, and sent with --force")
def _(room):
    inside = GOOD[:3] + b"\xf8" + GOOD[3:4] + b"\xfe\xff" + GOOD[4:]
    path = room.write("x.syx", GOOD + inside)
    words = " ".join("%02X" % b for b in GOOD + inside)
    where = "offset %d: 3 real-time bytes inside the message " % len(GOOD)
    for args, want, said in (
            ([path], GOOD * 2, where + r"left out \(--force sends them\)"),
            ([path, "--force"], GOOD + inside, where + "sent as well"),
            (["--hex", words], GOOD * 2, where + r"left out \(--force"),
            (["--hex", words, "--force"], GOOD + inside,
             where + "sent as well")):
        run = room.sxlib("send", "-p", "-", *FAST, *args)
        equal((run.status, run.out), (0, want), "what %s sends" % (args,))
        match(said, run.err, "what is reported")
        match("%d bytes" % len(want), run.err, "bytes in all")
    # The reader of MIDI files does not keep their place.
    room.write("x.mid", h.smf(h.sysex_event(0, inside) + h.END, fmt=0))
    run = room.sxlib("send", "-p", "-", "--force", *FAST, "x.mid")
    equal((run.status, run.out), (0, GOOD), "a MIDI file")
    match("3 real-time bytes inside the message left out", run.err, "reported")


@test("real-time bytes and --force: a truncated message, --json")
def _(room):
    path = room.write("x.syx", b"\xf0\x7d\x01\xf8\x02")
    run, _ = send(room, "--force", "-j", path,
                  want=b"\xf0\x7d\x01\xf8\x02\xf7")
    equal([o["bytes"] for o in run.json], [6], "bytes")


if __name__ == "__main__":
    h.main()
