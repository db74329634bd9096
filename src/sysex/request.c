/* SPDX-License-Identifier: ISC */
/*
 * A request is the bytes of a row with slot and device number filled in; an
 * answer is recognized by its first bytes and the slot or address in it. Both
 * come from the same row, so that a dump leads to the request for it, too.
 */
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "facts.h"
#include "layout.h"

#define DT1_TAIL 2 /* checksum and F7 */

bool
sx_request_row(
    const struct sx_devices *user, size_t i, struct sx_request_row *row)
{
	struct sx_instrument in = { 0 };
	struct sx_mark m;

	for (size_t k = 0; (m = sx_devices_record(user, k)).at != NULL; k++) {
		size_t n = sx_book_front(m).nrequests;

		if (i < n) {
			sx_book_instrument(m, &in);
			sx_instrument_request(&in, i, row);
			return true;
		}
		i -= n;
	}
	return false;
}

/* Texts are stored once, and no two rows of an instrument have the same one, so
 * that pointers can be compared. */
bool
sx_request_row_is(
    const struct sx_request_row *a, const struct sx_request_row *b)
{
	return a->device == b->device && a->what == b->what;
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

static bool
is_range(const struct sx_ask *ask)
{
	return ask->range.span != 0;
}

/* Append the arguments of RQ1: address, size, checksum. */
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
id_byte(const struct sx_ask *ask, uint8_t byte, int id)
{
	if (id < 0)
		return byte | ask->id_unset;
	return (uint8_t)(byte + id - ask->id_zero);
}

/* Return the number of slots in a bank that is selected before a request. */
static long
request_bank_size(const struct sx_request_row *row)
{
	if (row->ask.found.low == 0 && row->ask.slot.radix != 0)
		return row->ask.slot.radix;
	/* Without a bank select, the program counts all slots. */
	return row->slots.bank != 0 && memchr(row->ask.before, SX_BEFORE_BANK,
					   row->ask.before_len) != NULL
		   ? row->slots.bank
		   : 128;
}

/* Return the slot for a request: the one within the bank if the bank is
 * selected before it. */
static long
request_asked_slot(const struct sx_request_row *row, long slot)
{
	if (slot < 0)
		return 0;
	return row->ask.found.low == 0 && row->ask.slot.radix != 0
		   ? slot % row->ask.slot.radix
		   : slot;
}

/* Make the messages before a request: bank and program before that for the edit
 * buffer, say. */
static void
put_before(const struct sx_request_row *row, struct sx_request *q, int unit)
{
	long slot = q->slot > 0 ? q->slot : 0;
	long bank = request_bank_size(row);

	q->before_len = row->ask.before_len;
	memcpy(q->before, row->ask.before, sizeof(q->before));
	for (size_t i = 0; i < q->before_len; i++)
		if (q->before[i] == SX_BEFORE_SLOT)
			q->before[i] = (uint8_t)(slot % bank);
		else if (q->before[i] == SX_BEFORE_BANK)
			q->before[i] = (uint8_t)(slot / bank);
	if (row->ask.before_id != 0 && unit >= 0)
		q->before[row->ask.before_id - 1] =
		    id_byte(&row->ask, q->before[row->ask.before_id - 1], unit);
}

size_t
sx_request_wire(const struct sx_request *q, uint8_t buf[SX_REQUEST_WIRE])
{
	memcpy(buf, q->before, q->before_len);
	memcpy(buf + q->before_len, q->msg, q->len);
	return q->before_len + q->len;
}

void
sx_request_make(
    const struct sx_request_row *row, long slot, int id, struct sx_request *q)
{
	const struct sx_ask *ask = &row->ask;

	*q = (struct sx_request){ .row = *row, .slot = slot, .unit = -1 };
	memcpy(q->msg, ask->msg, sizeof(q->msg));
	q->answer = ask->answer;
	if (row->slots.count == 0)
		q->slot = -1;
	if (ask->id_at != 0) {
		q->unit = id >= 0 ? id : row->id;
		q->msg[ask->id_at] =
		    id_byte(ask, ask->msg[ask->id_at], q->unit);
	}
	if (ask->id_also != 0)
		q->msg[ask->id_also] =
		    id_byte(ask, ask->msg[ask->id_also], q->unit);
	put_before(row, q, id >= 0 ? id : row->id);
	if (is_range(ask)) {
		const struct sx_range *r = &ask->range;

		q->at = r->at;
		q->width = r->width;
		q->len = r->at;
		q->data = r->data != 0 ? r->data : r->span;
		q->more = r->more;
		q->last = r->last;
		put_range(q, q->width,
		    r->address +
			(q->slot > 0 ? (uint32_t)q->slot * r->step : 0),
		    r->span);
		return;
	}
	q->several = ask->end_at != 0;
	q->len = ask->msg[0] == 0xf0 ? length_of(ask->msg) : 0;
	if (ask->slot.low != 0)
		sx_slot_put(&ask->slot, q->msg, q->len,
		    request_asked_slot(row, q->slot));
}

/* Return the unit number in an answer, or -1. */
static int
unit_of(const struct sx_ask *ask, const uint8_t *msg, size_t n)
{
	uint8_t bits = (uint8_t)~ask->answer.bits[ask->id_at];

	if (ask->id_at + 1u >= n ||
	    (ask->id_unset != 0 &&
		(msg[ask->id_at] & bits) == (ask->id_unset & bits)))
		return -1;
	return (msg[ask->id_at] & bits) - (ask->msg[ask->id_at] & bits) +
	       ask->id_zero;
}

static bool
request_is_answer(const struct sx_ask *ask, const uint8_t *msg, size_t n)
{
	return n > 2 && msg[n - 1] == 0xf7 &&
	       sx_mask_fits(&ask->answer, msg, n) &&
	       (!is_range(ask) ||
		   n > (size_t)ask->range.at + ask->range.width + DT1_TAIL);
}

bool
sx_request_tells_slot(const struct sx_request_row *row)
{
	return row->slots.count == 0 || is_range(&row->ask) ||
	       row->ask.found.low != 0;
}

long
sx_request_slot_of(
    const struct sx_request_row *row, const uint8_t *msg, size_t n)
{
	const struct sx_ask *ask = &row->ask;
	const struct sx_range *r;
	uint32_t offset;
	long slot;

	if (!request_is_answer(ask, msg, n))
		return -1;
	if (row->slots.count == 0 || !sx_request_tells_slot(row))
		return 0;
	if (!is_range(ask)) {
		slot = sx_slot_get(&ask->found, msg, n);
	} else {
		r = &ask->range;
		offset = read_number(msg + r->at, r->width);
		if (offset < r->address)
			return -1;
		offset -= r->address;
		slot = r->step != 0 ? (long)(offset / r->step) : 0;
		if (offset - (uint32_t)slot * r->step >= r->span)
			return -1;
	}
	return slot < row->slots.count ? slot : -1;
}

/* Judge a message with data for a range of addresses. */
static enum sx_answer
judge_piece(const struct sx_request *q, const uint8_t *msg, size_t n,
    struct sx_received *got)
{
	uint32_t address = read_number(msg + q->at, q->width);
	size_t len = n - q->at - q->width - DT1_TAIL;
	uint32_t offset = address - q->address;

	if (address < q->address || offset >= q->span)
		return SX_ANSWER_OTHER;
	/* With gaps between the addresses, only the order can be checked. */
	if (offset < got->end || got->bytes + len > q->data + q->more ||
	    (q->span == q->data && offset != got->end))
		return SX_ANSWER_ODD;
	got->bytes += len;
	got->end = offset + (uint32_t)len;
	return got->bytes >= q->data && got->end >= q->last ? SX_ANSWER_WHOLE
							    : SX_ANSWER_PIECE;
}

/* Judge a further message of an answer that has several. */
static enum sx_answer
request_judge_next(const struct sx_request *q, const uint8_t *msg, size_t n,
    struct sx_received *got)
{
	const struct sx_ask *ask = &q->row.ask;
	struct sx_mask m = q->answer;

	for (size_t i = ask->common; i < SX_TRIAGE_BYTES; i++)
		m.bits[i] = m.value[i] = 0;
	if (!sx_mask_fits(&m, msg, n))
		return SX_ANSWER_NOT;
	if (q->unit != -1 && ask->id_at != 0 && unit_of(ask, msg, n) != q->unit)
		return SX_ANSWER_UNIT;
	got->bytes += n;
	return n > ask->end_at && msg[ask->end_at] == ask->end_byte
		   ? SX_ANSWER_WHOLE
		   : SX_ANSWER_PIECE;
}

enum sx_answer
sx_request_judge(const struct sx_request *q, const uint8_t *msg, size_t n,
    struct sx_received *got, long *slot)
{
	long slot_in = -1;

	if (slot != NULL)
		*slot = -1;
	if (n >= 3 && msg[n - 1] == 0xf7 && q->several && got->bytes > 0)
		return request_judge_next(q, msg, n, got);
	if (n < 3 || msg[n - 1] != 0xf7 || !sx_mask_fits(&q->answer, msg, n))
		return SX_ANSWER_NOT;
	if (q->row.what != NULL) {
		slot_in = sx_request_slot_of(&q->row, msg, n);
		if (slot_in == -1)
			return SX_ANSWER_NOT;
		if (!sx_request_tells_slot(&q->row))
			slot_in = q->slot;
		else if (slot != NULL && q->row.slots.count != 0)
			*slot = slot_in;
		if (q->unit != -1 && unit_of(&q->row.ask, msg, n) != q->unit)
			return SX_ANSWER_UNIT;
	}
	if (q->data != 0)
		return n > q->at + q->width + DT1_TAIL
			   ? judge_piece(q, msg, n, got)
			   : SX_ANSWER_NOT;
	if (q->slot != -1 && slot_in != q->slot)
		return SX_ANSWER_OTHER;
	if (!q->several)
		return SX_ANSWER_WHOLE;
	got->bytes += n;
	return SX_ANSWER_PIECE;
}

/* Make the request for exactly the addresses in this data message. */
static void
make_address(const struct sx_request_row *row, const uint8_t *msg, size_t n,
    struct sx_request *q)
{
	size_t at = row->ask.range.at, width = row->ask.range.width;

	sx_request_make(row, 0, -1, q);
	q->row.what = NULL;
	q->slot = -1;
	q->len = at;
	q->data = n - at - width - DT1_TAIL;
	q->more = 0;
	q->last = 0;
	put_range(q, width, read_number(msg + at, width), (uint32_t)q->data);
}

/* Make the request for a message. Returns false if the row is not for it. */
static bool
make_for(const struct sx_request_row *row, const uint8_t *msg, size_t n,
    struct sx_request *q)
{
	const struct sx_ask *ask = &row->ask;
	long slot;

	if (!sx_request_tells_slot(row) || !request_is_answer(ask, msg, n))
		return false;
	if (is_range(ask)) {
		make_address(row, msg, n, q);
	} else {
		slot = sx_request_slot_of(row, msg, n);
		if (slot == -1)
			return false;
		sx_request_make(row, slot, -1, q);
	}
	/* The message came from this unit number; the unit may have another one
	 * now. */
	q->unit = -1;
	if (ask->id_at != 0 && ask->id_at + 1u < n)
		q->msg[ask->id_at] =
		    (uint8_t)(ask->msg[ask->id_at] |
			      (msg[ask->id_at] &
				  (uint8_t)~ask->answer.bits[ask->id_at]));
	return true;
}

/* Find the next instrument of this manufacturer from *i on. */
static bool
request_maker(const struct sx_devices *user, size_t *i, sx_maker_id maker,
    struct sx_instrument *in)
{
	struct sx_mark m;

	for (; (m = sx_devices_record(user, *i)).at != NULL; ++*i)
		if (sx_book_maker(m) == maker)
			return sx_instrument(user, *i, in);
	return false;
}

bool
sx_request_for_message(const struct sx_devices *user, const uint8_t *msg,
    size_t n, const struct sx_facts *facts, struct sx_request *q)
{
	struct sx_instrument in;
	struct sx_request_row row;

	for (size_t i = 0; request_maker(user, &i, facts->maker_id, &in); i++)
		for (size_t k = 0; k < in.nrequests; k++) {
			sx_instrument_request(&in, k, &row);
			if (make_for(&row, msg, n, q))
				return true;
		}
	return false;
}

bool
sx_request_is_buffer(
    const struct sx_devices *user, const struct sx_request_row *row)
{
	struct sx_instrument in;
	struct sx_message_kind f;

	if (row->what == NULL)
		return false;
	for (size_t i = 0; request_maker(user, &i, row->maker, &in); i++)
		for (size_t k = 0;
		     k < in.nformats && strcmp(in.row.device, row->device) == 0;
		     k++) {
			sx_instrument_format(&in, k, &f);
			if (f.buffer != NULL &&
			    strcmp(f.buffer, row->what) == 0)
				return true;
		}
	return false;
}

/* ---- Edit buffers, in many messages ---- */

struct sx_edit_buffer_row {
	struct sx_request_row row;
	enum { NOT_ASKED, IS_BUFFER, IS_OTHER } is;
};

/* The rows of another maker. */
static int
buffers_read(struct sx_edit_buffers *b, sx_maker_id maker, struct sx_err *e)
{
	struct sx_edit_buffer_row *rows;
	struct sx_instrument in;

	if (maker == b->maker)
		return 0;
	b->maker = 0;
	b->n = 0;
	for (size_t i = 0; request_maker(b->user, &i, maker, &in); i++) {
		rows =
		    realloc(b->rows, (b->n + in.nrequests + 1) * sizeof(*rows));
		if (rows == NULL)
			return sx_fail_memory(e);
		b->rows = rows;
		for (size_t k = 0; k < in.nrequests; k++, b->n++) {
			rows[b->n].is = NOT_ASKED;
			sx_instrument_request(&in, k, &rows[b->n].row);
		}
	}
	b->maker = maker;
	return 0;
}

static bool
buffers_row_is(const struct sx_edit_buffers *b, struct sx_edit_buffer_row *r)
{
	if (r->is == NOT_ASKED)
		r->is = sx_request_is_buffer(b->user, &r->row) ? IS_BUFFER
							       : IS_OTHER;
	return r->is == IS_BUFFER;
}

int
sx_edit_buffers_have(struct sx_edit_buffers *b, const uint8_t *msg, size_t n,
    const struct sx_facts *facts, struct sx_err *e)
{
	struct sx_request q;

	if (buffers_read(b, facts->maker_id, e) == -1)
		return -1;
	for (size_t i = 0; i < b->n; i++)
		if (make_for(&b->rows[i].row, msg, n, &q))
			return q.row.what != NULL &&
			       buffers_row_is(b, &b->rows[i]);
	return 0;
}

int
sx_edit_buffers_untold(struct sx_edit_buffers *b, const uint8_t *msg, size_t n,
    const struct sx_facts *facts, struct sx_err *e)
{
	if (buffers_read(b, facts->maker_id, e) == -1)
		return -1;
	for (size_t i = 0; i < b->n; i++)
		if (!sx_request_tells_slot(&b->rows[i].row) &&
		    request_is_answer(&b->rows[i].row.ask, msg, n))
			return 1;
	return 0;
}

void
sx_edit_buffers_free(struct sx_edit_buffers *b)
{
	free(b->rows);
	b->rows = NULL;
	b->maker = 0;
	b->n = 0;
}
