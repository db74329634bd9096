/* SPDX-License-Identifier: ISC */
/* Sends a dump in a handshake, over a talk. */
#include <stdlib.h>

#include "sxlib/offer.h"

struct sx_block *
sx_offer_blocks(const struct sx_load *l, size_t *n, struct sx_err *e)
{
	struct sx_block *blocks = calloc(l->nmessages, sizeof(*blocks));

	if (blocks == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	for (size_t i = 0; i < l->nmessages; i++)
		blocks[i] = (struct sx_block){ l->messages[i].data,
			l->messages[i].len };
	if (!sx_offer_fits(blocks, l->nmessages)) {
		free(blocks);
		sx_fail(e, SX_EREFUSED, 0,
		    "--handshake: expected the data of one two-way dump or "
		    "File Dump; nothing was sent");
		return NULL;
	}
	*n = sx_offer_prune(blocks, l->nmessages);
	return blocks;
}

/* Tell the unit that no more follows, without waiting for its reply: best
 * effort, after a failure. */
static void
offer_abandon(struct sx_talk *t, struct sx_offer *o)
{
	struct sx_err e = { 0 };
	int64_t due;

	sx_offer_stop(o);
	if (o->todo == SX_OFFER_SEND)
		(void)sx_session_write(
		    t->session, t->port, o->wire, o->len, 0, &due, &e);
}

static int
offer_listen(struct sx_talk *t, struct sx_offer *o)
{
	const struct sx_message *m;
	int rc = sx_talk_next(t, o->deadline, &m);

	if (rc == 0)
		sx_offer_passed(o, o->deadline);
	else if (rc == 1 && m->data != NULL && m->damage.kind == SX_DAMAGE_NONE)
		sx_offer_take(o, m->data, m->len);
	return rc == -1 ? -1 : 0;
}

int
sx_offer_run(struct sx_talk *t, struct sx_offer *o, unsigned rate,
    void (*told)(void *arg, const struct sx_offer *o), void *arg)
{
	int rc = 0;

	sx_offer_begin(o);
	while (rc == 0 && o->todo != SX_OFFER_DONE) {
		if (o->todo == SX_OFFER_LISTEN) {
			rc = offer_listen(t, o);
			continue;
		}
		if (told != NULL)
			told(arg, o);
		rc = sx_talk_send(t, o->wire, o->len, rate, 0);
		if (rc == 0)
			sx_offer_sent(o, sx_now().mono);
	}
	if (rc == -1)
		offer_abandon(t, o);
	return rc;
}
