/* SPDX-License-Identifier: ISC */
#include <alsa/asoundlib.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stream.h"

/*
 * The instrument at the other end of a port: plays what it is told, takes down
 * what it hears. It shares no code with the program that it tests.
 *
 *	peer make SEED MIN MAX COUNT		messages of a stream, on stdout
 *	peer flood PORT SEED MIN MAX		send a stream
 *	peer send PORT [-r RATE] [-c CHUNK]	send stdin
 *	peer recv PORT FILE [-n BYTES] [-i MS] [-t TIMES]	take down
 *	peer hold PORT in|out			have it open
 *
 * flood and hold last until SIGTERM; flood then says how many messages it has
 * sent. send sends as fast as the port takes it, or RATE bytes/s in pieces of
 * CHUNK bytes. recv ends when so many bytes have come, when none has for so
 * long since the first, or by SIGTERM.
 *
 * TIMES gets a line for each read: when, in us, and how many bytes had come.
 *
 * recv and hold say "ready" when they are. recv says in the end how many bytes
 * came, in how many ms, and how many bytes these were ahead of a DIN line at
 * most.
 */

#define RING	 ((size_t)1 << 20)
#define DIN_RATE 3125

static volatile sig_atomic_t stopped;

static void
stop(int sig)
{
	stopped = sig;
}

static void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "peer: ");
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\n");
	va_end(ap);
	exit(1);
}

static void
need(int rc, const char *what)
{
	if (rc < 0)
		die("%s: %s", what, snd_strerror(rc));
}

static unsigned long
number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0')
		die("not a number: %s", text);
	return n;
}

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
sleep_until(int64_t us)
{
	int64_t left;

	while (!stopped && (left = us - now_us()) > 0)
		usleep((useconds_t)(left < 100000 ? left : 100000));
}

static snd_rawmidi_t *
open_port(const char *name, bool input)
{
	snd_rawmidi_params_t *params;
	snd_rawmidi_t *h;

	need(snd_rawmidi_open(input ? &h : NULL, input ? NULL : &h, name,
		 SND_RAWMIDI_NONBLOCK),
	    name);
	snd_rawmidi_params_alloca(&params);
	need(snd_rawmidi_params_current(h, params), "params");
	need(snd_rawmidi_params_set_buffer_size(h, params, RING), "ring");
	need(snd_rawmidi_params_set_no_active_sensing(h, params, 1), "params");
	need(snd_rawmidi_params(h, params), "params");
	if (!input)
		need(snd_rawmidi_nonblock(h, 0), "nonblock");
	return h;
}

static void
write_all(snd_rawmidi_t *h, const uint8_t *buf, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t put = snd_rawmidi_write(h, buf + done, n - done);

		if (put == -EINTR)
			continue;
		need((int)put, "write");
		done += (size_t)put;
	}
}

#define STUCK_US 20000000 /* a port that takes no byte for so long */

/* Wait until all has left. snd_rawmidi_drain() alone throws away what has not
 * after ten seconds. */
static void
drain(snd_rawmidi_t *h)
{
	snd_rawmidi_status_t *status;
	size_t last = 0, avail;
	int64_t since = now_us();

	snd_rawmidi_status_alloca(&status);
	for (;;) {
		need(snd_rawmidi_status(h, status), "status");
		avail = snd_rawmidi_status_get_avail(status);
		if (avail >= RING)
			break;
		if (avail != last)
			since = now_us();
		else if (now_us() - since > STUCK_US)
			die("nothing leaves");
		last = avail;
		usleep(2000);
	}
	need(snd_rawmidi_drain(h), "drain");
}

/*
 * Only into an empty ring, and then wait until it has left: rawmidi moves its
 * pointers before it copies, so a driver that is at work already may take old
 * bytes for the new ones.
 */
static void
write_safely(snd_rawmidi_t *h, const uint8_t *buf, size_t n)
{
	for (size_t done = 0; done < n;) {
		size_t part = n - done < RING ? n - done : RING;

		write_all(h, buf + done, part);
		drain(h);
		done += part;
	}
}

static uint8_t *
read_stdin(size_t *n)
{
	size_t room = RING;
	uint8_t *buf = malloc(room);

	for (*n = 0; buf != NULL;) {
		size_t got = fread(buf + *n, 1, room - *n, stdin);

		if (got == 0)
			return buf;
		*n += got;
		if (*n == room)
			buf = realloc(buf, room *= 2);
	}
	die("out of memory");
	return NULL;
}

static struct stream
stream_args(char *argv[])
{
	struct stream s = { (uint32_t)number(argv[0]), number(argv[1]),
		number(argv[2]) };

	if (s.min < 5 || s.max < s.min)
		die("sizes are from 5 on, the smaller first");
	return s;
}

static void
make(const struct stream *s, uint32_t count)
{
	uint8_t *buf = malloc(s->max);

	if (buf == NULL)
		die("out of memory");
	for (uint32_t i = 0; i < count; i++) {
		stream_fill(s, i, buf);
		fwrite(buf, 1, stream_size(s, i), stdout);
	}
	free(buf);
}

static void
flood(const char *port, const struct stream *s)
{
	snd_rawmidi_t *h = open_port(port, false);
	uint8_t *buf = malloc(RING);
	uint32_t i = 0;
	size_t n;

	if (buf == NULL || s->max > RING)
		die("messages are too big");
	while (!stopped) {
		for (n = 0; n + stream_size(s, i) <= RING; i++) {
			stream_fill(s, i, buf + n);
			n += stream_size(s, i);
		}
		write_safely(h, buf, n);
	}
	printf("%u\n", (unsigned)i);
	free(buf);
	snd_rawmidi_close(h);
}

static void
send(const char *port, unsigned long rate, size_t chunk)
{
	snd_rawmidi_t *h = open_port(port, false);
	size_t n, part;
	uint8_t *buf = read_stdin(&n);
	int64_t start = now_us();

	if (rate == 0)
		write_safely(h, buf, n);
	for (size_t i = 0; rate != 0 && i < n && !stopped; i += part) {
		part = n - i < chunk ? n - i : chunk;
		sleep_until(start + (int64_t)(i * 1000000 / rate));
		write_all(h, buf + i, part);
	}
	drain(h);
	free(buf);
	snd_rawmidi_close(h);
}

static void
say_ready(void)
{
	printf("ready\n");
	fflush(stdout);
}

static void
recv(const char *port, const char *path, size_t most, int idle_ms,
    const char *times_path)
{
	FILE *times = times_path != NULL ? fopen(times_path, "w") : NULL;
	static uint8_t buf[65536];
	snd_rawmidi_t *h = open_port(port, true);
	struct pollfd fds[4];
	int nfds = snd_rawmidi_poll_descriptors(h, fds, 4);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	int64_t first = 0, last = 0, lead, most_lead = 0;
	size_t total = 0;
	ssize_t got;

	if (fd == -1 || (times_path != NULL && times == NULL))
		die("%s: %s", path, strerror(errno));
	(void)snd_rawmidi_read(h, buf, 0); /* starts the input */
	if (poll(fds, (nfds_t)nfds, 0) == -1)
		die("poll: %s", strerror(errno));
	say_ready();
	while (!stopped && total < most) {
		/* The time-out runs from the first byte on. */
		if (poll(fds, (nfds_t)nfds, total > 0 ? idle_ms : -1) == 0)
			break;
		got = snd_rawmidi_read(h, buf, sizeof(buf));
		if (got == -EAGAIN || got == -EINTR)
			continue;
		if (got <= 0)
			break; /* unplugged */
		last = now_us();
		if (total == 0)
			first = last;
		total += (size_t)got;
		if (times != NULL)
			fprintf(times, "%lld %zu\n", (long long)last, total);
		lead = (int64_t)total - (last - first) * DIN_RATE / 1000000;
		most_lead = lead > most_lead ? lead : most_lead;
		if (write(fd, buf, (size_t)got) != got)
			die("%s: %s", path, strerror(errno));
	}
	printf("%zu %lld %lld\n", total, (long long)(last - first) / 1000,
	    (long long)most_lead);
	if (times != NULL && fclose(times) == EOF)
		die("%s: %s", times_path, strerror(errno));
	close(fd);
	snd_rawmidi_close(h);
}

static void
hold(const char *port, bool input)
{
	snd_rawmidi_t *h = open_port(port, input);

	say_ready();
	while (!stopped)
		pause();
	snd_rawmidi_close(h);
}

int
main(int argc, char *argv[])
{
	struct sigaction action = { .sa_handler = stop,
		.sa_flags = SA_RESTART };
	const char *what = argc > 2 ? argv[1] : "";
	unsigned long rate = 0, chunk = 32, bytes = SIZE_MAX, idle = 20000;
	const char *times = NULL;
	struct stream s;
	int option;

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	optind = strcmp(what, "recv") == 0 ? 4 : 3;
	if (strcmp(what, "send") == 0 || strcmp(what, "recv") == 0)
		while ((option = getopt(argc, argv, "r:c:n:i:t:")) != -1)
			switch (option) {
			case 'r':
				rate = number(optarg);
				break;
			case 'c':
				chunk = number(optarg);
				break;
			case 'n':
				bytes = number(optarg);
				break;
			case 'i':
				idle = number(optarg);
				break;
			case 't':
				times = optarg;
				break;
			default:
				return 2;
			}
	if (strcmp(what, "make") == 0 && argc == 6) {
		s = stream_args(argv + 2);
		make(&s, (uint32_t)number(argv[5]));
	} else if (strcmp(what, "flood") == 0 && argc == 6) {
		s = stream_args(argv + 3);
		flood(argv[2], &s);
	} else if (strcmp(what, "send") == 0 && chunk > 0) {
		send(argv[2], rate, chunk);
	} else if (strcmp(what, "recv") == 0 && argc > 3) {
		recv(argv[2], argv[3], bytes, (int)idle, times);
	} else if (strcmp(what, "hold") == 0 && argc == 4) {
		hold(argv[2], strcmp(argv[3], "in") == 0);
	} else {
		die("see the top of peer.c");
	}
	return 0;
}
