/* SPDX-License-Identifier: ISC */
/*
 * The form of a record is defined once, by functions that walk the fields of a
 * struct: they write them to a book, or read them from a record into a zeroed
 * struct. Of an absent part (a slot, a name, ..) only the first number is
 * stored, a 0.
 *
 * A record is its size and that many bytes. Most numbers are small, and many
 * zeros are adjacent. A number begins with
 *
 *	00-AF	the number itself
 *	B0-DF	its high part; the low byte follows; B0 00 is B0
 *	E0-EF	not one number, but a run of 1 to 16 zeros
 *	F1-F8	the number of bytes that follow, the low byte first
 *
 * A text is a number, too: its offset among the texts, plus 1; 0 is NULL.
 */
#include <stdlib.h>
#include <string.h>

#include "book.h"

/* ---- Bytes ---- */

static void *
book_grow(struct sx_book *b, void *p, size_t *room, size_t want)
{
	size_t size = *room > 0 ? *room : 256;
	void *larger;

	if (want <= *room)
		return p;
	while (size < want)
		size *= 2;
	larger = realloc(p, size);
	if (larger == NULL) {
		b->failed = true;
		return p;
	}
	*room = size;
	return larger;
}

/* Append room for n bytes. Returns NULL if memory runs out. */
static uint8_t *
book_append(struct sx_book *b, size_t n)
{
	b->bytes = book_grow(b, b->bytes, &b->room, b->n + n);
	if (b->failed)
		return NULL;
	b->n += n;
	return b->bytes + b->n - n;
}

#define TWO	    0xb0
#define ZEROS	    0xe0
#define ZEROS_MOST  16
#define LONG	    0xf0
#define NUMBER_MOST 9 /* bytes */

static size_t
book_encode(uint8_t to[NUMBER_MOST], uint64_t n)
{
	size_t len = 1;

	if (n < TWO) {
		to[0] = (uint8_t)n;
		return 1;
	}
	if (n - TWO < (ZEROS - TWO) << 8) {
		to[0] = (uint8_t)(TWO + ((n - TWO) >> 8));
		to[1] = (uint8_t)(n - TWO);
		return 2;
	}
	for (; n > 0; n >>= 8)
		to[len++] = (uint8_t)n;
	to[0] = (uint8_t)(LONG + len - 1);
	return len;
}

/* book_get() is inlined at every field, so rare long numbers are kept out of
 * it. */
static __attribute__((noinline)) uint64_t
get_long(const uint8_t *p)
{
	uint64_t n = 0;

	if (*p < ZEROS)
		return TWO + ((uint64_t)(*p - TWO) << 8 | p[1]);
	for (size_t len = (size_t)(*p - LONG); len > 0; len--)
		n = n << 8 | p[len];
	return n;
}

/* Read a number that is not part of a run of zeros. */
static inline uint64_t
book_get(const uint8_t **at)
{
	const uint8_t *p = *at;

	if (*p < TWO) {
		*at = p + 1;
		return *p;
	}
	*at = p + (*p < ZEROS ? 2 : 1 + (*p - LONG));
	return get_long(p);
}

/* Return the offset of a text among the texts; append it if it is missing. */
static size_t
book_put_text(struct sx_book *b, const char *text)
{
	size_t n = strlen(text) + 1;
	const char *there =
	    b->ntexts > 0 ? memmem(b->texts, b->ntexts, text, n) : NULL;

	if (there != NULL)
		return (size_t)(there - b->texts);
	b->texts = book_grow(b, b->texts, &b->texts_room, b->ntexts + n);
	if (b->failed)
		return 0;
	memcpy(b->texts + b->ntexts, text, n);
	b->ntexts += n;
	return b->ntexts - n;
}

/* ---- Fields, read or written ---- */

struct walk {
	struct sx_mark from;
	struct sx_book *to; /* NULL: reading */
	uint8_t zeros;	    /* still to be written, or read */
};

static void
book_write_zeros(struct walk *w)
{
	uint8_t *to = w->zeros > 0 ? book_append(w->to, 1) : NULL;

	if (to != NULL)
		*to = (uint8_t)(ZEROS + w->zeros - 1);
	w->zeros = 0;
}

static void
book_put(struct walk *w, uint64_t n)
{
	uint8_t code[NUMBER_MOST];
	size_t len = book_encode(code, n);
	uint8_t *to;

	if (n == 0) {
		if (++w->zeros == ZEROS_MOST)
			book_write_zeros(w);
		return;
	}
	book_write_zeros(w);
	to = book_append(w->to, len);
	if (to != NULL)
		memcpy(to, code, len);
}

static inline uint64_t
book_next(struct walk *w)
{
	const uint8_t *p = w->from.at;

	if (w->zeros > 0) {
		w->zeros--;
		return 0;
	}
	if (*p >= ZEROS && *p < LONG) {
		w->zeros = *p - ZEROS;
		w->from.at++;
		return 0;
	}
	return book_get(&w->from.at);
}

/* Encode numbers near 0 as short ones: 0, -1, 1, -2, .. */
static inline int64_t
book_number(struct walk *w, int64_t n)
{
	uint64_t bits;

	if (w->to != NULL) {
		book_put(w, (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0));
		return n;
	}
	bits = book_next(w);
	return (int64_t)(bits >> 1 ^ -(bits & 1));
}

/* A field of any type that holds a number. */
#define NUMBER(w, field) \
	((field) = (__typeof__(field))book_number(w, (int64_t)(field)))

static inline void
book_bytes(struct walk *w, uint8_t *p, size_t n)
{
	uint8_t *to;

	if (w->to == NULL) {
		memcpy(p, w->from.at, n);
		w->from.at += n;
		return;
	}
	if (n == 0)
		return;
	book_write_zeros(w);
	to = book_append(w->to, n);
	if (to != NULL)
		memcpy(to, p, n);
}

static inline void
book_text(struct walk *w, const char **t)
{
	size_t at;

	if (w->to != NULL) {
		book_put(w, *t != NULL ? book_put_text(w->to, *t) + 1 : 0);
		return;
	}
	at = (size_t)book_next(w);
	*t = at != 0 ? w->from.texts + (at - 1) : NULL;
}

/* True if the rarely used fields that follow are there. */
static inline bool
book_more(struct walk *w, bool there)
{
	return book_number(w, there) != 0;
}

/* Begin a record. Returns its offset. */
static size_t
open_record(struct walk *w)
{
	book_write_zeros(w);
	return w->to->n;
}

/* Make a record of the bytes from there on: insert its size. */
static void
close_record(struct walk *w, size_t from)
{
	size_t n = open_record(w) - from, len;
	struct sx_book *b = w->to;
	uint8_t size[NUMBER_MOST];

	len = book_encode(size, n);
	if (b->failed || book_append(b, len) == NULL)
		return;
	memmove(b->bytes + from + len, b->bytes + from, n);
	memcpy(b->bytes + from, size, len);
}

/* ---- Parts ---- */

/* restrict: writing to a part does not change the walk, which can then stay in
 * registers. */

/*
 * A mask is the number of its bytes, and a code for each of them:
 *
 *	00-7F, F0-FF	that byte
 *	80-8F		any value, in 1 to 16 bytes
 *	90		any other; value and bits follow
 */
#define ANY	0x80
#define PARTIAL 0x90

static inline bool
is_byte(uint8_t code)
{
	return code < ANY || code >= LONG;
}

struct mask_step {
	uint8_t n; /* bytes */
	uint8_t value, bits;
};

static inline struct mask_step
mask_step(const uint8_t **at)
{
	uint8_t code = *(*at)++;

	if (is_byte(code))
		return (struct mask_step){ 1, code, 0xff };
	if (code != PARTIAL)
		return (struct mask_step){ (uint8_t)(code - ANY + 1), 0, 0 };
	*at += 2;
	return (struct mask_step){ 1, (*at)[-2], (*at)[-1] };
}

static void
read_mask(const uint8_t **at, struct sx_mask *m)
{
	uint8_t reach = *(*at)++;

	for (uint8_t i = 0; i < reach;) {
		struct mask_step step = mask_step(at);

		m->value[i] = step.value;
		m->bits[i] = step.bits;
		i = (uint8_t)(i + step.n);
	}
}

static uint8_t
count_open(const struct sx_mask *m, size_t i)
{
	uint8_t n = 0;

	while (i + n < SX_TRIAGE_BYTES && m->value[i + n] == 0 &&
	       m->bits[i + n] == 0)
		n++;
	return n;
}

static void
walk_mask(struct walk *restrict w, struct sx_mask *m)
{
	uint8_t reach = (uint8_t)sx_mask_reach(m);

	if (w->to == NULL) {
		read_mask(&w->from.at, m);
		return;
	}
	book_bytes(w, &reach, 1);
	for (size_t i = 0; i < reach; i++) {
		uint8_t value = m->value[i], open = count_open(m, i);
		uint8_t code[] = { PARTIAL, value, m->bits[i] };

		if (open > 0) {
			code[0] = (uint8_t)(ANY + open - 1);
			i += open - 1u;
		} else if (m->bits[i] == 0xff && is_byte(value))
			code[0] = value;
		book_bytes(w, code, code[0] == PARTIAL ? sizeof(code) : 1);
	}
}

static void
walk_slot(struct walk *restrict w, struct sx_slot_at *s)
{
	int64_t form;

	if (NUMBER(w, s->low) == 0)
		return;
	NUMBER(w, s->high);
	if (!book_more(w, s->radix != 0 || s->below != 0 || s->from != 0 ||
			      s->bits != 0 || s->counted || s->form != 0))
		return;
	NUMBER(w, s->radix);
	NUMBER(w, s->below);
	NUMBER(w, s->from);
	NUMBER(w, s->bits);
	form = book_number(w, s->counted | s->form << 1);
	s->counted = (form & 1) != 0;
	s->form = (uint8_t)(form >> 1);
}

static void
walk_slots(struct walk *restrict w, struct sx_slots *s)
{
	int64_t form;

	if (NUMBER(w, s->count) == 0)
		return;
	NUMBER(w, s->first);
	NUMBER(w, s->bank);
	NUMBER(w, s->digits);
	NUMBER(w, s->letter);
	form = book_number(w, s->numbered | s->behind << 1 | s->digit << 2);
	s->numbered = (form & 1) != 0;
	s->behind = (form & 2) != 0;
	s->digit = (int8_t)(form >> 2);
}

static void
walk_name(struct walk *restrict w, struct sx_name_at *n)
{
	if (NUMBER(w, n->len) == 0)
		return;
	NUMBER(w, n->at);
	NUMBER(w, n->in_data);
	if (!book_more(w, n->every != 0 || n->chars != 0 || n->blank != 0 ||
			      n->if_len != 0))
		return;
	NUMBER(w, n->every);
	NUMBER(w, n->chars);
	NUMBER(w, n->blank);
	NUMBER(w, n->if_len);
	book_bytes(w, n->if_bytes, n->if_len);
	NUMBER(w, n->if_at);
}

static void
walk_sum(struct walk *restrict w, struct sx_sum_at *s)
{
	if (NUMBER(w, s->rule) == SX_SUM_NO)
		return;
	NUMBER(w, s->from);
	NUMBER(w, s->to);
	if (!book_more(
		w, s->add != 0 || s->free != 0 || s->longer != 0 || s->at != 0))
		return;
	NUMBER(w, s->at);
	NUMBER(w, s->add);
	NUMBER(w, s->free);
	NUMBER(w, s->longer);
}

static void
walk_data(struct walk *restrict w, struct sx_data_at *d)
{
	if (NUMBER(w, d->from) == 0)
		return;
	NUMBER(w, d->to);
	NUMBER(w, d->code);
	NUMBER(w, d->rle);
}

static void
walk_count(struct walk *restrict w, struct sx_count_at *c)
{
	if (NUMBER(w, c->width) == 0)
		return;
	NUMBER(w, c->at);
	NUMBER(w, c->from);
	NUMBER(w, c->to);
	NUMBER(w, c->less);
}

static void
walk_layout(struct walk *restrict w, struct sx_layout *l)
{
	walk_slot(w, &l->slot);
	walk_slots(w, &l->shown);
	walk_data(w, &l->data);
	walk_name(w, &l->name[0]);
	walk_sum(w, &l->sum[0]);
	if (!book_more(w, l->name[1].len != 0 || l->sum[1].rule != SX_SUM_NO ||
			      l->count.width != 0 || l->body_from != 0))
		return;
	walk_name(w, &l->name[1]);
	walk_sum(w, &l->sum[1]);
	walk_count(w, &l->count);
	NUMBER(w, l->body_from);
	NUMBER(w, l->body_to);
}

static void
walk_sounds(struct walk *restrict w, struct sx_sounds_at *s)
{
	if (NUMBER(w, s->count) == 0)
		return;
	if (NUMBER(w, s->form) == SX_SOUNDS_GROUPS) {
		NUMBER(w, s->group);
		NUMBER(w, s->skip);
	}
	NUMBER(w, s->size);
	NUMBER(w, s->from);
	NUMBER(w, s->in_data);
	NUMBER(w, s->first_at);
	NUMBER(w, s->address_at);
	NUMBER(w, s->width);
	NUMBER(w, s->trim);
	NUMBER(w, s->used);
	walk_name(w, &s->name);
	walk_slots(w, &s->shown);
	book_text(w, &s->as);
	NUMBER(w, s->voice);
	book_text(w, &s->more);
	if (NUMBER(w, s->piece) != 0)
		NUMBER(w, s->buffer);
}

static void
walk_steps(struct walk *restrict w, struct sx_steps_at *s)
{
	if (NUMBER(w, s->tracks) == 0)
		return;
	NUMBER(w, s->steps);
	NUMBER(w, s->at);
	NUMBER(w, s->then);
	NUMBER(w, s->length);
	book_text(w, &s->source);
}

static void
walk_range(struct walk *restrict w, struct sx_range *r)
{
	if (NUMBER(w, r->span) == 0)
		return;
	NUMBER(w, r->at);
	NUMBER(w, r->width);
	NUMBER(w, r->address);
	NUMBER(w, r->step);
	NUMBER(w, r->data);
	NUMBER(w, r->more);
	NUMBER(w, r->last);
}

static void
walk_ask(struct walk *restrict w, struct sx_ask *a)
{
	size_t n = sizeof(a->msg);

	while (n > 0 && a->msg[n - 1] == 0)
		n--;
	NUMBER(w, n);
	book_bytes(w, a->msg, n);
	walk_slot(w, &a->slot);
	NUMBER(w, a->id_at);
	NUMBER(w, a->id_also);
	NUMBER(w, a->id_zero);
	NUMBER(w, a->id_unset);
	walk_mask(w, &a->answer);
	walk_slot(w, &a->found);
	walk_range(w, &a->range);
	if (NUMBER(w, a->end_at) != 0) {
		NUMBER(w, a->end_byte);
		NUMBER(w, a->common);
	}
	if (NUMBER(w, a->before_len) == 0)
		return;
	book_bytes(w, a->before, a->before_len);
	NUMBER(w, a->before_id);
}

/* ---- Records ---- */

static bool
has_more(const struct sx_message_kind *f)
{
	return f->waits || f->refused || f->no_unit || f->pair != 0 ||
	       f->parts != 0 || f->head_len != 0 || f->delay_ms != 0 ||
	       f->note != NULL || f->danger != NULL || f->call != NULL ||
	       f->buffer != NULL || f->sounds.count != 0 ||
	       f->steps.tracks != 0;
}

static void
walk_format(struct walk *restrict w, struct sx_message_kind *f)
{
	walk_mask(w, &f->mask);
	NUMBER(w, f->min);
	NUMBER(w, f->max);
	book_text(w, &f->what);
	NUMBER(w, f->kind);
	NUMBER(w, f->trust);
	NUMBER(w, f->checksum);
	NUMBER(w, f->transient);
	NUMBER(w, f->complete);
	book_text(w, &f->source);
	walk_layout(w, &f->layout);
	if (!book_more(w, has_more(f)))
		return;
	NUMBER(w, f->waits);
	NUMBER(w, f->refused);
	NUMBER(w, f->no_unit);
	NUMBER(w, f->pair);
	NUMBER(w, f->parts);
	NUMBER(w, f->delay_ms);
	book_text(w, &f->note);
	book_text(w, &f->danger);
	book_text(w, &f->call);
	book_text(w, &f->buffer);
	NUMBER(w, f->head_len);
	book_bytes(w, f->head, f->head_len);
	walk_sounds(w, &f->sounds);
	walk_steps(w, &f->steps);
}

static void
walk_request(struct walk *restrict w, struct sx_request_row *r)
{
	book_text(w, &r->what);
	NUMBER(w, r->kind);
	walk_slots(w, &r->slots);
	NUMBER(w, r->most);
	NUMBER(w, r->delay_ms);
	NUMBER(w, r->id_least);
	NUMBER(w, r->id_most);
	NUMBER(w, r->id);
	NUMBER(w, r->not_in_backup);
	NUMBER(w, r->trust);
	book_text(w, &r->source);
	book_text(w, &r->note);
	book_text(w, &r->lacks);
	walk_ask(w, &r->ask);
}

static void
walk_identity(struct walk *restrict w, struct sx_identity_row *r)
{
	NUMBER(w, r->family);
	NUMBER(w, r->member);
	book_text(w, &r->device);
	NUMBER(w, r->version);
	NUMBER(w, r->trust);
	book_text(w, &r->source);
}

static void
walk_front(struct walk *restrict w, struct sx_front *f)
{
	NUMBER(w, f->nformats);
	NUMBER(w, f->nrequests);
	book_text(w, &f->alias);
}

static void
walk_head(struct walk *restrict w, struct sx_instrument *in)
{
	NUMBER(w, in->nidentities);
	NUMBER(w, in->row.maker);
	book_text(w, &in->row.device);
	book_text(w, &in->row.kinds);
	NUMBER(w, in->row.trust);
	book_text(w, &in->row.source);
	NUMBER(w, in->row.delay_ms);
	book_text(w, &in->file);
	NUMBER(w, in->page);
	if (NUMBER(w, in->unit.bits) != 0) {
		NUMBER(w, in->unit.at);
		NUMBER(w, in->unit.all);
		NUMBER(w, in->unit.first);
	}
	if (!book_more(w, in->row.maker_name != NULL ||
			      in->row.checksum != NULL || in->row.rate != 0 ||
			      in->call != NULL || in->panel != NULL ||
			      in->knobs != NULL || in->nameless))
		return;
	book_text(w, &in->row.maker_name);
	book_text(w, &in->row.checksum);
	NUMBER(w, in->row.rate);
	book_text(w, &in->call);
	book_text(w, &in->panel);
	book_text(w, &in->knobs);
	book_text(w, &in->knobs_source);
	NUMBER(w, in->knobs_trust);
	NUMBER(w, in->nameless);
}

/* ---- Writing ---- */

int
sx_book_add(struct sx_book *b, const struct sx_instrument *in,
    const struct sx_message_kind *formats,
    const struct sx_request_row *requests,
    const struct sx_identity_row *identities, struct sx_err *e)
{
	struct walk w = { .to = b };
	struct sx_instrument copy = *in;
	struct sx_front front = { .nformats = in->nformats,
		.nrequests = in->nrequests,
		.alias = in->alias };
	size_t begin = b->n, from;

	walk_mask(&w, &copy.mask);
	walk_front(&w, &front);
	from = open_record(&w);
	walk_head(&w, &copy);
	close_record(&w, from);
	for (size_t i = 0; i < in->nformats; i++) {
		struct sx_message_kind f = formats[i];

		from = open_record(&w);
		walk_format(&w, &f);
		close_record(&w, from);
	}
	for (size_t i = 0; i < in->nrequests; i++) {
		struct sx_request_row r = requests[i];

		from = open_record(&w);
		walk_request(&w, &r);
		close_record(&w, from);
	}
	for (size_t i = 0; i < in->nidentities; i++) {
		struct sx_identity_row r = identities[i];

		from = open_record(&w);
		walk_identity(&w, &r);
		close_record(&w, from);
	}
	close_record(&w, begin);
	return b->failed ? sx_fail_memory(e) : 0;
}

void
sx_book_free(struct sx_book *b)
{
	free(b->bytes);
	free(b->texts);
	*b = (struct sx_book){ 0 };
}

/* ---- Reading ---- */

struct sx_mark
sx_book_behind(struct sx_mark m)
{
	size_t size = (size_t)book_get(&m.at);

	m.at += size;
	return m;
}

/* Return the record i records after this one. */
static struct sx_mark
book_skip(struct sx_mark m, size_t i)
{
	while (i-- > 0)
		m = sx_book_behind(m);
	return m;
}

/* Begin to read a record. */
static inline struct walk
book_enter(struct sx_mark m)
{
	(void)book_get(&m.at);
	return (struct walk){ .from = m };
}

static const uint8_t *
mask_of(struct sx_mark m)
{
	(void)book_get(&m.at);
	return m.at;
}

static size_t
mask_size(const uint8_t *mask)
{
	const uint8_t *at = mask + 1;

	for (size_t i = 0; i < mask[0];)
		i += mask_step(&at).n;
	return (size_t)(at - mask);
}

bool
sx_book_fits(struct sx_mark m, const uint8_t *msg, size_t n)
{
	const uint8_t *p = mask_of(m);
	size_t reach = *p++;

	if (reach > n)
		return false;
	for (const uint8_t *end = msg + reach; msg < end;) {
		uint8_t code = *p++;

		if (is_byte(code)) {
			if (*msg++ != code)
				return false;
		} else if (code != PARTIAL) {
			msg += code - ANY + 1;
		} else {
			if ((*msg++ & p[1]) != p[0])
				return false;
			p += 2;
		}
	}
	return true;
}

size_t
sx_book_reach(struct sx_mark m)
{
	return *mask_of(m);
}

bool
sx_book_same_mask(struct sx_mark a, struct sx_mark b)
{
	const uint8_t *p = mask_of(a), *q = mask_of(b);
	size_t n = mask_size(p);

	return n == mask_size(q) && memcmp(p, q, n) == 0;
}

void
sx_book_size(struct sx_mark format, uint32_t *min, uint32_t *max)
{
	struct walk w = book_enter(format);

	*min = *max = 0;
	w.from.at += mask_size(w.from.at);
	NUMBER(&w, *min);
	NUMBER(&w, *max);
}

struct sx_front
sx_book_front(struct sx_mark in)
{
	struct sx_front front = { 0 };
	struct walk w = book_enter(in);

	w.from.at += mask_size(w.from.at);
	walk_front(&w, &front);
	front.formats = sx_book_behind(w.from);
	return front;
}

sx_maker_id
sx_book_maker(struct sx_mark in)
{
	struct sx_front front = { 0 };
	struct walk w = book_enter(in);
	size_t nidentities = 0;
	sx_maker_id maker = 0;

	w.from.at += mask_size(w.from.at);
	walk_front(&w, &front);
	w = book_enter(w.from);
	NUMBER(&w, nidentities);
	NUMBER(&w, maker);
	return maker;
}

void
sx_book_instrument(struct sx_mark m, struct sx_instrument *in)
{
	struct sx_front front = { 0 };
	struct walk w = book_enter(m);

	walk_mask(&w, &in->mask);
	walk_front(&w, &front);
	in->formats = sx_book_behind(w.from);
	in->nformats = front.nformats;
	in->nrequests = front.nrequests;
	in->alias = front.alias;
	w = book_enter(w.from);
	walk_head(&w, in);
}

void
sx_book_format(struct sx_mark m, struct sx_message_kind *f)
{
	struct walk w = book_enter(m);

	walk_format(&w, f);
}

void
sx_message_kind(struct sx_mark format, struct sx_message_kind *f)
{
	*f = (struct sx_message_kind){ 0 };
	sx_book_format(format, f);
}

void
sx_instrument_format(
    const struct sx_instrument *in, size_t i, struct sx_message_kind *f)
{
	sx_message_kind(book_skip(in->formats, i), f);
}

bool
sx_instrument_has(const struct sx_instrument *in, struct sx_mark format)
{
	struct sx_mark m = in->formats;

	for (size_t i = 0; i < in->nformats; i++, m = sx_book_behind(m))
		if (m.at == format.at)
			return true;
	return false;
}

bool
sx_instrument_requests(const struct sx_instrument *in, const char *what)
{
	struct sx_request_row row;

	for (size_t i = 0; i < in->nrequests; i++) {
		sx_instrument_request(in, i, &row);
		if (strcmp(row.what, what) == 0)
			return true;
	}
	return false;
}

void
sx_instrument_request(
    const struct sx_instrument *in, size_t i, struct sx_request_row *row)
{
	struct walk w = book_enter(book_skip(in->formats, in->nformats + i));

	*row = (struct sx_request_row){ .maker = in->row.maker,
		.device = in->row.device };
	walk_request(&w, row);
}

void
sx_instrument_identity(
    const struct sx_instrument *in, size_t i, struct sx_identity_row *row)
{
	size_t before = (size_t)in->nformats + in->nrequests;
	struct walk w = book_enter(book_skip(in->formats, before + i));

	*row = (struct sx_identity_row){ .maker = in->row.maker };
	walk_identity(&w, row);
}
