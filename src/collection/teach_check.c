/* SPDX-License-Identifier: ISC */
/* Checks that the user's input is suitable to learn from, and that the row
 * decodes to the same. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sxlib/teach.h"

int
sx_typed_slot(const char *text, struct sx_typed_slot *slot, struct sx_err *e)
{
	const char *digits = text + (isalpha((unsigned char)text[0]) != 0);
	char *end;

	*slot = (struct sx_typed_slot){ .text = text };
	if (digits > text)
		slot->bank = (char)toupper((unsigned char)text[0]);
	if (digits[0] == '0' && digits[1] != '\0')
		slot->width = (int)strlen(digits);
	errno = 0;
	slot->number = strtol(digits, &end, 10);
	if (isdigit((unsigned char)*digits) && *end == '\0' && errno == 0 &&
	    slot->number < SX_SLOTS_MOST)
		return 0;
	return sx_fail(e, SX_EUSAGE, 0,
	    "--slot '%.64s': expected a number up to %d, after a letter if the "
	    "display shows one",
	    text, SX_SLOTS_MOST - 1);
}

static int
teach_check_slots(const struct sx_teach *t, size_t files, struct sx_err *e)
{
	bool differ = false;

	if (t->nslots == 0)
		return 0;
	for (size_t i = 1; i < t->nslots; i++) {
		if ((t->slots[i].bank == '\0') != (t->slots[0].bank == '\0'))
			return sx_fail(e, SX_EUSAGE, 0,
			    "--slot: '%.20s' has a bank, but '%.20s' has none",
			    t->slots[t->slots[0].bank == '\0' ? i : 0].text,
			    t->slots[t->slots[0].bank == '\0' ? 0 : i].text);
		differ |= t->slots[i].number != t->slots[0].number ||
			  t->slots[i].bank != t->slots[0].bank;
	}
	if (t->nslots != files)
		return sx_fail(e, SX_EUSAGE, 0,
		    "--slot must be given once per dump: %zu for %zu dump%s",
		    t->nslots, files, files == 1 ? "" : "s");
	if (!differ)
		return sx_fail(e, SX_EUSAGE, 0,
		    "--slot needs several dumps from different slots");
	return 0;
}

static int
teach_check_names(const struct sx_teach *t, size_t files, struct sx_err *e)
{
	if (t->nnames <= 1 || t->nnames == files)
		return 0;
	return sx_fail(e, SX_EUSAGE, 0,
	    "--name must be given once, for the first dump, or once per dump: "
	    "%zu for %zu dump%s",
	    t->nnames, files, files == 1 ? "" : "s");
}

int
sx_teach_check(const struct sx_teach *t, size_t n, struct sx_err *e)
{
	return teach_check_slots(t, n, e) == -1 ? -1
						: teach_check_names(t, n, e);
}

struct sx_record
sx_teach_record(
    const struct sx_teach *t, size_t i, const struct sx_facts *facts)
{
	return (struct sx_record){ .file = t->dumps[i].file,
		.time = -1,
		.offset = -1,
		.bytes = t->dumps[i].len,
		.messages = 1,
		.facts = facts };
}

/* Check that the row decodes to what the user typed. */
static int
teach_check_typed(const struct sx_teach *t, const struct sx_taught_dump *s,
    const struct sx_facts *f, struct sx_err *e)
{
	char slot[SX_FACTS_SLOT];

	sx_facts_slot(slot, f);
	if (t->row.slot.low != 0 && s->slot != NULL &&
	    strcasecmp(slot, s->slot->text) != 0 &&
	    (s->slot->bank != '\0' || f->slot_text[0] != '\0' ||
		f->slot != s->slot->number))
		return sx_fail(e, SX_EREFUSED, 0,
		    "'%s' would be slot %s, but --slot is %s", s->file, slot,
		    s->slot->text);
	if (t->row.name.len != 0 && s->name != NULL &&
	    strcmp(f->name, s->name) != 0)
		return sx_fail(e, SX_EREFUSED, 0,
		    "'%s' would be named \"%s\", but --name is \"%s\"", s->file,
		    f->name, s->name);
	return 0;
}

int
sx_teach_prove(const struct sx_teach *t, size_t i,
    const struct sx_devices *user, struct sx_facts *facts, struct sx_err *e)
{
	const struct sx_taught_dump *s = &t->dumps[i];
	const struct sx_record record = sx_teach_record(t, i, facts);
	char text[512];

	sx_device_decode(user, s->data, s->len, facts);
	if (facts->trust == SX_TRUST_USER &&
	    strcmp(facts->device, t->row.device) == 0)
		return teach_check_typed(t, s, facts, e);
	sx_fail(e, SX_EREFUSED, 0, "'%s' would still be: %s", s->file,
	    sx_record_text(text, sizeof(text), &record));
	return sx_hint(e, "this row is no more specific than the one that "
			  "matches (see `sxlib devices`)");
}
