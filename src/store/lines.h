/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_LINES_H
#define SXLIB_STORE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/reader.h"

/*
 * Detects files damaged by a text-mode transfer, which inserts a 0D before each
 * 0A, from their messages. Zero it before the first.
 */
struct sx_lines {
	size_t messages;
	/* Private. */
	size_t pairs; /* 0D 0A in the messages */
	bool binary;  /* something in them proves a binary transfer */
	char note[128];
};

void sx_lines_add(struct sx_lines *l, const struct sx_item *item);
/* After the last message: set the note for display; "" if there is none. */
void sx_lines_end(struct sx_lines *l);
/* As sx_file_text_mode(). */
size_t sx_lines_damaged(const struct sx_lines *l);

#endif
