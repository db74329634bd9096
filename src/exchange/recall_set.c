/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recall_file.h"
#include "sxlib/recall_set.h"

/* ---- Names ---- */

#define WIDTH_MOST 9

/* Find the first "{n}" or "{n:02}" in text, *len bytes long, and its width.
 * Returns NULL if there is none. */
static const char *
set_key(const char *text, size_t *len, int *width)
{
	const char *p = text, *end;

	for (; (p = strstr(p, "{n")) != NULL; p++) {
		*width = 0;
		end = p + 2;
		if (*end == ':')
			for (end++;
			     *end >= '0' && *end <= '9' && *width <= WIDTH_MOST;
			     end++)
				*width = *width * 10 + (*end - '0');
		if (*end != '}' || *width > WIDTH_MOST)
			continue;
		*len = (size_t)(end + 1 - p);
		return p;
	}
	return NULL;
}

/* Return text with n in place of each key, in folder (NULL: as it is),
 * malloc'ed; NULL if out of memory. */
static char *
set_path(const char *folder, const char *text, int n)
{
	char *out = NULL;
	const char *key;
	size_t size, len;
	int width;
	FILE *f = open_memstream(&out, &size);

	if (f == NULL)
		return NULL;
	if (folder != NULL && text[0] != '/')
		fputs(folder, f);
	while ((key = set_key(text, &len, &width)) != NULL) {
		fprintf(f, "%.*s%0*d", (int)(key - text), text, width, n);
		text = key + len;
	}
	fputs(text, f);
	if (fclose(f) != EOF)
		return out;
	free(out);
	return NULL;
}

/* Return "dir/" of "dir/map.conf", "" if it has none, malloc'ed; NULL if out of
 * memory. */
static char *
set_folder(const struct sx_recall_load *load)
{
	const char *slash, *path = load->map;
	char *folder;

	if (path == NULL) {
		size_t n = strlen(load->folder);
		bool bare = n == 0 || load->folder[n - 1] == '/';

		return asprintf(
			   &folder, "%s%s", load->folder, bare ? "" : "/") == -1
			   ? NULL
			   : folder;
	}
	slash = strrchr(path, '/');
	return strndup(path, slash != NULL ? (size_t)(slash + 1 - path) : 0);
}

/* A template has no suffix: add that of an existing file to *path. Returns 1, 0
 * if there is no such file, or -1 and sets e. */
static int
set_suffix(char **path, struct sx_err *e)
{
	static const char *const suffixes[] = { ".syx", ".mid", ".sysex",
		".midi" };
	char *name;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (asprintf(&name, "%s%s", *path, suffixes[i]) == -1)
			return sx_fail_memory(e);
		if (access(name, F_OK) == 0) {
			free(*path);
			*path = name;
			return 1;
		}
		free(name);
	}
	return 0;
}

/* ---- Dumps ---- */

/* Find a dump that was read already. */
static const struct sx_recall_dump *
set_known(const struct sx_recall_set *set, const char *path, size_t output)
{
	for (size_t i = 0; i < set->ndumps; i++)
		if (set->dumps[i]->output == output &&
		    strcmp(set->dumps[i]->path, path) == 0)
			return set->dumps[i];
	return NULL;
}

/* Read a dump. Consumes path. Returns NULL and sets e on failure. */
static const struct sx_recall_dump *
set_read(struct sx_recall_set *set, const struct sx_recall_load *load,
    char *path, size_t output, struct sx_err *e)
{
	struct sx_recall_dump **dumps, *d;

	dumps = realloc(set->dumps, (set->ndumps + 1) * sizeof(*dumps));
	if (dumps != NULL)
		set->dumps = dumps;
	d = dumps != NULL ? calloc(1, sizeof(*d)) : NULL;
	if (d == NULL) {
		free(path);
		sx_fail_memory(e);
		return NULL;
	}
	d->path = path;
	d->output = output;
	set->dumps[set->ndumps++] = d;
	return sx_recall_file_read(d, load, e) == -1 ? NULL : d;
}

/* Report the error of a line's file, with the line. */
static int
set_fail(const struct sx_recall_load *load, const struct sx_recall_line *l,
    const struct sx_err *why, struct sx_err *e)
{
	if (l->line == 0 || why->code == SX_ENOMEM) {
		*e = *why;
		return -1;
	}
	sx_fail(e, why->code, 0, "%s:%zu: %s", load->map, l->line, why->msg);
	return why->hint[0] != '\0' ? sx_hint(e, "%s", why->hint) : -1;
}

/* Set *dump to the dump for number i of the line, if there is one. Returns -1
 * and sets e on failure. */
static int
set_number(struct sx_recall_set *set, const struct sx_recall_load *load,
    const struct sx_recall_line *l, int i, const char *folder,
    const struct sx_recall_dump **dump, struct sx_err *e)
{
	size_t output = set->targets[l - set->map.lines].output;
	bool hex = sx_recall_file_is_hex(l->value);
	char *path = set_path(hex ? NULL : folder, l->value, i + l->base);
	int rc = 1;

	if (path == NULL)
		return sx_fail_memory(e);
	if (l->line == 0)
		rc = set_suffix(&path, e);
	if (rc == 1)
		*dump = set_known(set, path, output);
	if (rc != 1 || *dump != NULL) {
		free(path);
		return rc == -1 ? -1 : 0;
	}
	*dump = set_read(set, load, path, output, e);
	return *dump != NULL ? 0 : -1;
}

static int
set_output(const struct sx_recall_load *load, const struct sx_recall_line *l,
    size_t *output, struct sx_err *e)
{
	*output = 0;
	if (l->to == NULL)
		return 0;
	for (; *output < load->nplaces; ++*output)
		if (strcmp(load->places[*output].name, l->to) == 0)
			return 0;
	sx_fail(e, SX_EUSAGE, 0,
	    "%.80s: 'to %.80s': expected the name of an output", l->text,
	    l->to);
	return sx_hint(e, "name it with --to %.80s=PORT", l->to);
}

static int
set_line(struct sx_recall_set *set, const struct sx_recall_load *load,
    const struct sx_recall_line *l, const char *folder, struct sx_err *e)
{
	struct sx_recall_target *t = &set->targets[l - set->map.lines];
	const size_t n = (size_t)(l->last - l->first) + 1;
	size_t len;
	int width;
	bool each = set_key(l->value, &len, &width) != NULL;

	if (set_output(load, l, &t->output, e) == -1)
		return -1;
	t->dumps = calloc(n, sizeof(*t->dumps));
	if (t->dumps == NULL)
		return sx_fail_memory(e);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && !each)
			t->dumps[i] = t->dumps[0];
		else if (set_number(set, load, l, l->first + (int)i, folder,
			     &t->dumps[i], e) == -1)
			return -1;
	}
	return 0;
}

/* ---- The whole set ---- */

static int
set_map(struct sx_recall_set *set, const struct sx_recall_load *load,
    sx_recall_more *more, void *arg, struct sx_err *e)
{
	struct sx_err why = { 0 };
	int rc;

	if (load->map == NULL)
		return sx_recall_map_programs(
		    &set->map, load->channel, load->count_from, load->name, e);
	if (sx_recall_map_open(&set->map, load->map, e) == -1)
		return -1;
	while ((rc = sx_recall_map_next(&set->map, &why)) != 0) {
		if (rc == 1)
			continue;
		if (e->code == SX_OK)
			*e = why;
		else if (more != NULL)
			more(arg, &why);
		if (why.code != SX_EUSAGE)
			return -1;
		why = (struct sx_err){ 0 };
	}
	if (e->code == SX_OK && set->map.nlines == 0)
		sx_fail(
		    e, SX_EUSAGE, 0, "%s: no line recalls anything", load->map);
	return e->code == SX_OK ? 0 : -1;
}

int
sx_recall_set_load(struct sx_recall_set *set, const struct sx_recall_load *load,
    sx_recall_more *more, void *arg, struct sx_err *e)
{
	struct sx_err why = { 0 };
	char *folder;
	int rc = 0;

	*set = (struct sx_recall_set){ 0 };
	if (set_map(set, load, more, arg, e) == -1)
		return -1;
	folder = set_folder(load);
	set->targets = calloc(set->map.nlines, sizeof(*set->targets));
	if (folder == NULL || set->targets == NULL) {
		free(folder);
		return sx_fail_memory(e);
	}
	for (size_t i = 0; rc == 0 && i < set->map.nlines; i++) {
		const struct sx_recall_line *l = &set->map.lines[i];

		rc = set_line(set, load, l, folder, &why);
		if (rc == -1)
			set_fail(load, l, &why, e);
	}
	free(folder);
	if (rc == 0 && set->ndumps == 0)
		rc = sx_fail(e, SX_EDATA, 0,
		    "no file in '%s' matches the template '%s'", load->folder,
		    load->name);
	return rc;
}

void
sx_recall_set_free(struct sx_recall_set *set)
{
	for (size_t i = 0; set->targets != NULL && i < set->map.nlines; i++)
		free(set->targets[i].dumps);
	for (size_t i = 0; i < set->ndumps; i++) {
		struct sx_recall_dump *d = set->dumps[i];

		for (size_t k = 0; k < d->nmessages; k++)
			free(d->messages[k].data);
		free(d->messages);
		free(d->path);
		free(d);
	}
	free(set->targets);
	free(set->dumps);
	sx_recall_map_free(&set->map);
	*set = (struct sx_recall_set){ 0 };
}

const struct sx_recall_dump *
sx_recall_set_find(const struct sx_recall_set *set, const struct sx_trigger *t,
    const struct sx_recall_line **line, size_t *output)
{
	const struct sx_recall_map *map = &set->map;
	const struct sx_recall_target *target;

	*line = sx_recall_find(map->lines, map->nlines, t);
	if (*line == NULL)
		return NULL;
	target = &set->targets[*line - map->lines];
	*output = target->output;
	return target->dumps[t->number - (*line)->first];
}

static bool
rows_share(const struct sx_recall_rows *r, int n)
{
	const struct sx_recall_target *target = &r->set->targets[r->at];

	for (int i = 1; i < n; i++)
		if (target->dumps[i] != target->dumps[0])
			return false;
	return true;
}

/* Name the trigger of row i; with one row for all numbers, as the map does. */
static void
rows_trigger(struct sx_recall_rows *r, int i, bool one)
{
	const struct sx_recall_line *l = r->line;
	const struct sx_trigger trigger = { .kind = l->kind,
		.channel = l->channel,
		.controller = l->controller,
		.number = l->first + i,
		.bank = l->bank > 0 ? l->bank : 0 };

	r->trigger = one && l->line > 0 ? l->text
					: sx_trigger_text(&trigger, l, r->text);
}

bool
sx_recall_rows_next(struct sx_recall_rows *r)
{
	for (; r->at < r->set->map.nlines; r->at++, r->number = 0) {
		const struct sx_recall_target *t = &r->set->targets[r->at];
		int n, i;
		bool one;

		r->line = &r->set->map.lines[r->at];
		n = r->line->last - r->line->first + 1;
		one = rows_share(r, n);
		while (r->number < (one ? 1 : n)) {
			i = r->number++;
			r->dump = t->dumps[i];
			if (r->dump == NULL)
				continue;
			r->output = t->output;
			rows_trigger(r, i, one);
			return true;
		}
	}
	return false;
}

bool
sx_recall_set_has(
    const struct sx_recall_set *set, const struct sx_recall_dump *dump)
{
	for (size_t i = 0; dump != NULL && i < set->ndumps; i++)
		if (set->dumps[i] == dump)
			return true;
	return false;
}
