/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SYSEX_FIRMWARE_H
#define SXLIB_SYSEX_FIRMWARE_H

#include "sxlib/firmware.h"

/*
 * How an operating system travels: a layout checks its packets and collects
 * what they carry. Its functions return 1, or 0 and *p.
 */
struct sx_firmware_layout {
	/* Is msg the first message of an OS of this layout, or (not first) a
	 * whole packet from within? For products whose layout is not known. */
	bool (*fits)(const uint8_t *msg, size_t n, bool first);
	int (*add)(struct sx_firmware *f, const uint8_t *msg, size_t n,
	    struct sx_firmware_problem *p);
	int (*end)(struct sx_firmware *f, struct sx_firmware_problem *p);
	enum sx_trust trust;
	const char *source;
};

extern const struct sx_firmware_layout sx_firmware_machinedrum,
    sx_firmware_octatrack, sx_firmware_ele3;

struct sx_firmware {
	struct sx_firmware_facts facts;
	const struct sx_firmware_layout *layout; /* NULL: not known */
	bool known;	/* it is known to be this product's */
	size_t foreign; /* messages before the operating system */
	/* What the packets carry. */
	uint8_t *data;
	size_t len, capacity;
	bool broken; /* something is missing in it */
	/* For the layouts. */
	bool begun, ended;
	bool empty; /* the empty packet after the last one has come */
	bool is_short;
	uint8_t base;	     /* a constant of the file's, in its checksums */
	uint8_t header[7];   /* what both markers say */
	unsigned long count; /* packets there are to be */
	unsigned long next;  /* number or address of the next packet */
	unsigned long seen;  /* packets */
	uint8_t last[64];    /* what the packet before carried */
};

/* There is room for n more bytes of data: sx_firmware_add() sees to that. */
#define SX_FIRMWARE_ROOM 128
void sx_firmware_append(struct sx_firmware *f, const uint8_t *p, size_t n);

/* Fill *p; expected and found may be NULL. Returns 0. */
int sx_firmware_wrong(struct sx_firmware_problem *p, size_t at,
    const char *text, const char *expected, const char *found);
/* The same with numbers: format takes one unsigned long. */
int sx_firmware_differs(struct sx_firmware_problem *p, size_t at,
    const char *text, const char *format, unsigned long expected,
    unsigned long found) __attribute__((format(printf, 4, 0)));

/* The printable text in p[0..n-1], without blanks around it, into buf; "" if
 * it is no text. */
void sx_firmware_text(char *buf, size_t size, const uint8_t *p, size_t n);

uint32_t sx_firmware_be32(const uint8_t *p);

/* firmware_units.c: what is known of a product of Elektron's. */
struct sx_firmware_product {
	int product;
	const struct sx_firmware_layout *layout; /* NULL: not known */
	const struct sx_firmware_unit *unit;
};

const struct sx_firmware_product *sx_firmware_product(int product);
extern const struct sx_firmware_unit sx_firmware_elektron, sx_firmware_other;

#endif
