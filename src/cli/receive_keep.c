/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "receive.h"

struct record
record_of(const struct keeper *k, const struct sx_dump *d,
    const struct sx_stored *stored)
{
	return (struct record){
		.file = stored->path,
		.port = k->port_name,
		.time = d->time.wall,
		.offset = (int64_t)stored->offset,
		.bytes = d->bytes,
		.messages = d->messages,
		.facts = &d->facts,
		.label = k->o->store.label,
		.damage = d->damage,
	};
}

/* Keep a line of results until its file is whole. */
static int
tell_later(struct keeper *k, const struct record *record)
{
	char **p = realloc(k->later, (k->nlater + 1) * sizeof(*p));
	char *line = NULL;
	size_t size;
	FILE *f;

	if (p == NULL)
		return sx_fail_memory(&k->c->err);
	k->later = p;
	f = open_memstream(&line, &size);
	if (f == NULL)
		return sx_fail_memory(&k->c->err);
	print_json(f, record);
	if (fclose(f) == EOF) {
		free(line);
		return sx_fail_memory(&k->c->err);
	}
	k->later[k->nlater++] = line;
	return 0;
}

/* A dump has become a file, or a part of one: say so. */
static int
tell(struct keeper *k, const struct sx_dump *d, struct sx_stored *stored)
{
	struct record record = record_of(k, d, stored);
	char text[512];
	int rc = 0;

	say(k->c, "%s", describe(text, sizeof(text), &record));
	if (stored->note != NULL)
		warn(k->c, "%s", stored->note);
	if (stored->path == NULL)
		return 0;
	if (!stored->final) {
		rc = k->c->json ? tell_later(k, &record) : 0;
	} else if (k->c->json) {
		progress(k->c, "%s", "");
		print_json(stdout, &record);
		flush_result(k->c);
	} else {
		say_result(k->c, "%s", stored->path);
	}
	if (k->o->exec != NULL && stored->final &&
	    d->damage.kind == SX_DAMAGE_NONE)
		run_program(k->c, k->o->exec, &record);
	free(stored->path);
	return rc;
}

/* Give a dump its name. */
static int
give_name(struct keeper *k, struct taken *t, struct sx_stored *stored)
{
	struct sx_dump named = t->dump;
	const char *path;
	char safe[512];

	if (t->unfit)
		named.damage.kind = SX_DAMAGE_INPUT;
	if (sx_part_keep(t->part, &named, stored, &k->c->err) == 0) {
		t->part = NULL;
		return 0;
	}
	path = sx_part_path(t->part);
	if (path != NULL)
		sx_hint(&k->c->err,
		    "the dump itself is in '%s': the next 'sxlib receive' into "
		    "this folder takes it in",
		    safe_text(safe, sizeof(safe), path));
	return -1;
}

int
keeper_settle(struct keeper *k)
{
	struct sx_stored stored[KEEPER_MOST];
	size_t named = 0;
	int rc = 0;

	if (k->nwaiting > 1)
		sx_store_hold(k->store);
	for (size_t i = 0; rc == 0 && k->nwaiting > 1 && i < k->nwaiting; i++)
		rc = sx_part_sync(k->waiting[i].part, &k->c->err);
	while (rc == 0 && named < k->nwaiting) {
		rc = give_name(k, &k->waiting[named], &stored[named]);
		named += rc == 0;
	}
	if (sx_store_settle(k->store, &k->c->err) == -1)
		rc = -1;
	for (size_t i = 0; i < k->nwaiting; i++) {
		if (i < named && tell(k, &k->waiting[i].dump, &stored[i]) == -1)
			rc = -1;
		taken_release(&k->waiting[i]);
	}
	k->nwaiting = 0;
	return rc;
}

/* unfit: its name says so, though its framing is whole. */
static int
add(struct keeper *k, struct sx_part *part, const struct sx_dump *dump,
    bool unfit)
{
	struct taken *t;

	if (k->nwaiting == KEEPER_MOST && keeper_settle(k) == -1)
		goto fail;
	t = &k->waiting[k->nwaiting];
	if (taken_set(t, part, dump, &k->c->err) == -1)
		goto fail;
	t->unfit = unfit;
	k->nwaiting++;
	k->damaged += dump->damage.kind != SX_DAMAGE_NONE;
	k->bad += dump->facts.checksum == SX_CHECKSUM_BAD;
	return 0;
fail:
	sx_part_release(part);
	return -1;
}

int
keeper_add(struct keeper *k, struct sx_part *part, const struct sx_dump *dump)
{
	return add(k, part, dump, false);
}

int
keeper_add_unfit(
    struct keeper *k, struct sx_part *part, const struct sx_dump *dump)
{
	return add(k, part, dump, true);
}

int
keeper_finish(struct keeper *k)
{
	struct sx_stored stored;
	int rc;

	if (k->store == NULL)
		return 0;
	if (keeper_settle(k) == -1)
		return -1;
	while ((rc = sx_store_finish(k->store, &stored, &k->c->err)) == 1) {
		if (!k->c->json)
			say_result(k->c, "%s", stored.path);
		if (k->o->exec != NULL) {
			struct record record = { .file = stored.path,
				.port = k->port_name };

			run_program(k->c, k->o->exec, &record);
		}
		free(stored.path);
	}
	for (size_t i = 0; rc == 0 && i < k->nlater; i++) {
		fputs(k->later[i], stdout);
		flush_result(k->c);
	}
	return rc;
}

void
keeper_rescue(struct keeper *k)
{
	const struct sx_dump *d;
	struct sx_stored stored;
	struct sx_err e = { 0 };
	char text[512];
	int rc;

	while ((rc = sx_store_rescue(
		    k->store, k->o->rules.devices, &stored, &d, &e)) != 0) {
		if (rc == -1) {
			warn_error(k->c, &e);
			continue;
		}
		struct record record = record_of(k, d, &stored);

		say(k->c, "rescued from an earlier run: %s: %s", stored.path,
		    describe(text, sizeof(text), &record));
		free(stored.path);
	}
}

void
keeper_free(struct keeper *k)
{
	for (size_t i = 0; i < k->nwaiting; i++)
		taken_release(&k->waiting[i]);
	for (size_t i = 0; i < k->nlater; i++)
		free(k->later[i]);
	free(k->later);
}
