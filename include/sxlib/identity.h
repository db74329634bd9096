/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_IDENTITY_H
#define SXLIB_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"

/*
 * How an instrument identifies itself: the universal identity request and its
 * reply (MIDI 1.0, Device Inquiry). Pure.
 */

#define SX_IDENTITY_REQUEST 6 /* bytes */
/* Addressed to all units on the wire. */
extern const uint8_t sx_identity_request[SX_IDENTITY_REQUEST];

/* Plain values, and pointers to static storage or into the user's
 * instruments. */
struct sx_identity {
	uint8_t unit; /* device ID; 7F: not given */
	sx_maker_id maker_id;
	char maker[SX_FACT_TEXT];  /* "" if the ID is unknown */
	char device[SX_FACT_TEXT]; /* "Machinedrum"; "" if unknown */
	const char *instrument;	   /* page of its messages: "microKORG / MS2000"
				      for an "MS2000"; NULL if unknown */
	unsigned family, member;   /* 14 bits each */
	char version[SX_FACT_TEXT]; /* "1.63", or the bytes in hex */
	enum sx_trust trust;	    /* trust in device and version */
	const char *source;	    /* where these come from, or NULL */
};

/* Decode a reply, F0 to F7. user: the user's instruments, or NULL. Returns
 * false if it is not an identity reply. */
bool sx_identity_decode(const struct sx_devices *user, const uint8_t *msg,
    size_t n, struct sx_identity *id);

#endif
