/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "diff.h"
#include "sxlib/record.h"
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

/* How many bytes of a run people see: --json has all. */
static size_t
diff_shown(void)
{
	size_t width = line_width(stdout);

	return width >= 120 ? 16 : width >= 60 ? 8 : 4;
}

/* The values of a run on one side, where there is room for them; colour as an
 * SGR parameter. Returns the columns taken then. */
static size_t
diff_print_values(const struct cli *c, const char *between, const char *colour,
    const uint8_t *p, size_t n, const struct sx_run *run, size_t taken)
{
	size_t shown = diff_shown(), len = 0;
	char text[16 * 3 + 16];

	if (run->off >= n)
		len = (size_t)snprintf(text, sizeof(text), " nothing");
	else
		for (size_t i = 0; i < run->len && i < shown; i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    " %02X", p[run->off + i]);
	if (run->off < n && run->len > shown)
		len += (size_t)snprintf(text + len, sizeof(text) - len, " ..");
	else if (run->off < n && run->len == 1)
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, " (%u)", p[run->off]);
	len += strlen(between);
	taken = print_break(stdout, taken, len, 4);
	if (has_colour(c, stdout))
		printf("%s\033[%sm%s\033[0m", between, colour, text);
	else
		printf("%s%s", between, text);
	return taken + len;
}

static void
print_hex_json(const uint8_t *p, size_t n, const struct sx_run *run)
{
	if (run->off >= n) {
		printf("null");
		return;
	}
	putchar('"');
	for (size_t i = 0; i < run->len; i++)
		printf("%02x", p[run->off + i]);
	putchar('"');
}

/* pair: NULL in decoded payloads. */
static const char *
run_field(const struct sx_pair *pair, const struct sx_run *run)
{
	const struct sx_item *item;

	if (pair == NULL)
		return NULL;
	item = run->off < pair->a->len ? pair->a : pair->b;
	return field_text(run->field, &item->facts);
}

static void
diff_print_run_json(const char *field, bool decoded, const struct sx_run *run,
    const struct sx_runs *of)
{
	printf("{\"offset\": %zu, \"bytes\": %zu, \"decoded\": %s, "
	       "\"field\": ",
	    run->off, run->len, decoded ? "true" : "false");
	print_json_text(stdout, field);
	printf(", \"a\": ");
	print_hex_json(of->a, of->na, run);
	printf(", \"b\": ");
	print_hex_json(of->b, of->nb, run);
	putchar('}');
}

void
diff_print_run(const struct cli *c, const char *field, bool decoded,
    const struct sx_run *run, const struct sx_runs *of)
{
	int taken;

	if (c->json) {
		diff_print_run_json(field, decoded, run, of);
		return;
	}
	taken = printf("  %s%06zx", decoded ? "decoded " : "", run->off);
	if (run->len > 1)
		taken += printf("-%06zx", run->off + run->len - 1);
	if (field != NULL)
		taken += printf(" (%s)", field);
	taken += printf(":");
	taken = (int)diff_print_values(
	    c, "", "31", of->a, of->na, run, (size_t)taken);
	(void)diff_print_values(
	    c, " ->", "32", of->b, of->nb, run, (size_t)taken);
	putchar('\n');
}

/* before: how many stand in front of them. Returns how many there are now. */
static size_t
diff_print_runs(const struct cli *c, const struct sx_pair *pair,
    struct sx_runs *runs, size_t before)
{
	struct sx_run run;

	for (; sx_runs_next(runs, &run); before++) {
		if (c->json && before > 0)
			printf(", ");
		diff_print_run(
		    c, run_field(pair, &run), pair == NULL, &run, runs);
	}
	return before;
}

static void
print_all_runs(const struct cli *c, const struct sx_pair *p)
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

/* Print a line that was put together, wrapped. */
static void
diff_print_text(const struct cli *c, const char *colour, const char *text)
{
	bool painted = colour != NULL && has_colour(c, stdout);

	printf("%s%s%s", painted ? "\033[" : "", painted ? colour : "",
	    painted ? "m" : "");
	print_wrapped(stdout, text, 0, 4);
	fputs(painted ? "\033[0m" : "", stdout);
}

/* What a message is, without what may differ in the other. */
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
	size_t na = p->a->len, nb = p->b->len, bytes = 0, n = 0;
	char head[512], text[800], sizes[64] = "";
	struct sx_runs runs;
	struct sx_run run;

	sx_runs_of_pair(&runs, p);
	for (; sx_runs_next(&runs, &run); n++)
		bytes += run.len;
	if (na != nb)
		snprintf(
		    sizes, sizeof(sizes), "; A has %zu bytes, B %zu", na, nb);
	snprintf(text, sizeof(text),
	    "%s: %zu byte%s differ%s in %zu run%s: A offset %" PRIu64
	    ", B offset %" PRIu64 "%s",
	    diff_head(p, head, sizeof(head)), bytes, plural(bytes),
	    bytes == 1 ? "s" : "", n, plural(n), p->a->offset, p->b->offset,
	    sizes);
	diff_print_text(c, NULL, text);
	print_all_runs(c, p);
}

static void
print_pair_json(
    const struct cli *c, const struct sx_diff *d, const struct sx_pair *p)
{
	const struct sx_items *in = p->a != NULL ? d->a : d->b;
	const struct sx_items *other = p->a != NULL ? d->b : d->a;
	const struct sx_item *item = p->a != NULL ? p->a : p->b;
	struct sx_record record = sx_items_record(in, item);

	if (item->stray)
		print_json_stray(stdout, in->path, item->offset, item->len);
	else
		print_json_facts(stdout, &record);
	print_json_pair(stdout, ", ", "other", other->path);
	if (p->a != NULL && p->b != NULL)
		printf(", \"other_offset\": %" PRIu64 ", \"other_bytes\": %zu",
		    p->b->offset, p->b->len);
	else
		printf(", \"other_offset\": null, \"other_bytes\": null");
	printf(", \"runs\": [");
	if (p->a != NULL && p->b != NULL)
		print_all_runs(c, p);
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
			print_pair_json(c, d, p);
		else if (p->a != NULL && p->b != NULL)
			diff_print_pair(c, p);
		else
			diff_print_single(c, p);
		flush_result(c);
	}
	sx_diff_end(d);
	return rc;
}

static enum status
run_diff(struct cli *c)
{
	struct sx_items a = { 0 }, b = { 0 };
	struct sx_diff d = { 0 };
	struct diff_opts o = { .any_unit = false };
	const struct sx_devices *user;

	if (opt_parse(c, &o) == -1)
		return ST_OK;
	if (c->argc - c->next != 2) {
		sx_fail(&c->err, SX_EUSAGE, 0, "missing FILE");
		return ST_OK;
	}
	if (sx_pick_is_ref(c->argv[c->next]) ||
	    sx_pick_is_ref(c->argv[c->next + 1]))
		return diff_sounds(c, c->argv[c->next], c->argv[c->next + 1]);
	user = user_devices(c);
	if (sx_items_load(&a, c->argv[c->next], user, &c->err) == 0 &&
	    sx_items_load(&b, c->argv[c->next + 1], user, &c->err) == 0 &&
	    diff_lists(c, &a, &b, o.any_unit, &d) == 0)
		say(c,
		    "%zu the same, %zu different, %zu only in A, %zu only in B",
		    d.same, d.different, d.only_a, d.only_b);
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
