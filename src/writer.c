/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sxlib/writer.h"

#define WAITING_MOST ((size_t)16 << 20)

struct stream {
	int fd;
	int now; /* the same for nonblocking writes; -1: none */
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; /* guards all members below */
	pthread_cond_t come, done;
	char *text; /* queued text, from `begin` on */
	size_t begin, end, room;
	int error;
	bool quit;
};

struct sx_writer {
	struct stream streams[SX_WRITER_STREAMS];
	int n; /* 1: both streams share a queue */
};

/* Open the same terminal or pipe again, not blocking, since others may share
 * the existing descriptor. A file never blocks. */
static int
open_again(int fd)
{
	char path[32];
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (S_ISREG(st.st_mode))
		return fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Is it the same terminal or pipe? The lines of two queues would mix there. */
static bool
is_same(int a, int b)
{
	struct stat sa, sb;

	return fstat(a, &sa) == 0 && fstat(b, &sb) == 0 &&
	       sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino &&
	       !S_ISREG(sa.st_mode);
}

static struct stream *
stream_of(struct sx_writer *w, int stream)
{
	return &w->streams[stream < w->n ? stream : 0];
}

struct sx_writer *
sx_writer_new(const int fds[SX_WRITER_STREAMS])
{
	struct sx_writer *w = calloc(1, sizeof(*w));
	pthread_condattr_t attr;

	if (w == NULL)
		return NULL;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	w->n = is_same(fds[SX_WRITER_OUT], fds[SX_WRITER_ERR])
		   ? 1
		   : SX_WRITER_STREAMS;
	for (int i = 0; i < w->n; i++) {
		w->streams[i].fd = fds[i];
		w->streams[i].now = open_again(fds[i]);
		pthread_mutex_init(&w->streams[i].lock, NULL);
		pthread_cond_init(&w->streams[i].come, &attr);
		pthread_cond_init(&w->streams[i].done, &attr);
	}
	pthread_condattr_destroy(&attr);
	return w;
}

/* Write what the stream accepts now. Returns true if that is all; else *text
 * and *n are the rest. */
static bool
stream_try(struct stream *s, const char **text, size_t *n)
{
	ssize_t w;

	while (*n > 0 && s->now != -1) {
		w = write(s->now, *text, *n);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == -1 && errno != EAGAIN)
			s->error = errno;
		if (w <= 0)
			break;
		*text += w;
		*n -= (size_t)w;
	}
	return *n == 0;
}

static void *
stream_main(void *arg)
{
	struct stream *s = arg;
	struct pollfd room = { .fd = s->fd, .events = POLLOUT };
	char some[PIPE_BUF];
	ssize_t w;
	size_t n;

	pthread_mutex_lock(&s->lock);
	for (;;) {
		while (!s->quit && (s->begin == s->end || s->error != 0))
			pthread_cond_wait(&s->come, &s->lock);
		if (s->quit)
			break;
		n = s->end - s->begin;
		n = n < sizeof(some) ? n : sizeof(some);
		memcpy(some, s->text + s->begin, n);
		pthread_mutex_unlock(&s->lock);
		(void)poll(&room, 1, -1);
		w = write(s->fd, some, n);
		pthread_mutex_lock(&s->lock);
		if (w > 0)
			s->begin += (size_t)w;
		else if (errno != EINTR && errno != EAGAIN)
			s->error = errno;
		if (s->begin == s->end || s->error != 0) {
			s->begin = s->end = 0;
			pthread_cond_signal(&s->done);
		}
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* Start the thread. Signals are for the other threads. */
static int
stream_start(struct stream *s)
{
	sigset_t all, before;
	int rc;

	if (s->running)
		return 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&s->thread, NULL, stream_main, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	s->running = rc == 0;
	return rc;
}

/* Queue text. The lock is held. Returns 0 or an errno. */
static int
stream_append(struct stream *s, const char *text, size_t n)
{
	size_t want = s->room > 0 ? s->room : 4096;
	char *p;

	if (s->end - s->begin + n > WAITING_MOST)
		return ENOBUFS;
	if (s->begin > 0 && s->end + n > s->room) {
		memmove(s->text, s->text + s->begin, s->end - s->begin);
		s->end -= s->begin;
		s->begin = 0;
	}
	while (want < s->end + n)
		want *= 2;
	if (want > s->room) {
		p = realloc(s->text, want);
		if (p == NULL)
			return ENOMEM;
		s->text = p;
		s->room = want;
	}
	memcpy(s->text + s->end, text, n);
	s->end += n;
	pthread_cond_signal(&s->come);
	return stream_start(s);
}

int
sx_writer_put(struct sx_writer *w, int stream, const char *text, size_t n)
{
	struct stream *s = stream_of(w, stream);
	int error;

	pthread_mutex_lock(&s->lock);
	if (s->error == 0 && (s->begin < s->end || !stream_try(s, &text, &n)) &&
	    s->error == 0)
		error = stream_append(s, text, n);
	else
		error = s->error;
	pthread_mutex_unlock(&s->lock);
	return error;
}

bool
sx_writer_waits(struct sx_writer *w, int stream)
{
	struct stream *s = stream_of(w, stream);
	bool waits;

	pthread_mutex_lock(&s->lock);
	waits = s->begin < s->end;
	pthread_mutex_unlock(&s->lock);
	return waits;
}

size_t
sx_writer_wait(struct sx_writer *w, int64_t until)
{
	const struct timespec late = { .tv_sec = (time_t)(until / 1000000),
		.tv_nsec = (long)(until % 1000000 * 1000) };
	size_t left = 0;
	int rc;

	for (int i = 0; i < w->n; i++) {
		struct stream *s = &w->streams[i];

		rc = 0;
		pthread_mutex_lock(&s->lock);
		while (s->begin < s->end && rc == 0)
			rc = pthread_cond_timedwait(&s->done, &s->lock, &late);
		left += s->end - s->begin;
		pthread_mutex_unlock(&s->lock);
	}
	return left;
}

int
sx_writer_error(struct sx_writer *w, int stream)
{
	struct stream *s = stream_of(w, stream);
	int error;

	pthread_mutex_lock(&s->lock);
	error = s->error;
	pthread_mutex_unlock(&s->lock);
	return error;
}

/* Returns false if its thread hangs. */
static bool
stream_stop(struct stream *s)
{
	bool hangs;

	if (!s->running)
		return true;
	pthread_mutex_lock(&s->lock);
	hangs = s->begin < s->end;
	s->quit = true;
	pthread_cond_signal(&s->come);
	pthread_mutex_unlock(&s->lock);
	if (hangs)
		return false;
	pthread_join(s->thread, NULL);
	return true;
}

void
sx_writer_free(struct sx_writer *w)
{
	bool ended = true;

	if (w == NULL)
		return;
	for (int i = 0; i < w->n; i++)
		ended = stream_stop(&w->streams[i]) && ended;
	if (!ended)
		return;
	for (int i = 0; i < w->n; i++) {
		if (w->streams[i].now != -1)
			close(w->streams[i].now);
		free(w->streams[i].text);
		pthread_mutex_destroy(&w->streams[i].lock);
		pthread_cond_destroy(&w->streams[i].come);
		pthread_cond_destroy(&w->streams[i].done);
	}
	free(w);
}
