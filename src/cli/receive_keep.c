/* SPDX-License-Identifier: ISC */
/* A keeper: dumps that have ended become files, and that is told. */
#include <inttypes.h>
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
	int rc = 0;

	describe(k->last, sizeof(k->last), &record);
	say(k->c, "%s%s%s", k->said_as != NULL ? k->said_as : "",
	    k->said_as != NULL ? ": " : "", k->last);
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
		say_path(k->c, stored->path);
	}
	if (k->o->exec != NULL && stored->final &&
	    d->damage.kind == SX_DAMAGE_NONE)
		run_program(k->c, k->o->exec, &record);
	free(stored->path);
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

/* As it is to be named. */
static struct sx_dump
dump_of(const struct taken *t)
{
	struct sx_dump d = t->dump;

	if (t->unfit)
		d.damage.kind = SX_DAMAGE_INPUT;
	return d;
}

/* It cannot be kept, but is there at the next start; what was made of a dump is
 * not, and can be made again. */
static void
leave(const struct keeper *k, struct sx_part *part)
{
	if (k->o->store.format == SX_FORMAT_BYTES)
		sx_part_drop(part);
	else
		sx_part_release(part);
}

/* Give a dump its name. */
static int
give_name(struct keeper *k, struct taken *t, struct sx_stored *stored)
{
	struct sx_dump named = dump_of(t);
	const char *path;

	if (sx_part_keep(t->part, &named, stored, &k->c->err) == 0) {
		t->part = NULL;
		return 0;
	}
	path = sx_part_path(t->part);
	if (path != NULL && k->o->store.format != SX_FORMAT_BYTES)
		sx_hint(&k->c->err,
		    "the dump itself is in '%s': the next 'sxlib receive' into "
		    "this folder takes it in",
		    path);
	leave(k, t->part);
	t->part = NULL;
	return -1;
}

static int
settle(struct keeper *k)
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

/* Give a dump its name, from memory if its file has failed. */
static int
give_name_again(struct taken *t, struct sx_stored *stored, struct sx_err *e)
{
	struct sx_dump named = dump_of(t);

	if ((t->failed && sx_part_renew(t->part, e) == -1) ||
	    sx_part_keep(t->part, &named, stored, e) == -1) {
		t->failed = true;
		return -1;
	}
	t->part = NULL;
	return 0;
}

/* One after the other: where the first has to wait, so have those after it. */
static void
settle_patiently(struct keeper *k)
{
	struct sx_stored stored;
	struct sx_err e = { 0 };
	size_t done = 0;

	k->trouble.code = SX_OK;
	for (; done < k->nwaiting; done++) {
		struct taken *t = &k->waiting[done];

		if (give_name_again(t, &stored, &e) == 0) {
			(void)tell(k, &t->dump, &stored);
		} else if (sx_part_held(t->part)) {
			k->trouble = e;
			break;
		} else {
			warn_error(k->c, &e);
			warn(k->c,
			    "%s: a dump of %" PRIu64 " bytes is lost: the disk "
			    "failed, and it was too big for memory",
			    k->said_as, t->dump.bytes);
			k->lost++;
		}
		taken_release(t);
	}
	k->nwaiting -= done;
	if (k->nwaiting > 0)
		memmove(k->waiting, k->waiting + done,
		    k->nwaiting * sizeof(*k->waiting));
}

int
keeper_settle(struct keeper *k)
{
	if (!k->patient)
		return settle(k);
	settle_patiently(k);
	return 0;
}

bool
keeper_retry(struct keeper *k)
{
	struct sx_err e = { 0 };

	if (sx_store_reopen(k->store, &e) == -1 ||
	    (k->part != NULL && k->part_failed && sx_part_held(k->part) &&
		sx_part_renew(k->part, &e) == -1)) {
		k->trouble = e;
		return false;
	}
	k->part_failed = false;
	settle_patiently(k);
	return k->trouble.code == SX_OK;
}

static int
make_room(struct keeper *k)
{
	size_t room = k->room == 0 ? KEEPER_MOST : 2 * k->room;
	struct taken *p;

	if (!k->patient && k->nwaiting == KEEPER_MOST)
		return settle(k);
	if (k->nwaiting < k->room)
		return 0;
	p = realloc(k->waiting, room * sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(&k->c->err);
	k->waiting = p;
	k->room = room;
	return 0;
}

/* unfit: its name says so, though its framing is whole. */
static int
add(struct keeper *k, struct sx_part *part, const struct sx_dump *dump,
    bool unfit)
{
	struct taken *t;

	if (make_room(k) == -1)
		goto fail;
	t = &k->waiting[k->nwaiting];
	if (taken_set(t, part, dump, &k->c->err) == -1)
		goto fail;
	t->unfit = unfit;
	t->failed = k->part_failed;
	if (k->patient && k->nwaiting >= KEEPER_MOST && sx_part_held(part)) {
		sx_part_park(part);
		t->failed = true;
	}
	k->nwaiting++;
	k->damaged += dump->damage.kind != SX_DAMAGE_NONE;
	k->bad += dump->facts.checksum == SX_CHECKSUM_BAD;
	return 0;
fail:
	leave(k, part);
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
			say_path(k->c, stored.path);
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
keeper_free(struct keeper *k)
{
	for (size_t i = 0; i < k->nwaiting; i++)
		taken_release(&k->waiting[i]);
	for (size_t i = 0; i < k->nlater; i++)
		free(k->later[i]);
	free(k->later);
	free(k->waiting);
	if (k->part != NULL)
		sx_part_release(k->part);
}

void
keeper_say_rest(const struct keeper *k)
{
	if (k->no_dumps > 0)
		say(k->c,
		    "not kept: %zu message%s that %s no dump%s "
		    "(--all keeps them)",
		    k->no_dumps, plural(k->no_dumps),
		    k->no_dumps == 1 ? "is" : "are", plural(k->no_dumps));
	if (k->others > 0)
		say(k->c, "not kept: %zu message%s of other makers", k->others,
		    plural(k->others));
}
