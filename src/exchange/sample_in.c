/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/samples.h"

#define REQUEST_US   5000000 /* a unit that is asked begins sooner */
#define SILENT_US    2000000 /* a packet comes sooner; senders wait 1 s */
#define SYNC_US	     1000000 /* as much of a part at most is unsynced */
#define RATE_UNKNOWN 44100

void
sx_sample_in_begin(struct sx_sample_in *s)
{
	struct sx_sds_receiver *r = &s->receiver;

	r->first = s->timeout;
	if (r->first == -1)
		r->first = r->asks ? REQUEST_US : INT64_MAX;
	r->patience = SILENT_US;
	r->header =
	    (struct sx_sds_header){ .device = s->device, .slot = s->slot };
	sx_sds_receiver_begin(r, sx_now().mono);
}

void
sx_sample_in_free(struct sx_sample_in *s)
{
	sx_part_release(s->part);
	sx_sds_receiver_free(&s->receiver);
	free(s->extras);
	free(s->pieces);
}

/* ---- What comes ---- */

static int
sample_add_piece(struct sx_sample_in *s, const struct sx_message *m)
{
	size_t want = s->capacity > 0 ? s->capacity * 2 : 256;
	struct sx_piece *p;

	if (s->dump.messages == s->capacity) {
		p = reallocarray(s->pieces, want, sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(s->talk->err);
		s->pieces = p;
		s->capacity = want;
	}
	s->pieces[s->dump.messages++] = (struct sx_piece){
		.off = s->dump.bytes, .len = m->len, .time = m->time
	};
	s->dump.pieces = s->pieces;
	s->dump.bytes += m->len;
	s->dump.realtime += m->realtime;
	return 0;
}

/* Into the part, as it came. */
static int
sample_keep(struct sx_sample_in *s, const struct sx_message *m)
{
	struct sx_facts *f = &s->dump.facts;
	struct sx_err *e = s->talk->err;

	if (s->part == NULL) {
		s->part = sx_part_begin(s->store, m->time, e);
		if (s->part == NULL)
			return -1;
		s->dump.time = m->time;
		*f = m->facts;
		s->sync_at = m->time.mono + SYNC_US;
	}
	if (s->dump.damage.kind == SX_DAMAGE_NONE)
		s->dump.damage = m->damage;
	if (m->facts.checksum == SX_CHECKSUM_BAD)
		f->checksum = SX_CHECKSUM_BAD;
	if (f->name[0] == '\0')
		memcpy(f->name, m->facts.name, sizeof(f->name));
	if (sample_add_piece(s, m) == -1)
		return -1;
	return sx_part_append(s->part, m->data, m->len, e);
}

/* One that is neither header nor packet: for a .syx. */
static int
sample_keep_extra(struct sx_sample_in *s, const struct sx_message *m)
{
	uint8_t *p = s->extras;

	/* With a header that comes again they do, too. */
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

/* Once a second, and only when the unit has its answer. */
static int
sample_sync(struct sx_sample_in *s)
{
	const int64_t now = sx_now().mono;

	if (s->part == NULL || now < s->sync_at)
		return 0;
	s->sync_at = now + SYNC_US;
	return sx_part_sync(s->part, s->talk->err);
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
	/* No more can come: that is silence, which need not be waited for. */
	if (rc == -1 && t->ended && *t->signal == 0) {
		*t->err = (struct sx_err){ 0 };
		rc = 0;
	}
	/* One that goes on and on is passed over. */
	t->flood = false;
	if (rc == 0)
		sx_sds_silence(r);
	return rc == 1 ? sample_take(s, m) : rc;
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
	case SX_SDS_DONE:
		return 0;
	}
	return rc == 0 ? 1 : -1;
}

/* ---- A whole dump ---- */

uint8_t *
sx_sample_in_dump(const struct sx_sample_in *s, size_t *n, struct sx_err *e)
{
	const struct sx_sds_receiver *r = &s->receiver;
	uint8_t *bytes, *p;

	*n = SX_SDS_HEADER_SIZE + s->nextras + r->packets * SX_SDS_PACKET_SIZE;
	bytes = p = malloc(*n);
	if (bytes == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	sx_sds_put_header(p, &r->header);
	p += SX_SDS_HEADER_SIZE;
	if (s->nextras > 0)
		memcpy(p, s->extras, s->nextras);
	p += s->nextras;
	for (size_t i = 0; i < r->packets; i++, p += SX_SDS_PACKET_SIZE)
		sx_sds_put_packet(
		    p, r->header.device, i, r->data + i * SX_SDS_DATA);
	return bytes;
}

/* A loop of one word is how some say that there is none. False: it is none
 * inside the sample. */
static bool
sample_loop(const struct sx_sds_header *h, struct sx_stream *head)
{
	if (h->loop != SX_SDS_FORWARD && h->loop != SX_SDS_ALTERNATING)
		return true;
	if (h->loop_start >= h->loop_end || h->loop_end >= h->words)
		return false;
	head->loop = (int)h->loop;
	head->loops = 1;
	head->loop_start = (long)h->loop_start;
	head->loop_end = (long)h->loop_end;
	return true;
}

uint8_t *
sx_sample_in_sound(const struct sx_sample_in *s, const char *format,
    struct sx_sample_odd *odd, size_t *n, struct sx_err *e)
{
	const struct sx_sds_receiver *r = &s->receiver;
	const struct sx_sds_header *h = &r->header;
	struct sx_audio sound = { .head = { .rate = (int)sx_sds_rate(h->period),
				      .channels = 1,
				      .frames = (long)h->words,
				      .bits = (int)h->bits,
				      .loop = SX_STREAM_NO_LOOP } };
	size_t words = sx_sds_packet_words(h->bits);
	uint8_t *bytes;

	*odd = (struct sx_sample_odd){ 0 };
	if (sound.head.rate < 1)
		sound.head.rate = odd->rate = RATE_UNKNOWN;
	odd->loop = !sample_loop(h, &sound.head);
	sound.samples = calloc(r->packets * words, sizeof(*sound.samples));
	if (sound.samples == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	for (size_t i = 0; i < r->packets; i++)
		sx_sds_unpack(r->data + i * SX_SDS_DATA, h->bits,
		    sound.samples + i * words, words);
	bytes = sx_audio_write(format, &sound, n, e);
	sx_audio_free(&sound);
	return bytes;
}
