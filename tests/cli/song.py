# SPDX-License-Identifier: ISC
"""A slow, independent reference for takes and songs: all messages of a stream
of MIDI bytes, by the letter of the MIDI 1.0 specification, and what a MIDI file
of them holds."""
from harness import COMMON_BYTES, DATA_BYTES, check, data7, read_tracks, sysex


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
        self.format, self.division, self.tracks = read_tracks(data)

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
