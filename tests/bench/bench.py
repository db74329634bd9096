#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""bench.py BUILD [--quick] [NAME...]: how fast sxlib is, beside a peer or a limit.

Every figure has its peer in the same run: the two take turns, and the median of
the turns' ratios is what counts, since machines are noisy. A table goes to
stdout, all of it to BUILD/bench.json. Nothing here passes or fails: a test must
not depend on speed. EARLIER=PROGRAM also measures `earlier`: receive beside an
earlier build of it.
"""
import json
import os
import platform
import pty
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import termios
import threading
import time
import tty

DIN = 3125  # bytes a second
rows = []


def row(what, value, unit, peer, peer_value, target, better="at most"):
    """A line of the table; the ratio is that of value to peer_value."""
    ratio = value / peer_value if value and peer_value else None
    met = None
    if target is not None and ratio is not None:
        met = ratio <= target if better == "at most" else ratio >= target
    rows.append({"what": what, "value": value, "unit": unit, "beside": peer,
                 "beside_value": peer_value, "ratio": ratio,
                 "target": target, "better": better, "met": met})


def turns(ours, theirs, n):
    """Run two functions in turns; medians of both, and of their ratios."""
    a, b = [], []
    for i in range(n):
        for f, out in ((ours, a), (theirs, b))[::1 if i % 2 == 0 else -1]:
            out.append(f())
    ratio = statistics.median(x / y for x, y in zip(a, b))
    theirs_value = statistics.median(b)
    return ratio * theirs_value, theirs_value


def cpu_of(*commands, **kw):
    """A function that runs a pipe of commands: CPU seconds of all of them."""
    def run():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        procs, source = [], subprocess.DEVNULL
        for i, command in enumerate(commands):
            last = i == len(commands) - 1
            p = subprocess.Popen(
                command, stdin=source, stderr=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if last else subprocess.PIPE, **kw)
            if source is not subprocess.DEVNULL:
                source.close()
            source = p.stdout
            procs.append(p)
        for p in procs:
            p.wait()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (after.ru_utime + after.ru_stime
                - before.ru_utime - before.ru_stime)
    return run


def elapsed(function):
    def run():
        start = time.perf_counter()
        function()
        return time.perf_counter() - start
    return run


def start_time(command, times):
    """Seconds from start to exit, each of them many times in a row."""
    def run():
        start = time.perf_counter()
        for _ in range(times):
            subprocess.run(command, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        return (time.perf_counter() - start) / times
    return run


def high_water(pid):
    """Bytes at most in memory so far, of a process that waits."""
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"VmHWM:\s+(\d+) kB", f.read()).group(1)) * 1024


def wait_until_blocked(pid):
    """Until it has used no CPU for a while."""
    before = None
    while True:
        with open("/proc/%d/stat" % pid) as f:
            now = f.read().rsplit(")")[-1].split()[11:13]
        if now == before:
            return
        before = now
        time.sleep(0.5)


# ---- What is measured ----

def bench_framing(sxlib, folder, quick):
    """In one process: tests/bench/framing.c."""
    tool = os.path.join(os.path.dirname(sxlib), "tests/bench/framing")
    for line in subprocess.check_output([tool], text=True).splitlines():
        t = json.loads(line)
        what = "framing 1 MiB, " + t["case"]
        us = {k: v / 1000 for k, v in t.items() if k != "case"}
        long = "4 KiB" in what
        row(what, us["framer"], "us", "read() from a pipe", us["reads"],
            1 if long else None)
        row(what, us["framer"], "us", "snd_midi_event_encode",
            us["libasound"], 1 / 20 if long else None)
        row(what, us["framer"], "us", "a loop over the bytes", us["bytes"], 1)


def make_library(folder, files):
    body = bytes((i * 7) & 0x7f for i in range(1020))
    for i in range(files):
        where = os.path.join(folder, "%03d" % (i // 1000))
        if i % 1000 == 0:
            os.makedirs(where)
        head = bytes((0xf0, 0x31, i & 127, i >> 7 & 127, i >> 14))
        with open(os.path.join(where, "p%03d.syx" % (i % 1000)), "wb") as f:
            f.write(head + body[:1018] + b"\xf7")


def bench_library(sxlib, folder, quick):
    """Many small files."""
    counts = (1000, 10000) if quick else (10000, 100000)
    per_file = {}
    for count in counts:
        where = os.path.join(folder, "library%d" % count)
        make_library(where, count)
        cat = elapsed(lambda: subprocess.run(
            "find '%s' -type f -print0 | xargs -0 cat >/dev/null" % where,
            shell=True))
        cat()
        for command in ("verify", "list"):
            ours = elapsed(cpu_of([sxlib, command, where]))
            a, b = turns(ours, cat, 5)
            row("%s of %d files of 1 KiB" % (command, count), a, "s",
                "find | xargs cat", b, 1.5)
            per_file[command, count] = a / count
        shutil.rmtree(where)
    for command in ("verify", "list"):
        row("%s, a file of %d" % (command, counts[1]),
            per_file[command, counts[1]] * 1e6, "us",
            "a file of %d" % counts[0],
            per_file[command, counts[0]] * 1e6, None)


def m1_bank(names):
    """100 programs of a Korg M1 in one message, 8 into 7."""
    data = b"".join(n + bytes(133) for n in names)
    packed = b"".join(b"\0" + data[i:i + 7] for i in range(0, len(data), 7))
    return b"\xf0\x42\x30\x19\x4c\x00" + packed + b"\xf7"


def blofeld_sounds(names):
    """100 sounds of a Waldorf Blofeld, a message each."""
    parts = []
    for i, name in enumerate(names):
        data = bytes(range(128)) * 2 + bytes(107) + name.ljust(16) + bytes(4)
        parts.append(b"\xf0\x3e\x13\x00\x10\x00" + bytes([i]) + data
                     + bytes([sum(data) & 127, 0xF7]))
    return b"".join(parts)


def bench_sounds(sxlib, folder, quick):
    """Many sounds."""
    files = 100 if quick else 1000
    for form, make in (("one message", m1_bank),
                       ("a message each", blofeld_sounds)):
        where = os.path.join(folder, "sounds")
        os.makedirs(where)
        for i in range(files):
            names = [b"SOUND %04d" % (i * 37 + k * 101 & 0x1fff)
                     for k in range(100)]
            with open(os.path.join(where, "b%03d.syx" % i), "wb") as f:
                f.write(make(names))
        paths = [os.path.join(where, n) for n in sorted(os.listdir(where))]
        cat = cpu_of(["cat"] + paths)
        elapsed(cat)()
        for what, command in (("find", ["find", "0042"]),
                              ("list --sounds", ["list", "--sounds"])):
            ours = elapsed(cpu_of([sxlib] + command + [where]))
            a, b = turns(ours, elapsed(cat), 9)
            row("%s in %d files of 100 sounds, %s" % (what, files, form), a,
                "s", "cat", b, 3)
        shutil.rmtree(where)


def bench_large(sxlib, folder, quick):
    """One large file."""
    size = (16 if quick else 256) << 20
    path = os.path.join(folder, "large.syx")
    message = b"\xf0\x31" + bytes(i % 128 for i in range(1021)) + b"\xf7"
    with open(path, "wb") as f:
        for _ in range(size >> 20):
            f.write(message * 1024)
    a, b = turns(elapsed(cpu_of([sxlib, "verify", path])),
                 elapsed(cpu_of(["cat", path], ["cat"])), 5)
    row("verify of one file of %d MiB" % (size >> 20), a, "s",
        "cat through a pipe", b, 10)
    os.unlink(path)


def bench_memory(sxlib, folder, quick):
    """One long message. The process is made to wait when it is through, so
    that it can be asked what it used."""
    size = (8 if quick else 64) << 20
    path = os.path.join(folder, "long.syx")
    block = bytes(1 << 20)
    with open(path, "wb") as f:
        f.write(b"\xf0\x7d" + block[3:])
        for _ in range((size >> 20) - 1):
            f.write(block)
        f.write(b"\xf7")
    fifo = os.path.join(folder, "wait.syx")
    os.mkfifo(fifo)
    p = subprocess.Popen([sxlib, "verify", "-q", path, fifo],
                         stdout=subprocess.DEVNULL)
    wait_until_blocked(p.pid)
    used = high_water(p.pid)
    os.close(os.open(fifo, os.O_WRONLY))
    p.wait()
    row("memory of verify, a message of %d MiB" % (size >> 20), used / 2**20,
        "MiB", "16 MiB", 16, 1)
    p = subprocess.Popen([sxlib, "receive", "-p", "-", "-q", "-o",
                          os.path.join(folder, "received/")],
                         stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    with open(path, "rb") as f:
        shutil.copyfileobj(f, p.stdin, 1 << 16)
    p.stdin.flush()
    wait_until_blocked(p.pid)
    used = high_water(p.pid)
    p.stdin.close()
    p.wait()
    row("memory of receive, a message of %d MiB" % (size >> 20), used / 2**20,
        "MiB", "the message", size / 2**20, 3)
    os.unlink(path)
    shutil.rmtree(os.path.join(folder, "received"))


def bench_start(sxlib, folder, quick):
    """From start to exit."""
    amidi = shutil.which("amidi")
    if not amidi:
        print("amidi is not there: start not measured", file=sys.stderr)
        return
    a, b = turns(start_time([sxlib, "--version"], 20),
                 start_time([amidi, "-V"], 20), 5 if quick else 11)
    row("start to exit: --version", a * 1e3, "ms", "amidi -V", b * 1e3, 1.2)
    files = {}
    for tool in (sxlib, amidi):
        out = subprocess.check_output(["ldd", tool], text=True)
        libraries = [line.split()[0] for line in out.splitlines()
                     if ".so" in line and "vdso" not in line]
        files[tool] = (os.path.getsize(tool), len(libraries))
    row("binary", files[sxlib][0] / 1024, "KiB", "amidi",
        files[amidi][0] / 1024, None)
    row("libraries loaded at start", files[sxlib][1], "", "amidi",
        files[amidi][1], None)


def din_reader(master, size):
    """Arrival times of the bytes on a pty, as (seconds, bytes so far)."""
    seen, n = [], 0
    while n < size:
        data = os.read(master, 65536)
        n += len(data)
        seen.append((time.monotonic(), n))
    return seen


def bench_pace(sxlib, folder, quick):
    """send at DIN speed, seen from the other end of a pty."""
    size = (4 if quick else 64) << 10
    path = os.path.join(folder, "pace.syx")
    with open(path, "wb") as f:
        f.write(b"\xf0\x7d" + bytes(size - 3) + b"\xf7")
    master, slave = pty.openpty()
    tty.setraw(slave, termios.TCSANOW)
    p = subprocess.Popen([sxlib, "send", "-q", "-p", "tty:" + os.ttyname(slave),
                          "--delay", "0", path])
    seen = din_reader(master, size)
    p.wait()
    start = seen[0][0]
    ahead = max(n - (t - start) * DIN for t, n in seen)
    took = seen[-1][0] - start + seen[0][1] / DIN
    row("send of %d KiB at DIN speed" % (size >> 10), took, "s",
        "%d KiB / 3125 bytes/s" % (size >> 10), size / DIN, 1.02)
    row("most bytes ahead of the wire", ahead, "bytes", "48 bytes", 48, 1)
    os.close(master)
    os.close(slave)


def answer_times(sequencer, unit, data, size, n, pause):
    """Seconds from writing data to the last of `size` bytes, n times."""
    times = []
    for _ in range(n):
        start = time.perf_counter()
        os.write(sequencer, data)
        got = 0
        while got < size:
            got += len(os.read(unit, size - got))
        times.append(time.perf_counter() - start)
        time.sleep(pause)
    return times


def bench_recall(sxlib, folder, quick):
    """What passes, and how soon a dump begins, over two serial lines."""
    n = 200 if quick else 2000
    with open(folder + "/p01.syx", "wb") as file:
        file.write(b"\xf0\x7d" + bytes(60000) + b"\xf7")
    lines = [pty.openpty() for _ in range(2)]
    for _, slave in lines:
        tty.setraw(slave, termios.TCSANOW)
    ports = ["tty:" + os.ttyname(slave) for _, slave in lines]
    p = subprocess.Popen(
        [sxlib, "recall", "--from", ports[0], "--to", ports[1], "--channel",
         "16", "--name", "p{n:02}", folder], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE)
    p.stderr.readline()
    sequencer, unit = lines[0][0], lines[1][0]
    notes = answer_times(sequencer, unit, b"\x90\x40\x01", 3, n, 0.002)
    first = answer_times(sequencer, unit, b"\xcf\x00", 1, 1, 0)[0]
    late = []
    for _ in range(n // 4):
        start = time.perf_counter()
        os.write(sequencer, b"\xf8")
        while b"\xf8" not in os.read(unit, 64):
            pass
        late.append(time.perf_counter() - start)
        time.sleep(0.008)
    p.kill()
    p.wait()
    for master, slave in lines:
        os.close(master)
        os.close(slave)
    notes.sort()
    late.sort()
    row("recall: a note passes, median", notes[len(notes) // 2] * 1e3, "ms",
        "1 ms", 1, 1)
    row("recall: the same, 99 of 100", notes[len(notes) * 99 // 100] * 1e3,
        "ms", "1 ms", 1, None)
    row("recall: from a trigger to F0", first * 1e3, "ms", "5 ms", 5, 1)
    row("recall: clock in a dump, median", late[len(late) // 2] * 1e3, "ms",
        "3 ms", 3, 1)
    row("recall: the same, the latest", late[-1] * 1e3, "ms", "3 ms", 3, None)


def calls_after_last_byte(trace):
    """Those system calls from the read of the last byte to the folder's fsync
    that change or sync the disk, and all of them."""
    lines = [re.sub(r"^\d+ +", "", line) for line in trace]
    last = max(i for i, line in enumerate(lines)
               if re.match(r"read\(0,.* = [1-9]", line))
    names = []
    for line in lines[last + 1:]:
        name = re.match(r"\w+", line)
        if name:
            names.append(name.group())
        if name and name.group() == "fsync" and names.count("fsync") == 2:
            break
    disk = {"pwrite64", "openat", "ftruncate", "fsync", "syncfs", "renameat2",
            "linkat", "unlinkat"}
    return len([n for n in names if n in disk]), names


def bench_calls(sxlib, folder, quick):
    """From the last byte to the synced file."""
    if not shutil.which("strace"):
        print("strace is not there: calls not counted", file=sys.stderr)
        return
    trace = os.path.join(folder, "trace")
    out = os.path.join(folder, "calls/")
    p = subprocess.Popen(["strace", "-f", "-o", trace, sxlib, "receive",
                          "-p", "-", "-q", "-n", "1", "--split", "message",
                          "-o", out], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    p.stdin.write(b"\xf0\x7d" + bytes(100))
    p.stdin.flush()
    time.sleep(0.5)
    p.stdin.write(bytes(100) + b"\xf7")
    p.stdin.flush()
    p.stdout.readline()
    p.stdin.close()
    p.wait()
    with open(trace) as f:
        count, names = calls_after_last_byte(f.readlines())
    row("calls, last byte to synced file", count, "",
        "write, fsync, rename, fsync", 4, 1)
    rows[-1]["calls"] = names


class Receiver:
    """receive into a folder, from a pty or a pipe, until it listens."""

    def __init__(self, sxlib, out, kind):
        self.slave, port = None, "-"
        if kind == "pty":
            self.fd, self.slave = pty.openpty()
            tty.setraw(self.slave, termios.TCSANOW)
            port, self.input = "tty:" + os.ttyname(self.slave), None
        else:
            self.input, self.fd = os.pipe()
        shutil.rmtree(out, ignore_errors=True)
        self.memory = 0
        self.start = time.perf_counter()
        self.process = subprocess.Popen(
            [sxlib, "receive", "-p", port, "--split", "message", "-o",
             out + "/"], stdin=self.input or subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if self.input is not None:
            os.close(self.input)
        for line in self.process.stderr:
            if b"listening" in line:
                break
        for job in (self.process.stderr.read, self.look):
            threading.Thread(target=job, daemon=True).start()

    def look(self):
        """What it uses at most."""
        try:
            while True:
                self.memory = high_water(self.process.pid)
                time.sleep(0.01)
        except (OSError, AttributeError):  # it has ended
            pass

    def end(self):
        """Its CPU seconds, wake-ups (of all threads), seconds and bytes."""
        if self.slave is not None:
            self.process.terminate()
        os.close(self.fd)
        _, _, used = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        if self.slave is not None:
            os.close(self.slave)
        return {"CPU": used.ru_utime + used.ru_stime,
                "wake-ups": used.ru_nvcsw, "memory": self.memory / 2**20,
                "wall": time.perf_counter() - self.start}


def at_wire_speed(receivers, data):
    """Feed all of them, three bytes at a time, as USB does."""
    due = time.perf_counter()
    for at in range(0, len(data), 3):
        for r in receivers:
            os.write(r.fd, data[at:at + 3])
        due += 3 / DIN
        time.sleep(max(0, due - time.perf_counter()))
    time.sleep(2.5)  # for the last names


def beside_earlier(what, ours, theirs, figures):
    """Rows for lists of what Receiver.end() gave."""
    for figure, unit in figures:
        a, b = ([r[figure] for r in runs] for runs in (ours, theirs))
        peer = statistics.median(b)
        ratio = statistics.median(x / y for x, y in zip(a, b))
        row("%s: %s" % (what, figure), ratio * peer, unit, "earlier build",
            peer, 1)


def small_dumps(count):
    return b"".join(b"\xf0\x7d" + bytes((i >> 7 & 127, i & 127)) + bytes(155)
                    + b"\xf7" for i in range(count))


def bench_earlier(sxlib, folder, quick):
    """receive, beside an earlier build of it."""
    programs = [sxlib, os.environ.get("EARLIER")]
    if not programs[1]:
        return
    out = [os.path.join(folder, name) for name in ("ours", "theirs")]
    size, times = (4096, 1) if quick else (65536, 5)
    for kind in ("pty", "pipe"):
        for name, data in (
                ("one dump", b"\xf0\x7d" + bytes(size - 3) + b"\xf7"),
                ("dumps of 160 bytes", small_dumps(size // 160))):
            runs = []
            for i in range(times):
                pair = [Receiver(p, o, kind) for p, o in zip(programs, out)]
                at_wire_speed(pair[::-1 if i % 2 else 1], data)
                runs.append([r.end() for r in pair])
            beside_earlier("receive at wire speed, %s, %s" % (kind, name),
                           *zip(*runs), (("CPU", "s"), ("wake-ups", "")))
    count, runs = 500 if quick else 5000, []
    for i in range(3 if quick else 9):
        pair = [None, None]
        for k in (0, 1) if i % 2 else (1, 0):
            os.sync()
            receiver = Receiver(programs[k], out[k], "pipe")
            rest = memoryview(small_dumps(count))
            while rest:
                rest = rest[os.write(receiver.fd, rest[:65536]):]
            pair[k] = receiver.end()
        runs.append(pair)
    beside_earlier("receive of %d dumps by pipe" % count, *zip(*runs),
                   (("wall", "s"), ("CPU", "s"), ("memory", "MiB")))


def rig_runs(sxlib, jobs, runs):
    """The jobs of tests/alsa/compare, on a real kernel in a virtual machine."""
    build = os.path.dirname(sxlib)
    here = os.path.dirname(os.path.abspath(__file__))
    env = dict(os.environ, TOOLS="amidi elektroid sxlib")
    subprocess.run([os.path.join(here, "../alsa/compare.sh"), "-r", str(runs),
                    build] + jobs, env=env, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(os.path.join(build, "comparison.json")) as f:
        return json.load(f)["runs"]


def bench_rig(sxlib, folder, quick):
    """CPU and wake-ups beside other tools, on ALSA's kernel side."""
    jobs = ["one_mib", "burst_300000", "wire_speed", "send_short"]
    runs = rig_runs(sxlib, jobs, 1 if quick else 5)

    def per_mib(r):
        """Of what arrived: the others lose most of it."""
        return r["cpu"] * 2**20 / max(1, r["sent"] - r["lost"])

    def wake_ups(r):
        return int(r["fact"].split()[0])

    def least(job, tool, value):
        """A busy host can only add."""
        return min((value(r) for r in runs if r["job"] == job
                    and r["tool"] == tool and r["lost"] != r["sent"]),
                   default=None)

    for job, tool, what, unit, value, target in (
            ("one_mib", "amidi", "CPU for a MiB that arrived, one message",
             "s", per_mib, 1),
            ("burst_300000", "amidi", "CPU for a MiB that arrived, 300 each",
             "s", per_mib, 1),
            ("burst_300000", "elektroid",
             "CPU for a MiB that arrived, 300 each", "s", per_mib, 1),
            ("wire_speed", "amidi", "receive at wire speed, CPU", "s",
             lambda r: r["cpu"], 1),
            ("wire_speed", "amidi", "receive at wire speed, wake-ups", "",
             wake_ups, 1),
            ("send_short", "amidi", "send of 1 KiB, 20 times, CPU", "s",
             lambda r: r["cpu"], 1.2),
            ("send_short", "amidi", "send of 1 KiB, 20 times", "s",
             lambda r: r["wall"], 1.2)):
        beside = {"amidi": "amidi -s" if "send" in job else "amidi -r",
                  "elektroid": "elektroid-cli"}[tool]
        row("rig: " + what, least(job, "sxlib", value), unit, beside,
            least(job, tool, value), target)


def machine():
    model = "unknown"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":")[1].strip()
                break
    return "%s, %d CPUs, Linux %s" % (
        model, os.cpu_count(), platform.release())


def number(x):
    return "" if x is None else "%.3g" % x if x < 1000 else "%.0f" % x


def print_table():
    print("%-42s %9s %-5s  %-26s %9s  %6s  %s" % (
        "what", "sxlib", "", "beside", "", "ratio", "target"))
    for r in rows:
        target = ""
        if r["target"] is not None:
            target = "%s %.3g %s" % (
                r["better"], r["target"],
                {True: "met", False: "MISSED", None: ""}[r["met"]])
        print("%-42s %9s %-5s  %-26s %9s  %6s  %s" % (
            r["what"], number(r["value"]), r["unit"], r["beside"],
            number(r["beside_value"]), number(r["ratio"]), target))


BENCHES = (bench_framing, bench_start, bench_large, bench_memory,
           bench_library, bench_sounds, bench_calls, bench_pace, bench_recall,
           bench_earlier, bench_rig)


def main():
    words = [w for w in sys.argv[1:] if not w.startswith("--")]
    quick = "--quick" in sys.argv
    if not words:
        sys.exit(__doc__)
    build = os.path.abspath(words[0])
    sxlib = os.path.join(build, "sxlib")
    with tempfile.TemporaryDirectory(prefix="sxlib-bench.") as folder:
        for bench in BENCHES:
            name = bench.__name__[len("bench_"):]
            if len(words) == 1 or name in words[1:]:
                bench(sxlib, folder, quick)
    print("%s, %s" % (time.strftime("%Y-%m-%d", time.gmtime()), machine()))
    print_table()
    with open(os.path.join(build, "bench.json"), "w") as f:
        json.dump({"date": time.strftime("%Y-%m-%d", time.gmtime()),
                   "machine": machine(), "quick": quick, "rows": rows}, f,
                  indent=1)


if __name__ == "__main__":
    main()
