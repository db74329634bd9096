#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""soak_recall.py BUILD SECONDS: `sxlib recall` between a sequencer and a unit.

The sequencer plays at random for so long: clock, notes, controllers, SysEx of
other units, and triggers alone and in bursts; SIGHUP rereads the map. In the end
every byte is accounted for: each dump that was reported as sent left once and
whole, in the order of the reports; everything else passed in its order, but for
notes, on and off, that were reported as too late. Memory, descriptors and threads are what
they were. SEED (1) plays the same again. The last line is "N passed, M failed".
"""
import os
import re
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "cli"))
os.environ["SXLIB"] = os.path.abspath(os.path.join(sys.argv[1], "sxlib"))
import harness as h  # noqa: E402
import test_recall as recall  # noqa: E402

RATE = 12500


def message(rng, count):
    """One that is no trigger, and like few others: notes on channel 1, a
    controller, or SysEx."""
    kind = rng.randrange(6)
    if kind == 0:
        return h.sysex(rng, rng.randrange(4, 400), b"\x40")
    if kind < 3:
        note = rng.randrange(128)
        return bytes([0x90, note, 1 + count % 127, 0x80, note, 64])
    return bytes([0xB0 | rng.randrange(14), count & 127, count >> 7 & 127])


class Sequencer:
    def __init__(self, stage, rng):
        self.stage, self.rng = stage, rng
        self.passes = []  # messages, in order
        self.triggers = self.clocks = self.reloads = 0

    def play(self, data):
        self.stage.sequencer.feed(data)
        # As fast as it may leave again, on average.
        time.sleep(len(data) / RATE * self.rng.random() * 2.2)

    def trigger(self):
        rng = self.rng
        self.triggers += 1
        self.play(rng.choice((recall.KICK, b"\xcf\x01", b"\xcf\x10",
                              bytes([0x9E, rng.randrange(37, 52), 1]),
                              b"\xbe\x14\x40")))

    def step(self):
        rng, what = self.rng, self.rng.randrange(40)
        if what == 0:
            for _ in range(rng.randrange(1, 6)):
                self.trigger()
        elif what == 1 and rng.randrange(40) == 0:
            self.triggers += 1
            self.play(b"\xcf\x11")  # 64 KB
        elif what == 2 and rng.randrange(20) == 0:
            self.reloads += 1
            self.stage.run.send_signal(signal.SIGHUP)
        elif what < 12:
            self.clocks += 1
            self.play(b"\xf8")
        elif what < 30:
            data = message(rng, len(self.passes))
            if data[0] == 0x90:
                self.passes += [data[:3], data[3:]]
            else:
                self.passes.append(data)
            self.play(data)
        else:
            time.sleep(rng.random() * 0.04)


def sort_out(got, sent, passes):
    """What left, taken apart: the place of what is not known or None, and how
    many notes are missing."""
    dumps, rest, at, missing = list(sent), list(passes), 0, 0
    dumps.reverse()
    rest.reverse()
    while at < len(got):
        if dumps and got.startswith(dumps[-1], at):
            at += len(dumps.pop())
        elif rest and got.startswith(rest[-1], at):
            at += len(rest.pop())
        elif rest and rest[-1][0] & 0xE0 == 0x80:
            missing += 1
            rest.pop()
        else:
            return at, missing
    while rest and rest[-1][0] & 0xE0 == 0x80:
        missing += 1
        rest.pop()
    return (None if not dumps and not rest else at), missing


def facts(run):
    with open("/proc/%d/status" % run.process.pid) as file:
        status = dict(line.split(":", 1) for line in file)
    return (len(os.listdir("/proc/%d/fd" % run.process.pid)),
            int(status["Threads"]), int(status["VmRSS"].split()[0]))


def soak(room, seconds, say):
    stage = recall.Stage(room, "--rate", str(RATE))
    seq = Sequencer(stage, room.random)
    dumps = dict(stage.dumps)
    end = time.monotonic() + seconds
    first = None
    while time.monotonic() < end:
        for _ in range(200):
            seq.step()
        first = first or facts(stage.run)
    stage.sequencer.taken()
    lines = [line.rstrip("\r\n").split("\t") for line in
             (stage.sent(seq.triggers) and stage.run.lines)]
    last = facts(stage.run)
    stage.stop()
    got = stage.unit.settled()
    sent = [dumps[line[2]] for line in lines if line[5] == "sent"]
    text = "\n".join(stage.run.err.splitlines()[-20:])
    late = re.search(r"too late after a dump: (\d+)", text)
    others = [line for line in text.splitlines()
              if "dropped:" in line and "too late" not in line]
    clocks = got.count(b"\xf8")
    wrong, missing = sort_out(recall.without_realtime(got), sent, seq.passes)
    print("# %d messages, %d triggers (%d sent), %d bytes left, %d notes late, "
          "%d times read again; KiB resident: %d, %d" % (
              len(seq.passes), seq.triggers, len(sent), len(got), missing,
              seq.reloads, first[2], last[2]))
    say(wrong is None, "every byte is accounted for",
        [] if wrong is None else ["at %d: %s" % (
            wrong, recall.without_realtime(got)[wrong:wrong + 24].hex(" "))])
    say(clocks == seq.clocks, "every clock passed",
        ["%d of %d" % (clocks, seq.clocks)])
    say(missing == 2 * int(late.group(1) if late else 0) and not others,
        "what was dropped is reported", ["%d missing" % missing, text])
    say(len(lines) == seq.triggers, "a line for each trigger", [])
    say({line[5] for line in lines} <= {"sent", "superseded", "repeat"},
        "known outcomes", [])
    say(first[:2] == last[:2], "descriptors and threads are the same",
        ["%s, then %s" % (first, last)])
    say(last[2] <= first[2] * 1.15 + 4096, "memory stays flat", [])


def main():
    results = []

    def say(good, what, notes):
        results.append(bool(good))
        print("%sok %d - soak: %s" % ("" if good else "not ", len(results),
                                      what))
        for note in () if good else notes:
            print("#   " + note)

    room = h.Room("soak")
    try:
        soak(room, float(sys.argv[2]), say)
    except h.Failure as why:
        say(False, "to the end", [str(why)])
    finally:
        room.close()
    print("%d passed, %d failed" % (sum(results),
                                    len(results) - sum(results)))
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
