/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "sxlib/samples.h"

/* Limits of a Machinedrum UW. */
#define MACHINEDRUM_BITS      16
#define MACHINEDRUM_SLOT_MOST 127
#define MACHINEDRUM_NAME      4

/* ---- A sound as a sample ---- */

void
sx_sample_mix(struct sx_audio *a, enum sx_sample_side side)
{
	const int32_t *from = a->samples;
	const int n = a->head.channels;
	int32_t *to = a->samples;

	for (long i = 0; n > 1 && i < a->head.frames; i++, from += n) {
		int64_t sum = 0;

		for (int k = 0; k < n; k++)
			sum += from[k];
		*to++ = side == SX_SAMPLE_MEAN ? (int32_t)(sum / n)
					       : from[side == SX_SAMPLE_RIGHT];
	}
	a->head.channels = 1;
}

int
sx_sample_header(const struct sx_stream *s, const char *path,
    struct sx_sds_header *h, struct sx_err *e)
{
	if (s->frames == 0)
		return sx_fail(
		    e, SX_EDATA, 0, "'%s' contains no samples", path);
	if (s->missing > 0)
		return sx_fail(e, SX_EDATA, 0,
		    "'%s' is truncated: %ld samples are missing", path,
		    s->missing);
	if (s->rate < 1 || sx_sds_period((unsigned)s->rate) == 0 ||
	    sx_sds_period((unsigned)s->rate) > SX_SDS_VALUE_MOST)
		return sx_fail(e, SX_EDATA, 0,
		    "'%s': a sample dump cannot represent a rate of %d Hz",
		    path, s->rate);
	h->period = sx_sds_period((unsigned)s->rate);
	h->words = (uint32_t)s->frames;
	h->loop = SX_SDS_NO_LOOP;
	/* A unit without "off" loops the last word, which is silent. */
	h->loop_start = h->loop_end = h->words - 1;
	return 0;
}

enum sx_sample_loop_is
sx_sample_set_loop(const struct sx_stream *s, const struct sx_sample_loop *want,
    struct sx_sds_header *h)
{
	const bool none = !want->given && s->loop == SX_STREAM_NO_LOOP;
	long start = want->given ? want->start : s->loop_start;
	long end = want->given ? want->end : s->loop_end;

	if (want->given && end >= s->frames)
		return SX_LOOP_BEYOND;
	if (want->alternate && none)
		return SX_LOOP_MISSING;
	if (want->none || none)
		return SX_LOOP_NONE;
	if (start > end || end >= s->frames)
		return SX_LOOP_OUTSIDE;
	if (!want->given && !want->alternate && s->loop == SX_STREAM_BACKWARD)
		return SX_LOOP_BACKWARD;
	h->loop = want->alternate ||
			  (!want->given && s->loop == SX_STREAM_ALTERNATING)
		      ? SX_SDS_ALTERNATING
		      : SX_SDS_FORWARD;
	h->loop_start = (uint32_t)start;
	h->loop_end = (uint32_t)end;
	return SX_LOOP_SENT;
}

/* Return the number of bits per word. */
static unsigned
sample_bits(const struct sx_stream *s, const struct sx_sample_wish *w)
{
	if (w->bits != 0)
		return (unsigned)w->bits;
	if (w->device == SX_SAMPLE_MACHINEDRUM)
		return MACHINEDRUM_BITS;
	return s->bits < SX_SDS_BITS_MOST ? (unsigned)s->bits
					  : SX_SDS_BITS_MOST;
}

int
sx_sample_prepare(struct sx_sample_out *s, struct sx_audio *a, const char *path,
    const struct sx_sample_wish *w, enum sx_sample_loop_is *is,
    struct sx_err *e)
{
	const struct sx_sample_loop *loop = &w->loop;

	s->header.bits = 0;
	if (sx_sample_header(&a->head, path, &s->header, e) == -1)
		return -1;
	s->header.bits = sample_bits(&a->head, w);
	*is = sx_sample_set_loop(&a->head, loop, &s->header);
	if (*is == SX_LOOP_BEYOND)
		return sx_fail(e, SX_EUSAGE, 0,
		    "--loop %ld-%ld: the last word is %ld", loop->start,
		    loop->end, a->head.frames - 1);
	if (*is == SX_LOOP_MISSING)
		return sx_fail(e, SX_EUSAGE, 0,
		    "--alternate needs a loop, but the file has none");
	sx_sample_mix(a, w->side);
	s->samples = a->samples;
	return 0;
}

int
sx_sample_check_name(
    enum sx_sample_device device, const char *name, long slot, struct sx_err *e)
{
	if (device != SX_SAMPLE_MACHINEDRUM) {
		sx_fail(e, SX_EUSAGE, 0,
		    "--name: a sample dump has no room for a name");
		return sx_hint(e,
		    "a Machinedrum UW accepts one in a separate message: "
		    "--device machinedrum");
	}
	if (slot > MACHINEDRUM_SLOT_MOST)
		return sx_fail(e, SX_EUSAGE, 0,
		    "--slot %ld: a Machinedrum has no such sample", slot);
	for (const char *p = name; *p != '\0'; p++)
		if (*p < 0x20 || *p > 0x7e || p - name >= MACHINEDRUM_NAME)
			return sx_fail(e, SX_EUSAGE, 0,
			    "--name: a Machinedrum name has at most %d ASCII "
			    "characters",
			    MACHINEDRUM_NAME);
	return 0;
}

/* ---- The dump ---- */

void
sx_sample_out_begin(struct sx_sample_out *s)
{
	s->sender.wire =
	    s->rate == 0 ? 0 : (int64_t)SX_SDS_PACKET_SIZE * 1000000 / s->rate;
	sx_sds_sender_begin(
	    &s->sender, sx_sds_packets(s->header.words, s->header.bits));
}

/* Send a Machinedrum UW the name of the sample that follows. */
static int
sample_send_name(struct sx_sample_out *s)
{
	uint8_t msg[] = { 0xf0, 0x00, 0x20, 0x3c, 0x02, 0x00, 0x73,
		(uint8_t)s->header.slot, ' ', ' ', ' ', ' ', 0xf7 };

	s->named = true;
	memcpy(msg + 8, s->name, strnlen(s->name, MACHINEDRUM_NAME));
	return sx_talk_send(s->talk, msg, sizeof(msg), s->rate, SX_SDS_OPEN_US);
}

static int
sample_out_send(struct sx_sample_out *s)
{
	uint8_t msg[SX_SDS_PACKET_SIZE], data[SX_SDS_DATA];
	size_t at = s->sender.at, n = SX_SDS_HEADER_SIZE;
	size_t words = sx_sds_packet_words(s->header.bits), from;
	int64_t begun;

	if (at == 0) {
		sx_sds_put_header(msg, &s->header);
	} else {
		if (s->name != NULL && !s->named && sample_send_name(s) == -1)
			return -1;
		from = (at - 1) * words;
		if (words > s->header.words - from)
			words = s->header.words - from;
		sx_sds_pack(data, s->header.bits, s->samples + from, words);
		n = SX_SDS_PACKET_SIZE;
		sx_sds_put_packet(msg, s->header.device, at - 1, data);
	}
	begun = sx_now().mono;
	if (sx_talk_send(s->talk, msg, n, s->rate, 0) == -1)
		return -1;
	s->bytes += n;
	sx_sds_sent(&s->sender, begun, sx_now().mono);
	return 0;
}

static int
sample_out_listen(struct sx_sample_out *s)
{
	const unsigned device = s->header.device;
	struct sx_sds_sender *d = &s->sender;
	struct sx_sds_message answer;
	const struct sx_message *m;
	struct sx_talk *t = s->talk;
	int rc;

	/* After the end of input no answer can arrive. */
	if (t->ended)
		rc = sx_talk_pause(t, d->deadline - sx_now().mono);
	else
		rc = sx_talk_next(t, d->deadline, &m);
	if (sx_talk_forgive(t, rc))
		return 0;
	if (rc == 0)
		sx_sds_unanswered(d);
	if (rc == 1 && m->damage.kind == SX_DAMAGE_NONE &&
	    sx_sds_parse(m->data, m->len, &answer) &&
	    (answer.device == device || answer.device == 0x7f ||
		device == 0x7f))
		sx_sds_answered(d, &answer, m->time.mono);
	return rc == -1 ? -1 : 0;
}

static int
sample_out_fail(const struct sx_sample_out *s)
{
	const struct sx_sds_sender *d = &s->sender;
	struct sx_err *e = s->talk->err;
	char where[48] = "header";

	if (d->at > 0)
		snprintf(where, sizeof(where), "packet %zu of %zu", d->at,
		    d->packets);
	if (d->why == SX_SDS_CANCELLED)
		return sx_fail(e, SX_EREFUSED, 0, "%s: %s", where,
		    sx_sds_why_text(d->why));
	sx_fail(e, SX_ETIMEOUT, 0, "%s: %s; sent %u times", where,
	    sx_sds_why_text(d->why), d->retries + 1);
	return sx_hint(e, "CANCEL was sent: the unit has an incomplete sample");
}

int
sx_sample_out_next(struct sx_sample_out *s)
{
	struct sx_sds_sender *d = &s->sender;
	int rc = 0;

	switch (d->todo) {
	case SX_SDS_SEND:
		rc = sample_out_send(s);
		break;
	case SX_SDS_LISTEN:
		rc = sample_out_listen(s);
		break;
	case SX_SDS_GIVE_UP:
		rc = sx_sample_cancel(
		    s->talk, s->rate, s->header.device, d->at - (d->at > 0));
		sx_sds_given_up(d);
		break;
	case SX_SDS_FAILED:
		return sample_out_fail(s);
	case SX_SDS_DONE:
		return 0;
	}
	return rc == 0 ? 1 : -1;
}

int
sx_sample_cancel(
    struct sx_talk *t, unsigned rate, unsigned device, size_t packet)
{
	uint8_t msg[SX_SDS_ANSWER_SIZE];
	int signal = *t->signal, rc;

	/* A message stopped by a signal was closed with F7; this one follows
	 * it. */
	*t->signal = 0;
	sx_sds_put_answer(msg, device, SX_SDS_CANCEL, packet & 0x7f);
	rc = sx_talk_send(t, msg, sizeof(msg), rate, SX_SAMPLE_LINGER_US);
	if (signal != 0)
		*t->signal = signal;
	return rc;
}

struct sx_record
sx_sample_out_record(const struct sx_sample_out *s, struct sx_facts *facts)
{
	uint8_t msg[SX_SDS_HEADER_SIZE];

	sx_sds_put_header(msg, &s->header);
	sx_device_decode(NULL, msg, sizeof(msg), facts);
	facts->checksum = SX_CHECKSUM_OK;
	if (s->name != NULL)
		snprintf(facts->name, sizeof(facts->name), "%s", s->name);
	return (struct sx_record){ .port = s->talk->port_name,
		.time = sx_now().wall,
		.bytes = sizeof(msg) + s->sender.packets * SX_SDS_PACKET_SIZE,
		.messages = 1 + s->sender.packets,
		.facts = facts };
}
