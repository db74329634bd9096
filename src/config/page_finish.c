/* SPDX-License-Identifier: ISC */
/* Turns a page into an instrument: resolves relations between its messages, and
 * makes arrays in the form used for lookup. */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

static bool
has_message(const struct page *p, const char *what)
{
	for (size_t i = 0; i < p->nmessages; i++)
		if (strcmp(p->messages[i].format.what, what) == 0)
			return true;
	return false;
}

static int
check_named(struct page *p, const struct page_message *m, const char *key,
    const char *what)
{
	if (what == NULL || has_message(p, what))
		return 0;
	return conf_fail(p->f, m->line, &p->e,
	    "%s: '%.80s' is not a message of %s: expected the WHAT of a "
	    "[:WHAT]",
	    key, what, p->in.row.device);
}

/* Resolve 'answer': another way to request a message is not a separate
 * message. */
static int
page_finish_answers(struct page *p)
{
	for (size_t i = 0; i < p->nmessages; i++) {
		struct page_message *m = &p->messages[i];
		const struct sx_message_kind *f = NULL;
		struct sx_mask *to = &m->request.ask.answer;

		if (check_named(p, m, "answer", m->answer) == -1)
			return -1;
		for (size_t k = 0; m->answer && k < p->nmessages; k++)
			if (strcmp(p->messages[k].format.what, m->answer) == 0)
				f = &p->messages[k].format;
		if (f == NULL)
			continue;
		if (!m->asked)
			return conf_fail(p->f, m->line, &p->e,
			    "answer: there is no request: expected a key "
			    "'ask'");
		for (size_t at = 0; at < SX_TRIAGE_BYTES; at++) {
			to->value[at] |= f->mask.value[at];
			to->bits[at] |= f->mask.bits[at];
		}
		m->request.kind = (enum sx_kind)f->kind;
		if (m->request.most == 0)
			m->request.most = f->max;
	}
	return 0;
}

/* Give dumps and the messages that store them the same pair number, negative
 * for the latter. */
static int
pair_up(struct page *p)
{
	int8_t pairs = 0;

	for (size_t i = 0; i < p->nmessages; i++) {
		struct page_message *m = &p->messages[i];

		if (check_named(p, m, "stored-by", m->stored_by) == -1 ||
		    check_named(p, m, "buffer", m->format.buffer) == -1 ||
		    check_named(p, m, "sound-as", m->format.sounds.as) == -1 ||
		    check_named(p, m, "sound-more", m->format.sounds.more) ==
			-1)
			return -1;
		for (size_t k = 0; m->stored_by && k < p->nmessages; k++) {
			struct page_message *store = &p->messages[k];

			if (strcmp(store->format.what, m->stored_by) != 0)
				continue;
			if (store->format.pair == 0)
				store->format.pair = --pairs;
			m->format.pair = (int8_t)-store->format.pair;
			m->format.complete = store->format.complete = true;
		}
	}
	return 0;
}

/* ---- Arrays ---- */

/* Return the kinds of its messages, each once: "preset, bank". */
static const char *
list_kinds(struct page *p, const struct sx_message_kind *f, size_t n)
{
	char text[512] = "";
	size_t used = 0;
	unsigned seen = 0;

	for (size_t i = 0; i < n; i++) {
		if ((seen & 1u << f[i].kind) != 0)
			continue;
		seen |= 1u << f[i].kind;
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s%s", used > 0 ? ", " : "",
		    sx_kind_text((enum sx_kind)f[i].kind));
	}
	return page_text(p, used > 0 ? text : "unknown");
}

/* Return the bits of its slot byte that are the same for every slot. */
static uint8_t
page_finish_slot_bits(const struct page_message *m)
{
	const struct sx_slot_at *s = &m->request.ask.slot;
	unsigned last = s->from + (unsigned)m->request.slots.count - 1;
	uint8_t bits = 0x7f;

	if (s->high != 0 || s->from == 0 || last > 0x7f)
		return 0;
	while (((s->from ^ last) & bits) != 0)
		bits = (uint8_t)(bits << 1 & 0x7f);
	return bits;
}

/* A request is itself a message; it contains only its slot. */
static struct sx_message_kind
question_of(const struct page *p, const struct page_message *m)
{
	const struct sx_ask *a = &m->request.ask;
	struct sx_message_kind q = { .what = "request",
		.kind = SX_KIND_REQUEST,
		.transient = true,
		.trust = (uint8_t)m->request.trust,
		/* A format without checksums has none in requests. */
		.checksum = m->format.checksum == SX_CHECKSUM_NONE
				? SX_CHECKSUM_NONE
				: SX_CHECKSUM_UNKNOWN };
	size_t n = 0;

	/* The messages before it are the whole request. */
	if (a->msg[0] != 0xf0)
		return (struct sx_message_kind){ 0 };
	if (a->slot.low != 0) {
		q.layout.slot = a->slot;
		q.layout.shown = m->request.slots;
	}
	while (n < SX_REQUEST_BYTES && a->msg[n] != 0xf7)
		n++;
	if (a->range.span != 0)
		n = a->range.at;
	else
		q.min = q.max = (uint32_t)n + 1;
	for (size_t i = 0; i < n && i < SX_TRIAGE_BYTES; i++) {
		bool slot = a->slot.low != 0 && ((int32_t)i == a->slot.low ||
						    (int32_t)i == a->slot.high);
		uint8_t bits = slot ? page_finish_slot_bits(m) : 0xff;

		if (a->id_at != 0 && (i == a->id_at || i == a->id_also))
			bits = (uint8_t)~p->in.unit.bits;
		q.mask.bits[i] = bits & (uint8_t)~p->in.mask.bits[i];
		q.mask.value[i] =
		    (slot ? a->slot.from : a->msg[i]) & q.mask.bits[i];
	}
	return q;
}

/* Does an existing kind of request cover this one? */
static bool
is_covered(const struct sx_message_kind *all, size_t n,
    const struct sx_message_kind *q)
{
	for (size_t i = 0; i < n; i++) {
		const struct sx_mask *k = &all[i].mask;
		bool fits =
		    all[i].kind == SX_KIND_REQUEST && all[i].min <= q->min &&
		    (all[i].max == 0 || (q->max != 0 && q->max <= all[i].max));

		for (size_t at = 0; fits && at < SX_TRIAGE_BYTES; at++)
			fits =
			    (q->mask.bits[at] & k->bits[at]) == k->bits[at] &&
			    (q->mask.value[at] & k->bits[at]) == k->value[at];
		if (fits)
			return true;
	}
	return false;
}

static int
make_arrays(struct page *p, size_t nformats, size_t nrequests)
{
	p->formats = calloc(nformats + 1, sizeof(*p->formats));
	p->requests = calloc(nrequests + 1, sizeof(*p->requests));
	return p->formats != NULL && p->requests != NULL
		   ? 0
		   : sx_fail_memory(&p->e);
}

static int
lay_out(struct page *p)
{
	const struct conf_pair *lacks = conf_find(&p->head, "lacks");
	size_t n = 0, asks = 0;

	if (make_arrays(p, 2 * p->nmessages, p->nmessages) == -1)
		return -1;
	for (size_t i = 0; i < p->nmessages; i++) {
		struct page_message *m = &p->messages[i];

		/* If sounds are counted in the data, so are their names. */
		m->format.sounds.name.in_data |= m->format.sounds.in_data;
		if (m->answer == NULL)
			p->formats[n++] = m->format;
		if (m->asked)
			p->requests[asks++] = m->request;
	}
	for (size_t i = 0; i < p->nmessages; i++) {
		struct sx_message_kind q;

		if (!p->messages[i].asked)
			continue;
		q = question_of(p, &p->messages[i]);
		if (q.what != NULL && !is_covered(p->formats, n, &q))
			p->formats[n++] = q;
	}
	if (lacks != NULL && asks > 0)
		p->requests[0].lacks = lacks->value;
	p->in.nformats = (uint16_t)n;
	p->in.nrequests = (uint16_t)asks;
	p->in.row.kinds = list_kinds(p, p->formats, n);
	return p->e.code == SX_ENOMEM ? -1 : 0;
}

/* ---- Instruments like another one ---- */

static bool
find_named(
    const struct sx_devices *d, const char *name, struct sx_instrument *in)
{
	for (size_t i = 0; sx_instrument(d, i, in); i++)
		if (strcmp(in->row.device, name) == 0)
			return true;
	return false;
}

/* Change the bytes that tell the two instruments apart. */
static void
turn_ask(
    const struct page *p, const struct sx_instrument *other, struct sx_ask *a)
{
	for (size_t i = 0; i < SX_TRIAGE_BYTES; i++) {
		if (p->in.mask.bits[i] != 0xff || i == a->id_at ||
		    (i == a->id_also && i != 0))
			continue;
		if (other->mask.bits[i] == 0xff &&
		    a->msg[i] == other->mask.value[i])
			a->msg[i] = p->in.mask.value[i];
		a->answer.value[i] = p->in.mask.value[i];
		a->answer.bits[i] = 0xff;
	}
}

static void
copy_requests(struct page *p, const struct sx_instrument *other)
{
	const struct conf_pair *lacks = conf_find(&p->head, "lacks");

	for (size_t i = 0; i < other->nrequests; i++) {
		struct sx_request_row *row = &p->requests[i];

		sx_instrument_request(other, i, row);
		turn_ask(p, other, &row->ask);
		if (row->source == other->row.source)
			row->source = p->in.row.source;
		if (row->trust > p->in.row.trust)
			row->trust = p->in.row.trust;
	}
	if (lacks != NULL && other->nrequests > 0)
		p->requests[0].lacks = lacks->value;
	p->in.nrequests = other->nrequests;
}

static int
be_like(struct page *p, const struct conf_pair *like)
{
	struct sx_instrument other;

	if (!find_named(p->d, like->value, &other))
		return page_fail(p, like, "is unknown",
		    "an instrument on an earlier page, or a built-in one");
	if (make_arrays(p, other.nformats, other.nrequests) == -1)
		return -1;
	for (size_t i = 0; i < other.nformats; i++)
		sx_instrument_format(&other, i, &p->formats[i]);
	p->in.nformats = other.nformats;
	p->in.row.kinds = other.row.kinds;
	if (p->in.unit.bits == 0)
		p->in.unit = other.unit;
	copy_requests(p, &other);
	return 0;
}

int
page_finish(struct page *p)
{
	const struct conf_pair *like = conf_find(&p->head, "like");
	struct sx_err why = { 0 };

	p->in.file = basename(p->f->path);
	p->in.row.kinds = "unknown";
	if (pair_up(p) == -1 || page_finish_answers(p) == -1 ||
	    (p->nmessages > 0 && lay_out(p) == -1) ||
	    (like != NULL && be_like(p, like) == -1))
		return -1;
	if (sx_devices_add(p->d, &p->in, p->formats, p->requests, p->identities,
		&why) == 0)
		return 0;
	return why.code == SX_EDATA
		   ? conf_fail(p->f, p->head.line, &p->e, "%s", why.msg)
		   : sx_fail(&p->e, why.code, why.sys, "%s", why.msg);
}
