/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watch.h"

#define ALL_CARDS "hw:"

/* Return the port that --port means: it also takes the user's names. */
static const char *
spec_of(struct sx_watch *w, const char *given)
{
	const struct sx_named_port *named = sx_watch_name(w, given);

	return named != NULL ? named->port : given;
}

/* Is it a port that does not come and go in the list? */
static bool
is_unlisted(const char *spec)
{
	return strcmp(spec, "-") == 0 || strcmp(spec, "virtual") == 0 ||
	       strncmp(spec, "tty:", 4) == 0 || strncmp(spec, "sim:", 4) == 0;
}

bool
sx_watch_wants_sequencer(struct sx_watch *w)
{
	const char *spec;

	for (size_t i = 0; i < w->nports; i++) {
		spec = spec_of(w, w->ports[i]);
		if (!is_unlisted(spec) && strncmp(spec, ALL_CARDS, 3) != 0 &&
		    strncmp(spec, "usb:", 4) != 0)
			return true;
	}
	return w->nports == 0 && w->sequencer;
}

/* Does one of the names mean this port? A name may mean several ports. */
static bool
one_means(struct sx_watch *w, const char *const *names, size_t n,
    const struct midi_io_port *port)
{
	for (size_t i = 0; i < n; i++)
		if ((strcmp(names[i], ALL_CARDS) == 0 && !port->sequencer) ||
		    midi_io_find(port, 1, spec_of(w, names[i])) != NULL)
			return true;
	return false;
}

static bool
watch_is_wanted(struct sx_watch *w, const struct midi_io_port *port)
{
	if (!(port->dirs & MIDI_IO_IN) || port->simulated ||
	    one_means(w, w->not_ports, w->nnot_ports, port))
		return false;
	if (w->nports > 0)
		return one_means(w, w->ports, w->nports, port);
	return port->hardware && port->sequencer == w->sequencer;
}

static bool
watch_is_open(struct sx_watch *w, const char *key)
{
	for (const struct sx_watch_port *p = w->list; p != NULL; p = p->next)
		if (p->number != -1 && strcmp(p->key, key) == 0)
			return true;
	return false;
}

/* ---- Ports that cannot be opened ---- */

struct sx_watch_refusal {
	struct sx_watch_refusal *next;
	char key[MIDI_IO_NAME];
	bool told, seen;
};

/* Should this refusal be reported now? */
static bool
watch_refuse(struct sx_watch *w, const char *key, bool tell_why)
{
	struct sx_watch_refusal *r = w->refusals;

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
	if (r->told || !tell_why)
		return false;
	r->told = true;
	return true;
}

/* Forget refusals that this scan did not meet. */
static void
forget_refusals(struct sx_watch *w)
{
	struct sx_watch_refusal **link = &w->refusals, *r;

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

void
sx_watch_free_port(struct sx_watch *w, struct sx_watch_port *p)
{
	/* If the archiver hangs, what it uses is not freed. */
	if (w->saver->stuck)
		return;
	sx_keeper_free(&p->keeper);
	sx_store_close(p->keeper.store);
	free(p);
}

/* Create a port with a keeper for its dumps, with or without a disk. */
static struct sx_watch_port *
new_port(
    struct sx_watch *w, const char *key, const char *folder, struct sx_err *e)
{
	struct sx_watch_port *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	snprintf(p->key, sizeof(p->key), "%s", key);
	snprintf(p->folder, sizeof(p->folder), "%s", folder);
	p->keeper = (struct sx_keeper){ .store = sx_watch_store(w, folder, e),
		.archiver = w->saver->archiver,
		.max_dump = w->max_dump,
		.reserve = w->reserve };
	if (p->keeper.store == NULL) {
		free(p);
		return NULL;
	}
	p->patient = (struct sx_disk_keeper){
		.k = &p->keeper, .key = p->key, .user = p
	};
	return p;
}

/* Handle a port that cannot be opened. Returns -1 and sets e if a retry makes
 * no sense. */
static int
watch_refused(struct sx_watch *w, const char *key, bool tell_why,
    const struct sx_err *why, struct sx_err *e)
{
	const struct sx_watch_event ev = { .type = SX_WATCH_REFUSED,
		.why = why };

	if (why->code == SX_EUSAGE || why->code == SX_ENOMEM) {
		*e = *why;
		return -1;
	}
	if (watch_refuse(w, key, tell_why))
		sx_watch_note(w, &ev);
	return 0;
}

/* Open a port. No input is missed once this returns. */
static int
watch_open_port(struct sx_watch *w, const char *key, const char *spec,
    const char *folder, bool tell_why, struct sx_err *e)
{
	struct sx_watch_event ev = { .type = SX_WATCH_LISTENING };
	struct sx_err why = { 0 };
	struct midi_io *io = midi_io_open(spec, MIDI_IO_IN, &why);
	struct sx_watch_port *p, **last;

	if (io == NULL)
		return watch_refused(w, key, tell_why, &why, e);
	p = new_port(w, key, folder, e);
	if (p == NULL) {
		midi_io_close(io);
		return -1;
	}
	snprintf(p->name, sizeof(p->name), "%s", midi_io_name(io));
	p->remark = midi_io_remark(io);
	p->number = sx_session_add(w->session, io, &w->rules, &why);
	if (p->number == -1) {
		sx_watch_free_port(w, p);
		return watch_refused(w, key, tell_why, &why, e);
	}
	for (last = &w->list; *last != NULL;)
		last = &(*last)->next;
	*last = p;
	sx_disk_add(&w->disk, &p->patient);
	ev.port = p;
	sx_watch_note(w, &ev);
	return 0;
}

void
sx_watch_done(struct sx_watch *w, struct sx_watch_port *p)
{
	struct sx_watch_port **link = &w->list;

	sx_disk_remove(&w->disk, &p->patient);
	while (*link != p)
		link = &(*link)->next;
	*link = p->next;
	for (link = &w->done; *link != NULL;)
		link = &(*link)->next;
	*link = p;
	p->next = NULL;
}

void
sx_watch_free_ports(struct sx_watch *w)
{
	struct sx_watch_port *p;
	struct sx_watch_refusal *r;

	while ((p = w->list) != NULL)
		sx_watch_done(w, p);
	while ((p = w->done) != NULL) {
		w->done = p->next;
		sx_watch_free_port(w, p);
	}
	while ((r = w->refusals) != NULL) {
		w->refusals = r->next;
		free(r);
	}
}

/* ---- Scanning ---- */

/* Identify a card by its id: its number may be another card's by now. */
static void
key_of(const struct midi_io_port *port, char *buf, size_t size)
{
	const char *comma = strchr(port->name, ',');

	if (port->sequencer)
		snprintf(buf, size, "%s", port->name);
	else
		snprintf(buf, size, "hw:%s%s", port->card_id,
		    comma != NULL ? comma : "");
}

static int
scan_listed(struct sx_watch *w, bool tell_why, struct sx_err *e)
{
	struct midi_io_port *ports;
	struct sx_err why = { 0 };
	char key[MIDI_IO_NAME], folder[128];
	int rc = 0;
	unsigned also = sx_watch_wants_sequencer(w) ? MIDI_IO_SEQUENCER : 0;
	size_t n;

	if (midi_io_list(&ports, &n, also, &why) == -1)
		return watch_refused(w, "", tell_why, &why, e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		key_of(&ports[i], key, sizeof(key));
		if (!watch_is_wanted(w, &ports[i]) || watch_is_open(w, key))
			continue;
		sx_watch_folder(w, &ports[i], ports, n, folder, sizeof(folder));
		rc = watch_open_port(w, key, key, folder, tell_why, e);
	}
	free(ports);
	return rc;
}

static int
scan_unlisted(struct sx_watch *w, bool tell_why, struct sx_err *e)
{
	char folder[128];

	for (size_t i = 0; i < w->nports; i++) {
		const char *spec = spec_of(w, w->ports[i]);

		if (!is_unlisted(spec) || w->ended[i] || watch_is_open(w, spec))
			continue;
		sx_watch_folder_of_spec(w, w->ports[i], folder, sizeof(folder));
		if (watch_open_port(w, spec, spec, folder, tell_why, e) == -1)
			return -1;
	}
	return 0;
}

int
sx_watch_scan(struct sx_watch *w, bool tell_why, struct sx_err *e)
{
	if (scan_unlisted(w, tell_why, e) == -1 ||
	    scan_listed(w, tell_why, e) == -1)
		return -1;
	forget_refusals(w);
	return 0;
}
