# SPDX-License-Identifier: ISC
"""What faults.py and crash.py run, and what has to come of it."""
import contextlib
import fcntl
import io
import os
import select
import signal
import socket
import sys
import termios
import time
import wave

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../cli"))
import harness as h  # noqa: E402
import song  # noqa: E402

MEMORY = ("malloc", "calloc", "realloc", "reallocarray", "strdup", "strndup",
          "asprintf", "vasprintf", "open_memstream", "smf_alloc")
SMF = ("fopen", "fread", "fwrite", "fclose", "smf_alloc")
LINE = ("open", "flock", "ioctl", "fcntl", "read", "write", "poll",
        "nanosleep", "close")
SYNC = ("fsync", "syncfs", "sync_file_range")
DISK = ("openat", "pwrite", "fsync", "syncfs", "renameat2", "mkdirat")


def machinedrum(slot):
    """A pattern of sim:machinedrum."""
    x, data = 0x67 << 8 | slot, bytearray()
    for _ in range(2763 - 15):
        x = x * 1664525 + 1013904223 & 0xffffffff
        data.append(x >> 24 & 0x7f)
    return h.elektron(2, 0x67, (3, 1), slot, bytes(data))


def sample_dump():
    """By the Sample Dump Standard: 16 bits, 40 words in each packet."""
    dump = bytes((0xf0, 0x7e, 0, 1, 5, 0, 16, 0x20, 0x31, 1, WORDS, 0, 0,
                  0, 0, 0, WORDS - 1, 0, 0, 0x7f, 0xf7))
    for k in range(WORDS // 40):
        body = bytes((0x7e, 0, 2, k)) + bytes((9, k, 0)) * 40
        check = 0
        for b in body:
            check ^= b
        dump += b"\xf0" + body + bytes((check, 0xf7))
    return dump


DUMPS = [bytes((0xf0, 0x7d, i)) + bytes((i * 37 + k) % 128 for k in range(n))
         + b"\xf7" for i, n in ((1, 40), (2, 9000), (3, 300))]
SHORT = DUMPS[::2]  # what a line holds, whether it is read or not
MANY = [bytes((0xf0, 0x7d, 4, i)) + bytes(8) + b"\xf7" for i in range(24)]
PATTERNS = [machinedrum(slot) for slot in (0, 1)]
# Each of them a dump, however soon the next one comes.
ALONE = [bytes((0xf0, 0x31, 0x7f, 0x5d, 2, 0x55)) + bytes(
    (i * 37 + k) % 128 for k in range(n)) + b"\xf7"
    for i, n in ((1, 300), (2, 40))]
OLD = b"\xf0\x7d\x55\x66\xf7"
STREAM = b"".join(DUMPS)
WORDS = 80
SAMPLE = sample_dump()
ROW = b"[Foo]\nmask = F0 7D\nkind = preset\n"
HALF = b"\x90\x40\x40\x41\x40" + SHORT[0]
# Cut, but by what is not kept: what is stored of it looks whole.
HOLE = b"\xf0\x7d\x01\x02\xf4\x03\xf7"
TAKE = HALF + b"\xb3\x63\x01\x62\x02\x06\x03" + SHORT[1] + b"\x80\x40\x00"


class Scenario:
    """A command in a folder that prepare() has filled.

    dumps   what comes in
    take    all messages of a take
    line    bytes that are played into {port}
    then    comes on standard input when the disk has what came before
    ends    it is stopped when it has printed so many lines; 0: when it has
            read the line
    only    the functions that fail; None: all
    lasting those that also fail for a while
    env     of the command
    status  of its end if all goes well
    """

    def __init__(self, name, args, stdin=None, prepare=None, check=None, *,
                 dumps=None, take=None, line=None, then=None, ends=None,
                 only=None, lasting=(), env=None, status=0):
        self.name, self.args, self.stdin = name, args, stdin
        self.prepare, self.check = prepare, check
        self.dumps = DUMPS if dumps is None else dumps
        self.take = song.messages(take) if take else None
        self.line, self.then, self.ends = line, then, ends
        self.only, self.lasting, self.env = only, lasting, env or {}
        self.status = status

    @property
    def command(self):
        return self.args[0]

    @property
    def once(self):
        """Does each dump become a .syx of its own, which its part is?"""
        return self.command in ("receive", "watch", "recall") and not {
            "--twice", "mid", "out/all.syx", "out/all.mid"} & set(self.args)

    def run(self, work, env, limit=60):
        """The h.Run of it, ended; or it `hangs`, and was killed. What came
        out of a line is its `out`."""
        room = Room(work)
        with contextlib.closing(h.Pty()) if self.line is not None \
                else contextlib.nullcontext() as pty:
            args = [a.replace("{port}", pty.port if pty else "")
                    for a in self.args]
            run = h.Run(room, args, env=dict(self.env, **env),
                        stdin="pipe" if self.then else self.stdin)
            run.hangs = False
            if self.then:
                self.feed(run, work)
            if pty:
                self.play(run, pty)
            try:
                run.end(limit)
            except h.Failure:
                run.hangs = True
            if pty and self.command == "send":
                run.raw["out"] = bytearray(pty.got(
                    run.status == 0, len(b"".join(self.dumps))))
        return run

    def feed(self, run, work):
        """The second half when the first one is safe."""
        with contextlib.suppress(BrokenPipeError):
            run.write(self.stdin)
            run.safe = run.until(lambda: self.stdin_is_kept(work), 10) and \
                run.process.poll() is None
            run.write(self.then)
            run.process.stdin.close()

    def stdin_is_kept(self, work):
        return any(p.endswith(".take") and self.dumps[0] in d
                   for p, d in files_of(work).items())

    def play(self, run, pty):
        pty.listen()
        run.until(lambda: "listening on" in run.err, 10)
        if self.line:
            _, room, _ = select.select([], [pty.master], [], 1)
            if room:
                os.write(pty.master, self.line)
        if self.ends:
            run.has_lines(self.ends, 15)
        elif self.ends == 0:
            run.until(lambda: is_read(pty), 15)
        if self.ends is not None:
            run.send_signal(signal.SIGINT)


def is_read(pty):
    """Does nothing wait in it? The kernel moves it from buffer to buffer."""
    waiting = bytearray(4)
    for _ in range(8):
        fcntl.ioctl(pty.slave, termios.FIONREAD, waiting)
        if any(waiting):
            return False
        time.sleep(0.01)
    return True


class Room:
    """As little of a harness.Room as a Run asks for."""

    def __init__(self, folder):
        self.dir = folder

    def path(self, *parts):
        return os.path.join(self.dir, *parts)


def put(path, data):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def files_of(folder):
    found = {}
    for where, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(where, name)
            with contextlib.suppress(FileNotFoundError), \
                    open(path, "rb") as f:
                found[os.path.relpath(path, folder)] = f.read()
    return found


def is_part(path):
    return path.endswith((".part", ".take", ".tmp"))


# --- What is there afterwards ------------------------------------------------

def events(data):
    """All messages of a MIDI file, in order."""
    found = song.Song(data)
    return [m for i in range(len(found.tracks)) for m in found.only(i)]


def whole(path, data, scenario):
    """None, or what is wrong with a file under a final name."""
    if is_part(path) or ".damaged" in path:
        return None
    if path.endswith(".mid"):
        try:
            found = events(data)
        except (h.Failure, IndexError) as e:
            return "%s: %s" % (path, e)
        if scenario.take:
            good = is_beginning(found, scenario.take, data)
        else:
            good = found and all(m in scenario.dumps for m in found)
        return None if good else "%s: other messages" % path
    if path.endswith(".html"):
        return None if data.endswith(b"</html>\n") else path + " is cut"
    if path.endswith(".wav"):
        with wave.open(io.BytesIO(data)) as f:
            return None if f.getnframes() == WORDS else path + " is cut"
    if path.endswith("devices.conf"):
        return None if data == ROW else "%s: %r" % (path, data)
    rest = data
    while rest:
        for d in scenario.dumps + [OLD, SAMPLE]:
            if rest.startswith(d):
                rest = rest[len(d):]
                break
        else:
            return "%s: not whole: %d bytes" % (path, len(data))
    return None if data else "%s: empty" % path


def is_beginning(found, wanted, data):
    """Only the last one may be cut, and is marked then."""
    if not found or len(found) > len(wanted):
        return False
    last = found[-1] == wanted[len(found) - 1] or \
        wanted[len(found) - 1].startswith(found[-1]) and b"damaged" in data
    return last and found[:-1] == wanted[:len(found) - 1]


def kept(files, scenario):
    """The dumps that are in files, whatever their form."""
    found = set()
    for path, data in files.items():
        if path.endswith(".mid"):
            with contextlib.suppress(h.Failure, IndexError):
                found |= set(events(data)) & set(scenario.dumps)
        else:
            found |= {d for d in scenario.dumps if d in data}
    return found


# --- Checks of a run that has ended as it should ----------------------------

def all_there(s, files, run):
    there = kept({p: d for p, d in files.items()
                  if not is_part(p) and p.startswith("out")}, s)
    missing = [i for i, d in enumerate(s.dumps) if d not in there]
    return "exit 0 without dump %s" % missing if missing else None


def rescued(s, files, run):
    """What could not be taken in is still there, and it is said."""
    problem = all_there(s, files, run)
    left = b"".join(d for p, d in files.items() if p.endswith(".part"))
    if problem and "sxlib: %s:" % s.command in run.err and \
            DUMPS[0] + DUMPS[1] in left:
        return None
    return problem


def taken(s, files, run):
    if events(files.get("out/take.mid", b"")) != s.take:
        return "exit 0 without the whole take"
    return None


def taken_and_rescued(s, files, run):
    old = [p for p in files if p.endswith("-take.mid")]
    if len(old) != 1 and "sxlib: record:" not in run.err:
        return "the earlier take is not rescued, and nothing is said"
    if len(old) != 1 and b"".join(s.take) not in \
            b"".join(files.values()) and not any(
                p.endswith(".take") for p in files):
        return "the earlier take is lost"
    return taken(s, files, run)


def sent(s, files, run):
    want = b"".join(s.dumps)
    return None if run.out == want else "exit 0 and %d bytes sent" % len(
        run.out)


def has(name):
    """There is such a file."""
    return lambda s, files, run: None if any(
        p.endswith(name) for p in files) else "exit 0 without " + name


def says(*words):
    return lambda s, files, run: None if all(
        w.encode() in run.out for w in words) \
        else "exit 0, and it says %r" % run.out


# --- What is there before ----------------------------------------------------

def prepare_out(folder):
    put(folder + "/out/old.syx", OLD)


def prepare_files(folder):
    put(folder + "/in/all.syx", STREAM)
    put(folder + "/in/deeper/one.syx", DUMPS[0])


def prepare_short(folder):
    put(folder + "/in/short.syx", b"".join(SHORT))


def prepare_mid(folder):
    body = b"".join(b"\x00\xf0" + bytes(vlq(len(d) - 1)) + d[1:]
                    for d in DUMPS) + b"\x00\xff\x2f\x00"
    put(folder + "/in/all.mid", b"MThd\0\0\0\6\0\0\0\1\1\xf4MTrk"
        + len(body).to_bytes(4, "big") + body)


def vlq(n):
    out = [n & 0x7f]
    while n > 0x7f:
        n >>= 7
        out.insert(0, 0x80 | n & 0x7f)
    return out


DRUM = "sim:machinedrum?rate=100000000"
CRASHED = "20261122T051530.123Z-99999999"


def prepare_crashed(folder):
    put(folder + "/out/" + CRASHED + ".part", DUMPS[0] + DUMPS[1])


def prepare_watched(folder):
    put(folder + "/out/old.syx", OLD)
    put(folder + "/out/else/" + CRASHED + ".part", DUMPS[0] + DUMPS[1])


def prepare_recall(folder):
    prepare_out(folder)
    put(folder + "/in/p01.syx", DUMPS[0])


def prepare_pattern(folder):
    put(folder + "/out/old.syx", PATTERNS[0])


def prepare_conf(folder):
    put(folder + "/.config/sxlib/ports.conf",
        b"[drum]\nport = " + DRUM.encode() + b"\n")
    put(folder + "/.config/sxlib/devices.conf",
        b"[thing]\nkind = preset\nmask = F0 7D 01\n")
    prepare_out(folder)


def prepare_taken(folder):
    """A journal, after src/store/journal.h."""
    prepare_out(folder)
    journal = record(0, 8, 0, b"take.mid", at=1795000000000000) \
        + record(0, 9, 0, b"-")
    for m in song.messages(TAKE):
        journal += record(0, 1 if m[0] == 0xf0 else 3, 1, m)
    put(folder + "/out/" + CRASHED + ".take", journal)


def record(port, kind, end, data, at=0):
    head = bytes((port, kind | 0x10, end, 0)) + len(data).to_bytes(4, "big") \
        + at.to_bytes(8, "big")
    check = 2166136261
    for byte in head + data:
        check = (check ^ byte) * 16777619 & 0xffffffff
    return head + check.to_bytes(4, "big") + data


RECEIVE = ["receive", "-p", "-", "--split", "message", "-o"]
RECORD = ["record", "-p", "-", "-o", "out/take.mid"]
WATCH = ["watch", "-p", "-", "--split", "message", "-o", "out"]
WATCH_LINE = ["watch", "-p", "{port}", "--split", "message", "-o", "out"]
REQUEST = ["request", "--delay", "0", "--timeout", "0.3", "machinedrum",
           "pattern", "A01-A02", "-p"]
SEND = ["send", "--rate", "max", "--delay", "0", "-p"]
SERVICE = "sxlib-fault-%d" % os.getpid()
MANAGER = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
MANAGER.bind("\0" + SERVICE)

SCENARIOS = [
    Scenario("receive into a folder", RECEIVE + ["out/"], STREAM,
             prepare_out, all_there),
    Scenario("receive into a new folder", RECEIVE + ["out/new/"], STREAM,
             prepare_out, all_there),
    Scenario("receive many at once", RECEIVE + ["out/"], b"".join(MANY),
             prepare_out, all_there, dumps=MANY, only=SYNC),
    Scenario("receive by gap, numbered",
             ["receive", "-p", "-", "-o", "out/", "--name", "p{n:02}"],
             STREAM, prepare_out, all_there),
    Scenario("receive a group with a hole",
             ["receive", "-p", "-", "--split", "gap", "-o", "out/"],
             SHORT[0] + HOLE + SHORT[1], prepare_out, all_there, dumps=SHORT,
             status=5),
    Scenario("receive into one file", RECEIVE + ["out/all.syx"], STREAM,
             prepare_out, all_there),
    Scenario("receive into a MIDI file", RECEIVE + ["out/all.mid"], STREAM,
             prepare_out, all_there),
    Scenario("receive as MIDI files",
             RECEIVE + ["out/", "--format", "mid"], STREAM, prepare_out,
             all_there),
    Scenario("receive after a crash", RECEIVE + ["out/"], DUMPS[2],
             prepare_crashed, rescued),
    Scenario("receive twice the same", RECEIVE + ["out/", "--twice"],
             b"".join(d + d for d in DUMPS), prepare_out, all_there),
    Scenario("receive and run a program",
             RECEIVE + ["out/", "--exec", "true"], STREAM, prepare_out,
             all_there, only=("posix_spawnp", "waitpid") + MEMORY),
    Scenario("receive from a line",
             ["receive", "-p", "{port}", "-n", "2", "--split", "message",
              "-o", "out/"], None, prepare_out, all_there, dumps=SHORT,
             line=b"".join(SHORT), only=LINE),
    Scenario("send a file", SEND + ["-", "in/all.syx"], None, prepare_files,
             sent),
    Scenario("send a MIDI file", SEND + ["-", "in/all.mid"], None,
             prepare_mid, sent),
    Scenario("send to a line", SEND + ["{port}", "in/short.syx"], None,
             prepare_short, sent, dumps=SHORT, line=b"", only=LINE),
    Scenario("split", ["split", "in/all.syx", "--out", "out/"], None,
             prepare_files, all_there),
    Scenario("join", ["join", "in/all.syx", "in/deeper/one.syx", "--out",
                      "out.syx"], None, prepare_files, all_there),
    Scenario("convert to a MIDI file", ["convert", "in/all.syx", "out.mid"],
             None, prepare_files, all_there),
    Scenario("convert from a MIDI file", ["convert", "in/all.mid", "out.syx"],
             None, prepare_mid, all_there),
    Scenario("record", RECORD, TAKE, prepare_out, taken, dumps=SHORT,
             take=TAKE),
    Scenario("record after a crash", RECORD, TAKE, prepare_taken,
             taken_and_rescued, dumps=SHORT, take=TAKE),
    Scenario("record for more than a second", RECORD, HALF,
             prepare_out, taken, dumps=SHORT, take=TAKE,
             then=TAKE[len(HALF):], only=DISK),
    Scenario("record from a line",
             ["record", "-p", "{port}", "-o", "out/take.mid"], None,
             prepare_out, taken, dumps=SHORT, take=b"".join(SHORT),
             line=b"".join(SHORT), ends=0, only=LINE),
    Scenario("request", REQUEST + [DRUM, "-o", "out/new/"], None,
             prepare_out, all_there, dumps=PATTERNS),
    Scenario("request into one file", REQUEST + [DRUM, "-o", "out/all.syx"],
             None, prepare_out, all_there, dumps=PATTERNS),
    Scenario("request what is missing",
             REQUEST + [DRUM, "-o", "out/", "--resume"], None,
             prepare_pattern, all_there, dumps=PATTERNS),
    Scenario("request from a port of ports.conf",
             REQUEST + ["drum", "-o", "out/"], None, prepare_conf, all_there,
             dumps=PATTERNS, only=("open", "read", "fstat", "close") + MEMORY),
    Scenario("watch", WATCH, STREAM, prepare_out, all_there),
    Scenario("watch after a crash", WATCH, DUMPS[2], prepare_watched, rescued),
    Scenario("watch as a service", WATCH, STREAM, prepare_out, all_there,
             only=("socket", "connect", "send"),
             env={"NOTIFY_SOCKET": "@" + SERVICE}),
    Scenario("watch with a page", WATCH + ["--page", "page.html"], STREAM,
             prepare_out, all_there,
             only=MEMORY + ("open", "read", "write", "rename", "close",
                            "fopen", "pthread_create")),
    Scenario("watch a line", WATCH_LINE, None, prepare_out, all_there,
             dumps=SHORT, line=b"".join(SHORT), ends=2, only=LINE + DISK,
             lasting=DISK),
    Scenario("recall and keep", ["recall", "--from", DRUM, "--to", "{port}",
                                 "--channel", "1", "--name", "p{n:02}",
                                 "--keep", "out", "in"], None, prepare_recall,
             all_there, dumps=ALONE, line=b"".join(ALONE), ends=2,
             only=LINE + DISK + MEMORY, lasting=DISK),
    Scenario("verify", ["verify", "in"], None, prepare_files),
    Scenario("list", ["list", "in"], None, prepare_files,
             says("deeper/one.syx")),
    Scenario("show", ["show", "in/all.syx"], None, prepare_files,
             says(" 44 ", " 9004 ", " 304 ")),
    Scenario("diff", ["diff", "in/all.syx", "in/all.syx"], None,
             prepare_files),
    Scenario("duplicates", ["duplicates", "in"], None, prepare_files,
             says("all.syx", "one.syx")),
    Scenario("monitor", ["monitor", "-p", "-"], STREAM + b"\x90\x40\x41",
             None, says(" 44 bytes", " 304 bytes", "velocity 65")),
    Scenario("play", ["play", "-p", "-", "--rate", "max", "in/all.mid"], None,
             prepare_mid, sent),
    Scenario("receive a sample", ["sample", "receive", "-p", "-", "--open",
                                  "-o", "out/x.syx"], SAMPLE, prepare_out,
             has("x.syx")),
    Scenario("receive a sample as sound", ["sample", "receive", "-p", "-",
                                           "--open", "-o", "out/x.wav"],
             SAMPLE, prepare_out, has("x.wav")),
    Scenario("teach", ["devices", "add", "in/all.syx", "in/deeper/one.syx",
                       "--device", "Foo", "--kind", "preset", "--yes"], None,
             prepare_files, has("devices.conf")),
]
