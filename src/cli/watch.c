/* SPDX-License-Identifier: ISC */
/*
 * One session with all the ports that there are; each has a folder and a keeper
 * that outlives its disk. Nothing here ends the loop but a signal.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "notify.h"
#include "own.h"
#include "watch.h"

/* A card is several nodes, made one after the other, and what they may be used
 * for comes last. */
#define SETTLE_US 150000
#define AGAIN_US  1000000
#define RETRY_US  2000000 /* ports that are in use, or not there */
#define DISK_US	  1000000

static void
tell_status(const struct watch *w)
{
	const struct watch_port *p;
	size_t open = 0, wait = 0;

	for (p = w->ports; p != NULL; p = p->next) {
		open += p->number != -1;
		wait += p->keeper.nwaiting;
	}
	if (w->in_trouble)
		notify(w->notify,
		    "STATUS=%zu port%s; the disk takes nothing, %zu dump%s "
		    "wait in memory",
		    open, plural(open), wait, plural(wait));
	else if (w->files == 0)
		notify(w->notify, "STATUS=%zu port%s, no dump yet", open,
		    plural(open));
	else
		notify(w->notify, "STATUS=%zu port%s, %zu dump%s; last: %s",
		    open, plural(open), w->files, plural(w->files), w->last);
}

/* ---- Dumps, and the disk ---- */

/* Make files of what waits on a port, and remember what came last. */
static void
settle(struct watch *w, struct watch_port *p, bool again)
{
	size_t before = p->keeper.nwaiting, kept;

	if (again)
		(void)keeper_retry(&p->keeper);
	else
		(void)keeper_settle(&p->keeper);
	kept = before - p->keeper.nwaiting;
	if (kept == 0)
		return;
	w->files += kept;
	snprintf(w->last, sizeof(w->last), "%s: %s", p->folder, p->keeper.last);
	tell_status(w);
}

/* Do dumps wait that came from the same port, before it was unplugged? */
static bool
is_behind(const struct watch *w, const struct watch_port *p)
{
	for (const struct watch_port *q = w->ports; q != p; q = q->next)
		if (q->keeper.nwaiting > 0 && strcmp(q->key, p->key) == 0)
			return true;
	return false;
}

/* Try again where the disk has failed. The first of what is still in the way,
 * or NULL. */
static const struct sx_err *
retry(struct watch *w)
{
	const struct sx_err *trouble = NULL;
	struct watch_port *p, *next;

	for (p = w->ports; p != NULL; p = next) {
		next = p->next;
		if ((p->keeper.trouble.code != SX_OK ||
			p->keeper.nwaiting > 0) &&
		    !is_behind(w, p))
			settle(w, p, true);
		if (trouble == NULL && p->keeper.trouble.code != SX_OK)
			trouble = &p->keeper.trouble;
		if (p->number == -1)
			watch_gone(w, p);
	}
	return trouble;
}

/* A failure is tried again at once, said when that fails too, and then tried
 * again every second. */
static void
look_at_disk(struct watch *w, int64_t now)
{
	const struct sx_err *trouble = NULL;
	struct sx_err e;

	for (struct watch_port *p = w->ports; p != NULL; p = p->next)
		if (p->keeper.trouble.code != SX_OK)
			trouble = &p->keeper.trouble;
	if (trouble == NULL && !w->in_trouble)
		return;
	if (w->in_trouble && now < w->retry_at)
		return;
	trouble = retry(w);
	w->retry_at = now + DISK_US;
	if (trouble != NULL && !w->in_trouble) {
		e = *trouble;
		sx_hint(&e,
		    "what comes in waits in memory and is written as soon as "
		    "that works again");
		warn_error(w->c, &e);
	}
	if (trouble == NULL && w->in_trouble)
		say(w->c, "the disk takes dumps again: all that waited is "
			  "written");
	w->in_trouble = trouble != NULL;
	tell_status(w);
}

/* ---- The loop ---- */

static struct watch_port *
port_of(const struct watch *w, int number)
{
	struct watch_port *p = w->ports;

	while (p != NULL && p->number != number)
		p = p->next;
	return p;
}

static int
on_step(struct watch *w, const struct sx_event *ev)
{
	struct watch_port *p = port_of(w, ev->port);

	switch (ev->step.kind) {
	case SX_STEP_DATA:
		return keeper_data(&p->keeper, &ev->step, ev->now.mono);
	case SX_STEP_MESSAGE:
		keeper_message(&p->keeper, ev->step.message);
		return 0;
	case SX_STEP_DUMP:
		return keeper_add(
		    &p->keeper, keeper_part(&p->keeper), ev->step.dump);
	case SX_STEP_LOSS:
		keeper_loss(&p->keeper);
		return 0;
	}
	return 0;
}

static void
on_end(struct watch *w, const struct sx_event *ev)
{
	struct watch_port *p = port_of(w, ev->port);
	bool all = w->o.nports > 0;

	if (ev->type == SX_EV_GONE)
		say(w->c, "%s: %s", p->folder, ev->why->msg);
	for (size_t i = 0; i < w->o.nports; i++) {
		w->ended[i] |=
		    ev->type == SX_EV_END && strcmp(w->o.ports[i], p->key) == 0;
		all = all && w->ended[i];
	}
	if (!is_behind(w, p))
		settle(w, p, false);
	watch_gone(w, p);
	tell_status(w);
	/* It may be there again already. */
	w->scan_at = ev->now.mono + SETTLE_US;
	w->settling = true;
	w->over = all;
}

/* What is open is cut, and kept. */
static int
finish_input(struct watch *w)
{
	struct watch_port *p;
	struct sx_event ev;

	w->over = true;
	notify(w->notify, "STOPPING=1");
	for (p = w->ports; p != NULL; p = p->next)
		if (p->number != -1 &&
		    sx_session_cut(w->session, p->number, SX_END_INTERRUPTED,
			&w->c->err) == -1)
			return -1;
	while (sx_session_step(w->session, &ev))
		if (on_step(w, &ev) == -1)
			return -1;
	return 0;
}

static int
on_event(struct watch *w, const struct sx_event *ev)
{
	switch (ev->type) {
	case SX_EV_STEP:
		return on_step(w, ev);
	case SX_EV_END:
	case SX_EV_GONE:
		on_end(w, ev);
		return 0;
	case SX_EV_INPUT:
		midi_io_changed(w->hotplug);
		if (!w->settling)
			w->scan_at = ev->now.mono + SETTLE_US;
		w->settling = true;
		return 0;
	case SX_EV_STOP:
		return finish_input(w);
	case SX_EV_QUIET:
	case SX_EV_SENT:
	case SX_EV_SPAN:
		break;
	}
	return 0;
}

static int
scan(struct watch *w, int64_t now)
{
	if (watch_scan(w, !w->settling) == -1)
		return -1;
	w->scan_at = w->settling	   ? now + AGAIN_US
		     : w->refusals != NULL ? now + RETRY_US
					   : INT64_MAX;
	w->settling = false;
	tell_status(w);
	return 0;
}

/* What is due at mono time now, whatever has come. */
static int
on_time(struct watch *w, int64_t now)
{
	bool idle = sx_session_backlog(w->session) == 0;

	for (struct watch_port *p = w->ports; p != NULL; p = p->next) {
		if (keeper_sync(&p->keeper, now) == -1)
			return -1;
		if (p->keeper.nwaiting > 0 && !w->in_trouble &&
		    (idle || p->keeper.nwaiting >= KEEPER_MOST))
			settle(w, p, false);
	}
	if (now >= w->scan_at && scan(w, now) == -1)
		return -1;
	look_at_disk(w, now);
	return 0;
}

static int64_t
next_deadline(const struct watch *w)
{
	int64_t until = w->scan_at;

	if (w->in_trouble)
		until = earlier(until, w->retry_at);
	for (const struct watch_port *p = w->ports; p != NULL; p = p->next) {
		until = earlier(until, p->keeper.sync_at);
		if (p->keeper.nwaiting > 0 && !w->in_trouble)
			until = 0;
	}
	return until;
}

static int
loop(struct watch *w)
{
	struct sx_event ev;

	while (!w->over) {
		if (sx_session_next(
			w->session, &ev, next_deadline(w), &w->c->err) == -1 ||
		    on_event(w, &ev) == -1)
			return -1;
		if (!w->over && on_time(w, ev.now.mono) == -1)
			return -1;
	}
	return 0;
}

/* ---- The beginning and the end ---- */

/* The store of a port's folder: {n} goes on after what is there. */
static struct sx_store *
open_folder(struct watch *w, const char *folder, struct sx_err *e)
{
	struct sx_store_opts o = w->o.receive.store;
	struct sx_store *store;
	char *path;

	if (asprintf(&path, "%s/%s/", o.out, folder) == -1) {
		sx_fail_memory(e);
		return NULL;
	}
	o.out = path;
	o.counter = &w->counter;
	store = sx_store_open(&o, e);
	free(path);
	if (store == NULL || sx_store_reopen(store, e) == 0)
		return store;
	sx_store_close(store);
	return NULL;
}

static void
count_on(struct watch *w, const char *folder)
{
	struct sx_err e = { 0 };

	sx_store_close(open_folder(w, folder, &e));
}

/* What earlier runs left in a port's folder. */
static void
take_over(struct watch *w, const char *folder)
{
	struct sx_err e = { 0 };
	struct keeper k = { .c = w->c,
		.o = &w->o.receive,
		.store = open_folder(w, folder, &e) };

	if (k.store != NULL)
		keeper_rescue(&k);
	/* What is no folder holds nothing of ours. */
	else if (e.sys != ENOTDIR)
		warn_error(w->c, &e);
	sx_store_close(k.store);
}

/* May it be a port's folder? A file system makes lost+found for itself. */
static bool
may_be_ours(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && entry->d_type != DT_REG &&
	       strcmp(entry->d_name, "lost+found") != 0;
}

/* Look into all folders that are in the output folder. */
static int
look_into_all(
    struct watch *w, void (*look)(struct watch *w, const char *folder))
{
	const char *out = w->o.receive.store.out;
	struct sx_err e = { 0 };
	struct dirent *entry;
	DIR *dir = opendir(out);

	if (dir == NULL)
		return sx_fail(
		    &w->c->err, SX_EIO, errno, "cannot read folder '%s'", out);
	while (errno = 0, (entry = readdir(dir)) != NULL)
		if (may_be_ours(entry))
			look(w, entry->d_name);
	if (errno != 0) {
		sx_fail(
		    &e, SX_EIO, errno, "cannot read all of folder '%s'", out);
		warn_error(w->c, &e);
	}
	closedir(dir);
	return 0;
}

/* Make the folder, and take in what was left there. All numbers are known
 * before one is given. */
static int
open_out(struct watch *w)
{
	struct sx_store_opts o = w->o.receive.store;
	struct keeper k = { .c = w->c, .o = &w->o.receive };
	int rc;

	o.counter = &w->counter;
	o.memory = 0;
	k.store = sx_store_open(&o, &w->c->err);
	if (k.store == NULL)
		return -1;
	rc = look_into_all(w, count_on);
	if (rc == 0)
		keeper_rescue(&k);
	sx_store_close(k.store);
	return rc == 0 ? look_into_all(w, take_over) : -1;
}

static int
start(struct watch *w)
{
	struct sx_err *e = &w->c->err;

	w->o.receive.rules.devices = own_devices(w->c);
	w->ended = calloc(w->o.nports + 1, sizeof(*w->ended));
	if (w->ended == NULL)
		return sx_fail_memory(e);
	w->session = sx_session_new(e);
	if (w->session == NULL)
		return -1;
	w->hotplug = midi_io_watch(e);
	if (w->hotplug == -1 || open_out(w) == -1)
		return -1;
	w->notify = notify_open();
	if (w->notify != -1)
		sx_session_beat(
		    w->session, w->notify, "WATCHDOG=1", notify_watchdog());
	sx_session_watch(w->session, w->hotplug);
	sx_session_coalesce(w->session, w->o.receive.rules.gap);
	if (sx_session_start(w->session, e) == -1 ||
	    on_time(w, sx_now().mono) == -1)
		return -1;
	if (w->ports == NULL)
		say(w->c, "no port with input is there now: waiting for one");
	notify(w->notify, "READY=1");
	return 0;
}

/* The last that can be done for what the disk did not take. */
static void
finish(struct watch *w)
{
	struct watch_port *p, *next;
	size_t left = 0;

	for (p = w->ports; p != NULL; p = next) {
		next = p->next;
		settle(w, p, p->keeper.trouble.code != SX_OK);
		/* If it failed just now, once more, from memory. */
		if (p->keeper.trouble.code != SX_OK)
			settle(w, p, true);
		left = p->keeper.nwaiting;
		if (left > 0) {
			warn_error(w->c, &p->keeper.trouble);
			warn(w->c,
			    "%s: %zu dump%s that waited in memory %s "
			    "lost",
			    p->folder, left, plural(left),
			    left == 1 ? "is" : "are");
		}
		watch_sum_up(w, p);
	}
}

static enum status
run_watch(struct cli *c)
{
	struct watch w = { .c = c, .hotplug = -1, .notify = -1 };

	if (watch_parse(c, &w.o) == 0 && start(&w) == 0) {
		if (loop(&w) == -1)
			w.status = ST_FAILED;
		/* What is whole becomes a file even after a failure. */
		finish(&w);
	}
	watch_free_ports(&w);
	sx_session_close(w.session);
	if (w.notify != -1)
		close(w.notify);
	if (w.hotplug != -1)
		close(w.hotplug);
	free(w.ended);
	free(w.o.ports);
	free(w.o.not_ports);
	free((void *)(uintptr_t)w.o.receive.rules.makers);
	return w.status;
}

const struct command cmd_watch = {
	.name = "watch",
	.synopsis = "--out DIR [options]",
	.summary = "Keep the dumps of all ports, also those plugged in later",
	.options = watch_options,
	.run = run_watch,
};
