/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SYSEX_FIRMWARE_H
#define SXLIB_SYSEX_FIRMWARE_H

#include "sxlib/firmware.h"

/*
 * The transfer format of an operating system: checks its packets and collects
 * their contents. Functions return 1, or 0 and set *p.
 */
struct sx_firmware_layout {
	/* True if msg is the first message of an OS of this layout, or (not
	 * first) a complete packet from the middle. For products whose layout
	 * is not known. */
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
	const struct sx_firmware_layout *layout; /* NULL: unknown */
	bool known;	/* known to be the layout of this product */
	size_t foreign; /* messages before the operating system */
	/* Contents of the packets. */
	uint8_t *data;
	size_t len, capacity;
	bool broken; /* something is missing */
	/* For the layouts. */
	bool begun, ended;
	bool empty; /* received the empty packet after the last one */
	bool is_short;
	uint8_t base;	     /* a constant of the file, used in its checksums */
	uint8_t header[7];   /* contents of both markers */
	unsigned long count; /* expected packets */
	unsigned long next;  /* number or address of the next packet */
	unsigned long seen;  /* packets received */
	uint8_t last[64];    /* contents of the previous packet */
};

/* data has room for n more bytes: sx_firmware_add() guarantees that. */
#define SX_FIRMWARE_ROOM 128
void sx_firmware_append(struct sx_firmware *f, const uint8_t *p, size_t n);

/* Fill *p; expected and found may be NULL. Returns 0. */
int sx_firmware_wrong(struct sx_firmware_problem *p, size_t at,
    const char *text, const char *expected, const char *found);
/* The same with numbers: format has one unsigned long. */
int sx_firmware_differs(struct sx_firmware_problem *p, size_t at,
    const char *text, const char *format, unsigned long expected,
    unsigned long found) __attribute__((format(printf, 4, 0)));

/* Copy the printable text in p[0..n-1], without surrounding blanks, to buf; ""
 * if it is not text. */
void sx_firmware_text(char *buf, size_t size, const uint8_t *p, size_t n);

uint32_t sx_firmware_be32(const uint8_t *p);

/* firmware_units.c: what is known about an Elektron product. */
struct sx_firmware_product {
	int product;
	const struct sx_firmware_layout *layout; /* NULL: unknown */
	const struct sx_firmware_unit *unit;
};

const struct sx_firmware_product *sx_firmware_product(int product);
extern const struct sx_firmware_unit sx_firmware_elektron, sx_firmware_other;

#endif
