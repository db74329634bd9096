/* SPDX-License-Identifier: ISC */
/* Finds what an earlier run has already fetched. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sxlib/reader.h"
#include "sxlib/store.h"
#include "sxlib/targets.h"
#include "sxlib/walk.h"

/* Mark the targets whose whole answer is in the file. A file that cannot be
 * read has none. */
static int
targets_look(struct sx_targets *t, const char *path,
    const struct sx_devices *user, struct sx_err *e)
{
	struct sx_err unread = { 0 };
	struct sx_received *got = calloc(t->n, sizeof(*got));
	struct sx_file *f;
	struct sx_item item;

	if (got == NULL)
		return sx_fail_memory(e);
	f = sx_file_open(path, user, &unread);
	while (f != NULL && sx_file_next(f, &item, &unread) == 1) {
		if (item.stray || item.damage.kind != SX_DAMAGE_NONE ||
		    item.facts.checksum == SX_CHECKSUM_BAD ||
		    item.facts.odd_length)
			continue;
		for (size_t i = 0; i < t->n; i++)
			if (sx_request_tells_slot(&t->list[i].q.row) &&
			    sx_request_judge(&t->list[i].q, item.data, item.len,
				&got[i], NULL) == SX_ANSWER_WHOLE)
				t->list[i].state = SX_TARGET_THERE;
	}
	sx_file_close(f);
	free(got);
	return 0;
}

int
sx_targets_find(struct sx_targets *t, const char *folder,
    const struct sx_devices *user, struct sx_err *e)
{
	char *out = (char *)(uintptr_t)folder;
	struct sx_walk walk = { .arguments = &out, .count = 1 };
	struct stat st;
	const char *path;
	int rc;

	if (stat(out, &st) == -1)
		return 0; /* not there yet, or the store reports why */
	while ((rc = sx_walk_next(&walk, &path, e)) == 1)
		if (!sx_is_damaged_name(path) &&
		    targets_look(t, path, user, e) == -1)
			break;
	sx_walk_end(&walk);
	return rc == 0 ? 0 : -1;
}
