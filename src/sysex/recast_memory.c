/* SPDX-License-Identifier: ISC */
/* Sounds of a memory that is spread over messages by address (Roland). */
#include <stdlib.h>
#include <string.h>

#include "recast.h"

int
sx_memory_take(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_body *b, struct sx_err *e)
{
	struct sx_memory *m = sx_memory_new(e);
	const uint8_t *p = s->bytes, *bytes = NULL;
	size_t n = s->n, len, used = 0, number = 0;
	struct sx_facts facts;

	*b = (struct sx_body){ 0 };
	if (m == NULL)
		return -1;
	for (; n > 0; p += len, n -= len) {
		len = sx_message_length(p, n);
		if (len == 0)
			break;
		sx_device_decode(user, p, len, &facts);
		if (sx_memory_add(m, &facts, p, len, number++, e) == -1) {
			sx_memory_free(m);
			return -1;
		}
	}
	bytes = sx_memory_bytes(m, (size_t)s->index, &used);
	b->p = malloc(used > 0 ? used : 1);
	b->n = used;
	if (bytes != NULL && b->p != NULL)
		memcpy(b->p, bytes, used);
	sx_memory_free(m);
	if (b->p == NULL)
		return sx_fail_memory(e);
	if (used > 0)
		return 0;
	return sx_fail(
	    e, SX_EREFUSED, 0, "some of its bytes are not in the file");
}

static uint32_t
address_of(const struct sx_sounds_at *s, const uint8_t *msg)
{
	uint32_t address = 0;

	for (size_t i = 0; i < s->width; i++)
		address = address << 7 | msg[s->address_at + i];
	return address;
}

bool
sx_memory_of_buffer(const struct sx_form *form, struct sx_message_kind *f)
{
	for (size_t i = 0; i < form->in.nformats; i++) {
		const struct sx_sounds_at *s = &f->sounds;
		uint32_t address;

		*f = (struct sx_message_kind){ 0 };
		sx_instrument_format(&form->in, i, f);
		if (s->piece == 0 ||
		    form->n < (size_t)s->address_at + s->width + s->trim)
			continue;
		address = address_of(s, form->msg);
		if (address >= s->buffer && address - s->buffer < s->used)
			return true;
	}
	return false;
}

int
sx_memory_gather(const struct sx_devices *user, const uint8_t *p, size_t n,
    struct sx_body *b, struct sx_err *e)
{
	struct sx_form form;
	struct sx_message_kind f;
	size_t len, got = 0;

	for (; n > 0; p += len, n -= len) {
		const struct sx_sounds_at *s = &f.sounds;
		size_t from, at;

		len = sx_message_length(p, n);
		if (!sx_form_read(user, p, len, &form, e))
			return -1;
		if (!sx_memory_of_buffer(&form, &f))
			break;
		if (b->p == NULL)
			b->p = calloc(s->used, 1);
		if (b->p == NULL)
			return sx_fail_memory(e);
		b->n = s->used;
		from = (size_t)s->address_at + s->width;
		at = address_of(s, p) - s->buffer;
		/* Only in order, without gaps. */
		if (at != got)
			break;
		for (; from < len - s->trim && got < b->n; from++)
			b->p[got++] = p[from];
	}
	if (n == 0 && b->n > 0 && got == b->n)
		return 0;
	return sx_fail(e, SX_EREFUSED, 0,
	    "it is not a complete edit buffer in address order");
}

static void
put_address(uint8_t *at, size_t width, uint32_t address)
{
	while (width-- > 0) {
		at[width] = address & 0x7f;
		address >>= 7;
	}
}

int
sx_memory_send(const struct sx_form *form, const struct sx_body *b,
    struct sx_messages *out, struct sx_err *e)
{
	const struct sx_sounds_at *s = &form->f.sounds;
	size_t head = (size_t)s->address_at + s->width, len, n;
	uint8_t *msg;

	if (s->piece == 0)
		return sx_fail(e, SX_EREFUSED, 0,
		    "no known way to send a single sound to %s %s",
		    sx_article(form->facts.device), form->facts.device);
	for (size_t at = 0; at < b->n; at += len) {
		len = b->n - at < s->piece ? b->n - at : s->piece;
		n = head + len + s->trim;
		msg = sx_messages_grow(out, n, e);
		if (msg == NULL)
			return -1;
		memcpy(msg, form->msg, head);
		put_address(
		    msg + s->address_at, s->width, s->buffer + (uint32_t)at);
		memcpy(msg + head, b->p + at, len);
		memset(msg + head + len, 0, s->trim);
		msg[n - 1] = 0xf7;
		sx_layout_seal(&form->f.layout, msg, n);
	}
	return 0;
}

int
sx_memory_put(const struct sx_devices *user, struct sx_messages *bank,
    long index, const struct sx_body *b, struct sx_err *e)
{
	uint8_t *p = bank->bytes;
	size_t n = bank->n, len;
	struct sx_form form;

	for (; n > 0; p += len, n -= len) {
		const struct sx_sounds_at *s = &form.f.sounds;
		size_t from, to;
		uint32_t address, sound;

		len = sx_message_length(p, n);
		if (!sx_form_read(user, p, len, &form, e))
			return -1;
		from = (size_t)s->address_at + s->width;
		if (!sx_recast_is_memory(&form) || len < from + s->trim)
			continue;
		address = address_of(s, p);
		sound = s->from + (uint32_t)index * s->size;
		to = len - s->trim;
		for (size_t i = from; i < to; i++, address++)
			if (address >= sound && address - sound < b->n)
				p[i] = b->p[address - sound];
		sx_layout_seal(&form.f.layout, p, len);
	}
	return 0;
}
