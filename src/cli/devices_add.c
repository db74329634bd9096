/* SPDX-License-Identifier: ISC */
/* devices add: learns a row, shows it, and stores it if the user agrees. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices.h"
#include "sxlib/instrument.h"
#include "sxlib/reader.h"
#include "sxlib/record.h"
#include "sxlib/text.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

#define PREVIEWS 32

struct teach {
	struct cli *c;
	const struct devices_opts *o;
	struct sx_teach learned;
	char *path; /* of devices.conf */
};

/* Warn that the row may hide a known format, and with it a slot or a
 * checksum. */
static void
devices_say_what_is_known(struct teach *t)
{
	const struct sx_taught_dump *s = &t->learned.dumps[0];
	char text[512];
	struct sx_record record;
	struct sx_facts f;

	sx_device_decode(user_devices(t->c), s->data, s->len, &f);
	record = sx_teach_record(&t->learned, 0, &f);
	if (f.trust > SX_TRUST_INFERRED && f.kind != SX_KIND_UNKNOWN)
		say(t->c, "note: '%s' is already known: %s", s->file,
		    sx_record_text(text, sizeof(text), &record));
}

/* Show how the dumps are decoded with the new row, which has been added. */
static int
devices_preview(struct teach *t)
{
	const struct sx_devices *user = user_devices(t->c);
	struct sx_record record;
	struct sx_facts f;
	char text[512];

	for (size_t i = 0; i < t->learned.ndumps; i++) {
		if (sx_teach_prove(&t->learned, i, user, &f, &t->c->err) == -1)
			return -1;
		record = sx_teach_record(&t->learned, i, &f);
		if (i < PREVIEWS)
			say(t->c, "%s: %s", record.file,
			    sx_record_text(text, sizeof(text), &record));
	}
	if (t->learned.ndumps > PREVIEWS)
		say(t->c, "and %zu more messages",
		    t->learned.ndumps - PREVIEWS);
	return 0;
}

static void
devices_say_lines(struct cli *c, const char *text)
{
	for (size_t n; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		say(c, "%.*s", (int)n, text);
	}
}

/* Ask the user. Returns 1: store the row; 0: do not; -1 and sets c->err: there
 * is no terminal to ask on. */
static int
devices_ask(struct teach *t)
{
	char *answer = NULL, safe[512];
	size_t size = 0;
	int yes;

	if (t->o->yes)
		return 1;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		opt_fail(t->c, "nothing was added: no terminal to confirm on");
		return sx_hint(
		    &t->c->err, "use --yes to add it without asking");
	}
	fprintf(stderr, "Add this row to %s? [y/N] ",
	    sx_text_safe(safe, sizeof(safe), t->path));
	fflush(stderr);
	yes = getline(&answer, &size, stdin) > 0 &&
	      (answer[0] == 'y' || answer[0] == 'Y');
	free(answer);
	return yes;
}

/* Print the row added last, without its line number in the file. */
static void
print_added(const struct teach *t)
{
	const struct sx_devices *user = user_devices(t->c);
	struct sx_device_row row = { .device = NULL };
	struct sx_instrument in;

	for (size_t i = 0; sx_instrument(user, i, &in); i++)
		if (in.row.trust == SX_TRUST_USER &&
		    strcmp(in.row.device, t->learned.row.device) == 0)
			row = in.row;
	if (row.device == NULL)
		return;
	row.source = t->path;
	print_device_json(t->c, &row);
}

static int
devices_keep(struct teach *t, const char *text)
{
	int rc;

	devices_say_what_is_known(t);
	if (sx_taught_check(&t->learned.row, text, &t->c->err) == -1)
		return -1;
	if (user_devices_add(t->c, t->path, text) == -1 ||
	    devices_preview(t) == -1)
		return -1;
	say(t->c, "%s", "");
	devices_say_lines(t->c, text);
	rc = devices_ask(t);
	if (rc == 0)
		return sx_fail(&t->c->err, SX_EREFUSED, 0, "nothing was added");
	if (rc == -1 || sx_config_append(t->path, text, &t->c->err) == -1)
		return -1;
	if (t->c->json)
		print_added(t);
	else
		say_path(t->c, t->path);
	return 0;
}

/* ---- Notes on the learned row ---- */

static void
devices_tell_mask(struct cli *c, const struct sx_teach *t, size_t files)
{
	if (t->only_id)
		say(c, "note: these dumps have only the maker ID in common, so "
		       "the row matches all of that maker's messages");
	else if (files == 1)
		say(c,
		    "note: a single dump cannot be compared, so the row "
		    "matches only messages that start with the same %zu bytes: "
		    "give several dumps of this kind",
		    t->common);
}

static void
devices_tell_slot(struct cli *c, const struct sx_teach *t)
{
	if (t->slot.n == 0)
		say(c, "note: no byte matches --slot in all dumps, so the row "
		       "has no slot");
	if (t->beside != 0)
		say(c,
		    "note: the byte at offset %zu is 00 in all dumps: if there "
		    "are slots above 127, add a dump from one of them, or they "
		    "are shown as starting at 0 again",
		    t->beside);
	if (t->bank != 0)
		say(c,
		    "note: assuming banks of %ld slots and %c as the last "
		    "bank: if that is wrong, correct `slot` and `shown`",
		    t->bank, t->last_bank);
	else if (t->row.shown[0] != '\0')
		say(c,
		    "note: the display counts from %ld, messages from 0; if "
		    "%ld is not the last slot, correct `shown`",
		    t->first, t->last);
}

/* Report the notes. Returns -1 and sets c->err if the row is ambiguous. */
static int
devices_tell(struct cli *c, const struct sx_teach *t, size_t files)
{
	devices_tell_mask(c, t, files);
	if (t->nslots > 0 && t->slot.n <= 1)
		devices_tell_slot(c, t);
	if (sx_teach_clear(t, &c->err) == -1)
		return -1;
	if (t->nnames > 0 && t->name.n == 0)
		say(c, "note: --name was not found in all dumps in any known "
		       "encoding, so the row has no name");
	return 0;
}

static int
devices_teach(struct teach *t, char **files, size_t n)
{
	char *text;
	int rc;

	if (sx_teach(&t->learned, files, n, &t->c->err) == -1 ||
	    devices_tell(t->c, &t->learned, n) == -1)
		return -1;
	t->path = sx_config_path(DEVICES_CONF, &t->c->err);
	if (t->path == NULL)
		return -1;
	text = sx_taught_text(&t->learned.row, &t->c->err);
	if (text == NULL)
		return -1;
	rc = devices_keep(t, text);
	free(text);
	return rc;
}

void
devices_add(struct cli *c, const struct devices_opts *o)
{
	struct teach t = { .c = c, .o = o };
	size_t n = (size_t)(c->argc - c->next);

	t.learned = (struct sx_teach){ .slots = o->slots,
		.nslots = o->nslots,
		.names = o->names,
		.nnames = o->nnames,
		.row = { .device = o->device,
		    .maker = o->maker,
		    .kind = (enum sx_kind)o->kind,
		    .delay_ms = (int)o->delay,
		    .rate = (int)o->rate } };
	if (o->device == NULL || o->kind == -1) {
		opt_fail(c, "missing --device NAME or --kind KIND");
	} else if (n == 0) {
		opt_fail(c, "missing DUMP");
	} else if (sx_teach_check(&t.learned, n, &c->err) == 0) {
		t.learned.user = user_devices(c);
		devices_teach(&t, c->argv + c->next, n);
	}
	sx_teach_end(&t.learned);
	free(t.path);
}
