/* SPDX-License-Identifier: ISC */
/* Renames a sound, and changes nothing else. */
#include <stdlib.h>
#include <string.h>

#include "recast.h"

/* Find the name in a message; NULL if it has no name. */
static const struct sx_name_at *
find_name(const struct sx_form *form)
{
	const struct sx_layout *l = &form->f.layout;
	uint8_t text[SX_FACT_TEXT];
	struct sx_region at;

	for (size_t i = 0; i < 2; i++)
		if (sx_layout_name(&l->name[i], &l->data, form->msg, form->n, 0,
			text, sizeof(text), &at) >= 0)
			return &l->name[i];
	return NULL;
}

static int
refuse_checksum(const struct sx_form *form, struct sx_err *e)
{
	return sx_fail(e, SX_EREFUSED, 0,
	    "it cannot be renamed: the checksum rule of %s %s %s is unknown",
	    sx_article(form->facts.device), form->facts.device, form->f.what);
}

static int
name_message(const struct sx_form *form, uint8_t *msg, const char *name,
    struct sx_err *e)
{
	const struct sx_name_at *at = find_name(form);

	if (form->facts.checksum == SX_CHECKSUM_UNKNOWN)
		return refuse_checksum(form, e);
	if (sx_layout_name_put(
		at, &form->f.layout.data, msg, form->n, 0, name, e) == -1)
		return -1;
	sx_layout_seal(&form->f.layout, msg, form->n);
	return 0;
}

/* Rename the first message of a sound that has a name. */
static int
name_messages(const struct sx_devices *user, struct sx_messages *m,
    const char *name, struct sx_err *e)
{
	uint8_t *p = m->bytes;
	size_t n = m->n, len;
	struct sx_form form;

	do {
		len = sx_message_length(p, n);
		if (!sx_form_read(user, p, len, &form, e))
			return -1;
		if (find_name(&form) != NULL)
			return name_message(&form, p, name, e);
		p += len;
		n -= len;
	} while (n > 0);
	return sx_fail(e, SX_EREFUSED, 0,
	    "%s %s %s has no name, or its position is unknown",
	    sx_article(form.facts.device), form.facts.device, form.f.what);
}

/* Rename in a bank with one checksum for all sounds, or without checksums. */
static int
name_in_bank(const struct sx_form *bank, size_t i, uint8_t *msg,
    const char *name, struct sx_err *e)
{
	const struct sx_sounds_at *s = &bank->f.sounds;
	struct sx_sound sound;
	size_t begin = s->from + i * s->size;

	sx_bank_sound(&bank->facts, bank->msg, bank->n, i, &sound);
	if (s->form != SX_SOUNDS_EVEN)
		begin = sound.at.off;
	return sx_layout_name_put(
	    &s->name, &bank->f.layout.data, msg, bank->n, begin, name, e);
}

/* Rename where each sound has its own checksum, as in its separate dump: rename
 * that dump, and put its body back. */
static int
name_by_single(const struct sx_devices *user, const struct sx_form *bank,
    const struct sx_sound_at *s, uint8_t *msg, const char *name,
    struct sx_err *e)
{
	struct sx_messages single = { 0 };
	struct sx_body b = { 0 }, more = { 0 };
	int rc = sx_recast_single(user, s, &single, e);

	if (rc == 0)
		rc = name_messages(user, &single, name, e);
	if (rc == 0)
		rc = sx_recast_bodies(user,
		    &(struct sx_sound_at){ single.bytes, single.n, -1 }, &b,
		    &more, e);
	if (rc == 0)
		rc = sx_recast_into(bank, &b, &more, e);
	if (rc == 0)
		rc = sx_body_put_item(bank, msg, (size_t)s->index, &b, e);
	sx_body_free(&b);
	sx_body_free(&more);
	sx_messages_free(&single);
	return rc;
}

static int
name_in_memory(const struct sx_devices *user, const struct sx_form *form,
    const struct sx_sound_at *s, struct sx_messages *out, const char *name,
    struct sx_err *e)
{
	struct sx_data_at data = form->f.layout.data;
	struct sx_body b;
	uint8_t *p;
	int rc = sx_memory_take(user, s, &b, e);

	/* The extra byte stands for the F7. */
	p = rc == 0 ? realloc(b.p, b.n + 1) : NULL;
	if (rc == 0 && p == NULL)
		rc = sx_fail_memory(e);
	if (p != NULL)
		b.p = p;
	data.from = 0;
	data.to = (int32_t)b.n;
	if (rc == 0)
		rc = sx_layout_name_put(
		    &form->f.sounds.name, &data, b.p, b.n + 1, 0, name, e);
	if (rc == 0)
		rc = sx_memory_put(user, out, s->index, &b, e);
	sx_body_free(&b);
	return rc;
}

static int
name_item(const struct sx_devices *user, const struct sx_form *bank,
    const struct sx_sound_at *s, struct sx_messages *out, const char *name,
    struct sx_err *e)
{
	size_t i = (size_t)s->index;
	int rc;

	if (i >= sx_bank_count(&bank->facts, bank->msg, bank->n))
		return sx_fail(
		    e, SX_EREFUSED, 0, "no sound %zu in the bank", i + 1);
	if (bank->facts.checksum != SX_CHECKSUM_UNKNOWN)
		rc = name_in_bank(bank, i, out->bytes, name, e);
	else if (bank->f.sounds.as != NULL)
		rc = name_by_single(user, bank, s, out->bytes, name, e);
	else
		return refuse_checksum(bank, e);
	if (rc == 0)
		sx_layout_seal(&bank->f.layout, out->bytes, bank->n);
	return rc;
}

int
sx_recast_name(const struct sx_devices *user, const struct sx_sound_at *s,
    const char *name, struct sx_messages *out, struct sx_err *e)
{
	struct sx_form form;
	uint8_t *p;
	int rc;

	*out = (struct sx_messages){ 0 };
	if (sx_recast_read(user, s, &form, e) == -1)
		return -1;
	p = sx_messages_grow(out, s->n, e);
	if (p == NULL)
		return -1;
	memcpy(p, s->bytes, s->n);
	if (s->index < 0)
		rc = name_messages(user, out, name, e);
	else if (sx_recast_is_memory(&form))
		rc = name_in_memory(user, &form, s, out, name, e);
	else
		rc = name_item(user, &form, s, out, name, e);
	if (rc == 0)
		return sx_recast_prove(user, &form, out, e);
	sx_messages_free(out);
	return -1;
}
