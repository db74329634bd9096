/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ITEMS_H
#define SXLIB_ITEMS_H

#include "sxlib/reader.h"
#include "sxlib/record.h"

/* A whole file in memory. */
struct sx_items {
	const char *path; /* borrowed */
	int64_t time;
	struct sx_item *items; /* each owns its data */
	size_t n;
	struct sx_damage hidden; /* damage that only the file name shows */
};

/* Read a file; one with a hex text suffix is read as hex text. Returns 0, or -1
 * and sets e. The caller frees it in both cases. */
int sx_items_load(struct sx_items *list, const char *path,
    const struct sx_devices *user, struct sx_err *e);
void sx_items_free(struct sx_items *list);

/* The record of one item, as print_json() expects it. */
struct sx_record sx_items_record(
    const struct sx_items *list, const struct sx_item *item);

/* The decoded payload of a message with run lengths expanded: malloc'ed, *n is
 * its length. NULL: it has none (*n is 0), or out of memory. */
uint8_t *sx_payload_decode(const struct sx_item *item, size_t *n);

#endif
