/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_IDENTIFY_H
#define SXLIB_CLI_IDENTIFY_H

#include "sxlib/identity.h"
#include "talk.h"

/* Who is on a port: by the universal identity request. */

struct instrument {
	struct sx_identity id;
	uint8_t *reply; /* owned */
	size_t len;
	size_t replies; /* how often the same has come */
};

struct instruments {
	struct instrument *list;
	size_t n;
	size_t echoes;	/* times that the request itself came back */
	size_t others;	/* SysEx messages that came and are no reply */
	size_t damaged; /* of these, or replies that came cut */
};

#define IDENTIFY_US 1000000 /* how long to wait after the last reply */

/*
 * Ask, and take in who answers until nobody has for wait_us. 0, also if nobody
 * did; -1 and c->err, or with c->signal set. Free *found whatever this returns.
 */
int identify_ask(struct talk *t, int64_t wait_us, struct instruments *found);
void instruments_free(struct instruments *found);

/* "Elektron Machinedrum 1.63", as far as it is known. Returns buf. */
char *instrument_text(char *buf, size_t size, const struct sx_identity *id);

#endif
