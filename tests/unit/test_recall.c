/* SPDX-License-Identifier: ISC */
/* The logic of recall, without ports or a clock: a wire takes a byte every 320
 * us. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/recall_machine.h"

#define BYTE_US 320
#define OUTPUTS 2
#define MS(n)	((int64_t)(n)*1000)

/* Dumps that a map names by their letters. */
struct dump {
	struct sx_recall_message messages[3];
	struct sx_recall_dump dump;
	uint8_t data[3][4096];
};

struct bench {
	struct dump dumps[4]; /* "a" to "d" */
	struct sx_recall_set set;
	struct sx_recall_machine *m;
	struct sx_framer framer;
	int64_t now;
	uint8_t out[OUTPUTS][1 << 20]; /* bytes that left */
	size_t n[OUTPUTS];
	char told[4096]; /* events */
	uint64_t in;	 /* bytes from the framer */
};

static struct bench b;

/* One message of a dump: SysEx of n bytes with this mark, or a controller. */
static void
make_message(struct dump *d, size_t n, uint8_t mark, int64_t delay)
{
	const size_t i = d->dump.nmessages++;
	uint8_t *data = d->data[i];

	memset(data, mark, n);
	data[0] = 0xf0;
	data[1] = 0x7d;
	data[n - 1] = 0xf7;
	if (n == 3)
		memcpy(data, (uint8_t[]){ 0xbf, 20, mark }, 3);
	d->messages[i] = (struct sx_recall_message){ .data = data,
		.len = n,
		.rate = 3125,
		.delay = n == 3 ? 0 : delay,
		.sysex = n != 3 };
	d->dump.messages = d->messages;
	d->dump.bytes += n;
	d->dump.stores = d->dump.stores || n != 3;
}

static void
make_dumps(void)
{
	static const char *const paths[] = { "a", "b", "c", "d" };

	for (size_t i = 0; i < 4; i++) {
		b.dumps[i] = (struct dump){ .dump.nmessages = 0 };
		b.dumps[i].dump.path = (char *)(uintptr_t)paths[i];
	}
	make_message(&b.dumps[0], 300, 0x11, MS(60));
	make_message(&b.dumps[1], 1900, 0x22, MS(60));
	make_message(&b.dumps[2], 100, 0x33, MS(60));
	make_message(&b.dumps[2], 100, 0x34, MS(60));
	make_message(&b.dumps[2], 3, 0x35, 0);
	make_message(&b.dumps[3], 3, 0x44, 0);
}

/* Begin with a map whose lines name dumps; "2" is the second output. */
static void
begin(const char *map, struct sx_recall_options o)
{
	static const unsigned rates[OUTPUTS] = { 3125, 3125 };
	struct sx_err e = { 0 };
	struct sx_recall_set *s = &b.set;
	int rc;

	b.now = 1000000;
	b.n[0] = b.n[1] = 0;
	b.told[0] = '\0';
	b.in = 0;
	make_dumps();
	assert_int_equal(sx_recall_map_memory(&s->map, "map", map, &e), 0);
	while ((rc = sx_recall_map_next(&s->map, &e)) == 1)
		continue;
	if (rc == -1)
		fail_msg("%s", e.msg);
	s->targets = calloc(s->map.nlines, sizeof(*s->targets));
	s->dumps = calloc(4, sizeof(*s->dumps));
	s->ndumps = 4;
	assert_true(s->targets != NULL && s->dumps != NULL);
	for (size_t i = 0; i < 4; i++)
		s->dumps[i] = &b.dumps[i].dump;
	for (size_t i = 0; i < s->map.nlines; i++) {
		const struct sx_recall_line *l = &s->map.lines[i];

		s->targets[i].output = l->to != NULL;
		s->targets[i].dumps = calloc(128, sizeof(void *));
		assert_non_null(s->targets[i].dumps);
		for (size_t k = 0; k < 128; k++)
			s->targets[i].dumps[k] =
			    &b.dumps[l->value[0] - 'a'].dump;
	}
	o.set = s;
	o.noutputs = OUTPUTS;
	o.rates = rates;
	b.m = sx_recall_machine_new(&o, &e);
	assert_non_null(b.m);
	sx_framer_init(&b.framer);
}

static void
end(void)
{
	sx_recall_machine_free(b.m);
	for (size_t i = 0; i < b.set.map.nlines; i++)
		free(b.set.targets[i].dumps);
	free(b.set.targets);
	free(b.set.dumps);
	sx_recall_map_free(&b.set.map);
	b.set = (struct sx_recall_set){ 0 };
}

/* Events as words: "sent a 300", "superseded b", ... */
static void
tell(void)
{
	struct sx_recall_event ev;
	size_t n = strlen(b.told);

	while (sx_recall_machine_event(b.m, &ev)) {
		const char *sep = n > 0 ? ", " : "";
		const size_t room = sizeof(b.told) - n;

		switch (ev.type) {
		case SX_RECALL_TRIGGER:
			n += (size_t)snprintf(b.told + n, room, "%s%s %s", sep,
			    sx_recall_outcome_text(ev.outcome), ev.dump->path);
			break;
		case SX_RECALL_NO_LINE:
			n += (size_t)snprintf(b.told + n, room,
			    "%sno line %d:%d %d on %d", sep,
			    ev.trigger.bank >> 7, ev.trigger.bank & 127,
			    ev.trigger.number, ev.trigger.channel);
			break;
		case SX_RECALL_ECHO:
			n += (size_t)snprintf(b.told + n, room, "%secho", sep);
			break;
		case SX_RECALL_WEARS:
			n += (size_t)snprintf(b.told + n, room, "%swears", sep);
			break;
		}
		/* Long runs check counts instead. */
		if (n > sizeof(b.told) / 2)
			n = 0;
	}
}

/* Let time pass until t; each output takes a byte at a time. */
static void
run_until(int64_t t)
{
	struct sx_recall_chunk chunk;

	for (; b.now < t; b.now += BYTE_US) {
		for (size_t i = 0; i < OUTPUTS; i++) {
			sx_recall_machine_next(b.m, i, b.now, &chunk);
			if (chunk.len > 0) {
				assert_true(b.n[i] < sizeof(b.out[i]));
				b.out[i][b.n[i]++] = chunk.data[0];
				sx_recall_machine_sent(b.m, i, 1, b.now);
			}
			tell();
		}
	}
}

static void
run_ms(int64_t ms)
{
	run_until(b.now + MS(ms));
}

/* Feed bytes, all at once. */
static void
feed(const uint8_t *data, size_t n)
{
	struct sx_err e = { 0 };
	struct sx_span span;
	size_t at = 0;

	while (at < n) {
		at += sx_framer_feed(&b.framer, data + at, n - at, &span);
		b.in += span.len;
		assert_int_equal(
		    sx_recall_machine_take(b.m, &span, b.now, &e), 0);
		tell();
	}
}
#define FEED(...)                              \
	feed((const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void
lose_input(void)
{
	struct sx_err e = { 0 };
	struct sx_span span;

	sx_framer_cut(&b.framer, SX_END_UNPLUGGED, &span);
	b.in += span.len;
	assert_int_equal(sx_recall_machine_take(b.m, &span, b.now, &e), 0);
	assert_int_equal(sx_recall_machine_input_lost(b.m, b.now, &e), 0);
	tell();
}

/* Run until everything has been sent. */
static void
run_out(void)
{
	run_ms(1000); /* a trigger may have to settle */
	for (int i = 0; !sx_recall_machine_idle(b.m); i++) {
		assert_true(i < 10000);
		run_ms(100);
	}
	run_ms(2000);
}

/* Check the bytes that left output i from byte `from` on. */
static void
left(size_t i, size_t from, const uint8_t *want, size_t n)
{
	assert_int_equal(b.n[i] - from, n);
	if (n > 0)
		assert_memory_equal(b.out[i] + from, want, n);
}
#define LEFT(i, from, ...)                              \
	left(i, from, (const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ }))

/* Check that each received byte is accounted for. */
static void
all_bytes(void)
{
	const struct sx_recall_counts *c = sx_recall_machine_counts(b.m);

	assert_int_equal(b.in, c->passed + c->swallowed + c->late_bytes +
				   c->sensing + c->realtime + c->crowded +
				   c->not_thru + c->torn + c->echoed +
				   c->overflowed + c->unplugged + c->waiting);
}

/* Check that each trigger has an outcome. */
static void
all_triggers(void)
{
	const struct sx_recall_counts *c = sx_recall_machine_counts(b.m);

	assert_int_equal(c->triggers, c->sent + c->superseded + c->repeats +
					  c->no_port + c->unheeded + c->unsent);
}

static void
done(const char *told)
{
	assert_string_equal(b.told, told);
	all_bytes();
	all_triggers();
	end();
}

static const struct sx_recall_options plain = { .thru = SX_THRU_ALL };

/* ---- Triggers ---- */

#define MAP                                                              \
	"[recall]\ncount-from = 1\n"                                     \
	"note 36 on 15 = a\nnote 37 on 15 = b\nnote 38 on 15 = c pass\n" \
	"bank 1:0 program 3 on 16 = b\nprogram 3 on 16 = a\n"            \
	"cc 20 64-127 on 15 = d\ncc 0 5 on 15 = d\nnote 40 on 15 = c to 2\n"

static const struct {
	const char *name;
	uint8_t in[12];
	size_t n;
	const char *told;
	uint8_t passed[12];
	size_t npassed; /* except the dump */
	size_t dump;	/* bytes on the first output */
	bool after;	/* the trigger passes after the dump */
} triggers[] = {
	{ "a note", { 0x9e, 36, 100 }, 3, "sent a", { 0 }, 0, 300, false },
	{ "its off goes, too", { 0x9e, 36, 100, 0x8e, 36, 0 }, 6, "sent a",
	    { 0 }, 0, 300, false },
	{ "velocity 0", { 0x9e, 36, 100, 36, 0 }, 5, "sent a", { 0 }, 0, 300,
	    false },
	{ "an off alone passes", { 0x9e, 36, 0 }, 3, "", { 0x9e, 36, 0 }, 3, 0,
	    false },
	{ "another channel", { 0x9d, 36, 100 }, 3, "", { 0x9d, 36, 100 }, 3, 0,
	    false },
	{ "one that passes", { 0x9e, 38, 1, 0x8e, 38, 0 }, 6, "sent c",
	    { 0x9e, 38, 1, 0x8e, 38, 0 }, 6, 203, false },
	{ "a program", { 0xcf, 2 }, 2, "sent a", { 0 }, 0, 300, false },
	{ "in its bank", { 0xbf, 0, 1, 0xcf, 2 }, 5, "sent b", { 0xbf, 0, 1 },
	    3, 1900, false },
	{ "in another", { 0xbf, 0, 1, 32, 1, 0xcf, 2 }, 7, "sent a",
	    { 0xbf, 0, 1, 0xbf, 32, 1 }, 6, 300, false },
	{ "no line", { 0xcf, 9, 0xcf, 9 }, 4, "no line 0:0 9 on 16",
	    { 0xcf, 9, 0xcf, 9 }, 4, 0, false },
	{ "a controller", { 0xbe, 20, 64, 20, 63 }, 5, "sent d",
	    { 0xbe, 20, 63 }, 3, 3, true },
	{ "bank select always passes", { 0xbe, 0, 5 }, 3, "sent d",
	    { 0xbe, 0, 5 }, 3, 3, false },
	{ "another output", { 0x9e, 40, 5 }, 3, "sent c", { 0 }, 0, 0, false },
};

static void
test_triggers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++) {
		begin(MAP, plain);
		feed(triggers[i].in, triggers[i].n);
		run_ms(2000);
		if (strcmp(b.told, triggers[i].told) != 0 ||
		    b.n[0] != triggers[i].npassed + triggers[i].dump)
			fail_msg("%s: %s, %zu bytes", triggers[i].name, b.told,
			    b.n[0]);
		/* Messages after the trigger pass after the dump. */
		if (triggers[i].npassed > 0)
			assert_memory_equal(
			    b.out[0] +
				(triggers[i].after ? triggers[i].dump : 0),
			    triggers[i].passed,
			    triggers[i].after ? triggers[i].npassed : 3);
		done(triggers[i].told);
	}
}

/* The F0 leaves at once; the dump is complete, with its pauses. */
static void
test_dump(void **state)
{
	(void)state;
	begin(MAP, plain);
	FEED(0x9e, 40, 1);
	run_until(b.now + 1);
	assert_int_equal(b.n[1], 1);
	run_ms(32 + 60 - 2);
	assert_int_equal(b.n[1], 100);
	run_ms(4 + 32 + 60 + 4);
	assert_memory_equal(b.out[1], b.dumps[2].data[0], 100);
	assert_memory_equal(b.out[1] + 100, b.dumps[2].data[1], 100);
	LEFT(1, 200, 0xbf, 20, 0x35);
	done("sent c");
}

/* A device that takes a third of the rate of the wire. */
static void
test_slow(void **state)
{
	size_t clocks = 0;

	(void)state;
	begin(MAP, plain);
	b.dumps[0].messages[0].rate = 1000;
	FEED(0x9e, 36, 1);
	for (size_t i = 1; i <= 10; i++) {
		run_ms(20);
		FEED(0xf8);
		run_until(b.now + BYTE_US);
		assert_int_equal(b.out[0][b.n[0] - 1], 0xf8);
		assert_in_range(b.n[0] - i, i * 20, i * 20 + 5);
	}
	run_ms(90);
	assert_string_equal(b.told, "");
	run_ms(15);
	for (size_t i = 0; i < b.n[0]; i++)
		clocks += b.out[0][i] == 0xf8;
	assert_int_equal(clocks, 10);
	assert_int_equal(b.n[0], 310);
	done("sent a");
}

/* One dump is on the wire, one waits; a newer one replaces that. */
static void
test_bursts(void **state)
{
	static const struct {
		uint8_t notes[6];
		size_t n;
		const char *told;
	} cases[] = {
		{ { 36, 37 }, 2, "sent a, sent b" },
		{ { 36, 37, 38 }, 3, "superseded b, sent a, sent c" },
		{ { 36, 36, 36 }, 3, "repeat a, repeat a, sent a" },
		/* The dump on the wire is the one requested last. */
		{ { 36, 37, 36 }, 3, "superseded b, repeat a, sent a" },
		{ { 36, 37, 37 }, 3, "superseded b, sent a, sent b" },
		{ { 37, 36, 40, 38 }, 4,
		    "superseded a, sent c, sent b, sent c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(MAP, plain);
		for (size_t k = 0; k < cases[i].n; k++)
			FEED(0x9e, cases[i].notes[k], 1, 0x8e,
			    cases[i].notes[k], 0);
		run_ms(3000);
		done(cases[i].told);
	}
	/* The pause after a dump is observed before the next. */
	begin(MAP, plain);
	FEED(0x9e, 36, 1);
	run_ms(97);
	assert_int_equal(b.n[0], 300);
	FEED(0x9e, 36, 1);
	run_ms(55);
	assert_int_equal(b.n[0], 300);
	run_ms(110);
	done("sent a, sent a");
}

static void
test_settle(void **state)
{
	(void)state;
	begin("[recall]\nsettle = 100\nnote 36 on 1 = a\nnote 37 on 1 = b\n"
	      "note 38 on 1 = c to 2\n",
	    plain);
	FEED(0x90, 36, 1);
	run_ms(90);
	assert_int_equal(b.n[0], 0);
	FEED(0x90, 37, 1, 0x90, 38, 1); /* another output: on its own */
	run_ms(90);
	assert_string_equal(b.told, "superseded a");
	assert_int_equal(b.n[0] + b.n[1], 0);
	/* Messages that pass meanwhile go first. */
	FEED(0x91, 1, 1);
	run_ms(8);
	LEFT(0, 0, 0x91, 1, 1);
	run_ms(3000);
	done("superseded a, sent c, sent b");
}

static void
test_playing(void **state)
{
	(void)state;
	begin("[recall]\npattern A01 on 1 = a\n",
	    (struct sx_recall_options){ .playing = true });
	FEED(0xc0, 0);
	run_ms(200);
	assert_int_equal(b.n[0], 0); /* nor does it pass */
	FEED(0xfa, 0xc0, 0);
	run_ms(200);
	FEED(0xfc, 0xc0, 0, 0xfb, 0xc0, 0);
	run_ms(200);
	/* With the input unplugged it does not count as playing. */
	lose_input();
	FEED(0xc0, 0);
	run_ms(200);
	assert_int_equal(sx_recall_machine_counts(b.m)->unheeded, 3);
	done("sent a, sent a");
}

/* ---- Pass-through ---- */

static void
test_real_time(void **state)
{
	size_t clocks = 0, n = 0;

	(void)state;
	for (int drop = 0; drop < 2; drop++) {
		begin(MAP,
		    (struct sx_recall_options){ .drop_realtime = drop == 1 });
		clocks = n = 0;
		FEED(0xf8, 0xfe, 0x9e, 37, 1);
		for (size_t i = 0; i < 29; i++) {
			run_ms(20);
			FEED(0xf8);
			run_until(b.now + BYTE_US);
			/* As the next byte, even inside SysEx. */
			if (drop == 0)
				assert_int_equal(b.out[0][b.n[0] - 1], 0xf8);
		}
		run_ms(700);
		FEED(0xf8, 0xfe);
		run_ms(1);
		for (size_t i = 0; i < b.n[0]; i++) {
			if (b.out[0][i] == 0xf8)
				clocks++;
			else
				b.out[0][n++] = b.out[0][i];
		}
		assert_int_equal(clocks, drop == 1 ? 2 : 31);
		assert_int_equal(n, 1900);
		assert_memory_equal(b.out[0], b.dumps[1].data[0], 1900);
		assert_int_equal(sx_recall_machine_counts(b.m)->sensing, 2);
		done("sent b");
	}
}

/* Messages wait in order; notes that are too late are dropped, with their
 * note-offs. */
static void
test_late(void **state)
{
	(void)state;
	begin(MAP, plain);
	FEED(0x90, 60, 1, 0x9e, 36, 1); /* sounds, then a dump of 96 ms */
	run_ms(10);
	FEED(0x90, 61, 1, 0xb0, 7, 99, 0x90, 61, 0, 60, 0); /* 87 ms late */
	run_ms(70);
	FEED(0x90, 62, 1); /* 17 ms late */
	run_ms(30);
	FEED(0x80, 62, 0);
	run_ms(10);
	LEFT(0, 303, 0xb0, 7, 99, 0x90, 60, 0, 0x90, 62, 1, 0x80, 62, 0);
	assert_int_equal(sx_recall_machine_counts(b.m)->late, 1);
	assert_int_equal(sx_recall_machine_counts(b.m)->late_bytes, 6);
	/* A note-off that arrives after its note was dropped. */
	run_ms(60);
	FEED(0x9e, 37, 1, 0x90, 63, 1);
	run_ms(700);
	FEED(0x90, 63, 0, 0x90, 63, 0);
	run_ms(10);
	LEFT(0, 315 + 1900, 0x90, 63, 0); /* the second belongs to no note */
	done("sent a, sent b");
}

/* Without a dump, nothing is too late under any load. */
static void
test_load(void **state)
{
	(void)state;
	begin(MAP, plain);
	for (int i = 0; i < 1000; i++)
		FEED(0x90, 60, 1, 0x90, 60, 0, 0xb0, 1, 2, 0xe0, 1, 2);
	run_ms(4000);
	assert_int_equal(b.n[0], 12000);
	done("");
}

static void
test_sysex(void **state)
{
	uint8_t big[5000];

	(void)state;
	memset(big, 0x55, sizeof(big));
	big[0] = 0xf0;
	big[1] = 0x7e;
	big[sizeof(big) - 1] = 0xf7;
	begin(MAP, plain);
	/* It passes as it arrives. */
	feed(big, 2000);
	run_ms(1000);
	assert_int_equal(b.n[0], 2000);
	feed(big + 2000, 3000);
	/* A dump waits for its end; it is not interrupted. */
	FEED(0x9e, 36, 1);
	run_ms(1200);
	assert_int_equal(b.n[0], 5300);
	assert_memory_equal(b.out[0], big, 5000);
	assert_memory_equal(b.out[0] + 5000, b.dumps[0].data[0], 300);
	/* During a dump it waits, and for the pause after it. */
	FEED(0x9e, 37, 1);
	feed(big, sizeof(big));
	run_ms(608 + 50);
	assert_int_equal(b.n[0], 5300 + 1900);
	run_ms(2000);
	left(0, 5300 + 1900, big, sizeof(big));
	/* A cut message passes unchanged, as does the lone rest after it. */
	FEED(0xf0, 1, 2, 0x90, 60, 1, 0xf6, 5, 6, 0xf7);
	run_ms(10);
	LEFT(0, 5300 + 6900, 0xf0, 1, 2, 0x90, 60, 1, 0xf6, 5, 6, 0xf7);
	done("sent a, sent b");
}

static void
test_torn(void **state)
{
	(void)state;
	begin(MAP, plain);
	/* The rest of a message, and a cut message. */
	FEED(1, 2, 3, 0x90, 60, 0xf6, 0x90, 60, 1);
	run_ms(10);
	LEFT(0, 0, 0xf6, 0x90, 60, 1);
	assert_int_equal(sx_recall_machine_counts(b.m)->torn, 5);
	done("");
}

/* A dump that the unit sends back is not sent to it again. */
static void
test_echo(void **state)
{
	uint8_t other[300];

	(void)state;
	begin(MAP, plain);
	FEED(0x9e, 36, 1);
	run_ms(200);
	assert_int_equal(b.n[0], 300);
	feed(b.dumps[0].data[0], 300);
	run_ms(200);
	assert_int_equal(b.n[0], 300);
	assert_string_equal(b.told, "sent a, echo");
	/* One that differs at its end passes. */
	memcpy(other, b.dumps[0].data[0], 300);
	other[298] ^= 1;
	feed(other, 300);
	run_ms(200);
	left(0, 300, other, 300);
	/* One with only the same beginning, and one that arrives long after. */
	FEED(0xf0, 0x7d, 0x11, 0xf7);
	run_ms(10);
	LEFT(0, 600, 0xf0, 0x7d, 0x11, 0xf7);
	run_ms(6000);
	feed(b.dumps[0].data[0], 300);
	run_ms(200);
	assert_int_equal(b.n[0], 904);
	/* While it is still on the wire; the second message of a dump. */
	FEED(0x9e, 38, 1);
	run_ms(50);
	feed(b.dumps[2].data[1], 100);
	feed(b.dumps[2].data[0], 50);
	lose_input();
	run_ms(3000);
	assert_string_equal(b.told, "sent a, echo, echo, sent c");
	assert_memory_equal(b.out[0] + 904 + 206, b.dumps[2].data[0], 50);
	LEFT(0, 904 + 206 + 50, 0x8e, 38, 64); /* it was passed */
	b.told[0] = '\0';
	done("");
}

static void
test_thru(void **state)
{
	(void)state;
	for (int thru = SX_THRU_REALTIME; thru <= SX_THRU_NONE; thru++) {
		begin(MAP, (struct sx_recall_options){
			       .thru = (enum sx_recall_thru)thru });
		FEED(0xf8, 0x90, 60, 1, 0xf0, 1, 0xf7, 0x9e, 38, 1, 0xf8);
		run_ms(300);
		assert_int_equal(b.n[0], thru == SX_THRU_REALTIME ? 205 : 203);
		lose_input();
		run_ms(10);
		done("sent c");
	}
}

/* ---- Ports ---- */

static void
test_input_lost(void **state)
{
	(void)state;
	begin(MAP, plain);
	FEED(0x90, 60, 1, 0x91, 61, 1, 0x90, 60, 0, 0x92, 62, 1, 0x92, 62, 1);
	run_ms(20);
	FEED(0xf0, 1, 2);
	run_ms(2);
	lose_input();
	run_ms(20);
	LEFT(0, 15, 0xf0, 1, 2, 0x81, 61, 64, 0x82, 62, 64, 0x82, 62, 64);
	assert_true(sx_recall_machine_idle(b.m));
	/* Not within a dump; notes that were never sent are not stopped. */
	FEED(0x90, 60, 1, 0x9e, 37, 1, 0x90, 63, 1);
	run_ms(100);
	lose_input();
	run_ms(1000);
	LEFT(0, 27 + 3 + 1900, 0x80, 60, 64);
	done("sent b");
}

static void
test_output_lost(void **state)
{
	(void)state;
	begin(MAP, plain);
	FEED(0x9e, 37, 1, 0x9e, 36, 1, 0x90, 60, 1, 0x9e, 40, 1);
	run_ms(100);
	FEED(0xf8, 0xf0, 1);
	sx_recall_machine_output(b.m, 0, false, b.now);
	tell();
	assert_int_equal(sx_recall_machine_counts(b.m)->waiting, 0);
	FEED(2, 0x9e, 38, 1, 0x90, 61, 1);
	run_ms(1000);
	assert_true(b.n[0] < 400);
	sx_recall_machine_output(b.m, 0, true, b.now);
	/* Nothing is sent late; later messages are sent. */
	run_ms(100);
	assert_true(b.n[0] < 400);
	b.n[0] = 0;
	FEED(0x9e, 36, 1);
	run_ms(100);
	assert_int_equal(b.n[0], 300);
	done("no port b, no port a, no port c, sent c, sent a");
	/* SysEx passing when the output was lost: its rest is not sent to the
	 * new one. */
	begin(MAP, plain);
	FEED(0xf0, 1, 2);
	run_ms(10);
	sx_recall_machine_output(b.m, 0, false, b.now);
	sx_recall_machine_output(b.m, 0, true, b.now);
	FEED(3, 0xf7, 0x90, 60, 1);
	run_ms(10);
	LEFT(0, 3, 0x90, 60, 1);
	done("");
}

static void
test_stop(void **state)
{
	struct sx_err e = { 0 };

	(void)state;
	begin(MAP, plain);
	FEED(0x90, 60, 1);
	run_ms(10);
	FEED(0x9e, 37, 1, 0x9e, 36, 1);
	run_ms(100);
	assert_true(sx_recall_machine_open(b.m, 0) > 200);
	assert_int_equal(sx_recall_machine_open(b.m, 1), 0);
	assert_int_equal(sx_recall_machine_stop(b.m, b.now, &e), 0);
	assert_false(sx_recall_machine_idle(b.m));
	run_ms(1000);
	assert_true(sx_recall_machine_idle(b.m));
	LEFT(0, 1903, 0x80, 60, 64);
	assert_int_equal(sx_recall_machine_counts(b.m)->unsent, 1);
	done("sent b");
}

/* Another set takes over; the dump on the wire is not affected. */
static void
test_reload(void **state)
{
	struct sx_recall_set other = { .ndumps = 0 };
	struct sx_err e = { 0 };

	(void)state;
	begin(MAP, plain);
	assert_int_equal(
	    sx_recall_map_memory(&other.map, "map", "[recall]\n", &e), 0);
	FEED(0x9e, 36, 1);
	run_ms(10);
	sx_recall_machine_set(b.m, &other);
	assert_true(sx_recall_machine_uses(b.m, &b.set));
	run_ms(100);
	FEED(0x9e, 37, 1, 0x8e, 37, 0, 0x8e, 36, 0);
	run_ms(500);
	/* The note-off of an earlier trigger that did not pass does not pass
	 * either. */
	LEFT(0, 300, 0x9e, 37, 1, 0x8e, 37, 0);
	sx_recall_map_free(&other.map);
	done("sent a");
}

/* The rows of a set, as "trigger = path". */
static void
rows(const char *want)
{
	struct sx_recall_rows row = { .set = &b.set };
	char got[1024] = "";
	size_t n = 0;

	while (sx_recall_rows_next(&row))
		n += (size_t)snprintf(got + n, sizeof(got) - n,
		    "%s = %s > %zu\n", row.trigger, row.dump->path, row.output);
	assert_string_equal(got, want);
	assert_false(sx_recall_rows_next(&row));
}

/* One row for numbers that share a dump, one for each other number, none for
 * those without a file. */
static void
test_rows(void **state)
{
	struct sx_recall_target *t;

	(void)state;
	begin("[recall]\ncount-from = 1\nnote 36-38 on 1 = a\nprogram 1-3 on 2 "
	      "= b to 2\n",
	    plain);
	rows("note 36-38 on 1 = a > 0\nprogram 1-3 on 2 = b > 1\n");
	t = &b.set.targets[1];
	t->dumps[1] = b.set.dumps[2];
	rows("note 36-38 on 1 = a > 0\nprogram 1 on 2 = b > 1\n"
	     "program 2 on 2 = c > 1\nprogram 3 on 2 = b > 1\n");
	t->dumps[1] = NULL;
	rows("note 36-38 on 1 = a > 0\nprogram 1 on 2 = b > 1\n"
	     "program 3 on 2 = b > 1\n");
	b.set.map.lines[0].line = 0;
	b.set.map.lines[0].last = 36;
	t->dumps[0] = t->dumps[2] = NULL;
	rows("note 36 on 1 = a > 0\n");
	end();
}

static void
test_wear(void **state)
{
	size_t sends = 0;

	(void)state;
	begin("[recall]\nnote 36 on 1 = a\nnote 37 on 1 = d\n", plain);
	for (; sends < 300 && strstr(b.told, "wears") == NULL; sends++) {
		FEED(0x90, 36, 1);
		run_ms(300);
		FEED(0x90, 37, 1); /* no SysEx: no wear */
		run_ms(10);
	}
	assert_int_equal(sends, SX_RECALL_WEAR + 1);
	/* Reported once per hour, and not with fewer sends. */
	b.told[0] = '\0';
	for (sends = 0; sends < 200; sends++) {
		FEED(0x90, 36, 1);
		run_ms(300);
	}
	assert_null(strstr(b.told, "wears"));
	b.now += MS(3600000);
	for (sends = 0; sends < SX_RECALL_WEAR; sends++) {
		FEED(0x90, 36, 1);
		run_ms(300);
	}
	assert_null(strstr(b.told, "wears"));
	FEED(0x90, 36, 1);
	run_ms(300);
	assert_non_null(strstr(b.told, "wears"));
	b.told[0] = '\0';
	done("");
}

/* ---- Random input ---- */

static unsigned
pick(unsigned n)
{
	return (unsigned)rand() % n;
}

/* Feed a message of any kind, or half of one. */
static void
feed_any(void)
{
	uint8_t m[600] = { 0 };
	size_t n = 3;

	for (size_t i = 1; i < sizeof(m) - 1; i++)
		m[i] = (uint8_t)pick(128);
	switch (pick(12)) {
	case 0:
		m[0] = (uint8_t[]){ 0xf8, 0xfa, 0xfb, 0xfc, 0xfe }[pick(5)];
		n = 1;
		break;
	case 1:
		m[0] = 0xf0;
		n = 2 + pick(500);
		m[n - 1] = pick(8) > 0 ? 0xf7 : m[n - 1];
		break;
	case 2:
		m[0] = (uint8_t)(0xc0 | pick(16));
		m[1] = (uint8_t)pick(4);
		n = 2;
		break;
	case 3:
		m[0] = (uint8_t[]){ 0xf6, 0xf2, 0xf1, 0x05 }[pick(4)];
		n = 1 + pick(3);
		break;
	case 4:
		m[0] = 0x9e;
		m[1] = (uint8_t)(36 + pick(5));
		break;
	case 5:
		m[0] = (uint8_t)(0xb0 | (14 + pick(2)));
		m[1] = (uint8_t)(uint8_t[]){ 0, 32, 20, 7 }[pick(4)];
		break;
	default:
		m[0] = (uint8_t)(0x80 | pick(2) << 4 | (14 + pick(2)));
		m[1] = (uint8_t)(36 + pick(20));
		n = pick(10) > 0 ? 3 : 2;
	}
	feed(m, n);
}

/* Check that the output of i, without real-time bytes, has each dump in one
 * piece: after an F0 with the mark of a dump, all of it follows. */
static void
whole_dumps(size_t i)
{
	size_t n = 0;

	for (size_t k = 0; k < b.n[i]; k++)
		if (b.out[i][k] < 0xf8)
			b.out[i][n++] = b.out[i][k];
	for (size_t k = 0; k + 2 < n; k++) {
		const uint8_t *p = b.out[i] + k;

		if (p[0] != 0xf0 || p[1] != 0x7d)
			continue;
		for (size_t d = 0; d < 3; d++)
			for (size_t j = 0; j < 2; j++) {
				const struct sx_recall_message *m =
				    &b.dumps[d].messages[j];

				if (m->sysex && m->data[2] == p[2])
					assert_memory_equal(p, m->data, m->len);
			}
	}
}

static void
run_any(unsigned seed)
{
	struct sx_err e = { 0 };

	srand(seed);
	begin(MAP, (struct sx_recall_options){
		       .thru = pick(6) > 0 ? SX_THRU_ALL
					   : (enum sx_recall_thru)pick(3),
		       .drop_realtime = pick(3) == 0,
		       .playing = pick(4) == 0 });
	b.set.map.settle = pick(3) == 0 ? MS(pick(300)) : 0;
	/* No more than the buffers of this test can hold. */
	for (int i = 0; i < 3000; i++) {
		feed_any();
		if (pick(3) == 0)
			run_until(b.now + pick(20) * BYTE_US);
		if (pick(60) == 0)
			run_ms(pick(500));
		if (pick(400) == 0)
			lose_input();
		all_bytes();
	}
	run_ms(pick(2000));
	assert_int_equal(sx_recall_machine_stop(b.m, b.now, &e), 0);
	run_out();
	assert_true(sx_recall_machine_idle(b.m));
	assert_int_equal(sx_recall_machine_counts(b.m)->waiting, 0);
	whole_dumps(0);
	whole_dumps(1);
	b.told[0] = '\0';
	done("");
}

static void
test_any(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 30; seed++)
		run_any(seed);
}

/* The same with outputs that come and go. */
static void
test_any_ports(void **state)
{
	bool up[OUTPUTS] = { true, true };

	(void)state;
	for (unsigned seed = 1; seed <= 30; seed++) {
		srand(seed);
		begin(MAP, plain);
		up[0] = up[1] = true;
		for (int i = 0; i < 3000; i++) {
			feed_any();
			if (pick(3) == 0)
				run_until(b.now + pick(20) * BYTE_US);
			if (pick(50) == 0) {
				const size_t k = pick(OUTPUTS);

				up[k] = !up[k];
				sx_recall_machine_output(b.m, k, up[k], b.now);
				tell();
			}
			all_bytes();
		}
		lose_input();
		run_out();
		b.told[0] = '\0';
		done("");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_triggers),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_bursts),
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_playing),
		cmocka_unit_test(test_real_time),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_sysex),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_echo),
		cmocka_unit_test(test_thru),
		cmocka_unit_test(test_input_lost),
		cmocka_unit_test(test_output_lost),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_wear),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_any_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
