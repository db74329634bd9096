/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "hextext.h"
#include "input.h"
#include "mid.h"
#include "part.h"
#include "sxlib/framer.h"
#include "sxlib/reader.h"
#include "sxlib/store.h"

#define LOOK ((size_t)64 << 10) /* how far to look at first */
#define LONG ((size_t)1 << 20)	/* a message that may be skimmed */

struct sx_file {
	struct sx_input in;
	struct sx_mid *mid; /* NULL: a .syx */
	const struct sx_devices *own;
	int64_t time;
	bool skim;
	uint64_t pos;	 /* .syx: of the next item */
	uint8_t *buffer; /* of a message that had real-time bytes inside */
	size_t cap;
	struct sx_hex hex; /* hex text: its bytes, which `in` reads */
	size_t next_time;
	int64_t at;
};

static int64_t
file_time(const struct sx_file *f, const char *path)
{
	int64_t t = path != NULL ? sx_time_parse(sx_path_leaf(path)) : -1;

	if (t == -1 && f->mid != NULL)
		t = sx_mid_time(f->mid);
	return t != -1 ? t : f->in.mtime;
}

static struct sx_file *
file_new(const struct sx_devices *own, struct sx_err *e)
{
	struct sx_file *f = calloc(1, sizeof(*f));

	if (f == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	f->own = own;
	f->in = (struct sx_input){ .fd = -1 };
	return f;
}

/* Open path or, if it is NULL, the bytes in memory. */
static struct sx_file *
open_file(const char *path, const struct sx_devices *own, const uint8_t *data,
    size_t n, struct sx_err *e)
{
	struct sx_file *f = file_new(own, e);
	int mid = 0;

	if (f == NULL)
		return NULL;
	if ((path != NULL ? sx_input_open(&f->in, path, e)
			  : sx_input_memory(&f->in, data, n, e)) == -1)
		goto fail;
	/* What was kept as damaged may begin with anything. */
	if (path == NULL || !sx_path_has_suffix(path, SX_DAMAGED_SUFFIX))
		mid = sx_mid_is(&f->in, e);
	if (mid == -1)
		goto fail;
	if (mid) {
		f->mid = sx_mid_open(&f->in, e);
		if (f->mid == NULL)
			goto fail;
	}
	f->time = file_time(f, path);
	return f;
fail:
	sx_file_close(f);
	return NULL;
}

struct sx_file *
sx_file_open(const char *path, const struct sx_devices *own, struct sx_err *e)
{
	return open_file(path, own, NULL, 0, e);
}

/* Put the bytes that the text spells in its place. */
static int
spell_out(struct sx_file *f, struct sx_err *e)
{
	struct sx_input text = f->in;
	struct sx_err why = { 0 };
	const uint8_t *p = (const uint8_t *)"";
	int rc;

	if (text.size > 0 &&
	    (p = sx_input_at(&text, 0, (size_t)text.size, e)) == NULL) {
		f->in = text;
		return -1;
	}
	f->in = (struct sx_input){ .fd = -1 };
	rc = sx_hex_parse(&f->hex, p, (size_t)text.size, &why);
	if (rc == -1)
		sx_fail(e, why.code, 0, "%s: %s", text.name, why.msg);
	else
		rc = sx_input_memory(&f->in, f->hex.bytes, f->hex.n, e);
	if (rc == 0) {
		free(f->in.name);
		f->in.name = text.name;
		text.name = NULL;
		f->in.mtime = text.mtime;
	}
	sx_input_close(&text);
	return rc;
}

struct sx_file *
sx_file_open_hex(
    const char *path, const struct sx_devices *own, struct sx_err *e)
{
	struct sx_file *f = file_new(own, e);

	if (f == NULL)
		return NULL;
	if (sx_input_open(&f->in, path, e) == -1 || spell_out(f, e) == -1) {
		sx_file_close(f);
		return NULL;
	}
	f->time = file_time(f, path);
	return f;
}

struct sx_file *
sx_file_hex_text(const char *name, const char *text,
    const struct sx_devices *own, struct sx_err *e)
{
	struct sx_file *f = file_new(own, e);

	if (f == NULL)
		return NULL;
	if (sx_input_memory(&f->in, (const uint8_t *)text, strlen(text), e) ==
	    -1)
		goto fail;
	free(f->in.name);
	f->in.name = strdup(name);
	if (f->in.name == NULL) {
		sx_fail_memory(e);
		goto fail;
	}
	if (spell_out(f, e) == 0)
		return f;
fail:
	sx_file_close(f);
	return NULL;
}

struct sx_file *
sx_file_memory(const uint8_t *data, size_t n, struct sx_err *e)
{
	return open_file(NULL, NULL, data, n, e);
}

void
sx_file_close(struct sx_file *f)
{
	if (f == NULL)
		return;
	sx_mid_free(f->mid);
	sx_input_close(&f->in);
	sx_hex_free(&f->hex);
	free(f->buffer);
	free(f);
}

enum sx_file_format
sx_file_format(const struct sx_file *f)
{
	return f->mid != NULL ? SX_FILE_MID : SX_FILE_SYX;
}

uint64_t
sx_file_size(const struct sx_file *f)
{
	return f->in.size;
}

int64_t
sx_file_time(const struct sx_file *f)
{
	return f->time;
}

void
sx_file_skim(struct sx_file *f)
{
	f->skim = true;
}

const uint8_t *
sx_file_bytes(struct sx_file *f, uint64_t off, size_t n, struct sx_err *e)
{
	return sx_input_at(&f->in, off, n, e);
}

const char *
sx_file_note(const struct sx_file *f)
{
	return f->mid != NULL ? sx_mid_note(f->mid) : NULL;
}

uint64_t
sx_file_stray(const struct sx_file *f)
{
	return f->mid != NULL ? sx_mid_stray(f->mid) : 0;
}

void
sx_file_rewind(struct sx_file *f)
{
	if (f->mid != NULL)
		sx_mid_rewind(f->mid);
	f->pos = 0;
	f->next_time = 0;
	f->at = 0;
}

int
sx_file_all(struct sx_file *f, struct sx_err *e)
{
	if (f->mid == NULL)
		return sx_fail(
		    e, SX_EDATA, 0, "%s is no MIDI file", f->in.name);
	return sx_mid_all(f->mid, e);
}

int64_t
sx_file_length(const struct sx_file *f)
{
	return f->mid != NULL ? sx_mid_length(f->mid) : 0;
}

unsigned
sx_file_tempo(const struct sx_file *f)
{
	return f->mid != NULL ? sx_mid_tempo(f->mid) : 0;
}

/* How much to look at after n of `left` bytes did not settle it. */
static size_t
look_on(size_t n, uint64_t left)
{
	size_t more = n == 0 ? LOOK : n * 2;

	return left < more ? (size_t)left : more;
}

/* Everything up to the next F0. */
static int
next_stray(struct sx_file *f, struct sx_item *item, struct sx_err *e)
{
	uint64_t left = f->in.size - f->pos;
	const uint8_t *f0 = NULL, *p;
	size_t n = 0, seen;

	do {
		seen = n;
		n = look_on(n, left);
		p = sx_input_at(&f->in, f->pos, n, e);
		if (p == NULL)
			return -1;
		f0 = memchr(p + seen, 0xf0, n - seen);
	} while (f0 == NULL && n < left);
	item->kind = SX_SPAN_STRAY;
	item->stray = true;
	item->data = p;
	item->len = f0 != NULL ? (size_t)(f0 - p) : n;
	f->pos += item->len;
	return 1;
}

/* Copy p[0..n-1] without its real-time bytes. */
static int
take_realtime_out(struct sx_file *f, const uint8_t *p, size_t n,
    struct sx_item *item, struct sx_err *e)
{
	size_t have = 0;
	uint8_t *bigger;

	if (item->len > f->cap) {
		bigger = realloc(f->buffer, item->len);
		if (bigger == NULL)
			return sx_fail_memory(e);
		f->buffer = bigger;
		f->cap = item->len;
	}
	for (size_t i = 0; i < n; i++)
		if (p[i] < 0xf8)
			f->buffer[have++] = p[i];
	item->data = f->buffer;
	return 0;
}

/* The way to the end of a message. */
struct scan {
	struct sx_framer framer;
	struct sx_span span;
	size_t used;	  /* bytes of it that the framer has had */
	const uint8_t *p; /* its bytes [from, n) */
	size_t from, n;
	size_t realtime;
	bool skim; /* those behind are not needed any more */
	uint8_t head[SX_TRIAGE_BYTES];
};

/* Have more to look at. */
static int
look_further(struct sx_file *f, struct scan *s, uint64_t left, struct sx_err *e)
{
	if (s->skim)
		s->from = s->n = s->used;
	s->n = s->from + look_on(s->n - s->from, left - s->from);
	s->p = sx_input_at(&f->in, f->pos + s->from, s->n - s->from, e);
	return s->p != NULL ? 0 : -1;
}

/* Go on to its end, or until `limit` bytes have been looked at. */
static int
scan_on(struct sx_file *f, struct scan *s, size_t limit, struct sx_err *e)
{
	uint64_t left = f->in.size - f->pos;

	while (s->span.end == SX_END_OPEN && s->used < limit) {
		if (s->used == left) {
			sx_framer_cut(&s->framer, SX_END_INPUT, &s->span);
			return 0;
		}
		if (s->used == s->n && look_further(f, s, left, e) == -1)
			return -1;
		s->used += sx_framer_feed(&s->framer, s->p + s->used - s->from,
		    s->n - s->used, &s->span);
		if (s->span.kind == SX_SPAN_REALTIME) {
			s->realtime++;
			s->span.end = SX_END_OPEN;
		}
	}
	return 0;
}

/* Is what has been seen of a long message all that is needed of it? */
static bool
can_skim(const struct sx_file *f, struct scan *s, struct sx_item *item)
{
	size_t have = 0;

	if (s->span.end != SX_END_OPEN)
		return false;
	for (size_t i = 0; i < s->n && have < sizeof(s->head); i++)
		if (s->p[i] < 0xf8)
			s->head[have++] = s->p[i];
	return have == sizeof(s->head) && sx_device_skim(f->own, s->head, have,
					      s->used, false, &item->facts);
}

static int
next_message(struct sx_file *f, struct sx_item *item, struct sx_err *e)
{
	struct scan s = { .span.end = SX_END_OPEN };

	sx_framer_init(&s.framer);
	if (scan_on(f, &s, f->skim ? LONG : SIZE_MAX, e) == -1)
		return -1;
	s.skim = can_skim(f, &s, item);
	if (scan_on(f, &s, SIZE_MAX, e) == -1)
		return -1;
	item->damage = sx_span_damage(&s.span);
	item->realtime = s.realtime;
	item->len = s.used - s.realtime;
	if (s.skim)
		(void)sx_device_skim(f->own, s.head, sizeof(s.head), item->len,
		    item->damage.kind == SX_DAMAGE_NONE, &item->facts);
	else
		item->data = s.p;
	if (!s.skim && s.realtime > 0 &&
	    take_realtime_out(f, s.p, s.used, item, e) == -1)
		return -1;
	f->pos += s.used;
	return 1;
}

static int
next_syx(struct sx_file *f, struct sx_item *item, struct sx_err *e)
{
	const uint8_t *p;

	if (f->pos == f->in.size)
		return 0;
	item->offset = f->pos;
	while (f->next_time < f->hex.ntimes &&
	       f->hex.times[f->next_time].off <= f->pos)
		f->at = f->hex.times[f->next_time++].at;
	item->at = f->at;
	p = sx_input_at(&f->in, f->pos, 1, e);
	if (p == NULL)
		return -1;
	return *p == 0xf0 ? next_message(f, item, e) : next_stray(f, item, e);
}

int
sx_file_next(struct sx_file *f, struct sx_item *item, struct sx_err *e)
{
	int rc;

	*item = (struct sx_item){ .kind = SX_SPAN_SYSEX };
	if (f->mid != NULL)
		rc = sx_mid_next(f->mid, item, e);
	else
		rc = next_syx(f, item, e);
	if (rc == 1 && item->data != NULL && item->kind == SX_SPAN_SYSEX)
		sx_device_decode(f->own, item->data, item->len, &item->facts);
	return rc;
}
