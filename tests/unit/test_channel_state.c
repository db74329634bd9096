/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/channel_state.h"

/* The messages put, as hex text: "80 3C 40, B0 40 00". */
struct heard {
	char text[512];
	size_t messages;
	size_t most; /* put fails after this many */
};

static int
hear(void *arg, const uint8_t *message, size_t n)
{
	struct heard *h = arg;

	if (h->messages == h->most)
		return -1;
	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(h->text);

		snprintf(h->text + used, sizeof(h->text) - used, "%s%02X",
		    i > 0	      ? " "
		    : h->messages > 0 ? ", "
				      : "",
		    message[i]);
	}
	h->messages++;
	return 0;
}

/* A state after these messages, each with the length of its status. */
static struct sx_channel_state *
sent(const uint8_t *bytes, size_t n)
{
	struct sx_err e = { 0 };
	struct sx_channel_state *s = sx_channel_state_new(&e);

	assert_non_null(s);
	for (size_t at = 0, len; at < n; at += len) {
		len = (bytes[at] & 0xe0) == 0xc0 ? 2 : 3;
		assert_int_equal(
		    sx_channel_state_take(s, bytes + at, len, &e), 0);
	}
	return s;
}

#define SENT(...)                              \
	sent((const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void
expect_end(struct sx_channel_state *s, const char *want)
{
	struct heard h = { .most = SIZE_MAX };

	assert_int_equal(sx_channel_state_sounds(s), want[0] != '\0');
	assert_int_equal(sx_channel_state_end(s, hear, &h), 0);
	assert_string_equal(h.text, want);
	assert_false(sx_channel_state_sounds(s));
	sx_channel_state_free(s);
}

static void
expect_chase(struct sx_channel_state *s, const char *want)
{
	struct heard h = { .most = SIZE_MAX };

	assert_int_equal(sx_channel_state_chase(s, hear, &h), 0);
	assert_string_equal(h.text, want);
	sx_channel_state_free(s);
}

/* Each note-on gets a note-off, and a pedal that is down goes up. */
static void
test_end(void **state)
{
	(void)state;
	expect_end(SENT(0xb0, 7, 100), "");
	expect_end(SENT(0x90, 60, 1), "80 3C 40");
	expect_end(SENT(0x90, 60, 1, 0x90, 60, 0), "");
	expect_end(SENT(0x90, 60, 1, 0x90, 60, 2, 0x80, 60, 0), "80 3C 40");
	expect_end(SENT(0x9f, 1, 9, 0x9f, 1, 9, 0x90, 2, 9),
	    "80 02 40, 8F 01 40, 8F 01 40");
	expect_end(SENT(0x80, 60, 0), "");
	expect_end(SENT(0xb2, 64, 63), "");
	expect_end(SENT(0xb2, 64, 64), "B2 40 00");
	expect_end(SENT(0xb2, 66, 127, 0xb2, 67, 127, 0xb2, 69, 127),
	    "B2 42 00, B2 43 00, B2 45 00");
	/* All sound off, all notes off, omni on; reset releases the pedals. */
	expect_end(SENT(0x90, 60, 1, 0xb0, 120, 0), "");
	expect_end(SENT(0x90, 60, 1, 0xb0, 123, 0), "");
	expect_end(SENT(0x90, 60, 1, 0xb0, 125, 0), "");
	expect_end(SENT(0x90, 60, 1, 0xb0, 64, 127, 0xb0, 121, 0), "80 3C 40");
}

static void
test_chase(void **state)
{
	(void)state;
	expect_chase(SENT(0x90, 60, 1), "");
	/* Bank and program come first, regardless of the order received. */
	expect_chase(SENT(0xb0, 7, 100, 0xc0, 5, 0xb0, 32, 2, 0xb0, 0, 1, 0xe0,
			 3, 64, 0xd0, 9),
	    "B0 00 01, B0 20 02, C0 05, B0 07 64, D0 09, E0 03 40");
	/* The last value counts. */
	expect_chase(SENT(0xb3, 1, 1, 0xb3, 1, 2), "B3 01 02");
	/* Each parameter, then the one selected last. */
	expect_chase(SENT(0xb0, 99, 1, 0xb0, 98, 2, 0xb0, 6, 3, 0xb0, 38, 4,
			 0xb0, 101, 0, 0xb0, 100, 0, 0xb0, 6, 12),
	    "B0 63 01, B0 62 02, B0 06 03, B0 26 04, "
	    "B0 65 00, B0 64 00, B0 06 0C, B0 65 00, B0 64 00");
	/* Without a selected parameter, data entry sets nothing. */
	expect_chase(SENT(0xb0, 6, 3), "");
	expect_chase(SENT(0xb0, 101, 127, 0xb0, 100, 127, 0xb0, 6, 3),
	    "B0 65 7F, B0 64 7F");
	/* Modes, increment and decrement have no value to restore. */
	expect_chase(SENT(0xb0, 96, 0, 0xb0, 97, 0, 0xb0, 122, 0), "");
	/* "Reset all controllers" leaves the volume as it is. */
	expect_chase(SENT(0xb0, 7, 9, 0xb0, 1, 5, 0xb0, 121, 0),
	    "B0 01 00, B0 07 09, B0 0B 7F, B0 40 00, B0 41 00, B0 42 00, "
	    "B0 43 00, D0 00, E0 00 40");
}

/* It stops where put fails, and notes not ended still sound. */
static void
test_put_fails(void **state)
{
	struct sx_channel_state *s = SENT(0x90, 1, 9, 0x90, 2, 9, 0xb0, 7, 9);
	struct heard h = { .most = 1 };

	(void)state;
	assert_int_equal(sx_channel_state_end(s, hear, &h), -1);
	assert_true(sx_channel_state_sounds(s));
	h = (struct heard){ .most = 0 };
	assert_int_equal(sx_channel_state_chase(s, hear, &h), -1);
	h = (struct heard){ .most = SIZE_MAX };
	assert_int_equal(sx_channel_state_end(s, hear, &h), 0);
	assert_string_equal(h.text, "80 02 40");
	sx_channel_state_free(s);
	sx_channel_state_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_chase),
		cmocka_unit_test(test_put_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
