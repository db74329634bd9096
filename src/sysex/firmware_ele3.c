/* SPDX-License-Identifier: ISC */
/*
 * Digitakt and related units: a marker (7F 01) with a constant, the number of
 * the first packet and the number of packets; numbered packets (7E) of 101
 * bytes, 8-in-7, with a checksum; the marker again (7F 02). They contain a
 * length, a sum, and a container that begins with ELE3.
 */
#include <string.h>

#include "firmware.h"

#define MARKER	 16
#define PACKET	 128
#define PAYLOAD	 10 /* its offset */
#define CARRIED	 101
#define CHECKSUM 126
#define SAME	 8 /* from here to 14 both markers are equal */
#define PREAMBLE 8
#define HEADER	 0x20 /* size of the container's header */

/* In all files examined, the constant is the product number minus 5. */
#define BASE(product) ((unsigned)(product)-5u)

static unsigned long
ele3_number(const uint8_t *p)
{
	return (unsigned long)p[0] << 14 | (unsigned long)p[1] << 7 | p[2];
}

static int
add_start(
    struct sx_firmware *f, const uint8_t *msg, struct sx_firmware_problem *p)
{
	if (f->begun)
		return sx_firmware_wrong(
		    p, 7, "second start message", NULL, NULL);
	f->begun = true;
	f->base = msg[SAME];
	f->next = ele3_number(msg + 9);
	f->count = ele3_number(msg + 12);
	memcpy(f->header, msg + SAME, sizeof(f->header));
	if (f->known && f->base != BASE(f->facts.product))
		return sx_firmware_differs(p, SAME,
		    "it is for a different product than it claims", "%02lX",
		    BASE(f->facts.product), f->base);
	return 1;
}

static int
add_stop(
    struct sx_firmware *f, const uint8_t *msg, struct sx_firmware_problem *p)
{
	size_t i = 0;

	f->ended = true;
	while (i < sizeof(f->header) && msg[SAME + i] == f->header[i])
		i++;
	if (i < sizeof(f->header))
		return sx_firmware_differs(p, SAME + i,
		    "its end does not match its start", "%02lX", f->header[i],
		    msg[SAME + i]);
	if (f->seen != f->count)
		return sx_firmware_differs(
		    p, 12, "wrong number of packets", "%lu", f->count, f->seen);
	return 1;
}

static unsigned
ele3_checksum(const uint8_t *msg, unsigned base)
{
	unsigned total = base;

	for (unsigned i = 0; i < CHECKSUM - 7; i++)
		total += msg[7 + i] ^ (base + i);
	return total & 0x7f;
}

static bool
ele3_fits(const uint8_t *msg, size_t n, bool first)
{
	if (first)
		return n == MARKER && msg[5] == 0 && msg[6] == 0x7f &&
		       msg[7] == 1;
	return n == PACKET && msg[6] == 0x7e &&
	       ele3_checksum(msg, BASE(msg[4])) == msg[CHECKSUM];
}

static int
add_packet(
    struct sx_firmware *f, const uint8_t *msg, struct sx_firmware_problem *p)
{
	unsigned long have = ele3_number(msg + 7), want = f->next;
	uint8_t carried[CARRIED];

	f->next = have + 1;
	f->seen++;
	if (ele3_checksum(msg, f->base) != msg[CHECKSUM])
		return sx_firmware_differs(p, CHECKSUM, "wrong checksum",
		    "%02lX", ele3_checksum(msg, f->base), msg[CHECKSUM]);
	if (have != want)
		return sx_firmware_differs(p, 7,
		    "out of sequence: packets are missing, duplicated or "
		    "reordered",
		    "number %lu", want, have);
	for (size_t i = 0; i < CARRIED; i++)
		carried[i] =
		    (uint8_t)sx_unpack(msg + PAYLOAD, CHECKSUM - PAYLOAD, i);
	sx_firmware_append(f, carried, CARRIED);
	return 1;
}

static int
ele3_add(struct sx_firmware *f, const uint8_t *msg, size_t n,
    struct sx_firmware_problem *p)
{
	bool marker = n > 7 && msg[6] == 0x7f;

	if (n < MARKER || msg[5] != 0 || (marker && msg[7] != 1 && msg[7] != 2))
		return sx_firmware_wrong(
		    p, 5, "not the start of a packet", NULL, NULL);
	if (n != (marker ? MARKER : PACKET))
		return sx_firmware_differs(p, 0, "not a valid packet",
		    "%lu bytes", marker ? MARKER : PACKET, n);
	if (f->ended)
		return sx_firmware_wrong(p, 0, "after the end", NULL, NULL);
	if (marker && msg[7] == 1)
		return add_start(f, msg, p);
	if (!f->begun) {
		f->begun = true;
		f->base = (uint8_t)BASE(f->facts.product);
		return sx_firmware_wrong(
		    p, 0, "the start message before it is missing", NULL, NULL);
	}
	return marker ? add_stop(f, msg, p) : add_packet(f, msg, p);
}

/* Return the sum of the words, each XORed with its number, from 1 on. */
static uint32_t
content_sum(const uint8_t *p, size_t n)
{
	uint32_t total = 0;

	for (uint32_t i = 0; i < n / 4; i++)
		total += (i + 1) ^ sx_firmware_be32(p + 4 * (size_t)i);
	return total;
}

static int
ele3_end(struct sx_firmware *f, struct sx_firmware_problem *p)
{
	const uint8_t *container = f->data + PREAMBLE;
	uint32_t length, total;

	if (!f->ended)
		return sx_firmware_wrong(p, 0,
		    "the file ends early: the operating system is incomplete",
		    NULL, NULL);
	if (f->broken)
		return 1;
	if (f->len < PREAMBLE + HEADER || memcmp(container, "ELE3", 4) != 0)
		return sx_firmware_wrong(p, 0,
		    "its packets contain no operating system", "ELE3", NULL);
	length = sx_firmware_be32(f->data);
	if (length > f->len - PREAMBLE)
		return sx_firmware_differs(p, 0,
		    "its contents are shorter than declared", "%lu bytes",
		    length, f->len - PREAMBLE);
	total = content_sum(container, length);
	if (total != sx_firmware_be32(f->data + 4))
		return sx_firmware_differs(p, 0,
		    "wrong checksum of its contents", "%08lX", total,
		    sx_firmware_be32(f->data + 4));
	sx_firmware_text(
	    f->facts.build, sizeof(f->facts.build), container + 8, 4);
	sx_firmware_text(
	    f->facts.version, sizeof(f->facts.version), container + 12, 12);
	return 1;
}

const struct sx_firmware_layout sx_firmware_ele3 = {
	.fits = ele3_fits,
	.add = ele3_add,
	.end = ele3_end,
	.trust = SX_TRUST_INFERRED,
	.source = "OS files and updaters of Digitakt II, Digitone II and "
		  "Model:Cycles, as analysed by others",
};
