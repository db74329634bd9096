/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/fields.h"
#include "sxlib/findings.h"

static void __attribute__((format(printf, 2, 3)))
finding_put(char text[SX_FINDING_TEXT], const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text + used, SX_FINDING_TEXT - used, fmt, ap);
	va_end(ap);
}

static void
finding_damage(struct sx_finding_text *w, const struct sx_finding *f)
{
	char text[SX_DAMAGE_TEXT];
	const char *damage = sx_damage_text(f->item->damage, text);

	if (f->kind == SX_FOUND_DAMAGED) {
		finding_put(w->problem, "received damaged: %s", damage);
		return;
	}
	finding_put(w->problem, "missing F7");
	finding_put(w->expected, "F7");
	finding_put(w->found, "%s", damage);
}

/* Describe a wrong checksum, a wrong length, or both. */
static void
finding_sums(struct sx_finding_text *w, const struct sx_facts *facts)
{
	bool length = sx_field_is_wrong(SX_FIELD_LENGTH, facts);
	bool sum = sx_field_is_wrong(SX_FIELD_CHECKSUM, facts);
	const char *and = length && sum ? ", " : "";

	finding_put(w->problem, "wrong %s",
	    length && sum ? "length and checksum"
	    : length	  ? "length"
			  : "checksum");
	if (length) {
		finding_put(w->expected, "%zu", facts->length_want);
		finding_put(w->found, "%zu", facts->length_have);
	}
	if (sum) {
		finding_put(w->expected, "%s%0*X", and,
		    (int)facts->checksum_at.len * 2, facts->checksum_want);
		finding_put(w->found, "%s%0*X", and,
		    (int)facts->checksum_at.len * 2, facts->checksum_have);
	}
}

static void
finding_stray(struct sx_finding_text *w, const struct sx_finding *f)
{
	const struct sx_item *item = f->item;

	if (f->kind == SX_FOUND_PADDING)
		finding_put(w->problem,
		    "%zu byte%s of padding at the end left out", item->len,
		    item->len == 1 ? "" : "s");
	else
		finding_put(w->problem, "%zu byte%s outside any message: %s",
		    item->len, item->len == 1 ? "" : "s",
		    sx_stray_text(item->what));
	if (f->kind != SX_FOUND_REST)
		return;
	finding_put(w->expected, "F0");
	if (item->data != NULL)
		finding_put(w->found, "%02X", item->data[0]);
	else
		finding_put(w->found, "data bytes");
}

/* Return the text of a finding that needs only one sentence. */
static const char *
finding_sentence(const struct sx_finding *f)
{
	switch (f->kind) {
	case SX_FOUND_BANK:
		return "another bank starts here: two consecutive banks in one "
		       "file";
	case SX_FOUND_LENGTH:
		return "unexpected length for this format: bytes may be "
		       "missing";
	case SX_FOUND_STORE:
		return "it stores the preceding dump, but there is none";
	case SX_FOUND_WRAPPED:
		return "MacBinary file: 128 bytes before its data, and padding "
		       "after it";
	case SX_FOUND_EMPTY:
		return "no SysEx";
	case SX_FOUND_KEPT:
		return "stored as damaged, even if it looks complete";
	case SX_FOUND_NOTE:
		return f->text;
	case SX_FOUND_OS:
		return f->problem->text;
	case SX_FOUND_MALFORMED:
		return f->why->msg;
	default:
		return "";
	}
}

void
sx_finding_words(struct sx_finding_text *w, const struct sx_finding *f)
{
	*w = (struct sx_finding_text){ "", "", "" };
	switch (f->kind) {
	case SX_FOUND_CUT:
	case SX_FOUND_DAMAGED:
		finding_damage(w, f);
		break;
	case SX_FOUND_SUMS:
		finding_sums(w, &f->item->facts);
		break;
	case SX_FOUND_REST:
	case SX_FOUND_STRAY:
	case SX_FOUND_PADDING:
		finding_stray(w, f);
		break;
	default:
		finding_put(w->problem, "%s", finding_sentence(f));
		break;
	}
	if (f->kind == SX_FOUND_OS) {
		finding_put(w->expected, "%s", f->problem->expected);
		finding_put(w->found, "%s", f->problem->found);
	} else if (f->kind == SX_FOUND_EMPTY) {
		finding_put(w->expected, "F0");
		finding_put(w->found, "%s", f->text);
	}
}

char *
sx_finding_line(char *buf, size_t size, const struct sx_finding *f,
    const struct sx_finding_text *w)
{
	uint64_t offset = f->item != NULL ? f->item->offset : 0;
	char values[2 * SX_FINDING_TEXT + 32] = "", text[512], what[600] = "";

	if (f->kind == SX_FOUND_MALFORMED) {
		snprintf(buf, size, "%s", w->problem);
		return buf;
	}
	if (f->item != NULL && !f->item->stray)
		snprintf(what, sizeof(what),
		    "message %zu (%s, %zu bytes): ", f->number,
		    sx_facts_text(text, sizeof(text), &f->item->facts),
		    f->item->len);
	if (w->expected[0] != '\0')
		snprintf(values, sizeof(values), ": expected %s, found %s",
		    w->expected, w->found);
	snprintf(buf, size, "%s: offset %" PRIu64 ": %s%s%s", f->path, offset,
	    what, w->problem, values);
	return buf;
}
