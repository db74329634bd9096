/* SPDX-License-Identifier: ISC */
/*
 * A row out of dumps: what all their messages begin with, and where each holds
 * the number that the user knows it by.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices.h"
#include "own.h"
#include "sxlib/reader.h"

#define PREVIEWS 32

/* A message of a dump that was given. */
struct sample {
	const char *file;
	uint8_t *data; /* owned */
	size_t len;
	long slot; /* -1: not given */
};

struct teach {
	struct cli *c;
	const struct devices_opts *o;
	struct sample *samples;
	size_t nsamples;
	struct sx_own_row row;
	char maker[SX_FACT_TEXT]; /* as the first message has it */
	char *path;		  /* of devices.conf */
};

static int
add_sample(
    struct teach *t, const char *path, long slot, const struct sx_item *item)
{
	struct sample *p = realloc(t->samples, (t->nsamples + 1) * sizeof(*p));
	uint8_t *data = malloc(item->len + 1);

	if (p != NULL)
		t->samples = p;
	if (p == NULL || data == NULL) {
		free(data);
		return sx_fail_memory(&t->c->err);
	}
	memcpy(data, item->data, item->len);
	if (t->nsamples == 0)
		snprintf(t->maker, sizeof(t->maker), "%s", item->facts.maker);
	p[t->nsamples++] = (struct sample){ path, data, item->len, slot };
	/* The sample keeps data, which cppcheck does not see. */
	/* cppcheck-suppress memleak */
	return 0;
}

/* Is it fit to learn from? */
static int
check_item(struct teach *t, const char *path, const struct sx_item *item)
{
	char damage[SX_DAMAGE_TEXT];
	struct sx_err *e = &t->c->err;

	if (item->stray)
		return sx_fail(e, SX_EDATA, 0,
		    "'%s': %zu bytes belong to no message", path, item->len);
	if (sx_damage_text(item->damage, damage) != NULL)
		return sx_fail(
		    e, SX_EDATA, 0, "'%s': a message is cut: %s", path, damage);
	if (item->facts.maker_id == 0)
		return sx_fail(e, SX_EDATA, 0,
		    "'%s': a message without the ID of a maker", path);
	if (item->facts.kind == SX_KIND_FIRMWARE &&
	    t->o->kind != SX_KIND_FIRMWARE)
		return sx_fail(e, SX_EREFUSED, 0,
		    "'%s' is a part of an operating system (%s %s)", path,
		    item->facts.maker, item->facts.device);
	return 0;
}

static int
load(struct teach *t, const char *path, long slot)
{
	struct sx_file *f = sx_file_open(path, own_devices(t->c), &t->c->err);
	size_t before = t->nsamples;
	struct sx_item item;
	int rc;

	if (f == NULL)
		return -1;
	while ((rc = sx_file_next(f, &item, &t->c->err)) == 1)
		if (check_item(t, path, &item) == -1 ||
		    add_sample(t, path, slot, &item) == -1) {
			rc = -1;
			break;
		}
	sx_file_close(f);
	if (rc == 0 && t->nsamples == before)
		return sx_fail(
		    &t->c->err, SX_EDATA, 0, "'%s' holds no SysEx", path);
	return rc;
}

/* Where the ID alone would give another maker, as with Jomox, it is said. */
static void
name_maker(struct teach *t)
{
	const struct sx_maker *m =
	    sx_maker_find(sx_maker_of(t->row.value, t->row.len, NULL));

	if (t->row.maker == NULL && t->maker[0] != '\0' &&
	    (m == NULL || strcmp(m->brand, t->maker) != 0))
		t->row.maker = t->maker;
}

/* Do all messages have the same data byte at i? */
static bool
all_same(const struct teach *t, size_t i)
{
	for (size_t k = 0; k < t->nsamples; k++)
		if (i + 1 >= t->samples[k].len ||
		    t->samples[k].data[i] != t->samples[0].data[i])
			return false;
	return true;
}

static int
find_mask(struct teach *t, size_t files)
{
	const struct sample *first = &t->samples[0];
	struct sx_own_row *row = &t->row;
	size_t id;

	while (row->len < SX_OWN_BYTES && all_same(t, row->len)) {
		row->value[row->len] = first->data[row->len];
		row->mask[row->len++] = 0xff;
	}
	sx_maker_of(first->data, first->len, &id);
	if (row->len < 1 + id)
		return sx_fail(&t->c->err, SX_EREFUSED, 0,
		    "the dumps are of different makers: one row cannot name "
		    "them all");
	if (row->len == 1 + id)
		say(t->c,
		    "note: these dumps have nothing in common but the ID of "
		    "their maker, so the row fits all of that maker's "
		    "messages");
	else if (files == 1)
		say(t->c,
		    "note: with one dump there is nothing to compare, so the "
		    "row fits only what begins with the same %zu bytes: "
		    "give several dumps of this kind",
		    row->len);
	return 0;
}

/* Do all messages have their number, less `less`, at offset i? */
static bool
holds_slots(const struct teach *t, size_t i, long less)
{
	for (size_t k = 0; k < t->nsamples; k++)
		if (i + 1 >= t->samples[k].len ||
		    t->samples[k].data[i] != t->samples[k].slot - less)
			return false;
	return true;
}

/* How many offsets hold the numbers; *at gets the first, and text some of
 * them. */
static size_t
count_slots(
    const struct teach *t, long less, size_t *at, char *text, size_t size)
{
	size_t n = 0, id, used = 0;

	*at = 0;
	text[0] = '\0';
	sx_maker_of(t->samples[0].data, t->samples[0].len, &id);
	for (size_t i = 1 + id; i < t->samples[0].len; i++) {
		if (!holds_slots(t, i, less))
			continue;
		if (n++ == 0)
			*at = i;
		if (n <= 8)
			used += (size_t)snprintf(text + used, size - used,
			    "%s%zu", n > 1 ? ", " : "", i);
	}
	return n;
}

static int
find_slot(struct teach *t)
{
	char text[256];
	size_t n, at;

	if (t->o->nslots == 0)
		return 0;
	n = count_slots(t, 0, &t->row.slot, text, sizeof(text));
	if (n == 1)
		return 0;
	if (n > 1) {
		sx_fail(&t->c->err, SX_EREFUSED, 0,
		    "%zu bytes hold the numbers of --slot, at the offsets %s"
		    "%s: which one is the slot cannot be told",
		    n, text, n > 8 ? ", ..." : "");
		return sx_hint(&t->c->err,
		    "give more dumps, of slots whose numbers differ");
	}
	n = count_slots(t, 1, &at, text, sizeof(text));
	if (n == 1) {
		sx_fail(&t->c->err, SX_EREFUSED, 0,
		    "no byte holds the numbers of --slot, but the one at "
		    "offset %zu holds one less in all dumps",
		    at);
		return sx_hint(&t->c->err,
		    "messages count from 0: give --slot as the message has "
		    "it, each one less");
	}
	say(t->c, "note: no byte holds the numbers of --slot in all dumps, so "
		  "the row says no slot");
	return 0;
}

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

	for (size_t i = 0; i < n; i++)
		if (load(t, files[i], t->o->nslots > 0 ? t->o->slots[i] : -1) ==
		    -1)
			return -1;
	if (find_mask(t, n) == -1 || find_slot(t) == -1)
		return -1;
	name_maker(t);
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
