/* SPDX-License-Identifier: ISC */
/*
 * Each side of a sample dump against a peer that sends anything at any time, in
 * any chunks: the dump must end, and packets counted as received must have
 * arrived. Input: the side, its settings, and the events.
 */
#include "sds_peer.h"

#define PACKETS 256

/* Make the data of a packet from a seed. */
static void
make_data(uint8_t data[SX_SDS_DATA], unsigned seed)
{
	for (size_t i = 0; i < SX_SDS_DATA; i++)
		data[i] = (uint8_t)(seed * 7 + i * (seed | 1)) & 0x7f;
}

/* ---- The receiver alone ---- */

/* A received packet with a correct checksum. */
struct came {
	int number;
	uint8_t data[SX_SDS_DATA];
};

struct listener {
	struct sx_sds_receiver r;
	struct inlet in;
	int64_t t;
	struct came *came; /* since the last header */
	size_t ncame, steps;
	bool waits; /* the other side has sent WAIT */
	unsigned next;
};

/* Perform actions until it listens or is done. */
static void
listener_act(struct listener *l)
{
	struct sx_sds_receiver *r = &l->r;

	while (r->todo != SX_SDS_LISTEN && !over(r->todo)) {
		MUST(l->steps++ < STEPS);
		if (r->todo == SX_SDS_GIVE_UP) {
			MUST(!r->open);
			sx_sds_receiver_given_up(r);
			continue;
		}
		MUST(!r->open || r->answer == SX_SDS_REQUEST);
		MUST(r->answer == SX_SDS_REQUEST ? r->asks && !r->has_header
						 : r->has_header);
		MUST(r->answer_packet < 128);
		l->t += 2000;
		sx_sds_answer_sent(r, l->t);
	}
}

static void
listener_note(struct listener *l, const struct sx_sds_message *m)
{
	struct came *p;

	if (m->type == SX_SDS_WAIT)
		l->waits = true;
	if (m->type == SX_SDS_HEADER || m->type == SX_SDS_PACKET)
		l->waits = false;
	if (m->type == SX_SDS_HEADER && m->header.words > 0 &&
	    m->header.bits >= SX_SDS_BITS_LEAST &&
	    m->header.bits <= SX_SDS_BITS_MOST)
		l->ncame = 0;
	if (m->type != SX_SDS_PACKET || !m->sum_ok)
		return;
	p = realloc(l->came, (l->ncame + 1) * sizeof(*p));
	MUST(p != NULL);
	l->came = p;
	p += l->ncame++;
	p->number = m->packet;
	memcpy(p->data, m->data, SX_SDS_DATA);
}

static void
listener_take(void *peer, const uint8_t *message, size_t n)
{
	struct listener *l = peer;
	struct sx_sds_message m;
	struct sx_err e = { 0 };
	bool known = n > 0 && sx_sds_parse(message, n, &m);

	if (over(l->r.todo) || (n > 0 && !known))
		return;
	if (known)
		listener_note(l, &m);
	MUST(sx_sds_received(&l->r, known ? &m : NULL, l->t, &e) == 0);
	listener_act(l);
}

static bool
has_come(const struct listener *l, size_t packet)
{
	const uint8_t *data = l->r.data + packet * SX_SDS_DATA;

	for (size_t i = 0; i < l->ncame; i++)
		if (l->came[i].number == (int)(packet & 0x7f) &&
		    memcmp(l->came[i].data, data, SX_SDS_DATA) == 0)
			return true;
	return false;
}

static void
listener_check(const struct listener *l)
{
	const struct sx_sds_receiver *r = &l->r;
	size_t have = 0;

	for (size_t i = 0; r->has_header && i < r->packets; i++) {
		if (!sx_sds_has(r, i))
			continue;
		have++;
		MUST(has_come(l, i));
	}
	MUST(have == r->got);
	MUST(r->todo != SX_SDS_FAILED || r->why != SX_SDS_NO_REASON);
	if (r->todo != SX_SDS_DONE)
		return;
	MUST(r->has_header && have == r->packets && have > 0);
	MUST(r->packets == sx_sds_packets(r->header.words, r->header.bits));
}

static void
listener_silence(struct listener *l)
{
	MUST(l->steps++ < STEPS);
	l->t = l->t > l->r.deadline ? l->t : l->r.deadline;
	sx_sds_silence(&l->r);
	listener_act(l);
}

/* No more input: it may wait for ever only if it was told to, else it must end.
 */
static void
listener_end(struct listener *l)
{
	struct sx_sds_receiver *r = &l->r;

	while (r->todo == SX_SDS_LISTEN) {
		if (r->deadline == INT64_MAX) {
			MUST(l->waits ||
			     (!r->has_header && r->first == INT64_MAX));
			return;
		}
		listener_silence(l);
	}
	MUST(over(r->todo));
}

static void
say_packet(struct listener *l, unsigned number, unsigned seed, bool damaged)
{
	uint8_t msg[SX_SDS_PACKET_SIZE], data[SX_SDS_DATA];

	make_data(data, seed);
	sx_sds_put_packet(msg, DEVICE, number, data);
	if (damaged)
		msg[5 + seed % SX_SDS_DATA] ^= 1;
	inlet_bytes(&l->in, msg, sizeof(msg));
}

static void
say_header(struct listener *l, const uint8_t **in, size_t *n)
{
	uint8_t msg[SX_SDS_HEADER_SIZE];
	const struct sx_sds_header h = { .device = DEVICE,
		.bits = fuzz_byte(in, n) & 0x1f,
		.words = fuzz_byte(in, n) * 40u + (fuzz_byte(in, n) & 7) };

	sx_sds_put_header(msg, &h);
	inlet_bytes(&l->in, msg, sizeof(msg));
}

static void
say_raw(struct inlet *inlet, size_t len, const uint8_t **in, size_t *n)
{
	len = len < *n ? len : *n;
	inlet_bytes(inlet, *in, len);
	*in += len;
	*n -= len;
}

/* ACK, NAK, CANCEL, WAIT; a REQUEST is not an answer. */
static void
say_answer(struct inlet *inlet, unsigned which, unsigned packet)
{
	uint8_t msg[SX_SDS_ANSWER_SIZE];

	sx_sds_put_answer(
	    msg, DEVICE, (enum sx_sds_type)(SX_SDS_WAIT + which % 4), packet);
	/* Some devices omit the number. */
	if (which & 4)
		msg[4] = 0xf7;
	inlet_bytes(inlet, msg, which & 4 ? 5 : sizeof(msg));
}

static void
listener_happens(struct listener *l, const uint8_t **in, size_t *n)
{
	uint8_t op = fuzz_byte(in, n);
	unsigned arg = op >> 3;

	l->t += WIRE_US;
	switch (op & 7) {
	case 0:
		say_packet(l, l->next++, arg, false);
		break;
	case 1:
		l->next = fuzz_byte(in, n);
		say_packet(l, l->next++, arg, false);
		break;
	case 2:
		say_packet(l, l->next, arg, true);
		break;
	case 3:
		say_header(l, in, n);
		l->next = 0;
		break;
	case 4:
		say_answer(&l->in, arg, l->next);
		break;
	case 5:
		say_raw(&l->in, arg * 5, in, n);
		break;
	case 6:
		/* Unexpected: the beginning of a message, then another one. */
		inlet_bytes(&l->in, (const uint8_t *)"\xf0\x7e\xf0\x7e", 4);
		break;
	case 7:
		if (l->r.deadline != INT64_MAX)
			listener_silence(l);
		break;
	}
}

static void
fuzz_receiver(const uint8_t *in, size_t n)
{
	uint8_t how = fuzz_byte(&in, &n);
	struct listener l = { .t = 1000000 };

	l.in = (struct inlet){
		.seed = fuzz_byte(&in, &n), .take = listener_take, .peer = &l
	};
	l.r = (struct sx_sds_receiver){ .open = how & 1,
		.asks = how & 2,
		.first = how & 4 ? INT64_MAX : 5000000,
		.retries = how >> 4,
		.patience = 2000000 };
	sx_framer_init(&l.in.framer);
	sx_sds_receiver_begin(&l.r, l.t);
	listener_act(&l);
	while (n > 0 && !over(l.r.todo))
		listener_happens(&l, &in, &n);
	listener_end(&l);
	listener_check(&l);
	sx_sds_receiver_free(&l.r);
	free(l.came);
}

/* ---- The sender alone ---- */

struct speaker {
	struct sx_sds_sender s;
	struct inlet in;
	int64_t t;
	size_t steps, begun, acked;
	bool sent[PACKETS + 1], ack[PACKETS + 1];
	bool cancelled;
};

static void
speaker_act(struct speaker *p)
{
	struct sx_sds_sender *s = &p->s;

	while (s->todo != SX_SDS_LISTEN && !over(s->todo)) {
		MUST(p->steps++ < STEPS);
		if (s->todo == SX_SDS_GIVE_UP) {
			MUST(!s->open && s->closed);
			sx_sds_given_up(s);
			continue;
		}
		MUST(s->at <= s->packets && (s->at == 0 || p->sent[s->at - 1]));
		p->sent[s->at] = true;
		sx_sds_sent(s, p->t, p->t + WIRE_US);
		p->t += WIRE_US;
	}
}

static void
speaker_take(void *peer, const uint8_t *message, size_t n)
{
	struct speaker *p = peer;
	struct sx_sds_message m;

	if (over(p->s.todo) || !sx_sds_parse(message, n, &m))
		return;
	p->cancelled |= m.type == SX_SDS_CANCEL;
	if (m.type == SX_SDS_ACK &&
	    (p->s.at == 0 || m.packet == -1 ||
		m.packet == (int)((p->s.at - 1) & 0x7f)))
		p->ack[p->s.at] = true;
	sx_sds_answered(&p->s, &m, p->t);
	speaker_act(p);
}

static void
speaker_silence(struct speaker *p)
{
	MUST(p->steps++ < STEPS);
	p->t = p->t > p->s.deadline ? p->t : p->s.deadline;
	sx_sds_unanswered(&p->s);
	speaker_act(p);
}

static void
speaker_check(const struct speaker *p)
{
	const struct sx_sds_sender *s = &p->s;
	size_t acked = 0;

	MUST(s->why != SX_SDS_CANCELLED || p->cancelled);
	MUST(s->todo != SX_SDS_FAILED || s->why != SX_SDS_NO_REASON);
	MUST(!s->open || (s->resent == 0 && !s->closed));
	if (s->todo != SX_SDS_DONE)
		return;
	for (size_t i = 0; i <= s->packets; i++) {
		MUST(p->sent[i]);
		acked += p->ack[i];
	}
	MUST(acked + s->unproven >= s->packets + 1);
}

static void
speaker_happens(struct speaker *p, const uint8_t **in, size_t *n)
{
	uint8_t op = fuzz_byte(in, n);
	unsigned arg = op >> 3, at = (unsigned)(p->s.at - (p->s.at > 0));

	switch (op & 7) {
	case 0:
		say_answer(&p->in, SX_SDS_ACK - SX_SDS_WAIT, at);
		break;
	case 1:
		say_answer(&p->in, arg, at);
		break;
	case 2:
		say_answer(&p->in, arg, fuzz_byte(in, n));
		break;
	case 3:
		say_answer(&p->in, SX_SDS_NAK - SX_SDS_WAIT, at - arg);
		break;
	case 4:
		p->t += arg * 5000;
		break;
	case 5:
	case 6:
		say_raw(&p->in, arg, in, n);
		break;
	case 7:
		if (p->s.deadline != INT64_MAX)
			speaker_silence(p);
		break;
	}
}

static void
fuzz_sender(const uint8_t *in, size_t n)
{
	uint8_t how = fuzz_byte(&in, &n);
	struct speaker p = { .t = 1000000 };

	p.in = (struct inlet){
		.seed = fuzz_byte(&in, &n), .take = speaker_take, .peer = &p
	};
	p.s = (struct sx_sds_sender){ .open = how & 1,
		.retries = how >> 4,
		.gap = how & 2 ? SX_SDS_OPEN_US : 0,
		.wire = WIRE_US };
	sx_framer_init(&p.in.framer);
	sx_sds_sender_begin(&p.s, 1 + fuzz_byte(&in, &n) % PACKETS);
	speaker_act(&p);
	while (n > 0 && !over(p.s.todo))
		speaker_happens(&p, &in, &n);
	while (p.s.todo == SX_SDS_LISTEN && p.s.deadline != INT64_MAX)
		speaker_silence(&p);
	MUST(over(p.s.todo) || p.s.waiting);
	speaker_check(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	if (fuzz_byte(&in, &n) & 1)
		fuzz_sender(in, n);
	else
		fuzz_receiver(in, n);
	return 0;
}
