/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STEPS_H
#define SXLIB_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/instrument.h"

/* Which steps of a pattern have a trigger. Pure. */
struct sx_steps {
	unsigned tracks;
	unsigned length; /* steps that are played, 1 to SX_STEPS_MOST */
	uint64_t on[SX_STEPS_TRACKS]; /* bit 0: the first step of the track */
	const char *source; /* of the layout; borrowed from the devices */
};

/* Read them from a message of n bytes and its facts. False if it is not a
 * pattern whose steps are known, or its bytes cannot be one. */
bool sx_steps_read(struct sx_steps *s, const struct sx_facts *facts,
    const uint8_t *msg, size_t n);

#endif
