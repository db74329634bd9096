/* SPDX-License-Identifier: ISC */
/* Both sides of dumps in which each side waits for the other. */
#include <string.h>

#include "sxlib/handshake.h"

#define CANCEL 0x7d
#define NAK    0x7e
#define ACK    0x7f

enum {
	ROLAND_WSD = 0x40,
	ROLAND_RQD = 0x41,
	ROLAND_DAT = 0x42,
	ROLAND_ACK = 0x43,
	ROLAND_EOD = 0x45,
	ROLAND_ERR = 0x4e,
	ROLAND_RJC = 0x4f,
};

/* ---- Frames ---- */

static bool
shake_is_command(uint8_t byte)
{
	return (byte >= ROLAND_WSD && byte <= ROLAND_ACK) ||
	       byte == ROLAND_EOD || byte == ROLAND_ERR || byte == ROLAND_RJC;
}

static size_t
shake_roland(const uint8_t *msg, size_t n)
{
	size_t at = 3;

	if (n < 6 || msg[0] != 0xf0 || msg[1] != 0x41 || msg[n - 1] != 0xf7)
		return 0;
	if (shake_is_command(msg[2]))
		return 2;
	if (msg[2] > 0x1f)
		return 0;
	/* The model ID is one byte after up to three of 00. */
	while (at < 6 && msg[at] == 0)
		at++;
	at++;
	return at + 1 < n && shake_is_command(msg[at]) ? at : 0;
}

static size_t
shake_head(size_t command_at)
{
	/* The older frame has channel and model after the command. */
	return command_at == 2 ? 5 : command_at + 1;
}

/* Is it a message of the same unit and model, but for its command? */
static bool
shake_is_alike(
    const uint8_t *msg, size_t n, const uint8_t *like, size_t command_at)
{
	size_t head = shake_head(command_at), behind = command_at + 1;

	return shake_roland(msg, n) == command_at && n > head &&
	       memcmp(msg, like, command_at) == 0 &&
	       memcmp(msg + behind, like + behind, head - behind) == 0;
}

static size_t
shake_roland_make(uint8_t to[SX_SHAKE_BYTES], const uint8_t *like,
    size_t command_at, uint8_t command)
{
	size_t n = shake_head(command_at);

	memcpy(to, like, n);
	to[command_at] = command;
	to[n] = 0xf7;
	return n + 1;
}

static bool
shake_is_file(const uint8_t *msg, size_t n)
{
	return n >= 6 && msg[0] == 0xf0 && msg[1] == 0x7e &&
	       msg[n - 1] == 0xf7 &&
	       ((n >= 15 && msg[3] == 7 && msg[4] == 1) ||
		   (n >= 10 && msg[3] == 7 && msg[4] == 2) || msg[3] == 0x7b);
}

static uint8_t
shake_sum(const uint8_t *msg, size_t from, size_t to)
{
	unsigned sum = 0;

	while (from < to)
		sum += msg[from++];
	return (uint8_t)(-sum & 0x7f);
}

static uint8_t
shake_xor(const uint8_t *msg, size_t from, size_t to)
{
	uint8_t x = 0;

	while (from < to)
		x ^= msg[from++];
	return x & 0x7f;
}

/* Check the checksum, and for a packet also the length. */
static bool
shake_is_good_roland(const uint8_t *msg, size_t n, size_t command_at)
{
	size_t head = shake_head(command_at);

	return n > head + 2 && msg[n - 2] == shake_sum(msg, head, n - 2);
}

static bool
shake_is_good_packet(const uint8_t *msg, size_t n)
{
	return msg[n - 2] == shake_xor(msg, 1, n - 2) && msg[6] + 10u == n;
}

/* ---- Receiving ---- */

static void
shaker_open(struct sx_shaker *s, const uint8_t *cancel, size_t n)
{
	s->open = true;
	s->blocks = 0;
	s->next = 0;
	s->lost = false;
	memcpy(s->cancel, cancel, n);
	s->ncancel = n;
}

static enum sx_shake
shaker_data(struct sx_shaker *s, bool good)
{
	s->blocks += good;
	return good ? SX_SHAKE_DATA : SX_SHAKE_BAD;
}

static enum sx_shake
shaker_roland(struct sx_shaker *s, const uint8_t *msg, size_t n, size_t at,
    uint8_t *reply, size_t *len)
{
	bool open = s->open && shake_is_alike(msg, n, s->cancel, at);
	bool good;

	switch (msg[at]) {
	case ROLAND_WSD:
		*len = shake_roland_make(reply, msg, at, ROLAND_RJC);
		shaker_open(s, reply, *len);
		*len = shake_roland_make(reply, msg, at, ROLAND_ACK);
		return SX_SHAKE_BEGINS;
	case ROLAND_RQD:
		*len = shake_roland_make(reply, msg, at, ROLAND_RJC);
		return SX_SHAKE_REFUSED;
	case ROLAND_DAT:
		if (!open) {
			*len = shake_roland_make(reply, msg, at, ROLAND_RJC);
			return SX_SHAKE_NOT;
		}
		good = shake_is_good_roland(msg, n, at);
		*len = shake_roland_make(
		    reply, msg, at, good ? ROLAND_ACK : ROLAND_ERR);
		return shaker_data(s, good);
	case ROLAND_EOD:
		if (s->open && !open)
			return SX_SHAKE_NOT;
		*len = shake_roland_make(reply, msg, at, ROLAND_ACK);
		s->open = false;
		return SX_SHAKE_ENDS;
	case ROLAND_ERR:
	case ROLAND_RJC:
		if (!open)
			return SX_SHAKE_NOT;
		s->open = false;
		return SX_SHAKE_CANCELLED;
	default:
		return SX_SHAKE_NOT;
	}
}

/* A packet may come again. */
static void
shaker_count(struct sx_shaker *s, uint8_t number)
{
	if (number != s->next && ((number + 1) & 0x7f) != s->next)
		s->lost = true;
	s->next = (number + 1) & 0x7f;
}

/* Handle a message of a file dump. Replies go to the sender, whose number is in
 * the header. */
static enum sx_shake
shaker_file(struct sx_shaker *s, const uint8_t *msg, size_t n, uint8_t *reply,
    size_t *len)
{
	uint8_t to[] = { 0xf0, 0x7e, 0, ACK, 0, 0xf7 };
	enum sx_shake what;

	if (msg[3] == 7 && msg[4] == 1) {
		to[2] = msg[5];
		to[3] = CANCEL;
		shaker_open(s, to, sizeof(to));
		to[3] = ACK;
		what = SX_SHAKE_BEGINS;
	} else if (!s->open) {
		return SX_SHAKE_NOT;
	} else if (msg[3] == 0x7b) {
		to[4] = msg[4];
		s->open = false;
		what = s->lost ? SX_SHAKE_LOST : SX_SHAKE_ENDS;
	} else {
		bool good = shake_is_good_packet(msg, n);

		to[4] = msg[5];
		to[3] = good ? ACK : NAK;
		if (good)
			shaker_count(s, msg[5]);
		what = shaker_data(s, good);
	}
	if (what != SX_SHAKE_BEGINS)
		to[2] = s->cancel[2];
	memcpy(reply, to, sizeof(to));
	*len = sizeof(to);
	return what;
}

enum sx_shake
sx_shaker_take(struct sx_shaker *s, const uint8_t *msg, size_t n,
    uint8_t reply[SX_SHAKE_BYTES], size_t *len)
{
	size_t at = shake_roland(msg, n);

	*len = 0;
	if (at != 0)
		return shaker_roland(s, msg, n, at, reply, len);
	if (shake_is_file(msg, n))
		return shaker_file(s, msg, n, reply, len);
	if (n == 6 && s->open && msg[1] == 0x7e && msg[3] == CANCEL) {
		s->open = false;
		return SX_SHAKE_CANCELLED;
	}
	return SX_SHAKE_NOT;
}

bool
sx_shaker_inside(
    const uint8_t *msg, size_t n, uint8_t reply[SX_SHAKE_BYTES], size_t *len)
{
	static const uint8_t ready[] = { 0xf0, 0x44, 0, 0 };

	*len = 0;
	if (n != 6 || memcmp(msg, ready, sizeof(ready)) != 0 ||
	    (msg[4] & 0xf0) != 0x70 || msg[5] != 0x30)
		return false;
	reply[0] = msg[4];
	reply[1] = 0x31;
	*len = 2;
	return true;
}

void
sx_shaker_cancel(
    struct sx_shaker *s, uint8_t reply[SX_SHAKE_BYTES], size_t *len)
{
	*len = s->open ? s->ncancel : 0;
	memcpy(reply, s->cancel, *len);
	s->open = false;
}

/* ---- Sending ---- */

enum { OFFER_FIRST, OFFER_BLOCK, OFFER_END, OFFER_LAST };

bool
sx_offer_fits(const struct sx_block *blocks, size_t n)
{
	size_t at = n > 0 ? shake_roland(blocks[0].data, blocks[0].len) : 0;

	if (n > 0 && at == 0)
		at = shake_is_file(blocks[0].data, blocks[0].len) &&
			     blocks[0].data[4] == 1
			 ? 0
			 : SIZE_MAX;
	for (size_t i = 0; i < n && at != SIZE_MAX; i++) {
		const struct sx_block *b = &blocks[i];
		bool fits = at == 0 ? shake_is_file(b->data, b->len)
				    : shake_roland(b->data, b->len) == at &&
					  b->data[at] == ROLAND_DAT;

		if (!fits)
			at = SIZE_MAX;
	}
	return n > 0 && at != SIZE_MAX;
}

/*
 * Return the size of an address: 3 bytes after a model ID of one byte, except
 * for JV-80 (46) and JV-1080 (6A); 4 for these, and after a longer ID. Source:
 * their pages.
 */
static size_t
offer_address(const uint8_t *msg, size_t command_at)
{
	return command_at == 4 && msg[3] != 0x46 && msg[3] != 0x6a ? 3 : 4;
}

/* Is it a bad block that the next one repeats, in any length? The address or
 * number shows it; the older frame has neither. */
static bool
offer_is_repeated(const struct sx_block *b, const struct sx_block *next)
{
	size_t at = shake_roland(b->data, b->len), same;

	if (at == 2)
		return false;
	if (at == 0)
		return b->len > 6 && next->len > 6 && b->data[3] == 7 &&
		       b->data[4] == 2 &&
		       !shake_is_good_packet(b->data, b->len) &&
		       memcmp(b->data, next->data, 6) == 0;
	same = shake_head(at) + offer_address(b->data, at);
	return !shake_is_good_roland(b->data, b->len, at) && b->len > same &&
	       next->len > same && memcmp(b->data, next->data, same) == 0;
}

size_t
sx_offer_prune(struct sx_block *blocks, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (i + 1 == n ||
		    !offer_is_repeated(&blocks[i], &blocks[i + 1]))
			blocks[kept++] = blocks[i];
	return kept;
}

static void
offer_send(struct sx_offer *o, const uint8_t *wire, size_t len)
{
	o->wire = wire;
	o->len = len;
	o->todo = SX_OFFER_SEND;
}

/* Send WSD; in the newer frame it has the first address and the total size. */
static void
offer_want(struct sx_offer *o)
{
	const uint8_t *first = o->blocks[0].data;
	size_t head = shake_head(o->command_at), n, total = 0;
	size_t width = offer_address(first, o->command_at);

	n = shake_roland_make(o->made, first, o->command_at, ROLAND_WSD);
	if (o->command_at != 2) {
		for (size_t i = 0; i < o->n; i++)
			total += o->blocks[i].len - head - width - 2;
		memcpy(o->made + head, first + head, width);
		for (size_t i = 0; i < width; i++)
			o->made[head + width + i] =
			    total >> 7 * (width - 1 - i) & 0x7f;
		n = head + 2 * width;
		o->made[n] = shake_sum(o->made, head, n);
		o->made[n + 1] = 0xf7;
		n += 2;
	}
	offer_send(o, o->made, n);
}

static void
offer_block(struct sx_offer *o)
{
	o->phase = OFFER_BLOCK;
	if (o->at < o->n) {
		offer_send(o, o->blocks[o->at].data, o->blocks[o->at].len);
		return;
	}
	if (o->file) {
		o->todo = SX_OFFER_DONE;
		return;
	}
	o->phase = OFFER_END;
	offer_send(o, o->made,
	    shake_roland_make(
		o->made, o->blocks[0].data, o->command_at, ROLAND_EOD));
}

static void
offer_done(struct sx_offer *o, enum sx_offer_why why)
{
	o->why = why;
	o->todo = SX_OFFER_DONE;
}

/* Stop, and send a cancel or reject to the unit. */
static void
offer_quit(struct sx_offer *o, enum sx_offer_why why)
{
	size_t n = 6;
	const uint8_t to[] = { 0xf0, 0x7e, o->blocks[0].data[2], CANCEL, 0,
		0xf7 };

	o->why = why;
	o->phase = OFFER_LAST;
	if (o->file)
		memcpy(o->made, to, sizeof(to));
	else
		n = shake_roland_make(
		    o->made, o->blocks[0].data, o->command_at, ROLAND_RJC);
	offer_send(o, o->made, n);
}

void
sx_offer_begin(struct sx_offer *o)
{
	o->command_at = shake_roland(o->blocks[0].data, o->blocks[0].len);
	o->file = o->command_at == 0;
	o->phase = OFFER_FIRST;
	if (o->file)
		offer_block(o);
	else
		offer_want(o);
}

void
sx_offer_sent(struct sx_offer *o, int64_t now)
{
	int64_t wait = SX_OFFER_US;

	if (o->phase == OFFER_LAST) {
		o->todo = SX_OFFER_DONE;
		return;
	}
	if (o->file)
		wait = o->at == 0 ? SX_OFFER_HEADER_US : SX_OFFER_PACKET_US;
	o->todo = SX_OFFER_LISTEN;
	o->deadline = now + wait;
}

static void
offer_next(struct sx_offer *o)
{
	o->tries = 0;
	if (o->phase == OFFER_END) {
		offer_done(o, SX_OFFER_ALL);
		return;
	}
	o->at += o->phase == OFFER_BLOCK;
	offer_block(o);
}

static void
offer_again(struct sx_offer *o)
{
	if (++o->tries == SX_OFFER_TRIES)
		offer_quit(o, SX_OFFER_ERRORS);
	else
		o->todo = SX_OFFER_SEND;
}

static void
offer_file_reply(struct sx_offer *o, const uint8_t *msg)
{
	const uint8_t *b = o->blocks[o->at].data;
	uint8_t number = b[3] == 7 && b[4] == 2 ? b[5] : 0;

	if (msg[3] == CANCEL)
		offer_done(o, SX_OFFER_REJECTED);
	else if (msg[3] == 0x7c)
		o->deadline = INT64_MAX;
	else if (msg[4] != number)
		return;
	else if (msg[3] == ACK)
		offer_next(o);
	else if (msg[3] == NAK)
		offer_again(o);
}

void
sx_offer_take(struct sx_offer *o, const uint8_t *msg, size_t n)
{
	if (o->todo != SX_OFFER_LISTEN)
		return;
	if (o->file) {
		if (n == 6 && msg[1] == 0x7e && msg[5] == 0xf7)
			offer_file_reply(o, msg);
		return;
	}
	if (!shake_is_alike(msg, n, o->blocks[0].data, o->command_at))
		return;
	switch (msg[o->command_at]) {
	case ROLAND_ACK:
		offer_next(o);
		break;
	case ROLAND_ERR:
		offer_again(o);
		break;
	case ROLAND_RJC:
		offer_done(o, SX_OFFER_REJECTED);
		break;
	default:
		break;
	}
}

void
sx_offer_passed(struct sx_offer *o, int64_t now)
{
	if (o->todo != SX_OFFER_LISTEN || now < o->deadline)
		return;
	if (!o->file) {
		offer_quit(o, SX_OFFER_SILENT);
		return;
	}
	/* The specification lets a sender go on without replies. */
	o->open_loop = true;
	offer_next(o);
}

void
sx_offer_stop(struct sx_offer *o)
{
	if (o->todo != SX_OFFER_DONE && o->phase != OFFER_LAST)
		offer_quit(o, SX_OFFER_STOPPED);
}
