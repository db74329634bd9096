/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "sxlib/notify.h"
#include "sxlib/sandbox.h"
#include "sxlib/show.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"
#include "watch.h"

struct watch {
	struct cli *c;
	struct watch_opts o;
	struct sx_session *session;
	struct finisher finisher;
	struct sx_watch watch;
	struct sx_display display;
	int notify;
	bool ready;
	char last[656];		/* the last dump and its folder */
	char status_text[1536]; /* last status sent to the service manager */
	enum status status;
};

static void
watch_worsen(struct watch *w, enum status status)
{
	w->status = status_worse(w->status, status);
}

/* ---- Service manager ---- */

/* Describe the problem of the disk; "" if there is none. */
static void
watch_disk_state(const struct sx_disk *d, const struct sx_disk_totals *t,
    char *buf, size_t size)
{
	buf[0] = '\0';
	if (d->in_trouble)
		snprintf(buf, size,
		    "; disk error: %zu dump%s (%" PRIu64 " KiB) in memory",
		    t->back, plural(t->back), (t->bytes + 1023) >> 10);
	else if (d->stuck)
		snprintf(buf, size,
		    "; disk not responding: %zu dump%s without a name", t->out,
		    plural(t->out));
	else if (t->low)
		snprintf(buf, size, "; the disk is nearly full");
}

/* Send the status when it has changed. */
static void
watch_tell_news(struct watch *w)
{
	struct sx_disk_totals t = sx_disk_total(&w->watch.disk);
	size_t ports = sx_watch_ports(&w->watch);
	char text[sizeof(w->status_text)], disk[160], lost[64] = "";
	char dumps[64], hook[SX_HOOK_STATE] = "";

	watch_disk_state(&w->watch.disk, &t, disk, sizeof(disk));
	if (w->finisher.hook != NULL)
		sx_hook_state(hook, w->finisher.hook);
	if (t.lost > 0)
		snprintf(lost, sizeof(lost), "; %zu LOST", t.lost);
	if (t.files == 0)
		snprintf(dumps, sizeof(dumps), "no dumps yet");
	else
		snprintf(dumps, sizeof(dumps), "%zu dump%s", t.files,
		    plural(t.files));
	snprintf(text, sizeof(text), "%zu port%s, %s%s%s%s%s%s%s", ports,
	    plural(ports), dumps, lost, disk, hook[0] != '\0' ? "; " : "", hook,
	    w->last[0] != '\0' ? "; last: " : "", w->last);
	if (strcmp(text, w->status_text) == 0)
		return;
	memcpy(w->status_text, text, sizeof(text));
	sx_notify(w->notify, "STATUS=%s", text);
}

static void
watch_tell_status(struct watch *w)
{
	if (w->notify != -1)
		watch_tell_news(w);
}

/* ---- Events ---- */

/* Return the port's teller; it gets one in any case. Returns NULL and sets
 * c->err if memory runs out. */
static struct teller *
watch_teller_of(struct watch *w, struct sx_watch_port *p)
{
	struct teller *t = p->user;

	if (t != NULL)
		return t;
	t = p->user = calloc(1, sizeof(*t));
	if (t == NULL) {
		sx_fail_memory(&w->c->err);
		return NULL;
	}
	*t = (struct teller){ .c = w->c,
		.k = &p->keeper,
		.label = w->o.receive.store.label,
		.port_name = p->name,
		.said_as = p->folder,
		.hook = w->finisher.hook,
		.panel = sx_display_panel(&w->display),
		.out = w->o.receive.store.out };
	return t;
}

static void
watch_tell_keeper(
    struct watch *w, struct teller *t, const struct sx_keeper_event *ev)
{
	(void)tell(t, ev);
	if (ev->type == SX_KEEPER_KEPT)
		snprintf(
		    w->last, sizeof(w->last), "%s: %s", t->said_as, t->last);
}

static void
watch_free_teller(struct sx_watch_port *p)
{
	struct teller *t = p->user;

	if (t != NULL)
		teller_free(t);
	free(t);
	p->user = NULL;
}

/* Report what a port did not keep, and count losses and damage in the exit
 * status. */
static void
watch_tell_done(struct watch *w, struct sx_watch_port *p, struct teller *t)
{
	watch_worsen(w, tell_over(t));
	watch_free_teller(p);
}

static void
watch_tell_turn(struct watch *w)
{
	watch_tell_status(w);
	if (w->ready)
		return;
	w->ready = true;
	if (w->watch.list == NULL)
		say(w->c, "no input port: waiting for one");
	sx_notify(w->notify, "READY=1");
}

static void
watch_tell_port(
    struct watch *w, const struct sx_watch_event *ev, struct teller *t)
{
	const char *out = w->o.receive.store.out;
	struct sx_watch_port *p = ev->port;

	switch (ev->type) {
	case SX_WATCH_LISTENING:
		user_port_warn(w->c, p->name, p->remark);
		say(w->c, "listening on %s: %s%s%s/", p->name, out,
		    sx_path_slash(out), p->folder);
		break;
	case SX_WATCH_KEEPER:
		watch_tell_keeper(w, t, &ev->keeper);
		break;
	case SX_WATCH_NOT_KEPT:
		tell_message(t, ev->message);
		break;
	case SX_WATCH_ENDED:
		watch_tell_status(w);
		break;
	case SX_WATCH_GONE:
		say(w->c, "%s: %s", p->folder, ev->why->msg);
		watch_tell_status(w);
		break;
	case SX_WATCH_DONE:
		watch_tell_done(w, p, t);
		break;
	default:
		break;
	}
}

static void
watch_not_rescued(struct watch *w, const struct sx_err *why)
{
	struct sx_err e = *why;

	warn_rescue(w->c, &e);
}

/* Returns -1 and sets c->err if memory runs out. */
static int
watch_tell_event(struct watch *w, const struct sx_watch_event *ev)
{
	struct teller *t = NULL;

	if (ev->port != NULL) {
		t = watch_teller_of(w, ev->port);
		if (t == NULL)
			return -1;
		watch_tell_port(w, ev, t);
	}
	switch (ev->type) {
	case SX_WATCH_TURN:
		watch_tell_turn(w);
		break;
	case SX_WATCH_RESCUED:
		tell_recovery(w->c, ev->recovered);
		break;
	case SX_WATCH_NOT_RESCUED:
		watch_not_rescued(w, ev->why);
		break;
	case SX_WATCH_WARNING:
	case SX_WATCH_REFUSED:
		(void)warn_of(w->c, ev->why);
		break;
	case SX_WATCH_DISK:
		tell_disk(w->c, t, w->watch.saver, &ev->disk);
		break;
	case SX_WATCH_STOPPING:
		sx_notify(w->notify, "STOPPING=1");
		break;
	default:
		break;
	}
	return 0;
}

static int64_t
watch_until(const struct watch *w)
{
	return sx_earlier(
	    finisher_due(&w->finisher), sx_display_due(&w->display));
}

/* Watch until the end; then all complete dumps are files, even after a
 * failure. */
static void
watch(struct watch *w)
{
	struct sx_watch_event ev;
	int rc;

	do {
		rc = sx_watch_next(&w->watch, &ev, watch_until(w), &w->c->err);
		if (rc == 1 && ev.type <= SX_WATCH_TURN)
			finisher_step(&w->finisher);
		if (rc == 1 && watch_tell_event(w, &ev) == -1)
			rc = sx_watch_end(&w->watch);
		if (rc == 1)
			sx_show_watch(&w->display, &w->watch, &ev);
		if (sx_display_panel(&w->display) != NULL)
			panel_tell(w->c, &w->display);
		/* Before the start, the error's own status is enough. */
		if (rc == -1 && w->ready)
			watch_worsen(w, ST_FAILED);
	} while (rc != 0);
	if (w->watch.saver->left > 0)
		watch_worsen(w, ST_INCOMPLETE);
}

/* ---- Start and end ---- */

static int
watch_start(struct watch *w)
{
	const struct receive_opts *o = &w->o.receive;
	struct sx_err *e = &w->c->err;

	w->o.receive.rules.devices = user_devices(w->c);
	/* Before any thread starts. Not with --exec: a program would inherit
	 * it. */
	if (o->exec == NULL)
		sx_sandbox();
	w->session = sx_session_new(e);
	w->o.panel.command = w->c->command->name;
	w->o.panel.disk = o->store.out;
	w->o.panel.reserve = w->o.reserve;
	if (w->session == NULL ||
	    sx_display_open(&w->display, &w->o.panel, e) == -1 ||
	    finisher_open(
		&w->finisher, w->c, w->session, o->exec, o->exec_timeout) == -1)
		return -1;
	w->watch = (struct sx_watch){ .session = w->session,
		.saver = &w->finisher.saver,
		.user = user_of(w->c),
		.rules = o->rules,
		.store = o->store,
		.max_dump = o->max_dump,
		.reserve = w->o.reserve,
		.sequencer = w->o.sequencer,
		.ports = w->o.ports,
		.nports = w->o.nports,
		.not_ports = w->o.not_ports,
		.nnot_ports = w->o.nnot_ports };
	if (sx_watch_open(&w->watch, e) == -1)
		return -1;
	if (w->o.sequencer)
		say(w->c, "listening through the sequencer: other programs can "
			  "use the ports, too");
	w->notify = sx_notify_open();
	if (w->notify != -1)
		sx_session_beat(
		    w->session, w->notify, "WATCHDOG=1", sx_notify_watchdog());
	return 0;
}

static enum status
run_watch(struct cli *c)
{
	struct watch w = { .c = c, .notify = -1 };

	if (watch_parse(c, &w.o) == 0 && watch_start(&w) == 0) {
		watch(&w);
		if (w.ready)
			finisher_end(&w.finisher);
	}
	panel_close(c, &w.display);
	for (struct sx_watch_port *p = w.watch.list; p != NULL; p = p->next)
		watch_free_teller(p);
	sx_watch_free(&w.watch);
	finisher_free(&w.finisher);
	sx_session_close(w.session);
	if (w.notify != -1)
		close(w.notify);
	free(w.o.ports);
	free(w.o.not_ports);
	free((void *)(uintptr_t)w.o.receive.rules.makers);
	return w.status;
}

const struct command cmd_watch = {
	.name = "watch",
	.synopsis = "--out DIR [options]",
	.summary =
	    "Keep dumps from all ports, including those plugged in later",
	.options = watch_options,
	.run = run_watch,
};
