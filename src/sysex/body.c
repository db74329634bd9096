/* SPDX-License-Identifier: ISC */
/* Extracts the bytes of a sound from messages, and makes messages of them. */
#include <stdlib.h>
#include <string.h>

#include "body.h"

/* ---- Messages and their formats ---- */

size_t
sx_message_length(const uint8_t *p, size_t n)
{
	const uint8_t *end = n > 1 && p[0] == 0xf0 ? memchr(p, 0xf7, n) : NULL;

	return end != NULL ? (size_t)(end - p) + 1 : 0;
}

static bool
find_instrument(const struct sx_devices *user, struct sx_mark format,
    struct sx_instrument *in)
{
	for (size_t i = 0; sx_instrument(user, i, in); i++)
		if (sx_instrument_has(in, format))
			return true;
	return false;
}

bool
sx_form_read(const struct sx_devices *user, const uint8_t *msg, size_t n,
    struct sx_form *form, struct sx_err *e)
{
	const char *why = NULL;

	*form = (struct sx_form){ .msg = msg, .n = n };
	if (sx_message_length(msg, n) != n || n < 4)
		why = "it is not a complete message";
	else
		sx_device_decode(user, msg, n, &form->facts);
	if (why == NULL && form->facts.format.at == NULL)
		why = "its format is unknown";
	else if (why == NULL && form->facts.checksum == SX_CHECKSUM_BAD)
		why = "its checksum or length is already wrong";
	else if (why == NULL &&
		 !find_instrument(user, form->facts.format, &form->in))
		why = "its instrument is unknown";
	if (why == NULL)
		sx_message_kind(form->facts.format, &form->f);
	else
		sx_fail(e, SX_EREFUSED, 0, "%s", why);
	return why == NULL;
}

bool
sx_form_named(
    const struct sx_instrument *in, const char *what, struct sx_message_kind *f)
{
	for (size_t i = 0; what != NULL && i < in->nformats; i++) {
		*f = (struct sx_message_kind){ 0 };
		sx_instrument_format(in, i, f);
		if (strcmp(f->what, what) == 0)
			return true;
	}
	return false;
}

bool
sx_form_stored(const struct sx_instrument *in, const char *buffer,
    struct sx_message_kind *f)
{
	for (size_t i = 0; i < in->nformats; i++) {
		*f = (struct sx_message_kind){ 0 };
		sx_instrument_format(in, i, f);
		if (f->buffer != NULL && strcmp(f->buffer, buffer) == 0)
			return true;
	}
	return false;
}

/* ---- Bytes ---- */

void
sx_messages_free(struct sx_messages *m)
{
	free(m->bytes);
	*m = (struct sx_messages){ 0 };
}

uint8_t *
sx_messages_grow(struct sx_messages *m, size_t n, struct sx_err *e)
{
	uint8_t *p = realloc(m->bytes, m->n + n + 1);

	if (p == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	m->bytes = p;
	m->n += n;
	return p + m->n - n;
}

void
sx_body_free(struct sx_body *b)
{
	free(b->p);
	*b = (struct sx_body){ 0 };
}

static int
body_copy(struct sx_body *b, const uint8_t *p, size_t n, struct sx_err *e)
{
	b->p = malloc(n > 0 ? n : 1);
	if (b->p == NULL)
		return sx_fail_memory(e);
	memcpy(b->p, p, n);
	b->n = n;
	return 0;
}

/* Unpack count bytes of d, from byte `first` on. */
static int
body_take(struct sx_body *b, const struct sx_packed *d, size_t first,
    size_t count, struct sx_err *e)
{
	b->p = malloc(count > 0 ? count : 1);
	if (b->p == NULL)
		return sx_fail_memory(e);
	b->n = count;
	b->code = SX_CODE_PLAIN;
	for (size_t i = 0; i < count; i++)
		b->p[i] = (uint8_t)sx_packed_byte(d, first + i);
	return 0;
}

/* Get the position of the body in such a message; *to counts from the end.
 * Returns false if it is not known, or invalid. */
static bool
body_region(const struct sx_message_kind *f, int32_t *from, int32_t *to,
    uint8_t *code, bool *rle)
{
	const struct sx_layout *l = &f->layout;
	bool plain = l->body_from != 0;

	*from = plain ? l->body_from : l->data.from;
	*to = plain ? l->body_to : l->data.to;
	*code = plain ? SX_CODE_PLAIN : l->data.code;
	*rle = !plain && l->data.rle;
	return *from > 0 && *to < 0;
}

int
sx_body_of_message(
    const struct sx_form *form, struct sx_body *b, struct sx_err *e)
{
	int32_t from, to;
	size_t begin, end;

	*b = (struct sx_body){ 0 };
	if (!body_region(&form->f, &from, &to, &b->code, &b->rle))
		return sx_fail(e, SX_EREFUSED, 0,
		    "the position of the sound in %s %s %s is unknown",
		    sx_article(form->facts.device), form->facts.device,
		    form->f.what);
	begin = sx_layout_place(from, form->n);
	end = sx_layout_place(to, form->n);
	if (begin >= end || end >= form->n)
		return sx_fail(
		    e, SX_EREFUSED, 0, "it is too short to contain a sound");
	return body_copy(b, form->msg + begin, end - begin, e);
}

int
sx_body_unpack(struct sx_body *b, struct sx_err *e)
{
	const struct sx_packed d = { b->p, b->n, b->code, false };
	struct sx_body plain = { 0 };

	if (b->rle)
		return sx_fail(e, SX_EREFUSED, 0,
		    "its data is run-length coded, which sxlib can only read");
	if (b->code == SX_CODE_PLAIN)
		return 0;
	if (body_take(&plain, &d, 0, sx_packed_count(&d), e) == -1)
		return -1;
	sx_body_free(b);
	*b = plain;
	return 0;
}

/* ---- Sounds of a bank ---- */

int
sx_body_of_item(
    const struct sx_form *bank, size_t i, struct sx_body *b, struct sx_err *e)
{
	const struct sx_sounds_at *s = &bank->f.sounds;
	struct sx_sound sound;
	struct sx_packed d;

	*b = (struct sx_body){ 0 };
	if (i >= sx_bank_count(&bank->facts, bank->msg, bank->n))
		return sx_fail(
		    e, SX_EREFUSED, 0, "no sound %zu in the bank", i + 1);
	sx_bank_sound(&bank->facts, bank->msg, bank->n, i, &sound);
	if (!s->in_data)
		return body_copy(b, bank->msg + sound.at.off, sound.at.len, e);
	d = sx_layout_data(&bank->f.layout.data, bank->msg, bank->n);
	if (d.rle)
		return sx_fail(e, SX_EREFUSED, 0,
		    "the bank is run-length coded, which sxlib can only read");
	return body_take(b, &d, s->from + i * s->size, s->size, e);
}

int
sx_body_put_item(const struct sx_form *bank, uint8_t *msg, size_t i,
    const struct sx_body *b, struct sx_err *e)
{
	const struct sx_sounds_at *s = &bank->f.sounds;
	struct sx_sound sound;
	struct sx_packed d = { msg, bank->n - 1, SX_CODE_PLAIN, false };
	uint8_t *base = msg;
	size_t first, size = s->size;

	if (s->form == SX_SOUNDS_GROUPS &&
	    bank->facts.checksum == SX_CHECKSUM_UNKNOWN)
		return sx_fail(e, SX_EREFUSED, 0,
		    "a bank of %s %s cannot be changed: its checksum rule is "
		    "unknown",
		    sx_article(bank->facts.device), bank->facts.device);
	sx_bank_sound(&bank->facts, bank->msg, bank->n, i, &sound);
	first = sound.at.off;
	if (s->form != SX_SOUNDS_EVEN)
		size = sound.at.len;
	if (s->in_data) {
		d = sx_layout_data(&bank->f.layout.data, msg, bank->n);
		base = msg + (d.p - msg);
		first = s->from + i * s->size;
	}
	if (b->code != SX_CODE_PLAIN || b->n != size)
		return sx_fail(e, SX_EREFUSED, 0,
		    "it has %zu bytes, but a place in the bank has %zu", b->n,
		    size);
	for (size_t k = 0; k < size; k++)
		if (d.rle || !sx_packed_put(&d, base, first + k, b->p[k]))
			return sx_fail(e, SX_EREFUSED, 0,
			    "its byte %zu is %02X, which the bank cannot "
			    "contain",
			    k, b->p[k]);
	return 0;
}

/* ---- New messages ---- */

/* Get the known bits of byte i of a new message: *bits of *value. */
static void
head_byte(const struct sx_form *from, const struct sx_message_kind *f, size_t n,
    size_t i, uint8_t *value, uint8_t *bits)
{
	const struct sx_mask *k = &from->in.mask, *m = &f->mask;
	const struct sx_unit_place *u = &from->in.unit;
	const struct sx_slot_at *s = &f->layout.slot;
	const struct sx_count_at *c = &f->layout.count;
	int32_t top = s->high != 0 ? s->high : s->low;
	size_t count = sx_layout_place(c->at, n);

	*value = *bits = 0;
	if (i < f->head_len) {
		size_t same = (size_t)f->head[i] - SX_HEAD_FROM;

		*value = f->head[i];
		*bits = 0xff;
		if (i > 0 && *value >= SX_HEAD_FROM)
			*value = same < from->n ? from->msg[same] : 0xff;
	} else if (i < SX_TRIAGE_BYTES && f->head_len == 0) {
		*value = k->value[i] | m->value[i];
		*bits = k->bits[i] | m->bits[i];
	}
	if (u->bits != 0 && i == u->at && !f->no_unit && !from->f.no_unit &&
	    i + 1 < from->n) {
		*value =
		    (uint8_t)((*value & ~u->bits) | (from->msg[i] & u->bits));
		*bits |= u->bits;
	}
	if (s->low != 0 && i == sx_layout_place(top, n))
		*bits |= s->bits != 0 ? s->bits : 0x7f;
	else if (s->low != 0 && i == sx_layout_place(s->low, n))
		*bits |= 0x7f;
	if (c->width != 0 && i >= count && i < count + c->width)
		*bits |= 0x7f;
}

static int
body_put_head(const struct sx_form *from, const struct sx_message_kind *f,
    uint8_t *msg, size_t n, size_t head, struct sx_err *e)
{
	uint8_t bits;

	for (size_t i = 0; i < head; i++) {
		head_byte(from, f, n, i, &msg[i], &bits);
		if ((bits & 0x7f) != 0x7f || (i == 0) != (msg[i] == 0xf0) ||
		    (i > 0 && msg[i] > 0x7f))
			return sx_fail(e, SX_EREFUSED, 0,
			    "the header of %s %s %s is unknown: byte %zu",
			    sx_article(from->facts.device), from->facts.device,
			    f->what, i);
	}
	return 0;
}

/* Count the bytes of checksums and length between the body, which ends at `to`,
 * and the F7. */
static size_t
known_tail(const struct sx_layout *l, int32_t to)
{
	size_t n = 0;

	for (size_t i = 0; i < 2; i++) {
		const struct sx_sum_at *s = &l->sum[i];
		int32_t at = s->at != 0 ? s->at : s->to;

		if (s->rule != SX_SUM_NO && s->rule != SX_SUM_UNKNOWN &&
		    at < 0 && at >= to)
			n += s->rule == SX_SUM_14 ? 2 : 1;
	}
	if (l->count.width != 0 && l->count.at < 0 && l->count.at >= to)
		n += l->count.width;
	return n;
}

/* Store the body in this code: packed, unless it already is. */
static int
put_body(const struct sx_body *b, uint8_t *to, size_t n, uint8_t code,
    struct sx_err *e)
{
	const struct sx_packed d = { to, n, code, false };

	if (b->code == code) {
		memcpy(to, b->p, b->n);
		return 0;
	}
	memset(to, 0, n);
	for (size_t i = 0; i < b->n; i++)
		if (!sx_packed_put(&d, to, i, b->p[i]))
			return sx_fail(e, SX_EREFUSED, 0,
			    "its byte %zu is %02X, which the dump cannot "
			    "contain",
			    i, b->p[i]);
	return 0;
}

int
sx_body_message(const struct sx_form *from, const struct sx_message_kind *f,
    const struct sx_body *b, long slot, struct sx_messages *out,
    struct sx_err *e)
{
	int32_t head, to;
	size_t tail, size = b->n, n, before = out->n;
	uint8_t code, *msg;
	bool rle;

	if (!body_region(f, &head, &to, &code, &rle))
		return sx_fail(e, SX_EREFUSED, 0,
		    "the position of the sound in %s %s %s is unknown",
		    sx_article(from->facts.device), from->facts.device,
		    f->what);
	if (rle != b->rle || (b->code != code && b->code != SX_CODE_PLAIN))
		return sx_fail(e, SX_EREFUSED, 0,
		    "%s %s %s packs its data differently",
		    sx_article(from->facts.device), from->facts.device,
		    f->what);
	tail = (size_t)-to;
	if (tail - 1 != known_tail(&f->layout, to))
		return sx_fail(e, SX_EREFUSED, 0,
		    "the checksum of %s %s %s is unknown",
		    sx_article(from->facts.device), from->facts.device,
		    f->what);
	if (b->code != code)
		size = sx_packed_size(code, b->n);
	n = (size_t)head + size + tail;
	if (n < f->min || (f->max != 0 && n > f->max))
		return sx_fail(e, SX_EREFUSED, 0, "%s %s %s has another size",
		    sx_article(from->facts.device), from->facts.device,
		    f->what);
	if (f->layout.slot.low != 0 &&
	    (slot < 0 || f->layout.slot.form != SX_SLOT_BYTES))
		return sx_fail(e, SX_EREFUSED, 0,
		    "which slot of %s %s %s it is for is not known",
		    sx_article(from->facts.device), from->facts.device,
		    f->what);
	msg = sx_messages_grow(out, n, e);
	if (msg == NULL)
		return -1;
	memset(msg, 0, n);
	msg[n - 1] = 0xf7;
	if (body_put_head(from, f, msg, n, (size_t)head, e) == -1 ||
	    put_body(b, msg + head, size, code, e) == -1) {
		out->n = before;
		return -1;
	}
	if (slot >= 0)
		sx_slot_put(&f->layout.slot, msg, n, slot);
	sx_layout_seal(&f->layout, msg, n);
	return 0;
}
