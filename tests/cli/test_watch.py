#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""sxlib watch over pseudo terminals: every dump of every port, whatever
happens to the ports, to the disk and to the process."""
import ctypes
import fcntl
import os
import re
import resource
import shutil
import signal
import socket
import threading
import time

import harness as h
from harness import check, equal, match, test

MESSAGE = ("--split", "message")


class Line:
    """A serial port that is plugged in and out: a link to a pty."""

    def __init__(self, room, name):
        self.room = room
        self.path = room.path(name)
        self.port = "tty:" + self.path
        self.pty = None

    def plug(self):
        self.pty = self.room.pty()
        new = self.path + ".new"
        os.symlink(self.pty.port[len("tty:"):], new)
        os.rename(new, self.path)
        return self

    def unplug(self):
        os.unlink(self.path)
        self.pty.hang_up()
        self.pty.close()

    def feed(self, data):
        self.pty.feed(data)

    def taken(self):
        self.pty.taken()


def lines(room, n):
    return [Line(room, "line%d" % i).plug() for i in range(n)]


def ports(some):
    return [word for line in some for word in ("--port", line.port)]


def watch(room, *args, n=1, **more):
    """Start it, and wait until it listens to n ports."""
    run = room.run("watch", "--out", "out/", *args, **more)
    listens(run, n)
    return run


def watch_one(room, *args, **more):
    """One line, each message of which is a dump; it, and the run."""
    line = lines(room, 1)[0]
    return line, watch(room, "--port", line.port, *MESSAGE, *args, **more)


def listens(run, n):
    check(run.until(lambda: run.err.count("listening on ") >= n),
          "does not listen to %d ports: %s" % (n, run.err))


def has(run, n):
    check(run.has_lines(n), "only %d of %d files: %s"
          % (len(run.lines), n, run.err))


def numbers(run):
    return [int(re.match(r"out/[^/]+/(\d{6})-", line).group(1))
            for line in run.lines]


def whole(room, run):
    """Every path that was printed is there; what it holds, by folder."""
    found = {}
    for line in run.lines:
        found.setdefault(line.split("/")[1], []).append(room.read(line))
    equal(sorted(run.lines), sorted("out/" + n for n in room.files("out")),
          "the files that are there")
    return found


def descriptors(run):
    return len(os.listdir("/proc/%d/fd" % run.process.pid))


@test("a folder for each port, a file for each dump, numbered over all")
def _(room):
    some = lines(room, 4)
    run = watch(room, *ports(some), *MESSAGE, n=4)
    sent = {}
    for i in range(20):
        line = some[room.random.randrange(4)]
        dump = h.sysex(room.random, room.random.randrange(5, 3000))
        line.feed(b"\xf8" + dump)
        sent.setdefault(os.path.basename(line.path), []).append(dump)
        has(run, i + 1)
    equal(run.stop(), 0, "exit status")
    equal({k.split("-")[-1]: v for k, v in whole(room, run).items()}, sent,
          "dumps by port")
    equal(numbers(run), list(range(1, 21)), "numbers")


@test("two watches in one folder, one of them killed: no number twice")
def _(room):
    some = lines(room, 2)
    runs = [watch(room, "--port", line.port, *MESSAGE) for line in some]
    for i in range(8):
        which = i // 2 % 2
        some[which].feed(h.sysex(room.random, 30))
        has(runs[which], len(runs[which].lines) + 1)
        equal(numbers(runs[which])[-1], i + 1, "number")
    runs[1].kill()
    some[0].feed(h.sysex(room.random, 30))
    has(runs[0], 5)
    equal(numbers(runs[0])[-1], 9, "number after the other was killed")
    equal(runs[0].stop(), 0, "exit status")


for NUMBER in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    @test("%s is its normal end" % NUMBER.name)
    def _(room, number=NUMBER):
        line, run = watch_one(room)
        line.feed(b"\xf0\x7d\x01")
        line.taken()
        equal(run.stop(number), 5, "exit status")
        match(r"000001-.*\.damaged\.syx$", run.lines[0], "path")
        equal(room.read(run.lines[0]), b"\xf0\x7d\x01", "what had come")
        match("interrupted", run.err, "what is said")


@test("damaged dumps, unplugged ports' too: exit 5, 1 if something is lost")
def _(room):
    for feed, status in ((h.sysex(room.random, 9), 0),
                         (h.spoil(h.md_kit(room.random, 3, b"K")), 5),
                         (b"\xf0\x7d\x01\x90", 5)):
        line, run = watch_one(room)
        line.feed(feed)
        has(run, 1)
        line.unplug()
        run.says("was unplugged")
        equal(run.stop(), status, "exit status after %s" % feed[:9].hex())
    line, run = watch_one(
        room, shell='trap "" XFSZ; ulimit -S -f 1; exec "$@"')
    line.feed(b"\xf0\x7d\x01\x90" + h.sysex(room.random, 5000))
    run.says("file too large")
    equal(run.stop(), 1, "exit status when one is lost")


@test("numbers go on at the next start, whatever the clock says")
def _(room):
    room.write("out/other/000041-20310101T000000.000Z-x.syx", b"\xf0\x7d\xf7")
    room.write("out/more/000077-20310101T000000.000Z-x.damaged.syx", b"\xf0")
    room.write("out/more/000990.txt", b"no dump")
    line = lines(room, 1)[0]
    for first in (78, 80):
        run = watch(room, "--port", line.port, *MESSAGE)
        for i in range(2):
            line.feed(h.sysex(room.random, 30))
            has(run, i + 1)
        equal(run.stop(), 0, "exit status")
        equal(numbers(run), [first, first + 1], "numbers")


@test("kill -9: the next start takes in the parts of all folders")
def _(room):
    some = lines(room, 2)
    run = watch(room, *ports(some), "--gap", "60000", n=2)
    sent = [h.sysex(room.random, 500) + h.sysex(room.random, 70)
            + b"\xf0\x7d\x05\x06" for _ in some]
    for line, data in zip(some, sent):
        line.feed(data)
        line.taken()
    check(run.until(lambda: sorted(
        len(v) for v in room.files("out").values()) == [574, 574], 10),
        "parts: %s" % room.files("out"))
    run.kill()
    # The ports have gone, too: their folders are looked into all the same.
    for line in some:
        line.unplug()
    line = Line(room, "another").plug()
    run = watch(room, "--port", line.port, *MESSAGE)
    equal(len(re.findall("recovered", run.err)), 4, "files rescued")
    line.feed(h.sysex(room.random, 9))
    has(run, 1)
    equal(run.stop(), 0, "exit status")
    found = room.files("out")
    equal(sorted(int(os.path.basename(n)[:6]) for n in found),
          [1, 2, 3, 4, 5], "numbers")
    for data in sent:
        check(data[:570] in found.values() or (
            data[:500] in found.values() and data[500:570] in found.values()),
            "a whole dump is missing")
    equal(sum(n.endswith(".damaged.syx") for n in found), 2, "damaged ones")


@test("what is taken in goes on after the numbers of all folders")
def _(room):
    some = lines(room, 2)
    # Whichever folder is looked into first, once it is the lower one.
    for number in (41, 91):
        run = watch(room, *ports(some), *MESSAGE, n=2)
        for line in some:
            line.feed(b"\xf0\x7d\x01\x02")
            line.taken()
        check(run.until(lambda: sum(
            n.endswith(".part") for n in room.files("out")) == 2, 10), "parts")
        run.kill()
        highest = number // 90
        for i, part in enumerate(sorted(
                n for n in room.files("out") if n.endswith(".part"))):
            room.write("out/%s/%06d-20310101T000000.000Z-x.syx" % (
                os.path.dirname(part), number - (i != highest)),
                b"\xf0\x7d\xf7")
        run = watch(room, *ports(some), n=2)
        equal(len(re.findall("recovered", run.err)), 2, "files rescued")
        equal(run.stop(), 0, "exit status")
        found = sorted(int(os.path.basename(n)[:6]) for n in room.files("out"))
        equal(found[-4:], list(range(number - 1, number + 3)), "numbers")


@test("unplugged and plugged in again, in the middle of a dump")
def _(room):
    some = lines(room, 2)
    run = watch(room, *ports(some), *MESSAGE, n=2)
    some[0].feed(b"\xf0\x7d\x01\xf7\xf0\x7d\x02")
    has(run, 1)
    some[0].taken()
    some[0].unplug()
    has(run, 2)
    match(r"damaged\.syx$", run.lines[1], "the cut one")
    run.says("line0.*was unplugged")
    some[1].feed(b"\xf0\x7d\x03\xf7")
    has(run, 3)
    run.says("no such port")
    some[0].plug()
    listens(run, 3)
    some[0].feed(b"\xf0\x7d\x04\xf7")
    has(run, 4)
    equal(run.stop(), 5, "exit status")
    found = whole(room, run)
    equal(sorted(len(v) for v in found.values()), [1, 3], "files by port")
    equal(run.err.count("no such port"), 1, "times that it was said")


@test("eight times plugged in and out: descriptors stay as few")
def _(room):
    some = lines(room, 2)
    run = watch(room, *ports(some), *MESSAGE, n=2)
    some[0].feed(b"\xf0\x7d\x01\xf7")
    has(run, 1)
    before = descriptors(run.sleeps())
    for i in range(8):
        some[1].feed(h.sysex(room.random, 400))
        has(run, i + 2)
        some[1].unplug()
        check(run.until(lambda: run.err.count("was unplugged") > i),
              "does not see that it was unplugged: " + run.err)
        some[1].plug()
        listens(run, i + 3)
    equal(descriptors(run.sleeps()), before, "descriptors")
    equal(run.stop(), 0, "exit status")
    equal(numbers(run), list(range(1, 10)), "numbers")


@test("an input that has ended is not opened again, whatever is plugged in")
def _(room):
    line = lines(room, 1)[0]
    run = watch(room, "--port", "-", *ports([line]), *MESSAGE, n=2,
                stdin=b"\xf0\x7d\x01\xf7")
    has(run, 1)
    line.unplug()
    run.says("was unplugged")
    line.plug()
    listens(run, 3)
    line.feed(b"\xf0\x7d\x02\xf7")
    has(run, 2)
    equal(run.stop(), 0, "exit status")
    heard = re.findall("listening on (.*)", run.err)
    equal((len(heard), len([n for n in heard if "line0" in n])), (3, 2),
          "what it listened to")


@test("a port that is in use is said once, and taken when it is free")
def _(room):
    some = lines(room, 2)
    fcntl.flock(some[0].pty.slave, fcntl.LOCK_EX)
    run = watch(room, *ports(some), *MESSAGE)
    run.says("in use by another program")
    time.sleep(2.5)
    fcntl.flock(some[0].pty.slave, fcntl.LOCK_UN)
    listens(run, 2)
    some[0].feed(b"\xf0\x7d\x01\xf7")
    has(run, 1)
    equal(run.err.count("in use"), 1, "times that it was said")
    equal(run.stop(), 0, "exit status")


@test("a full disk: said once, nothing reported, all of it written later")
def _(room):
    some = lines(room, 2)
    run = watch(room, *ports(some), *MESSAGE, n=2,
                shell='trap "" XFSZ; ulimit -S -f 1; exec "$@"')
    sent = {"line0": [], "line1": []}
    for i in range(30):
        dump = h.sysex(room.random, 4000 + i)
        some[i % 2].feed(dump)
        sent["line%d" % (i % 2)].append(dump)
    for line in some:
        line.taken()
    run.says("file too large")
    time.sleep(2.5)
    equal(run.lines, [], "reported while the disk is full")
    check(descriptors(run) < 60, "%d descriptors" % descriptors(run))
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE,
                     (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    has(run, 30)
    run.says("the disk works again: everything")
    some[0].feed(b"\xf0\x7d\x01\xf7")
    sent["line0"].append(b"\xf0\x7d\x01\xf7")
    has(run, 31)
    equal(run.stop(), 0, "exit status")
    equal(run.err.count("sxlib: watch:"), 1, "complaints")
    equal({k.split("-")[-1]: v for k, v in whole(room, run).items()}, sent,
          "dumps by port")


@test("no room for a port's folder is said before anything comes")
def _(room):
    line = lines(room, 1)[0]
    os.makedirs(room.path("out"))
    run = watch(room, "--port", line.port, *MESSAGE)
    equal(run.stop(), 0, "exit status")
    shutil.rmtree(room.path("out"))
    room.write("out/" + run.err.split("out/")[1].split("/")[0], b"a file")
    run = watch(room, "--port", line.port, *MESSAGE)
    run.says("is buffered in memory")
    line.feed(b"\xf0\x7d\x01\xf7")
    line.taken()
    for name in os.listdir(room.path("out")):
        os.unlink(room.path("out", name))
    has(run, 1)
    equal(run.stop(), 0, "exit status")
    equal(list(room.files("out").values()), [b"\xf0\x7d\x01\xf7"], "dumps")


@test("hundreds of dumps wait for a disk, where few descriptors are allowed")
def _(room):
    line, run = watch_one(room, shell='ulimit -n 200; exec "$@"')
    os.rename(room.path("out"), room.path("away"))
    sent = [b"\xf0\x7d" + bytes([i & 127, i >> 7]) + b"\xf7"
            for i in range(400)]
    line.feed(b"".join(sent))
    line.taken()
    run.says("is buffered in memory")
    os.rename(room.path("away"), room.path("out"))
    has(run, 400)
    equal(run.stop(), 0, "exit status")
    equal([room.read(n) for n in run.lines], sent, "dumps in order")
    whole(room, run)


@test("a flood of dumps, where few descriptors are allowed")
def _(room):
    """More dumps wait in one file than there are descriptors for."""
    line, run = watch_one(room, shell='ulimit -n 120; exec "$@"')
    sent = [b"\xf0\x7d" + bytes([i & 127, i >> 7]) + bytes(100) + b"\xf7"
            for i in range(2000)]
    line.feed(b"".join(sent))
    has(run, 2000)
    equal(run.stop(), 0, "exit status")
    equal([room.read(n) for n in run.lines], sent, "dumps in order")
    whole(room, run)


@test("hundreds of dumps wait, few descriptors: another one leaves them alone")
def _(room):
    line, run = watch_one(room, shell='ulimit -n 200; exec "$@"')
    os.rename(room.path("out"), room.path("away"))
    folder, = os.listdir(room.path("away"))
    sent = [b"\xf0\x7d" + bytes([i & 127, i >> 7]) + b"\xf7"
            for i in range(400)]
    for i in range(0, 400, 10):
        line.feed(b"".join(sent[i:i + 10]))
        line.taken()
    run.says("is buffered in memory")
    run.sleeps()
    parts = [n for n in os.listdir(room.path("away", folder))
             if n.endswith((".part", ".spool"))]
    check(parts, "no part is there")
    other = room.sxlib("receive", "-p", "-", "-o", "away/%s/" % folder,
                       stdin=b"")
    check("recovered" not in other.err, "taken in: " + other.err[:300])
    os.rename(room.path("away"), room.path("out"))
    has(run, 400)
    equal(run.stop(), 0, "exit status")
    equal([room.read(n) for n in run.lines], sent, "dumps in order")
    whole(room, run)


@test("a full disk at the end: what is lost is said, exit 1")
def _(room):
    line, run = watch_one(
        room, shell='trap "" XFSZ; ulimit -S -f 1; exec "$@"')
    line.feed(h.sysex(room.random, 5000) + h.sysex(room.random, 5000))
    line.taken()
    run.says("file too large")
    equal(run.stop(), 1, "exit status")
    match("2 dumps buffered in memory are lost", run.err, "what is said")
    check("without a name" not in run.err, "none is saved: " + run.err)
    equal(run.lines, [], "reported")


@test("a file system that is really full, and then is not")
def _(room):
    line = lines(room, 1)[0]
    with h.small_disk(room.path("out"), 65536):
        run = watch(room, "--port", line.port, *MESSAGE)
        ballast = room.write("out/ballast", b"x" * 50000)
        sent = [h.sysex(room.random, 9000) for _ in range(4)]
        for dump in sent:
            line.feed(dump)
            line.taken()
        run.says("no space left")
        before = len(run.lines)
        check(before < 4, "nothing was refused")
        os.unlink(ballast)
        has(run, 4)
        equal(run.stop(), 0, "exit status")
        equal([room.read(n) for n in run.lines], sent, "dumps in order")
        equal(sorted("out/" + n for n in room.files("out")), run.lines,
              "nothing else is left")
        run.kill()


@test("a full disk, and the port is plugged in anew: the order stays")
def _(room):
    line, run = watch_one(
        room, shell='trap "" XFSZ; ulimit -S -f 8; exec "$@"')
    sent = [h.sysex(room.random, n) for n in (50000, 40, 40, 60000, 40)]
    line.feed(sent[0])
    run.says("is buffered in memory")
    line.feed(sent[1])
    line.taken()
    for n in range(2, 5):
        line.unplug()
        line.plug()
        listens(run, n)
        line.feed(sent[n])
        line.taken()
    time.sleep(1.5)
    equal(run.lines, [], "reported, though the first could not be")
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE,
                     (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    has(run, 5)
    equal(run.stop(), 0, "exit status")
    equal([room.read(n) for n in run.lines], sent, "dumps")
    equal(numbers(run), list(range(1, 6)), "numbers")


@test("plugged in anew again and again, and a full disk has room at the end")
def _(room):
    line, run = watch_one(
        room, shell='trap "" XFSZ; ulimit -S -f 1; exec "$@"')
    sent = [h.sysex(room.random, 4000 + n) for n in range(7)]
    for n, dump in enumerate(sent):
        if n > 0:
            line.unplug()
            line.plug()
            listens(run, n + 1)
        line.feed(dump)
        line.taken()
        run.says("is buffered in memory")
    equal(run.lines, [], "reported while the disk is full")
    # A stopped process has not tried again when both are there.
    run.send_signal(signal.SIGSTOP)
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE,
                     (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    run.send_signal(signal.SIGTERM)
    run.send_signal(signal.SIGCONT)
    equal(run.end(), 0, "exit status")
    equal([room.read(n) for n in run.lines], sent, "dumps in order")
    equal(numbers(run), list(range(1, 8)), "numbers")


@test("the output folder goes away and comes back: a stick that was pulled")
def _(room):
    line, run = watch_one(room)
    line.feed(b"\xf0\x7d\x01\xf7")
    has(run, 1)
    line.feed(b"\xf0\x7d\x02")
    h.part_has(room, 3, "out")
    os.rename(room.path("out"), room.path("pulled"))
    line.feed(b"\x02\xf7\xf0\x7d\x03\xf7")
    run.says(r"sxlib: watch: cannot .*\n.*is buffered in memory")
    equal(len(run.lines), 1, "reported without a folder")
    check(not os.path.exists(room.path("out")), "made the folder itself")
    os.rename(room.path("pulled"), room.path("out"))
    has(run, 3)
    equal(run.stop(), 0, "exit status")
    equal([room.read(n) for n in run.lines],
          [b"\xf0\x7d\x01\xf7", b"\xf0\x7d\x02\x02\xf7",
           b"\xf0\x7d\x03\xf7"], "dumps")
    whole(room, run)


@test("another stick in its place: what waits is written to that")
def _(room):
    line, run = watch_one(room)
    line.feed(b"\xf0\x7d\x01\xf7")
    has(run, 1)
    shutil.rmtree(room.path("out"))
    line.feed(b"\xf0\x7d\x02\xf7")
    run.says("is buffered in memory")
    os.mkdir(room.path("out"))
    has(run, 2)
    equal(run.stop(), 0, "exit status")
    equal(list(room.files("out").values()), [b"\xf0\x7d\x02\xf7"], "dumps")


@test("a port's folder that is deleted is made again, without a word")
def _(room):
    line, run = watch_one(room)
    folder = os.path.join("out", os.listdir(room.path("out"))[0])
    os.rmdir(room.path(folder))
    line.feed(b"\xf0\x7d\x02\xf7")
    has(run, 1)
    equal(run.stop(), 0, "exit status")
    equal(room.read(run.lines[0]), b"\xf0\x7d\x02\xf7", "the dump")
    check("sxlib: watch:" not in run.err, "complains: " + run.err)


@test("a program that hangs holds no port up")
def _(room):
    room.write("hang", b"#!/bin/sh\n[ -e go ] || { : >at; exec sleep 4; }\n")
    os.chmod(room.path("hang"), 0o755)
    some = lines(room, 3)
    run = watch(room, *ports(some), *MESSAGE, "--exec", "./hang", n=3)
    some[0].feed(b"\xf0\x7d\x01\xf7")
    check(run.until(lambda: os.path.exists(room.path("at"))), "not run")
    sent = [h.sysex(room.random, 60000) for _ in some]
    for line, data in zip(some, sent):
        line.feed(data)
    room.write("go", b"")
    has(run, 4)
    equal(run.stop(), 0, "exit status")
    equal(sorted(room.read(n) for n in run.lines[1:]), sorted(sent), "dumps")


@test("--exec gets the path and the facts")
def _(room):
    room.write("led", b'#!/bin/sh\necho "$1 $SXLIB_MAKER $SXLIB_PORT" '
               b'>>led.txt\n')
    os.chmod(room.path("led"), 0o755)
    line, run = watch_one(room, "--exec", "./led")
    line.feed(h.md_kit(room.random, 3, b"K") + b"\xf0\x7d\x01\x90\x40\x40")
    has(run, 2)
    equal(run.stop(), 5, "exit status")
    equal(room.read("led.txt").decode(), "%s Elektron %s\n"
          % (run.lines[0], line.port), "what it was told")


class Manager:
    """The service manager's end of $NOTIFY_SOCKET."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(name)
        self.notes = []
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self):
        while True:
            try:
                self.notes.append(self.socket.recv(4096).decode())
            except OSError:
                return

    def heard(self, pattern, limit=h.LIMIT):
        h.wait(lambda: any(re.search(pattern, n) for n in list(self.notes)),
               lambda: "never told /%s/: %s" % (pattern, self.notes[-5:]),
               limit)

    def beats(self):
        return self.notes.count("WATCHDOG=1")


def managed(room, name, address, *args):
    manager = Manager(name)
    line, run = watch_one(room, *args, env={
        "NOTIFY_SOCKET": address, "WATCHDOG_USEC": "400000"})
    manager.heard("^READY=1$")
    return manager, line, run


@test("the service manager is told: ready, what came last, stopping")
def _(room):
    manager, line, run = managed(room, room.path("s"), room.path("s"))
    equal([n for n in manager.notes if "WATCHDOG" not in n][:2],
          ["STATUS=1 port, no dumps yet", "READY=1"],
          "it is ready when it listens")
    line.feed(h.md_kit(room.random, 3, b"K"))
    manager.heard("^STATUS=1 port, 1 dump; last: .*line0: Elektron, "
                  "Machinedrum, kit")
    line.unplug()
    manager.heard("^STATUS=0 ports, 1 dump; last")
    equal(run.stop(signal.SIGTERM), 0, "exit status")
    manager.heard("^STOPPING=1$")


def has_landlock():
    """Does the kernel let a program use it, with renames between folders?"""
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(444, None, 0, 1) >= 2


@test("without --exec it has given up what it never does")
def _(room):
    if not has_landlock():
        raise h.Skip("no Landlock here")
    for args, given_up in (((), 1), (("--exec", "./program"), 0)):
        room.write("program", b"#!/bin/sh\nmkfifo fifo && : >ran\n")
        os.chmod(room.path("program"), 0o755)
        line = Line(room, "line%d" % given_up).plug()
        run = watch(room, "--port", line.port, *MESSAGE, *args, "--name",
                    "{maker}/{n}")
        for task in os.listdir("/proc/%d/task" % run.process.pid):
            with open("/proc/%d/task/%s/status" % (run.process.pid, task)) as f:
                match(r"^NoNewPrivs:\s*1$" if given_up else "", f.read(),
                      "each thread", re.M)
        line.feed(b"\xf0\x7d\x01\xf7")
        has(run, 1)
        if args:
            h.wait(lambda: os.path.exists(room.path("ran")), "it is not run")
        equal(run.stop(), 0, "exit status")


@test("the service manager is told how the program of --exec fares")
def _(room):
    room.write("program", b"#!/bin/sh\n: >ran\nwhile [ ! -e go ]; do sleep 0.05; "
               b"done\nexit $(cat status)\n")
    os.chmod(room.path("program"), 0o755)
    room.write("status", b"7")
    manager, line, _ = managed(room, room.path("s"), room.path("s"), "--exec",
                               "./program")
    line.feed(b"\xf0\x7d\x01\xf7" * 3)
    manager.heard("^STATUS=1 port, 3 dumps; --exec: 2 runs wait; last: ")
    room.write("go", b"")
    manager.heard("^STATUS=1 port, 3 dumps; --exec: last run failed with "
                  "status 7; last: ")
    room.write("status", b"0")
    line.feed(b"\xf0\x7d\x01\xf7")
    manager.heard("^STATUS=1 port, 4 dumps; last: ")


@test("the service manager is told when the disk does not answer")
def _(room):
    manager = Manager(room.path("s"))
    line, run = watch_one(room, env=h.slow(
        5500, NOTIFY_SOCKET=room.path("s")))
    line.feed(b"\xf0\x7d\x01\xf7")
    manager.heard("^STATUS=1 port, no dumps yet; disk not responding: "
                  "1 dump without a name$")
    manager.heard("^STATUS=1 port, 1 dump; last: ")
    run.kill()


@test("the watchdog is fed while the disk, or a program, hangs")
def _(room):
    room.write("hang", b"#!/bin/sh\n: >at\nexec sleep 3\n")
    os.chmod(room.path("hang"), 0o755)
    name = "sxlib-test-%d" % os.getpid()
    manager, line, run = managed(
        room, "\0" + name, "@" + name, "--exec", "./hang")
    line.feed(b"\xf0\x7d\x01\xf7")
    check(run.until(lambda: os.path.exists(room.path("at"))), "not run")
    before = manager.beats()
    check(before >= 1, "no beat before")
    time.sleep(2)
    check(manager.beats() - before >= 4, "beats while it hangs: %d"
          % (manager.beats() - before))
    os.kill(run.process.pid, signal.SIGSTOP)
    time.sleep(0.5)
    before = manager.beats()
    time.sleep(1)
    equal(manager.beats(), before, "beats of a stopped process")
    os.kill(run.process.pid, signal.SIGCONT)
    equal(run.stop(), 0, "exit status")


@test("no watchdog but for whom it is meant")
def _(room):
    manager = Manager(room.path("s"))
    line = lines(room, 1)[0]
    run = watch(room, "--port", line.port, env={
        "NOTIFY_SOCKET": room.path("s"), "WATCHDOG_USEC": "100000",
        "WATCHDOG_PID": "1"})
    manager.heard("^READY=1$")
    time.sleep(0.5)
    equal(manager.beats(), 0, "beats")
    equal(run.stop(), 0, "exit status")


@test("a name of the user's names the folder")
def _(room):
    line = lines(room, 1)[0]
    room.write(".config/sxlib/ports.conf",
               ("[mbrane]\nport = %s\n" % line.port).encode())
    run = watch(room, "--port", "mbrane", *MESSAGE)
    line.feed(b"\xf0\x7d\x01\xf7")
    has(run, 1)
    equal(run.stop(), 0, "exit status")
    match("^out/mbrane/000001-", run.lines[0], "path")


@test("standard input has an end, and then there is nothing to watch")
def _(room):
    run = room.sxlib("watch", "--out", "out", "--port", "-",
                     stdin=b"\xf0\x7d\x01\xf7\xf0\x7d")
    equal(run.status, 5, "exit status")
    equal([room.read(n) for n in run.lines],
          [b"\xf0\x7d\x01\xf7\xf0\x7d"], "dumps")
    match("^out/stdin/", run.lines[0], "path")


@test("a simulated instrument only if it is named; other ports are waited for")
def _(room):
    run = room.run("watch", "--out", "out", "--port", "no such interface")
    run.says("waiting for one")
    equal(run.stop(), 0, "exit status")
    equal(room.files("out"), {}, "files")
    run = watch(room, "--port", "sim:alpha-base?first=0.01&rate=1000000")
    has(run, 1)
    equal(run.stop(), 0, "exit status")


@test("--maker, --all, --format, --name, --label and --json as in receive")
def _(room):
    line, run = watch_one(
        room, "--maker", "elektron", "--format", "mid", "--name",
        "{label}{n:02}", "--label", "a", "--json")
    line.feed(h.jomox(room.random, 90) + h.md_kit(room.random, 3, b"K"))
    has(run, 1)
    equal(run.stop(), 0, "exit status")
    equal(run.json[0]["maker"], "Elektron", "maker")
    equal(run.json[0]["port"], line.port, "port")
    match("/a01.mid$", run.json[0]["file"], "file")
    equal(list(run.json[0]), h.FACTS, "keys")
    match("1 message from other makers", run.err, "what is said")
    run = watch(room, "--port", line.port, *MESSAGE, "--all")
    line.feed(b"\xf0\x7e\x7f\x06\x01\xf7")
    has(run, 1)
    equal(run.stop(), 0, "exit status")


@test("what makes no sense is refused before anything is touched")
def _(room):
    for args, status in (
            ([], 2), (["--out", "-"], 2), (["--out", ""], 2),
            (["--out", "out", "-n", "1"], 2), (["--out", "x.syx"], 2),
            (["--out", "out", "--timeout", "1"], 2),
            (["--out", "out", "--port", ""], 2),
            (["--out", "out", "--maker", "nobody"], 2),
            (["--out", "out", "more"], 2),
            (["--out", "out", "--name", "{what}"], 2),
            (["--out", "file/out"], 1)):
        room.write("file", b"")
        run = room.sxlib("watch", *args)
        equal(run.status, status, "exit status of %s" % args)
        match("^sxlib: watch: ", run.err, "what is said")
        check(not os.path.exists(room.path("out")), "made a folder")


@test("two ports whose paths differ beyond 127 characters: both, whole names")
def _(room):
    os.makedirs(room.path("d" * 120, "e" * 120))
    some = [Line(room, os.path.join("d" * 120, "e" * 120, name)).plug()
            for name in ("one", "two")]
    run = watch(room, *MESSAGE, "--json", *ports(some), n=2)
    for i, line in enumerate(some):
        line.feed(b"\xf0\x7d" + bytes([i]) + b"\xf7")
        has(run, i + 1)
    equal([o["port"] for o in run.json], [line.port for line in some],
          "the ports of the dumps")
    equal(run.err.count("listening on"), 2, "ports that were opened")
    check("busy" not in run.err and "in use" not in run.err, run.err)
    run.stop()


@test("a failing disk: a folder of many files is read once, not each second")
def _(room):
    line = lines(room, 1)[0]
    with h.small_disk(room.path("out"), 65536):
        run = watch(room, "--port", line.port, *MESSAGE, env=h.slow(
            0, SXLIB_TEST_CALLS=room.path("calls")))

        def opened(end):
            with open(room.path("calls")) as file:
                return len(re.findall(r" openat \S+ \S+ .*/out/[^/]+%s$" % end,
                                      file.read(), re.M))
        ballast = room.write("out/ballast", b"x" * 57000)
        line.feed(h.sysex(room.random, 9000))
        run.says("no space left")
        again = opened("") + 3
        h.wait(lambda: opened("") >= again, "the folder is not tried again")
        equal(opened(r"/\."), 1, "times that it was read")
        os.unlink(ballast)
        has(run, 1)
        equal(run.stop(), 0, "exit status")


@test("a failing disk, and another one in its place: {n} goes on after it")
def _(room):
    line, run = watch_one(
        room, shell='trap "" XFSZ; ulimit -S -f 1; exec "$@"')
    line.feed(h.sysex(room.random, 5000))
    run.says("file too large")
    folder, = os.listdir(room.path("out"))
    room.write("other/%s/000041-20261122T051530.123Z-x.syx" % folder, b"")
    os.rename(room.path("out"), room.path("away"))
    os.rename(room.path("other"), room.path("out"))
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE,
                     (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    has(run, 1)
    match("/000042-", run.lines[0], "its number")
    run.stop()


if __name__ == "__main__":
    h.main()
