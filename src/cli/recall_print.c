/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recall.h"
#include "sxlib/text.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/table.h"
#include "user.h"

/* ---- --check ---- */

static void
recall_row_json(const struct recall *r, const struct sx_recall_rows *row)
{
	const size_t line = row->line->line;

	print_json_number(stdout, "{", "line", line > 0 ? (int64_t)line : -1);
	print_json_pair(stdout, ", ", "trigger", row->trigger);
	print_json_pair(stdout, ", ", "file", row->dump->path);
	print_json_given(stdout, ", ", "to", r->places[row->output].name);
	print_json_number(stdout, ", ", "bytes", (int64_t)row->dump->bytes);
	print_json_number(stdout, ", ", "ms", (row->dump->time + 500) / 1000);
	puts("}");
}

static int
recall_row(struct recall *r, struct table *t, const struct sx_recall_rows *row)
{
	char line[24] = "", bytes[24], ms[24];
	const char *const cells[] = { row->trigger, row->dump->path, bytes, ms,
		line, r->places[row->output].name };

	if (r->c->json) {
		recall_row_json(r, row);
		return 0;
	}
	snprintf(bytes, sizeof(bytes), "%zu", row->dump->bytes);
	snprintf(ms, sizeof(ms), "%" PRId64, (row->dump->time + 500) / 1000);
	if (row->line->line > 0)
		snprintf(line, sizeof(line), "%zu", row->line->line);
	return table_row(t, cells);
}

/* Warn about dumps that are sent only because of --force. */
static void
recall_warn_wrong(struct recall *r)
{
	const struct sx_recall_set *set = r->recall.set;

	for (size_t i = 0; i < set->ndumps; i++)
		if (set->dumps[i]->wrong > 0)
			warn(r->c, "%s: %zu problem%s, sent anyway",
			    set->dumps[i]->path, set->dumps[i]->wrong,
			    plural(set->dumps[i]->wrong));
}

static void
recall_warn_ports(struct recall *r)
{
	const struct sx_recall_port *p = r->recall.ports;

	for (size_t i = 0; i < r->recall.nports; i++)
		user_port_warn(r->c, p[i].name, p[i].remark);
}

int
recall_print_set(struct recall *r)
{
	static const char *const header[] = { "Trigger", "File", "Bytes", "ms",
		"Line", "To" };
	struct table t = { .columns = r->o.nto > 1 ? 6 : 5,
		.right = 1 << 2 | 1 << 3 | 1 << 4 };
	struct sx_recall_rows row = { .set = r->recall.set };
	int rc;

	table_screen(&t, r->c);
	rc = r->c->json ? 0 : table_row(&t, header);
	recall_warn_wrong(r);
	while (rc == 0 && sx_recall_rows_next(&row))
		rc = recall_row(r, &t, &row);
	if (rc == 0 && !r->c->json)
		table_print(&t, 0, stdout);
	table_free(&t);
	flush_result(r->c);
	return rc == 0 ? 0 : sx_fail_memory(&r->c->err);
}

/* ---- Results ---- */

bool
recall_fills_stdout(const struct recall *r)
{
	for (size_t i = 0; i < r->o.nto && !r->recall.dry_run; i++)
		if (opt_is_standard(r->o.to[i]))
			return true;
	return false;
}

static void
recall_line_say(struct recall *r, struct line_text *l)
{
	char *text;

	if (!recall_fills_stdout(r)) {
		(void)line_say(l, r->c);
		return;
	}
	text = line_close(l, r->c);
	if (text != NULL)
		say(r->c, "%.*s", (int)(l->size - 1), text);
	free(text);
}

static void
recall_print_trigger(struct recall *r, const struct sx_recall_news *news)
{
	const struct sx_recall_event *ev = &news->event;
	const char *outcome = sx_recall_outcome_text(ev->outcome);
	char time[SX_TIME_TEXT], trigger[SX_TRIGGER_TEXT], path[1024];
	const int64_t wall = sx_now().wall - (sx_now().mono - ev->at);
	const char sep = recall_fills_stdout(r) ? ' ' : '\t';
	struct line_text t;

	if (!line_open(&t, r->c))
		return;
	(void)sx_time_text(time, wall);
	(void)sx_trigger_text(&ev->trigger, ev->line, trigger);
	if (r->c->json) {
		fprintf(t.f, "{\"time\": \"%s\", \"trigger\": \"%s\", ", time,
		    trigger);
		print_json_pair(t.f, "", "file", ev->dump->path);
		print_json_pair(t.f, ", ", "to", r->places[ev->output].name);
		fprintf(t.f,
		    ", \"bytes\": %zu, \"ms\": %.1f, \"outcome\": \"%s\"}\n",
		    ev->bytes, (double)ev->took / 1e3, outcome);
	} else {
		fprintf(t.f, "%s%c%s%c%s%c%zu%c%.1f%c%s\n", time, sep, trigger,
		    sep, sx_text_safe(path, sizeof(path), ev->dump->path), sep,
		    ev->bytes, sep, (double)ev->took / 1e3, sep, outcome);
	}
	recall_line_say(r, &t);
}

/* ---- --dry-run ---- */

static void
recall_heard_json(FILE *f, const struct sx_recall_news *news)
{
	static const char *const kinds[] = { "note", "program", "cc" };
	const struct sx_trigger *t = &news->trigger;
	const struct sx_recall_line *l = news->line;
	const bool cc = t->kind == SX_TRIGGER_CC;
	const bool program = t->kind == SX_TRIGGER_PROGRAM;
	const int value = cc ? t->number : program ? -1 : news->bytes[2];
	char time[SX_TIME_TEXT], pattern[SX_PATTERN_TEXT];

	fprintf(f, "{\"time\": \"%s\", \"hex\": ",
	    sx_time_text(time, news->time.wall));
	print_json_hex(f, news->bytes, news->len);
	fprintf(f, ", \"trigger\": \"%s\", \"channel\": %d, \"number\": %d",
	    kinds[t->kind], t->channel, cc ? t->controller : t->number);
	print_json_number(f, ", ", "value", value);
	print_json_number(f, ", ", "bank", program ? t->bank : -1);
	print_json_pair(f, ", ", "pattern",
	    program ? sx_pattern_text(t->number, pattern) : NULL);
	print_json_number(
	    f, ", ", "line", l != NULL && l->line > 0 ? (int64_t)l->line : -1);
	print_json_flag(f, ", ", "matches", l != NULL);
	fputs("}\n", f);
}

static void
recall_print_heard(struct recall *r, const struct sx_recall_news *news)
{
	const struct sx_recall_line *l = news->line;
	char value[1024], numbers[SX_TRIGGER_NUMBERS];
	struct line_text t;

	if (!line_open(&t, r->c))
		return;
	if (r->c->json) {
		recall_heard_json(t.f, news);
		recall_line_say(r, &t);
		return;
	}
	for (size_t i = 0; i < news->len; i++)
		fprintf(t.f, "%02x ", news->bytes[i]);
	fputs("  ", t.f);
	fputs(sx_trigger_numbers(&news->trigger, numbers), t.f);
	if (l == NULL)
		fputs(": no line\n", t.f);
	else if (l->line == 0)
		fprintf(t.f, ": %s\n",
		    sx_text_safe(value, sizeof(value), l->value));
	else
		fprintf(t.f, ": line %zu, %s = %s\n", l->line, l->text,
		    sx_text_safe(value, sizeof(value), l->value));
	recall_line_say(r, &t);
}

/* ---- Messages to the user ---- */

static void
recall_say_event(struct recall *r, const struct sx_recall_news *news)
{
	const struct sx_recall_event *ev = &news->event;
	char text[SX_TRIGGER_TEXT], pattern[SX_PATTERN_TEXT];

	switch (ev->type) {
	case SX_RECALL_TRIGGER:
		recall_print_trigger(r, news);
		break;
	case SX_RECALL_NO_LINE:
		say(r->c, "%s, counted from 0 (%d from 1, pattern %s): no line",
		    sx_trigger_text(&ev->trigger, NULL, text),
		    ev->trigger.number + 1,
		    sx_pattern_text(ev->trigger.number, pattern));
		break;
	case SX_RECALL_ECHO:
		if (!r->echoed)
			say(r->c, "the unit returned a dump sent to it: such "
				  "dumps are not passed on to it");
		r->echoed = true;
		break;
	case SX_RECALL_WEARS:
		warn(r->c,
		    "%s: more than %d dumps within an hour: this wears out the "
		    "memory of a unit that stores each",
		    r->places[ev->output].name, SX_RECALL_WEAR);
		break;
	}
}

void
recall_print_news(struct recall *r, const struct sx_recall_news *news)
{
	const char *port = news->port != NULL ? news->port->name : "";

	switch (news->type) {
	case SX_RECALL_LISTENING:
		recall_warn_wrong(r);
		recall_warn_ports(r);
		say(r->c, "listening on %s", port);
		break;
	case SX_RECALL_DID:
		recall_say_event(r, news);
		break;
	case SX_RECALL_HEARD:
		recall_print_heard(r, news);
		break;
	case SX_RECALL_LOST:
		warn_hint(r->c, news->why,
		    "waiting for it; what was due there is dropped");
		break;
	case SX_RECALL_FOUND:
		say(r->c, "%s is back", port);
		break;
	case SX_RECALL_RELOADED:
		recall_warn_wrong(r);
		say(r->c, "read again: %zu file%s", r->recall.set->ndumps,
		    plural(r->recall.set->ndumps));
		break;
	case SX_RECALL_NOT_RELOADED:
		warn_hint(r->c, news->why, "everything stays as it was");
		break;
	case SX_RECALL_STOPPING:
		if (news->busy)
			say(r->c, "finishing the current transfer; another "
				  "signal aborts it");
		break;
	case SX_RECALL_STEP:
	case SX_RECALL_TURN:
		break;
	case SX_RECALL_CUT:
		warn(r->c,
		    "%s: a dump was closed with F7: the unit may have stored "
		    "a broken dump, send it again",
		    port);
		break;
	}
}

/* Report what was not passed on, if it matters. */
static void
recall_say_dropped(struct recall *r, const struct sx_recall_counts *n)
{
	const struct {
		uint64_t count;
		const char *what;
	} rows[] = {
		{ n->late, "notes that were too late after a dump" },
		{ n->sensing, "active sensing" },
		{ n->realtime, "real-time bytes during dumps" },
		{ n->torn, "bytes of no complete message" },
		{ n->unplugged, "bytes while the output was lost" },
		{ n->overflowed + n->crowded,
		    "bytes that came faster than the output takes" },
		{ n->unheeded, "triggers while nothing was playing" },
		{ n->unsent, "dumps that waited at the end" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].count > 0)
			say(r->c, "dropped: %s: %" PRIu64, rows[i].what,
			    rows[i].count);
	if (n->offs > 0)
		say(r->c, "%" PRIu64 " note%s still sounding: ended", n->offs,
		    plural(n->offs));
}

void
recall_print_counts(struct recall *r)
{
	const struct sx_recall_counts *n;

	if (r->recall.dry_run)
		return;
	n = sx_recall_machine_counts(r->recall.machine);
	say(r->c,
	    "%" PRIu64 " trigger%s: %" PRIu64 " sent, %" PRIu64
	    " superseded, %" PRIu64 " repeated, %" PRIu64 " without a port",
	    n->triggers, plural(n->triggers), n->sent, n->superseded,
	    n->repeats, n->no_port);
	recall_say_dropped(r, n);
}
