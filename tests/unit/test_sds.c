/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/sds.h"

#define LENGTH(a) (sizeof(a) / sizeof(*(a)))
#define MS	  1000
#define WIRE	  40640 /* us that a packet takes */

/* ---- Messages ---- */

static void
test_header_is_as_in_the_standard(void **state)
{
	/* Slot 200, 12 bits, 44.1 kHz, 300 words, loop 129 to 299. */
	static const uint8_t want[] = { 0xf0, 0x7e, 0x05, 0x01, 0x48, 0x01,
		0x0c, 0x14, 0x31, 0x01, 0x2c, 0x02, 0x00, 0x01, 0x01, 0x00,
		0x2b, 0x02, 0x00, 0x01, 0xf7 };
	const struct sx_sds_header h = { .device = 5,
		.slot = 200,
		.bits = 12,
		.period = 22676,
		.words = 300,
		.loop_start = 129,
		.loop_end = 299,
		.loop = SX_SDS_ALTERNATING };
	uint8_t buf[SX_SDS_HEADER_SIZE];
	struct sx_sds_message m;

	(void)state;
	sx_sds_put_header(buf, &h);
	assert_memory_equal(buf, want, sizeof(want));
	assert_true(sx_sds_parse(buf, sizeof(buf), &m));
	assert_int_equal(m.type, SX_SDS_HEADER);
	assert_int_equal(m.device, 5);
	assert_memory_equal(&m.header, &h, sizeof(h));
}

static void
test_header_in_words(void **state)
{
	struct sx_sds_header h = { .bits = 12,
		.period = 22676,
		.words = 300,
		.loop = SX_SDS_ALTERNATING,
		.loop_start = 10,
		.loop_end = 20 };
	char text[80];

	(void)state;
	assert_string_equal(sx_sds_header_text(text, sizeof(text), &h),
	    "300 words of 12 bits at 44100 Hz, alternating loop 10-20");
	h.words = 1;
	h.loop = SX_SDS_NO_LOOP;
	assert_string_equal(sx_sds_header_text(text, sizeof(text), &h),
	    "1 word of 12 bits at 44100 Hz, no loop");
	assert_string_equal(sx_sds_why_text(SX_SDS_NO_REASON), "failed");
	assert_string_equal(sx_sds_why_text(SX_SDS_BAD_PACKETS),
	    "the unit sends damaged packets each time");
}

static void
test_short_messages(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t n;
		enum sx_sds_type type;
		int packet;
		unsigned slot;
	} rows[] = {
		{ { 0xf0, 0x7e, 0, 3, 0x48, 1, 0xf7 }, 7, SX_SDS_REQUEST, -1,
		    200 },
		{ { 0xf0, 0x7e, 0, 0x7f, 5, 0xf7 }, 6, SX_SDS_ACK, 5, 0 },
		{ { 0xf0, 0x7e, 0, 0x7e, 6, 0xf7 }, 6, SX_SDS_NAK, 6, 0 },
		{ { 0xf0, 0x7e, 0, 0x7d, 7, 0xf7 }, 6, SX_SDS_CANCEL, 7, 0 },
		{ { 0xf0, 0x7e, 0, 0x7c, 8, 0xf7 }, 6, SX_SDS_WAIT, 8, 0 },
		/* Some devices omit the number. */
		{ { 0xf0, 0x7e, 0, 0x7f, 0xf7 }, 5, SX_SDS_ACK, -1, 0 },
	};
	struct sx_sds_message m;
	uint8_t buf[8];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		assert_true(sx_sds_parse(rows[i].bytes, rows[i].n, &m));
		assert_int_equal(m.type, rows[i].type);
		assert_int_equal(m.packet, rows[i].packet);
		assert_int_equal(m.header.slot, rows[i].slot);
		if (rows[i].n == SX_SDS_REQUEST_SIZE)
			sx_sds_put_request(buf, 0, rows[i].slot);
		else
			sx_sds_put_answer(
			    buf, 0, rows[i].type, (unsigned)rows[i].packet);
		if (rows[i].n > 5)
			assert_memory_equal(buf, rows[i].bytes, rows[i].n);
	}
}

static void
test_what_is_none_of_them(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t n;
	} rows[] = {
		{ { 0xf0, 0x7e, 0, 1, 0, 0, 0xf7 }, 7 },
		{ { 0xf0, 0x7e, 0, 2, 0, 0, 0xf7 }, 7 },
		{ { 0xf0, 0x7e, 0, 3, 0, 0xf7 }, 6 },
		{ { 0xf0, 0x7e, 0, 4, 0, 0xf7 }, 6 },
		{ { 0xf0, 0x7e, 0, 0x7f, 0 }, 5 },
		{ { 0xf0, 0x7f, 0, 0x7f, 0, 0xf7 }, 6 },
		{ { 0xf0, 0x7e, 0, 0xf7 }, 4 },
	};
	struct sx_sds_message m;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_false(sx_sds_parse(rows[i].bytes, rows[i].n, &m));
}

static void
test_packet_and_its_checksum(void **state)
{
	uint8_t data[SX_SDS_DATA], buf[SX_SDS_PACKET_SIZE], x = 0;
	struct sx_sds_message m;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 37 & 0x7f);
	sx_sds_put_packet(buf, 3, 128 + 17, data);
	for (size_t i = 1; i < 125; i++)
		x ^= buf[i];
	assert_int_equal(buf[4], 17);
	assert_int_equal(buf[125], x);
	assert_int_equal(buf[126], 0xf7);
	assert_true(sx_sds_parse(buf, sizeof(buf), &m));
	assert_true(m.sum_ok);
	assert_int_equal(m.packet, 17);
	assert_memory_equal(m.data, data, sizeof(data));
	for (size_t i = 2; i < 126; i++) {
		buf[i] ^= 1;
		if (i != 3) {
			assert_true(sx_sds_parse(buf, sizeof(buf), &m));
			assert_false(m.sum_ok);
		}
		buf[i] ^= 1;
	}
}

/* ---- Samples ---- */

static void
test_packing(void **state)
{
	static const struct {
		unsigned bits;
		int32_t sample;
		uint8_t bytes[4];
		size_t n;
	} rows[] = {
		/* The example of the standard: 12 bits, FFF is 7F 7C. */
		{ 12, 0x7ff00000, { 0x7f, 0x7c }, 2 },
		{ 12, INT32_MIN, { 0x00, 0x00 }, 2 },
		{ 12, 0, { 0x40, 0x00 }, 2 },
		{ 8, 0x7f000000, { 0x7f, 0x40 }, 2 },
		{ 8, -0x01000000, { 0x3f, 0x40 }, 2 },
		{ 14, 0x7ffc0000, { 0x7f, 0x7f }, 2 },
		{ 15, 0x7ffe0000, { 0x7f, 0x7f, 0x40 }, 3 },
		{ 16, 0x12340000, { 0x49, 0x0d, 0x00 }, 3 },
		{ 16, -0x00010000, { 0x3f, 0x7f, 0x60 }, 3 },
		{ 21, INT32_MIN, { 0x00, 0x00, 0x00 }, 3 },
		{ 22, INT32_MIN, { 0x00, 0x00, 0x00, 0x00 }, 4 },
		{ 24, 0x7fffff00, { 0x7f, 0x7f, 0x7f, 0x70 }, 4 },
		{ 28, 0x7ffffff0, { 0x7f, 0x7f, 0x7f, 0x7f }, 4 },
		/* Rounded, without overflow. */
		{ 16, 0x12348000, { 0x49, 0x0d, 0x20 }, 3 },
		{ 16, 0x12347fff, { 0x49, 0x0d, 0x00 }, 3 },
		{ 16, INT32_MAX, { 0x7f, 0x7f, 0x60 }, 3 },
		{ 28, INT32_MAX, { 0x7f, 0x7f, 0x7f, 0x7f }, 4 },
	};
	uint8_t data[SX_SDS_DATA];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		sx_sds_pack(data, rows[i].bits, &rows[i].sample, 1);
		assert_memory_equal(data, rows[i].bytes, rows[i].n);
		for (size_t k = rows[i].n; k < sizeof(data); k++)
			assert_int_equal(data[k], 0);
		assert_int_equal(
		    sx_sds_packet_words(rows[i].bits), 120 / rows[i].n);
	}
}

static void
test_packing_round_trip(void **state)
{
	int32_t in[60], out[60];
	uint8_t data[SX_SDS_DATA];
	uint32_t x = 1;

	(void)state;
	for (unsigned bits = 8; bits <= 28; bits++) {
		size_t n = sx_sds_packet_words(bits);

		for (size_t i = 0; i < n; i++) {
			x = x * 1664525 + 1013904223;
			in[i] = (int32_t)(x >> (32 - bits) << (32 - bits));
		}
		sx_sds_pack(data, bits, in, n);
		for (size_t i = 0; i < sizeof(data); i++)
			assert_true(data[i] < 0x80);
		sx_sds_unpack(data, bits, out, n);
		assert_memory_equal(in, out, n * sizeof(*in));
	}
}

static void
test_packets(void **state)
{
	(void)state;
	assert_int_equal(sx_sds_packets(0, 16), 0);
	assert_int_equal(sx_sds_packets(1, 16), 1);
	assert_int_equal(sx_sds_packets(40, 16), 1);
	assert_int_equal(sx_sds_packets(41, 16), 2);
	assert_int_equal(sx_sds_packets(120, 14), 2);
	assert_int_equal(sx_sds_packets(SX_SDS_VALUE_MOST, 28), 69906);
}

static void
test_rates(void **state)
{
	static const unsigned rates[] = { 8000, 11025, 22050, 31250, 44100,
		48000, 96000, 192000, 1000, 37800 };

	(void)state;
	for (size_t i = 0; i < LENGTH(rates); i++)
		assert_int_equal(
		    sx_sds_rate(sx_sds_period(rates[i])), rates[i]);
	assert_int_equal(sx_sds_period(44100), 22676);
	assert_int_equal(sx_sds_rate(22675), 44100); /* not rounded */
	assert_int_equal(sx_sds_rate(20833), 48000);
	assert_int_equal(sx_sds_rate(20834), 48000);
	assert_int_equal(sx_sds_rate(0), 0);
}

/* ---- The sender ---- */

/* A step of a script, `when` ms after the item left the wire. */
struct move {
	enum { ANSWER, SILENCE, TWICE } what;
	enum sx_sds_type type;
	int packet;
	int when; /* ms */
	/* the resulting state */
	enum sx_sds_todo todo;
	size_t at;
};

#define ACK(n, ...)                                \
	{                                          \
		ANSWER, SX_SDS_ACK, n, __VA_ARGS__ \
	}
#define NAK(n, ...)                                \
	{                                          \
		ANSWER, SX_SDS_NAK, n, __VA_ARGS__ \
	}
#define WAIT(n, ...)                                \
	{                                           \
		ANSWER, SX_SDS_WAIT, n, __VA_ARGS__ \
	}
#define CANCEL(n, ...)                                \
	{                                             \
		ANSWER, SX_SDS_CANCEL, n, __VA_ARGS__ \
	}
/* No answer until the deadline, `when` ms after the item. */
#define NOTHING(...)                                \
	{                                           \
		SILENCE, SX_SDS_ACK, 0, __VA_ARGS__ \
	}

#define SEND   SX_SDS_SEND
#define LISTEN SX_SDS_LISTEN
#define DONE   SX_SDS_DONE

static void
play(struct sx_sds_sender *s, size_t packets, const struct move *moves,
    size_t n, enum sx_sds_why why)
{
	int64_t now = 1000 * MS, ended = 0;

	sx_sds_sender_begin(s, packets);
	assert_int_equal(s->todo, SEND);
	for (size_t i = 0; i < n; i++) {
		const struct move *m = &moves[i];
		struct sx_sds_message msg = { .type = m->type,
			.packet = m->packet };

		if (s->todo == SEND) {
			ended = now + (s->at == 0 ? 6720 : WIRE);
			sx_sds_sent(s, now, ended);
			assert_int_equal(s->todo, LISTEN);
		}
		if (m->what == SILENCE) {
			assert_int_equal(
			    s->deadline - ended, (int64_t)m->when * MS);
			now = s->deadline;
			sx_sds_unanswered(s);
		} else {
			now = ended + (int64_t)m->when * MS;
			sx_sds_answered(s, &msg, now);
		}
		if (s->todo != m->todo || s->at != m->at)
			print_message("move %zu: todo %d at %zu\n", i,
			    (int)s->todo, s->at);
		assert_int_equal(s->todo, m->todo);
		assert_int_equal(s->at, m->at);
		if (now < ended)
			now = ended;
	}
	assert_int_equal(s->why, why);
}

#define PLAY(s, packets, moves, why) play(s, packets, moves, LENGTH(moves), why)
#define SENDER                                                    \
	(struct sx_sds_sender)                                    \
	{                                                         \
		.retries = 2, .gap = SX_SDS_OPEN_US, .wire = WIRE \
	}

static void
test_sender_closed_loop(void **state)
{
	static const struct move moves[] = { ACK(0, 5, SEND, 1),
		ACK(0, 2, SEND, 2), ACK(1, 900, SEND, 3), ACK(2, 2, DONE, 4) };
	struct sx_sds_sender s = SENDER;

	(void)state;
	PLAY(&s, 3, moves, SX_SDS_NO_REASON);
	assert_true(s.closed);
	assert_int_equal(s.resent, 0);
	assert_int_equal(s.stale, 0);
}

static void
test_sender_open_loop(void **state)
{
	static const struct move moves[] = { NOTHING(2000, SEND, 1),
		NOTHING(20, SEND, 2), NOTHING(20, DONE, 3) };
	struct sx_sds_sender s = SENDER;

	(void)state;
	PLAY(&s, 2, moves, SX_SDS_NO_REASON);
	assert_false(s.closed);
	assert_int_equal(s.unproven, 3);
}

/* The loop closes late: the ACK is for the previous packet. */
static void
test_sender_late_ack_closes_the_loop(void **state)
{
	static const struct move moves[] = { NOTHING(2000, SEND, 1),
		NOTHING(20, SEND, 2), ACK(0, 0, LISTEN, 2),
		NOTHING(1000, SEND, 2), ACK(1, 3, SEND, 3),
		ACK(2, 3, DONE, 4) };
	struct sx_sds_sender s = SENDER;

	(void)state;
	PLAY(&s, 3, moves, SX_SDS_NO_REASON);
	assert_int_equal(s.resent, 1);
	assert_int_equal(s.stale, 1);
	assert_int_equal(s.unproven, 2);
}

static void
test_sender_resends_what_is_lost_or_rejected(void **state)
{
	static const struct move moves[] = { NAK(0, 5, SEND, 0),
		ACK(0, 5, SEND, 1), NOTHING(1000, SEND, 1), ACK(0, 2, SEND, 2),
		NAK(1, 2, SEND, 2), NAK(1, 2, SEND, 2), ACK(1, 2, DONE, 3) };
	struct sx_sds_sender s = SENDER;

	(void)state;
	PLAY(&s, 2, moves, SX_SDS_NO_REASON);
	assert_int_equal(s.resent, 4);
}

static void
test_sender_gives_up(void **state)
{
	static const struct move silent[] = { ACK(0, 5, SEND, 1),
		NOTHING(1000, SEND, 1), NOTHING(1000, SEND, 1),
		NOTHING(1000, SX_SDS_GIVE_UP, 1) };
	static const struct move no[] = { ACK(0, 5, SEND, 1),
		NAK(0, 2, SEND, 1), NAK(0, 2, SEND, 1),
		NAK(0, 2, SX_SDS_GIVE_UP, 1) };
	static const struct move no_header[] = { NAK(0, 5, SEND, 0),
		NAK(0, 5, SEND, 0), NAK(0, 5, SX_SDS_GIVE_UP, 0) };
	struct sx_sds_sender s = SENDER;

	(void)state;
	PLAY(&s, 2, silent, SX_SDS_NO_ANSWER);
	sx_sds_given_up(&s);
	assert_int_equal(s.todo, SX_SDS_FAILED);
	PLAY(&s, 2, no, SX_SDS_REJECTED);
	PLAY(&s, 2, no_header, SX_SDS_REJECTED);
}

/* Duplicate and old ACKs do not advance. */
static void
test_sender_knows_answers_by_their_number(void **state)
{
	static const struct move moves[] = { ACK(0, 5, SEND, 1),
		/* The header's ACK again, while the first packet leaves. */
		ACK(0, -35, LISTEN, 1), ACK(0, 2, SEND, 2),
		ACK(0, -30, LISTEN, 2), ACK(0, 1, LISTEN, 2),
		ACK(90, 1, LISTEN, 2), ACK(1, 2, SEND, 3), ACK(1, 2, LISTEN, 3),
		ACK(2, 2, DONE, 4) };
	struct sx_sds_sender s = SENDER;

	(void)state;
	PLAY(&s, 3, moves, SX_SDS_NO_REASON);
	assert_int_equal(s.stale, 5);
	assert_int_equal(s.resent, 0);
}

/* A receiver with a late NAK gets the missing packet and all after it. */
static void
test_sender_goes_back(void **state)
{
	static const struct move moves[] = { NOTHING(2000, SEND, 1),
		NOTHING(20, SEND, 2), NOTHING(20, SEND, 3), NAK(0, -1, SEND, 1),
		ACK(0, 2, SEND, 2), ACK(1, 2, SEND, 3), ACK(2, 2, DONE, 4) };
	/* But not indefinitely. */
	static const struct move endless[] = { ACK(0, 2, SEND, 1),
		ACK(0, 2, SEND, 2), NAK(0, 2, SEND, 1), ACK(0, 2, SEND, 2),
		NAK(0, 2, SEND, 1), ACK(0, 2, SEND, 2),
		NAK(0, 2, SX_SDS_GIVE_UP, 2) };
	struct sx_sds_sender s = SENDER;

	(void)state;
	PLAY(&s, 3, moves, SX_SDS_NO_REASON);
	PLAY(&s, 3, endless, SX_SDS_REJECTED);
}

static void
test_sender_waits(void **state)
{
	static const struct move moves[] = { WAIT(0, 5, LISTEN, 0),
		ACK(0, 60000, SEND, 1), WAIT(0, 2, LISTEN, 1),
		ACK(0, 900000, SEND, 2), WAIT(1, 2, LISTEN, 2),
		NAK(1, 5000, SEND, 2), ACK(1, 2, DONE, 3) };
	/* An ACK after WAIT that does not say which packet: the packet is sent
	 * again. */
	static const struct move vague[] = { ACK(0, 5, SEND, 1),
		ACK(0, 5, SEND, 2), WAIT(0, 5, LISTEN, 2),
		ACK(0, 7000, LISTEN, 2), NOTHING(8000, SEND, 2),
		ACK(1, 5, DONE, 3) };
	static const struct move cancelled[] = { WAIT(0, 5, LISTEN, 0),
		CANCEL(0, 30000, SX_SDS_FAILED, 0) };
	struct sx_sds_sender s = SENDER;
	struct sx_sds_message wait = { .type = SX_SDS_WAIT, .packet = 0 };

	(void)state;
	PLAY(&s, 2, moves, SX_SDS_NO_REASON);
	PLAY(&s, 2, vague, SX_SDS_NO_REASON);
	PLAY(&s, 2, cancelled, SX_SDS_CANCELLED);
	sx_sds_sender_begin(&s, 2);
	sx_sds_sent(&s, 0, 5);
	sx_sds_answered(&s, &wait, 7);
	assert_true(s.waiting);
	assert_true(s.deadline == INT64_MAX);
}

static void
test_sender_that_is_told_not_to_listen(void **state)
{
	static const struct move moves[] = { ACK(0, 5, LISTEN, 0),
		NOTHING(2000, SEND, 1), NAK(0, 5, LISTEN, 1),
		NOTHING(100, SEND, 2), CANCEL(1, 2, SX_SDS_FAILED, 2) };
	struct sx_sds_sender s = { .open = true, .gap = 100 * MS };

	(void)state;
	PLAY(&s, 3, moves, SX_SDS_CANCELLED);
}

/* If bytes leave at once, an answer may arrive before the caller knows that
 * they have left. */
static void
test_sender_is_answered_before_it_looks(void **state)
{
	struct sx_sds_message ack = { .type = SX_SDS_ACK };
	struct sx_sds_sender s = { .retries = 2, .gap = SX_SDS_OPEN_US };
	int64_t now = 0;

	(void)state;
	sx_sds_sender_begin(&s, 2);
	for (int item = 0; item <= 2; item++) {
		assert_int_equal(s.todo, SEND);
		sx_sds_sent(&s, now, now + 300 * MS);
		ack.packet = item == 2;
		sx_sds_answered(&s, &ack, now + MS);
		now += 300 * MS;
	}
	assert_int_equal(s.todo, DONE);
	assert_int_equal(s.stale, 0);
}

/* More packets than there are numbers. */
static void
test_sender_counts_on(void **state)
{
	struct sx_sds_message ack = { .type = SX_SDS_ACK };
	struct sx_sds_sender s = SENDER;
	int64_t now = 0;

	(void)state;
	sx_sds_sender_begin(&s, 300);
	while (s.todo == SEND) {
		sx_sds_sent(&s, now, now + WIRE);
		now += WIRE + 2 * MS;
		ack.packet = s.at == 0 ? 0 : (int)(s.at - 1) % 128;
		sx_sds_answered(&s, &ack, now);
	}
	assert_int_equal(s.todo, DONE);
	assert_int_equal(s.at, 301);
	assert_int_equal(s.stale, 0);
}

/* An ACK during the first half of the first packet is the header's again. */
static void
test_sender_is_not_answered_so_soon(void **state)
{
	const int64_t half = WIRE / 2;
	struct sx_sds_message m = { .type = SX_SDS_ACK, .packet = 0 };

	(void)state;
	for (int64_t early = 0; early < 2; early++) {
		struct sx_sds_sender s = SENDER;

		sx_sds_sender_begin(&s, 3);
		sx_sds_sent(&s, 0, WIRE);
		sx_sds_answered(&s, &m, WIRE);
		assert_int_equal(s.at, 1);
		sx_sds_sent(&s, 2 * WIRE, 3 * WIRE);
		sx_sds_answered(&s, &m, 2 * WIRE + half - early);
		assert_int_equal(s.at, early == 1 ? 1 : 2);
		assert_int_equal(s.stale, early);
	}
}

/* A number far behind cannot be meant. */
static void
test_sender_does_not_go_far_back(void **state)
{
	struct sx_sds_message m = { .type = SX_SDS_NAK, .packet = 9 };
	struct sx_sds_sender s = SENDER;

	(void)state;
	sx_sds_sender_begin(&s, 100);
	for (int i = 0; i < 80; i++) {
		sx_sds_sent(&s, 0, WIRE);
		sx_sds_unanswered(&s);
	}
	sx_sds_sent(&s, 0, WIRE);
	sx_sds_answered(&s, &m, WIRE + MS);
	assert_int_equal(s.todo, LISTEN);
	assert_int_equal(s.stale, 1);
	m.packet = 19;
	sx_sds_answered(&s, &m, WIRE + MS);
	assert_int_equal(s.todo, SEND);
	assert_int_equal(s.at, 20);
}

/* ---- The receiver ---- */

#define WORDS 300 /* 8 packets of 40 */

struct dump {
	struct sx_sds_receiver r;
	int64_t now;
	struct sx_sds_header header;
};

static void
begin(struct dump *d, bool open, bool asks)
{
	*d = (struct dump){
		.r = { .open = open,
		    .asks = asks,
		    .retries = 2,
		    .first = asks ? 5000 * MS : INT64_MAX,
		    .patience = 2000 * MS,
		    .header.slot = 7 },
		.now = 1000 * MS,
		.header = { .slot = 7,
		    .bits = 16,
		    .period = 22676,
		    .words = WORDS },
	};
	sx_sds_receiver_begin(&d->r, d->now);
}

/* Feed one message. Returns the immediate answer. */
static int
feed(struct dump *d, const struct sx_sds_message *m)
{
	struct sx_sds_receiver *r = &d->r;
	int said = 0;

	d->now += 50 * MS;
	assert_int_equal(r->todo, LISTEN);
	assert_int_equal(sx_sds_received(r, m, d->now, NULL), 0);
	if (r->todo == SEND) {
		assert_false(r->open);
		said = (int)r->answer << 8 | (int)r->answer_packet;
		sx_sds_answer_sent(r, d->now += 2 * MS);
	}
	return said;
}

static int
feed_header(struct dump *d)
{
	struct sx_sds_message m = { .type = SX_SDS_HEADER,
		.header = d->header };

	return feed(d, &m);
}

static int
feed_packet(struct dump *d, int number, int content, bool good)
{
	uint8_t data[SX_SDS_DATA];
	struct sx_sds_message m = { .type = SX_SDS_PACKET,
		.packet = number,
		.data = data,
		.sum_ok = good };

	memset(data, content, sizeof(data));
	return feed(d, &m);
}

#define SAYS(type, n) ((int)(type) << 8 | (n))

static void
check_content(struct dump *d)
{
	assert_int_equal(d->r.todo, DONE);
	for (size_t i = 0; i < d->r.packets; i++)
		assert_int_equal(d->r.data[i * SX_SDS_DATA], i & 0x7f);
	sx_sds_receiver_free(&d->r);
}

static void
test_receiver_takes_a_dump(void **state)
{
	struct dump d;

	(void)state;
	for (int open = 0; open <= 1; open++) {
		begin(&d, open == 1, false);
		assert_int_equal(
		    feed_header(&d), open ? 0 : SAYS(SX_SDS_ACK, 0));
		for (int i = 0; i < 8; i++)
			assert_int_equal(feed_packet(&d, i, i, true),
			    open ? 0 : SAYS(SX_SDS_ACK, i));
		check_content(&d);
	}
}

static void
test_receiver_of_many_packets(void **state)
{
	struct dump d;

	(void)state;
	begin(&d, false, false);
	d.header.words = 300 * 40;
	feed_header(&d);
	for (int i = 0; i < 300; i++)
		assert_int_equal(feed_packet(&d, i & 0x7f, i & 0x7f, true),
		    SAYS(SX_SDS_ACK, i & 0x7f));
	check_content(&d);
}

static void
test_receiver_rejects_and_takes_again(void **state)
{
	struct dump d;

	(void)state;
	begin(&d, false, false);
	feed_header(&d);
	assert_int_equal(feed_header(&d), SAYS(SX_SDS_ACK, 0));
	assert_int_equal(feed_packet(&d, 0, 0, true), SAYS(SX_SDS_ACK, 0));
	/* The checksum. */
	assert_int_equal(feed_packet(&d, 1, 99, false), SAYS(SX_SDS_NAK, 1));
	assert_int_equal(feed_packet(&d, 1, 1, true), SAYS(SX_SDS_ACK, 1));
	/* The number is wrong: the missing packet is requested. */
	assert_int_equal(feed_packet(&d, 100, 2, true), SAYS(SX_SDS_NAK, 2));
	assert_int_equal(feed_packet(&d, 20, 2, true), SAYS(SX_SDS_NAK, 2));
	assert_int_equal(feed_packet(&d, 2, 2, true), SAYS(SX_SDS_ACK, 2));
	/* Cut. */
	assert_int_equal(feed(&d, NULL), SAYS(SX_SDS_NAK, 3));
	/* A packet is lost; the sender goes back. */
	assert_int_equal(feed_packet(&d, 4, 4, true), SAYS(SX_SDS_NAK, 3));
	assert_int_equal(feed_packet(&d, 3, 3, true), SAYS(SX_SDS_ACK, 3));
	/* Duplicated, since the ACK was lost. */
	assert_int_equal(feed_packet(&d, 3, 3, true), SAYS(SX_SDS_ACK, 3));
	/* No packet has that number. */
	assert_int_equal(feed_packet(&d, 8, 4, true), SAYS(SX_SDS_NAK, 5));
	assert_int_equal(feed_packet(&d, 4, 4, true), SAYS(SX_SDS_ACK, 4));
	for (int i = 5; i < 8; i++)
		feed_packet(&d, i, i, true);
	assert_int_equal(d.r.repeated, 2);
	assert_int_equal(d.r.bad, 5);
	check_content(&d);
}

/* A packet with the number of another does not stay in its place. */
static void
test_receiver_forgets_a_wrong_number(void **state)
{
	struct dump d;

	(void)state;
	begin(&d, false, false);
	feed_header(&d);
	for (int i = 0; i < 3; i++)
		feed_packet(&d, i, i, true);
	/* It does not replace a packet already received. */
	assert_int_equal(feed_packet(&d, 1, 3, true), SAYS(SX_SDS_NAK, 3));
	for (int i = 3; i < 8; i++)
		feed_packet(&d, i, i, true);
	check_content(&d);
	begin(&d, false, false);
	feed_header(&d);
	feed_packet(&d, 0, 0, true);
	assert_int_equal(feed_packet(&d, 5, 1, true), SAYS(SX_SDS_NAK, 1));
	for (int i = 1; i < 8; i++)
		feed_packet(&d, i, i, true);
	check_content(&d);
}

static void
test_receiver_asks_for_what_is_missing(void **state)
{
	struct dump d;

	(void)state;
	begin(&d, false, false);
	feed_header(&d);
	for (int i = 0; i < 8; i++)
		if (i != 3)
			feed_packet(&d, i, i, true);
	assert_int_equal(d.r.todo, LISTEN);
	assert_int_equal(d.r.deadline, d.now + 2000 * MS);
	sx_sds_silence(&d.r);
	assert_int_equal(d.r.todo, SEND);
	assert_int_equal(d.r.answer, SX_SDS_NAK);
	assert_int_equal(d.r.answer_packet, 3);
	sx_sds_answer_sent(&d.r, d.now += 2000 * MS);
	assert_int_equal(feed_packet(&d, 3, 3, true), SAYS(SX_SDS_ACK, 3));
	check_content(&d);
}

static void
test_receiver_gives_up(void **state)
{
	struct dump d;

	(void)state;
	/* Silence: the answer again, then the missing packets are requested,
	 * then the end. */
	begin(&d, false, false);
	feed_header(&d);
	feed_packet(&d, 0, 0, true);
	sx_sds_silence(&d.r);
	assert_int_equal(d.r.answer, SX_SDS_ACK);
	assert_int_equal(d.r.answer_packet, 0);
	sx_sds_answer_sent(&d.r, d.now);
	sx_sds_silence(&d.r);
	assert_int_equal(d.r.answer, SX_SDS_NAK);
	assert_int_equal(d.r.answer_packet, 1);
	sx_sds_answer_sent(&d.r, d.now);
	sx_sds_silence(&d.r);
	assert_int_equal(d.r.todo, SX_SDS_GIVE_UP);
	assert_int_equal(d.r.why, SX_SDS_NO_ANSWER);
	assert_true(sx_sds_has(&d.r, 0));
	assert_false(sx_sds_has(&d.r, 1));
	assert_false(sx_sds_has(&d.r, 100));
	sx_sds_receiver_free(&d.r);
	/* Bad each time. */
	begin(&d, false, false);
	feed_header(&d);
	feed_packet(&d, 0, 0, false);
	feed_packet(&d, 0, 0, false);
	feed_packet(&d, 0, 0, false);
	assert_int_equal(d.r.todo, SX_SDS_GIVE_UP);
	assert_int_equal(d.r.why, SX_SDS_BAD_PACKETS);
	sx_sds_receiver_free(&d.r);
}

/* The ACK for the header would be taken for that of the first packet. */
static void
test_receiver_asks_for_the_first_packet(void **state)
{
	struct dump d;

	(void)state;
	begin(&d, false, false);
	feed_header(&d);
	for (int i = 0; i < 2; i++) {
		sx_sds_silence(&d.r);
		assert_int_equal(d.r.todo, SEND);
		assert_int_equal(d.r.answer, SX_SDS_NAK);
		assert_int_equal(d.r.answer_packet, 0);
		sx_sds_answer_sent(&d.r, d.now);
	}
	sx_sds_receiver_free(&d.r);
}

static void
test_receiver_waits_no_longer_than_told(void **state)
{
	const struct sx_sds_message wait = { .type = SX_SDS_WAIT };
	struct dump d;

	(void)state;
	begin(&d, false, true);
	sx_sds_answer_sent(&d.r, d.now);
	feed_packet(&d, 1, 1, true);
	feed(&d, &wait);
	assert_true(d.r.deadline == INT64_MAX);
	feed_packet(&d, 2, 2, true);
	assert_int_equal(d.r.deadline, d.now + 2000 * MS);
}

/* A packet whose number has become ambiguous is not requested. */
static void
test_receiver_does_not_ask_far_back(void **state)
{
	struct dump d;

	(void)state;
	for (int last = 62; last <= 63; last++) {
		begin(&d, false, false);
		d.header.words = 100 * 40;
		feed_header(&d);
		for (int i = 1; i <= last; i++)
			feed_packet(&d, i, i, true);
		sx_sds_silence(&d.r);
		assert_int_equal(
		    d.r.todo, last == 63 ? SX_SDS_GIVE_UP : SX_SDS_SEND);
		sx_sds_receiver_free(&d.r);
	}
}

static void
test_receiver_in_an_open_loop_says_what_is_missing(void **state)
{
	struct dump d;
	char text[64];

	(void)state;
	begin(&d, true, false);
	feed_header(&d);
	for (int i = 0; i < 8; i++)
		if (i != 3 && i != 4)
			feed_packet(&d, i, i, i != 6);
	assert_int_equal(d.r.got, 5);
	sx_sds_silence(&d.r);
	assert_int_equal(d.r.todo, SX_SDS_FAILED);
	assert_int_equal(d.r.why, SX_SDS_MISSING);
	assert_string_equal(
	    sx_sds_missing_text(text, sizeof(text), &d.r), "4-5, 7");
	/* No more than fits. */
	assert_string_equal(sx_sds_missing_text(text, 33, &d.r), "4-5");
	sx_sds_receiver_free(&d.r);
}

/* A dump with losses that make numbers ambiguous is never taken for complete.
 */
static void
test_receiver_is_not_misled(void **state)
{
	struct dump d;

	(void)state;
	for (int lost = 1; lost <= 200; lost++) {
		begin(&d, true, false);
		d.header.words = 300 * 40;
		feed_header(&d);
		for (int i = 0; i < 300; i++)
			if (i < 20 || i >= 20 + lost)
				feed_packet(&d, i & 0x7f, i & 0x7f, true);
		assert_int_equal(d.r.todo, LISTEN);
		assert_true(d.r.got <= 300 - (size_t)lost);
		sx_sds_receiver_free(&d.r);
	}
}

static void
test_receiver_requests(void **state)
{
	struct dump d;

	(void)state;
	begin(&d, false, true);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(d.r.todo, SEND);
		assert_int_equal(d.r.answer, SX_SDS_REQUEST);
		sx_sds_answer_sent(&d.r, d.now);
		assert_int_equal(d.r.deadline, d.now + 5000 * MS);
		sx_sds_silence(&d.r);
	}
	assert_int_equal(d.r.todo, SX_SDS_GIVE_UP);
	assert_int_equal(d.r.why, SX_SDS_NO_ANSWER);
	begin(&d, false, true);
	sx_sds_answer_sent(&d.r, d.now);
	assert_int_equal(feed_header(&d), SAYS(SX_SDS_ACK, 0));
	sx_sds_receiver_free(&d.r);
}

static void
test_receiver_of_what_cannot_be(void **state)
{
	static const struct {
		unsigned bits, words;
		enum sx_sds_why why;
	} rows[] = { { 7, 10, SX_SDS_BAD_HEADER },
		{ 29, 10, SX_SDS_BAD_HEADER }, { 16, 0, SX_SDS_NO_SAMPLE } };
	struct sx_sds_message m = { .type = SX_SDS_CANCEL };
	struct dump d;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		begin(&d, false, false);
		d.header.bits = rows[i].bits;
		d.header.words = rows[i].words;
		feed_header(&d);
		assert_int_equal(d.r.todo, SX_SDS_GIVE_UP);
		assert_int_equal(d.r.why, rows[i].why);
	}
	begin(&d, false, false);
	feed_header(&d);
	feed(&d, &m);
	assert_int_equal(d.r.todo, SX_SDS_FAILED);
	assert_int_equal(d.r.why, SX_SDS_CANCELLED);
	sx_sds_receiver_free(&d.r);
	/* Packets without a header. */
	begin(&d, false, false);
	feed_packet(&d, 4, 4, true);
	assert_int_equal(d.r.deadline, d.now + 2000 * MS);
	sx_sds_silence(&d.r);
	assert_int_equal(d.r.why, SX_SDS_NO_HEADER);
	/* The sender asks for time with WAIT. */
	begin(&d, false, false);
	feed_header(&d);
	m.type = SX_SDS_WAIT;
	feed(&d, &m);
	assert_true(d.r.deadline == INT64_MAX);
	sx_sds_receiver_free(&d.r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header_is_as_in_the_standard),
		cmocka_unit_test(test_header_in_words),
		cmocka_unit_test(test_short_messages),
		cmocka_unit_test(test_what_is_none_of_them),
		cmocka_unit_test(test_packet_and_its_checksum),
		cmocka_unit_test(test_packing),
		cmocka_unit_test(test_packing_round_trip),
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_sender_closed_loop),
		cmocka_unit_test(test_sender_open_loop),
		cmocka_unit_test(test_sender_late_ack_closes_the_loop),
		cmocka_unit_test(test_sender_resends_what_is_lost_or_rejected),
		cmocka_unit_test(test_sender_gives_up),
		cmocka_unit_test(test_sender_knows_answers_by_their_number),
		cmocka_unit_test(test_sender_goes_back),
		cmocka_unit_test(test_sender_waits),
		cmocka_unit_test(test_sender_that_is_told_not_to_listen),
		cmocka_unit_test(test_sender_is_answered_before_it_looks),
		cmocka_unit_test(test_sender_counts_on),
		cmocka_unit_test(test_sender_is_not_answered_so_soon),
		cmocka_unit_test(test_sender_does_not_go_far_back),
		cmocka_unit_test(test_receiver_takes_a_dump),
		cmocka_unit_test(test_receiver_of_many_packets),
		cmocka_unit_test(test_receiver_rejects_and_takes_again),
		cmocka_unit_test(test_receiver_forgets_a_wrong_number),
		cmocka_unit_test(test_receiver_asks_for_what_is_missing),
		cmocka_unit_test(test_receiver_gives_up),
		cmocka_unit_test(test_receiver_asks_for_the_first_packet),
		cmocka_unit_test(test_receiver_waits_no_longer_than_told),
		cmocka_unit_test(test_receiver_does_not_ask_far_back),
		cmocka_unit_test(
		    test_receiver_in_an_open_loop_says_what_is_missing),
		cmocka_unit_test(test_receiver_is_not_misled),
		cmocka_unit_test(test_receiver_requests),
		cmocka_unit_test(test_receiver_of_what_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
