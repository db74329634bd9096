/* SPDX-License-Identifier: ISC */
/* Runs one session with all ports; each has a folder and a keeper that survives
 * disk errors. It ends on a signal, or when all named inputs have ended. */
#include <stdlib.h>
#include <string.h>

#include "watch.h"

/* A card has several nodes, created one after the other; their permissions come
 * last. */
#define SETTLE_US 150000
#define AGAIN_US  1000000
#define RETRY_US  2000000 /* for ports that are in use or missing */

enum phase {
	WATCH_RECOVER, /* recover what earlier runs have left */
	WATCH_INPUT,
	WATCH_CUT,    /* deliver what was cut */
	WATCH_SETTLE, /* make files of all dumps */
	WATCH_SUM_UP,
	WATCH_OVER
};

/* ---- Events ---- */

void
sx_watch_note(struct sx_watch *w, const struct sx_watch_event *ev)
{
	w->no_memory |= !sx_notes_add(&w->notes, ev, sizeof(*ev), ev->why);
}

static void
watch_note(struct sx_watch *w, enum sx_watch_type type, struct sx_watch_port *p)
{
	const struct sx_watch_event ev = { .type = type, .port = p };

	sx_watch_note(w, &ev);
}

static int
watch_tell(
    struct sx_watch_event *ev, enum sx_watch_type type, struct sx_watch_port *p)
{
	ev->type = type;
	ev->port = p;
	return 1;
}

/* Free what was borrowed until now. */
static void
watch_forget_given(struct sx_watch *w)
{
	if (w->given_port != NULL)
		sx_watch_free_port(w, w->given_port);
	w->given_port = NULL;
}

/* Get the next event. Those of keepers come first: they led to the rest. */
static bool
watch_next_note(struct sx_watch *w, struct sx_watch_event *ev)
{
	const struct sx_watch_event *note;
	const struct sx_err *why;

	for (struct sx_watch_port *p = w->list; p != NULL; p = p->next)
		if (sx_keeper_next(&p->keeper, &ev->keeper))
			return watch_tell(ev, SX_WATCH_KEEPER, p);
	note = sx_notes_next(&w->notes, &why);
	if (note != NULL) {
		*ev = *note;
		ev->why = why;
		return true;
	}
	if (sx_disk_next(&w->disk, &ev->disk))
		return watch_tell(ev, SX_WATCH_DISK,
		    ev->disk.of != NULL ? ev->disk.of->user : NULL);
	if (w->done != NULL) {
		w->given_port = w->done;
		w->done = w->done->next;
		return watch_tell(ev, SX_WATCH_DONE, w->given_port);
	}
	if (!w->turn)
		return false;
	w->turn = false;
	return watch_tell(ev, SX_WATCH_TURN, NULL);
}

size_t
sx_watch_ports(const struct sx_watch *w)
{
	size_t n = 0;

	for (const struct sx_watch_port *p = w->list; p != NULL; p = p->next)
		n += p->number != -1;
	return n;
}

/* ---- Input ---- */

static struct sx_watch_port *
watch_port_of(const struct sx_watch *w, int number)
{
	struct sx_watch_port *p = w->list;

	while (p != NULL && p->number != number)
		p = p->next;
	return p;
}

/* Report bytes dropped after a cut: before the next dump, and at the end. */
static void
watch_skipped(struct sx_watch *w, struct sx_watch_port *p)
{
	struct sx_traffic t;

	if (p->number == -1)
		return;
	sx_session_traffic(w->session, p->number, &t);
	sx_keeper_skipped(&p->keeper, t.skipped);
}

/* Process a step. Returns 1 if ev is to be returned. */
static int
watch_step(struct sx_watch *w, const struct sx_event *in,
    struct sx_watch_event *ev, struct sx_err *e)
{
	struct sx_watch_port *p = watch_port_of(w, in->port);
	const struct sx_step *step = &in->step;
	size_t backlog = 0, out = p->keeper.out;
	int rc;

	if (step->begins) {
		watch_skipped(w, p);
		backlog = sx_session_backlog(w->session);
	}
	rc =
	    sx_disk_step(&w->disk, &p->patient, step, in->now.mono, backlog, e);
	w->added |= p->keeper.out > out;
	if (rc == 1)
		rc = sx_session_cut(w->session, p->number, SX_END_UNKEPT, e);
	if (rc == -1 || step->kind != SX_STEP_MESSAGE ||
	    step->message->verdict == SX_KEEP)
		return rc;
	ev->message = step->message;
	return watch_tell(ev, SX_WATCH_NOT_KEPT, p);
}

/* Handle a port whose input has ended, or that is gone; it may be back
 * already. */
static void
watch_end(struct sx_watch *w, const struct sx_event *in)
{
	struct sx_watch_port *p = watch_port_of(w, in->port);
	const struct sx_watch_event ev = {
		.type = in->type == SX_EV_GONE ? SX_WATCH_GONE : SX_WATCH_ENDED,
		.port = p,
		.why = in->why
	};
	bool all = w->nports > 0;

	sx_keeper_flush(&p->keeper);
	w->added = true;
	watch_skipped(w, p);
	sx_watch_note(w, &ev);
	for (size_t i = 0; i < w->nports; i++) {
		w->ended[i] |=
		    in->type == SX_EV_END && strcmp(w->ports[i], p->key) == 0;
		all = all && w->ended[i];
	}
	sx_session_remove(w->session, p->number);
	p->number = -1;
	w->some = true;
	w->scan_at = in->now.mono + SETTLE_US;
	w->settling = true;
	if (all)
		w->phase = WATCH_SETTLE;
}

/* Cut open messages, which are kept. */
static int
watch_stop(struct sx_watch *w, struct sx_err *e)
{
	w->phase = WATCH_CUT;
	watch_note(w, SX_WATCH_STOPPING, NULL);
	for (struct sx_watch_port *p = w->list; p != NULL; p = p->next)
		if (p->number != -1 && sx_session_cut(w->session, p->number,
					   SX_END_INTERRUPTED, e) == -1)
			return -1;
	return 0;
}

static int
watch_event(struct sx_watch *w, const struct sx_event *in,
    struct sx_watch_event *ev, struct sx_err *e)
{
	switch (in->type) {
	case SX_EV_STEP:
		return watch_step(w, in, ev, e);
	case SX_EV_END:
	case SX_EV_GONE:
		watch_end(w, in);
		return 0;
	case SX_EV_WAKE:
	case SX_EV_RELOAD:
	case SX_EV_INPUT:
		if (in->watched != SX_WATCH_USER)
			return 0;
		if (!midi_io_watch_clear(w->hotplug))
			return 0;
		if (!w->settling)
			w->scan_at = in->now.mono + SETTLE_US;
		w->settling = true;
		return 0;
	case SX_EV_STOP:
		return watch_stop(w, e);
	case SX_EV_QUIET:
	case SX_EV_SENT:
	case SX_EV_SPAN:
		break;
	}
	return 0;
}

/* ---- A turn ---- */

static int
watch_scan(struct sx_watch *w, int64_t now, struct sx_err *e)
{
	if (now < w->scan_at)
		return 0;
	if (sx_watch_scan(w, !w->settling, e) == -1)
		return -1;
	w->scan_at = w->settling	   ? now + AGAIN_US
		     : w->refusals != NULL ? now + RETRY_US
					   : INT64_MAX;
	w->settling = false;
	return 0;
}

static int
watch_tick(struct sx_watch *w, struct sx_err *e)
{
	size_t backlog = sx_session_backlog(w->session), out;

	for (struct sx_watch_port *p = w->list; p != NULL; p = p->next) {
		out = p->keeper.out;
		if (sx_keeper_tick(&p->keeper, w->now.mono, backlog, e) == -1)
			return -1;
		w->added |= p->keeper.out > out;
	}
	w->after = true;
	return 0;
}

/* Finish ports that are gone and have no dumps left. */
static void
watch_collect(struct sx_watch *w)
{
	struct sx_watch_port *p, *next;

	w->some = false;
	for (p = w->list; p != NULL; p = next) {
		next = p->next;
		if (p->number == -1 && p->keeper.out + p->keeper.nback == 0)
			sx_watch_done(w, p);
	}
}

/* Do what is due, whatever has arrived. */
static int
watch_after(struct sx_watch *w, struct sx_err *e)
{
	if (watch_scan(w, w->now.mono, e) == -1)
		return -1;
	if (sx_disk_collect(&w->disk)) {
		w->some = true;
		return 0;
	}
	if (w->some)
		watch_collect(w);
	sx_disk_look(&w->disk, w->now.mono);
	w->began = w->turn = true;
	w->after = false;
	return 0;
}

static int
watch_input(struct sx_watch *w, struct sx_watch_event *ev, int64_t until,
    struct sx_err *e)
{
	struct sx_event in;
	int rc;

	if (w->after)
		return watch_after(w, e);
	until =
	    sx_earlier(until, sx_earlier(w->scan_at, sx_disk_due(&w->disk)));
	if (sx_session_next(w->session, &in, until, e) == -1)
		return -1;
	w->now = in.now;
	rc = watch_event(w, &in, ev, e);
	if (rc == -1 || w->phase != WATCH_INPUT)
		return rc;
	return watch_tick(w, e) == -1 ? -1 : rc;
}

/* ---- The beginning and the end ---- */

int
sx_watch_open(struct sx_watch *w, struct sx_err *e)
{
	w->ended = calloc(w->nports + 1, sizeof(*w->ended));
	if (w->ended == NULL)
		return sx_fail_memory(e);
	sx_disk_open(&w->disk, w->saver);
	w->numbers = sx_numbers_new(w->store.out, e);
	w->hotplug = midi_io_watch_open(sx_watch_wants_sequencer(w), e);
	if (w->numbers == NULL || w->hotplug == NULL ||
	    sx_watch_folders(w, e) == -1)
		return -1;
	sx_session_watch(
	    w->session, SX_WATCH_USER, midi_io_watch_fd(w->hotplug));
	sx_session_coalesce(w->session, w->rules.gap);
	return 0;
}

static int
watch_recover(struct sx_watch *w, struct sx_watch_event *ev, struct sx_err *e)
{
	struct sx_err why = { 0 };
	const struct sx_watch_event failed = { .type = SX_WATCH_NOT_RESCUED,
		.why = &why };
	int rc = sx_recovery_next(&w->recovery, &ev->recovered, &why);

	if (rc == 1)
		return watch_tell(ev, SX_WATCH_RESCUED, NULL);
	if (rc == -1) {
		sx_watch_note(w, &failed);
		return 0;
	}
	sx_watch_recovered(w);
	w->phase = WATCH_INPUT;
	if (sx_session_start(w->session, e) == -1)
		return -1;
	w->now = sx_now();
	return watch_tick(w, e);
}

static int
watch_rest(struct sx_watch *w, struct sx_watch_event *ev, struct sx_err *e)
{
	struct sx_event in;

	if (sx_session_step(w->session, &in))
		return watch_step(w, &in, ev, e);
	for (struct sx_watch_port *p = w->list; p != NULL; p = p->next)
		watch_skipped(w, p);
	w->phase = WATCH_SETTLE;
	return 0;
}

static int
watch_settle(struct sx_watch *w, struct sx_watch_event *ev)
{
	bool waited;

	if (!sx_disk_settle(&w->disk, &waited))
		w->phase = WATCH_SUM_UP;
	return waited ? watch_tell(ev, SX_WATCH_QUIET, NULL) : 0;
}

/* Report what still waits for the disk, one port at a time. */
static void
watch_sum_up(struct sx_watch *w)
{
	struct sx_watch_port *p = w->list;

	if (p == NULL) {
		w->phase = WATCH_OVER;
		return;
	}
	sx_disk_end(&w->disk, &p->patient);
	sx_watch_done(w, p);
}

static int
watch_phase(struct sx_watch *w, struct sx_watch_event *ev, int64_t until,
    struct sx_err *e)
{
	switch (w->phase) {
	case WATCH_RECOVER:
		return watch_recover(w, ev, e);
	case WATCH_INPUT:
		return watch_input(w, ev, until, e);
	case WATCH_CUT:
		return watch_rest(w, ev, e);
	case WATCH_SETTLE:
		return watch_settle(w, ev);
	default:
		watch_sum_up(w);
		return 0;
	}
}

/* If too many dumps wait, wait until half of them are files. */
static void
watch_room(struct sx_watch *w)
{
	w->added = sx_disk_room(&w->disk);
}

/* Whole dumps still become files, once the input has begun. */
int
sx_watch_end(struct sx_watch *w)
{
	if (!w->began)
		w->phase = WATCH_OVER;
	else if (w->phase < WATCH_SETTLE)
		w->phase = WATCH_SETTLE;
	w->added = w->after = w->turn = false;
	return -1;
}

int
sx_watch_next(struct sx_watch *w, struct sx_watch_event *ev, int64_t until,
    struct sx_err *e)
{
	int rc = 0;

	watch_forget_given(w);
	*ev = (struct sx_watch_event){ .type = SX_WATCH_QUIET };
	while (rc == 0) {
		if (watch_next_note(w, ev))
			return 1;
		if (w->no_memory) {
			w->no_memory = false;
			rc = sx_fail_memory(e);
		} else if (w->phase == WATCH_OVER) {
			return 0;
		} else if (w->added) {
			watch_room(w);
		} else {
			rc = watch_phase(w, ev, until, e);
		}
	}
	return rc == -1 ? sx_watch_end(w) : rc;
}

void
sx_watch_free(struct sx_watch *w)
{
	watch_forget_given(w);
	sx_notes_free(&w->notes);
	sx_disk_free(&w->disk);
	sx_watch_recovered(w);
	if (w->saver != NULL)
		sx_watch_free_ports(w);
	/* If the archiver hangs, what it uses is not freed. */
	if (w->saver == NULL || !w->saver->stuck)
		sx_numbers_free(w->numbers);
	midi_io_watch_close(w->hotplug);
	free(w->ended);
}
