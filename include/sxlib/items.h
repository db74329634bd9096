/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ITEMS_H
#define SXLIB_ITEMS_H

#include "sxlib/reader.h"
#include "sxlib/record.h"

/* All of a file in memory. */
struct sx_items {
	const char *path; /* borrowed */
	int64_t time;
	struct sx_item *items; /* with data of their own */
	size_t n;
	struct sx_damage hidden; /* of which only its name knows */
};

/* Read a file, hex text as well, by its suffix. -1 and e. Free it
 * whatever this returns. */
int sx_items_load(struct sx_items *list, const char *path,
    const struct sx_devices *user, struct sx_err *e);
void sx_items_free(struct sx_items *list);

/* An item of it as print_json() takes it. */
struct sx_record sx_items_record(
    const struct sx_items *list, const struct sx_item *item);

/* The decoded payload of a message, run lengths spelled out: malloc'ed, *n
 * gets its length. NULL: it has none, or memory ends. */
uint8_t *sx_payload_decode(const struct sx_item *item, size_t *n);

#endif
