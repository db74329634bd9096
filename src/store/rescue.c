/* SPDX-License-Identifier: ISC */
/*
 * A part holds messages one after the other, without their times; only the last
 * may be cut. A part with one dump is renamed, so that it can be recovered on a
 * full disk, too. Any other is split first: its dumps become pieces, which are
 * valid only once the part is gone, so that a crash neither loses nor
 * duplicates one. All dumps of a marked part are damaged, since its bytes may
 * not show where.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "journal.h"
#include "libc.h"
#include "name.h"
#include "part.h"
#include "rescue.h"
#include "spool.h"
#include "twice.h"

/* Some bytes of a part: [from, from + have). */
struct window {
	uint64_t from;
	size_t have;
	uint8_t bytes[SX_PART_PIECE];
};

struct sx_rescue {
	const struct sx_folder *folder;
	const struct sx_devices *user;
	struct sx_template *own_name;	/* the default one, or NULL */
	const struct sx_template *name; /* the caller's, or own_name */
	struct sx_numbers *numbers;	/* NULL: names have none */
	char **found;			/* names; NULL: nothing left to do */
	size_t nfound, next;
	bool synced;		 /* all that was found, at the start */
	struct sx_sync_set owed; /* for the new names */

	struct sx_part *part; /* being recovered, or NULL */
	uint64_t size, pos;   /* of the part; how far it is framed */
	struct window *here, *ahead;
	bool is_piece, is_spool;
	struct sx_framer framer;
	struct sx_collector *collector;
	struct sx_time time; /* of the next message */
	bool whole;	     /* the last message was complete */
	bool marked;	     /* the part is marked as damaged */
	struct sx_dump dump; /* returned to the caller */
	struct sx_piece alien_piece;
};

static int
rescue_is_ours(const struct dirent *entry)
{
	const char *name = entry->d_name;
	uint64_t inode, off;
	bool marked;
	int64_t ms;

	return sx_part_named(name, SX_PART_SUFFIX) ||
	       sx_part_named(name, SX_SPOOL_SUFFIX) ||
	       sx_part_named(name, SX_MARKED_SUFFIX) || sx_part_is_temp(name) ||
	       sx_part_is_joined(name, &inode, &off) ||
	       sx_part_is_piece(name, &ms, &marked);
}

static int
rescue_by_beginning(const struct dirent **a, const struct dirent **b)
{
	return sx_part_order((*a)->d_name, (*b)->d_name);
}

/* List the parts in the folder. Returns 0, or -1 and sets e. */
static int
rescue_look(struct sx_rescue *r, struct sx_err *e)
{
	const struct sx_folder *f = r->folder;
	struct dirent **found;
	int n =
	    scandirat(f->fd, ".", &found, rescue_is_ours, rescue_by_beginning);
	bool failed;

	if (n == -1)
		return sx_fail(
		    e, SX_EIO, errno, "cannot read folder '%s'", f->path);
	r->found = calloc((size_t)n + 1, sizeof(*r->found));
	failed = r->found == NULL;
	for (int i = 0; i < n; i++) {
		if (!failed) {
			r->found[r->nfound] = strdup(found[i]->d_name);
			failed = r->found[r->nfound] == NULL;
			r->nfound += !failed;
		}
		free(found[i]);
	}
	free(found);
	return failed ? sx_fail_memory(e) : 0;
}

struct sx_rescue *
sx_rescue_new(const struct sx_folder *f, const struct sx_devices *user,
    const struct sx_template *name, struct sx_numbers *numbers,
    struct sx_err *e)
{
	struct sx_rescue *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	r->folder = f;
	r->user = user;
	r->numbers = numbers;
	r->name = name;
	r->here = calloc(1, sizeof(*r->here));
	r->ahead = calloc(1, sizeof(*r->ahead));
	if (r->here == NULL || r->ahead == NULL) {
		sx_fail_memory(e);
		sx_rescue_free(r);
		return NULL;
	}
	if (name == NULL)
		r->name = r->own_name =
		    sx_template_new(SX_DEFAULT_NAME, NULL, e);
	if (r->name == NULL || rescue_look(r, e) == -1) {
		sx_rescue_free(r);
		return NULL;
	}
	sx_twice_drop(f, r->found, r->nfound);
	r->synced = r->nfound > SX_SYNC_FEW && sx_sync_all(f->fd) == 0;
	return r;
}

static void
rescue_close_part(struct sx_rescue *r)
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
	rescue_close_part(r);
	free(r->here);
	free(r->ahead);
	for (size_t i = 0; i < r->nfound; i++)
		free(r->found[i]);
	free(r->found);
	sx_sync_free(&r->owed);
	sx_template_free(r->own_name);
	free(r);
}

static int64_t
rescue_time_of(const struct sx_part *p)
{
	int64_t wall = sx_time_parse(p->name);
	struct stat st;

	if (wall == -1 && fstat(p->fd, &st) == 0)
		wall = sx_time_of(&st.st_mtim);
	return wall;
}

/* Load the bytes at pos into a window. */
static int
rescue_look_at(
    const struct sx_rescue *r, struct window *w, uint64_t pos, struct sx_err *e)
{
	uint64_t left = r->size - pos;
	size_t n = left < SX_PART_PIECE ? (size_t)left : SX_PART_PIECE;

	if (pos >= w->from && pos - w->from < w->have)
		return 0;
	w->have = 0;
	if (sx_part_read(r->part, pos, w->bytes, n, e) == -1)
		return -1;
	w->from = pos;
	w->have = n;
	return 0;
}

/* Read the next span from *pos on. Returns 1; 0 at the end; -1 and sets e. */
static int
rescue_next_span(const struct sx_rescue *r, struct window *w,
    struct sx_framer *f, uint64_t *pos, struct sx_span *span, struct sx_err *e)
{
	size_t at;

	if (*pos == r->size)
		return 0;
	if (rescue_look_at(r, w, *pos, e) == -1)
		return -1;
	at = (size_t)(*pos - w->from);
	*pos += sx_framer_feed(f, w->bytes + at, w->have - at, span);
	if (span->end == SX_END_OPEN && *pos == r->size)
		span->end = SX_END_INPUT;
	return 1;
}

/* Does the part contain anything that a dump does not? None of ours does.
 * Returns 1, 0, or -1 and sets e. */
static int
rescue_is_alien(struct sx_rescue *r, struct sx_err *e)
{
	struct sx_span span;
	bool alien = false;
	int rc = 1;

	if (sx_part_is_sparse(r->part))
		return 1;
	while (!alien && (rc = rescue_next_span(
			      r, r->here, &r->framer, &r->pos, &span, e)) == 1)
		alien = (span.kind != SX_SPAN_SYSEX &&
			    span.kind != SX_SPAN_STRAY) ||
			(span.kind == SX_SPAN_STRAY && span.first &&
			    span.data[0] == 0xf7);
	return rc == -1 ? -1 : alien;
}

static void
rescue_rewind_part(struct sx_rescue *r)
{
	sx_framer_init(&r->framer);
	r->pos = 0;
}

/* Start on the open part. Returns 0, or -1 and sets e. */
static int
rescue_begin_part(struct sx_rescue *r, const char *name, struct sx_err *e)
{
	struct sx_rules rules = { .split = SX_SPLIT_AUTO,
		.gap = 1,
		.all = true,
		.devices = r->user };
	int64_t ms = 0;

	if (r->synced && sx_sync_check(r->part->fd) == 0)
		r->part->dirty = false;
	r->is_spool = sx_part_named(name, SX_SPOOL_SUFFIX);
	r->is_piece = sx_part_is_piece(name, &ms, &r->marked);
	if (!r->is_piece)
		r->marked = sx_part_named(name, SX_MARKED_SUFFIX);
	/* A piece is one dump, whatever it holds. */
	if (r->is_piece)
		rules.split = SX_SPLIT_GAP;
	r->size = r->part->size;
	r->here->have = r->ahead->have = 0;
	r->collector = sx_collector_new(&rules, e);
	if (r->collector == NULL)
		return -1;
	r->time =
	    (struct sx_time){ .wall = rescue_time_of(r->part) + ms * 1000 };
	r->whole = true;
	rescue_rewind_part(r);
	return 0;
}

/* Open the next part that is ours to recover. Returns 1 and sets r->part; 0 if
 * there are no more; -1 and sets e. */
static int
rescue_open_part(struct sx_rescue *r, struct sx_err *e)
{
	int rc;

	while (r->next < r->nfound) {
		const char *name = r->found[r->next++];

		if (name == NULL)
			continue;
		rc = sx_part_adopt(r->folder, name, &r->part, e);
		if (rc == -1)
			return -1;
		if (rc == 0)
			continue;
		/* Anything else is empty, or a .tmp, whose bytes are still in
		 * its part. */
		if (r->part->size > 0 && !sx_part_is_temp(name))
			return rescue_begin_part(r, name, e) == 0 ? 1 : -1;
		rc = sx_part_remove(r->part, e);
		r->part = NULL;
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* Make the new names survive a power cut. */
static int
rescue_sync(struct sx_rescue *r, struct sx_err *e)
{
	int error = sx_sync_run(&r->owed);

	sx_sync_clear(&r->owed);
	if (error == 0)
		return 0;
	return sx_fail(
	    e, SX_EIO, error, "cannot sync folder '%s'", r->folder->path);
}

/* Give the part its name; n is its number. */
static int
rescue_place(
    struct sx_rescue *r, long n, struct sx_stored *stored, struct sx_err *e)
{
	const struct sx_dump *d = &r->dump;
	bool damaged = d->damage.kind != SX_DAMAGE_NONE;
	char *stem = sx_template_expand(r->name, d->time.wall, &d->facts, n);
	int rc;

	if (stem == NULL)
		return sx_fail_memory(e);
	rc = sx_part_place(r->part, r->folder, stem,
	    damaged ? SX_DAMAGED_SUFFIX : ".syx", &r->owed, &stored->path, e);
	free(stem);
	return rc;
}

/* Make a file of the part. */
static int
rescue_store(struct sx_rescue *r, struct sx_stored *stored, struct sx_err *e)
{
	long n;
	int rc;

	if (r->numbers == NULL)
		return rescue_place(r, 0, stored, e);
	(void)sx_numbers_begin(r->numbers, r->name, NULL);
	n = sx_numbers_next(r->numbers);
	rc = rescue_place(r, n, stored, e);
	if (rc == 0)
		sx_numbers_given(r->numbers, n);
	sx_numbers_end(r->numbers);
	return rc;
}

/* Find how the message ends whose first span this is. Returns 0, or -1 and sets
 * e. */
static int
rescue_find_end(struct sx_rescue *r, struct sx_span span, enum sx_end *end,
    struct sx_err *e)
{
	struct sx_framer f = r->framer;
	uint64_t pos = r->pos;

	while (span.end == SX_END_OPEN)
		if (rescue_next_span(r, r->ahead, &f, &pos, &span, e) == -1)
			return -1;
	*end = span.end;
	return 0;
}

/* Pass a span to the collector so that cut messages become separate dumps. */
static int
rescue_collect(
    struct sx_rescue *r, const struct sx_span *span, struct sx_err *e)
{
	enum sx_end end;
	bool whole;

	if (span->first) {
		if (rescue_find_end(r, *span, &end, e) == -1)
			return -1;
		whole = span->kind == SX_SPAN_SYSEX && end == SX_END_WHOLE;
		if ((!whole || !r->whole) && !r->is_piece)
			r->time.mono++;
		r->whole = whole;
	}
	return sx_collector_span(r->collector, span, r->time, false, e);
}

/* Find the next dump of the part. Returns 1 and sets *step; 0 if there are no
 * more; -1 and sets e. */
static int
rescue_next_dump(struct sx_rescue *r, struct sx_step *step, struct sx_err *e)
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
		if (rescue_next_span(
			r, r->here, &r->framer, &r->pos, &span, e) == -1 ||
		    rescue_collect(r, &span, e) == -1)
			return -1;
	}
}

/* Store a part that sxlib did not write, unchanged and in one piece. */
static int
rescue_store_alien(
    struct sx_rescue *r, struct sx_stored *stored, struct sx_err *e)
{
	r->alien_piece = (struct sx_piece){ 0, (size_t)r->size, r->time };
	r->dump = (struct sx_dump){ .time = r->time,
		.bytes = r->size,
		.messages = 1,
		.pieces = &r->alien_piece,
		.damage = { .kind = SX_DAMAGE_NO_F0 } };
	if (rescue_look_at(r, r->here, 0, e) == -1)
		return -1;
	if (r->size <= r->here->have)
		sx_device_decode(
		    r->user, r->here->bytes, r->here->have, &r->dump.facts);
	else
		(void)sx_device_skim(r->user, r->here->bytes, SX_TRIAGE_BYTES,
		    SIZE_MAX, false, &r->dump.facts);
	return rescue_store(r, stored, e);
}

/* ---- Parts of several dumps ---- */

/* The pieces made from a part. */
struct pieces {
	char **names;
	size_t n;
};

static void
rescue_free_pieces(struct pieces *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->names[i]);
	free(p->names);
}

/* Check that the pieces fit: otherwise each start would build them in vain. */
static int
rescue_check_space(const struct sx_rescue *r, struct sx_err *e)
{
	struct statvfs fs;

	if (fstatvfs(r->folder->fd, &fs) == 0 && fs.f_blocks > 0 &&
	    (uint64_t)fs.f_bavail * fs.f_frsize < r->size)
		return sx_fail(e, SX_EIO, ENOSPC, "cannot recover '%s'",
		    sx_part_path(r->part));
	return 0;
}

/* Write a piece: the n bytes from off on, a dump that began ms after the part.
 * It is valid once the part is gone. */
static int
rescue_write_piece(struct sx_rescue *r, struct pieces *made, uint64_t off,
    uint64_t n, int64_t ms, bool marked, struct sx_err *e)
{
	char name[SX_PART_NAME], **p;
	struct sx_part *piece;

	p = reallocarray(made->names, made->n + 1, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(e);
	made->names = p;
	sx_part_piece_name(name, r->part->name, made->n, ms, marked);
	piece = sx_part_create_named(r->folder, name, e);
	if (piece == NULL)
		return -1;
	p[made->n] = strdup(name);
	if (p[made->n] == NULL)
		sx_fail_memory(e);
	if (p[made->n] == NULL ||
	    sx_part_copy_some(piece, r->part, off, n, e) == -1 ||
	    (!r->synced && sx_part_flush(piece, e) == -1)) {
		free(p[made->n]);
		sx_part_drop(piece);
		return -1;
	}
	sx_part_release(piece);
	made->n++;
	return 0;
}

/* Cut up a part; `first` is its first dump. */
static int
rescue_cut_part(struct sx_rescue *r, struct pieces *made,
    const struct sx_dump *first, struct sx_err *e)
{
	uint64_t off = 0, bytes = first->bytes;
	struct sx_step step;
	int rc;

	for (;;) {
		if (rescue_write_piece(r, made, off, bytes, 0, r->marked, e) ==
		    -1)
			return -1;
		off += bytes;
		if (off == r->size)
			return 0;
		rc = rescue_next_dump(r, &step, e);
		if (rc == 0)
			return sx_fail(e, SX_EDATA, 0,
			    "cannot fully recover '%s'", sx_part_path(r->part));
		if (rc == -1)
			return -1;
		bytes = step.dump->bytes;
	}
}

/*
 * Find the dump in a bad record of a spool at *pos, which moves past the head
 * if there is one. Returns the end of the dump. The length in the head is used
 * if it leads to the next record.
 */
static size_t
rescue_find_bad(const uint8_t *data, size_t size, size_t *pos)
{
	size_t left = size - *pos, next = *pos;
	size_t head = left < SX_RECORD_HEAD ? left : SX_RECORD_HEAD;
	size_t end = size;
	struct sx_journal_record record = { 0 };
	bool headed = left < 2 || (data[*pos + 1] & 0x0f) == SX_RECORD_DUMP;

	(void)sx_journal_record_next(data, size, &next, &record);
	if (left > head && record.len < left - head) {
		next = *pos + head + record.len;
		end = next;
		if (!sx_journal_record_next(data, size, &next, &record))
			end = size;
	}
	if (headed)
		*pos += head;
	return end;
}

/* Cut up a spool: its records are dumps, with their times. Records truncated by
 * a crash or changed by the disk are damaged dumps. */
static int
rescue_cut_spool(struct sx_rescue *r, struct pieces *made, struct sx_err *e)
{
	struct sx_journal_record record;
	size_t size, pos = 0, end;
	const uint8_t *data = sx_part_map(r->part, &size, e);
	int64_t ms = 0;
	bool good;

	if (data == NULL)
		return -1;
	while (pos < size) {
		end = pos;
		good = sx_journal_record_next(data, size, &end, &record) &&
		       record.kind == SX_RECORD_DUMP;
		if (good) {
			pos += SX_RECORD_HEAD;
			ms = (record.at - r->time.wall) / 1000;
		} else {
			end = rescue_find_bad(data, size, &pos);
		}
		if (end > pos &&
		    rescue_write_piece(r, made, pos, end - pos,
			ms > 0 && ms < INT32_MAX ? ms : 0,
			!good || record.port != SX_DAMAGE_NONE, e) == -1)
			return -1;
		pos = end;
	}
	return 0;
}

/* Insert the pieces as the next parts to recover. */
static int
rescue_add_pieces(struct sx_rescue *r, struct pieces *made, struct sx_err *e)
{
	char **p;

	if (made->n == 0)
		return 0;
	p = reallocarray(r->found, r->nfound + made->n, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(e);
	r->found = p;
	memmove(p + r->next + made->n, p + r->next,
	    (r->nfound - r->next) * sizeof(*p));
	memcpy(p + r->next, made->names, made->n * sizeof(*p));
	r->nfound += made->n;
	made->n = 0;
	return 0;
}

/* Cut up the part, whose first dump is `first`, and remove it. If that fails,
 * only the part is there. */
static int
rescue_split(struct sx_rescue *r, const struct sx_dump *first, struct sx_err *e)
{
	struct pieces made = { NULL, 0 };
	int rc = rescue_check_space(r, e), error;

	r->synced = sx_sync_all(r->folder->fd) == 0;
	if (rc == 0)
		rc = r->is_spool ? rescue_cut_spool(r, &made, e)
				 : rescue_cut_part(r, &made, first, e);
	if (rc == 0 && r->synced && (error = sx_sync_all(r->folder->fd)) != 0)
		rc = sx_fail(e, SX_EIO, error, "cannot sync '%s'",
		    sx_part_path(r->part));
	if (rc == 0 && unlinkat(r->folder->fd, r->part->name, 0) == -1)
		rc = sx_fail(e, SX_EIO, errno, "cannot remove '%s'",
		    sx_part_path(r->part));
	if (rc == -1)
		for (size_t i = 0; i < made.n; i++)
			(void)unlinkat(r->folder->fd, made.names[i], 0);
	else
		rc = rescue_add_pieces(r, &made, e);
	if (rc == 0)
		rc = sx_folder_sync(r->folder, e);
	rescue_free_pieces(&made);
	return rc;
}

/* ---- The next part ---- */

/* Recover the open part. Returns 1 if it is a file now, 0 if it is in pieces,
 * or -1 and sets e. */
static int
rescue_recover(struct sx_rescue *r, struct sx_stored *stored, struct sx_err *e)
{
	struct sx_step step;
	int rc, alien;

	if (r->is_spool && r->size <= SX_SPOOL_MOST)
		return rescue_split(r, NULL, e);
	alien = r->is_spool ? 1 : rescue_is_alien(r, e);
	rescue_rewind_part(r);
	rc = alien != 0 ? alien : rescue_next_dump(r, &step, e);
	if (rc == 0)
		rc = sx_fail(e, SX_EDATA, 0, "cannot fully recover '%s'",
		    sx_part_path(r->part));
	if (rc == -1)
		return -1;
	if (alien == 1 || (r->is_piece && step.dump->bytes < r->size))
		return rescue_store_alien(r, stored, e) == 0 ? 1 : -1;
	if (step.dump->bytes < r->size)
		return rescue_split(r, step.dump, e);
	r->dump = *step.dump;
	if (r->marked && r->dump.damage.kind == SX_DAMAGE_NONE)
		r->dump.damage.kind = SX_DAMAGE_INTERRUPTED;
	return rescue_store(r, stored, e) == 0 ? 1 : -1;
}

int
sx_rescue_next(struct sx_rescue *r, struct sx_stored *stored,
    const struct sx_dump **dump, struct sx_err *e)
{
	int rc = 0;

	*stored = (struct sx_stored){ .final = true };
	*dump = &r->dump;
	while (rc == 0) {
		rescue_close_part(r);
		rc = rescue_open_part(r, e);
		if (rc == 0)
			return rescue_sync(r, e);
		if (rc == 1)
			rc = rescue_recover(r, stored, e);
	}
	if (rc == -1)
		rescue_close_part(r);
	return rc;
}

const char *
sx_rescue_peek(const struct sx_rescue *r)
{
	size_t i = r->next;

	while (i < r->nfound && r->found[i] == NULL)
		i++;
	return i < r->nfound ? r->found[i] : NULL;
}
