/* SPDX-License-Identifier: ISC */
/* Learns an instrument's row from dumps: the bytes that all messages begin
 * with, and where each one stores the slot and name that the user typed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/reader.h"
#include "teach.h"

/* Return what the user typed for file i; the name is for its first message
 * only. */
static struct sx_taught_dump
teach_typed(const struct sx_teach *t, size_t i, bool first)
{
	struct sx_taught_dump s = { 0 };

	if (i < t->nslots)
		s.slot = &t->slots[i];
	if (i < t->nnames && first)
		s.name = t->names[i];
	return s;
}

static int
teach_add_dump(struct sx_teach *t, const char *path, struct sx_taught_dump s,
    const struct sx_item *item, struct sx_err *e)
{
	struct sx_taught_dump *p =
	    realloc(t->dumps, (t->ndumps + 1) * sizeof(*p));
	uint8_t *data = malloc(item->len + 1);

	if (p != NULL)
		t->dumps = p;
	if (p == NULL || data == NULL) {
		free(data);
		return sx_fail_memory(e);
	}
	memcpy(data, item->data, item->len);
	if (t->ndumps == 0)
		snprintf(t->maker, sizeof(t->maker), "%s", item->facts.maker);
	s.file = path;
	s.data = data;
	s.len = item->len;
	p[t->ndumps++] = s;
	/* Data belongs to the dump now, which cppcheck does not see. */
	/* cppcheck-suppress memleak */
	return 0;
}

/* Check that a message is suitable to learn from. */
static int
teach_check_item(const struct sx_teach *t, const char *path,
    const struct sx_item *item, struct sx_err *e)
{
	char damage[SX_DAMAGE_TEXT];

	if (item->stray)
		return sx_fail(e, SX_EDATA, 0,
		    "'%s': %zu bytes outside any message", path, item->len);
	if (sx_damage_text(item->damage, damage) != NULL)
		return sx_fail(
		    e, SX_EDATA, 0, "'%s': damaged message: %s", path, damage);
	if (item->facts.maker_id == 0)
		return sx_fail(
		    e, SX_EDATA, 0, "'%s': a message without a maker ID", path);
	if (item->facts.kind == SX_KIND_FIRMWARE &&
	    t->row.kind != SX_KIND_FIRMWARE)
		return sx_fail(e, SX_EREFUSED, 0,
		    "'%s' is part of an operating system (%s %s)", path,
		    item->facts.maker, item->facts.device);
	return 0;
}

static int
teach_load(struct sx_teach *t, const char *path, size_t i, struct sx_err *e)
{
	struct sx_file *f = sx_file_open(path, t->user, e);
	size_t before = t->ndumps;
	struct sx_item item;
	int rc;

	if (f == NULL)
		return -1;
	while ((rc = sx_file_next(f, &item, e)) == 1) {
		if (item.stray && item.len == sx_file_size(f))
			continue;
		if (teach_check_item(t, path, &item, e) == -1 ||
		    teach_add_dump(t, path,
			teach_typed(t, i, t->ndumps == before), &item,
			e) == -1) {
			rc = -1;
			break;
		}
	}
	if (rc == 0 && t->ndumps == before)
		rc = sx_file_nothing(f, e);
	sx_file_close(f);
	return rc;
}

/* Write the maker only if the ID alone would give another one, as with
 * Jomox. */
static void
teach_name_maker(struct sx_teach *t)
{
	const struct sx_maker *m =
	    sx_maker_find(sx_maker_of(t->row.value, t->row.len, NULL));

	if (t->row.maker == NULL && t->maker[0] != '\0' &&
	    (m == NULL || strcmp(m->brand, t->maker) != 0))
		t->row.maker = t->maker;
}

/* Do all messages have the same data byte at i? */
static bool
all_same(const struct sx_teach *t, size_t i)
{
	for (size_t k = 0; k < t->ndumps; k++)
		if (i + 1 >= t->dumps[k].len ||
		    t->dumps[k].data[i] != t->dumps[0].data[i])
			return false;
	return true;
}

static int
teach_find_mask(struct sx_teach *t, struct sx_err *e)
{
	const struct sx_taught_dump *first = &t->dumps[0];
	struct sx_taught *row = &t->row;
	size_t id;

	while (row->len < SX_TAUGHT_BYTES && all_same(t, row->len)) {
		row->value[row->len] = first->data[row->len];
		row->mask[row->len++] = 0xff;
	}
	sx_maker_of(first->data, first->len, &id);
	if (row->len < 1 + id)
		return sx_fail(e, SX_EREFUSED, 0,
		    "the dumps are from different makers: one row "
		    "cannot match them all");
	t->common = row->len;
	t->only_id = row->len == 1 + id;
	return 0;
}

int
sx_teach(struct sx_teach *t, char *const *files, size_t n, struct sx_err *e)
{
	int rc;

	for (size_t i = 0; i < n; i++)
		if (teach_load(t, files[i], i, e) == -1)
			return -1;
	rc = teach_find_mask(t, e);
	if (rc == 0)
		rc = sx_teach_slot(t, e);
	if (rc == 0)
		rc = sx_teach_name(t, e);
	if (rc == 0)
		teach_name_maker(t);
	return rc;
}

static int
teach_fail_places(
    const char *option, const struct sx_taught_places *places, struct sx_err *e)
{
	char text[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < places->n && i < SX_TAUGHT_PLACES; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s%zu", i > 0 ? ", " : "", places->at[i]);
	return sx_fail(e, SX_EREFUSED, 0,
	    "%s is ambiguous: %zu places match, at offsets %s%s", option,
	    places->n, text, places->n > SX_TAUGHT_PLACES ? ", ..." : "");
}

int
sx_teach_clear(const struct sx_teach *t, struct sx_err *e)
{
	if (t->slot.n > 1) {
		teach_fail_places("--slot", &t->slot, e);
		return sx_hint(e, "add dumps from other slots");
	}
	if (t->name.n > 1) {
		teach_fail_places("--name", &t->name, e);
		return sx_hint(e,
		    "add dumps with longer and different names, each with its "
		    "--name");
	}
	return 0;
}

void
sx_teach_end(struct sx_teach *t)
{
	for (size_t i = 0; i < t->ndumps; i++)
		free(t->dumps[i].data);
	free(t->dumps);
}
