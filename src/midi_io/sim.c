/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "backend.h"
#include "sim.h"

/*
 * "sim:NAME[?OPTION[&OPTION]...]": a simulated instrument on a simulated wire.
 *
 *	first=S     its first dump begins S seconds after listen() (1)
 *	interval=S  silence between two dumps (2.5)
 *	rate=N      bytes per second in both directions (3125)
 *	twice       each dump is sent twice in a row
 *
 * It sends dumps as if somebody started them on its panel, or on request. A
 * dump sent to it is the next one that it sends.
 *
 * Input arrives when it is due on the wire, by a timer that poll() waits for;
 * written bytes wait in a queue until the wire has taken them. Reader and
 * writer share the instrument under a lock.
 */

#define SCHEME "sim:"
#define BATCH  32 /* bytes per wake-up */

struct bytes {
	uint8_t *data;
	size_t len, size;
};

struct sim {
	struct midi_io io;
	const struct sim_instrument *instrument;
	struct sim_options options;
	int in_timer, out_timer;

	pthread_mutex_t lock; /* guards all below */
	struct bytes dump;    /* being sent, or about to be; data NULL: none */
	size_t given;	      /* bytes of it already read */
	int64_t start;	      /* when it begins; INT64_MAX: not listening */
	unsigned left;	      /* times still to be sent */
	unsigned made;	      /* its own dumps so far */
	struct bytes stored;  /* sent to it, and its next dump */

	uint8_t queue[4096]; /* written, not on the wire yet */
	size_t queued;
	int64_t wire;	      /* when queue[0] begins to leave */
	struct bytes message; /* bytes that have left, from F0 on */
};

static const struct sim_instrument *const instruments[] = {
	&midi_io_sim_alpha_base,
	&midi_io_sim_machinedrum,
	&midi_io_sim_dx7,
};

enum { INSTRUMENTS = sizeof(instruments) / sizeof(instruments[0]) };

/* Return how long n bytes take on the wire, rounded up; below, the inverse. */
static int64_t
sim_duration(const struct sim *s, size_t n)
{
	int64_t rate = s->options.rate;
	int64_t rest = (int64_t)(n % s->options.rate);

	return (int64_t)(n / s->options.rate) * SIM_SECOND +
	       (rest * SIM_SECOND + rate - 1) / rate;
}

static size_t
bytes_within(const struct sim *s, int64_t ns)
{
	int64_t rate = s->options.rate;

	return ns <= 0 ? 0
		       : (size_t)(ns / SIM_SECOND * rate +
				  ns % SIM_SECOND * rate / SIM_SECOND);
}

static void
sim_arm(int timer, int64_t when)
{
	struct itimerspec its = { 0 };

	if (when != INT64_MAX) {
		its.it_value.tv_sec = (time_t)(when / SIM_SECOND);
		its.it_value.tv_nsec = (long)(when % SIM_SECOND);
	}
	/* Fails only for a bad descriptor or time. */
	(void)timerfd_settime(timer, TFD_TIMER_ABSTIME, &its, NULL);
}

static void
arm_input(struct sim *s)
{
	size_t next = s->given + BATCH;

	if (s->dump.data != NULL && next > s->dump.len)
		next = s->dump.len;
	sim_arm(s->in_timer, s->start == INT64_MAX
				 ? s->start
				 : s->start + sim_duration(s, next));
}

static void
bytes_free(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){ 0 };
}

static int
bytes_add(struct bytes *b, uint8_t byte, struct sx_err *e)
{
	size_t size = b->size == 0 ? 4096 : b->size * 2;
	uint8_t *data;

	if (b->len == b->size) {
		data = realloc(b->data, size);
		if (data == NULL)
			return sx_fail_memory(e);
		b->data = data;
		b->size = size;
	}
	b->data[b->len++] = byte;
	return 0;
}

/* Answer a complete message. One that arrives during another answer is ignored,
 * as in real life. */
static void
sim_answer(struct sim *s)
{
	const struct bytes *m = &s->message;

	if (s->instrument->answer == NULL || s->dump.data != NULL)
		return;
	s->dump.data = s->instrument->answer(
	    m->data, m->len, s->stored.data, s->stored.len, &s->dump.len);
	if (s->dump.data == NULL)
		return;
	s->left = 1;
	s->start = midi_io_now();
	arm_input(s);
}

/* Pass one byte to the instrument. */
static int
sim_hear(struct sim *s, uint8_t byte, struct sx_err *e)
{
	struct bytes *m = &s->message;

	if (byte >= 0xf8)
		return 0;
	if (byte >= 0x80 && byte != 0xf7)
		m->len = 0;
	if (byte != 0xf0 && m->len == 0)
		return 0;
	if (bytes_add(m, byte, e) == -1) {
		m->len = 0;
		return -1;
	}
	if (byte != 0xf7)
		return 0;
	sim_answer(s);
	if (s->instrument->stores(m->data, m->len)) {
		bytes_free(&s->stored);
		s->stored = *m;
		*m = (struct bytes){ 0 };
	}
	m->len = 0;
	return 0;
}

/* Pass on the bytes that have left the queue by now. Call with the lock
 * held. */
static int
run_wire(struct sim *s, int64_t now, struct sx_err *e)
{
	size_t n = bytes_within(s, now - s->wire);
	int rc = 0;

	if (n > s->queued)
		n = s->queued;
	for (size_t i = 0; i < n; i++)
		if (sim_hear(s, s->queue[i], e) == -1)
			rc = -1;
	memmove(s->queue, s->queue + n, s->queued - n);
	s->queued -= n;
	s->wire += sim_duration(s, n);
	return rc;
}

static bool
sim_takes(const char *spec)
{
	return strncmp(spec, SCHEME, strlen(SCHEME)) == 0;
}

static int
sim_list(struct midi_io_list *list, struct sx_err *e)
{
	for (size_t i = 0; i < INSTRUMENTS; i++) {
		struct midi_io_port port = {
			.dirs = MIDI_IO_IN | MIDI_IO_OUT,
			.simulated = true,
		};

		snprintf(port.name, sizeof(port.name), SCHEME "%s",
		    instruments[i]->name);
		snprintf(port.title, sizeof(port.title), "%s",
		    instruments[i]->title);
		if (midi_io_list_add(list, &port, e) == -1)
			return -1;
	}
	return 0;
}

static void
sim_close(struct midi_io *io)
{
	struct sim *s = (struct sim *)io;

	if (s->in_timer != -1)
		close(s->in_timer);
	if (s->out_timer != -1)
		close(s->out_timer);
	bytes_free(&s->dump);
	bytes_free(&s->stored);
	bytes_free(&s->message);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* Parse spec into the instrument and its options. */
static int
parse_spec(struct sim *s, const char *spec, struct sx_err *e)
{
	const char *name = spec + strlen(SCHEME);
	size_t len = strcspn(name, "?");

	for (size_t i = 0; i < INSTRUMENTS; i++)
		if (strlen(instruments[i]->name) == len &&
		    strncmp(name, instruments[i]->name, len) == 0)
			s->instrument = instruments[i];
	if (s->instrument == NULL) {
		sx_fail(
		    e, SX_EPORT, 0, "unknown simulated instrument '%s'", spec);
		return sx_hint(e, "`sxlib ports --all` lists them");
	}
	s->options = (struct sim_options){
		.first = SIM_SECOND,
		.interval = SIM_SECOND * 5 / 2,
		.rate = MIDI_IO_DIN_RATE,
		.repeats = 1,
	};
	return name[len] == '\0' ? 0
				 : sim_parse(name + len + 1, &s->options, e);
}

static struct midi_io *
sim_open(const char *spec, unsigned dirs, struct sx_err *e)
{
	struct sim *s = calloc(1, sizeof(*s));
	char *name = strdup(spec);

	(void)dirs;
	if (s == NULL || name == NULL) {
		free(s);
		free(name);
		sx_fail_memory(e);
		return NULL;
	}
	s->io.name = name;
	s->start = INT64_MAX;
	pthread_mutex_init(&s->lock, NULL);
	s->in_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	s->out_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (s->in_timer == -1 || s->out_timer == -1)
		sx_fail(e, SX_EIO, errno, "cannot open %s", spec);
	else if (parse_spec(s, spec, e) == 0)
		return &s->io;
	sim_close(&s->io);
	free(name);
	return NULL;
}

static int
sim_listen(struct midi_io *io, struct sx_err *e)
{
	struct sim *s = (struct sim *)io;

	(void)e;
	pthread_mutex_lock(&s->lock);
	if (s->instrument->dump != NULL)
		s->start = midi_io_now() + s->options.first;
	arm_input(s);
	pthread_mutex_unlock(&s->lock);
	return 0;
}

static size_t
sim_pollfds(struct midi_io *io, unsigned dir, struct pollfd *fds, size_t max)
{
	struct sim *s = (struct sim *)io;
	int64_t now = midi_io_now();

	if (max == 0)
		return 0;
	*fds = (struct pollfd){ .fd = s->in_timer, .events = POLLIN };
	if (dir == MIDI_IO_OUT) {
		fds->fd = s->out_timer;
		pthread_mutex_lock(&s->lock);
		(void)run_wire(s, now, NULL);
		sim_arm(s->out_timer, s->queued < sizeof(s->queue)
					  ? now
					  : s->wire + sim_duration(s, BATCH));
		pthread_mutex_unlock(&s->lock);
	}
	return 1;
}

/* Choose the next dump. */
static int
sim_prepare(struct sim *s, struct sx_err *e)
{
	if (s->dump.data != NULL)
		return 0;
	s->dump = s->stored;
	s->stored = (struct bytes){ 0 };
	if (s->dump.data == NULL)
		s->dump.data = s->instrument->dump(s->made++, &s->dump.len);
	if (s->dump.data == NULL)
		return sx_fail_memory(e);
	s->left = s->options.repeats;
	return 0;
}

/* Copy the bytes of the current dump that are due. Returns their number. */
static size_t
sim_give(struct sim *s, int64_t now, uint8_t *buf, size_t max)
{
	size_t n = bytes_within(s, now - s->start);

	if (n > s->dump.len)
		n = s->dump.len;
	n -= s->given;
	if (n > max)
		n = max;
	memcpy(buf, s->dump.data + s->given, n);
	s->given += n;
	if (s->given == s->dump.len) {
		s->start += sim_duration(s, s->dump.len) + s->options.interval;
		s->given = 0;
		if (--s->left == 0)
			bytes_free(&s->dump);
		if (s->instrument->dump == NULL)
			s->start = INT64_MAX;
	}
	return n;
}

static int
sim_read(struct midi_io *io, uint8_t *buf, size_t max, struct midi_io_in *in,
    struct sx_err *e)
{
	struct sim *s = (struct sim *)io;
	int64_t now = midi_io_now();
	size_t n = 1;
	int rc;

	pthread_mutex_lock(&s->lock);
	rc = run_wire(s, now, e);
	while (rc == 0 && n > 0 && in->len < max && s->start < now) {
		rc = sim_prepare(s, e);
		if (rc == 0)
			in->len += n =
			    sim_give(s, now, buf + in->len, max - in->len);
	}
	arm_input(s);
	pthread_mutex_unlock(&s->lock);
	return rc;
}

static ssize_t
sim_write(struct midi_io *io, const uint8_t *buf, size_t n, struct sx_err *e)
{
	struct sim *s = (struct sim *)io;
	int64_t now = midi_io_now();
	int rc;

	pthread_mutex_lock(&s->lock);
	rc = run_wire(s, now, e);
	if (s->queued == 0 && s->wire < now)
		s->wire = now;
	if (n > sizeof(s->queue) - s->queued)
		n = sizeof(s->queue) - s->queued;
	if (rc == 0) {
		memcpy(s->queue + s->queued, buf, n);
		s->queued += n;
	}
	pthread_mutex_unlock(&s->lock);
	return rc == -1 ? -1 : (ssize_t)n;
}

static ssize_t
sim_queued(struct midi_io *io, struct sx_err *e)
{
	struct sim *s = (struct sim *)io;
	ssize_t n;

	pthread_mutex_lock(&s->lock);
	n = run_wire(s, midi_io_now(), e);
	if (n == 0)
		n = (ssize_t)s->queued;
	pthread_mutex_unlock(&s->lock);
	return n;
}

static int
sim_drain(struct midi_io *io, struct sx_err *e)
{
	const struct timespec tick = { .tv_nsec = 5 * 1000 * 1000 };
	ssize_t n;

	while ((n = sim_queued(io, e)) > 0)
		nanosleep(&tick, NULL);
	return (int)n;
}

static int
sim_drop(struct midi_io *io, struct sx_err *e)
{
	struct sim *s = (struct sim *)io;
	int rc;

	pthread_mutex_lock(&s->lock);
	rc = run_wire(s, midi_io_now(), e);
	s->queued = 0;
	pthread_mutex_unlock(&s->lock);
	return rc;
}

const struct midi_io_ops midi_io_sim_ops = {
	.also = MIDI_IO_SIMULATED,
	.takes = sim_takes,
	.list = sim_list,
	.open = sim_open,
	.listen = sim_listen,
	.pollfds = sim_pollfds,
	.read = sim_read,
	.write = sim_write,
	.queued = sim_queued,
	.drain = sim_drain,
	.drop = sim_drop,
	.close = sim_close,
};
