/* SPDX-License-Identifier: ISC */
/* The user's instruments, each in a separate book, so that pointers into one
 * stay valid when another is added. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "devices.h"

struct sx_devices {
	struct sx_book *all;
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
		sx_book_free(&d->all[i]);
	free(d->all);
	free(d);
}

size_t
sx_devices_count(const struct sx_devices *d)
{
	return d != NULL ? d->n : 0;
}

struct sx_mark
sx_devices_at(const struct sx_devices *d, size_t i)
{
	return (struct sx_mark){ d->all[i].bytes, d->all[i].texts };
}

/*
 * Refuse a second user's instrument with the same first bytes: messages would
 * be ambiguous. Built-in ones share a manufacturer's bytes and differ in their
 * messages.
 */
static int
check_twin(const struct sx_devices *d, const struct sx_instrument *in,
    struct sx_mark record, struct sx_err *e)
{
	struct sx_instrument other = { 0 };

	if (in->row.trust != SX_TRUST_USER || sx_book_reach(record) == 0)
		return 0;
	for (size_t i = 0; i < d->n; i++) {
		if (!sx_book_same_mask(sx_devices_at(d, i), record))
			continue;
		sx_book_instrument(sx_devices_at(d, i), &other);
		return sx_fail(e, SX_EDATA, 0,
		    "mask: same as that of %s (%s): expected a different one",
		    other.row.device, other.row.source);
	}
	return 0;
}

static int
add_book(struct sx_devices *d, const struct sx_book *b, struct sx_err *e)
{
	struct sx_book *all = realloc(d->all, (d->n + 1) * sizeof(*all));

	if (all == NULL)
		return sx_fail_memory(e);
	d->all = all;
	all[d->n++] = *b;
	return 0;
}

int
sx_devices_add(struct sx_devices *d, const struct sx_instrument *in,
    const struct sx_message_kind *formats,
    const struct sx_request_row *requests,
    const struct sx_identity_row *identities, struct sx_err *e)
{
	struct sx_book b = { 0 };

	if (sx_book_add(&b, in, formats, requests, identities, e) == 0 &&
	    check_twin(d, in, (struct sx_mark){ b.bytes, b.texts }, e) == 0 &&
	    add_book(d, &b, e) == 0)
		return 0;
	sx_book_free(&b);
	return -1;
}

struct sx_mark
sx_devices_record(const struct sx_devices *user, size_t i)
{
	size_t mine = sx_devices_count(user);

	return i < mine ? sx_devices_at(user, i) : sx_built_in(i - mine);
}

bool
sx_instrument(const struct sx_devices *user, size_t i, struct sx_instrument *in)
{
	struct sx_mark m = sx_devices_record(user, i);

	*in = (struct sx_instrument){ 0 };
	if (m.at != NULL)
		sx_book_instrument(m, in);
	return m.at != NULL;
}

bool
sx_instrument_named(
    const struct sx_devices *user, const char *name, struct sx_instrument *in)
{
	for (size_t i = 0; sx_instrument(user, i, in); i++)
		if (strcasecmp(in->row.device, name) == 0)
			return true;
	return false;
}

const char *
sx_device_maker(const struct sx_device_row *row)
{
	const struct sx_maker *m = sx_maker_find(row->maker);

	if (row->maker_name != NULL)
		return row->maker_name;
	return m != NULL ? m->brand : NULL;
}

enum sx_names
sx_instrument_names(const struct sx_instrument *in)
{
	struct sx_message_kind f;

	for (size_t i = 0; i < in->nformats; i++) {
		sx_instrument_format(in, i, &f);
		if (f.layout.name[0].len != 0 || f.sounds.name.len != 0)
			return SX_NAMES_YES;
	}
	return in->nameless ? SX_NAMES_NONE : SX_NAMES_UNKNOWN;
}
