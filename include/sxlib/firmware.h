/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FIRMWARE_H
#define SXLIB_FIRMWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"

/*
 * OS files as a whole: of which product, which version, and whether each
 * packet, their order, their sum and their end are right. Pure.
 */

/* What the owner of a unit must know. Sentences; static storage. */
struct sx_firmware_unit {
	const char *before;  /* how it is made ready, and what it shows */
	const char *during;  /* what it shows meanwhile */
	const char *after;   /* what it shows and does then */
	const char *stopped; /* its state if the file did not arrive whole */
	const char *pace; /* why the packets are sent as slowly as they are */
	enum sx_trust trust; /* of all these */
	const char *source;
};

struct sx_firmware_facts {
	bool is; /* part of it is an operating system; else the rest is void */
	char maker[SX_FACT_TEXT];  /* "Elektron" */
	char device[SX_FACT_TEXT]; /* "Octatrack"; "" if it is not known */
	int product;		   /* number of the product in the file; -1 */
	char version[16];	   /* "1.40C"; "" if it is not known */
	char build[16];		   /* "0178"; or "" */
	size_t messages;	   /* of the operating system */
	size_t bytes;		   /* that they carry, as far as known */
	size_t wrong;		   /* problems found */
	const char *unchecked; /* why its packets could not be checked; NULL:
				  all of them were */
	enum sx_trust trust;   /* of its structure */
	const char *source;
	const struct sx_firmware_unit *unit;
};

/* What is wrong with a message, or with the whole. */
struct sx_firmware_problem {
	char text[96]; /* "wrong checksum" */
	size_t at;     /* offset in the message */
	char expected[SX_FACT_TEXT], found[SX_FACT_TEXT]; /* or "" */
};

struct sx_firmware;

/* NULL and e: out of memory. Free with _free; f may be NULL there. */
struct sx_firmware *sx_firmware_new(struct sx_err *e);
void sx_firmware_free(struct sx_firmware *f);

/*
 * Take the next message of a file, of whatever kind, F0 to F7 (or without, if
 * it is cut), with what sx_device_decode() says of it. 1: it is right, or the
 * file has had no operating system so far. 0: it is wrong, see *p. -1: out of
 * memory.
 */
int sx_firmware_add(struct sx_firmware *f, const uint8_t *msg, size_t n,
    const struct sx_facts *facts, struct sx_firmware_problem *p,
    struct sx_err *e);

/* The file ends here. 1, or 0 and *p: something is wrong with the whole. */
int sx_firmware_end(struct sx_firmware *f, struct sx_firmware_problem *p);

/* Complete after sx_firmware_end(). Lives as long as f. */
const struct sx_firmware_facts *sx_firmware_facts(const struct sx_firmware *f);

#endif
