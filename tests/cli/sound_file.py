# SPDX-License-Identifier: ISC
"""WAV and AIFF files, made and read chunk by chunk. Knows no sources."""
import struct

from harness import check, equal

FORWARD, ALTERNATING, BACKWARD = 0, 1, 2


def chunks(data, order):
    """{id: content} of what follows the form type; each id once."""
    found = {}
    at = 12
    while at + 8 <= len(data):
        name = data[at:at + 4]
        size = struct.unpack(order + "I", data[at + 4:at + 8])[0]
        check(at + 8 + size <= len(data), "%s is longer than its file" % name)
        check(name not in found, "%s is there twice" % name)
        found[name] = data[at + 8:at + 8 + size]
        at += 8 + size + size % 2
    return found


def chunk(name, data, order):
    return name + struct.pack(order + "I", len(data)) + data + b"\0" * (
        len(data) % 2)


def numbers(data, width, order, unsigned=False):
    found = []
    for i in range(0, len(data) - width + 1, width):
        part = data[i:i + width]
        value = int.from_bytes(part, "little" if order == "<" else "big",
                               signed=not unsigned)
        found.append(value - 128 if unsigned else value)
    return found


def put(words, width, order, unsigned=False):
    return b"".join(
        (w + 128 if unsigned else w).to_bytes(
            width, "little" if order == "<" else "big", signed=not unsigned)
        for w in words)


def wav(words, bits=16, rate=44100, channels=1, loops=(), floating=False):
    """words: interleaved; numbers of `bits` bits, or floats. loops: [(kind,
    start, end)], whose end is played."""
    width = bits // 8
    if floating:
        data = struct.pack("<%d%s" % (len(words), "f" if bits == 32 else "d"),
                           *words)
    else:
        data = put(words, width, "<", width == 1)
    parts = chunk(b"fmt ", struct.pack(
        "<HHIIHH", 3 if floating else 1, channels, rate,
        rate * width * channels, width * channels, bits), "<")
    if loops:
        parts += chunk(b"smpl", struct.pack(
            "<9I", 0, 0, 22676, 60, 0, 0, 0, len(loops), 0) + b"".join(
                struct.pack("<6I", i, kind, start, end, 0, 0)
                for i, (kind, start, end) in enumerate(loops)), "<")
    parts += chunk(b"data", data, "<")
    return b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WAVE" + parts


def aiff(words, bits=16, rate=44100, channels=1, loop=None):
    width = bits // 8
    exponent = rate.bit_length() - 1
    common = struct.pack(">HIHH", channels, len(words) // channels, bits,
                         16383 + exponent) + (
                             rate << 63 - exponent).to_bytes(8, "big")
    parts = chunk(b"COMM", common, ">")
    if loop:
        kind, start, end = loop
        parts += chunk(b"MARK", struct.pack(">HHI", 2, 7, start) + b"\x01a"
                       + struct.pack(">HI", 9, end + 1) + b"\x01b", ">")
        parts += chunk(b"INST", bytes([60, 0, 0, 127, 0, 127, 0, 0])
                       + struct.pack(">6H", kind + 1, 7, 9, 0, 0, 0), ">")
    parts += chunk(b"SSND", bytes(8) + put(words, width, ">"), ">")
    return b"FORM" + struct.pack(">I", len(parts) + 4) + b"AIFF" + parts


class Sound:
    def __init__(self, bits, rate, words, loop):
        self.bits, self.rate, self.words, self.loop = bits, rate, words, loop


def read(data):
    """The Sound of a mono PCM file."""
    if data[:4] == b"RIFF":
        return _read_wav(data)
    equal(data[:4] + data[8:12], b"FORMAIFF", "form")
    equal(struct.unpack(">I", data[4:8])[0], len(data) - 8, "size of FORM")
    parts = chunks(data, ">")
    channels, frames, bits, exponent = struct.unpack(
        ">HIHH", parts[b"COMM"][:10])
    rate = int.from_bytes(parts[b"COMM"][10:18], "big") >> (
        63 - (exponent - 16383))
    words = numbers(parts[b"SSND"][8:], bits // 8, ">")
    equal((channels, frames), (1, len(words)), "channels and frames")
    loop = None
    if b"INST" in parts:
        mark = parts[b"MARK"]
        places = {}
        at = 2
        for _ in range(struct.unpack(">H", mark[:2])[0]):
            number, place, size = struct.unpack(">HIB", mark[at:at + 7])
            places[number] = place
            at += 7 + size + (1 - size % 2)
        mode, start, end = struct.unpack(">3H", parts[b"INST"][8:14])
        if mode:
            loop = (mode - 1, places[start], places[end] - 1)
    return Sound(bits, rate, words, loop)


def _read_wav(data):
    equal(data[8:12], b"WAVE", "form")
    equal(struct.unpack("<I", data[4:8])[0], len(data) - 8, "size of RIFF")
    parts = chunks(data, "<")
    tag, channels, rate, _, _, bits = struct.unpack(
        "<HHIIHH", parts[b"fmt "][:16])
    if tag == 0xFFFE:
        tag = struct.unpack("<H", parts[b"fmt "][24:26])[0]
    equal((tag, channels), (1, 1), "PCM, mono")
    words = numbers(parts[b"data"], bits // 8, "<", bits == 8)
    loop = None
    if b"smpl" in parts and struct.unpack("<I", parts[b"smpl"][28:32])[0]:
        loop = struct.unpack("<3I", parts[b"smpl"][40:52])
    return Sound(bits, rate, words, loop)
