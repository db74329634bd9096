/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sounds.h"
#include "sxlib/text.h"
#include "term/cli.h"
#include "term/json.h"
#include "term/say.h"
#include "term/status.h"

#define RESULTS_AT_ONCE ((size_t)128 << 10)

char *
reference_text(char buf[REFERENCE_TEXT], const char *file, const char *ref)
{
	size_t n = strnlen(file, REFERENCE_TEXT - SX_REF_TEXT - 1);

	memcpy(buf, file, n);
	buf[n++] = ':';
	(void)stpcpy(buf + n, ref);
	return buf;
}

void
print_sound_path(const char *file, const char *ref)
{
	char whole[REFERENCE_TEXT], safe[4 * REFERENCE_TEXT];

	if (isatty(STDOUT_FILENO)) {
		puts(sx_text_safe(
		    safe, sizeof(safe), reference_text(whole, file, ref)));
		return;
	}
	fputs(file, stdout);
	putchar(':');
	puts(ref);
}

void
set_walk(const struct cli *c, struct sx_walk *walk)
{
	static char here[] = ".";
	static char *const none[] = { here };

	walk->arguments = c->next < c->argc ? c->argv + c->next : none;
	walk->count = c->next < c->argc ? c->argc - c->next : 1;
}

void
print_sound_record(const struct sx_record *r, const char *ref, size_t number)
{
	char whole[REFERENCE_TEXT];

	print_json_facts(stdout, r);
	printf(", \"reference\": ");
	print_json_text(stdout, reference_text(whole, r->file, ref));
	printf(", \"number\": %zu}\n", number);
}

void
print_sound_json(const struct sx_sound *sound)
{
	printf("{\"index\": %zu, \"slot\": ", sound->index);
	if (sound->slot >= 0)
		printf("%ld", sound->slot);
	else
		fputs("null", stdout);
	printf(", \"slot_text\": ");
	print_json_text(
	    stdout, sound->slot_text[0] != '\0' ? sound->slot_text : NULL);
	printf(", \"name\": ");
	print_json_text(stdout, sound->name[0] != '\0' ? sound->name : NULL);
	putchar('}');
}

/* What is printed at once may be a lot. The buffer is stdout's from here on,
 * until the program ends. */
static void
widen_stdout(void)
{
	char *buffer;

	if (isatty(STDOUT_FILENO))
		return;
	buffer = malloc(RESULTS_AT_ONCE);
	if (buffer != NULL)
		(void)setvbuf(stdout, buffer, _IOFBF, RESULTS_AT_ONCE);
	/* cppcheck-suppress memleak ; stdout has it */
}

int
each_found(
    struct cli *c, struct sx_find *f, with_found *act, void *to, bool *failed)
{
	const struct sx_found *found;
	struct sx_err e = { 0 };
	size_t file = 0;
	int rc;

	widen_stdout();
	rc = sx_find_begin(f, &c->err);

	while (rc == 0 && (rc = sx_find_next(f, &found, &e)) != 0) {
		if (rc == 1) {
			/* Whoever reads has what comes before a pause. */
			if (file != found->file)
				flush_result(c);
			file = found->file;
			rc = act(to, found);
			if (rc == -1)
				return sx_fail_memory(&c->err);
			continue;
		}
		if (e.code == SX_ENOMEM) {
			c->err = e;
			return -1;
		}
		*failed = true;
		rc = 0;
		c->worst = status_worse(c->worst, status_of(&e));
		warn_error(c, &e);
	}
	flush_result(c);
	say_skipped(c, f->walk.skipped);
	if (c->err.code != SX_OK)
		return -1;
	if (f->walk.files == 0 && !*failed)
		return sx_walk_nothing(&f->walk, &c->err);
	if (f->walk.files > 0 && f->without == f->walk.files)
		c->err = f->nothing;
	return c->err.code != SX_OK ? -1 : 0;
}

/* ---- Tables ---- */

static void
set_sound_cells(struct sound_table *t, const char **cells,
    const struct sx_record *r, const char *ref)
{
	const struct sx_facts *f = r->facts;
	const char *const all[SOUND_CELLS] = { f->maker, f->device,
		sx_kind_text(f->kind), sx_facts_slot(t->slot, f), f->name,
		reference_text(t->reference, r->file, ref) };

	for (size_t i = 0; i < t->table.columns; i++)
		cells[i] = all[t->columns[i]];
}

int
add_found(void *to, const struct sx_found *found)
{
	struct sound_table *t = to;
	const char *cells[SOUND_CELLS];

	set_sound_cells(t, cells, &found->record, found->ref);
	table_measure(&t->table, cells);
	return sx_rows_add_sound(
	    &t->rows, &found->record, found->ref, found->file, found->index);
}

void
print_sound_table(struct sound_table *t, bool header)
{
	static const char *const names[SOUND_CELLS] = { "Maker", "Device",
		"Kind", "Slot", "Name", "Sound" };
	const char *cells[SOUND_CELLS];
	struct sx_facts facts;
	struct sx_record r;

	for (size_t i = 0; i < t->table.columns; i++)
		cells[i] = names[t->columns[i]];
	if (header && t->rows.n > 0) {
		table_measure(&t->table, cells);
		table_line(&t->table, cells, stdout);
	}
	for (size_t i = 0; i < t->rows.n; i++) {
		const struct sx_row *row = sx_rows_at(&t->rows, i);

		r = sx_row_record(row, &facts);
		set_sound_cells(t, cells, &r, sx_row_ref(row));
		table_line(&t->table, cells, stdout);
	}
}
