/* SPDX-License-Identifier: ISC */
/* send --handshake: a dump that the unit takes block by block. */
#include <stdlib.h>

#include "say.h"
#include "send.h"
#include "sxlib/offer.h"

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
		[SX_OFFER_REJECTED] = "the unit rejects it",
		[SX_OFFER_ERRORS] = "the unit reports an error again and again",
		[SX_OFFER_STOPPED] = "stopped" };

	if (o->why != SX_OFFER_ALL) {
		warn(s->c, "%s after %zu of %zu blocks", why[o->why], o->at,
		    o->n);
		return ST_FAILED;
	}
	say(s->c, "the unit has taken %zu block%s%s", o->n,
	    o->n == 1 ? "" : "s",
	    o->open_loop ? ", and did not answer to all of them" : "");
	return ST_OK;
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
	if (blocks == NULL)
		sx_fail_memory(&s->c->err);
	else if (!sx_offer_fits(blocks, o.n))
		sx_fail(&s->c->err, SX_EREFUSED, 0,
		    "--handshake: these are not the data of one two-way dump "
		    "or File Dump; nothing was sent");
	else if (talk_open(&s->talk, s->c, s->o.port) == 0 &&
		 sx_offer_run(&s->talk, &o,
		     sx_load_rate(&s->pace, &list->messages[0]), tell_block,
		     s) == 0)
		status = shaking_ended(s, &o);
	free(blocks);
	return status;
}
