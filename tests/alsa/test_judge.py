#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""test_judge.py BUILD: is the judge of the overrun cases itself honest?

The last line is "N passed, N failed".
"""
import os
import random
import re
import subprocess
import sys
import tempfile

BUILD = os.path.join(sys.argv[1], "tests/alsa")
STREAM = ["1", "300", "24000"]
COUNT = 60
RING = 100000
LOST = 30000
ODD = 5  # the message at the start of a full ring
STREAMS = 40
LIARS = 6  # of them; it takes the judge long to find no way out


def messages():
    data = subprocess.run([os.path.join(BUILD, "peer"), "make"] + STREAM
                          + [str(COUNT)], check=True,
                          stdout=subprocess.PIPE).stdout
    return [part + b"\xf7" for part in data.split(b"\xf7")[:-1]]


def honest(files, reported=0):
    """files: (bytes, are they said to be damaged?)"""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for n, (data, damaged) in enumerate(files):
            paths.append(os.path.join(folder, "%03d%s.syx" % (
                n, ".damaged" if damaged else "")))
            with open(paths[-1], "wb") as f:
                f.write(data)
        run = subprocess.run(
            [os.path.join(BUILD, "judge")] + STREAM
            + [str(COUNT), str(RING), str(reported)],
            input="".join(p + "\n" for p in paths).encode(), check=False,
            stdout=subprocess.PIPE)
    return run.returncode == 0


def overrun(sent):
    """What is there after LOST bytes were lost a ring behind message ODD."""
    start = sum(map(len, sent[:ODD])) + RING
    files, at = [], 0
    for m in sent:
        end = at + len(m)
        if end <= start or at >= start + LOST:
            files.append((m, False))
        if at < start < end:
            files.append((m[:start - at], True))
        if at < start + LOST < end:
            files.append((m[start + LOST - at:], True))
        at = end
    return files


def with_holes(data, rnd):
    """What is left of data, and the places in it where bytes were lost."""
    got, places, at = bytearray(), [], 0
    end = RING + rnd.randrange(60000)
    while end < len(data):
        got += data[at:end]
        places.append(len(got))
        at = end + 1 + rnd.randrange(60000)
        end = at + 65536 + rnd.randrange(115000)
    return got + data[at:], places


def overwrite(got, places, rnd):
    """Put bytes of a ring later over the start of the full ring before a
    hole, as the kernel does while it is read; what sxlib then doubts."""
    later, doubt = bytes(got), []
    for start in [place - RING for place in places]:
        if rnd.random() < 0.2:
            continue
        at, end = start, start + rnd.choice((4096, 32768))
        doubt.append((start, end))
        for _ in range(rnd.randrange(3)):
            at += rnd.choice((0, rnd.randrange(1500)))
            stop = min(at + 1 + rnd.randrange(end - start), end,
                       len(got) - RING)
            if at < stop:
                got[at:stop] = later[at + RING:stop + RING]
                at = stop
    return doubt


def framed(got, places, doubt):
    cuts = {0, len(got)}.union(
        places, (m.start() for m in re.finditer(b"\xf0", got)),
        (m.end() for m in re.finditer(b"\xf7", got)))
    cuts = sorted(cuts)
    files = []
    for begin, end in zip(cuts, cuts[1:]):
        piece = bytes(got[begin:end])
        whole = piece[0] == 0xf0 and piece[-1] == 0xf7
        files.append((piece, not whole or any(
            begin < b and a < end for a, b in doubt)))
    return files


def lies(files, rnd):
    """Something wrong with one of three messages that passed for whole."""
    at = rnd.choice([n for n in range(1, len(files) - 1)
                     if not any(bad for _, bad in files[n - 1:n + 2])])
    flipped = bytearray(files[at][0])
    flipped[rnd.randrange(6, len(flipped) - 1)] ^= 1
    return [
        ("a message left out", False, files[:at] + files[at + 1:]),
        ("a message doubled", False,
         files[:at] + files[at:at + 1] + files[at:]),
        ("two messages swapped", False,
         files[:at] + [files[at + 1], files[at]] + files[at + 2:]),
        ("one bit changed", False,
         files[:at] + [(bytes(flipped), False)] + files[at + 1:]),
    ]


def random_streams(sent):
    """For each case the seeds at which the judge was wrong."""
    wrong = {}
    for seed in range(STREAMS):
        rnd = random.Random(seed)
        got, places = with_holes(b"".join(sent), rnd)
        files = framed(got, places, overwrite(got, places, rnd))
        cases = [("holes at any place", True, files)]
        if seed < LIARS:
            cases += lies(files, rnd)
        for name, want, case in cases:
            seeds = wrong.setdefault("random streams: " + name, [])
            if honest(case) != want:
                seeds.append(seed)
    return wrong


def main():
    sent = messages()
    whole = [(m, False) for m in sent]
    hole = overrun(sent)
    newer = sent[40][:2000] + sent[ODD][2000:]

    def instead(files, data, damaged):
        return files[:ODD] + [(data, damaged)] + files[ODD + 1:]

    def between(files, damaged):
        return (files[:ODD]
                + [(sent[40][-700:], damaged),
                   (sent[41][:2000] + sent[ODD][2700:], damaged)]
                + files[ODD + 1:])

    cases = [
        ("all of it", True, whole),
        ("a hole that was noticed", True, hole),
        ("one that was not", False, whole[:7] + whole[8:]),
        ("bytes of a later message at the start of a full ring", True,
         instead(hole, newer, True)),
        ("the same, taken for whole", False, instead(hole, newer, False)),
        ("the same, and no hole a ring behind it", False,
         instead(whole, newer, True)),
        ("the end of a message, taken for whole", False,
         [(data, damaged and data[0] == 0xf0) for data, damaged in hole]),
        ("the end of a later message and the next one's start there", True,
         between(hole, True)),
        ("that end and that start, taken for whole", False,
         between(hole, False)),
        ("that end and that start, and no hole a ring behind", False,
         between(whole, True)),
        ("a few of its bytes", True,
         instead(hole, sent[ODD][:99] + b"\1\2\3" + sent[ODD][102:], True)),
        ("no piece of anything", False, instead(whole, b"\1\2\3" * 9, True)),
        ("damaged for nothing", False, instead(whole, sent[ODD], True)),
    ]
    results = [(name, honest(files) == want) for name, want, files in cases]
    left_out = whole[:7] + whole[8:]
    results += [
        ("a hole between messages that was reported", honest(left_out, 1)),
        ("two of them, one reported", not honest(left_out[:-1], 1)),
        ("two of them, both reported", honest(left_out[:-1], 2)),
        ("a hole inside a message that was reported as one between", not
         honest(instead(whole, sent[ODD][:99] + sent[ODD][102:], False), 1)),
    ]
    results += [("%s%s" % (name, ", not at %s" % wrong if wrong else ""),
                 not wrong) for name, wrong in random_streams(sent).items()]
    for name, right in results:
        print("%sok - the judge: %s" % ("" if right else "not ", name))
    good = sum(right for _, right in results)
    print("%d passed, %d failed" % (good, len(results) - good))
    sys.exit(good != len(results))


if __name__ == "__main__":
    main()
