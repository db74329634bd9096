/* SPDX-License-Identifier: ISC */
/*
 * Names a port's folder: after the user's name for the port (ports.conf), else
 * after its card's id. The kernel tells equal cards apart by adding _1 to the
 * id of the one that happens to come later; here they are told apart by their
 * USB sockets, which stay. A folder named that way is used again when the other
 * card is not there.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "watch.h"

#define CARD_ID 32

const struct sx_named_port *
sx_watch_names(struct sx_watch *w, size_t *n)
{
	struct sx_err why = { 0 };
	const struct sx_watch_event ev = { .type = SX_WATCH_WARNING,
		.why = &why };

	while (w->user != NULL && sx_user_read_ports(w->user, &why) == -1) {
		sx_watch_note(w, &ev);
		why = (struct sx_err){ 0 };
	}
	return sx_user_ports(w->user, n);
}

const struct sx_named_port *
sx_watch_name(struct sx_watch *w, const char *given)
{
	size_t n;

	(void)sx_watch_names(w, &n);
	return sx_user_port(w->user, given);
}

/* Copy the card's id without what the kernel has added. */
static void
card_base(const char *id, char buf[CARD_ID])
{
	const char *bar = strrchr(id, '_');

	snprintf(buf, CARD_ID, "%s", id);
	if (bar != NULL && bar > id && bar[1] != '\0' &&
	    bar[1 + strspn(bar + 1, "0123456789ABCDEF")] == '\0')
		buf[bar - id] = '\0';
}

/* Are they ports of one card? "hw:1,0,0" and "hw:1,0,1" are. */
static bool
same_card(const struct midi_io_port *a, const struct midi_io_port *b)
{
	size_t n = strcspn(a->name, ",");

	return n == strcspn(b->name, ",") && strncmp(a->name, b->name, n) == 0;
}

static bool
has_twin(
    const struct midi_io_port *port, const struct midi_io_port *ports, size_t n)
{
	char mine[CARD_ID], other[CARD_ID];

	card_base(port->card_id, mine);
	for (size_t i = 0; i < n; i++) {
		card_base(ports[i].card_id, other);
		if (strcmp(mine, other) == 0 && !ports[i].sequencer &&
		    !same_card(port, &ports[i]))
			return true;
	}
	return false;
}

static bool
watch_folder_exists(struct sx_watch *w, const char *folder)
{
	char path[4096];
	struct stat st;

	return snprintf(path, sizeof(path), "%s/%s", w->store.out, folder) <
		   (int)sizeof(path) &&
	       stat(path, &st) == 0;
}

/* Write the card's part of the name. */
static void
card_folder(struct sx_watch *w, const struct midi_io_port *port,
    const struct midi_io_port *ports, size_t n, char *buf, size_t size)
{
	char base[CARD_ID];

	card_base(port->card_id, base);
	if (port->socket[0] != '\0') {
		snprintf(buf, size, "%s-%s", base, port->socket);
		if (has_twin(port, ports, n) || watch_folder_exists(w, buf))
			return;
		snprintf(buf, size, "%s", base);
		return;
	}
	snprintf(buf, size, "%s", port->card_id);
}

/* Count the inputs of the port's card, or of its client. */
static size_t
watch_count_inputs(
    const struct midi_io_port *port, const struct midi_io_port *ports, size_t n)
{
	size_t inputs = 0;

	for (size_t i = 0; i < n; i++)
		inputs +=
		    (ports[i].dirs & MIDI_IO_IN) &&
		    ports[i].sequencer == port->sequencer &&
		    (port->sequencer ? strcmp(port->card, ports[i].card) == 0
				     : same_card(port, &ports[i]));
	return inputs;
}

/* Hardware has one folder, however it is reached. Ports of programs are named
 * after the programs, whatever their client numbers. */
static void
watch_folder_of_sequencer(struct sx_watch *w, const struct midi_io_port *port,
    const struct midi_io_port *ports, size_t n, char *buf, size_t size)
{
	char text[2 * sizeof(port->card)];

	for (size_t i = 0; i < n && port->twin[0] != '\0'; i++)
		if (strcmp(ports[i].name, port->twin) == 0) {
			sx_watch_folder(w, &ports[i], ports, n, buf, size);
			return;
		}
	snprintf(text, sizeof(text), "%s%s%s", port->card,
	    watch_count_inputs(port, ports, n) > 1 ? "-" : "",
	    watch_count_inputs(port, ports, n) > 1 ? port->title : "");
	sx_name_safe(buf, size, text);
	if (*buf == '\0')
		sx_name_safe(buf, size, port->name);
}

void
sx_watch_folder(struct sx_watch *w, const struct midi_io_port *port,
    const struct midi_io_port *ports, size_t n, char *buf, size_t size)
{
	const struct sx_named_port *rows;
	char text[160], card[80];
	size_t nrows;

	rows = sx_watch_names(w, &nrows);
	for (size_t i = 0; i < nrows; i++)
		if (midi_io_find(port, 1, rows[i].port) != NULL) {
			sx_name_safe(buf, size, rows[i].name);
			return;
		}
	if (port->sequencer) {
		watch_folder_of_sequencer(w, port, ports, n, buf, size);
		return;
	}
	card_folder(w, port, ports, n, card, sizeof(card));
	snprintf(text, sizeof(text), "%s%s", card,
	    watch_count_inputs(port, ports, n) > 1 ? strchr(port->name, ',')
						   : "");
	sx_name_safe(buf, size, text);
}

void
sx_watch_folder_of_spec(
    struct sx_watch *w, const char *spec, char *buf, size_t size)
{
	const struct sx_named_port *named = sx_watch_name(w, spec);
	const char *text = named != NULL ? named->name : spec;

	if (strncmp(text, "tty:", 4) == 0)
		text += strncmp(text + 4, "/dev/", 5) == 0 ? 9 : 4;
	sx_name_safe(buf, size, text);
	if (*buf == '\0')
		snprintf(buf, size, "%s", SX_WATCH_INPUT);
}
