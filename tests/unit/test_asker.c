/* SPDX-License-Identifier: ISC */
/*
 * A conversation is a table: the input of the asker, its verdict on that, and
 * its next action.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "request_help.h"
#include "sxlib/asker.h"

#define MS	 1000
#define TARGETS	 4
#define PIECE	 256 /* data bytes */
#define MESSAGE	 600
#define STEPS	 40
#define START	 1000000000
#define PATIENCE 2000 /* ms */

enum act {
	END,
	SENT,
	PASS,	 /* the deadline has passed, and nothing is coming */
	COMING,	 /* it has passed, and `arg` bytes of a message are arriving */
	STALLED, /* the same, but the last byte arrived `arg` ms ago */
	WAIT,	 /* arg ms pass */
	DONE,
	OVER, /* arg: why */
	ENDLESS,
	/* Arrivals: */
	ANSWER, /* arg: to this target */
	OTHER,	/* the same, with other bytes */
	BOTH,	/* ANSWER to the target before this one, and to this one */
	BAD,	/* with a wrong checksum */
	BAD_OTHER,
	SHORT,	 /* with a length that its format does not have */
	SHORTER, /* the same, with other bytes */
	DAMAGED,
	UNPLUGGED, /* also damaged, but not by the unit */
	REST,
	ECHO,
	ALIKE, /* like ECHO, except for one byte */
	OLD,   /* ANSWER that began before its target was requested */
	STRANGER,
	PIECE_IS, /* arg: piece */
	BAD_PIECE,
	BAD_UNIT,
	WHO_IS,	  /* arg: unit */
	VOICE_IS, /* arg: message, 0-2 */
};

struct step {
	enum act act;
	int arg;
	const char *want;
};

enum kind {
	SINGLE,
	PIECES,
	HEX,
	WHO,
	UNTOLD, /* no slot in answers */
	VOICES, /* the same, answers in several messages */
};

struct talk {
	const char *name;
	enum kind kind;
	size_t targets;
	unsigned retries, deaf;
	bool fresh;
	struct step steps[STEPS];
};

struct world {
	struct sx_asker a;
	struct sx_target targets[TARGETS];
	int64_t now, heard;
};

/* ---- Messages ---- */

/* A pattern of a Machinedrum. */
static size_t
put_pattern(uint8_t *p, int slot, uint8_t data)
{
	const uint8_t head[] = { 0xf0, 0, 0x20, 0x3c, 2, 0, 0x67, 3, 1,
		(uint8_t)slot };

	memcpy(p, head, sizeof(head));
	memset(p + sizeof(head), data, 20);
	p[sizeof(head) + 20] = 0xf7;
	return sizeof(head) + 21;
}

/* A quarter of the patches of an MT-32. */
static size_t
put_piece(uint8_t *p, int piece, uint8_t unit)
{
	const uint8_t head[] = { 0xf0, 0x41, unit, 0x16, 0x12, 5,
		(uint8_t)(piece * 2), 0 };

	memcpy(p, head, sizeof(head));
	memset(p + sizeof(head), piece, PIECE);
	p[sizeof(head) + PIECE] = 0;
	p[sizeof(head) + PIECE + 1] = 0xf7;
	return sizeof(head) + PIECE + 2;
}

static size_t
put_identity(uint8_t *p, int unit)
{
	const uint8_t reply[] = { 0xf0, 0x7e, (uint8_t)unit, 6, 2, 0, 0x20,
		0x3c, 2, 0, 1, 0, 1, 0, 1, 0, 0xf7 };

	memcpy(p, reply, sizeof(reply));
	return sizeof(reply);
}

/* A reface DX: header, block, and footer. */
static size_t
put_voice(uint8_t *p, int message)
{
	static const uint8_t address[][2] = { { 0x0e, 0x0f }, { 0x30, 0 },
		{ 0x0f, 0x0f } };
	const uint8_t voice[] = { 0xf0, 0x43, 0, 0x7f, 0x1c, 0, 4, 5,
		address[message][0], address[message][1], 0, 0, 0xf7 };

	memcpy(p, voice, sizeof(voice));
	return sizeof(voice);
}

static size_t
put_message(struct world *w, const struct step *s, uint8_t *p)
{
	const struct sx_request *q = &w->targets[w->a.at].q;
	size_t n;

	switch (s->act) {
	case PIECE_IS:
	case BAD_PIECE:
		return put_piece(p, s->arg, 0x10);
	case BAD_UNIT:
		return put_piece(p, s->arg, 0x11);
	case WHO_IS:
		return put_identity(p, s->arg);
	case VOICE_IS:
		return put_voice(p, s->arg);
	case ECHO:
	case ALIKE:
		memcpy(p, q->msg, q->len);
		p[q->len - 2] ^= s->act == ALIKE;
		return q->len;
	case STRANGER:
		return put_pattern(p, 100 + s->arg, 0);
	case BOTH:
		n = put_pattern(p, s->arg - 1, 5);
		return n + put_pattern(p + n, s->arg, 5);
	default:
		return put_pattern(p, s->arg,
		    s->act == OTHER || s->act == BAD_OTHER || s->act == SHORTER
			? 9
			: 5);
	}
}

static struct sx_damage
damage_of(enum act act)
{
	return (struct sx_damage){
		act == DAMAGED	   ? SX_DAMAGE_STATUS
		: act == UNPLUGGED ? SX_DAMAGE_UNPLUGGED
		: act == REST	   ? SX_DAMAGE_NO_F0
				   : SX_DAMAGE_NONE,
		0x90,
	};
}

/* ---- Its verdicts ---- */

static void
say_came(const struct sx_came *came, char *text, size_t size)
{
	static const char *const as[] = { "echo", "twice", "piece", "answer",
		"bad", "damaged", "rest", "stranger" };

	snprintf(text, size, "%s", as[came->as]);
	if (came->of != SX_NO_TARGET)
		snprintf(
		    text + strlen(text), size - strlen(text), " %zu", came->of);
	snprintf(text + strlen(text), size - strlen(text), "%s%s%s%s%s; ",
	    came->piece ? " pieces" : "", came->late ? " late" : "",
	    came->known ? " known" : "", came->again ? " again" : "",
	    came->answer == SX_ANSWER_UNIT ? " unit" : "");
}

static void
say_todo(const struct world *w, char *text, size_t size)
{
	static const char *const states[] = { "open", "there", "got", "bad",
		"cut", "silent" };
	static const char *const whys[] = { "all", "deaf", "flood", "endless",
		"over" };
	const struct sx_asker *a = &w->a;

	switch (a->todo) {
	case SX_ASKER_SEND:
		snprintf(text, size, "send %zu", a->at);
		if (a->tries > 0)
			snprintf(text, size, "send %zu again %u, %s", a->at,
			    a->tries, a->unanswered ? "silent" : "damaged");
		break;
	case SX_ASKER_LISTEN:
		snprintf(text, size, "listen %d",
		    (int)((a->deadline - w->now) / MS));
		break;
	case SX_ASKER_CUT:
		snprintf(text, size, "cut%s",
		    a->end == SX_END_INTERRUPTED ? " interrupted" : "");
		break;
	case SX_ASKER_GIVE_UP:
		snprintf(
		    text, size, "give up%s", a->of_other ? " of another" : "");
		break;
	case SX_ASKER_SETTLE:
		snprintf(text, size, "settle %zu %s", a->at,
		    states[a->targets[a->at].state]);
		break;
	case SX_ASKER_DONE:
		snprintf(text, size, "done %s", whys[a->why]);
		break;
	}
}

/* ---- A conversation ---- */

static void
come(struct world *w, const struct step *s, char *text, size_t size)
{
	uint8_t bytes[MESSAGE];
	size_t len = put_message(w, s, bytes);
	struct sx_arrival in = { .data = bytes,
		.len = len,
		.damage = damage_of(s->act),
		.bad_sum =
		    s->act == BAD || s->act == BAD_OTHER || s->act == BAD_PIECE,
		.odd_length = s->act == SHORT || s->act == SHORTER,
		.began = s->act == OLD ? 0 : w->now,
		.now = w->now };
	struct sx_err e = { 0 };
	struct sx_came came;

	w->heard = w->now;
	assert_int_equal(sx_asker_take(&w->a, &in, &came, &e), 0);
	say_came(&came, text, size);
}

static void
pass(struct world *w, size_t coming, int64_t ago)
{
	assert_int_equal(w->a.todo, SX_ASKER_LISTEN);
	if (w->now < w->a.deadline)
		w->now = w->a.deadline;
	if (coming > 0)
		w->heard = w->now - ago;
	sx_asker_passed(&w->a, w->now, coming, w->heard);
}

static void
act(struct world *w, const struct step *s, char *text, size_t size)
{
	switch (s->act) {
	case SENT:
		assert_int_equal(w->a.todo, SX_ASKER_SEND);
		sx_asker_sent(&w->a, w->now);
		break;
	case PASS:
		pass(w, 0, 0);
		break;
	case COMING:
		pass(w, (size_t)s->arg, 0);
		break;
	case STALLED:
		pass(w, 10, s->arg * MS);
		break;
	case WAIT:
		w->now += s->arg * MS;
		break;
	case DONE:
		sx_asker_done(&w->a, w->now);
		break;
	case OVER:
		sx_asker_over(&w->a, (enum sx_end)s->arg, w->now);
		break;
	case ENDLESS:
		sx_asker_endless(&w->a, w->now);
		break;
	default:
		come(w, s, text, size);
		break;
	}
}

static void
begin(struct world *w, const struct talk *t)
{
	struct sx_request_row row =
	    t->kind == PIECES	? row_of("MT-32 / D-10 / D-110", "patches")
	    : t->kind == VOICES ? row_of("reface DX", "voice")
				: row_of("Machinedrum", "pattern");

	*w = (struct world){ .now = START, .heard = -1 };
	row.most = 0; /* the size of an answer is unknown */
	if (t->kind == UNTOLD)
		row.ask.found = (struct sx_slot_at){ 0 };
	for (size_t i = 0; i < t->targets; i++) {
		sx_request_make(&row, row.slots.count > 0 ? (long)i : -1, -1,
		    &w->targets[i].q);
		if (t->kind == HEX || t->kind == WHO)
			w->targets[i].q.row = (struct sx_request_row){ 0 };
	}
	w->a = (struct sx_asker){
		.targets = w->targets,
		.n = t->targets,
		.answers = t->kind == HEX   ? SX_ANSWERS_ANY
			   : t->kind == WHO ? SX_ANSWERS_WHO
					    : SX_ANSWERS_ROW,
		.retries = t->retries,
		.patience = PATIENCE * MS,
		.going = 1000 * MS,
		.delay = 100 * MS,
		.fresh = t->fresh,
		.deaf = t->deaf,
		.linger = true,
		.remember = 4096,
	};
	sx_asker_begin(&w->a, w->now);
}

static void
run(const struct talk *t)
{
	struct world w;
	char text[128];

	begin(&w, t);
	assert_int_equal(w.a.todo, SX_ASKER_SEND);
	for (const struct step *s = t->steps; s->act != END; s++) {
		text[0] = '\0';
		act(&w, s, text, sizeof(text));
		say_todo(&w, text + strlen(text), sizeof(text) - strlen(text));
		if (s->want != NULL && strcmp(text, s->want) != 0)
			fail_msg("%s, step %d: '%s', not '%s'", t->name,
			    (int)(s - t->steps) + 1, text, s->want);
	}
	assert_int_equal(w.a.todo, SX_ASKER_DONE);
	sx_asker_free(&w.a);
}

static void
run_all(const struct talk *talks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		run(&talks[i]);
}

/* clang-format off */

/* All is settled, and nothing is coming. */
#define THE_END					\
	{ PASS, 0, NULL }, { DONE, 0, "done all" }
/* The wait for an answer and the pause after it are over. */
#define SILENCE					\
	{ SENT, 0, NULL }, { PASS, 0, "cut" },	\
	{ DONE, 0, "listen 100" }

static void
test_answers(void **state)
{
	static const struct talk talks[] = {
	{ "one after the other, with the pause of the unit", SINGLE, 2, 2, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" },
		{ DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" },
		{ DONE, 0, "listen 0" },
		{ PASS, 0, "settle 1 got" },
		{ DONE, 0, "done all" } } },
	{ "before all of the request is through", SINGLE, 1, 2, 0, false, {
		{ ANSWER, 0, "answer 0; send 0" },
		{ SENT, 0, "listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "whichever comes", HEX, 2, 0, 0, false, {
		{ SENT, 0, "listen 2000" },
		{ ANSWER, 5, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 6, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "one that goes on is waited for", HEX, 1, 0, 0, false, {
		{ SENT, 0, "listen 2000" },
		{ COMING, 900, "listen 1000" },
		{ STALLED, 400, "listen 600" },
		{ STALLED, 1000, "cut" },
		{ DAMAGED, 0, "damaged 0; cut" },
		{ DONE, 0, "listen 250" },
		{ PASS, 0, "listen 100" },
		{ PASS, 0, "settle 0 bad" }, { DONE, 0, NULL }, THE_END } },
	};

	(void)state;
	run_all(talks, ARRAY(talks));
}

static void
test_retries(void **state)
{
	static const struct talk talks[] = {
	{ "silence, however often", SINGLE, 2, 1, 0, false, {
		SILENCE, { PASS, 0, "send 0 again 1, silent" },
		SILENCE, { PASS, 0, "settle 0 silent" },
		{ DONE, 0, "send 1" },
		SILENCE, { PASS, 0, "send 1 again 1, silent" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "a wrong checksum, then a good one", SINGLE, 1, 2, 0, false, {
		{ SENT, 0, NULL },
		{ BAD, 0, "bad 0 again; listen 250" },
		{ PASS, 0, "listen 100" },
		{ PASS, 0, "send 0 again 1, damaged" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "a wrong checksum at last", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ BAD, 0, "bad 0; listen 250" },
		{ PASS, 0, NULL },
		{ PASS, 0, "settle 0 bad" }, { DONE, 0, NULL }, THE_END } },
	{ "an odd length, then a good one", SINGLE, 1, 2, 0, false, {
		{ SENT, 0, NULL },
		{ SHORT, 0, "bad 0 again; listen 250" },
		{ PASS, 0, NULL },
		{ PASS, 0, "send 0 again 1, damaged" },
		{ SENT, 0, NULL },
		{ OTHER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "an odd length for good", SINGLE, 1, 1, 0, false, {
		{ SENT, 0, NULL },
		{ SHORT, 0, "bad 0 again; listen 250" },
		{ SHORT, 0, "bad 0 again; listen 250" },
		{ PASS, 0, NULL },
		{ PASS, 0, "send 0 again 1, damaged" },
		{ SENT, 0, NULL },
		{ SHORT, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "odd lengths, and not the same", SINGLE, 1, 1, 0, false, {
		{ SENT, 0, NULL },
		{ SHORT, 0, "bad 0 again; listen 250" },
		{ PASS, 0, NULL }, { PASS, 0, NULL }, { SENT, 0, NULL },
		{ SHORTER, 0, "bad 0; listen 250" },
		{ PASS, 0, NULL },
		{ PASS, 0, "settle 0 bad" }, { DONE, 0, NULL }, THE_END } },
	{ "the rest of a damaged one passes by", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ DAMAGED, 0, "damaged 0; listen 250" },
		{ COMING, 5, "listen 250" },
		{ REST, 0, "rest 0; listen 250" },
		{ PASS, 0, "listen 100" },
		{ REST, 0, "rest 0; listen 100" },
		{ PASS, 0, "settle 0 bad" }, { DONE, 0, NULL }, THE_END } },
	{ "damaged at its own end: broken off", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ UNPLUGGED, 0, "damaged 0; listen 250" },
		{ OVER, SX_END_UNPLUGGED, "settle 0 cut" },
		{ DONE, 0, "settle 0 cut" }, { DONE, 0, "done over" } } },
	{ "a rest of nothing is a stranger", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ REST, 0, "stranger; listen 100" },
		{ DAMAGED, 0, "stranger; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	};

	(void)state;
	run_all(talks, ARRAY(talks));
}

static void
test_late_and_doubled(void **state)
{
	static const struct talk talks[] = {
	{ "an answer to what was given up", SINGLE, 2, 0, 0, false, {
		SILENCE, { PASS, 0, "settle 0 silent" },
		{ DONE, 0, "send 1" }, { SENT, 0, NULL },
		{ ANSWER, 0, "answer 0 late; listen 2000" },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "in the rest of a damaged one: not asked again", SINGLE, 1, 2, 0, false, {
		{ SENT, 0, NULL },
		{ DAMAGED, 0, "damaged 0; listen 250" },
		{ ANSWER, 0, "answer 0 late; listen 250" },
		{ PASS, 0, "listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "in the pause, when none is awaited", SINGLE, 1, 2, 0, false, {
		SILENCE,
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "bad and late, or not of that slot: kept, and counts for neither", SINGLE, 2, 0, 0, false, {
		SILENCE, { PASS, 0, "settle 0 silent" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ BAD, 0, "stranger; listen 2000" },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ BAD, 1, "twice; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "bad, its slot too: not a copy of that slot, which is there", SINGLE, 2, 1, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ BAD_OTHER, 0, "stranger; listen 2000" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1 again 1, silent" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "bad, of this slot: a copy of what is there", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ BAD_OTHER, 0, "bad 0 again; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "twice the same, and twice not the same", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ ANSWER, 0, "twice; listen 100" },
		{ OTHER, 0, "stranger 0; listen 100" },
		{ OTHER, 0, "twice; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "before it was asked for: kept, then asked for", SINGLE, 2, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 1, "stranger 1; listen 2000" },
		{ ANSWER, 1, "twice; listen 2000" },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, NULL }, { DONE, 0, "send 1" }, { SENT, 0, NULL },
		{ ANSWER, 1, "answer 1 known; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "before it was asked for, and then another", SINGLE, 2, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 1, "stranger 1; listen 2000" },
		{ ANSWER, 0, NULL }, { PASS, 0, NULL },
		{ DONE, 0, "send 1" }, { SENT, 0, NULL },
		{ OTHER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "what began too early proves nothing", SINGLE, 1, 0, 0, true, {
		{ SENT, 0, NULL },
		{ OLD, 0, "stranger; listen 2000" },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	};

	(void)state;
	run_all(talks, ARRAY(talks));
}

static void
test_echoes_and_strangers(void **state)
{
	static const struct talk talks[] = {
	{ "the request itself", SINGLE, 1, 0, 0, false, {
		{ ECHO, 0, "echo; send 0" },
		{ SENT, 0, NULL },
		{ ECHO, 0, "echo; listen 2000" },
		{ ALIKE, 0, "stranger; listen 2000" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "settle 0 silent" }, { DONE, 0, NULL }, THE_END } },
	{ "another slot, and a wrong checksum of one not known", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ STRANGER, 0, "stranger; listen 2000" },
		{ STRANGER, 0, "twice; listen 2000" },
		{ BAD, 3, "stranger; listen 2000" },
		{ BAD, 3, "stranger; listen 2000" },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "another unit", PIECES, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ BAD_UNIT, 0, "stranger unit; listen 2000" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "settle 0 silent" }, { DONE, 0, NULL }, THE_END } },
	{ "somebody's dump at the end is taken to its end", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL }, { ANSWER, 0, NULL }, { PASS, 0, NULL },
		{ DONE, 0, "listen 0" },
		{ COMING, 99, "listen 1000" },
		{ COMING, 99, "listen 1000" },
		{ STRANGER, 0, "stranger; listen 0" },
		THE_END } },
	{ "... or until it goes no further", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL }, { ANSWER, 0, NULL }, { PASS, 0, NULL },
		{ DONE, 0, "listen 0" },
		{ COMING, 99, "listen 1000" },
		{ STALLED, 1000, "cut" },
		{ DAMAGED, 0, "stranger; cut" },
		{ DONE, 0, "settle 0 got" },
		{ DONE, 0, "done all" } } },
	};

	(void)state;
	run_all(talks, ARRAY(talks));
}

static void
test_pieces(void **state)
{
	static const struct talk talks[] = {
	{ "in several messages", PIECES, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ PIECE_IS, 0, "piece 0; listen 2000" },
		{ PIECE_IS, 1, "piece 0; listen 2000" },
		{ STRANGER, 0, "stranger; listen 2000" },
		{ PIECE_IS, 2, "piece 0; listen 2000" },
		{ PIECE_IS, 3, "answer 0 pieces; listen 100" },
		{ PIECE_IS, 2, "twice; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "one is lost: asked again", PIECES, 1, 1, 0, false, {
		{ SENT, 0, NULL },
		{ PIECE_IS, 0, "piece 0; listen 2000" },
		{ WAIT, 1900, "listen 100" },
		{ PIECE_IS, 2, "piece 0; listen 1000" },
		{ PIECE_IS, 3, "piece 0; listen 1000" },
		{ PASS, 0, "cut" },
		{ DONE, 0, "give up" },
		{ DONE, 0, "listen 100" },
		{ PASS, 0, "send 0 again 1, damaged" },
		{ SENT, 0, NULL },
		{ PIECE_IS, 0, NULL }, { PIECE_IS, 1, NULL },
		{ PIECE_IS, 2, NULL },
		{ PIECE_IS, 3, "answer 0 pieces; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "one comes twice: not taken for whole", PIECES, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ PIECE_IS, 0, "piece 0; listen 2000" },
		{ PIECE_IS, 0, "piece 0; listen 2000" },
		{ PIECE_IS, 1, NULL }, { PIECE_IS, 2, NULL },
		{ PIECE_IS, 3, "piece 0; listen 2000" },
		{ PASS, 0, "cut" }, { DONE, 0, "give up" },
		{ DONE, 0, "listen 100" },
		{ PASS, 0, "settle 0 bad" }, { DONE, 0, NULL }, THE_END } },
	{ "a wrong checksum in one of them", PIECES, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ PIECE_IS, 0, NULL },
		{ BAD_PIECE, 1, "piece 0; listen 2000" },
		{ PIECE_IS, 2, NULL },
		{ PIECE_IS, 3, "bad 0 pieces; listen 250" },
		{ PASS, 0, NULL },
		{ PASS, 0, "settle 0 bad" }, { DONE, 0, NULL }, THE_END } },
	{ "one is damaged", PIECES, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ PIECE_IS, 0, "piece 0; listen 2000" },
		{ DAMAGED, 0, "damaged 0; listen 250" },
		{ PASS, 0, "give up" },
		{ DONE, 0, "listen 100" },
		{ PASS, 0, "settle 0 bad" }, { DONE, 0, NULL }, THE_END } },
	{ "one that comes in the pause", PIECES, 1, 0, 0, false, {
		SILENCE,
		{ PIECE_IS, 0, "piece 0; listen 100" },
		{ PASS, 0, "give up" },
		{ DONE, 0, "settle 0 bad" }, { DONE, 0, NULL }, THE_END } },
	{ "broken off", PIECES, 1, 5, 0, false, {
		{ SENT, 0, NULL },
		{ PIECE_IS, 0, NULL },
		{ OVER, SX_END_INPUT, "give up" },
		{ DONE, 0, "settle 0 cut" },
		{ DONE, 0, "settle 0 cut" },
		{ DONE, 0, "done over" } } },
	};

	(void)state;
	run_all(talks, ARRAY(talks));
}

/* Only the order shows which slot an answer is from. */
static const struct talk untold[] = {
	{ "each comes twice: not taken for the next", UNTOLD, 3, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "twice; listen 250" },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, "send 2" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "twice; listen 250" },
		{ ANSWER, 2, "answer 2; listen 100" },
		{ PASS, 0, "settle 2 got" }, { DONE, 0, NULL }, THE_END } },
	{ "late, and to the second request as well", UNTOLD, 2, 1, 0, false, {
		SILENCE,
		{ PASS, 0, "send 0 again 1, silent" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "twice; listen 2000" },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "only when the next is requested: kept, but not for that", UNTOLD, 2, 0, 0, false, {
		SILENCE,
		{ PASS, 0, "settle 0 silent" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "stranger; listen 2000" },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "nothing for the first, and no more than one for the next", UNTOLD, 2, 0, 0, false, {
		SILENCE,
		{ PASS, 0, "settle 0 silent" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "stranger; listen 2000" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "the same in two slots: once more, to be sure", UNTOLD, 2, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "twice; listen 250" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "one comes twice, the next after the second request for it", UNTOLD, 3, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "twice; listen 250" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, "send 2" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "twice; listen 250" },
		{ ANSWER, 2, "answer 2; listen 100" },
		{ PASS, 0, "settle 2 got" }, { DONE, 0, NULL }, THE_END } },
	{ "one comes twice, the next just before the second request", UNTOLD, 2, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "twice; listen 250" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "a bank of equal ones: each twice, and each kept", UNTOLD, 4, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "twice; listen 250" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, "send 2" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "twice; listen 250" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 2" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 2; listen 100" },
		{ PASS, 0, "settle 2 got" }, { DONE, 0, "send 3" },
		{ SENT, 0, NULL },
		{ ANSWER, 3, "answer 3; listen 100" },
		{ PASS, 0, "settle 3 got" }, { DONE, 0, NULL }, THE_END } },
	{ "all answers to one that was given up: none is the next one's", UNTOLD, 2, 1, 0, false, {
		SILENCE, { PASS, 0, "send 0 again 1, silent" },
		SILENCE, { PASS, 0, "settle 0 silent" },
		{ DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "stranger; listen 2250" },
		{ WAIT, 2100, NULL },
		{ ANSWER, 0, "twice; listen 1000" },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "one of two requests ago, once more", UNTOLD, 3, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, "send 2" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "twice; listen 250" },
		{ ANSWER, 2, "answer 2; listen 100" },
		{ PASS, 0, "settle 2 got" }, { DONE, 0, NULL }, THE_END } },
	{ "a second request gets another: a third decides", UNTOLD, 2, 0, 0, false, {
		SILENCE, { PASS, 0, "settle 0 silent" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "stranger; listen 2000" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "stranger; listen 2000" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "answers to two that were given up", UNTOLD, 3, 0, 0, false, {
		SILENCE, { PASS, 0, "settle 0 silent" }, { DONE, 0, "send 1" },
		SILENCE, { PASS, 0, "settle 1 silent" }, { DONE, 0, "send 2" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "stranger; listen 2250" },
		{ ANSWER, 1, "stranger; listen 2000" },
		{ ANSWER, 2, "answer 2; listen 100" },
		{ PASS, 0, "settle 2 got" }, { DONE, 0, NULL }, THE_END } },
	{ "the only copy of one given up, if bad: kept", UNTOLD, 2, 0, 0, false, {
		SILENCE, { PASS, 0, "settle 0 silent" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ BAD, 0, "stranger; listen 2000" },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "the same if damaged", UNTOLD, 2, 0, 0, false, {
		SILENCE, { PASS, 0, "settle 0 silent" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ DAMAGED, 0, "stranger; listen 2250" },
		{ ANSWER, 1, "stranger; listen 2000" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "the same if its end is missing", VOICES, 2, 0, 0, false, {
		SILENCE, { PASS, 0, "settle 0 silent" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ VOICE_IS, 0, "piece 1; listen 2000" },
		{ VOICE_IS, 1, "piece 1; listen 2000" },
		{ PASS, 0, "cut" },
		{ DONE, 0, "give up of another" },
		{ DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ VOICE_IS, 0, "piece 1; listen 2000" },
		{ VOICE_IS, 2, "stranger pieces; listen 2250" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ VOICE_IS, 0, "piece 1; listen 2000" },
		{ VOICE_IS, 2, "answer 1 pieces; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
};

static void
test_untold(void **state)
{
	static const struct talk others[] = {
	{ "bad after a damaged one: not a copy of another", UNTOLD, 2, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ DAMAGED, 1, "damaged 1; listen 250" },
		{ BAD, 1, "bad 1 again; listen 250" },
		{ PASS, 0, "listen 100" },
		{ PASS, 0, "settle 1 bad" }, { DONE, 0, NULL }, THE_END } },
	{ "the last one late: not another's", UNTOLD, 2, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		SILENCE, { PASS, 0, "settle 1 silent" },
		{ DONE, 0, "listen 0" },
		{ ANSWER, 1, "answer 1 late; listen 0" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, "done all" } } },
	{ "where slots are told, equal bytes are never another's", SINGLE, 2, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 0, "twice; listen 2000" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "settle 1 silent" }, { DONE, 0, NULL }, THE_END } },
	};

	(void)state;
	run_all(untold, ARRAY(untold));
	run_all(others, ARRAY(others));
}

/* The same where the format is unknown. */
static void
test_any(void **state)
{
	static const struct talk talks[] = {
	{ "a copy and the next are one dump: kept, and once more", HEX, 2, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ BOTH, 1, "stranger; listen 250" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "one that begins like the one before, each time", HEX, 2, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ BOTH, 1, "stranger; listen 250" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "send 1" },
		{ SENT, 0, NULL },
		{ BOTH, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "the next has begun behind a copy: it may pause", HEX, 2, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, "send 1" },
		{ SENT, 0, NULL },
		{ WAIT, 1900, NULL },
		{ ANSWER, 0, "twice; listen 250" },
		{ STALLED, 100, "listen 900" },
		{ STALLED, 900, "listen 100" },
		{ ANSWER, 1, "answer 1; listen 100" },
		{ PASS, 0, "settle 1 got" }, { DONE, 0, NULL }, THE_END } },
	{ "to one request, whatever it is", HEX, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ ANSWER, 0, "answer 0; listen 100" },
		{ OTHER, 0, "stranger; listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	};
	struct talk hex;

	(void)state;
	for (size_t i = 0; i < ARRAY(untold); i++) {
		hex = untold[i];
		hex.kind = HEX;
		if (untold[i].kind == UNTOLD)
			run(&hex);
	}
	run_all(talks, ARRAY(talks));
}

static void
test_ends(void **state)
{
	static const struct talk talks[] = {
	{ "deaf: two are enough", SINGLE, 4, 0, 2, false, {
		SILENCE, { PASS, 0, "settle 0 silent" }, { DONE, 0, "send 1" },
		SILENCE, { PASS, 0, "settle 1 silent" },
		{ DONE, 0, "listen 0" }, { PASS, 0, NULL },
		{ DONE, 0, "done deaf" } } },
	{ "not deaf if anything ever came", SINGLE, 3, 0, 2, false, {
		{ ECHO, 0, NULL },
		SILENCE, { PASS, 0, NULL }, { DONE, 0, "send 1" },
		SILENCE, { PASS, 0, NULL }, { DONE, 0, "send 2" },
		SILENCE, { PASS, 0, NULL }, { DONE, 0, NULL }, THE_END } },
	{ "never so, if that is how it is wanted", SINGLE, 3, 0, 0, false, {
		SILENCE, { PASS, 0, NULL }, { DONE, 0, "send 1" },
		SILENCE, { PASS, 0, NULL }, { DONE, 0, "send 2" },
		SILENCE, { PASS, 0, NULL }, { DONE, 0, NULL }, THE_END } },
	{ "a signal: what came is cut", PIECES, 1, 5, 0, false, {
		{ SENT, 0, NULL },
		{ PIECE_IS, 0, NULL },
		{ OVER, SX_END_INTERRUPTED, "cut interrupted" },
		{ DAMAGED, 0, "damaged 0; cut interrupted" },
		{ DONE, 0, "give up" },
		{ DONE, 0, "settle 0 cut" },
		{ DONE, 0, "settle 0 cut" },
		{ DONE, 0, "done over" } } },
	{ "a signal while it is sent", SINGLE, 2, 5, 0, false, {
		{ OVER, SX_END_INTERRUPTED, "cut interrupted" },
		{ DONE, 0, "settle 0 cut" },
		{ DONE, 0, "settle 0 cut" },
		{ DONE, 0, "done over" } } },
	{ "the end after all", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL }, { ANSWER, 0, NULL }, { PASS, 0, NULL },
		{ DONE, 0, "listen 0" },
		{ OVER, SX_END_INTERRUPTED, "cut interrupted" },
		{ DONE, 0, "settle 0 got" },
		{ DONE, 0, "done over" } } },
	{ "messages without a pause", HEX, 2, 3, 0, true, {
		{ SENT, 0, NULL },
		{ OLD, 1, "stranger; listen 2000" },
		{ WAIT, 301999, NULL },
		{ OLD, 2, "stranger; listen 1000" },
		{ WAIT, 1, NULL },
		{ OLD, 3, "stranger; cut" },
		{ DONE, 0, "settle 0 silent" },
		{ DONE, 0, "cut" },
		{ DONE, 0, "settle 0 silent" },
		{ DONE, 0, "done flood" } } },
	{ "an answer that goes on for too long", HEX, 1, 3, 0, false, {
		{ SENT, 0, NULL },
		{ WAIT, 302000, NULL },
		{ COMING, 70, "cut" },
		{ DONE, 0, "settle 0 silent" },
		{ DONE, 0, "cut" },
		{ DONE, 0, "settle 0 silent" },
		{ DONE, 0, "done flood" } } },
	{ "a message that does not end", SINGLE, 2, 3, 0, false, {
		{ SENT, 0, NULL },
		{ ENDLESS, 0, "cut" },
		{ DONE, 0, "settle 0 silent" },
		{ DONE, 0, "cut" },
		{ DONE, 0, "settle 0 silent" },
		{ DONE, 0, "done endless" } } },
	{ "... in the rest of a bad one, and in the pause", PIECES, 1, 3, 0, false, {
		{ SENT, 0, NULL },
		{ PIECE_IS, 0, NULL },
		{ DAMAGED, 0, "damaged 0; listen 250" },
		{ ENDLESS, 0, "give up" },
		{ DONE, 0, "settle 0 bad" },
		{ DONE, 0, "cut" },
		{ DONE, 0, "settle 0 bad" },
		{ DONE, 0, "done endless" } } },
	{ "... in the pause", PIECES, 1, 3, 0, false, {
		SILENCE,
		{ PIECE_IS, 0, "piece 0; listen 100" },
		{ ENDLESS, 0, "give up" },
		{ DONE, 0, "settle 0 bad" },
		{ DONE, 0, "cut" },
		{ DONE, 0, "settle 0 bad" },
		{ DONE, 0, "done endless" } } },
	{ "... in the pause, with nothing to give up", SINGLE, 1, 3, 0, false, {
		SILENCE,
		{ ENDLESS, 0, "settle 0 silent" },
		{ DONE, 0, "cut" }, { DONE, 0, NULL },
		{ DONE, 0, "done endless" } } },
	{ "... when all is over", SINGLE, 1, 3, 0, false, {
		{ SENT, 0, NULL }, { ANSWER, 0, NULL }, { PASS, 0, NULL },
		{ DONE, 0, "listen 0" },
		{ ENDLESS, 0, "cut" }, { DONE, 0, "settle 0 got" },
		{ DONE, 0, "done endless" } } },
	{ "the port is gone when all is over", SINGLE, 1, 3, 0, false, {
		{ SENT, 0, NULL }, { ANSWER, 0, NULL }, { PASS, 0, NULL },
		{ DONE, 0, "listen 0" },
		{ OVER, SX_END_UNPLUGGED, "settle 0 got" },
		{ DONE, 0, "done over" } } },
	{ "a rest that never ends", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ DAMAGED, 0, "damaged 0; listen 250" },
		{ WAIT, 9999, NULL },
		{ COMING, 5, "listen 250" },
		{ WAIT, 1, NULL },
		{ COMING, 5, "listen 100" },
		{ PASS, 0, "settle 0 bad" }, { DONE, 0, NULL }, THE_END } },
	{ "somebody's dump at the end that never ends", SINGLE, 1, 0, 0, false, {
		{ SENT, 0, NULL }, { ANSWER, 0, NULL }, { PASS, 0, NULL },
		{ DONE, 0, "listen 0" },
		{ WAIT, 299999, NULL },
		{ COMING, 5, "listen 1000" },
		{ WAIT, 1, NULL },
		{ COMING, 5, "cut" },
		{ DONE, 0, "settle 0 got" },
		{ DONE, 0, "done all" } } },
	{ "... while the next request is sent", SINGLE, 2, 3, 0, false, {
		{ ENDLESS, 0, "send 0" },
		{ SENT, 0, "cut" },
		{ DONE, 0, "settle 0 silent" },
		{ DONE, 0, "cut" },
		{ DONE, 0, "settle 0 silent" },
		{ DONE, 0, "done endless" } } },
	};

	(void)state;
	run_all(talks, ARRAY(talks));
}

static void
test_who_is_there(void **state)
{
	static const struct talk talks[] = {
	{ "all that answer, until nobody does", WHO, 1, 0, 0, false, {
		{ SENT, 0, "listen 2000" },
		{ WAIT, 500, NULL },
		{ WHO_IS, 1, "answer 0; listen 2000" },
		{ STRANGER, 0, "stranger; listen 2000" },
		{ DAMAGED, 0, "stranger; listen 2000" },
		{ WAIT, 500, "listen 1500" },
		{ STRANGER, 1, "stranger; listen 1500" },
		{ WHO_IS, 2, "answer 0; listen 2000" },
		{ WHO_IS, 2, "answer 0 known; listen 2000" },
		{ PASS, 0, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "settle 0 got" }, { DONE, 0, NULL }, THE_END } },
	{ "a reply that has begun is waited for, a dump is not", WHO, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ COMING, 5, "listen 1000" },
		{ COMING, 65, "cut" }, { DONE, 0, "listen 100" },
		{ PASS, 0, "settle 0 silent" }, { DONE, 0, NULL }, THE_END } },
	{ "messages without a pause", WHO, 1, 0, 0, false, {
		{ SENT, 0, NULL },
		{ WAIT, 12000, NULL },
		{ STRANGER, 0, "stranger; cut" },
		{ DONE, 0, "settle 0 silent" },
		{ DONE, 0, "cut" }, { DONE, 0, NULL },
		{ DONE, 0, "done flood" } } },
	};

	(void)state;
	run_all(talks, ARRAY(talks));
}

/* clang-format on */

static void
test_targets_that_are_there_are_passed_over(void **state)
{
	const struct talk t = { .kind = SINGLE, .targets = 3 };
	struct world w;

	(void)state;
	begin(&w, &t);
	sx_asker_free(&w.a);
	w.targets[0].asked = false;
	w.targets[0].state = SX_TARGET_THERE;
	w.targets[2].state = SX_TARGET_THERE;
	sx_asker_begin(&w.a, w.now);
	assert_int_equal(w.a.at, 1);
	assert_memory_equal(w.a.wire, w.targets[1].q.msg, w.targets[1].q.len);
	assert_int_equal(w.a.len, w.targets[1].q.len);
	assert_false(w.targets[0].asked);
	assert_int_equal(sx_asker_count(&w.a, SX_TARGET_THERE), 2);
	sx_asker_free(&w.a);
	w.targets[1].state = SX_TARGET_THERE;
	sx_asker_begin(&w.a, w.now);
	assert_int_equal(w.a.todo, SX_ASKER_LISTEN);
	sx_asker_free(&w.a);
}

/* No pause where none is needed; no final wait where none is wanted, after an
 * answer or a flood. */
static void
test_no_pause_and_no_tail(void **state)
{
	const struct talk t = { .kind = HEX, .targets = 1 };
	const struct step answer = { ANSWER, 0, NULL };
	char text[128];
	struct world w;

	(void)state;
	for (int flood = 0; flood < 2; flood++) {
		begin(&w, &t);
		w.a.delay = 0;
		w.a.linger = false;
		sx_asker_sent(&w.a, w.now);
		if (flood) {
			sx_asker_endless(&w.a, w.now);
			assert_int_equal(w.a.todo, SX_ASKER_CUT);
			sx_asker_done(&w.a, w.now);
		} else {
			come(&w, &answer, text, sizeof(text));
		}
		for (int i = 0; i < 2; i++) {
			assert_int_equal(w.a.todo, SX_ASKER_SETTLE);
			sx_asker_done(&w.a, w.now);
		}
		assert_int_equal(w.a.todo, SX_ASKER_DONE);
		assert_int_equal(
		    w.a.why, flood ? SX_ASKER_ENDLESS : SX_ASKER_ALL);
		sx_asker_free(&w.a);
	}
}

/* Whole answers are kept in memory to recognize exact duplicates; unrequested
 * messages only up to a limit. */
static void
test_what_is_held(void **state)
{
	const struct talk t = { .kind = PIECES, .targets = 1 };
	const struct step stranger = { STRANGER, 0, NULL };
	struct step piece = { PIECE_IS, 0, NULL };
	uint8_t bytes[MESSAGE];
	char text[128];
	struct world w;
	size_t n = 0;

	(void)state;
	begin(&w, &t);
	w.a.remember = 40;
	sx_asker_sent(&w.a, w.now);
	come(&w, &stranger, text, sizeof(text));
	come(&w, &stranger, text, sizeof(text));
	assert_string_equal(text, "twice; ");
	for (piece.arg = 0; piece.arg < 4; piece.arg++)
		come(&w, &piece, text, sizeof(text));
	for (int i = 0; i < 4; i++) {
		size_t len = put_piece(bytes, i, 0x10);

		assert_memory_equal(w.targets[0].bytes + n, bytes, len);
		n += len;
	}
	assert_int_equal(w.targets[0].n, n);
	come(&w, &(struct step){ STRANGER, 1, NULL }, text, sizeof(text));
	come(&w, &(struct step){ STRANGER, 1, NULL }, text, sizeof(text));
	assert_string_equal(text, "stranger; ");
	assert_int_equal(w.a.strangers, 3);
	assert_int_equal(w.a.doubled, 1);
	sx_asker_free(&w.a);
	assert_null(w.targets[0].bytes);
}

/* The longest known answer extends the wait: an interface may hold it until it
 * is complete. */
static void
test_time_by_the_size_of_the_answer(void **state)
{
	const struct talk t = { .kind = HEX, .targets = 1 };
	static const struct {
		size_t most;
		int64_t ms;
	} rows[] = { { 0, PATIENCE }, { 3125, PATIENCE + 1000 },
		{ 1 << 20, PATIENCE + 3000 } };
	struct world w;

	(void)state;
	for (size_t i = 0; i < ARRAY(rows); i++) {
		begin(&w, &t);
		w.targets[0].most = rows[i].most;
		sx_asker_sent(&w.a, w.now);
		assert_int_equal(w.a.deadline - w.now, rows[i].ms * MS);
		sx_asker_free(&w.a);
	}
	/* The size in the row takes precedence, and four times as long is too
	 * long. */
	begin(&w, &(struct talk){ .kind = SINGLE, .targets = 1 });
	w.targets[0].q.row.most = 3125;
	w.targets[0].most = 1 << 20;
	sx_asker_sent(&w.a, w.now);
	assert_int_equal(w.a.deadline - w.now, 3000 * MS);
	w.now += (PATIENCE + 14000) * MS - 1;
	sx_asker_passed(&w.a, w.now, 5, w.now);
	assert_int_equal(w.a.todo, SX_ASKER_LISTEN);
	w.now = w.a.deadline;
	sx_asker_passed(&w.a, w.now, 5, w.now);
	assert_int_equal(w.a.todo, SX_ASKER_CUT);
	assert_int_equal(w.a.why, SX_ASKER_FLOOD);
	sx_asker_free(&w.a);
}

/* The pause is the user's, or that of the row, or unknown. */
static void
test_pause(void **state)
{
	const struct step answer = { ANSWER, 0, NULL };
	const struct talk single = { .kind = SINGLE, .targets = 1 };
	const struct talk hex = { .kind = HEX, .targets = 1 };
	char text[128];
	struct world w;

	(void)state;
	for (int i = 0; i < 2; i++) {
		begin(&w, i == 0 ? &single : &hex);
		w.targets[0].q.row.delay_ms = i == 0 ? 70 : 0;
		w.a.delay = -1;
		sx_asker_sent(&w.a, w.now);
		come(&w, &answer, text, sizeof(text));
		if (i == 0)
			assert_int_equal(w.a.deadline - w.now, 70 * MS);
		assert_int_equal(
		    w.a.todo, i == 0 ? SX_ASKER_LISTEN : SX_ASKER_SETTLE);
		sx_asker_free(&w.a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_retries),
		cmocka_unit_test(test_late_and_doubled),
		cmocka_unit_test(test_echoes_and_strangers),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_untold),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_who_is_there),
		cmocka_unit_test(test_targets_that_are_there_are_passed_over),
		cmocka_unit_test(test_no_pause_and_no_tail),
		cmocka_unit_test(test_what_is_held),
		cmocka_unit_test(test_time_by_the_size_of_the_answer),
		cmocka_unit_test(test_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
