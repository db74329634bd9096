/* SPDX-License-Identifier: ISC */
/* The keeper: the incoming dump, in its part. */
#include "keeper.h"

/* A sync waits this long for the next bytes, since they wake the thread,
 * too. */
#define LITTLE_US 40000
#define SYNC_US	  (SX_SYNC_US - LITTLE_US - 10000)
/* Bytes of a dump from one check of the disk to the next. */
#define LOOK_BYTES ((uint64_t)1 << 20)
/* A dump larger than this, or than half the disk, must leave the reserve. */
#define LARGE ((uint64_t)16 << 20)

/* ---- How much of the dump is kept ---- */

/* Report the dump as lost as soon as neither disk nor memory holds all of
 * it. */
static void
keeper_watch_for_loss(struct sx_keeper *k)
{
	struct sx_keeper_event ev = { .type = SX_KEEPER_LOST };

	if (!k->part_failed || k->part_lost || sx_part_buffered(k->part))
		return;
	k->part_lost = true;
	k->kept = sx_part_settle(k->part);
	k->lost++;
	ev.bytes = k->size;
	ev.on_disk = k->kept;
	sx_keeper_note(k, &ev);
}

static uint64_t
keeper_least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Has a large dump reached the reserve, or could it before the next check? */
static bool
keeper_is_in_reserve(const struct sx_keeper *k)
{
	return k->reserve > 0 &&
	       k->room <
		   keeper_least(k->reserve, k->disk_size / 4) + LOOK_BYTES &&
	       k->size > keeper_least(LARGE, k->disk_size / 2);
}

/* Can no more of the dump be kept? True once per dump. */
static bool
keeper_must_cut(struct sx_keeper *k)
{
	bool lost = k->part_lost && !k->cut;
	bool over =
	    k->kept < k->size || (!k->part_failed && keeper_is_in_reserve(k));
	struct sx_keeper_event ev = { .type = SX_KEEPER_CUT };

	if (k->cut || k->buffered || k->part == NULL || (!lost && !over))
		return false;
	k->cut = true;
	k->unkept += k->size - k->kept;
	if (lost)
		return true; /* already reported */
	if (keeper_is_in_reserve(k))
		ev.type = SX_KEEPER_CUT_ROOM;
	ev.bytes = k->kept;
	ev.room = k->room;
	sx_keeper_note(k, &ev);
	return true;
}

/* The same after a message of the dump: nothing is lost if it ends here, before
 * it is too long. */
static bool
keeper_must_part(struct sx_keeper *k)
{
	uint64_t most = k->max_dump;
	struct sx_keeper_event ev = { .type = SX_KEEPER_PARTED };

	if (most == 0 || k->cut || k->buffered || k->part == NULL ||
	    k->part_lost || k->kept <= most - most / 16)
		return false;
	k->cut = true;
	ev.bytes = k->kept;
	sx_keeper_note(k, &ev);
	return true;
}

/* Describe the finished dump as far as it is in its part. */
static struct sx_dump
keeper_kept_of(const struct sx_keeper *k, const struct sx_dump *dump)
{
	struct sx_dump d = *dump;

	if (k->buffered || k->kept >= d.bytes)
		return d;
	d.bytes = k->kept;
	if (d.damage.kind == SX_DAMAGE_NONE)
		d.damage.kind = SX_DAMAGE_INTERRUPTED;
	return d;
}

void
sx_keeper_skipped(struct sx_keeper *k, uint64_t skipped)
{
	struct sx_keeper_event ev = { .type = SX_KEEPER_SKIPPED };

	ev.bytes = skipped - k->skipped + k->unkept;
	if (ev.bytes == 0)
		return;
	sx_keeper_note(k, &ev);
	k->skipped = skipped;
	k->unkept = 0;
}

void
sx_keeper_look_at_room(struct sx_keeper *k)
{
	k->grown = 0;
	if (k->reserve > 0 &&
	    sx_store_room(k->store, &k->disk, &k->disk_size, &k->room))
		k->low =
		    k->room < k->reserve || k->room - k->reserve < LOOK_BYTES;
}

/* ---- Incoming bytes ---- */

int
sx_keeper_begin(
    struct sx_keeper *k, struct sx_time t, int64_t now, struct sx_err *e)
{
	struct sx_err why = { 0 };

	/* Spooled dumps come before this one. */
	sx_keeper_flush(k);
	k->part_failed = k->part_lost = k->cut = false;
	k->size = k->kept = 0;
	k->sync_at = now + SYNC_US;
	sx_keeper_look_at_room(k);
	k->part = sx_part_begin(k->store, t, &why);
	if (k->part != NULL)
		return 0;
	if (sx_keeper_bear(k, &why, e) == -1)
		return -1;
	k->part = sx_part_hold(k->store, t, e);
	return k->part != NULL ? 0 : -1;
}

/* Return how many of n more bytes are kept. */
static size_t
keeper_room_for(const struct sx_keeper *k, size_t n)
{
	uint64_t most = k->max_dump;

	if (most == 0 || n <= most - k->kept)
		return n;
	return (size_t)(most - k->kept);
}

int
sx_keeper_data(
    struct sx_keeper *k, const struct sx_step *step, struct sx_err *e)
{
	struct sx_err why = { 0 };
	size_t n;

	if (k->part == NULL)
		return -1;
	k->size += step->len;
	k->grown += step->len;
	if (k->grown >= LOOK_BYTES)
		sx_keeper_look_at_room(k);
	if (k->part_lost)
		return 0;
	n = keeper_room_for(k, step->len);
	if (sx_part_append(k->part, step->data, n, &why) == -1 &&
	    sx_keeper_bear(k, &why, e) == -1)
		return -1;
	k->kept += n;
	keeper_watch_for_loss(k);
	return 0;
}

static int
keeper_on_data(struct sx_keeper *k, const struct sx_step *step, int64_t now,
    size_t backlog, struct sx_err *e)
{
	if (step->begins ? sx_keeper_is_flooded(k, backlog) : k->buffered)
		return sx_keeper_buffer(k, step, now, e);
	if (step->begins && sx_keeper_begin(k, step->time, now, e) == -1)
		return -1;
	return sx_keeper_data(k, step, e);
}

/* Mark the part as damaged: after a crash its bytes do not show it. */
static void
keeper_mark(struct sx_keeper *k)
{
	struct sx_err why = { 0 };
	const struct sx_keeper_event ev = { .type = SX_KEEPER_UNMARKED,
		.why = &why };

	if (k->part != NULL && sx_part_mark(k->part, &why) == -1)
		sx_keeper_note(k, &ev);
}

static void
keeper_on_message(struct sx_keeper *k, const struct sx_message *m)
{
	switch (m->verdict) {
	case SX_KEEP:
		if (m->damage.kind != SX_DAMAGE_NONE)
			keeper_mark(k);
		break;
	case SX_NOT_A_DUMP:
		k->no_dumps++;
		break;
	default:
		k->others++;
		break;
	}
}

static void
keeper_on_loss(struct sx_keeper *k)
{
	const struct sx_keeper_event ev = { .type = SX_KEEPER_LOSS };

	if (k->part != NULL || k->buffered) {
		keeper_mark(k);
		return;
	}
	k->losses++;
	sx_keeper_note(k, &ev);
}

struct sx_part *
sx_keeper_part(struct sx_keeper *k)
{
	struct sx_part *part = k->part;

	k->part = NULL;
	k->sync_at = 0;
	return part;
}

static int
keeper_on_dump(
    struct sx_keeper *k, const struct sx_dump *dump, struct sx_err *e)
{
	const struct sx_dump kept = keeper_kept_of(k, dump);
	struct sx_part *part = sx_keeper_part(k);

	if (k->twice && kept.damage.kind == SX_DAMAGE_NONE)
		return sx_keeper_prove(k, part, &kept, e);
	return sx_keeper_add_part(k, part, &kept, false, e);
}

int
sx_keeper_step(struct sx_keeper *k, const struct sx_step *step, int64_t now,
    size_t backlog, struct sx_err *e)
{
	switch (step->kind) {
	case SX_STEP_DATA:
		if (keeper_on_data(k, step, now, backlog, e) == -1)
			return -1;
		return keeper_must_cut(k);
	case SX_STEP_MESSAGE:
		keeper_on_message(k, step->message);
		return keeper_must_part(k);
	case SX_STEP_DUMP:
		return keeper_on_dump(k, step->dump, e);
	case SX_STEP_LOSS:
		keeper_on_loss(k);
		break;
	}
	return 0;
}

/* ---- Timing ---- */

int
sx_keeper_tick(
    struct sx_keeper *k, int64_t now, size_t backlog, struct sx_err *e)
{
	struct sx_err why = { 0 };

	if (sx_keeper_calm(k, now, backlog, e) == -1)
		return -1;
	if (k->part == NULL || now < k->sync_at)
		return 0;
	k->sync_at = now + SYNC_US;
	sx_keeper_look_at_room(k);
	if (k->part_failed || sx_archiver_sync(k->archiver, k->part, &why) == 0)
		return 0;
	if (sx_keeper_bear(k, &why, e) == -1)
		return -1;
	keeper_watch_for_loss(k);
	return 0;
}

int64_t
sx_keeper_due(const struct sx_keeper *k)
{
	int64_t due = k->sync_at > 0 ? k->sync_at + LITTLE_US : INT64_MAX;

	if ((k->spool != NULL || k->buffered) && k->close_at < due)
		due = k->close_at;
	return due;
}
