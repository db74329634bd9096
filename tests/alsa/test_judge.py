#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""test_judge.py BUILD: is the judge of the overrun cases itself honest?

The last line is "N passed, N failed".
"""
import os
import subprocess
import sys
import tempfile

BUILD = os.path.join(sys.argv[1], "tests/alsa")
STREAM = ["1", "300", "24000"]
COUNT = 60
RING = 100000
LOST = 30000
ODD = 5  # the message at the start of a full ring


def messages():
    data = subprocess.run([os.path.join(BUILD, "peer"), "make"] + STREAM
                          + [str(COUNT)], check=True,
                          stdout=subprocess.PIPE).stdout
    return [part + b"\xf7" for part in data.split(b"\xf7")[:-1]]


def honest(files):
    """files: (bytes, are they said to be damaged?)"""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for n, (data, damaged) in enumerate(files):
            paths.append(os.path.join(folder, "%03d%s.syx" % (
                n, ".damaged" if damaged else "")))
            with open(paths[-1], "wb") as f:
                f.write(data)
        run = subprocess.run(
            [os.path.join(BUILD, "judge")] + STREAM + [str(COUNT), str(RING)],
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
        ("the same, taken for whole", False, between(hole, False)),
        ("the same, and no hole a ring behind it", False,
         between(whole, True)),
        ("a few of its bytes", True,
         instead(hole, sent[ODD][:99] + b"\1\2\3" + sent[ODD][102:], True)),
        ("no piece of anything", False, instead(whole, b"\1\2\3" * 9, True)),
        ("damaged for nothing", False, instead(whole, sent[ODD], True)),
    ]
    good = 0
    for name, want, files in cases:
        right = honest(files) == want
        good += right
        print("%sok - the judge: %s" % ("" if right else "not ", name))
    print("%d passed, %d failed" % (good, len(cases) - good))
    sys.exit(good != len(cases))


if __name__ == "__main__":
    main()
