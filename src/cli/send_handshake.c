/* SPDX-License-Identifier: ISC */
/* send --handshake: sends a dump that the unit accepts block by block. */
#include <stdlib.h>

#include "send.h"
#include "sxlib/offer.h"
#include "term/say.h"

static void
handshake_tell_block(void *arg, const struct sx_offer *o)
{
	struct send *s = arg;

	progress(
	    s->c, "block %zu of %zu", o->at < o->n ? o->at + 1 : o->n, o->n);
}

static enum status
handshake_ended(struct send *s, const struct sx_offer *o)
{
	static const char *const why[] = { [SX_OFFER_SILENT] =
					       "the unit does not answer",
		[SX_OFFER_REJECTED] = "rejected by the unit",
		[SX_OFFER_ERRORS] = "the unit keeps reporting an error",
		[SX_OFFER_STOPPED] = "stopped" };

	if (o->why != SX_OFFER_ALL) {
		warn(s->c, "%s after %zu of %zu blocks", why[o->why], o->at,
		    o->n);
		return ST_FAILED;
	}
	say(s->c, "the unit accepted %zu block%s%s", o->n, o->n == 1 ? "" : "s",
	    o->open_loop ? ", but did not answer all of them" : "");
	return ST_OK;
}

enum status
send_shaking(struct send *s)
{
	struct sx_load *list = &s->list;
	struct sx_offer o = { .n = 0 };
	struct sx_block *blocks = sx_offer_blocks(list, &o.n, &s->c->err);
	size_t broken = list->nmessages - o.n;
	enum status status = ST_OK;

	if (blocks == NULL)
		return status;
	o.blocks = blocks;
	/* A file received with --handshake may have a bad block, followed by
	 * its repetition. */
	if (broken > 0)
		say(s->c,
		    "%zu broken block%s left out: repeated by the block after "
		    "it",
		    broken, broken == 1 ? " is" : "s are");
	if (talk_open(&s->talk, s->c, s->port) == 0 &&
	    (sx_offer_run(&s->talk, &o,
		 sx_load_rate(&s->pace, &list->messages[0]),
		 handshake_tell_block, s) == 0 ||
		o.why == SX_OFFER_STOPPED))
		status = handshake_ended(s, &o);
	free(blocks);
	return status;
}
