# SPDX-License-Identifier: ISC
"""What the whole-program tests share.

Running sxlib over pseudo terminals and pipes, a TAP printer, makers of SysEx
and of MIDI files, and slow, independent references: a framer after the MIDI
1.0 specification and a reader of MIDI files. Nothing here knows the sources.
"""
import bisect
import concurrent.futures
import contextlib
import fcntl
import json
import math
import multiprocessing
import os
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
SXLIB = os.environ.get("SXLIB") or os.path.join(HERE, "../../build/sxlib")
DUMPS = os.environ.get("SXLIB_DUMPS") or os.path.join(
    HERE, "../../../shared/data/syx")
SLOW = os.path.join(os.path.dirname(os.path.abspath(SXLIB)),
                    "tests/fault/slow.so")
SEED = int(os.environ.get("SEED", "1"))
LIMIT = 60.0  # seconds: nothing here takes nearly as long

FACTS = ["file", "port", "time", "offset", "bytes", "messages", "maker",
         "maker_id", "device", "kind", "slot", "slot_text", "unit", "name",
         "label",
         "checksum", "trust", "damaged"]
KINDS = ("preset pattern kit song global sound project sample waveform bank "
         "settings firmware request parameter identity-request "
         "identity-reply handshake transport clock unknown").split()
RFC3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
NAME_TIME = r"\d{8}T\d{6}\.\d{3}Z"


class Failure(Exception):
    """What a test says when it does not hold."""


class Skip(Exception):
    """What a test says when it cannot be run here."""


def no_dumps(why):
    """What a test that needs dumps of real instruments does without them."""
    raise (Failure if os.environ.get("SXLIB_STRICT") else Skip)(why)


def check(condition, what):
    if not condition:
        raise Failure(what)


def brief(value):
    if isinstance(value, (bytes, bytearray)):
        text = value[:24].hex(" ")
        return "%d bytes <%s%s>" % (
            len(value), text, " .." if len(value) > 24 else "")
    if isinstance(value, list) and len(value) > 12:
        return "%d of [%s, ..]" % (
            len(value), ", ".join(brief(v) for v in value[:12]))
    if isinstance(value, list):
        return "[%s]" % ", ".join(brief(v) for v in value)
    text = repr(value)
    return text if len(text) < 400 else text[:400] + ".."


def equal(got, want, what):
    if got == want:
        return
    where = ""
    if isinstance(got, bytes) and isinstance(want, bytes):
        at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b),
                  min(len(got), len(want)))
        where = ", first difference at %d: %s / %s" % (
            at, got[at:at + 8].hex(" "), want[at:at + 8].hex(" "))
    raise Failure("%s: got %s, want %s%s"
                  % (what, brief(got), brief(want), where))


def one_of(got, want, what):
    check(got in want, "%s: got %s, want one of %s"
          % (what, brief(got), brief(list(want))))


def match(pattern, text, what, flags=re.I):
    check(re.search(pattern, text, flags),
          "%s: no /%s/ in %s" % (what, pattern, brief(text)))


def slow(ms, **more):
    """The environment in which each sync takes ms milliseconds longer."""
    check(os.path.exists(SLOW), "no %s: make unit" % SLOW)
    asan = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    return dict(more, LD_PRELOAD=SLOW, SXLIB_TEST_SLOW_MS=str(ms),
                ASAN_OPTIONS=asan.lstrip(":"))


def wait(condition, what, limit=20.0):
    end = time.monotonic() + limit
    while not condition():
        check(time.monotonic() < end, what() if callable(what) else what)
        time.sleep(0.02)


def part_has(room, size, folder="."):
    """Wait until a part, or the journal of a take, has so many bytes."""
    def there():
        return [n for n, data in room.files(folder).items()
                if n.endswith((".part", ".take")) and len(data) >= size]
    wait(there, lambda: "no part of %d bytes: %s" % (
        size, {n: len(d) for n, d in room.files(folder).items()}))


# --- TAP -------------------------------------------------------------------

TESTS = []


def test(name, alone=False, prompt=None):
    """A function of one argument, a Room. alone: no other of its program runs
    beside it. prompt: seconds by which the instrument that it plays may be
    late; where it fails and the machine held it up for longer, it has shown
    nothing and is run again, all of its times twice as long (room.scale)."""
    def add(function):
        check(name not in [t[0] for t in TESTS], "two tests of one name")
        TESTS.append((name, function, alone, prompt))
        return function
    return add


class Pulse(threading.Thread):
    """What a busy machine takes from a test: how long the processes of its
    room were ready to run while others had the processor, and how late this
    program is itself."""

    STEP = 0.05
    WINDOW = 0.5

    def __init__(self, room):
        super().__init__(daemon=True)
        self.room = room
        self.over = threading.Event()
        self.marks = [(time.monotonic(), 0.0)]  # and the seconds until then
        self.start()

    def run(self):
        waited = {}
        while not self.over.wait(self.STEP):
            before, total = self.marks[-1]
            now = time.monotonic()
            late = now - before - self.STEP
            total += max(late, 0)
            for run in list(self.room.runs):
                for task, seconds in run.waited().items():
                    total += seconds - waited.get(task, 0)
                    waited[task] = seconds
            self.marks.append((now, total))

    def taken(self, since, until=math.inf):
        """The seconds between two times that were not the test's own."""
        marks = list(self.marks)
        times = [when for when, _ in marks]
        first = max(bisect.bisect_right(times, since) - 1, 0)
        last = min(bisect.bisect_left(times, until), len(marks) - 1)
        return max(marks[last][1] - marks[first][1], 0)

    def late(self, when):
        """By how much what was seen at a time may have been seen late."""
        return self.taken(when - 1, when + self.STEP)

    def due(self, since, seconds):
        """When so many seconds since a time are over that were the test's."""
        due, taken = since + seconds, 0
        while taken < self.taken(since, due + taken):
            taken = self.taken(since, due + taken)
        return due + taken

    def most(self):
        """The most of them within half a second."""
        return max(self.taken(when, when + self.WINDOW)
                   for when, _ in list(self.marks))


class Room:
    """The temporary folder and the processes of one test."""

    def __init__(self, name, scale=1):
        self.dir = tempfile.mkdtemp(prefix="sxlib-test-")
        self.scale = scale
        self.runs = []
        self.pulses = []
        self.ptys = []
        self.random = random.Random("%d %s" % (SEED, name))

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def write(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def files(self, folder="."):
        """Every file below folder: {relative path: content}."""
        top = self.path(folder)
        found = {}
        for where, _, names in os.walk(top):
            for name in names:
                path = os.path.join(where, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, top)] = file.read()
        return found

    def run(self, *args, **more):
        """Start sxlib."""
        run = Run(self, args, **more)
        self.runs.append(run)
        return run

    def sxlib(self, *args, limit=LIMIT, **more):
        """Run sxlib to its end."""
        run = self.run(*args, **more)
        run.end(limit)
        return run

    def pulse(self):
        """From now on."""
        self.pulses.append(Pulse(self))
        return self.pulses[-1]

    def pty(self):
        pair = Pty()
        self.ptys.append(pair)
        return pair

    def close(self):
        for pulse in self.pulses:
            pulse.over.set()
            pulse.join()
        for run in self.runs:
            run.kill()
        for pair in self.ptys:
            pair.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def _attempt(entry, scale):
    """What went wrong, why it was skipped, and whether it has shown nothing."""
    name, function, _, prompt = entry
    room = Room(name, scale)
    pulse = room.pulse() if prompt else None
    note = []
    skip = None
    try:
        function(room)
        for run in room.runs:
            run.sane()
    except Skip as why:
        skip = str(why)
    except Failure as why:
        note = [str(why)]
    except Exception:  # a defect of the test itself, or of its machine
        note = traceback.format_exc().splitlines()
    if note:
        for run in room.runs:
            note += run.describe()
    late = pulse.most() if note and pulse else 0
    room.close()
    return note, skip, late > (prompt or 0) * scale


def _one(number):
    """What went wrong, why it was skipped, what went wrong on a machine that
    was too busy, and the seconds it took."""
    start = time.monotonic()
    busy = []
    for scale in (1, 2, 4, 8, 16):
        note, skip, void = _attempt(TESTS[number], scale)
        if not void:
            break
        busy.append("with times %d times as long: %s" % (scale, note[0]))
    return note, skip, busy, time.monotonic() - start


def main(workers=4):
    """Run the tests (or those that a word of argv is in the name of)."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # not inherited as ignored
    if not os.access(SXLIB, os.X_OK):
        print("Bail out! no sxlib at %s" % SXLIB)
        sys.exit(1)
    chosen = [n for n, t in enumerate(TESTS)
              if not sys.argv[1:] or any(w in t[0] for w in sys.argv[1:])]
    # Processes: threads of one would take turns with the interpreter, and no
    # instrument would be in time.
    with concurrent.futures.ProcessPoolExecutor(
            workers, multiprocessing.get_context("fork")) as pool:
        futures = {n: pool.submit(_one, n) for n in chosen if not TESTS[n][2]}
        results = {n: future.result() for n, future in futures.items()}
    results.update((n, _one(n)) for n in chosen if TESTS[n][2])
    failed = 0
    for number, n in enumerate(chosen, 1):
        name = TESTS[n][0]
        note, skip, busy, took = results[n]
        failed += bool(note)
        print("%sok %d - %s%s" % ("not " if note else "", number, name,
                                  " # SKIP " + skip if skip else ""))
        for line in note:
            for part in str(line).splitlines() or [""]:
                print("#   " + part)
        for line in busy:
            print("# too busy a machine " + line)
        if took > 10:
            print("# took %.1f s" % took)
    print("1..%d" % len(chosen))
    sys.exit(1 if failed else 0)


# --- processes -------------------------------------------------------------

class Run:
    """One sxlib process; its output is collected by threads."""

    def __init__(self, room, args, stdin=None, stdout=None, stderr=None,
                 env=None, shell=None, cwd=None):
        """stdin: None (nothing), bytes (all there is), "pipe" or a file.
        shell: a line for sh before the program, as in 'exec "$@" >&-'."""
        self.args = [a if isinstance(a, bytes) else os.fsencode(str(a))
                     for a in args]
        command = [os.fsencode(SXLIB)] + self.args
        if shell:
            command = ["sh", "-c", shell, "sh"] + command
        # Times are UTC, wherever the user is.
        full = dict(os.environ, HOME=room.dir, LC_ALL="C.UTF-8",
                    TZ="XXX-5:30",
                    XDG_CONFIG_HOME=room.path(".config"))
        for name in [n for n in full if n.startswith("SXLIB_")]:
            del full[name]
        for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM",
                     "POSIXLY_CORRECT"):
            full.pop(name, None)
        full.update(env or {})
        given = stdin if not isinstance(stdin, bytes) else "pipe"
        self.start = time.monotonic()
        self.process = subprocess.Popen(
            command, env=full, cwd=cwd or room.dir,
            stdin=subprocess.PIPE if given == "pipe"
            else given if given is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE if stdout is None else stdout,
            stderr=subprocess.PIPE if stderr is None else stderr)
        self.changed = threading.Condition()
        self.raw = {"out": bytearray(), "err": bytearray()}
        self.threads = []
        for name, pipe in (("out", self.process.stdout),
                           ("err", self.process.stderr)):
            if pipe:
                thread = threading.Thread(
                    target=self._collect, args=(name, pipe), daemon=True)
                thread.start()
                self.threads.append(thread)
        self.status = None
        self.seconds = None
        if isinstance(stdin, bytes):
            thread = threading.Thread(
                target=self._feed, args=(stdin,), daemon=True)
            thread.start()

    def _collect(self, name, pipe):
        while True:
            try:
                data = os.read(pipe.fileno(), 65536)
            except OSError:
                data = b""
            with self.changed:
                if data:
                    self.raw[name] += data
                self.changed.notify_all()
            if not data:
                return

    def _feed(self, data):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(data)
            self.process.stdin.close()

    @property
    def out(self):
        return bytes(self.raw["out"])

    @property
    def err(self):
        return self.raw["err"].decode("utf-8", "backslashreplace")

    @property
    def lines(self):
        return [line.decode("utf-8", "surrogateescape")
                for line in self.out.splitlines()]

    @property
    def json(self):
        try:
            found = [json.loads(line) for line in self.out.splitlines()]
        except ValueError as why:
            raise Failure("stdout is not JSON lines: %s: %s"
                          % (why, brief(self.out))) from None
        check(all(isinstance(o, dict) for o in found),
              "a line is no JSON object")
        return found

    def until(self, condition, limit=LIMIT):
        """Wait until condition() holds; False if the time or the process
        ended first."""
        end = time.monotonic() + limit
        with self.changed:
            while not condition():
                left = end - time.monotonic()
                if left <= 0 or (self.process.poll() is not None
                                 and not any(t.is_alive()
                                             for t in self.threads)):
                    return condition()
                self.changed.wait(min(left, 0.2))
        return True

    def says(self, pattern, limit=LIMIT):
        check(self.until(lambda: re.search(pattern, self.err, re.I), limit),
              "stderr never said /%s/" % pattern)

    def listening(self):
        self.says(r"listening on")
        return self

    def has_lines(self, n, limit=LIMIT):
        return self.until(lambda: self.raw["out"].count(b"\n") >= n, limit)

    def write(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def took(self, limit=LIMIT):
        """Wait until sxlib has read all that was written to its stdin."""
        waiting = bytearray(4)
        end = time.monotonic() + limit
        while True:
            fcntl.ioctl(self.process.stdin, termios.FIONREAD, waiting)
            if not any(waiting):
                return self
            check(time.monotonic() < end, "sxlib did not read its stdin")
            time.sleep(0.005)

    def sleeps(self, limit=LIMIT):
        """Wait until it waits for something, as all of its threads do, and has
        nothing to do meanwhile."""
        folder = "/proc/%d/task" % self.process.pid
        end = time.monotonic() + limit
        before, quiet = None, 0
        while quiet < 3:
            check(time.monotonic() < end, "it never waits")
            time.sleep(0.01)
            seen = []
            with contextlib.suppress(OSError):
                for task in sorted(os.listdir(folder)):
                    with open("%s/%s/stat" % (folder, task)) as file:
                        fields = file.read().rsplit(")", 1)[1].split()
                    seen.append((task, fields[0], fields[11], fields[12]))
            asleep = seen and all(state == "S" for _, state, _, _ in seen)
            quiet = quiet + 1 if asleep and seen == before else 0
            before = seen
        return self

    def send_signal(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self

    def end(self, limit=LIMIT):
        """Wait for the end; the exit status, negative for a signal."""
        try:
            self.status = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure("did not end within %g s" % limit) from None
        self.seconds = time.monotonic() - self.start
        for thread in self.threads:
            thread.join(5)
        return self.status

    def stop(self, number=signal.SIGINT):
        self.send_signal(number)
        return self.end()

    def waited(self):
        """{thread: seconds} in which each was ready to run, and another had
        the processor."""
        folder = "/proc/%d/task" % self.process.pid
        waited = {}
        with contextlib.suppress(OSError, ValueError, IndexError):
            for task in os.listdir(folder):
                with open("%s/%s/schedstat" % (folder, task)) as file:
                    waited[task] = int(file.read().split()[1]) / 1e9
        return waited

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.status = self.process.wait()
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def sane(self):
        """What holds for every run, whatever it did."""
        status = self.process.poll()
        if status is not None and status < 0:
            check(-status in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP,
                              signal.SIGKILL),
                  "died of signal %d" % -status)
        if status is not None and status >= 0:
            check(status <= 5 or status > 128, "exit status %d" % status)
        check(not re.search("Sanitizer|runtime error:", self.err),
              "a sanitizer complained")
        check("\x1b" not in self.err or b"--color=always" in self.args,
              "escape sequence on a stderr that is no terminal")

    def describe(self):
        shown = " ".join(a.decode("utf-8", "backslashreplace")
                         for a in self.args)
        lines = ["$ sxlib " + shown, "exit status %s" % self.status]
        for name in ("out", "err"):
            text = self.raw[name].decode("utf-8", "backslashreplace")
            text = text.splitlines()
            if len(text) > 12:
                text = text[:6] + ["..."] + text[-6:]
            lines += ["%s: %s" % (name, line[:300]) for line in text]
        return lines


def on_terminal(room, columns, *args, status=0, both=False, **more):
    """Run sxlib on a terminal of so many columns and return the lines on it:
    those of stdout, or of stderr as well."""
    keys, screen = os.openpty()
    fcntl.ioctl(screen, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    run = room.run(*args, stdout=screen, stderr=screen if both else None,
                   **more)
    os.close(screen)
    text = b""
    while True:
        try:
            part = os.read(keys, 65536)
        except OSError:
            part = b""
        if not part:
            break
        text += part
    os.close(keys)
    equal(run.end(), status, "exit status")
    return text.decode().replace("\r\n", "\n").split("\n")[:-1]


class Pty:
    """A serial line: `port` is what sxlib opens, feed() and got() are the
    instrument at its other end. It starts as a terminal with echo, so that
    sxlib has to make it a line for bytes itself."""

    def __init__(self):
        self.master, self.slave = os.openpty()
        os.set_blocking(self.master, False)
        self.port = "tty:" + os.ttyname(self.slave)
        self.chunks = []
        self.thread = None
        self.ended = False

    def feed(self, data, limit=LIMIT):
        """Write all of it, as fast as it is taken."""
        end = time.monotonic() + limit
        view = memoryview(bytes(data))
        while view:
            _, ready, _ = select.select([], [self.master], [], 0.2)
            if ready:
                try:
                    view = view[os.write(self.master, view[:4096]):]
                except BlockingIOError:
                    pass
            check(time.monotonic() < end, "the port does not take bytes: %d "
                  "are left" % len(view))

    def listen(self):
        """Collect what sxlib sends, with the time of each piece."""
        self.thread = threading.Thread(target=self._collect, daemon=True)
        self.thread.start()
        return self

    def _collect(self):
        while not self.ended:
            ready, _, _ = select.select([self.master], [], [], 0.1)
            if ready:
                try:
                    data = os.read(self.master, 65536)
                except BlockingIOError:
                    continue
                except OSError:
                    return
                self.chunks.append((time.monotonic(), data))

    def got(self, wait=0.0, size=0):
        """What has come; waits until it is `size` bytes or time is up."""
        end = time.monotonic() + wait
        while time.monotonic() < end and \
                sum(len(c) for _, c in self.chunks) < size:
            time.sleep(0.01)
        return b"".join(c for _, c in self.chunks)

    def settled(self, quiet=0.15):
        """All that came, once nothing has come for a while or waits to be
        collected."""
        while True:
            n = len(self.chunks)
            time.sleep(quiet)
            if len(self.chunks) == n and not self._waits():
                return self.got()

    def _waits(self):
        return self.master >= 0 and select.select([self.master], [], [], 0)[0]

    def taken(self, limit=LIMIT):
        """Wait until sxlib has read all that was fed."""
        end = time.monotonic() + limit
        waiting = bytearray(4)
        empty = 0
        while time.monotonic() < end:
            # The kernel moves it from buffer to buffer: poll() has it done,
            # and it is asked more than once.
            select.select([self.slave], [], [], 0)
            fcntl.ioctl(self.slave, termios.FIONREAD, waiting)
            empty = 0 if struct.unpack("i", waiting)[0] else empty + 1
            if empty == 8:
                return
            time.sleep(0.01)
        raise Failure("sxlib did not read all")

    def hang_up(self):
        self.ended = True
        if self.thread:
            self.thread.join()
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def close(self):
        self.hang_up()
        if self.slave >= 0:
            os.close(self.slave)
            self.slave = -1


@contextlib.contextmanager
def small_disk(path, size):
    """A file system of so many bytes, for a while."""
    os.makedirs(path)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%d" % size,
                           "none", path], check=False,
                          stderr=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Skip("may not mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", path], check=False)


# --- the reference framer --------------------------------------------------

DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
COMMON_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}


def frame(stream, at_end="end of input"):
    """[(bytes, damage)] of all SysEx in a stream, whole (damage None), cut, or
    the rest of one; by MIDI 1.0, pp. 29-35, a byte at a time."""
    found = []
    body = None   # the SysEx or run of data that is open
    running = 0   # channel status
    awaited = 0   # data bytes that the message still needs

    def close(damage):
        nonlocal body
        if body is not None:
            found.append((bytes(body),
                          damage if body[0] == 0xF0 else "no F0"))
        body = None

    for byte in stream:
        if byte >= 0xF8:
            continue
        if byte == 0xF0:
            close("new F0")
            body, running, awaited = bytearray([byte]), 0, 0
        elif byte == 0xF7:
            if body is not None:
                body.append(byte)
                close(None)
            running = awaited = 0
        elif byte >= 0x80:
            close("status byte %02X" % byte)
            running = byte if byte < 0xF0 else 0
            awaited = DATA_BYTES.get(byte & 0xF0, COMMON_BYTES.get(byte, 0))
        elif body is not None:
            body.append(byte)
        elif awaited:
            awaited -= 1
        elif running:
            awaited = DATA_BYTES[running & 0xF0] - 1
        else:
            body = bytearray([byte])
    close(at_end)
    return found


def group(messages):
    """Messages that belong together as one dump: (bytes, first damage)."""
    damage = [d for _, d in messages if d]
    return b"".join(m for m, _ in messages), damage[0] if damage else None


# --- SysEx -----------------------------------------------------------------

# IDs without a known rule for a checksum.
PLAIN_IDS = [b"\x7d", b"\x40", b"\x18", b"\x10", b"\x00\x00\x0e",
             b"\x00\x20\x7b"]


def data7(rng, n):
    return bytes(b & 0x7F for b in rng.randbytes(n))


def sysex(rng, size, head=b"\x7d"):
    """A whole message of `size` bytes of a maker without checksums."""
    return b"\xf0" + head + data7(rng, size - 2 - len(head)) + b"\xf7"


def any_sysex(rng, largest=4000):
    head = rng.choice(PLAIN_IDS)
    return sysex(rng, int(6 + largest ** rng.random()), head)


def jomox(rng, size=300, kind=2, product=0x5D):
    """An Alpha Base dump: 1 preset, 2 pattern; 16 is its firmware."""
    return sysex(rng, size, bytes([0x31, 0x7F, product, kind, 0x55]))


def elektron(product, command, version, slot, data):
    """A whole Elektron message with its checksum and length."""
    body = bytes([0xF0, 0, 0x20, 0x3C, product, 0, command, *version, slot])
    body += data
    total = len(body) + 5
    count = total - 10 & 0x3FFF
    check14 = sum(body[9:]) & 0x3FFF
    return body + bytes([check14 >> 7, check14 & 0x7F, count >> 7,
                         count & 0x7F, 0xF7])


def md_pattern(rng, slot):
    return elektron(2, 0x67, (3, 1), slot, data7(rng, 2763 - 15))


def md_packed(data):
    """8 bits in 7: the high bits of seven, the first highest, go before
    them."""
    out = b""
    for i in range(0, len(data), 7):
        part = data[i:i + 7]
        out += bytes([sum((b >> 7) << (6 - k) for k, b in enumerate(part))])
        out += bytes(b & 127 for b in part)
    return out


def md_steps(rng, slot, tracks, length, long=False):
    """A Machinedrum's pattern whose 16 tracks have triggers at these steps,
    from 0; the rest of it is anything."""
    def bits(first):
        return md_packed(b"".join(
            sum(1 << step - first for step in steps
                if first <= step < first + 32).to_bytes(4, "big")
            for steps in tracks))
    data = bytearray(data7(rng, (5410 if long else 2763) - 15))
    data[:74] = bits(0)
    data[168] = length
    if long:
        data[2748:2748 + 74] = bits(32)
    return elektron(2, 0x67, (3, 1), slot, bytes(data))


def md_kit(rng, slot, name):
    return elektron(2, 0x52, (4, 1), slot,
                    name.ljust(16, b"\0")[:16] + data7(rng, 1233 - 31))


def spoil(message, at=-3):
    """The same with one wrong data byte (by default in the checksum)."""
    wrong = bytearray(message)
    wrong[at] ^= 1
    return bytes(wrong)


def with_realtime(rng, data, every=3):
    """Real-time bytes between any two bytes, one in `every` places."""
    out = bytearray()
    for byte in data:
        out.append(byte)
        while rng.randrange(every) == 0:
            out.append(rng.choice([0xF8, 0xFA, 0xFB, 0xFC, 0xFE, 0xFF, 0xF9,
                                   0xFD]))
    return bytes(out)


CUTS = [b"\x90\x40\x40", b"\xc5\x05", b"\xf2\x01\x02", b"\xf6",
        b"\x80\x01\x02\x03\x04", b"\xb0\x07\x7f", b"\xf3\x01"]


def mess(rng, n, largest=3000, missed=True):
    """A stream with everything that goes wrong on a real cable."""
    out = bytearray()
    if missed:
        out += data7(rng, rng.randrange(1, 200)) + b"\xf7"
    for _ in range(n):
        message = any_sysex(rng, largest)
        what = rng.randrange(8)
        cut = message[:rng.randrange(4, len(message))] \
            if len(message) > 5 else message[:4]
        if what == 0:
            out += cut + rng.choice(CUTS)
        elif what == 1:
            out += cut  # a new F0 follows
        elif what == 2:
            out += message + data7(rng, rng.randrange(1, 300)) + b"\xf7"
        elif what == 3:
            out += message + rng.choice(CUTS) + rng.choice(CUTS)
        elif what == 4:
            out += with_realtime(rng, message, rng.randrange(2, 9))
        else:
            out += message
    return bytes(out + sysex(rng, 9))


# --- MIDI files ------------------------------------------------------------

def vlq(n):
    out = [n & 0x7F]
    while n > 0x7F:
        n >>= 7
        out.insert(0, 0x80 | n & 0x7F)
    return bytes(out)


def chunk(name, data, length=None):
    return name + struct.pack(">I", len(data) if length is None
                              else length) + data


def header(fmt=1, tracks=1, division=500):
    return chunk(b"MThd", struct.pack(">HHH", fmt, tracks, division & 0xFFFF))


END = b"\x00\xff\x2f\x00"


def event(delta, data):
    return vlq(delta) + data


def meta(delta, kind, data):
    return vlq(delta) + bytes([0xFF, kind]) + vlq(len(data)) + data


def packet(delta, data, status=0xF0):
    """A SysEx event; data is what follows its length."""
    return vlq(delta) + bytes([status]) + vlq(len(data)) + data


def sysex_event(delta, message):
    return packet(delta, message[1:])


def smf(*tracks, fmt=1, division=500):
    return header(fmt, len(tracks), division) + b"".join(
        chunk(b"MTrk", t) for t in tracks)


def read_tracks(data):
    """(format, division, [track]) of a file that follows the letter of the
    specification, a track being [(tick, event)]; else Failure."""
    check(data[:8] == b"MThd\0\0\0\6", "no MThd")
    fmt, count, division = struct.unpack(">HHH", data[8:14])
    tracks = []
    pos = 14
    while pos < len(data):
        check(data[pos:pos + 4] == b"MTrk", "no MTrk at %d" % pos)
        end = pos + 8 + struct.unpack(">I", data[pos + 4:pos + 8])[0]
        check(end <= len(data), "a track is longer than its file")
        tracks.append(_events(data[pos + 8:end]))
        pos = end
    equal(len(tracks), count, "tracks in the header")
    return fmt, division, tracks


def _events(data):
    """[(tick, bytes)] of a track: status and data, without lengths; metas are
    FF, their type and data."""
    found = []
    pos = tick = 0

    def number():
        nonlocal pos
        value = 0
        for _ in range(4):
            byte = data[pos]
            pos += 1
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise Failure("a number of more than four bytes")

    while True:
        tick += number()
        status = data[pos]
        check(status >= 0x80, "no status byte at %d" % pos)
        pos += 1
        head = bytes([status])
        if status == 0xFF:
            head += data[pos:pos + 1]
            pos += 1
        size = DATA_BYTES[status & 0xF0] if status < 0xF0 else number()
        body = data[pos:pos + size]
        check(len(body) == size, "an event is longer than its track")
        pos += size
        found.append((tick, head + body))
        if head == b"\xff\x2f":
            equal(pos, len(data), "end of track")
            return found[:-1]


def flood(line, data, over, pause=0):
    """Write data again and again until `over` is set, or the line is gone."""
    rest = data
    while not over.is_set():
        try:
            if select.select([], [line.master], [], 0.1)[1]:
                rest = rest[os.write(line.master, rest):] or data
        except BlockingIOError:
            pass
        except OSError:
            return
        if pause:
            time.sleep(pause)


class Track:
    """One that has no events but metas and SysEx."""

    def __init__(self, events):
        self.name = None
        self.sysex = []  # (tick, message)
        for tick, event in events:
            if event[0] == 0xF0:
                self.sysex.append((tick, event))
            elif event[:2] == b"\xff\x03":
                self.name = event[2:]
            else:
                check(event[0] == 0xFF, "event %02X" % event[0])


def read_smf(data):
    """(ticks a quarter, [Track]) of a file of dumps; else Failure."""
    fmt, division, tracks = read_tracks(data)
    check(fmt in (0, 1) and not division & 0x8000, "format or division")
    return division, [Track(events) for events in tracks]


# --- what many tests do ----------------------------------------------------

def content(path, room):
    with open(os.path.join(room.dir, path), "rb") as file:
        return file.read()


def compare(room, run, want):
    """stdout names one file for each of want [(bytes, damage)], in order."""
    lines = run.lines
    got = [content(line, room) for line in lines]
    for i, (data, damage) in enumerate(want):
        if i >= len(got):
            break
        equal(got[i], data, "content of file %d (%s)" % (i + 1, damage))
        equal(lines[i].endswith(".damaged.syx"), bool(damage),
              "file %d, '%s', is marked as damaged (%s)"
              % (i + 1, lines[i], damage))
    equal(len(got), len(want), "number of files")
    left = [n for n in os.listdir(room.dir) if n.endswith(".part")]
    equal(left, [], "parts that are left")


def receive(room, stream, want, *opts, number=signal.SIGINT, out="out/",
            limit=LIMIT):
    """Receive `stream` through a pty until `want` files are said, then stop
    it by a signal; None: it ends by itself. Returns the run."""
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", out, *opts)
    run.listening()
    line.feed(stream, limit)
    run.has_lines(len(want), limit)
    if number is None:
        run.end()
    else:
        line.taken()
        run.stop(number)
    compare(room, run, want)
    return run


FAST = ("--rate", "max", "--delay", "0")


def send(room, line, *args, status=0, want=None, **more):
    """Send to a pty that is listened to; compares status and bytes."""
    run = room.sxlib("send", "-p", line.port, *args, **more)
    equal(run.status, status, "exit status")
    if want is not None:
        line.got(5, len(want))
        equal(line.settled(), want, "what came out of the port")
    return run


def receive_stdin(room, stream, *opts, out="out/", **more):
    """Receive `stream` from standard input to its end."""
    return room.sxlib("receive", "-p", "-", "-o", out, *opts, stdin=stream,
                      **more)


def facts(obj):
    """One object of --json has every key, with a value of its type."""
    keys = [key for key in obj if key != "sounds"]  # only show has them
    equal(sorted(keys), sorted(FACTS), "keys of the facts")

    def typed(key, kinds, null=True):
        value = obj[key]
        check(null and value is None or isinstance(value, kinds)
              and not isinstance(value, bool),
              "%s is %s" % (key, brief(value)))

    for key in ("file", "port", "maker", "device", "slot_text", "name",
                "label", "damaged"):
        typed(key, str)
    typed("slot", int)
    for key in ("offset", "bytes", "messages"):
        typed(key, int)
    if obj["maker_id"] is not None:
        match(r"^([0-9a-f]{2}|[0-9a-f]{6})$", obj["maker_id"], "maker_id")
    if obj["time"] is not None:
        match("^" + RFC3339, obj["time"], "time")
    one_of(obj["kind"], KINDS, "kind")
    one_of(obj["checksum"], ("ok", "bad", "none", "unknown"), "checksum")
    one_of(obj["trust"], ("seen", "documented", "inferred", "user", "none"),
           "trust")
    if obj["damaged"] is not None:
        match(r"^(status byte [0-9A-F]{2}|new F0|no F0|overrun|unplugged|"
              r"timeout|end of input|interrupted)$", obj["damaged"],
              "damaged", 0)
