/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "sxlib/pairs.h"

void
sx_runs_of_bytes(
    struct sx_runs *r, const uint8_t *a, size_t na, const uint8_t *b, size_t nb)
{
	*r = (struct sx_runs){ .a = a, .na = na, .b = b, .nb = nb };
}

void
sx_runs_of_pair(struct sx_runs *r, const struct sx_pair *pair)
{
	const struct sx_item *a = pair->a, *b = pair->b;

	sx_runs_of_bytes(r, a->data, a->len, b->data, b->len);
	if (!a->stray)
		sx_fields(r->fields_a, &a->facts, a->data, a->len);
	if (!b->stray)
		sx_fields(r->fields_b, &b->facts, b->data, b->len);
}

/* Do the messages differ at byte i, or does only one have it? */
static bool
runs_differ(const struct sx_runs *r, size_t i)
{
	return i >= r->na || i >= r->nb || r->a[i] != r->b[i];
}

static enum sx_field
runs_field(const struct sx_runs *r, size_t i)
{
	enum sx_field field =
	    sx_field_at(i < r->na ? r->fields_a : r->fields_b, i);

	return field != SX_FIELD_PAYLOAD ? field : SX_FIELDS;
}

bool
sx_runs_next(struct sx_runs *r, struct sx_run *run)
{
	size_t most = r->na > r->nb ? r->na : r->nb, i = r->at;

	while (i < most && !runs_differ(r, i))
		i++;
	r->at = i;
	if (i == most)
		return false;
	*run = (struct sx_run){ .off = i, .field = runs_field(r, i) };
	/* A run ends at another field, and where one message ends. */
	while (i < most && runs_differ(r, i) &&
	       (i < r->na) == (run->off < r->na) &&
	       (i < r->nb) == (run->off < r->nb) &&
	       runs_field(r, i) == run->field)
		i++;
	run->len = i - run->off;
	r->at = i;
	return true;
}

char *
sx_runs_text(char buf[SX_RUNS_TEXT], const struct sx_runs *r)
{
	struct sx_runs rest = *r;
	struct sx_run run;
	size_t bytes = 0, n = 0;

	for (; sx_runs_next(&rest, &run); n++)
		bytes += run.len;
	snprintf(buf, SX_RUNS_TEXT, "%zu byte%s in %zu run%s", bytes,
	    bytes == 1 ? " differs" : "s differ", n, n == 1 ? "" : "s");
	return buf;
}
