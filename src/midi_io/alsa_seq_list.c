/* SPDX-License-Identifier: ISC */
/* Lists the ports of the ALSA sequencer, and watches for changes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "alsa_seq.h"
#include "busy.h"
#include "seq_name.h"
#include "seq_watch.h"

/* Not in the headers of all versions of alsa-lib. */
#define CAP_INACTIVE (1U << 8) /* of UMP devices: not in use */

#define READABLE (SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ)
#define WRITABLE (SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE)

/*
 * Clients of cards have the numbers 16 + 4 * card + device (sound/core/seq,
 * SNDRV_SEQ_CLIENTS_PER_CARD), and a port for each subdevice.
 */
#define FIRST_OF_CARDS	 16
#define CLIENTS_PER_CARD 4

static void
seq_list_twin(
    snd_seq_client_info_t *client, int number, struct midi_io_port *port)
{
	int card = snd_seq_client_info_get_card(client);
	int device = snd_seq_client_info_get_client(client) - FIRST_OF_CARDS -
		     card * CLIENTS_PER_CARD;

	if (snd_seq_client_info_get_type(client) != SND_SEQ_KERNEL_CLIENT ||
	    card < 0 || device < 0 || device >= CLIENTS_PER_CARD)
		return;
	snprintf(port->twin, sizeof(port->twin), "hw:%d,%d,%d", card, device,
	    number);
	hw_card_id(card, port->card_id, sizeof(port->card_id));
	hw_usb(HW_SYSFS, card, port);
}

static int
seq_list_port(snd_seq_client_info_t *client, snd_seq_port_info_t *info,
    struct midi_io_list *list, struct sx_err *e)
{
	unsigned caps = snd_seq_port_info_get_capability(info);
	unsigned type = snd_seq_port_info_get_type(info);
	int number = snd_seq_port_info_get_port(info);
	struct midi_io_port port = {
		.sequencer = true,
		.hardware = type & SND_SEQ_PORT_TYPE_HARDWARE,
		.inactive = caps & CAP_INACTIVE,
	};

	port.dirs = ((caps & READABLE) == READABLE ? MIDI_IO_IN : 0U) |
		    ((caps & WRITABLE) == WRITABLE ? MIDI_IO_OUT : 0U);
	if (port.dirs == 0 || (caps & SND_SEQ_PORT_CAP_NO_EXPORT))
		return 0;
	snprintf(port.name, sizeof(port.name), "seq:%d:%d",
	    snd_seq_client_info_get_client(client), number);
	snprintf(port.card, sizeof(port.card), "%s",
	    snd_seq_client_info_get_name(client));
	snprintf(port.title, sizeof(port.title), "%s",
	    snd_seq_port_info_get_name(info));
	if (port.hardware)
		seq_list_twin(client, number, &port);
	return midi_io_list_add(list, &port, e);
}

int
alsa_seq_add_ports(snd_seq_t *seq, struct midi_io_list *list, struct sx_err *e)
{
	snd_seq_client_info_t *client;
	snd_seq_port_info_t *port;
	int number;

	snd_seq_client_info_alloca(&client);
	snd_seq_port_info_alloca(&port);
	snd_seq_client_info_set_client(client, -1);
	while (snd_seq_query_next_client(seq, client) >= 0) {
		number = snd_seq_client_info_get_client(client);
		if (number == SND_SEQ_CLIENT_SYSTEM ||
		    snd_seq_client_info_get_pid(client) == getpid())
			continue;
		snd_seq_port_info_set_client(port, number);
		snd_seq_port_info_set_port(port, -1);
		while (snd_seq_query_next_port(seq, port) >= 0)
			if (seq_list_port(client, port, list, e) == -1)
				return -1;
	}
	return 0;
}

int
midi_io_seq_list(struct midi_io_list *list, struct sx_err *e)
{
	snd_seq_t *seq;
	int rc;

	midi_io_alsa_silence();
	rc =
	    snd_seq_open(&seq, "default", SND_SEQ_OPEN_INPUT, SND_SEQ_NONBLOCK);
	if (rc >= 0) {
		rc = alsa_seq_add_ports(seq, list, e);
		(void)snd_seq_close(seq);
	} else {
		rc = 0; /* no sequencer: no ports */
	}
	snd_config_update_free_global();
	return rc;
}

/* ---- Clients connected to a port ---- */

static void
busy_add_client(snd_seq_t *seq, int number, struct busy *b)
{
	snd_seq_client_info_t *info;
	size_t used = strlen(b->clients);
	const char *name;

	snd_seq_client_info_alloca(&info);
	if (snd_seq_get_any_client_info(seq, number, info) < 0)
		return;
	name = snd_seq_client_info_get_name(info);
	b->bridge |= busy_is_bridge(name);
	if (strstr(b->clients, name) != NULL ||
	    used + strlen(name) + 3 > sizeof(b->clients))
		return;
	snprintf(b->clients + used, sizeof(b->clients) - used, "%s%.*s",
	    used > 0 ? ", " : "", (int)strcspn(name, "\n"), name);
}

static void
busy_add_clients(snd_seq_t *seq, snd_seq_query_subs_type_t type, struct busy *b)
{
	snd_seq_query_subscribe_t *q;
	snd_seq_addr_t port;
	int client, number;

	if (!seq_address(b->seq.name, &client, &number))
		return;
	port.client = (unsigned char)client;
	port.port = (unsigned char)number;
	snd_seq_query_subscribe_alloca(&q);
	snd_seq_query_subscribe_set_root(q, &port);
	snd_seq_query_subscribe_set_type(q, type);
	for (int i = 0;; i++) {
		snd_seq_query_subscribe_set_index(q, i);
		if (snd_seq_query_port_subscribers(seq, q) < 0)
			return;
		busy_add_client(
		    seq, snd_seq_query_subscribe_get_addr(q)->client, b);
	}
}

/* Find the stream in the sequencer, and the clients connected to it there. */
static void
busy_look_at_sequencer(const struct hw_stream *s, struct busy *b)
{
	struct midi_io_list list = { 0 };
	char name[sizeof(b->seq.twin)];
	snd_seq_t *seq;

	if (snd_seq_open(
		&seq, "default", SND_SEQ_OPEN_INPUT, SND_SEQ_NONBLOCK) < 0)
		return;
	snprintf(name, sizeof(name), "hw:%d,%u,%u", s->card, s->device,
	    s->subdevice);
	(void)alsa_seq_add_ports(seq, &list, NULL);
	for (size_t i = 0; i < list.n; i++)
		if (strcmp(list.ports[i].twin, name) == 0)
			b->seq = list.ports[i];
	free(list.ports);
	busy_add_clients(seq, SND_SEQ_QUERY_SUBS_READ, b);
	busy_add_clients(seq, SND_SEQ_QUERY_SUBS_WRITE, b);
	(void)snd_seq_close(seq);
}

int
midi_io_fail_busy(const char *name, const struct hw_stream *s, struct sx_err *e)
{
	struct busy b = { .owner = "" };

	if (s->card != -1) {
		if (!hw_owner(s, b.owner))
			b.owner[0] = '\0';
		busy_look_at_sequencer(s, &b);
	}
	return busy_fail(name, &b, e);
}

/* ---- Clients that come and go ---- */

struct seq_watch {
	snd_seq_t *seq;
	int fd;
	bool has_ports[256]; /* by client number */
};

static bool
seq_watch_is_ours(struct seq_watch *w, int client)
{
	snd_seq_client_info_t *info;

	snd_seq_client_info_alloca(&info);
	return snd_seq_get_any_client_info(w->seq, client, info) == 0 &&
	       snd_seq_client_info_get_pid(info) == getpid();
}

/* Is it news about ports? Opening the sequencer to list them is not. */
static bool
seq_watch_is_news(struct seq_watch *w, const snd_seq_event_t *ev)
{
	unsigned char client = ev->data.addr.client;
	bool had = w->has_ports[client];

	switch (ev->type) {
	case SND_SEQ_EVENT_PORT_START:
	case SND_SEQ_EVENT_PORT_CHANGE:
		if (seq_watch_is_ours(w, client))
			return false;
		w->has_ports[client] = true;
		return true;
	case SND_SEQ_EVENT_PORT_EXIT:
	case SND_SEQ_EVENT_CLIENT_CHANGE:
		return had;
	case SND_SEQ_EVENT_CLIENT_EXIT:
		w->has_ports[client] = false;
		return had;
	default:
		return false;
	}
}

static void
seq_watch_note_clients(struct seq_watch *w)
{
	struct midi_io_list list = { 0 };
	int client, port;

	/* If memory runs out, clients that go are not noticed. */
	(void)alsa_seq_add_ports(w->seq, &list, NULL);
	for (size_t i = 0; i < list.n; i++)
		if (seq_address(list.ports[i].name, &client, &port))
			w->has_ports[client & 0xff] = true;
	free(list.ports);
}

static int
seq_watch_start(struct seq_watch *w)
{
	struct pollfd p = { .fd = -1 };
	int port;

	port = snd_seq_create_simple_port(w->seq, "news",
	    SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_NO_EXPORT,
	    SND_SEQ_PORT_TYPE_APPLICATION);
	if (port < 0 ||
	    snd_seq_connect_from(w->seq, port, SND_SEQ_CLIENT_SYSTEM,
		SND_SEQ_PORT_SYSTEM_ANNOUNCE) < 0 ||
	    snd_seq_poll_descriptors(w->seq, &p, 1, POLLIN) != 1)
		return -1;
	w->fd = p.fd;
	seq_watch_note_clients(w);
	return 0;
}

struct seq_watch *
seq_watch_open(void)
{
	struct seq_watch *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	midi_io_alsa_silence();
	if (snd_seq_open(
		&w->seq, "default", SND_SEQ_OPEN_INPUT, SND_SEQ_NONBLOCK) < 0) {
		free(w);
		w = NULL;
	} else if (seq_watch_start(w) == -1) {
		seq_watch_close(w);
		w = NULL;
	}
	snd_config_update_free_global();
	return w;
}

int
seq_watch_fd(const struct seq_watch *w)
{
	return w->fd;
}

bool
seq_watch_clear(struct seq_watch *w)
{
	snd_seq_event_t *ev;
	bool news = false;
	int rc;

	/* Events that did not fit may have been news. */
	while ((rc = snd_seq_event_input(w->seq, &ev)) != -EAGAIN) {
		if (rc >= 0)
			news |= seq_watch_is_news(w, ev);
		else if (rc == -ENOSPC)
			news = true;
		else if (rc != -EINTR)
			break;
	}
	return news;
}

void
seq_watch_close(struct seq_watch *w)
{
	if (w == NULL)
		return;
	(void)snd_seq_close(w->seq);
	free(w);
}
