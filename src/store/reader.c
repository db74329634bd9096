/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "hextext.h"
#include "input.h"
#include "lines.h"
#include "mid.h"
#include "part.h"
#include "stray_run.h"
#include "sxlib/framer.h"
#include "sxlib/reader.h"
#include "sxlib/store.h"

#define LONG ((size_t)1 << 20) /* longer messages may be skimmed */

struct sx_file {
	struct sx_input in;
	struct sx_mid *mid; /* NULL: a .syx */
	const struct sx_devices *user;
	struct sx_decoder *decoder, *own; /* own NULL: it is the caller's */
	int64_t time;
	bool skim;
	uint64_t pos; /* .syx: of the next item */
	uint64_t from,
	    to;		 /* .syx: extent of wrapped SysEx; to 0: not wrapped */
	uint8_t *buffer; /* for messages with real-time bytes inside */
	size_t cap;
	struct sx_hex hex; /* hex text: its bytes, which `in` reads */
	size_t next_time;
	int64_t at;
	struct sx_lines lines; /* .syx */
};

static int64_t
reader_file_time(const struct sx_file *f, const char *path)
{
	int64_t t = path != NULL ? sx_time_parse(sx_path_leaf(path)) : -1;

	if (t == -1 && f->mid != NULL)
		t = sx_mid_time(f->mid);
	return t != -1 ? t : f->in.mtime;
}

static struct sx_file *
file_new(const struct sx_devices *user, struct sx_err *e)
{
	struct sx_file *f = calloc(1, sizeof(*f));

	if (f == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	f->user = user;
	f->in = (struct sx_input){ .fd = -1 };
	return f;
}

/* Find the SysEx in a MacBinary file. */
static int
find_wrapping(struct sx_file *f, struct sx_err *e)
{
	const uint8_t *head;
	uint64_t data;

	if (f->in.size < SX_MACBINARY)
		return 0;
	head = sx_input_at(&f->in, 0, SX_MACBINARY, e);
	if (head == NULL)
		return -1;
	if (sx_macbinary(head, f->in.size, &data)) {
		f->from = SX_MACBINARY;
		f->to = f->from + data;
	}
	return 0;
}

/* Detect a MIDI file, and fail if it is neither that nor SysEx. */
static int
reader_find_format(struct sx_file *f, const char *path, struct sx_err *e)
{
	uint64_t begin;
	int mid = sx_mid_find(&f->in, &begin, e);

	if (mid == 0 && path != NULL && sx_content_check(&f->in, path, e) == -1)
		return -1;
	if (mid == 0)
		return find_wrapping(f, e);
	if (mid == 1)
		f->mid = sx_mid_open(&f->in, begin, e);
	return mid == -1 || (mid == 1 && f->mid == NULL) ? -1 : 0;
}

static uint64_t
data_end(const struct sx_file *f)
{
	return f->to > 0 ? f->to : f->in.size;
}

/* Open path or, if it is NULL, the bytes in memory. */
static struct sx_file *
reader_open_file(const char *path, const struct sx_devices *user,
    const uint8_t *data, size_t n, struct sx_err *e)
{
	struct sx_file *f = file_new(user, e);

	if (f == NULL)
		return NULL;
	if ((path != NULL ? sx_input_open(&f->in, path, e)
			  : sx_input_memory(&f->in, data, n, e)) == -1)
		goto fail;
	/* A file kept as damaged may begin with anything. */
	if ((path == NULL || !sx_path_has_suffix(path, SX_DAMAGED_SUFFIX)) &&
	    reader_find_format(f, path, e) == -1)
		goto fail;
	f->time = reader_file_time(f, path);
	return f;
fail:
	sx_file_close(f);
	return NULL;
}

struct sx_file *
sx_file_open(const char *path, const struct sx_devices *user, struct sx_err *e)
{
	return reader_open_file(path, user, NULL, 0, e);
}

struct sx_file *
sx_file_open_next(const char *path, const struct sx_devices *user,
    struct sx_decoder **kept, struct sx_err *e)
{
	struct sx_file *f;

	if (*kept == NULL && (*kept = sx_decoder_new(user, e)) == NULL)
		return NULL;
	f = sx_file_open(path, user, e);
	if (f != NULL)
		f->decoder = *kept;
	return f;
}

/* Replace hex text by its bytes. */
static int
reader_spell_out(struct sx_file *f, struct sx_err *e)
{
	struct sx_input text = f->in;
	struct sx_err why = { 0 };
	const uint8_t *p = (const uint8_t *)"";
	int rc;

	if (text.size > SX_ITEM_MOST)
		return sx_fail(e, SX_EDATA, 0,
		    "%s is too long for hex text: %ju bytes", text.name,
		    (uintmax_t)text.size);
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
    const char *path, const struct sx_devices *user, struct sx_err *e)
{
	struct sx_file *f = file_new(user, e);

	if (f == NULL)
		return NULL;
	if (sx_input_open(&f->in, path, e) == -1 ||
	    reader_spell_out(f, e) == -1) {
		sx_file_close(f);
		return NULL;
	}
	f->time = reader_file_time(f, path);
	return f;
}

bool
sx_is_hex_name(const char *path)
{
	return sx_path_has_suffix(path, ".hex") ||
	       sx_path_has_suffix(path, ".txt");
}

struct sx_file *
sx_file_open_any(
    const char *path, const struct sx_devices *user, struct sx_err *e)
{
	if (sx_is_hex_name(path))
		return sx_file_open_hex(path, user, e);
	return sx_file_open(path, user, e);
}

struct sx_file *
sx_file_of_bytes(const uint8_t *data, size_t n, int64_t time,
    const struct sx_devices *user, struct sx_err *e)
{
	struct sx_file *f = file_new(user, e);

	if (f == NULL)
		return NULL;
	if (sx_input_memory(&f->in, data, n, e) == -1) {
		sx_file_close(f);
		return NULL;
	}
	f->time = time;
	return f;
}

struct sx_file *
sx_file_hex_text(const char *name, const char *text,
    const struct sx_devices *user, struct sx_err *e)
{
	struct sx_file *f = file_new(user, e);

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
	if (reader_spell_out(f, e) == 0)
		return f;
fail:
	sx_file_close(f);
	return NULL;
}

struct sx_file *
sx_file_memory(const uint8_t *data, size_t n, struct sx_err *e)
{
	return reader_open_file(NULL, NULL, data, n, e);
}

void
sx_file_close(struct sx_file *f)
{
	if (f == NULL)
		return;
	sx_mid_free(f->mid);
	sx_input_close(&f->in);
	sx_hex_free(&f->hex);
	sx_decoder_free(f->own);
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
	if (f->mid != NULL)
		return sx_mid_note(f->mid);
	return f->lines.note[0] != '\0' ? f->lines.note : NULL;
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
	f->lines = (struct sx_lines){ 0 };
	f->next_time = 0;
	f->at = 0;
}

const char *
sx_file_content(struct sx_file *f, const char **hint, struct sx_err *e)
{
	*hint = NULL;
	if (f->mid != NULL)
		return "a MIDI file without SysEx";
	return sx_content_text(&f->in, hint, e);
}

int
sx_file_nothing(struct sx_file *f, struct sx_err *e)
{
	const char *hint, *what = sx_file_content(f, &hint, e);

	if (what == NULL)
		return -1;
	sx_fail(
	    e, SX_EDATA, 0, "%s contains no SysEx: found %s", f->in.name, what);
	return hint != NULL ? sx_hint(e, "%s", hint) : -1;
}

size_t
sx_file_text_mode(const struct sx_file *f)
{
	return sx_lines_damaged(&f->lines);
}

int
sx_file_all(struct sx_file *f, struct sx_err *e)
{
	if (f->mid == NULL)
		return sx_fail(
		    e, SX_EDATA, 0, "%s is not a MIDI file", f->in.name);
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

static int
next_stray(struct sx_file *f, struct sx_item *item, struct sx_err *e)
{
	if (sx_stray_run(&f->in, f->pos, data_end(f), item, e) == -1)
		return -1;
	f->pos += item->len;
	/* In hex text somebody wrote it down. */
	item->padding = item->what == SX_STRAY_PADDING && f->hex.n == 0 &&
			f->pos == data_end(f) && f->lines.messages > 0;
	return 1;
}

/* Copy p[0..n-1] without its real-time bytes. */
static int
reader_strip_realtime(struct sx_file *f, const uint8_t *p, size_t n,
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

/* The search for the end of a message. */
struct scan {
	struct sx_framer framer;
	struct sx_span span;
	size_t used;	  /* bytes of it fed to the framer */
	const uint8_t *p; /* its bytes [from, n) */
	size_t from, n;
	size_t realtime;
	bool skim; /* bytes already used are not needed any more */
	uint8_t head[SX_TRIAGE_BYTES];
};

/* Load more of the message. */
static int
look_further(struct sx_file *f, struct scan *s, uint64_t left, struct sx_err *e)
{
	if (s->skim)
		s->from = s->n = s->used;
	else if (s->n >= SX_ITEM_MOST)
		return sx_input_too_long(&f->in, f->pos, e);
	s->n = s->from + sx_look_on(s->n - s->from, left - s->from);
	s->p = sx_input_at(&f->in, f->pos + s->from, s->n - s->from, e);
	return s->p != NULL ? 0 : -1;
}

/* Continue to the end of the message, or until `limit` bytes are used. */
static int
scan_on(struct sx_file *f, struct scan *s, size_t limit, struct sx_err *e)
{
	uint64_t left = data_end(f) - f->pos;

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

/* Can the rest of a long message be skimmed? */
static bool
can_skim(const struct sx_file *f, struct scan *s, struct sx_item *item)
{
	size_t have = 0;

	if (s->span.end != SX_END_OPEN)
		return false;
	for (size_t i = 0; i < s->n && have < sizeof(s->head); i++)
		if (s->p[i] < 0xf8)
			s->head[have++] = s->p[i];
	return have == sizeof(s->head) && sx_device_skim(f->user, s->head, have,
					      s->used, false, &item->facts);
}

static int
reader_next_message(struct sx_file *f, struct sx_item *item, struct sx_err *e)
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
		(void)sx_device_skim(f->user, s.head, sizeof(s.head), item->len,
		    item->damage.kind == SX_DAMAGE_NONE, &item->facts);
	else
		item->data = s.p;
	if (!s.skim && s.realtime > 0 &&
	    reader_strip_realtime(f, s.p, s.used, item, e) == -1)
		return -1;
	f->pos += s.used;
	return 1;
}

static int
next_wrapping(struct sx_file *f, struct sx_item *item, struct sx_err *e)
{
	uint64_t end = f->pos < f->from ? f->from : f->in.size;

	if (sx_wrapping_run(&f->in, f->pos, end, item, e) == -1)
		return -1;
	f->pos = end;
	return 1;
}

static int
next_syx(struct sx_file *f, struct sx_item *item, struct sx_err *e)
{
	const uint8_t *p;

	if (f->pos == f->in.size)
		return 0;
	item->offset = f->pos;
	if (f->pos < f->from || f->pos >= data_end(f))
		return next_wrapping(f, item, e);
	while (f->next_time < f->hex.ntimes &&
	       f->hex.times[f->next_time].off <= f->pos)
		f->at = f->hex.times[f->next_time++].at;
	item->at = f->at;
	p = sx_input_at(&f->in, f->pos, 1, e);
	if (p == NULL)
		return -1;
	return *p == 0xf0 ? reader_next_message(f, item, e)
			  : next_stray(f, item, e);
}

static int
reader_decode(struct sx_file *f, struct sx_item *item, struct sx_err *e)
{
	if (f->decoder == NULL)
		f->decoder = f->own = sx_decoder_new(f->user, e);
	if (f->decoder == NULL)
		return -1;
	sx_decoder_next(f->decoder, item->data, item->len, &item->facts);
	return 1;
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
		rc = reader_decode(f, item, e);
	if (f->mid == NULL && rc == 1 && !item->stray)
		sx_lines_add(&f->lines, item);
	else if (f->mid == NULL && rc == 0)
		sx_lines_end(&f->lines);
	return rc;
}
