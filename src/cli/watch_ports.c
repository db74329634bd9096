/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "watch.h"

#define ALL_CARDS "hw:"

/* What --port takes may be a name of the user's. */
static const char *
spec_of(const struct watch *w, const char *given)
{
	const struct sx_named_port *named = own_port(w->c, given);

	return named != NULL ? named->port : given;
}

/* Is it a port by itself, and none of those that come and go in the list? */
static bool
is_unlisted(const char *spec)
{
	return strcmp(spec, "-") == 0 || strcmp(spec, "virtual") == 0 ||
	       strncmp(spec, "tty:", 4) == 0 || strncmp(spec, "sim:", 4) == 0;
}

/* Does one of the names mean this port? More than one port may be meant. */
static bool
one_means(const struct watch *w, const char *const *names, size_t n,
    const struct midi_io_port *port)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], ALL_CARDS) == 0 ||
		    midi_io_find(port, 1, spec_of(w, names[i])) != NULL)
			return true;
	return false;
}

static bool
is_wanted(const struct watch *w, const struct midi_io_port *port)
{
	return (port->dirs & MIDI_IO_IN) && !port->simulated &&
	       !one_means(w, w->o.not_ports, w->o.nnot_ports, port) &&
	       (w->o.nports == 0 ||
		   one_means(w, w->o.ports, w->o.nports, port));
}

static bool
is_open(const struct watch *w, const char *key)
{
	for (const struct watch_port *p = w->ports; p != NULL; p = p->next)
		if (p->number != -1 && strcmp(p->key, key) == 0)
			return true;
	return false;
}

/* ---- Ports that cannot be opened ---- */

/* Say it when it is news; true: it is. */
static bool
refuse(struct watch *w, const char *key, bool say_why)
{
	struct watch_refusal *r = w->refusals;

	while (r != NULL && strcmp(r->key, key) != 0)
		r = r->next;
	if (r == NULL && (r = calloc(1, sizeof(*r))) != NULL) {
		snprintf(r->key, sizeof(r->key), "%s", key);
		r->next = w->refusals;
		w->refusals = r;
	}
	if (r == NULL)
		return false;
	r->seen = true;
	if (r->said || !say_why)
		return false;
	r->said = true;
	return true;
}

/* Those that were not met in this round are no more. */
static void
forget_refusals(struct watch *w)
{
	struct watch_refusal **link = &w->refusals, *r;

	while ((r = *link) != NULL) {
		if (r->seen) {
			r->seen = false;
			link = &r->next;
			continue;
		}
		*link = r->next;
		free(r);
	}
}

/* ---- Opening and closing ---- */

static void
free_port(struct watch_port *p)
{
	keeper_free(&p->keeper);
	sx_store_close(p->keeper.store);
	free(p);
}

/* A place for the dumps of a port, whether there is a disk now or not. */
static struct watch_port *
new_port(struct watch *w, const char *key, const char *folder)
{
	struct watch_port *p = calloc(1, sizeof(*p));
	struct sx_store_opts o = w->o.receive.store;
	struct keeper *k;
	char *out = NULL;

	if (p == NULL || asprintf(&out, "%s/%s/", o.out, folder) == -1) {
		free(p);
		sx_fail_memory(&w->c->err);
		return NULL;
	}
	snprintf(p->key, sizeof(p->key), "%s", key);
	snprintf(p->folder, sizeof(p->folder), "%s", folder);
	o.out = out;
	o.counter = &w->counter;
	k = &p->keeper;
	*k = (struct keeper){ .c = w->c,
		.o = &w->o.receive,
		.port_name = p->name,
		.said_as = p->folder,
		.store = sx_store_open(&o, &w->c->err),
		.sync_at = INT64_MAX,
		.patient = true };
	free(out);
	if (k->store == NULL) {
		free(p);
		return NULL;
	}
	(void)keeper_retry(k);
	return p;
}

/* Open one. It is listened to when this returns. */
static int
open_port(struct watch *w, const char *key, const char *spec,
    const char *folder, bool say_why)
{
	struct sx_err e = { 0 };
	struct midi_io *io = midi_io_open(spec, MIDI_IO_IN, &e);
	struct watch_port *p, **last;

	if (io == NULL)
		goto refused;
	p = new_port(w, key, folder);
	if (p == NULL) {
		midi_io_close(io);
		return -1;
	}
	snprintf(p->name, sizeof(p->name), "%s", midi_io_name(io));
	p->number = sx_session_add(w->session, io, &w->o.receive.rules, &e);
	if (p->number == -1) {
		free_port(p);
		goto refused;
	}
	for (last = &w->ports; *last != NULL;)
		last = &(*last)->next;
	*last = p;
	say(w->c, "listening on %s: %s/%s/", p->name, w->o.receive.store.out,
	    folder);
	return 0;
refused:
	if (e.code == SX_EUSAGE || e.code == SX_ENOMEM) {
		w->c->err = e;
		return -1;
	}
	if (refuse(w, key, say_why))
		warn_error(w->c, &e);
	return 0;
}

void
watch_sum_up(struct watch *w, const struct watch_port *p)
{
	const struct keeper *k = &p->keeper;

	if (k->nwaiting > 0 || k->lost > 0)
		w->status = status_worse(w->status, ST_FAILED);
	if (keeper_hurt(k))
		w->status = status_worse(w->status, ST_DAMAGED);
	keeper_say_rest(k);
}

void
watch_gone(struct watch *w, struct watch_port *p)
{
	struct watch_port **link = &w->ports;

	if (p->number != -1)
		sx_session_remove(w->session, p->number);
	p->number = -1;
	if (p->keeper.nwaiting > 0)
		return;
	watch_sum_up(w, p);
	while (*link != p)
		link = &(*link)->next;
	*link = p->next;
	free_port(p);
}

void
watch_free_ports(struct watch *w)
{
	struct watch_port *p;
	struct watch_refusal *r;

	while ((p = w->ports) != NULL) {
		w->ports = p->next;
		free_port(p);
	}
	while ((r = w->refusals) != NULL) {
		w->refusals = r->next;
		free(r);
	}
}

/* ---- Looking for ports ---- */

/* By the card's id: its number may be another card's by now. */
static void
key_of(const struct midi_io_port *port, char *buf, size_t size)
{
	const char *comma = strchr(port->name, ',');

	snprintf(
	    buf, size, "hw:%s%s", port->card_id, comma != NULL ? comma : "");
}

static int
scan_listed(struct watch *w, bool say_why)
{
	struct midi_io_port *ports;
	struct sx_err e = { 0 };
	char key[128], folder[128];
	int rc = 0;
	size_t n;

	if (midi_io_list(&ports, &n, false, &e) == -1) {
		if (e.code == SX_ENOMEM) {
			w->c->err = e;
			return -1;
		}
		if (refuse(w, "", say_why))
			warn_error(w->c, &e);
		return 0;
	}
	for (size_t i = 0; rc == 0 && i < n; i++) {
		key_of(&ports[i], key, sizeof(key));
		if (!is_wanted(w, &ports[i]) || is_open(w, key))
			continue;
		watch_folder(w, &ports[i], ports, n, folder, sizeof(folder));
		rc = open_port(w, key, key, folder, say_why);
	}
	free(ports);
	return rc;
}

static int
scan_unlisted(struct watch *w, bool say_why)
{
	char folder[128];

	for (size_t i = 0; i < w->o.nports; i++) {
		const char *spec = spec_of(w, w->o.ports[i]);

		if (!is_unlisted(spec) || w->ended[i] || is_open(w, spec))
			continue;
		watch_folder_of_spec(w, w->o.ports[i], folder, sizeof(folder));
		if (open_port(w, spec, spec, folder, say_why) == -1)
			return -1;
	}
	return 0;
}

int
watch_scan(struct watch *w, bool say_why)
{
	if (scan_unlisted(w, say_why) == -1 || scan_listed(w, say_why) == -1)
		return -1;
	forget_refusals(w);
	return 0;
}
