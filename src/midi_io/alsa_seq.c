/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "alsa_seq.h"
#include "alsa_seq_in.h"
#include "seq_name.h"
#include "seq_room.h"

/*
 * Clients of the ALSA sequencer with one port: "virtual", to which other
 * programs connect, and "seq:CLIENT[:PORT]", which connects to one port, its
 * peer, and goes away with it.
 *
 * Input: the kernel keeps at most ALSA_SEQ_POOL cells of 28 bytes for a client.
 * If an event does not fit, all waiting events are discarded, and the hole is
 * there (alsa_seq_queue.c).
 *
 * Output: the call that sends an event also delivers it into the queue of each
 * receiver, so nothing is ever queued here. The kernel reports which event did
 * not fit, but then it is too late; so each receiver's queue is checked first.
 * Behind a receiver in the kernel is another queue, of one page. Its state is
 * visible if the receiver is an interface given by name (alsa_seq_peer.c);
 * otherwise (a rawmidi reader of virmidi, an interface behind "virtual") its
 * overruns are not reported.
 *
 * The buffer of an interface's input, also one page, can overrun as well,
 * before the kernel makes events of its contents.
 */

#define CLIENT	"sxlib"
#define CHUNK	256	 /* as the kernel cuts the SysEx of hardware */
#define SHORT	16	 /* any other event as MIDI bytes */
#define FULL_NS 2000000	 /* how often to check a full receiver */
#define LONE_NS 20000000 /* how often to check for a connection */

/* A session gives up after 5 s, with another message. */
#define ALONE_NS INT64_C(4500000000)

struct seq {
	struct midi_io io;
	snd_seq_t *seq;
	int fd; /* of seq */
	unsigned char port;
	bool has_peer;
	struct alsa_seq_peer peer;

	struct alsa_seq_in in;
	int always; /* eventfd: always readable */

	/* output */
	snd_midi_event_t *encoder;
	uint8_t status; /* of the data bytes that follow; 0: SysEx */
	bool inside;	/* a SysEx has begun */
	int64_t alone;	/* ns, since when nothing is connected; or 0 */
	int later;	/* timerfd: when to try again */
};

static bool
seq_takes(const char *spec)
{
	return strcmp(spec, "virtual") == 0 || seq_is_name(spec);
}

static int
seq_fail_open(const char *spec, int sys, struct sx_err *e)
{
	if (sys != ENOENT && sys != ENODEV && sys != ENXIO)
		return midi_io_fail_open(
		    "the ALSA sequencer", MIDI_IO_ALSA_GROUP, sys, e);
	sx_fail(e, SX_EPORT, 0, "%s: no ALSA sequencer", spec);
	return sx_hint(e, "load the kernel module: sudo modprobe snd-seq");
}

static int
make_port(struct seq *s, unsigned dirs)
{
	static const char *const names[] = { "", "MIDI in", "MIDI out",
		"MIDI in and out" };
	unsigned caps = 0;
	int rc;

	if (dirs & MIDI_IO_IN)
		caps |= SND_SEQ_PORT_CAP_WRITE;
	if (dirs & MIDI_IO_OUT)
		caps |= SND_SEQ_PORT_CAP_READ;
	/* Only we connect a port with a peer. */
	if (s->has_peer)
		caps |= SND_SEQ_PORT_CAP_NO_EXPORT;
	else if (dirs & MIDI_IO_IN)
		caps |= SND_SEQ_PORT_CAP_SUBS_WRITE;
	if (!s->has_peer && (dirs & MIDI_IO_OUT))
		caps |= SND_SEQ_PORT_CAP_SUBS_READ;
	rc = snd_seq_create_simple_port(s->seq,
	    names[dirs & (MIDI_IO_IN | MIDI_IO_OUT)], caps,
	    SND_SEQ_PORT_TYPE_MIDI_GENERIC | SND_SEQ_PORT_TYPE_APPLICATION);
	if (rc >= 0)
		s->in.port = s->port = (unsigned char)rc;
	return rc < 0 ? rc : 0;
}

static int
set_up_input(struct seq *s)
{
	int rc = alsa_seq_in_init(&s->in, s->seq, s->fd);

	if (rc < 0)
		return rc;
	s->in.peer = s->has_peer ? &s->peer : NULL;
	s->always = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	return s->always == -1 ? -errno : 0;
}

/* Check the output again after ns nanoseconds. */
static int
look_later(struct seq *s, long ns)
{
	const struct itimerspec t = { .it_value.tv_nsec = ns };

	return timerfd_settime(s->later, 0, &t, NULL) == -1 ? -errno : 0;
}

static int
set_up_output(struct seq *s)
{
	int rc = snd_midi_event_new(SHORT, &s->encoder);

	if (rc < 0)
		return rc;
	s->later = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return s->later == -1 ? -errno : look_later(s, 1);
}

static int
seq_set_up(struct seq *s, unsigned dirs)
{
	struct pollfd p = { .fd = -1 };
	int rc = snd_seq_set_client_name(s->seq, CLIENT);

	/* alsa-lib asserts that it is open for the polled direction. */
	(void)snd_seq_poll_descriptors(
	    s->seq, &p, 1, dirs & MIDI_IO_IN ? POLLIN : POLLOUT);
	s->fd = p.fd;
	if (rc == 0 && (dirs & MIDI_IO_IN))
		rc = set_up_input(s);
	if (rc == 0 && (dirs & MIDI_IO_OUT))
		rc = set_up_output(s);
	return rc == 0 ? make_port(s, dirs) : rc;
}

static void
seq_close(struct midi_io *io)
{
	struct seq *s = (struct seq *)io;

	if (s->seq != NULL)
		(void)snd_seq_close(s->seq);
	alsa_seq_in_free(&s->in);
	if (s->encoder != NULL)
		snd_midi_event_free(s->encoder);
	if (s->always != -1)
		close(s->always);
	if (s->later != -1)
		close(s->later);
	snd_config_update_free_global();
	free(s);
}

/* Connect to the port that spec means. The name shows its current number. */
static int
seq_open_peer(struct seq *s, const char *spec, unsigned dirs, struct sx_err *e)
{
	struct midi_io_port port;

	if (alsa_seq_find(s->seq, spec, dirs, &port, e) == -1 ||
	    alsa_seq_connect(s->seq, s->port, &port, dirs, &s->peer, e) == -1)
		return -1;
	s->io.name = strdup(port.name);
	return s->io.name == NULL ? sx_fail_memory(e) : 0;
}

static int
seq_open_client(
    struct seq *s, const char *spec, unsigned dirs, struct sx_err *e)
{
	static const int modes[] = { 0, SND_SEQ_OPEN_INPUT, SND_SEQ_OPEN_OUTPUT,
		SND_SEQ_OPEN_DUPLEX };
	int rc = snd_seq_open(&s->seq, "default",
	    modes[dirs & (MIDI_IO_IN | MIDI_IO_OUT)], SND_SEQ_NONBLOCK);

	if (rc < 0)
		return seq_fail_open(spec, -rc, e);
	rc = seq_set_up(s, dirs);
	if (rc < 0)
		return sx_fail(e, SX_EPORT, -rc, "cannot set up %s", spec);
	if (s->has_peer)
		return seq_open_peer(s, spec, dirs, e);
	s->io.name = strdup(spec);
	return s->io.name == NULL ? sx_fail_memory(e) : 0;
}

static struct midi_io *
seq_open(const char *spec, unsigned dirs, struct sx_err *e)
{
	struct seq_name name;
	struct seq *s;

	if (seq_is_name(spec) && seq_parse(spec, &name, e) == -1)
		return NULL;
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	midi_io_alsa_silence();
	s->always = s->later = -1;
	s->has_peer = seq_is_name(spec);
	if (seq_open_client(s, spec, dirs, e) == 0)
		return &s->io;
	free(s->io.name);
	seq_close(&s->io);
	return NULL;
}

static size_t
seq_pollfds(struct midi_io *io, unsigned dir, struct pollfd *fds, size_t max)
{
	struct seq *s = (struct seq *)io;
	size_t n = 0;

	if (dir == MIDI_IO_OUT) {
		if (n < max)
			fds[n++] = (struct pollfd){ s->later, POLLIN, 0 };
		return n;
	}
	if (n < max)
		fds[n++] = (struct pollfd){ s->fd, POLLIN, 0 };
	if (n < max && alsa_seq_in_ready(&s->in))
		fds[n++] = (struct pollfd){ s->always, POLLIN, 0 };
	return n;
}

static int
seq_fail_gone(struct seq *s, struct sx_err *e)
{
	return sx_fail(e, SX_EPORT, 0, "%s went away", s->io.name);
}

static int
seq_read(struct midi_io *io, uint8_t *buf, size_t max, struct midi_io_in *in,
    struct sx_err *e)
{
	struct seq *s = (struct seq *)io;
	int rc = alsa_seq_in_read(&s->in, buf, max, in);

	if (rc == -EAGAIN && s->peer.gone)
		return seq_fail_gone(s, e);
	if (rc < 0 && rc != -EAGAIN && rc != -EINTR)
		return midi_io_fail_call(io, -rc, e);
	return 0;
}

/* Does b begin, or form, a message that is a separate event? */
static bool
seq_is_short(uint8_t b)
{
	switch (b) {
	case 0xf0:
	case 0xf4:
	case 0xf5:
	case 0xf7:
	case 0xf9:
	case 0xfd:
		return false;
	default:
		return b >= 0x80;
	}
}

/* Make the next event from buf, with its data in chunk. Its type is NONE if
 * more bytes are needed. Returns the number of bytes used. */
static size_t
make_event(struct seq *s, const uint8_t *buf, size_t n, uint8_t chunk[CHUNK],
    snd_seq_event_t *ev)
{
	size_t len = 0;

	snd_seq_ev_clear(ev);
	ev->type = SND_SEQ_EVENT_NONE;
	if (seq_is_short(*buf) || (*buf < 0x80 && s->status != 0)) {
		if (snd_midi_event_encode_byte(s->encoder, *buf, ev) < 0)
			ev->type = SND_SEQ_EVENT_NONE;
		if (*buf >= 0x80 && *buf < 0xf8) {
			s->status = *buf;
			s->inside = false;
		}
		if (ev->type != SND_SEQ_EVENT_NONE && s->status >= 0xf0)
			s->status = 0;
		len = 1;
	} else {
		while (len < n && len < CHUNK) {
			if (len > 0 && buf[len] >= 0x80 && buf[len] != 0xf7)
				break;
			chunk[len] = buf[len];
			if (chunk[len++] == 0xf7)
				break;
		}
		s->inside = chunk[len - 1] != 0xf7;
		s->status = 0;
		ev->type = SND_SEQ_EVENT_SYSEX;
		ev->flags = SND_SEQ_EVENT_LENGTH_VARIABLE;
		ev->data.ext.len = (unsigned)len;
		ev->data.ext.ptr = chunk;
	}
	snd_seq_ev_set_source(ev, s->port);
	snd_seq_ev_set_subs(ev);
	snd_seq_ev_set_direct(ev);
	return len;
}

/* Count the connected receivers; *room: each has room for a chunk. Returns -1
 * and sets e on failure. */
static int
count_receivers(struct seq *s, bool *room, struct sx_err *e)
{
	const snd_seq_addr_t us = { (unsigned char)snd_seq_client_id(s->seq),
		s->port };
	snd_seq_query_subscribe_t *q;
	int n, rc;

	snd_seq_query_subscribe_alloca(&q);
	snd_seq_query_subscribe_set_root(q, &us);
	snd_seq_query_subscribe_set_type(q, SND_SEQ_QUERY_SUBS_READ);
	*room = !s->has_peer || alsa_seq_peer_room(&s->peer, CHUNK);
	for (n = 0;; n++) {
		snd_seq_query_subscribe_set_index(q, n);
		rc = snd_seq_query_port_subscribers(s->seq, q);
		if (rc == -ENOENT)
			return n;
		if (rc < 0)
			return midi_io_fail_call(&s->io, -rc, e);
		*room &= seq_room(
		    s->fd, snd_seq_query_subscribe_get_addr(q)->client, CHUNK);
	}
}

/* Nothing is connected. Returns 0 to wait on, or -1 and sets e to give up. */
static int
bear_alone(struct seq *s, struct sx_err *e)
{
	int client = snd_seq_client_id(s->seq);
	int64_t now = midi_io_now();

	if (s->has_peer)
		return seq_fail_gone(s, e);
	if (s->inside)
		return sx_fail(e, SX_EPORT, 0,
		    "%s: the connected client went away", s->io.name);
	if (s->alone == 0)
		s->alone = now;
	if (now - s->alone < ALONE_NS)
		return 0;
	sx_fail(e, SX_EPORT, 0, "nothing is connected to port %s", s->io.name);
	return sx_hint(e,
	    "connect it to the receiving port within 5 seconds of "
	    "starting:\naconnect %d:%u CLIENT:PORT, see aconnect -l",
	    client, s->port);
}

/* May an event be sent? Returns 1; 0: not now; -1 and sets e. */
static int
may_leave(struct seq *s, struct sx_err *e)
{
	bool room;
	int n = count_receivers(s, &room, e), rc;

	if (n == -1 || (n == 0 && bear_alone(s, e) == -1))
		return -1;
	if (n > 0)
		s->alone = 0;
	if (n > 0 && room)
		return 1;
	rc = look_later(s, n > 0 ? FULL_NS : LONE_NS);
	return rc < 0 ? midi_io_fail_call(&s->io, -rc, e) : 0;
}

static ssize_t
seq_write(struct midi_io *io, const uint8_t *buf, size_t n, struct sx_err *e)
{
	struct seq *s = (struct seq *)io;
	snd_seq_event_t ev;
	uint8_t chunk[CHUNK];
	int rc = may_leave(s, e);

	if (rc != 1)
		return rc;
	n = make_event(s, buf, n, chunk, &ev);
	if (ev.type == SND_SEQ_EVENT_NONE)
		return (ssize_t)n;
	rc = snd_seq_event_output_direct(s->seq, &ev);
	if (rc >= 0)
		return (ssize_t)n;
	if (rc == -EAGAIN || rc == -ENOMEM)
		return sx_fail(e, SX_EIO, 0,
		    "%s: a receiving program lost bytes: its queue is full",
		    io->name);
	return sx_fail(e, SX_EIO, -rc,
	    "%s: a connected port did not accept everything", io->name);
}

static bool
seq_any_rate(const struct midi_io *io)
{
	const struct seq *s = (const struct seq *)io;

	return !s->has_peer || alsa_seq_peer_tells(&s->peer);
}

const struct midi_io_ops midi_io_seq_ops = {
	.also = MIDI_IO_SEQUENCER,
	.takes = seq_takes,
	.list = midi_io_seq_list,
	.open = seq_open,
	.pollfds = seq_pollfds,
	.read = seq_read,
	.write = seq_write,
	.any_rate = seq_any_rate,
	.close = seq_close,
};
