/* SPDX-License-Identifier: ISC */
/* The list of what is asked for, and its words. */
#include <stdlib.h>
#include <string.h>

#include "request.h"

char *
wish_text(const struct wish *w, char buf[WISH_TEXT])
{
	char slot[SLOT_TEXT] = "";

	if (w->q.row != NULL)
		sx_slot_text(&w->q.row->slots, w->q.slot, slot);
	else if (w->q.slot >= 0)
		snprintf(slot, sizeof(slot), "%ld", w->q.slot);
	snprintf(buf, WISH_TEXT, "%s%s%s",
	    w->q.row != NULL ? w->q.row->what : "request",
	    slot[0] != '\0' ? " " : "", slot);
	return buf;
}

size_t
wishes_count(const struct wishes *w, enum wish_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		n += w->list[i].state == state;
	return n;
}

/* Does b come right after a on the display? */
static bool
follows(const struct wish *a, const struct wish *b)
{
	return a->q.row == b->q.row && b->q.slot == a->q.slot + 1 &&
	       a->q.slot >= 0;
}

char *
wishes_text(const struct wishes *w, enum wish_state state)
{
	char text[WISH_TEXT], *out = NULL;
	const struct wish *last = NULL;
	size_t size;
	FILE *f;

	if (wishes_count(w, state) == 0)
		return NULL;
	f = open_memstream(&out, &size);
	if (f == NULL)
		return NULL;
	for (size_t i = 0; i < w->n; i++) {
		size_t end = i;

		if (w->list[i].state != state)
			continue;
		while (end + 1 < w->n && w->list[end + 1].state == state &&
		       follows(&w->list[end], &w->list[end + 1]))
			end++;
		fprintf(f, "%s%s", last != NULL ? ", " : "",
		    wish_text(&w->list[i], text));
		last = &w->list[end];
		if (end > i) {
			wish_text(last, text);
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

struct wish *
wishes_add(struct cli *c, struct wishes *w)
{
	struct wish *p = realloc(w->list, (w->n + 1) * sizeof(*p));

	if (p == NULL) {
		sx_fail_memory(&c->err);
		return NULL;
	}
	w->list = p;
	p[w->n] = (struct wish){ .state = WISH_OPEN };
	return &p[w->n++];
}

void
wishes_free(struct wishes *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->list[i].bytes);
	free(w->list);
}
