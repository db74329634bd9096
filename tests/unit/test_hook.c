/* SPDX-License-Identifier: ISC */
/* The words for the outcome of a program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>

#include "sxlib/hook.h"

static void
test_text(void **state)
{
	static const struct {
		struct sx_hook_event ev;
		const char *text;
	} t[] = {
		{ { .type = SX_HOOK_WELL }, "" },
		{ { .type = SX_HOOK_STATUS, .code = 7 },
		    "failed with status 7" },
		{ { .type = SX_HOOK_SIGNAL, .code = 9 },
		    "was killed by signal 9" },
		{ { .type = SX_HOOK_CANNOT_RUN, .code = 2 },
		    "cannot be run: No such file or directory" },
		{ { .type = SX_HOOK_LATE },
		    "exceeded 1.5 s: killed (--exec-timeout)" },
		{ { .type = SX_HOOK_NOT_RUN, .dumps = 1 },
		    "was not run for 1 dump" },
		{ { .type = SX_HOOK_NOT_RUN, .dumps = 2 },
		    "was not run for 2 dumps" },
		{ { .type = SX_HOOK_CANNOT_WAIT, .code = 2 }, "" },
	};
	char buf[SX_HOOK_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_string_equal(
		    sx_hook_text(buf, &t[i].ev, 1500000), t[i].text);
}

static void
test_state(void **state)
{
	const struct sx_record r = { .file = "a.syx" };
	struct sx_hook *h = sx_hook_new(NULL, "true", 0);
	char buf[SX_HOOK_STATE];

	(void)state;
	assert_non_null(h);
	assert_string_equal(sx_hook_state(buf, h), "");
	sx_hook_add(h, &r);
	assert_string_equal(sx_hook_state(buf, h), "--exec: 1 run waits");
	sx_hook_add(h, &r);
	assert_string_equal(sx_hook_state(buf, h), "--exec: 2 runs wait");
	sx_hook_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
