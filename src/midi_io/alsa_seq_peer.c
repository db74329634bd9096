/* SPDX-License-Identifier: ISC */
/* The port that a "seq:" port is connected to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alsa_seq.h"
#include "seq_name.h"

/* An event takes at most this many times its bytes: UMP packets of 8 bytes hold
 * 6. */
#define GROWS 2

int
alsa_seq_find(snd_seq_t *seq, const char *spec, unsigned dirs,
    struct midi_io_port *port, struct sx_err *e)
{
	const struct midi_io_port *found = NULL;
	struct midi_io_list list = { 0 };

	if (alsa_seq_add_ports(seq, &list, e) == 0)
		found = seq_choose(list.ports, list.n, spec, dirs, e);
	if (found != NULL)
		*port = *found;
	free(list.ports);
	return found != NULL ? 0 : -1;
}

/* Return the rawmidi stream behind a hardware port. */
static struct hw_stream
peer_stream(const struct midi_io_port *port, bool input)
{
	struct hw_stream s = { .card = -1, .input = input };
	struct hw_name name;

	if (port->twin[0] == '\0' || !hw_parse(port->twin, &name))
		return s;
	s.card = (int)strtol(name.card, NULL, 10);
	s.device = name.device;
	s.subdevice = name.subdevice;
	return s;
}

static bool
peer_is_open(const struct hw_stream *s)
{
	return s->card != -1 && hw_number(s, "Buffer size") >= 0;
}

static int
peer_fail(const struct midi_io_port *port, bool input, int rc, struct sx_err *e)
{
	struct hw_stream s = peer_stream(port, input);

	switch (-rc) {
	case EBUSY:
	case EAGAIN:
		return midi_io_fail_busy(port->name, &s, e);
	case EPERM:
	case EACCES:
		return sx_fail(e, SX_EPORT, 0,
		    "%s does not let others connect to it", port->name);
	default:
		return midi_io_fail_open(
		    port->name, MIDI_IO_ALSA_GROUP, -rc, e);
	}
}

static struct seq_look
peer_look(const struct hw_stream *s)
{
	struct seq_look l;

	l.rx = hw_number(s, "Rx bytes");
	l.avail = hw_number(s, "Avail");
	l.overruns = hw_number(s, "Overruns");
	l.rx_after = hw_number(s, "Rx bytes");
	return l;
}

/* Start checking the input; base: as in struct seq_page. */
static void
peer_start(struct alsa_seq_peer *peer, int64_t base)
{
	struct seq_look l;

	if (!peer_is_open(&peer->in)) {
		peer->in.card = -1;
		return;
	}
	l = peer_look(&peer->in);
	peer->page =
	    (struct seq_page){ .size = hw_number(&peer->in, "Buffer size"),
		    .rx = l.rx,
		    .avail = l.avail,
		    .overruns = l.overruns,
		    .base = base };
}

int
alsa_seq_connect(snd_seq_t *seq, int ours, const struct midi_io_port *port,
    unsigned dirs, struct alsa_seq_peer *peer, struct sx_err *e)
{
	snd_seq_client_info_t *info;
	int64_t base = -1;
	int client, number, rc;

	if (!seq_address(port->name, &client, &number))
		return midi_io_fail_open(
		    port->name, MIDI_IO_ALSA_GROUP, ENOENT, e);
	peer->at.client = (unsigned char)client;
	peer->at.port = (unsigned char)number;
	snd_seq_client_info_alloca(&info);
	if (snd_seq_get_any_client_info(seq, client, info) == 0)
		peer->user =
		    snd_seq_client_info_get_type(info) == SND_SEQ_USER_CLIENT;
	if (dirs & MIDI_IO_OUT) {
		rc = snd_seq_connect_to(seq, ours, client, number);
		if (rc < 0)
			return peer_fail(port, false, rc, e);
	}
	peer->out = peer_stream(port, false);
	peer->in = peer_stream(port, true);
	if (!peer_is_open(&peer->out))
		peer->out.card = -1;
	/* Read the base before it is open: after that bytes may be on their
	 * way. */
	if (!peer_is_open(&peer->in))
		base = hw_number(&peer->in, "Rx bytes");
	if (dirs & MIDI_IO_IN) {
		rc = snd_seq_connect_from(seq, ours, client, number);
		if (rc < 0)
			return peer_fail(port, true, rc, e);
	}
	peer_start(peer, base);
	return 0;
}

bool
alsa_seq_connected(snd_seq_t *seq, int ours, const struct alsa_seq_peer *peer)
{
	const snd_seq_addr_t us = { (unsigned char)snd_seq_client_id(seq),
		(unsigned char)ours };
	snd_seq_port_subscribe_t *subs;

	snd_seq_port_subscribe_alloca(&subs);
	snd_seq_port_subscribe_set_sender(subs, &peer->at);
	snd_seq_port_subscribe_set_dest(subs, &us);
	return snd_seq_get_port_subscription(seq, subs) == 0;
}

bool
alsa_seq_peer_room(const struct alsa_seq_peer *peer, size_t len)
{
	int64_t room =
	    peer->out.card == -1 ? -1 : hw_number(&peer->out, "Avail");

	return room < 0 || (uint64_t)room >= GROWS * len;
}

bool
alsa_seq_peer_tells(const struct alsa_seq_peer *peer)
{
	return peer->user || peer->out.card != -1;
}

enum seq_verdict
alsa_seq_peer_look(struct alsa_seq_peer *peer, bool counted, struct seq_look *l)
{
	int64_t rx;

	l->rx = -1;
	if (peer->in.card == -1)
		return SEQ_PAGE_CLEAN;
	rx = hw_number(&peer->in, "Rx bytes");
	if (rx < 0 || !seq_page_due(&peer->page, rx, counted))
		return SEQ_PAGE_CLEAN;
	*l = peer_look(&peer->in);
	return seq_page_look(&peer->page, l);
}

bool
alsa_seq_peer_settled(
    struct alsa_seq_peer *peer, int64_t bytes, struct seq_look *l)
{
	*l = peer_look(&peer->in);
	return seq_page_look(&peer->page, l) != SEQ_PAGE_LOST &&
	       seq_page_settled(&peer->page, l, bytes);
}
