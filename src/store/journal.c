/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "journal.h"

#define CHECKED 16 /* bytes of the head before the checksum */

enum { FLAG_FIRST = 0x10, FLAG_DOUBT = 0x20 };

void
sx_put_number(uint8_t *p, size_t n, uint64_t v)
{
	for (; n > 0; v >>= 8)
		p[--n] = (uint8_t)v;
}

static uint64_t
journal_get(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

/* FNV-1a */
static uint32_t
journal_checksum(const uint8_t *head, const uint8_t *data, size_t n)
{
	uint32_t h = 2166136261;

	for (size_t i = 0; i < CHECKED; i++)
		h = (h ^ head[i]) * 16777619;
	for (size_t i = 0; i < n; i++)
		h = (h ^ data[i]) * 16777619;
	return h;
}

void
sx_journal_record_pack(
    uint8_t head[SX_RECORD_HEAD], const struct sx_journal_record *r)
{
	head[0] = (uint8_t)r->port;
	head[1] = (uint8_t)(r->kind | (r->span.first ? FLAG_FIRST : 0) |
			    (r->doubt ? FLAG_DOUBT : 0));
	head[2] = (uint8_t)r->span.end;
	head[3] = r->span.status;
	sx_put_number(head + 4, 4, r->len);
	sx_put_number(head + 8, 8, (uint64_t)r->at);
	sx_put_number(
	    head + CHECKED, 4, journal_checksum(head, r->data, r->len));
}

bool
sx_journal_record_is_cut(const uint8_t *p, size_t n)
{
	uint8_t head[SX_RECORD_HEAD];

	if (n < SX_RECORD_HEAD)
		return true;
	if (journal_get(p + 4, 4) <= n - SX_RECORD_HEAD)
		return false;
	/* If the checksum is right for a record up to the end of the file, only
	 * the length is wrong. */
	memcpy(head, p, SX_RECORD_HEAD);
	sx_put_number(head + 4, 4, n - SX_RECORD_HEAD);
	return journal_get(p + CHECKED, 4) !=
	       journal_checksum(head, p + SX_RECORD_HEAD, n - SX_RECORD_HEAD);
}

bool
sx_journal_record_next(
    const uint8_t *p, size_t n, size_t *pos, struct sx_journal_record *r)
{
	const uint8_t *head;
	size_t left;

	if (*pos > n || n - *pos < SX_RECORD_HEAD)
		return false;
	head = p + *pos;
	left = n - *pos;
	*r = (struct sx_journal_record){
		.port = head[0],
		.kind = head[1] & 0x0f,
		.doubt = head[1] & FLAG_DOUBT,
		.len = (size_t)journal_get(head + 4, 4),
		.at = (int64_t)journal_get(head + 8, 8),
		.data = head + SX_RECORD_HEAD,
	};
	if (r->len > left - SX_RECORD_HEAD ||
	    journal_get(head + CHECKED, 4) !=
		journal_checksum(head, r->data, r->len))
		return false;
	r->span = (struct sx_span){ .kind = (enum sx_span_kind)r->kind,
		.end = (enum sx_end)head[2],
		.first = head[1] & FLAG_FIRST,
		.status = head[3],
		.data = r->data,
		.len = r->len };
	*pos += SX_RECORD_HEAD + r->len;
	return true;
}

struct sx_damage
sx_journal_record_damage(const struct sx_journal_record *r)
{
	struct sx_damage d = sx_span_damage(&r->span);

	/* A lone F7 outside of a message means nothing (MIDI 1.0 p. 29). */
	if (r->span.kind == SX_SPAN_STRAY && r->span.first && r->len == 1 &&
	    r->data[0] == 0xf7)
		d.kind = SX_DAMAGE_NONE;
	if (r->doubt && d.kind == SX_DAMAGE_NONE)
		d.kind = SX_DAMAGE_OVERRUN;
	return d;
}

void
sx_journal_record_count(
    struct sx_take_facts *facts, const struct sx_journal_record *r)
{
	bool sysex = r->kind == SX_SPAN_SYSEX;
	bool run = sysex || r->kind == SX_SPAN_STRAY;
	bool over = r->span.end != SX_END_OPEN;

	if (r->at > facts->length)
		facts->length = r->at;
	if (r->kind == SX_SPAN_NONE) {
		facts->holes++;
		return;
	}
	facts->sysex += sysex && over;
	facts->bytes += sysex ? r->len : 0;
	facts->events += !run && r->span.end == SX_END_WHOLE;
	facts->damaged +=
	    over && sx_journal_record_damage(r).kind != SX_DAMAGE_NONE;
}
