/* SPDX-License-Identifier: ISC */
/* Makes a bank from sounds. */
#include <stdlib.h>
#include <string.h>

#include "k5000.h"
#include "recast.h"

/* A bank in the making. */
struct recast {
	const struct sx_devices *user;
	const struct sx_sound_at *s, *fill;
	size_t n;
	struct sx_form first; /* of the first sound */
	/* An existing bank of this kind, or the new one: bank.msg. */
	struct sx_form bank;
	const struct sx_sound_at *from; /* the sound in it; NULL: it is new */
	struct sx_messages made;
	size_t count; /* number of sounds it holds */
	struct sx_messages *out;
	struct sx_err *e;
};

static bool
same_instrument(const struct sx_form *a, const struct sx_form *b)
{
	return a->facts.maker_id == b->facts.maker_id &&
	       strcmp(a->facts.device, b->facts.device) == 0;
}

/* Check that all are from one instrument, and find the first one in a bank. */
static int
look_at_all(struct recast *r)
{
	struct sx_form form;

	for (size_t i = 0; i < r->n + (r->fill != NULL); i++) {
		const struct sx_sound_at *s = i < r->n ? &r->s[i] : r->fill;

		if (sx_recast_read(r->user, s, &form, r->e) == -1)
			return -1;
		if (i == 0)
			r->first = form;
		if (!same_instrument(&form, &r->first))
			return sx_fail(r->e, SX_EREFUSED, 0,
			    "sound %zu is from %s %s, the first from %s %s: a "
			    "bank contains sounds of one instrument",
			    i + 1, sx_article(form.facts.device),
			    form.facts.device,
			    sx_article(r->first.facts.device),
			    r->first.facts.device);
		if (s->index >= 0 && r->from == NULL) {
			r->from = s;
			r->bank = form;
		}
	}
	return 0;
}

/* ---- Existing and new banks ---- */

/* Find the kind of bank whose sounds are such messages, or the matching stored
 * or edit buffer dumps. */
static bool
recast_find_bank(const struct sx_form *form, struct sx_message_kind *f)
{
	for (size_t i = 0; i < form->in.nformats; i++) {
		struct sx_message_kind as = { 0 };

		*f = (struct sx_message_kind){ 0 };
		sx_instrument_format(&form->in, i, f);
		if (f->sounds.count == 0 || f->sounds.width > 0 ||
		    !sx_form_named(&form->in, f->sounds.as, &as))
			continue;
		if (strcmp(as.what, form->f.what) == 0 ||
		    (f->sounds.more != NULL &&
			strcmp(f->sounds.more, form->f.what) == 0) ||
		    (as.buffer != NULL &&
			strcmp(as.buffer, form->f.what) == 0) ||
		    (form->f.buffer != NULL &&
			strcmp(form->f.buffer, as.what) == 0))
			return true;
	}
	return false;
}

/* Make an empty bank of this kind, if everything needed for it is known. */
static int
make_bank(struct recast *r, struct sx_message_kind *f)
{
	const struct sx_sounds_at *s = &f->sounds;
	struct sx_message_kind whole = *f;
	struct sx_body b = { .code = SX_CODE_PLAIN };
	size_t size = (size_t)s->count * s->size;
	int rc;

	if (s->form != SX_SOUNDS_EVEN || (s->in_data && s->from != 0))
		return sx_fail(r->e, SX_EREFUSED, 0,
		    "a bank of %s %s can only be made from an existing one: "
		    "include a sound from a bank",
		    sx_article(r->first.facts.device), r->first.facts.device);
	if (!s->in_data) {
		whole.layout.body_from = (int32_t)s->from;
		whole.layout.body_to = whole.layout.sum[0].rule != SX_SUM_NO &&
					       whole.layout.sum[0].to < 0
					   ? whole.layout.sum[0].to
					   : -1;
	}
	b.p = calloc(size, 1);
	b.n = size;
	if (b.p == NULL)
		return sx_fail_memory(r->e);
	rc = sx_body_message(&r->first, &whole, &b, -1, &r->made, r->e);
	sx_body_free(&b);
	if (rc == -1)
		return -1;
	return sx_form_read(r->user, r->made.bytes, r->made.n, &r->bank, r->e)
		   ? 0
		   : -1;
}

/* ---- Filling the bank ---- */

/* Get the bytes of a sound in the form used in the bank. */
static int
body_for(const struct recast *r, const struct sx_sound_at *s, struct sx_body *b)
{
	struct sx_form form;
	struct sx_message_kind as;
	struct sx_body more = { 0 };
	size_t dropped = 0;
	int rc;

	*b = (struct sx_body){ 0 };
	if (sx_recast_read(r->user, s, &form, r->e) == -1)
		return -1;
	if (s->index < 0 && sx_recast_is_memory(&r->bank))
		return sx_memory_gather(r->user, s->bytes, s->n, b, r->e);
	if (s->index >= 0 && sx_recast_is_memory(&form))
		return sx_memory_take(r->user, s, b, r->e);
	if (s->index >= 0 && form.facts.format.at == r->bank.facts.format.at)
		return sx_body_of_item(&form, (size_t)s->index, b, r->e);
	if (s->index < 0)
		rc = sx_recast_bodies(r->user, s, b, &more, r->e);
	else
		rc = sx_recast_body(
		    &form, (size_t)s->index, &as, b, &dropped, r->e);
	if (rc == 0 && s->index >= 0)
		rc = sx_recast_more(
		    &form, (size_t)s->index, &more, &dropped, r->e);
	if (rc == 0 && !sx_recast_is_memory(&r->bank))
		rc = sx_recast_into(&r->bank, b, &more, r->e);
	sx_body_free(&more);
	return rc;
}

static int
put_all(struct recast *r)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < r->count; i++) {
		struct sx_body b;

		rc = body_for(r, i < r->n ? &r->s[i] : r->fill, &b);
		if (rc == 0 && sx_recast_is_memory(&r->bank))
			rc = sx_memory_put(r->user, r->out, (long)i, &b, r->e);
		else if (rc == 0)
			rc = sx_body_put_item(
			    &r->bank, r->out->bytes, i, &b, r->e);
		sx_body_free(&b);
	}
	return rc;
}

/* Put in singles of different sizes, after one bit for each. */
static int
put_k5000(struct recast *r)
{
	const struct sx_sounds_at *s = &r->bank.f.sounds;
	size_t head = s->from;
	uint8_t *to = sx_messages_grow(r->out, head, r->e);

	if (to == NULL)
		return -1;
	memcpy(to, r->bank.msg, head);
	memset(to + head - SX_K5000_BITS, 0, SX_K5000_BITS);
	for (size_t i = 0; i < r->count; i++) {
		struct sx_body b;
		int rc = body_for(r, i < r->n ? &r->s[i] : r->fill, &b);

		if (rc == 0 && sx_k5000_size(b.p, b.n) != b.n)
			rc = sx_fail(r->e, SX_EREFUSED, 0,
			    "it is truncated, or too long");
		to = rc == 0 ? sx_messages_grow(r->out, b.n, r->e) : NULL;
		if (to != NULL)
			memcpy(to, b.p, b.n);
		sx_body_free(&b);
		if (to == NULL)
			return -1;
		r->out->bytes[head - SX_K5000_BITS + i / 7] |=
		    (uint8_t)(1U << i % 7);
	}
	to = sx_messages_grow(r->out, 1, r->e);
	if (to == NULL)
		return -1;
	*to = 0xf7;
	return 0;
}

/* Return the number of sounds it holds. */
static size_t
recast_places(const struct recast *r)
{
	const struct sx_sounds_at *s = &r->bank.f.sounds;

	if (sx_recast_is_memory(&r->bank))
		return s->count;
	if (s->form != SX_SOUNDS_K5000)
		return sx_bank_count(&r->bank.facts, r->bank.msg, r->bank.n);
	return r->fill != NULL || r->n > s->count ? s->count : r->n;
}

static int
fill_bank(struct recast *r, size_t *missing)
{
	uint8_t *to;
	size_t n = r->bank.n;

	r->count = recast_places(r);
	if (r->n > r->count)
		return sx_fail(r->e, SX_EDATA, 0,
		    "a bank of %s %s holds %zu sounds, but there are %zu",
		    sx_article(r->bank.facts.device), r->bank.facts.device,
		    r->count, r->n);
	if (missing != NULL)
		*missing = r->count - r->n;
	if (r->n < r->count && r->fill == NULL)
		return sx_fail(r->e, SX_EDATA, 0,
		    "a bank of %s %s holds %zu sounds: %zu %s missing",
		    sx_article(r->bank.facts.device), r->bank.facts.device,
		    r->count, r->count - r->n,
		    r->count - r->n == 1 ? "is" : "are");
	if (r->bank.f.sounds.form == SX_SOUNDS_K5000)
		return put_k5000(r);
	if (sx_recast_is_memory(&r->bank))
		n = r->from->n;
	to = sx_messages_grow(r->out, n, r->e);
	if (to == NULL)
		return -1;
	memcpy(to, r->from != NULL ? r->from->bytes : r->bank.msg, n);
	if (put_all(r) == -1)
		return -1;
	if (!sx_recast_is_memory(&r->bank))
		sx_layout_seal(&r->bank.f.layout, r->out->bytes, r->out->n);
	return 0;
}

/* ---- Sequences of dumps ---- */

/* Return the sound's slot, numbered as in sx_recast_slots(), and set *format to
 * the kind of message that has it; -1 if it has no slot. */
static long
slot_now(
    const struct recast *r, const struct sx_sound_at *s, struct sx_mark *format)
{
	const uint8_t *p = s->bytes;
	size_t n = s->n, len;
	struct sx_form form;

	for (; n > 0; p += len, n -= len) {
		len = sx_message_length(p, n);
		if (!sx_form_read(r->user, p, len, &form, r->e))
			return -1;
		*format = form.facts.format;
		if (form.f.layout.slot.low != 0)
			return sx_slot_get(&form.f.layout.slot, p, len);
	}
	return -1;
}

static int
append_in_slot(
    struct recast *r, const struct sx_sound_at *s, long now, long slot)
{
	struct sx_messages m = { 0 };
	struct sx_slots slots;
	const uint8_t *p = s->bytes;
	size_t n = s->n;
	uint8_t *to;

	if (now != slot) {
		if (sx_recast_slots(r->user, s, &slots, r->e) == -1)
			return -1;
		if (slot >= slots.count)
			return sx_fail(r->e, SX_EDATA, 0,
			    "the sounds do not fit in the %d slots, starting "
			    "at that of the first",
			    slots.count);
		if (sx_recast_slot(r->user, s, slot, &m, r->e) == -1)
			return -1;
		p = m.bytes;
		n = m.n;
	}
	to = sx_messages_grow(r->out, n, r->e);
	if (to != NULL)
		memcpy(to, p, n);
	sx_messages_free(&m);
	return to != NULL ? 0 : -1;
}

/* Put sounds of one kind into consecutive slots. */
static int
one_after_another(struct recast *r)
{
	struct sx_mark last = { 0 }, format = { 0 };
	long slot = 0, now;

	for (size_t i = 0; i < r->n; i++) {
		now = slot_now(r, &r->s[i], &format);
		slot = i > 0 && format.at == last.at ? slot + 1 : now;
		last = format;
		if (now < 0)
			return sx_fail(r->e, SX_EREFUSED, 0,
			    "sound %zu has no slot, and no single-message bank "
			    "of %s %s is known",
			    i + 1, sx_article(r->first.facts.device),
			    r->first.facts.device);
		if (append_in_slot(r, &r->s[i], now, slot) == -1)
			return -1;
	}
	return 0;
}

int
sx_recast_bank(const struct sx_devices *user, const struct sx_sound_at *s,
    size_t n, const struct sx_sound_at *fill, struct sx_messages *out,
    size_t *missing, struct sx_err *e)
{
	struct recast r = {
		.user = user, .s = s, .n = n, .fill = fill, .out = out, .e = e
	};
	struct sx_message_kind f;
	int rc;

	*out = (struct sx_messages){ 0 };
	if (missing != NULL)
		*missing = 0;
	rc = look_at_all(&r);
	if (rc == 0 && r.from == NULL && !recast_find_bank(&r.first, &f)) {
		rc = one_after_another(&r);
	} else if (rc == 0) {
		if (r.from == NULL)
			rc = make_bank(&r, &f);
		if (rc == 0)
			rc = fill_bank(&r, missing);
	}
	sx_messages_free(&r.made);
	if (rc == 0)
		return sx_recast_prove(user, &r.first, out, e);
	sx_messages_free(out);
	return -1;
}

bool
sx_recast_has_bank(
    const struct sx_devices *user, const struct sx_sound_at *s, size_t n)
{
	struct sx_form form;
	struct sx_message_kind f;

	for (size_t i = 0; i < n; i++)
		if (s[i].index >= 0)
			return true;
	return n > 0 && sx_recast_read(user, &s[0], &form, NULL) == 0 &&
	       recast_find_bank(&form, &f);
}
