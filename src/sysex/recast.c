/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "recast.h"
#include "voice.h"

/* ---- Reading and checking ---- */

bool
sx_recast_is_memory(const struct sx_form *form)
{
	return form->f.sounds.count > 0 && form->f.sounds.width > 0;
}

int
sx_recast_read(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_form *form, struct sx_err *e)
{
	size_t len = sx_message_length(s->bytes, s->n);

	if (!sx_form_read(user, s->bytes, len > 0 ? len : s->n, form, e))
		return -1;
	if (s->index >= 0 && form->f.sounds.count == 0)
		return sx_fail(e, SX_EREFUSED, 0, "it is not a bank");
	return 0;
}

int
sx_recast_prove(const struct sx_devices *user, const struct sx_form *form,
    struct sx_messages *out, struct sx_err *e)
{
	struct sx_form made;
	size_t len;

	for (size_t at = 0; at < out->n; at += len) {
		len = sx_message_length(out->bytes + at, out->n - at);
		if (len != 0 &&
		    sx_form_read(user, out->bytes + at, len, &made, NULL) &&
		    strcmp(made.facts.device, form->facts.device) == 0 &&
		    made.facts.unit == form->facts.unit)
			continue;
		sx_messages_free(out);
		return sx_fail(e, SX_EREFUSED, 0,
		    "conversion failed: the result is not recognised as a dump "
		    "of %s %s",
		    sx_article(form->facts.device), form->facts.device);
	}
	return 0;
}

static int
recast_copy(
    struct sx_messages *out, const uint8_t *p, size_t n, struct sx_err *e)
{
	uint8_t *to = sx_messages_grow(out, n, e);

	if (to == NULL)
		return -1;
	memcpy(to, p, n);
	return 0;
}

/* ---- Banks ---- */

int
sx_recast_body(const struct sx_form *bank, size_t i, struct sx_message_kind *as,
    struct sx_body *b, size_t *dropped, struct sx_err *e)
{
	const struct sx_sounds_at *s = &bank->f.sounds;
	enum sx_voice v = (enum sx_voice)s->voice;

	*b = (struct sx_body){ 0 };
	if (!sx_form_named(&bank->in, bank->f.sounds.as, as))
		return sx_fail(e, SX_EREFUSED, 0,
		    "no known single-sound dump of %s %s %s",
		    sx_article(bank->facts.device), bank->facts.device,
		    bank->f.what);
	if (sx_body_of_item(bank, i, b, e) == -1)
		return -1;
	if (v == SX_VOICE_SAME)
		return 0;
	if (b->n != sx_voice_packed(v))
		return sx_fail(e, SX_EREFUSED, 0, "it is not such a voice");
	if (sx_voice_check(s->more != NULL ? SX_VOICE_TX81Z : v, b->p, e) == -1)
		return -1;
	return sx_recast_unpack(v, b, dropped, e);
}

int
sx_recast_into(const struct sx_form *bank, struct sx_body *b,
    const struct sx_body *more, struct sx_err *e)
{
	enum sx_voice v = (enum sx_voice)bank->f.sounds.voice;
	uint8_t *packed;

	if (sx_body_unpack(b, e) == -1)
		return -1;
	if (v == SX_VOICE_SAME)
		return 0;
	if (b->n != sx_voice_single(v))
		return sx_fail(e, SX_EREFUSED, 0,
		    "it has %zu bytes, but a voice of %s %s has %zu", b->n,
		    sx_article(bank->facts.device), bank->facts.device,
		    sx_voice_single(v));
	packed = calloc(sx_voice_packed(v), 1);
	if (packed == NULL)
		return sx_fail_memory(e);
	if (sx_voice_pack(v, b->p, packed, e) == -1 ||
	    (more->p != NULL &&
		sx_voice_pack(SX_VOICE_TX81Z, more->p, packed, e) == -1)) {
		free(packed);
		return -1;
	}
	sx_body_free(b);
	*b = (struct sx_body){ .p = packed, .n = sx_voice_packed(v) };
	return 0;
}

/* Return the slot of that kind of message with the same text as the sound's
 * slot in the bank; -1 if there is no such slot. */
static long
recast_slot_of(const struct sx_sound *sound, const struct sx_message_kind *as)
{
	const struct sx_slots *shown = &as->layout.shown;
	char text[SX_SLOT_TEXT];

	for (long i = 0; i < shown->count; i++)
		if (strcmp(sx_slot_text(shown, i, text), sound->slot_text) == 0)
			return i;
	return -1;
}

/* Make a separate dump of a sound in a single-message bank; slot -1: its
 * own. */
static int
recast_item(const struct sx_form *bank, size_t i, long slot,
    struct sx_messages *out, struct sx_err *e)
{
	struct sx_message_kind as;
	struct sx_sound sound;
	struct sx_body b;
	int rc = sx_recast_body(bank, i, &as, &b, &out->dropped, e);

	if (rc == 0)
		rc = sx_recast_put_more(bank, i, out, e);
	if (rc == 0) {
		sx_bank_sound(&bank->facts, bank->msg, bank->n, i, &sound);
		if (slot < 0)
			slot = recast_slot_of(&sound, &as);
		rc = sx_body_message(bank, &as, &b, slot, out, e);
	}
	sx_body_free(&b);
	return rc;
}

static int
recast_memory(const struct sx_devices *user, const struct sx_sound_at *s,
    const struct sx_form *form, struct sx_messages *out, struct sx_err *e)
{
	struct sx_body b = { 0 };
	int rc = sx_memory_take(user, s, &b, e);

	if (rc == 0)
		rc = sx_memory_send(form, &b, out, e);
	sx_body_free(&b);
	return rc;
}

/* Make a separate dump; a bank's sound is for this slot, or its own if -1. */
static int
recast_alone(const struct sx_devices *user, const struct sx_sound_at *s,
    long slot, bool *memory, struct sx_messages *out, struct sx_err *e)
{
	struct sx_form form;
	int rc;

	*memory = false;
	*out = (struct sx_messages){ 0 };
	if (s->index < 0)
		return recast_copy(out, s->bytes, s->n, e);
	rc = sx_recast_read(user, s, &form, e);
	*memory = rc == 0 && sx_recast_is_memory(&form);
	if (rc == 0)
		rc = *memory
			 ? recast_memory(user, s, &form, out, e)
			 : recast_item(&form, (size_t)s->index, slot, out, e);
	if (rc == 0)
		return sx_recast_prove(user, &form, out, e);
	sx_messages_free(out);
	return -1;
}

int
sx_recast_single(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_messages *out, struct sx_err *e)
{
	bool memory;

	return recast_alone(user, s, -1, &memory, out, e);
}

/* ---- Edit buffers ---- */

/* Is it an edit buffer dump? A memory, another kind or a bank shows it. */
static bool
is_buffer(const struct sx_form *form)
{
	struct sx_message_kind f = { 0 };

	if (form->f.layout.slot.low != 0)
		return false;
	if (sx_memory_of_buffer(form, &f))
		return true;
	if (sx_form_stored(&form->in, form->f.what, &f))
		return true;
	for (size_t i = 0; i < form->in.nformats; i++) {
		f = (struct sx_message_kind){ 0 };
		sx_instrument_format(&form->in, i, &f);
		if (f.sounds.as != NULL &&
		    strcmp(f.sounds.as, form->f.what) == 0)
			return true;
	}
	return false;
}

/* Convert a message to another kind of its instrument. */
static int
recast_message(const struct sx_form *form, const struct sx_message_kind *f,
    long slot, struct sx_messages *out, struct sx_err *e)
{
	struct sx_body b;
	int rc = sx_body_of_message(form, &b, e);

	if (rc == 0)
		rc = sx_body_message(form, f, &b, slot, out, e);
	sx_body_free(&b);
	return rc;
}

/* Convert one message of a sound for the edit buffer. */
static int
buffer_message(
    const struct sx_form *form, struct sx_messages *out, struct sx_err *e)
{
	struct sx_message_kind f;

	/* A dump without a slot stays in the edit buffer until it is stored. */
	if (form->f.pair < 0 && out->n > 0)
		return 0;
	if (form->f.buffer != NULL && strcmp(form->f.buffer, form->f.what) == 0)
		return recast_copy(out, form->msg, form->n, e);
	/* Some edit buffer dumps still have a slot, which is ignored. */
	if (sx_form_named(&form->in, form->f.buffer, &f))
		return recast_message(form, &f,
		    sx_slot_get(&form->f.layout.slot, form->msg, form->n), out,
		    e);
	if (is_buffer(form) ||
	    (form->f.pair > 0 && form->f.layout.slot.low == 0))
		return recast_copy(out, form->msg, form->n, e);
	return sx_fail(e, SX_EREFUSED, 0,
	    "no known way to send %s %s %s to the edit buffer",
	    sx_article(form->facts.device), form->facts.device, form->f.what);
}

static int
buffer_messages(const struct sx_devices *user, const uint8_t *p, size_t n,
    struct sx_messages *out, struct sx_err *e)
{
	struct sx_form form;
	size_t len;

	do {
		len = sx_message_length(p, n);
		if (!sx_form_read(user, p, len > 0 ? len : n, &form, e) ||
		    buffer_message(&form, out, e) == -1)
			return -1;
		p += len;
		n -= len;
	} while (n > 0);
	return sx_recast_prove(user, &form, out, e);
}

int
sx_recast_buffer(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_messages *out, struct sx_err *e)
{
	struct sx_messages single;
	bool memory;
	int rc;

	*out = (struct sx_messages){ 0 };
	/* The slot of this intermediate dump does not matter. */
	if (recast_alone(user, s, 0, &memory, &single, e) == -1)
		return -1;
	/* A memory's sound is now an edit buffer dump. */
	if (memory) {
		*out = single;
		return 0;
	}
	out->dropped = single.dropped;
	rc = buffer_messages(user, single.bytes, single.n, out, e);
	sx_messages_free(&single);
	if (rc == -1)
		sx_messages_free(out);
	return rc;
}

/* ---- Slots ---- */

/* Find the first message of a sound that has a slot. */
static bool
find_slotted(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_form *form, struct sx_err *e)
{
	const uint8_t *p = s->bytes;
	size_t n = s->n, len;

	for (; n > 0; p += len, n -= len) {
		len = sx_message_length(p, n);
		if (!sx_form_read(user, p, len > 0 ? len : n, form, e))
			return false;
		if (form->f.layout.slot.low != 0)
			return true;
	}
	return false;
}

/* Find the kind of message in `from`'s instrument that carries the slot when
 * the sound is stored: its own kind, or the one it is converted to. */
static bool
recast_find_stored(
    const struct sx_form *from, const char *what, struct sx_message_kind *f)
{
	return sx_form_named(&from->in, what, f) &&
	       (f->layout.slot.low != 0 || sx_form_stored(&from->in, what, f));
}

/* A slot that can be read, but not changed. */
static int
check_slot(const struct sx_form *form, const struct sx_message_kind *f,
    struct sx_err *e)
{
	if (f->layout.slot.low == 0 || f->layout.slot.form == SX_SLOT_BYTES)
		return 0;
	return sx_fail(e, SX_EREFUSED, 0,
	    "the slot of %s %s %s cannot be changed: it is %s, which sxlib can "
	    "only read",
	    sx_article(form->facts.device), form->facts.device, f->what,
	    f->layout.slot.form == SX_SLOT_DATA ? "in packed data" : "a text");
}

static int
slots_of(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_form *form, struct sx_message_kind *f, struct sx_err *e)
{
	bool there;

	if (sx_recast_read(user, s, form, e) == -1)
		return -1;
	if (s->index >= 0) {
		there = !sx_recast_is_memory(form) &&
			recast_find_stored(form, form->f.sounds.as, f);
	} else if (find_slotted(user, s, form, e)) {
		*f = form->f;
		there = true;
	} else {
		there = recast_find_stored(form, form->f.what, f);
	}
	if (there && check_slot(form, f, e) == -1)
		return -1;
	return there && f->layout.shown.count > 0
		   ? 0
		   : sx_fail(e, SX_EREFUSED, 0,
			 "no known way to store a single sound in a slot of %s "
			 "%s",
			 sx_article(form->facts.device), form->facts.device);
}

int
sx_recast_slots(const struct sx_devices *user, const struct sx_sound_at *s,
    struct sx_slots *slots, struct sx_err *e)
{
	struct sx_form form;
	struct sx_message_kind f;
	int trust;

	if (slots_of(user, s, &form, &f, e) == -1)
		return -1;
	trust =
	    f.trust < (int)form.in.row.trust ? f.trust : (int)form.in.row.trust;
	if (trust < SX_TRUST_DOCUMENTED && trust != SX_TRUST_USER)
		return sx_fail(e, SX_EREFUSED, 0,
		    "it cannot be put into a slot: its format is not "
		    "confirmed");
	if (f.checksum == SX_CHECKSUM_UNKNOWN &&
	    (f.layout.sum[0].rule == SX_SUM_NO ||
		f.layout.sum[0].rule == SX_SUM_UNKNOWN))
		return sx_fail(e, SX_EREFUSED, 0,
		    "it cannot be put into a slot: its checksum rule is "
		    "unknown");
	*slots = f.layout.shown;
	return 0;
}

/* Copy the sound's messages, with another slot where they have one. */
static int
slot_messages(const struct sx_devices *user, const struct sx_sound_at *s,
    long slot, struct sx_messages *out, struct sx_err *e)
{
	struct sx_form form;
	uint8_t *p;
	size_t len, n = s->n;

	if (recast_copy(out, s->bytes, s->n, e) == -1)
		return -1;
	for (p = out->bytes; n > 0; p += len, n -= len) {
		len = sx_message_length(p, n);
		if (!sx_form_read(user, p, len, &form, e))
			return -1;
		if (form.f.layout.slot.low == 0)
			continue;
		if (check_slot(&form, &form.f, e) == -1)
			return -1;
		sx_slot_put(&form.f.layout.slot, p, len, slot);
		sx_layout_seal(&form.f.layout, p, len);
	}
	return 0;
}

static bool
is_in_slot(
    const struct sx_devices *user, const struct sx_messages *m, long slot)
{
	const struct sx_sound_at s = { m->bytes, m->n, -1 };
	struct sx_form form;

	return find_slotted(user, &s, &form, NULL) &&
	       sx_slot_get(&form.f.layout.slot, form.msg, form.n) == slot;
}

int
sx_recast_slot(const struct sx_devices *user, const struct sx_sound_at *s,
    long slot, struct sx_messages *out, struct sx_err *e)
{
	struct sx_form form, first;
	struct sx_message_kind f;
	int rc;

	*out = (struct sx_messages){ 0 };
	if (slots_of(user, s, &form, &f, e) == -1)
		return -1;
	if (slot < 0 || slot >= f.layout.shown.count)
		return sx_fail(e, SX_EUSAGE, 0, "no slot %ld", slot);
	if (s->index < 0 && form.f.layout.slot.low != 0) {
		rc = slot_messages(user, s, slot, out, e);
	} else if (s->index < 0) {
		rc = sx_recast_read(user, s, &first, e);
		if (rc == 0)
			rc = recast_message(&first, &f, slot, out, e);
	} else {
		struct sx_message_kind as;
		struct sx_body b;

		rc = sx_recast_body(
		    &form, (size_t)s->index, &as, &b, &out->dropped, e);
		if (rc == 0)
			rc = sx_body_message(&form, &f, &b, slot, out, e);
		sx_body_free(&b);
	}
	if (rc == 0)
		rc = sx_recast_prove(user, &form, out, e);
	if (rc == 0 && !is_in_slot(user, out, slot))
		rc = sx_fail(e, SX_EREFUSED, 0,
		    "conversion failed: the result is not in that slot");
	if (rc == -1)
		sx_messages_free(out);
	return rc;
}
