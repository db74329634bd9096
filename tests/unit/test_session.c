/* SPDX-License-Identifier: ISC */
/* A session over pseudo terminals: the test is the instrument at their other
 * end. No result depends on speed. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/session/intake.h"
#include "../../src/session/sender.h"
#include "plug.h"
#include "sxlib/session.h"

#define SECOND 1000000

static atomic_int first_policy = -1, first_priority = -1;

/* Wraps the real call, which may not be permitted; but it must be made. */
int
pthread_setschedparam(
    pthread_t thread, int policy, const struct sched_param *param)
{
	__typeof__(&pthread_setschedparam) real;

	*(void **)&real = dlsym(RTLD_NEXT, "pthread_setschedparam");
	first_policy = policy;
	first_priority = param->sched_priority;
	return real(thread, policy, param);
}

struct world {
	struct sx_session *s;
	int unit; /* the instrument's end */
	int port;
	char name[PLUG_NAME];
};

/* Plug in an instrument: sets w->unit, w->name and w->port. */
static void
plug(struct world *w, const struct sx_rules *rules)
{
	struct sx_err e = { 0 };

	w->port = sx_session_add(w->s,
	    plug_open(
		&w->unit, w->name, rules != NULL ? MIDI_IO_IN : MIDI_IO_OUT),
	    rules, &e);
}

static void
make(struct world *w, const struct sx_rules *rules)
{
	struct sx_err e = { 0 };

	w->s = sx_session_new(&e);
	assert_non_null(w->s);
	plug(w, rules);
	assert_int_equal(w->port, 0);
	assert_int_equal(sx_session_start(w->s, &e), 0);
}

static void
unmake(struct world *w)
{
	sx_session_close(w->s);
	if (w->unit != -1)
		close(w->unit);
}

static void
play(const struct world *w, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	ssize_t k;

	while (n > 0) {
		k = write(w->unit, p, n);
		assert_true(k > 0);
		p += k;
		n -= (size_t)k;
	}
}

/* Wait until n bytes have been read that the caller has not seen. */
static void
wait_for_backlog(struct world *w, size_t n)
{
	int64_t late = sx_now().mono + 60 * SECOND;

	while (sx_session_backlog(w->s) < n && sx_now().mono < late)
		usleep(1000);
	assert_int_equal(sx_session_backlog(w->s), n);
}

/* Get the next event except DATA steps; fails after ten quiet seconds. */
static struct sx_event
next(struct world *w)
{
	struct sx_event ev;
	struct sx_err e = { 0 };

	do {
		if (sx_session_next(
			w->s, &ev, sx_now().mono + 10 * SECOND, &e) == -1)
			fail_msg("%s", e.msg);
		assert_int_not_equal(ev.type, SX_EV_QUIET);
	} while (ev.type == SX_EV_STEP && ev.step.kind == SX_STEP_DATA);
	return ev;
}

static void
expect_step(struct world *w, enum sx_step_kind kind, struct sx_event *ev)
{
	*ev = next(w);
	assert_int_equal(ev->type, SX_EV_STEP);
	assert_int_equal(ev->step.kind, kind);
}

static void
test_a_dump_and_then_quiet(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct sx_traffic t;
	struct sx_event ev;
	struct world w;
	int64_t deadline;

	(void)state;
	make(&w, &rules);
	play(&w, "\xf8\xf0\x42\xfe\x01\xf7\x90\x40\x40\xff\xfe", 11);
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	assert_int_equal(ev.step.message->len, 4);
	assert_memory_equal(ev.step.message->data, "\xf0\x42\x01\xf7", 4);
	expect_step(&w, SX_STEP_DUMP, &ev);
	deadline = sx_now().mono + SECOND / 20;
	assert_int_equal(sx_session_next(w.s, &ev, deadline, &e), 0);
	assert_int_equal(ev.type, SX_EV_QUIET);
	assert_true(ev.now.mono >= deadline);
	sx_session_traffic(w.s, w.port, &t);
	assert_int_equal(t.bytes, 11);
	assert_int_equal(t.sysex, 4);
	assert_int_equal(t.clock, 1);
	assert_int_equal(t.sensing, 2);
	assert_int_equal(t.other, 4);
	assert_int_equal(t.holes, 0);
	assert_true(t.last_sysex > 0);
	assert_in_range(ev.now.wall / SECOND, time(NULL) - 2, time(NULL));
	unmake(&w);
}

static void
test_a_group_ends_by_itself(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_GAP, .gap = SECOND / 10 };
	struct sx_event ev;
	struct world w;

	(void)state;
	make(&w, &rules);
	play(&w, "\xf0\x42\x01\xf7\xf0\x42\x02\xf7", 8);
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	expect_step(&w, SX_STEP_DUMP, &ev);
	assert_int_equal(ev.step.dump->messages, 2);
	assert_int_equal(ev.step.dump->damage.kind, SX_DAMAGE_NONE);
	unmake(&w);
}

static void
ignore(int signal)
{
	(void)signal;
}

/* A signal that the program handles does not end the wait. */
static void
test_signals_while_waiting(void **state)
{
	const struct itimerval often = { .it_interval.tv_usec = 1000,
		.it_value.tv_usec = 1000 };
	const struct itimerval never = { 0 };
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;
	int64_t until;

	(void)state;
	make(&w, &rules);
	signal(SIGALRM, ignore);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	until = sx_now().mono + SECOND / 5;
	assert_int_equal(sx_session_next(w.s, &ev, until, &e), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	/* A signal may be pending. */
	signal(SIGALRM, SIG_IGN);
	assert_int_equal(ev.type, SX_EV_QUIET);
	assert_true(ev.now.mono >= until);
	unmake(&w);
}

/* The kernel's buffers are finite: the thread that empties them has priority.
 */
static void
test_the_intake_goes_first(void **state)
{
	struct world w;

	(void)state;
	first_policy = first_priority = -1;
	make(&w, &(struct sx_rules){ .split = SX_SPLIT_MESSAGE });
	play(&w, "\xf0\x7d\x01\xf7", 4);
	wait_for_backlog(&w, 4);
	unmake(&w);
	assert_int_equal(first_policy, SCHED_FIFO);
	assert_in_range(first_priority, sched_get_priority_min(SCHED_FIFO),
	    sched_get_priority_max(SCHED_FIFO));
}

/* Each port has a separate gap. */
static void
test_groups_of_two_ports(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_GAP, .gap = SECOND / 10 };
	struct world first, second;
	struct sx_event ev;

	(void)state;
	make(&first, &rules);
	second = first;
	plug(&second, &rules);
	assert_int_equal(second.port, 1);
	play(&second, "\xf0\x42\x01\xf7", 4);
	expect_step(&second, SX_STEP_MESSAGE, &ev);
	expect_step(&second, SX_STEP_DUMP, &ev);
	assert_int_equal(ev.port, 1);
	play(&first, "\xf0\x42\x01\xf7", 4);
	expect_step(&first, SX_STEP_MESSAGE, &ev);
	expect_step(&first, SX_STEP_DUMP, &ev);
	assert_int_equal(ev.port, 0);
	close(second.unit);
	unmake(&first);
}

/* While the caller sleeps, intake continues to read, and times are those of
 * arrival: two dumps a gap apart stay two. */
static void
test_a_caller_that_stalls_loses_nothing(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_GAP, .gap = SECOND / 5 };
	size_t n = (size_t)1 << 20;
	uint8_t *big = malloc(n);
	struct sx_event ev;
	struct world w;

	(void)state;
	assert_non_null(big);
	memset(big, 0x33, n);
	big[0] = 0xf0;
	big[n - 1] = 0xf7;
	make(&w, &rules);
	play(&w, big, n);
	wait_for_backlog(&w, n);
	usleep(500000);
	play(&w, "\xf0\x42\xf7", 3);
	wait_for_backlog(&w, n + 3);
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	assert_int_equal(ev.step.message->len, n);
	assert_memory_equal(ev.step.message->data, big, n);
	expect_step(&w, SX_STEP_DUMP, &ev);
	assert_int_equal(ev.step.dump->messages, 1);
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	expect_step(&w, SX_STEP_DUMP, &ev);
	free(big);
	unmake(&w);
}

/* A line marks a byte that it could not read: the message has a hole, even if
 * its framing is intact, and so may all bytes read with it. */
static void
test_bytes_in_doubt(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct termios tio;
	struct sx_event ev;
	struct world w;

	(void)state;
	make(&w, &rules);
	/* The test makes the mark, not the line. */
	assert_int_equal(tcgetattr(w.unit, &tio), 0);
	tio.c_iflag &= ~(tcflag_t)PARMRK;
	assert_int_equal(tcsetattr(w.unit, TCSANOW, &tio), 0);
	play(&w, "\xf0\x42\x01\xff\x00\x02\x03\xf7", 8);
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	assert_int_equal(ev.step.message->len, 5);
	assert_int_equal(ev.step.message->damage.kind, SX_DAMAGE_OVERRUN);
	expect_step(&w, SX_STEP_DUMP, &ev);
	assert_int_equal(ev.step.dump->damage.kind, SX_DAMAGE_OVERRUN);
	play(&w, "\xf0\x42\x01\xf7", 4);
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	assert_int_equal(ev.step.message->damage.kind, SX_DAMAGE_NONE);
	expect_step(&w, SX_STEP_DUMP, &ev);
	unmake(&w);
}

#define BOUND ((size_t)64 << 20) /* of input waiting for the caller */

/* Write until no more is accepted. Returns the number of bytes. */
static size_t
give_all(const struct world *w, int pipe)
{
	static uint8_t bytes[1 << 16];
	struct pollfd out = { .fd = pipe, .events = POLLOUT };
	size_t given = 0;
	ssize_t k;

	memset(bytes, 0x33, sizeof(bytes));
	while (given < 2 * BOUND &&
	       (poll(&out, 1, 500) == 1 || sx_session_backlog(w->s) < BOUND)) {
		k = write(pipe, bytes, sizeof(bytes));
		given += k > 0 ? (size_t)k : 0;
	}
	return given;
}

/* Single bytes, each with a separate read, as from a packet pipe: the heads of
 * the records count. */
static void
test_single_bytes_take_no_memory_without_end(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	int pipes[2], before = dup(STDIN_FILENO);
	struct world w = { .unit = -1 };
	struct pollfd out;
	struct sx_err e = { 0 };
	size_t given = 0, head = sizeof(struct intake_record);

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC | O_DIRECT), 0);
	assert_int_equal(dup2(pipes[0], STDIN_FILENO), STDIN_FILENO);
	fcntl(pipes[1], F_SETFL, O_NONBLOCK | O_DIRECT);
	/* Two million of them: each side processes many in a row. */
	fcntl(pipes[1], F_SETPIPE_SZ, 1 << 20);
	w.s = sx_session_new(&e);
	assert_non_null(w.s);
	assert_int_equal(
	    sx_session_add(w.s, midi_io_open("-", MIDI_IO_IN, &e), &rules, &e),
	    0);
	assert_int_equal(sx_session_start(w.s, &e), 0);
	out = (struct pollfd){ .fd = pipes[1], .events = POLLOUT };
	/* It has stopped reading, and is not just slow. */
	while (given * head < 2 * INTAKE_MEMORY &&
	       (poll(&out, 1, 500) == 1 || given * head < INTAKE_MEMORY / 2))
		while (write(pipes[1], "\x33", 1) == 1)
			given++;
	assert_in_range(given * head, INTAKE_MEMORY / 2, INTAKE_MEMORY);
	unmake(&w);
	assert_int_equal(dup2(before, STDIN_FILENO), STDIN_FILENO);
	close(before);
	close(pipes[0]);
	close(pipes[1]);
}

/* Then the sender has to wait until the caller continues. */
static void
test_a_caller_that_stalls_takes_no_memory_without_end(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	int pipes[2], before = dup(STDIN_FILENO);
	struct world w = { .unit = -1 };
	struct pollfd out;
	struct sx_event ev;
	struct sx_err e = { 0 };
	size_t given;

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	assert_int_equal(dup2(pipes[0], STDIN_FILENO), STDIN_FILENO);
	fcntl(pipes[1], F_SETFL, O_NONBLOCK);
	w.s = sx_session_new(&e);
	assert_non_null(w.s);
	assert_int_equal(
	    sx_session_add(w.s, midi_io_open("-", MIDI_IO_IN, &e), &rules, &e),
	    0);
	assert_int_equal(sx_session_start(w.s, &e), 0);
	given = give_all(&w, pipes[1]);
	assert_in_range(sx_session_backlog(w.s), BOUND, BOUND + (1 << 20));
	assert_in_range(given, BOUND, BOUND + (2 << 20));
	out = (struct pollfd){ .fd = pipes[1], .events = POLLOUT };
	while (sx_session_backlog(w.s) > BOUND / 4)
		assert_int_equal(
		    sx_session_next(w.s, &ev, sx_now().mono + 10 * SECOND, &e),
		    0);
	assert_int_equal(poll(&out, 1, 10000), 1);
	unmake(&w);
	assert_int_equal(dup2(before, STDIN_FILENO), STDIN_FILENO);
	close(before);
	close(pipes[0]);
	close(pipes[1]);
}

static void
test_a_port_that_goes_away(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_event ev;
	struct world w;

	(void)state;
	make(&w, &rules);
	play(&w, "\xf0\x42\x01", 3);
	wait_for_backlog(&w, 3);
	close(w.unit);
	w.unit = -1;
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	assert_int_equal(ev.step.message->damage.kind, SX_DAMAGE_UNPLUGGED);
	expect_step(&w, SX_STEP_DUMP, &ev);
	ev = next(&w);
	assert_int_equal(ev.type, SX_EV_GONE);
	assert_int_equal(ev.why->code, SX_EPORT);
	unmake(&w);
}

/* The rest of a message cut as not kept produces no events: up to its F7, a
 * status byte, or a new F0. */
static void
test_the_rest_of_what_is_not_kept_is_skipped(void **state)
{
	static const struct {
		const char *rest;
		size_t n, skipped;
	} cases[] = {
		{ "\x03\xf8\x04\xf7\xf0\x7d\xf7", 7, 3 },
		{ "\x03\x04\xf0\x7d\xf7", 5, 2 },
		{ "\x03\x90\x40\x40\xf0\x7d\xf7", 7, 1 },
		{ "\xf7\xf0\x7d\xf7", 4, 1 },
		{ "\xf0\x7d\xf7", 3, 0 },
	};
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE, .all = true };
	struct sx_traffic t;
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		make(&w, &rules);
		play(&w, "\xf0\x7d\x01\x02", 4);
		wait_for_backlog(&w, 4);
		assert_int_equal(sx_session_next(w.s, &ev, 0, &e), 0);
		assert_int_equal(ev.type, SX_EV_QUIET);
		assert_int_equal(
		    sx_session_cut(w.s, w.port, SX_END_UNKEPT, &e), 0);
		expect_step(&w, SX_STEP_MESSAGE, &ev);
		assert_int_equal(
		    ev.step.message->damage.kind, SX_DAMAGE_INTERRUPTED);
		expect_step(&w, SX_STEP_DUMP, &ev);
		assert_int_equal(ev.step.dump->bytes, 4);
		play(&w, cases[i].rest, cases[i].n);
		expect_step(&w, SX_STEP_MESSAGE, &ev);
		assert_int_equal(ev.step.message->damage.kind, SX_DAMAGE_NONE);
		assert_int_equal(ev.step.message->len, 3);
		sx_session_traffic(w.s, w.port, &t);
		assert_int_equal(t.skipped, cases[i].skipped);
		unmake(&w);
	}
}

static void
test_a_signal_comes_after_what_arrived_before_it(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;

	(void)state;
	make(&w, &rules);
	play(&w, "\xf0\x42\xf7\xf0\x42\x02", 6);
	wait_for_backlog(&w, 6);
	kill(getpid(), SIGTERM);
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	expect_step(&w, SX_STEP_DUMP, &ev);
	ev = next(&w);
	assert_int_equal(ev.type, SX_EV_STOP);
	assert_int_equal(ev.signal, SIGTERM);
	assert_int_equal(
	    sx_session_cut(w.s, w.port, SX_END_INTERRUPTED, &e), 0);
	assert_int_equal(sx_session_step(w.s, &ev), 1);
	assert_int_equal(ev.step.kind, SX_STEP_DATA);
	assert_int_equal(sx_session_step(w.s, &ev), 1);
	assert_int_equal(ev.step.kind, SX_STEP_MESSAGE);
	assert_int_equal(ev.step.message->damage.kind, SX_DAMAGE_INTERRUPTED);
	assert_int_equal(sx_session_step(w.s, &ev), 1);
	assert_int_equal(ev.step.kind, SX_STEP_DUMP);
	assert_int_equal(sx_session_step(w.s, &ev), 0);
	unmake(&w);
}

/* The caller hangs: the second signal ends the program. */
static void
test_a_second_signal_where_the_caller_hangs(void **state)
{
	struct rlimit none = { 0, 0 };
	int status;
	pid_t child;

	(void)state;
	fflush(stdout);
	child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		struct sx_err e = { 0 };
		struct sx_session *s = sx_session_new(&e);

		(void)setrlimit(RLIMIT_CORE, &none);
		if (s == NULL || sx_session_start(s, &e) == -1)
			_exit(1);
		alarm(60);
		kill(getpid(), SIGTERM);
		while (sx_session_stopped(s) == 0)
			usleep(1000);
		while (sx_now().mono < sx_session_stopped(s) + 1000000)
			usleep(10000);
		kill(getpid(), SIGTERM);
		for (;;)
			pause();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

/* More than one read can take, and a port that is not polled when the signal
 * arrives. */
static void
test_a_signal_comes_after_all_of_it(void **state)
{
	enum { SIZE = 10000, TRIES = 10 };
	static uint8_t bytes[SIZE] = { 0xf0, 0x7d };
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct sx_event ev;

	(void)state;
	bytes[SIZE - 1] = 0xf7;
	for (int i = 0; i < TRIES; i++) {
		struct world w = { .s = sx_session_new(&e) };

		assert_non_null(w.s);
		plug(&w, &rules);
		sx_session_coalesce(w.s, SECOND);
		assert_int_equal(sx_session_start(w.s, &e), 0);
		play(&w, bytes, 200);
		wait_for_backlog(&w, 200);
		play(&w, bytes + 200, SIZE - 200);
		kill(getpid(), SIGTERM);
		expect_step(&w, SX_STEP_MESSAGE, &ev);
		assert_int_equal(ev.step.message->len, SIZE);
		expect_step(&w, SX_STEP_DUMP, &ev);
		ev = next(&w);
		assert_int_equal(ev.type, SX_EV_STOP);
		unmake(&w);
	}
}

/* All spans come in order of arrival, each before the steps that result from
 * it. */
static void
test_spans_and_steps(void **state)
{
	static const struct {
		enum sx_event_type type;
		int kind; /* of the span or the step */
		enum sx_end end;
		size_t len;
		uint8_t first;
	} want[] = {
		{ SX_EV_SPAN, SX_SPAN_CHANNEL, SX_END_WHOLE, 3, 0x90 },
		{ SX_EV_SPAN, SX_SPAN_CHANNEL, SX_END_WHOLE, 3, 0x90 },
		{ SX_EV_SPAN, SX_SPAN_SYSEX, SX_END_OPEN, 2, 0xf0 },
		{ SX_EV_SPAN, SX_SPAN_REALTIME, SX_END_WHOLE, 1, 0xf8 },
		{ SX_EV_SPAN, SX_SPAN_SYSEX, SX_END_WHOLE, 2, 0x01 },
		{ SX_EV_STEP, SX_STEP_MESSAGE, 0, 4, 0xf0 },
		{ SX_EV_STEP, SX_STEP_DUMP, 0, 0, 0 },
		{ SX_EV_SPAN, SX_SPAN_COMMON, SX_END_WHOLE, 2, 0xf3 },
		{ SX_EV_SPAN, SX_SPAN_SYSEX, SX_END_STATUS, 2, 0xf0 },
		{ SX_EV_STEP, SX_STEP_MESSAGE, 0, 2, 0xf0 },
		{ SX_EV_STEP, SX_STEP_DUMP, 0, 0, 0 },
		{ SX_EV_SPAN, SX_SPAN_CHANNEL, SX_END_WHOLE, 2, 0xc0 },
		{ SX_EV_SPAN, SX_SPAN_STRAY, SX_END_WHOLE, 1, 0xf7 },
	};
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;
	int64_t before;

	(void)state;
	make(&w, &rules);
	sx_session_spans(w.s, w.port);
	before = sx_now().mono;
	play(&w,
	    "\x90\x40\x41\x42\x43\xf0\x42\xf8\x01\xf7\xf3\x05"
	    "\xf0\x42\xc0\x07\xf7",
	    17);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		ev = next(&w);
		assert_int_equal(ev.type, want[i].type);
		if (ev.type == SX_EV_STEP) {
			assert_int_equal(ev.step.kind, want[i].kind);
			continue;
		}
		assert_int_equal(ev.span.kind, want[i].kind);
		assert_int_equal(ev.span.end, want[i].end);
		assert_int_equal(ev.span.len, want[i].len);
		assert_int_equal(ev.span.data[0], want[i].first);
		assert_false(ev.doubt);
		assert_true(ev.now.mono >= before);
		assert_true(ev.now.mono <= sx_now().mono);
	}
	play(&w, "\xf0\x42\x01", 3);
	ev = next(&w);
	assert_int_equal(ev.span.end, SX_END_OPEN);
	assert_int_equal(
	    sx_session_cut(w.s, w.port, SX_END_INTERRUPTED, &e), 0);
	assert_int_equal(sx_session_step(w.s, &ev), 1);
	assert_int_equal(ev.type, SX_EV_SPAN);
	assert_int_equal(ev.span.kind, SX_SPAN_SYSEX);
	assert_int_equal(ev.span.end, SX_END_INTERRUPTED);
	assert_int_equal(ev.span.len, 0);
	assert_int_equal(sx_session_step(w.s, &ev), 1);
	assert_int_equal(ev.type, SX_EV_STEP);
	unmake(&w);
}

static void
hear(const struct world *w, uint8_t *buf, size_t n)
{
	size_t have = 0;
	ssize_t k;

	while (have < n) {
		k = read(w->unit, buf + have, n - have);
		assert_true(k > 0);
		have += (size_t)k;
	}
}

static void
test_sending(void **state)
{
	static const uint8_t message[] = { 0xf0, 0x42, 0x01, 0x02, 0xf7 };
	uint8_t heard[sizeof(message)];
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;

	(void)state;
	make(&w, NULL);
	for (unsigned rate = 0; rate <= 3125; rate += 3125) {
		assert_int_equal(sx_session_send(w.s, w.port, message,
				     sizeof(message), rate, 1000, &e),
		    0);
		assert_int_equal(
		    sx_session_send(w.s, w.port, message, 1, 0, 0, &e), -1);
		e.code = SX_OK;
		do
			ev = next(&w);
		while (ev.type != SX_EV_SENT);
		assert_int_equal(sx_session_sent(w.s), sizeof(message));
		hear(&w, heard, sizeof(heard));
		assert_memory_equal(heard, message, sizeof(message));
	}
	assert_int_equal(sx_session_drain(w.s, &e), 0);
	unmake(&w);
}

/* At a rate, at most 48 bytes are ahead of the wire; for a port that accepts
 * nothing, `due` is set for a retry. */
static void
test_writing_at_its_own_times(void **state)
{
	uint8_t message[200], heard[200];
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;
	int64_t begun, due;
	size_t sent = 0;
	ssize_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)i & 0x7f;
	make(&w, NULL);
	begun = sx_now().mono;
	while (sent < sizeof(message)) {
		n = sx_session_write(w.s, w.port, message + sent,
		    sizeof(message) - sent, 3125, &due, &e);
		assert_true(n >= 0);
		sent += (size_t)n;
		assert_true((double)sent <=
			    48 + (double)(sx_now().mono - begun) * 3125e-6);
		if (n > 0)
			continue;
		assert_int_equal(sx_session_next(w.s, &ev, due, &e), 0);
		assert_int_equal(ev.type, SX_EV_QUIET);
		assert_true(ev.now.mono >= due);
	}
	hear(&w, heard, sizeof(heard));
	assert_memory_equal(heard, message, sizeof(message));
	/* nobody takes them */
	while ((n = sx_session_write(
		    w.s, w.port, message, sizeof(message), 0, &due, &e)) > 0)
		;
	assert_int_equal(n, 0);
	assert_true(due > sx_now().mono - SECOND);
	unmake(&w);
}

static void
test_an_aborted_message_is_closed(void **state)
{
	uint8_t message[1000], heard[1000];
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;
	size_t sent, n = 0;
	ssize_t k;

	(void)state;
	memset(message, 0x11, sizeof(message));
	message[0] = 0xf0;
	message[999] = 0xf7;
	make(&w, NULL);
	fcntl(w.unit, F_SETFL, O_NONBLOCK);
	assert_int_equal(sx_session_abort(w.s, &e), 0);
	assert_int_equal(
	    sx_session_send(w.s, w.port, message, 1000, 1000, 0, &e), 0);
	while ((sent = sx_session_sent(w.s)) < 100) {
		assert_int_equal(
		    sx_session_next(w.s, &ev, sx_now().mono + 1000, &e), 0);
		k = read(w.unit, heard + n, sizeof(heard) - n);
		n += k > 0 ? (size_t)k : 0;
	}
	assert_int_equal(sx_session_abort(w.s, &e), 1);
	while ((k = read(w.unit, heard + n, sizeof(heard) - n)) > 0)
		n += (size_t)k;
	assert_true(n > 1 && n <= sent + 1);
	assert_int_equal(heard[0], 0xf0);
	assert_int_equal(heard[n - 1], 0xf7);
	unmake(&w);
}

/* Then the message cannot be closed, which is reported. */
static void
test_an_aborted_message_to_a_port_that_has_gone(void **state)
{
	static const uint8_t message[1000] = { 0xf0 };
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;

	(void)state;
	make(&w, NULL);
	assert_int_equal(
	    sx_session_send(w.s, w.port, message, sizeof(message), 1000, 0, &e),
	    0);
	while (sx_session_sent(w.s) == 0)
		assert_int_equal(
		    sx_session_next(w.s, &ev, sx_now().mono + 1000, &e), 0);
	close(w.unit);
	w.unit = -1;
	assert_int_equal(sx_session_abort(w.s, &e), -1);
	assert_int_equal(e.code, SX_EPORT);
	unmake(&w);
}

/* Everything is written, then the port goes: the message was not sent. */
static void
test_a_port_that_goes_before_its_bytes_have_left(void **state)
{
	static const uint8_t message[4] = { 0xf0, 0x7d, 0x01, 0xf7 };
	struct sx_err e = { 0 };
	struct midi_io *io;
	struct sender o;
	struct world w;

	(void)state;
	make(&w, NULL);
	sx_session_remove(w.s, w.port);
	io = midi_io_open(w.name, MIDI_IO_OUT, &e);
	assert_non_null(io);
	sender_begin(&o, io, message, sizeof(message), 0, 0);
	assert_int_equal(sender_pump(&o, sx_now().mono, &e), 0);
	assert_int_equal(o.sent, sizeof(message));
	close(w.unit);
	w.unit = -1;
	assert_int_equal(sender_pump(&o, sx_now().mono, &e), -1);
	assert_int_equal(e.code, SX_EPORT);
	midi_io_close(io);
	unmake(&w);
}

/* Input before the failure is delivered first, and the loss of the port. */
static void
test_an_output_that_fails_behind_input(void **state)
{
	static const uint8_t message[4] = { 0xf0, 0x7d, 0x01, 0xf7 };
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct midi_io *io;
	struct world w;

	(void)state;
	make(&w, NULL);
	sx_session_remove(w.s, w.port);
	io = midi_io_open(w.name, MIDI_IO_IN | MIDI_IO_OUT, &e);
	assert_non_null(io);
	w.port = sx_session_add(w.s, io, &rules, &e);
	assert_int_equal(w.port, 0);
	play(&w, message, sizeof(message));
	wait_for_backlog(&w, sizeof(message));
	close(w.unit);
	w.unit = -1;
	assert_int_equal(
	    sx_session_send(w.s, w.port, message, sizeof(message), 0, 0, &e),
	    0);
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	expect_step(&w, SX_STEP_DUMP, &ev);
	ev = next(&w);
	assert_int_equal(ev.type, SX_EV_GONE);
	assert_int_equal(ev.why->code, SX_EPORT);
	assert_int_equal(sx_session_next(w.s, &ev, INT64_MAX, &e), -1);
	assert_int_equal(e.code, SX_EPORT);
	unmake(&w);
}

/* Fill the line. A pseudo terminal moves its contents in the background, so it
 * is full if there is still no room a while later. */
static void
fill(const struct world *w)
{
	static const uint8_t bytes[4096];
	struct sx_err e = { 0 };
	int64_t due;
	size_t n;

	do {
		n = 0;
		while (sx_session_write(w->s, w->port, bytes, sizeof(bytes), 0,
			   &due, &e) > 0)
			n++;
		usleep(100000);
	} while (n > 0);
}

/* Return the processor time used by this process. */
static int64_t
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * SECOND + t.tv_nsec / 1000;
}

/* A wait for room in a full line ends when there is some; once the message is
 * aborted, there is no such wait. */
static void
test_a_full_line_that_moves_again(void **state)
{
	static const uint8_t message[] = { 0xf0, 0x42, 0x01, 0x02, 0xf7 };
	uint8_t buf[4096];
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;
	int64_t used;

	(void)state;
	make(&w, NULL);
	fcntl(w.unit, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 2; i++) {
		fill(&w);
		assert_int_equal(sx_session_send(w.s, w.port, message,
				     sizeof(message), 0, 0, &e),
		    0);
		used = cpu_us();
		assert_int_equal(
		    sx_session_next(w.s, &ev, sx_now().mono + SECOND / 2, &e),
		    0);
		assert_int_equal(ev.type, SX_EV_QUIET);
		/* It slept meanwhile. */
		assert_true(cpu_us() - used < SECOND / 20);
		if (i == 0) {
			assert_int_equal(sx_session_abort(w.s, &e), 0);
			assert_int_equal(
			    sx_session_next(w.s, &ev, sx_now().mono + 1000, &e),
			    0);
			assert_int_equal(ev.type, SX_EV_QUIET);
			continue;
		}
		while (read(w.unit, buf, sizeof(buf)) > 0)
			;
		assert_int_equal(
		    sx_session_next(w.s, &ev, sx_now().mono + 3 * SECOND, &e),
		    0);
		assert_int_equal(ev.type, SX_EV_SENT);
	}
	unmake(&w);
}

/* Bytes waiting in the line are dropped: the F7 is next. A line that accepts
 * nothing any more would not accept the F7. */
static void
test_an_aborted_message_that_waits_in_the_line(void **state)
{
	static uint8_t message[1 << 20] = { 0xf0 };
	static uint8_t heard[1 << 20];
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;
	size_t sent, n = 0;
	ssize_t k;

	(void)state;
	make(&w, NULL);
	fcntl(w.unit, F_SETFL, O_NONBLOCK);
	assert_int_equal(
	    sx_session_send(w.s, w.port, message, sizeof(message), 0, 0, &e),
	    0);
	do {
		sent = sx_session_sent(w.s);
		assert_int_equal(
		    sx_session_next(w.s, &ev, sx_now().mono + SECOND / 10, &e),
		    0);
	} while (sx_session_sent(w.s) > sent);
	if (sx_session_abort(w.s, &e) != 1)
		fail_msg("%s", e.msg);
	while ((k = read(w.unit, heard + n, sizeof(heard) - n)) > 0)
		n += (size_t)k;
	assert_in_range(n, 1, sent);
	assert_int_equal(heard[n - 1], 0xf7);
	unmake(&w);
}

/* A port that is not open for input cannot be listened to. */
static void
test_nothing_to_listen_to(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct sx_session *s;

	(void)state;
	s = sx_session_new(&e);
	assert_int_equal(
	    sx_session_add(
		s, midi_io_open("sim:alpha-base", MIDI_IO_OUT, &e), &rules, &e),
	    0);
	assert_int_equal(sx_session_start(s, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	sx_session_close(s);

	s = sx_session_new(&e);
	assert_int_equal(sx_session_start(s, &e), 0);
	e.code = SX_OK;
	assert_int_equal(
	    sx_session_add(
		s, midi_io_open("sim:alpha-base", MIDI_IO_OUT, &e), &rules, &e),
	    -1);
	assert_int_equal(e.code, SX_EIO);
	/* Its number is free. */
	assert_int_equal(
	    sx_session_add(
		s, midi_io_open("sim:alpha-base", MIDI_IO_IN, &e), &rules, &e),
	    0);
	sx_session_close(s);
}

static size_t
open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

/* The descriptors that a session needs, less one, two and three. */
static void
test_without_descriptors(void **state)
{
	struct rlimit before, few;
	struct sx_err e = { 0 };
	size_t had = open_descriptors();
	int next = dup(STDERR_FILENO);

	(void)state;
	assert_int_not_equal(next, -1);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	for (int i = 0; i < 3; i++) {
		few = before;
		few.rlim_cur = (rlim_t)(next + i);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		assert_null(sx_session_new(&e));
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
		assert_int_equal(e.code, SX_EIO);
		assert_int_equal(e.sys, EMFILE);
		assert_int_equal(open_descriptors(), had);
	}
}

/* poll() accepts no more descriptors than may be open; not under valgrind,
 * which handles that limit itself. make check-faults makes each wait fail, too.
 */
static void
test_a_wait_that_fails(void **state)
{
	struct rlimit before, none;
	struct pollfd fd = { .fd = -1 };
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;
	int rc = 0;
	bool limited;

	(void)state;
	make(&w, NULL);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	limited = poll(&fd, 1, 0) == -1;
	if (limited)
		rc = sx_session_next(w.s, &ev, sx_now().mono + SECOND, &e);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	unmake(&w);
	if (!limited)
		skip();
	assert_int_equal(rc, -1);
	assert_int_equal(e.code, SX_EIO);
	assert_int_equal(e.sys, EINVAL);
}

static void
test_the_users_enter(void **state)
{
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;
	int fds[2];

	(void)state;
	make(&w, NULL);
	assert_int_equal(pipe(fds), 0);
	sx_session_watch(w.s, SX_WATCH_USER, fds[0]);
	assert_int_equal(
	    sx_session_next(w.s, &ev, sx_now().mono + 1000, &e), 0);
	assert_int_equal(ev.type, SX_EV_QUIET);
	assert_int_equal(write(fds[1], "\n", 1), 1);
	ev = next(&w);
	assert_int_equal(ev.type, SX_EV_INPUT);
	close(fds[0]);
	close(fds[1]);
	unmake(&w);
}

/* A line on which clock does not pause for this long. */
#define NEVER_US (20 * (int64_t)SECOND)

struct endless {
	int ends[2], before;
	pthread_t thread;
	atomic_bool over;
};

static void *
never_pause(void *arg)
{
	struct endless *line = arg;
	int64_t end = sx_now().mono + NEVER_US;
	uint8_t clock[1 << 12];

	memset(clock, 0xf8, sizeof(clock));
	while (!atomic_load(&line->over) && sx_now().mono < end)
		if (write(line->ends[1], clock, sizeof(clock)) == -1)
			break;
	return NULL;
}

static void
make_endless(struct world *w, struct endless *line)
{
	static const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };

	line->before = dup(STDIN_FILENO);
	assert_int_equal(pipe2(line->ends, O_CLOEXEC), 0);
	assert_int_equal(dup2(line->ends[0], STDIN_FILENO), STDIN_FILENO);
	close(line->ends[0]);
	w->s = sx_session_new(&e);
	assert_non_null(w->s);
	w->port =
	    sx_session_add(w->s, midi_io_open("-", MIDI_IO_IN, &e), &rules, &e);
	assert_int_equal(w->port, 0);
	assert_int_equal(sx_session_start(w->s, &e), 0);
	assert_int_equal(
	    pthread_create(&line->thread, NULL, never_pause, line), 0);
}

static void
unmake_endless(struct world *w, struct endless *line)
{
	uint8_t rest[1 << 12];

	unmake(w);
	atomic_store(&line->over, true);
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	(void)!read(STDIN_FILENO, rest, sizeof(rest));
	pthread_join(line->thread, NULL);
	close(line->ends[1]);
	assert_int_equal(dup2(line->before, STDIN_FILENO), STDIN_FILENO);
	close(line->before);
}

/* A timed event is not late, whatever the stream consists of. */
static void
test_a_stream_that_never_pauses(void **state)
{
	struct endless line = { .over = false };
	struct world w = { .unit = -1 };
	struct sx_err e = { 0 };
	struct sx_event ev;
	int64_t due;
	int fds[2];

	(void)state;
	make_endless(&w, &line);
	for (int i = 0; i < 3; i++) {
		due = sx_now().mono + SECOND / 10;
		assert_int_equal(sx_session_next(w.s, &ev, due, &e), 0);
		assert_int_equal(ev.type, SX_EV_QUIET);
		assert_true(ev.now.mono >= due);
		assert_true(sx_now().mono < due + NEVER_US / 2);
	}
	assert_int_equal(pipe(fds), 0);
	sx_session_watch(w.s, SX_WATCH_USER, fds[0]);
	assert_int_equal(write(fds[1], "\n", 1), 1);
	due = sx_now().mono;
	assert_int_equal(sx_session_next(w.s, &ev, INT64_MAX, &e), 0);
	assert_true(sx_now().mono < due + NEVER_US / 2);
	assert_int_equal(ev.type, SX_EV_INPUT);
	assert_int_equal(ev.watched, SX_WATCH_USER);
	close(fds[0]);
	close(fds[1]);
	unmake_endless(&w, &line);
}

/* The end of a group on another port is not late, nor are its bytes. */
static void
test_a_stream_that_never_pauses_and_another_port(void **state)
{
	static const struct sx_rules rules = { .split = SX_SPLIT_GAP,
		.gap = SECOND / 10 };
	struct endless line = { .over = false };
	struct world w = { .unit = -1 };
	struct sx_event ev;
	int64_t begun = sx_now().mono;

	(void)state;
	make_endless(&w, &line);
	plug(&w, &rules);
	play(&w, "\xf0\x7d\x01\xf7", 4);
	do {
		ev = next(&w);
		assert_int_equal(ev.type, SX_EV_STEP);
		assert_int_equal(ev.port, w.port);
	} while (ev.step.kind != SX_STEP_DUMP);
	assert_int_equal(ev.step.dump->damage.kind, SX_DAMAGE_NONE);
	assert_true(sx_now().mono < begun + NEVER_US / 2);
	unmake_endless(&w, &line);
}

/* Wait until n bytes of a message have been read: a closed pty loses unread
 * bytes. */
static void
wait_incoming(struct world *w, size_t n)
{
	const struct sx_facts *facts;
	struct sx_err e = { 0 };
	struct sx_event ev;

	while (sx_session_incoming(w->s, w->port, &facts) < n)
		assert_int_equal(
		    sx_session_next(w->s, &ev, sx_now().mono + 1000, &e), 0);
}

/* One port stays, another is plugged in and out: each of its dumps arrives, it
 * gets the same number again, and nothing of it remains. */
static void
test_plugged_in_later_again_and_again(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct world stays, w;
	struct sx_event ev;
	size_t descriptors;

	(void)state;
	make(&stays, &rules);
	descriptors = open_descriptors();
	for (int i = 0; i < 300; i++) {
		w = stays;
		plug(&w, &rules);
		assert_int_equal(w.port, 1);
		play(&w, "\xf0\x42\x01\xf7", 4);
		expect_step(&w, SX_STEP_MESSAGE, &ev);
		assert_int_equal(ev.port, 1);
		assert_int_equal(ev.step.message->len, 4);
		expect_step(&w, SX_STEP_DUMP, &ev);
		play(&w, "\xf0\x42", 2);
		wait_incoming(&w, 2);
		close(w.unit);
		expect_step(&w, SX_STEP_MESSAGE, &ev);
		assert_int_equal(
		    ev.step.message->damage.kind, SX_DAMAGE_UNPLUGGED);
		expect_step(&w, SX_STEP_DUMP, &ev);
		ev = next(&w);
		assert_int_equal(ev.type, SX_EV_GONE);
		assert_int_equal(ev.port, 1);
		sx_session_remove(w.s, 1);
		assert_int_equal(open_descriptors(), descriptors);
	}
	play(&stays, "\xf0\x42\x02\xf7", 4);
	expect_step(&stays, SX_STEP_MESSAGE, &ev);
	assert_int_equal(ev.port, 0);
	unmake(&stays);
}

/* Several ports, all plugged in later; none at the start. */
static void
test_many_ports_plugged_in_later(void **state)
{
	enum { PORTS = 9 };
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct world w[PORTS];
	struct sx_event ev;

	(void)state;
	w[0].s = sx_session_new(&e);
	assert_int_equal(sx_session_start(w[0].s, &e), 0);
	for (int i = 0; i < PORTS; i++) {
		w[i].s = w[0].s;
		plug(&w[i], &rules);
		assert_int_equal(w[i].port, i);
	}
	for (int i = 0; i < PORTS; i++) {
		play(&w[i], "\xf0\x42\x01\xf7", 4);
		expect_step(&w[0], SX_STEP_MESSAGE, &ev);
		assert_int_equal(ev.port, i);
		expect_step(&w[0], SX_STEP_DUMP, &ev);
	}
	for (int i = 1; i < PORTS; i++)
		close(w[i].unit);
	unmake(&w[0]);
}

/* The heartbeat continues while the caller is busy. */
static void
test_a_beat_while_the_caller_is_busy(void **state)
{
	struct sx_err e = { 0 };
	struct sx_session *s;
	char text[8];
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
	s = sx_session_new(&e);
	sx_session_beat(s, fds[0], "alive", 10000);
	assert_int_equal(sx_session_start(s, &e), 0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(read(fds[1], text, sizeof(text)), 5);
		assert_memory_equal(text, "alive", 5);
	}
	sx_session_close(s);
	close(fds[0]);
	close(fds[1]);
}

/* The result of a stream of 3 bytes every 2 ms. */
struct trickle {
	size_t bytes, records;
	int64_t us; /* from the first to the last */
};

#define TRICKLE ((size_t)1800)

static struct trickle
trickle(int64_t gap)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct trickle t = { 0 };
	struct world w = { 0 };
	uint8_t bytes[TRICKLE];
	struct sx_event ev;
	int64_t last = -1, begun;

	memset(bytes, 0x11, sizeof(bytes));
	memcpy(bytes, "\xf0\x7d", 2);
	bytes[TRICKLE - 1] = 0xf7;
	w.s = sx_session_new(&e);
	assert_non_null(w.s);
	plug(&w, &rules);
	sx_session_coalesce(w.s, gap);
	assert_int_equal(sx_session_start(w.s, &e), 0);
	begun = sx_now().mono;
	for (size_t i = 0; i < TRICKLE; i += 3) {
		play(&w, bytes + i, 3);
		usleep(2000);
	}
	do {
		assert_int_equal(
		    sx_session_next(w.s, &ev, sx_now().mono + 10 * SECOND, &e),
		    0);
		assert_int_equal(ev.type, SX_EV_STEP);
		if (ev.step.kind != SX_STEP_DATA)
			continue;
		assert_memory_equal(ev.step.data, bytes + t.bytes, ev.step.len);
		t.bytes += ev.step.len;
		t.records += ev.now.mono != last;
		last = ev.now.mono;
	} while (ev.step.kind != SX_STEP_DUMP);
	assert_int_equal(ev.step.dump->damage.kind, SX_DAMAGE_NONE);
	t.us = last - begun;
	unmake(&w);
	return t;
}

/* A trickling stream does not wake the caller for each packet, and loses
 * nothing. The first 128 bytes may wake it. A machine that stalls for 50 ms
 * makes a pause of it: then the test is repeated. */
static void
test_a_trickle_is_coalesced(void **state)
{
	struct trickle t = { 0 };
	bool few = false;

	(void)state;
	for (int i = 0; i < 20 && !few; i++) {
		t = trickle(100000);
		assert_int_equal(t.bytes, TRICKLE);
		few = t.records <= 128 / 3 + (size_t)t.us / 20000 + 10;
	}
	if (!few)
		fail_msg("%zu records in %lld us", t.records, (long long)t.us);
}

/* A message that arrives while a trickling stream is not polled is read without
 * other input. */
static void
test_behind_a_trickle(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	struct world w = { 0 };

	(void)state;
	w.s = sx_session_new(&e);
	assert_non_null(w.s);
	plug(&w, &rules);
	sx_session_coalesce(w.s, SECOND);
	assert_int_equal(sx_session_start(w.s, &e), 0);
	for (size_t i = 1; i <= 20; i++) {
		play(&w, "\xf0 a message of 20 b\xf7", 20);
		wait_for_backlog(&w, i * 20);
	}
	unmake(&w);
}

/* After a stream and a pause, and where short silences count, no byte waits. */
static void
test_nothing_else_is_late(void **state)
{
	struct sx_rules rules = { .split = SX_SPLIT_MESSAGE };
	struct sx_err e = { 0 };
	static const uint8_t message[] = { 0xf0, 0x7d, 0x01, 0xf7 };
	struct world w = { 0 };
	struct sx_event ev;
	int64_t late, least = INT64_MAX, sent;
	uint8_t rest[600];

	(void)state;
	memset(rest, 0x11, sizeof(rest));
	memcpy(rest, "\xf0\x7d", 2);
	rest[sizeof(rest) - 1] = 0xf7;
	w.s = sx_session_new(&e);
	assert_non_null(w.s);
	plug(&w, &rules);
	sx_session_coalesce(w.s, SECOND);
	assert_int_equal(sx_session_start(w.s, &e), 0);
	play(&w, rest, sizeof(rest));
	expect_step(&w, SX_STEP_MESSAGE, &ev);
	expect_step(&w, SX_STEP_DUMP, &ev);
	/* Neither the byte after a pause nor the next; at least one such pair
	 * finds the machine awake. */
	for (int i = 0; i < 50 && least >= 5000; i++) {
		usleep(60000);
		late = 0;
		for (int k = 0; k < 2; k++) {
			sent = sx_now().mono;
			play(&w, message, sizeof(message));
			expect_step(&w, SX_STEP_MESSAGE, &ev);
			late += ev.now.mono - sent;
			expect_step(&w, SX_STEP_DUMP, &ev);
		}
		least = late < least ? late : least;
	}
	assert_true(least < 5000);
	unmake(&w);
	/* Without coalescing, most of 600 packets arrive separately. */
	for (int i = 0; i < 20; i++)
		if (trickle(99999).records > TRICKLE / 3 / 2)
			return;
	fail_msg("they were coalesced");
}

/* WAKE comes once, at its time, with input before and after it. */
static void
test_wake(void **state)
{
	const struct sx_rules rules = { .all = true };
	int64_t at = sx_now().mono + 20000;
	struct sx_event ev;
	struct sx_err e = { 0 };
	struct world w;

	(void)state;
	make(&w, &rules);
	sx_session_spans(w.s, w.port);
	sx_session_wake(w.s, at);
	assert_int_equal(sx_session_next(w.s, &ev, INT64_MAX, &e), 0);
	assert_int_equal(ev.type, SX_EV_WAKE);
	assert_true(sx_now().mono >= at);
	play(&w, "\xf6", 1);
	assert_int_equal(sx_session_next(w.s, &ev, INT64_MAX, &e), 0);
	assert_int_equal(ev.type, SX_EV_SPAN);
	/* A WAKE that is due does not wait for anything. */
	sx_session_wake(w.s, 1);
	assert_int_equal(sx_session_next(w.s, &ev, INT64_MAX, &e), 0);
	assert_int_equal(ev.type, SX_EV_WAKE);
	at = sx_now().mono + 10000;
	assert_int_equal(sx_session_next(w.s, &ev, at, &e), 0);
	assert_int_equal(ev.type, SX_EV_QUIET);
	unmake(&w);
}

/* No more than this many bytes ahead of the wire. */
static void
test_ahead(void **state)
{
	static const uint8_t bytes[64];
	struct sx_err e = { 0 };
	struct world w;
	int64_t due;

	(void)state;
	make(&w, NULL);
	/* A byte takes a second: nothing leaves while this runs. */
	sx_session_ahead(w.s, w.port, 3);
	assert_int_equal(
	    sx_session_write(w.s, w.port, bytes, sizeof(bytes), 1, &due, &e),
	    3);
	assert_int_equal(
	    sx_session_write(w.s, w.port, bytes, sizeof(bytes), 1, &due, &e),
	    0);
	assert_in_range(due - sx_now().mono, SECOND, 2 * SECOND);
	assert_int_equal(sx_session_check(w.s, w.port, &e), 0);
	close(w.unit);
	w.unit = -1;
	assert_int_equal(sx_session_check(w.s, w.port, &e), -1);
	assert_int_equal(e.code, SX_EPORT);
	unmake(&w);
}

/* SIGHUP is not the end, and a second signal is reported, too. */
static void
test_reloads(void **state)
{
	static const struct {
		int signal;
		enum sx_event_type type;
	} want[] = { { SIGHUP, SX_EV_RELOAD }, { SIGHUP, SX_EV_RELOAD },
		{ SIGTERM, SX_EV_STOP }, { SIGHUP, SX_EV_RELOAD },
		{ SIGINT, SX_EV_STOP } };
	const struct sx_rules rules = { .all = true };
	struct sx_err e = { 0 };
	struct sx_event ev;
	struct world w;

	(void)state;
	/* Under nohup SIGHUP is ignored, which a session respects. */
	assert_true(signal(SIGHUP, SIG_DFL) != SIG_ERR);
	w.s = sx_session_new(&e);
	assert_non_null(w.s);
	plug(&w, &rules);
	sx_session_reloads(w.s);
	assert_int_equal(sx_session_start(w.s, &e), 0);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		kill(getpid(), want[i].signal);
		/* Another session, left by a test that failed, may have it. */
		assert_int_equal(
		    sx_session_next(w.s, &ev, sx_now().mono + 60 * SECOND, &e),
		    0);
		assert_int_equal(ev.type, want[i].type);
		assert_int_equal(sx_session_stopped(w.s) != 0, i >= 2);
	}
	unmake(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_dump_and_then_quiet),
		cmocka_unit_test(test_a_group_ends_by_itself),
		cmocka_unit_test(test_a_caller_that_stalls_loses_nothing),
		cmocka_unit_test(test_bytes_in_doubt),
		cmocka_unit_test(
		    test_a_caller_that_stalls_takes_no_memory_without_end),
		cmocka_unit_test(test_single_bytes_take_no_memory_without_end),
		cmocka_unit_test(test_the_rest_of_what_is_not_kept_is_skipped),
		cmocka_unit_test(test_a_port_that_goes_away),
		cmocka_unit_test(
		    test_a_signal_comes_after_what_arrived_before_it),
		cmocka_unit_test(test_a_signal_comes_after_all_of_it),
		cmocka_unit_test(test_a_second_signal_where_the_caller_hangs),
		cmocka_unit_test(test_the_intake_goes_first),
		cmocka_unit_test(test_spans_and_steps),
		cmocka_unit_test(test_sending),
		cmocka_unit_test(test_writing_at_its_own_times),
		cmocka_unit_test(test_an_aborted_message_is_closed),
		cmocka_unit_test(
		    test_an_aborted_message_to_a_port_that_has_gone),
		cmocka_unit_test(
		    test_a_port_that_goes_before_its_bytes_have_left),
		cmocka_unit_test(test_an_output_that_fails_behind_input),
		cmocka_unit_test(test_a_full_line_that_moves_again),
		cmocka_unit_test(
		    test_an_aborted_message_that_waits_in_the_line),
		cmocka_unit_test(test_groups_of_two_ports),
		cmocka_unit_test(test_signals_while_waiting),
		cmocka_unit_test(test_nothing_to_listen_to),
		cmocka_unit_test(test_without_descriptors),
		cmocka_unit_test(test_a_wait_that_fails),
		cmocka_unit_test(test_the_users_enter),
		cmocka_unit_test(test_plugged_in_later_again_and_again),
		cmocka_unit_test(test_many_ports_plugged_in_later),
		cmocka_unit_test(test_a_beat_while_the_caller_is_busy),
		cmocka_unit_test(test_a_trickle_is_coalesced),
		cmocka_unit_test(test_behind_a_trickle),
		cmocka_unit_test(test_nothing_else_is_late),
		cmocka_unit_test(test_a_stream_that_never_pauses),
		cmocka_unit_test(test_wake),
		cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_reloads),
		cmocka_unit_test(
		    test_a_stream_that_never_pauses_and_another_port),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
