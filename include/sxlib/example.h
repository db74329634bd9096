/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXAMPLE_H
#define SXLIB_EXAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/device.h"
#include "sxlib/err.h"

/*
 * The examples of a page (docs/instruments.md, "Proof"): dumps, and what is to
 * be found in them.
 */

/* One of them. Texts are borrowed from its page until the next call on it. */
struct sx_example {
	const char *device; /* the [NAME] of its instrument */
	const char *what;   /* of its message; NULL: the instrument is one */
	const char *key;    /* "example-2" */
	const char *value;  /* "kit.syx -> 45 \"DISTORTED\"" */
	size_t line;
};

struct sx_examples;

/* Those of a page of n bytes; path is what errors say, and files of examples
 * are beside it. The text is copied. NULL and e: memory ends. Close takes NULL.
 */
struct sx_examples *sx_examples_open(
    const char *path, const char *text, size_t n, struct sx_err *e);
void sx_examples_close(struct sx_examples *x);

/* The next one: true. Sections that are broken are passed over: reading the
 * page reports them. */
bool sx_examples_next(struct sx_examples *x, struct sx_example *example);

/* How many there were; and the line of the first "trust = seen", 0 if there is
 * none. Valid at the end. */
size_t sx_examples_count(const struct sx_examples *x);
size_t sx_examples_seen(const struct sx_examples *x);

/*
 * Decode what the example gives and compare. user (or NULL) are the instruments
 * that it is decoded with, those of the page among them. Blocks on the disk if
 * the example is a file. -1 and e: "FILE:LINE: example: " and what is wrong
 * with it, what differs (both what was found and what was expected), or that a
 * file cannot be read.
 */
int sx_example_run(const struct sx_examples *x,
    const struct sx_example *example, const struct sx_devices *user,
    struct sx_err *e);

/* What an example expects of one message, or of one sound in it. */
struct sx_expected {
	long sound;    /* counted from 1 over all messages; 0: a message */
	char slot[16]; /* as on the display, or a number; "" : not expected */
	char name[SX_FACT_TEXT];
	bool has_name;
};

#define SX_EXPECTED_MOST 64

/*
 * Take an example apart: *input gets how many bytes of value are its bytes or
 * its file, is_bytes which of them, and want[0..*n-1] what is expected. NULL,
 * or what is wrong with it, static text.
 */
const char *sx_example_parse(const char *value, size_t *input, bool *is_bytes,
    struct sx_expected want[SX_EXPECTED_MOST], size_t *n);

#endif
