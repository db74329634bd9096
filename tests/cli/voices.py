# SPDX-License-Identifier: ISC
"""Banks of a DX7, and programs of a Prophet '08, made for tests; and a DX7
voice taken apart by a second reading of its manual, value by value."""

OPERATOR, VOICE = 17, 128
WRONG_REF = 1


def voice(rng, name):
    """128 bytes of a bank: only bits that have a meaning."""
    v = bytearray(rng.randrange(100) for _ in range(VOICE))
    for op in range(6):
        at = op * OPERATOR
        v[at + 11] &= 0x0f
        v[at + 12] = rng.randrange(15) << 3 | rng.randrange(8)
        v[at + 13] &= 0x1f
        v[at + 15] &= 0x3f
    v[110] &= 0x1f
    v[111] &= 0x0f
    v[116] = rng.randrange(8) << 4 | rng.randrange(6) << 1 | rng.randrange(2)
    v[118:128] = name.encode().ljust(10)
    return bytes(v)


def dx7(head, data, channel=0):
    return (b"\xf0\x43" + bytes([channel]) + head +
            bytes([len(data) >> 7, len(data) & 127]) + data +
            bytes([-sum(data) & 127, 0xf7]))


def bank(voices, channel=0):
    return dx7(b"\x09", b"".join(voices), channel)


def single(v, channel=0):
    """The dump of one voice: 155 values."""
    out = []
    for op in range(6):
        p = v[op * OPERATOR:]
        out += list(p[:11])
        out += [p[11] & 3, p[11] >> 2, p[12] & 7, p[13] & 3, p[13] >> 2,
                p[14], p[15] & 1, p[15] >> 1, p[16], p[12] >> 3]
    out += list(v[102:110])
    out += [v[110], v[111] & 7, v[111] >> 3]
    out += list(v[112:116])
    out += [v[116] & 1, v[116] >> 1 & 7, v[116] >> 4, v[117]]
    out += list(v[118:128])
    return dx7(b"\x00", bytes(out), channel)


def pack(data):
    """8 bits in 7: the high bits of seven, the first lowest, go before them."""
    out = b""
    for i in range(0, len(data), 7):
        part = data[i:i + 7]
        out += bytes([sum((b >> 7) << k for k, b in enumerate(part))])
        out += bytes(b & 127 for b in part)
    return out


def program(rng, name, number, bank_=0):
    """A Prophet '08's program in its slot."""
    data = bytearray(rng.randbytes(384))
    data[184:200] = name.encode().ljust(16)
    return b"\xf0\x01\x23\x02" + bytes([bank_, number]) + pack(data) + b"\xf7"


def buffer(message):
    """The same for the edit buffer."""
    return b"\xf0\x01\x23\x03" + message[6:]
