/* SPDX-License-Identifier: ISC */
/* The text for an item. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sxlib/record.h"

static void
expect_remark(const struct sx_item *item, const char *text)
{
	char buf[128];

	sx_item_remark(buf, sizeof(buf), item);
	assert_string_equal(buf, text);
}

/* Damage precedes danger, danger precedes a note; and the trust. */
static void
test_remarks(void **state)
{
	struct sx_item item = { .facts = { .trust = SX_TRUST_DOCUMENTED } };

	(void)state;
	expect_remark(&item, "documented");
	item.facts.note = "of another size";
	expect_remark(&item, "documented; of another size");
	item.facts.danger = "it erases all";
	expect_remark(&item, "documented; CAREFUL: it erases all");
	item.damage.kind = SX_DAMAGE_INPUT;
	expect_remark(&item, "DAMAGED: end of input");
}

static void
test_remarks_on_bytes_of_no_message(void **state)
{
	struct sx_item item = { .stray = true, .what = SX_STRAY_REST };

	(void)state;
	expect_remark(&item, "outside any message");
	item.padding = true;
	expect_remark(&item, "padding at the end");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_remarks),
		cmocka_unit_test(test_remarks_on_bytes_of_no_message),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
