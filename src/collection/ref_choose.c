/* SPDX-License-Identifier: ISC */
/* Selects the sounds of a file that a reference names. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/ref.h"

struct choice {
	const struct sx_sound_list *list;
	const char *which; /* the whole selection, for errors */
	size_t *chosen;
	size_t n;
	bool *has; /* has[i]: sound i is chosen */
};

static void
choose(struct choice *c, size_t i)
{
	if (!c->has[i])
		c->chosen[c->n++] = i;
	c->has[i] = true;
}

/* ---- Errors ---- */

#define LISTED 600 /* bytes in a hint */

/* "A01, A02, #12 and 5 more" */
static void
list_refs(
    const struct choice *c, const size_t *which, size_t n, char text[LISTED])
{
	char ref[SX_REF_TEXT];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (used + SX_REF_TEXT + 24 > LISTED) {
			snprintf(
			    text + used, LISTED - used, " and %zu more", n - i);
			return;
		}
		used += (size_t)snprintf(text + used, LISTED - used, "%s%s",
		    i > 0 ? ", " : "", sx_ref_text(c->list, which[i], ref));
	}
}

static int
fail_several(const struct choice *c, const char *what, const size_t *which,
    size_t n, struct sx_err *e)
{
	char text[LISTED];

	list_refs(c, which, n, text);
	sx_fail(e, SX_EUSAGE, 0, "'%s': %zu sounds of %s %s", c->which, n,
	    c->list->items.path, what);
	return sx_hint(e, "they are %s", text);
}

/* ---- By number ---- */

static int
fail_number(const struct choice *c, struct sx_err *e)
{
	sx_fail(e, SX_EUSAGE, 0, "'%s': no such sound in %s", c->which,
	    c->list->items.path);
	return sx_hint(e, "there are %zu: #1 to #%zu", c->list->n, c->list->n);
}

/* Read "#12"; after a '-' (last) the '#' may be missing. Returns 0 if there is
 * none. */
static size_t
read_index(const char **text, bool last)
{
	const char *p = *text;
	unsigned long n;
	char *end;

	p += *p == '#';
	if ((p == *text && !last) || !isdigit((unsigned char)*p))
		return 0;
	n = strtoul(p, &end, 10);
	*text = end;
	return n;
}

static int
choose_numbers(struct choice *c, struct sx_err *e)
{
	const char *p = c->which;
	size_t from, to;

	do {
		from = to = read_index(&p, false);
		if (from != 0 && *p == '-') {
			p++;
			to = read_index(&p, true);
		}
		if (from == 0 || to < from || to > c->list->n)
			return fail_number(c, e);
		for (; from <= to; from++)
			choose(c, from - 1);
	} while (*p++ == ',');
	return p[-1] == '\0' ? 0 : fail_number(c, e);
}

/* ---- By name ---- */

bool
sx_ref_is_name(const char *name, const char *asked)
{
	for (;;) {
		while (*name == ' ')
			name++;
		while (*asked == ' ')
			asked++;
		if (tolower((unsigned char)*name) !=
		    tolower((unsigned char)*asked))
			return false;
		if (*name == '\0')
			return true;
		name++;
		asked++;
	}
}

static int
choose_name(struct choice *c, struct sx_err *e)
{
	const char *name = c->which + 1;

	if (name[strspn(name, " ")] == '\0')
		return sx_fail(e, SX_EUSAGE, 0, "'%s': no name", c->which);
	for (size_t i = 0; i < c->list->n; i++)
		if (sx_ref_is_name(c->list->sounds[i].sound.name, name))
			choose(c, i);
	if (c->n == 1)
		return 0;
	if (c->n > 1)
		return fail_several(c, "have this name", c->chosen, c->n, e);
	sx_fail(e, SX_EUSAGE, 0, "'%s': no sound of %s has this name", c->which,
	    c->list->items.path);
	return sx_hint(e, "sxlib find TEXT %s lists names that contain a text",
	    c->list->items.path);
}

/* ---- By slot ---- */

static int
fail_slots(const struct choice *c, const char *why, struct sx_err *e)
{
	char first[SX_LISTED_SLOT], last[SX_LISTED_SLOT];
	size_t i = 0, k = c->list->n;

	while (i < k && c->list->sounds[i].number < 0)
		i++;
	while (k > i && c->list->sounds[k - 1].number < 0)
		k--;
	sx_fail(
	    e, SX_EUSAGE, 0, "'%s': %s %s", c->which, why, c->list->items.path);
	if (i == k)
		return sx_hint(e,
		    "its sounds have no slots: use #1 to #%zu or =NAME",
		    c->list->n);
	return sx_hint(e, "the first sound is in slot %s, the last in %s",
	    sx_listed_slot(&c->list->sounds[i], first),
	    sx_listed_slot(&c->list->sounds[k - 1], last));
}

/* Check that no other sound is in the slot of sound i. */
static int
check_alone(const struct choice *c, size_t i, struct sx_err *e)
{
	const struct sx_listed *s = c->list->sounds;
	size_t *same = malloc(c->list->n * sizeof(*same)), n = 0;
	int rc = 0;

	if (same == NULL)
		return sx_fail_memory(e);
	for (size_t k = 0; k < c->list->n; k++)
		if (k == i || sx_listed_same_slot(&s[k], &s[i]))
			same[n++] = k;
	if (n > 1)
		rc = fail_several(c, "are in the same slot", same, n, e);
	free(same);
	return rc;
}

/* Choose the sounds of one slot or range; *text then points after it. */
static int
choose_range(struct choice *c, const char **text, struct sx_err *e)
{
	const char *end = NULL, *p;
	size_t before = c->n;
	long from, to;
	bool first = false, last = false;

	for (size_t i = 0; i < c->list->n; i++) {
		const struct sx_listed *s = &c->list->sounds[i];

		p = *text;
		if (s->number < 0 ||
		    sx_slots_range(sx_listed_slots(s), &p, &from, &to) == -1 ||
		    (*p != ',' && *p != '\0'))
			continue;
		end = p;
		first |= s->number == from;
		last |= s->number == to;
		if (s->number < from || s->number > to)
			continue;
		if (check_alone(c, i, e) == -1)
			return -1;
		choose(c, i);
	}
	if (end == NULL)
		return fail_slots(c, "no such slot in", e);
	/* A whole bank may have unused slots. */
	if (isdigit((unsigned char)end[-1]) ? !first || !last : c->n == before)
		return fail_slots(c, "no sound in this slot of", e);
	*text = end;
	return 0;
}

static int
choose_slots(struct choice *c, struct sx_err *e)
{
	const char *p = c->which;

	do {
		if (choose_range(c, &p, e) == -1)
			return -1;
	} while (*p++ == ',');
	return 0;
}

/* ---- Any selection ---- */

static int
choose_by(struct choice *c, struct sx_err *e)
{
	if (c->which != NULL && c->which[0] == '#')
		return choose_numbers(c, e);
	if (c->which != NULL && c->which[0] == '=')
		return choose_name(c, e);
	if (c->which != NULL && strcmp(c->which, "all") != 0)
		return choose_slots(c, e);
	for (size_t i = 0; i < c->list->n; i++)
		choose(c, i);
	return 0;
}

int
sx_ref_choose(const struct sx_sound_list *list, const char *which,
    size_t **chosen, size_t *n, struct sx_err *e)
{
	struct choice c = { .list = list, .which = which };
	int rc;

	*chosen = NULL;
	*n = 0;
	if (list->n == 0)
		return sx_sound_list_nothing(list, e);
	c.chosen = calloc(list->n, sizeof(*c.chosen));
	c.has = calloc(list->n, sizeof(*c.has));
	rc = c.chosen != NULL && c.has != NULL ? choose_by(&c, e)
					       : sx_fail_memory(e);
	free(c.has);
	if (rc == -1) {
		free(c.chosen);
		return -1;
	}
	*chosen = c.chosen;
	*n = c.n;
	return 0;
}
