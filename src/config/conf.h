/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_CONF_H
#define SXLIB_CONFIG_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/err.h"

/* The form of the files: lines, sections, keys. Knows no meaning of them. */

/* Texts are borrowed from the file. */
struct conf_pair {
	char *key, *value;
	size_t line;
};

#define CONF_PAIRS 64 /* more than any section has keys */

struct conf_section {
	char *name;
	size_t line;
	struct conf_pair pairs[CONF_PAIRS];
	size_t npairs;
};

struct sx_config {
	char *path;
	char *text, *next; /* its lines; the one that is next, or NULL */
	char *pending;	   /* a "[name]" that was read already, or NULL */
	size_t line;	   /* number of the last one that was read */
	char **names;	   /* ports.conf: of the rows so far; borrowed */
	size_t nnames;
	bool built_in; /* a page that is compiled in, not the user's own */
	bool remarks;  /* " ;" begins a comment behind a value, too */
	bool inside;   /* conf_line(): a section has begun */
};

/*
 * The next section: 1, or 0 if there is none. -1: a line of it, or one outside
 * of any, is wrong, and e says which; the next call goes on behind it.
 */
int conf_next(struct sx_config *f, struct conf_section *s, struct sx_err *e);

/*
 * For a file of one section of this name, however many lines it has, keys and
 * values of any form: the next line of it. 1 and *p; 0: there is none. -1: it
 * is wrong, or of another section; the next call goes on behind it. Not to be
 * mixed with conf_next().
 */
int conf_line(struct sx_config *f, const char *section, struct conf_pair *p,
    struct sx_err *e);

/* Does the name of the next section begin with this? conf_next() has been
 * called before. */
bool conf_peek(const struct sx_config *f, const char *begin);

/* "path:line: ..." Always returns -1. */
int conf_fail(const struct sx_config *f, size_t line, struct sx_err *e,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The key's pair, or NULL if the section has none. */
const struct conf_pair *conf_find(
    const struct conf_section *s, const char *key);
/* Does it have other keys than those of the list, which ends in NULL? -1 and
 * e. */
int conf_only(const struct sx_config *f, const struct conf_section *s,
    const char *const *keys, struct sx_err *e);
/* A whole number within [least, most] into *value, which is left alone if the
 * key is absent. -1 and e. */
int conf_number(const struct sx_config *f, const struct conf_section *s,
    const char *key, long least, long most, long *value, struct sx_err *e);

#endif
