#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What was complete for more than a second outlives SIGKILL, and a power cut,
whatever blocks: the program of --exec, who reads standard output or standard
error, a disk that takes its time. The next start has it all, in order, once."""
import bisect
import contextlib
import fcntl
import os
import re
import resource
import select
import shutil
import signal
import sys
import termios
import threading
import time

import harness as h
from harness import check, equal, match, slow, test, wait

sys.path.insert(0, os.path.join(h.HERE, "../fault"))
from disk import Disk  # noqa: E402

SECOND = 1.0   # what a crash may cost
ENDS = 5.0     # within which SIGTERM ends it
LATE = 0.5     # a busy machine
BIG = 8 << 20  # more than a quarter of the memory in a test


def dump(n, size=12):
    """The nth: like no other."""
    body = bytes((n + k) * 37 % 128 for k in range(128))
    return b"\xf0\x7d" + bytes((n >> 14 & 127, n >> 7 & 127, n & 127)) \
        + (body * (size // 128 + 1))[:size - 6] + b"\xf7"


def number(data):
    return data[2] << 14 | data[3] << 7 | data[4]


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


# --- Where dumps come from ---------------------------------------------------

class Source:
    """A port of one of the two kinds, and what it was fed: each dump, and when
    its last byte was taken."""

    def __init__(self, room, is_pty):
        self.pty = room.pty() if is_pty else None
        self.port = self.pty.port if is_pty else "-"
        self.stdin = None if is_pty else "pipe"
        self.sent, self.times = [], []

    def opened(self, run):
        self.run = run
        if not self.pty:
            os.set_blocking(run.process.stdin.fileno(), False)

    def push(self, data, limit=20.0):
        fd = self.pty.master if self.pty else self.run.process.stdin.fileno()
        end = time.monotonic() + limit
        view = memoryview(data)
        while view:
            check(time.monotonic() < end,
                  "the port does not take bytes: %d are left" % len(view))
            if select.select([], [fd], [], 0.2)[1]:
                with contextlib.suppress(BlockingIOError):
                    view = view[os.write(fd, view[:65536]):]

    def feed(self, count, size=12, pause=0.0):
        """So many more dumps."""
        for _ in range(count):
            data = dump(len(self.sent), size)
            self.push(data)
            self.sent.append(data)
            self.times.append(time.monotonic())
            if pause:
                time.sleep(pause)

    def taken(self, limit=20.0):
        """Wait until sxlib has read it all."""
        if self.pty:
            self.pty.taken(limit)
            return
        waiting = bytearray(4)

        def empty():
            fcntl.ioctl(self.run.process.stdin, termios.FIONREAD, waiting)
            return not any(waiting)
        wait(empty, "sxlib did not read all", limit)

    def older_than(self, when):
        """How many dumps were complete then."""
        return bisect.bisect_left(self.times, when)


# --- Who reads what it says ---------------------------------------------------

class Reader:
    """The other end of standard output or standard error, who stops reading:
    a pipe that is full, or a terminal that was told to stop."""

    def __init__(self, is_terminal):
        self.is_terminal = is_terminal
        self.data = bytearray()
        self.read, self.end = os.openpty() if is_terminal else os.pipe()
        if not is_terminal:
            fcntl.fcntl(self.end, fcntl.F_SETPIPE_SZ, 4096)
        self.reads = threading.Event()
        self.over = False
        self.junk = 0
        self.thread = threading.Thread(target=self._collect, daemon=True)
        self.go()
        self.thread.start()

    def _collect(self):
        while not self.over:
            if self.reads.wait(0.1) and \
                    select.select([self.read], [], [], 0.02)[0]:
                try:
                    self.data += os.read(self.read, 65536)
                except OSError:
                    return

    def stop(self):
        self.reads.clear()
        if self.is_terminal:
            termios.tcflow(self.end, termios.TCOOFF)
            return
        time.sleep(0.05)  # for a read that is under way
        fd = os.open("/proc/self/fd/%d" % self.end,
                     os.O_WRONLY | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            while True:
                self.junk += os.write(fd, b"\0" * 512)
        with contextlib.suppress(BlockingIOError):
            while True:
                self.junk += os.write(fd, b"\0")
        os.close(fd)

    def go(self):
        if self.is_terminal:
            termios.tcflow(self.end, termios.TCOON)
        self.reads.set()

    @property
    def text(self):
        """What sxlib said: the terminal's line ends are not its own."""
        return self.data.replace(b"\0", b"").replace(b"\r\n", b"\n").decode(
            "utf-8", "backslashreplace")

    @property
    def lines(self):
        return self.text.splitlines()

    def close(self):
        self.go()
        self.over = True
        self.thread.join()
        os.close(self.read)
        os.close(self.end)


# --- The program of --exec ----------------------------------------------------

class Program:
    """A script for --exec. log: a line for each start and each end, and one if
    another one still ran."""

    def __init__(self, room, body):
        self.log = room.path("program.log")
        self.path = room.path("program")
        room.write("program.log", b"")
        room.write("program", (
            "#!/bin/sh\n"
            "for p in $(sed -n 's/^start //p' '%s'); do\n"
            "    ! kill -0 $p 2>/dev/null || echo overlap >>'%s'\n"
            "done\n"
            "echo start $$ >>'%s'\n"
            "echo path \"$1\" >>'%s'\n"
            "%s\n"
            "echo end $$ >>'%s'\n" % ((self.log,) * 4 + (body, self.log))
        ).encode())
        os.chmod(self.path, 0o755)

    def said(self, word):
        with open(self.log) as file:
            return [line.split(" ", 1)[1].strip() if " " in line else ""
                    for line in file if line.split()[0] == word]

    def close(self):
        for pid in map(int, self.said("start")):
            with contextlib.suppress(OSError, ProcessLookupError):
                if alive(pid):
                    os.kill(pid, signal.SIGKILL)


# --- Files, and the next start ------------------------------------------------

def place_of(path):
    """Sorts the names of receive by (time, suffix), of watch by {n}; what was
    gathered is first."""
    leaf = os.path.basename(path)
    if leaf == "all.syx":
        return "", 0
    numbered = re.match(r"(\d{6,})-", leaf)
    if numbered:
        return "%012d" % int(numbered.group(1)), 0
    timed = re.match(r"(%s)-?[^.]*?(?:-(\d+))?(?:\.damaged)?\.\w+$"
                     % h.NAME_TIME, leaf)
    check(timed, "an unexpected name: " + path)
    return timed.group(1), int(timed.group(2) or 1)


def files(room):
    """{path: content}, while sxlib gives names."""
    while True:
        with contextlib.suppress(FileNotFoundError):
            return room.files("out")


def named(room):
    """[(path, content)] of the files that have their names, in order."""
    found = [f for f in files(room).items()
             if not f[0].endswith((".part", ".spool", ".piece", ".tmp"))]
    return sorted(found, key=lambda f: place_of(f[0]))


def parts(room):
    return [p for p in files(room)
            if p.endswith((".part", ".spool", ".piece"))]


def messages(found):
    """The whole messages in files that are not damaged."""
    return [m for path, data in found for m, damage in h.frame(data)
            if damage is None and ".damaged" not in path]


def args_of(command, port):
    if command == "watch":
        return ["watch", "-p", port, "--split", "message", "-o", "out"]
    return ["receive", "-p", port, "--split", "message", "-o",
            "out/all.syx" if command == "FILE" else "out/"]


def start(room, command, source, *more, **how):
    """Start it, with its folder there, until it listens. A Reader on standard
    error has to be reading."""
    os.makedirs(room.path("out"), exist_ok=True)
    run = room.run(*args_of(command, source.port), *more,
                   stdin=source.stdin, **how)
    source.opened(run)
    return run


def next_start(room, command):
    """What it says; it has taken in all parts."""
    run = room.sxlib(*args_of("watch" if command == "watch" else "receive",
                              "-"))
    check(run.status in (0, 3, 5), "the next start: exit %d: %s"
          % (run.status, run.err))
    equal(parts(room), [], "parts after the next start")
    return run.err


def judge(room, command, source, least):
    """All that came is there, whole, in order, once; after the first `least`
    it may end anywhere."""
    there = named(room)
    if command != "FILE":
        for path, data in there[:-1]:
            equal(len(h.frame(data)), 1, "messages in %s" % path)
    found = messages(there)
    check(len(found) >= least, "%d of %d dumps are there, %d of them were "
          "complete for more than a second" % (
              len(set(found)), len(source.sent), least))
    for i, message in enumerate(found):
        equal(number(message), i, "dumps in the order of their names: %s; "
              "number %d of them" % ([number(m) for m in
                                      found[max(0, i - 3):i + 4]], i))
    equal(found, source.sent[:len(found)], "dumps")
    for path, data in there:
        check(all(d is None for _, d in h.frame(data))
              or ".damaged" in path, "%s is not whole" % path)


# --- SIGKILL, whatever blocks -------------------------------------------------

@contextlib.contextmanager
def blocked(room, block):
    """(options, how to run it, what stops reading then)"""
    options, how, reader = [], {}, None
    with contextlib.ExitStack() as stack:
        if block.startswith("exec"):
            program = stack.enter_context(contextlib.closing(Program(
                room, "exec sleep " + {"exec 1 s": "1",
                                       "exec hangs": "100"}[block])))
            options = ["--exec", program.path]
        elif block.startswith("fsync"):
            how["env"] = slow(int(block.split()[1]))
        else:
            stream, _, end = block.partition(" ")
            reader = stack.enter_context(contextlib.closing(
                Reader(end == "terminal")))
            how[stream] = reader.end
        yield options, how, reader



BLOCKS = ("exec 1 s", "exec hangs", "fsync 10 ms", "fsync 100 ms",
          "fsync 1000 ms", "stdout pipe", "stdout terminal", "stderr pipe",
          "stderr terminal")


def killed(room, command, block, is_pty):
    rng = room.random
    with blocked(room, block) as (options, how, reader):
        source = Source(room, is_pty)
        pulse = room.pulse()
        run = start(room, command, source, *options, **how)
        if "stderr" in how:
            wait(lambda: "listening on" in reader.text, "does not listen")
        else:
            run.listening()
        if reader:
            reader.stop()
        source.feed(rng.randrange(30, 120), rng.randrange(8, 200))
        least, end = 0, time.monotonic() + 1.3 + rng.random()
        while time.monotonic() < end or least < 30:
            check(time.monotonic() < end + h.LIMIT, "too slow a machine")
            source.feed(1, rng.randrange(8, 300), rng.random() / 20)
            died = time.monotonic()
            least = source.older_than(died - SECOND
                                      - pulse.taken(died - 3 * SECOND))
        run.kill()
        before = dict(named(room))
        for line in run.lines:
            check(os.path.relpath(line, "out") in before,
                  "reported and not there: " + line)
    next_start(room, command)
    after = dict(named(room))
    for path, data in before.items():
        equal(after.get(path), data, path + " after the next start")
    judge(room, command, source, least)


for K, COMMAND in enumerate(("folder", "FILE", "watch")):
    for N, BLOCK in enumerate(BLOCKS):
        @test("SIGKILL, %s, %s, %s" % (
            COMMAND, BLOCK, ("by pipe", "by terminal line")[(N + K) % 2]))
        def _(room, command=COMMAND, block=BLOCK, is_pty=bool((N + K) % 2)):
            killed(room, command, block, is_pty)


@test("SIGKILL, hundreds of dumps of one millisecond: their order stays")
def _(room):
    source = Source(room, False)
    run = start(room, "folder", source, env=slow(5000))
    run.listening()
    burst = [dump(i) for i in range(300)]
    source.push(b"".join(burst))
    source.sent = burst
    wait(lambda: len(named(room)) + len(parts(room)) >= 300,
         lambda: "%d files and parts after 10 s" % (
             len(named(room)) + len(parts(room))), 10)
    run.kill()
    next_start(room, "folder")
    judge(room, "folder", source, 300)


for COMMAND in ("folder", "watch"):
    @test("SIGKILL, again and again while the next start recovers: " + COMMAND)
    def _(room, command=COMMAND):
        source = Source(room, False)
        source.sent = [dump(n) for n in range(120)]
        for n, data in enumerate(source.sent, 1):
            room.write("out/%s20261122T051530.123Z-99999999%s.part" % (
                "port/" if command == "watch" else "",
                "-%d" % n if n > 1 else ""), data)
        for _ in range(8):
            run = room.run(*args_of(command, "-"), env=slow(20))
            time.sleep(room.random.random() / 5)
            run.kill()
        next_start(room, command)
        judge(room, command, source, 120)


# --- --exec ---------------------------------------------------------------------

for COMMAND in ("folder", "watch"):
    @test("%s: a program that hangs holds no dump back, nor its path" % COMMAND)
    def _(room, command=COMMAND):
        with contextlib.closing(Program(room, "exec sleep 100")) as program:
            source = Source(room, True)
            run = start(room, command, source, "--exec", program.path)
            run.listening()
            source.feed(1)
            wait(lambda: program.said("path"), "it was not run")
            source.feed(20)
            check(run.has_lines(21, 10), "only %d of 21 paths came out "
                  "meanwhile" % len(run.lines))
            equal([room.read(p) for p in run.lines], source.sent, "dumps")
            equal(len(program.said("start")), 1, "programs that were run")
            check(alive(int(program.said("start")[0])), "it was ended")
            run.kill()

    @test("%s: programs run one after the other, one for each dump" % COMMAND)
    def _(room, command=COMMAND):
        with contextlib.closing(Program(room, "sleep 0.1")) as program:
            source = Source(room, False)
            run = start(room, command, source, "--exec", program.path)
            run.listening()
            source.feed(8)
            check(run.has_lines(8, 10), "paths: %d" % len(run.lines))
            wait(lambda: len(program.said("end")) == 8, "programs: %s"
                 % program.said("path"))
            equal(program.said("path"), run.lines, "what they were told")
            equal(program.said("overlap"), [], "two at a time")
            run.process.stdin.close()
            equal(run.end(), 0, "exit status")

for DEAF in (False, True):
    @test("--exec-timeout ends a program that hangs%s, and the next one runs"
          % (", even one that ignores SIGTERM" if DEAF else ""))
    def _(room, deaf=DEAF):
        with contextlib.closing(Program(
                room, ('trap "" TERM\n' if deaf else "") +
                "[ $(grep -c start '%s') != 1 ] || exec sleep 100"
                % room.path("program.log"))) as program:
            source = Source(room, True)
            run = start(room, "watch", source, "--exec", program.path,
                        "--exec-timeout", "1")
            run.listening()
            source.feed(3)
            run.says("sxlib: watch: .*exceeded 1 s")
            wait(lambda: len(program.said("end")) == 2,
                 lambda: "those after it did not run: %s"
                 % program.said("path"))
            equal(program.said("path"), run.lines, "what they were told")
            equal(program.said("overlap"), [], "two at a time")
            check(not alive(int(program.said("start")[0])), "it still runs")
            equal(run.err.count("exceeded "), 1, "times that it is reported")
            equal(run.stop(), 0, "exit status")


@test("--exec: a program that reads its standard input eats no dump")
def _(room):
    for command in ("folder", "watch"):
        room.write("eaten", b"")
        with contextlib.closing(Program(
                room, "cat >>'%s'" % room.path("eaten"))) as program:
            source = Source(room, False)
            run = start(room, command, source, "--exec", program.path)
            run.listening()
            before = len(named(room))
            for n in range(1, 4):
                source.feed(1)
                check(run.has_lines(n, 5), "%s: %d of %d dumps came"
                      % (command, len(run.lines), n))
                wait(lambda n=n: len(program.said("end")) == n,
                     "the program does not see an end of its input", 5)
            run.process.stdin.close()
            equal(run.end(), 0, "exit status")
            equal(room.read("eaten"), b"", "what it ate")
            equal(len(named(room)), before + 3, "files")


@test("--exec-timeout: what is no time is refused")
def _(room):
    for command in (["receive", "-p", "-", "-o", "out/"],
                    ["watch", "-p", "-", "-o", "out"]):
        for value in ("", "x", "-1", "1x"):
            run = room.sxlib(*command, "--exec", "true", "--exec-timeout",
                             value)
            equal(run.status, 2, "exit status of %s with '%s'"
                  % (command[0], value))
            match("exec-timeout", run.err, "what is said")
            check("unknown or malformed option" not in run.err, run.err)


# --- Readers that stop ---------------------------------------------------------

for END in ("pipe", "terminal"):
    @test("a stdout that nobody reads delays its lines, no file: " + END)
    def _(room, is_terminal=END == "terminal"):
        for command in ("folder", "watch"):
            before = len(named(room))
            with contextlib.closing(Reader(is_terminal)) as reader:
                source = Source(room, not is_terminal)
                run = start(room, command, source, stdout=reader.end)
                run.listening()
                reader.stop()
                source.feed(200)
                wait(lambda b=before: len(named(room)) == b + 200,
                     lambda b=before: "%s: %d of 200 files have a name "
                     "meanwhile" % (command, len(named(room)) - b), 10)
                equal(parts(room), [], "parts")
                equal(reader.lines, [], "what was read meanwhile")
                reader.go()
                wait(lambda: len(reader.lines) >= 200,
                     lambda: "%d of 200 lines" % len(reader.lines))
                equal(run.stop(), 0, "exit status")
                equal([room.read(p) for p in reader.lines], source.sent,
                      "the files of its lines")

    @test("a stderr that nobody reads delays its lines, no path: " + END)
    def _(room, is_terminal=END == "terminal"):
        for command in ("folder", "watch"):
            with contextlib.closing(Reader(is_terminal)) as reader:
                source = Source(room, not is_terminal)
                run = start(room, command, source, stderr=reader.end)
                wait(lambda: "listening on" in reader.text, "does not listen")
                reader.stop()
                for size in range(300):
                    source.feed(1, 10 + size)
                check(run.has_lines(300, 10), "%s: %d of 300 paths meanwhile"
                      % (command, len(run.lines)))
                equal([room.read(p) for p in run.lines], source.sent, "dumps")
                reader.go()
                last = r"\b309 bytes"
                wait(lambda: re.search(last, reader.text), "the last line")
                equal(run.stop(), 0, "exit status")
                sizes = re.findall(r", (\d+) bytes, ", reader.text)
                equal(list(map(int, sizes)), [10 + k for k in range(300)],
                      "the dumps that it told of")


    @test("one " + END + " for both that nobody reads: no line is torn")
    def _(room, is_terminal=END == "terminal"):
        with contextlib.closing(Reader(is_terminal)) as reader:
            source = Source(room, not is_terminal)
            run = start(room, "folder", source, stdout=reader.end,
                        stderr=reader.end)
            wait(lambda: "listening on" in reader.text, "does not listen")
            reader.stop()
            begin = len(reader.text)
            for size in range(300):
                source.feed(1, 10 + size)
            wait(lambda: len(named(room)) == 300,
                 lambda: "%d of 300 files" % len(named(room)), 10)
            reader.go()
            wait(lambda: reader.text.count(".syx\n") >= 300,
                 lambda: "%d of 300 lines" % reader.text.count(".syx\n"))
            equal(run.stop(), 0, "exit status")
            # On a terminal the progress is drawn, and wiped out.
            lines = re.sub(r"\r(\x1b\[K)?[^\r\n]*(?=\r)|\r\x1b\[K", "",
                           reader.text[begin:]).splitlines()
            said = [n for n in lines if ".syx" not in n]
            equal([int(re.search(r", (\d+) bytes, ", n)[1])
                   for n in said[:300]], [10 + k for k in range(300)],
                  "the dumps that it told of")
            equal([room.read(n) for n in lines if n.endswith(".syx")],
                  source.sent, "the files of its lines")


# --- SIGTERM --------------------------------------------------------------------

def terminate(room, run):
    pulse = room.pulse()
    before = time.monotonic()
    run.send_signal(signal.SIGTERM)
    run.end()
    took = time.monotonic() - before
    busy = pulse.taken(before)
    check(took - busy <= ENDS, "took %.1f s to end, of which %.1f s were not "
          "its own" % (took, busy))


def stopped(room, command, source, run):
    """After SIGTERM it ends in time, says how many have no name, and the next
    start has them all."""
    terminate(room, run)
    total = len(source.sent)
    left = total - len(messages(named(room)))
    if command != "FILE":
        equal(len(parts(room)), left, "dumps in parts")
    told = re.search(r"(\d+) dumps?\b[^\n]*\n?[^\n]*the next start", run.err)
    equal(int(told.group(1)) if told else 0, left,
          "dumps that it leaves to the next start")
    # All may have names, which the disk has not confirmed in time: reported, too.
    equal(run.status, 3 if left or "not yet confirmed" in run.err else 0,
          "exit status")
    next_start(room, command)
    judge(room, command, source, total)
    return left


for MS in (50, 1000, 8000):
    for COMMAND in ("folder", "FILE", "watch"):
        @test("SIGTERM, %s, 500 dumps wait for an fsync of %d ms"
              % (COMMAND, MS))
        def _(room, command=COMMAND, ms=MS):
            source = Source(room, command == "watch")
            run = start(room, command, source, env=slow(ms))
            run.listening()
            source.feed(500)
            source.taken()
            left = stopped(room, command, source, run)
            check(left == 500 or ms < 5000, "%d are left" % left)


@test("SIGTERM, FILE: a disk that has no time for its name leaves it unnamed")
def _(room):
    source = Source(room, False)
    # Two syncs before it has a name, so that it is too late for a third.
    run = start(room, "FILE", source, env=slow(1900))
    run.listening()
    source.feed(1)
    source.taken()
    equal(stopped(room, "FILE", source, run), 1, "dumps that are left")


@test("SIGTERM while a program of --exec hangs")
def _(room):
    for command in ("folder", "watch"):
        with contextlib.closing(Program(
                room, 'trap "" TERM\nexec sleep 100')) as program:
            source = Source(room, True)
            run = start(room, command, source, "--exec", program.path)
            run.listening()
            source.feed(1)
            wait(lambda: program.said("path"), "it was not run")
            source.feed(50)
            source.taken()
            stopped(room, command, source, run)
            shutil.rmtree(room.path("out"))


@test("SIGTERM while nobody reads stdout: it ends, and every dump is there")
def _(room):
    for command in ("folder", "watch"):
        for is_terminal in (False, True):
            with contextlib.closing(Reader(is_terminal)) as reader:
                source = Source(room, is_terminal)
                run = start(room, command, source, stdout=reader.end)
                run.listening()
                reader.stop()
                source.feed(200)
                source.taken()
                terminate(room, run)
            next_start(room, command)
            judge(room, command, source, 200)
            shutil.rmtree(room.path("out"))


# --- A slow disk ------------------------------------------------------------------

class Calls:
    """The calls of a run under slow.so: [(when, line)]."""

    def __init__(self, room):
        self.path = room.path("calls")
        self.env = {"SXLIB_TEST_CALLS": self.path}

    def all(self):
        with open(self.path) as file:
            lines = [line.split(" ", 1) for line in file]
        return [(float(when), line) for when, line in lines]

    def did(self, before=0):
        """From the call number `before` on, each sync and the file or folder
        that it is of, and each new name: [(call, path)]."""
        fds, did = {}, []
        for i, (_, line) in enumerate(self.all()):
            word, *rest = line.split()
            if word == "openat":
                fds[rest[0]] = rest[2]
            elif word == "dup":
                fds[rest[1]] = fds.get(rest[0])
            elif i >= before and word.startswith("begin_"):
                did.append((word[6:], fds.get(rest[1], "")))
            elif i >= before and word in ("renameat2", "linkat"):
                did.append((word, ""))
        return did

    def syncs(self):
        return [line for _, line in self.all() if line.startswith("begin_")]


for PACE, PAUSE in (("at once", 0), ("as four cables bring them", 1 / 76)):
    for COMMAND in ("folder", "watch"):
        @test("an fsync of 100 ms keeps up: 400 dumps %s, %s"
              % (PACE, COMMAND))
        def _(room, command=COMMAND, pause=PAUSE):
            calls = Calls(room)
            source = Source(room, False)
            run = start(room, command, source, env=slow(100, **calls.env))
            run.listening()
            source.feed(400, 163, pause)
            check(run.has_lines(400, 5), "%d of 400 have a name 5 s after the "
                  "last" % len(run.lines))
            equal([room.read(p) for p in run.lines], source.sent, "dumps")
            run.process.stdin.close()
            equal(run.end(), 0, "exit status")
            check(len(calls.syncs()) < 200, "%d syncs" % len(calls.syncs()))


@test("one dump takes an fsync, a rename, and an fsync of its folder")
def _(room):
    for command in ("folder", "watch"):
        calls = Calls(room)
        source = Source(room, True)
        run = start(room, command, source, env=slow(0, **calls.env))
        run.listening()
        before = len(calls.all())
        source.feed(1)
        check(run.has_lines(1, 10), "no path")
        run.stop()
        did = [call + (" of the part" if path.endswith(".part") else
                       " of the folder" if path else "")
               for call, path in calls.did(before)]
        equal(did, ["fsync of the part", "renameat2", "fsync of the folder"],
              command + ": the calls")
        os.unlink(calls.path)


# --- A power cut --------------------------------------------------------------------

def safe_bytes(disk):
    """{number of a dump: how many of its bytes a power cut leaves}"""
    return {number(d): len(d) for d in disk.after_cut(False).values()
            if len(d) >= 5}


def judge_cuts(room, calls, bytes_fed, due):
    """At any moment all that came so long before that it is due has been
    synced. bytes_fed: [(when, number of a dump, how many of its bytes had come
    then)]; due: when what came at a time has to be"""
    disk = Disk(room.path("out"), {})
    had, fed = {}, 0
    last = due(bytes_fed[-1][0])
    lines = [c for c in calls if c[0] <= last]
    for (_, line), when in zip(lines, [t for t, _ in lines[1:]] + [last]):
        disk.apply(line)
        had = safe_bytes(disk)
        while fed < len(bytes_fed) and due(bytes_fed[fed][0]) < when:
            _, n, size = bytes_fed[fed]
            check(had.get(n, 0) >= size, "%.2f s after they came, %d of %d "
                  "bytes of dump %d are synced; that is after: %s" % (
                      when - bytes_fed[fed][0], had.get(n, 0), size, n,
                      line[:60]))
            fed += 1
        # What was passed must not get lost again.
    for n, size in {n: size for _, n, size in bytes_fed[:fed]}.items():
        check(had.get(n, 0) >= size, "dump %d is gone again" % n)
    check(fed > len(bytes_fed) // 2, "only %d moments looked at" % fed)


for BLOCK, MS in (("", 0), ("", 100), ("exec hangs", 30), ("stdout pipe", 30),
                  ("stderr terminal", 30)):
    for COMMAND in ("folder", "watch"):
        @test("power cut, %s, an fsync takes %d ms, %s"
              % (COMMAND, MS, BLOCK or "nothing else blocks"))
        def _(room, command=COMMAND, block=BLOCK, ms=MS):
            calls = Calls(room)
            with blocked(room, block) if block else contextlib.nullcontext(
                    ([], {}, None)) as (options, how, reader):
                source = Source(room, True)
                pulse = room.pulse()
                run = start(room, command, source, *options,
                            **dict(how, env=slow(ms, **calls.env)))
                if "stderr" in how:
                    wait(lambda: "listening on" in reader.text, "listens")
                else:
                    run.listening()
                if reader:
                    reader.stop()
                fed = []
                # Small ones, one that grows for long, and small ones again.
                for n in range(30):
                    size = 6000 if n == 15 else 100
                    data = dump(n, size)
                    for at in range(0, size, 100):
                        source.push(data[at:at + 100])
                        fed.append((time.monotonic(), n,
                                    min(at + 100, size)))
                        time.sleep(0.032)
                source.taken()
                bound = SECOND + 6 * ms / 1000 + LATE
                while time.monotonic() < pulse.due(fed[-1][0], bound):
                    time.sleep(0.05)
                run.kill()
            judge_cuts(room, calls.all(), fed,
                       lambda when: pulse.due(when, bound))


# What grows, and where its bytes are meanwhile.
GROWING = {
    "receive FILE.syx": (("receive", "-o", "all.syx"), b""),
    "receive FILE.mid": (("receive", "-o", "all.mid"), b""),
    "request": (("request", "-o", "out/", "--hex", "f0 7d f7", "-t", "60"),
                b"\xf0\x7d\xf7"),
    "record": (("record", "-o", "take.mid"), b""),
    "record --tracks": (("record", "-o", "take.mid", "--tracks"), b""),
}


def on_disk(calls, root, when):
    """How many bytes of parts and journals a power cut at that time leaves."""
    disk = Disk(root, {})
    for at, line in calls:
        if at > when:
            break
        disk.apply(line)
    return sum(len(d) for name, d in disk.after_cut(False).items()
               if name.endswith((".part", ".take")))


for NAME in GROWING:
    @test("power cut while a dump grows, %s: a second of it is lost at most"
          % NAME)
    def _(room, name=NAME):
        (command, *options), asks = GROWING[name]
        calls = Calls(room)
        line = room.pty()
        pulse = room.pulse()
        run = room.run(command, "-p", line.port, *options,
                       env=slow(0, **calls.env))
        if asks:
            line.listen().got(20, len(asks))
        else:
            run.listening()
        fed = []
        line.feed(b"\xf0\x7d")
        n = 0
        while n < 80 or time.monotonic() < pulse.due(fed[0][0], 2 * SECOND):
            n += 1
            line.feed(bytes([n & 127]) * 40)
            fed.append((time.monotonic(), 40 * n))
            line.taken()
            time.sleep(0.032)
        equal(run.lines, [], "it has ended")
        run.kill()
        found = calls.all()
        looked = 0
        for when, size in fed:
            due = pulse.due(when, SECOND + LATE)
            if due < fed[-1][0]:
                safe = on_disk(found, room.dir, due)
                check(safe >= size, "%.1f s after they came, %d of %d bytes "
                      "are synced" % (due - when, safe, size))
                looked += 1
        check(looked > 0, "too slow a machine")


# --- A full disk ----------------------------------------------------------------------

def disk_takes(run, size):
    """From now on no file grows beyond so many bytes."""
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE,
                     (size, resource.RLIM_INFINITY))


@test("a dump that fits neither disk nor memory is reported at once")
def _(room):
    room.write("meminfo", b"MemTotal:  99999 kB\nMemAvailable:  16384 kB\n")
    source = Source(room, False)
    run = start(room, "watch", source, env=slow(
        0, SXLIB_TEST_MEMINFO=room.path("meminfo")))
    run.listening()
    disk_takes(run, 512)
    small = [dump(n, 3000) for n in range(3)]
    source.push(small[0])
    run.says("is buffered in memory")
    source.push(dump(7, BIG))
    run.says(r"sxlib: watch: .*\blost\b", 10)
    equal(run.lines, [], "reported while the disk is full")
    source.push(small[1])
    source.taken()
    disk_takes(run, resource.RLIM_INFINITY)
    # What the disk has of it is kept as damaged.
    check(run.has_lines(3, 10), "the others are not written: " + run.err)
    source.push(small[2])
    check(run.has_lines(4, 10), "those that came later are not written")
    run.process.stdin.close()
    equal(run.end(), 1, "exit status")
    cut = [p for p in run.lines if ".damaged." in p]
    equal([room.read(p) for p in run.lines if p not in cut], small,
          "the others")
    equal([room.read(p) for p in cut], [dump(7, BIG)[:512]], "what is left")
    equal(len(re.findall(r"\blost a dump\b", run.err)), 1,
          "times that it is reported")
    match("except 1 dump reported as lost", run.err, "the end of it")


def warnings(run):
    return [line for line in run.err.splitlines()
            if line.startswith("sxlib: watch:") and
            re.search("free|reserve", line)]


@test("--reserve: warned at the first dump that leaves less, and once")
def _(room):
    for value, count in (("1000000G", 1), ("1K", 0)):
        source = Source(room, False)
        run = start(room, "watch", source, "--reserve", value)
        run.listening()
        equal(warnings(run), [], "before any dump")
        for n in range(1, 4):
            source.feed(1)
            check(run.has_lines(n, 10), "no path")
            if count:
                check(run.until(lambda: warnings(run), 5), "no warning")
        run.process.stdin.close()
        run.end()
        equal(len(warnings(run)), count, "warnings with --reserve " + value)
    for value in ("", "x", "-1", "1X", "99999999999999999999G"):
        run = room.sxlib("watch", "-p", "-", "-o", "out", "--reserve", value)
        equal(run.status, 2, "exit status of --reserve '%s'" % value)
        check("unknown or malformed option" not in run.err, run.err)


@test("--reserve: the warning is there before the disk has less")
def _(room):
    with h.small_disk(room.path("out"), 8 << 20):
        source = Source(room, False)
        run = start(room, "watch", source, "--reserve", "4M")
        run.listening()
        for n in range(1, 12):
            before = warnings(run)
            source.feed(1, 500000)
            check(run.has_lines(n, 10), "no path")
            fs = os.statvfs(room.path("out"))
            space = fs.f_bavail * fs.f_frsize
            if space < 4 << 20:
                check(run.until(lambda: warnings(run), 5), "no warning with "
                      "%d bytes left" % space)
            if space > 6 << 20:
                equal(before, [], "warnings with %d bytes left" % space)
        equal(len(warnings(run)), 1, "warnings")
        run.process.stdin.close()
        run.end()


if __name__ == "__main__":
    h.main()
