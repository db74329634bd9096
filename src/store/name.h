/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_NAME_H
#define SXLIB_STORE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "folder.h"
#include "sxlib/dump.h"

/*
 * Templates of file names: text with {time} {maker} {device} {kind} {slot}
 * {unit} {name} {label} {n}. An unknown value is omitted together with an
 * adjacent separator.
 */

#define SX_DEFAULT_NAME "{time}-{maker}-{device}-{kind}{slot}"

/* Bytes of a name beyond its stem: "-2147483648.damaged.syx". */
#define SX_NAME_EXTRA 23
#define SX_STEM_MAX   (255 - SX_NAME_EXTRA)

enum sx_key {
	SX_KEY_TEXT,  /* literal text, also {label} */
	SX_KEY_SLASH, /* ends a path component */
	SX_KEY_TIME,
	SX_KEY_N,
	SX_KEY_SLOT, /* from here on: data from the instrument */
	SX_KEY_UNIT,
	SX_KEY_MAKER,
	SX_KEY_DEVICE,
	SX_KEY_KIND,
	SX_KEY_NAME,
};

struct sx_template {
	char *text;  /* all literal text; items point into it, */
	char *label; /* or into this */
	size_t nitems;
	struct sx_name_item {
		enum sx_key key;
		int width;	  /* N, SLOT, UNIT: minimum number of digits */
		const char *text; /* TEXT */
		size_t len;
	} items[];
};

/* label may be NULL. Returns NULL and sets e (SX_EUSAGE: the reason). */
struct sx_template *sx_template_new(
    const char *text, const char *label, struct sx_err *e);
void sx_template_free(struct sx_template *t);

/* True if it contains {n}. */
bool sx_template_numbered(const struct sx_template *t);

/* The number of items in the component that begins at items[i]. */
size_t sx_template_component(const struct sx_template *t, size_t i);
/* The maximum number of bytes from n items that does not depend on the
 * instrument. */
size_t sx_template_fixed(const struct sx_name_item *items, size_t n);

/* The path of a dump without its suffix. The caller frees it; NULL if memory
 * runs out. Each component is safe and has at most SX_STEM_MAX bytes. */
char *sx_template_expand(const struct sx_template *t, int64_t wall,
    const struct sx_facts *facts, long n);

/* True if this character separates the parts of a name. */
bool sx_name_separator(char c);

/* Set *next to one more than the highest number in the folder's names that
 * match this template; 1 if there are none. */
int sx_template_next(const struct sx_template *t, const struct sx_folder *f,
    long *next, struct sx_err *e);

#endif
