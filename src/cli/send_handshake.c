/* SPDX-License-Identifier: ISC */
/* send --handshake: a dump that the unit takes block by block. */
#include <stdlib.h>

#include "send.h"
#include "sxlib/offer.h"
#include "term/say.h"

static void
tell_block(void *arg, const struct sx_offer *o)
{
	struct send *s = arg;

	progress(
	    s->c, "block %zu of %zu", o->at < o->n ? o->at + 1 : o->n, o->n);
}

static enum status
shaking_ended(struct send *s, const struct sx_offer *o)
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

/* What was received with --handshake may have a bad block, and then the same
 * again. */
static void
send_prune(struct send *s, struct sx_offer *o, struct sx_block *blocks)
{
	size_t n = sx_offer_prune(blocks, o->n);

	if (n < o->n)
		say(s->c,
		    "%zu broken block%s left out: repeated by the block after "
		    "it",
		    o->n - n, o->n - n == 1 ? " is" : "s are");
	o->n = n;
}

enum status
send_shaking(struct send *s)
{
	struct sx_load *list = &s->list;
	struct sx_block *blocks = calloc(list->nmessages, sizeof(*blocks));
	struct sx_offer o = { .blocks = blocks, .n = list->nmessages };
	enum status status = ST_OK;

	for (size_t i = 0; blocks != NULL && i < list->nmessages; i++)
		blocks[i] = (struct sx_block){ list->messages[i].data,
			list->messages[i].len };
	if (blocks == NULL) {
		sx_fail_memory(&s->c->err);
		return status;
	}
	if (!sx_offer_fits(blocks, o.n)) {
		free(blocks);
		sx_fail(&s->c->err, SX_EREFUSED, 0,
		    "--handshake: expected the data of one two-way dump or "
		    "File Dump; nothing was sent");
		return status;
	}
	send_prune(s, &o, blocks);
	if (talk_open(&s->talk, s->c, s->o.port) == 0 &&
	    sx_offer_run(&s->talk, &o,
		sx_load_rate(&s->pace, &list->messages[0]), tell_block, s) == 0)
		status = shaking_ended(s, &o);
	free(blocks);
	return status;
}
