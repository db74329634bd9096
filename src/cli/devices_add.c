/* SPDX-License-Identifier: ISC */
/* devices add: a row is learned, shown, and kept if the user wants it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices.h"
#include "own.h"
#include "sxlib/reader.h"

#define PREVIEWS 32

static void
describe_sample(struct teach *t, const struct sample *s, struct sx_facts *f,
    char *text, size_t size)
{
	struct record record = { .file = s->file,
		.time = -1,
		.offset = -1,
		.bytes = s->len,
		.messages = 1,
		.facts = f };

	sx_device_decode(own_devices(t->c), s->data, s->len, f);
	describe(text, size, &record);
}

/* A row may hide what is known, and with that a slot or a checksum. */
static void
say_what_is_known(struct teach *t)
{
	const struct sample *s = &t->samples[0];
	char text[512];
	struct sx_facts f;

	describe_sample(t, s, &f, text, sizeof(text));
	if (f.trust > SX_TRUST_INFERRED && f.kind != SX_KIND_UNKNOWN)
		say(t->c, "note: '%s' is known already: %s", s->file, text);
}

/* What the dumps are called with the new row; it has been added. */
static int
preview(struct teach *t)
{
	struct sx_facts f;
	char text[512];

	for (size_t i = 0; i < t->nsamples; i++) {
		const struct sample *s = &t->samples[i];

		describe_sample(t, s, &f, text, sizeof(text));
		if (f.trust != SX_TRUST_USER ||
		    strcmp(f.device, t->row.device) != 0) {
			sx_fail(&t->c->err, SX_EREFUSED, 0,
			    "'%s' would still be: %s", s->file, text);
			return sx_hint(&t->c->err,
			    "this row is no longer than the one that says so "
			    "(see `sxlib devices`)");
		}
		if (i < PREVIEWS)
			say(t->c, "%s: %s", s->file, text);
	}
	if (t->nsamples > PREVIEWS)
		say(t->c, "and %zu more messages", t->nsamples - PREVIEWS);
	return 0;
}

static void
say_lines(struct cli *c, const char *text)
{
	for (size_t n; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		say(c, "%.*s", (int)n, text);
	}
}

/* 1: keep it; 0: the user does not want to; -1 and c->err: nobody to ask. */
static int
ask(struct teach *t)
{
	char *answer = NULL, safe[512];
	size_t size = 0;
	int yes;

	if (t->o->yes)
		return 1;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		sx_fail(&t->c->err, SX_EUSAGE, 0,
		    "nothing was kept: there is no terminal to ask on");
		return sx_hint(&t->c->err, "--yes keeps the row unasked");
	}
	fprintf(stderr, "Keep this row in %s? [y/N] ",
	    safe_text(safe, sizeof(safe), t->path));
	fflush(stderr);
	yes = getline(&answer, &size, stdin) > 0 &&
	      (answer[0] == 'y' || answer[0] == 'Y');
	free(answer);
	return yes;
}

static bool
is_plain(const char *text)
{
	char safe[SX_FACT_TEXT * 4];

	return text == NULL ||
	       strcmp(safe_text(safe, sizeof(safe), text), text) == 0;
}

/* Is text read back as the row that it was made of? A blank at the end of a
 * name, say, would be lost. */
static bool
reads_back(const struct teach *t, const char *text)
{
	struct sx_err why = { 0 };
	struct sx_devices *d = sx_devices_new(&why);
	struct sx_config *f =
	    sx_config_memory(DEVICES_CONF, text, strlen(text), &why);
	const struct sx_device_row *const *rows;
	size_t n = 0;
	bool same;

	same = d != NULL && f != NULL && sx_config_device(f, d, &why) == 1 &&
	       sx_config_device(f, d, &why) == 0;
	rows = sx_devices_rows(d, &n);
	same = same && n == 1 && strcmp(rows[0]->device, t->row.device) == 0 &&
	       (t->row.maker == NULL ||
		   strcmp(rows[0]->maker_name, t->row.maker) == 0);
	sx_config_close(f);
	sx_devices_free(d);
	if (why.code == SX_ENOMEM)
		sx_fail_memory(&t->c->err);
	return same;
}

static int
keep(struct teach *t, const char *text)
{
	const struct sx_device_row *const *rows;
	size_t n;
	int rc;

	say_what_is_known(t);
	if (own_devices_add(t->c, &t->row) == -1 || preview(t) == -1)
		return -1;
	if (!is_plain(t->row.device) || !is_plain(t->row.maker) ||
	    !reads_back(t, text))
		return sx_fail(&t->c->err, SX_EUSAGE, 0,
		    "a name cannot begin or end in a blank, or have control "
		    "characters");
	say(t->c, "%s", "");
	say_lines(t->c, text);
	rc = ask(t);
	if (rc == 0)
		return sx_fail(&t->c->err, SX_EREFUSED, 0, "nothing was kept");
	if (rc == -1 || sx_config_append(t->path, text, &t->c->err) == -1)
		return -1;
	rows = sx_devices_rows(own_devices(t->c), &n);
	if (t->c->json)
		print_device_json(rows[n - 1]);
	else
		say_path(t->c, t->path);
	return 0;
}

static int
check_slots(struct cli *c, const struct devices_opts *o, size_t files)
{
	bool differ = false;

	if (o->nslots == 0)
		return 0;
	for (size_t i = 1; i < o->nslots; i++)
		differ |= o->slots[i] != o->slots[0];
	if (o->nslots != files)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--slot is needed once for each dump: %zu for %zu dump%s",
		    o->nslots, files, plural(files));
	if (!differ)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--slot needs several dumps, of different slots");
	return 0;
}

static int
teach(struct teach *t, char **files, size_t n)
{
	char *text;
	int rc;

	if (teach_row(t, files, n) == -1)
		return -1;
	t->path = sx_config_path(DEVICES_CONF, &t->c->err);
	if (t->path == NULL)
		return -1;
	t->row.source = t->path;
	text = sx_config_device_text(&t->row);
	if (text == NULL)
		return sx_fail_memory(&t->c->err);
	rc = keep(t, text);
	free(text);
	return rc;
}

void
devices_add(struct cli *c, const struct devices_opts *o)
{
	struct teach t = { .c = c, .o = o };
	size_t n = (size_t)(c->argc - c->next);

	if (o->device == NULL || o->kind == -1)
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--device NAME and --kind KIND are needed");
	else if (n == 0)
		sx_fail(&c->err, SX_EUSAGE, 0, "no dump is given");
	else if (check_slots(c, o, n) == 0) {
		t.row = (struct sx_own_row){ .device = o->device,
			.maker = o->maker,
			.kind = (enum sx_kind)o->kind,
			.delay_ms = (int)o->delay,
			.rate = (int)o->rate };
		teach(&t, c->argv + c->next, n);
	}
	for (size_t i = 0; i < t.nsamples; i++)
		free(t.samples[i].data);
	free(t.samples);
	free(t.path);
}
