/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sample_in.h"
#include "user.h"

#define DRAW_US 200000

static void
draw(struct sample_in *s, int64_t now)
{
	const struct sx_sds_receiver *r = &s->in.receiver;
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
	    r->packets, (unsigned long long)s->in.dump.bytes, left);
}

/* 0: the sample is whole, or it has failed: see receiver.todo. */
static int
converse(struct sample_in *s)
{
	int rc;

	do {
		draw(s, sx_now().mono);
		rc = sx_sample_in_next(&s->in);
	} while (rc == 1);
	return rc;
}

static void
whole(struct sample_in *s)
{
	const struct sx_sds_receiver *r = &s->in.receiver;
	char text[256];

	progress(s->c, "%s", "");
	say(s->c, "sample %u: %s", r->header.slot,
	    sample_text(text, sizeof(text), &r->header));
	if (r->bad + r->repeated > 0)
		say(s->c, "%zu wrong packet%s, %zu that came again", r->bad,
		    plural(r->bad), r->repeated);
	if (sample_make_file(s) == 0) {
		sx_part_drop(s->in.part);
		s->in.part = NULL;
		return;
	}
	warn_error(s->c, &s->c->err);
	s->status = status_worse(s->status, ST_FAILED);
	say(s->c, "the dump itself is whole and is kept as it came:");
	s->in.dump.damage.kind = SX_DAMAGE_NONE;
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
	const struct sx_sds_receiver *r = &s->in.receiver;
	struct sx_err *e = &s->c->err;
	char text[128];

	progress(s->c, "%s", "");
	if (r->why == SX_SDS_NO_SAMPLE && !r->has_header) {
		sx_part_drop(s->in.part);
		s->in.part = NULL;
	}
	sample_keep_part(s, s->talk.ended		 ? SX_DAMAGE_INPUT
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
	    s->talk.port_name);
	if (s->in.others > 0)
		sx_hint(e,
		    "%zu other message%s came: see 'sxlib receive "
		    "--all'",
		    s->in.others, plural(s->in.others));
	else if (r->asks)
		sx_hint(e,
		    "it was asked for %ld times: check both cables, "
		    "--channel, and whether the unit has sample %ld",
		    s->o->retries + 1, s->o->slot);
}

static void
stopped(struct sample_in *s)
{
	const struct sx_sds_receiver *r = &s->in.receiver;
	bool gone = s->c->signal == 0 && s->c->err.code == SX_EPORT;
	bool told = false;

	progress(s->c, "%s", "");
	if (!gone && !r->open && (r->has_header || r->asks))
		told = sx_sample_cancel(&s->talk, s->in.rate, s->in.device,
			   r->answer_packet) == 0;
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

	if (sample_places(s) == -1)
		return -1;
	s->raw_opts.rules.devices = user_devices(s->c);
	if (sample_open(s->c, o, &s->talk, &s->in.rate) == -1 ||
	    sample_keeper(s, &s->raw, &s->raw_opts) == -1)
		return -1;
	recover(s->c, s->raw_opts.rules.devices, s->raw.k.store);
	if (sample_keeper(s, &s->file, &s->file_opts) == -1)
		return -1;
	s->in.talk = &s->talk;
	s->in.store = s->raw.k.store;
	s->in.device = sample_channel(o);
	s->in.channel = o->channel;
	s->in.slot = asks ? (unsigned)o->slot : 0;
	s->in.timeout = o->timeout;
	s->in.receiver = (struct sx_sds_receiver){
		.open = o->open, .asks = asks, .retries = (unsigned)o->retries
	};
	sx_sample_in_begin(&s->in);
	say(s->c, "listening on %s%s", s->talk.port_name,
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
		else if (s.in.receiver.todo == SX_SDS_DONE)
			whole(&s);
		else
			failed(&s);
	}
	/* After a failure its part may be the only copy there is. */
	sx_sample_in_free(&s.in);
	keeper_free(&s.file);
	keeper_free(&s.raw);
	sx_store_close(s.file.k.store);
	sx_store_close(s.raw.k.store);
	sx_talk_close(&s.talk);
	free(s.folder);
	return s.status;
}
