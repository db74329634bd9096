/* SPDX-License-Identifier: ISC */
/* What is asked for: from the command line to requests. */
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "request.h"
#include "sxlib/reader.h"

#define SLOT_MARK "{slot}"

static const struct sx_slots numbers = { .count = 128 };

/* The slots that the rest of the arguments name, all if there are none. */
static int
parse_slots(struct cli *c, const struct sx_slots *s, long **slots, size_t *n)
{
	if (c->next == c->argc && s->count > 0)
		return sx_slots_parse(s, "all", slots, n, &c->err);
	for (int i = c->next; i < c->argc; i++)
		if (sx_slots_parse(s, c->argv[i], slots, n, &c->err) == -1)
			return -1;
	return 0;
}

static int
add_row(struct cli *c, const struct request_opts *o,
    const struct sx_request_row *row, struct wishes *w)
{
	long *slots = NULL;
	struct wish *wish;
	size_t n = 0;
	int rc = -1;

	if (o->id != -1 && (row->id_most == 0 || o->id < row->id_least ||
			       o->id > row->id_most)) {
		if (row->id_most == 0)
			return sx_fail(&c->err, SX_EUSAGE, 0,
			    "requests of the %s have no device number (--id)",
			    row->device);
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--id: the %s can be %d to %d", row->device, row->id_least,
		    row->id_most);
	}
	if (parse_slots(c, &row->slots, &slots, &n) == -1)
		goto out;
	for (size_t i = 0; i < n || (i == 0 && row->slots.count == 0); i++) {
		wish = wishes_add(c, w);
		if (wish == NULL)
			goto out;
		sx_request_make(row, n > 0 ? slots[i] : -1, o->id, &wish->q);
	}
	rc = 0;
out:
	free(slots);
	return rc;
}

/* Everything there is to ask for, or of one device, as a hint. */
static void
hint_rows(struct cli *c, const char *device)
{
	const struct sx_request_row *row;
	const char *last = NULL;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return;
	fputs(device != NULL ? "there is: " : "what can be asked:", f);
	for (size_t i = 0; (row = sx_request_row(i)) != NULL; i++) {
		if (device != NULL && strcmp(row->device, device) != 0)
			continue;
		if (device == NULL &&
		    (last == NULL || strcmp(last, row->device) != 0))
			fprintf(f, "\n  %s: ", row->device);
		else if (last != NULL)
			fputs(", ", f);
		last = row->device;
		fputs(row->what, f);
		if (device != NULL && row->note != NULL)
			fprintf(f, " (%s)", row->note);
	}
	if (device != NULL)
		fputs(", all", f);
	if (fclose(f) == 0)
		sx_hint(&c->err, "%s", text);
	free(text);
}

/* The device that text means. 1: it is one, 0: none, -1: several and c->err. */
static int
find_device(struct cli *c, const char *text, const char **device)
{
	const struct sx_request_row *row;
	const char *other = NULL;
	int best = 0, called;

	for (size_t i = 0; (row = sx_request_row(i)) != NULL; i++) {
		called = sx_device_called(row->device, text);
		if (called > best) {
			best = called;
			*device = row->device;
			other = NULL;
		} else if (called > 0 && called == best &&
			   strcmp(row->device, *device) != 0) {
			other = row->device;
		}
	}
	if (other == NULL)
		return best > 0;
	return sx_fail(&c->err, SX_EUSAGE, 0, "'%.40s' may be the %s or the %s",
	    text, *device, other);
}

/* How a row is meant: by its own word, that in the plural ("patterns"), or by
 * the one word that all makers' things of its kind have ("preset"). */
enum naming { BY_WORD, BY_PLURAL, BY_KIND };

static bool
is_called(const struct sx_request_row *row, const char *device,
    const char *text, enum naming by)
{
	const char *word = by == BY_KIND ? sx_kind_text(row->kind) : row->what;
	size_t n = strlen(word);

	if (strcmp(row->device, device) != 0 || (by == BY_KIND && row->aside) ||
	    strncmp(word, text, n) != 0)
		return false;
	return text[n] == '\0' || (by != BY_WORD && strcmp(text + n, "s") == 0);
}

static size_t
count_called(const char *device, const char *text, enum naming by)
{
	const struct sx_request_row *row;
	size_t n = 0;

	for (size_t i = 0; (row = sx_request_row(i)) != NULL; i++)
		n += is_called(row, device, text, by);
	return n;
}

/* A row's own word is not the plural of another; a kind says which row only
 * where there is one of it. */
static enum naming
naming_of(const char *device, const char *text)
{
	if (count_called(device, text, BY_WORD) > 0)
		return BY_WORD;
	if (count_called(device, text, BY_PLURAL) == 0 &&
	    count_called(device, text, BY_KIND) == 1)
		return BY_KIND;
	return BY_PLURAL;
}

static int
parse_kind(
    struct cli *c, struct request_opts *o, const char *device, struct wishes *w)
{
	const struct sx_request_row *row;
	const char *kind;
	enum naming by;
	bool all;

	if (c->next == c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "what is the %s to be asked for?", device);
		hint_rows(c, device);
		return -1;
	}
	kind = c->argv[c->next++];
	all = strcmp(kind, "all") == 0;
	by = naming_of(device, kind);
	if (all && c->next < c->argc)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "'all' is all slots of all kinds: what is '%.40s'?",
		    c->argv[c->next]);
	o->everything = all;
	for (size_t i = 0; (row = sx_request_row(i)) != NULL; i++)
		if ((all ? strcmp(row->device, device) == 0 && !row->aside
			 : is_called(row, device, kind, by)) &&
		    add_row(c, o, row, w) == -1)
			return -1;
	if (w->n > 0)
		return 0;
	sx_fail(&c->err, SX_EUSAGE, 0,
	    "no request for a '%.40s' of the %s is known", kind, device);
	hint_rows(c, device);
	return -1;
}

/* A device that is known, or a maker, but cannot be asked. */
static bool
is_known(struct cli *c, const char *text)
{
	const struct sx_device_row *const *rows;
	size_t n, nown;

	rows = sx_devices_rows(own_devices(c), &nown);
	for (size_t i = 0; i < nown; i++)
		if (sx_device_called(rows[i]->device, text))
			return true;
	rows = sx_device_rows(&n);
	for (size_t i = 0; i < n; i++)
		if (rows[i]->device[0] != '(' &&
		    sx_device_called(rows[i]->device, text))
			return true;
	return false;
}

/* Its slots only say how many dumps are to come. */
static int
parse_panel(struct cli *c, struct request_opts *o, const char *device)
{
	static const struct sx_slots forms[] = {
		{ .count = SX_SLOTS_MOST, .first = 0 },
		{ .count = 26 * 16L, .first = 1, .bank = 16 },
	};
	long *slots = NULL;
	size_t n = 0;
	int form, rc = 0;

	o->panel = sx_request_panel(device);
	if (o->panel == NULL && !is_known(c, device)) {
		sx_fail(&c->err, SX_EUSAGE, 0, "no device is called '%.40s'",
		    device);
		hint_rows(c, NULL);
		return -1;
	}
	if (o->panel == NULL)
		o->panel = "No request of it is known. Start the dump at its "
			   "front panel.";
	c->next += c->next < c->argc;
	if (c->next == c->argc)
		return 0;
	form = strpbrk(c->argv[c->next], "ABCDEFGHabcdefgh") != NULL;
	if (strcmp(c->argv[c->next], "all") != 0)
		rc = parse_slots(c, &forms[form], &slots, &n);
	o->keep.count = (long)n;
	free(slots);
	return rc;
}

/* The bytes that text spells, one whole message. */
static int
spell(struct cli *c, const char *text, struct sx_request *q)
{
	struct sx_file *f = sx_file_hex_text("--hex", text, NULL, &c->err);
	struct sx_item item;
	int rc = -1;

	if (f == NULL) {
		c->err.code = SX_EUSAGE;
		return -1;
	}
	*q = (struct sx_request){ .slot = -1 };
	if (sx_file_next(f, &item, &c->err) != 1 || item.stray ||
	    item.damage.kind != SX_DAMAGE_NONE || item.len != sx_file_size(f))
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--hex: a request is one message, from F0 to F7");
	else if (item.len > sizeof(q->msg))
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--hex: %zu bytes are too many for a request (%zu)",
		    item.len, sizeof(q->msg));
	else
		rc = 0;
	if (rc == 0) {
		memcpy(q->msg, item.data, item.len);
		q->len = item.len;
	}
	sx_file_close(f);
	return rc;
}

/* text with each {slot} replaced by its byte, malloc'ed. */
static char *
fill_in(const char *text, long slot)
{
	const char *mark;
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	if (f == NULL)
		return NULL;
	while ((mark = strstr(text, SLOT_MARK)) != NULL) {
		fprintf(f, "%.*s%02lX", (int)(mark - text), text,
		    (unsigned long)slot);
		text = mark + strlen(SLOT_MARK);
	}
	fputs(text, f);
	if (fclose(f) == 0)
		return out;
	free(out);
	return NULL;
}

static int
parse_hex(struct cli *c, const struct request_opts *o, struct wishes *w)
{
	bool marked = strstr(o->hex, SLOT_MARK) != NULL;
	long *slots = NULL;
	struct wish *wish;
	size_t n = 0;
	int rc = 0;

	if (marked != (c->next < c->argc))
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    marked ? "--hex has " SLOT_MARK
			     ": which slots, such as 0-63?"
			   : "--hex without " SLOT_MARK " asks for one thing");
	if (marked && parse_slots(c, &numbers, &slots, &n) == -1)
		rc = -1;
	for (size_t i = 0; rc == 0 && (i < n || (i == 0 && !marked)); i++) {
		char *text = fill_in(o->hex, slots != NULL ? slots[i] : 0);

		wish = wishes_add(c, w);
		if (text == NULL)
			rc = sx_fail_memory(&c->err);
		else if (wish == NULL || spell(c, text, &wish->q) == -1)
			rc = -1;
		else
			wish->q.slot = marked ? slots[i] : -1;
		free(text);
	}
	free(slots);
	return rc;
}

int
wishes_parse(struct cli *c, struct request_opts *o, struct wishes *w)
{
	const char *device = NULL, *text;
	int found;

	if (o->hex != NULL)
		return parse_hex(c, o, w);
	if (c->next == c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0, "which device is to be asked?");
		hint_rows(c, NULL);
		return -1;
	}
	text = c->argv[c->next++];
	found = find_device(c, text, &device);
	if (found == 1)
		return parse_kind(c, o, device, w);
	return found == -1 ? -1 : parse_panel(c, o, text);
}
