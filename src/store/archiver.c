/* SPDX-License-Identifier: ISC */
/*
 * Each turn is one sync: of the parts handed over, and of the names given in
 * the turn before. A dump therefore takes two turns, and under load each sync
 * serves two batches.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "job.h"
#include "journal.h"
#include "keep.h"
#include "spool.h"
#include "store_priv.h"
#include "sxlib/take.h"

/* Least time from one turn to the next in a stream of dumps. */
#define TURN_US 200000
#define NAME_US 50000 /* a rename in progress takes less */
/* Descriptors reserved for other uses than parts. */
#define SPARE 128
/* Most jobs that may wait, because of the memory they take. */
#define JOBS_MOST 50000

struct job_list {
	struct sx_job *first, **end;
};

/* The sync of a growing part. */
struct errand {
	struct errand *next;
	struct sx_part_sync *sync;
	int file, folder; /* their indices in the set; -1: not in it */
};

struct sx_archiver {
	pthread_t thread;
	bool running, stuck;
	int ready; /* eventfd: something is in `out` */
	size_t most;

	/* Owned by the thread. */
	struct job_list fresh; /* to be synced, and then named */
	struct job_list named;
	struct errand *errands;
	struct sx_sync_set set; /* what the next turn syncs */

	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t come, back;
	struct job_list in, out;
	struct errand *in_errands;
	size_t waiting; /* handed over, and not taken back */
	size_t parts;	/* of these, those that have a descriptor */
	size_t nnamed;	/* of these, those with `counted` set */
	bool naming;	/* the thread is naming a job */
	bool idle;	/* the thread waits for something to do */
	bool hurry, quit, over;
	atomic_bool some; /* something is in `out` */
};

static void
jobs_init(struct job_list *l)
{
	l->first = NULL;
	l->end = &l->first;
}

static void
jobs_add(struct job_list *l, struct sx_job *job)
{
	job->next = NULL;
	*l->end = job;
	l->end = &job->next;
}

static struct sx_job *
jobs_take(struct job_list *l)
{
	struct sx_job *job = l->first;

	if (job == NULL)
		return NULL;
	l->first = job->next;
	if (l->first == NULL)
		l->end = &l->first;
	job->next = NULL;
	return job;
}

/* Move the first job of src to the end of dst. */
static void
jobs_move_first(struct job_list *dst, struct job_list *src)
{
	struct sx_job *job = jobs_take(src);

	if (job != NULL)
		jobs_add(dst, job);
}

/* Move all jobs of src to the end of dst. */
static void
jobs_move(struct job_list *dst, struct job_list *src)
{
	if (src->first == NULL)
		return;
	*dst->end = src->first;
	dst->end = src->end;
	jobs_init(src);
}

static int64_t
mono_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct timespec
timespec_of(int64_t us)
{
	return (struct timespec){ .tv_sec = (time_t)(us / 1000000),
		.tv_nsec = (long)(us % 1000000 * 1000) };
}

/* ---- Jobs ---- */

struct sx_job *
sx_job_new(struct sx_part *part, const struct sx_dump *dump, struct sx_err *e)
{
	size_t size = sx_dump_pieces(dump) * sizeof(*dump->pieces);
	struct sx_job *job = calloc(1, sizeof(*job));
	struct sx_piece *pieces = malloc(size);

	if (job == NULL || pieces == NULL) {
		free(job);
		free(pieces);
		sx_fail_memory(e);
		return NULL;
	}
	memcpy(pieces, dump->pieces, size);
	if (part != NULL)
		sx_part_memory_trim(part);
	job->part = part;
	job->dump = *dump;
	job->dump.pieces = job->pieces = pieces;
	return job;
}

void *
sx_job_owner(const struct sx_job *job)
{
	return job->owner;
}

void
sx_job_free(struct sx_job *job)
{
	if (job == NULL)
		return;
	if (job->file != job->part)
		sx_part_release(job->file);
	sx_part_release(job->part);
	sx_spool_unref(job->spool);
	free(job->stored.path);
	free(job->pieces);
	free(job);
}

/* ---- The thread ---- */

/* Return a job to the caller. */
static void
give_back(struct sx_archiver *a, struct sx_job *job)
{
	pthread_mutex_lock(&a->lock);
	a->nnamed -= job->counted;
	job->counted = false;
	jobs_add(&a->out, job);
	if (!atomic_exchange(&a->some, true))
		(void)eventfd_write(a->ready, 1);
	pthread_cond_signal(&a->back);
	pthread_mutex_unlock(&a->lock);
}

static struct sx_keeping
keeping_of(struct sx_job *job, struct sx_dump *dump)
{
	*dump = job->dump;
	if (job->unfit)
		dump->damage.kind = SX_DAMAGE_INPUT;
	return (struct sx_keeping){ .store = job->store,
		.part = job->part,
		.dump = dump,
		.file = job->file,
		.suffix = job->suffix,
		.stored = job->stored };
}

static bool
is_stopped(struct sx_archiver *a, const struct sx_store *s)
{
	bool stopped;

	pthread_mutex_lock(&a->lock);
	stopped = s->stopped.code != SX_OK;
	pthread_mutex_unlock(&a->lock);
	return stopped;
}

static void
stop_store(struct sx_archiver *a, struct sx_store *s, const struct sx_err *e)
{
	pthread_mutex_lock(&a->lock);
	if (s->stopped.code == SX_OK)
		s->stopped = *e;
	pthread_mutex_unlock(&a->lock);
}

/* Stop the store of a job that could not be kept and return the job; those
 * behind it follow untried. */
static void
fail_job(struct sx_archiver *a, struct sx_job *job, const struct sx_err *e)
{
	stop_store(a, job->store, e);
	give_back(a, job);
}

/* Move the jobs that share the spool of from's first job: they have parts then,
 * or their store is stopped. */
static void
archiver_split_spool(
    struct sx_archiver *a, struct job_list *from, struct job_list *to)
{
	const struct sx_spool *sp = from->first->spool;
	struct job_list jobs;
	struct sx_err e = { 0 };

	jobs_init(&jobs);
	while (from->first != NULL && from->first->spool == sp)
		jobs_move_first(&jobs, from);
	if (!is_stopped(a, jobs.first->store) &&
	    sx_spool_take_apart(jobs.first, &e) == -1)
		stop_store(a, jobs.first->store, &e);
	jobs_move(to, &jobs);
}

static void
archiver_split_spools(struct sx_archiver *a)
{
	struct job_list jobs;

	jobs_init(&jobs);
	while (a->fresh.first != NULL) {
		if (a->fresh.first->spool != NULL)
			archiver_split_spool(a, &a->fresh, &jobs);
		else
			jobs_move_first(&jobs, &a->fresh);
	}
	jobs_move(&a->fresh, &jobs);
}

/* Prepare a job for naming and add its file to the set. Returns false if its
 * store is stopped. */
static bool
prepare_job(struct sx_archiver *a, struct sx_job *job)
{
	struct sx_err e = { 0 };
	struct sx_dump dump;
	struct sx_keeping k = keeping_of(job, &dump);
	struct sx_part *f;

	if (is_stopped(a, job->store))
		return false;
	if (!job->named && sx_keep_prepare(&k, &e) == -1) {
		stop_store(a, job->store, &e);
		return false;
	}
	job->file = f = k.file;
	job->suffix = k.suffix;
	job->stored = k.stored;
	/* A file that is not in the set is synced when it is named. */
	if (f != NULL && f->dirty && f->folder != NULL &&
	    (!f->marked || f->entered))
		job->in_set = sx_sync_add(&a->set, f->fd);
	return true;
}

static void
prepare_jobs(struct sx_archiver *a)
{
	for (struct sx_job *job = a->fresh.first; job != NULL;
	     job = job->next) {
		job->in_set = -1;
		job->ready = prepare_job(a, job);
	}
}

static void
prepare_errands(struct sx_archiver *a)
{
	for (struct errand *r = a->errands; r != NULL; r = r->next) {
		struct sx_part_sync *sync = r->sync;

		r->file = r->folder = -1;
		if (sync->name_first && sync->folder != -1)
			sync->folder_error = sx_sync_fd(sync->folder, true);
		r->file = sx_sync_add(&a->set, sync->fd);
		if (r->file == -1)
			sync->error = errno;
		if (sync->folder == -1 || sync->name_first)
			continue;
		r->folder = sx_sync_add_copy(&a->set, sync->folder, true);
		if (r->folder == -1)
			sync->folder_error = errno;
	}
}

static void
finish_errands(struct sx_archiver *a)
{
	const struct sx_sync_item *items = a->set.items;
	struct errand *r;

	while ((r = a->errands) != NULL) {
		if (r->file != -1)
			r->sync->error = items[r->file].error;
		if (r->folder != -1)
			r->sync->folder_error = items[r->folder].error;
		sx_part_sync_end(r->sync);
		a->errands = r->next;
		free(r);
	}
}

/* Finish the jobs whose names were synced; owed: the errno of that sync, or
 * 0. */
static void
finish_named(struct sx_archiver *a, int owed)
{
	struct sx_err e = { 0 };
	struct sx_keeping k;
	struct sx_job *job;
	struct sx_dump dump;

	while ((job = jobs_take(&a->named)) != NULL) {
		k = keeping_of(job, &dump);
		job->named = true;
		if (owed == 0) {
			sx_keep_done(&k);
			job->part = job->file = NULL;
			job->kept = true;
			give_back(a, job);
			continue;
		}
		sx_keep_unsynced(&k, owed);
		sx_fail(&e, SX_EIO, owed, "cannot sync '%s'",
		    job->stored.path != NULL ? job->stored.path
					     : "standard output");
		fail_job(a, job, &e);
	}
}

/* Name a job. One that must not be named is returned here, to keep the
 * order. */
static void
name_job(struct sx_archiver *a, struct sx_job *job)
{
	struct sx_err e = { 0 };
	struct sx_dump dump;
	struct sx_keeping k = keeping_of(job, &dump);

	if (!job->ready) {
		give_back(a, job);
	} else if (is_stopped(a, job->store)) {
		if (!job->named)
			sx_keep_undo(&k);
		job->file = k.file;
		give_back(a, job);
	} else if ((job->named ? sx_keep_owe(&k, &a->set, &e)
			       : sx_keep_name(&k, &a->set, &e)) == -1) {
		/* Once it has its name, only the sync is retried. */
		if (!job->named && k.file != NULL && k.file->placed) {
			job->named = true;
			job->stored = k.stored;
		} else if (!job->named) {
			sx_keep_undo(&k);
		}
		job->file = k.file;
		fail_job(a, job, &e);
	} else {
		job->part = k.part;
		job->stored = k.stored;
		jobs_add(&a->named, job);
		pthread_mutex_lock(&a->lock);
		a->nnamed++;
		job->counted = true;
		pthread_mutex_unlock(&a->lock);
	}
}

/* Returns false once sx_archiver_stop() has timed out: jobs without a name then
 * get none, since the caller counts them. */
static bool
begin_naming(struct sx_archiver *a)
{
	bool may;

	pthread_mutex_lock(&a->lock);
	may = a->naming = !a->stuck;
	pthread_mutex_unlock(&a->lock);
	return may;
}

static void
end_naming(struct sx_archiver *a)
{
	pthread_mutex_lock(&a->lock);
	a->naming = false;
	pthread_cond_signal(&a->back);
	pthread_mutex_unlock(&a->lock);
}

/* Those that have been synced get their names; their numbers, where they have
 * any, at one go. */
static void
name_jobs(struct sx_archiver *a)
{
	struct sx_numbers *numbers = NULL, *next;
	struct sx_job *job;

	while (begin_naming(a) && (job = jobs_take(&a->fresh)) != NULL) {
		next = job->store->numbers;
		if (next != numbers && numbers != NULL)
			sx_numbers_end(numbers);
		if (next != numbers && next != NULL)
			(void)sx_numbers_begin(next, job->store->name, NULL);
		numbers = next;
		name_job(a, job);
		end_naming(a);
	}
	end_naming(a);
	if (numbers != NULL)
		sx_numbers_end(numbers);
}

/* Take the results of the syncs from the set. */
static void
note_errors(struct sx_archiver *a)
{
	for (struct sx_job *job = a->fresh.first; job != NULL;
	     job = job->next) {
		int error;

		if (job->in_set == -1)
			continue;
		error = a->set.items[job->in_set].error;
		if (error != 0)
			job->file->broken = error;
		else
			job->file->dirty = false;
	}
}

static void
archiver_run_turn(struct sx_archiver *a)
{
	size_t nowed = a->set.n;
	int owed = 0;

	archiver_split_spools(a);
	prepare_jobs(a);
	prepare_errands(a);
	(void)sx_sync_run(&a->set);
	for (size_t i = 0; i < nowed && owed == 0; i++)
		owed = a->set.items[i].error;
	finish_errands(a);
	finish_named(a, owed);
	note_errors(a);
	sx_sync_clear(&a->set);
	name_jobs(a);
}

/* Take as many jobs as there are descriptors for, but do not split a spool. */
static void
archiver_next_jobs(struct sx_archiver *a)
{
	const struct sx_spool *sp = NULL;

	for (size_t n = 0; a->in.first != NULL; n++) {
		if (n >= a->most / 2 &&
		    (sp == NULL || a->in.first->spool != sp))
			break;
		sp = a->in.first->spool;
		jobs_move_first(&a->fresh, &a->in);
	}
}

/* Wait for work and take it. Returns false at the end. The lock is held. */
static bool
await_work(struct sx_archiver *a, int64_t last)
{
	struct timespec turn = timespec_of(last + TURN_US);

	/* Jobs that arrive until then do not wake the thread. */
	while (!a->quit && !a->hurry && a->named.first == NULL &&
	       pthread_cond_timedwait(&a->come, &a->lock, &turn) == 0)
		;
	a->idle = true;
	while (!a->quit && a->named.first == NULL && a->in.first == NULL &&
	       a->in_errands == NULL)
		pthread_cond_wait(&a->come, &a->lock);
	a->idle = false;
	if (a->quit)
		return !a->stuck && a->named.first != NULL;
	archiver_next_jobs(a);
	a->errands = a->in_errands;
	a->in_errands = NULL;
	return true;
}

static void *
archiver_main(void *arg)
{
	struct sx_archiver *a = arg;
	int64_t last = 0;

	pthread_mutex_lock(&a->lock);
	while (await_work(a, last)) {
		pthread_mutex_unlock(&a->lock);
		if (a->fresh.first != NULL)
			last = mono_now();
		archiver_run_turn(a);
		pthread_mutex_lock(&a->lock);
	}
	a->over = true;
	pthread_cond_signal(&a->back);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* ---- The caller's side ---- */

/* Return how many parts may be open: two descriptors each, since for some a
 * MIDI file is made. */
static size_t
most_parts(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1)
		return SPARE;
	if (r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
		(void)getrlimit(RLIMIT_NOFILE, &r);
	}
	if (r.rlim_cur > 1 << 20)
		r.rlim_cur = 1 << 20;
	return r.rlim_cur > 2 * SPARE ? (size_t)(r.rlim_cur - SPARE) / 2
				      : SPARE / 4;
}

static int
start_thread(struct sx_archiver *a)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&a->thread, NULL, archiver_main, a);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	a->running = rc == 0;
	return rc;
}

static void
init_conditions(struct sx_archiver *a)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&a->come, &attr);
	pthread_cond_init(&a->back, &attr);
	pthread_condattr_destroy(&attr);
}

struct sx_archiver *
sx_archiver_new(struct sx_err *e)
{
	struct sx_archiver *a = calloc(1, sizeof(*a));
	int rc;

	if (a == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	jobs_init(&a->fresh);
	jobs_init(&a->named);
	jobs_init(&a->in);
	jobs_init(&a->out);
	pthread_mutex_init(&a->lock, NULL);
	init_conditions(a);
	a->most = most_parts();
	a->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = a->ready == -1 ? errno : start_thread(a);
	if (rc != 0) {
		sx_fail(e, SX_EIO, rc, "cannot start the archiver");
		sx_archiver_free(a);
		return NULL;
	}
	return a;
}

static void
archiver_free_jobs(struct job_list *l)
{
	struct sx_job *job;

	while ((job = jobs_take(l)) != NULL) {
		if (job->file != job->part && !job->named) {
			sx_part_drop(job->file);
			job->file = NULL;
		}
		sx_job_free(job);
	}
}

void
sx_archiver_free(struct sx_archiver *a)
{
	if (a == NULL || (a->running && !sx_archiver_stop(a, INT64_MAX)))
		return;
	archiver_free_jobs(&a->fresh);
	archiver_free_jobs(&a->in);
	archiver_free_jobs(&a->out);
	a->errands = a->in_errands;
	prepare_errands(a);
	(void)sx_sync_run(&a->set);
	finish_errands(a);
	sx_sync_free(&a->set);
	if (a->ready != -1)
		close(a->ready);
	pthread_cond_destroy(&a->come);
	pthread_cond_destroy(&a->back);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* Unlock, and wake the thread if it is idle. Signalled before the unlock, it
 * would wake up only to wait for the lock. */
static void
unlock_and_call(struct sx_archiver *a)
{
	bool idle = a->idle;

	pthread_mutex_unlock(&a->lock);
	if (idle)
		pthread_cond_signal(&a->come);
}

void
sx_archiver_add(struct sx_archiver *a, struct sx_store *s, struct sx_job *first)
{
	const struct sx_spool *spool = NULL;
	struct sx_job *job, *next;

	pthread_mutex_lock(&a->lock);
	for (job = first; job != NULL; job = next) {
		next = job->next;
		job->store = s;
		job->kept = false;
		/* Of the jobs in a spool, the first stands for all. */
		job->spooled = job->spool != NULL && job->spool == spool;
		spool = job->spool;
		jobs_add(&a->in, job);
		a->waiting++;
		a->parts += !job->spooled;
	}
	unlock_and_call(a);
}

/* Hand over a sync that has begun; rc: the result of its begin function. */
static int
add_errand(
    struct sx_archiver *a, int rc, struct sx_part_sync *sync, struct sx_err *e)
{
	struct errand *r;

	if (rc != 1)
		return rc;
	r = calloc(1, sizeof(*r));
	if (r == NULL) {
		sync->error = ENOMEM;
		sx_part_sync_end(sync);
		return sx_fail_memory(e);
	}
	r->sync = sync;
	pthread_mutex_lock(&a->lock);
	r->next = a->in_errands;
	a->in_errands = r;
	unlock_and_call(a);
	return 0;
}

int
sx_archiver_sync(struct sx_archiver *a, struct sx_part *part, struct sx_err *e)
{
	struct sx_part_sync *sync = NULL;
	int rc = sx_part_sync_begin(part, &sync, e);

	return add_errand(a, rc, sync, e);
}

int
sx_archiver_sync_take(
    struct sx_archiver *a, struct sx_take *take, struct sx_err *e)
{
	struct sx_part_sync *sync = NULL;
	int rc = sx_take_sync_begin(take, &sync, e);

	return add_errand(a, rc, sync, e);
}

struct sx_job *
sx_archiver_next(struct sx_archiver *a)
{
	struct sx_job *job;
	eventfd_t n;

	if (!atomic_load(&a->some))
		return NULL;
	pthread_mutex_lock(&a->lock);
	job = jobs_take(&a->out);
	if (job == NULL) {
		atomic_store(&a->some, false);
		(void)eventfd_read(a->ready, &n);
	} else {
		a->waiting--;
		a->parts -= !job->spooled;
	}
	pthread_mutex_unlock(&a->lock);
	return job;
}

int
sx_archiver_fd(const struct sx_archiver *a)
{
	return a->ready;
}

bool
sx_archiver_ready(const struct sx_archiver *a)
{
	return atomic_load(&a->some);
}

void
sx_archiver_trouble(
    struct sx_archiver *a, const struct sx_store *s, struct sx_err *e)
{
	pthread_mutex_lock(&a->lock);
	*e = s->stopped;
	pthread_mutex_unlock(&a->lock);
}

void
sx_archiver_resume(struct sx_archiver *a, struct sx_store *s)
{
	pthread_mutex_lock(&a->lock);
	s->stopped = (struct sx_err){ 0 };
	pthread_mutex_unlock(&a->lock);
}

size_t
sx_archiver_waiting(const struct sx_archiver *a)
{
	return a->waiting;
}

size_t
sx_archiver_unnamed(struct sx_archiver *a)
{
	size_t n;

	pthread_mutex_lock(&a->lock);
	n = a->waiting - a->nnamed;
	/* Jobs ready to be taken back do not count. */
	for (const struct sx_job *job = a->out.first; job != NULL;
	     job = job->next)
		n--;
	pthread_mutex_unlock(&a->lock);
	return n;
}

size_t
sx_archiver_most(const struct sx_archiver *a)
{
	return a->most;
}

bool
sx_archiver_is_full(const struct sx_archiver *a, bool half)
{
	size_t parts = half ? a->most / 2 : a->most;
	size_t jobs = half ? JOBS_MOST / 2 : JOBS_MOST;

	return a->parts >= parts || a->waiting >= jobs;
}

bool
sx_archiver_wait(struct sx_archiver *a, int64_t until)
{
	struct timespec late = timespec_of(until);
	bool some;
	int rc = 0;

	pthread_mutex_lock(&a->lock);
	a->hurry = true;
	pthread_cond_signal(&a->come);
	while (a->waiting > 0 && a->out.first == NULL && rc == 0)
		rc = until == INT64_MAX
			 ? pthread_cond_wait(&a->back, &a->lock)
			 : pthread_cond_timedwait(&a->back, &a->lock, &late);
	a->hurry = false;
	some = a->out.first != NULL;
	pthread_mutex_unlock(&a->lock);
	return some;
}

bool
sx_archiver_stop(struct sx_archiver *a, int64_t until)
{
	struct timespec late = timespec_of(until);
	int rc = 0;

	if (!a->running)
		return !a->stuck;
	pthread_mutex_lock(&a->lock);
	a->quit = true;
	pthread_cond_signal(&a->come);
	while (!a->over && rc == 0)
		rc = until == INT64_MAX
			 ? pthread_cond_wait(&a->back, &a->lock)
			 : pthread_cond_timedwait(&a->back, &a->lock, &late);
	a->stuck = !a->over;
	if (a->stuck)
		late = timespec_of(until + NAME_US);
	for (rc = 0; a->stuck && a->naming && rc == 0;)
		rc = pthread_cond_timedwait(&a->back, &a->lock, &late);
	pthread_mutex_unlock(&a->lock);
	if (a->stuck)
		return false;
	a->running = false;
	pthread_join(a->thread, NULL);
	return true;
}
