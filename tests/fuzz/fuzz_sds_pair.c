/* SPDX-License-Identifier: ISC */
/*
 * Our sender of a sample dump against our receiver, over lines that lose,
 * damage, duplicate and delay messages: both must end, a complete dump must be
 * the one that was sent, and acknowledged packets must have arrived. Input: the
 * sample, the settings of both, and the fate of each message.
 */
#include "sds_peer.h"

struct pair {
	struct sx_sds_sender s;
	struct sx_sds_receiver r;
	struct inlet in;
	int64_t t;
	unsigned bits;
	uint32_t words;
	int32_t *samples;
	const uint8_t *fate; /* of the messages on the lines */
	size_t nfate, steps;
	bool lossy;  /* a message did not arrive as sent */
	bool unsure; /* ... an answer, which was not just lost */
	int late;    /* an answer that arrives after the next one; -1: none */
	enum sx_sds_type late_type;
};

enum fate { ARRIVES = 4, LOST = 0, DAMAGED, DOUBLED, LATE };

static enum fate
fate_of(struct pair *p)
{
	uint8_t b = p->nfate > 0 ? fuzz_byte(&p->fate, &p->nfate) : 255;
	enum fate fate = b < ARRIVES ? (enum fate)b : ARRIVES;

	p->lossy |= fate != ARRIVES;
	return fate;
}

static void
answer_arrives(struct pair *p, enum sx_sds_type type, unsigned packet)
{
	const struct sx_sds_message m = {
		.type = type, .device = DEVICE, .packet = (int)packet
	};

	/* Between GIVE_UP and the end the sender does not listen. */
	if (p->s.todo == SX_SDS_LISTEN)
		sx_sds_answered(&p->s, &m, p->t);
}

static void
answer_leaves(struct pair *p, enum sx_sds_type type, unsigned packet)
{
	enum fate fate = fate_of(p);
	int late = p->late;

	p->t += 2000;
	/* An answer has no checksum: its number could be taken for another. */
	if (fate == DAMAGED)
		fate = LOST;
	p->unsure |= fate == DOUBLED || fate == LATE;
	p->late = -1;
	if (fate == LATE) {
		p->late = (int)packet;
		p->late_type = type;
	} else if (fate != LOST) {
		answer_arrives(p, type, packet);
	}
	if (fate == DOUBLED)
		answer_arrives(p, type, packet);
	if (late != -1)
		answer_arrives(p, p->late_type, (unsigned)late);
}

static void
receiver_acts(struct pair *p)
{
	struct sx_sds_receiver *r = &p->r;

	while (r->todo == SX_SDS_SEND || r->todo == SX_SDS_GIVE_UP) {
		MUST(p->steps++ < STEPS);
		if (r->todo == SX_SDS_SEND) {
			enum sx_sds_type type = r->answer;
			unsigned packet = r->answer_packet;

			sx_sds_answer_sent(r, p->t + 2000);
			answer_leaves(p, type, packet);
		} else {
			sx_sds_receiver_given_up(r);
			answer_leaves(p, SX_SDS_CANCEL, r->answer_packet);
		}
	}
}

static void
pair_take(void *peer, const uint8_t *message, size_t n)
{
	struct pair *p = peer;
	struct sx_sds_message m;
	struct sx_err e = { 0 };
	bool known = n > 0 && sx_sds_parse(message, n, &m);

	if (over(p->r.todo) || (n > 0 && !known))
		return;
	MUST(sx_sds_received(&p->r, known ? &m : NULL, p->t, &e) == 0);
}

/* The bytes of an item, exactly as src/cli sends it. */
static size_t
make_item(const struct pair *p, size_t at, uint8_t msg[SX_SDS_PACKET_SIZE])
{
	const struct sx_sds_header h = { .device = DEVICE,
		.bits = p->bits,
		.period = 22676,
		.words = p->words,
		.loop = SX_SDS_NO_LOOP };
	size_t words = sx_sds_packet_words(p->bits), from;
	uint8_t data[SX_SDS_DATA];

	if (at == 0) {
		sx_sds_put_header(msg, &h);
		return SX_SDS_HEADER_SIZE;
	}
	from = (at - 1) * words;
	if (words > p->words - from)
		words = p->words - from;
	sx_sds_pack(data, p->bits, p->samples + from, words);
	sx_sds_put_packet(msg, DEVICE, at - 1, data);
	return SX_SDS_PACKET_SIZE;
}

static void
send_item(struct pair *p)
{
	uint8_t msg[SX_SDS_PACKET_SIZE];
	size_t at = p->s.at, n = make_item(p, at, msg);
	enum fate fate = fate_of(p);

	sx_sds_sent(&p->s, p->t, p->t + WIRE_US);
	p->t += WIRE_US;
	/* A header has no checksum: instead of damage it is lost. */
	if (fate == DAMAGED && at > 0)
		msg[4 + p->steps % (n - 5)] ^= 0x10;
	if (fate == LOST || (fate == DAMAGED && at == 0))
		return;
	inlet_bytes(&p->in, msg, n);
	if (fate == DOUBLED && p->r.todo == SX_SDS_LISTEN)
		inlet_bytes(&p->in, msg, n);
	receiver_acts(p);
}

/* Nothing is in transit: the earlier of the two deadlines passes. */
static bool
silence(struct pair *p)
{
	bool s = p->s.todo == SX_SDS_LISTEN && p->s.deadline != INT64_MAX;
	bool r = p->r.todo == SX_SDS_LISTEN && p->r.deadline != INT64_MAX;

	if (!s && !r)
		return false;
	if (s && (!r || p->s.deadline <= p->r.deadline)) {
		p->t = p->t > p->s.deadline ? p->t : p->s.deadline;
		sx_sds_unanswered(&p->s);
	} else {
		p->t = p->t > p->r.deadline ? p->t : p->r.deadline;
		sx_sds_silence(&p->r);
		receiver_acts(p);
	}
	return true;
}

static void
pair_talk(struct pair *p)
{
	while (!over(p->s.todo) || !over(p->r.todo)) {
		MUST(p->steps++ < STEPS);
		if (p->s.todo == SX_SDS_SEND) {
			send_item(p);
		} else if (p->s.todo == SX_SDS_GIVE_UP) {
			uint8_t msg[SX_SDS_ANSWER_SIZE];

			sx_sds_given_up(&p->s);
			sx_sds_put_answer(msg, DEVICE, SX_SDS_CANCEL, 0);
			if (fate_of(p) != LOST)
				inlet_bytes(&p->in, msg, sizeof(msg));
			receiver_acts(p);
		} else if (!silence(p)) {
			MUST(false);
		}
	}
}

/* Check that the samples are equal, to half of the last bit. */
static void
pair_same(const struct pair *p)
{
	size_t words = sx_sds_packet_words(p->bits);
	int64_t half = INT64_C(1) << (31 - p->bits), far;
	int32_t out[SX_SDS_DATA / 2];
	uint8_t msg[SX_SDS_PACKET_SIZE];

	MUST(p->r.header.words == p->words && p->r.header.bits == p->bits);
	for (size_t i = 0; i < p->r.packets; i++) {
		make_item(p, i + 1, msg);
		MUST(memcmp(p->r.data + i * SX_SDS_DATA, msg + 5,
			 SX_SDS_DATA) == 0);
		sx_sds_unpack(p->r.data + i * SX_SDS_DATA, p->bits, out, words);
		for (size_t k = 0; k < words && i * words + k < p->words; k++) {
			far = (int64_t)out[k] - p->samples[i * words + k];
			MUST(far <= half && far >= -2 * half);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	uint8_t how = fuzz_byte(&in, &n);
	struct pair p = { .t = 1000000, .late = -1 };
	uint32_t x;

	p.bits = SX_SDS_BITS_LEAST + fuzz_byte(&in, &n) % 21u;
	p.words = 1 + fuzz_byte(&in, &n) * (how & 8 ? 37u : 1u);
	x = fuzz_byte(&in, &n);
	p.in = (struct inlet){
		.seed = fuzz_byte(&in, &n), .take = pair_take, .peer = &p
	};
	p.samples = malloc(p.words * sizeof(*p.samples));
	MUST(p.samples != NULL);
	for (size_t i = 0; i < p.words; i++, x = x * 1664525 + 1013904223)
		p.samples[i] = (int32_t)x;
	p.fate = in;
	p.nfate = n;
	p.s = (struct sx_sds_sender){
		.open = how & 1,
		.retries = how >> 4,
		.gap = SX_SDS_OPEN_US,
		.wire = WIRE_US,
	};
	p.r = (struct sx_sds_receiver){ .open = how & 2,
		.retries = how >> 4,
		.first = 5000000,
		.patience = 2000000 };
	sx_framer_init(&p.in.framer);
	sx_sds_sender_begin(&p.s, sx_sds_packets(p.words, p.bits));
	sx_sds_receiver_begin(&p.r, p.t);
	pair_talk(&p);
	MUST(p.lossy || (p.s.todo == SX_SDS_DONE && p.r.todo == SX_SDS_DONE));
	if (p.r.todo == SX_SDS_DONE)
		pair_same(&p);
	/* All packets were acknowledged: all must have arrived. */
	if (p.s.todo == SX_SDS_DONE && p.s.closed && p.s.unproven == 0 &&
	    !p.unsure)
		MUST(p.r.todo == SX_SDS_DONE);
	sx_sds_receiver_free(&p.r);
	free(p.samples);
	return 0;
}
