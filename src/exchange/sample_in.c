/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/samples.h"

#define REQUEST_US 5000000 /* a unit begins sooner after a request */
#define SILENT_US  2000000 /* packets arrive sooner; senders wait 1 s */

void
sx_sample_in_begin(struct sx_sample_in *s)
{
	struct sx_sds_receiver *r = &s->receiver;

	r->first = s->timeout;
	if (r->first == -1)
		r->first = r->asks ? REQUEST_US : INT64_MAX;
	r->patience = SILENT_US;
	if (s->channel != -1)
		s->device = (unsigned)s->channel;
	r->header =
	    (struct sx_sds_header){ .device = s->device, .slot = s->slot };
	sx_sds_receiver_begin(r, sx_now().mono);
}

void
sx_sample_in_free(struct sx_sample_in *s)
{
	sx_pending_release(&s->got);
	sx_sds_receiver_free(&s->receiver);
	free(s->extras);
}

/* ---- Input ---- */

/* Add a message to the part, unchanged. */
static int
sample_keep(struct sx_sample_in *s, const struct sx_message *m)
{
	const struct sx_piece piece = { .len = m->len, .time = m->time };
	const struct sx_dump message = { .time = m->time,
		.bytes = m->len,
		.messages = 1,
		.pieces = &piece,
		.damage = m->damage,
		.realtime = m->realtime,
		.facts = m->facts };
	struct sx_pending *got = &s->got;
	struct sx_err *e = s->talk->err;
	struct sx_facts *f = &got->dump.facts, before = *f;

	if (got->part == NULL) {
		if (sx_pending_begin(got, s->store, m->time, e) == -1)
			return -1;
		before = m->facts;
		s->sync_at = m->time.mono + SX_SYNC_US;
	}
	if (sx_pending_append(got, m->data, m->len, e) == -1 ||
	    sx_pending_add(got, &message, e) == -1)
		return -1;
	/* The facts come from the header. */
	*f = before;
	if (m->facts.checksum == SX_CHECKSUM_BAD)
		f->checksum = SX_CHECKSUM_BAD;
	if (f->name[0] == '\0')
		memcpy(f->name, m->facts.name, sizeof(f->name));
	return 0;
}

/* Keep a message that is neither header nor packet, for a .syx file. */
static int
sample_keep_extra(struct sx_sample_in *s, const struct sx_message *m)
{
	uint8_t *p = s->extras;

	/* If the header is repeated, so are they. */
	if (p != NULL && memmem(p, s->nextras, m->data, m->len) != NULL)
		return 0;
	p = realloc(p, s->nextras + m->len);
	if (p == NULL)
		return sx_fail_memory(s->talk->err);
	s->extras = p;
	memcpy(p + s->nextras, m->data, m->len);
	s->nextras += m->len;
	s->extra_messages++;
	return 0;
}

/* What a message is to this dump. */
enum sample_part { OF_DUMP, OF_TALK, EXTRA, BROKEN, OTHER };

static enum sample_part
sample_classify(const struct sx_sample_in *s, const struct sx_message *m,
    struct sx_sds_message *sds)
{
	const struct sx_sds_receiver *r = &s->receiver;
	long mine = s->channel;

	if (m->damage.kind != SX_DAMAGE_NONE)
		return BROKEN;
	/* A name or loop points, which come in separate messages. */
	if (!sx_sds_parse(m->data, m->len, sds))
		return m->facts.kind == SX_KIND_SAMPLE ? EXTRA : OTHER;
	if (mine != -1 && mine != 0x7f && sds->device != 0x7f &&
	    (long)sds->device != mine)
		return OTHER;
	if (sds->type == SX_SDS_PACKET)
		return OF_DUMP;
	if (sds->type != SX_SDS_HEADER)
		return OF_TALK;
	return r->asks && sds->header.slot != s->slot ? OTHER : OF_DUMP;
}

static int
sample_take(struct sx_sample_in *s, const struct sx_message *m)
{
	struct sx_sds_message sds;
	enum sample_part what = sample_classify(s, m, &sds);

	if (what == OTHER) {
		s->others++;
		return 0;
	}
	if (what != OF_TALK && sample_keep(s, m) == -1)
		return -1;
	if (what == EXTRA)
		return sample_keep_extra(s, m);
	if (what == OF_DUMP && sds.type == SX_SDS_HEADER)
		s->device = sds.device;
	return sx_sds_received(&s->receiver, what == BROKEN ? NULL : &sds,
	    m->time.mono, s->talk->err);
}

/* ---- The talk ---- */

static int
sample_answer(struct sx_sample_in *s)
{
	struct sx_sds_receiver *r = &s->receiver;
	const bool last = r->has_header && r->got >= r->packets;
	uint8_t msg[SX_SDS_REQUEST_SIZE];
	size_t n = SX_SDS_ANSWER_SIZE;

	if (r->answer == SX_SDS_REQUEST) {
		n = SX_SDS_REQUEST_SIZE;
		sx_sds_put_request(msg, s->device, r->header.slot);
	} else {
		sx_sds_put_answer(msg, s->device, r->answer, r->answer_packet);
	}
	if (sx_talk_send(
		s->talk, msg, n, s->rate, last ? SX_SAMPLE_LINGER_US : 0) == -1)
		return -1;
	sx_sds_answer_sent(r, sx_now().mono);
	return 0;
}

/* Sync the part once a second, and only when the unit has its answer. */
static int
sample_sync(struct sx_sample_in *s)
{
	const int64_t now = sx_now().mono;

	if (s->got.part == NULL || now < s->sync_at)
		return 0;
	s->sync_at = now + SX_SYNC_US;
	return sx_pending_sync(&s->got, NULL, s->talk->err);
}

static int
sample_in_listen(struct sx_sample_in *s)
{
	struct sx_sds_receiver *r = &s->receiver;
	const struct sx_message *m;
	struct sx_talk *t = s->talk;
	int rc;

	if (sample_sync(s) == -1)
		return -1;
	rc = sx_talk_next(t, r->deadline, &m);
	/* The input has ended: count that as silence, without waiting. */
	if (sx_talk_forgive(t, rc))
		rc = 0;
	if (rc == 0)
		sx_sds_silence(r);
	return rc == 1 ? sample_take(s, m) : rc;
}

/* Mark what was received as damaged, unless it already is. */
static void
sample_in_mark(struct sx_sample_in *s, enum sx_damage_kind damage)
{
	struct sx_damage *d = &s->got.dump.damage;

	if (s->got.part != NULL && d->kind == SX_DAMAGE_NONE)
		d->kind = damage;
}

static void
sample_in_failed(struct sx_sample_in *s)
{
	const struct sx_sds_receiver *r = &s->receiver;

	if (r->why == SX_SDS_NO_SAMPLE && !r->has_header)
		sx_pending_drop(&s->got);
	sample_in_mark(s, s->talk->ended	       ? SX_DAMAGE_INPUT
			  : r->why == SX_SDS_CANCELLED ? SX_DAMAGE_INTERRUPTED
						       : SX_DAMAGE_TIMEOUT);
}

int
sx_sample_in_next(struct sx_sample_in *s)
{
	struct sx_sds_receiver *r = &s->receiver;
	int rc = 0;

	switch (r->todo) {
	case SX_SDS_SEND:
		rc = sample_answer(s);
		break;
	case SX_SDS_LISTEN:
		rc = sample_in_listen(s);
		break;
	case SX_SDS_GIVE_UP:
		rc = sx_sample_cancel(
		    s->talk, s->rate, s->device, r->answer_packet);
		sx_sds_receiver_given_up(r);
		break;
	case SX_SDS_FAILED:
		sample_in_failed(s);
		return 0;
	case SX_SDS_DONE:
		return 0;
	}
	return rc == 0 ? 1 : -1;
}

bool
sx_sample_in_stop(struct sx_sample_in *s)
{
	const struct sx_sds_receiver *r = &s->receiver;
	struct sx_talk *t = s->talk;
	bool gone = *t->signal == 0 && t->err->code == SX_EPORT;

	sample_in_mark(s, gone ? SX_DAMAGE_UNPLUGGED : SX_DAMAGE_INTERRUPTED);
	return !gone && !r->open && (r->has_header || r->asks) &&
	       sx_sample_cancel(t, s->rate, s->device, r->answer_packet) == 0;
}

int
sx_sample_in_fail(const struct sx_sample_in *s, struct sx_err *e)
{
	const struct sx_sds_receiver *r = &s->receiver;
	const char *why = sx_sds_why_text(r->why);
	char text[128];

	if (r->has_header)
		return sx_fail(e, SX_ETIMEOUT, 0,
		    "sample %u: received %zu of %zu packets: %s; packet %s "
		    "missing",
		    r->header.slot, r->got, r->packets, why,
		    sx_sds_missing_text(text, sizeof(text), r));
	if (r->why != SX_SDS_NO_ANSWER)
		return sx_fail(e, SX_ETIMEOUT, 0, "%s", why);
	sx_fail(e, SX_ETIMEOUT, 0, "no sample dump received from %s",
	    s->talk->port_name);
	if (s->others > 0)
		return sx_hint(e,
		    "received %zu other message%s: see 'sxlib receive --all'",
		    s->others, s->others == 1 ? "" : "s");
	if (r->asks)
		sx_hint(e,
		    "requested %u times: check both cables, --channel, and "
		    "whether the unit has sample %u",
		    r->retries + 1, s->slot);
	return -1;
}
