/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "ports.h"
#include "say.h"
#include "sxlib/midi_io.h"
#include "user.h"

/* A card is several nodes, made one after the other, and what it may be used
 * for comes last. */
#define SETTLE_MS 150
#define AGAIN_MS  1000

struct list {
	struct midi_io_port *ports;
	size_t n;
};

/* The names that the user has for port p of the list. */
static void
print_called(struct cli *c, const struct list *l, const struct midi_io_port *p)
{
	const struct sx_named_port *named;
	const char *between = "";
	size_t n;

	named = user_ports(c, &n);
	printf(", \"called\": [");
	for (size_t i = 0; i < n; i++) {
		if (midi_io_find(l->ports, l->n, named[i].port) != p)
			continue;
		fputs(between, stdout);
		print_json_text(stdout, named[i].name);
		between = ", ";
	}
	putchar(']');
}

static void
tell(struct cli *c, const struct list *l, size_t i, const char *event)
{
	const struct midi_io_port *p = &l->ports[i];

	if (!c->json) {
		say_result(c, "%-3s  %-12s  %s  %s  %s",
		    port_direction(p->dirs), p->name, p->title, p->card_id,
		    event);
		return;
	}
	printf("{\"event\": \"%s\", ", event);
	print_port_keys(p);
	print_called(c, l, p);
	puts("}");
	flush_result(c);
}

static bool
has(const struct list *l, const struct midi_io_port *p)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->ports[i].dirs == p->dirs &&
		    strcmp(l->ports[i].name, p->name) == 0 &&
		    strcmp(l->ports[i].title, p->title) == 0 &&
		    strcmp(l->ports[i].card_id, p->card_id) == 0)
			return true;
	return false;
}

/* List again, and tell what is different. */
static int
update(struct cli *c, struct list *old, bool all, const char *plugged)
{
	struct list new = { NULL, 0 };
	struct sx_err e = { 0 };

	if (midi_io_list(&new.ports, &new.n, all ? MIDI_IO_ALL : 0, &e) == -1) {
		/* No permission yet is no reason to end. */
		if (e.code != SX_EPORT) {
			c->err = e;
			return -1;
		}
		return 0;
	}
	for (size_t i = 0; i < old->n; i++)
		if (!has(&new, &old->ports[i]))
			tell(c, old, i, "unplugged");
	for (size_t i = 0; i < new.n; i++)
		if (!has(old, &new.ports[i]))
			tell(c, &new, i, plugged);
	free(old->ports);
	*old = new;
	return 0;
}

enum status
watch_ports(struct cli *c, bool all)
{
	struct list list = { NULL, 0 };
	struct midi_io_watch *w = midi_io_watch_open(all, &c->err);
	struct pollfd fd = { .events = POLLIN };
	int ready, timeout = -1;

	if (w == NULL)
		return ST_OK;
	fd.fd = midi_io_watch_fd(w);
	if (update(c, &list, all, "there") == -1)
		goto out;
	while (c->out_errno == 0) {
		ready = poll(&fd, 1, timeout);
		if (ready == -1 && errno != EINTR) {
			sx_fail(&c->err, SX_EIO, errno,
			    "cannot wait for ports to come and go");
			break;
		}
		if (ready > 0) {
			if (midi_io_watch_clear(w))
				timeout = SETTLE_MS;
			continue;
		}
		if (update(c, &list, all, "plugged in") == -1)
			break;
		timeout = timeout == SETTLE_MS ? AGAIN_MS : -1;
	}
out:
	midi_io_watch_close(w);
	free(list.ports);
	return ST_OK;
}
