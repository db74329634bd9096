/* SPDX-License-Identifier: ISC */
/* Parts of a sound that its message cannot hold: an extra message before it has
 * them. */
#include <stdlib.h>
#include <string.h>

#include "recast.h"
#include "voice.h"

int
sx_recast_unpack(
    enum sx_voice v, struct sx_body *b, size_t *dropped, struct sx_err *e)
{
	uint8_t *single = malloc(sx_voice_single(v));

	if (single == NULL)
		return sx_fail_memory(e);
	sx_voice_unpack(v, b->p, single, dropped);
	sx_body_free(b);
	*b = (struct sx_body){ .p = single, .n = sx_voice_single(v) };
	return 0;
}

/* Get the sound's bytes in the bank. b->p NULL: this kind of bank has no extra
 * messages. */
static int
packed_with_more(
    const struct sx_form *bank, size_t i, struct sx_body *b, struct sx_err *e)
{
	*b = (struct sx_body){ 0 };
	if (bank->f.sounds.more == NULL)
		return 0;
	if (sx_body_of_item(bank, i, b, e) == -1)
		return -1;
	return b->n == sx_voice_packed(SX_VOICE_TX81Z)
		   ? 0
		   : sx_fail(e, SX_EREFUSED, 0, "it is not such a voice");
}

int
sx_recast_more(const struct sx_form *bank, size_t i, struct sx_body *b,
    size_t *dropped, struct sx_err *e)
{
	if (packed_with_more(bank, i, b, e) == -1)
		return -1;
	if (b->p == NULL || !sx_voice_used(SX_VOICE_TX81Z, b->p)) {
		sx_body_free(b);
		return 0;
	}
	return sx_recast_unpack(SX_VOICE_TX81Z, b, dropped, e);
}

/* True if any sound uses the extra message: then the bank is from an instrument
 * that understands it. */
static bool
bank_has_more(const struct sx_form *bank)
{
	size_t n = sx_bank_count(&bank->facts, bank->msg, bank->n);
	struct sx_body b;
	bool used = false;

	for (size_t i = 0; i < n && !used; i++) {
		used = packed_with_more(bank, i, &b, NULL) == 0 &&
		       b.p != NULL && sx_voice_used(SX_VOICE_TX81Z, b.p);
		sx_body_free(&b);
	}
	return used;
}

int
sx_recast_put_more(const struct sx_form *bank, size_t i,
    struct sx_messages *out, struct sx_err *e)
{
	struct sx_message_kind f;
	struct sx_body b = { 0 };
	int rc;

	if (!bank_has_more(bank) ||
	    !sx_form_named(&bank->in, bank->f.sounds.more, &f))
		return 0;
	rc = packed_with_more(bank, i, &b, e);
	if (rc == 0)
		rc = sx_recast_unpack(SX_VOICE_TX81Z, &b, &out->dropped, e);
	if (rc == 0)
		rc = sx_body_message(bank, &f, &b, -1, out, e);
	sx_body_free(&b);
	return rc;
}

bool
sx_recast_is_more(const struct sx_form *form)
{
	for (size_t i = 0; i < form->in.nformats; i++) {
		struct sx_message_kind f = { 0 };

		sx_instrument_format(&form->in, i, &f);
		if (f.sounds.more != NULL &&
		    strcmp(f.sounds.more, form->f.what) == 0)
			return true;
	}
	return false;
}

int
sx_recast_bodies(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_body *b, struct sx_body *more, struct sx_err *e)
{
	const uint8_t *p = s->bytes;
	size_t n = s->n, len = sx_message_length(p, n);
	struct sx_form form;

	if (!sx_form_read(user, p, len > 0 ? len : n, &form, e))
		return -1;
	if (sx_recast_is_more(&form)) {
		if (sx_body_of_message(&form, more, e) == -1)
			return -1;
		if (more->n != sx_voice_single(SX_VOICE_TX81Z))
			return sx_fail(
			    e, SX_EREFUSED, 0, "it is truncated, or too long");
		p += len;
		n -= len;
		len = sx_message_length(p, n);
		if (n == 0)
			return sx_fail(e, SX_EREFUSED, 0,
			    "%s %s %s is only part of a sound",
			    sx_article(form.facts.device), form.facts.device,
			    form.f.what);
		if (!sx_form_read(user, p, len > 0 ? len : n, &form, e))
			return -1;
	}
	return len == n
		   ? sx_body_of_message(&form, b, e)
		   : sx_fail(e, SX_EREFUSED, 0,
			 "it consists of several messages, which a bank of %s "
			 "%s does not",
			 sx_article(form.facts.device), form.facts.device);
}
