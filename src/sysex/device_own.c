/* SPDX-License-Identifier: ISC */
/* The user's own rows: made into the form of the built-in ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device_row.h"

_Static_assert(
    SX_OWN_BYTES <= SX_TRIAGE_BYTES, "a beginning settles the user's rows");

/* One row and all that it points to. */
struct own {
	struct sx_device device;
	struct sx_format format;
	char name[SX_FACT_TEXT], maker[SX_FACT_TEXT];
	char source[]; /* as long as it takes */
};

struct sx_devices {
	struct own **all;
	const struct sx_device_row **rows; /* of the same */
	size_t n;
};

struct sx_devices *
sx_devices_new(struct sx_err *e)
{
	struct sx_devices *d = calloc(1, sizeof(*d));

	if (d == NULL)
		sx_fail_memory(e);
	return d;
}

void
sx_devices_free(struct sx_devices *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->n; i++)
		free(d->all[i]);
	free(d->all);
	free(d->rows);
	free(d);
}

static int
check_bytes(const struct sx_own_row *row, struct sx_err *e)
{
	size_t id;

	if (row->len == 0 || row->len > SX_OWN_BYTES)
		return sx_fail(e, SX_EDATA, 0,
		    "the mask must have 1 to %d bytes, not %zu", SX_OWN_BYTES,
		    row->len);
	if (row->value[0] != 0xf0 || row->mask[0] != 0xff)
		return sx_fail(
		    e, SX_EDATA, 0, "the mask does not begin with F0");
	for (size_t i = 1; i < row->len; i++)
		if ((row->value[i] & row->mask[i]) > 0x7f)
			return sx_fail(e, SX_EDATA, 0,
			    "the mask has %02X, which is no data byte",
			    row->value[i]);
	if (row->mask[row->len - 1] != 0xff)
		return sx_fail(e, SX_EDATA, 0, "the mask ends in an open byte");
	if (sx_maker_of(row->value, row->len, &id) == 0)
		return sx_fail(e, SX_EDATA, 0,
		    "the mask does not hold the whole ID of a maker");
	for (size_t i = 1; i <= id; i++)
		if (row->mask[i] != 0xff)
			return sx_fail(e, SX_EDATA, 0,
			    "the mask leaves the ID of the maker open");
	if (row->slot != 0 && row->slot <= id)
		return sx_fail(e, SX_EDATA, 0,
		    "a slot at offset %zu lies in the ID of the maker",
		    row->slot);
	return 0;
}

static int
check_text(const char *what, const char *text, struct sx_err *e)
{
	if (text[0] == '\0')
		return sx_fail(e, SX_EDATA, 0, "the %s has no name", what);
	/* In parentheses a name is a heading: see device_row.h. */
	if (text[0] == '(')
		return sx_fail(e, SX_EDATA, 0,
		    "the name of the %s may not begin with '('", what);
	if (strlen(text) >= SX_FACT_TEXT)
		return sx_fail(e, SX_EDATA, 0,
		    "the name of the %s is longer than %d bytes", what,
		    SX_FACT_TEXT - 1);
	return 0;
}

static int
check(
    const struct sx_devices *d, const struct sx_own_row *row, struct sx_err *e)
{
	if (check_text("device", row->device, e) == -1 ||
	    (row->maker != NULL && check_text("maker", row->maker, e) == -1) ||
	    check_bytes(row, e) == -1)
		return -1;
	for (size_t i = 0; i < d->n; i++)
		if (memcmp(d->all[i]->device.value, row->value, row->len) ==
			0 &&
		    memcmp(d->all[i]->device.mask, row->mask, row->len) == 0 &&
		    sx_reach(d->all[i]->device.mask) == row->len)
			return sx_fail(e, SX_EDATA, 0,
			    "the same mask is there already, for %s (%s)",
			    d->all[i]->name, d->all[i]->source);
	return 0;
}

/* Messages of these kinds hold nothing that a user made: docs/kinds.md. */
static bool
is_passing(enum sx_kind kind)
{
	return kind >= SX_KIND_REQUEST;
}

static struct own *
make(const struct sx_own_row *row)
{
	size_t size = strlen(row->source) + 1;
	struct own *o = calloc(1, sizeof(*o) + size);

	if (o == NULL)
		return NULL;
	snprintf(o->name, sizeof(o->name), "%s", row->device);
	memcpy(o->source, row->source, size);
	o->format = (struct sx_format){
		.min = row->slot != 0 ? row->slot + 2 : 0,
		.kind = row->kind,
		.trust = SX_TRUST_USER,
		.passing = is_passing(row->kind),
		.slot = row->slot,
	};
	o->device = (struct sx_device){
		.row = { .maker = sx_maker_of(row->value, row->len, NULL),
		    .device = o->name,
		    .kinds = sx_kind_text(row->kind),
		    .trust = SX_TRUST_USER,
		    .source = o->source,
		    .delay_ms = row->delay_ms,
		    .rate = row->rate },
		.formats = &o->format,
		.nformats = 1,
	};
	if (row->maker != NULL) {
		snprintf(o->maker, sizeof(o->maker), "%s", row->maker);
		o->device.row.maker_name = o->maker;
	}
	for (size_t i = 0; i < row->len; i++) {
		o->device.value[i] = row->value[i] & row->mask[i];
		o->device.mask[i] = row->mask[i];
	}
	return o;
}

int
sx_devices_add(
    struct sx_devices *d, const struct sx_own_row *row, struct sx_err *e)
{
	const struct sx_device_row **rows;
	struct own **all, *o;

	if (check(d, row, e) == -1)
		return -1;
	all = realloc(d->all, (d->n + 1) * sizeof(*all));
	if (all != NULL)
		d->all = all;
	rows = realloc(d->rows, (d->n + 1) * sizeof(*rows));
	if (rows != NULL)
		d->rows = rows;
	o = all != NULL && rows != NULL ? make(row) : NULL;
	if (o == NULL)
		return sx_fail_memory(e);
	d->rows[d->n] = &o->device.row;
	d->all[d->n++] = o;
	return 0;
}

const struct sx_device_row *const *
sx_devices_rows(const struct sx_devices *d, size_t *n)
{
	*n = d != NULL ? d->n : 0;
	return d != NULL ? d->rows : NULL;
}

const struct sx_device *
sx_devices_find(const struct sx_devices *own, const uint8_t *msg, size_t n)
{
	const struct sx_device *best = NULL;

	for (size_t i = 0; own != NULL && i < own->n; i++) {
		const struct sx_device *d = &own->all[i]->device;

		if (sx_matches(msg, n, d->value, d->mask) &&
		    (best == NULL || sx_reach(d->mask) > sx_reach(best->mask)))
			best = d;
	}
	return best;
}
