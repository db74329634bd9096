/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_VERIFY_H
#define SXLIB_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/reader.h"

/* What verify.c and its helpers share. */

#define FOUND_TEXT 256

/* What is wrong with something, or only odd. */
struct finding {
	bool bad;
	char problem[FOUND_TEXT];
	char expected[FOUND_TEXT], found[FOUND_TEXT]; /* or "" */
};

/* Has a message something wrong? */
bool find_in_message(struct finding *f, const struct sx_item *item);

/*
 * Numbers of a bank that come once more: a second bank in the same file. One
 * series for each kind of message that a device has. Zero it for each file.
 */
struct banks {
	struct series *series;
	size_t n;
};

/* Does another bank begin with this message? false also if memory ends. */
bool bank_begins(struct banks *b, const struct sx_facts *f, size_t len);
void banks_free(struct banks *b);

#endif
