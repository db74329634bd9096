/* SPDX-License-Identifier: ISC */
#include "fake_session.h"
#include "../../src/sysex/request_row.h"
#include "sxlib/midi_io.h"
#include "sxlib/session.h"

#define IDLE_MOST   5000 /* calls while no more comes */
#define ANSWER_MOST 600

struct fake {
	struct sx_framer framer;
	struct sx_collector *collector;
	struct sx_traffic traffic;
	struct sx_time t;
	enum sx_event_type ending; /* said once all that came is; STEP: none */
	size_t asked, idle;
	bool sending;
	const uint8_t *wire; /* bytes that come, */
	size_t left;
	bool doubt;
	uint32_t seed; /* for fuzz_piece() */
	size_t offset; /* of a range of addresses: what has been answered */
	uint8_t answer[ANSWER_MOST]; /* the last one, */
	size_t len, sent;	     /* and how much of it */
	struct sx_err why;
};

struct sx_session {
	struct fake *fake;
};

/* The one there is. */
static struct world *world;

void
world_begin(struct world *w)
{
	world = w;
	w->fake = calloc(1, sizeof(*w->fake));
	MUST(w->fake != NULL);
	w->fake->t = (struct sx_time){ 1000000000, 1800000000000000 };
	w->fake->traffic.last_sysex = -1;
	w->fake->seed = fuzz_byte(&w->in, &w->n);
	sx_framer_init(&w->fake->framer);
}

void
world_end(struct world *w)
{
	for (size_t i = 0; i < w->ncame; i++)
		free(w->came[i].p);
	free(w->came);
	free(w->fake);
	world = NULL;
}

/* ---- What the instrument says ---- */

/* Checksum and length as in Elektron's manuals: the newer ones count from the
 * 11th byte on. */
static void
put_elektron(uint8_t *msg, size_t n)
{
	unsigned sum = sx_sum(msg, msg[4] < 4 ? 9 : 10, n - 5);
	unsigned count = (unsigned)(n - 10);

	msg[n - 5] = sum >> 7 & 0x7f;
	msg[n - 4] = sum & 0x7f;
	msg[n - 3] = count >> 7 & 0x7f;
	msg[n - 2] = count & 0x7f;
}

/* Whichever makes a checksum of one byte right. */
static void
put_checksum(uint8_t *msg, size_t n)
{
	struct sx_facts facts;

	if (memcmp(msg + 1, "\x00\x20\x3c", 3) == 0)
		put_elektron(msg, n);
	for (uint8_t sum = 0; sum < 128; sum++) {
		sx_device_decode(NULL, msg, n, &facts);
		if (facts.checksum != SX_CHECKSUM_BAD)
			return;
		msg[n - 2] = sum;
	}
}

/* An answer to the request, of another slot perhaps. */
static void
make_answer(struct fake *f, const struct sx_request *q, long slot,
    const uint8_t **in, size_t *n)
{
	const struct sx_ask *ask = q->row->ask;
	size_t head = ask->found.at + ask->found.width;
	size_t most = q->data != 0 ? q->data - f->offset : 256;
	size_t len = 16 + fuzz_byte(in, n);
	uint8_t seed = fuzz_byte(in, n);
	uint32_t address = q->address + (uint32_t)f->offset;

	if (head < sx_reach(ask->mask))
		head = sx_reach(ask->mask);
	len = len < most ? len : most;
	for (size_t i = 0; i < head + len; i++)
		f->answer[i] = i < SX_TRIAGE_BYTES && ask->mask[i] != 0
				   ? ask->value[i]
				   : (uint8_t)(seed * i) & 0x7f;
	if (q->data == 0)
		sx_put_slot(f->answer, &ask->found, slot > 0 ? slot : 0);
	for (size_t i = q->data != 0 ? ask->found.width : 0; i > 0; i--) {
		f->answer[ask->found.at + i - 1] = address & 0x7f;
		address >>= 7;
	}
	f->offset += len < most ? len : 0;
	f->len = head + len + 2;
	f->answer[f->len - 2] = 0;
	f->answer[f->len - 1] = 0xf7;
	put_checksum(f->answer, f->len);
}

/* ---- On the wire ---- */

static void
take_span(struct fake *f, const struct sx_span *span, bool doubt)
{
	struct sx_err e = { 0 };

	if (span->kind == SX_SPAN_SYSEX || span->kind == SX_SPAN_STRAY) {
		f->traffic.sysex += span->len;
		f->traffic.last_sysex = f->t.mono;
	}
	MUST(sx_collector_span(f->collector, span, f->t, doubt, &e) == 0);
}

/* The dump that is coming in, as it is told. */
static void
note(struct fake *f, const struct sx_step *step)
{
	struct came *p = world->came;

	if (step->kind == SX_STEP_MESSAGE || step->kind == SX_STEP_LOSS)
		return;
	if (step->kind == SX_STEP_DATA && step->begins) {
		p = realloc(p, (world->ncame + 1) * sizeof(*p));
		MUST(p != NULL);
		world->came = p;
		p[world->ncame++] =
		    (struct came){ .damaged = true, .asked = f->asked };
	}
	MUST(world->ncame > 0);
	p += world->ncame - 1;
	if (step->kind == SX_STEP_DUMP) {
		p->damaged = step->dump->damage.kind != SX_DAMAGE_NONE;
		p->bad_sum = step->dump->facts.checksum == SX_CHECKSUM_BAD;
		MUST(p->n == step->dump->bytes);
		return;
	}
	p->p = realloc(p->p, p->n + step->len);
	MUST(p->p != NULL);
	memcpy(p->p + p->n, step->data, step->len);
	p->n += step->len;
}

int
sx_session_step(struct sx_session *s, struct sx_event *ev)
{
	*ev = (struct sx_event){ .now = s->fake->t };
	if (s->fake->collector == NULL ||
	    !sx_collector_next(s->fake->collector, &ev->step))
		return 0;
	note(s->fake, &ev->step);
	ev->type = SX_EV_STEP;
	return 1;
}

/* Some of the bytes that are on the wire. */
static void
come(struct fake *f)
{
	size_t len = fuzz_piece(&f->seed, f->left), taken;
	uint8_t *piece = fuzz_copy(f->wire, len);
	struct sx_span span;

	taken = sx_framer_feed(&f->framer, piece, len, &span);
	f->traffic.bytes += taken;
	f->wire += taken;
	f->left -= taken;
	f->idle = 0;
	take_span(f, &span, f->doubt);
	free(piece);
}

static void
put_on_wire(struct fake *f, const uint8_t *p, size_t n, bool doubt)
{
	f->wire = p;
	f->left = n;
	f->doubt = doubt;
}

int
sx_session_cut(
    struct sx_session *s, int port, enum sx_end why, struct sx_err *e)
{
	struct fake *f = s->fake;
	struct sx_span span;

	(void)port, (void)e;
	sx_framer_cut(&f->framer, why, &span);
	take_span(f, &span, false);
	sx_collector_flush(f->collector);
	return 0;
}

/* ---- What happens ---- */

/* Some of the answer that is being made, from where it was left. */
static void
say_answer(struct fake *f, size_t most, bool doubt)
{
	size_t len = f->len - f->sent;

	len = len < most ? len : most;
	put_on_wire(f, f->answer + f->sent, len, doubt);
	f->sent += len;
}

static void
answer(struct world *w, unsigned arg)
{
	struct fake *f = w->fake;
	const struct sx_request *q = &w->wishes[f->asked];

	make_answer(
	    f, q, q->slot + (arg & 3 ? 0 : arg >> 2 & 3), &w->in, &w->n);
	f->sent = 0;
	if ((arg >> 2 & 7) == 7)
		f->answer[f->len - 2] ^= 1;
	say_answer(
	    f, (arg >> 2 & 7) == 6 ? f->len / 2 : f->len, (arg >> 2 & 7) == 5);
}

static bool
end(struct fake *f, struct sx_session *s, unsigned how, struct sx_event *ev)
{
	static const enum sx_end ends[] = { SX_END_INPUT, SX_END_UNPLUGGED };

	if (how == 2) {
		ev->type = SX_EV_STOP;
		ev->signal = 2;
		return true;
	}
	if (how > 2)
		return false;
	MUST(sx_session_cut(s, 0, ends[how], NULL) == 0);
	sx_fail(&f->why, SX_EPORT, 0, "unplugged");
	f->ending = how == 0 ? SX_EV_END : SX_EV_GONE;
	return false;
}

/* The next thing of the input. True: *ev is it. */
static bool
happen(struct world *w, struct sx_session *s, int64_t deadline,
    struct sx_event *ev)
{
	struct fake *f = w->fake;
	uint8_t op = fuzz_byte(&w->in, &w->n);
	size_t arg = op >> 3 & 15, len = arg + 1 < w->n ? arg + 1 : w->n;

	f->idle = 0;
	switch (op & 7) {
	case 0:
		put_on_wire(f, w->in, len, false);
		w->in += len;
		w->n -= len;
		break;
	case 1:
	case 2:
		answer(w, (unsigned)arg);
		break;
	case 3:
		say_answer(f, f->len, false);
		break;
	case 4:
		f->t.mono += (int64_t)(arg + 1) * 100000;
		break;
	case 5:
		if (deadline != INT64_MAX)
			f->t.mono = deadline;
		break;
	case 6:
		put_on_wire(f, arg & 1 ? w->wishes[f->asked].msg : f->answer,
		    arg & 1 ? w->wishes[f->asked].len : f->len, false);
		break;
	case 7:
		return end(f, s, (unsigned)arg, ev);
	}
	return false;
}

int
sx_session_next(struct sx_session *s, struct sx_event *ev, int64_t deadline,
    struct sx_err *e)
{
	struct fake *f = s->fake;

	(void)e;
	for (;;) {
		MUST(f->idle++ < IDLE_MOST);
		if (sx_session_step(s, ev))
			return 0;
		if (f->left > 0) {
			come(f);
			continue;
		}
		if (f->ending != SX_EV_STEP) {
			ev->type = f->ending;
			ev->why = &f->why;
			return 0;
		}
		sx_collector_tick(f->collector, f->t);
		if (sx_session_step(s, ev))
			return 0;
		ev->type = SX_EV_QUIET;
		ev->now = f->t;
		if (f->t.mono >= deadline)
			return 0;
		/* The top bit: before the request has left. */
		if (f->sending && (world->n == 0 || !(world->in[0] & 0x80))) {
			f->sending = false;
			ev->type = SX_EV_SENT;
			return 0;
		}
		if (world->n == 0) {
			MUST(deadline != INT64_MAX);
			f->t.mono = deadline;
		} else if (happen(world, s, deadline, ev)) {
			return 0;
		}
		ev->now = f->t;
	}
}

/* ---- The rest of session.h ---- */

struct sx_time
sx_now(void)
{
	return world->fake->t;
}

struct sx_session *
sx_session_new(struct sx_err *e)
{
	struct sx_session *s = calloc(1, sizeof(*s));

	(void)e;
	MUST(s != NULL);
	s->fake = world->fake;
	return s;
}

int
sx_session_add(struct sx_session *s, struct midi_io *io,
    const struct sx_rules *rules, struct sx_err *e)
{
	(void)io;
	s->fake->collector = sx_collector_new(rules, e);
	MUST(s->fake->collector != NULL);
	return 0;
}

int
sx_session_start(struct sx_session *s, struct sx_err *e)
{
	(void)s, (void)e;
	return 0;
}

void
sx_session_close(struct sx_session *s)
{
	if (s != NULL)
		sx_collector_free(s->fake->collector);
	free(s);
}

int
sx_session_send(struct sx_session *s, int port, const uint8_t *data, size_t n,
    unsigned rate, int64_t delay_us, struct sx_err *e)
{
	struct fake *f = s->fake;

	(void)port, (void)rate, (void)delay_us, (void)e;
	MUST(!f->sending);
	for (f->asked = 0; f->asked < world->nwishes; f->asked++)
		if (world->wishes[f->asked].len == n &&
		    memcmp(world->wishes[f->asked].msg, data, n) == 0)
			break;
	MUST(f->asked < world->nwishes);
	f->sending = true;
	f->offset = 0;
	return 0;
}

int
sx_session_abort(struct sx_session *s, struct sx_err *e)
{
	(void)e;
	s->fake->sending = false;
	return 0;
}

void
sx_session_traffic(const struct sx_session *s, int port, struct sx_traffic *t)
{
	(void)port;
	*t = s->fake->traffic;
}

size_t
sx_session_incoming(
    const struct sx_session *s, int port, const struct sx_facts **facts)
{
	(void)port;
	return sx_collector_open(s->fake->collector, facts);
}

size_t
sx_session_backlog(struct sx_session *s)
{
	return s->fake->left;
}

void
sx_session_coalesce(struct sx_session *s, int64_t gap)
{
	(void)s, (void)gap;
}

struct midi_io *
midi_io_open(const char *spec, unsigned dirs, struct sx_err *e)
{
	(void)spec, (void)dirs, (void)e;
	/* Only ever handed to sx_session_add(). */
	return (struct midi_io *)world;
}

const char *
midi_io_default_port(void)
{
	return NULL;
}

const char *
midi_io_name(const struct midi_io *io)
{
	(void)io;
	return "fuzz";
}
