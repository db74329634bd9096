/* SPDX-License-Identifier: ISC */
/*
 * A part holds messages one after the other, without their times; only its last
 * may be cut. A part that makes one dump is renamed, so that it can be rescued
 * on a full disk as well. Any other is copied, dump by dump, and removed when
 * all are safe: a crash in between may double a dump, never lose one. Of a part
 * that is marked all is damaged, since its bytes may not show where.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "name.h"
#include "part.h"
#include "rescue.h"

struct sx_rescue {
	const struct sx_folder *folder;
	const struct sx_devices *own;
	struct sx_template *own_name;	/* the default one, if */
	const struct sx_template *name; /* is not the caller's */
	long *n;
	struct dirent **found;
	int nfound, next;

	struct sx_part *part; /* the one that is being taken in, or NULL */
	const uint8_t *data;
	size_t size, pos; /* of it; how far it has been framed */
	size_t done;	  /* bytes of it that are in files of their own */
	struct sx_framer framer;
	struct sx_collector *collector;
	struct sx_time time; /* of the next message */
	bool whole;	     /* the last message was */
	bool marked;	     /* the part is, as damaged */
	struct sx_dump dump; /* the one that is given out */
	struct sx_piece alien_piece;
};

static int
is_ours(const struct dirent *entry)
{
	return sx_part_named(entry->d_name, SX_PART_SUFFIX) ||
	       sx_part_named(entry->d_name, SX_MARKED_SUFFIX) ||
	       sx_part_named(entry->d_name, SX_TEMP_SUFFIX);
}

struct sx_rescue *
sx_rescue_new(const struct sx_folder *f, const struct sx_devices *own,
    const struct sx_template *name, long *n, struct sx_err *e)
{
	struct sx_rescue *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	r->folder = f;
	r->own = own;
	r->n = n;
	r->name = name;
	if (name == NULL)
		r->name = r->own_name =
		    sx_template_new(SX_DEFAULT_NAME, NULL, e);
	if (r->name == NULL) {
		free(r);
		return NULL;
	}
	r->nfound = scandirat(f->fd, ".", &r->found, is_ours, alphasort);
	if (r->nfound == -1) {
		sx_fail(e, SX_EIO, errno, "cannot read folder '%s'", f->path);
		r->nfound = 0;
		sx_rescue_free(r);
		return NULL;
	}
	return r;
}

static void
close_part(struct sx_rescue *r)
{
	sx_collector_free(r->collector);
	r->collector = NULL;
	sx_part_release(r->part);
	r->part = NULL;
}

void
sx_rescue_free(struct sx_rescue *r)
{
	if (r == NULL)
		return;
	close_part(r);
	for (int i = 0; i < r->nfound; i++)
		free(r->found[i]);
	free(r->found);
	sx_template_free(r->own_name);
	free(r);
}

static int64_t
time_of(const struct sx_part *p)
{
	int64_t wall = sx_time_parse(p->name);
	struct stat st;

	if (wall == -1 && fstat(p->fd, &st) == 0)
		wall = (int64_t)st.st_mtim.tv_sec * 1000000 +
		       st.st_mtim.tv_nsec / 1000;
	return wall;
}

/* The next message; false at the end. */
static bool
next_message(struct sx_rescue *r, struct sx_span *span)
{
	if (r->pos == r->size)
		return false;
	r->pos += sx_framer_feed(
	    &r->framer, r->data + r->pos, r->size - r->pos, span);
	/* Nothing is in pieces here, so only the end can leave one open. */
	if (span->end == SX_END_OPEN)
		span->end = SX_END_INPUT;
	return true;
}

/* Does it hold anything that a dump does not? No part of ours does. */
static bool
is_alien(struct sx_rescue *r)
{
	struct sx_span span;
	bool alien = false;

	while (!alien && next_message(r, &span))
		alien = (span.kind != SX_SPAN_SYSEX &&
			    span.kind != SX_SPAN_STRAY) ||
			!span.first ||
			(span.kind == SX_SPAN_STRAY && span.data[0] == 0xf7);
	return alien;
}

static void
rewind_part(struct sx_rescue *r)
{
	sx_framer_init(&r->framer);
	r->pos = 0;
}

/* 1: r->part is the next one that is ours to take; 0: no more; -1: error. */
static int
open_part(struct sx_rescue *r, struct sx_err *e)
{
	const struct sx_rules rules = {
		.split = SX_SPLIT_AUTO, .gap = 1, .all = true, .devices = r->own
	};
	int rc;

	while (r->next < r->nfound) {
		const char *name = r->found[r->next++]->d_name;

		rc = sx_part_adopt(r->folder, name, &r->part, e);
		if (rc == -1)
			return -1;
		if (rc == 0)
			continue;
		r->marked = sx_part_named(name, SX_MARKED_SUFFIX);
		/* Nothing came, or it is still in the part it was made of. */
		if (r->part->size == 0 || sx_part_named(name, SX_TEMP_SUFFIX)) {
			sx_part_drop(r->part);
			r->part = NULL;
			continue;
		}
		r->data = sx_part_map(r->part, &r->size, e);
		r->collector = sx_collector_new(&rules, e);
		if (r->data == NULL || r->collector == NULL)
			return -1;
		r->time = (struct sx_time){ .wall = time_of(r->part) };
		r->done = 0;
		r->whole = true;
		rewind_part(r);
		return 1;
	}
	return 0;
}

/* Make a part of its own for the dump that is r->data[r->done] and following.
 */
static struct sx_part *
carve(const struct sx_rescue *r, const struct sx_dump *dump, struct sx_err *e)
{
	struct sx_part *p;

	p = sx_part_create(r->folder, dump->time.wall,
	    r->marked ? SX_MARKED_SUFFIX : SX_PART_SUFFIX, e);
	if (p != NULL && sx_part_append(p, r->data + r->done,
			     (size_t)dump->bytes, e) == -1) {
		sx_part_drop(p);
		p = NULL;
	}
	return p;
}

static int
store(struct sx_rescue *r, const struct sx_dump *dump, struct sx_stored *stored,
    struct sx_err *e)
{
	bool damaged = dump->damage.kind != SX_DAMAGE_NONE;
	struct sx_part *p = r->part;
	char *stem;
	int rc;

	if (dump->bytes < r->size && (p = carve(r, dump, e)) == NULL)
		return -1;
	stem = sx_template_expand(
	    r->name, dump->time.wall, &dump->facts, r->n != NULL ? *r->n : 0);
	rc = stem == NULL
		 ? sx_fail_memory(e)
		 : sx_part_place(p, r->folder, stem,
		       damaged ? SX_DAMAGED_SUFFIX : ".syx", &stored->path, e);
	free(stem);
	if (rc == 0) {
		r->done += (size_t)dump->bytes;
		if (r->n != NULL)
			++*r->n;
	}
	if (p == r->part)
		return rc;
	if (rc == -1)
		sx_part_drop(p);
	else
		sx_part_release(p);
	/* If it cannot be removed it comes again at the next start. */
	if (rc == 0 && r->done == r->size)
		(void)unlinkat(r->folder->fd, r->part->name, 0);
	return rc;
}

/* Give it to the collector so that what is cut is a dump of its own. */
static int
collect(struct sx_rescue *r, const struct sx_span *span, struct sx_err *e)
{
	bool whole = span->kind == SX_SPAN_SYSEX && span->end == SX_END_WHOLE;

	if (!whole || !r->whole)
		r->time.mono++;
	r->whole = whole;
	return sx_collector_span(r->collector, span, r->time, false, e);
}

/* 1: *step is a dump; 0: the part has no more; -1: error. */
static int
next_dump(struct sx_rescue *r, struct sx_step *step, struct sx_err *e)
{
	struct sx_span span;

	for (;;) {
		while (sx_collector_next(r->collector, step))
			if (step->kind == SX_STEP_DUMP)
				return 1;
		if (r->pos == r->size) {
			sx_collector_flush(r->collector);
			if (!sx_collector_next(r->collector, step))
				return 0;
			return 1;
		}
		if (next_message(r, &span) && collect(r, &span, e) == -1)
			return -1;
	}
}

/* A part that no sxlib has written: kept as it is, in one piece. */
static int
store_alien(struct sx_rescue *r, struct sx_stored *stored,
    const struct sx_dump **dump, struct sx_err *e)
{
	r->alien_piece = (struct sx_piece){ 0, r->size, r->time };
	r->dump = (struct sx_dump){ .time = r->time,
		.bytes = r->size,
		.messages = 1,
		.pieces = &r->alien_piece,
		.damage = { .kind = SX_DAMAGE_NO_F0 } };
	sx_device_decode(r->own, r->data, r->size, &r->dump.facts);
	if (store(r, &r->dump, stored, e) == -1)
		return -1;
	*dump = &r->dump;
	return 1;
}

/* Copying what cannot be finished would leave a copy at each start. */
static int
check_space(const struct sx_rescue *r, struct sx_err *e)
{
	struct statvfs fs;

	if (fstatvfs(r->folder->fd, &fs) == 0 && fs.f_blocks > 0 &&
	    (uint64_t)fs.f_bavail * fs.f_frsize < r->size)
		return sx_fail(e, SX_EIO, ENOSPC, "cannot take in '%s'",
		    sx_part_path(r->part));
	return 0;
}

static int
take_in(struct sx_rescue *r, struct sx_stored *stored,
    const struct sx_dump **dump, struct sx_err *e)
{
	struct sx_step step;
	int rc;

	if (r->pos == 0) {
		bool alien = is_alien(r);

		rewind_part(r);
		if (alien)
			return store_alien(r, stored, dump, e);
	}
	rc = next_dump(r, &step, e);
	if (rc == 0)
		rc = sx_fail(e, SX_EDATA, 0, "cannot take in all of '%s'",
		    sx_part_path(r->part));
	if (rc == -1)
		return -1;
	if (r->done == 0 && step.dump->bytes < r->size &&
	    check_space(r, e) == -1)
		return -1;
	r->dump = *step.dump;
	if (r->marked && r->dump.damage.kind == SX_DAMAGE_NONE)
		r->dump.damage.kind = SX_DAMAGE_INTERRUPTED;
	if (store(r, &r->dump, stored, e) == -1)
		return -1;
	*dump = &r->dump;
	return 1;
}

int
sx_rescue_next(struct sx_rescue *r, struct sx_stored *stored,
    const struct sx_dump **dump, struct sx_err *e)
{
	int rc = 1;

	*stored = (struct sx_stored){ .final = true };
	if (r->part == NULL || r->done == r->size) {
		close_part(r);
		rc = open_part(r, e);
	}
	if (rc == 1)
		rc = take_in(r, stored, dump, e);
	if (rc == -1)
		close_part(r);
	return rc;
}
