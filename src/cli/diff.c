/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "diff.h"
#include "hex.h"

#define RUN_SHOWN 16 /* bytes of a run for people; --json has all */

struct diff {
	struct cli *c;
	const struct item_list *a, *b;
	struct diff_counts n;
};

/* Bytes that differ, one after the other. */
struct run {
	size_t off, len;
	const char *field; /* what they are, or NULL */
};

static const struct option_row diff_options[] = {
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

/* Is byte i different, or in one of the two only? */
static bool
differs(const uint8_t *a, size_t na, const uint8_t *b, size_t nb, size_t i)
{
	return i >= na || i >= nb || a[i] != b[i];
}

static const char *
field_of(const struct pair *p, size_t i)
{
	const struct sx_item *item = i < p->a->len ? p->a : p->b;

	if (item->stray)
		return NULL;
	return field_at(&item->facts, item->data, item->len, i);
}

/* The next run from `from` on; p is NULL in a decoded payload. */
static bool
next_run(struct run *run, const struct pair *p, const uint8_t *a, size_t na,
    const uint8_t *b, size_t nb, size_t from)
{
	size_t most = na > nb ? na : nb, i = from;

	while (i < most && !differs(a, na, b, nb, i))
		i++;
	*run = (struct run){ .off = i };
	if (i == most)
		return false;
	run->field = p != NULL ? field_of(p, i) : NULL;
	/* Another field is another run, and so are bytes that only one has. */
	while (i < most && differs(a, na, b, nb, i) &&
	       (i < na) == (run->off < na) && (i < nb) == (run->off < nb) &&
	       (p == NULL || field_of(p, i) == run->field))
		i++;
	run->len = i - run->off;
	return true;
}

static void
print_values(const uint8_t *p, size_t n, const struct run *run)
{
	if (run->off >= n) {
		printf(" nothing");
		return;
	}
	for (size_t i = 0; i < run->len && i < RUN_SHOWN; i++)
		printf(" %02X", p[run->off + i]);
	if (run->len > RUN_SHOWN)
		printf(" ..");
	else if (run->len == 1)
		printf(" (%u)", p[run->off]);
}

static void
print_hex_json(const uint8_t *p, size_t n, const struct run *run)
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

static void
print_run(bool json, bool decoded, const struct run *run, const uint8_t *a,
    size_t na, const uint8_t *b, size_t nb)
{
	if (json) {
		printf("{\"offset\": %zu, \"bytes\": %zu, \"decoded\": %s, "
		       "\"field\": ",
		    run->off, run->len, decoded ? "true" : "false");
		print_json_text(stdout, run->field);
		printf(", \"a\": ");
		print_hex_json(a, na, run);
		printf(", \"b\": ");
		print_hex_json(b, nb, run);
		putchar('}');
		return;
	}
	printf("  %s%06zx", decoded ? "decoded " : "", run->off);
	if (run->len > 1)
		printf("-%06zx", run->off + run->len - 1);
	if (run->field != NULL)
		printf(" (%s)", run->field);
	putchar(':');
	print_values(a, na, run);
	printf(" ->");
	print_values(b, nb, run);
	putchar('\n');
}

/* All runs of two messages, or (p NULL) of two payloads. */
static size_t
print_runs(const struct diff *d, const struct pair *p, const uint8_t *a,
    size_t na, const uint8_t *b, size_t nb, size_t before)
{
	struct run run;
	size_t from = 0, n = 0;

	while (next_run(&run, p, a, na, b, nb, from)) {
		if (d->c->json && before + n > 0)
			printf(", ");
		print_run(d->c->json, p == NULL, &run, a, na, b, nb);
		from = run.off + run.len;
		n++;
	}
	return n;
}

static void
print_all_runs(const struct diff *d, const struct pair *p)
{
	uint8_t *a, *b;
	size_t na, nb, n;

	n = print_runs(d, p, p->a->data, p->a->len, p->b->data, p->b->len, 0);
	a = payload_decode(p->a, &na);
	b = payload_decode(p->b, &nb);
	if (a != NULL && b != NULL)
		print_runs(d, NULL, a, na, b, nb, n);
	free(a);
	free(b);
}

/* What a message is, without what may differ in the other. */
static void
print_head(const struct pair *p)
{
	const struct sx_item *item = p->a != NULL ? p->a : p->b;
	struct sx_facts f = item->facts;
	char text[512];

	if (p->a != NULL && p->b != NULL &&
	    strcmp(p->a->facts.name, p->b->facts.name) != 0)
		f.name[0] = '\0';
	printf("%s: ", item->stray ? "bytes of no message"
				   : describe_facts(text, sizeof(text), &f));
	if (p->a == NULL || p->b == NULL)
		printf("only in %s: offset %" PRIu64 ", %zu bytes\n",
		    p->a != NULL ? "A" : "B", item->offset, item->len);
}

static void
print_pair(const struct diff *d, const struct pair *p)
{
	const uint8_t *a = p->a->data, *b = p->b->data;
	size_t na = p->a->len, nb = p->b->len, bytes = 0, runs = 0, from = 0;
	struct run run;

	while (next_run(&run, p, a, na, b, nb, from)) {
		bytes += run.len;
		runs++;
		from = run.off + run.len;
	}
	print_head(p);
	printf("%zu byte%s differ%s in %zu run%s: A offset %" PRIu64
	       ", B offset %" PRIu64,
	    bytes, plural(bytes), bytes == 1 ? "s" : "", runs, plural(runs),
	    p->a->offset, p->b->offset);
	if (na != nb)
		printf("; A has %zu bytes, B %zu", na, nb);
	putchar('\n');
	print_all_runs(d, p);
}

static void
print_pair_json(const struct diff *d, const struct pair *p)
{
	const struct item_list *in = p->a != NULL ? d->a : d->b;
	const struct item_list *other = p->a != NULL ? d->b : d->a;
	const struct sx_item *item = p->a != NULL ? p->a : p->b;
	struct record record = item_record(in, item);

	if (item->stray)
		print_json_stray(stdout, in->path, item->offset, item->len);
	else
		print_json_facts(stdout, &record);
	printf(", \"other\": ");
	print_json_text(stdout, other->path);
	if (p->a != NULL && p->b != NULL)
		printf(", \"other_offset\": %" PRIu64 ", \"other_bytes\": %zu",
		    p->b->offset, p->b->len);
	else
		printf(", \"other_offset\": null, \"other_bytes\": null");
	printf(", \"runs\": [");
	if (p->a != NULL && p->b != NULL)
		print_all_runs(d, p);
	puts("]}");
}

static void
compare_pair(struct diff *d, const struct pair *p)
{
	bool both = p->a != NULL && p->b != NULL;

	if (both && p->a->len == p->b->len &&
	    memcmp(p->a->data, p->b->data, p->a->len) == 0) {
		d->n.same++;
		return;
	}
	d->n.different += both;
	d->n.only_a += p->b == NULL;
	d->n.only_b += p->a == NULL;
	if (d->c->json)
		print_pair_json(d, p);
	else if (both)
		print_pair(d, p);
	else
		print_head(p);
	flush_result(d->c);
}

int
diff_lists(struct cli *c, const struct item_list *a, const struct item_list *b,
    struct diff_counts *n)
{
	struct diff d = { .c = c, .a = a, .b = b };
	size_t npairs;
	struct pair *pairs = pair_up(a, b, &npairs);

	*n = d.n;
	if (pairs == NULL)
		return sx_fail_memory(&c->err);
	for (size_t i = 0; i < npairs; i++)
		compare_pair(&d, &pairs[i]);
	free(pairs);
	*n = d.n;
	return 0;
}

static enum status
run_diff(struct cli *c)
{
	struct item_list a = { 0 }, b = { 0 };
	struct diff_counts n = { 0 };
	const char *arg;

	if (opt_next(c, &arg) == -1)
		return ST_OK;
	if (c->argc - c->next != 2) {
		sx_fail(&c->err, SX_EUSAGE, 0, "two files are needed");
		return ST_OK;
	}
	if (items_load(c, &a, c->argv[c->next]) == 0 &&
	    items_load(c, &b, c->argv[c->next + 1]) == 0 &&
	    diff_lists(c, &a, &b, &n) == 0)
		say(c,
		    "%zu the same, %zu different, %zu only in A, %zu only in B",
		    n.same, n.different, n.only_a, n.only_b);
	items_free(&a);
	items_free(&b);
	return n.different + n.only_a + n.only_b > 0 ? ST_FAILED : ST_OK;
}

const struct command cmd_diff = {
	.name = "diff",
	.synopsis = "A B",
	.summary = "Show the bytes that differ, message by message",
	.options = diff_options,
	.run = run_diff,
};
