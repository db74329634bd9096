/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "sounds.h"
#include "sxlib/items.h"
#include "sxlib/reader.h"
#include "sxlib/record.h"
#include "sxlib/ref.h"
#include "term/grid.h"
#include "term/hex.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/screen.h"
#include "term/table.h"
#include "user.h"

#define COLUMNS 10

struct show {
	struct cli *c;
	bool hex, decode, messages_only, grid;
	struct grid slots;  /* of the message, for --grid */
	struct table table; /* the first column, the file, only if several */
	bool terminal;
	/* Of the current file: */
	int64_t time;
	size_t messages;
	struct sx_damage hidden;	    /* known only from its name */
	struct sx_memory *memory;	    /* a bank by address */
	const struct sx_ref_sounds *chosen; /* NULL: all sounds */
	size_t number;			    /* of the current item */
};

static const struct option_row show_options[] = {
	{ 0, "hex", NULL, "an annotated hex dump of each message",
	    OPT_FLAG(struct show, hex) },
	{ 0, "decode", NULL, "with --hex: also the unpacked payload",
	    OPT_FLAG(struct show, decode) },
	{ 0, "grid", NULL, "the steps of patterns, the slots of banks",
	    OPT_FLAG(struct show, grid) },
	{ 0, "messages", NULL, "without the sounds inside banks",
	    OPT_FLAG(struct show, messages_only) },
	OPTION_JSON,
	OPTIONS_END,
};

static int
show_item_bytes(struct show *s, struct sx_file *f, const struct sx_item *item,
    const uint8_t **data)
{
	*data = item->data;
	if (*data == NULL)
		*data = sx_file_bytes(f, item->offset, item->len, &s->c->err);
	return *data != NULL ? 0 : -1;
}

/* Handle a sound, the nth of its message. */
typedef int with_sound(
    struct show *s, const char *path, const struct sx_sound *sound, size_t nth);

/* Does the reference select it? */
static bool
show_is_chosen(const struct show *s, const struct sx_sound *sound)
{
	const struct sx_ref_sounds *r = s->chosen;

	if (r == NULL)
		return true;
	for (size_t i = 0; i < r->n; i++) {
		const struct sx_listed *l = &r->list.sounds[r->chosen[i]];

		if (l->place == SX_SOUND_IN_BANK
			? l->first == s->number &&
			      l->sound.index == sound->index
			: l->place == SX_SOUND_BY_ADDRESS &&
			      l->sound.slot == sound->slot)
			return true;
	}
	return false;
}

/* Handle the sounds of a bank, or those of a bank by address that are complete
 * with this message. Returns their number, or -1. */
static long
show_each_sound(struct show *s, const char *path, struct sx_file *f,
    const struct sx_item *item, with_sound *act)
{
	const uint8_t *data;
	struct sx_sound sound;
	struct sx_bank bank;
	size_t n = 0;

	if (s->messages_only || item->stray || !item->facts.bank)
		return 0;
	if (show_item_bytes(s, f, item, &data) == -1 ||
	    sx_memory_add(s->memory, &item->facts, data, item->len, s->number,
		&s->c->err) == -1)
		return -1;
	(void)sx_bank_open(&bank, &item->facts, data, item->len);
	for (size_t i = 0; i < bank.count; i++) {
		sx_bank_get(&bank, i, &sound);
		if (show_is_chosen(s, &sound) &&
		    act(s, path, &sound, n++) == -1)
			return -1;
	}
	while (sx_memory_next(s->memory, &sound))
		if (show_is_chosen(s, &sound) &&
		    act(s, path, &sound, n++) == -1)
			return -1;
	return (long)n;
}

static int
show_add_sound_json(
    struct show *s, const char *path, const struct sx_sound *sound, size_t nth)
{
	(void)s;
	(void)path;
	printf(nth == 0 ? "[" : ", ");
	print_json_number(stdout, "{", "index", (int64_t)sound->index);
	print_json_number(stdout, ", ", "slot", sound->slot);
	print_json_given(stdout, ", ", "slot_text", sound->slot_text);
	print_json_given(stdout, ", ", "name", sound->name);
	putchar('}');
	return 0;
}

static int
show_print_item_json(struct show *s, const char *path, struct sx_file *f,
    const struct sx_item *item)
{
	long sounds;

	struct sx_record record = {
		.file = path,
		.time = s->time + item->at,
		.offset = (int64_t)item->offset,
		.bytes = item->len,
		.messages = 1,
		.facts = &item->facts,
		.damage = item->damage,
	};

	if (item->stray) {
		print_json_stray(stdout, path, item->offset, item->len);
		puts("}");
		return 0;
	}
	print_json_facts(stdout, &record);
	printf(", \"sounds\": ");
	sounds = show_each_sound(s, path, f, item, show_add_sound_json);
	puts(sounds > 0 ? "]}" : "null}");
	return sounds < 0 ? -1 : 0;
}

/* Add a row; a single file's name is left out. */
static int
show_add_cells(struct show *s, const char *const *cells)
{
	return table_row(
	    &s->table, s->table.columns == COLUMNS ? cells : cells + 1);
}

static int
show_add_row(struct show *s, const char *path, const struct sx_item *item)
{
	const struct sx_facts *f = &item->facts;
	char offset[24], bytes[24], maker[SX_FACTS_MAKER], slot[SX_FACTS_SLOT],
	    text[256];
	const char *cells[COLUMNS] = { path, offset, bytes,
		sx_facts_maker(maker, f), f->device, sx_kind_text(f->kind),
		sx_facts_slot(slot, f), f->name, sx_checksum_text(f->checksum),
		text };

	snprintf(offset, sizeof(offset), "%" PRIu64, item->offset);
	snprintf(bytes, sizeof(bytes), "%zu", item->len);
	sx_item_remark(text, sizeof(text), item);
	if (item->stray) {
		for (size_t i = 3; i < COLUMNS - 1; i++)
			cells[i] = "";
		cells[3] = "(stray)";
	}
	return show_add_cells(s, cells);
}

/* Add a sound below its bank: on a terminal several on one line, else each in a
 * row. */
static int
show_add_sound_row(
    struct show *s, const char *path, const struct sx_sound *sound, size_t nth)
{
	char slot[24];
	const char *cells[COLUMNS] = {
		[0] = path, [6] = slot, [7] = sound->name
	};

	(void)nth;
	slot[0] = '\0';
	if (sound->slot >= 0)
		snprintf(slot, sizeof(slot), "%ld", sound->slot);
	if (sound->slot_text[0] != '\0')
		cells[6] = sound->slot_text;
	return s->terminal ? table_text(&s->table, cells[6], sound->name)
			   : show_add_cells(s, cells);
}

/* --hex: print the row of each message, then its bytes. */
static int
show_print_message(
    struct show *s, struct sx_file *f, const struct sx_item *item)
{
	const uint8_t *data;

	if (!s->hex)
		return 0;
	if (show_item_bytes(s, f, item, &data) == -1)
		return -1;
	table_print(&s->table, s->table.nrows - 1, stdout);
	print_hex(stdout, data, item->len, &item->facts,
	    has_colour(s->c, stdout), s->decode);
	return 0;
}

static int
show_add_slot(
    struct show *s, const char *path, const struct sx_sound *sound, size_t nth)
{
	(void)path;
	(void)nth;
	return grid_add(&s->slots, sound) == 0 ? 0 : sx_fail_memory(&s->c->err);
}

static void
show_print_slots(struct show *s)
{
	print_grid(&s->slots);
	grid_free(&s->slots);
}

/* --grid: draw the map of a message, if it has one, below its row. The slots of
 * a bank by address, which spans several messages, come last. */
static int
show_print_grid(struct show *s, const char *path, struct sx_file *f,
    const struct sx_item *item)
{
	struct sx_steps steps;
	const uint8_t *data;
	bool alone;

	table_print(&s->table, s->table.nrows - 1, stdout);
	if (item->stray)
		return 0;
	if (show_item_bytes(s, f, item, &data) == -1)
		return -1;
	alone = sx_bank_count(&item->facts, data, item->len) > 0;
	if (alone)
		show_print_slots(s);
	if (show_each_sound(s, path, f, item, show_add_slot) < 0)
		return -1;
	if (sx_steps_read(&steps, &item->facts, data, item->len))
		print_steps(&steps);
	if (alone)
		show_print_slots(s);
	return 0;
}

static int
show_item(
    struct show *s, const char *path, struct sx_file *f, struct sx_item *item)
{
	s->messages += !item->stray;
	if (s->hidden.kind != SX_DAMAGE_NONE)
		item->damage = s->hidden;
	if (s->c->json)
		return show_print_item_json(s, path, f, item);
	if (show_add_row(s, path, item) == -1)
		return -1;
	if (s->grid)
		return show_print_grid(s, path, f, item);
	if (show_print_message(s, f, item) == -1 ||
	    (!s->hex &&
		show_each_sound(s, path, f, item, show_add_sound_row) < 0))
		return -1;
	return 0;
}

static int
show_items(struct show *s, const char *path, struct sx_file *f)
{
	struct sx_item item;
	int rc;

	for (; (rc = sx_file_next(f, &item, &s->c->err)) == 1; s->number++)
		if (show_item(s, path, f, &item) == -1)
			return -1;
	return rc;
}

static int
show_file(struct show *s, const char *path)
{
	struct sx_file *f = sx_file_open(path, user_devices(s->c), &s->c->err);
	int rc;

	if (f == NULL)
		return -1;
	s->time = sx_file_time(f);
	s->hidden = sx_hidden_damage(f, path);
	rc = show_items(s, path, f);
	if (rc == 0 && sx_file_note(f) != NULL)
		say(s->c, "%s: %s", path, sx_file_note(f));
	if (rc == 0 && s->messages == 0)
		rc = sx_file_nothing(f, &s->c->err);
	sx_file_close(f);
	return rc;
}

/* Show the messages that contain the chosen sounds. */
static int
show_chosen(struct show *s, const struct sx_ref_sounds *r)
{
	const struct sx_items *items = &r->list.items;
	bool *has = sx_ref_items(r);
	int rc = 0;

	if (has == NULL)
		return sx_fail_memory(&s->c->err);
	s->chosen = r;
	s->time = items->time;
	s->hidden = items->hidden;
	for (s->number = 0; rc == 0 && s->number < items->n; s->number++)
		if (has[s->number])
			rc = show_item(
			    s, items->path, NULL, &items->items[s->number]);
	s->chosen = NULL;
	free(has);
	return rc;
}

static int
show_argument(struct show *s, const char *arg)
{
	struct sx_ref_sounds r = { .n = 0 };
	struct sx_err *e = &s->c->err;
	int rc;

	s->messages = s->number = 0;
	s->memory = sx_memory_new(e);
	if (s->memory == NULL)
		return -1;
	rc = sx_ref_split(arg, &r.ref, e);
	if (rc == 0 && r.ref.which == NULL) {
		rc = show_file(s, arg);
	} else if (rc == 0) {
		free(r.ref.path);
		rc = sx_ref_load(&r, arg, user_devices(s->c), e);
		if (rc == 0)
			rc = show_chosen(s, &r);
	}
	show_print_slots(s);
	sx_ref_free(&r);
	sx_memory_free(s->memory);
	return rc;
}

static void
show_files(struct show *s)
{
	static const char *const header[COLUMNS] = { "File", "Offset", "Bytes",
		"Maker", "Device", "Kind", "Slot", "Name", "Checksum",
		"Trust" };
	bool several = s->c->argc - s->c->next > 1;

	s->table.columns = several ? COLUMNS : COLUMNS - 1;
	s->table.right = several ? 6 : 3;
	s->table.cut = several ? 3 << 3 : 3 << 2; /* maker, device */
	s->table.prose = several ? 1 << 9 : 1 << 8;
	table_screen(&s->table, s->c);
	s->terminal = isatty(STDOUT_FILENO);
	if (show_add_cells(s, header) == 0) {
		/* If one fails, the others are still shown. */
		for (int i = s->c->next; i < s->c->argc; i++)
			if (show_argument(s, s->c->argv[i]) == -1)
				warn_counted(s->c, &s->c->err);
		if (!s->hex && !s->grid && s->table.nrows > 1)
			table_print(&s->table, 0, stdout);
	}
	table_free(&s->table);
}

static enum status
run_show(struct cli *c)
{
	struct show s = { .c = c };

	if (opt_parse(c, &s) == -1 ||
	    opt_arguments(c, 1, INT_MAX, "missing FILE") == -1 ||
	    opt_exclude(c, "hex", "json") == -1)
		return ST_OK;
	if (s.grid && (s.hex || c->json))
		opt_fail(c, "--grid does not go with --hex or --json");
	else if (s.decode && !s.hex)
		opt_fail(c, "--decode needs --hex");
	else
		show_files(&s);
	return ST_OK;
}

const struct command cmd_show = {
	.name = "show",
	.synopsis = "[--messages] [--hex [--decode] | --grid | --json] FILE...",
	.summary = "Show each message of .syx and .mid files",
	.options = show_options,
	.run = run_show,
};
