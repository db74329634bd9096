/* SPDX-License-Identifier: ISC */
/* The folders that dumps go to, and what earlier runs have left there. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watch.h"

struct sx_store *
sx_watch_store(struct sx_watch *w, const char *folder, struct sx_err *e)
{
	struct sx_store_opts o = w->store;
	struct sx_store *store;
	char *out;

	if (asprintf(&out, "%s%s%s/", o.out, sx_path_slash(o.out), folder) ==
	    -1) {
		sx_fail_memory(e);
		return NULL;
	}
	o.out = out;
	o.numbers = w->numbers;
	o.memory = &w->disk.memory;
	store = sx_store_open(&o, e);
	free(out);
	return store;
}

/* Open a folder. {n} continues after what is in it. */
static struct sx_store *
watch_open_folder(struct sx_watch *w, const char *folder, struct sx_err *e)
{
	struct sx_store *store = sx_watch_store(w, folder, e);

	if (store == NULL || sx_store_reopen(store, e) == 0)
		return store;
	sx_store_close(store);
	return NULL;
}

/* Add an open store, whose numbers are known. */
static int
watch_add_folder(struct sx_watch *w, struct sx_store *store, struct sx_err *e)
{
	struct sx_recovery *r = &w->recovery;
	struct sx_store **p = reallocarray(r->stores, r->n + 1, sizeof(*p));

	if (p == NULL) {
		sx_store_close(store);
		return sx_fail_memory(e);
	}
	r->stores = p;
	p[r->n++] = store;
	return 0;
}

static void
watch_warn(struct sx_watch *w, const struct sx_err *why)
{
	const struct sx_watch_event ev = { .type = SX_WATCH_WARNING,
		.why = why };

	sx_watch_note(w, &ev);
}

/* Could it be a port's folder? lost+found is the file system's. */
static bool
may_be_ours(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && entry->d_type != DT_REG &&
	       strcmp(entry->d_name, "lost+found") != 0;
}

/* Open all folders that are in the output folder. */
static int
add_folders(struct sx_watch *w, struct sx_err *e)
{
	const char *out = w->store.out;
	struct sx_store *store;
	struct sx_err why = { 0 };
	struct dirent *entry;
	DIR *dir = opendir(out);
	int rc = 0;

	if (dir == NULL)
		return sx_fail(
		    e, SX_EIO, errno, "cannot read folder '%s'", out);
	while (rc == 0 && (errno = 0, entry = readdir(dir)) != NULL) {
		if (!may_be_ours(entry))
			continue;
		store = watch_open_folder(w, entry->d_name, &why);
		if (store != NULL)
			rc = watch_add_folder(w, store, e);
		/* Only folders hold dumps of ours. */
		else if (why.sys != ENOTDIR)
			watch_warn(w, &why);
		why = (struct sx_err){ 0 };
	}
	if (rc == 0 && errno != 0) {
		sx_fail(
		    &why, SX_EIO, errno, "cannot read all of folder '%s'", out);
		watch_warn(w, &why);
	}
	closedir(dir);
	return rc;
}

/* All numbers are known before one is assigned. */
int
sx_watch_folders(struct sx_watch *w, struct sx_err *e)
{
	struct sx_store_opts o = w->store;
	struct sx_store *store;

	o.numbers = w->numbers;
	o.memory = NULL;
	w->recovery.devices = w->rules.devices;
	store = sx_store_open(&o, e);
	if (store == NULL || watch_add_folder(w, store, e) == -1)
		return -1;
	return add_folders(w, e);
}

void
sx_watch_recovered(struct sx_watch *w)
{
	struct sx_recovery *r = &w->recovery;

	sx_recovery_end(r);
	for (size_t i = 0; i < r->n; i++)
		sx_store_close(r->stores[i]);
	free(r->stores);
	*r = (struct sx_recovery){ 0 };
}
