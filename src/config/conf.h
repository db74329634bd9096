/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_CONF_H
#define SXLIB_CONFIG_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/err.h"

/* The form of the files: lines, sections and keys, without their meaning. */

/* Texts are borrowed from the file. */
struct conf_pair {
	char *key, *value;
	size_t line;
};

#define CONF_PAIRS 64 /* more than the keys of any section */

struct conf_section {
	char *name;
	size_t line;
	struct conf_pair pairs[CONF_PAIRS];
	size_t npairs;
};

struct sx_config {
	char *path;
	char *text, *next; /* its lines; the next one, or NULL */
	char *pending;	   /* a "[name]" already read, or NULL */
	size_t line;	   /* number of the last line read */
	char **names;	   /* ports.conf: of the rows so far; borrowed */
	size_t nnames;
	bool built_in; /* a compiled-in page, not the user's */
	bool remarks;  /* " ;" begins a comment after a value, too */
	bool inside;   /* conf_line(): a section has begun */
};

/*
 * Read the next section. Returns 1; 0 at the end; -1 and sets e if a line of
 * it, or one outside of any section, is wrong. The next call continues after
 * it.
 */
int conf_next(struct sx_config *f, struct conf_section *s, struct sx_err *e);

/*
 * Read the next line of a file with one section of this name, with any number
 * of lines, and keys and values of any form. Returns 1 and sets *p; 0 at the
 * end; -1 and sets e if the line is wrong, or of another section. The next call
 * continues after it. Not to be mixed with conf_next().
 */
int conf_line(struct sx_config *f, const char *section, struct conf_pair *p,
    struct sx_err *e);

/* Does the line of the next section begin with this, such as "[:"? Call
 * conf_next() first. */
bool conf_peek(const struct sx_config *f, const char *begin);

/* Fail with "path:line: ..." Always returns -1. */
int conf_fail(const struct sx_config *f, size_t line, struct sx_err *e,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Return the pair of a key, or NULL. */
const struct conf_pair *conf_find(
    const struct conf_section *s, const char *key);
/* Check that the section has only keys of the list, which ends with NULL.
 * Returns -1 and sets e if not. */
int conf_only(const struct sx_config *f, const struct conf_section *s,
    const char *const *keys, struct sx_err *e);
/* Read a whole number within [least, most] into *value, which is unchanged if
 * the key is absent. Returns -1 and sets e if it is invalid. */
int conf_number(const struct sx_config *f, const struct conf_section *s,
    const char *key, long least, long most, long *value, struct sx_err *e);

#endif
