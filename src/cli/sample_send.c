/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sample.h"

#define DRAW_US		 200000
#define MACHINEDRUM_BITS 16 /* what it takes */

struct sample_out {
	struct cli *c;
	const struct sample_opts *o;
	struct sound sound; /* mono once it is mixed */
	struct sx_sds_header header;
	struct sx_sds_sender sender;
	struct sample_line line;
	size_t bytes; /* sent */
	int64_t begun, draw_at;
	bool named, told_wait;
};

/* ---- What is to be sent ---- */

static void
mix(struct sample_out *s)
{
	struct stream *h = &s->sound.head;
	int32_t *to = s->sound.samples;
	const int32_t *from = to;
	int32_t n = h->channels;
	int side = s->o->side == SIDE_RIGHT ? 1 : 0;

	if (n == 1)
		return;
	for (long i = 0; i < h->frames; i++, from += n) {
		int64_t sum = 0;

		for (int k = 0; k < n; k++)
			sum += from[k];
		*to++ =
		    s->o->side == SIDE_BOTH ? (int32_t)(sum / n) : from[side];
	}
	h->channels = 1;
	say(s->c, "%d channels: %s is sent", (int)n,
	    s->o->side == SIDE_LEFT    ? "the left one"
	    : s->o->side == SIDE_RIGHT ? "the right one"
				       : "their mean");
}

static void
choose_bits(struct sample_out *s)
{
	const struct stream *h = &s->sound.head;
	long bits = s->o->bits;

	if (bits == 0)
		bits = h->bits < SX_SDS_BITS_MOST ? h->bits : SX_SDS_BITS_MOST;
	if (s->o->bits == 0 && s->o->device == DEVICE_MACHINEDRUM)
		bits = MACHINEDRUM_BITS;
	s->header.bits = (unsigned)bits;
	if (h->floating)
		say(s->c, "floating point is sent as %ld bits", bits);
	else if (h->bits > bits)
		say(s->c, "%d bits are rounded to %ld", h->bits, bits);
	if (h->clipped > 0)
		say(s->c, "%ld sample%s beyond full scale are clipped",
		    h->clipped, plural((size_t)h->clipped));
}

/* The user's loop, or the file's first one. */
static int
choose_loop(struct sample_out *s)
{
	const struct stream *h = &s->sound.head;
	const struct sample_opts *o = s->o;
	long start = o->own_loop ? o->loop_start : h->loop_start;
	long end = o->own_loop ? o->loop_end : h->loop_end;

	s->header.loop = SX_SDS_NO_LOOP;
	/* Who knows no "off" loops the last word, which is silent. */
	s->header.loop_start = s->header.loop_end = s->header.words - 1;
	if (o->own_loop && end >= h->frames)
		return sx_fail(&s->c->err, SX_EUSAGE, 0,
		    "--loop %ld-%ld: the last word is %ld", start, end,
		    h->frames - 1);
	if (o->alternate && !o->own_loop && h->loop == STREAM_NO_LOOP)
		return sx_fail(&s->c->err, SX_EUSAGE, 0,
		    "--alternate needs a loop, and the file has none");
	if (o->no_loop || (!o->own_loop && h->loop == STREAM_NO_LOOP))
		return 0;
	if (!o->own_loop && (start > end || end >= h->frames)) {
		warn(s->c,
		    "the file's loop, %ld-%ld, is not inside it: none is sent",
		    start, end);
		return 0;
	}
	if (!o->own_loop && h->loops > 1)
		say(s->c, "the first of %d loops is sent", h->loops);
	if (!o->own_loop && !o->alternate && h->loop == STREAM_BACKWARD) {
		warn(s->c, "the file's loop runs backward, which a sample "
			   "dump cannot say: none is sent");
		return 0;
	}
	s->header.loop =
	    o->alternate || (!o->own_loop && h->loop == STREAM_ALTERNATING)
		? SX_SDS_ALTERNATING
		: SX_SDS_FORWARD;
	s->header.loop_start = (uint32_t)start;
	s->header.loop_end = (uint32_t)end;
	return 0;
}

static int
prepare(struct sample_out *s)
{
	const struct stream *h = &s->sound.head;
	struct sx_err *e = &s->c->err;
	char text[256];

	if (sound_read(s->c, s->o->file, SX_SDS_VALUE_MOST, &s->sound) == -1)
		return -1;
	if (h->frames == 0)
		return sx_fail(
		    e, SX_EDATA, 0, "'%s' holds no samples", s->o->file);
	if (h->missing > 0)
		return sx_fail(e, SX_EDATA, 0,
		    "'%s' is cut: %ld of its samples are missing", s->o->file,
		    h->missing);
	if (h->rate < 1 || sx_sds_period((unsigned)h->rate) == 0 ||
	    sx_sds_period((unsigned)h->rate) > SX_SDS_VALUE_MOST)
		return sx_fail(e, SX_EDATA, 0,
		    "'%s': a sample dump cannot say a rate of %d Hz",
		    s->o->file, h->rate);
	s->header = (struct sx_sds_header){
		.device = s->line.device,
		.slot = (unsigned)s->o->slot,
		.period = sx_sds_period((unsigned)h->rate),
		.words = (uint32_t)h->frames,
	};
	choose_bits(s);
	if (choose_loop(s) == -1)
		return -1;
	mix(s);
	say(s->c, "%s: %s", s->o->file,
	    sample_text(text, sizeof(text), &s->header));
	return 0;
}

/* ---- The dump ---- */

static void
draw(struct sample_out *s, int64_t now)
{
	const struct sx_sds_sender *d = &s->sender;
	double left = 0;

	if (!has_progress(s->c) || now < s->draw_at)
		return;
	s->draw_at = now + DRAW_US;
	if (d->at > 1)
		left = (double)(now - s->begun) / 1e6 / (double)d->at *
		       (double)(d->packets - d->at);
	progress(s->c, "%s%zu of %zu packets, %zu bytes, %.0f s left%s",
	    d->waiting ? "WAIT: " : "", d->at > 0 ? d->at - 1 : 0, d->packets,
	    s->bytes, left, d->closed ? "" : " (no answers so far)");
}

/* The message that gives a Machinedrum UW the name of the sample that comes. */
static int
send_name(struct sample_out *s)
{
	uint8_t msg[] = { 0xf0, 0x00, 0x20, 0x3c, 0x02, 0x00, 0x73,
		(uint8_t)s->o->slot, ' ', ' ', ' ', ' ', 0xf7 };

	s->named = true;
	memcpy(msg + 8, s->o->name, strlen(s->o->name));
	return talk_send(
	    &s->line.talk, msg, sizeof(msg), s->line.rate, SX_SDS_OPEN_US);
}

static int
send_item(struct sample_out *s)
{
	uint8_t msg[SX_SDS_PACKET_SIZE], data[SX_SDS_DATA];
	size_t at = s->sender.at, n = SX_SDS_HEADER_SIZE;
	size_t words = sx_sds_packet_words(s->header.bits), from;
	int64_t begun;

	if (at == 0) {
		sx_sds_put_header(msg, &s->header);
	} else {
		if (s->o->name != NULL && !s->named && send_name(s) == -1)
			return -1;
		from = (at - 1) * words;
		if (words > s->header.words - from)
			words = s->header.words - from;
		sx_sds_pack(
		    data, s->header.bits, s->sound.samples + from, words);
		n = SX_SDS_PACKET_SIZE;
		sx_sds_put_packet(msg, s->line.device, at - 1, data);
	}
	begun = sx_now().mono;
	if (talk_send(&s->line.talk, msg, n, s->line.rate, 0) == -1)
		return -1;
	s->bytes += n;
	sx_sds_sent(&s->sender, begun, sx_now().mono);
	return 0;
}

static int
listen(struct sample_out *s)
{
	struct sx_sds_sender *d = &s->sender;
	const struct sx_message *m;
	struct sx_sds_message answer;
	int64_t until = d->deadline;
	int rc;

	/* Where nothing can come in any more, nobody answers. */
	if (s->line.talk.ended)
		rc = talk_pause(&s->line.talk, until - sx_now().mono);
	else
		rc = talk_next(&s->line.talk, until, &m);
	if (rc == -1 && s->line.talk.ended && s->c->signal == 0) {
		s->c->err = (struct sx_err){ 0 };
		return 0;
	}
	if (rc == 0)
		sx_sds_unanswered(d);
	if (rc == 1 && m->damage.kind == SX_DAMAGE_NONE &&
	    sx_sds_parse(m->data, m->len, &answer) &&
	    (answer.device == s->line.device || answer.device == 0x7f ||
		s->line.device == 0x7f))
		sx_sds_answered(d, &answer, m->time.mono);
	if (d->waiting && !s->told_wait)
		say(s->c, "the unit says WAIT: it may take as long as it "
			  "likes, Ctrl-C ends this");
	s->told_wait = d->waiting;
	return rc == -1 ? -1 : 0;
}

static int
failed(struct sample_out *s)
{
	const struct sx_sds_sender *d = &s->sender;
	struct sx_err *e = &s->c->err;
	char where[48] = "header";

	if (d->at > 0)
		snprintf(where, sizeof(where), "packet %zu of %zu", d->at,
		    d->packets);
	if (d->why == SX_SDS_CANCELLED)
		return sx_fail(
		    e, SX_EREFUSED, 0, "%s: the unit has cancelled it", where);
	sx_fail(e, SX_ETIMEOUT, 0, "%s: %s; it was sent %ld times", where,
	    sample_why(d->why), s->o->retries + 1);
	return sx_hint(e, "CANCEL was sent: the unit has no whole sample");
}

static int
converse(struct sample_out *s)
{
	struct sx_sds_sender *d = &s->sender;
	int rc = 0;

	while (rc == 0) {
		switch (d->todo) {
		case SX_SDS_SEND:
			rc = send_item(s);
			break;
		case SX_SDS_LISTEN:
			rc = listen(s);
			break;
		case SX_SDS_GIVE_UP:
			rc = sample_cancel(s->c, &s->line, d->at - (d->at > 0));
			sx_sds_given_up(d);
			break;
		case SX_SDS_FAILED:
			return failed(s);
		case SX_SDS_DONE:
			return 0;
		}
		draw(s, sx_now().mono);
	}
	return -1;
}

static void
say_done(struct sample_out *s)
{
	const struct sx_sds_sender *d = &s->sender;

	say(s->c, "sent sample %ld in %zu packet%s, %zu bytes, %.1f s to %s%s",
	    s->o->slot, d->packets, plural(d->packets), s->bytes,
	    (double)(sx_now().mono - s->begun) / 1e6, s->line.talk.port_name,
	    d->unproven == 0 ? "; the unit has acknowledged each" : "");
	if (d->resent > 0)
		say(s->c, "sent again: %zu", d->resent);
	if (!d->closed)
		say(s->c, "no answer came: nothing proves that the unit has "
			  "it, look there");
	else if (d->unproven > 0)
		say(s->c,
		    "%zu were not acknowledged, since the first answer came "
		    "late",
		    d->unproven);
}

static void
print_result(struct sample_out *s)
{
	uint8_t msg[SX_SDS_HEADER_SIZE];
	struct sx_facts facts;
	struct record record = { .file = s->o->file,
		.port = s->line.talk.port_name,
		.time = sx_now().wall,
		.bytes =
		    SX_SDS_HEADER_SIZE + s->sender.packets * SX_SDS_PACKET_SIZE,
		.messages = 1 + s->sender.packets,
		.facts = &facts };

	sx_sds_put_header(msg, &s->header);
	sx_device_decode(NULL, msg, sizeof(msg), &facts);
	facts.checksum = SX_CHECKSUM_OK;
	if (s->o->name != NULL)
		snprintf(facts.name, sizeof(facts.name), "%s", s->o->name);
	print_json(stdout, &record);
	flush_result(s->c);
}

static void
stopped(struct sample_out *s)
{
	const struct sx_sds_sender *d = &s->sender;

	if (sample_cancel(s->c, &s->line, d->at - (d->at > 0)) == 0)
		warn(s->c,
		    "stopped at packet %zu of %zu; CANCEL was sent: the unit "
		    "has no whole sample",
		    d->at, d->packets);
}

static int64_t
packet_us(unsigned rate)
{
	return rate == 0 ? 0 : (int64_t)SX_SDS_PACKET_SIZE * 1000000 / rate;
}

enum status
sample_send(struct cli *c, const struct sample_opts *o)
{
	struct sample_out s = { .c = c, .o = o };
	enum status status = ST_OK;

	s.line.device = o->channel != -1 ? (unsigned)o->channel : 0;
	if (prepare(&s) == -1 || sample_open(c, o, &s.line) == -1)
		goto out;
	s.sender = (struct sx_sds_sender){
		.retries = (unsigned)o->retries,
		.open = o->open,
		.gap = o->gap,
		.wire = packet_us(s.line.rate),
	};
	sx_sds_sender_begin(
	    &s.sender, sx_sds_packets(s.header.words, s.header.bits));
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
	talk_close(&s.line.talk);
	sound_free(&s.sound);
	return status;
}
