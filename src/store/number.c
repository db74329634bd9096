/* SPDX-License-Identifier: ISC */
/*
 * {n} continues after the highest number in the names that its template could
 * have made: each component of the template becomes a regular expression, and
 * the folders are walked down to the last component with an {n}.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "name.h"
#include "sxlib/store.h"

/* One component. */
struct pattern {
	regex_t re;
	size_t group; /* of {n}; 0: none */
};

#define GROUPS_MAX 64

static bool
number_varies(const struct sx_name_item *item)
{
	return item->key >= SX_KEY_SLOT ||
	       (item->key == SX_KEY_TEXT && item->len == 0);
}

/* True if {n} follows, with at most separators before it. */
static bool
number_follows(const struct sx_name_item *item, const struct sx_name_item *end)
{
	for (; item < end && item->key != SX_KEY_N; item++)
		for (size_t i = 0; i < item->len; i++)
			if (!sx_name_separator(item->text[i]))
				return false;
	return item < end;
}

/* A separator may have been dropped together with the key next to it. */
static void
number_put_literal(
    FILE *out, const struct sx_name_item *item, bool before, bool after)
{
	size_t head = 0, tail = item->len;

	while (
	    before && head < item->len && sx_name_separator(item->text[head]))
		head++;
	while (after && tail > 0 && sx_name_separator(item->text[tail - 1]))
		tail--;
	for (size_t i = 0; i < item->len; i++) {
		char c = item->text[i];

		fprintf(out,
		    strchr("\\.[]{}()*+?^$|", c) != NULL ? "\\%c" : "%c", c);
		if (i < head || i >= tail)
			putc('?', out);
	}
}

static void
number_put_item(FILE *out, const struct sx_name_item *items, size_t n, size_t i,
    size_t *groups, size_t *group)
{
	const struct sx_name_item *item = &items[i];

	if (item->key == SX_KEY_TIME) {
		fputs("[0-9]{8}T[0-9]{6}\\.[0-9]{3}Z", out);
	} else if (item->key == SX_KEY_N) {
		fprintf(out, "([0-9]{%d,})", item->width > 1 ? item->width : 1);
		*group = ++*groups;
	} else if (item->key == SX_KEY_TEXT) {
		number_put_literal(out, item,
		    i > 0 && number_varies(&items[i - 1]),
		    i + 1 < n && number_varies(&items[i + 1]));
	} else if (number_follows(item + 1, items + n)) {
		/* All digits at the end count as the number. */
		fputs("(.*[^0-9])?", out);
		++*groups;
	} else {
		fputs(".*", out);
	}
}

static int
number_compile(struct pattern *p, const struct sx_name_item *items, size_t n,
    bool last, struct sx_err *e)
{
	char *text = NULL;
	size_t size, groups = 0;
	FILE *out = open_memstream(&text, &size);
	int rc = -1;

	if (out == NULL)
		return sx_fail_memory(e);
	p->group = 0;
	putc('^', out);
	for (size_t i = 0; i < n; i++)
		number_put_item(out, items, n, i, &groups, &p->group);
	fputs(last ? "(-[0-9]+)?\\.(syx|mid|wav|aiff)$" : "$", out);
	if (fclose(out) == 0 && groups < GROUPS_MAX)
		rc = regcomp(&p->re, text, REG_EXTENDED) == 0 ? 0 : -1;
	free(text);
	if (rc == -1)
		return sx_fail(e, SX_EUSAGE, 0, "name template: too long");
	return 0;
}

/* Return the number in a matching name; 0 if there is none or it is too
 * large. */
static long
number_in(const struct pattern *p, const char *name, const regmatch_t *m)
{
	long n;

	if (p->group == 0)
		return 0;
	errno = 0;
	n = strtol(name + m[p->group].rm_so, NULL, 10);
	return errno == 0 && n <= SX_NUMBER_MOST ? n : 0;
}

static int
number_walk(const struct sx_folder *f, const struct pattern *p, size_t n,
    long *next, struct sx_err *e)
{
	regmatch_t m[GROUPS_MAX + 1];
	struct dirent *entry;
	struct sx_folder sub;
	DIR *dir;
	int fd, rc = 0;

	/* A separate descriptor, since reading moves its position. */
	fd = openat(f->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd != -1 ? fdopendir(fd) : NULL;
	if (dir == NULL) {
		rc = sx_fail(
		    e, SX_EIO, errno, "cannot read folder '%s'", f->path);
		if (fd != -1)
			close(fd);
		return rc;
	}
	while (rc == 0 && (errno = 0, entry = readdir(dir)) != NULL) {
		long number;

		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (regexec(&p->re, entry->d_name, GROUPS_MAX + 1, m, 0) != 0)
			continue;
		number = number_in(p, entry->d_name, m);
		if (number >= *next)
			*next = number + 1;
		/* An entry that cannot be opened as a folder is not one of
		 * ours. */
		if (n == 1 ||
		    sx_folder_open(&sub, f, entry->d_name, false, NULL) == -1)
			continue;
		rc = number_walk(&sub, p + 1, n - 1, next, e);
		sx_folder_close(&sub);
	}
	if (rc == 0 && errno != 0)
		rc = sx_fail(
		    e, SX_EIO, errno, "cannot read folder '%s'", f->path);
	closedir(dir);
	return rc;
}

int
sx_template_next(const struct sx_template *t, const struct sx_folder *f,
    long *next, struct sx_err *e)
{
	struct pattern *p;
	size_t n = 0, deep = 0, items;
	int rc = 0;

	*next = 1;
	p = calloc(t->nitems + 1, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(e);
	for (size_t i = 0; rc == 0 && i < t->nitems; i += items + 1) {
		items = sx_template_component(t, i);
		rc = number_compile(
		    &p[n], t->items + i, items, i + items == t->nitems, e);
		if (rc == 0 && p[n++].group > 0)
			deep = n;
	}
	if (rc == 0 && deep > 0)
		rc = number_walk(f, p, deep, next, e);
	while (n > 0)
		regfree(&p[--n].re);
	free(p);
	return rc;
}
