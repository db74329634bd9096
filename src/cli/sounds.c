/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sounds.h"
#include "sxlib/text.h"
#include "term/cli.h"
#include "term/json.h"
#include "term/say.h"

/* FILE:REF; a path longer than PATH_MAX is cut. */
#define REFERENCE_TEXT (4096 + SX_REF_TEXT)
static char *
sounds_reference_text(
    char buf[REFERENCE_TEXT], const char *file, const char *ref)
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
		puts(sx_text_safe(safe, sizeof(safe),
		    sounds_reference_text(whole, file, ref)));
		return;
	}
	fputs(file, stdout);
	putchar(':');
	puts(ref);
}

void
print_sound_record(const struct sx_record *r, const char *ref, size_t number)
{
	char whole[REFERENCE_TEXT];

	print_json_facts(stdout, r);
	print_json_pair(stdout, ", ", "reference",
	    sounds_reference_text(whole, r->file, ref));
	print_json_number(stdout, ", ", "number", (int64_t)number);
	puts("}");
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
			/* A reader gets the sounds before a pause at once. */
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
		warn_counted(c, &e);
	}
	flush_result(c);
	say_walked(c, &f->walk, *failed, f->without, &f->nothing);
	return c->err.code != SX_OK ? -1 : 0;
}

int
add_found(void *to, const struct sx_found *found)
{
	return sx_rows_add_sound(
	    to, &found->record, found->ref, found->file, found->index);
}

void
say_found(struct cli *c, const struct sx_find *f)
{
	say(c, "%zu of %zu sound%s in %zu file%s", f->found, f->sounds,
	    plural(f->sounds), f->files, plural(f->files));
}

/* ---- Tables ---- */

/* Texts of the current row. */
struct row_texts {
	struct sx_facts facts;
	char number[24], time[SX_TIME_TEXT], maker[SX_FACTS_MAKER];
	char slot[SX_FACTS_SLOT], reference[REFERENCE_TEXT], messages[24];
};

static const char *
sounds_cell_text(struct row_texts *t, enum row_cell cell,
    const struct sx_row *row, const struct sx_record *r)
{
	switch (cell) {
	case CELL_TIME:
		(void)sx_time_text(t->time, r->time);
		t->time[sizeof("2026-11-22T05:15:30") - 1] = '\0';
		return t->time;
	case CELL_BYTES:
		snprintf(t->number, sizeof(t->number), "%" PRIu64, r->bytes);
		return t->number;
	case CELL_MESSAGES:
		snprintf(t->messages, sizeof(t->messages), "%zu", r->messages);
		return t->messages;
	case CELL_MAKER:
		return sx_facts_maker(t->maker, r->facts);
	case CELL_SOUND_MAKER:
		return r->facts->maker;
	case CELL_DEVICE:
		return r->facts->device;
	case CELL_KIND:
		return row->mixed ? "several" : sx_kind_text(r->facts->kind);
	case CELL_SLOT:
		return sx_facts_slot(t->slot, r->facts);
	case CELL_NAME:
		return r->facts->name;
	case CELL_CHECKSUM:
		return r->damage.kind != SX_DAMAGE_NONE
			   ? "DAMAGED"
			   : sx_checksum_text(r->facts->checksum);
	case CELL_FILE:
		return r->file;
	case CELL_REFERENCE:
		return sounds_reference_text(
		    t->reference, r->file, sx_row_ref(row));
	}
	return "";
}

/* Set the cells of a row; row NULL: the header. */
static void
sounds_set_cells(struct row_texts *t, const char **cells,
    const struct row_columns *columns, const struct sx_row *row)
{
	static const char *const names[] = { "Time (UTC)", "Bytes", "Messages",
		"Maker", "Maker", "Device", "Kind", "Slot", "Name", "Checksum",
		"File", "Sound" };
	struct sx_record r = { .file = NULL };

	if (row != NULL)
		r = sx_row_record(row, &t->facts);
	for (size_t i = 0; i < columns->table.columns; i++)
		cells[i] = row == NULL ? names[columns->cells[i]]
				       : sounds_cell_text(
					     t, columns->cells[i], row, &r);
}

static void
sounds_print_table(
    struct row_columns *columns, const struct sx_rows *rows, bool header)
{
	struct row_texts texts;
	const char *cells[TABLE_COLUMNS];

	if (header) {
		sounds_set_cells(&texts, cells, columns, NULL);
		table_measure(&columns->table, cells);
	}
	for (size_t i = 0; i < rows->n; i++) {
		sounds_set_cells(&texts, cells, columns, sx_rows_at(rows, i));
		table_measure(&columns->table, cells);
	}
	if (header && rows->n > 0) {
		sounds_set_cells(&texts, cells, columns, NULL);
		table_line(&columns->table, cells, stdout);
	}
	for (size_t i = 0; i < rows->n; i++) {
		sounds_set_cells(&texts, cells, columns, sx_rows_at(rows, i));
		table_line(&columns->table, cells, stdout);
	}
}

void
print_rows(struct cli *c, struct row_columns *columns,
    const struct sx_rows *rows, bool header)
{
	struct sx_facts facts;
	struct sx_record r;

	if (!c->json) {
		table_screen(&columns->table, c);
		sounds_print_table(columns, rows, header);
	}
	for (size_t i = 0; c->json && i < rows->n; i++) {
		const struct sx_row *row = sx_rows_at(rows, i);

		r = sx_row_record(row, &facts);
		if (row->file != 0)
			print_sound_record(&r, sx_row_ref(row), row->number);
		else
			print_json(stdout, &r);
	}
	flush_result(c);
}
