/* SPDX-License-Identifier: ISC */
/* Keepers that survive disk errors. */
#include <string.h>

#include "sxlib/disk.h"

#define DISK_US	 1000000
#define STUCK_US 5000000 /* without a response from the disk */
#define ROUNDS	 3	 /* attempts for what fails at the end */

/* ---- Events ---- */

static void
disk_note(struct sx_disk *d, const struct sx_disk_event *ev)
{
	d->untold |= !sx_notes_add(&d->notes, ev, sizeof(*ev), ev->why);
}

bool
sx_disk_next(struct sx_disk *d, struct sx_disk_event *ev)
{
	const struct sx_err *why;
	const struct sx_disk_event *note = sx_notes_next(&d->notes, &why);

	if (note != NULL) {
		*ev = *note;
		ev->why = why;
		return true;
	}
	*ev = (struct sx_disk_event){ .type = SX_DISK_UNTOLD };
	if (!d->untold)
		return false;
	d->untold = false;
	return true;
}

/* ---- The keepers ---- */

void
sx_disk_open(struct sx_disk *d, struct sx_saver *saver)
{
	*d = (struct sx_disk){
		.saver = saver, .retry_at = 1, .stuck_at = INT64_MAX
	};
	sx_memory_measure(&d->memory);
}

void
sx_disk_add(struct sx_disk *d, struct sx_disk_keeper *of)
{
	struct sx_disk_keeper **last = &d->list;

	while (*last != NULL)
		last = &(*last)->next;
	*last = of;
	of->k->patient = true;
	of->k->owner = of;
	of->k->burst = d->burst;
	(void)sx_keeper_retry(of->k);
}

void
sx_disk_remove(struct sx_disk *d, struct sx_disk_keeper *of)
{
	struct sx_disk_keeper **link = &d->list;

	d->gone_files += of->k->files;
	d->gone_lost += of->k->lost;
	while (*link != of)
		link = &(*link)->next;
	*link = of->next;
}

struct sx_disk_totals
sx_disk_total(const struct sx_disk *d)
{
	struct sx_disk_totals t = { .files = d->gone_files,
		.lost = d->gone_lost };

	for (const struct sx_disk_keeper *of = d->list; of != NULL;
	     of = of->next) {
		t.files += of->k->files;
		t.out += of->k->out;
		t.lost += of->k->lost;
		t.low = t.low || of->k->low;
		if (of->over || of->k->nback == 0)
			continue;
		t.back += of->k->nback;
		t.bytes += sx_keeper_bytes_back(of->k);
	}
	return t;
}

/* Do dumps of the same port still wait from before it was unplugged? */
static bool
disk_is_behind(const struct sx_disk *d, const struct sx_disk_keeper *of)
{
	for (const struct sx_disk_keeper *o = d->list; o != of; o = o->next)
		if (o->k->out + o->k->nback > 0 && o->key != NULL &&
		    of->key != NULL && strcmp(o->key, of->key) == 0)
			return true;
	return false;
}

int
sx_disk_step(struct sx_disk *d, struct sx_disk_keeper *of,
    const struct sx_step *step, int64_t now, size_t backlog, struct sx_err *e)
{
	struct sx_keeper *k = of->k;

	if (step->kind == SX_STEP_DUMP)
		k->must_wait =
		    disk_is_behind(d, of) ||
		    (d->burst > 0 && sx_archiver_is_full(k->archiver, false));
	return sx_keeper_step(k, step, now, backlog, e);
}

/* ---- Finished jobs ---- */

/* This never fails: the keeper is patient. */
static void
disk_take_back(struct sx_disk *d, struct sx_job *job)
{
	struct sx_disk_keeper *of = sx_job_owner(job);

	(void)sx_keeper_take_back(of->k, job, NULL);
	d->some = true;
}

bool
sx_disk_collect(struct sx_disk *d)
{
	struct sx_job *job = sx_saver_next(d->saver);

	if (job == NULL)
		return false;
	disk_take_back(d, job);
	return true;
}

bool
sx_disk_room(struct sx_disk *d)
{
	struct sx_job *job;

	if (sx_saver_room(d->saver, &job) == 0)
		return false;
	if (job != NULL)
		disk_take_back(d, job);
	return true;
}

/* ---- Retries ---- */

/* True if something is not on disk, nor on its way there. */
static bool
disk_has_trouble(const struct sx_keeper *k)
{
	return k->trouble.code != SX_OK || k->nback > 0;
}

/* May waiting dumps be retried? Not before the archiver has returned its
 * jobs. */
static bool
disk_may_retry(const struct sx_disk *d, const struct sx_disk_keeper *of)
{
	return disk_has_trouble(of->k) && of->k->out == 0 &&
	       !disk_is_behind(d, of);
}

/* True if the disk works: the next of many need not wait. */
static bool
disk_goes_on(const struct sx_disk *d, const struct sx_keeper *k)
{
	return d->burst > 0 && k->trouble.code == SX_OK && k->failures == 0;
}

static void
disk_retry(struct sx_disk *d, int64_t now)
{
	const bool due = now >= d->retry_at;

	for (struct sx_disk_keeper *of = d->list; of != NULL; of = of->next) {
		if (!disk_may_retry(d, of) || (!due && !disk_goes_on(d, of->k)))
			continue;
		d->retry_at = now + DISK_US;
		sx_memory_measure(&d->memory);
		(void)sx_keeper_retry(of->k);
	}
}

/* Report a disk that is nearly full: once, whatever the number of keepers. */
static void
disk_look_for_low(struct sx_disk *d)
{
	struct sx_disk_event ev = { .type = SX_DISK_LOW };
	const struct sx_disk_keeper *o;

	for (struct sx_disk_keeper *of = d->list; of != NULL; of = of->next) {
		if (of->k->low && d->some)
			sx_keeper_look_at_room(of->k);
		if (of->k->low == of->low)
			continue;
		of->low = of->k->low;
		for (o = d->list; o != NULL; o = o->next)
			if (o != of && o->low && o->k->disk == of->k->disk)
				break;
		ev.of = of;
		if (of->low && o == NULL)
			disk_note(d, &ev);
	}
	d->some = false;
}

/* Is the archiver busy without returning anything? */
static void
disk_look_for_stuck(struct sx_disk *d, int64_t now)
{
	struct sx_disk_totals t = sx_disk_total(d);

	if (t.out == 0)
		d->stuck_at = INT64_MAX;
	else if (d->stuck_at == INT64_MAX || t.files != d->files_then)
		d->stuck_at = now + STUCK_US;
	d->files_then = t.files;
	d->stuck = now >= d->stuck_at;
}

/* Retry a failure at once, report it if that fails too, and then retry every
 * second. It is over when everything that waited is written. */
void
sx_disk_look(struct sx_disk *d, int64_t now)
{
	struct sx_disk_event ev = { .type = SX_DISK_TROUBLE };
	bool well = true;

	disk_retry(d, now);
	disk_look_for_low(d);
	disk_look_for_stuck(d, now);
	for (struct sx_disk_keeper *of = d->list; of != NULL; of = of->next) {
		const struct sx_keeper *k = of->k;

		well = well && !disk_has_trouble(k) && k->failures == 0;
		if (k->trouble.code != SX_OK && k->failures > 1)
			ev.why = &k->trouble;
	}
	if (ev.why != NULL && !d->in_trouble) {
		d->in_trouble = true;
		d->lost_before = sx_disk_total(d).lost;
		disk_note(d, &ev);
	}
	if (well && d->in_trouble) {
		d->in_trouble = false;
		ev.type = SX_DISK_RECOVERED;
		ev.lost = sx_disk_total(d).lost - d->lost_before;
		disk_note(d, &ev);
	}
}

int64_t
sx_disk_due(const struct sx_disk *d)
{
	int64_t until = d->stuck ? INT64_MAX : d->stuck_at;

	for (const struct sx_disk_keeper *of = d->list; of != NULL;
	     of = of->next) {
		until = sx_earlier(until, sx_keeper_due(of->k));
		if (!disk_may_retry(d, of))
			continue;
		until =
		    disk_goes_on(d, of->k) ? 1 : sx_earlier(until, d->retry_at);
	}
	return until;
}

/* ---- The end ---- */

/* Dumps behind an older keeper need a round of their own: as long as dumps
 * become files, there is another. */
static void
disk_count_round(struct sx_disk *d)
{
	size_t files = sx_disk_total(d).files;

	if (files != d->files_then && sx_saver_has_time(d->saver, 0))
		d->rounds = 0;
	d->files_then = files;
	d->rounds++;
}

/* Make the last attempts: what failed just now is retried from memory. */
bool
sx_disk_settle(struct sx_disk *d, bool *waited)
{
	const struct sx_disk_event left = { .type = SX_DISK_LEFT,
		.of = d->list };
	struct sx_job *job;

	*waited = false;
	for (struct sx_disk_keeper *of = d->list; of != NULL; of = of->next) {
		of->k->burst = 0;
		sx_keeper_flush(of->k);
	}
	if (sx_saver_settle(d->saver, &job) == 1) {
		*waited = job == NULL;
		if (job != NULL)
			disk_take_back(d, job);
		return true;
	}
	disk_count_round(d);
	if (d->rounds <= ROUNDS) {
		d->retry_at = 0;
		disk_retry(d, 0);
		return true;
	}
	if (d->saver->left > 0)
		disk_note(d, &left);
	return false;
}

void
sx_disk_end(struct sx_disk *d, struct sx_disk_keeper *of)
{
	const struct sx_keeper *k = of->k;
	struct sx_disk_event ev = { .type = SX_DISK_BACK, .of = of };

	if (k->trouble.code != SX_OK) {
		ev.why = &k->trouble;
		d->in_trouble = true;
	}
	sx_keeper_count_back(k, &ev.saved, &ev.lost);
	if (k->nback > 0)
		disk_note(d, &ev);
	d->gone_lost += ev.lost;
	of->over = true;
}

void
sx_disk_free(struct sx_disk *d)
{
	sx_notes_free(&d->notes);
}
