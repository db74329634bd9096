/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "term/json.h"
#include "term/say.h"

struct sample_out {
	struct cli *c;
	const struct sample_opts *o;
	struct sx_audio sound; /* mono once it is mixed */
	struct sx_sample_out out;
	struct sx_talk talk;
	int64_t begun, draw_at;
	bool told_wait;
};

/* ---- What is to be sent ---- */

static void
mix(struct sample_out *s)
{
	const int n = s->sound.head.channels;
	enum sx_sample_side side = s->o->side;

	if (n == 1)
		return;
	sx_sample_mix(&s->sound, side);
	say(s->c, "%d channels: sending %s", n,
	    side == SX_SAMPLE_LEFT    ? "the left one"
	    : side == SX_SAMPLE_RIGHT ? "the right one"
				      : "their mean");
}

static void
choose_bits(struct sample_out *s)
{
	const struct sx_stream *h = &s->sound.head;
	long bits;

	sx_sample_set_bits(
	    h, s->o->bits, s->o->device == DEVICE_MACHINEDRUM, &s->out.header);
	bits = (long)s->out.header.bits;
	if (h->floating)
		say(s->c, "floating point: sending %ld bits", bits);
	else if (h->bits > bits)
		say(s->c, "%d bits rounded to %ld", h->bits, bits);
	if (h->clipped > 0)
		say(s->c, "clipped %ld sample%s beyond full scale", h->clipped,
		    plural((size_t)h->clipped));
}

/* The user's loop, or the file's first one. */
static int
choose_loop(struct sample_out *s)
{
	const struct sx_stream *h = &s->sound.head;
	const struct sx_sample_loop *want = &s->o->loop;
	enum sx_sample_loop_is is = sx_sample_set_loop(h, want, &s->out.header);

	if ((is == SX_LOOP_SENT || is == SX_LOOP_BACKWARD) && !want->given &&
	    h->loops > 1)
		say(s->c, "sending the first of %d loops", h->loops);
	switch (is) {
	case SX_LOOP_NONE:
	case SX_LOOP_SENT:
		break;
	case SX_LOOP_OUTSIDE:
		warn(s->c,
		    "the file's loop %ld-%ld is outside the sound: sending "
		    "none",
		    h->loop_start, h->loop_end);
		break;
	case SX_LOOP_BACKWARD:
		warn(s->c, "the file's loop runs backward, which a sample dump "
			   "cannot represent: sending none");
		break;
	case SX_LOOP_BEYOND:
		return sx_fail(&s->c->err, SX_EUSAGE, 0,
		    "--loop %ld-%ld: the last word is %ld", want->start,
		    want->end, h->frames - 1);
	case SX_LOOP_MISSING:
		return sx_fail(&s->c->err, SX_EUSAGE, 0,
		    "--alternate needs a loop, but the file has none");
	}
	return 0;
}

static int
prepare(struct sample_out *s)
{
	struct sx_err *e = &s->c->err;
	char text[256];

	if (sx_audio_read(s->o->file, SX_SDS_VALUE_MOST, &s->sound, e) == -1 ||
	    sx_sample_header(&s->sound.head, s->o->file, &s->out.header, e) ==
		-1)
		return -1;
	choose_bits(s);
	if (choose_loop(s) == -1)
		return -1;
	mix(s);
	say(s->c, "%s: %s", s->o->file,
	    sx_sds_header_text(text, sizeof(text), &s->out.header));
	return 0;
}

/* ---- The dump ---- */

static void
draw(struct sample_out *s, int64_t now)
{
	const struct sx_sds_sender *d = &s->out.sender;
	double left = 0;

	if (!progress_is_due(s->c, now, &s->draw_at))
		return;
	if (d->at > 1)
		left = (double)(now - s->begun) / 1e6 / (double)d->at *
		       (double)(d->packets - d->at);
	progress(s->c, "%s%zu of %zu packets, %zu bytes, %.0f s left%s",
	    d->waiting ? "WAIT: " : "", d->at > 0 ? d->at - 1 : 0, d->packets,
	    s->out.bytes, left, d->closed ? "" : " (no answers so far)");
}

static int
failed(struct sample_out *s)
{
	const struct sx_sds_sender *d = &s->out.sender;
	struct sx_err *e = &s->c->err;
	char where[48] = "header";

	if (d->at > 0)
		snprintf(where, sizeof(where), "packet %zu of %zu", d->at,
		    d->packets);
	if (d->why == SX_SDS_CANCELLED)
		return sx_fail(
		    e, SX_EREFUSED, 0, "%s: cancelled by the unit", where);
	sx_fail(e, SX_ETIMEOUT, 0, "%s: %s; sent %ld times", where,
	    sx_sds_why_text(d->why), s->o->retries + 1);
	return sx_hint(e, "CANCEL was sent: the unit has an incomplete sample");
}

static int
converse(struct sample_out *s)
{
	const struct sx_sds_sender *d = &s->out.sender;
	int rc;

	while ((rc = sx_sample_out_next(&s->out)) == 1) {
		if (d->waiting && !s->told_wait)
			say(s->c, "the unit sent WAIT: waiting without limit, "
				  "Ctrl-C stops");
		s->told_wait = d->waiting;
		draw(s, sx_now().mono);
	}
	if (rc == 0 && d->todo == SX_SDS_FAILED)
		rc = failed(s);
	return rc;
}

static void
say_done(struct sample_out *s)
{
	const struct sx_sds_sender *d = &s->out.sender;

	say(s->c, "sent sample %ld in %zu packet%s, %zu bytes, %.1f s to %s%s",
	    s->o->slot, d->packets, plural(d->packets), s->out.bytes,
	    (double)(sx_now().mono - s->begun) / 1e6, s->talk.port_name,
	    d->unproven == 0 ? "; all acknowledged" : "");
	if (d->resent > 0)
		say(s->c, "sent again: %zu", d->resent);
	if (!d->closed)
		say(s->c,
		    "no answer received: check on the unit that it arrived");
	else if (d->unproven > 0)
		say(s->c,
		    "%zu not acknowledged, because the first answer was late",
		    d->unproven);
}

static void
print_result(struct sample_out *s)
{
	struct sx_facts facts;
	struct sx_record record = sx_sample_out_record(&s->out, &facts);

	record.file = s->o->file;
	print_json(stdout, &record);
	flush_result(s->c);
}

static void
stopped(struct sample_out *s)
{
	const struct sx_sds_sender *d = &s->out.sender;

	if (sx_sample_cancel(&s->talk, s->out.rate, s->out.header.device,
		d->at - (d->at > 0)) == 0)
		warn(s->c,
		    "stopped at packet %zu of %zu; CANCEL was sent: the unit "
		    "has an incomplete sample",
		    d->at, d->packets);
}

enum status
sample_send(struct cli *c, const struct sample_opts *o)
{
	struct sample_out s = { .c = c,
		.o = o,
		.out = { .talk = &s.talk,
		    .name = o->name,
		    .header = { .device = sample_channel(o),
			.slot = (unsigned)o->slot },
		    .sender = { .retries = (unsigned)o->retries,
			.open = o->open,
			.gap = o->gap } } };
	enum status status = ST_OK;

	if (prepare(&s) == -1 || sample_open(c, o, &s.talk, &s.out.rate) == -1)
		goto out;
	s.out.samples = s.sound.samples;
	sx_sample_out_begin(&s.out);
	s.begun = sx_now().mono;
	if (converse(&s) == 0) {
		progress(c, "%s", "");
		say_done(&s);
		if (c->json)
			print_result(&s);
	} else if (c->signal != 0) {
		progress(c, "%s", "");
		stopped(&s);
		status = ST_FAILED;
	}
out:
	sx_talk_close(&s.talk);
	sx_audio_free(&s.sound);
	return status;
}
