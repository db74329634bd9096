/* SPDX-License-Identifier: ISC */
/* An item goes through these steps. Each may have something to report, which is
 * returned before the next step. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "part.h"
#include "sxlib/rewrite.h"

#define MESSAGE_US 60000 /* the pause after a message of an unknown device */

enum step {
	STEP_READ, /* the next item */
	STEP_JUDGE,
	STEP_KEEP, /* the open dump, if another begins */
	STEP_BYTES,
	STEP_ADD,
	STEP_END, /* of the file */
	STEP_DAMAGED,
	STEP_NOTHING,
};

int
sx_rewrite_target(struct sx_rewrite *r, const char *path)
{
	r->store_opts.format = SX_FORMAT_BYTES;
	if (sx_is_hex_name(path))
		r->as = SX_AS_TEXT;
	else if (sx_path_has_suffix(path, ".syx") || strcmp(path, "-") == 0)
		r->as = SX_AS_BYTES;
	else if (sx_path_has_suffix(path, ".mid"))
		r->as = SX_AS_TRACKS;
	else
		return -1;
	if (r->as == SX_AS_TRACKS)
		r->store_opts.format = SX_FORMAT_MID;
	return 0;
}

int
sx_rewrite_begin(struct sx_rewrite *r, struct sx_err *e)
{
	r->store_opts.copy = true;
	r->store = sx_store_open(&r->store_opts, e);
	return r->store != NULL ? 0 : -1;
}

/* Free the path of the last report. */
static void
forget_stored(struct sx_rewrite *r)
{
	free(r->stored.path);
	r->stored.path = NULL;
}

void
sx_rewrite_free(struct sx_rewrite *r)
{
	forget_stored(r);
	sx_part_drop(r->part);
	sx_store_close(r->store);
	free(r->pieces);
}

/* ---- Dumps ---- */

static bool
starts_dump(const struct sx_rewrite *r, const struct sx_item *item)
{
	if (r->part == NULL)
		return true;
	if (r->as == SX_AS_BYTES || r->as == SX_AS_TEXT)
		return false;
	if (item->stray)
		return true;
	if (sx_facts_stores(&r->facts.last, &item->facts))
		return false;
	if (r->alone || r->split == SX_SPLIT_MESSAGE)
		return true;
	if (r->split == SX_SPLIT_AUTO && item->facts.complete)
		return true;
	return item->at - r->last >= r->gap;
}

/* Store the open dump, which is complete. */
static int
keep_dump(struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e)
{
	struct sx_dump dump = r->dump;

	dump.pieces = r->pieces;
	/* For the store, a file copied as it is counts as one dump. */
	if (r->as == SX_AS_BYTES || r->as == SX_AS_TEXT)
		dump.damage.kind = SX_DAMAGE_NONE;
	if (r->as == SX_AS_TEXT)
		dump.bytes = r->text;
	if (sx_part_keep(r->part, &dump, &r->stored, e) == -1)
		return -1;
	r->part = NULL;
	r->dumps++;
	what->kind = SX_REWRITE_KEPT;
	what->dump = &r->dump;
	what->stored = &r->stored;
	return 1;
}

/*
 * Return when a message is due. A .syx has no times: its messages follow each
 * other as the cable and the device can take them, so that a MIDI file of them
 * can be played.
 */
static int64_t
rewrite_due(const struct sx_rewrite *r, const struct sx_item *item)
{
	if (sx_file_format(r->file) == SX_FILE_MID || item->at != r->last)
		return r->from + item->at;
	return r->free;
}

/* Add the facts of an item to its dump; stray bytes have none. */
static void
join_facts(struct sx_dump *dump, struct sx_summary *facts,
    const struct sx_item *item, size_t n)
{
	static const struct sx_facts unknown = {
		.slot = -1, .unit = -1, .dump = true
	};

	if (!item->stray)
		(void)sx_summary_add(facts, &item->facts);
	dump->facts = facts->dumps > 0 ? facts->all : unknown;
	if (dump->damage.kind == SX_DAMAGE_NONE)
		dump->damage = item->damage;
	dump->bytes += n;
	dump->messages += !item->stray;
}

static int
rewrite_begin_dump(struct sx_rewrite *r, const struct sx_item *item,
    struct sx_time t, struct sx_err *e)
{
	r->dump = (struct sx_dump){ .time = t };
	r->facts = (struct sx_summary){ .dumps = 0 };
	if (r->all.bytes == 0)
		r->all.time = t;
	/* Stray bytes are stored as damaged. */
	if (r->as == SX_AS_DUMPS && item->stray)
		r->dump.damage.kind = SX_DAMAGE_NO_F0;
	r->npieces = 0;
	r->alone =
	    item->stray || (r->split == SX_SPLIT_AUTO && item->facts.complete);
	r->part = sx_part_begin(r->store, t, e);
	return r->part != NULL ? 0 : -1;
}

static int
add_piece(struct sx_rewrite *r, struct sx_piece piece, struct sx_err *e)
{
	size_t want = r->pieces_cap > 0 ? r->pieces_cap * 2 : 64;
	struct sx_piece *p;

	if (r->npieces == r->pieces_cap) {
		p = reallocarray(r->pieces, want, sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(e);
		r->pieces = p;
		r->pieces_cap = want;
	}
	r->pieces[r->npieces++] = piece;
	return 0;
}

/* ---- Items ---- */

static int
read_item(struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e)
{
	int rc = sx_file_next(r->file, &r->item, e);

	if (rc == 1) {
		r->step = STEP_JUDGE;
		what->kind = SX_REWRITE_ITEM;
		return 1;
	}
	r->step = STEP_END;
	if (rc == 0)
		return 0;
	r->malformed = e->code == SX_EDATA;
	if (!r->force || !r->malformed)
		return -1;
	r->why = *e;
	*e = (struct sx_err){ 0 };
	what->kind = SX_REWRITE_MALFORMED;
	what->why = &r->why;
	return 1;
}

/* Can the item be left out without loss? Padding can, unless it is to be kept;
 * a wrapper, unless the file is copied as it is. */
static bool
is_left_out(const struct sx_rewrite *r, const struct sx_item *item)
{
	if (r->as == SX_AS_DUMPS && !r->leave_stray)
		return false;
	return item->padding ||
	       (item->what == SX_STRAY_WRAPPING &&
		   (r->as == SX_AS_DUMPS || r->as == SX_AS_TRACKS));
}

/* Report stray bytes and cut messages. */
static int
rewrite_judge_item(
    struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e)
{
	const struct sx_item *item = &r->item;

	r->step = STEP_KEEP;
	if (is_left_out(r, item)) {
		r->step = STEP_READ;
		what->kind = SX_REWRITE_SPARE;
		return 1;
	}
	if (r->as == SX_AS_TRACKS && (item->stray || item->damage.kind != 0))
		return sx_fail(e, SX_EREFUSED, 0,
		    "'%s': offset %" PRIu64 ": a MIDI file cannot contain %s",
		    r->path, item->offset,
		    item->stray ? "bytes outside any message"
				: "a truncated message");
	if (item->stray) {
		r->stray++;
		r->stray_bytes += item->len;
		if (r->leave_stray)
			r->step = STEP_READ;
		what->kind = SX_REWRITE_STRAY;
		return 1;
	}
	r->messages++;
	if (item->damage.kind == SX_DAMAGE_NONE)
		return 0;
	r->cut++;
	what->kind = SX_REWRITE_CUT;
	return 1;
}

/* Return the bytes of an item as they are written, and set r->n. Returns NULL
 * and sets e on failure. */
static const uint8_t *
bytes_of(struct sx_rewrite *r, struct sx_err *e)
{
	const struct sx_item *item = &r->item;

	r->n = item->len;
	if (item->data == NULL)
		return sx_file_bytes(r->file, item->offset, r->n, e);
	if (item->realtime == 0)
		return item->data;
	if (r->as == SX_AS_TRACKS || sx_file_format(r->file) == SX_FILE_MID) {
		r->realtime += item->realtime;
		return item->data;
	}
	r->n += item->realtime;
	return sx_file_bytes(r->file, item->offset, r->n, e);
}

static struct sx_time
rewrite_time_of(const struct sx_rewrite *r)
{
	return (struct sx_time){ .mono = rewrite_due(r, &r->item),
		.wall = sx_file_time(r->file) + r->item.at };
}

/* Append the bytes to the part, or return them to be converted to text
 * first. */
static int
rewrite_put_item(
    struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e)
{
	if (r->part == NULL &&
	    rewrite_begin_dump(r, &r->item, rewrite_time_of(r), e) == -1)
		return -1;
	r->step = STEP_ADD;
	r->raw = bytes_of(r, e);
	if (r->raw == NULL)
		return -1;
	if (r->as != SX_AS_TEXT)
		return sx_part_append(r->part, r->raw, r->n, e);
	what->kind = SX_REWRITE_TEXT;
	what->bytes = r->raw;
	what->n = r->n;
	what->timed = sx_file_format(r->file) == SX_FILE_MID || r->item.at > 0;
	return 1;
}

int
sx_rewrite_text(
    struct sx_rewrite *r, const char *text, size_t n, struct sx_err *e)
{
	r->text += n;
	return sx_part_append(r->part, (const uint8_t *)text, n, e);
}

/* Count an item that is in the part. */
static int
add_item(struct sx_rewrite *r, struct sx_err *e)
{
	const struct sx_item *item = &r->item;
	int64_t pause = item->facts.delay_ms;
	struct sx_time t = rewrite_time_of(r);

	r->step = STEP_READ;
	if (add_piece(r, (struct sx_piece){ r->dump.bytes, r->n, t }, e) == -1)
		return -1;
	join_facts(&r->dump, &r->facts, item, r->n);
	join_facts(&r->all, &r->all_facts, item, r->n);
	r->free = t.mono + (int64_t)r->n * 1000000 / r->rate +
		  (pause >= 0 ? pause * 1000 : MESSAGE_US);
	r->last = item->at;
	return 0;
}

/* ---- Files ---- */

void
sx_rewrite_file(struct sx_rewrite *r, struct sx_file *f, const char *path)
{
	r->file = f;
	r->path = path;
	r->messages_before = r->messages;
	r->stray_before = r->stray;
	r->wrong_before = r->cut + r->stray;
	r->from = r->free;
	r->last = 0;
	/* In a .mid, a file does not continue a track of another. */
	r->alone = true;
	r->facts.last.pair = 0;
	r->step = STEP_READ;
}

/*
 * Report a file whose name says damaged, unless damage in it was reported: a
 * message with a hole may look complete, and in another file nothing would show
 * it.
 */
static int
end_damaged(struct sx_rewrite *r, struct sx_rewritten *what)
{
	r->step = STEP_NOTHING;
	if (r->cut + r->stray != r->wrong_before ||
	    !sx_is_damaged_name(r->path))
		return 0;
	what->kind = SX_REWRITE_DAMAGED;
	return 1;
}

/* A file kept as damaged may contain only the rest of a message. */
static bool
had_something(const struct sx_rewrite *r)
{
	return r->messages > r->messages_before ||
	       (!r->leave_stray && r->stray > r->stray_before &&
		   sx_is_damaged_name(r->path));
}

/* Do one step. Returns 1 if there is something to report. */
static int
rewrite_step(struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e)
{
	switch ((enum step)r->step) {
	case STEP_READ:
		return read_item(r, what, e);
	case STEP_JUDGE:
		return rewrite_judge_item(r, what, e);
	case STEP_KEEP:
		r->step = STEP_BYTES;
		if (r->part != NULL && starts_dump(r, &r->item))
			return keep_dump(r, what, e);
		return 0;
	case STEP_BYTES:
		return rewrite_put_item(r, what, e);
	case STEP_ADD:
		return add_item(r, e);
	case STEP_END:
		r->step = STEP_DAMAGED;
		what->kind = SX_REWRITE_READ;
		return 1;
	case STEP_DAMAGED:
		return end_damaged(r, what);
	case STEP_NOTHING:
		break;
	}
	return 0;
}

int
sx_rewrite_next(
    struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e)
{
	int rc = 0;

	forget_stored(r);
	while (rc == 0 && r->step != STEP_NOTHING) {
		*what = (struct sx_rewritten){ .item = &r->item };
		rc = rewrite_step(r, what, e);
	}
	if (rc == 0 && !had_something(r))
		return sx_file_nothing(r->file, e);
	return rc;
}

int
sx_rewrite_raw(struct sx_rewrite *r, const uint8_t *bytes, size_t n,
    int64_t time, struct sx_err *e)
{
	struct sx_time t = { .mono = 0, .wall = time };

	r->as = SX_AS_BYTES;
	r->dump = r->all = (struct sx_dump){ .time = t,
		.facts = { .slot = -1, .unit = -1, .dump = true },
		.bytes = n };
	r->part = sx_part_begin(r->store, t, e);
	if (r->part == NULL || sx_part_append(r->part, bytes, n, e) == -1)
		return -1;
	return add_piece(r, (struct sx_piece){ 0, n, t }, e);
}

int
sx_rewrite_finish(
    struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e)
{
	forget_stored(r);
	*what = (struct sx_rewritten){ .kind = SX_REWRITE_KEPT };
	if (r->part != NULL)
		return keep_dump(r, what, e);
	what->dump = &r->all;
	what->stored = &r->stored;
	return sx_store_finish(r->store, &r->stored, e);
}
