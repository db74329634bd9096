/* SPDX-License-Identifier: ISC */
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <linux/serial_core.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "backend.h"
#include "tty.h"

/*
 * "tty:/dev/ttyAMA0[@BAUD]": MIDI on a serial line. 31250 is not one of the
 * classic rates, so it is set as a number (termios2, BOTHER); <termios.h>
 * cannot do that, and cannot be included together with <asm/termbits.h>.
 *
 * The kernel reports losses in two ways: a byte with a framing error is marked
 * in the stream (PARMRK), and overruns are counted (TIOCGICOUNT), but without a
 * place: then all bytes just read are in doubt.
 */

#define SCHEME	     "tty:"
#define DEFAULT_BAUD 31250
#define MAX_BAUD     4000000
#define MIDI_UART    3686400 /* baud_base with the overlay midi-uart0 */
/* In 20 ms that is 1000 bytes; the kernel keeps 4095, with marks. */
#define WAIT_BAUD 500000
#define STUCK_MS  5000 /* a line that accepts no byte for so long is stuck */

struct tty {
	struct midi_io io;
	int fd;
	unsigned baud;
	struct termios2 before; /* settings before open */
	bool restore;
	bool counts; /* the driver counts overruns: */
	int overruns;
	struct tty_marks marks;
};

bool
tty_parse(const char *spec, size_t *path_len, unsigned *baud)
{
	const char *path = spec + strlen(SCHEME);
	const char *at = strrchr(path, '@');

	*path_len = strlen(path);
	*baud = DEFAULT_BAUD;
	if (at != NULL && strchr(at, '/') == NULL) {
		if (!midi_io_number(at + 1, 1, MAX_BAUD, baud))
			return false;
		*path_len = (size_t)(at - path);
	}
	return *path_len > 0;
}

size_t
tty_unmark(struct tty_marks *m, uint8_t *p, size_t n, struct tty_errors *errors)
{
	size_t kept = 0;
	bool error = false;

	*errors = (struct tty_errors){ 0 };
	for (size_t i = 0; i < n; i++) {
		if (m->seen == 2) {
			m->seen = 0;
			error = true;
			continue;
		}
		if (m->seen == 1 && p[i] == 0x00) {
			m->seen = 2;
			continue;
		}
		if (m->seen == 0 && p[i] == 0xff) {
			m->seen = 1;
			continue;
		}
		if (m->seen == 1 && p[i] != 0xff)
			error = true; /* the rest of a mark is missing */
		m->seen = 0;
		errors->before |= error && kept == 0;
		errors->among |= error && kept > 0;
		error = false;
		p[kept++] = p[i];
	}
	errors->after = error;
	return kept;
}

const char *
tty_remark(unsigned baud, int type, int baud_base)
{
	if (baud != DEFAULT_BAUD || type != PORT_AMBA || baud_base != MIDI_UART)
		return NULL;
	return "the overlay midi-uart0 is loaded, which turns 31250 baud into "
	       "25431: append @38400 to the port, or remove the overlay from "
	       "config.txt";
}

static bool
tty_takes(const char *spec)
{
	return strncmp(spec, SCHEME, strlen(SCHEME)) == 0;
}

/* Get the overruns so far. Returns false if the driver does not count them. */
static bool
count_overruns(int fd, int *overruns)
{
	struct serial_icounter_struct c;

	if (ioctl(fd, TIOCGICOUNT, &c) == -1)
		return false;
	*overruns = c.overrun + c.buf_overrun;
	return true;
}

/* A driver that does not tell, such as a pty's, is assumed to be right. */
static const char *
read_remark(const struct tty *t)
{
	struct serial_struct line;

	if (ioctl(t->fd, TIOCGSERIAL, &line) == -1)
		return NULL;
	return tty_remark(t->baud, line.type, line.baud_base);
}

/* Set raw 8N1 without flow control. Bytes waiting in the line are kept. */
static int
tty_configure(struct tty *t, struct sx_err *e)
{
	struct termios2 tio;
	unsigned off;

	if (ioctl(t->fd, TCGETS2, &t->before) == -1)
		return sx_fail(
		    e, SX_EPORT, 0, "%s is not a serial line", t->io.name);
	tio = t->before;
	tio.c_iflag = INPCK | PARMRK;
	tio.c_oflag = 0;
	tio.c_lflag = 0;
	tio.c_cflag = CS8 | CREAD | CLOCAL | BOTHER | (BOTHER << IBSHIFT);
	tio.c_ispeed = tio.c_ospeed = t->baud;
	tio.c_cc[VMIN] = 1;
	tio.c_cc[VTIME] = 0;
	if (ioctl(t->fd, TCSETS2, &tio) == -1 ||
	    ioctl(t->fd, TCGETS2, &tio) == -1)
		return sx_fail(
		    e, SX_EPORT, errno, "cannot set up %s", t->io.name);
	t->restore = true;
	/* MIDI allows 1 % at the sender; UARTs tolerate about 3 % in total. */
	off = tio.c_ospeed > t->baud ? tio.c_ospeed - t->baud
				     : t->baud - tio.c_ospeed;
	if (off > t->baud / 33)
		return sx_fail(e, SX_EPORT, 0,
		    "%s cannot be set to %u baud; the closest is %u",
		    t->io.name, t->baud, tio.c_ospeed);
	t->counts = count_overruns(t->fd, &t->overruns);
	t->io.remark = read_remark(t);
	return 0;
}

static int
tty_fail_open(const char *path, int sys, struct sx_err *e)
{
	midi_io_fail_open(path, "dialout", sys, e);
	if (sys == EBUSY || sys == EWOULDBLOCK)
		sx_hint(e, "find out which: fuser -v %s", path);
	return -1;
}

/* TIOCEXCL keeps out others, except root; the lock keeps out all programs that
 * lock, as terminal programs do. */
static int
tty_acquire(struct tty *t, const char *path, struct sx_err *e)
{
	t->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (t->fd == -1 || flock(t->fd, LOCK_EX | LOCK_NB) == -1)
		return tty_fail_open(path, errno, e);
	if (tty_configure(t, e) == -1)
		return -1;
	if (ioctl(t->fd, TIOCEXCL) == -1)
		return sx_fail(e, SX_EPORT, errno, "cannot set up %s", path);
	return 0;
}

static void
tty_close(struct midi_io *io)
{
	struct tty *t = (struct tty *)io;
	int queued = 0;

	if (t->restore) {
		/*
		 * If the line is gone there is nothing to restore. Bytes held
		 * by a stuck line would make close() wait for 30 s. Bytes held
		 * by a pty have left already, though its reader may be slow,
		 * and must not be flushed.
		 */
		if (ioctl(t->fd, TIOCOUTQ, &queued) == 0 && queued > 0)
			(void)ioctl(t->fd, TCFLSH, TCOFLUSH);
		(void)ioctl(t->fd, TCSETS2, &t->before);
		(void)ioctl(t->fd, TIOCNXCL);
	}
	if (t->fd != -1)
		close(t->fd);
	free(t);
}

static struct midi_io *
tty_open(const char *spec, unsigned dirs, struct sx_err *e)
{
	struct tty *t;
	char *name;
	size_t len;
	unsigned baud;

	(void)dirs;
	if (!tty_parse(spec, &len, &baud)) {
		sx_fail(e, SX_EUSAGE, 0,
		    "invalid port '%s': expected tty:DEVICE[@BAUD]", spec);
		return NULL;
	}
	t = calloc(1, sizeof(*t));
	name = strdup(spec);
	if (t == NULL || name == NULL) {
		free(t);
		free(name);
		sx_fail_memory(e);
		return NULL;
	}
	t->fd = -1;
	t->baud = baud;
	t->io.name = name;
	name[strlen(SCHEME) + len] = '\0';
	if (tty_acquire(t, name + strlen(SCHEME), e) == -1) {
		tty_close(&t->io);
		free(name);
		return NULL;
	}
	return &t->io;
}

static size_t
tty_pollfds(struct midi_io *io, unsigned dir, struct pollfd *fds, size_t max)
{
	struct tty *t = (struct tty *)io;

	if (max == 0)
		return 0;
	*fds = (struct pollfd){ .fd = t->fd,
		.events = dir == MIDI_IO_IN ? POLLIN : POLLOUT };
	return 1;
}

/* The line discipline returns EIO when the line has hung up. */
static int
fail_call(struct tty *t, int sys, struct sx_err *e)
{
	return midi_io_fail_call(&t->io, sys == EIO ? ENODEV : sys, e);
}

static bool
tty_can_wait(const struct midi_io *io)
{
	return ((const struct tty *)io)->baud <= WAIT_BAUD;
}

static int
tty_read(struct midi_io *io, uint8_t *buf, size_t max, struct midi_io_in *in,
    struct sx_err *e)
{
	struct tty *t = (struct tty *)io;
	struct tty_errors errors;
	int overruns;
	ssize_t n;

	n = read(t->fd, buf, max);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return fail_call(t, n == 0 ? ENODEV : errno, e);
	in->len = tty_unmark(&t->marks, buf, (size_t)n, &errors);
	in->lost_before = errors.before;
	in->doubt = errors.among ? in->len : 0;
	in->lost_after = errors.after;
	if (t->counts && count_overruns(t->fd, &overruns) &&
	    overruns != t->overruns) {
		t->overruns = overruns;
		in->lost_before = in->lost_after = true;
		in->doubt = in->len;
	}
	return 0;
}

static ssize_t
tty_write(struct midi_io *io, const uint8_t *buf, size_t n, struct sx_err *e)
{
	struct tty *t = (struct tty *)io;
	ssize_t put = write(t->fd, buf, n);

	if (put != -1)
		return put;
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	return fail_call(t, errno, e);
}

static ssize_t
tty_queued(struct midi_io *io, struct sx_err *e)
{
	struct tty *t = (struct tty *)io;
	int n;

	if (ioctl(t->fd, TIOCOUTQ, &n) == -1)
		return fail_call(t, errno, e);
	return n;
}

/* Not TCSBRK alone: on a stuck line it waits forever. */
static int
tty_drain(struct midi_io *io, struct sx_err *e)
{
	struct tty *t = (struct tty *)io;
	const struct timespec tick = { .tv_nsec = 10 * 1000 * 1000 };
	ssize_t left, last = -1;
	int idle = 0;

	while ((left = tty_queued(io, e)) > 0) {
		idle = left == last ? idle + 10 : 0;
		if (idle >= STUCK_MS)
			return sx_fail(
			    e, SX_EIO, 0, "%s accepts no more bytes", io->name);
		last = left;
		nanosleep(&tick, NULL);
	}
	if (left == -1)
		return -1;
	if (ioctl(t->fd, TCSBRK, 1) == -1 && errno != EINTR)
		return fail_call(t, errno, e);
	return 0;
}

static int
tty_drop(struct midi_io *io, struct sx_err *e)
{
	struct tty *t = (struct tty *)io;

	if (ioctl(t->fd, TCFLSH, TCOFLUSH) == -1)
		return fail_call(t, errno, e);
	return 0;
}

const struct midi_io_ops midi_io_tty_ops = {
	.takes = tty_takes,
	.open = tty_open,
	.pollfds = tty_pollfds,
	.can_wait = tty_can_wait,
	.read = tty_read,
	.write = tty_write,
	.queued = tty_queued,
	.drain = tty_drain,
	.drop = tty_drop,
	.close = tty_close,
};
