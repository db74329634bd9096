/* SPDX-License-Identifier: ISC */
/*
 * Recognition walks the records of the instruments and takes the first one
 * whose bytes fit, and in it the first format. A user's instrument may take its
 * place. SX_TRIAGE_BYTES settle this: the bytes there, and lengths only where a
 * beginning of that size shows them.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "facts.h"
#include "layout.h"

static bool
is_whole(const uint8_t *msg, size_t n)
{
	return n >= 2 && msg[n - 1] == 0xf7;
}

/* The available part of a message. */
struct view {
	const uint8_t *msg;
	size_t have; /* bytes of it in msg */
	size_t n;    /* its length so far */
	bool whole;
};

/* An incomplete message may still grow: it is never too short, but may be too
 * long. */
static bool
in_bounds(uint32_t min, uint32_t max, const struct view *v)
{
	if (!v->whole)
		return max == 0 || v->n < max;
	return v->n >= min && (max == 0 || v->n <= max);
}

static bool
fits_format(struct sx_mark f, const struct view *v)
{
	uint32_t min, max;
	bool short_one;

	if (!sx_book_fits(f, v->msg, v->have))
		return false;
	sx_book_size(f, &min, &max);
	short_one =
	    v->n < SX_TRIAGE_BYTES || (max != 0 && max <= SX_TRIAGE_BYTES);
	return in_bounds(min, max, v) || !short_one;
}

/* Find the instrument's first format that fits; at NULL: none. */
static struct sx_mark
device_find_format(struct sx_mark d, const struct view *v)
{
	struct sx_front front = sx_book_front(d);
	struct sx_mark f = front.formats;

	for (size_t n = front.nformats; n > 0; n--, f = sx_book_behind(f))
		if (fits_format(f, v))
			return f;
	return (struct sx_mark){ 0 };
}

/* The records of the instrument found, and of its format if one fits. */
struct found {
	struct sx_mark d, f;
};

/* Find the device whose bytes fit, and its format. A device known by the
 * manufacturer ID alone counts only if a format fits. */
static struct found
find_device(const struct view *v, size_t maker_len)
{
	struct found in;
	size_t n, len;

	in.d = sx_built_in_of(v->msg[1], &n);
	for (; n > 0; n--, in.d = sx_book_behind(in.d)) {
		if (!sx_book_fits(in.d, v->msg, v->have))
			continue;
		len = sx_book_reach(in.d);
		if (len == 0)
			continue;
		in.f = device_find_format(in.d, v);
		if (in.f.at != NULL || len > 1 + maker_len)
			return in;
	}
	return (struct found){ 0 };
}

static void
set_text(char dst[SX_FACT_TEXT], const char *text)
{
	size_t n = strnlen(text, SX_FACT_TEXT - 1);

	memcpy(dst, text, n);
	dst[n] = '\0';
}

/* Set the device to a text such as "product %4", where %4 is byte 4 in hex.
 * Leaves it unchanged if the message has no such data byte. */
static void
device_set_call(const char *call, const struct view *v, struct sx_facts *facts)
{
	char text[SX_FACT_TEXT];
	unsigned long at;
	size_t used = 0;
	char *end;

	while (*call != '\0' && used + 3 < sizeof(text)) {
		if (call[0] != '%' || !isdigit((unsigned char)call[1])) {
			text[used++] = *call++;
			continue;
		}
		at = strtoul(call + 1, &end, 10);
		if (at >= v->have || v->msg[at] > 0x7f)
			return;
		used += (size_t)snprintf(
		    text + used, sizeof(text) - used, "%02X", v->msg[at]);
		call = end;
	}
	text[used] = '\0';
	set_text(facts->device, text);
}

static void
device_set_format(const struct sx_message_kind *f, const struct view *v,
    struct sx_facts *facts)
{
	facts->bank = f->sounds.count > 0;
	facts->kind = (enum sx_kind)f->kind;
	facts->dump = !f->transient;
	facts->complete = f->complete;
	facts->pair = f->pair;
	facts->waits = f->waits;
	facts->refused = f->refused;
	facts->checksum = (enum sx_checksum)f->checksum;
	facts->note = f->note;
	if (f->danger != NULL)
		facts->danger = f->danger;
	if (f->trust < facts->trust)
		facts->trust = (enum sx_trust)f->trust;
	if (f->source != NULL)
		facts->source = f->source;
	if (f->delay_ms != 0)
		facts->delay_ms = f->delay_ms;
	if (f->call != NULL)
		device_set_call(f->call, v, facts);
	facts->odd_length = !in_bounds(f->min, f->max, v);
	if (f->no_unit) {
		facts->unit = -1;
		facts->unit_place = (struct sx_unit_place){ 0 };
	}
	if (!v->whole || v->n < f->min)
		return;
	if (v->have == v->n)
		sx_layout_decode(&f->layout, v->msg, v->n, facts);
	else
		sx_layout_skim(&f->layout, v->msg, v->have, v->n, facts);
}

/* An instrument and its format, decoded. */
struct known {
	struct sx_mark device, format;
	struct sx_instrument d;
	struct sx_message_kind f; /* what NULL: not known */
};

struct sx_decoder {
	const struct sx_devices *user;
	struct known in, mine; /* built in, and the user's */
};

/* Decode the records found, unless they are those decoded last. */
static void
read_known(const struct found *found, struct known *k)
{
	if (k->device.at != found->d.at) {
		k->device = found->d;
		k->d = (struct sx_instrument){ 0 };
		sx_book_instrument(found->d, &k->d);
	}
	if (k->format.at == found->f.at)
		return;
	k->format = found->f;
	k->f = (struct sx_message_kind){ 0 };
	if (found->f.at != NULL)
		sx_book_format(found->f, &k->f);
}

/* Extend the header to all bytes that identify the message. */
static void
device_set_header(struct sx_mark m, struct sx_facts *facts)
{
	size_t reach = m.at != NULL ? sx_book_reach(m) : 0;

	if (reach > facts->header.len)
		facts->header.len = reach;
}

/* Count the bytes that identify a device and one of its formats. */
static size_t
weight_of(const struct known *k)
{
	struct sx_mask both = k->d.mask;

	for (size_t i = 0; k->f.what != NULL && i < SX_TRIAGE_BYTES; i++)
		both.bits[i] |= k->f.mask.bits[i];
	return sx_mask_weight(&both);
}

/* Does the user's definition win over the built-in one? */
static bool
device_user_wins(const struct known *user, const struct known *in)
{
	const struct sx_message_kind *f = &in->f;

	if (weight_of(user) > weight_of(in))
		return true;
	if (user->d.page && user->f.what != NULL &&
	    memcmp(&user->d.mask, &in->d.mask, sizeof(in->d.mask)) == 0)
		return true;
	if (f->what == NULL)
		return in->d.row.trust <= SX_TRUST_INFERRED;
	return user->f.what != NULL &&
	       (in->d.row.trust <= SX_TRUST_INFERRED ||
		   f->trust <= SX_TRUST_INFERRED) &&
	       f->kind != SX_KIND_FIRMWARE && !f->transient;
}

static int
device_read_unit(const struct sx_unit_place *u, const struct view *v)
{
	int number;

	if (u->at >= v->have)
		return -1;
	number = v->msg[u->at] & u->bits;
	if ((u->all != 0 && number >= u->all) || number + u->first < 0)
		return -1;
	return number + u->first;
}

/* Set the facts about the sender; fields that the row leaves open stay as they
 * are. */
static void
take_device(
    const struct sx_instrument *d, const struct view *v, struct sx_facts *facts)
{
	if (d->row.maker_name != NULL)
		set_text(facts->maker, d->row.maker_name);
	if (d->row.device[0] != '(')
		set_text(facts->device, d->row.device);
	if (d->call != NULL)
		device_set_call(d->call, v, facts);
	if (d->unit.bits != 0) {
		facts->unit = device_read_unit(&d->unit, v);
		facts->unit_place = d->unit;
	}
	facts->trust = d->row.trust;
	facts->source = d->row.source;
	if (d->row.delay_ms >= 0)
		facts->delay_ms = d->row.delay_ms;
	if (d->row.rate > 0)
		facts->rate = d->row.rate;
}

/* Find the user's instrument that fits best: the first with the longest
 * mask. */
static struct found
device_find_user(const struct sx_devices *user, const struct view *v)
{
	struct found best = { 0 };
	size_t longest = 0;

	for (size_t i = 0; i < sx_devices_count(user); i++) {
		struct sx_mark d = sx_devices_at(user, i);

		if (sx_book_fits(d, v->msg, v->have) &&
		    sx_book_reach(d) > longest) {
			best.d = d;
			longest = sx_book_reach(d);
		}
	}
	if (best.d.at != NULL)
		best.f = device_find_format(best.d, v);
	return best;
}

/* Apply the user's definition if it wins over the built-in one (NULL: none);
 * the format is the user's then, too. Returns the one that won. */
static const struct known *
device_set_user(struct sx_decoder *d, const struct found *taught,
    const struct known *in, const struct view *v, struct sx_facts *facts)
{
	struct known *mine = &d->mine;

	read_known(taught, mine);
	if (in != NULL && !device_user_wins(mine, in))
		return in;
	take_device(&mine->d, v, facts);
	device_set_header(taught->d, facts);
	facts->danger = in != NULL ? in->f.danger : NULL;
	facts->format = taught->f;
	return mine;
}

/* Returns the kind of message; NULL if it is unknown. */
static const struct sx_message_kind *
device_decode(
    struct sx_decoder *d, const struct view *v, struct sx_facts *facts)
{
	const struct sx_maker *maker;
	const struct known *in = NULL, *k;
	struct found built_in, taught;

	*facts = (struct sx_facts){
		.slot = -1, .unit = -1, .delay_ms = -1, .dump = true
	};
	facts->maker_id = sx_maker_of(v->msg, v->have, &facts->maker_len);
	if (facts->maker_id == 0)
		return NULL;
	facts->header.len = 1 + facts->maker_len;
	maker = sx_maker_find(facts->maker_id);
	if (maker != NULL)
		set_text(facts->maker, maker->brand);
	built_in = find_device(v, facts->maker_len);
	if (built_in.d.at != NULL) {
		in = &d->in;
		read_known(&built_in, &d->in);
		take_device(&in->d, v, facts);
		device_set_header(built_in.d, facts);
		facts->format = built_in.f;
	}
	k = in;
	taught = device_find_user(d->user, v);
	if (taught.d.at != NULL)
		k = device_set_user(d, &taught, in, v, facts);
	device_set_header(facts->format, facts);
	if (k != NULL && k->f.what != NULL)
		device_set_format(&k->f, v, facts);
	/* Under the user's name, too, it remains part of a pair of dump and
	 * store message. */
	if (facts->pair == 0 && in != NULL)
		facts->pair = in->f.pair;
	return k != NULL && k->f.what != NULL ? &k->f : NULL;
}

struct sx_decoder *
sx_decoder_new(const struct sx_devices *user, struct sx_err *e)
{
	struct sx_decoder *d = calloc(1, sizeof(*d));

	if (d == NULL)
		sx_fail_memory(e);
	else
		d->user = user;
	return d;
}

void
sx_decoder_free(struct sx_decoder *d)
{
	free(d);
}

void
sx_decoder_next(
    struct sx_decoder *d, const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	const struct view v = { msg, n, n, is_whole(msg, n) };

	(void)device_decode(d, &v, facts);
}

void
sx_device_decode(const struct sx_devices *user, const uint8_t *msg, size_t n,
    struct sx_facts *facts)
{
	struct sx_decoder d = { .user = user };

	sx_decoder_next(&d, msg, n, facts);
}

bool
sx_device_skim(const struct sx_devices *user, const uint8_t *head, size_t have,
    size_t n, bool whole, struct sx_facts *facts)
{
	const struct view v = { head, have, n, whole };
	struct sx_decoder d = { .user = user };
	const struct sx_message_kind *f = device_decode(&d, &v, facts);

	/* A part of an operating system is checked together with the others. */
	return f == NULL || (!sx_layout_needs_all(&f->layout, have) &&
				f->kind != SX_KIND_FIRMWARE);
}
