/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/record.h"
#include "sxlib/show.h"

/* ---- Dumps ---- */

/* Return a path as seen from the folder `out`. */
static const char *
show_below(const char *path, const char *out)
{
	const size_t n = strlen(out);

	if (strncmp(path, out, n) != 0)
		return path;
	path += n;
	return path + strspn(path, "/");
}

static enum sx_panel_verdict
show_verdict(const struct sx_dump *d)
{
	if (d->damage.kind != SX_DAMAGE_NONE)
		return SX_PANEL_DAMAGED_DUMP;
	return d->facts.checksum == SX_CHECKSUM_BAD ? SX_PANEL_BAD
						    : SX_PANEL_WHOLE;
}

/* Set what the dump is, and separately the rest of its text. */
static void
show_words(struct sx_panel_dump *shown, const struct sx_record *record)
{
	static const char several[] = "no maker in common";
	char what[SX_PANEL_TEXT], all[512];
	size_t n;

	sx_facts_text(what, sizeof(what), record->facts);
	sx_record_text(all, sizeof(all), record);
	/* Facts alone do not tell that there are several messages. */
	if (strncmp(all, several, sizeof(several) - 1) == 0)
		memcpy(what, several, sizeof(several));
	n = strlen(what);
	if (strncmp(all, what, n) == 0)
		n += strspn(all + n, ", ");
	else
		n = 0;
	sx_panel_text(shown->what, sizeof(shown->what), what);
	sx_panel_text(shown->note, sizeof(shown->note), all + n);
}

static void
show_dump(struct sx_panel *p, const struct sx_dump *d,
    const struct sx_stored *stored, struct sx_panel_dump *shown,
    const char *out)
{
	const struct sx_record record = sx_record_of_dump(d, stored);

	shown->verdict = show_verdict(d);
	show_words(shown, &record);
	if (stored->path != NULL)
		sx_panel_text(shown->file, sizeof(shown->file),
		    show_below(stored->path, out));
	sx_panel_add(p, shown);
}

static void
show_lost(struct sx_panel *p, const struct sx_keeper_event *ev,
    struct sx_panel_dump *shown)
{
	shown->time = p->now;
	shown->verdict = SX_PANEL_LOST;
	snprintf(shown->what, sizeof(shown->what),
	    "LOST after %" PRIu64 " bytes", ev->bytes);
	snprintf(shown->note, sizeof(shown->note),
	    "neither the disk nor memory has room for it");
	sx_panel_add(p, shown);
}

static void
show_loss(struct sx_panel *p, struct sx_panel_dump *shown)
{
	shown->time = p->now;
	shown->verdict = SX_PANEL_LOSS;
	snprintf(shown->what, sizeof(shown->what), "bytes lost between dumps");
	snprintf(shown->note, sizeof(shown->note),
	    "overrun: complete dumps may be missing");
	sx_panel_add(p, shown);
}

void
sx_show_kept(struct sx_panel *p, const struct sx_keeper_event *ev,
    const char *port, const char *out)
{
	struct sx_panel_dump shown = { .verdict = SX_PANEL_WHOLE };

	sx_panel_text(shown.port, sizeof(shown.port), port);
	if (ev->type == SX_KEEPER_LOST) {
		show_lost(p, ev, &shown);
	} else if (ev->type == SX_KEEPER_LOSS) {
		show_loss(p, &shown);
	} else if (ev->type == SX_KEEPER_KEPT) {
		shown.time = ev->dump->time;
		show_dump(p, ev->dump, ev->stored, &shown, out);
	}
}

void
sx_show_recovered(
    struct sx_panel *p, const struct sx_recovered *r, const char *out)
{
	struct sx_panel_dump shown = { .port = "an earlier run" };

	shown.time.wall = r->dump.time.wall;
	show_dump(p, &r->dump, &r->stored, &shown, out);
}

static void
show_disk(struct sx_panel *p, const struct sx_disk *d)
{
	const struct sx_disk_totals t = sx_disk_total(d);
	const struct sx_panel_disk disk = { .low = t.low,
		.full = d->in_trouble,
		.stuck = d->stuck,
		.waiting = t.back,
		.lost = t.lost };

	sx_panel_disk(p, &disk);
}

/* ---- watch ---- */

static void
show_watch_state(struct sx_panel *p, const struct sx_watch *w)
{
	show_disk(p, &w->disk);
	for (const struct sx_watch_port *q = w->list; q != NULL; q = q->next)
		if (q->number != -1)
			sx_panel_incoming(
			    p, q->folder, sx_keeper_incoming(&q->keeper));
}

static void
show_watch_event(struct sx_panel *p, const struct sx_watch *w,
    const struct sx_watch_event *ev)
{
	switch (ev->type) {
	case SX_WATCH_LISTENING:
		sx_panel_port(p, ev->port->folder, NULL, true, true);
		break;
	case SX_WATCH_ENDED:
	case SX_WATCH_GONE:
		sx_panel_port(p, ev->port->folder, NULL, false, true);
		break;
	case SX_WATCH_RESCUED:
		sx_show_recovered(p, ev->recovered, w->store.out);
		break;
	case SX_WATCH_NOT_RESCUED:
		sx_panel_unrecovered(p, ev->why->msg);
		break;
	case SX_WATCH_TURN:
	case SX_WATCH_QUIET:
	case SX_WATCH_DISK:
		show_watch_state(p, w);
		break;
	default:
		break;
	}
}

static void
show_traffic(struct sx_panel *p, const struct sx_session *s, int number,
    const char *name)
{
	struct sx_traffic t;

	sx_session_traffic(s, number, &t);
	sx_panel_traffic(p, name, t.bytes, t.clock, p->now.mono);
}

static void
show_watch_traffic(struct sx_panel *p, const struct sx_watch *w)
{
	for (const struct sx_watch_port *q = w->list; q != NULL; q = q->next)
		if (q->number != -1)
			show_traffic(p, w->session, q->number, q->folder);
}

void
sx_show_watch(struct sx_display *d, const struct sx_watch *w,
    const struct sx_watch_event *ev)
{
	struct sx_panel *p = sx_display_panel(d);

	if (p == NULL)
		return;
	show_watch_event(p, w, ev);
	if (sx_display_ticks(d))
		show_watch_traffic(p, w);
	sx_display_show(d);
}

/* ---- recall ---- */

/* Return the user's name for a port, which says more than the system's. */
static const char *
show_name(const struct sx_recall *r, const struct sx_recall_port *port)
{
	for (size_t i = 0; i < r->nto && port != r->ports; i++)
		if (&r->ports[r->port_of[i]] == port)
			return r->load->places[i].name;
	return r->from_name;
}

static void
show_recall_port(struct sx_panel *p, const struct sx_recall *r,
    const struct sx_recall_port *port)
{
	const bool from = port == r->ports;
	const char *role = from && port->out ? "input and output"
			   : from	     ? "input"
					     : "output";

	sx_panel_port(p, show_name(r, port), role, port->up, port->in);
}

static void
show_trigger(struct sx_panel *p, const struct sx_recall *r,
    const struct sx_recall_event *ev)
{
	const struct sx_time now = sx_now();
	struct sx_panel_trigger t = {
		.time = { .mono = ev->at,
		    .wall = now.wall - (now.mono - ev->at) },
		.sent = ev->outcome == SX_RECALL_SENT,
		.failed = ev->outcome == SX_RECALL_NO_PORT,
	};

	(void)sx_trigger_text(&ev->trigger, ev->line, t.what);
	sx_panel_text(t.file, sizeof(t.file), ev->dump->path);
	sx_panel_text(
	    t.outcome, sizeof(t.outcome), sx_recall_outcome_text(ev->outcome));
	if (r->nto > 1)
		sx_panel_text(
		    t.port, sizeof(t.port), r->load->places[ev->output].name);
	sx_panel_triggered(p, &t);
}

static void
show_recall_news(struct sx_panel *p, const struct sx_recall *r,
    const struct sx_recall_news *news)
{
	switch (news->type) {
	case SX_RECALL_LISTENING:
		for (size_t i = 0; i < r->nports; i++)
			show_recall_port(p, r, &r->ports[i]);
		break;
	case SX_RECALL_LOST:
	case SX_RECALL_FOUND:
		show_recall_port(p, r, news->port);
		break;
	case SX_RECALL_DID:
		if (news->event.type == SX_RECALL_TRIGGER)
			show_trigger(p, r, &news->event);
		break;
	default:
		break;
	}
}

static void
show_recall_traffic(struct sx_panel *p, const struct sx_recall *r)
{
	for (size_t i = 0; i < r->nports; i++)
		if (r->ports[i].number != -1 && r->ports[i].in)
			show_traffic(p, r->session, r->ports[i].number,
			    show_name(r, &r->ports[i]));
}

static void
show_back(
    struct sx_panel *p, const struct sx_recall *r, const struct sx_disk *back)
{
	show_disk(p, back);
	if (back->list != NULL)
		sx_panel_incoming(p, show_name(r, &r->ports[r->port_of[0]]),
		    sx_keeper_incoming(back->list->k));
}

void
sx_show_recall(struct sx_display *d, const struct sx_recall *r,
    const struct sx_recall_news *news, const struct sx_disk *back)
{
	struct sx_panel *p = sx_display_panel(d);

	if (p == NULL)
		return;
	p->recalls = true;
	show_recall_news(p, r, news);
	if (back != NULL)
		show_back(p, r, back);
	if (sx_display_ticks(d))
		show_recall_traffic(p, r);
	sx_display_show(d);
}
