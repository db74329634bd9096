/* SPDX-License-Identifier: ISC */
/* Finds the examples in a page, and parses them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "example.h"
#include "words.h"

struct sx_examples *
sx_examples_open(const char *path, const char *text, size_t n, struct sx_err *e)
{
	struct sx_examples *x = calloc(1, sizeof(*x));

	if (x == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	x->f = sx_config_memory(path, text, n, e);
	if (x->f != NULL)
		return x;
	free(x);
	return NULL;
}

void
sx_examples_close(struct sx_examples *x)
{
	if (x == NULL)
		return;
	sx_config_close(x->f);
	free(x);
}

/* Go to the next section that is valid. */
static bool
next_section(struct sx_examples *x)
{
	struct sx_err ignored = { 0 };
	const struct conf_pair *trust;
	int rc;

	while ((rc = conf_next(x->f, &x->s, &ignored)) == -1)
		ignored = (struct sx_err){ 0 };
	if (rc == 0)
		return false;
	if (x->s.name != NULL && x->s.name[0] != ':')
		x->device = x->s.name;
	trust = conf_find(&x->s, "trust");
	if (x->seen == 0 && trust != NULL && strcmp(trust->value, "seen") == 0)
		x->seen = trust->line;
	x->next = 0;
	return true;
}

bool
sx_examples_next(struct sx_examples *x, struct sx_example *example)
{
	for (;;) {
		while (x->next < x->s.npairs) {
			const struct conf_pair *p = &x->s.pairs[x->next++];

			if (strncmp(p->key, "example", 7) != 0 ||
			    x->device == NULL)
				continue;
			x->count++;
			*example = (struct sx_example){ .device = x->device,
				.what =
				    x->s.name[0] == ':' ? x->s.name + 1 : NULL,
				.key = p->key,
				.value = p->value,
				.line = p->line };
			return true;
		}
		if (!next_section(x))
			return false;
	}
}

size_t
sx_examples_count(const struct sx_examples *x)
{
	return x->count;
}

size_t
sx_examples_seen(const struct sx_examples *x)
{
	return x->seen;
}

/* ---- One example ---- */

/* Read a word up to a blank, a comma or a quote. */
static bool
example_read_slot(const char **p, char slot[16])
{
	const char *at = *p + strspn(*p, " \t");
	size_t n = strcspn(at, " \t,\"");

	if (n == 0 || n >= 16)
		return false;
	memcpy(slot, at, n);
	slot[n] = '\0';
	*p = at + n;
	return true;
}

static bool
ends_name(const char *quote)
{
	quote += 1 + strspn(quote + 1, " \t");
	return *quote == '\0' || *quote == ',';
}

/* Read "A NAME", which may contain a quote that does not end it. */
static bool
example_read_quoted(const char **p, char name[SX_FACT_TEXT])
{
	const char *at = *p + strspn(*p, " \t"), *end;
	size_t n;

	if (*at++ != '"')
		return false;
	for (end = strchr(at, '"'); end != NULL && !ends_name(end);)
		end = strchr(end + 1, '"');
	if (end == NULL || end - at >= SX_FACT_TEXT)
		return false;
	n = (size_t)(end - at);
	memcpy(name, at, n);
	name[n] = '\0';
	*p = end + 1;
	return true;
}

/* Read: sound 3 "NAME", slot A01 "NAME", A01, "NAME" */
static const char *
example_read_expected(const char **p, struct sx_expected *w)
{
	*w = (struct sx_expected){ 0 };
	if (take_word(p, "sound")) {
		if (!take_number(p, 1, 1 << 20, &w->sound))
			return "has a sound without a number (from 1)";
	} else if (take_word(p, "slot")) {
		if (!example_read_slot(p, w->slot))
			return "does not name a slot";
	} else if ((*p)[strspn(*p, " \t")] != '"' &&
		   !example_read_slot(p, w->slot)) {
		return "does not say what to expect";
	}
	w->has_name = example_read_quoted(p, w->name);
	if (!w->has_name && w->sound != 0)
		return "has a sound without a quoted name";
	return NULL;
}

/* Are these bytes, not a file name? */
static bool
are_bytes(const char *p, const char *end)
{
	uint8_t byte;
	bool any = false;

	for (; p < end; any = true) {
		p += strspn(p, " \t");
		if (p < end && !take_byte(&p, &byte))
			return false;
	}
	return any && p == end;
}

const char *
sx_example_parse(const char *value, size_t *input, bool *is_bytes,
    struct sx_expected want[SX_EXPECTED_MOST], size_t *n)
{
	const char *arrow = strstr(value, " -> "), *p, *why = NULL;

	*n = 0;
	if (arrow == NULL || arrow == value)
		return "does not have bytes or a file before a ' -> '";
	p = arrow;
	while (p > value && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	*input = (size_t)(p - value);
	*is_bytes = are_bytes(value, p);
	p = arrow + 4;
	do {
		if (*n == SX_EXPECTED_MOST)
			return "expects more than 64 things";
		why = example_read_expected(&p, &want[(*n)++]);
		p += strspn(p, " \t");
	} while (why == NULL && *p++ == ',');
	return why != NULL || p[-1] == '\0' ? why : "has trailing text";
}
