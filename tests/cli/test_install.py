#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""make install and make uninstall, and the systemd units that are put in
place: they start what was installed, and systemd finds nothing wrong."""
import os
import re
import shutil
import subprocess

import harness as h
from harness import Skip, check, equal, match, test

ROOT = os.path.join(h.HERE, "../..")
BUILD = os.path.dirname(os.path.realpath(h.SXLIB))
UNITS = ("lib/systemd/system/sxlib-watch.service",
         "lib/systemd/user/sxlib-watch.service")
RECALL = "lib/systemd/system/sxlib-recall.service"


def make(room, *args):
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    # What is there is installed: nothing is built again.
    done = subprocess.run(
        ["make", "-s", "-C", ROOT, "-o", "all", "BUILD=" + BUILD,
         "DESTDIR=" + room.path("root"), *args], env=env, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    equal((done.returncode, done.stdout.decode()), (0, ""), "make")


@test("what make install installs, make uninstall removes")
def _(room):
    for prefix, more in (("usr/local", []), ("opt/x", ["PREFIX=/opt/x"])):
        make(room, "install", *more)
        files = room.files("root")
        for unit, command in ((UNITS[0], "watch --out "),
                              (UNITS[1], "watch --out "),
                              (RECALL, "recall --from ")):
            text = files["%s/%s" % (prefix, unit)].decode()
            match("^ExecStart=/%s/bin/sxlib %s" % (prefix, command), text,
                  "ExecStart", re.M)
            check("@" not in text.replace("modprobe@", "")
                  .replace("@system-service", "").replace("@privileged", "")
                  .replace("@keyring", ""), "something is left to fill in")
        run = subprocess.run([room.path("root", prefix, "bin/sxlib"),
                              "--version"], check=True,
                             stdout=subprocess.PIPE)
        match(b"^sxlib [0-9.]+$".decode(), run.stdout.decode(), "version")
        folder = prefix + "/share/sxlib/instruments/"
        with open(os.path.join(ROOT, "src/instruments/korg-m1.conf"),
                  "rb") as file:
            equal(files[folder + "korg-m1.conf"], file.read(), "a page")
        run = subprocess.run(
            [room.path("root", prefix, "bin/sxlib"), "devices", "check"]
            + sorted(room.path("root", name) for name in files
                     if name.startswith(folder) and name.endswith(".conf")),
            check=False, stdout=subprocess.PIPE)
        equal(len(run.stdout.splitlines()) >= 4, True, "pages are checked")
        make(room, "uninstall", *more)
        equal(room.files("root"), {}, "files that are left")
        check(not os.path.exists(room.path("root", prefix, "share/sxlib")),
              "share/sxlib is left")


@test("desktops know the type of a SysEx file, by its name and by its bytes")
def _(room):
    if not shutil.which("update-mime-database") or not shutil.which("gio"):
        raise Skip("no update-mime-database, or no gio")
    make(room, "install", "PREFIX=" + room.path("there"), "DESTDIR=")
    done = subprocess.run(
        ["update-mime-database", "-V", room.path("there/share/mime")],
        check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    equal(done.returncode, 0, "update-mime-database")
    for name, data, kind in (
            ("a.syx", b"a", "audio/x-syx"), ("A.SYX", b"a", "audio/x-syx"),
            ("a.damaged.syx", b"\x00", "audio/x-syx"),
            ("a.sysex", b"\xf0", "audio/x-syx"),
            ("dump", b"\xf0\x31\x00\xf7", "audio/x-syx"),
            ("universal", b"\xf0\x7e\x00\x09\x01\xf7", "audio/x-syx"),
            # UTF-8 may begin with F0 as well, then with no data byte.
            ("face", "\U0001f600\n".encode(), "text/plain"),
            ("other", b"\x00\xf0\x31", "application/octet-stream")):
        done = subprocess.run(
            ["gio", "info", "-a", "standard::content-type",
             room.write("files/" + name, data)], check=True,
            stdout=subprocess.PIPE,
            env=dict(os.environ, XDG_DATA_HOME=room.path("none"),
                     XDG_DATA_DIRS=room.path("there/share")))
        equal(done.stdout.decode().split()[-1], kind, name)


@test("systemd-analyze finds nothing wrong with the units")
def _(room):
    if not shutil.which("systemd-analyze"):
        raise Skip("no systemd-analyze")
    make(room, "install", "PREFIX=" + room.path("there"), "DESTDIR=")
    os.makedirs(room.path("run"), mode=0o700)
    for unit, mode in zip(UNITS + (RECALL,),
                          ("--system", "--user", "--system")):
        done = subprocess.run(
            ["systemd-analyze", mode, "--man=no", "verify",
             room.path("there", unit)], check=False, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(os.environ, XDG_RUNTIME_DIR=room.path("run"),
                     HOME=room.dir))
        said = [line for line in done.stdout.decode().splitlines()
                if "sxlib" in line or done.returncode]
        equal((done.returncode, said), (0, []), "verify " + mode)


@test("the sandbox of the system unit is as tight as docs/headless.md says")
def _(room):
    if not shutil.which("systemd-analyze"):
        raise Skip("no systemd-analyze")
    make(room, "install", "PREFIX=" + room.path("there"), "DESTDIR=")
    done = subprocess.run(
        ["systemd-analyze", "--no-pager", "security", "--offline=yes",
         room.path("there", UNITS[0])], check=False, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    found = re.search(r"exposure level .*: ([0-9.]+)", done.stdout.decode())
    if not found:
        raise Skip("this systemd does not judge units that are not loaded")
    with open(os.path.join(ROOT, "docs/headless.md"),
              encoding="utf-8") as file:
        told = re.search(r"systemd-analyze security` calls it SAFE, ([0-9.]+)",
                         file.read())
    equal(found.group(1), told and told.group(1), "exposure")


@test("the units ask for what the program tells a service manager")
def _(room):
    del room
    for name in ("sxlib-watch.service", "user/sxlib-watch.service"):
        with open(os.path.join(ROOT, "docs/systemd", name),
                  encoding="utf-8") as file:
            text = file.read()
        for line in ("Type=notify", "WatchdogSec=30", "Restart=always",
                     "NoNewPrivileges=yes", "MemoryMax=50%", "TasksMax=64",
                     "OOMPolicy=continue"):
            check("\n" + line + "\n" in text, "%s: no %s" % (name, line))
        # What it starts would be spared as well.
        check("OOMScoreAdjust" not in text, name + ": OOMScoreAdjust")
        # It ends within five seconds, see test_blocked.py.
        stop = re.search(r"^TimeoutStopSec=(\d+)$", text, re.M)
        check(stop and 5 < int(stop.group(1)) <= 15, "TimeoutStopSec")


if __name__ == "__main__":
    h.main()
