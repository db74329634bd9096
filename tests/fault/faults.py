#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""faults.py BUILD [SCENARIO...]: make every call fail once, and look at what is left.

Each scenario is run once to count the calls that the program makes (shim.c),
then once more for each call and each way in which it can fail. After each of
these runs: it ended by itself, in time; its status is one of those of the
manual, and 0 only if all that it was to do is done; a failure was said, in one
line that begins as the manual says; every file under a final name is whole; no
file that was there has changed; nothing that was allocated is still held.

A TAP line for each function of a scenario; the last line is
"N passed, M failed".
"""
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import wave
from concurrent.futures import ThreadPoolExecutor

MOVES = ("read", "write", "pread", "pwrite")
MEMORY = ("malloc", "calloc", "realloc", "reallocarray", "strdup", "strndup",
          "asprintf", "open_memstream")
WAYS = {
    "write": ("ENOSPC", "EIO", "EINTR", "short"),
    "pwrite": ("ENOSPC", "EIO", "EINTR", "short"),
    "read": ("EIO", "EINTR", "short"),
    "pread": ("EIO", "EINTR", "short"),
    "open": ("EMFILE", "EACCES"), "openat": ("EMFILE", "ENOSPC", "EACCES"),
    "fsync": ("EIO", "ENOSPC"), "close": ("EIO",),
    "renameat2": ("EIO", "ENOSPC", "EINVAL"),
    "poll": ("EINTR", "ENOMEM"), "ppoll": ("EINTR", "ENOMEM"),
    "flock": ("EINTR", "EIO"), "readdir": ("EIO",),
    "pthread_create": ("EAGAIN",), "eventfd": ("EMFILE",),
    "signalfd": ("EMFILE",), "dlopen": ("ENOENT",),
    "memfd_create": ("EMFILE",), "stat": ("EIO",), "lstat": ("EIO",),
    "mkdir": ("ENOSPC", "EACCES"), "mkdirat": ("ENOSPC", "EACCES"),
}
# A failure of these is no failure of the program: it goes on without.
HARMLESS = {("close", "EIO"), ("poll", "EINTR"), ("ppoll", "EINTR")}
STATUSES = (0, 1, 3, 4, 5)

DUMPS = [bytes((0xf0, 0x7d, i)) + bytes((i * 37 + k) % 128 for k in range(n))
         + b"\xf7" for i, n in ((1, 40), (2, 9000), (3, 300))]
OLD = b"\xf0\x7d\x55\x66\xf7"


class Scenario:
    """A command in a folder that prepare() has filled."""

    def __init__(self, name, args, stdin=None, prepare=None, check=None):
        self.name, self.args, self.stdin = name, args, stdin
        self.prepare, self.check = prepare, check


def put(path, data):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def syx_files(folder):
    found = {}
    for where, _, files in os.walk(folder):
        for name in files:
            with open(os.path.join(where, name), "rb") as f:
                found[os.path.relpath(os.path.join(where, name), folder)] = \
                    f.read()
    return found


def messages_of(mid):
    """The SysEx messages of a MIDI file in which each is one F0 event."""
    found, pos = [], 14
    if mid[:4] != b"MThd":
        raise ValueError("no MIDI file")
    while pos < len(mid):
        size = int.from_bytes(mid[pos + 4:pos + 8], "big")
        track = mid[pos + 8:pos + 8 + size]
        if mid[pos:pos + 4] != b"MTrk" or len(track) != size:
            raise ValueError("a track is cut")
        found += sysex_of_track(track)
        pos += 8 + size
    return found


def number(track, pos):
    n = 0
    while True:
        n = n << 7 | track[pos] & 0x7f
        pos += 1
        if track[pos - 1] < 0x80:
            return n, pos


def sysex_of_track(track):
    found, pos = [], 0
    while pos < len(track):
        _, pos = number(track, pos)
        status = track[pos]
        if status == 0xff:
            n, pos = number(track, pos + 2)
            pos += n
        elif status == 0xf0:
            n, pos = number(track, pos + 1)
            found.append(b"\xf0" + track[pos:pos + n])
            pos += n
        else:
            raise ValueError("event %02x" % status)
    return found


def begun(message):
    """A take has what came, up to where it broke off."""
    return any(d.startswith(message) or d.startswith(message[:-1])
               for d in DUMPS)


def whole(path, data):
    """None, or what is wrong with a file under a final name."""
    if path.endswith((".part", ".take")):
        return None
    if path.endswith(".mid"):
        try:
            found = messages_of(data)
        except (ValueError, IndexError) as e:
            return "%s: %s" % (path, e)
        if not found or any(m not in DUMPS for m in found) and not (
                path.endswith("take.mid") and all(begun(m) for m in found)):
            return "%s: other messages" % path
        return None
    if ".damaged" in path:
        return None
    if path.endswith(".wav"):
        with wave.open(io.BytesIO(data)) as f:
            return None if f.getnframes() == WORDS else path + " is cut"
    if path.endswith("devices.conf"):
        return None if data == ROW else "%s: %r" % (path, data)
    if data.startswith(KIT):
        return None if len(data) == 1233 and data[-1] == 0xf7 else \
            path + " is no kit"
    rest = data
    while rest:
        for d in DUMPS + [OLD, SAMPLE]:
            if rest.startswith(d):
                rest = rest[len(d):]
                break
        else:
            return "%s: not whole: %d bytes" % (path, len(data))
    return None if data else "%s: empty" % path


def kept(files):
    """The dumps that are in files, whatever their form."""
    found = set()
    for path, data in files.items():
        if path.endswith(".mid"):
            try:
                found |= set(messages_of(data))
            except (ValueError, IndexError):
                pass
        else:
            found |= {d for d in DUMPS if d in data}
    return found


def all_there(files, out, err):
    missing = [DUMPS.index(d) for d in DUMPS if d not in kept(
        {p: d for p, d in files.items()
         if not p.endswith((".part", ".take")) and p.startswith("out")})]
    return "exit 0 without dump %s" % missing if missing else None


def rescued(files, out, err):
    """What could not be taken in is still there, and it is said."""
    problem = all_there(files, out, err)
    left = b"".join(d for p, d in files.items() if p.endswith(".part"))
    if problem and b"sxlib: receive:" in err and DUMPS[0] + DUMPS[1] in left:
        return None
    return problem


def sent(files, out, err):
    return None if out == b"".join(DUMPS) else \
        "exit 0 and %d bytes sent" % len(out)


def has(name, count=1):
    """exit 0 means that so many files have this in their names."""
    return lambda files, out, err: None if len(
        [p for p in files if name in p and ".part" not in p]) == count else \
        "exit 0 without %s" % name


def says(*words):
    return lambda files, out, err: None if all(
        w.encode() in out for w in words) else "exit 0, and it says %r" % out


def prepare_out(folder):
    put(folder + "/out/old.syx", OLD)


def prepare_files(folder):
    put(folder + "/in/all.syx", b"".join(DUMPS))
    put(folder + "/in/deeper/one.syx", DUMPS[0])


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


def prepare_crashed(folder):
    put(folder + "/out/20261122T051530.123Z-99999999.part",
        DUMPS[0] + DUMPS[1])


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


STREAM = b"".join(DUMPS)
WORDS = 80
SAMPLE = sample_dump()
KIT = bytes((0xf0, 0x00, 0x20, 0x3c, 0x02, 0x00, 0x52))
ROW = b"[Foo]\nmask = F0 7D\nkind = preset\n"
RECEIVE = ["receive", "-p", "-", "--split", "message", "-o"]
SCENARIOS = [
    Scenario("receive into a folder", RECEIVE + ["out/"], STREAM,
             prepare_out, all_there),
    Scenario("receive into a new folder", RECEIVE + ["out/new/"], STREAM,
             prepare_out, all_there),
    Scenario("receive by gap, numbered",
             ["receive", "-p", "-", "-o", "out/", "--name", "p{n:02}"],
             STREAM, prepare_out, all_there),
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
    Scenario("send a file", ["send", "-p", "-", "--rate", "max", "--delay",
                             "0", "in/all.syx"], None, prepare_files, sent),
    Scenario("send a MIDI file", ["send", "-p", "-", "--rate", "max",
                                  "--delay", "0", "in/all.mid"], None,
             prepare_mid, sent),
    Scenario("split", ["split", "in/all.syx", "--out", "out/"], None,
             prepare_files, all_there),
    Scenario("join", ["join", "in/all.syx", "in/deeper/one.syx", "--out",
                      "out.syx"], None, prepare_files, all_there),
    Scenario("convert to a MIDI file", ["convert", "in/all.syx", "out.mid"],
             None, prepare_files, all_there),
    Scenario("convert from a MIDI file", ["convert", "in/all.mid", "out.syx"],
             None, prepare_mid, all_there),
    Scenario("verify", ["verify", "in"], None, prepare_files),
    Scenario("list", ["list", "in"], None, prepare_files,
             says("deeper/one.syx")),
    Scenario("show", ["show", "in/all.syx"], None, prepare_files,
             says(" 44 ", " 9004 ", " 304 ")),
    Scenario("diff", ["diff", "in/all.syx", "in/all.syx"], None,
             prepare_files),
    Scenario("duplicates", ["duplicates", "in"], None, prepare_files,
             says("all.syx", "one.syx")),
    Scenario("record", ["record", "-p", "-", "-o", "out/take.mid"], STREAM,
             prepare_out, all_there),
    Scenario("monitor", ["monitor", "-p", "-"], STREAM + b"\x90\x40\x41",
             None, says(" 44 bytes", " 304 bytes", "velocity 65")),
    Scenario("play", ["play", "-p", "-", "--rate", "max", "in/all.mid"], None,
             prepare_mid, sent),
    Scenario("request", ["request", "-p", "sim:machinedrum?rate=1000000",
                         "-o", "out/", "-t", "0.3", "--retries", "0",
                         "machinedrum", "kit", "1-2"], None, prepare_out,
             has("-kit", 2)),
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


class Runner:
    def __init__(self, build):
        self.sxlib = os.path.join(build, "sxlib")
        self.shim = os.path.join(build, "tests/fault/shim.so")
        self.top = tempfile.mkdtemp(prefix="sxlib-fault.")

    def start(self, scenario, work, **more):
        """(status, stdout, stderr) of the command; None: it hangs."""
        env = dict(os.environ, LD_PRELOAD=self.shim, HOME=self.top,
                   XDG_CONFIG_HOME=work + "/config", TZ="UTC")
        env.update({k: v for k, v in more.items() if v is not None})
        env.pop("SXLIB_PORT", None)
        p = subprocess.Popen([self.sxlib] + scenario.args, cwd=work, env=env,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        try:
            out, err = p.communicate(scenario.stdin or b"", timeout=60)
        except subprocess.TimeoutExpired:
            p.kill()
            out, err = p.communicate()
            return None, out, err
        return p.returncode, out, err

    def run(self, scenario, fault=None):
        """(problem or None, calls by function)"""
        folder = tempfile.mkdtemp(dir=self.top)
        work = os.path.join(folder, "work")
        os.mkdir(work)
        if scenario.prepare:
            scenario.prepare(work)
        before = syx_files(work)
        report = os.path.join(folder, "report")
        status, out, err = self.start(scenario, work, FAULT_REPORT=report,
                                      FAULT=fault)
        if status is None:
            return self.blame(scenario, fault, err, "it hangs"), {}
        calls = read_report(report)
        after = syx_files(work)
        problem = judge(scenario, fault, status, out, err, before, after,
                        calls)
        shutil.rmtree(folder)
        if problem:
            return self.blame(scenario, fault, err, problem), calls
        return None, calls

    @staticmethod
    def blame(scenario, fault, err, problem):
        return "%s, %s: %s; it said: %s" % (
            scenario.name, fault, problem,
            err.decode("utf-8", "replace").strip() or "nothing")


def read_report(path):
    calls = {}
    try:
        with open(path) as f:
            for line in f:
                name, count = line.split()
                calls[name] = int(count)
    except FileNotFoundError:
        pass
    return calls


def judge(scenario, fault, status, out, err, before, after, calls):
    """What is wrong with a run, or None."""
    command = scenario.args[0]
    name, _, how = (fault or "::").split(":")
    if status < 0:
        return "died of %s" % signal.Signals(-status).name
    if status not in STATUSES:
        return "exit %d" % status
    for path, data in before.items():
        if path.endswith(".part"):
            continue
        if after.get(path) != data:
            return "%s has changed" % path
    for path, data in after.items():
        if path not in before and \
                not (path.endswith(".tmp") and name == "unlinkat"):
            problem = whole(path, data)
            if problem:
                return problem
    if status == 0 and scenario.check:
        problem = scenario.check(after, out, err)
        if problem:
            return problem
    if status != 0 and not re.search(
            r"^sxlib: (%s: )?\S+" % command, err.decode(), re.M):
        return "exit %d, and nothing was said" % status
    if status != 0 and how in ("short", "EINTR") and name in MOVES:
        return "exit %d" % status
    if status != 0 and (name, how) in HARMLESS:
        return "exit %d" % status
    for line in out.decode("utf-8", "replace").splitlines() \
            if command == "receive" else []:
        if line not in after:
            return "reported and not there: %s" % line
    if calls.get("live", 0) > 0:
        return "%d allocations still held" % calls["live"]
    return None


def cases(calls):
    """Every call of every function, in every way that it can fail."""
    for name, count in calls.items():
        ways = WAYS.get(name, ("ENOMEM",) if name in MEMORY else ("EIO",))
        if name == "live":
            continue
        yield name, ["%s:%d:%s" % (name, n, way)
                     for n in range(1, count + 1) for way in ways]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    runner = Runner(os.path.abspath(sys.argv[1]))
    passed = failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for scenario in SCENARIOS:
            if sys.argv[2:] and not any(w in scenario.name
                                        for w in sys.argv[2:]):
                continue
            problem, calls = runner.run(scenario)
            if problem or not calls:
                print("not ok - %s" % (problem or "no report: shim not loaded"))
                failed += 1
                continue
            for name, faults in cases(calls):
                problems = [p for p, _ in pool.map(
                    lambda f, s=scenario: runner.run(s, f), faults) if p]
                passed += len(faults) - len(problems)
                failed += len(problems)
                if faults:
                    print("%sok - %s: %s fails at each of %d calls" % (
                        "not " if problems else "", scenario.name, name,
                        calls[name]), flush=True)
                for p in problems:
                    print("# " + p.replace("\n", "\n#   "), flush=True)
    shutil.rmtree(runner.top)
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
