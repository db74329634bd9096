/* SPDX-License-Identifier: ISC */
/* Names written into messages, in each character set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sysex/layout.h"
#include "hex.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* A name of four characters at byte 4, at the end of the message; why: the
 * reason if it is refused. */
static const struct {
	enum sx_chars chars;
	uint8_t every;
	const char *before, *name, *after, *why;
} t[] = {
	/* A to Z are 0 to 25, then a to z, 0 to 9, blank and -. The two high
	   bits hold other data. */
	{ SX_CHARS_JUNO, 0, "F0 7D 01 02 00 40 0B 3E F7", "Hi-5",
	    "F0 7D 01 02 07 62 3F 39 F7", NULL },
	{ SX_CHARS_JUNO, 0, "F0 7D 01 02 40 00 40 00 F7", "az",
	    "F0 7D 01 02 5A 33 7E 3E F7", NULL },
	{ SX_CHARS_JUNO, 0, "F0 7D 01 02 40 40 40 40 F7", "",
	    "F0 7D 01 02 7E 7E 7E 7E F7", NULL },
	{ SX_CHARS_JUNO, 0, "F0 7D 01 02 00 00 00 00 F7", "A_B", NULL,
	    "unsupported characters in a name: this unit allows 4: blanks, "
	    "letters, digits and -" },
	{ SX_CHARS_JUNO, 0, "F0 7D 01 02 00 00 00 00 F7", "ABCDE", NULL,
	    "name too long: this unit allows 4" },
	{ SX_CHARS_JUNO, 0, "F0 7D 01 02 00 00 00 F7", "ABCD", NULL,
	    "the message ends before it" },
	/* Two bytes each, low nibble first; padded with blanks. */
	{ SX_CHARS_NIBBLES, 0, "F0 7D 01 02 00 00 00 00 00 00 00 00 F7", "Az~5",
	    "F0 7D 01 02 01 04 0A 07 0E 07 05 03 F7", NULL },
	{ SX_CHARS_NIBBLES, 0, "F0 7D 01 02 01 04 01 04 00 00 00 00 F7", "B",
	    "F0 7D 01 02 02 04 00 02 00 02 00 02 F7", NULL },
	{ SX_CHARS_NIBBLES, 0, "F0 7D 01 02 00 00 00 00 00 00 00 00 F7",
	    "\xc3\xa9", NULL,
	    "unsupported characters in a name: this unit allows 4: blanks and "
	    "the characters ! to ~ of ASCII" },
	{ SX_CHARS_NIBBLES, 0, "F0 7D 01 02 00 00 00 00 00 00 00 00 F7",
	    "ABCDE", NULL, "name too long: this unit allows 4" },
	{ SX_CHARS_NIBBLES, 0, "F0 7D 01 02 00 00 00 00 00 00 00 F7", "ABCD",
	    NULL, "the message ends before it" },
	/* The others in short; test_recast.c makes banks of them. */
	{ SX_CHARS_WORDS, 0, "F0 7D 01 02 42 20 64 31 F7", "ABcd", NULL,
	    "its name cannot be changed: it has two characters in each word, "
	    "which sxlib can only read" },
	{ SX_CHARS_JSON, 0,
	    "F0 7D 01 02 7B 22 6E 61 6D 65 22 3A 22 41 22 7D F7", "B", NULL,
	    "its name cannot be changed: it is in JSON, which sxlib can only "
	    "read" },
	{ SX_CHARS_DIGITS, 0, "F0 7D 01 02 41 41 41 41 F7", "A10",
	    "F0 7D 01 02 41 01 00 20 F7", NULL },
	{ SX_CHARS_ASCII, 2, "F0 7D 01 02 20 11 20 12 20 13 20 F7", "AB",
	    "F0 7D 01 02 41 11 42 12 20 13 20 F7", NULL },
	{ SX_CHARS_ASCII, 0, "F0 7D 01 02 41 42 00 55 F7", "Z",
	    "F0 7D 01 02 5A 00 00 55 F7", NULL },
};

static const struct sx_data_at none;

static struct sx_name_at
place_of(size_t i)
{
	return (struct sx_name_at){ .at = 4,
		.len = 4,
		.every = t[i].every,
		.chars = (uint8_t)t[i].chars };
}

static void
test_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++) {
		const struct sx_name_at at = place_of(i);
		uint8_t msg[32], want[32];
		size_t n = bytes_of(t[i].before, msg);
		struct sx_err e = { 0 };
		int rc =
		    sx_layout_name_put(&at, &none, msg, n, 0, t[i].name, &e);

		if (t[i].why != NULL) {
			if (rc != -1 || strstr(e.msg, t[i].why) == NULL)
				fail_msg("row %zu: %d, %s", i, rc, e.msg);
			assert_int_equal(e.code, SX_EREFUSED);
			continue;
		}
		assert_int_equal(rc, 0);
		assert_int_equal(bytes_of(t[i].after, want), n);
		for (size_t k = 0; k < n; k++)
			if (msg[k] != want[k])
				fail_msg("row %zu: byte %zu is %02X, not %02X",
				    i, k, msg[k], want[k]);
	}
}

/* A written name is read back. */
static void
test_read_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(t); i++) {
		const struct sx_name_at at = place_of(i);
		uint8_t msg[32], text[8] = { 0 };
		struct sx_region region;
		size_t n, len;

		if (t[i].after == NULL)
			continue;
		n = bytes_of(t[i].after, msg);
		assert_int_equal(
		    sx_layout_name(&at, &none, msg, n, 0, text, 4, &region), 4);
		len = strlen(t[i].name);
		assert_memory_equal(text, t[i].name, len);
		assert_true(len == 4 || text[len] == ' ' || text[len] == '\0');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
