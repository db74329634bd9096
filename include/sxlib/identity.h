/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_IDENTITY_H
#define SXLIB_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"

/*
 * Who an instrument says it is: the universal identity request and its reply
 * (MIDI 1.0, Device Inquiry). Pure.
 */

#define SX_IDENTITY_REQUEST 6 /* bytes */
/* To all units on the wire. */
extern const uint8_t sx_identity_request[SX_IDENTITY_REQUEST];

/* Plain values, and pointers to static storage or to the user's instruments. */
struct sx_identity {
	uint8_t unit; /* its number among several of its kind; 7F: not given */
	sx_maker_id maker_id;
	char maker[SX_FACT_TEXT];   /* "" if the ID is unknown */
	char device[SX_FACT_TEXT];  /* "Machinedrum"; "" if it is not known */
	unsigned family, member;    /* 14 bits each */
	char version[SX_FACT_TEXT]; /* "1.63", or the bytes in hex */
	enum sx_trust trust;	    /* of device and version */
	const char *source;	    /* of these; NULL: none */
};

/* Decode a reply, F0 to F7. user: the user's instruments, or NULL. false: it is
 * none. */
bool sx_identity_decode(const struct sx_devices *user, const uint8_t *msg,
    size_t n, struct sx_identity *id);

#endif
