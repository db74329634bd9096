# SPDX-License-Identifier: ISC
"""OS files as Elektron's instruments take them, made up by what is written of
their form; what they hold is noise. Knows no sources."""
import struct


def pack8(data):
    out = b""
    for i in range(0, len(data), 7):
        part = data[i:i + 7]
        out += bytes([sum((b >> 7) << (6 - k) for k, b in enumerate(part))])
        out += bytes(b & 0x7f for b in part)
    return out


def pack_words(data):
    out = b""
    for i in range(0, len(data), 2):
        word = int.from_bytes(data[i:i + 2].ljust(2, b"\0"), "big")
        out += bytes([word >> 14, word >> 7 & 0x7f, word & 0x7f])
    return out


def nibbles(value, n):
    return bytes(value >> 4 * k & 15 for k in reversed(range(n)))


def message(product, body):
    return b"\xf0\x00\x20\x3c" + bytes([product, 0]) + body + b"\xf7"


def legacy(product, data, size, pack):
    """A list of messages: packets, the empty one, the end."""
    out = []
    for at in range(0, len(data), size):
        part = data[at:at + size]
        address = 0x4000 + at
        total = (sum(part) + (address >> 16) + (address >> 8 & 255)
                 + (address & (0xc0 if size == 64 else 255)))
        out.append(message(product, b"\x7e" + nibbles(total & 255, 2)
                           + nibbles(address, 6) + pack(part)))
    return out + [message(product, b"\x7e"),
                  message(product, b"\x7f" + nibbles(len(data), 6))]


def machinedrum(rng, size=640, product=2):
    records = b"".join(struct.pack(">II", 40, 0) + rng.randbytes(40)
                       for _ in range(3)) + b"163 "
    return legacy(product, records + rng.randbytes(size - len(records)), 64,
                  pack_words)


def octatrack(rng, size=630):
    body = rng.randbytes(size - 26)
    return legacy(5, b"ELEK0178     1.40C" + struct.pack(
        ">II", len(body), sum(body)) + body, 63, pack8)


def ele3(rng, product, packets=8, container=None):
    if container is None:
        container = (b"ELE3\0\0\0\x2c0104        1.53"
                     + rng.randbytes(packets * 101 - 8 - 24 - 10))
    container = container[:len(container) // 4 * 4]
    words = struct.unpack(">%dI" % (len(container) // 4), container)
    total = sum(i ^ w for i, w in enumerate(words, 1)) & 0xffffffff
    stream = (struct.pack(">II", len(container), total) + container).ljust(
        packets * 101, b"\0")
    base = product - 5
    mark = bytes([base, 0, 1, 0x72, 0, packets >> 7, packets & 0x7f])
    out = [message(product, b"\x7f\x01" + mark)]
    for i in range(packets):
        number = 242 + i
        body = (bytes([0, number >> 7, number & 0x7f])
                + pack8(stream[i * 101:(i + 1) * 101]))
        total = base + sum(b ^ (base + k) for k, b in enumerate(body))
        out.append(message(product, b"\x7e" + body + bytes([total & 0x7f])))
    return out + [message(product, b"\x7f\x02" + mark)]
