/* SPDX-License-Identifier: ISC */
/*
 * Machinedrum and Octatrack: F0 00 20 3C product 00, then 7E, checksum (2
 * nibbles), address (6 nibbles, from 4000 on) and data; at the end an empty 7E
 * and 7F with the length (6 nibbles). The Machinedrum packs 64 bytes as words
 * of 2, 7 and 7 bits, the Octatrack 63 bytes 8-in-7.
 */
#include <stdio.h>
#include <string.h>

#include "firmware.h"

#define FIRST 0x4000 /* the address of the first packet */
#define HEAD  15     /* bytes before the data */
#define EMPTY 8
#define END   14

/* The Machinedrum's updater stops at any higher address. */
#define MACHINEDRUM_LAST 0x103fff

struct packing {
	size_t bytes; /* of a full packet */
	size_t most;  /* their packed size */
	size_t (*unpack)(const uint8_t *p, size_t n, uint8_t *to);
	/* a: nibbles of the address; p: the unpacked data. */
	unsigned (*checksum)(const uint8_t *a, const uint8_t *p, size_t n);
};

static unsigned
legacy_sum(const uint8_t *p, size_t n)
{
	unsigned total = 0;

	while (n-- > 0)
		total += *p++;
	return total;
}

/* Returns 0 if it is not packed this way. */
static size_t
unpack_words(const uint8_t *p, size_t n, uint8_t *to)
{
	size_t len = 0;

	if (n % 3 != 0)
		return 0;
	for (size_t i = 0; i < n; i += 3) {
		if (p[i] > 3)
			return 0;
		to[len++] = (uint8_t)(p[i] << 6 | p[i + 1] >> 1);
		to[len++] = (uint8_t)(p[i + 1] << 7 | p[i + 2]);
	}
	return len;
}

static unsigned
checksum_words(const uint8_t *a, const uint8_t *p, size_t n)
{
	return (legacy_sum(p, n) + a[1] + a[3] + ((unsigned)a[2] << 4) +
		   ((a[4] & 0xcu) << 4)) &
	       0xff;
}

static size_t
unpack_8in7(const uint8_t *p, size_t n, uint8_t *to)
{
	size_t len = 0;
	int c;

	if (n % 8 == 1)
		return 0;
	while ((c = sx_unpack(p, n, len)) != -1)
		to[len++] = (uint8_t)c;
	return len;
}

static unsigned
checksum_8in7(const uint8_t *a, const uint8_t *p, size_t n)
{
	return (legacy_sum(p, n) + (a[1] & 7u) + a[3] + a[5] +
		   ((unsigned)(a[2] + a[4]) << 4)) &
	       0xff;
}

static const struct packing words = { 64, 96, unpack_words, checksum_words };
static const struct packing eight = { 63, 72, unpack_8in7, checksum_8in7 };

static unsigned long
legacy_nibbles(const uint8_t *p)
{
	unsigned long value = 0;

	for (size_t i = 0; i < 6; i++)
		value = value << 4 | p[i];
	return value;
}

/* Return the offset of the first of n bytes that is not a nibble, or 0. */
static size_t
no_nibble(const uint8_t *msg, size_t from, size_t n)
{
	for (size_t i = from; i < from + n; i++)
		if (msg[i] > 0x0f)
			return i;
	return 0;
}

/*
 * Check the marker of a short last group, which has bits that belong to no
 * byte. Elektron's packer leaves those of the previous packet in them; others
 * leave them 0.
 */
static bool
right_slack(const struct sx_firmware *f, const uint8_t *p, size_t n, size_t len)
{
	unsigned have = 0, stale = 0;

	if (n % 8 == 0)
		return true;
	for (size_t i = len; i % 7 != 0; i++) {
		unsigned bit = 0x40u >> i % 7;

		have |= p[n - n % 8] & bit;
		stale |= (f->last[i] & 0x80) != 0 ? bit : 0;
	}
	return have == 0 || have == stale;
}

static int
add_data(struct sx_firmware *f, const struct packing *how, const uint8_t *msg,
    size_t n, struct sx_firmware_problem *p)
{
	unsigned long address, expected = FIRST + f->next;
	unsigned want, have;
	uint8_t carried[SX_FIRMWARE_ROOM];
	size_t bad, len = 0;

	if (n > HEAD + 1 && n <= HEAD + how->most + 1)
		len = how->unpack(msg + HEAD, n - HEAD - 1, carried);
	if (len == 0)
		return sx_firmware_differs(p, 0, "not a valid packet",
		    "%lu bytes at most", HEAD + how->most + 1, n);
	bad = no_nibble(msg, 7, HEAD - 7);
	if (bad > 0)
		return sx_firmware_differs(p, bad, "a number is out of range",
		    "%02lX", 0x0f, msg[bad]);
	if (f->empty)
		return sx_firmware_wrong(
		    p, 6, "data after the end of the data", NULL, NULL);
	if (f->is_short)
		return sx_firmware_wrong(p, 0,
		    "an earlier packet is too short: only the last one may be",
		    NULL, NULL);
	address = legacy_nibbles(msg + 9);
	f->next = address - FIRST + len;
	f->is_short = len < how->bytes;
	if (address != expected)
		return sx_firmware_differs(p, 9,
		    "out of sequence: packets are missing, duplicated or "
		    "reordered",
		    "address %06lX", expected, address);
	want = how->checksum(msg + 9, carried, len);
	have = (unsigned)msg[7] << 4 | msg[8];
	if (want != have)
		return sx_firmware_differs(
		    p, 7, "wrong checksum", "%02lX", want, have);
	if (how == &eight && !right_slack(f, msg + HEAD, n - HEAD - 1, len))
		return sx_firmware_wrong(
		    p, n - 1 - (n - HEAD - 1) % 8, "wrong bits", NULL, NULL);
	memcpy(f->last, carried, len);
	sx_firmware_append(f, carried, len);
	return 1;
}

static int
add_end(struct sx_firmware *f, const struct packing *how, const uint8_t *msg,
    size_t n, struct sx_firmware_problem *p)
{
	unsigned long length;
	bool padded;
	size_t bad;

	if (n != END)
		return sx_firmware_differs(
		    p, 0, "not a valid end", "%lu bytes", END, n);
	bad = no_nibble(msg, 7, 6);
	if (bad > 0)
		return sx_firmware_differs(p, bad, "a number is out of range",
		    "%02lX", 0x0f, msg[bad]);
	if (!f->empty)
		return sx_firmware_wrong(
		    p, 0, "the empty packet before it is missing", NULL, NULL);
	f->ended = true;
	length = legacy_nibbles(msg + 7);
	/* An odd length is padded to whole words. */
	padded = how == &words && f->len > 0 && length == f->len - 1 &&
		 f->data[f->len - 1] == 0;
	if (!f->broken && length != f->len && !padded)
		return sx_firmware_differs(p, 7,
		    "its length differs from the one in its end", "%lu bytes",
		    length, f->len);
	return 1;
}

static int
legacy_add(struct sx_firmware *f, const struct packing *how, const uint8_t *msg,
    size_t n, struct sx_firmware_problem *p)
{
	if (n < EMPTY || msg[5] != 0)
		return sx_firmware_wrong(
		    p, 5, "not the start of a packet", NULL, NULL);
	if (f->ended)
		return sx_firmware_wrong(p, 0, "after the end", NULL, NULL);
	if (msg[6] == 0x7f)
		return add_end(f, how, msg, n, p);
	if (n > EMPTY)
		return add_data(f, how, msg, n, p);
	if (f->empty)
		return sx_firmware_wrong(p, 0,
		    "second empty packet: only one is allowed, at the end",
		    NULL, NULL);
	f->empty = true;
	return 1;
}

/* Is msg a full packet with the right checksum? The first packet must have the
 * first address, and data that start with `begins`. */
static bool
legacy_fits(const struct packing *how, const uint8_t *msg, size_t n, bool first,
    const char *begins)
{
	struct sx_firmware_problem ignored;
	uint8_t data[SX_FIRMWARE_ROOM];
	struct sx_firmware f = { .data = data, .capacity = sizeof(data) };

	if (n != HEAD + how->most + 1 || msg[6] != 0x7e)
		return false;
	if (!first)
		f.next = legacy_nibbles(msg + 9) - FIRST;
	return legacy_add(&f, how, msg, n, &ignored) == 1 &&
	       (!first || memcmp(data, begins, strlen(begins)) == 0);
}

static int
legacy_find_end(const struct sx_firmware *f, struct sx_firmware_problem *p)
{
	if (f->empty && f->ended)
		return 1;
	return sx_firmware_wrong(p, 0,
	    "the file ends early: the operating system is incomplete", NULL,
	    NULL);
}

static bool
machinedrum_fits(const uint8_t *msg, size_t n, bool first)
{
	return legacy_fits(&words, msg, n, first, "");
}

static int
machinedrum_add(struct sx_firmware *f, const uint8_t *msg, size_t n,
    struct sx_firmware_problem *p)
{
	int rc = legacy_add(f, &words, msg, n, p);

	if (rc == 1 && f->known && FIRST + f->next > MACHINEDRUM_LAST + 1)
		return sx_firmware_wrong(
		    p, 9, "beyond the unit's memory", NULL, NULL);
	return rc;
}

/* The version follows the third record; each record begins with its length and
 * a sum. */
static int
machinedrum_end(struct sx_firmware *f, struct sx_firmware_problem *p)
{
	uint8_t text[5];
	size_t at = 0;

	if (legacy_find_end(f, p) == 0)
		return 0;
	for (int i = 0; i < 3; i++) {
		if (f->len < 12 || at > f->len - 12)
			return 1;
		if (sx_firmware_be32(f->data + at) > f->len - 12 - at)
			return 1;
		at += 8 + sx_firmware_be32(f->data + at);
	}
	if (!f->known || f->broken)
		return 1;
	/* "163 " is 1.63. */
	memcpy(text, (const uint8_t[]){ f->data[at], '.' }, 2);
	memcpy(text + 2, f->data + at + 1, 3);
	if (text[0] >= '0' && text[0] <= '9')
		sx_firmware_text(f->facts.version, sizeof(f->facts.version),
		    text, sizeof(text));
	return 1;
}

/* ELEK, build (4), version (10), then the length of the rest and its sum. */
#define ELEK "ELEK"
#define BODY 0x1a

static bool
octatrack_fits(const uint8_t *msg, size_t n, bool first)
{
	return legacy_fits(&eight, msg, n, first, ELEK);
}

static int
octatrack_add(struct sx_firmware *f, const uint8_t *msg, size_t n,
    struct sx_firmware_problem *p)
{
	return legacy_add(f, &eight, msg, n, p);
}

static int
octatrack_end(struct sx_firmware *f, struct sx_firmware_problem *p)
{
	uint32_t length;

	if (legacy_find_end(f, p) == 0)
		return 0;
	if (f->broken)
		return 1;
	if (f->len < BODY || memcmp(f->data, ELEK, strlen(ELEK)) != 0)
		return sx_firmware_wrong(p, 0,
		    "its packets contain no operating system", ELEK, NULL);
	length = sx_firmware_be32(f->data + 0x12);
	if (length > f->len - BODY)
		return sx_firmware_differs(p, 0,
		    "its contents are shorter than declared", "%lu bytes",
		    length, f->len - BODY);
	if (legacy_sum(f->data + BODY, length) !=
	    sx_firmware_be32(f->data + 0x16))
		return sx_firmware_differs(p, 0,
		    "wrong checksum of its contents", "%08lX",
		    legacy_sum(f->data + BODY, length),
		    sx_firmware_be32(f->data + 0x16));
	sx_firmware_text(
	    f->facts.build, sizeof(f->facts.build), f->data + 4, 4);
	sx_firmware_text(
	    f->facts.version, sizeof(f->facts.version), f->data + 8, 10);
	if (f->facts.build[0] == '\0' || f->facts.version[0] == '\0')
		return sx_firmware_wrong(p, 0,
		    "its packets contain no readable version", NULL, NULL);
	for (size_t i = BODY + length; i < f->len; i++)
		if (f->data[i] != 0)
			return sx_firmware_wrong(p, 0,
			    "the padding of its last packet is not zero", NULL,
			    NULL);
	return 1;
}

const struct sx_firmware_layout sx_firmware_machinedrum = {
	.fits = machinedrum_fits,
	.add = machinedrum_add,
	.end = machinedrum_end,
	.trust = SX_TRUST_INFERRED,
	.source =
	    "the Machinedrum's updater and OS 1.63, as analysed by others",
};

const struct sx_firmware_layout sx_firmware_octatrack = {
	.fits = octatrack_fits,
	.add = octatrack_add,
	.end = octatrack_end,
	.trust = SX_TRUST_INFERRED,
	.source = "Octatrack OS 1.40C, as analysed by others",
};
