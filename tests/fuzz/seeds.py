#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""seeds.py FOLDER: what fuzzing begins with, a folder for each target.

All of it is made here, out of our own bytes; the formats are those of the
makers' manuals, as docs/devices.md names them.
"""
import os
import struct
import sys

TEXT = b"seeds of our own"


def data(n, step=7):
    return bytes(i * step & 0x7F for i in range(n))


def packed(raw):
    """8-in-7: a byte of high bits, and up to seven bytes."""
    out = bytearray()
    for i in range(0, len(raw), 7):
        part = raw[i:i + 7]
        out.append(sum((b >> 7) << (6 - k) for k, b in enumerate(part)))
        out += bytes(b & 0x7F for b in part)
    return bytes(out)


def elektron(head, body):
    """A dump with the checksum and length of the Elektron manuals."""
    count = len(body) + 5
    total = sum(body) & 0x3FFF
    return (head + body + bytes([total >> 7, total & 0x7F, count >> 7 & 0x7F,
                                 count & 0x7F]) + b"\xf7")


def roland(head, body):
    """A DT1 or RQ1: address and data add up to 0 with the checksum."""
    return head + body + bytes([-sum(body) & 0x7F]) + b"\xf7"


MACHINEDRUM = bytes.fromhex("f000203c0200")
MESSAGES = {
    "identity-request": bytes.fromhex("f07e7f0601f7"),
    "identity-reply": bytes.fromhex("f07e00060200203c020001000130f7"),
    "mtc": bytes.fromhex("f07f7f010121020304f7"),
    "mmc": bytes.fromhex("f07f7f0602f7"),
    "sds-header": bytes.fromhex("f07e000105001060400010000000100000007ff7"),
    "sds-packet": b"\xf0\x7e\x00\x02\x00" + data(120) + b"\x11\xf7",
    "tuning": b"\xf0\x7e\x00\x08\x01\x05" + TEXT + data(384) + b"\x22\xf7",
    "dx7-voice": b"\xf0\x43\x00\x00\x01\x1b" + data(155) + b"\x33\xf7",
    "dx7-bank": b"\xf0\x43\x00\x09\x20\x00" + bytes(4096) + b"\x00\xf7",
    "roland-dt1": roland(b"\xf0\x41\x10\x42\x12", b"\x40\x00\x7f\x00"),
    "roland-d50": roland(b"\xf0\x41\x00\x14\x12", b"\x00\x00\x00" + data(64)),
    "roland-rq1": roland(b"\xf0\x41\x10\x16\x11", b"\x08\x00\x00\x00\x02\x00"),
    "korg": b"\xf0\x42\x30\x58\x40" + packed(bytes(range(160))) + b"\xf7",
    "korg-m1": b"\xf0\x42\x30\x19\x4c" + packed(data(60)) + b"\xf7",
    "waldorf": b"\xf0\x3e\x0e\x00\x10\x00\x05" + data(256) + b"\x40\xf7",
    "novation": bytes.fromhex("f000202901600100") + data(60) + b"\xf7",
    "access": b"\xf0\x00\x20\x33\x01\x10\x10\x00\x05" + data(256) + b"\x10\xf7",
    "sequential": b"\xf0\x01\x20\x02\x00\x05" + packed(data(200, 3)) + b"\xf7",
    "moog": b"\xf0\x04\x04\x05\x00" + data(80) + b"\xf7",
    "ensoniq": b"\xf0\x0f\x05\x00\x02" + data(102, 3) + b"\xf7",
    "akai": b"\xf0\x47\x00\x03\x48\x05\x00" + data(90) + b"\xf7",
    "zoom": b"\xf0\x52\x00\x58\x08" + data(60) + b"\xf7",
    "behringer": bytes.fromhex("f000203200020a20") + data(60) + b"\xf7",
    "jomox-alpha-base": b"\xf0\x31\x7f\x65\x05\x55\x03" + data(160) + b"\xf7",
    "jomox-xbase": b"\xf0\x31\x00\x20\x05" + data(90) + b"\xf7",
    "sidstation": bytes.fromhex("f000203c01000b05") + data(120) + b"\xf7",
    "machinedrum-pattern": elektron(
        MACHINEDRUM + b"\x67\x03\x01", b"\x05" + packed(data(200, 3))),
    "machinedrum-kit": elektron(
        MACHINEDRUM + b"\x52\x04\x01", b"\x03" + TEXT + packed(data(300, 5))),
    "machinedrum-global": elektron(
        MACHINEDRUM + b"\x50\x05\x01", b"\x03" + data(180)),
    "monomachine": elektron(
        bytes.fromhex("f000203c03006702 01"), b"\x05" + packed(data(90))),
    "octatrack": bytes.fromhex("f000203c0700") + data(60) + b"\xf7",
    "firmware": bytes.fromhex("f000203c020070") + data(128) + b"\xf7",
    "unknown": b"\xf0\x7d" + data(30) + b"\xf7",
    "long-id": b"\xf0\x00\x01\x02\x03\xf7",
    "empty": b"\xf0\xf7",
}


def mess():
    """MIDI with everything in it that can happen."""
    m = MESSAGES
    return {
        "notes": bytes.fromhex("903c643c00f8b007f840fec0051fe00040d105"),
        "cut": b"\xf0\x7d\x01\x90\x3c\x40" + m["empty"] + b"\xf0\x41\xf0\x42",
        "stray": b"\x01\x02\xf7\xf7\x03\x90\xf7\x04\xf0\xf7\x05\xf6\x06",
        "realtime": b"\xf8\xf0\xf8\xfe\x7d\xf9\x01\xff\xf7\xf8\x90\xfa\x3c\xfc\x01",
        "common": bytes.fromhex("f101f20102f305f4f5f6f2f001f7f390f1f8"),
        "two": m["identity-request"] + m["unknown"] + m["roland-dt1"],
        "stops": b"\xf0\x7d\x01\x02",
    }


def number(value):
    out = [value & 0x7F]
    while value > 0x7F:
        value >>= 7
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def track(*events):
    body = b"".join(number(t) + e for t, e in events)
    return b"MTrk" + struct.pack(">I", len(body)) + body


def mid(fmt, division, *tracks, count=None):
    head = struct.pack(">HHh", fmt, len(tracks) if count is None else count,
                       division)
    return b"MThd" + struct.pack(">I", 6) + head + b"".join(tracks)


def sysex(body, kind=b"\xf0"):
    return kind + number(len(body)) + body


END = b"\xff\x2f\x00"
TEMPO = b"\xff\x51\x03\x07\xa1\x20"


def mids():
    m = MESSAGES
    one = sysex(m["unknown"][1:])
    packets = [(0, sysex(m["unknown"][1:9])), (5, sysex(m["unknown"][9:20],
                                                        b"\xf7")),
               (9, sysex(m["unknown"][20:], b"\xf7")), (0, END)]
    return {
        "one": mid(0, 500, track((0, one), (0, END))),
        "named": mid(1, 500, track((0, b"\xff\x03" + sysex(TEXT)[1:]),
                                   (0, END)), track((7, one), (300, one),
                                                    (0, END))),
        "tempo": mid(1, 96, track((0, TEMPO), (96, b"\xff\x51\x03\1\0\0"),
                                  (0, END)), track((500, one), (0, END))),
        "smpte": mid(0, -25 * 256 + 40, track((1000, one), (0, END))),
        "packets": mid(0, 480, track(*packets)),
        "escape": mid(0, 480, track((0, sysex(m["unknown"], b"\xf7")),
                                    (1, sysex(b"\xf8\xfe", b"\xf7")),
                                    (1, sysex(b"\x90\x3c\x40", b"\xf7")),
                                    (0, END))),
        "notes": mid(0, 480, track((0, b"\x90\x3c\x40"), (9, b"\x3c\x00"),
                                   (0, b"\xc0\x05"), (1, one),
                                   (1, b"\xe0\x00\x40"), (0, END))),
        "no-end": mid(0, 480, track((0, one))),
        "alien": mid(0, 480, b"XYZW\0\0\0\x03abc", track((0, one), (0, END)),
                     count=1),
        "format-2": mid(2, 480, track((0, one), (0, END)),
                        track((3, one), (0, END))),
        "rmid": b"RIFF" + struct.pack("<I", 60) + b"RMIDdata" + struct.pack(
            "<I", 44) + mid(0, 480, track((0, one), (0, END))),
        "two-in-one": mid(0, 480, track((0, sysex(
            m["unknown"][1:] + m["identity-request"])), (0, END))),
        "cut": mid(0, 480, track((0, sysex(b"\x7d\x01\x02")), (5, one),
                                 (0, END)))[:-9],
    }


def messages_and(prefix):
    return {name: prefix + m for name, m in MESSAGES.items()}


def events(*steps):
    """What happens to a collector: the bytes of fuzz_dump.c."""
    out = b""
    for what, value in steps:
        if what == "bytes":
            for i in range(0, len(value), 32):
                part = value[i:i + 32]
                out += bytes([len(part) - 1 << 3]) + part
        elif what == "doubt":
            out += bytes([len(value) - 1 << 3 | 3]) + value
        else:
            code = {"time": 4, "tick": 5, "cut": 6, "flush": 7}[what]
            out += bytes([value << 3 | code])
    return out


def dumps():
    m = MESSAGES
    a, b = m["roland-dt1"], m["unknown"]
    # Two steps of time are just the gap if its byte is 4.
    story = events(("bytes", b), ("time", 1), ("bytes", b), ("time", 1),
                   ("tick", 0), ("bytes", a), ("time", 3), ("bytes", b[:9]), ("time", 11),
                   ("tick", 0), ("bytes", b[9:] + m["mmc"]), ("time", 20),
                   ("tick", 0), ("bytes", m["machinedrum-kit"]), ("flush", 0),
                   ("bytes", b"\x01\x02\xf7\xf7"), ("doubt", b[:6]),
                   ("bytes", b[6:]), ("bytes", a[:5]), ("cut", 0),
                   ("bytes", a[:4] + b"\xf8\x90" + a), ("bytes", a[:3]),
                   ("flush", 0), ("time", 31), ("tick", 0), ("cut", 2))
    found = {"story-%d-%d" % (how, gap): bytes([how, gap, 40]) + story
             for how in range(16) for gap in (0, 4, 30)}
    found.update({"one-%s" % name: bytes([4, 49, 3]) + events(("bytes", x))
                  for name, x in mess().items()})
    return found


CONF = b"""# a comment
[MBrane 11]
maker = Jomox
mask = F0 31 7F 61 ?? 55
kind = preset
slot = 6
delay = 500
rate = 1000

; another
[Other]
mask = f0007d01
kind = nothing
[broken
slot = x
[Third]
mask = F0 41 ?? 14
"""
PORTS = b"""[mbrane]
port = hw:1,0,0
device = MBrane 11
delay = 80
rate = din
[pi.two]
port = tty:/dev/ttyAMA0@38400
rate = max
[MBRANE]
port = -
[a b]
port = x
"""


def pages():
    """The pages that come with it."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "..", "..", "src", "instruments")
    return {name: open(os.path.join(folder, name), "rb").read()
            for name in os.listdir(folder) if name.endswith(".conf")}


def names():
    head = bytes([0b11100001]) + bytes.fromhex("000660f0a1b2c3d4")
    texts = [(b"{time}-{maker}-{device}-{kind}{slot}", b"", b"Jomox",
              b"Alpha Base", b"A 01"),
             (b"a/{label}/pattern{n:02}", b"my label", b"", b"..", b"../x"),
             (b"{name}_{n:9}.{slot:3}", b"", b"\x1b[2J", b"CON", b"aux"),
             (b"{name}", b"", b"", b"", b".damaged"), (b"/abs", b"", b"", b"",
                                                       b"-x-"),
             (b"{nothing}", b"a/b", b"", b"", b""), (b"{n", b"", b"", b"", b""),
             (b"20261122T051530.123Z", b"20260231T000000.000Z", b"", b"", b"")]
    return {"names-%d" % i: head + b"\0".join(t) for i, t in enumerate(texts)}


def hexes():
    texts = [b"F0 7D 01 F7\n", b"0xf0,0x7d,$01,F7h # at 1.5\n# at 2.25\nf0f7\r",
             b"\xef\xbb\xbfF0 7 f7\n", b"F0 7D 1G\n", b"f07d0", b"# at nan\n5",
             b"# at 1e9\nF0\n# at -1\n0x\n$\nh", bytes(range(32, 127))]
    return {"hex-%d" % i: t for i, t in enumerate(texts)}


def sds():
    """Steps of fuzz_sds.c: the receiver (0), the sender (1)."""
    head = bytes([3, 16, 3, 0])  # 120 words: 3 packets
    whole = head + bytes([0, 8, 16])
    found = {"take-%d" % how: bytes([0, how, 2]) + whole
             for how in (0, 1, 2, 0x36)}
    found.update({
        "damaged": bytes([0, 0x30, 1]) + head + bytes([0, 10, 6, 8, 16]),
        "out-of-order": bytes([0, 0x30, 0]) + head
        + bytes([1, 2, 7, 1, 0, 8, 1, 1, 1, 1]),
        "talk": bytes([0, 0x34, 0]) + head + bytes([0, 4, 7, 12, 7, 28, 8]),
        "silence": bytes([0, 0x20, 0]) + head + bytes([7, 0, 7, 7, 7]),
        "raw": bytes([0, 0, 2, 5 + 8 * 5]) + MESSAGES["sds-header"]
        + bytes([0, 0, 0, 0]) + bytes([5 + 8 * 26]) + MESSAGES["sds-packet"],
        "acks": bytes([1, 0x30, 0, 3]) + bytes(5),
        "naks": bytes([1, 0x30, 0, 3, 0, 0, 3, 11, 0, 3, 3, 3, 3, 3]),
        "waits": bytes([1, 0x20, 0, 3, 0, 1, 0, 7, 33, 2, 3, 7, 7, 9]),
        "open": bytes([1, 3, 0, 200]) + bytes([7] * 40),
        "late": bytes([1, 0x30, 1, 99]) + bytes([7, 7, 0x20, 0, 2, 200, 0]),
    })
    return found


def requests():
    """What happens to fuzz_asker.c, for each row of what can be asked."""
    good, late = bytes([9, 60, 5]), bytes([0x89, 60, 5])
    bad, doubt, half = (
        bytes([n, 60, 5]) for n in (0x79, 0x59, 0x69))
    rest, again, echo, silence = b"\x03", b"\x06", b"\x0e", b"\x05"
    stories = {
        "good": good * 3,
        "paced": (good + silence) * 3,
        "all": bytes([9, 255, 5]) * 20,
        "mess": half + rest + bad + good + again + echo + silence + late,
        "slots": bytes([0x21, 60, 5]) + good + bytes([0x41, 60, 6]) + good,
        "none": silence * 4 + good,
        "damage": doubt + bytes([0x20, 0x90, 0x3C, 0x40, 0xF0]) + good + half
        + b"\x17" + rest,
        "end": good + half + b"\x07",
        "gone": good + half + b"\x0f",
        "time": half + bytes([0x7C]) + rest + bytes([0x7C]) * 9 + late + good,
    }
    return {"%s-%d" % (name, row): bytes([0x0A, row, row, row % 5]) + story
            for row in range(48) for name, story in stories.items()}


FIRST, DOUBT = 0x10, 0x20


def record(kind, body=b"", port=0, at=0, end=1, status=0):
    """A record of a journal: src/store/journal.h."""
    head = struct.pack(">BBBBIq", port, kind, end, status, len(body), at)
    check = 2166136261
    for b in head + body:
        check = (check ^ b) * 16777619 & 0xFFFFFFFF
    return head + struct.pack(">I", check) + body


def journal(form, *records):
    return record(8, b"take.mid", form, 1795324530123999, 0) + b"".join(
        record(9, name, i, 0, 0) for i, name in enumerate(
            (b"left", b"right"))) + b"".join(records)


def takes():
    run, stray, note, common = (FIRST | k for k in (1, 2, 3, 4))
    story = [record(note, b"\x90\x01\x02"),
             record(run, b"\xf0\x01", at=500, end=0),
             record(run, b"\xf0\x11", 1, at=500, end=0),
             record(FIRST | 5, b"\xfa", at=600), record(1, b"\x02", end=0),
             record(0, end=5), record(1, b"\x12\xf7", 1, 900),
             record(1, b"\x03\xf7", at=1000),
             record(common, b"\xf3\x09", 1, 2000),
             record(stray, b"\x05\xf7", at=3000),
             record(note, b"\xc5\x01", at=INT64 // 20000),
             record(run | DOUBT, b"\xf0\x44\xf7", 1, 4000),
             record(run, b"\xf0\x45", 1, 5000, 0)]
    found = {"form-%d" % form: b"\0" + journal(form, *story)
             for form in range(3)}
    whole = journal(1, *story)
    for i in range(0, len(whole), 13):
        bad = bytearray(whole)
        bad[i] ^= 1 << i % 8
        found["bit-%d" % i] = b"\0" + bytes(bad)
    found.update({
        "mended-%d" % how: bytes([how]) + whole for how in (1, 2, 3, 5, 0x80)})
    found.update({
        "planted": b"\0" + journal(0, record(9, bytes(300), 250),
                                   record(stray, b"x", 255)),
        "late": b"\0" + journal(0, record(note, b"\x90\x01\x02", at=INT64)),
        "cut": b"\0" + whole[:-9], "none": b"\0" + TEXT * 9,
        "zeros": bytes(400)})
    return found


INT64 = (1 << 63) - 1


def folders():
    """Files for fuzz_rescue.c: a byte for the name, a length, what is in it."""
    def file(name, body):
        body += bytes(len(body) % 2)
        return bytes([name, len(body) // 2]) + body

    m = MESSAGES
    two = m["identity-request"] + m["unknown"]
    spool = record(10, m["mmc"], 0, 1795324530123999, 0) + record(
        10, m["unknown"][:-1], 5, 1795324530173999, 0)
    bodies = {"one": m["mmc"] + b"", "two": two, "cut": two[:-5],
              "alien": b"\x90\x01\x02" + two + b"\xf8", "spool": spool,
              "spool-cut": spool[:-4], "text": TEXT,
              "stray": b"\x01\x02\xf7\xf7" + two, "zeros": bytes(60)}
    found = {"%s-%d" % (k, name): file(name, v)
             for k, v in bodies.items() for name in range(8)}
    found["all"] = b"".join(file(name * 9, v) for name, v in enumerate(
        (two, two[:-5], spool, two, m["mmc"], two)))
    found["pieces"] = file(2, spool) + file(3, m["mmc"]) + file(4, two)
    found["names"] = b"".join(
        b"\xff" + bytes([len(name)]) + name + file(0, two)[1:] for name in (
            b"a.part", b"20261122T051530.123Z-7.9999999999999999999999.piece",
            b"20261122T051530.123Z-.part", b"99999999T999999.999Z-1.part"))
    return found


def all_seeds():
    m = MESSAGES
    yield "framer", {k: b"\x05\x09" + v for k, v in mess().items()}
    yield "channel", dict(mess(), nrpn=bytes.fromhex(
        "b063016202064026056000650064000605b00001200fc005"), mtc=bytes.fromhex(
            "f100f110f120f130f140f150f161f172") * 2, clock=b"\xf8\xfe" * 99)
    yield "dump", dumps()
    found = {k: b"\0\xff\xff" + v[1:-1] for k, v in m.items()}
    found.update({"own-" + k: bytes([len(k) * 37 & 255, 255, 255]) + v[1:-1]
                  for k, v in m.items() if len(v) < 300})
    # Each device, with data that may be a name, packed or a checksum.
    found.update({"known-%d-%d" % (i, k): bytes([0, i, k]) + data(15, i)
                  + packed(b"\xbe\xef\xba\xce" + TEXT * 2)
                  for i in range(130) for k in (0, 1, 2, 4, 8)})
    yield "device", found
    yield "mid", mids()
    yield "syx", dict(messages_and(b""), **mess(), padded=bytes(9)
                      + m["korg"] + b"\xe5" * 20 + TEXT + m["mmc"],
                      macbinary=b"\0\5seeds" + bytes(76) + struct.pack(
                          ">I", 6) + bytes(41) + m["mmc"] + bytes(122))
    yield "hex", hexes()
    yield "conf", {"devices": CONF, "ports": PORTS,
                   "crlf": CONF.replace(b"\n", b"\r\n"),
                   "marked": b"\xef\xbb\xbf" + PORTS,
                   **pages()}
    # Keys of a page, then a message.
    yield "page", {"page-%d" % i: bytes([i]) + data(30, 5 + i) + b"\xff" +
                   data(60, 3 + i) + b"\xff" + data(60, 11 + i) + b"\xff\xff" +
                   b"\x01" + TEXT + data(90, 2 * i + 1) for i in range(64)}
    yield "name", names()
    yield "asker", requests()
    yield "sds", sds()
    yield "sds_pair", {
        "closed": bytes([0x30, 8, 200, 1, 2]),
        "open": bytes([3, 16, 90, 5, 0]),
        "long": bytes([0x38, 4, 255, 7, 0]),
        "lossy": bytes([0x78, 8, 60, 9, 1])
        + bytes(b * 3 % 23 for b in range(120))}
    yield "take", takes()
    yield "rescue", folders()
    yield "smf", {"smf-%d" % i: bytes([i]) + data(n, 3 + i) + bytes(
        range(250, 120, -1)) for i, n in enumerate((0, 9, 40, 300))}


def main():
    for target, files in all_seeds():
        folder = os.path.join(sys.argv[1], target)
        os.makedirs(folder, exist_ok=True)
        for name, content in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)


if __name__ == "__main__":
    main()
