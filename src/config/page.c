/* SPDX-License-Identifier: ISC */
/* Reads a page section by section: a table of keys has the reader of each
 * value. Relations between messages are resolved when all are read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

#define MESSAGES_MOST 127 /* of an instrument; pair numbers go up to 127 */

int
page_fail(struct page *p, const struct conf_pair *pair, const char *problem,
    const char *want)
{
	return conf_fail(p->f, pair->line, &p->e, "%s: '%.80s' %s: expected %s",
	    pair->key, pair->value, problem, want);
}

struct page_text {
	struct page_text *next;
	char text[];
};

char *
page_text(struct page *p, const char *text)
{
	size_t n = strlen(text) + 1;
	struct page_text *t = malloc(sizeof(*t) + n);

	if (t == NULL) {
		sx_fail_memory(&p->e);
		return NULL;
	}
	memcpy(t->text, text, n);
	t->next = p->texts;
	p->texts = t;
	return t->text;
}

static void
free_page(struct page *p)
{
	struct page_text *t;

	while ((t = p->texts) != NULL) {
		p->texts = t->next;
		free(t);
	}
	free(p->messages);
	free(p->formats);
	free(p->requests);
	free(p);
}

/* ---- Keys ---- */

static bool
is_key(const struct page_key *keys, const char *key, bool inherited)
{
	for (; keys->key != NULL; keys++)
		if (strcmp(keys->key, key) == 0)
			return !inherited || keys->inherited;
	return false;
}

static bool
is_head_key(const char *key)
{
	return is_key(page_head_keys, key, false) || strcmp(key, "like") == 0 ||
	       strcmp(key, "lacks") == 0;
}

/* example, example-2 to example-9 */
static bool
is_example(const char *key)
{
	if (strncmp(key, "example", 7) != 0)
		return false;
	return key[7] == '\0' || (key[7] == '-' && key[8] >= '2' &&
				     key[8] <= '9' && key[9] == '\0');
}

static bool
is_message_key(const char *key, bool inherited)
{
	return is_key(page_kind_keys, key, inherited) ||
	       is_key(page_message_keys, key, inherited) ||
	       is_key(page_sound_keys, key, inherited) ||
	       is_key(page_ask_keys, key, inherited);
}

static int
fail_key(struct page *p, const struct conf_pair *pair)
{
	if (is_head_key(pair->key))
		return conf_fail(p->f, pair->line, &p->e,
		    "%s: an instrument key: expected under [NAME]", pair->key);
	if (is_message_key(pair->key, false) || is_example(pair->key))
		return conf_fail(p->f, pair->line, &p->e,
		    "%s: a message key: expected under [:WHAT]", pair->key);
	return conf_fail(p->f, pair->line, &p->e,
	    "%.80s: unknown key: expected one from docs/instruments.md",
	    pair->key);
}

/* row: an instrument without message sections. */
static int
check_keys(struct page *p, const struct conf_section *s, bool head, bool row)
{
	for (size_t i = 0; i < s->npairs; i++) {
		const char *key = s->pairs[i].key;

		if (!(head && is_head_key(key)) && !is_message_key(key, !row) &&
		    !(row && is_example(key)))
			return fail_key(p, &s->pairs[i]);
	}
	return 0;
}

static int
read_pair(struct page *p, struct page_message *m, const struct page_key *key,
    const struct conf_pair *pair)
{
	const char *why = key->read(p, m, pair->value);

	if (why != NULL)
		return page_fail(p, pair, why, key->want);
	return p->e.code == SX_ENOMEM ? -1 : 0;
}

/* Read the keys of a message, which inherits some from its instrument. */
static int
read_keys(struct page *p, struct page_message *m, const struct page_key *key)
{
	const struct conf_pair *pair;

	for (; key->key != NULL; key++) {
		pair = conf_find(&p->s, key->key);
		if (pair == NULL && key->inherited)
			pair = conf_find(&p->head, key->key);
		if (pair != NULL && read_pair(p, m, key, pair) == -1)
			return -1;
	}
	return 0;
}

/* ---- Messages ---- */

/* Messages of these kinds contain nothing that a user made: docs/kinds.md. */
static bool
page_is_transient(enum sx_kind kind)
{
	return kind >= SX_KIND_REQUEST;
}

/* Set the kind: WHAT, unless there is a key 'kind'. */
static int
begin_kind(struct page *p, struct page_message *m, const char *what)
{
	const struct conf_pair *kind = conf_find(&p->s, "kind");

	if (kind == NULL)
		kind = conf_find(&p->head, "kind");
	m->format.what = page_text(p, what);
	if (m->format.what == NULL)
		return -1;
	for (enum sx_kind k = SX_KIND_UNKNOWN; k < SX_KINDS; k++)
		if (strcmp(sx_kind_text(k), kind ? kind->value : what) == 0) {
			m->format.kind = (uint8_t)k;
			m->format.transient = page_is_transient(k);
			return 0;
		}
	if (kind != NULL)
		return 0; /* its reader reports it */
	return conf_fail(p->f, p->s.line, &p->e,
	    "[:%.80s]: not a kind: expected a key 'kind' with one "
	    "of " PAGE_KINDS,
	    what);
}

/* Finish a request: the beginning of its answer, and inherited values. */
static void
finish_ask(struct page *p, struct page_message *m)
{
	struct sx_request_row *row = &m->request;
	struct sx_ask *a = &row->ask;
	struct sx_mask *answer = &a->answer;
	const struct sx_range *range = &a->range;

	for (size_t i = 0; i < SX_TRIAGE_BYTES; i++) {
		answer->value[i] =
		    p->in.mask.value[i] | m->format.mask.value[i];
		answer->bits[i] = p->in.mask.bits[i] | m->format.mask.bits[i];
	}
	/* Data come from any address, after DT1 instead of RQ1. */
	for (size_t i = 0; range->span != 0 && i < SX_TRIAGE_BYTES; i++) {
		answer->bits[i] = i < range->at ? 0xff : 0;
		answer->value[i] = i < range->at ? a->msg[i] : 0;
		if (i + 1u == range->at)
			answer->value[i] = 0x12;
	}
	if (a->id_at != 0 && a->id_at < SX_TRIAGE_BYTES) {
		answer->bits[a->id_at] &= (uint8_t)~p->in.unit.bits;
		answer->value[a->id_at] &= answer->bits[a->id_at];
	}
	row->maker = p->in.row.maker;
	row->device = p->in.row.device;
	row->what = m->format.what;
	row->kind = (enum sx_kind)m->format.kind;
	row->slots = m->format.layout.shown;
	if (a->slot.low == 0 && range->step == 0 &&
	    memchr(a->before, SX_BEFORE_SLOT, a->before_len) == NULL)
		row->slots = (struct sx_slots){ 0 };
	if (row->most == 0)
		row->most = m->format.max;
	if (row->source == NULL)
		row->source = m->format.source != NULL ? m->format.source
						       : p->in.row.source;
	if (row->note == NULL && m->format.note != NULL &&
	    strcmp(m->format.note, row->what) != 0)
		row->note = m->format.note;
}

static struct page_message *
add_message(struct page *p)
{
	struct page_message *all, *m;

	if (p->nmessages == MESSAGES_MOST) {
		conf_fail(p->f, p->s.line, &p->e,
		    "[%.80s]: too many messages: expected at most %d",
		    p->s.name, MESSAGES_MOST);
		return NULL;
	}
	all = realloc(p->messages, (p->nmessages + 1) * sizeof(*all));
	if (all == NULL) {
		sx_fail_memory(&p->e);
		return NULL;
	}
	p->messages = all;
	m = &all[p->nmessages++];
	*m = (struct page_message){ .line = p->s.line };
	m->format.trust = p->user ? SX_TRUST_USER : SX_TRUST_SEEN;
	m->request.id = -1;
	m->request.delay_ms = p->in.row.delay_ms > 0 ? p->in.row.delay_ms : 0;
	return m;
}

/* Check that WHAT is unique: requests and other messages refer to it. */
static int
check_what(struct page *p, const char *what)
{
	if (what[0] == '\0')
		return conf_fail(
		    p->f, p->s.line, &p->e, "[:]: no name: expected [:WHAT]");
	for (size_t i = 0; i < p->nmessages; i++)
		if (strcmp(p->messages[i].format.what, what) == 0)
			return conf_fail(p->f, p->s.line, &p->e,
			    "[:%.80s]: already at line %zu: expected another "
			    "WHAT, and a key 'kind'",
			    what, p->messages[i].line);
	return 0;
}

/* Read the message in p->s. */
static int
read_message(struct page *p, const char *what)
{
	struct page_message *m = add_message(p);
	struct sx_request_row *row;

	if (m == NULL || begin_kind(p, m, what) == -1 ||
	    read_keys(p, m, page_kind_keys) == -1 ||
	    read_keys(p, m, page_message_keys) == -1 ||
	    read_keys(p, m, page_sound_keys) == -1)
		return -1;
	row = &m->request;
	row->trust = m->format.trust < p->in.row.trust
			 ? (enum sx_trust)m->format.trust
			 : p->in.row.trust;
	if (read_keys(p, m, page_ask_keys) == -1)
		return -1;
	finish_ask(p, m);
	return page_check(p, m);
}

/* ---- The instrument ---- */

/* An instrument with 'like' cannot have messages. */
static int
check_like(struct page *p, const struct conf_pair *like)
{
	if (conf_peek(p->f, "[:"))
		return page_fail(p, like, "cannot be combined with messages",
		    "either 'like' or sections [:WHAT]");
	for (size_t i = 0; i < p->head.npairs; i++) {
		const struct conf_pair *pair = &p->head.pairs[i];

		if (!is_head_key(pair->key) && !is_example(pair->key))
			return page_fail(p, pair,
			    "cannot be combined with 'like'",
			    "instrument keys only");
	}
	return 0;
}

static int
check_device(struct page *p)
{
	const char *name = p->head.name;
	bool listed = conf_find(&p->head, "id") != NULL;
	const struct conf_pair *like = conf_find(&p->head, "like");

	if (p->user && name[0] == '(')
		return conf_fail(p->f, p->head.line, &p->e,
		    "[%.80s]: a name in parentheses: expected one without",
		    name);
	if (strlen(name) >= SX_FACT_TEXT)
		return conf_fail(p->f, p->head.line, &p->e,
		    "[%.80s]: name too long: expected at most %d bytes", name,
		    SX_FACT_TEXT - 1);
	if ((conf_find(&p->head, "mask") != NULL) == listed)
		return conf_fail(p->f, p->head.line, &p->e,
		    listed ? "[%s]: both mask and id: expected one of them"
			   : "[%s]: no mask: expected a key 'mask'",
		    name);
	if (listed && (like != NULL || conf_peek(p->f, "[:")))
		return conf_fail(p->f, p->head.line, &p->e,
		    "[%s]: messages with an id: expected a mask", name);
	return like != NULL ? check_like(p, like) : 0;
}

/* Without a key 'source', the source is the place in the file. */
static int
set_source(struct page *p)
{
	char *text;

	if (p->in.row.source != NULL || !p->user)
		return 0;
	if (asprintf(&text, "%s:%zu", p->f->path, p->head.line) == -1)
		return sx_fail_memory(&p->e);
	p->in.row.source = page_text(p, text);
	free(text);
	return p->in.row.source != NULL ? 0 : -1;
}

static int
page_read_head(struct page *p)
{
	const struct page_key *key;
	const struct conf_pair *pair;

	p->in =
	    (struct sx_instrument){ .row = { .delay_ms = -1,
					.device = page_text(p, p->head.name),
					.trust = SX_TRUST_USER } };
	if (p->in.row.device == NULL || check_device(p) == -1)
		return -1;
	for (key = page_head_keys; key->key != NULL; key++) {
		pair = conf_find(&p->head, key->key);
		if (pair != NULL && read_pair(p, NULL, key, pair) == -1)
			return -1;
	}
	if (set_source(p) == -1)
		return -1;
	for (size_t i = 0; i < p->in.nidentities; i++) {
		struct sx_identity_row *r = &p->identities[i];

		if (r->device == NULL)
			r->device = p->in.row.device;
		if (r->source == NULL)
			r->source = p->in.row.source;
		if (r->trust == 0)
			r->trust = (uint8_t)p->in.row.trust;
	}
	return 0;
}

/* Old rows: the instrument's section is also its message. */
static void
keep_message_keys(struct page *p)
{
	p->s = p->head;
	p->s.npairs = 0;
	for (size_t i = 0; i < p->head.npairs; i++)
		if (!is_key(page_head_keys, p->head.pairs[i].key, false))
			p->s.pairs[p->s.npairs++] = p->head.pairs[i];
}

/* Finish the page. Old rows have no message sections. */
static int
page_end(struct page *p)
{
	const struct conf_pair *kind = conf_find(&p->head, "kind");

	p->in.page = p->nmessages > 0 || conf_find(&p->head, "like") != NULL;
	if (!p->in.page && sx_mask_reach(&p->in.mask) > 0) {
		keep_message_keys(p);
		if (read_message(p, kind ? kind->value : "unknown") == -1)
			return -1;
	}
	return page_finish(p);
}

/* Read the message sections of the instrument; after a failure skip them. */
static int
read_sections(struct page *p, int rc)
{
	while (conf_peek(p->f, "[:")) {
		struct sx_err later = { 0 };
		int got = conf_next(p->f, &p->s, rc == 0 ? &p->e : &later);

		if (rc == -1)
			continue;
		rc = got == -1 ? -1 : check_keys(p, &p->s, false, true);
		if (rc == 0)
			rc = check_what(p, p->s.name + 1);
		if (rc == 0)
			rc = read_message(p, p->s.name + 1);
	}
	return rc;
}

static int
page_read_text(struct page *p)
{
	int rc = conf_next(p->f, &p->head, &p->e);

	if (rc == 0)
		return 0;
	if (rc == 1 && p->head.name != NULL && p->head.name[0] == ':')
		rc = conf_fail(p->f, p->head.line, &p->e,
		    "[%.80s]: a message without an instrument: expected "
		    "[NAME] before it",
		    p->head.name);
	if (rc == 1 &&
	    (check_keys(p, &p->head, true, !conf_peek(p->f, "[:")) == -1 ||
		page_read_head(p) == -1))
		rc = -1;
	if (read_sections(p, rc == 1 ? 0 : -1) == -1 || page_end(p) == -1)
		return -1;
	return 1;
}

int
sx_config_device(struct sx_config *f, struct sx_devices *d, struct sx_err *e)
{
	struct page *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL)
		return sx_fail_memory(e);
	*p = (struct page){ .f = f, .d = d, .user = !f->built_in };
	rc = page_read_text(p);
	if (rc == -1)
		sx_fail(e, p->e.code, p->e.sys, "%s", p->e.msg);
	free_page(p);
	return rc;
}

void
sx_config_built_in(struct sx_config *f)
{
	f->built_in = true;
}
