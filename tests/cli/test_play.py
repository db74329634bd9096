#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""play: files of all kinds, byte by byte, and their times."""
import bisect
import os
import signal
import struct
import time

import harness as h
import song as s
from harness import END, check, equal, event, match, meta, packet, smf, \
    sysex_event, test


def on(delta, note=0x40, status=0x90):
    return event(delta, bytes([status, note, 0x7F]))


def off(delta, note=0x40, status=0x80):
    return event(delta, bytes([status, note, 0x40]))


def play(room, data, *opts, status=0, name="song.mid"):
    room.write(name, data)
    run = room.sxlib("play", "-p", "-", name, *opts)
    equal(run.status, status, "exit status")
    return run


def plays(room, data, want, *opts, **more):
    run = play(room, data, *opts, **more)
    equal(run.out, want, "what was sent")
    return run


def seconds(room, data, *opts):
    """How long it would take."""
    room.write("song.mid", data)
    run = room.sxlib("play", "--dry-run", "--json", "song.mid", *opts)
    equal(run.status, 0, "exit status")
    return run.json[0]["seconds"]


@test("tracks are merged by their times, equal ones in track order")
def _(room):
    rng = room.random
    for _ in range(10):
        tracks, all_of = [], []
        for i in range(rng.randrange(1, 8)):
            track, tick = b"", 0
            for k in range(rng.randrange(0, 60)):
                delta = rng.choice([0, 0, 1, 2, 5])
                tick += delta
                message = s.channel(rng) if rng.randrange(5) else \
                    h.sysex(rng, rng.randrange(4, 40))
                if message[0] & 0xF0 == 0x90:
                    message = b"\xb0\x10" + message[2:]  # nothing sounds
                if message[:2] and message[0] & 0xF0 == 0xB0 \
                        and message[1] >= 64:
                    message = bytes([message[0], 7, message[2]])
                all_of.append((tick, i, k, message))
                track += sysex_event(delta, message) \
                    if message[0] == 0xF0 else event(delta, message)
            tracks.append(track + END)
        want = b"".join(m for _, _, _, m in sorted(all_of))
        if want:
            plays(room, smf(*tracks, division=10000), want)


@test("running status, escapes, packets, odd metas, a missing end")
def _(room):
    track = (event(0, b"\xb0\x07\x01") + event(0, b"\x07\x02")
             + meta(0, 0x7F, bytes(300)) + meta(0, 0x60, b"?")
             + event(0, b"\xb1\x07\x03") + packet(0, b"\xf3\x05", 0xF7)
             + packet(0, b"\x42" + bytes(200)) + packet(1, bytes(256), 0xF7)
             + packet(1, bytes(99) + b"\xf7", 0xF7)
             + packet(0, b"\xf0\x43\x01\xf7", 0xF7)
             + packet(0, b"\xfa", 0xF7))
    plays(room, smf(track, fmt=0),
          b"\xb0\x07\x01\xb0\x07\x02\xb1\x07\x03\xf3\x05\xf0\x42"
          + bytes(555) + b"\xf7\xf0\x43\x01\xf7\xfa")


@test("RIFF RMID")
def _(room):
    inner = smf(event(0, b"\xb0\x07\x01") + END, fmt=0)
    data = b"RMIDdata" + struct.pack("<I", len(inner)) + inner
    plays(room, b"RIFF" + struct.pack("<I", len(data)) + data,
          b"\xb0\x07\x01")


@test("as arecordmidi writes it: packets of 256 bytes, times in between")
def _(room):
    rng = room.random
    big = h.sysex(rng, 4104)
    track = event(0, b"\xb0\x07\x01") + packet(3, big[1:256])
    for at in range(256, len(big), 256):
        track += packet(1, big[at:at + 256], 0xF7)
    track += event(0, b"\xb0\x07\x02") + END
    plays(room, smf(track, fmt=0, division=384),
          b"\xb0\x07\x01" + big + b"\xb0\x07\x02")


@test("type 2, a .syx, an empty file, a missing one: exit 1, in words")
def _(room):
    run = play(room, smf(on(0) + END, on(0) + END, fmt=2), status=1)
    match("type 2", run.err, "type 2")
    run = play(room, b"\xf0\x42\xf7", status=1)
    match("not a MIDI file.*\n.*sxlib send", run.err, ".syx")
    run = play(room, smf(END), status=1)
    match("nothing to play", run.err, "empty")
    run = room.sxlib("play", "-p", "-", "missing.mid")
    equal(run.status, 1, "missing")
    for run in room.runs:
        equal(run.out, b"", "nothing was sent")


@test("usage: exit 2; no such port: 4")
def _(room):
    room.write("song.mid", smf(on(0) + off(1) + END))
    for args in [(), ("song.mid", "song.mid"), ("--from", "x", "song.mid"),
                 ("--to", "1:", "song.mid"), ("--tempo", "fast", "song.mid"),
                 ("--tempo", "x", "song.mid"), ("--tempo", "0x", "song.mid"),
                 ("--from", "2", "--to", "1", "song.mid"),
                 ("--loop", "-1", "song.mid"),
                 ("--sysex-only", "--no-sysex", "song.mid"),
                 ("--json", "-p", "-", "song.mid")]:
        equal(room.sxlib("play", *args).status, 2, str(args))
    equal(room.sxlib("play", "-p", "no-such-port", "song.mid").status, 4,
          "port")


@test("the tempo map, frames, --tempo, --from and --to: how long it takes")
def _(room):
    # 1 s at 120, 2 s at 60, 0.5 s at 240 beats a minute
    track = (meta(0, 0x51, b"\x07\xa1\x20") + on(0)
             + meta(960, 0x51, b"\x0f\x42\x40")
             + meta(960, 0x51, b"\x03\xd0\x90") + off(960) + END)
    data = smf(track, fmt=0, division=480)
    equal(seconds(room, data), 3.5, "the map")
    equal(seconds(room, data, "--tempo", "2x"), 1.75, "2x")
    equal(seconds(room, data, "--tempo", "50%"), 7.0, "50%")
    equal(seconds(room, data, "--tempo", "240"), 1.75, "240")
    equal(seconds(room, data, "--to", "0:02.5"), 2.5, "--to")
    equal(seconds(room, data, "--to", "10"), 10.0, "--to beyond")
    equal(seconds(room, data, "--from", "0", "--loop", "3"), 10.5, "--loop")
    equal(seconds(room, smf(on(0) + off(960) + END, division=480)), 1.0,
          "120 unless told")
    other = smf(meta(960, 0x51, b"\x0f\x42\x40") + END,
                on(0) + off(1920) + END, division=480)
    equal(seconds(room, other), 3.0, "the tempo of another track")
    for frames, of in ((24, 24), (25, 25), (30, 30), (29, 29.97)):
        division = (256 - frames) << 8 | 40
        smpte = smf(meta(0, 0x51, b"\x00\x00\x01") + on(0)
                    + off(frames * 40 if frames != 29 else 1200)
                    + END, fmt=0, division=division)
        check(abs(seconds(room, smpte) - (1.0 if of != 29.97 else 1.001))
              < 0.0015, "%d frames" % frames)
    room.write("song.mid", smpte)
    run = room.sxlib("play", "--dry-run", "--tempo", "90", "song.mid")
    equal(run.status, 2, "beats of a file that has frames")
    match("frames", run.err, "why")


@test("--delay may be a part of a millisecond")
def _(room):
    line = room.pty().listen()
    room.write("song.mid", smf(b"".join(
        sysex_event(0, b"\xf0\x7d\xf7") for _ in range(1000)) + END))
    run = room.sxlib("play", "-p", line.port, "--rate", "max", "--delay",
                     "0.9", "song.mid")
    equal(run.status, 0, "exit status")
    check(run.seconds >= 0.899, "999 pauses took %.3f s" % run.seconds)


def heard(line):
    """[(time, message)] of what came out of a port."""
    data = line.settled()
    ends, total = [], 0
    for _, piece in line.chunks:
        total += len(piece)
        ends.append(total)
    found, at = [], 0
    for message in s.messages(data):
        chunk = bisect.bisect_right(ends, at)
        found.append((line.chunks[chunk][0], message))
        at += len(message)
    return found


@test("no message is early, and lateness does not add up", alone=True)
def _(room):
    ticks = [0, 10, 30, 31, 200, 205, 400, 900, 1000]
    track = b"".join(event(b - a, bytes([0xB0, 7, i])) for i, (a, b) in
                     enumerate(zip([0] + ticks, ticks))) + END
    room.write("song.mid", smf(track, fmt=0, division=500))
    line = room.pty().listen()
    pulse = room.pulse()
    run = room.sxlib("play", "-p", line.port, "--json", "song.mid")
    equal(run.status, 0, "exit status")
    got = heard(line)
    equal([m[2] for _, m in got], list(range(len(ticks))), "messages")
    late = [at - got[0][0] - tick / 1000 for tick, (at, _) in zip(ticks, got)]
    check(min(late) > -0.03 - pulse.late(got[0][0]), "early: %s" % late)
    check(run.json[0]["seconds"] >= 1.0, "it took %s" % run.json[0])
    # Whatever the machine does meanwhile, the last is not later than the
    # one that was latest.
    check(run.json[0]["late_ms"] / 1000 + 0.05 + pulse.late(got[-1][0])
          >= late[-1] - max(late[0], 0),
          "late: %s, %s" % (late, run.json[0]))


@test("--from says what came before: bank, program, controllers, bend")
def _(room):
    track = (event(0, b"\xb2\x00\x01") + event(0, b"\xb2\x20\x02")
             + event(0, b"\xc2\x05") + event(0, b"\xb2\x07\x10")
             + event(1, b"\xb2\x07\x20") + event(0, b"\xe2\x00\x50")
             + event(0, b"\xd2\x33") + on(0, 0x30, 0x92) + off(9, 0x30, 0x82)
             + sysex_event(0, b"\xf0\x42\x01\xf7")
             + event(490, b"\xb2\x0b\x11") + END)
    data = smf(track, fmt=0, division=500)
    plays(room, data, b"\xb2\x00\x01\xb2\x20\x02\xc2\x05\xb2\x07\x20\xd2\x33"
          b"\xe2\x00\x50\xb2\x0b\x11", "--from", "0.5")
    plays(room, data, b"\xf0\x42\x01\xf7", "--sysex-only", "--from", "0.005",
          "--to", "0.4")
    run = play(room, data, "--from", "0.6", status=1)
    match("nothing to play", run.err, "nothing is there")


@test("--from says what came before: NRPN and RPN, each with its own value")
def _(room):
    def cc(*pairs):
        return b"".join(event(0, bytes([0xB0, a, b])) for a, b in pairs)

    before = cc((99, 1), (98, 2), (6, 10), (38, 11), (99, 1), (98, 3),
                (6, 20), (99, 1), (98, 2), (6, 30), (101, 0), (100, 0),
                (6, 2), (99, 5), (98, 6))
    data = smf(before + event(500, b"\xb0\x06\x44") + END, fmt=0,
               division=500)
    want = [(99, 1), (98, 2), (6, 30), (38, 11), (99, 1), (98, 3), (6, 20),
            (101, 0), (100, 0), (6, 2), (99, 5), (98, 6), (6, 0x44)]
    plays(room, data, b"".join(bytes([0xB0, a, b]) for a, b in want),
          "--from", "0.5")


@test("--from says what came before: what a reset resets, and no RPN of none")
def _(room):
    def cc(*pairs):
        return b"".join(event(0, bytes([0xB0, a, b])) for a, b in pairs)

    def come(*pairs):
        return b"".join(bytes([0xB0, a, b]) for a, b in pairs)

    last = event(500, b"\xb0\x08\x44") + END
    reset = smf(cc((1, 50), (7, 34), (11, 30), (64, 127))
                + event(0, b"\xd0\x11") + event(0, b"\xe0\x01\x02")
                + cc((99, 1), (98, 2), (121, 0), (6, 3)) + last, fmt=0,
                division=500)
    plays(room, reset, come((1, 0), (7, 34), (11, 127), (64, 0), (65, 0),
                            (66, 0), (67, 0)) + b"\xd0\x00\xe0\x00\x40"
          + come((8, 0x44)), "--from", "0.5")
    none = smf(cc((101, 0), (100, 0), (6, 2), (101, 127), (100, 127), (6, 9))
               + last, fmt=0, division=500)
    plays(room, none, come((101, 0), (100, 0), (6, 2), (101, 127), (100, 127),
                           (8, 0x44)), "--from", "0.5")


@test("--to ends what sounds then; so does the end of the file")
def _(room):
    data = smf(event(0, b"\xb0\x40\x7f") + on(0) + on(0, 0x41) + off(50)
               + off(450, 0x41) + event(0, b"\xb0\x40\x00") + END, fmt=0,
               division=500)
    start = b"\xb0\x40\x7f\x90\x40\x7f\x90\x41\x7f"
    plays(room, data, start + b"\x80\x40\x40\x80\x41\x40\xb0\x40\x00",
          "--to", "0.2")
    plays(room, data, start + b"\x80\x40\x40\x80\x41\x40\xb0\x40\x00")
    plays(room, smf(on(0) + END), b"\x90\x40\x7f\x80\x40\x40")
    # A note that began twice ends twice, and what was silenced has ended.
    plays(room, smf(on(0) + on(0) + END),
          b"\x90\x40\x7f" * 2 + b"\x80\x40\x40" * 2)
    for number in (120, 123, 127):
        silence = bytes([0xB0, number, 0])
        plays(room, smf(on(0) + event(0, silence) + END),
              b"\x90\x40\x7f" + silence)
    # The soft pedal sounds no less than others, but stays down no longer;
    # what is no pedal, and controllers from 120 on, are left alone.
    plays(room, smf(event(0, b"\xb0\x43\x7f") + event(0, b"\xb0\x45\x40")
                    + event(0, b"\xb0\x41\x7f") + event(0, b"\xb0\x79\x05")
                    + event(0, b"\xb1\x43\x7f") + END),
          b"\xb0\x43\x7f\xb0\x45\x40\xb0\x41\x7f\xb0\x79\x05"
          b"\xb1\x43\x7f\xb0\x45\x00\xb1\x43\x00")


@test("--loop plays it so many times, and in time")
def _(room):
    data = smf(on(0) + off(50) + event(50, b"\xb0\x07\x01") + END, fmt=0,
               division=500)
    run = plays(room, data, b"\x90\x40\x7f\x80\x40\x40\xb0\x07\x01" * 4,
                "--loop", "4")
    check(run.seconds > 0.39, "it took %.3f s" % run.seconds)
    line = room.pty().listen()
    run = room.run("play", "-p", line.port, "--loop", "0", "song.mid")
    line.got(10, 60)
    equal(run.stop(), -signal.SIGINT, "exit status")
    check(len(line.settled()) >= 60, "again and again")


@test("--sysex-only and --no-sysex")
def _(room):
    data = smf(on(0) + sysex_event(0, b"\xf0\x42\x01\xf7") + off(0)
               + packet(0, b"\xfa", 0xF7) + END)
    plays(room, data, b"\xf0\x42\x01\xf7", "--sysex-only")
    plays(room, data, b"\x90\x40\x7f\x80\x40\x40\xfa", "--no-sysex")
    run = plays(room, smf(packet(0, b"\xfe", 0xF7) + on(0) + off(0) + END),
                b"\x90\x40\x7f\x80\x40\x40")
    match("not sent: 1 active sensing", run.err, "active sensing")


def interrupted(room, data, size, number=signal.SIGINT, *opts):
    """Play, and stop it when `size` bytes have come: all that came."""
    room.write("song.mid", data)
    line = room.pty().listen()
    run = room.run("play", "-p", line.port, "song.mid", *opts)
    line.got(20, size)
    equal(run.stop(number), -number, "exit status")
    match(r"stopped at \d+:\d\d\.\d\d\d after \d+ event", run.err, "where")
    return run, line.settled()


@test("interrupted: notes off, pedals up, nothing else, dies of the signal")
def _(room):
    data = smf(event(0, b"\xb1\x40\x7f") + on(0, 0x30, 0x91)
               + on(0, 0x31, 0x91) + on(0, 0x20, 0x99)
               + off(0, 0x31, 0x81) + off(100000, 0x30, 0x81) + END)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        _, got = interrupted(room, data, 15, number)
        equal(got, b"\xb1\x40\x7f\x91\x30\x7f\x91\x31\x7f\x99\x20\x7f"
              b"\x81\x31\x40" b"\x81\x30\x40\xb1\x40\x00"
              b"\x89\x20\x40", "what was sent")


@test("interrupted in a SysEx: it is closed, then the notes are ended")
def _(room):
    big = h.sysex(room.random, 5000)
    data = smf(on(0) + sysex_event(0, big) + off(0) + END)
    run, got = interrupted(room, data, 500)
    match("closed with F7", run.err, "what is said")
    tail = b"\xf7\x80\x40\x40"
    check(got.endswith(tail), "the end: %s" % got[-10:].hex(" "))
    body = got[3:-len(tail)]
    check(400 < len(body) < 5000 and big.startswith(body), "the SysEx")


def pace(pieces, pulse, rate=3125):
    """At time t at most rate * t + 48 bytes have left."""
    total = 0
    late = 0.02 + pulse.late(pieces[0][0])
    for at, piece in pieces:
        total += len(piece)
        most = rate * (at - pieces[0][0] + late) + 48
        check(total <= most, "%d bytes after %.3f s" % (
            total, at - pieces[0][0]))


@test("interrupted before the F7 that --force adds to a cut SysEx: it is closed",
      prompt=0.3)
def _(room):
    cut = b"\xf0\x7d" + bytes(48)  # two more than can be ahead of the wire
    path = room.write("a.mid", h.smf(packet(0, cut[1:]) + on(10) + END))
    line = room.pty().listen()
    run = room.run("play", "-p", line.port, "--force", "--rate", "1", path)
    equal(line.got(30, len(cut)), cut, "the message")
    run.stop()
    equal(run.status, -signal.SIGINT, "exit status")
    equal(line.settled(), cut + b"\xf7", "bytes")
    match("was closed with F7", run.err, "said")


@test("a SysEx leaves at the speed of the wire, notes right behind it",
      alone=True)
def _(room):
    big = h.sysex(room.random, 1500)
    data = smf(sysex_event(0, big) + on(10) + off(0) + END, division=500)
    room.write("song.mid", data)
    line = room.pty().listen()
    pulse = room.pulse()
    run = room.sxlib("play", "-p", line.port, "song.mid")
    equal(run.status, 0, "exit status")
    equal(line.settled(), big + b"\x90\x40\x7f\x80\x40\x40", "bytes")
    pace(line.chunks, pulse)
    check(run.seconds > 0.45, "it took %.3f s" % run.seconds)


@test("--rate max does not wait; --rate BYTES does", alone=True)
def _(room):
    data = smf(sysex_event(0, h.sysex(room.random, 30000)) + END)
    room.write("song.mid", data)
    line = room.pty().listen()
    run = room.sxlib("play", "-p", line.port, "--rate", "max", "song.mid")
    check(run.seconds < 9, "max: %.1f s" % run.seconds)
    line = room.pty().listen()
    pulse = room.pulse()
    run = room.sxlib("play", "-p", line.port, "--rate", "60000", "song.mid")
    pace(line.chunks, pulse, 60000)
    check(run.seconds > 0.49, "60000: %.1f s" % run.seconds)


@test("--delay keeps SysEx messages apart, and order", alone=True)
def _(room):
    data = smf(sysex_event(0, b"\xf0\x42\x01\xf7") + event(0, b"\xc0\x01")
               + sysex_event(0, b"\xf0\x42\x02\xf7") + END)
    room.write("song.mid", data)
    line = room.pty().listen()
    run = room.sxlib("play", "-p", line.port, "--delay", "300", "song.mid")
    equal(line.settled(), b"\xf0\x42\x01\xf7\xc0\x01\xf0\x42\x02\xf7",
          "bytes")
    check(run.seconds > 0.3, "it took %.3f s" % run.seconds)


def refused(room, data, allow, words):
    run = play(room, data, status=1)
    equal(run.out, b"", "nothing was sent")
    match(words, run.err, "why")
    equal(play(room, data, "--no-sysex", "--rate", "max").status, 0,
          "--no-sysex")
    return play(room, data, allow, "--rate", "max").out


@test("what send refuses is refused here, too")
def _(room):
    rng = room.random
    note = event(0, b"\xb0\x07\x01")
    firmware = bytes.fromhex("f0317f5d10550001") + b"\x77" + bytes(99) \
        + b"\xf7"
    upgrade = smf(note + sysex_event(0, firmware) + END)
    for args, status in ((), 1), (("--force",), 1), (("--firmware",), 2):
        run = play(room, upgrade, *args, status=status)
        equal(run.out, b"", "an OS upgrade: nothing was sent")
        if status == 1:
            match("OS upgrade.*\n.*sxlib send --firmware", run.err, "why")
    equal(play(room, upgrade, "--no-sysex", "--rate", "max").out,
          b"\xb0\x07\x01", "--no-sysex")
    spoilt = h.spoil(h.md_kit(rng, 3, b"KIT"))
    equal(refused(room, smf(note + sysex_event(0, spoilt) + END), "--force",
                  "checksum"), b"\xb0\x07\x01" + spoilt, "checksum")
    erase = bytes.fromhex("f000203c01000145") + b"\x2d" * 14 + b"\xf7"
    equal(refused(room, smf(note + sysex_event(0, erase) + END), "--force",
                  "eras|clear"), b"\xb0\x07\x01" + erase, "erases all")
    cut = smf(note + sysex_event(0, b"\xf0\x42\x01")
              + event(0, b"\xb0\x07\x02") + END)
    equal(refused(room, cut, "--force", "is truncated"),
          b"\xb0\x07\x01\xf0\x42\x01\xf7\xb0\x07\x02", "closed")
    bad = smf(note + END, note + b"\x00\xf4")
    run = play(room, bad, status=1)
    equal(run.out, b"", "malformed: nothing was sent")
    run = plays(room, bad, b"\xb0\x07\x01" * 2, "--force")
    match("malformed", run.err, "it is said")


@test("hang-up on the way: exit 4")
def _(room):
    path = room.write("a.mid", h.smf(b"".join(
        h.event(20, bytes([0x90, 60, i % 127 + 1])) for i in range(500))
        + h.END))
    line = room.pty().listen()
    run = room.run("play", "-p", line.port, path)
    check(line.got(5, 30), "it plays")
    line.hang_up()
    equal(run.end(), 4, "exit status")
    match(r"unplugged", run.err, "said")
    match(r"stopped after \d+ events", run.err, "how far it came")


@test("a port that takes nothing is an error, not a hang")
def _(room):
    data = smf(sysex_event(0, h.sysex(room.random, 300000)) + END)
    room.write("song.mid", data)
    line = room.pty()
    run = room.sxlib("play", "-p", line.port, "--rate", "max", "song.mid")
    equal(run.status, 1, "exit status")
    match("accepts no more bytes", run.err, "why")


@test("--dry-run sends nothing; --json")
def _(room):
    room.write("song.mid", smf(on(0) + sysex_event(100, b"\xf0\x42\xf7")
                               + off(900) + END, division=500))
    line = room.pty().listen()
    run = room.sxlib("play", "-p", line.port, "--dry-run", "-j", "song.mid")
    equal(run.json, [{"file": "song.mid", "port": None, "events": 2,
                      "sysex": 1, "bytes": 9, "seconds": 1.0, "left_out": 0,
                      "late_ms": 0}], "json")
    equal(line.settled(), b"", "nothing was sent")
    run = room.sxlib("play", "-p", line.port, "-j", "--tempo", "50x",
                     "song.mid")
    equal((run.json[0]["port"], run.json[0]["bytes"]), (line.port, 9),
          "json")


@test("recorded, played, recorded again: the same, in one track or many")
def _(room):
    for opts in ((), ("--type", "1"), ("--tracks",)):
        data = s.stream(room.random, 400, realtime=False)
        name = "a%d.mid" % len(room.runs)
        room.sxlib("record", "-p", "-", "-o", name, *opts, stdin=data)
        run = room.sxlib("play", "-p", "-", "--rate", "max", name)
        equal(run.status, 0, "play")
        want = [m for m in s.messages(data) if not s.is_clock(m)]
        got = s.messages(run.out)
        # What the stream leaves sounding is ended.
        rest = got[len(want):]
        check(all(m[0] & 0xF0 in (0x80, 0xB0) for m in rest), "the end")
        if opts != ("--tracks",):
            equal(got[:len(want)], want, "messages")
        for channel in range(16):
            equal([m for m in got[:len(want)] if m[0] & 15 == channel
                   and m[0] < 0xF0],
                  [m for m in want if m[0] & 15 == channel and m[0] < 0xF0],
                  "channel %d" % channel)


@test("a million events, and a file larger than what is read at once",
      alone=True)
def _(room):
    n = 500000
    tracks = []
    for t in range(2):
        part = b"".join(bytes([0, 0xB0 | t, 7, i & 127]) for i in range(100))
        tracks.append((part + meta(0, 1, bytes(1700))) * (n // 100)
                      + event(1, bytes([0xC0 | t, 5])) + END)
    start = time.monotonic()
    run = play(room, smf(*tracks), "--rate", "max")
    took = time.monotonic() - start
    check(os.path.getsize(room.path("song.mid")) > 20 << 20, "its size")
    want = b"".join(b"".join(bytes([0xB0 | t, 7, i & 127])
                             for i in range(100)) * (n // 100)
                    for t in range(2)) + b"\xc0\x05\xc1\x05"
    equal(run.out, want, "what was sent")
    check(took < 50, "it took %.1f s" % took)


if __name__ == "__main__":
    h.main()
