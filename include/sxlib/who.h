/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_WHO_H
#define SXLIB_WHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/identity.h"
#include "sxlib/talk.h"

/* Who is on a port: by the universal identity request. */

struct sx_unit {
	struct sx_identity id;
	uint8_t *reply; /* owned */
	size_t len;
	size_t replies; /* how often the same has come */
};

struct sx_units {
	struct sx_unit *list;
	size_t n;
	size_t echoes;	/* times that the request itself came back */
	size_t others;	/* SysEx messages that came and are no reply */
	size_t damaged; /* of these, or replies that came cut */
	bool flood;	/* they never ended */
	bool endless;	/* that is one message */
};

#define SX_WHO_US 1000000 /* how long to wait after the last reply */

/*
 * Ask, and take in who answers until nobody has for wait_us. user: the user's
 * devices, or NULL. 0, also if nobody did; -1 as sx_talk_next(). Free *found
 * whatever this returns.
 */
int sx_who_ask(struct sx_talk *t, const struct sx_devices *user,
    int64_t wait_us, struct sx_units *found);
void sx_units_free(struct sx_units *found);

/* "Elektron Machinedrum 1.63", as far as it is known. Returns buf. */
char *sx_unit_text(char *buf, size_t size, const struct sx_identity *id);

#endif
