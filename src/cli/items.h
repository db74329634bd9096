/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ITEMS_H
#define SXLIB_ITEMS_H

#include "cli.h"
#include "sxlib/reader.h"

/* All of a file in memory. */
struct item_list {
	const char *path; /* borrowed */
	int64_t time;
	struct sx_item *items; /* with data of their own */
	size_t n;
};

/* Read a file, hex text as well, by its suffix. -1 and c->err. Free it
 * whatever this returns. */
int items_load(struct cli *c, struct item_list *list, const char *path);
void items_free(struct item_list *list);

/* An item of it as print_json() takes it. */
struct record item_record(
    const struct item_list *list, const struct sx_item *item);

/*
 * Add a message to the record of all messages of a file, whose facts are
 * joined in *facts. Zero both before the first; r->time is the file's.
 */
void record_add(
    struct record *r, struct sx_facts *facts, const struct sx_item *item);

/* The decoded payload of a message, run lengths spelled out: malloc'ed, *n
 * gets its length. NULL: it has none, or memory ends. */
uint8_t *payload_decode(const struct sx_item *item, size_t *n);

#endif
