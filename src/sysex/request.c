/* SPDX-License-Identifier: ISC */
/*
 * A request is made by putting slot and device number into a row's bytes; an
 * answer is known by its first bytes and the slot or address in it. Both sides
 * come from the same row, so that a dump leads to the request for it, too.
 */
#include <string.h>

#include "request_row.h"

#define DT1_TAIL 2 /* checksum and F7 */

const struct sx_request_row *
sx_request_row(size_t i)
{
#define SX_SKIP(rows)            \
	if (i < rows##_n)        \
		return &rows[i]; \
	i -= rows##_n;
	SX_REQUESTS(SX_SKIP)
	return NULL;
}

static size_t
length_of(const uint8_t msg[SX_REQUEST_BYTES])
{
	size_t n = 0;

	while (n < SX_REQUEST_BYTES && msg[n] != 0xf7)
		n++;
	return n < SX_REQUEST_BYTES ? n + 1 : 0;
}

static uint32_t
read_number(const uint8_t *p, size_t width)
{
	uint32_t number = 0;

	for (size_t i = 0; i < width; i++)
		number = number << 7 | p[i];
	return number;
}

static void
write_number(uint8_t *p, size_t width, uint32_t number)
{
	for (size_t i = width; i > 0; i--) {
		p[i - 1] = number & 0x7f;
		number >>= 7;
	}
}

void
sx_put_slot(uint8_t *msg, const struct sx_place *p, long slot)
{
	long radix = p->radix != 0 ? p->radix : 128;
	uint8_t high = (uint8_t)(p->base + slot / radix);
	uint8_t low = (uint8_t)(slot % radix);

	if (p->at == 0)
		return;
	if (p->width == 1) {
		msg[p->at] = (uint8_t)(p->base + slot);
		return;
	}
	msg[p->at] = p->low_first ? low : high;
	msg[p->at + 1] = p->low_first ? high : low;
}

/* The other way; -1 if it is none. */
static long
get_slot(const uint8_t *msg, size_t n, const struct sx_place *p)
{
	long radix = p->radix != 0 ? p->radix : 128;
	uint8_t high, low;

	if (p->at == 0)
		return 0;
	if (p->at + p->width >= n)
		return -1;
	high = msg[p->at + (p->width == 2 && p->low_first)];
	if (high < p->base)
		return -1;
	if (p->width == 1)
		return high - p->base;
	low = msg[p->at + !p->low_first];
	return low < radix ? (long)(high - p->base) * radix + low : -1;
}

static bool
is_range(const struct sx_ask *ask)
{
	return ask->span != 0;
}

/* What RQ1 has behind its command: address, size, checksum. */
static void
put_range(struct sx_request *q, size_t width, uint32_t address, uint32_t span)
{
	size_t from = q->len;

	write_number(q->msg + from, width, address);
	write_number(q->msg + from + width, width, span);
	q->len += 2 * width;
	q->msg[q->len] = (uint8_t)(-sx_sum(q->msg, from, q->len) & 0x7f);
	q->msg[q->len + 1] = 0xf7;
	q->len += DT1_TAIL;
	q->address = address;
	q->span = span;
}

static uint8_t
id_byte(const struct sx_request_row *row, int id)
{
	if (id < 0)
		id = row->id;
	if (id < 0)
		return row->ask->id_unset;
	return (
	    uint8_t)(row->ask->msg[row->ask->id_at] + id - row->ask->id_zero);
}

void
sx_request_make(
    const struct sx_request_row *row, long slot, int id, struct sx_request *q)
{
	const struct sx_ask *ask = row->ask;

	*q = (struct sx_request){ .row = row, .slot = slot };
	memcpy(q->msg, ask->msg, sizeof(q->msg));
	memcpy(q->value, ask->value, sizeof(q->value));
	memcpy(q->mask, ask->mask, sizeof(q->mask));
	if (row->slots.count == 0)
		q->slot = -1;
	if (ask->id_at != 0)
		q->msg[ask->id_at] = id_byte(row, id);
	q->at = ask->found.at;
	q->width = ask->found.width;
	if (is_range(ask)) {
		q->len = ask->found.at;
		q->data = ask->data != 0 ? ask->data : ask->span;
		q->more = ask->more;
		q->last = ask->last;
		put_range(q, q->width,
		    ask->address +
			(q->slot > 0 ? (uint32_t)q->slot * ask->step : 0),
		    ask->span);
		return;
	}
	q->len = length_of(ask->msg);
	sx_put_slot(q->msg, &ask->slot, q->slot > 0 ? q->slot : 0);
}

static bool
is_answer(const struct sx_ask *ask, const uint8_t *msg, size_t n)
{
	return n > 2 && msg[n - 1] == 0xf7 &&
	       sx_matches(msg, n, ask->value, ask->mask) &&
	       (!is_range(ask) || n > ask->found.at + ask->found.width + 2);
}

long
sx_request_slot_of(
    const struct sx_request_row *row, const uint8_t *msg, size_t n)
{
	const struct sx_ask *ask = row->ask;
	uint32_t offset;
	long slot;

	if (!is_answer(ask, msg, n))
		return -1;
	if (row->slots.count == 0)
		return 0;
	if (!is_range(ask)) {
		slot = get_slot(msg, n, &ask->found);
	} else {
		offset = read_number(msg + ask->found.at, ask->found.width) -
			 ask->address;
		slot = ask->step != 0 ? (long)(offset / ask->step) : 0;
		if (offset - (uint32_t)slot * ask->step >= ask->span)
			return -1;
	}
	return slot < row->slots.count ? slot : -1;
}

/* A message with data for a range of addresses. */
static enum sx_answer
judge_piece(
    const struct sx_request *q, const uint8_t *msg, size_t n, size_t *got)
{
	uint32_t address = read_number(msg + q->at, q->width);
	size_t len = n - q->at - q->width - DT1_TAIL;
	uint32_t offset = address - q->address;

	if (address < q->address || offset >= q->span)
		return SX_ANSWER_OTHER;
	/* Where there are gaps between the addresses only the order tells. */
	if (offset < *got || *got + len > q->data + q->more ||
	    (q->span == q->data && offset != *got))
		return SX_ANSWER_ODD;
	*got += len;
	return *got >= q->data && offset + len >= q->last ? SX_ANSWER_WHOLE
							  : SX_ANSWER_PIECE;
}

enum sx_answer
sx_request_judge(const struct sx_request *q, const uint8_t *msg, size_t n,
    size_t *got, long *slot)
{
	long held = -1;

	if (slot != NULL)
		*slot = -1;
	if (n < 3 || msg[n - 1] != 0xf7 ||
	    !sx_matches(msg, n, q->value, q->mask))
		return SX_ANSWER_NOT;
	if (q->row != NULL) {
		held = sx_request_slot_of(q->row, msg, n);
		if (held == -1)
			return SX_ANSWER_NOT;
		if (slot != NULL && q->row->slots.count != 0)
			*slot = held;
	}
	if (q->data != 0)
		return n > q->at + q->width + DT1_TAIL
			   ? judge_piece(q, msg, n, got)
			   : SX_ANSWER_NOT;
	return q->slot == -1 || held == q->slot ? SX_ANSWER_WHOLE
						: SX_ANSWER_OTHER;
}

/* A message with data for any address of a device: ask for just these. */
static void
make_address(const struct sx_request_row *row, const uint8_t *msg, size_t n,
    struct sx_request *q)
{
	size_t at = row->ask->found.at, width = row->ask->found.width;

	sx_request_make(row, 0, -1, q);
	q->row = NULL;
	q->slot = -1;
	q->len = at;
	q->data = n - at - width - DT1_TAIL;
	q->more = 0;
	q->last = 0;
	put_range(q, width, read_number(msg + at, width), (uint32_t)q->data);
}

bool
sx_request_for_message(const uint8_t *msg, size_t n,
    const struct sx_facts *facts, struct sx_request *q)
{
	const struct sx_request_row *row;
	long slot;

	for (size_t i = 0; (row = sx_request_row(i)) != NULL; i++) {
		const struct sx_ask *ask = row->ask;

		if (row->maker != facts->maker_id || !is_answer(ask, msg, n))
			continue;
		if (is_range(ask)) {
			make_address(row, msg, n, q);
		} else {
			slot = sx_request_slot_of(row, msg, n);
			if (slot == -1)
				continue;
			sx_request_make(row, slot, -1, q);
		}
		/* It came from a unit with this number. */
		if (ask->id_at != 0 && ask->id_at < n)
			q->msg[ask->id_at] =
			    (uint8_t)(ask->msg[ask->id_at] |
				      (msg[ask->id_at] &
					  (uint8_t)~ask->mask[ask->id_at]));
		return true;
	}
	return false;
}
