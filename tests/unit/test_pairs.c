/* SPDX-License-Identifier: ISC */
/* Pairing of the messages of two files, and the bytes that differ. No files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit.h"
#include "sxlib/pairs.h"

#define MOST 4

/* Kits for these slots, as if they had been read. */
struct kits {
	uint8_t bytes[MOST][KIT_SIZE];
	struct sx_item items[MOST];
	struct sx_items list;
};

static void
decode(struct kits *k, size_t i)
{
	k->items[i].data = k->bytes[i];
	k->items[i].len = KIT_SIZE;
	sx_device_decode(NULL, k->bytes[i], KIT_SIZE, &k->items[i].facts);
}

static void
make_kits(struct kits *k, const uint8_t *slots, size_t n)
{
	memset(k, 0, sizeof(*k));
	for (size_t i = 0; i < n; i++) {
		make_kit(k->bytes[i], KIT_SIZE, slots[i]);
		decode(k, i);
	}
	k->list = (struct sx_items){ .items = k->items, .n = n };
}

static void
expect_pair(struct sx_diff *d, const struct sx_item *a, const struct sx_item *b)
{
	const struct sx_pair *pair;
	struct sx_err e = { 0 };

	assert_int_equal(sx_diff_next(d, &pair, &e), 1);
	assert_ptr_equal(pair->a, a);
	assert_ptr_equal(pair->b, b);
}

static void
expect_end(struct sx_diff *d)
{
	const struct sx_pair *pair;
	struct sx_err e = { 0 };

	assert_int_equal(sx_diff_next(d, &pair, &e), 0);
}

static void
test_slots_are_paired_in_any_order(void **state)
{
	struct kits a, b;
	struct sx_diff d = { .a = &a.list, .b = &b.list };

	(void)state;
	make_kits(&a, (const uint8_t[]){ 0, 1, 2 }, 3);
	make_kits(&b, (const uint8_t[]){ 3, 2, 1 }, 3);
	expect_pair(&d, &a.items[0], NULL);
	expect_pair(&d, NULL, &b.items[0]);
	expect_end(&d);
	assert_int_equal(d.same, 2);
	assert_int_equal(d.different, 0);
	assert_int_equal(d.only_a, 1);
	assert_int_equal(d.only_b, 1);
	sx_diff_end(&d);
}

/* Of several in one slot, identical messages are paired first, then equal
 * names. */
static void
test_the_likest_are_paired(void **state)
{
	struct kits a, b;
	struct sx_diff d = { .a = &a.list, .b = &b.list };

	(void)state;
	make_kits(&a, (const uint8_t[]){ 5, 5, 5 }, 3);
	make_kits(&b, (const uint8_t[]){ 5, 5, 5 }, 3);
	/* a: KICK, LICK, LICK changed; b: LICK changed twice, LICK, KICK */
	a.bytes[1][10] = a.bytes[2][10] = 'L';
	b.bytes[0][10] = b.bytes[1][10] = 'L';
	a.bytes[2][100] ^= 1;
	b.bytes[0][101] ^= 1;
	for (size_t i = 0; i < 3; i++) {
		decode(&a, i);
		decode(&b, i);
	}
	expect_pair(&d, &a.items[2], &b.items[0]);
	expect_end(&d);
	assert_int_equal(d.same, 2);
	assert_int_equal(d.different, 1);
	sx_diff_end(&d);
}

static void
expect_run(struct sx_runs *runs, size_t off, size_t len, enum sx_field field)
{
	struct sx_run run;

	assert_true(sx_runs_next(runs, &run));
	assert_int_equal(run.off, off);
	assert_int_equal(run.len, len);
	assert_int_equal(run.field, field);
}

/* Another field begins another run, even if its bytes follow directly. */
static void
test_runs_end_with_their_fields(void **state)
{
	struct kits a, b;
	struct sx_pair pair = { &a.items[0], &b.items[0] };
	struct sx_runs runs;
	struct sx_run run;

	(void)state;
	make_kits(&a, (const uint8_t[]){ 5 }, 1);
	make_kits(&b, (const uint8_t[]){ 6 }, 1);
	b.bytes[0][10] ^= 1;
	b.bytes[0][11] ^= 1;
	b.bytes[0][100] ^= 1;
	b.bytes[0][KIT_SIZE - 4] = a.bytes[0][KIT_SIZE - 4] ^ 1;
	b.bytes[0][KIT_SIZE - 5] = a.bytes[0][KIT_SIZE - 5];
	decode(&b, 0);
	sx_runs_of_pair(&runs, &pair);
	expect_run(&runs, KIT_SLOT, 1, SX_FIELD_SLOT);
	expect_run(&runs, 10, 2, SX_FIELD_NAME);
	expect_run(&runs, 100, 1, SX_FIELDS);
	expect_run(&runs, KIT_SIZE - 4, 1, SX_FIELD_CHECKSUM);
	assert_false(sx_runs_next(&runs, &run));
	assert_false(sx_runs_next(&runs, &run));
}

static void
test_bytes_that_only_one_has(void **state)
{
	static const uint8_t a[] = { 1, 2, 3, 4 }, b[] = { 1, 9, 9, 4, 5, 6 };
	char text[SX_RUNS_TEXT];
	struct sx_runs runs;
	struct sx_run run;

	(void)state;
	sx_runs_of_bytes(&runs, a, sizeof(a), b, sizeof(b));
	assert_string_equal(
	    sx_runs_text(text, &runs), "4 bytes differ in 2 runs");
	expect_run(&runs, 1, 2, SX_FIELDS);
	expect_run(&runs, 4, 2, SX_FIELDS);
	assert_false(sx_runs_next(&runs, &run));
	/* Differing bytes and missing bytes are separate runs. */
	sx_runs_of_bytes(&runs, a, 3, b, sizeof(b));
	expect_run(&runs, 1, 2, SX_FIELDS);
	expect_run(&runs, 3, 3, SX_FIELDS);
	assert_false(sx_runs_next(&runs, &run));
	sx_runs_of_bytes(&runs, a, 0, b, 0);
	assert_false(sx_runs_next(&runs, &run));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slots_are_paired_in_any_order),
		cmocka_unit_test(test_the_likest_are_paired),
		cmocka_unit_test(test_runs_end_with_their_fields),
		cmocka_unit_test(test_bytes_that_only_one_has),
	};

	return cmocka_run_group_tests_name("pairs", tests, NULL, NULL);
}
