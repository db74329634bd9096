/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXAMPLE_H
#define SXLIB_EXAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/device.h"
#include "sxlib/err.h"

/* The examples of a page (docs/instruments.md, "Proof"): dumps, and what must
 * be found in them. */

/* One example. Texts are borrowed from its page until the next call on it. */
struct sx_example {
	const char *device; /* the [NAME] of its instrument */
	const char *what;  /* its [:WHAT] section; NULL: the instrument's own */
	const char *key;   /* "example-2" */
	const char *value; /* "kit.syx -> 45 \"DISTORTED\"" */
	size_t line;
};

struct sx_examples;

/* Open the examples of a page of n bytes. path is used in error messages;
 * example files are relative to its folder. The text is copied. Returns NULL
 * and sets e if out of memory. Close accepts NULL. */
struct sx_examples *sx_examples_open(
    const char *path, const char *text, size_t n, struct sx_err *e);
void sx_examples_close(struct sx_examples *x);

/* Get the next example; false: no more. Faulty sections are skipped; reading
 * the page reports them. */
bool sx_examples_next(struct sx_examples *x, struct sx_example *example);

/* Number of examples, and the line of the first "trust = seen" (0: none). Valid
 * after sx_examples_next() returned false. */
size_t sx_examples_count(const struct sx_examples *x);
size_t sx_examples_seen(const struct sx_examples *x);

/*
 * Decode an example and compare the result. user (or NULL) are the instruments
 * to decode with, including those of the page. Blocks on the disk if the
 * example is a file. Returns -1 and sets e to "PAGE:LINE: KEY: " and the
 * reason: a syntax error, the difference (found and expected), or a file that
 * cannot be read. Out of memory is reported as such.
 */
int sx_example_run(const struct sx_examples *x,
    const struct sx_example *example, const struct sx_devices *user,
    struct sx_err *e);

/* What an example expects of one message, or of one sound in it. */
struct sx_expected {
	long sound;    /* from 1, across all messages; 0: a message */
	char slot[16]; /* as on the display, or a number; "": any */
	char name[SX_FACT_TEXT];
	bool has_name;
};

#define SX_EXPECTED_MOST 64

/*
 * Parse an example. *input gets the length of the bytes or the file name at the
 * start of value, *is_bytes which of the two it is, want[0..*n-1] the
 * expectations. Returns NULL, or a static text saying what is wrong.
 */
const char *sx_example_parse(const char *value, size_t *input, bool *is_bytes,
    struct sx_expected want[SX_EXPECTED_MOST], size_t *n);

#endif
