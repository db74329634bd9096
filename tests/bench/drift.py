#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""drift.py BUILD SECONDS: do `sxlib play` and `sxlib record` stay in time?

One of them plays a song of SECONDS to a serial line, the other records one
that comes from another line, both at the same time. The tempo changes with
each bar, and no note is on a full millisecond. This process plays the other
ends of both lines and stamps each note by CLOCK_MONOTONIC. There are 7200 of
them however long it takes, so that a short run has as many occasions to lose
time as an hour; in less than 20 seconds they are more than a cable carries.

Whatever else runs on the machine makes notes late, never early. So drift is
how much later the promptest note of the last tenth is than that of the first.
What fails is a note that is missing, and DRIFT (10 ms) or more; the other
figures are the machine's as well. The last line is "N passed, M failed".
"""
import contextlib
import fractions
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../cli"))
import harness as h  # noqa: E402
import song as s  # noqa: E402

NOTES = 7200
BAR = 16  # notes between two tempos
DIVISION = 480
TICKS = 2000  # a second, in a take of sxlib
DRIFT = 0.010  # seconds


def note(i):
    """On and off in turns, each unlike its neighbours."""
    return bytes([0x80 if i % 2 else 0x90, i // 2 % 128, i // 256 % 127 + 1])


def song(seconds):
    """A file, and when each of its notes is due."""
    rng = random.Random(1)
    beat = seconds * 1e6 / NOTES
    track, due, at = b"", [], fractions.Fraction(0)
    for i in range(NOTES):
        if i % BAR == 0:
            tempo = round(beat * rng.uniform(0.6, 1.4))
            track += h.meta(0, 0x51, tempo.to_bytes(3, "big"))
        ticks = 0 if i == 0 else rng.randrange(1, 2 * DIVISION)
        at += fractions.Fraction(ticks * tempo, DIVISION * 1000000)
        track += h.event(ticks, note(i))
        due.append(float(at))
    return h.smf(track + h.END, fmt=0, division=DIVISION), due


def exchange(heard, fed, due, limit):
    """Feed the notes to one line when they are due, and stamp those that come
    from the other: (time, bytes) of each piece, and times of what was fed."""
    pieces, sent, size = [], [], 0
    start = time.monotonic() + 0.5
    end = start + due[-1] + limit
    while size < 3 * NOTES or len(sent) < NOTES:
        now = time.monotonic()
        if now > end:
            break
        if len(sent) < NOTES and now >= start + due[len(sent)]:
            os.write(fed, note(len(sent)))
            sent.append(now)
            continue
        until = start + due[len(sent)] if len(sent) < NOTES else end
        if select.select([heard], [], [], until - now)[0]:
            data = os.read(heard, 4096)
            pieces.append((time.monotonic(), data))
            size += len(data)
    return pieces, sent


def arrivals(pieces):
    """When the last byte of each note came, and all bytes."""
    times, data = [], b""
    for at, piece in pieces:
        times += [at] * ((len(data) + len(piece)) // 3 - len(data) // 3)
        data += piece
    return times, data


def quantile(values, q):
    return sorted(values)[int(q * (len(values) - 1))]


def judge(what, whole, got, want):
    """How late each note was beside the first; True if all is well."""
    if not whole:
        print("not ok - %s: notes are missing or changed" % what)
        return False
    late = [(a - got[0]) - (b - want[0]) for a, b in zip(got, want)]
    usual = quantile(late, 0.5)
    off = [abs(x - usual) for x in late]
    tenth = NOTES // 10
    drift = min(late[-tenth:]) - min(late[:tenth])
    figures = {
        "notes": NOTES, "seconds": round(want[-1] - want[0], 1),
        "drift_ms": drift, "last_ms": late[-1] - usual,
        "median_ms": quantile(off, 0.5), "p99_ms": quantile(off, 0.99),
        "max_ms": max(off)}
    for name in figures:
        if name.endswith("_ms"):
            figures[name] = round(figures[name] * 1000, 3)
    good = abs(drift) < DRIFT
    print("%sok - %s: %s" % ("" if good else "not ", what,
                             json.dumps(figures)))
    return good


def run(sxlib, folder, seconds):
    data, due = song(seconds)
    with open(os.path.join(folder, "song.mid"), "wb") as file:
        file.write(data)
    out, into = h.Pty(), h.Pty()
    os.set_blocking(out.master, True)
    record = subprocess.Popen(
        [sxlib, "record", "--port", into.port, "--out", "take.mid"],
        cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    for line in record.stderr:
        if line.startswith(b"listening on"):
            break
    play = subprocess.Popen(
        [sxlib, "play", "--quiet", "--port", out.port, "song.mid"],
        cwd=folder, stdout=subprocess.DEVNULL)
    with contextlib.suppress(OSError):  # who stamps should not wait itself
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(2))
    pieces, sent = exchange(out.master, into.master, due, 30)
    into.taken()
    record.send_signal(signal.SIGINT)
    ended = record.wait(h.LIMIT), play.wait(h.LIMIT)
    h.equal(ended, (0, 0), "exit status of record and play")
    wanted = b"".join(map(note, range(NOTES)))
    times, data = arrivals(pieces)
    good = [judge("play", data == wanted, times, due)]
    with open(os.path.join(folder, "take.mid"), "rb") as file:
        take = s.Song(file.read())
    times = [tick / TICKS for tick, _ in take.messages()]
    good.append(judge("record", b"".join(take.only()) == wanted, times, sent))
    return good


def main():
    if len(sys.argv) != 3 or float(sys.argv[2]) < 20:
        sys.exit(__doc__)
    sxlib = os.path.abspath(os.path.join(sys.argv[1], "sxlib"))
    with tempfile.TemporaryDirectory(prefix="sxlib-drift.") as folder:
        good = run(sxlib, folder, float(sys.argv[2]))
    print("%d passed, %d failed" % (good.count(True), good.count(False)))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
