/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "sample_in.h"

#define DRAW_US	   200000
#define REQUEST_US 5000000 /* a unit that is asked begins sooner */
#define SILENT_US  2000000 /* a packet comes sooner; senders wait 1 s */

/* What a message is to this dump. */
enum part_of { OF_DUMP, OF_TALK, EXTRA, BROKEN, OTHER };

static enum part_of
classify(const struct sample_in *s, const struct sx_message *m,
    struct sx_sds_message *sds)
{
	long mine = s->o->channel;

	if (m->damage.kind != SX_DAMAGE_NONE)
		return BROKEN;
	/* A name or loop points, which have messages of their own. */
	if (!sx_sds_parse(m->data, m->len, sds))
		return m->facts.kind == SX_KIND_SAMPLE ? EXTRA : OTHER;
	if (mine != -1 && mine != 0x7f && sds->device != 0x7f &&
	    (long)sds->device != mine)
		return OTHER;
	if (sds->type == SX_SDS_PACKET)
		return OF_DUMP;
	if (sds->type != SX_SDS_HEADER)
		return OF_TALK;
	return s->receiver.asks && sds->header.slot != (unsigned)s->o->slot
		   ? OTHER
		   : OF_DUMP;
}

static int
take(struct sample_in *s, const struct sx_message *m)
{
	struct sx_sds_message sds;
	enum part_of what = classify(s, m, &sds);

	if (what == OTHER) {
		s->others++;
		return 0;
	}
	if (what != OF_TALK && sample_keep_raw(s, m) == -1)
		return -1;
	if (what == EXTRA)
		return sample_keep_extra(s, m);
	if (what == OF_DUMP && sds.type == SX_SDS_HEADER)
		s->line.device = sds.device;
	return sx_sds_received(&s->receiver, what == BROKEN ? NULL : &sds,
	    m->time.mono, &s->c->err);
}

static int
answer(struct sample_in *s)
{
	struct sx_sds_receiver *r = &s->receiver;
	uint8_t msg[SX_SDS_REQUEST_SIZE];
	size_t n = SX_SDS_ANSWER_SIZE;

	if (r->answer == SX_SDS_REQUEST) {
		n = SX_SDS_REQUEST_SIZE;
		sx_sds_put_request(msg, s->line.device, r->header.slot);
	} else {
		sx_sds_put_answer(
		    msg, s->line.device, r->answer, r->answer_packet);
	}
	if (talk_send(&s->line.talk, msg, n, s->line.rate,
		r->got < r->packets || !r->has_header ? 0 : SAMPLE_LINGER_US) ==
	    -1)
		return -1;
	sx_sds_answer_sent(r, sx_now().mono);
	return 0;
}

static void
draw(struct sample_in *s, int64_t now)
{
	const struct sx_sds_receiver *r = &s->receiver;
	double left = 0;

	if (!has_progress(s->c) || now < s->draw_at)
		return;
	s->draw_at = now + DRAW_US;
	if (!r->has_header) {
		progress(s->c, "waiting for a sample");
		return;
	}
	if (s->begun == 0)
		s->begun = now;
	if (r->got > 0)
		left = (double)(now - s->begun) / 1e6 / (double)r->got *
		       (double)(r->packets - r->got);
	progress(s->c, "%zu of %zu packets, %llu bytes, %.0f s left", r->got,
	    r->packets, (unsigned long long)s->dump.bytes, left);
}

static int
listen(struct sample_in *s)
{
	struct sx_sds_receiver *r = &s->receiver;
	const struct sx_message *m;
	int rc = talk_next(&s->line.talk, r->deadline, &m);

	/* No more can come: that is silence, which need not be waited for. */
	if (rc == -1 && s->line.talk.ended && s->c->signal == 0) {
		s->c->err = (struct sx_err){ 0 };
		rc = 0;
	}
	if (rc == 0)
		sx_sds_silence(r);
	return rc == 1 ? take(s, m) : rc;
}

/* Once a second, and only when the unit has its answer. */
static int
sync_part(struct sample_in *s, int64_t now)
{
	if (s->part == NULL || now < s->sync_at)
		return 0;
	s->sync_at = now + SAMPLE_SYNC_US;
	return sx_part_sync(s->part, &s->c->err);
}

/* 0: the sample is whole, or it has failed: see receiver.todo. */
static int
converse(struct sample_in *s)
{
	struct sx_sds_receiver *r = &s->receiver;
	int rc = 0;

	while (rc == 0) {
		int64_t now = sx_now().mono;

		draw(s, now);
		switch (r->todo) {
		case SX_SDS_SEND:
			rc = answer(s);
			break;
		case SX_SDS_LISTEN:
			rc = sync_part(s, now);
			if (rc == 0)
				rc = listen(s);
			break;
		case SX_SDS_GIVE_UP:
			rc = sample_cancel(s->c, &s->line, r->answer_packet);
			sx_sds_receiver_given_up(r);
			break;
		case SX_SDS_FAILED:
		case SX_SDS_DONE:
			return 0;
		}
	}
	return rc;
}

static void
whole(struct sample_in *s)
{
	const struct sx_sds_receiver *r = &s->receiver;
	char text[256];

	progress(s->c, "%s", "");
	say(s->c, "sample %u: %s", r->header.slot,
	    sample_text(text, sizeof(text), &r->header));
	if (r->bad + r->repeated > 0)
		say(s->c, "%zu wrong packet%s, %zu that came again", r->bad,
		    plural(r->bad), r->repeated);
	if (sample_make_file(s) == 0) {
		sx_part_drop(s->part);
		s->part = NULL;
		return;
	}
	warn_error(s->c, &s->c->err);
	s->status = status_worse(s->status, ST_FAILED);
	say(s->c, "the dump itself is whole and is kept as it came:");
	s->dump.damage.kind = SX_DAMAGE_NONE;
	sample_keep_part(s, SX_DAMAGE_NONE);
}

/* "3, 7-9": the packets that are missing, from 1, as far as there is room. */
static void
missing_text(const struct sx_sds_receiver *r, char *buf, size_t size)
{
	size_t at = 0, end;

	buf[0] = '\0';
	for (size_t i = 0; i < r->packets && at + 32 < size; i = end) {
		end = i + 1;
		if (sx_sds_has(r, i))
			continue;
		while (end < r->packets && !sx_sds_has(r, end))
			end++;
		at += (size_t)snprintf(buf + at, size - at,
		    end > i + 1 ? "%s%zu-%zu" : "%s%zu", at > 0 ? ", " : "",
		    i + 1, end);
	}
}

static void
failed(struct sample_in *s)
{
	const struct sx_sds_receiver *r = &s->receiver;
	struct sx_err *e = &s->c->err;
	char text[128];

	progress(s->c, "%s", "");
	if (r->why == SX_SDS_NO_SAMPLE && !r->has_header) {
		sx_part_drop(s->part);
		s->part = NULL;
	}
	sample_keep_part(s, s->line.talk.ended		 ? SX_DAMAGE_INPUT
			    : r->why == SX_SDS_CANCELLED ? SX_DAMAGE_INTERRUPTED
							 : SX_DAMAGE_TIMEOUT);
	if (r->has_header) {
		missing_text(r, text, sizeof(text));
		sx_fail(e, SX_ETIMEOUT, 0,
		    "sample %u: %zu of %zu packets came: %s; packet %s "
		    "missing",
		    r->header.slot, r->got, r->packets, sample_why(r->why),
		    text);
		return;
	}
	if (r->why != SX_SDS_NO_ANSWER) {
		sx_fail(e, SX_ETIMEOUT, 0, "%s", sample_why(r->why));
		return;
	}
	sx_fail(e, SX_ETIMEOUT, 0, "no sample dump came from %s",
	    s->line.talk.port_name);
	if (s->others > 0)
		sx_hint(e,
		    "%zu other message%s came: see 'sxlib receive "
		    "--all'",
		    s->others, plural(s->others));
	else if (r->asks)
		sx_hint(e,
		    "it was asked for %ld times: check both cables, "
		    "--channel, and whether the unit has sample %ld",
		    s->o->retries + 1, s->o->slot);
}

static void
stopped(struct sample_in *s)
{
	const struct sx_sds_receiver *r = &s->receiver;
	bool gone = s->c->signal == 0 && s->c->err.code == SX_EPORT;
	bool told = false;

	progress(s->c, "%s", "");
	if (!gone && !r->open && (r->has_header || r->asks))
		told = sample_cancel(s->c, &s->line, r->answer_packet) == 0;
	if (r->has_header)
		warn(s->c, "stopped after %zu of %zu packets%s", r->got,
		    r->packets, told ? "; CANCEL was sent" : "");
	sample_keep_part(s, gone ? SX_DAMAGE_UNPLUGGED : SX_DAMAGE_INTERRUPTED);
	s->status = status_worse(s->status, ST_INCOMPLETE);
}

static int
start(struct sample_in *s)
{
	const struct sample_opts *o = s->o;
	bool asks = o->word == SAMPLE_REQUEST;
	int64_t first = o->timeout;

	if (sample_places(s) == -1)
		return -1;
	s->raw_opts.rules.devices = own_devices(s->c);
	if (sample_open(s->c, o, &s->line) == -1 ||
	    sample_keeper(s, &s->raw, &s->raw_opts) == -1)
		return -1;
	keeper_rescue(&s->raw);
	if (sample_keeper(s, &s->file, &s->file_opts) == -1)
		return -1;
	if (first == -1)
		first = asks ? REQUEST_US : INT64_MAX;
	s->receiver = (struct sx_sds_receiver){ .open = o->open,
		.asks = asks,
		.retries = (unsigned)o->retries,
		.first = first,
		.patience = SILENT_US,
		.header = { .device = s->line.device,
		    .slot = asks ? (unsigned)o->slot : 0 } };
	sx_sds_receiver_begin(&s->receiver, sx_now().mono);
	say(s->c, "listening on %s%s", s->line.talk.port_name,
	    asks ? "" : ": start the dump on the unit");
	return 0;
}

enum status
sample_receive(struct cli *c, const struct sample_opts *o)
{
	struct sample_in s = { .c = c, .o = o };

	if (start(&s) == 0) {
		if (converse(&s) == -1)
			stopped(&s);
		else if (s.receiver.todo == SX_SDS_DONE)
			whole(&s);
		else
			failed(&s);
	}
	/* After a failure it may be the only copy there is. */
	sx_part_release(s.part);
	keeper_free(&s.file);
	keeper_free(&s.raw);
	sx_store_close(s.file.store);
	sx_store_close(s.raw.store);
	talk_close(&s.line.talk);
	sx_sds_receiver_free(&s.receiver);
	free(s.extras);
	free(s.pieces);
	free(s.folder);
	return s.status;
}
