# SPDX-License-Identifier: ISC
"""A sequencer on one line, a unit on another, and recall between them."""
import os
import signal

import harness as h
from harness import check, equal

MAP = """[recall]
count-from = 1              ; as the sequencer shows them
note 36 on 15 = kick.syx
note C#2-D#3 on 15 = kits/kit{n:02}.syx
program 17-18 on 16 = p{n:02}.syx
pattern A02 on 16 = dry.syx
bank 1:0 program 3 on 16 = kick.syx
cc 20 64-127 on 15 = snap.mid
cc 21 on 15 = B0 07 40 0A 20
"""

KICK = b"\x9e\x24\x64"


def files(room, folder=""):
    """What MAP names; the dumps by their names."""
    rng = room.random
    dumps = {"kick.syx": h.sysex(rng, 300), "dry.syx": h.sysex(rng, 1900),
             "p17.syx": h.sysex(rng, 40) + h.sysex(rng, 50),
             "p18.syx": h.sysex(rng, 64000)}
    for note in range(37, 52):
        dumps["kits/kit%02d.syx" % note] = h.sysex(rng, 20 + note)
    for name, data in dumps.items():
        room.write(folder + name, data)
    room.write(folder + "snap.mid", h.smf(
        h.event(0, b"\xb0\x5a\x01") + h.event(500, b"\xb0\x5b\x2d") + h.END,
        fmt=0))
    dumps["snap.mid"] = b"\xb0\x5a\x01\xb0\x5b\x2d"
    room.write(folder + "stage.conf", MAP.encode())
    return dumps


class Stage:
    """A sequencer, sxlib and a unit."""

    def __init__(self, room, *opts, to=(), conf=None, **more):
        self.room = room
        self.dumps = files(room)
        if conf is not None:
            room.write("stage.conf", conf.encode())
        self.sequencer = room.pty()
        self.unit = room.pty().listen()
        # Ports that come back are found by these names.
        for name, line in (("seq", self.sequencer), ("unit", self.unit)):
            os.symlink(line.port.split(":", 1)[1], room.path(name))
        self.run = room.run("recall", "--from", "tty:" + room.path("seq"),
                            "--to", "tty:" + room.path("unit"), *to,
                            "--delay", "0", *opts, "stage.conf", **more)
        self.run.listening()

    def plug(self, name):
        """Another line under the same name."""
        line = self.room.pty()
        os.unlink(self.room.path(name))
        os.symlink(line.port.split(":", 1)[1], self.room.path(name))
        return line

    def play(self, data):
        self.sequencer.feed(data)
        self.sequencer.taken()

    def sent(self, n):
        """Wait for n lines; their columns."""
        check(self.run.has_lines(n), "fewer than %d lines" % n)
        return [line.split("\t") for line in self.run.lines]

    def outcomes(self, n):
        return [columns[5] for columns in self.sent(n)]

    def left(self, want, what="what the unit got"):
        """All that the unit has got is this."""
        self.unit.got(20, len(want))
        equal(self.unit.settled(), want, what)

    def stop(self, number=signal.SIGTERM):
        self.run.send_signal(number)
        equal(self.run.end(), 0, "exit status")
