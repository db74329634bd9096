/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECORD_H
#define SXLIB_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/reader.h"

/* One dump, message or file as all commands speak of it. Borrowed texts; NULL
 * or a negative number where absent. */
struct sx_record {
	const char *file;
	const char *port;
	int64_t time; /* us since 1970; -1 */
	int64_t offset;
	uint64_t bytes;
	size_t messages;
	const struct sx_facts *facts; /* NULL: it is not one dump */
	const char *label;
	struct sx_damage damage;
};

/*
 * Add a message to the record of all messages of a file, whose facts are
 * summed up in *facts. Zero both before the first; r->time is the file's. True:
 * it is the second one of a pair.
 */
bool sx_record_add(
    struct sx_record *r, struct sx_summary *facts, const struct sx_item *item);

/*
 * After the last one: what is in a .damaged.syx is damaged, however whole it
 * looks. stray: there were bytes of no message.
 */
void sx_record_judge(struct sx_record *r, bool stray);

/* The damage of a file that is read from its beginning, by its name alone: none
 * if its bytes show what is wrong. It is rewound. */
struct sx_damage sx_hidden_damage(struct sx_file *f, const char *path);

#endif
