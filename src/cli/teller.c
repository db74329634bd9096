/* SPDX-License-Identifier: ISC */
/* Puts the events of a keeper into words. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sxlib/record.h"
#include "sxlib/request.h"
#include "sxlib/show.h"
#include "teller.h"
#include "term/json.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

/* Keep a line of results until its file is complete. */
static int
tell_later(struct teller *t, const struct sx_record *record)
{
	char **p = realloc(t->later, (t->nlater + 1) * sizeof(*p));
	struct line_text line;

	if (p == NULL)
		return sx_fail_memory(&t->c->err);
	t->later = p;
	if (!line_open(&line, t->c))
		return -1;
	print_json(line.f, record);
	p[t->nlater] = line_close(&line, t->c);
	if (p[t->nlater] == NULL)
		return -1;
	t->nlater++;
	return 0;
}

static int
tell_now(struct teller *t, const struct sx_record *record)
{
	struct line_text line;

	if (!t->c->json) {
		say_path(t->c, record->file);
		return 0;
	}
	if (!line_open(&line, t->c))
		return -1;
	print_json(line.f, record);
	return line_say(&line, t->c);
}

static const char *
teller_said_as(const struct teller *t)
{
	return t->said_as != NULL ? t->said_as : "";
}

static const char *
teller_colon(const struct teller *t)
{
	return t->said_as != NULL ? ": " : "";
}

static void
teller_run_program(struct teller *t, const struct sx_record *record)
{
	if (t->hook == NULL)
		return;
	sx_hook_add(t->hook, record);
	hook_step(t->c, t->hook);
}

/* Report that a dump has become a file, or part of one. */
static int
tell_kept(
    struct teller *t, const struct sx_dump *d, const struct sx_stored *stored)
{
	struct sx_record record = sx_record_of_dump(d, stored);
	int rc;

	record.port = t->port_name;
	record.label = t->label;
	t->interrupted |= d->damage.kind == SX_DAMAGE_INTERRUPTED;
	sx_record_text(t->last, sizeof(t->last), &record);
	if (d->damage.kind != SX_DAMAGE_NONE ||
	    d->facts.checksum == SX_CHECKSUM_BAD || d->facts.odd_length)
		say_damage(t->c, "%s%s%s", teller_said_as(t), teller_colon(t),
		    t->last);
	else
		say(t->c, "%s%s%s", teller_said_as(t), teller_colon(t),
		    t->last);
	if (stored->note != NULL)
		warn(t->c, "%s", stored->note);
	if (stored->path == NULL)
		return 0;
	if (!stored->final)
		return t->c->json ? tell_later(t, &record) : 0;
	rc = tell_now(t, &record);
	if (d->damage.kind == SX_DAMAGE_NONE)
		teller_run_program(t, &record);
	/* Patient: a line lost for lack of memory does not end anything. */
	return t->k->patient ? 0 : rc;
}

static void
tell_differs(struct cli *c, const struct sx_differences *d)
{
	warn(c, "the two dumps differ:");
	for (size_t i = 0; i < d->n && i < SX_DIFFERENCES; i++)
		warn(c, "  byte %" PRIu64 ": first %02X, now %02X",
		    d->list[i].at, d->list[i].byte[0], d->list[i].byte[1]);
	if (d->n > SX_DIFFERENCES)
		warn(c, "  and %" PRIu64 " more bytes", d->n - SX_DIFFERENCES);
	if (d->bytes[0] != d->bytes[1])
		warn(c, "  first %" PRIu64 " bytes long, now %" PRIu64,
		    d->bytes[0], d->bytes[1]);
}

static void
tell_lost(struct teller *t, const struct sx_keeper_event *ev)
{
	char first[80] = "";

	if (ev->why != NULL)
		(void)warn_of(t->c, ev->why);
	if (ev->on_disk > 0)
		snprintf(first, sizeof(first),
		    "; its first %" PRIu64 " bytes are kept as damaged",
		    ev->on_disk);
	warn(t->c,
	    "%s%slost a dump after %" PRIu64
	    " bytes: the disk failed and memory has no room for it%s",
	    teller_said_as(t), teller_colon(t), ev->bytes, first);
}

/* Return the option that sets a limit; "" if there is none. */
static const char *
teller_limit_of(const struct teller *t, const char *option)
{
	return t->fixed ? "" : option;
}

static void
tell_cut(struct teller *t, const struct sx_keeper_event *ev)
{
	if (ev->type == SX_KEEPER_CUT_ROOM)
		warn(t->c,
		    "%s%sthe disk has %" PRIu64
		    " MiB left%s during a dump: its first %" PRIu64
		    " bytes are kept as damaged, the rest is dropped",
		    teller_said_as(t), teller_colon(t), ev->room >> 20,
		    teller_limit_of(t, " (--reserve)"), ev->bytes);
	else
		warn(t->c,
		    "%s%sa dump is longer than %" PRIu64
		    " bytes%s: these are kept as damaged, the rest is dropped",
		    teller_said_as(t), teller_colon(t), ev->bytes,
		    sx_store_on_disk(t->k->store)
			? teller_limit_of(t, " (--max-dump)")
			: ", which is the limit in memory (--out DIR/ stores "
			  "on disk)");
}

void
tell_loss(struct teller *t)
{
	warn(t->c,
	    "%s%sbytes were lost between dumps (overrun): complete dumps may "
	    "be missing",
	    teller_said_as(t), teller_colon(t));
}

int
tell(struct teller *t, const struct sx_keeper_event *ev)
{
	if (t->panel != NULL)
		sx_show_kept(t->panel, ev, teller_said_as(t), t->out);
	switch (ev->type) {
	case SX_KEEPER_KEPT:
		return tell_kept(t, ev->dump, ev->stored);
	case SX_KEEPER_ONCE_MORE:
		say(t->c, "%" PRIu64 " bytes: start the same dump again",
		    ev->bytes);
		break;
	case SX_KEEPER_SAME:
		say(t->c, "received twice the same:");
		break;
	case SX_KEEPER_DIFFERS:
		tell_differs(t->c, ev->differ);
		break;
	case SX_KEEPER_LOST:
		tell_lost(t, ev);
		break;
	case SX_KEEPER_CUT:
	case SX_KEEPER_CUT_ROOM:
		tell_cut(t, ev);
		break;
	case SX_KEEPER_PARTED:
		say(t->c,
		    "%s%sa dump has reached %" PRIu64
		    " bytes: the rest becomes a separate dump%s",
		    teller_said_as(t), teller_colon(t), ev->bytes,
		    teller_limit_of(t, " (--max-dump)"));
		break;
	case SX_KEEPER_SKIPPED:
		warn(t->c,
		    "%s%s%" PRIu64
		    " more bytes of a dump that was too long were dropped",
		    teller_said_as(t), teller_colon(t), ev->bytes);
		break;
	case SX_KEEPER_LOSS:
		tell_loss(t);
		break;
	case SX_KEEPER_UNMARKED:
		(void)warn_of(t->c, ev->why);
		break;
	case SX_KEEPER_UNTOLD:
		warn(t->c, "%s%sout of memory: %zu message%s not shown",
		    teller_said_as(t), teller_colon(t), ev->untold,
		    ev->untold == 1 ? " is" : "s are");
		break;
	}
	return 0;
}

void
tell_shake(struct teller *t, enum sx_shake what, size_t blocks)
{
	static const char *const texts[] = {
		[SX_SHAKE_BEGINS] = "the unit wants to send: answered",
		[SX_SHAKE_BAD] = "a block is damaged (checksum or length): the "
				 "unit is asked to repeat it",
		[SX_SHAKE_ENDS] = "the unit has sent everything: ",
		[SX_SHAKE_LOST] = "packets are missing, start the dump again: "
				  "the unit has sent ",
		[SX_SHAKE_REFUSED] = "the unit asks for data, which receive "
				     "does not have: rejected",
		[SX_SHAKE_CANCELLED] = "the unit gave up after ",
		[SX_SHAKE_DATA] = NULL,
		[SX_SHAKE_NOT] = NULL,
	};
	char n[32] = "";

	if (texts[what] == NULL)
		return;
	if (what == SX_SHAKE_ENDS || what == SX_SHAKE_LOST ||
	    what == SX_SHAKE_CANCELLED)
		snprintf(n, sizeof(n), "%zu block%s", blocks, plural(blocks));
	if (what == SX_SHAKE_BAD || what == SX_SHAKE_LOST ||
	    what == SX_SHAKE_CANCELLED)
		warn(t->c, "%s%s%s%s", teller_said_as(t), teller_colon(t),
		    texts[what], n);
	else
		say(t->c, "%s%s%s%s", teller_said_as(t), teller_colon(t),
		    texts[what], n);
}

void
say_handshake(
    struct cli *c, const struct sx_facts *f, const char *teller_said_as)
{
	const char *panel = NULL;
	char text[512];

	if (f->device[0] != '\0')
		panel = sx_request_panel(user_devices(c), f->device);
	say(c,
	    "%s%s%s: the unit waits for an answer: receive --handshake gives "
	    "it; or start its one-way dump instead%s%s",
	    teller_said_as != NULL ? teller_said_as : "",
	    teller_said_as != NULL ? ": " : "",
	    sx_facts_text(text, sizeof(text), f), panel != NULL ? ". " : "",
	    panel != NULL ? panel : "");
}

void
tell_message(struct teller *t, const struct sx_message *m)
{
	struct sx_record record;
	char text[512];

	if (m->verdict == SX_KEEP)
		return;
	if (m->verdict == SX_NOT_A_DUMP && m->facts.waits && !t->shaken) {
		t->shaken = true;
		say_handshake(t->c, &m->facts, t->said_as);
	}
	if (!t->c->verbose)
		return;
	record = sx_record_of_message(m);
	say(t->c, "not kept: %s", sx_record_text(text, sizeof(text), &record));
}

void
tell_recovery(struct cli *c, const struct sx_recovered *found)
{
	struct sx_record record =
	    sx_record_of_dump(&found->dump, &found->stored);
	char text[512];

	say(c, "recovered from an earlier run: %s: %s", found->stored.path,
	    sx_record_text(text, sizeof(text), &record));
}

void
recover(struct cli *c, const struct sx_devices *devices, struct sx_store *store,
    struct sx_panel *panel)
{
	struct sx_recovery r = { .stores = &store, .n = 1, .devices = devices };
	const struct sx_recovered *found;
	struct sx_err e = { 0 };
	int rc;

	while ((rc = sx_recovery_next(&r, &found, &e)) != 0) {
		if (rc == -1 && panel != NULL)
			sx_panel_unrecovered(panel, e.msg);
		if (rc == -1)
			warn_rescue(c, &e);
		else
			tell_recovery(c, found);
	}
	sx_recovery_end(&r);
}

/* After a signal, with a slow disk: report dumps that are not finished. */
static void
teller_report_left(struct teller *t, size_t left)
{
	const char *s = plural(left);

	if (left == 0)
		return;
	if (!sx_store_on_disk(t->k->store))
		warn(t->c,
		    "%zu dump%s not written: standard output is not being read",
		    left, left == 1 ? " is" : "s are");
	else
		warn(t->c,
		    "%zu dump%s saved in part%s because the disk is too slow "
		    "for renames: the next start with this folder recovers "
		    "them",
		    left, left == 1 ? " is" : "s are", s);
}

void
tell_left(struct teller *t, const struct sx_saver *s)
{
	const struct sx_store *store = t->k->store;
	size_t named = s->left - s->unnamed;

	if (named > 0 && sx_store_on_disk(store) && !sx_store_gathers(store))
		warn(t->c,
		    "%zu file%s named, but not yet confirmed by the disk",
		    named, named == 1 ? " is" : "s are");
	teller_report_left(t, sx_store_gathers(store) ? t->k->files + t->k->out
			      : sx_store_on_disk(store) ? s->unnamed
							: s->left);
}

/* ---- Disk ---- */

static void
tell_low(const struct teller *t)
{
	char option[64] = "";

	if (!t->fixed)
		snprintf(option, sizeof(option), " (--reserve %" PRIu64 "M)",
		    t->k->reserve >> 20);
	warn(t->c,
	    "%s%sthe disk has %" PRIu64
	    " MiB left: make room before it is full%s",
	    teller_said_as(t), teller_colon(t), t->k->room >> 20, option);
}

static void
tell_trouble(struct cli *c, const struct sx_err *why)
{
	struct sx_err e = *why;

	sx_hint(&e, "input is buffered in memory and written as soon as the "
		    "disk works again");
	warn_error(c, &e);
}

static void
tell_recovered(struct cli *c, size_t lost)
{
	if (lost == 0)
		say(c, "the disk works again: everything buffered is written");
	else
		say(c,
		    "the disk works again: everything buffered is written "
		    "except %zu dump%s reported as lost",
		    lost, plural(lost));
}

static void
tell_back(const struct teller *t, const struct sx_disk_event *ev)
{
	if (ev->why != NULL)
		(void)warn_of(t->c, ev->why);
	if (ev->lost > 0)
		warn(t->c, "%s%s%zu dump%s buffered in memory %s lost",
		    teller_said_as(t), teller_colon(t), ev->lost,
		    plural(ev->lost), ev->lost == 1 ? "is" : "are");
	if (ev->saved > 0)
		warn(t->c,
		    "%s%s%zu dump%s without a name %s in a part: the next "
		    "start recovers them",
		    teller_said_as(t), teller_colon(t), ev->saved,
		    plural(ev->saved), ev->saved == 1 ? "is" : "are each");
}

void
tell_disk(struct cli *c, struct teller *t, const struct sx_saver *s,
    const struct sx_disk_event *ev)
{
	switch (ev->type) {
	case SX_DISK_LOW:
		tell_low(t);
		break;
	case SX_DISK_TROUBLE:
		tell_trouble(c, ev->why);
		break;
	case SX_DISK_RECOVERED:
		tell_recovered(c, ev->lost);
		break;
	case SX_DISK_UNTOLD:
		warn(c, "out of memory: 1 message is not shown");
		break;
	case SX_DISK_LEFT:
		if (t != NULL)
			tell_left(t, s);
		break;
	case SX_DISK_BACK:
		tell_back(t, ev);
		break;
	}
}

/* ---- End ---- */

void
tell_file(struct teller *t, const char *path)
{
	struct sx_record record = { .file = path, .port = t->port_name };

	if (!t->c->json)
		say_path(t->c, path);
	teller_run_program(t, &record);
}

void
tell_final(struct teller *t)
{
	for (size_t i = 0; i < t->nlater; i++)
		say_line(t->c, t->later[i]);
}

void
teller_free(struct teller *t)
{
	for (size_t i = 0; i < t->nlater; i++)
		free(t->later[i]);
	free(t->later);
}

void
tell_interrupted(const struct teller *t)
{
	if (t->interrupted)
		say(t->c,
		    "the dump that was coming in is cut: its beginning is "
		    "saved as damaged; the unit keeps what it has, request or "
		    "start that dump again");
}

void
tell_rest(const struct teller *t)
{
	size_t no_dumps = t->k->no_dumps, others = t->k->others;

	if (no_dumps > 0)
		say(t->c, "not kept: %zu message%s that %s (--all keeps them)",
		    no_dumps, plural(no_dumps),
		    no_dumps == 1 ? "is not a dump" : "are not dumps");
	if (others > 0)
		say(t->c, "not kept: %zu message%s from other makers", others,
		    plural(others));
}

enum status
tell_over(const struct teller *t)
{
	enum status status = ST_OK;

	if (t->k->nback > 0 || t->k->lost > 0)
		status = ST_FAILED;
	if (sx_keeper_hurt(t->k))
		status = status_worse(status, ST_DAMAGED);
	tell_rest(t);
	return status;
}
