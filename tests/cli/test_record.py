#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""record: event by event, over pipes and ptys, and what a crash leaves."""
import os
import re
import signal
import threading
import time

import harness as h
import song as s
from harness import check, equal, match, test

TICKS = 2000  # a second: 960 a quarter note, at 125 beats a minute
DATED = r"^%s-take\.mid$" % h.NAME_TIME


def kept(messages, clock=False, sensing=False):
    return [m for m in messages if (clock or not s.is_clock(m))
            and (sensing or m != b"\xfe")]


def read(room, name="take.mid"):
    return s.Song(room.read(name))


def left(room):
    return sorted(n for n in os.listdir(room.dir) if n.endswith(
        (".take", ".tmp", ".part")))


def record(room, data, *opts, status=0, name="take.mid"):
    run = room.sxlib("record", "-p", "-", "-o", name, *opts, stdin=data)
    equal(run.status, status, "exit status")
    equal(run.lines, [name] if status in (0, 5) else [], "stdout")
    equal(left(room), [], "what is left over")
    return run


def record_line(room, data, name="take.mid"):
    """Record from a pty, which has sent this. Returns run and line."""
    line = room.pty()
    run = room.run("record", "-p", line.port, "-o", name).listening()
    line.feed(data)
    line.taken()
    return run, line


@test("everything in exact order, running status expanded")
def _(room):
    for i in range(20):
        data = s.stream(room.random, 200)
        name = "take%d.mid" % i
        run = record(room, data, name=name)
        take = read(room, name)
        equal((take.format, take.division), (0, 960), "type and division")
        equal(take.only(), kept(s.messages(data)), "messages")
        clocks = sum(map(s.is_clock, s.messages(data)))
        match(r"not kept: %d clock" % clocks, run.err, "clocks")
        match(r"not kept: %d active" % s.messages(data).count(b"\xfe"),
              run.err, "sensing")
        equal(take.texts(), [], "texts")


@test("--clock and --sensing keep everything")
def _(room):
    data = s.stream(room.random, 1000)
    run = record(room, data, "--clock", "--sensing")
    equal(read(room).only(), s.messages(data), "messages")
    check("not kept" not in run.err, "nothing is left out")


@test("an NRPN stays in order, whatever is between")
def _(room):
    data = b"".join(s.nrpn(room.random) + b"\xf8" for _ in range(500))
    record(room, data)
    equal(read(room).only(), kept(s.messages(data)), "messages")


@test("SysEx of 1 byte to 8 MiB is one event each")
def _(room):
    rng = room.random
    all_of = [b"\xf0\xf7"] + [h.sysex(rng, n) for n in (
        3, 129, 130, 131, 256, 16384, 16385, 16386, 65536, 8 << 20, 5)]
    record(room, b"".join(all_of))
    equal(read(room).only(), all_of, "messages")


@test("times: what came when", alone=True)
def _(room):
    line = room.pty()
    run = room.run("record", "-p", line.port, "-o", "take.mid").listening()
    before, after = [], []
    for i in range(8):
        before.append(time.monotonic())
        line.feed(bytes([0x90, i, 1]))
        line.taken()
        after.append(time.monotonic())
        time.sleep(0.05 * i)
    run.stop()
    equal(run.status, 0, "exit status")
    ticks = [tick for tick, _ in read(room).messages()]
    equal(len(ticks), 8, "notes")
    equal(ticks[0], 0, "the first")
    for i in range(1, 8):
        at = ticks[i] / TICKS
        check(before[i] - after[0] - 0.001 <= at <= after[i] - before[0]
              + 0.001, "note %d at %.4f, not in %.4f .. %.4f" % (
                  i, at, before[i] - after[0], after[i] - before[0]))
    start = h.re.match(h.NAME_TIME, read(room).name())
    check(start, "the name says when: %s" % read(room).name())


def three(room, *opts):
    """Record from three ports at once: what was fed to each."""
    lines = [room.pty() for _ in range(3)]
    ports = [a for line in lines for a in ("-p", line.port)]
    run = room.run("record", *ports, "-o", "take.mid", *opts)
    for line in lines:
        run.says("listening on " + re.escape(line.port))
    fed = [s.stream(room.random, 300) for _ in lines]
    threads = [threading.Thread(target=line.feed, args=(data,))
               for line, data in zip(lines, fed)]
    for thread in threads:
        thread.start()
    for thread, line in zip(threads, lines):
        thread.join()
        line.taken()
    run.stop()
    equal((run.status, run.lines), (0, ["take.mid"]), "status and stdout")
    return lines, fed


@test("three ports: a track each")
def _(room):
    lines, fed = three(room)
    take = read(room)
    equal((take.format, len(take.tracks)), (1, 4), "type and tracks")
    equal(take.tracks[0][1][1], b"\xff\x51\x07\x53\x00", "the tempo")
    for i in range(3):
        equal(take.name(i + 1), lines[i].port, "name")
        equal(take.only(i + 1), kept(s.messages(fed[i])), "port %d" % i)


@test("--tracks: one for each channel of each port, one for the rest")
def _(room):
    lines, fed = three(room, "--tracks")
    take = read(room)
    names = {take.name(i): take.only(i) for i in range(1, len(take.tracks))}
    wanted = 0
    for line, data in zip(lines, fed):
        messages = kept(s.messages(data))
        for channel in range(16):
            of = [m for m in messages if m[0] < 0xF0
                  and m[0] & 15 == channel]
            wanted += bool(of)
            equal(names.get("%s: channel %d" % (line.port, channel + 1), []),
                  of, "channel %d" % (channel + 1))
        wanted += 1
        equal(names.get(line.port + ": SysEx"),
              [m for m in messages if m[0] >= 0xF0], "SysEx")
    equal(len(names), wanted, "number of tracks")


@test("--type 1 for one port")
def _(room):
    record(room, b"\x90\x01\x02", "--type", "1")
    take = read(room)
    equal((take.format, take.only(1)), (1, [b"\x90\x01\x02"]), "track 1")


@test("damage is kept, marked, said: exit 5; show knows it")
def _(room):
    data = (b"\x05\x06\xf7\xf0\x42\x01\x90\x40\x41\xf0\x43\x02"
            b"\xf0\x44\x03\xf7\xf0\x45")
    run = record(room, data, status=5)
    take = read(room)
    equal(take.only(), [b"\x05\x06\xf7", b"\xf0\x42\x01", b"\x90\x40\x41",
                        b"\xf0\x43\x02", b"\xf0\x44\x03\xf7", b"\xf0\x45"],
          "messages")
    equal(take.texts(), ["sxlib: damaged: " + t for t in (
        "no F0", "status byte 90", "new F0", "end of input")], "texts")
    match("4 damaged messages", run.err, "what is said")
    shown = room.sxlib("show", "--json", "take.mid").json
    equal([o["damaged"] for o in shown],
          ["status byte 90", "new F0", None, "end of input"], "show")


@test("a stray run behind a cut SysEx does not make it whole")
def _(room):
    run, _ = record_line(room, b"\xf0\x42\x01")
    equal(run.stop(), 5, "exit status")
    shown = room.sxlib("show", "--json", "take.mid").json
    equal([(o["bytes"], o["damaged"]) for o in shown], [(3, "interrupted")],
          "show")


@test("a wrong checksum is said: exit 5")
def _(room):
    message = h.spoil(h.md_kit(room.random, 3, b"KIT"))
    run = record(room, message, status=5)
    match("checksum", run.err, "what is said")
    equal(read(room).only(), [message], "it is kept")


@test("SIGINT, SIGTERM and SIGHUP end it: exit 0")
def _(room):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        name = "take%d.mid" % number
        run, _ = record_line(room, b"\x90\x01\x02", name)
        equal(run.stop(number), 0, "exit status")
        equal(run.lines, [name], "stdout")
        equal(read(room, name).only(), [b"\x90\x01\x02"], "messages")


@test("nothing came: exit 3, no file")
def _(room):
    run = record(room, b"", status=3)
    match("nothing was recorded", run.err, "what is said")
    run = record(room, b"\xf8\xfe" * 10, status=3)
    match("not kept: 10 clock", run.err, "what is said")
    line = room.pty()
    run = room.run("record", "-p", line.port, "-o", "take.mid", "-t", "0.2")
    equal(run.end(), 3, "exit status after the time-out")
    equal(os.listdir(room.dir), [], "files")


@test("-t ends it when nothing has come for so long")
def _(room):
    line = room.pty()
    run = room.run("record", "-p", line.port, "-o", "take.mid", "-t", "0.5")
    run.listening()
    line.feed(b"\x90\x01\x02\xf0\x01")
    equal(run.end(), 5, "exit status")
    equal(read(room).texts(), ["sxlib: damaged: timeout"], "texts")


@test("a port that goes away: exit 4, and the file is there")
def _(room):
    run, line = record_line(room, b"\x90\x01\x02")
    line.hang_up()
    equal(run.end(), 4, "exit status")
    equal(read(room).only(), [b"\x90\x01\x02"], "messages")


@test("one of two ports goes away: the other goes on")
def _(room):
    gone, stays = room.pty(), room.pty()
    run = room.run("record", "-p", gone.port, "-p", stays.port, "-o",
                   "take.mid")
    run.says("listening on " + re.escape(stays.port))
    gone.feed(b"\x90\x01\x02")
    gone.taken()
    gone.hang_up()
    run.says("recording continues on the other ports")
    stays.feed(b"\x91\x01\x02")
    stays.taken()
    equal(run.stop(), 4, "exit status")
    take = read(room)
    equal(take.only(1) + take.only(2), [b"\x90\x01\x02", b"\x91\x01\x02"],
          "messages")


@test("one of two ports goes away, then the disk is full: both are said")
def _(room):
    gone, stays = room.pty(), room.pty()
    run = room.run("record", "-p", gone.port, "-p", stays.port, "-o",
                   "take.mid", shell='trap "" XFSZ; ulimit -f 16; exec "$@"')
    run.says("listening on " + re.escape(stays.port))
    gone.hang_up()
    run.says("recording continues on the other ports")
    stays.feed(b"\xf0" + bytes(12000))
    equal(run.end(), 1, "exit status")
    match(r"unplugged", run.err, "the port")
    match(r"cannot write .*\.take", run.err, "the disk")


@test("usage: exit 2; an existing file: 1; no such port: 4")
def _(room):
    for args, status in [
            (("-p", "-"), 2), (("-o", "take.syx"), 2), (("-o", ".mid"), 2),
            (("-o", "take.mid", "--type", "2"), 2),
            (("-o", "take.mid", "--type", "0", "--tracks"), 2),
            (("-o", "take.mid", "--type", "0", "-p", "-", "-p", "x"), 2),
            (("-o", "take.mid", "argument"), 2),
            (("-o", "take.mid", "-p", "no-such-port"), 4),
            (("-o", "missing/take.mid", "-p", "-"), 1)]:
        equal(room.sxlib("record", *args).status, status, str(args))
    room.write("here.mid", b"precious")
    run = room.sxlib("record", "-p", "-", "-o", "here.mid",
                     stdin=b"\x90\x01\x02")
    equal(run.status, 1, "exit status")
    match("already exists", run.err, "why")
    equal(room.files(), {"here.mid": b"precious"}, "files")


@test("--json")
def _(room):
    data = b"\x90\x01\x02\xf8\xfe\xfe\xf0\x42\xf7\xf0\x42"
    run = room.sxlib("record", "-p", "-", "-o", "take.mid", "-j", stdin=data)
    equal(run.status, 5, "exit status")
    found = run.json[0]
    check(0 <= found.pop("seconds") < 60, "seconds")
    equal(found, {"file": "take.mid", "events": 1, "sysex": 2, "bytes": 5,
                  "damaged": 1, "holes": 0, "left_out": 3}, "json")


def grown(room, size):
    """Wait until a journal of at least `size` bytes is on the disk."""
    h.part_has(room, size)


@test("kill -9 in the middle: the next start makes a file of it")
def _(room):
    rng = room.random
    lines = [room.pty() for _ in range(2)]
    run = room.run("record", "-p", lines[0].port, "-p", lines[1].port, "-o",
                   "take.mid", "--tracks")
    run.says("listening on " + re.escape(lines[1].port))
    data = s.stream(rng, 500, realtime=False)
    whole = kept(s.messages(data))
    lines[0].feed(data)
    lines[1].feed(b"\xf0\x42\x01")
    lines[1].taken()
    grown(room, len(data))
    h.wait(lambda: any(b"\xf0\x42\x01" in room.read(n) for n in left(room)
                       if n.endswith(".take")), "the open one is not in it")
    # A second run leaves alone what the first is at.
    other = room.sxlib("record", "-p", "-", "-o", "other.mid",
                       stdin=b"\x90\x01\x02")
    equal(other.status, 0, "a second run")
    check("recovered" not in other.err, "it rescues what is in use")
    run.stop(signal.SIGKILL)
    other = room.sxlib("record", "-p", "-", "-o", "take.mid",
                       stdin=b"\x90\x01\x02")
    equal((other.status, other.lines), (0, ["take.mid"]), "the next run")
    match("recovered from an earlier run: ", other.err, "what is said")
    equal(left(room), [], "what is left over")
    equal(read(room).only(), [b"\x90\x01\x02"], "the new take")
    name = next(n for n in os.listdir(room.dir) if re.match(DATED, n))
    take = read(room, name)
    found = {take.name(i): take.only(i) for i in range(1, len(take.tracks))}
    for channel in range(16):
        of = [m for m in whole if m[0] < 0xF0 and m[0] & 15 == channel]
        equal(found.get("%s: channel %d" % (lines[0].port, channel + 1), []),
              of, "channel %d" % (channel + 1))
    equal(found[lines[0].port + ": SysEx"],
          [m for m in whole if m[0] >= 0xF0], "SysEx")
    equal(found[lines[1].port + ": SysEx"], [b"\xf0\x42\x01"], "the open one")


@test("kill -9 at random times: a beginning of what came, whole events")
def _(room):
    rng = room.random
    for i in range(8):
        line = room.pty()
        run = room.run("record", "-p", line.port, "-o", "take.mid")
        run.listening()
        data = s.stream(rng, 800, realtime=False)
        feeder = threading.Thread(target=line.feed, args=(data,), daemon=True)
        feeder.start()
        time.sleep(0.2 + rng.random() * 1.5)
        run.stop(signal.SIGKILL)
        other = room.sxlib("record", "-p", "-", "-o", "none.mid", stdin=b"")
        equal(other.status, 3, "the next run")
        equal(left(room), [], "what is left over")
        feeder.join(0.1)
        for name in os.listdir(room.dir):
            got = read(room, name).only()
            want = kept(s.messages(data))[:len(got)]
            if got and got[-1][0] == 0xF0 and got[-1][-1] != 0xF7:
                check(want[-1].startswith(got[-1]), "the open SysEx")
                got, want = got[:-1], want[:-1]
            equal(got, want, "messages of run %d" % i)
            os.unlink(room.path(name))


@test("a raw part beside it is no take, and a take no part")
def _(room):
    part = "20261122T051530.123Z-7.part"
    room.write(part, b"\xf0\x42\xf7")
    record_run = room.sxlib("record", "-p", "-", "-o", "take.mid",
                            stdin=b"\x90\x01\x02")
    equal(record_run.status, 0, "record")
    room.write("20261122T051530.123Z-8.take", b"x" * 50)
    run = room.sxlib("receive", "-p", "-", "-o", ".", stdin=b"")
    equal(run.status, 3, "receive")
    check("20261122T051530.123Z-8.take" in room.files(), "the journal stays")
    check(part not in room.files(), "the part was taken in")
    run = room.sxlib("record", "-p", "-", "-o", "b.mid", stdin=b"\x90\x01\x02")
    kept = "20261122T051530.123Z-8.take.bad"
    match(re.escape(kept) + ": 50 bytes .* nothing else", run.err, "why")
    equal((run.status, run.lines), (5, ["b.mid"]), "record")
    equal(room.files()[kept], b"x" * 50, "the journal is kept")
    run = room.sxlib("record", "-p", "-", "-o", "c.mid", stdin=b"\x90\x01\x02")
    equal(run.status, 0, "it is not looked at again")
    check("earlier" not in run.err, "it is not mentioned again")


@test("a journal with a bad bit: the rest was recovered, it is kept, exit 5")
def _(room):
    run, _ = record_line(room, b"\x90\x01\x02\xf0\x42\xf7\x91\x03\x04")
    grown(room, 100)
    run.stop(signal.SIGKILL)
    name, = left(room)
    with open(room.path(name), "rb") as file:
        journal = bytearray(file.read())
    journal[journal.index(b"\xf0\x42\xf7") + 1] ^= 1
    room.write(name, bytes(journal))
    run = room.sxlib("record", "-p", "-", "-o", "new.mid",
                     stdin=b"\x90\x01\x02")
    equal((run.status, run.lines), (5, ["new.mid"]), "the next run")
    match("recovered from an earlier run: ", run.err, "the rest")
    match(re.escape(name) + r"\.bad: 23 bytes .* rest was recovered", run.err,
          "what is lost")
    equal(room.files()[name + ".bad"], bytes(journal), "the journal is kept")
    rescued = next(n for n in os.listdir(room.dir) if re.match(DATED, n))
    equal(read(room, rescued).only(), [b"\x90\x01\x02", b"\x91\x03\x04"],
          "events")


@test("a full disk: said, exit 1, and what came before is rescued")
def _(room):
    data = s.stream(room.random, 3000, realtime=False)
    run = room.sxlib("record", "-p", "-", "-o", "take.mid", stdin=data,
                     shell='trap "" XFSZ; ulimit -f 16; exec "$@"')
    equal((run.status, run.lines), (1, []), "exit status and stdout")
    match(r"cannot write .*\.take", run.err, "what is said")
    match(r"the next 'sxlib record' into this folder", run.err, "the hint")
    run = room.sxlib("record", "-p", "-", "-o", "b.mid", stdin=b"")
    equal(run.status, 3, "the next run")
    match("recovered", run.err, "what is said")
    name = next(n for n in os.listdir(room.dir) if n.endswith(".mid"))
    got = read(room, name).only()
    check(len(got) > 10, "%d messages" % len(got))
    want = kept(s.messages(data))[:len(got)]
    equal(got[:-1], want[:-1], "messages")
    check(want[-1].startswith(got[-1]), "the last one")


@test("a million events: linear", alone=True)
def _(room):
    # Ten times as many may take 30 times as long on a busy machine; with
    # quadratic work it would be 100.
    took = []
    for i, n in enumerate((100000, 1000000)):
        data = b"".join(bytes([0x90 | k & 15, k >> 4 & 127, k & 127])
                        for k in range(n))
        start = time.monotonic()
        record(room, data, name="take%d.mid" % i)
        took.append(time.monotonic() - start)
        found = room.read("take%d.mid" % i)
        # delta, status and two bytes each, and what is around
        check(4 * n <= len(found) <= 5 * n + 100, "%d bytes" % len(found))
    check(took[1] < 30 * max(took[0], 0.2), "seconds: %s" % took)
    got = read(room, "take1.mid").only()
    equal(b"".join(got), data, "messages")


if __name__ == "__main__":
    h.main()
