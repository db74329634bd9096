/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "sxlib/panel.h"
#include "sxlib/text.h"

#define BETWEEN " ... "

/* Return the length of the longest beginning, at most n bytes, that ends
 * between characters. */
static size_t
panel_fit(const char *text, size_t n)
{
	size_t at = 0, step;

	while (text[at] != '\0') {
		step = sx_text_utf8(text + at);
		step = step > 0 ? step : 1;
		if (at + step > n)
			break;
		at += step;
	}
	return at;
}

char *
sx_panel_text(char *buf, size_t size, const char *text)
{
	const size_t len = strlen(text), half = (size - sizeof(BETWEEN)) / 2;
	const char *rest = text + len;
	size_t first;

	if (len < size) {
		memcpy(buf, text, len + 1);
		return buf;
	}
	first = panel_fit(text, half);
	/* Do not begin inside a character. */
	for (rest -= half; ((unsigned char)*rest & 0xc0) == 0x80; rest++)
		continue;
	snprintf(buf, size, "%.*s%s%s", (int)first, text, BETWEEN, rest);
	return buf;
}

void
sx_panel_init(struct sx_panel *p, const char *command, struct sx_time now)
{
	*p = (struct sx_panel){
		.command = command, .began = now.wall, .now = now, .day = -1
	};
}

void
sx_panel_tick(struct sx_panel *p, struct sx_time now, int day, bool clock_set)
{
	p->now = now;
	p->changes += p->clock_set != clock_set;
	p->clock_set = clock_set;
	if (!clock_set || day == p->day)
		return;
	if (p->day == -1) {
		p->since_start = true;
	} else {
		p->since_start = false;
		p->today = p->damaged_today = 0;
		p->ndumps = p->ndamaged = 0;
	}
	p->day = day;
	p->changes++;
}

/* ---- Ports ---- */

static struct sx_panel_port *
panel_find(struct sx_panel *p, const char *name)
{
	char text[SX_PANEL_NAME];

	sx_panel_text(text, sizeof(text), name);
	for (size_t i = 0; i < p->nports; i++)
		if (strcmp(p->ports[i].name, text) == 0)
			return &p->ports[i];
	return NULL;
}

/* Make room for one more port, at the end: drop the one that has been gone
 * longest. Returns NULL if all are present. */
static struct sx_panel_port *
panel_new_port(struct sx_panel *p)
{
	struct sx_panel_port *old = NULL;

	if (p->nports < SX_PANEL_PORTS)
		return &p->ports[p->nports++];
	for (size_t i = 0; i < p->nports; i++)
		if (!p->ports[i].there &&
		    (old == NULL || p->ports[i].seen < old->seen))
			old = &p->ports[i];
	if (old == NULL)
		return NULL;
	memmove(old, old + 1,
	    (size_t)(p->ports + SX_PANEL_PORTS - old - 1) * sizeof(*old));
	return &p->ports[SX_PANEL_PORTS - 1];
}

void
sx_panel_port(struct sx_panel *p, const char *name, const char *role,
    bool there, bool heard)
{
	struct sx_panel_port *port = panel_find(p, name);

	if (port == NULL) {
		port = panel_new_port(p);
		if (port == NULL)
			return;
		*port = (struct sx_panel_port){ .role = role };
		sx_panel_text(port->name, sizeof(port->name), name);
	}
	/* Counting restarts. */
	if (there && !port->there)
		port->bytes = port->clock = 0;
	if (!there)
		port->incoming = 0;
	port->there = there;
	port->heard = heard;
	port->seen = ++p->ports_seen;
	p->changes++;
}

void
sx_panel_traffic(struct sx_panel *p, const char *name, uint64_t bytes,
    uint64_t clock, int64_t now)
{
	struct sx_panel_port *port = panel_find(p, name);
	bool ticked;

	if (port == NULL || !port->heard)
		return;
	/* Only the start and end of a clock, and the first byte after a pause,
	 * are changes. */
	ticked =
	    port->clock_at != 0 && now - port->clock_at < SX_PANEL_CLOCK_US;
	if (clock != port->clock) {
		p->changes += !ticked;
		port->clock_at = now;
	} else if (port->clock_at != 0 && !ticked) {
		p->changes++;
		port->clock_at = 0;
	}
	if (bytes != port->bytes) {
		p->changes += port->byte_at == 0 ||
			      now - port->byte_at >= SX_PANEL_PAUSE_US;
		port->byte_at = now;
	}
	port->bytes = bytes;
	port->clock = clock;
}

void
sx_panel_incoming(struct sx_panel *p, const char *name, uint64_t bytes)
{
	struct sx_panel_port *port = panel_find(p, name);

	if (port == NULL || port->incoming == bytes)
		return;
	port->incoming = bytes;
	p->changes++;
}

/* ---- Dumps, triggers, disk ---- */

/* Insert at the front; the oldest one drops out. */
static void
panel_push(struct sx_panel_dump *list, size_t *n, size_t most,
    const struct sx_panel_dump *dump)
{
	*n += *n < most;
	memmove(list + 1, list, (*n - 1) * sizeof(*list));
	list[0] = *dump;
}

void
sx_panel_add(struct sx_panel *p, const struct sx_panel_dump *dump)
{
	const bool hurt = dump->verdict != SX_PANEL_WHOLE;

	if (hurt)
		panel_push(p->damaged, &p->ndamaged, SX_PANEL_DAMAGED, dump);
	if (dump->verdict != SX_PANEL_LOSS) {
		panel_push(p->dumps, &p->ndumps, SX_PANEL_DUMPS, dump);
		p->today++;
		p->damaged_today += hurt;
	}
	p->last = *dump;
	p->alarm = hurt;
	p->signs += !hurt;
	p->changes++;
}

void
sx_panel_unrecovered(struct sx_panel *p, const char *why)
{
	if (p->unrecovered++ == 0)
		sx_panel_text(
		    p->unrecovered_why, sizeof(p->unrecovered_why), why);
	p->changes++;
}

void
sx_panel_triggered(struct sx_panel *p, const struct sx_panel_trigger *trigger)
{
	p->trigger = *trigger;
	/* A repeated or superseded trigger tells nothing about its port. */
	if (trigger->failed || trigger->sent)
		p->unplugged = trigger->failed;
	p->signs += trigger->sent;
	p->changes++;
}

void
sx_panel_disk(struct sx_panel *p, const struct sx_panel_disk *disk)
{
	struct sx_panel_disk *old = &p->disk;

	if (old->low == disk->low && old->full == disk->full &&
	    old->stuck == disk->stuck && old->waiting == disk->waiting &&
	    old->lost == disk->lost)
		return;
	old->low = disk->low;
	old->full = disk->full;
	old->stuck = disk->stuck;
	old->waiting = disk->waiting;
	old->lost = disk->lost;
	p->changes++;
}

void
sx_panel_stop(struct sx_panel *p, struct sx_time now)
{
	p->now = now;
	p->stopped = true;
	for (size_t i = 0; i < p->nports; i++)
		p->ports[i].incoming = 0;
	p->changes++;
}

struct sx_led_view
sx_panel_led(const struct sx_panel *p)
{
	struct sx_led_view view = { .trouble = p->disk.full || p->disk.stuck,
		.stopped = p->stopped,
		.damaged = p->alarm || p->unplugged,
		.saved = p->signs };

	for (size_t i = 0; i < p->nports; i++)
		view.receiving |= p->ports[i].incoming > 0;
	return view;
}
