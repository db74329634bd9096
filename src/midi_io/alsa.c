/* SPDX-License-Identifier: ISC */
#include <alsa/asoundlib.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "hw.h"
#include "ring.h"
#include "wire.h"

/* ALSA rawmidi ports. Each direction is a separate handle, so that reader and
 * writer share nothing. */

#define RING_MOST  ((size_t)1 << 20)   /* the kernel's limit */
#define RING_LEAST ((size_t)4 << 10)   /* the kernel's default */
#define RING_WAITS ((size_t)512 << 10) /* 20 ms of high-speed USB and more */

/* snd-serial-u16550: the ID it reports, and its separate output buffer. */
#define UART_ID	    "UART Serial MIDI"
#define UART_BUFFER ((size_t)32 << 10)

struct alsa {
	struct midi_io io;
	snd_rawmidi_t *in, *out; /* NULL: not open */

	/* The rest is for hardware. Other ports (from asoundrc) have no status
	 * and are not in /proc; their card is -1. */
	struct hw_stream where;
	struct ring ring; /* of the input */
	int64_t base;	  /* "Rx bytes" at listen(), less what was in the
			     ring then; -1: not known */
	size_t out_size;  /* size of the output ring */
	struct wire wire; /* bytes the driver holds behind it */
	bool filled;	  /* the last write was big */
};

/* Does the ALSA configuration define a rawmidi port of this name, with or
 * without arguments? */
static bool
alsa_defined(const char *spec)
{
	size_t len = strcspn(spec, ":");
	snd_config_iterator_t i;
	snd_config_t *section;
	const char *id;
	bool found = false;

	if (snd_config_update() < 0 ||
	    snd_config_search(snd_config, "rawmidi", &section) < 0)
		return false;
	for (i = snd_config_iterator_first(section);
	     i != snd_config_iterator_end(section) && !found;
	     i = snd_config_iterator_next(i))
		found =
		    snd_config_get_id(snd_config_iterator_entry(i), &id) == 0 &&
		    strlen(id) == len && strncmp(id, spec, len) == 0;
	snd_config_update_free_global();
	return found;
}

static bool
is_hw(const char *spec)
{
	return strcmp(spec, "hw") == 0 || strncmp(spec, "hw:", 3) == 0 ||
	       hw_is_usb(spec);
}

static bool
alsa_takes(const char *spec)
{
	midi_io_alsa_silence();
	return is_hw(spec) || alsa_defined(spec);
}

static int
alsa_fail_open(struct alsa *a, bool input, int sys, struct sx_err *e)
{
	if (sys != EBUSY && sys != EAGAIN)
		return midi_io_fail_open(
		    a->io.name, MIDI_IO_ALSA_GROUP, sys, e);
	a->where.input = input;
	return midi_io_fail_busy(a->io.name, &a->where, e);
}

/*
 * Set the largest ring that the kernel allows. An output polls as ready when
 * all of it but one byte is free, see alsa_write(). Returns its size, or 0 and
 * sets e.
 */
static size_t
set_ring(snd_rawmidi_t *h, bool output, const char *name, struct sx_err *e)
{
	snd_rawmidi_params_t *params;
	int rc;

	snd_rawmidi_params_alloca(&params);
	rc = snd_rawmidi_params_current(h, params);
	for (size_t size = RING_MOST; rc == 0 && size >= RING_LEAST;
	     size /= 2) {
		/* alsa-lib asserts at each step that avail_min is less than the
		 * buffer size. */
		snd_rawmidi_params_set_avail_min(h, params, 1);
		snd_rawmidi_params_set_buffer_size(h, params, size);
		snd_rawmidi_params_set_avail_min(
		    h, params, output ? size - 1 : 1);
		snd_rawmidi_params_set_no_active_sensing(h, params, 1);
		rc = snd_rawmidi_params(h, params);
		if (rc == 0)
			return snd_rawmidi_params_get_buffer_size(params);
		if (size > RING_LEAST)
			rc = 0;
	}
	sx_fail(e, SX_EPORT, -rc, "cannot set up %s", name);
	return 0;
}

/* Find the card, device and subdevice of an open port. */
static void
alsa_locate(struct alsa *a, snd_rawmidi_t *h)
{
	snd_rawmidi_info_t *info;

	a->where.card = -1;
	snd_rawmidi_info_alloca(&info);
	if (snd_rawmidi_type(h) != SND_RAWMIDI_TYPE_HW ||
	    snd_rawmidi_info(h, info) < 0)
		return;
	a->where.card = snd_rawmidi_info_get_card(info);
	a->where.device = snd_rawmidi_info_get_device(info);
	a->where.subdevice = snd_rawmidi_info_get_subdevice(info);
	a->where.input = h == a->in;
	if (strcmp(snd_rawmidi_info_get_id(info), UART_ID) == 0)
		a->wire.size = UART_BUFFER;
}

static int
open_output(struct alsa *a, struct sx_err *e)
{
	int rc =
	    snd_rawmidi_open(NULL, &a->out, a->io.name, SND_RAWMIDI_NONBLOCK);

	if (rc < 0)
		return alsa_fail_open(a, false, -rc, e);
	alsa_locate(a, a->out);
	a->out_size = set_ring(a->out, true, a->io.name, e);
	return a->out_size == 0 ? -1 : 0;
}

static int
alsa_open_input(struct alsa *a, struct sx_err *e)
{
	int64_t size;
	int rc =
	    snd_rawmidi_open(&a->in, NULL, a->io.name, SND_RAWMIDI_NONBLOCK);

	if (rc < 0)
		return alsa_fail_open(a, true, -rc, e);
	alsa_locate(a, a->in);
	a->ring.size = set_ring(a->in, false, a->io.name, e);
	if (a->ring.size == 0)
		return -1;
	if (a->where.card == -1)
		return 0;
	/* Linux 6.1 accepts sizes that it then ignores. */
	size = hw_number(&a->where, "Buffer size");
	if (size > 0)
		a->ring.size = (size_t)size;
	return 0;
}

/* Complete the name of a hardware port, and check that the port exists. */
static int
find_hardware(struct alsa *a, const char *spec, unsigned dirs, struct sx_err *e)
{
	const struct midi_io_port *port;
	struct midi_io_list list = { 0 };
	struct hw_name name;
	int rc = -1;

	if (!hw_parse(spec, &name))
		return sx_fail(e, SX_EUSAGE, 0,
		    "invalid port '%s': expected %s,DEVICE,SUBDEVICE", spec,
		    hw_is_usb(spec) ? "usb:1-1.4" : "hw:CARD");
	if (midi_io_alsa_list(&list, e) == -1)
		goto out;
	port = hw_find(list.ports, list.n, &name);
	if (port == NULL) {
		sx_fail(e, SX_EPORT, 0, "no such port: %s", spec);
		midi_io_hint_ports(list.ports, list.n, e);
	} else if ((port->dirs & dirs) != dirs) {
		midi_io_fail_dirs(port->name, port->dirs, dirs, e);
	} else if ((a->io.name = strdup(port->name)) == NULL) {
		sx_fail_memory(e);
	} else if (hw_parse(port->name, &name)) {
		a->where.card = (int)strtol(name.card, NULL, 10);
		a->where.device = name.device;
		a->where.subdevice = name.subdevice;
		rc = 0;
	}
out:
	free(list.ports);
	return rc;
}

/* Drop before close: close waits up to ten seconds for queued bytes. */
static void
close_stream(snd_rawmidi_t *h)
{
	if (h == NULL)
		return;
	(void)snd_rawmidi_drop(h);
	(void)snd_rawmidi_close(h);
}

static void
alsa_close(struct midi_io *io)
{
	struct alsa *a = (struct alsa *)io;

	close_stream(a->in);
	close_stream(a->out);
	snd_config_update_free_global();
	free(a);
}

static struct midi_io *
alsa_open(const char *spec, unsigned dirs, struct sx_err *e)
{
	struct alsa *a = calloc(1, sizeof(*a));
	char *name;

	if (a == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	midi_io_alsa_silence();
	a->where.card = -1;
	a->base = -1;
	if (is_hw(spec)) {
		if (find_hardware(a, spec, dirs, e) == -1)
			goto fail;
	} else if ((a->io.name = strdup(spec)) == NULL) {
		sx_fail_memory(e);
		goto fail;
	}
	/* The input last: its address is the one to keep. */
	if ((!(dirs & MIDI_IO_OUT) || open_output(a, e) == 0) &&
	    (!(dirs & MIDI_IO_IN) || alsa_open_input(a, e) == 0))
		return &a->io;
fail:
	name = a->io.name;
	alsa_close(&a->io);
	free(name);
	return NULL;
}

/* Get the bytes in the ring of a hardware port, and the overruns since the last
 * call. */
static int
ask_status(struct alsa *a, snd_rawmidi_t *h, size_t *avail, size_t *overruns,
    struct sx_err *e)
{
	snd_rawmidi_status_t *status;
	int rc;

	snd_rawmidi_status_alloca(&status);
	rc = snd_rawmidi_status(h, status);
	if (rc < 0)
		return midi_io_fail_call(&a->io, -rc, e);
	*avail = snd_rawmidi_status_get_avail(status);
	*overruns = snd_rawmidi_status_get_xruns(status);
	return 0;
}

/*
 * poll() starts the input without reading from it. A driver that does not wait
 * for the start may have put bytes in already: these count as arriving from
 * here on.
 */
static int
alsa_listen(struct midi_io *io, struct sx_err *e)
{
	struct alsa *a = (struct alsa *)io;
	struct pollfd fds[MIDI_IO_POLLFDS];
	int n = snd_rawmidi_poll_descriptors(a->in, fds, MIDI_IO_POLLFDS);
	size_t avail, overruns;
	int64_t before, after;

	if (n > 0 && poll(fds, (nfds_t)n, 0) == -1 && errno != EINTR)
		return midi_io_fail_call(io, errno, e);
	if (a->where.card == -1)
		return 0;
	after = hw_number(&a->where, "Rx bytes");
	for (int tries = 0; tries < 10; tries++) {
		before = after;
		if (ask_status(a, a->in, &avail, &overruns, e) == -1)
			return -1;
		after = hw_number(&a->where, "Rx bytes");
		if (after == before)
			break;
	}
	if (after >= 0)
		a->base = after - (int64_t)avail;
	return 0;
}

static int64_t
alsa_arrived(struct midi_io *io)
{
	struct alsa *a = (struct alsa *)io;
	int64_t rx = a->base == -1 ? -1 : hw_number(&a->where, "Rx bytes");

	return rx == -1 ? -1 : rx - a->base;
}

static size_t
alsa_pollfds(struct midi_io *io, unsigned dir, struct pollfd *fds, size_t max)
{
	struct alsa *a = (struct alsa *)io;
	int n = snd_rawmidi_poll_descriptors(
	    dir == MIDI_IO_IN ? a->in : a->out, fds, (unsigned)max);

	return n > 0 ? (size_t)n : 0;
}

static bool
alsa_can_wait(const struct midi_io *io)
{
	const struct alsa *a = (const struct alsa *)io;

	return a->where.card != -1 && a->ring.size >= RING_WAITS;
}

/* Read a port without a status: it only reports that its queue overran. */
static int
read_other(struct alsa *a, uint8_t *buf, size_t max, struct midi_io_in *in,
    struct sx_err *e)
{
	ssize_t n = snd_rawmidi_read(a->in, buf, max);

	if (n >= 0)
		in->len = (size_t)n;
	else if (n == -ENOSPC)
		in->lost_before = true;
	else if (n != -EAGAIN && n != -EINTR)
		return midi_io_fail_call(&a->io, (int)-n, e);
	return 0;
}

static int
ring_status(void *port, size_t *avail, size_t *overruns, struct sx_err *e)
{
	struct alsa *a = port;

	return ask_status(a, a->in, avail, overruns, e);
}

static int64_t
ring_arrived(void *port)
{
	return alsa_arrived(port);
}

static ssize_t
ring_bytes(void *port, uint8_t *buf, size_t n, struct sx_err *e)
{
	struct alsa *a = port;
	ssize_t got = snd_rawmidi_read(a->in, buf, n);

	if (got == -EAGAIN || got == -EINTR)
		return 0;
	return got < 0 ? midi_io_fail_call(&a->io, (int)-got, e) : got;
}

static int
alsa_read(struct midi_io *io, uint8_t *buf, size_t max, struct midi_io_in *in,
    struct sx_err *e)
{
	static const struct ring_source source = {
		.status = ring_status,
		.arrived = ring_arrived,
		.read = ring_bytes,
	};
	struct alsa *a = (struct alsa *)io;

	if (a->where.card == -1)
		return read_other(a, buf, max, in, e);
	return ring_read(&a->ring, &source, a, buf, max, in, e);
}

/* Return the bytes in the output ring. */
static ssize_t
in_ring(struct alsa *a, struct sx_err *e)
{
	size_t avail, overruns;

	if (a->where.card == -1)
		return 0;
	if (ask_status(a, a->out, &avail, &overruns, e) == -1)
		return -1;
	return avail < a->out_size ? (ssize_t)(a->out_size - avail) : 0;
}

static ssize_t
alsa_queued(struct midi_io *io, struct sx_err *e)
{
	struct alsa *a = (struct alsa *)io;
	ssize_t n = in_ring(a, e);

	return n == -1 ? -1
		       : n + (ssize_t)wire_buffered(
				 &a->wire, (size_t)n, midi_io_now() / 1000);
}

static int
alsa_drain(struct midi_io *io, struct sx_err *e)
{
	struct alsa *a = (struct alsa *)io;
	int rc = snd_rawmidi_drain(a->out);

	return rc < 0 ? midi_io_fail_call(io, -rc, e) : 0;
}

/* More than a pacer sends at once. */
#define BIG_WRITE 1024

/*
 * The kernel (seen on 6.1 and 6.12) makes bytes visible to a driver that is
 * already sending before it has copied them, so that old ones are sent instead.
 * So bytes are only written to an empty ring; and after a big write, the driver
 * may still be busy with the end of it.
 */
static ssize_t
alsa_write(struct midi_io *io, const uint8_t *buf, size_t n, struct sx_err *e)
{
	struct alsa *a = (struct alsa *)io;
	ssize_t put = in_ring(a, e);

	if (put != 0)
		return put == -1 ? -1 : 0;
	if (a->filled && alsa_drain(io, e) == -1)
		return -1;
	put = snd_rawmidi_write(a->out, buf, n);
	if (put >= 0) {
		a->filled = put > BIG_WRITE;
		wire_put(&a->wire, (size_t)put, midi_io_now() / 1000);
		return put;
	}
	if (put == -EAGAIN || put == -EINTR)
		return 0;
	return midi_io_fail_call(io, (int)-put, e);
}

static int
alsa_drop(struct midi_io *io, struct sx_err *e)
{
	struct alsa *a = (struct alsa *)io;
	int rc = snd_rawmidi_drop(a->out);

	return rc < 0 ? midi_io_fail_call(io, -rc, e) : 0;
}

static int
alsa_list(struct midi_io_list *list, struct sx_err *e)
{
	int rc = midi_io_alsa_list(list, e);

	snd_config_update_free_global();
	return rc;
}

const struct midi_io_ops midi_io_alsa_ops = {
	.takes = alsa_takes,
	.list = alsa_list,
	.open = alsa_open,
	.listen = alsa_listen,
	.pollfds = alsa_pollfds,
	.can_wait = alsa_can_wait,
	.read = alsa_read,
	.write = alsa_write,
	.queued = alsa_queued,
	.drain = alsa_drain,
	.drop = alsa_drop,
	.arrived = alsa_arrived,
	.close = alsa_close,
};
