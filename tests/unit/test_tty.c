/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <linux/serial_core.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/midi_io/backend.h"
#include "../../src/midi_io/tty.h"

/* As in <asm/termbits.h>, which cannot be included beside <termios.h>. */
#ifndef BOTHER
#define BOTHER 0x1000
#endif

struct termios2 {
	tcflag_t flags[4];
	cc_t line, cc[19];
	speed_t ispeed, ospeed;
};

enum { PATIENCE = 20000 }; /* ms until a test gives up waiting */

/* Undo the marks of a stream split into pieces of step bytes. losses gets the
 * positions in the output of the reported losses. */
static size_t
unmark(const uint8_t *in, size_t n, size_t step, uint8_t *out, size_t *losses,
    size_t *nlosses)
{
	struct tty_marks marks = { 0 };
	struct tty_errors errors;
	size_t len = 0, got, k;

	*nlosses = 0;
	for (size_t at = 0; at < n; at += k) {
		k = n - at < step ? n - at : step;
		memcpy(out + len, in + at, k);
		got = tty_unmark(&marks, out + len, k, &errors);
		if (errors.before)
			losses[(*nlosses)++] = len;
		if (errors.among)
			losses[(*nlosses)++] = SIZE_MAX;
		len += got;
		if (errors.after)
			losses[(*nlosses)++] = len;
	}
	return len;
}

static void
test_unmark_at_every_seam(void **state)
{
	static const struct {
		uint8_t in[16];
		size_t n;
		uint8_t out[16];
		size_t len;
		size_t loss; /* place of the loss, SIZE_MAX: none */
	} cases[] = {
		{ { 0xf0, 1, 2, 0xf7 }, 4, { 0xf0, 1, 2, 0xf7 }, 4, SIZE_MAX },
		{ { 0xff, 0xff }, 2, { 0xff }, 1, SIZE_MAX },
		{ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 6,
		    { 0xff, 0xff, 0xff }, 3, SIZE_MAX },
		{ { 0xff, 0xff, 0, 5 }, 4, { 0xff, 0, 5 }, 3, SIZE_MAX },
		{ { 0xff, 0, 0 }, 3, { 0 }, 0, 0 },
		{ { 1, 2, 0xff, 0, 0x83, 3 }, 6, { 1, 2, 3 }, 3, 2 },
		{ { 1, 0xff, 0, 0xff, 2 }, 5, { 1, 2 }, 2, 1 },
		{ { 0xff, 0, 0xff, 0xff, 0xff }, 5, { 0xff }, 1, 0 },
		{ { 1, 0xff, 7, 2 }, 4, { 1, 7, 2 }, 3, 1 },
	};
	uint8_t out[16];
	size_t losses[16], nlosses;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t step = 1; step <= cases[i].n; step++) {
			assert_int_equal(unmark(cases[i].in, cases[i].n, step,
					     out, losses, &nlosses),
			    cases[i].len);
			assert_memory_equal(out, cases[i].out, cases[i].len);
			if (cases[i].loss == SIZE_MAX) {
				assert_int_equal(nlosses, 0);
				continue;
			}
			/* Reported once, at its place or "among" these. */
			assert_int_equal(nlosses, 1);
			if (losses[0] != SIZE_MAX)
				assert_int_equal(losses[0], cases[i].loss);
			else
				assert_true(step > 1);
		}
}

static void
test_parse(void **state)
{
	static const struct {
		const char *spec;
		size_t len; /* 0: bad */
		unsigned baud;
	} cases[] = {
		{ "tty:/dev/ttyAMA0", 12, 31250 },
		{ "tty:/dev/ttyAMA0@31250", 12, 31250 },
		{ "tty:/dev/ttyUSB0@115200", 12, 115200 },
		{ "tty:/dev/a@b/tty", 12, 31250 },
		{ "tty:/dev/a@b/tty@38400", 12, 38400 },
		{ "tty:/dev/x@4000000", 6, 4000000 },
		{ "tty:x", 1, 31250 },
		{ "tty:/dev/x@4000001", 0, 0 },
		{ "tty:/dev/x@0", 0, 0 },
		{ "tty:/dev/x@", 0, 0 },
		{ "tty:/dev/x@-5", 0, 0 },
		{ "tty:/dev/x@31250x", 0, 0 },
		{ "tty:/dev/x@ 31250", 0, 0 },
		{ "tty:/dev/x@99999999999999999999999", 0, 0 },
		{ "tty:", 0, 0 },
		{ "tty:@31250", 0, 0 },
	};
	size_t len;
	unsigned baud;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool ok = tty_parse(cases[i].spec, &len, &baud);

		assert_int_equal(ok, cases[i].len > 0);
		if (ok) {
			assert_int_equal(len, cases[i].len);
			assert_int_equal(baud, cases[i].baud);
		}
	}
}

/* Raspberry Pi OS: raspberrypi/linux, midi-uart0-overlay.dts. */
static void
test_remark(void **state)
{
	static const struct {
		unsigned baud;
		int type, baud_base;
		bool wrong;
	} cases[] = {
		{ 31250, PORT_AMBA, 3686400, true },
		{ 38400, PORT_AMBA, 3686400, false }, /* as the overlay wants */
		{ 31250, PORT_AMBA, 3000000, false }, /* without it */
		{ 31250, PORT_16550A, 3686400, false }, /* a card's clock */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(tty_remark(cases[i].baud, cases[i].type,
				     cases[i].baud_base) != NULL,
		    cases[i].wrong);
}

/* Make a pseudo terminal. Returns the instrument's end; spec gets the name of
 * the other end. */
static int
make_line(char *spec, size_t size)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);

	assert_true(master != -1);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	assert_true(
	    (size_t)snprintf(spec, size, "tty:%s", ptsname(master)) < size);
	return master;
}

static struct midi_io *
open_line(const char *spec)
{
	struct sx_err e = { 0 };
	struct midi_io *io = midi_io_open(spec, MIDI_IO_IN | MIDI_IO_OUT, &e);

	if (io == NULL)
		fail_msg("%s: %s", spec, e.msg);
	assert_int_equal(midi_io_listen(io, &e), 0);
	return io;
}

static void
wait_for(struct pollfd *fds, size_t n)
{
	assert_true(n > 0);
	assert_true(poll(fds, n, PATIENCE) > 0);
}

/* Read until n bytes have arrived. */
static void
read_all(struct midi_io *io, uint8_t *buf, size_t n)
{
	struct pollfd fds[MIDI_IO_POLLFDS];
	struct midi_io_in in;
	struct sx_err e = { 0 };

	for (size_t got = 0; got < n; got += in.len) {
		wait_for(
		    fds, midi_io_pollfds(io, MIDI_IO_IN, fds, MIDI_IO_POLLFDS));
		assert_int_equal(
		    midi_io_read(io, buf + got, n - got, &in, &e), 0);
		assert_false(in.lost_before || in.lost_after || in.doubt);
		assert_false(in.end);
	}
}

/* Every byte value, in both directions, more than the line can hold. */
static void
test_every_byte_both_ways(void **state)
{
	enum { N = 200000 };
	static uint8_t sent[N], got[N];
	char spec[64];
	int master = make_line(spec, sizeof(spec));
	struct midi_io *io = open_line(spec);
	struct pollfd fds[MIDI_IO_POLLFDS];
	struct sx_err e = { 0 };
	size_t put = 0, taken = 0, k;
	ssize_t n;

	(void)state;
	/* All values, then runs of FF among other values. */
	for (size_t i = 0; i < N; i++)
		sent[i] = i < N / 2	      ? (uint8_t)(i * 3)
			  : (i >> 6) % 3 == 0 ? 0xff
					      : (uint8_t)i;
	while (taken < N) {
		if (put < N) {
			k = N - put < 1000 ? N - put : 1000;
			n = write(master, sent + put, k);
			assert_true(n > 0 || errno == EAGAIN);
			put += n > 0 ? (size_t)n : 0;
		}
		k = put - taken < 500 ? put - taken : 500;
		read_all(io, got + taken, k);
		taken += k;
	}
	assert_memory_equal(got, sent, N);

	memset(got, 0, N);
	for (put = taken = 0; taken < N;) {
		n = midi_io_write(io, sent + put, N - put, &e);
		assert_true(n >= 0);
		put += (size_t)n;
		fds[0] = (struct pollfd){ .fd = master, .events = POLLIN };
		wait_for(fds, 1);
		n = read(master, got + taken, N - taken);
		assert_true(n > 0);
		taken += (size_t)n;
	}
	assert_memory_equal(got, sent, N);
	assert_int_equal(midi_io_queued(io, &e), 0);
	assert_int_equal(midi_io_drain(io, &e), 0);
	assert_int_equal(midi_io_drop(io, &e), 0);
	midi_io_close(io);
	close(master);
}

/* A line without a reader accepts what fits, then nothing, without blocking. */
static void
test_full_line(void **state)
{
	static const uint8_t bytes[4096];
	char spec[64];
	int master = make_line(spec, sizeof(spec));
	struct midi_io *io = open_line(spec);
	struct sx_err e = { 0 };
	ssize_t n = 1;

	(void)state;
	for (int i = 0; i < 1000 && n > 0; i++)
		n = midi_io_write(io, bytes, sizeof(bytes), &e);
	assert_int_equal(n, 0);
	assert_int_equal(midi_io_drop(io, &e), 0);
	midi_io_close(io);
	close(master);
}

/* Bytes that came before the line was opened are still there. */
static void
test_open_throws_nothing_away(void **state)
{
	static const uint8_t bytes[] = { 0xf0, 0x31, 0x00, 0x0a, 0xf7 };
	char spec[64];
	uint8_t got[sizeof(bytes)];
	int master = make_line(spec, sizeof(spec));
	int slave = open(spec + strlen("tty:"), O_RDWR | O_NOCTTY);
	struct termios tio;
	struct midi_io *io;

	(void)state;
	assert_true(slave != -1);
	assert_int_equal(tcgetattr(slave, &tio), 0);
	cfmakeraw(&tio);
	assert_int_equal(tcsetattr(slave, TCSANOW, &tio), 0);
	assert_int_equal(write(master, bytes, sizeof(bytes)), sizeof(bytes));
	io = open_line(spec);
	read_all(io, got, sizeof(got));
	assert_memory_equal(got, bytes, sizeof(bytes));
	midi_io_close(io);
	close(slave);
	close(master);
}

/* Closing restores the former settings. */
static void
test_close_restores(void **state)
{
	char spec[64];
	int master = make_line(spec, sizeof(spec));
	int slave = open(spec + strlen("tty:"), O_RDWR | O_NOCTTY);
	struct termios before, during, after;
	struct midi_io *io;

	(void)state;
	assert_true(slave != -1);
	assert_int_equal(tcgetattr(slave, &before), 0);
	io = open_line(spec);
	assert_int_equal(tcgetattr(slave, &during), 0);
	assert_int_equal(during.c_lflag, 0);
	assert_int_equal(during.c_oflag, 0);
	assert_int_equal(
	    during.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS), CS8);
	midi_io_close(io);
	assert_int_equal(tcgetattr(slave, &after), 0);
	assert_int_equal(after.c_iflag, before.c_iflag);
	assert_int_equal(after.c_oflag, before.c_oflag);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_int_equal(after.c_cflag, before.c_cflag);
	close(slave);
	close(master);
}

/* Bytes in transit are read first; then the port is gone. */
static void
test_hang_up(void **state)
{
	static const uint8_t bytes[] = { 0xf0, 0x31, 0x7f, 0xff, 0x5d };
	char spec[64];
	uint8_t got[sizeof(bytes)];
	int master = make_line(spec, sizeof(spec));
	struct midi_io *io = open_line(spec);
	struct pollfd fds[MIDI_IO_POLLFDS];
	struct midi_io_in in;
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(write(master, bytes, sizeof(bytes)), sizeof(bytes));
	read_all(io, got, sizeof(got));
	assert_memory_equal(got, bytes, sizeof(bytes));
	assert_int_equal(midi_io_read(io, got, sizeof(got), &in, &e), 0);
	assert_int_equal(in.len, 0);
	close(master);
	wait_for(fds, midi_io_pollfds(io, MIDI_IO_IN, fds, MIDI_IO_POLLFDS));
	assert_int_equal(midi_io_read(io, got, sizeof(got), &in, &e), -1);
	assert_int_equal(e.code, SX_EPORT);
	assert_non_null(strstr(e.msg, "was unplugged"));
	assert_int_equal(midi_io_write(io, bytes, 1, NULL), -1);
	midi_io_close(io);
}

/* A driver that counts overruns; that of a pseudo terminal does not. */
static int counted = -1; /* -1: not counted */
static int waiting;	 /* bytes that do not leave; 0: the real number */
static unsigned does;	 /* the only supported rate; 0: any */
static tcflag_t asked;	 /* requested settings; a pty changes them */

/* Time passes at once. */
static int64_t slept; /* ns */

int
nanosleep(const struct timespec *wanted, struct timespec *left)
{
	(void)left;
	slept += (int64_t)wanted->tv_sec * 1000000000 + wanted->tv_nsec;
	return 0;
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;
	long rc;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (request == TIOCGICOUNT && counted != -1) {
		*(struct serial_icounter_struct *)arg =
		    (struct serial_icounter_struct){ .overrun = counted / 2,
			    .buf_overrun = counted - counted / 2 };
		return 0;
	}
	if (request == TIOCOUTQ && waiting > 0) {
		*(int *)arg = waiting;
		return 0;
	}
	if (request == TCSETS2)
		asked = ((struct termios2 *)arg)->flags[2];
	rc = syscall(SYS_ioctl, fd, request, arg);
	if (request == TCGETS2 && does > 0)
		((struct termios2 *)arg)->ospeed = does;
	return (int)rc;
}

/* Bytes read since then are in doubt, later ones are not. */
static void
test_overruns_that_are_counted(void **state)
{
	static const int counts[] = { 4, 4, 5, 5, 6, 8, 8 };
	static const uint8_t bytes[] = { 0xf0, 0x31, 0x01, 0xf7 };
	struct midi_io_in in;
	struct sx_err e = { 0 };
	uint8_t buf[64];
	char spec[64];
	int master = make_line(spec, sizeof(spec));
	struct midi_io *io;

	(void)state;
	counted = counts[0];
	io = open_line(spec);
	for (size_t i = 1; i < sizeof(counts) / sizeof(counts[0]); i++) {
		bool more = counts[i] != counts[i - 1];

		counted = counts[i];
		assert_int_equal(
		    write(master, bytes, sizeof(bytes)), sizeof(bytes));
		do
			assert_int_equal(
			    midi_io_read(io, buf, sizeof(buf), &in, &e), 0);
		while (in.len == 0);
		assert_int_equal(in.len, sizeof(bytes));
		assert_int_equal(in.lost_before, more);
		assert_int_equal(in.lost_after, more);
		assert_int_equal(in.doubt, more ? in.len : 0);
	}
	counted = -1;
	midi_io_close(io);
	close(master);
}

/* A byte with a framing error among others: everything read with it is in
 * doubt. */
static void
test_marks_are_doubts(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t n, kept;
		bool before, among, after;
	} t[] = {
		{ { 0xf0, 0x31, 0x01, 0xf7 }, 4, 4, false, false, false },
		{ { 0xff, 0, 0x55, 0xf0, 0x31 }, 5, 2, true, false, false },
		{ { 0xf0, 0xff, 0, 0x55, 0x31 }, 5, 2, false, true, false },
		{ { 0xf0, 0x31, 0xff, 0, 0x55 }, 5, 2, false, false, true },
	};
	struct midi_io_in in;
	struct sx_err e = { 0 };
	struct termios tio;
	uint8_t buf[64];
	char spec[64];
	int master = make_line(spec, sizeof(spec));
	struct midi_io *io = open_line(spec);

	(void)state;
	/* The test makes the marks, not the line. */
	assert_int_equal(tcgetattr(master, &tio), 0);
	tio.c_iflag &= ~(tcflag_t)PARMRK;
	assert_int_equal(tcsetattr(master, TCSANOW, &tio), 0);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(
		    write(master, t[i].bytes, t[i].n), (ssize_t)t[i].n);
		do
			assert_int_equal(
			    midi_io_read(io, buf, sizeof(buf), &in, &e), 0);
		while (in.len == 0);
		assert_int_equal(in.len, t[i].kept);
		assert_int_equal(in.lost_before, t[i].before);
		assert_int_equal(in.doubt, t[i].among ? in.len : 0);
		assert_int_equal(in.lost_after, t[i].after);
	}
	midi_io_close(io);
	close(master);
}

/* drain() gives up on a line that has accepted nothing for 5 seconds. */
static void
test_a_stuck_line(void **state)
{
	char spec[64];
	int master = make_line(spec, sizeof(spec));
	struct midi_io *io = open_line(spec);
	struct sx_err e = { 0 };

	(void)state;
	waiting = 7;
	slept = 0;
	assert_int_equal(midi_io_drain(io, &e), -1);
	assert_in_range(slept, INT64_C(4900000000), INT64_C(5100000000));
	assert_int_equal(e.code, SX_EIO);
	assert_non_null(strstr(e.msg, "accepts no more bytes"));
	waiting = 0;
	assert_int_equal(midi_io_drain(io, &e), 0);
	midi_io_close(io);
	close(master);
}

/* A UART tolerates 3 %. */
static void
test_a_rate_that_it_cannot_do(void **state)
{
	static const struct {
		unsigned rate;
		bool good;
	} cases[] = { { 31250, true }, { 30400, true }, { 32100, true },
		{ 38400, false }, { 28800, false }, { 30200, false } };
	char spec[64];
	int master = make_line(spec, sizeof(spec));

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sx_err e = { 0 };
		struct midi_io *io;

		does = cases[i].rate;
		io = midi_io_open(spec, MIDI_IO_IN, &e);
		does = 0;
		assert_int_equal(io != NULL, cases[i].good);
		if (io != NULL) /* 8N1, a custom rate, no flow control */
			assert_int_equal(asked,
			    CS8 | CREAD | CLOCAL | BOTHER | BOTHER << 16);
		if (io == NULL)
			assert_non_null(
			    strstr(e.msg, "cannot be set to 31250 baud"));
		midi_io_close(io);
	}
	close(master);
}

static void
test_busy(void **state)
{
	char spec[64];
	int master = make_line(spec, sizeof(spec));
	struct midi_io *io = open_line(spec);
	struct sx_err e = { 0 };

	(void)state;
	assert_null(midi_io_open(spec, MIDI_IO_IN, &e));
	assert_int_equal(e.code, SX_EPORT);
	assert_non_null(strstr(e.msg, "in use by another program"));
	assert_non_null(strstr(e.hint, "fuser"));
	midi_io_close(io);
	midi_io_close(open_line(spec));
	close(master);
}

static void
test_errors_in_words(void **state)
{
	static const struct {
		const char *spec;
		enum sx_errc code;
		const char *msg;
	} cases[] = {
		{ "tty:/dev/null", SX_EPORT, "is not a serial line" },
		{ "tty:/dev/no-such-tty", SX_EPORT, "no such port" },
		{ "tty:/dev/null@fast", SX_EUSAGE, "@BAUD" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sx_err e = { 0 };

		assert_null(midi_io_open(cases[i].spec, MIDI_IO_IN, &e));
		assert_int_equal(e.code, cases[i].code);
		assert_non_null(strstr(e.msg, cases[i].msg));
	}
}

/* Rates outside the classic table, and one in it. A fast line delivers more in
 * 20 ms than the kernel buffers. */
static void
test_any_baud(void **state)
{
	static const struct {
		const char *baud;
		bool can_wait;
	} rows[] = {
		{ "31250", true },
		{ "115200", true },
		{ "38400", true },
		{ "12345", true },
		{ "500000", true },
		{ "500001", false },
		{ "1000000", false },
		{ "4000000", false },
	};
	char spec[64], with[80];
	int master = make_line(spec, sizeof(spec));

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct midi_io *io;

		snprintf(with, sizeof(with), "%s@%s", spec, rows[i].baud);
		io = open_line(with);
		assert_string_equal(midi_io_name(io), spec);
		assert_int_equal(midi_io_can_wait(io), rows[i].can_wait);
		midi_io_close(io);
	}
	close(master);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unmark_at_every_seam),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_remark),
		cmocka_unit_test(test_every_byte_both_ways),
		cmocka_unit_test(test_full_line),
		cmocka_unit_test(test_open_throws_nothing_away),
		cmocka_unit_test(test_close_restores),
		cmocka_unit_test(test_hang_up),
		cmocka_unit_test(test_overruns_that_are_counted),
		cmocka_unit_test(test_marks_are_doubts),
		cmocka_unit_test(test_a_stuck_line),
		cmocka_unit_test(test_a_rate_that_it_cannot_do),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_errors_in_words),
		cmocka_unit_test(test_any_baud),
	};

	return cmocka_run_group_tests_name("tty", tests, NULL, NULL);
}
