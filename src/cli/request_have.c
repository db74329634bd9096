/* SPDX-License-Identifier: ISC */
/* --resume: what an earlier run has brought already. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "own.h"
#include "request.h"
#include "sxlib/reader.h"
#include "walk.h"

/* Which answers are in the file, whole? A file that cannot be read has none. */
static int
look(struct cli *c, const char *path, struct wishes *w)
{
	struct sx_err e = { 0 };
	size_t *got = calloc(w->n, sizeof(*got));
	struct sx_file *f;
	struct sx_item item;

	if (got == NULL)
		return sx_fail_memory(&c->err);
	f = sx_file_open(path, own_devices(c), &e);
	while (f != NULL && sx_file_next(f, &item, &e) == 1) {
		if (item.stray || item.damage.kind != SX_DAMAGE_NONE ||
		    item.facts.checksum == SX_CHECKSUM_BAD)
			continue;
		for (size_t i = 0; i < w->n; i++)
			if (sx_request_judge(&w->list[i].q, item.data, item.len,
				&got[i], NULL) == SX_ANSWER_WHOLE)
				w->list[i].state = WISH_THERE;
	}
	sx_file_close(f);
	free(got);
	return 0;
}

int
wishes_find(struct cli *c, const struct request_opts *o, struct wishes *w)
{
	char *out = (char *)(uintptr_t)o->keep.store.out;
	struct walk walk = { .arguments = &out, .count = 1 };
	struct stat st;
	const char *path;
	int rc;

	if (stat(out, &st) == -1)
		return 0; /* not there yet, or the store says why */
	while ((rc = walk_next(&walk, &path, &c->err)) == 1)
		if (!is_damaged_name(path) && look(c, path, w) == -1)
			break;
	walk_end(&walk);
	return rc == 0 ? 0 : -1;
}
