/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "hex.h"
#include "json.h"
#include "opt.h"
#include "say.h"
#include "status.h"
#include "sxlib/items.h"
#include "sxlib/reader.h"
#include "sxlib/record.h"
#include "sxlib/sounds.h"
#include "table.h"
#include "user.h"

#define COLUMNS 10

struct show {
	struct cli *c;
	bool hex, decode, messages_only;
	struct table table; /* the first column, the file, only if several */
	/* Of the file: */
	size_t messages;
	struct sx_damage hidden;  /* of which only its name knows */
	struct sx_memory *memory; /* a bank by address */
};

static const struct option_row show_options[] = {
	{ 0, "hex", NULL, "an annotated hex dump of each message",
	    OPT_FLAG(struct show, hex) },
	{ 0, "decode", NULL, "with --hex: also the unpacked payload",
	    OPT_FLAG(struct show, decode) },
	{ 0, "messages", NULL, "without the sounds inside banks",
	    OPT_FLAG(struct show, messages_only) },
	OPTION_JSON,
	OPTIONS_END,
};

static int
item_bytes(struct show *s, struct sx_file *f, const struct sx_item *item,
    const uint8_t **data)
{
	*data = item->data;
	if (*data == NULL)
		*data = sx_file_bytes(f, item->offset, item->len, &s->c->err);
	return *data != NULL ? 0 : -1;
}

/* What is done with a sound. */
typedef int with_sound(struct show *s, const char *path,
    const struct sx_sound *sound, size_t number);

/*
 * The sounds of a bank, or those of a bank by address that are complete with
 * this message. Returns how many there are, or -1.
 */
static long
each_sound(struct show *s, const char *path, struct sx_file *f,
    const struct sx_item *item, with_sound *act)
{
	const uint8_t *data;
	struct sx_sound sound;
	size_t n = 0, count;

	if (s->messages_only || item->stray || !item->facts.bank)
		return 0;
	if (item_bytes(s, f, item, &data) == -1 ||
	    sx_memory_add(
		s->memory, &item->facts, data, item->len, 0, &s->c->err) == -1)
		return -1;
	count = sx_bank_count(&item->facts, data, item->len);
	for (; n < count; n++) {
		sx_bank_sound(&item->facts, data, item->len, n, &sound);
		if (act(s, path, &sound, n) == -1)
			return -1;
	}
	for (; sx_memory_next(s->memory, &sound); n++)
		if (act(s, path, &sound, n) == -1)
			return -1;
	return (long)n;
}

static int
print_sound_json(struct show *s, const char *path, const struct sx_sound *sound,
    size_t number)
{
	(void)s;
	(void)path;
	printf("%s{\"index\": %zu, \"slot\": %ld, \"slot_text\": ",
	    number == 0 ? "[" : ", ", sound->index, sound->slot);
	print_json_text(
	    stdout, sound->slot_text[0] != '\0' ? sound->slot_text : NULL);
	printf(", \"name\": ");
	print_json_text(stdout, sound->name[0] != '\0' ? sound->name : NULL);
	putchar('}');
	return 0;
}

static int
print_item_json(struct show *s, const char *path, struct sx_file *f,
    const struct sx_item *item)
{
	long sounds;

	struct sx_record record = {
		.file = path,
		.time = sx_file_time(f) + item->at,
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
	sounds = each_sound(s, path, f, item, print_sound_json);
	puts(sounds > 0 ? "]}" : "null}");
	return sounds < 0 ? -1 : 0;
}

/* What stands in the last column: how good it is and how that is known. */
static void
remarks(char *buf, size_t size, const struct sx_item *item)
{
	char damage[SX_DAMAGE_TEXT];
	const struct sx_facts *f = &item->facts;
	const char *spare = sx_item_spare(item);

	snprintf(buf, size, "%s", sx_trust_text(f->trust));
	if (item->stray)
		snprintf(buf, size, "%s",
		    spare != NULL ? spare : "outside any message");
	else if (sx_damage_text(item->damage, damage) != NULL)
		snprintf(buf, size, "DAMAGED: %s", damage);
	else if (f->danger != NULL)
		snprintf(buf, size, "%s; CAREFUL: %s", sx_trust_text(f->trust),
		    f->danger);
	else if (f->note != NULL)
		snprintf(buf, size, "%s; %s", sx_trust_text(f->trust), f->note);
}

/* All but the file's name may be left out. */
static int
show_add_cells(struct show *s, const char *const *cells)
{
	bool several = s->table.columns == COLUMNS;

	if (table_row(&s->table, several ? cells : cells + 1) == -1)
		return sx_fail_memory(&s->c->err);
	return 0;
}

static int
show_add_row(struct show *s, const char *path, const struct sx_item *item)
{
	const struct sx_facts *f = &item->facts;
	char offset[24], bytes[24], maker[80], slot[SX_FACTS_SLOT], text[256];
	char id[SX_MAKER_ID_TEXT];
	const char *cells[COLUMNS] = { path, offset, bytes, maker, f->device,
		sx_kind_text(f->kind), sx_facts_slot(slot, f), f->name,
		sx_checksum_text(f->checksum), text };

	snprintf(offset, sizeof(offset), "%" PRIu64, item->offset);
	snprintf(bytes, sizeof(bytes), "%zu", item->len);
	snprintf(maker, sizeof(maker), "%s", f->maker);
	if (f->maker[0] == '\0' && f->maker_len > 0)
		snprintf(maker, sizeof(maker), "ID %s",
		    sx_maker_id_text(f->maker_id, id));
	remarks(text, sizeof(text), item);
	if (item->stray) {
		for (size_t i = 3; i < COLUMNS - 1; i++)
			cells[i] = "";
		cells[3] = "(stray)";
	}
	return show_add_cells(s, cells);
}

/* A sound stands under its bank. */
static int
add_sound_row(struct show *s, const char *path, const struct sx_sound *sound,
    size_t number)
{
	char slot[24];
	const char *cells[COLUMNS] = {
		[0] = path, [6] = slot, [7] = sound->name
	};

	(void)number;
	snprintf(slot, sizeof(slot), "%ld", sound->slot);
	if (sound->slot_text[0] != '\0')
		cells[6] = sound->slot_text;
	return show_add_cells(s, cells);
}

/* With --hex each message stands for itself: its row, then its bytes. */
static int
show_print_message(
    struct show *s, struct sx_file *f, const struct sx_item *item)
{
	const uint8_t *data;

	if (!s->hex)
		return 0;
	if (item_bytes(s, f, item, &data) == -1)
		return -1;
	table_print(&s->table, s->table.nrows - 1, stdout);
	print_hex(stdout, data, item->len, &item->facts, has_colour(stdout),
	    s->decode);
	return 0;
}

static int
show_items(struct show *s, const char *path, struct sx_file *f)
{
	struct sx_item item;
	int rc;

	while ((rc = sx_file_next(f, &item, &s->c->err)) == 1) {
		s->messages += !item.stray;
		if (s->hidden.kind != SX_DAMAGE_NONE)
			item.damage = s->hidden;
		if (s->c->json) {
			if (print_item_json(s, path, f, &item) == -1)
				return -1;
		} else if (show_add_row(s, path, &item) == -1 ||
			   show_print_message(s, f, &item) == -1 ||
			   (!s->hex && each_sound(s, path, f, &item,
					   add_sound_row) < 0)) {
			return -1;
		}
	}
	return rc;
}

static int
show_file(struct show *s, const char *path)
{
	struct sx_file *f = sx_file_open(path, user_devices(s->c), &s->c->err);
	int rc;

	if (f == NULL)
		return -1;
	s->messages = 0;
	s->hidden = sx_hidden_damage(f, path);
	s->memory = sx_memory_new(&s->c->err);
	rc = s->memory != NULL ? show_items(s, path, f) : -1;
	if (rc == 0 && sx_file_note(f) != NULL)
		say(s->c, "%s: %s", path, sx_file_note(f));
	if (rc == 0 && s->messages == 0)
		rc = sx_file_nothing(f, &s->c->err);
	sx_memory_free(s->memory);
	sx_file_close(f);
	return rc;
}

static enum status
show_files(struct show *s)
{
	static const char *const header[COLUMNS] = { "File", "Offset", "Bytes",
		"Maker", "Device", "Kind", "Slot", "Name", "Checksum",
		"Trust" };
	bool several = s->c->argc - s->c->next > 1;
	enum status status = ST_OK;

	s->table.columns = several ? COLUMNS : COLUMNS - 1;
	s->table.right = several ? 6 : 3;
	if (show_add_cells(s, header) == -1)
		goto done;
	for (int i = s->c->next; i < s->c->argc; i++) {
		if (show_file(s, s->c->argv[i]) == 0)
			continue;
		/* The other files are shown nevertheless. */
		status = status_worse(status, status_of(&s->c->err));
		warn_error(s->c, &s->c->err);
	}
	if (!s->hex && s->table.nrows > 1)
		table_print(&s->table, 0, stdout);
done:
	table_free(&s->table);
	return status;
}

static enum status
run_show(struct cli *c)
{
	struct show s = { .c = c };

	if (opt_parse(c, &s) == -1)
		return ST_OK;
	if (c->next == c->argc)
		sx_fail(&c->err, SX_EUSAGE, 0, "missing FILE");
	else if (s.hex && c->json)
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--hex and --json are mutually exclusive");
	else if (s.decode && !s.hex)
		sx_fail(&c->err, SX_EUSAGE, 0, "--decode needs --hex");
	else
		return show_files(&s);
	return ST_OK;
}

const struct command cmd_show = {
	.name = "show",
	.synopsis = "[--messages] [--hex [--decode] | --json] FILE...",
	.summary = "Show each message of .syx and .mid files",
	.options = show_options,
	.run = run_show,
};
