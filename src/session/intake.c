/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "queue.h"
#include "sxlib/session.h"

#define READ_LEAST ((size_t)4 << 10) /* least room for a read */
#define INSIST_US  1000000
#define STOP_US	   500000 /* limit for input from before a signal */

/* No port's buffers in the kernel hold more. */
#define KERNEL_MOST ((size_t)2 << 20)
#define TURN	    ((size_t)256 << 10) /* bytes of one source in a round */

/* What intake_coalesce() considers a trickling stream. */
#define STREAM_BYTES 128   /* in a row */
#define LITTLE	     256   /* in one read */
#define PAUSE_US     50000 /* ends a stream */
#define REST_US	     25000

struct source {
	struct source *next;
	struct midi_io *io;
	int port;
	bool over;
	size_t nfds;	 /* polled in this round; 0: it rests */
	size_t streamed; /* bytes without a pause */
	int64_t read_at, rests_until;
};

struct intake {
	struct source *sources; /* the thread's own, as are the fds */
	struct pollfd *fds;	/* wake, signals, then those of the sources */
	int beat_fd;
	const char *beat;
	int64_t beat_every, beat_at; /* 0: never */
	bool coalesces, reloads;
	unsigned stops;	    /* STOP records that were queued, */
	int64_t stopped_at; /* and the time of the last one */
	pthread_t thread;
	bool running;
	int wake; /* eventfd: room in the queue, a tick or the end */
	int signals;
	int64_t signalled;  /* since when a signal waits to be read; 0: none */
	uint64_t read;	    /* bytes of all sources so far */
	uint64_t tick_from; /* value of `read` when a tick was requested */
	int64_t tick_since; /* since when it waits while there is room; 0: no
			       tick */
	struct queue queue;

	pthread_mutex_t lock; /* guards all below */
	bool full;	      /* the thread waits for room */
	int64_t stopped;      /* mono time of the first signal; 0: none yet */
	bool tick, quit;
	size_t nsources;	/* that the thread has or will have */
	struct source *added;	/* for the thread to take over, with */
	struct pollfd *widened; /* room for all; NULL: there is enough */
};

struct intake *
intake_new(struct sx_err *e)
{
	struct intake *in = calloc(1, sizeof(*in));
	sigset_t set;

	if (in == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	pthread_mutex_init(&in->lock, NULL);
	in->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	in->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	in->fds = calloc(2, sizeof(*in->fds));
	if (queue_init(&in->queue) == -1 || in->wake == -1 ||
	    in->signals == -1) {
		sx_fail(e, SX_EIO, errno, "cannot set up the input thread");
		intake_free(in);
		return NULL;
	}
	if (in->fds == NULL) {
		sx_fail_memory(e);
		intake_free(in);
		return NULL;
	}
	return in;
}

static void
free_sources(struct source *src)
{
	struct source *next;

	for (; src != NULL; src = next) {
		next = src->next;
		free(src);
	}
}

void
intake_free(struct intake *in)
{
	if (in == NULL)
		return;
	if (in->running) {
		pthread_mutex_lock(&in->lock);
		in->quit = true;
		pthread_mutex_unlock(&in->lock);
		queue_post(in->wake);
		pthread_join(in->thread, NULL);
	}
	queue_free(&in->queue);
	if (in->wake != -1)
		close(in->wake);
	if (in->signals != -1)
		close(in->signals);
	pthread_mutex_destroy(&in->lock);
	free_sources(in->sources);
	free_sources(in->added);
	free(in->fds);
	free(in->widened);
	free(in);
}

int
intake_add(struct intake *in, struct midi_io *io, int port, struct sx_err *e)
{
	struct source *src = calloc(1, sizeof(*src));
	struct pollfd *fds;

	/* Allocate all here: the thread must not fail to take it over. */
	pthread_mutex_lock(&in->lock);
	fds = calloc(2 + (in->nsources + 1) * MIDI_IO_POLLFDS, sizeof(*fds));
	if (src != NULL && fds != NULL) {
		src->io = io;
		src->port = port;
		src->next = in->added;
		in->added = src;
		in->nsources++;
		free(in->widened);
		in->widened = fds;
	}
	pthread_mutex_unlock(&in->lock);
	if (src == NULL || fds == NULL) {
		free(src);
		free(fds);
		return sx_fail_memory(e);
	}
	queue_post(in->wake);
	return 0;
}

void
intake_beat(struct intake *in, int fd, const char *text, int64_t every)
{
	in->beat_fd = fd;
	in->beat = text;
	in->beat_every = every;
}

/* n bytes have arrived at mono time now: may the source rest? */
static void
judge_stream(struct source *src, size_t n, int64_t now)
{
	if (n <= LITTLE && now - src->read_at > PAUSE_US)
		src->streamed = 0;
	src->streamed += n;
	src->read_at = now;
	src->rests_until = n <= LITTLE && src->streamed >= STREAM_BYTES &&
				   midi_io_can_wait(src->io)
			       ? now + REST_US
			       : 0;
}

/* Is less than 1/part of the limit queued? */
static bool
has_room(struct intake *in, size_t part)
{
	return queue_bytes(&in->queue) < INTAKE_LIMIT / part &&
	       queue_memory(&in->queue) < INTAKE_MEMORY / part;
}

/* Read one source until it has no more, or others should have their turn.
 * Returns false if there is no room now. */
static bool
intake_read_source(struct intake *in, struct source *src)
{
	struct intake_record r = { .port = src->port };
	struct midi_io_in got;
	struct sx_err e = { 0 };
	uint8_t *at;
	size_t room, turn = 0;

	do {
		at = has_room(in, 1) ? queue_room(&in->queue, READ_LEAST, &room)
				     : NULL;
		if (at == NULL)
			return false;
		if (midi_io_read(src->io, at, room, &got, &e) == -1) {
			src->over = true;
			r.time = sx_now();
			r.kind = INTAKE_GONE;
			r.len = sizeof(e);
			queue_put(&in->queue, &r, &e);
			return true;
		}
		r.time = sx_now();
		r.kind = INTAKE_BYTES;
		r.len = got.len;
		r.lost_before = got.lost_before;
		r.lost_after = got.lost_after;
		r.doubt = got.doubt;
		if (got.len > 0 || got.lost_before || got.lost_after)
			queue_publish(&in->queue, &r);
		turn += got.len;
	} while (got.len == room && !got.end && turn < TURN);
	in->read += turn;
	if (in->coalesces)
		judge_stream(src, got.len, r.time.mono);
	src->over = got.end;
	r = (struct intake_record){
		.kind = INTAKE_END, .port = src->port, .time = r.time
	};
	if (got.end)
		queue_put(&in->queue, &r, NULL);
	return true;
}

static void
note_stop(struct intake *in, int64_t mono)
{
	pthread_mutex_lock(&in->lock);
	in->stopped = mono;
	pthread_mutex_unlock(&in->lock);
}

static void
read_signals(struct intake *in)
{
	struct signalfd_siginfo si;
	struct intake_record r = { .len = 0 };
	sigset_t set;

	while (read(in->signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		r.time = sx_now();
		r.signal = (int)si.ssi_signo;
		r.kind = in->reloads && r.signal == SIGHUP ? INTAKE_RELOAD
							   : INTAKE_STOP;
		if (r.kind == INTAKE_RELOAD) {
			queue_put(&in->queue, &r, NULL);
		} else if (in->stops < (in->reloads ? 2 : 1)) {
			if (in->stops++ == 0)
				note_stop(in, r.time.mono);
			in->stopped_at = r.time.mono;
			queue_put(&in->queue, &r, NULL);
		} else if (r.time.mono - in->stopped_at >= INSIST_US) {
			/* The reader hangs (a dead disk) and the user insists.
			 * Parts are recovered at the next start. */
			signal(r.signal, SIG_DFL);
			sigemptyset(&set);
			sigaddset(&set, r.signal);
			raise(r.signal);
			pthread_sigmask(SIG_UNBLOCK, &set, NULL);
		}
	}
}

/*
 * A signal is queued behind all input from before it: when a round has found
 * nothing more, since not every read takes all that a port has; or after
 * STOP_US if the input goes on and on.
 */
static void
heed_signals(struct intake *in, bool some, int64_t now)
{
	if (in->signalled == 0) {
		in->signalled = in->fds[1].revents != 0 ? now : 0;
	} else if (!some || now - in->signalled >= STOP_US) {
		in->signalled = 0;
		read_signals(in);
	}
}

/*
 * May a tick report that all input from before its request has been read? Yes,
 * if a round has found nothing more; or if, of a stream that goes on and on, so
 * much has been read since, or for so long, that unread bytes must be younger.
 * Time with a full queue proves nothing.
 */
static bool
may_tick(struct intake *in, bool some, bool room, int64_t now)
{
	if (in->tick_since == 0) {
		in->tick_from = in->read;
		in->tick_since = now;
	} else if (!room) {
		in->tick_since = now;
	}
	if (some && in->read - in->tick_from < KERNEL_MOST &&
	    now - in->tick_since < STOP_US)
		return false;
	in->tick_since = 0;
	return true;
}

/* Fill in->fds: wake, signals and, unless the queue is full, the sources that
 * do not rest at mono time now. *until: when the first of the others wakes. */
static nfds_t
intake_gather(struct intake *in, bool sources, int64_t now, int64_t *until)
{
	nfds_t n = 2;

	*until = INT64_MAX;

	in->fds[0] = (struct pollfd){ .fd = in->wake, .events = POLLIN };
	in->fds[1] = (struct pollfd){ .fd = in->signals, .events = POLLIN };
	for (struct source *src = in->sources; src != NULL; src = src->next) {
		src->nfds = 0;
		if (sources && src->rests_until <= now)
			src->nfds = midi_io_pollfds(
			    src->io, MIDI_IO_IN, in->fds + n, MIDI_IO_POLLFDS);
		else if (sources && src->rests_until < *until)
			*until = src->rests_until;
		n += src->nfds;
	}
	return n;
}

/* Take over added sources. Call with the lock held. */
static void
intake_read_added(struct intake *in)
{
	struct source *src;

	while ((src = in->added) != NULL) {
		in->added = src->next;
		src->next = in->sources;
		in->sources = src;
	}
	if (in->widened != NULL) {
		free(in->fds);
		in->fds = in->widened;
		in->widened = NULL;
	}
}

/* Its last record is queued: once that is taken, the port may be closed. */
static void
intake_forget(struct intake *in, struct source **link)
{
	struct source *src = *link;

	*link = src->next;
	free(src);
	pthread_mutex_lock(&in->lock);
	in->nsources--;
	pthread_mutex_unlock(&in->lock);
}

/* Read every source that has input. *some: at least one had. Returns false if
 * the queue is full. */
static bool
read_sources(struct intake *in, bool *some)
{
	struct source **link = &in->sources;
	nfds_t at = 2;
	bool ready, room = true;

	*some = false;
	while (*link != NULL) {
		ready = false;
		for (size_t k = (*link)->nfds; k > 0; k--)
			ready |= in->fds[at++].revents != 0;
		if (ready) {
			*some = true;
			room = intake_read_source(in, *link) && room;
		}
		if ((*link)->over)
			intake_forget(in, link);
		else
			link = &(*link)->next;
	}
	return room;
}

/* Send the beat if it is due. Returns the time until the next in ms, or -1. */
static int
intake_send_beat(struct intake *in, int64_t now)
{
	if (in->beat_every == 0)
		return -1;
	if (now >= in->beat_at) {
		/* If nobody reads it, there is nobody to report that to. */
		(void)send(in->beat_fd, in->beat, strlen(in->beat),
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		in->beat_at = now + in->beat_every;
	}
	return (int)((in->beat_at - now) / 1000) + 1;
}

/* Return how long to sleep, in ms; -1: until something arrives. */
static int
intake_patience(bool hurry, bool room, int next_beat, int64_t rest_us)
{
	/* A full queue may also be a lack of memory: look again soon. */
	int most = room ? next_beat : 100;
	int rest;

	if (hurry && room)
		return 0;
	if (rest_us > REST_US)
		return most;
	rest = (int)(rest_us + 999) / 1000;
	return most == -1 || rest < most ? rest : most;
}

void
sx_session_first(void)
{
	const struct sched_param first = { .sched_priority = 1 };

	(void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &first);
}

static void *
intake_main(void *arg)
{
	struct intake *in = arg;
	struct intake_record tick = { .kind = INTAKE_TICK };
	bool room = true, some, hurry, ticking, quit;
	int64_t now, rest;
	nfds_t n;

	/* The kernel's buffers are finite. */
	sx_session_first();
	for (;;) {
		pthread_mutex_lock(&in->lock);
		in->full = !room;
		ticking = in->tick;
		quit = in->quit;
		intake_read_added(in);
		pthread_mutex_unlock(&in->lock);
		if (quit)
			return NULL;
		hurry = ticking || in->signalled != 0;
		tick.time = sx_now();
		now = tick.time.mono;
		n = intake_gather(in, room, hurry ? INT64_MAX : now, &rest);
		if (poll(in->fds, n,
			intake_patience(hurry, room, intake_send_beat(in, now),
			    rest - now)) == -1)
			continue;
		if (in->fds[0].revents != 0)
			queue_unpost(in->wake);
		/* Input that was not read last time may be older than a
		 * tick. */
		some = !room;
		room = !room || read_sources(in, &some);
		heed_signals(in, some, now);
		if (ticking && may_tick(in, some, room, now)) {
			pthread_mutex_lock(&in->lock);
			in->tick = false;
			pthread_mutex_unlock(&in->lock);
			queue_put(&in->queue, &tick, NULL);
		}
	}
}

void
intake_reloads(struct intake *in)
{
	in->reloads = true;
}

void
intake_coalesce(struct intake *in, int64_t gap)
{
	in->coalesces = gap >= 4 * REST_US;
}

int
intake_start(struct intake *in, struct sx_err *e)
{
	int rc = pthread_create(&in->thread, NULL, intake_main, in);

	if (rc != 0)
		return sx_fail(e, SX_EIO, rc, "cannot start the input thread");
	in->running = true;
	return 0;
}

bool
intake_take(struct intake *in, struct intake_record *r)
{
	bool room;

	if (!queue_take(&in->queue, r))
		return false;
	pthread_mutex_lock(&in->lock);
	room = in->full && has_room(in, 2);
	pthread_mutex_unlock(&in->lock);
	if (room)
		queue_post(in->wake);
	return true;
}

int
intake_fd(const struct intake *in)
{
	return in->queue.ready;
}

void
intake_tick(struct intake *in)
{
	bool asked;

	pthread_mutex_lock(&in->lock);
	asked = in->tick;
	in->tick = true;
	pthread_mutex_unlock(&in->lock);
	if (!asked)
		queue_post(in->wake);
}

int64_t
intake_stopped(struct intake *in)
{
	int64_t stopped;

	pthread_mutex_lock(&in->lock);
	stopped = in->stopped;
	pthread_mutex_unlock(&in->lock);
	return stopped;
}

size_t
intake_backlog(struct intake *in)
{
	return queue_bytes(&in->queue);
}
