/* SPDX-License-Identifier: ISC */
/* The content of a sound, independent of how it is packed. */
#include <stdlib.h>
#include <string.h>

#include "recast.h"

/* Zero the bytes of a name in unpacked data. */
static void
blank_name(const struct sx_name_at *at, int32_t from, uint8_t *p, size_t n)
{
	size_t every = at->every != 0 ? at->every : 1;

	if (at->len <= 0 || at->at < from)
		return;
	for (size_t i = 0; i < (size_t)at->len; i++)
		if ((size_t)(at->at - from) + i * every < n)
			p[(size_t)(at->at - from) + i * every] = 0;
}

/* A slot in what they unpack to. */
static void
blank_slot(const struct sx_slot_at *s, uint8_t *p, size_t n)
{
	if (s->form != SX_SLOT_DATA)
		return;
	if ((size_t)s->low < n)
		p[s->low] = 0;
	if (s->high > 0 && (size_t)s->high < n)
		p[s->high] = 0;
}

/* Zero a checksum inside the body, which begins and ends there in its
 * message. */
static void
blank_sum(
    const struct sx_sum_at *s, int32_t from, int32_t to, uint8_t *p, size_t n)
{
	int32_t at = s->at != 0 ? s->at : s->to;
	size_t width = s->rule == SX_SUM_14 ? 2 : 1;
	size_t i;

	if (s->rule == SX_SUM_NO)
		return;
	if (at >= from)
		i = (size_t)(at - from);
	else if (at < to && (size_t)(to - at) <= n)
		i = n - (size_t)(to - at);
	else
		return;
	while (width-- > 0 && i < n)
		p[i++] = 0;
}

/* Zero the parts of such a message's body that depend on name and slot. */
static void
blank_body(const struct sx_message_kind *f, bool names, struct sx_body *b)
{
	const struct sx_layout *l = &f->layout;
	bool plain = l->body_from != 0;
	int32_t from = plain ? l->body_from : 0;

	if (!plain && !b->rle)
		blank_slot(&l->slot, b->p, b->n);
	for (size_t i = 0; i < 2; i++) {
		if (plain)
			blank_sum(&l->sum[i], from, l->body_to, b->p, b->n);
		if (!names && !b->rle && l->name[i].in_data != plain)
			blank_name(&l->name[i], from, b->p, b->n);
	}
}

static int
append_body(const struct sx_body *b, struct sx_messages *out, struct sx_err *e)
{
	uint8_t *to = sx_messages_grow(out, b->n, e);

	if (to == NULL)
		return -1;
	if (b->n > 0)
		memcpy(to, b->p, b->n);
	return 0;
}

static bool
is_empty(const struct sx_body *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->p[i] != 0)
			return false;
	return true;
}

static int
content_message(const struct sx_form *form, bool names, struct sx_messages *out,
    struct sx_err *e)
{
	struct sx_body b;
	int rc = sx_body_of_message(form, &b, e);

	/* Run lengths stay: equal bytes have equal contents. */
	if (rc == 0 && !b.rle)
		rc = sx_body_unpack(&b, e);
	if (rc == 0) {
		blank_body(&form->f, names, &b);
		/* An empty one counts as absent. */
		if (!sx_recast_is_more(form) || !is_empty(&b))
			rc = append_body(&b, out, e);
	}
	sx_body_free(&b);
	return rc;
}

/* Append the contents of the sound's messages, except a store message. */
static int
content_messages(const struct sx_devices *user, const struct sx_sound_at *s,
    bool names, struct sx_messages *out, struct sx_err *e)
{
	const uint8_t *p = s->bytes;
	size_t n = s->n, len;
	struct sx_form form;

	for (; n > 0; p += len, n -= len) {
		len = sx_message_length(p, n);
		if (!sx_form_read(user, p, len > 0 ? len : n, &form, e))
			return -1;
		if (form.f.pair < 0 && out->n > 0)
			continue;
		if (content_message(&form, names, out, e) == -1)
			return -1;
	}
	return 0;
}

/* Append the contents of a memory's sound; the pieces of its edit buffer have
 * the same ones. */
static int
content_memory(const struct sx_form *form, struct sx_body *b, bool names,
    struct sx_messages *out, struct sx_err *e)
{
	b->code = form->f.layout.data.code;
	if (sx_body_unpack(b, e) == -1)
		return -1;
	if (!names)
		blank_name(&form->f.sounds.name, 0, b->p, b->n);
	return append_body(b, out, e);
}

static int
content_item(const struct sx_devices *user, const struct sx_form *form,
    const struct sx_sound_at *s, bool names, struct sx_messages *out,
    struct sx_err *e)
{
	struct sx_message_kind as;
	struct sx_body b = { 0 }, more = { 0 };
	int rc;

	if (sx_recast_is_memory(form)) {
		rc = sx_memory_take(user, s, &b, e);
		if (rc == 0)
			rc = content_memory(form, &b, names, out, e);
		sx_body_free(&b);
		return rc;
	}
	if (form->f.sounds.as != NULL)
		rc = sx_recast_body(
		    form, (size_t)s->index, &as, &b, &out->dropped, e);
	else
		rc = sx_body_of_item(form, (size_t)s->index, &b, e);
	if (rc == 0 && form->f.sounds.as != NULL)
		blank_body(&as, names, &b);
	else if (rc == 0 && !names)
		blank_name(&form->f.sounds.name, 0, b.p, b.n);
	if (rc == 0)
		rc = sx_recast_more(
		    form, (size_t)s->index, &more, &out->dropped, e);
	if (rc == 0 && more.p != NULL)
		rc = append_body(&more, out, e);
	if (rc == 0)
		rc = append_body(&b, out, e);
	sx_body_free(&b);
	sx_body_free(&more);
	return rc;
}

int
sx_recast_content(const struct sx_devices *user, const struct sx_sound_at *s,
    bool names, struct sx_messages *out, struct sx_err *e)
{
	struct sx_form form;
	struct sx_message_kind f;
	struct sx_body b = { 0 };
	int rc;

	*out = (struct sx_messages){ 0 };
	rc = sx_recast_read(user, s, &form, e);
	if (rc == 0 && s->index >= 0) {
		rc = content_item(user, &form, s, names, out, e);
	} else if (rc == 0 && sx_memory_of_buffer(&form, &f)) {
		rc = sx_memory_gather(user, s->bytes, s->n, &b, e);
		form.f = f;
		if (rc == 0)
			rc = content_memory(&form, &b, names, out, e);
		sx_body_free(&b);
	} else if (rc == 0) {
		rc = content_messages(user, s, names, out, e);
	}
	if (rc == -1)
		sx_messages_free(out);
	return rc;
}
