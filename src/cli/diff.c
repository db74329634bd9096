/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "diff.h"
#include "sxlib/record.h"
#include "term/differ.h"
#include "term/hex.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/screen.h"
#include "user.h"

struct diff_opts {
	bool any_unit;
};

static const struct option_row diff_options[] = {
	{ 0, "any-unit", NULL, "the number of the unit does not count",
	    OPT_FLAG(struct diff_opts, any_unit) },
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

/* pair: NULL in decoded payloads. */
static const char *
diff_run_field(const struct sx_pair *pair, const struct sx_run *run)
{
	const struct sx_item *item;

	if (pair == NULL)
		return NULL;
	item = run->off < pair->a->len ? pair->a : pair->b;
	return field_text(run->field, &item->facts);
}

/* Print runs; `before` is the number printed earlier. Returns the new
 * number. */
static size_t
diff_print_runs(const struct cli *c, const struct sx_pair *pair,
    struct sx_runs *runs, size_t before)
{
	struct sx_run run;

	for (; sx_runs_next(runs, &run); before++)
		print_run(c, before, diff_run_field(pair, &run), pair == NULL,
		    &run, runs);
	return before;
}

static void
diff_print_all_runs(const struct cli *c, const struct sx_pair *p)
{
	struct sx_runs runs;
	uint8_t *a, *b;
	size_t na, nb, n;

	sx_runs_of_pair(&runs, p);
	n = diff_print_runs(c, p, &runs, 0);
	a = sx_payload_decode(p->a, &na);
	b = sx_payload_decode(p->b, &nb);
	if (a != NULL && b != NULL) {
		sx_runs_of_bytes(&runs, a, na, b, nb);
		diff_print_runs(c, NULL, &runs, n);
	}
	free(a);
	free(b);
}

/* Print a composed line, wrapped. */
static void
diff_print_text(const struct cli *c, const char *colour, const char *text)
{
	bool painted = colour != NULL && has_colour(c, stdout);

	printf("%s%s%s", painted ? "\033[" : "", painted ? colour : "",
	    painted ? "m" : "");
	print_wrapped(stdout, text, 0, 4);
	fputs(painted ? "\033[0m" : "", stdout);
}

/* Describe a message, leaving out a name that differs in the other one. */
static const char *
diff_head(const struct sx_pair *p, char *text, size_t size)
{
	const struct sx_item *item = p->a != NULL ? p->a : p->b;
	struct sx_facts f = item->facts;

	if (p->a != NULL && p->b != NULL &&
	    strcmp(p->a->facts.name, p->b->facts.name) != 0)
		f.name[0] = '\0';
	return item->stray ? "bytes outside any message"
			   : sx_facts_text(text, size, &f);
}

static void
diff_print_single(const struct cli *c, const struct sx_pair *p)
{
	const struct sx_item *item = p->a != NULL ? p->a : p->b;
	char head[512], text[640];

	snprintf(text, sizeof(text),
	    "%s: only in %s: offset %" PRIu64 ", %zu bytes",
	    diff_head(p, head, sizeof(head)), p->a != NULL ? "A" : "B",
	    item->offset, item->len);
	diff_print_text(c, p->a != NULL ? "31" : "32", text);
}

static void
diff_print_pair(const struct cli *c, const struct sx_pair *p)
{
	size_t na = p->a->len, nb = p->b->len;
	char head[512], text[800], sizes[64] = "", bytes[SX_RUNS_TEXT];
	struct sx_runs runs;

	sx_runs_of_pair(&runs, p);
	if (na != nb)
		snprintf(
		    sizes, sizeof(sizes), "; A has %zu bytes, B %zu", na, nb);
	snprintf(text, sizeof(text),
	    "%s: %s: A offset %" PRIu64 ", B offset %" PRIu64 "%s",
	    diff_head(p, head, sizeof(head)), sx_runs_text(bytes, &runs),
	    p->a->offset, p->b->offset, sizes);
	diff_print_text(c, NULL, text);
	diff_print_all_runs(c, p);
}

static void
diff_print_pair_json(
    const struct cli *c, const struct sx_diff *d, const struct sx_pair *p)
{
	const struct sx_items *in = p->a != NULL ? d->a : d->b;
	const struct sx_items *other = p->a != NULL ? d->b : d->a;
	const struct sx_item *item = p->a != NULL ? p->a : p->b;
	struct sx_record record = sx_items_record(in, item);
	bool both = p->a != NULL && p->b != NULL;

	if (item->stray)
		print_json_stray(stdout, in->path, item->offset, item->len);
	else
		print_json_facts(stdout, &record);
	print_json_pair(stdout, ", ", "other", other->path);
	print_json_number(
	    stdout, ", ", "other_offset", both ? (int64_t)p->b->offset : -1);
	print_json_number(
	    stdout, ", ", "other_bytes", both ? (int64_t)p->b->len : -1);
	printf(", \"runs\": [");
	if (both)
		diff_print_all_runs(c, p);
	puts("]}");
}

int
diff_lists(struct cli *c, const struct sx_items *a, const struct sx_items *b,
    bool any_unit, struct sx_diff *d)
{
	const struct sx_pair *p;
	int rc;

	*d = (struct sx_diff){ .a = a, .b = b, .any_unit = any_unit };
	while ((rc = sx_diff_next(d, &p, &c->err)) == 1) {
		if (c->json)
			diff_print_pair_json(c, d, p);
		else if (p->a != NULL && p->b != NULL)
			diff_print_pair(c, p);
		else
			diff_print_single(c, p);
		flush_result(c);
	}
	sx_diff_end(d);
	return rc;
}

void
diff_count(
    struct cli *c, size_t same, size_t different, size_t only_a, size_t only_b)
{
	say(c, "%zu the same, %zu different, %zu only in A, %zu only in B",
	    same, different, only_a, only_b);
}

static enum status
run_diff(struct cli *c)
{
	struct sx_items a = { 0 }, b = { 0 };
	struct sx_diff d = { 0 };
	struct diff_opts o = { .any_unit = false };
	const struct sx_devices *user;

	if (opt_parse(c, &o) == -1 ||
	    opt_arguments(c, 2, 2, "missing FILE") == -1)
		return ST_OK;
	if (sx_pick_is_ref(c->argv[c->next]) ||
	    sx_pick_is_ref(c->argv[c->next + 1]))
		return diff_sounds(c, c->argv[c->next], c->argv[c->next + 1]);
	user = user_devices(c);
	if (sx_items_load(&a, c->argv[c->next], user, &c->err) == 0 &&
	    sx_items_load(&b, c->argv[c->next + 1], user, &c->err) == 0 &&
	    diff_lists(c, &a, &b, o.any_unit, &d) == 0)
		diff_count(c, d.same, d.different, d.only_a, d.only_b);
	sx_items_free(&a);
	sx_items_free(&b);
	return d.different + d.only_a + d.only_b > 0 ? ST_FAILED : ST_OK;
}

const struct command cmd_diff = {
	.name = "diff",
	.synopsis = "A B",
	.summary = "Compare two files message by message",
	.options = diff_options,
	.run = run_diff,
};
