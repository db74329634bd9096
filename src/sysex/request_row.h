/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_REQUEST_ROW_H
#define SXLIB_REQUEST_ROW_H

#include "device_row.h"
#include "sxlib/request.h"

/*
 * Requests as data, private to the sysex room: the bytes that ask, where slot
 * and device number stand in them, and the first bytes of what answers.
 */

/* A number as bytes of 7 bits, or as bank and number in it. */
struct sx_place {
	size_t at;    /* of its first byte; 0: there is none */
	size_t width; /* bytes: 1, 2; of an address 3, 4 */
	long radix;   /* what the higher byte counts; 0: 128 */
	bool low_first;
	uint8_t base; /* the higher byte (of one: it) begins here */
};

/* Write a slot to its place, if there is one. */
void sx_put_slot(uint8_t *msg, const struct sx_place *p, long slot);

struct sx_ask {
	uint8_t msg[SX_REQUEST_BYTES]; /* up to and with F7 */
	struct sx_place slot;
	size_t id_at;	  /* the byte that the device number is added to */
	int id_zero;	  /* the number that is 0 there */
	uint8_t id_unset; /* this stands for any unit, where id is -1 */
	/* Answers. id_at is masked out as far as its number goes. */
	uint8_t value[SX_TRIAGE_BYTES], mask[SX_TRIAGE_BYTES];
	struct sx_place found; /* where an answer holds its slot or address */
	/*
	 * A range of addresses (Roland): msg ends before the address, which
	 * follows with the size and a checksum, as wide as found. Slot n
	 * begins n * step behind address. Both count in units of 7 bits.
	 */
	uint32_t address, step;
	uint32_t span; /* addresses asked for; 0: this is no range */
	uint32_t data; /* bytes of data there; 0: span */
	/* Where models of one device differ: some send so much more data, and
	 * the last piece is the one that ends here or behind. */
	uint32_t more, last;
};

/* The rows of each maker, and how many. */
#define SX_REQUESTS(X)       \
	X(sx_ask_elektron)   \
	X(sx_ask_roland)     \
	X(sx_ask_korg)       \
	X(sx_ask_yamaha)     \
	X(sx_ask_waldorf)    \
	X(sx_ask_kawai)      \
	X(sx_ask_sequential) \
	X(sx_ask_others)

#define SX_DECLARE_ASK(rows)                       \
	extern const struct sx_request_row rows[]; \
	extern const size_t rows##_n;
SX_REQUESTS(SX_DECLARE_ASK)

/* After the array of them. */
#define SX_ASK_COUNT(rows) \
	const size_t rows##_n = sizeof(rows) / sizeof((rows)[0]);

/* .ask of a row */
#define SX_ASK(...)                   \
	.ask = &(const struct sx_ask) \
	{                             \
		__VA_ARGS__           \
	}

/* Where the knowledge of a row is from. */
#define SX_DOCUMENTED(where) .trust = SX_TRUST_DOCUMENTED, .source = (where)
#define SX_INFERRED(where)   .trust = SX_TRUST_INFERRED, .source = (where)
#define SX_KNOBKRAFT	     "github.com/christofmuc/KnobKraft-orm"

/* The number of most units is a MIDI channel, in the third byte. */
#define SX_ONE_TO_16 .id_least = 1, .id_most = 16, .id = 1
#define SX_ID_AT_2   .id_at = 2, .id_zero = 1

#endif
