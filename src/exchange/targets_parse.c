/* SPDX-License-Identifier: ISC */
/* Parses the words of a request into targets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/instrument.h"
#include "sxlib/reader.h"
#include "sxlib/targets.h"

#define SLOT_MARK "{slot}"

static const struct sx_slots numbers = { .count = 128 };

/* Parse the slots that the other arguments name; all slots if there are
 * none. */
static int
parse_slots(const struct sx_wanted *w, const struct sx_slots *s, long **slots,
    size_t *n, struct sx_err *e)
{
	if (w->next == w->nwords && s->count > 0)
		return sx_slots_parse(s, "all", slots, n, e);
	for (size_t i = w->next; i < w->nwords; i++)
		if (sx_slots_parse(s, w->words[i], slots, n, e) == -1)
			return -1;
	return 0;
}

static int
targets_add_row(struct sx_targets *t, const struct sx_wanted *w,
    const struct sx_request_row *row, struct sx_err *e)
{
	long *slots = NULL;
	struct sx_target *target;
	size_t n = 0;
	int rc = -1;

	if (w->id != -1 && (row->id_most == 0 || w->id < row->id_least ||
			       w->id > row->id_most)) {
		if (row->id_most == 0)
			return sx_fail(e, SX_EUSAGE, 0,
			    "requests to the %s have no device number (--id)",
			    row->device);
		return sx_fail(e, SX_EUSAGE, 0,
		    "--id of the %s must be %d to %d", row->device,
		    row->id_least, row->id_most);
	}
	if (parse_slots(w, &row->slots, &slots, &n, e) == -1)
		goto out;
	for (size_t i = 0; i < n || (i == 0 && row->slots.count == 0); i++) {
		target = sx_targets_add(t, e);
		if (target == NULL)
			goto out;
		sx_request_make(
		    row, n > 0 ? slots[i] : -1, (int)w->id, &target->q);
	}
	rc = 0;
out:
	free(slots);
	return rc;
}

/* Set a hint that lists all requests, or those of one device. */
static void
hint_rows(const struct sx_wanted *w, const char *device, struct sx_err *e)
{
	struct sx_request_row row;
	const char *last = NULL;
	char *text = NULL;
	size_t size;
	bool backed_up = false;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return;
	fputs(device != NULL ? "available: " : "available requests:", f);
	for (size_t i = 0; sx_request_row(w->user, i, &row); i++) {
		if (device != NULL && strcmp(row.device, device) != 0)
			continue;
		if (device == NULL &&
		    (last == NULL || strcmp(last, row.device) != 0))
			fprintf(f, "\n  %s: ", row.device);
		else if (last != NULL)
			fputs(", ", f);
		last = row.device;
		backed_up |= !row.not_in_backup;
		fputs(row.what, f);
		if (device != NULL && row.note != NULL)
			fprintf(f, " (%s)", row.note);
	}
	if (device != NULL && backed_up)
		fputs(", all", f);
	if (fclose(f) == 0)
		sx_hint(e, "%s", text);
	free(text);
}

/* Find the device that text means. Returns 1, 0 if there is none, or -1 and
 * sets e if there are several. */
static int
targets_find_device(const struct sx_wanted *w, const char *text,
    const char **device, struct sx_err *e)
{
	struct sx_request_row row;
	const char *other = NULL;
	int best = 0, called;

	for (size_t i = 0; sx_request_row(w->user, i, &row); i++) {
		called = sx_device_called(w->user, row.device, text);
		if (called > best) {
			best = called;
			*device = row.device;
			other = NULL;
		} else if (called > 0 && called == best &&
			   strcmp(row.device, *device) != 0) {
			other = row.device;
		}
	}
	if (other == NULL)
		return best > 0;
	return sx_fail(e, SX_EUSAGE, 0,
	    "'%.40s' is ambiguous: the %s or the %s", text, *device, other);
}

/* How a row is named: by its own word, by its plural ("patterns"), or by the
 * word that the objects of its kind share among all makers ("preset"). */
enum naming { BY_WORD, BY_PLURAL, BY_KIND };

static bool
is_called(const struct sx_request_row *row, const char *device,
    const char *text, enum naming by)
{
	const char *word = by == BY_KIND ? sx_kind_text(row->kind) : row->what;
	size_t n = strlen(word);

	if (strcmp(row->device, device) != 0 ||
	    (by == BY_KIND && row->not_in_backup) ||
	    strncmp(word, text, n) != 0)
		return false;
	return text[n] == '\0' || (by != BY_WORD && strcmp(text + n, "s") == 0);
}

static size_t
count_called(const struct sx_wanted *w, const char *device, const char *text,
    enum naming by)
{
	struct sx_request_row row;
	size_t n = 0;

	for (size_t i = 0; sx_request_row(w->user, i, &row); i++)
		n += is_called(&row, device, text, by);
	return n;
}

/* A row's own word counts before the plural of another; a kind names a row only
 * if it is the only one of that kind. */
static enum naming
naming_of(const struct sx_wanted *w, const char *device, const char *text)
{
	if (count_called(w, device, text, BY_WORD) > 0)
		return BY_WORD;
	if (count_called(w, device, text, BY_PLURAL) == 0 &&
	    count_called(w, device, text, BY_KIND) == 1)
		return BY_KIND;
	return BY_PLURAL;
}

static int
parse_kind(struct sx_targets *t, struct sx_wanted *w, const char *device,
    struct sx_err *e)
{
	struct sx_request_row row;
	const char *kind;
	enum naming by;
	bool all;

	if (w->next == w->nwords) {
		sx_fail(e, SX_EUSAGE, 0,
		    "missing KIND: what to request from the %s", device);
		hint_rows(w, device, e);
		return -1;
	}
	kind = w->words[w->next++];
	all = strcmp(kind, "all") == 0;
	by = naming_of(w, device, kind);
	if (all && w->next < w->nwords)
		return sx_fail(e, SX_EUSAGE, 0,
		    "'all' means all slots of all kinds: unexpected '%.40s'",
		    w->words[w->next]);
	w->everything = all;
	for (size_t i = 0; sx_request_row(w->user, i, &row); i++)
		if ((all ? strcmp(row.device, device) == 0 && !row.not_in_backup
			 : is_called(&row, device, kind, by)) &&
		    targets_add_row(t, w, &row, e) == -1)
			return -1;
	if (t->n > 0)
		return 0;
	if (all)
		sx_fail(e, SX_EUSAGE, 0,
		    "no known request for anything that the %s stores", device);
	else
		sx_fail(e, SX_EUSAGE, 0,
		    "no known request for a '%.40s' of the %s", kind, device);
	hint_rows(w, device, e);
	return -1;
}

/* Is it a known device, or a maker, without requests? */
static bool
is_known(const struct sx_wanted *w, const char *text)
{
	const struct sx_devices *user = w->user;
	struct sx_instrument in;

	for (size_t i = 0; sx_instrument(user, i, &in); i++)
		if (in.row.device[0] != '(' &&
		    sx_device_called(user, in.row.device, text))
			return true;
	return false;
}

/* Its slots only tell how many dumps to expect. */
static int
parse_panel(struct sx_wanted *w, const char *device, struct sx_err *e)
{
	static const struct sx_slots forms[] = {
		{ .count = SX_SLOTS_MOST, .first = 0 },
		{ .count = 26 * 16L, .first = 1, .bank = 16 },
	};
	long *slots = NULL;
	size_t n = 0;
	int form, rc = 0;

	w->panel = sx_request_panel(w->user, device);
	if (w->panel == NULL && !is_known(w, device)) {
		sx_fail(e, SX_EUSAGE, 0, "unknown device '%.40s'", device);
		hint_rows(w, NULL, e);
		return -1;
	}
	if (w->panel == NULL)
		w->panel =
		    "No request is known. Start the dump on its front panel.";
	w->next += w->next < w->nwords;
	if (w->next == w->nwords)
		return 0;
	form = strpbrk(w->words[w->next], "ABCDEFGHabcdefgh") != NULL;
	if (strcmp(w->words[w->next], "all") != 0)
		rc = parse_slots(w, &forms[form], &slots, &n, e);
	w->dumps = n;
	free(slots);
	return rc;
}

/* Parse text as the bytes of one whole message. */
static int
targets_spell(const char *text, struct sx_request *q, struct sx_err *e)
{
	struct sx_file *f = sx_file_hex_text("--hex", text, NULL, e);
	struct sx_item item;
	int rc = -1;

	if (f == NULL) {
		e->code = SX_EUSAGE;
		return -1;
	}
	*q = (struct sx_request){ .slot = -1, .unit = -1 };
	if (sx_file_next(f, &item, e) != 1 || item.stray ||
	    item.damage.kind != SX_DAMAGE_NONE || item.len != sx_file_size(f))
		sx_fail(e, SX_EUSAGE, 0,
		    "--hex: a request is one message from F0 to F7");
	else if (item.len > sizeof(q->msg))
		sx_fail(e, SX_EUSAGE, 0,
		    "--hex: %zu bytes are too many for a request (at most %zu)",
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

/* Return text with each {slot} replaced by its byte, malloc'ed. */
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
parse_hex(struct sx_targets *t, const struct sx_wanted *w, struct sx_err *e)
{
	bool marked = strstr(w->hex, SLOT_MARK) != NULL;
	long *slots = NULL;
	struct sx_target *target;
	size_t n = 0;
	int rc = 0;

	if (marked != (w->next < w->nwords))
		return sx_fail(e, SX_EUSAGE, 0,
		    marked ? "--hex has " SLOT_MARK
			     ": missing SLOTS, such as 0-63"
			   : "--hex without " SLOT_MARK " takes no SLOTS");
	if (marked && parse_slots(w, &numbers, &slots, &n, e) == -1)
		rc = -1;
	for (size_t i = 0; rc == 0 && (i < n || (i == 0 && !marked)); i++) {
		char *text = fill_in(w->hex, slots != NULL ? slots[i] : 0);

		target = sx_targets_add(t, e);
		if (text == NULL)
			rc = sx_fail_memory(e);
		else if (target == NULL ||
			 targets_spell(text, &target->q, e) == -1)
			rc = -1;
		else
			target->q.slot = marked ? slots[i] : -1;
		free(text);
	}
	free(slots);
	return rc;
}

int
sx_targets_parse(struct sx_targets *t, struct sx_wanted *w, struct sx_err *e)
{
	const char *device = NULL, *text;
	int found;

	if (w->hex != NULL)
		return parse_hex(t, w, e);
	if (w->next == w->nwords) {
		sx_fail(e, SX_EUSAGE, 0, "missing DEVICE");
		hint_rows(w, NULL, e);
		return -1;
	}
	text = w->words[w->next++];
	found = targets_find_device(w, text, &device, e);
	if (found == 1)
		return parse_kind(t, w, device, e);
	return found == -1 ? -1 : parse_panel(w, text, e);
}
