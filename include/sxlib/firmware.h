/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FIRMWARE_H
#define SXLIB_FIRMWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"

/* Firmware (OS) files as a whole: which product and version, and whether each
 * packet, their order, their sum and their end are right. Pure. */

/* Instructions for the owner of a unit: sentences in static storage. */
struct sx_firmware_unit {
	const char *before;  /* how to prepare it, and what it shows then */
	const char *during;  /* what it shows while receiving */
	const char *after;   /* what it shows and does afterwards */
	const char *stopped; /* its state if the file did not arrive whole */
	const char *pace;    /* why packets are sent at this rate */
	enum sx_trust trust; /* of all these */
	const char *source;
};

struct sx_firmware_facts {
	bool is; /* contains firmware; else the rest is undefined */
	char maker[SX_FACT_TEXT];  /* "Elektron" */
	char device[SX_FACT_TEXT]; /* "Octatrack"; "" if unknown */
	int product;		   /* product number in the file; -1: none */
	char version[16];	   /* "1.40C"; "" if unknown */
	char build[16];		   /* "0178"; or "" */
	size_t messages;	   /* of the firmware */
	size_t bytes;		   /* payload, as far as known */
	size_t wrong;		   /* number of problems */
	const char *unchecked; /* why its packets could not be checked; NULL:
				  all were checked */
	enum sx_trust trust;   /* of its structure */
	const char *source;
	const struct sx_firmware_unit *unit;
};

/* A problem with a message, or with the whole file. */
struct sx_firmware_problem {
	char text[96]; /* "wrong checksum" */
	size_t at;     /* offset in the message */
	char expected[SX_FACT_TEXT], found[SX_FACT_TEXT]; /* or "" */
};

struct sx_firmware;

/* Returns NULL and sets e if out of memory. Free with _free, which accepts
 * NULL. */
struct sx_firmware *sx_firmware_new(struct sx_err *e);
void sx_firmware_free(struct sx_firmware *f);

/*
 * Add the next message of a file, of any kind, from F0 to F7 (without F7 if
 * cut), with its facts from sx_device_decode(). 1: it is right, or no firmware
 * has begun yet. 0: it is wrong, see *p. -1 and e: out of memory.
 */
int sx_firmware_add(struct sx_firmware *f, const uint8_t *msg, size_t n,
    const struct sx_facts *facts, struct sx_firmware_problem *p,
    struct sx_err *e);

/* End of the file. 1: right. 0: the whole is wrong, see *p. */
int sx_firmware_end(struct sx_firmware *f, struct sx_firmware_problem *p);

/* Complete after sx_firmware_end(). Valid until f is freed. */
const struct sx_firmware_facts *sx_firmware_facts(const struct sx_firmware *f);

/* Its device, or its maker if that is unknown. */
const char *sx_firmware_unit_name(const struct sx_firmware_facts *f);
/* "Elektron Octatrack OS 1.40C (build 0178)". Returns buf. */
char *sx_firmware_describe(
    char *buf, size_t size, const struct sx_firmware_facts *f);

#endif
