/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grid.h"
#include "say.h"
#include "screen.h"
#include "sxlib/fit.h"
#include "sxlib/text.h"

/* ---- Steps ---- */

#define TRACK_WIDTH 7 /* "     1 " */

static void
print_block(const struct sx_steps *s, unsigned from, unsigned to)
{
	char line[TRACK_WIDTH + SX_STEPS_MOST + 4];

	fprintf(stdout, "%*s", TRACK_WIDTH, "");
	for (unsigned i = from; i < to; i += 4)
		printf(i + 4 < to ? "%-4u" : "%u", i + 1);
	putchar('\n');
	for (unsigned track = 0; track < s->tracks; track++) {
		size_t at =
		    (size_t)snprintf(line, sizeof(line), "%6u ", track + 1);

		for (unsigned i = from; i < to; i++)
			line[at++] = (s->on[track] >> i & 1) != 0 ? 'x' : '.';
		line[at] = '\0';
		puts(line);
	}
}

void
print_steps(const struct sx_steps *s)
{
	size_t width = line_width(stdout);
	unsigned block = SX_STEPS_MOST;
	char text[256];

	snprintf(text, sizeof(text), "    %u step%s (%s)", s->length,
	    plural(s->length),
	    s->source != NULL ? s->source : "source unknown");
	print_wrapped(stdout, text, 0, 6);
	while (block > 16 && TRACK_WIDTH + block > width)
		block /= 2;
	for (unsigned from = 0; from < s->length; from += block)
		print_block(s, from,
		    from + block < s->length ? from + block : s->length);
}

/* ---- Slots ---- */

#define CELL_MOST 10 /* columns of a name on a terminal */

int
grid_add(struct grid *g, const struct sx_sound *sound)
{
	size_t at = sound->slot >= 0 ? (size_t)sound->slot : sound->index;
	struct grid_slot *slots = g->slots;

	if (at >= g->n) {
		slots = reallocarray(slots, at + 1, sizeof(*slots));
		if (slots == NULL)
			return -1;
		memset(slots + g->n, 0, (at + 1 - g->n) * sizeof(*slots));
		g->slots = slots;
		g->n = at + 1;
	}
	slots[at].there = true;
	sx_text_safe(slots[at].name, sizeof(slots[at].name), sound->name);
	if (sound->slot_text[0] != '\0')
		snprintf(slots[at].label, sizeof(slots[at].label), "%s",
		    sound->slot_text);
	else if (sound->slot >= 0)
		snprintf(slots[at].label, sizeof(slots[at].label), "%ld",
		    sound->slot);
	else
		snprintf(slots[at].label, sizeof(slots[at].label), "#%zu",
		    sound->index + 1);
	return 0;
}

static const char *
grid_text(const struct grid_slot *s)
{
	return !s->there ? "." : s->name[0] != '\0' ? s->name : "-";
}

static void
grid_measure(const struct grid *g, size_t *label, size_t *cell)
{
	size_t width;

	*label = *cell = 1;
	for (size_t i = 0; i < g->n; i++) {
		width = sx_fit_width(grid_text(&g->slots[i]));
		if (width > *cell)
			*cell = width;
		width = strlen(g->slots[i].label);
		if (width > *label)
			*label = width;
	}
}

/* Print a row of slots, blank before `first`. */
static void
print_slots(const struct grid *g, size_t from, size_t to, size_t first,
    size_t label, size_t cell)
{
	const size_t start = first > from ? first : from;
	char text[SX_FACT_TEXT];

	printf("    %*s", (int)label, g->slots[start].label);
	for (size_t i = from; i < to; i++) {
		sx_fit_cut(text, sizeof(text),
		    i < first ? "" : grid_text(&g->slots[i]), cell);
		printf("  %s%*s", text,
		    i + 1 < to ? (int)(cell - sx_fit_width(text)) : 0, "");
	}
	putchar('\n');
}

void
print_grid(const struct grid *g)
{
	size_t width = line_width(stdout), label, cell, line = 16, first = 0;
	bool narrow = width < SIZE_MAX;

	grid_measure(g, &label, &cell);
	if (narrow && cell > CELL_MOST)
		cell = CELL_MOST;
	while (
	    line > 1 && 4 + label + line * (cell + 2) > (narrow ? width : 100))
		line /= 2;
	while (first < g->n && !g->slots[first].there)
		first++;
	for (size_t i = first - first % line; i < g->n; i += line)
		print_slots(g, i, i + line < g->n ? i + line : g->n, first,
		    label, cell);
}

void
grid_free(struct grid *g)
{
	free(g->slots);
	*g = (struct grid){ .n = 0 };
}
