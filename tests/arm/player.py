#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""player.py FOLDER: the instrument at the other end of the board's UART.

FOLDER has the sockets midi (the line) and qmp (QEMU's monitor), console (what
the board prints) and four.syx (what it sends). A line "@@ WHAT ARGUMENT..." on
the console asks for something; all others are passed on. Lines of TAP, until
"=====end".
"""
import hashlib
import json
import os
import random
import socket
import sys
import threading
import time

UART = 0x3F201000       # the PL011 of a BCM2837; registers as in ARM DDI 0183
DIVISOR, FRACTION, LINE = UART + 0x24, UART + 0x28, UART + 0x2C
CLOCK = 48_000_000
BAUD = 31250
WIRE = BAUD / 10        # bytes per second
AHEAD = 200             # bytes: the program's 48, QEMU's and the FIFO's 16


def connect(path):
    for _ in range(600):
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(path)
            return line
        except OSError:
            line.close()
            time.sleep(0.05)
    sys.exit("player.py: no " + path)


class Monitor:
    def __init__(self, path):
        self.stream = connect(path).makefile("rw")
        self.stream.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        json.dump({"execute": command, "arguments": arguments}, self.stream)
        self.stream.write("\n")
        self.stream.flush()
        while True:
            answer = json.loads(self.stream.readline())
            if "event" not in answer:
                return answer.get("return")

    def human(self, line):
        return self.ask("human-monitor-command", **{"command-line": line})

    def register(self, address):
        return int(self.human("xp /1wx 0x%x" % address).split(":")[1], 16)


class Player:
    def __init__(self, folder):
        self.random = random.Random(7)
        self.monitor = Monitor(os.path.join(folder, "qmp"))
        self.line = connect(os.path.join(folder, "midi"))
        with open(os.path.join(folder, "four.syx"), "rb") as f:
            self.four = f.read()
        self.played = {}
        self.heard = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while data := self.line.recv(65536):
            self.heard.append((time.monotonic(), data))

    def got(self):
        return b"".join(data for _, data in list(self.heard))

    def tap(self, good, what):
        print("ok - " + what if good else "not ok - " + what, flush=True)

    def dumps(self, name, sizes):
        made = [b"\xf0\x7d" + self.random.randbytes(n - 3).translate(SEVEN)
                + b"\xf7" for n in sizes]
        self.played[name] = hashlib.sha256(b"".join(made)).hexdigest()
        return made

    def fast(self):
        sizes = [self.random.randrange(8, 4000) for _ in range(20)]
        self.line.sendall(b"".join(self.dumps("fast", sizes)))

    def din(self, *who):
        """Three bytes at a time, when the wire would have brought them."""
        divisor = self.monitor.register(DIVISOR) * 64 \
            + self.monitor.register(FRACTION)
        line = self.monitor.register(LINE)
        # 8 bits, no parity, one stop bit.
        self.tap(divisor * BAUD == CLOCK * 4 and line & 0x6E == 0x60,
                 "%s: the UART is set to 31250 baud, 8N1 # divisor %g, "
                 "LCR_H %02x" % (" ".join(who), divisor / 64, line))
        data = b"".join(self.dumps("din", [1250] * 10))
        began = time.monotonic()
        for i in range(0, len(data), 3):
            time.sleep(max(0, began + i / WIRE - time.monotonic()))
            self.line.sendall(data[i:i + 3])

    def cut(self):
        """A dump, and one with a break in it."""
        whole, broken = self.dumps("cut", [20, 40])
        self.line.sendall(whole)
        time.sleep(1)
        self.line.sendall(broken[:15])
        time.sleep(1)
        self.monitor.human("chardev-send-break midi")
        time.sleep(1)
        self.line.sendall(broken[15:])

    def send(self):
        self.heard.clear()

    def sent(self, *what):
        self.hears(self.four, " ".join(what))
        # The socket shows when the UART let each byte go.
        heard = list(self.heard)
        lead = at = 0
        for when, data in heard:
            at += len(data)
            lead = max(lead, at - (when - heard[0][0]) * WIRE)
        self.tap(heard and lead < AHEAD, "%s at the pace of the wire # "
                 "%d bytes ahead at most" % (what[0], lead))

    def watch(self):
        for dump in self.dumps("watch", [300] * 3):
            self.line.sendall(dump)
            time.sleep(0.5)

    def recall(self):
        self.heard.clear()
        self.line.sendall(b"\x90\x40\x40\xcf\x02")
        self.until(3 + len(self.four))
        self.line.sendall(b"\x80\x40\x00")

    def recalled(self, *what):
        self.hears(b"\x90\x40\x40" + self.four + b"\x80\x40\x00",
                   " ".join(what))

    def until(self, size):
        """So many bytes are heard."""
        for _ in range(600):
            if len(self.got()) >= size:
                break
            time.sleep(0.05)

    def hears(self, want, what):
        self.until(len(want))
        time.sleep(0.5)
        got = self.got()
        self.tap(got == want, what if got == want else
                 "%s: heard %d bytes of %d" % (what, len(got), len(want)))

    def sum(self, name, got, *what):
        self.tap(got == self.played.get(name), " ".join(what))


SEVEN = bytes(i & 0x7F for i in range(256))
ASKED = ("fast", "din", "cut", "send", "sent", "watch", "recall", "recalled",
         "sum")


def lines(path):
    """Of a file that grows."""
    text = b""
    with open(path, "rb") as f:
        while True:
            text += f.read()
            *whole, text = text.split(b"\n")
            for line in whole:
                yield line.decode("utf-8", "replace").strip("\r")
            time.sleep(0.05)


def main(folder):
    player = Player(folder)
    begun = False
    for line in lines(os.path.join(folder, "console")):
        if line.startswith("=====end"):
            return
        if line.startswith("=====begin"):
            begun = True
            print("# uptime at the first case:%s s" % line[11:], flush=True)
        elif line.startswith("@@ "):
            what, *arguments = line[3:].split()
            if what not in ASKED:
                sys.exit("player.py: asked for " + what)
            getattr(player, what)(*arguments)
        elif begun and line:
            print(line if line.startswith(("ok ", "not ok ", "#"))
                  else "# " + line, flush=True)


main(sys.argv[1])
