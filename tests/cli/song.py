# SPDX-License-Identifier: ISC
"""A slow, independent reference for takes and songs: all messages of a stream
of MIDI bytes, and all events of a MIDI file, by the letter of the MIDI 1.0 and
Standard MIDI File specifications."""
import struct

from harness import COMMON_BYTES, DATA_BYTES, Failure, check, data7, equal, \
    sysex


def messages(stream):
    """Every message of a stream without damage: a SysEx where its F0 stands,
    any other where it is complete."""
    found = []
    body = None    # the SysEx that is open
    place = 0      # where it stands in found
    running = 0
    current = bytearray()
    need = 0
    for byte in stream:
        if byte >= 0xF8:
            found.append(bytes([byte]))
        elif body is not None:
            body.append(byte)
            if byte == 0xF7:
                found[place] = bytes(body)
                body = None
            else:
                check(byte < 0x80, "a SysEx is cut")
        elif byte == 0xF0:
            check(not current, "a message is cut")
            body, running, place = bytearray([byte]), 0, len(found)
            found.append(None)
        elif byte >= 0x80:
            check(not current, "a message is cut")
            running = byte if byte < 0xF0 else 0
            current = bytearray([byte])
            need = DATA_BYTES.get(byte & 0xF0, COMMON_BYTES.get(byte, 0))
        else:
            if not current:
                check(running, "data without a status")
                current = bytearray([running])
                need = DATA_BYTES[running & 0xF0]
            current.append(byte)
            need -= 1
        if current and need == 0:
            found.append(bytes(current))
            current = bytearray()
    return found


def is_clock(message):
    return message[0] in (0xF8, 0xF1)


class Song:
    def __init__(self, data):
        check(data[:8] == b"MThd\0\0\0\6", "no MThd")
        self.format, count, self.division = struct.unpack(">HHH", data[8:14])
        self.tracks = []  # of (tick, event): metas FF type data
        pos = 14
        while pos < len(data):
            check(data[pos:pos + 4] == b"MTrk", "no MTrk at %d" % pos)
            size = struct.unpack(">I", data[pos + 4:pos + 8])[0]
            check(pos + 8 + size <= len(data), "a track beyond its file")
            self.tracks.append(events(data[pos + 8:pos + 8 + size]))
            pos += 8 + size
        equal(len(self.tracks), count, "tracks in the header")

    def messages(self, track=0):
        """(tick, message) as they go over a wire."""
        return [(tick, event[1:] if event[0] == 0xF7 else event)
                for tick, event in self.tracks[track] if event[0] != 0xFF]

    def only(self, track=0):
        return [event for _, event in self.messages(track)]

    def texts(self, track=0, kind=1):
        return [event[2:].decode() for _, event in self.tracks[track]
                if event[:2] == bytes([0xFF, kind])]

    def name(self, track=0):
        return (self.texts(track, 3) + [None])[0]


def events(data):
    """[(tick, bytes)] of a track: status and data, without lengths."""
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
        check(len(body) == size, "an event beyond its track")
        pos += size
        found.append((tick, head + body))
        if head == b"\xff\x2f":
            equal(pos, len(data), "end of track")
            return found[:-1]


def channel(rng):
    status = rng.choice(list(DATA_BYTES)) | rng.randrange(16)
    return bytes([status]) + data7(rng, DATA_BYTES[status & 0xF0])


def nrpn(rng):
    """One parameter, in running status."""
    a, b, c, d = data7(rng, 4)
    return bytes([0xB0 | rng.randrange(16), 99, a, 98, b, 6, c, 38, d])


def stream(rng, n, largest=300, realtime=True):
    """Everything that can come over a cable, in one piece."""
    out = bytearray()
    for _ in range(n):
        what = rng.randrange(12)
        if what == 0:
            out += sysex(rng, rng.randrange(4, largest))
        elif what == 1:
            out += rng.choice([b"\xf1\x11", b"\xf2\x01\x02", b"\xf3\x05",
                               b"\xf6"])
        elif what < 5:
            out += nrpn(rng)
        elif what < 7:
            status = 0x90 | rng.randrange(16)
            out += bytes([status]) + data7(rng, 2 * rng.randrange(1, 5))
        else:
            out += channel(rng)
        while realtime and rng.randrange(4) == 0:
            out.insert(rng.randrange(max(len(out) - 20, 0), len(out) + 1),
                       rng.choice([0xF8, 0xFA, 0xFB, 0xFC, 0xFE]))
    return bytes(out)
