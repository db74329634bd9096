/* SPDX-License-Identifier: ISC */
/*
 * A row out of dumps: what all their messages begin with, and where each holds
 * the number that the user knows it by.
 */
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "own.h"
#include "sxlib/reader.h"

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

int
teach_row(struct teach *t, char **files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (load(t, files[i], t->o->nslots > 0 ? t->o->slots[i] : -1) ==
		    -1)
			return -1;
	if (find_mask(t, n) == -1 || find_slot(t) == -1)
		return -1;
	name_maker(t);
	return 0;
}
