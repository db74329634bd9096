#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""soak.py BUILD SECONDS: `sxlib watch` at work for long, compressed in time.

Four ports get dumps as fast as they are taken: of all sizes, with real-time
bytes inside, cut, without a beginning, after pauses and after none. Ports are
unplugged and plugged in, in dumps and between them; the process is stopped; the
disk is full for a while. In the end every dump is in a file, byte for byte and in
order, damaged if and only if it was; memory, descriptors and threads are what
they were. SEED (1) makes the same dumps again. The last line is "N passed,
M failed".
"""
import hashlib
import os
import random
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "cli"))
import harness as h  # noqa: E402

PORTS = 4
WIRE = 3125  # bytes a second
SEVEN = bytes(i & 0x7f for i in range(256))
LARGEST = 200000
WAIT = 120.0


def data7(rng, n):
    return rng.randbytes(n).translate(SEVEN)


class Watch:
    """The process; what it reports is hashed and removed."""

    def __init__(self, sxlib, folder, ports):
        self.folder = folder
        self.found = {port: [] for port in ports}
        self.numbers = []
        self.listening = dict.fromkeys(ports, 0)
        self.errors = []
        words = [w for p in ports for w in ("--port", "tty:" + p)]
        self.process = subprocess.Popen(
            [sxlib, "watch", "--out", "out", "--split", "message"] + words,
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, errors="backslashreplace",
            restore_signals=False)  # SIGXFSZ stays ignored: see fill()
        self.pid = self.process.pid
        self.threads = [threading.Thread(target=f, daemon=True)
                        for f in (self._reports, self._said)]
        for thread in self.threads:
            thread.start()

    def _reports(self):
        for line in self.process.stdout:
            path = os.path.join(self.folder, line.rstrip("\n"))
            try:
                with open(path, "rb") as file:
                    data = file.read()
                os.unlink(path)
            except OSError as why:
                self.errors.append("reported, but: %s" % why)
                continue
            name = re.match(r"out/.*(line\d)/(\d{6,})-", line)
            if not name:
                self.errors.append("an unexpected path: " + line)
                continue
            port = os.path.join(self.folder, name.group(1))
            self.numbers.append(int(name.group(2)))
            self.found[port].append(
                (hashlib.sha1(data).digest(), ".damaged." in line))

    def _said(self):
        for line in self.process.stderr:
            listening = re.match(r"listening on tty:([^:\n]+)", line)
            if listening:
                self.listening[listening.group(1)] += 1
            elif re.search("Sanitizer|runtime error:", line):
                self.errors.append(line.strip())

    def reported(self):
        return sum(map(len, self.found.values()))

    def facts(self):
        """(resident KiB, descriptors, threads)"""
        with open("/proc/%d/status" % self.pid) as file:
            status = dict(line.split(":", 1) for line in file)
        return (int(status["VmRSS"].split()[0]),
                len(os.listdir("/proc/%d/fd" % self.pid)),
                int(status["Threads"]))

    def cpu(self):
        with open("/proc/%d/stat" % self.pid) as file:
            stat = file.read().rsplit(")", 1)[1].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


class Port(threading.Thread):
    """An instrument that plays; `sent` is what has to come out."""

    def __init__(self, number, folder, seed):
        super().__init__(daemon=True)
        self.path = os.path.join(folder, "line%d" % number)
        self.rng = random.Random("%s %d" % (seed, number))
        self.number, self.count = number, 0
        self.sent, self.bytes, self.plugs, self.damaged = [], 0, 0, 0
        self.watch = self.end = self.gentle = self.failure = None
        self.pty = None

    def plug(self):
        self.pty = h.Pty()
        os.symlink(self.pty.port[len("tty:"):], self.path + ".new")
        os.rename(self.path + ".new", self.path)
        self.plugs += 1

    def unplug(self):
        os.unlink(self.path)
        self.pty.close()

    def feed(self, data):
        self.pty.feed(data, WAIT)
        self.bytes += len(data)

    def due(self, data, damaged):
        self.sent.append((hashlib.sha1(data).digest(), damaged))
        self.damaged += damaged

    def dump(self):
        """A message that is like no other."""
        self.count += 1
        number = [self.number] + [self.count >> k & 0x7f for k in (14, 7, 0)]
        size = int(LARGEST ** self.rng.random())
        return b"\xf0\x7d" + bytes(number) + data7(self.rng, size) + b"\xf7"

    def play(self):
        what, dump = self.rng.randrange(20), self.dump()
        if what == 0:  # cut by a note
            cut = dump[:self.rng.randrange(5, len(dump))]
            self.due(cut, True)
            self.feed(cut + b"\x90\x40\x40")
        elif what == 1:  # cut by the next dump
            cut = dump[:self.rng.randrange(5, len(dump))]
            dump = self.dump()
            self.due(cut, True)
            self.due(dump, False)
            self.feed(cut + dump)
        elif what == 2:  # the rest of one whose beginning was missed
            self.due(dump[1:], True)
            self.feed(b"\xf7" + dump[1:])
        elif what < 7:  # clock inside
            self.due(dump, False)
            step = self.rng.randrange(1, 300)
            self.feed(b"\xf8".join(dump[i:i + step] for i in
                                   range(0, len(dump), step)) + b"\xfe")
        else:
            self.due(dump, False)
            self.feed(dump)

    def replug(self):
        if self.rng.randrange(2):
            dump = self.dump()
            cut = dump[:self.rng.randrange(4, len(dump))]
            self.due(cut, True)
            self.feed(cut)
        self.pty.taken(WAIT)
        self.unplug()
        time.sleep(self.rng.random() / 4)
        self.plug()
        self.listens()

    def listens(self):
        end = time.monotonic() + WAIT
        while self.watch.listening[self.path] < self.plugs:
            h.check(time.monotonic() < end, "never listened to again")
            time.sleep(0.01)

    def run(self):
        try:
            self.listens()
            while not self.end.is_set():
                for _ in range(self.rng.randrange(1, 40)):
                    self.play()
                    if self.gentle.is_set():
                        time.sleep(0.05)
                    if self.end.is_set():
                        break
                if self.rng.randrange(4) == 0:
                    time.sleep(self.rng.random() / 2)
                if self.rng.randrange(3) == 0:
                    self.replug()
            self.pty.taken(WAIT)
        except Exception as why:  # said at the end
            self.failure = "%s: %r" % (self.path, why)


class Trouble:
    """Stops the process, fills the disk, and looks at it now and then."""

    def __init__(self, watch, gentle, seconds, seed):
        self.watch, self.gentle = watch, gentle
        self.rng = random.Random("trouble %s" % seed)
        self.began = time.monotonic()
        self.seconds = seconds
        self.samples, self.stops, self.full = [], 0, 0

    def wait(self, seconds):
        """Meanwhile, samples."""
        end = time.monotonic() + seconds
        while True:
            self.samples.append(self.watch.facts())
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.2))

    def run(self):
        end = self.began + self.seconds
        every = max(5.0, self.seconds / 40)
        full_at = self.began + every / 2
        while time.monotonic() < end:
            self.wait(self.rng.random())
            os.kill(self.watch.pid, signal.SIGSTOP)
            time.sleep(self.rng.random() / 2)
            os.kill(self.watch.pid, signal.SIGCONT)
            self.stops += 1
            if time.monotonic() >= full_at:
                full_at += every
                self.fill()

    def fill(self):
        # A file that may not grow is to the program what a full disk is.
        self.gentle.set()
        both = resource.prlimit(self.watch.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.watch.pid, resource.RLIMIT_FSIZE,
                         (self.rng.randrange(0, 30000), both[1]))
        self.wait(1)
        resource.prlimit(self.watch.pid, resource.RLIMIT_FSIZE, both)
        self.wait(0.5)
        self.gentle.clear()
        self.full += 1


def until(condition, limit=WAIT):
    end = time.monotonic() + limit
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def settled(watch):
    """The facts of an idle process."""
    time.sleep(2)
    return watch.facts()


def soak(sxlib, folder, seconds, say):
    seed = os.environ.get("SEED", "1")
    ports = [Port(i, folder, seed) for i in range(PORTS)]
    for port in ports:
        port.plug()
    watch = Watch(sxlib, folder, [p.path for p in ports])
    end, gentle = threading.Event(), threading.Event()
    for port in ports:
        port.watch, port.end, port.gentle = watch, end, gentle
    try:
        if not until(lambda: all(watch.listening.values())):
            say(False, "listens to all ports", [str(watch.listening)])
            return
        before = settled(watch)
        for port in ports:
            port.start()
        trouble = Trouble(watch, gentle, seconds, seed)
        trouble.run()
        end.set()
        for port in ports:
            port.join()
        took = time.monotonic() - trouble.began
        judge(watch, ports, trouble, before, took, say)
    finally:
        watch.process.kill()
        for port in ports:
            port.pty.close()


def judge(watch, ports, trouble, before, took, say):
    wanted = sum(len(p.sent) for p in ports)
    until(lambda: watch.reported() >= wanted)
    after = settled(watch)
    cpu = watch.cpu()
    watch.process.send_signal(signal.SIGTERM)
    try:
        status = watch.process.wait(WAIT)
    except subprocess.TimeoutExpired:
        status = "none: it did not end"
    for thread in watch.threads:
        thread.join(WAIT)

    amount = sum(p.bytes for p in ports)
    third = len(trouble.samples) // 3
    first, last = trouble.samples[:third], trouble.samples[-third:]
    rss = [statistics.median(s[0] for s in part) for part in (first, last)]
    fds = [statistics.median(s[1] for s in part) for part in (first, last)]
    print("# %.0f s: %.1f MB, what %d ports carry in %.1f hours; %d dumps, %d "
          "of them damaged;" % (took, amount / 1e6, PORTS,
                                amount / WIRE / PORTS / 3600, wanted,
                                sum(p.damaged for p in ports)))
    print("# plugged in %d times, stopped %d times, disk full %d times; CPU "
          "%.1f s, %.1f s a GB;" % (
              sum(p.plugs for p in ports) - PORTS, trouble.stops, trouble.full,
              cpu, cpu / (amount / 1e9)))
    print("# KiB resident: %d at first, %d and %d in the first and last third "
          "(median), %d at most, %d at the end; descriptors: %d, %d and %d, %d, "
          "%d" % (before[0], *rss, max(s[0] for s in trouble.samples), after[0],
                  before[1], *fds, max(s[1] for s in trouble.samples),
                  after[1]))

    failures = [p.failure for p in ports if p.failure] + watch.errors
    say(not failures, "every port was served, every path is there", failures)
    notes = []
    for port in ports:
        got = watch.found[port.path]
        wrong = next((i for i, (a, b) in enumerate(zip(got, port.sent))
                      if a != b), None)
        if wrong is not None or len(got) != len(port.sent):
            notes.append("%s: %d files of %d dumps, the first that differs "
                         "is %s" % (port.path, len(got), len(port.sent), wrong))
    say(not notes, "every dump is there, byte for byte, in order", notes)
    say(sorted(watch.numbers) == list(range(1, wanted + 1)),
        "no number is missing or doubled", [])
    left = [n for _, _, names in os.walk(os.path.join(watch.folder, "out"))
            for n in names]
    say(not left, "nothing else is in the folder", left[:10])
    normal = 5 if any(p.damaged for p in ports) else 0
    say(status == normal, "its end is a normal one", ["status %s" % status])
    # What waits for the disk is in it, and differs from moment to moment.
    say(rss[1] <= rss[0] * 1.15 + 8192, "memory stays flat", [])
    say(after[1] == before[1], "no descriptor is left open",
        ["%d, then %d" % (before[1], after[1])])
    threads = {s[2] for s in trouble.samples + [before, after]}
    say(len(threads) == 1, "threads are always the same", [str(threads)])


def main():
    results = []

    def say(good, what, notes):
        results.append(bool(good))
        print("%sok %d - soak: %s" % ("" if good else "not ", len(results),
                                      what))
        for note in notes:
            print("#   " + note)
        sys.stdout.flush()

    sxlib = os.path.abspath(os.path.join(sys.argv[1], "sxlib"))
    folder = tempfile.mkdtemp(prefix="sxlib-soak-")
    try:
        soak(sxlib, folder, float(sys.argv[2]), say)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("%d passed, %d failed" % (sum(results),
                                    len(results) - sum(results)))
    sys.exit(0 if results and all(results) else 1)


if __name__ == "__main__":
    main()
