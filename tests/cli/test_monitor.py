#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""monitor: what comes in, decoded, over ttys and pipes."""
import datetime
import os
import re
import select
import signal
import time

import harness as h
from harness import check, equal, match, test

KEYS = ["time", "port", "event", "channel", "number", "name", "value",
        "value14", "step", "bank", "bpm", "ticks", "timecode", "damaged",
        "hex"]
IDENTITY = bytes.fromhex("f07e7f0601f7")
NRPN = bytes.fromhex("b0630162020640 2605")


def events(room, stream, *opts):
    """What monitor says of all of a stream, as objects; and the run."""
    run = room.sxlib("monitor", "-p", "-", "--json", *opts, stdin=stream)
    for obj in run.json:
        if obj["event"] == "sysex":
            obj = dict(obj)
            del obj["event"], obj["hex"]
            h.facts(obj)
        else:
            equal(sorted(obj), sorted(KEYS), "keys")
            match("^" + h.RFC3339, obj["time"], "time")
    return run.json, run


def facts(obj):
    """An object as (event, {what it has})."""
    return obj["event"], {k: v for k, v in obj.items() if v is not None
                          and k not in ("event", "time", "port", "hex")}


def note(key, velocity, name, channel=1, event="note-on"):
    return event, {"channel": channel, "number": key, "name": name,
                   "value": velocity}


for name, stream, want in [
        ("notes, running status, and one with velocity 0",
         "903c643d65 3d00 8f0001",
         [note(60, 100, "C4"), note(61, 101, "C#4"),
          note(61, 0, "C#4", event="note-off"),
          note(0, 1, "C-1", 16, "note-off")]),
        ("controllers with their names and lower halves",
         "b0014021056309 0705",
         [("cc", {"channel": 1, "number": 1, "name": "modulation wheel",
                  "value": 64}),
          ("cc", {"channel": 1, "number": 33, "name": "modulation wheel",
                  "value": 5, "value14": 8197}),
          ("cc", {"channel": 1, "number": 7, "name": "channel volume",
                  "value": 5})]),
        ("an NRPN, and one step of it", "b263016202064026056001",
         [("nrpn", {"channel": 3, "number": 130, "value": 64}),
          ("nrpn", {"channel": 3, "number": 130, "value": 5,
                    "value14": 8197}),
          ("nrpn", {"channel": 3, "number": 130, "step": 1})]),
        ("an RPN", "b06500640006 0c",
         [("rpn", {"channel": 1, "number": 0, "value": 12,
                   "name": "pitch bend sensitivity"})]),
        ("data entry that nothing was chosen for", "b00605",
         [("cc", {"channel": 1, "number": 6, "name": "data entry",
                  "value": 5})]),
        ("program, bank, bend, pressure", "b00001c005e00000d177a23c01",
         [("cc", {"channel": 1, "number": 0, "name": "bank select",
                  "value": 1}),
          ("program", {"channel": 1, "number": 5, "bank": 128}),
          ("bend", {"channel": 1, "value": -8192}),
          ("pressure", {"channel": 2, "value": 0x77}),
          ("key-pressure", {"channel": 3, "number": 60, "name": "C4",
                            "value": 1})]),
        ("song, transport and the rest", "f21001f305f6fafbfcfff4f5f9fd",
         [("song-position", {"value": 144}), ("song-select", {"number": 5}),
          ("tune-request", {}), ("start", {}), ("continue", {}), ("stop", {}),
          ("reset", {})] + [("undefined", {})] * 4),
        ("a time code", "f100f110f120f130f140f150f161f173",
         [("mtc", {"timecode": "17:00:00:00 @ 25"}),
          ("mtc-stopped", {"timecode": "17:00:00:00 @ 25"})]),
        ("a message that was cut", "903cb0", [
            ("note-on", {"channel": 1, "number": 60, "name": "C4",
                         "damaged": "status byte B0"}),
            ("cc", {"channel": 1, "damaged": "end of input"})])]:
    @test(name)
    def _(room, stream=bytes.fromhex(stream), want=want):
        got, run = events(room, stream)
        equal([facts(o) for o in got], want, "events")
        equal(run.status, 5 if b"damaged" in run.out.replace(
            b'"damaged": null', b"") else 0, "exit status")


@test("SysEx among other messages, in order, byte for byte, with --hex")
def _(room):
    big = h.sysex(room.random, 100000)
    stream = b"\x90\x3c\x40" + IDENTITY + b"\xfa" + big + b"\x80\x3c\x40"
    got, run = events(room, stream, "--hex")
    equal([o["event"] for o in got],
          ["note-on", "sysex", "start", "sysex", "note-off"], "events")
    equal(b"".join(bytes.fromhex(o["hex"]) for o in got), stream, "bytes")
    equal((got[1]["kind"], got[1]["maker"], got[1]["bytes"]),
          ("identity-request", "Universal", 6), "the identity request")
    equal(run.status, 0, "exit status")


@test("a mess: every SysEx and rest of one is shown as it is")
def _(room):
    for n in range(5):
        stream = h.mess(room.random, 60)
        got, run = events(room, stream, "--hex", "--only", "sysex")
        sysex = [(bytes.fromhex(o["hex"]), o["damaged"]) for o in got
                 if o["event"] == "sysex"]
        equal([s[0] for s in sysex], [w[0] for w in h.frame(stream)],
              "messages")
        equal([s[1] for s in sysex], [w[1] for w in h.frame(stream)],
              "damage")
        equal(run.status, 5, "exit status")


@test("--raw: every message as it came, clock and sensing too")
def _(room):
    stream = NRPN + b"\xf8\xfe\xf8\xf1\x05\xf7" + IDENTITY
    got, run = events(room, stream, "--raw", "--hex")
    equal([o["event"] for o in got],
          ["cc"] * 4 + ["clock", "sensing", "clock", "mtc", "end", "sysex"],
          "events")
    equal([bytes.fromhex(o["hex"]) for o in got[:4]],
          [b"\xb0\x63\x01", b"\xb0\x62\x02", b"\xb0\x06\x40", b"\xb0\x26\x05"],
          "the parts of the NRPN")
    equal((got[7]["number"], got[7]["value"]), (0, 5), "quarter frame")
    equal(run.status, 0, "exit status")


@test("as text: names, numbers, bytes, and what was not shown")
def _(room):
    stream = b"\x90\x3c\x64" + NRPN + b"\xe1\x7f\x7f\x99\x3c" + IDENTITY
    run = room.sxlib("monitor", "-p", "-", "--hex", stdin=stream)
    rows = [r"ch  1  note-on +C4 60  velocity 100  \[90 3c 64\]$",
            r"ch  1  nrpn +1:2 \(130\) = 64  \[b0 06 40\]$",
            r"ch  1  nrpn +1:2 \(130\) = 8197  \[b0 26 05\]$",
            r"ch  2  bend +\+8191  \[e1 7f 7f\]$",
            r"ch 10  note-on +DAMAGED: new F0  \[99 3c\]$",
            r" sysex +Universal, General Information, identity-request, "
            r"6 bytes",
            r"^  000000   f0 7e 7f 06 01 f7 "]
    equal(len(run.lines), len(rows), "lines")
    for row, line in zip(rows, run.lines):
        match(row, line, "line", 0)
    match("2 control changes that select a parameter", run.err, "stderr")
    equal(run.status, 5, "exit status")


@test("a clock is a tempo, not 24 lines a beat")
def _(room):
    run = room.run("monitor", "-p", "-", "--json", stdin="pipe")
    run.listening()
    start = time.monotonic()
    for n in range(30):
        run.write(b"\xf8\xfe")
        time.sleep(max(0, start + 0.03 * (n + 1) - time.monotonic()))
    took = time.monotonic() - start
    check(run.until(lambda: b"clock-stopped" in run.out), "it stops")
    run.process.stdin.close()
    run.end()
    got = [facts(o) for o in run.json]
    equal([g[0] for g in got], ["sensing", "clock", "sensing-stopped",
                                "clock-stopped"], "events")
    # A tick each 30 ms is 83.3 bpm; of those that were read late, that of the
    # 24 ticks between the first, with the sensing, and the line: +-1 ms each.
    begun, told = [datetime.datetime.fromisoformat(o["time"][:-1])
                   for o in run.json[:2]]
    beat = (told - begun).total_seconds()
    check(60 / (beat + 0.003) <= got[1][1]["bpm"] <= 60 / (beat - 0.003),
          "tempo: %s in %.3f s" % (got[1][1], beat))
    check(beat <= took, "a beat of %.3f s in %.3f s" % (beat, took))
    equal(got[3][1], {"ticks": 30}, "ticks")


@test("filters: channels, words, makers; damage is always said")
def _(room):
    roland = bytes.fromhex("f0411042 1240007f0041f7")
    stream = (b"\x90\x3c\x64\x91\x3c\x64\x92\x3c\x64\xc1\x05\xfa"
              + IDENTITY + roland + b"\x93\x3c\xf3\x01")
    cut = "note-on"
    for opts, want in [
            (("--channel", "2-3"), ["note-on", "note-on", "program", "start",
                                    "sysex", "sysex", cut, "song-select"]),
            (("--channel", "1,16"), ["note-on", "start", "sysex", "sysex",
                                     cut, "song-select"]),
            (("--only", "program,song"), ["program", cut, "song-select"]),
            (("--only", "program", "--only", "transport"),
             ["program", "start", cut]),
            (("--not", "note,sysex"), ["program", "start", cut,
                                       "song-select"]),
            (("--only", "note,program", "--not", "note"), ["program", cut]),
            (("--only", "sysex", "--maker", "roland"), ["sysex", cut]),
            (("--maker", "41", "--maker", "7e", "--only", "sysex"),
             ["sysex", "sysex", cut])]:
        got, run = events(room, stream, *opts)
        equal([o["event"] for o in got], want, " ".join(opts))
        equal(run.status, 5, "exit status")
        match("not shown: %d filtered line" % (9 - len(want)), run.err, "the rest")


@test("what does not parse: exit 2")
def _(room):
    for opts in [("--channel", ""), ("--channel", "1,"), ("--only", ""),
                 ("--only", "note,,cc"), ("--not", ","), ("--channel", "0"), ("--channel", "17"), ("--channel", "5-2"),
                 ("--channel", "x"), ("--only", "notes"), ("--not", "x,note"),
                 ("--maker", "nobody at all"), ("--time", "never"),
                 ("-n", "0"), ("-t", "0"), ("file.syx",)]:
        run = room.sxlib("monitor", "-p", "-", *opts, stdin=b"\xfa")
        equal(run.status, 2, " ".join(opts))
        equal(run.out, b"", "stdout")


@test("-n stops after N lines; fewer, or none, is exit 3")
def _(room):
    line = room.pty()
    run = room.run("monitor", "-p", line.port, "-n", "2").listening()
    line.feed(b"\x90\x3c\x64\x3d\x64\x3e\x64")
    equal((run.end(), len(run.lines)), (0, 2), "status and lines")
    run = room.sxlib("monitor", "-p", "-", "-n", "2", stdin=b"\xfa")
    equal((run.status, len(run.lines)), (3, 1), "fewer")
    run = room.sxlib("monitor", "-p", "-", stdin=b"")
    equal((run.status, run.out), (3, b""), "none")


@test("-t ends when there is nothing to show; a SysEx in the middle is cut")
def _(room):
    line = room.pty()
    run = room.run("monitor", "-p", line.port, "-t", "0.3", "-j").listening()
    line.feed(b"\x90\x3c\x64\xf0\x41\x10")
    equal(run.end(), 5, "exit status")
    equal([(o["event"], o["damaged"]) for o in run.json],
          [("note-on", None), ("sysex", "timeout")], "events")


@test("-t waits for a SysEx that is coming in, and counts from its end")
def _(room):
    line = room.pty()
    run = room.run("monitor", "-p", line.port, "-t", "0.8", "-j").listening()
    for part in (b"\xf0\x41", b"\x01", b"\x02", b"\x03", b"\x04\xf7"):
        line.feed(part)
        time.sleep(0.4)
    line.feed(b"\x90\x3c\x64")
    equal(run.end(), 0, "exit status")
    equal([(o["event"], o["damaged"]) for o in run.json],
          [("sysex", None), ("note-on", None)], "events")


for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    @test("%s is a normal end" % signal.Signals(number).name)
    def _(room, number=number):
        line = room.pty()
        run = room.run("monitor", "-p", line.port).listening()
        line.feed(b"\x90\x3c\x64")
        check(run.has_lines(1), "a line")
        equal(run.stop(number), 0, "exit status")


@test("a message that a signal ends is shown as damaged")
def _(room):
    line = room.pty()
    run = room.run("monitor", "-p", line.port, "-j").listening()
    line.feed(b"\xfa\xf0\x41\x10\x90\x3c")
    check(run.has_lines(2), "two lines")
    run.stop()
    equal([(o["event"], o["damaged"]) for o in run.json],
          [("start", None), ("sysex", "status byte 90"),
           ("note-on", "interrupted")], "events")
    equal(run.status, 5, "exit status")


@test("several ports: each line says its own; one that goes away is said")
def _(room):
    first, second = room.pty(), room.pty()
    run = room.run("monitor", "-p", first.port, "-p", second.port, "-j")
    run.says("listening on .*\n.*listening on")
    first.feed(b"\xb0\x63\x01\x62\x02")
    first.taken()
    second.feed(b"\xb0\x06\x05")
    check(run.has_lines(1), "a line")
    first.feed(b"\xb0\x06\x05")
    check(run.has_lines(2), "two lines")
    first.hang_up()
    run.says("gone|unplugged|hung")
    second.feed(b"\xfa")
    check(run.has_lines(3), "a line from the one that is left")
    equal(run.stop(), 4, "exit status")
    equal([(o["port"], o["event"]) for o in run.json],
          [(second.port, "cc"), (first.port, "nrpn"), (second.port, "start")],
          "lines")


@test("no such port: exit 4")
def _(room):
    run = room.sxlib("monitor", "-p", "tty:/dev/none")
    equal((run.status, run.out), (4, b""), "status and stdout")


@test("a reader that goes away ends it: exit 1, and nothing said of it")
def _(room):
    reader, writer = os.pipe()
    line = room.pty()
    run = room.run("monitor", "-p", line.port, stdout=writer).listening()
    os.close(writer)
    os.close(reader)
    line.feed(b"\x90\x3c\x64")
    equal(run.end(), 1, "exit status")
    check("standard output" not in run.err, "stderr: %s" % run.err)


@test("a full disk is said: exit 1")
def _(room):
    with open("/dev/full", "wb") as full:
        run = room.sxlib("monitor", "-p", "-", stdin=b"\xfa", stdout=full)
    equal(run.status, 1, "exit status")
    match("cannot write to standard output", run.err, "stderr")


@test("a terminal that stands still: nothing of the input is lost")
def _(room):
    reader, writer = os.pipe()
    line = room.pty()
    run = room.run("monitor", "-p", line.port, "--raw", "--hex", "-j",
                   stdout=writer).listening()
    os.close(writer)
    notes = [bytes([0x90 + n % 16, n % 128, 1 + n // 128 % 127])
             for n in range(20000)]
    # All of it is taken, although nobody reads a line.
    line.feed(b"".join(notes))
    line.taken()
    got = b""
    while got.count(b"\n") < len(notes):
        check(select.select([reader], [], [], h.LIMIT)[0], "lines stop")
        got += os.read(reader, 1 << 20)
    os.close(reader)
    found = re.findall(rb'"hex": "([0-9a-f]+)"', got)
    equal([bytes.fromhex(f.decode()) for f in found], notes, "messages")
    run.stop()


@test("colour on a terminal only, and not with NO_COLOR; --time")
def _(room):
    for env, coloured in [({}, True), ({"NO_COLOR": "1"}, False),
                          ({"NO_COLOR": ""}, True)]:
        master, slave = os.openpty()
        run = room.sxlib("monitor", "-p", "-", "--time", "clock",
                         stdin=b"\x90\x3c\x64", stdout=slave, env=env)
        os.close(slave)
        text = os.read(master, 4096)
        os.close(master)
        equal(b"\x1b[32m" in text, coloured, "colour with %s" % env)
        match(rb"^\d\d:\d\d:\d\d\.\d\d\d  ", text, "time", 0)
        equal(run.status, 0, "exit status")
    run = room.sxlib("monitor", "-p", "-", "--time", "line",
                     stdin=b"\x90\x3c\x64\x3d\x64")
    match(r"^ +0\.000  ch", run.lines[1], "since the line before")
    check(b"\x1b" not in run.out, "no colour")


@test("--time: of the clock, since the line before, since the start")
def _(room):
    for how in ("clock", "line", "start"):
        line = room.pty()
        run = room.run("monitor", "-p", line.port, "-n", "3", "--time", how)
        run.listening()
        sent, seen = [], []
        for n in range(3):
            time.sleep(0.15 if n > 0 else 0)
            sent.append(time.time())
            line.feed(b"\x90\x3c" + bytes([n + 1]))
            check(run.has_lines(n + 1), "no line")
            seen.append(time.time())
        equal(run.end(), 0, "exit status")
        words = [text.split()[0] for text in run.lines]
        for n in range(3):
            least, most = sent[n], seen[n]
            if how == "clock": # UTC+5:30 here
                of_day = (sent[n] + 19800) % 86400
                parts = words[n].split(":")
                got = int(parts[0]) * 3600 + int(parts[1]) * 60 \
                    + float(parts[2])
                late = (got - of_day) % 86400
                check(late <= most - least or late > 86399.998,
                      "%s, sent at %.3f" % (words[n], of_day))
            elif n > 0:
                # --time start counts from before the first line.
                first = n - 1 if how == "line" else 0
                got = float(words[n]) - (
                    float(words[0]) if how == "start" else 0)
                check(sent[n] - seen[first] - 0.002 <= got
                      <= seen[n] - sent[first] + 0.002,
                      "line %d of --time %s: %s" % (n, how, words[n]))


@test("a song position is a beat and sixteenths, from the first beat on")
def _(room):
    run = room.sxlib("monitor", "-p", "-", stdin=b"\xf2\x00\x00\xf2\x05\x01")
    for text, want in zip(run.lines, ("0 (beat 1 and 0 sixteenths)",
                                      "133 (beat 34 and 1 sixteenths)")):
        check(text.endswith(want), text)
    equal(len(run.lines), 2, "lines")


@test("text from an instrument never reaches the terminal raw")
def _(room):
    for b in (b"\x1b]0;x\x07", b"\x1b[2J", b"..//"):
        data = h.md_kit(room.random, 3, b)
        run = room.sxlib("monitor", "-p", "-", stdin=data)
        check(b"\x1b" not in run.out and b"\x07" not in run.out, "raw text")


@test("--device and ports.conf: the controllers of an instrument by name")
def _(room):
    data = (b"\xb0\x5b\x07\xb0\x5a\x01\xb0\x5b\x2d\xb0\x62\x05\xb0\x63\x06"
            b"\xb1\x5b\x01\xb0\x07\x09")
    run = room.sxlib("monitor", "-p", "-", "--device", "mbrane 11",
                     stdin=data)
    h.equal([line.split(None, 4)[4] for line in run.lines], [
        "91 M1 Pitch low = 7", "90 M1 Pitch high = 1", "91 M1 Pitch = 173",
        "98 Calibration = 5", "99 Calibration = 6", "91 M1 Pitch low = 1",
        "7 channel volume = 9"], "lines")
    h.match(r"controllers of the mbrane 11: .*\(inferred\)", run.err,
            "source and trust")
    line = room.pty()
    room.write(".config/sxlib/ports.conf", (
        "[kick]\nport = %s\ndevice = MBase 11\n" % line.port).encode())
    run = room.run("monitor", "-p", "kick", "-n", "1", "--json")
    run.listening()
    line.feed(b"\xb0\x64\x05")
    run.end()
    h.equal(run.json[0]["name"], "Tune", "name")
    run = room.sxlib("monitor", "-p", "-", "--device", "nothing")
    h.equal(run.status, 2, "exit status")


if __name__ == "__main__":
    h.main()
