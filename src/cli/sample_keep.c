/* SPDX-License-Identifier: ISC */
/*
 * A dump comes in twice over: what arrives goes into a part as it is, which is
 * what is kept if anything fails; and the packets go where they belong, out of
 * which the file is made at the end.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sample_in.h"

#define RATE_UNKNOWN 44100

/* The format by the name that was given; -1: it is a folder. */
static int
named_format(const char *out)
{
	struct stat st;

	if (stat(out, &st) == 0 && S_ISDIR(st.st_mode))
		return -1;
	if (sx_path_has_suffix(out, ".wav"))
		return SAMPLE_WAV;
	if (sx_path_has_suffix(out, ".aiff") || sx_path_has_suffix(out, ".aif"))
		return SAMPLE_AIFF;
	return sx_path_has_suffix(out, ".syx") ? SAMPLE_SYX : -1;
}

static enum sample_format
format_of(const struct sample_in *s)
{
	int named = named_format(s->o->out);

	return named != -1 ? (enum sample_format)named : s->o->format;
}

/* The options of both stores: the file, and the part beside it. */
int
sample_places(struct sample_in *s)
{
	static const char *const suffixes[] = { ".wav", ".aiff", ".syx" };
	struct sx_store_opts *raw = &s->raw_opts.store;
	struct sx_store_opts *file = &s->file_opts.store;
	const char *out = s->o->out, *slash = strrchr(out, '/');
	struct sx_err *e = &s->c->err;

	s->raw_opts = s->file_opts = (struct receive_opts)RECEIVE_OPTS;
	if (strcmp(out, "-") == 0)
		return sx_fail(e, SX_EUSAGE, 0, "--out - is not for samples");
	file->out = out;
	file->name = s->o->name;
	file->copy = true;
	file->suffix = suffixes[format_of(s)];
	if (named_format(out) == -1)
		s->folder = strdup(out);
	else if (slash != NULL)
		s->folder = strndup(out, (size_t)(slash - out) + 1);
	else
		s->folder = strdup("./");
	if (s->folder == NULL)
		return sx_fail_memory(e);
	if (named_format(out) != -1)
		file->format = SX_FORMAT_BYTES;
	raw->out = s->folder;
	if (sx_store_check(file, e) == -1)
		return -1;
	return format_of(s) != SAMPLE_SYX ? sound_check(s->c) : 0;
}

int
sample_keeper(
    struct sample_in *s, struct keeper *k, const struct receive_opts *o)
{
	*k = (struct keeper){
		.c = s->c, .o = o, .port_name = s->line.talk.port_name
	};
	k->store = sx_store_open(&o->store, &s->c->err);
	return k->store != NULL ? 0 : -1;
}

static int
add_piece(struct sample_in *s, const struct sx_message *m)
{
	size_t want = s->capacity > 0 ? s->capacity * 2 : 256;
	struct sx_piece *p;

	if (s->dump.messages == s->capacity) {
		p = reallocarray(s->pieces, want, sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(&s->c->err);
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
int
sample_keep_raw(struct sample_in *s, const struct sx_message *m)
{
	struct sx_facts *f = &s->dump.facts;

	if (s->part == NULL) {
		s->part = sx_part_begin(s->raw.store, m->time, &s->c->err);
		if (s->part == NULL)
			return -1;
		s->dump.time = m->time;
		*f = m->facts;
		s->sync_at = m->time.mono + SAMPLE_SYNC_US;
	}
	if (s->dump.damage.kind == SX_DAMAGE_NONE)
		s->dump.damage = m->damage;
	if (m->facts.checksum == SX_CHECKSUM_BAD)
		f->checksum = SX_CHECKSUM_BAD;
	if (f->name[0] == '\0')
		memcpy(f->name, m->facts.name, sizeof(f->name));
	if (add_piece(s, m) == -1)
		return -1;
	return sx_part_append(s->part, m->data, m->len, &s->c->err);
}

int
sample_keep_extra(struct sample_in *s, const struct sx_message *m)
{
	uint8_t *p = s->extras;

	/* With a header that comes again they do, too. */
	if (p != NULL && memmem(p, s->nextras, m->data, m->len) != NULL)
		return 0;
	p = realloc(p, s->nextras + m->len);
	if (p == NULL)
		return sx_fail_memory(&s->c->err);
	s->extras = p;
	memcpy(p + s->nextras, m->data, m->len);
	s->nextras += m->len;
	s->extra_messages++;
	return 0;
}

/* The dump as it should have come: every message once, in order. */
static uint8_t *
whole_dump(struct sample_in *s, size_t *n)
{
	const struct sx_sds_receiver *r = &s->receiver;
	uint8_t *bytes, *p;

	*n = SX_SDS_HEADER_SIZE + s->nextras + r->packets * SX_SDS_PACKET_SIZE;
	bytes = p = malloc(*n);
	if (bytes == NULL) {
		sx_fail_memory(&s->c->err);
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

static uint8_t *
whole_sound(struct sample_in *s, size_t *n)
{
	const struct sx_sds_receiver *r = &s->receiver;
	const struct sx_sds_header *h = &r->header;
	struct sound sound = { .head = { .rate = (int)sx_sds_rate(h->period),
				   .channels = 1,
				   .frames = (long)h->words,
				   .bits = (int)h->bits,
				   .loop = STREAM_NO_LOOP } };
	size_t words = sx_sds_packet_words(h->bits);
	uint8_t *bytes;

	if (sound.head.rate < 1) {
		sound.head.rate = RATE_UNKNOWN;
		warn(s->c, "the header has no sample rate: %d Hz is taken",
		    RATE_UNKNOWN);
	}
	/* A loop of one word is how some say that there is none. */
	if ((h->loop == SX_SDS_FORWARD || h->loop == SX_SDS_ALTERNATING) &&
	    h->loop_start < h->loop_end && h->loop_end < h->words) {
		sound.head.loop = (int)h->loop;
		sound.head.loops = 1;
		sound.head.loop_start = (long)h->loop_start;
		sound.head.loop_end = (long)h->loop_end;
	}
	sound.samples = calloc(r->packets * words, sizeof(*sound.samples));
	if (sound.samples == NULL) {
		sx_fail_memory(&s->c->err);
		return NULL;
	}
	for (size_t i = 0; i < r->packets; i++)
		sx_sds_unpack(r->data + i * SX_SDS_DATA, h->bits,
		    sound.samples + i * words, words);
	bytes = sound_write(
	    s->c, format_of(s) == SAMPLE_AIFF ? "aiff" : "wav", &sound, n);
	sound_free(&sound);
	return bytes;
}

/* Make the file. -1 and c->err: the part is still all there is. */
int
sample_make_file(struct sample_in *s)
{
	struct sx_dump d = s->dump;
	struct sx_part *part;
	uint8_t *bytes;
	size_t n;
	int rc = -1;

	if (format_of(s) == SAMPLE_SYX)
		bytes = whole_dump(s, &n);
	else
		bytes = whole_sound(s, &n);
	if (bytes == NULL)
		return -1;
	d.bytes = n;
	d.messages = 1 + s->receiver.packets;
	if (format_of(s) == SAMPLE_SYX)
		d.messages += s->extra_messages;
	d.damage.kind = SX_DAMAGE_NONE;
	d.facts.checksum = SX_CHECKSUM_OK;
	part = sx_part_begin(s->file.store, d.time, &s->c->err);
	if (part != NULL) {
		rc = sx_part_append(part, bytes, n, &s->c->err);
		if (rc == 0)
			rc = keeper_add(&s->file, part, &d);
		else
			sx_part_drop(part);
	}
	free(bytes);
	return rc == 0 ? keeper_finish(&s->file) : -1;
}

/* Keep what came, as it came. */
void
sample_keep_part(struct sample_in *s, enum sx_damage_kind damage)
{
	struct sx_part *part = s->part;

	s->part = NULL;
	if (part == NULL)
		return;
	if (s->dump.damage.kind == SX_DAMAGE_NONE)
		s->dump.damage.kind = damage;
	if (keeper_add(&s->raw, part, &s->dump) == -1 ||
	    keeper_finish(&s->raw) == -1)
		s->status = status_worse(s->status, ST_FAILED);
	if (s->raw.damaged > 0)
		s->status = status_worse(s->status, ST_DAMAGED);
}
