/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/targets.h"

char *
sx_target_slot(const struct sx_target *t, char buf[SX_TARGET_SLOT])
{
	buf[0] = '\0';
	if (t->q.row.what != NULL)
		sx_slot_text(&t->q.row.slots, t->q.slot, buf);
	else if (t->q.slot >= 0)
		snprintf(buf, SX_TARGET_SLOT, "%ld", t->q.slot);
	return buf;
}

char *
sx_target_text(const struct sx_target *t, char buf[SX_TARGET_TEXT])
{
	char slot[SX_TARGET_SLOT];

	sx_target_slot(t, slot);
	snprintf(buf, SX_TARGET_TEXT, "%s%s%s",
	    t->q.row.what != NULL ? t->q.row.what : "request",
	    slot[0] != '\0' ? " " : "", slot);
	return buf;
}

size_t
sx_targets_count(const struct sx_targets *t, enum sx_target_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->list[i].state == state;
	return n;
}

/* Does b come right after a on the display? */
static bool
target_follows(const struct sx_target *a, const struct sx_target *b)
{
	return sx_request_row_is(&a->q.row, &b->q.row) &&
	       b->q.slot == a->q.slot + 1 && a->q.slot >= 0;
}

char *
sx_targets_text(const struct sx_targets *t, enum sx_target_state state)
{
	char text[SX_TARGET_TEXT], *out = NULL;
	const struct sx_target *last = NULL;
	size_t size;
	FILE *f;

	if (sx_targets_count(t, state) == 0)
		return NULL;
	f = open_memstream(&out, &size);
	if (f == NULL)
		return NULL;
	for (size_t i = 0; i < t->n; i++) {
		size_t end = i;

		if (t->list[i].state != state)
			continue;
		while (end + 1 < t->n && t->list[end + 1].state == state &&
		       target_follows(&t->list[end], &t->list[end + 1]))
			end++;
		fprintf(f, "%s%s", last != NULL ? ", " : "",
		    sx_target_text(&t->list[i], text));
		last = &t->list[end];
		if (end > i) {
			sx_target_text(last, text);
			fprintf(f, "-%s", strrchr(text, ' ') + 1);
		}
		i = end;
	}
	if (fclose(f) == EOF) {
		free(out);
		return NULL;
	}
	return out;
}

int64_t
sx_targets_left(const struct sx_targets *t, int64_t us)
{
	size_t open = 0, asked = 0;

	for (size_t i = 0; i < t->n; i++) {
		open += t->list[i].state == SX_TARGET_OPEN;
		asked += t->list[i].asked && t->list[i].state != SX_TARGET_OPEN;
	}
	return asked == 0
		   ? -1
		   : (int64_t)((double)us / (double)asked * (double)open);
}

struct sx_target *
sx_targets_add(struct sx_targets *t, struct sx_err *e)
{
	struct sx_target *p = realloc(t->list, (t->n + 1) * sizeof(*p));

	if (p == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	t->list = p;
	p[t->n] = (struct sx_target){ .state = SX_TARGET_OPEN };
	return &p[t->n++];
}

void
sx_targets_free(struct sx_targets *t)
{
	free(t->list);
	*t = (struct sx_targets){ 0 };
}
