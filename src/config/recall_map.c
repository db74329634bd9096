/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "recall_line.h"
#include "sxlib/channel.h"
#include "sxlib/config.h"

#define SECTION	    "recall"
#define SETTLE_MOST 60000 /* ms */

struct sx_recall_pair {
	struct conf_pair pair;
};

static int
map_begin(struct sx_recall_map *m, struct sx_config *f)
{
	*m = (struct sx_recall_map){ .file = f, .count_from = -1 };
	if (f == NULL)
		return -1;
	f->remarks = true;
	return 0;
}

int
sx_recall_map_open(struct sx_recall_map *m, const char *path, struct sx_err *e)
{
	size_t n;
	char *text = sx_config_text(path, &n, e);
	struct sx_config *f =
	    text != NULL ? sx_config_memory(path, text, n, e) : NULL;

	free(text);
	return map_begin(m, f);
}

int
sx_recall_map_memory(struct sx_recall_map *m, const char *path,
    const char *text, struct sx_err *e)
{
	return map_begin(m, sx_config_memory(path, text, strlen(text), e));
}

void
sx_recall_map_free(struct sx_recall_map *m)
{
	sx_config_close(m->file);
	free(m->pairs);
	free(m->lines);
	*m = (struct sx_recall_map){ .count_from = -1 };
}

/* An error in a map is a usage error, as in an option. */
static int
map_usage(struct sx_err *e)
{
	if (e->code == SX_EDATA)
		e->code = SX_EUSAGE;
	return -1;
}

static int
map_add_pair(
    struct sx_recall_map *m, const struct conf_pair *pair, struct sx_err *e)
{
	struct sx_recall_pair *p =
	    realloc(m->pairs, (m->npairs + 1) * sizeof(*p));

	if (p == NULL)
		return sx_fail_memory(e);
	m->pairs = p;
	p[m->npairs++].pair = *pair;
	return 0;
}

/* Split all lines before reading the first: count-from may be below the lines
 * that need it. */
static int
map_collect(struct sx_recall_map *m, struct sx_err *e)
{
	struct conf_pair pair;
	int rc;

	while ((rc = conf_line(m->file, SECTION, &pair, e)) == 1) {
		if (strcmp(pair.key, "count-from") == 0 &&
		    m->count_from == -1 && strlen(pair.value) == 1 &&
		    (pair.value[0] == '0' || pair.value[0] == '1'))
			m->count_from = pair.value[0] - '0';
		if (map_add_pair(m, &pair, e) == -1)
			return -1;
	}
	if (rc == -1)
		return map_usage(e);
	m->collected = true;
	return 0;
}

/* Return an earlier pair with the same key, or NULL. */
static const struct conf_pair *
map_before(const struct sx_recall_map *m, const struct conf_pair *p)
{
	for (size_t i = 0; i + 1 < m->next; i++)
		if (strcmp(m->pairs[i].pair.key, p->key) == 0)
			return &m->pairs[i].pair;
	return NULL;
}

static int
map_setting(
    struct sx_recall_map *m, const struct conf_pair *p, struct sx_err *e)
{
	char *end;
	long ms;

	if (map_before(m, p) != NULL)
		return conf_fail(m->file, p->line, e,
		    "%s: duplicate key: expected one", p->key);
	if (strcmp(p->key, "count-from") == 0) {
		if (strcmp(p->value, "0") == 0 || strcmp(p->value, "1") == 0)
			return 0;
		return conf_fail(m->file, p->line, e,
		    "count-from: '%.80s': expected 0 or 1", p->value);
	}
	errno = 0;
	ms = strtol(p->value, &end, 10);
	if (errno != 0 || *end != '\0' || ms < 0 || ms > SETTLE_MOST)
		return conf_fail(m->file, p->line, e,
		    "settle: '%.80s': expected milliseconds from 0 to %d",
		    p->value, SETTLE_MOST);
	m->settle = (int64_t)ms * 1000;
	return 0;
}

/* Return a number of the line that no earlier line matches; -1 if they match
 * all. */
static int
map_open_number(const struct sx_recall_map *m, const struct sx_recall_line *l)
{
	struct sx_trigger t = { .kind = l->kind,
		.channel = l->channel,
		.controller = l->controller,
		.bank = l->bank };

	for (t.number = l->first; t.number <= l->last; t.number++)
		if (sx_recall_find(m->lines, m->nlines, &t) == NULL)
			return t.number;
	return -1;
}

static int
map_line(struct sx_recall_map *m, const struct conf_pair *p, struct sx_err *e)
{
	const struct sx_recall_line *first = NULL;
	struct sx_recall_line l, *lines;
	struct sx_trigger t;

	if (sx_recall_line_read(m->file, p, m->count_from, &l, e) == -1)
		return -1;
	if (map_open_number(m, &l) == -1) {
		t = (struct sx_trigger){ .kind = l.kind,
			.channel = l.channel,
			.controller = l.controller,
			.number = l.first,
			.bank = l.bank };
		first = sx_recall_find(m->lines, m->nlines, &t);
	}
	if (first != NULL)
		return conf_fail(m->file, p->line, e,
		    "%.80s: can never match: line %zu, '%.80s', comes first",
		    l.text, first->line, first->text);
	lines = realloc(m->lines, (m->nlines + 1) * sizeof(*lines));
	if (lines == NULL)
		return sx_fail_memory(e);
	m->lines = lines;
	lines[m->nlines++] = l;
	return 0;
}

int
sx_recall_map_next(struct sx_recall_map *m, struct sx_err *e)
{
	const struct conf_pair *p;
	int rc;

	if (!m->collected && map_collect(m, e) == -1)
		return -1;
	if (m->next == m->npairs)
		return 0;
	p = &m->pairs[m->next++].pair;
	if (strcmp(p->key, "settle") == 0 || strcmp(p->key, "count-from") == 0)
		rc = map_setting(m, p, e);
	else
		rc = map_line(m, p, e);
	return rc == -1 ? map_usage(e) : 1;
}

int
sx_recall_map_programs(struct sx_recall_map *m, int channel, int count_from,
    const char *value, struct sx_err *e)
{
	*m = (struct sx_recall_map){ .count_from = count_from,
		.collected = true };
	m->lines = malloc(sizeof(*m->lines));
	if (m->lines == NULL)
		return sx_fail_memory(e);
	m->lines[m->nlines++] =
	    (struct sx_recall_line){ .kind = SX_TRIGGER_PROGRAM,
		    .text = "--channel",
		    .channel = channel,
		    .bank = -1,
		    .last = 127,
		    .base = count_from,
		    .value = value };
	return 0;
}

static bool
map_matches(const struct sx_recall_line *l, const struct sx_trigger *t)
{
	return l->kind == t->kind && l->channel == t->channel &&
	       t->number >= l->first && t->number <= l->last &&
	       (l->kind != SX_TRIGGER_CC || l->controller == t->controller) &&
	       (l->kind != SX_TRIGGER_PROGRAM || l->bank == -1 ||
		   l->bank == t->bank);
}

const struct sx_recall_line *
sx_recall_find(
    const struct sx_recall_line *lines, size_t n, const struct sx_trigger *t)
{
	for (size_t i = 0; i < n; i++)
		if (map_matches(&lines[i], t))
			return &lines[i];
	return NULL;
}

const char *
sx_pattern_text(int program, char buf[SX_PATTERN_TEXT])
{
	snprintf(buf, SX_PATTERN_TEXT, "%c%02d", 'A' + (program & 127) / 16,
	    (program & 15) + 1);
	return buf;
}

const char *
sx_trigger_text(const struct sx_trigger *t, const struct sx_recall_line *line,
    char buf[SX_TRIGGER_TEXT])
{
	char bank[32] = "", pattern[SX_PATTERN_TEXT];
	int n = t->number + (line != NULL ? line->base : 0);

	if (line != NULL ? line->bank != -1 : t->bank > 0)
		snprintf(bank, sizeof(bank), "bank %d:%d ", t->bank >> 7,
		    t->bank & 127);
	switch (t->kind) {
	case SX_TRIGGER_NOTE:
		snprintf(buf, SX_TRIGGER_TEXT, "note %d on %d", n, t->channel);
		break;
	case SX_TRIGGER_PROGRAM:
		if (line != NULL && line->pattern)
			snprintf(buf, SX_TRIGGER_TEXT, "%spattern %s on %d",
			    bank, sx_pattern_text(t->number, pattern),
			    t->channel);
		else
			snprintf(buf, SX_TRIGGER_TEXT, "%sprogram %d on %d",
			    bank, n, t->channel);
		break;
	case SX_TRIGGER_CC:
		snprintf(buf, SX_TRIGGER_TEXT, "cc %d %d on %d", t->controller,
		    n, t->channel);
		break;
	}
	return buf;
}

const char *
sx_trigger_numbers(const struct sx_trigger *t, char buf[SX_TRIGGER_NUMBERS])
{
	char a[SX_NOTE_TEXT], b[SX_NOTE_TEXT], c[SX_NOTE_TEXT];
	char other[64] = "", pattern[SX_PATTERN_TEXT];

	switch (t->kind) {
	case SX_TRIGGER_NOTE:
		if (t->number >= 12 && t->number < 116)
			snprintf(other, sizeof(other),
			    " (%s where middle C is C3, %s where C5)",
			    sx_note_text(t->number - 12, b),
			    sx_note_text(t->number + 12, c));
		snprintf(buf, SX_TRIGGER_NUMBERS, "note %d, %s%s, on %d",
		    t->number, sx_note_text(t->number, a), other, t->channel);
		break;
	case SX_TRIGGER_PROGRAM:
		if (t->bank > 0)
			snprintf(other, sizeof(other), ", bank %d:%d",
			    t->bank >> 7, t->bank & 127);
		snprintf(buf, SX_TRIGGER_NUMBERS,
		    "program %d from 0, %d from 1, pattern %s%s, on %d",
		    t->number, t->number + 1,
		    sx_pattern_text(t->number, pattern), other, t->channel);
		break;
	case SX_TRIGGER_CC:
		snprintf(buf, SX_TRIGGER_NUMBERS, "cc %d %d, on %d",
		    t->controller, t->number, t->channel);
		break;
	}
	return buf;
}
