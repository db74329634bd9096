/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "sample.h"
#include "term/json.h"
#include "term/say.h"

struct sample_out {
	struct cli *c;
	const struct sample_opts *o;
	struct sx_audio sound; /* mono after mixing */
	struct sx_sample_out out;
	struct sx_talk talk;
	int64_t begun, draw_at;
	bool told_wait;
};

/* ---- The sound to send ---- */

static void
sample_say_bits(struct sample_out *s)
{
	const struct sx_stream *h = &s->sound.head;
	const int bits = (int)s->out.header.bits;

	if (h->floating)
		say(s->c, "floating point: sending %d bits", bits);
	else if (h->bits > bits)
		say(s->c, "%d bits rounded to %d", h->bits, bits);
	if (h->clipped > 0)
		say(s->c, "clipped %ld sample%s beyond full scale", h->clipped,
		    plural((size_t)h->clipped));
}

/* Report the loop: the user's, or the file's first one. */
static void
sample_say_loop(struct sample_out *s, enum sx_sample_loop_is is)
{
	const struct sx_stream *h = &s->sound.head;

	if ((is == SX_LOOP_SENT || is == SX_LOOP_BACKWARD) &&
	    !s->o->wish.loop.given && h->loops > 1)
		say(s->c, "sending the first of %d loops", h->loops);
	if (is == SX_LOOP_OUTSIDE)
		warn(s->c,
		    "the file's loop %ld-%ld is outside the sound: sending "
		    "none",
		    h->loop_start, h->loop_end);
	if (is == SX_LOOP_BACKWARD)
		warn(s->c, "the file's loop runs backward, which a sample dump "
			   "cannot represent: sending none");
}

static int
sample_send_prepare(struct sample_out *s)
{
	static const char *const sides[] = { [SX_SAMPLE_MEAN] = "their mean",
		[SX_SAMPLE_LEFT] = "the left one",
		[SX_SAMPLE_RIGHT] = "the right one" };
	const struct sample_opts *o = s->o;
	struct sx_err *e = &s->c->err;
	enum sx_sample_loop_is is;
	int channels, rc;
	char text[256];

	if (sx_audio_read(o->file, SX_SDS_VALUE_MOST, &s->sound, e) == -1)
		return -1;
	channels = s->sound.head.channels;
	rc = sx_sample_prepare(&s->out, &s->sound, o->file, &o->wish, &is, e);
	if (s->out.header.bits > 0)
		sample_say_bits(s);
	if (rc == -1)
		return -1;
	sample_say_loop(s, is);
	if (channels > 1)
		say(s->c, "%d channels: sending %s", channels,
		    sides[o->wish.side]);
	say(s->c, "%s: %s", o->file,
	    sx_sds_header_text(text, sizeof(text), &s->out.header));
	return 0;
}

/* ---- Sending ---- */

static void
sample_send_draw(struct sample_out *s, int64_t now)
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
sample_send_converse(struct sample_out *s)
{
	const struct sx_sds_sender *d = &s->out.sender;
	int rc;

	while ((rc = sx_sample_out_next(&s->out)) == 1) {
		if (d->waiting && !s->told_wait)
			say(s->c, "the unit sent WAIT: waiting without limit, "
				  "Ctrl-C stops");
		s->told_wait = d->waiting;
		sample_send_draw(s, sx_now().mono);
	}
	return rc;
}

static void
sample_say_done(struct sample_out *s)
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
sample_send_print_result(struct sample_out *s)
{
	struct sx_facts facts;
	struct sx_record record = sx_sample_out_record(&s->out, &facts);

	record.file = s->o->file;
	print_json(stdout, &record);
	flush_result(s->c);
}

static void
sample_send_stopped(struct sample_out *s)
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
		    .header = { .device =
				    o->channel != -1 ? (unsigned)o->channel : 0,
			.slot = (unsigned)o->slot },
		    .sender = { .retries = (unsigned)o->retries,
			.open = o->open,
			.gap = o->gap } } };
	enum status status = ST_OK;

	if (sample_send_prepare(&s) == -1 ||
	    sample_open(c, o, &s.talk, &s.out.rate) == -1)
		goto out;
	sx_sample_out_begin(&s.out);
	s.begun = sx_now().mono;
	if (sample_send_converse(&s) == 0) {
		progress(c, "%s", "");
		sample_say_done(&s);
		if (c->json)
			sample_send_print_result(&s);
	} else if (c->signal != 0) {
		progress(c, "%s", "");
		sample_send_stopped(&s);
		status = ST_FAILED;
	}
out:
	sx_talk_close(&s.talk);
	sx_audio_free(&s.sound);
	return status;
}
