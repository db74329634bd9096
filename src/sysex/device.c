/* SPDX-License-Identifier: ISC */
/*
 * Recognition is a walk over the table: the first device whose bytes fit, and
 * in it the first format. A row of the user's own may take the format's place.
 * All are settled by SX_TRIAGE_BYTES: by the bytes there, and by lengths only
 * where a beginning of that size shows them.
 */
#include <stdio.h>
#include <string.h>

#include "device_row.h"

#define SX_ROW(device) &device.row,
static const struct sx_device_row *const rows[] = { SX_DEVICES(SX_ROW) };

#define NROWS (sizeof(rows) / sizeof(rows[0]))

const char *
sx_kind_text(enum sx_kind k)
{
	static const char *const text[SX_KINDS] = {
		[SX_KIND_UNKNOWN] = "unknown",
		[SX_KIND_PRESET] = "preset",
		[SX_KIND_PATTERN] = "pattern",
		[SX_KIND_KIT] = "kit",
		[SX_KIND_SONG] = "song",
		[SX_KIND_GLOBAL] = "global",
		[SX_KIND_SOUND] = "sound",
		[SX_KIND_PROJECT] = "project",
		[SX_KIND_SAMPLE] = "sample",
		[SX_KIND_WAVEFORM] = "waveform",
		[SX_KIND_BANK] = "bank",
		[SX_KIND_SETTINGS] = "settings",
		[SX_KIND_FIRMWARE] = "firmware",
		[SX_KIND_REQUEST] = "request",
		[SX_KIND_PARAMETER] = "parameter",
		[SX_KIND_IDENTITY_REQUEST] = "identity-request",
		[SX_KIND_IDENTITY_REPLY] = "identity-reply",
		[SX_KIND_HANDSHAKE] = "handshake",
		[SX_KIND_TRANSPORT] = "transport",
		[SX_KIND_CLOCK] = "clock",
	};

	return text[k];
}

const char *
sx_checksum_text(enum sx_checksum c)
{
	static const char *const text[] = {
		[SX_CHECKSUM_UNKNOWN] = "unknown",
		[SX_CHECKSUM_NONE] = "none",
		[SX_CHECKSUM_OK] = "ok",
		[SX_CHECKSUM_BAD] = "bad",
	};

	return text[c];
}

const char *
sx_trust_text(enum sx_trust t)
{
	static const char *const text[] = {
		[SX_TRUST_NONE] = "none",
		[SX_TRUST_USER] = "user",
		[SX_TRUST_INFERRED] = "inferred",
		[SX_TRUST_DOCUMENTED] = "documented",
		[SX_TRUST_SEEN] = "seen",
	};

	return text[t];
}

const struct sx_device_row *const *
sx_device_rows(size_t *n)
{
	*n = NROWS;
	return rows;
}

size_t
sx_reach(const uint8_t mask[SX_TRIAGE_BYTES])
{
	size_t n = SX_TRIAGE_BYTES;

	while (n > 0 && mask[n - 1] == 0)
		n--;
	return n;
}

bool
sx_matches(const uint8_t *msg, size_t n, const uint8_t value[SX_TRIAGE_BYTES],
    const uint8_t mask[SX_TRIAGE_BYTES])
{
	size_t i, len = sx_reach(mask);

	if (len > n)
		return false;
	for (i = 0; i < len; i++)
		if ((msg[i] & mask[i]) != value[i])
			return false;
	return true;
}

static bool
is_whole(const uint8_t *msg, size_t n)
{
	return n >= 2 && msg[n - 1] == 0xf7;
}

/* What is at hand of a message. */
struct view {
	const uint8_t *msg;
	size_t have; /* bytes of it in msg */
	size_t n;    /* its length as far as it came */
	bool whole;
};

/* A beginning may still grow; it is never too short, but may be too long. */
static bool
in_bounds(const struct sx_format *f, const struct view *v)
{
	if (!v->whole)
		return f->max == 0 || v->n < f->max;
	return v->n >= f->min && (f->max == 0 || v->n <= f->max);
}

static const struct sx_format *
find_format(const struct sx_device *d, const struct view *v)
{
	size_t i;

	for (i = 0; i < d->nformats; i++) {
		const struct sx_format *f = &d->formats[i];
		bool short_one = v->n < SX_TRIAGE_BYTES ||
				 (f->max != 0 && f->max <= SX_TRIAGE_BYTES);

		if (sx_matches(v->msg, v->have, f->value, f->mask) &&
		    (in_bounds(f, v) || !short_one))
			return f;
	}
	return NULL;
}

/* The device whose bytes fit, and its format or NULL. A device that is known
 * by no more than the maker's ID counts only if a format fits. */
static const struct sx_device *
find_device(
    const struct view *v, size_t maker_len, const struct sx_format **format)
{
	size_t i;

	for (i = 0; i < NROWS; i++) {
		const struct sx_device *d = (const struct sx_device *)rows[i];
		size_t len;

		/* Most are of another maker: one look tells. */
		if ((v->msg[1] & d->mask[1]) != d->value[1])
			continue;
		len = sx_reach(d->mask);
		if (len == 0 || !sx_matches(v->msg, v->have, d->value, d->mask))
			continue;
		*format = find_format(d, v);
		if (*format != NULL || len > 1 + maker_len)
			return d;
	}
	*format = NULL;
	return NULL;
}

static void
set_text(char dst[SX_FACT_TEXT], const char *text)
{
	snprintf(dst, SX_FACT_TEXT, "%s", text);
}

static void
take_format(
    const struct sx_format *f, const struct view *v, struct sx_facts *facts)
{
	facts->kind = f->kind;
	facts->dump = !f->passing;
	facts->complete = f->complete;
	facts->checksum = f->checksum;
	facts->note = f->note;
	if (f->danger != NULL)
		facts->danger = f->danger;
	if (f->trust < facts->trust)
		facts->trust = f->trust;
	if (f->source != NULL)
		facts->source = f->source;
	if (f->delay_ms != 0)
		facts->delay_ms = f->delay_ms;
	if (sx_reach(f->mask) > facts->header.len)
		facts->header.len = sx_reach(f->mask);
	if (!in_bounds(f, v) && facts->note == NULL)
		facts->note = "not of the length known for this format";
	if (!v->whole || v->n < f->min)
		return;
	if (f->slot != 0 && f->slot < v->have)
		sx_read_slot(facts, v->msg[f->slot], f->slot, 1);
	if (f->decode != NULL && v->have == v->n)
		f->decode(v->msg, v->n, facts);
}

/* How many bytes a mask fixes, or fixes some bits of. */
static size_t
weight(const uint8_t mask[SX_TRIAGE_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < SX_TRIAGE_BYTES; i++)
		n += mask[i] != 0;
	return n;
}

/* The same for a device and one of its formats together. */
static size_t
weight_of(const struct sx_device *d, const struct sx_format *f)
{
	uint8_t mask[SX_TRIAGE_BYTES];

	for (size_t i = 0; i < SX_TRIAGE_BYTES; i++)
		mask[i] = d->mask[i] | (f != NULL ? f->mask[i] : 0);
	return weight(mask);
}

/* Does the user's row say more than what the built-in ones found? */
static bool
wins(const struct sx_device *own, const struct sx_device *d,
    const struct sx_format *f)
{
	if (d == NULL || weight(own->mask) > weight_of(d, f))
		return true;
	if (f == NULL)
		return d->row.trust <= SX_TRUST_INFERRED;
	return (d->row.trust <= SX_TRUST_INFERRED ||
		   f->trust <= SX_TRUST_INFERRED) &&
	       f->kind != SX_KIND_FIRMWARE && !f->passing;
}

/* Who and what sends it; what the row leaves open stays as it is. */
static void
take_device(
    const struct sx_device *d, const struct view *v, struct sx_facts *facts)
{
	if (d->row.maker_name != NULL)
		set_text(facts->maker, d->row.maker_name);
	if (d->row.device[0] != '(')
		set_text(facts->device, d->row.device);
	if (d->name != NULL)
		d->name(v->msg, v->have, facts);
	if (sx_reach(d->mask) > facts->header.len)
		facts->header.len = sx_reach(d->mask);
	facts->trust = d->row.trust;
	facts->source = d->row.source;
	if (d->row.delay_ms >= 0)
		facts->delay_ms = d->row.delay_ms;
	if (d->row.rate > 0)
		facts->rate = d->row.rate;
}

/* Returns the format it is of, or NULL. */
static const struct sx_format *
decode(
    const struct sx_devices *own, const struct view *v, struct sx_facts *facts)
{
	const struct sx_maker *maker;
	const struct sx_device *d, *taught;
	const struct sx_format *f;

	*facts = (struct sx_facts){ .slot = -1, .delay_ms = -1, .dump = true };
	facts->maker_id = sx_maker_of(v->msg, v->have, &facts->maker_len);
	if (facts->maker_id == 0)
		return NULL;
	facts->header.len = 1 + facts->maker_len;
	maker = sx_maker_find(facts->maker_id);
	if (maker != NULL)
		set_text(facts->maker, maker->brand);
	d = find_device(v, facts->maker_len, &f);
	taught = sx_devices_find(own, v->msg, v->have);
	if (d != NULL)
		take_device(d, v, facts);
	if (taught != NULL && wins(taught, d, f)) {
		take_device(taught, v, facts);
		facts->danger = f != NULL ? f->danger : NULL;
		f = taught->formats;
	}
	if (f != NULL)
		take_format(f, v, facts);
	return f;
}

void
sx_device_decode(const struct sx_devices *own, const uint8_t *msg, size_t n,
    struct sx_facts *facts)
{
	const struct view v = { msg, n, n, is_whole(msg, n) };

	(void)decode(own, &v, facts);
}

bool
sx_device_skim(const struct sx_devices *own, const uint8_t *head, size_t have,
    size_t n, bool whole, struct sx_facts *facts)
{
	const struct view v = { head, have, n, whole };
	const struct sx_format *f = decode(own, &v, facts);

	/* A part of an operating system is checked together with the others. */
	return f == NULL || (f->decode == NULL && f->slot < have &&
				f->kind != SX_KIND_FIRMWARE);
}

void
sx_read_name(struct sx_facts *facts, const uint8_t *text, size_t len,
    size_t off, size_t region)
{
	const uint8_t *nul = memchr(text, 0, len);

	if (nul != NULL)
		len = (size_t)(nul - text);
	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (len >= sizeof(facts->name))
		len = sizeof(facts->name) - 1;
	memcpy(facts->name, text, len);
	facts->name[len] = '\0';
	facts->name_at = (struct sx_region){ off, region };
}

void
sx_read_slot(struct sx_facts *facts, long slot, size_t off, size_t len)
{
	facts->slot = slot;
	facts->slot_at = (struct sx_region){ off, len };
}

void
sx_read_packed(struct sx_facts *facts, size_t off, size_t to, bool rle)
{
	if (to > off)
		facts->packed = (struct sx_region){ off, to - off };
	facts->rle = rle;
}

static void
judge(struct sx_facts *facts, bool good)
{
	if (!good)
		facts->checksum = SX_CHECKSUM_BAD;
	else if (facts->checksum != SX_CHECKSUM_BAD)
		facts->checksum = SX_CHECKSUM_OK;
}

void
sx_read_checksum(struct sx_facts *facts, unsigned have, unsigned want,
    size_t off, size_t len)
{
	facts->checksum_have = have;
	facts->checksum_want = want;
	facts->checksum_at = (struct sx_region){ off, len };
	judge(facts, have == want);
}

void
sx_read_length(
    struct sx_facts *facts, size_t have, size_t want, size_t off, size_t len)
{
	facts->length_have = have;
	facts->length_want = want;
	facts->length_at = (struct sx_region){ off, len };
	judge(facts, have == want);
}

unsigned
sx_sum(const uint8_t *msg, size_t from, size_t to)
{
	unsigned sum = 0;

	while (from < to)
		sum += msg[from++];
	return sum;
}

size_t
sx_packed_at(size_t i)
{
	return i / 7 * 8 + 1 + i % 7;
}

int
sx_unpack(const uint8_t *p, size_t n, size_t i)
{
	size_t at = sx_packed_at(i);

	if (at >= n)
		return -1;
	return p[at] | (p[i / 7 * 8] << (1 + i % 7) & 0x80);
}
