/* SPDX-License-Identifier: ISC */
/* Input becomes files, in order, and everything that happens is reported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/stat.h>

#include "scratch.h"
#include "store_help.h"
#include "sxlib/keeper.h"
#include "sxlib/session.h"

#define FLOOD (1 << 20) /* bytes waiting to be read */

static struct sx_memory memory;

/* A keeper and its environment. */
struct bench {
	struct sx_keeper k;
	struct sx_err e;
};

static void
bench_open(struct bench *b, bool patient)
{
	struct sx_store_opts o = { .out = "out",
		.name = "{n:03}",
		.first = -1,
		.memory = patient ? &memory : NULL };

	memset(b, 0, sizeof(*b));
	memory.most = 1 << 20;
	b->k = (struct sx_keeper){ .store = sx_store_open(&o, &b->e),
		.archiver = sx_archiver_new(&b->e),
		.patient = patient };
	if (b->k.store == NULL || b->k.archiver == NULL)
		fail_msg("%s", b->e.msg);
	if (patient)
		assert_true(sx_keeper_retry(&b->k));
}

static void
bench_close(struct bench *b)
{
	sx_keeper_free(&b->k);
	sx_archiver_free(b->k.archiver);
	sx_store_close(b->k.store);
}

/* The next event, of this type. */
static struct sx_keeper_event
told(struct bench *b, enum sx_keeper_type type)
{
	struct sx_keeper_event ev;

	assert_true(sx_keeper_next(&b->k, &ev));
	assert_int_equal(ev.type, type);
	return ev;
}

static void
told_nothing(struct bench *b)
{
	struct sx_keeper_event ev;

	assert_false(sx_keeper_next(&b->k, &ev));
}

static int
step_data(struct bench *b, const struct sample *m, size_t off, size_t n,
    size_t backlog)
{
	const struct sx_step data = { .kind = SX_STEP_DATA,
		.begins = off == 0,
		.time = m->dump.time,
		.data = m->bytes + off,
		.len = n };

	return sx_keeper_step(&b->k, &data, 1, backlog, &b->e);
}

static int
step_message(struct bench *b, const struct sample *m)
{
	const struct sx_message message = { .verdict = SX_KEEP,
		.damage = m->dump.damage };
	const struct sx_step step = { .kind = SX_STEP_MESSAGE,
		.message = &message };

	return sx_keeper_step(&b->k, &step, 1, 0, &b->e);
}

static int
step_dump(struct bench *b, const struct sample *m)
{
	const struct sx_step step = { .kind = SX_STEP_DUMP, .dump = &m->dump };

	return sx_keeper_step(&b->k, &step, 1, 0, &b->e);
}

/* All of a dump. */
static void
comes(struct bench *b, const struct sample *m, size_t backlog)
{
	assert_int_equal(step_data(b, m, 0, (size_t)m->dump.bytes, backlog), 0);
	assert_int_equal(step_message(b, m), 0);
	assert_int_equal(step_dump(b, m), 0);
}

/* Give the keeper its next finished job. */
static int
take_back(struct bench *b)
{
	struct sx_job *job = sx_archiver_next(b->k.archiver);

	if (job == NULL) {
		assert_true(sx_archiver_wait(
		    b->k.archiver, sx_now().mono + 20 * 1000000));
		job = sx_archiver_next(b->k.archiver);
	}
	assert_non_null(job);
	return sx_keeper_take_back(&b->k, job, &b->e);
}

static void
becomes(struct bench *b, const struct sample *m, const char *path)
{
	struct sx_keeper_event ev;

	assert_int_equal(take_back(b), 0);
	ev = told(b, SX_KEEPER_KEPT);
	assert_string_equal(ev.stored->path, path);
	assert_int_equal(ev.dump->bytes, m->dump.bytes);
	scratch_holds(path, m->bytes, (size_t)m->dump.bytes);
	told_nothing(b);
}

/* A single dump, in pieces; many in a flood, one of them large. */
static void
in_order(void **state)
{
	struct sample m[20];
	struct bench b;
	char path[64];

	(void)state;
	bench_open(&b, false);
	for (unsigned i = 0; i < 20; i++)
		sample_make(&m[i], i, 40 + i, WALL + i * 2000);
	assert_int_equal(step_data(&b, &m[0], 0, 15, 0), 0);
	assert_int_equal(sx_keeper_tick(&b.k, 1000000, 0, &b.e), 0);
	assert_int_equal(step_data(&b, &m[0], 15, 25, 0), 0);
	assert_int_equal(step_message(&b, &m[0]), 0);
	assert_int_equal(step_dump(&b, &m[0]), 0);
	becomes(&b, &m[0], "out/001.syx");
	for (unsigned i = 1; i < 20; i++)
		comes(&b, &m[i], i % 8 == 7 ? 0 : FLOOD);
	assert_int_equal(b.k.whole, 20);
	/* The last ones share a file until the flood is over. */
	assert_true(b.k.out < 19);
	assert_true(sx_keeper_due(&b.k) < INT64_MAX);
	assert_int_equal(sx_keeper_tick(&b.k, 2, 0, &b.e), 0);
	assert_int_equal(b.k.out, 19);
	assert_true(sx_keeper_due(&b.k) == INT64_MAX);
	for (unsigned i = 1; i < 20; i++) {
		snprintf(path, sizeof(path), "out/%03u.syx", i + 1);
		becomes(&b, &m[i], path);
	}
	assert_int_equal(b.k.files, 20);
	bench_close(&b);
	scratch_count("out", 20);
}

/* Without an archiver. */
static void
at_once(void **state)
{
	struct bench b;
	struct sample m;
	struct sx_archiver *a;

	(void)state;
	bench_open(&b, false);
	a = b.k.archiver;
	b.k.archiver = NULL;
	sample_make(&m, 1, 40, WALL);
	comes(&b, &m, FLOOD);
	assert_string_equal(
	    told(&b, SX_KEEPER_KEPT).stored->path, "out/001.syx");
	told_nothing(&b);
	disk.fsync_error = EIO;
	assert_int_equal(step_data(&b, &m, 0, 40, 0), 0);
	assert_int_equal(step_dump(&b, &m), -1);
	assert_int_equal(b.e.sys, EIO);
	assert_non_null(strstr(b.e.hint, ".part"));
	told_nothing(&b);
	b.k.archiver = a;
	bench_close(&b);
	scratch_count("out", 2);
}

/* Of a dump that is too long, the beginning is kept and the rest is counted. */
static void
too_long(void **state)
{
	struct sx_keeper_event ev;
	struct sample m;
	struct bench b;

	(void)state;
	bench_open(&b, false);
	b.k.max_dump = 100;
	sample_make(&m, 1, 200, WALL);
	assert_int_equal(step_data(&b, &m, 0, 90, 0), 0);
	assert_int_equal(step_data(&b, &m, 90, 30, 0), 1);
	assert_int_equal(told(&b, SX_KEEPER_CUT).bytes, 100);
	told_nothing(&b);
	m.dump.bytes = 120;
	assert_int_equal(step_dump(&b, &m), 0);
	sx_keeper_skipped(&b.k, 80);
	assert_int_equal(told(&b, SX_KEEPER_SKIPPED).bytes, 100);
	sx_keeper_skipped(&b.k, 80);
	told_nothing(&b);
	assert_int_equal(take_back(&b), 0);
	ev = told(&b, SX_KEEPER_KEPT);
	assert_int_equal(ev.dump->bytes, 100);
	assert_int_equal(ev.dump->damage.kind, SX_DAMAGE_INTERRUPTED);
	assert_true(sx_keeper_hurt(&b.k));
	assert_int_equal(b.k.whole, 0);
	/* At the end of a message the limit loses nothing. */
	assert_int_equal(step_data(&b, &m, 0, 95, 0), 0);
	assert_int_equal(step_message(&b, &m), 1);
	assert_int_equal(told(&b, SX_KEEPER_PARTED).bytes, 95);
	bench_close(&b);
}

/* Missing bytes, between dumps and within one. */
static void
losses(void **state)
{
	const struct sx_step loss = { .kind = SX_STEP_LOSS };
	struct bench b;
	struct sample m;

	(void)state;
	bench_open(&b, false);
	sample_make(&m, 1, 40, WALL);
	assert_int_equal(sx_keeper_step(&b.k, &loss, 1, 0, &b.e), 0);
	(void)told(&b, SX_KEEPER_LOSS);
	assert_int_equal(b.k.losses, 1);
	assert_int_equal(step_data(&b, &m, 0, 40, 0), 0);
	assert_int_equal(sx_keeper_step(&b.k, &loss, 1, 0, &b.e), 0);
	told_nothing(&b);
	assert_int_equal(b.k.losses, 1);
	assert_non_null(strstr(sx_part_path(b.k.part), ".damaged.part"));
	bench_close(&b);
	scratch_count("out", 1);
}

/* The second dump confirms the first, or replaces it. */
static void
twice(void **state)
{
	const struct sx_differences *d;
	struct sample a, c;
	struct bench b;

	(void)state;
	bench_open(&b, false);
	b.k.twice = true;
	sample_make(&a, 1, 60, WALL);
	sample_make(&c, 1, 50, WALL + 2000);
	memset(c.bytes + 20, 0x22, 10);
	comes(&b, &a, FLOOD);
	assert_int_equal(told(&b, SX_KEEPER_ONCE_MORE).bytes, 60);
	comes(&b, &c, 0);
	d = told(&b, SX_KEEPER_DIFFERS).differ;
	assert_int_equal(d->n, 11); /* only one ends in F7 there */
	assert_int_equal(d->bytes[0], 60);
	assert_int_equal(d->bytes[1], 50);
	assert_int_equal(d->list[7].at, 27);
	assert_int_equal(d->list[7].byte[0], 0x11);
	assert_int_equal(d->list[7].byte[1], 0x22);
	assert_int_equal(told(&b, SX_KEEPER_ONCE_MORE).bytes, 50);
	assert_int_equal(b.k.whole, 0);
	comes(&b, &c, 0);
	(void)told(&b, SX_KEEPER_SAME);
	assert_null(b.k.first.part);
	assert_int_equal(b.k.whole, 1);
	becomes(&b, &c, "out/001.syx");
	/* A single dump at the end stays, unless it is dropped. */
	comes(&b, &a, 0);
	assert_non_null(strstr(sx_pending_path(&b.k.first), ".part"));
	bench_close(&b);
	scratch_count("out", 2);
}

/* The disk fails: all dumps wait, in order, and are written when it works
 * again. */
static void
patience(void **state)
{
	struct sample m[4];
	struct bench b;
	size_t saved, lost;

	(void)state;
	bench_open(&b, true);
	for (unsigned i = 0; i < 4; i++)
		sample_make(&m[i], i, 40, WALL + i * 2000);
	disk.fsync_error = ENOSPC;
	comes(&b, &m[0], 0);
	assert_int_equal(take_back(&b), 0);
	assert_int_equal(b.k.trouble.sys, ENOSPC);
	assert_int_equal(b.k.nback, 1);
	/* Later dumps do not overtake it. */
	comes(&b, &m[1], 0);
	limit_size(10);
	comes(&b, &m[2], FLOOD);
	told_nothing(&b);
	assert_int_equal(b.k.nback, 3);
	assert_int_equal(b.k.out, 0);
	assert_int_equal(sx_keeper_bytes_back(&b.k), 120);
	sx_keeper_count_back(&b.k, &saved, &lost);
	assert_int_equal(saved, 1); /* m[1] is in its part */
	assert_int_equal(lost, 2);
	assert_int_equal(step_data(&b, &m[3], 0, 20, 0), 0);
	assert_false(sx_keeper_retry(&b.k));
	assert_int_equal(b.k.failures, 2);
	limit_size(0);
	disk.fsync_error = 0;
	assert_true(sx_keeper_retry(&b.k));
	assert_int_equal(b.k.nback, 0);
	assert_int_equal(step_data(&b, &m[3], 20, 20, 0), 0);
	assert_int_equal(step_dump(&b, &m[3]), 0);
	becomes(&b, &m[0], "out/001.syx");
	becomes(&b, &m[1], "out/002.syx");
	becomes(&b, &m[2], "out/003.syx");
	becomes(&b, &m[3], "out/004.syx");
	assert_int_equal(b.k.lost, 0);
	bench_close(&b);
	scratch_count("out", 4);
}

/* A caller that must not be held up: waiting dumps are written in small steps,
 * in order. */
static void
in_bursts(void **state)
{
	struct sample m[4];
	struct bench b;

	(void)state;
	bench_open(&b, true);
	limit_size(10);
	for (unsigned i = 0; i < 4; i++) {
		sample_make(&m[i], i, 40, WALL + i * 2000);
		comes(&b, &m[i], 0);
	}
	assert_int_equal(b.k.nback, 4);
	limit_size(0);
	b.k.burst = 5000;
	assert_false(sx_keeper_retry(&b.k));
	assert_int_equal(b.k.trouble.code, SX_OK);
	assert_int_equal(b.k.nback, 2);
	assert_int_equal(b.k.out, 2);
	/* Dumps that the archiver has come back first. */
	assert_false(sx_keeper_retry(&b.k));
	assert_int_equal(b.k.nback, 2);
	becomes(&b, &m[0], "out/001.syx");
	becomes(&b, &m[1], "out/002.syx");
	assert_true(sx_keeper_retry(&b.k));
	becomes(&b, &m[2], "out/003.syx");
	becomes(&b, &m[3], "out/004.syx");
	bench_close(&b);
	scratch_count("out", 4);
}

/* A dump that neither disk nor memory holds is reported at once, and once. */
static void
a_loss(void **state)
{
	struct sx_keeper_event ev;
	struct sample m;
	struct bench b;

	(void)state;
	bench_open(&b, true);
	memory.most = 64;
	sample_make(&m, 1, 200, WALL);
	limit_size(30);
	assert_int_equal(step_data(&b, &m, 0, 20, 0), 0);
	assert_int_equal(step_data(&b, &m, 20, 100, 0), 1);
	ev = told(&b, SX_KEEPER_LOST);
	assert_int_equal(ev.bytes, 120);
	assert_int_equal(ev.on_disk, 30);
	assert_int_equal(step_data(&b, &m, 120, 80, 0), 0);
	told_nothing(&b);
	assert_int_equal(b.k.lost, 1);
	assert_int_equal(step_dump(&b, &m), 0);
	limit_size(0);
	assert_true(sx_keeper_retry(&b.k));
	assert_int_equal(take_back(&b), 0);
	ev = told(&b, SX_KEEPER_KEPT);
	assert_int_equal(ev.dump->bytes, 30);
	told_nothing(&b);
	bench_close(&b);
	scratch_count("out", 1);
}

/* Not patient: the first failure is an error, and the dump stays in its part.
 */
static void
impatience(void **state)
{
	struct sample m;
	struct bench b;

	(void)state;
	bench_open(&b, false);
	sample_make(&m, 1, 40, WALL);
	disk.fsync_error = ENOSPC;
	comes(&b, &m, 0);
	assert_int_equal(take_back(&b), -1);
	assert_int_equal(b.e.sys, ENOSPC);
	assert_non_null(strstr(b.e.hint, ".part"));
	told_nothing(&b);
	assert_int_equal(b.k.nback, 0);
	bench_close(&b);
	scratch_count("out", 1);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, store_setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(in_order),
		TEST(at_once),
		TEST(too_long),
		TEST(losses),
		TEST(twice),
		TEST(patience),
		TEST(in_bursts),
		TEST(a_loss),
		TEST(impatience),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
