/* SPDX-License-Identifier: ISC */
/* A keeper: the dump that is coming in, in its part. */
#include "receive.h"

#define SYNC_US 1000000 /* at most this much of a growing dump is unsynced */

/* The disk has failed: if the dump is in memory, that is no end yet. */
static int
bear(struct keeper *k, struct sx_err *e)
{
	if (!k->patient) {
		k->c->err = *e;
		return -1;
	}
	k->part_failed = true;
	if (k->trouble.code == SX_OK)
		k->trouble = *e;
	return 0;
}

static int
begin(struct keeper *k, const struct sx_step *step, int64_t now)
{
	struct sx_err e = { 0 };

	k->part_failed = false;
	k->sync_at = now + SYNC_US;
	k->part = sx_part_begin(k->store, step->time, &e);
	if (k->part != NULL)
		return 0;
	if (bear(k, &e) == -1)
		return -1;
	k->part = sx_part_hold(k->store, step->time, &k->c->err);
	return k->part != NULL ? 0 : -1;
}

int
keeper_data(struct keeper *k, const struct sx_step *step, int64_t now)
{
	struct sx_err e = { 0 };

	if (step->begins && begin(k, step, now) == -1)
		return -1;
	if (k->part == NULL)
		return -1;
	if (sx_part_append(k->part, step->data, step->len, &e) == 0)
		return 0;
	return bear(k, &e);
}

/* Part of a damaged dump: its bytes do not say so after a crash. */
static void
mark(struct keeper *k)
{
	struct sx_err e = { 0 };

	if (k->part != NULL && sx_part_mark(k->part, &e) == -1)
		warn_error(k->c, &e);
}

void
keeper_message(struct keeper *k, const struct sx_message *m)
{
	struct record record = message_record(m);
	char text[512];

	if (m->verdict == SX_KEEP) {
		if (m->damage.kind != SX_DAMAGE_NONE)
			mark(k);
		return;
	}
	if (m->verdict == SX_NOT_A_DUMP)
		k->no_dumps++;
	else
		k->others++;
	if (k->c->verbose)
		say(k->c, "not kept: %s",
		    describe(text, sizeof(text), &record));
}

void
keeper_loss(struct keeper *k)
{
	if (k->part != NULL) {
		mark(k);
		return;
	}
	k->losses++;
	warn(k->c,
	    "%s%sbytes were lost between dumps (overrun): what came then is "
	    "missing, whole dumps perhaps",
	    k->said_as != NULL ? k->said_as : "",
	    k->said_as != NULL ? ": " : "");
}

bool
keeper_hurt(const struct keeper *k)
{
	return k->damaged > 0 || k->bad > 0 || k->losses > 0;
}

struct sx_part *
keeper_part(struct keeper *k)
{
	struct sx_part *part = k->part;

	k->part = NULL;
	k->sync_at = INT64_MAX;
	return part;
}

int
keeper_sync(struct keeper *k, int64_t now)
{
	struct sx_err e = { 0 };

	if (k->part == NULL || now < k->sync_at)
		return 0;
	k->sync_at = now + SYNC_US;
	if (k->part_failed || sx_part_sync(k->part, &e) == 0)
		return 0;
	return bear(k, &e);
}
