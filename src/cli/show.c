/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>

#include "commands.h"
#include "hex.h"
#include "own.h"
#include "sxlib/reader.h"
#include "table.h"

enum { OPT_HEX = OPT_LONG, OPT_DECODE };

#define COLUMNS 10

struct show {
	struct cli *c;
	bool hex, decode;
	struct table table; /* the first column, the file, only if several */
	size_t messages;    /* of the file */
};

static const struct option_row show_options[] = {
	{ OPT_HEX, "hex", NULL, "an annotated hex dump of each message" },
	{ OPT_DECODE, "decode", NULL,
	    "with --hex: what a packed payload holds, beside it" },
	OPTION_JSON,
	OPTIONS_END,
};

static void
print_item_json(
    const char *path, const struct sx_file *f, const struct sx_item *item)
{
	struct record record = {
		.file = path,
		.time = sx_file_time(f) + item->at,
		.offset = (int64_t)item->offset,
		.bytes = item->len,
		.messages = 1,
		.facts = &item->facts,
		.damage = item->damage,
	};

	if (!item->stray) {
		print_json(stdout, &record);
		return;
	}
	print_json_stray(stdout, path, item->offset, item->len);
	puts("}");
}

/* What stands in the last column: how good it is and how that is known. */
static void
remarks(char *buf, size_t size, const struct sx_item *item)
{
	char damage[SX_DAMAGE_TEXT];
	const struct sx_facts *f = &item->facts;

	snprintf(buf, size, "%s", sx_trust_text(f->trust));
	if (item->stray)
		snprintf(buf, size, "belongs to no message");
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
add_cells(struct show *s, const char *const *cells)
{
	bool several = s->table.columns == COLUMNS;

	if (table_row(&s->table, several ? cells : cells + 1) == -1)
		return sx_fail_memory(&s->c->err);
	return 0;
}

static int
add_row(struct show *s, const char *path, const struct sx_item *item)
{
	const struct sx_facts *f = &item->facts;
	char offset[24], bytes[24], maker[80], slot[SLOT_TEXT], text[256];
	char id[SX_MAKER_ID_TEXT];
	const char *cells[COLUMNS] = { path, offset, bytes, maker, f->device,
		sx_kind_text(f->kind), slot_text(slot, f), f->name,
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
	return add_cells(s, cells);
}

/* With --hex each message stands for itself: its row, then its bytes. */
static void
print_message(struct show *s, const struct sx_item *item)
{
	if (!s->hex)
		return;
	table_print(&s->table, s->table.nrows - 1, stdout);
	print_hex(stdout, item->data, item->len, &item->facts,
	    has_colour(stdout), s->decode);
}

static int
show_items(struct show *s, const char *path, struct sx_file *f)
{
	struct sx_item item;
	int rc;

	while ((rc = sx_file_next(f, &item, &s->c->err)) == 1) {
		s->messages += !item.stray;
		if (s->c->json)
			print_item_json(path, f, &item);
		else if (add_row(s, path, &item) == -1)
			return -1;
		else
			print_message(s, &item);
	}
	return rc;
}

static int
show_file(struct show *s, const char *path)
{
	struct sx_file *f = sx_file_open(path, own_devices(s->c), &s->c->err);
	int rc;

	if (f == NULL)
		return -1;
	s->messages = 0;
	rc = show_items(s, path, f);
	if (rc == 0 && sx_file_note(f) != NULL)
		say(s->c, "%s: %s", path, sx_file_note(f));
	if (rc == 0 && s->messages == 0)
		rc = sx_fail(
		    &s->c->err, SX_EDATA, 0, "'%s' holds no SysEx", path);
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
	if (add_cells(s, header) == -1)
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
	const char *arg;
	int id;

	while ((id = opt_next(c, &arg)) > 0)
		*(id == OPT_HEX ? &s.hex : &s.decode) = true;
	if (id == -1)
		return ST_OK;
	if (c->next == c->argc)
		sx_fail(&c->err, SX_EUSAGE, 0, "no file is given");
	else if (s.hex && c->json)
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--hex and --json contradict each other");
	else if (s.decode && !s.hex)
		sx_fail(&c->err, SX_EUSAGE, 0, "--decode needs --hex");
	else
		return show_files(&s);
	return ST_OK;
}

const struct command cmd_show = {
	.name = "show",
	.synopsis = "[--hex [--decode] | --json] FILE...",
	.summary = "Show each message of .syx and .mid files",
	.options = show_options,
	.run = run_show,
};
