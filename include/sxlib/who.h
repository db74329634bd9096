/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_WHO_H
#define SXLIB_WHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/identity.h"
#include "sxlib/talk.h"

/* Finds the units on a port with the universal identity request. */

struct sx_unit {
	struct sx_identity id;
	uint8_t *reply; /* owned */
	size_t len;
	size_t replies; /* times that the same reply was received */
};

struct sx_units {
	struct sx_unit *list;
	size_t n;
	size_t echoes;	/* times that the request itself was echoed */
	size_t others;	/* SysEx messages received that are not replies */
	size_t damaged; /* damaged messages, among these or the replies */
	bool flood;	/* input did not stop */
	bool endless;	/* ... and was a single message */
};

#define SX_WHO_US 1000000 /* wait after the last reply */

/*
 * Send the request and collect replies until none has arrived for wait_us.
 * user: the user's devices, or NULL. Returns 0, also without replies; -1 as
 * sx_talk_next(). Free *found in both cases.
 */
int sx_who_ask(struct sx_talk *t, const struct sx_devices *user,
    int64_t wait_us, struct sx_units *found);
void sx_units_free(struct sx_units *found);

/* "Elektron Machinedrum 1.63", as far as known. Returns buf. */
char *sx_unit_text(char *buf, size_t size, const struct sx_identity *id);

#endif
