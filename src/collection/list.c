/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/list.h"
#include "sxlib/ref.h"

static bool
list_wants(const struct sx_list *l, const struct sx_facts *f)
{
	bool maker = l->nmakers == 0;

	for (size_t i = 0; !maker && i < l->nmakers; i++)
		maker = sx_maker_matches(f->maker_id, l->makers[i]);
	return maker && (l->kind == -1 || (int)f->kind == l->kind) &&
	       (l->device == NULL || strcasestr(f->device, l->device) != NULL);
}

/* Facts about a file that its record does not have. */
struct list_seen {
	struct sx_summary facts; /* of all its messages */
	bool wanted, mixed, stray;
};

static int
list_read(const struct sx_list *l, struct sx_file *f, struct sx_record *r,
    struct list_seen *seen, struct sx_err *e)
{
	struct sx_item item;
	int rc;

	while ((rc = sx_file_next(f, &item, e)) == 1) {
		if (item.stray) {
			seen->stray = true;
			continue;
		}
		seen->mixed |=
		    r->messages > 0 && seen->facts.all.kind != item.facts.kind;
		(void)sx_record_add(r, &seen->facts, &item);
		seen->wanted |= list_wants(l, &item.facts);
	}
	return rc;
}

/* Add a row for each sound that a reference selects, named FILE:SLOT. */
static int
list_add_sounds(struct sx_list *l, const char *arg, struct sx_err *e)
{
	struct sx_ref_sounds r;
	char ref[SX_REF_TEXT], *name;
	struct sx_facts facts;
	struct sx_record record;
	int rc = sx_ref_load(&r, arg, l->user, e);

	l->files += rc == 0 ? r.n : 0;
	for (size_t i = 0; rc == 0 && i < r.n; i++) {
		record = sx_listed_record(&r.list.sounds[r.chosen[i]],
		    r.ref.path, r.list.items.time, &facts);
		if (!list_wants(l, &facts) || record.time < l->since)
			continue;
		sx_ref_text(&r.list, r.chosen[i], ref);
		if (asprintf(&name, "%s:%s", r.ref.path, ref) == -1) {
			rc = sx_fail_memory(e);
			break;
		}
		record.file = name;
		if (sx_rows_add(&l->rows, &record, false) == -1)
			rc = sx_fail_memory(e);
		free(name);
	}
	sx_ref_free(&r);
	return rc;
}

static int
list_add_file(struct sx_list *l, const char *path, struct sx_err *e)
{
	struct sx_file *f = sx_file_open_next(path, l->user, &l->decoder, e);
	struct list_seen seen = { .wanted = false };
	struct sx_record r = { .file = path };
	int rc;

	if (f == NULL)
		return -1;
	l->files++;
	sx_file_skim(f);
	r.time = sx_file_time(f);
	rc = list_read(l, f, &r, &seen, e);
	if (rc == 0 && r.messages == 0 && l->without++ == 0)
		sx_file_nothing(f, &l->nothing);
	sx_file_close(f);
	if (r.messages == 0)
		return rc;
	sx_record_judge(&r, seen.stray);
	if (seen.wanted && r.time >= l->since &&
	    sx_rows_add(&l->rows, &r, seen.mixed) == -1)
		return sx_fail_memory(e);
	return rc;
}

static int
list_add(struct sx_list *l, const char *arg, struct sx_err *e)
{
	struct sx_ref ref;
	bool whole;

	if (sx_ref_split(arg, &ref, e) == -1)
		return -1;
	whole = ref.which == NULL;
	free(ref.path);
	return whole ? list_add_file(l, arg, e) : list_add_sounds(l, arg, e);
}

int
sx_list_next(struct sx_list *l, struct sx_err *e)
{
	const char *path;
	int rc = sx_walk_next(&l->walk, &path, e);

	if (rc != 1)
		return rc;
	return list_add(l, path, e) == -1 ? -1 : 1;
}

void
sx_list_end(struct sx_list *l)
{
	sx_decoder_free(l->decoder);
	l->decoder = NULL;
	sx_walk_end(&l->walk);
	sx_rows_free(&l->rows);
}
