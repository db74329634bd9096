/* SPDX-License-Identifier: ISC */
/* The steps for each file. A step's findings are returned before the next step
 * begins. */
#include <stdlib.h>

#include "sxlib/findings.h"
#include "sxlib/ref.h"
#include "sxlib/store.h"

enum step {
	STEP_WALK, /* to the next file */
	STEP_ITEMS,
	STEP_OS,
	STEP_EMPTY,
	STEP_KEPT,
	STEP_NOTE,
	STEP_SHAKEN,
	STEP_CLOSE,
};

/* ---- Findings ---- */

/* Add a finding about a message, stray bytes, or (item NULL) the whole file. */
static struct sx_finding *
found_add(struct sx_findings *f, enum sx_finding_kind kind,
    const struct sx_item *item)
{
	struct sx_finding *found = &f->list[f->n++];
	struct sx_record *r = &found->record;

	*found = (struct sx_finding){ .kind = kind,
		.path = f->path,
		.item = item,
		.number = f->in_file };
	*r = (struct sx_record){ .file = f->path, .time = -1 };
	if (f->file != NULL) {
		r->time = sx_file_time(f->file);
		r->bytes = sx_file_size(f->file);
	}
	r->messages = f->in_file;
	if (item == NULL) {
		sx_record_judge(r, f->stray);
	} else if (!item->stray) {
		r->time += item->at;
		r->offset = (int64_t)item->offset;
		r->bytes = item->len;
		r->messages = 1;
		r->facts = &item->facts;
		r->damage = item->damage;
		if (f->hidden.kind != SX_DAMAGE_NONE)
			r->damage = f->hidden;
	}
	return found;
}

static struct sx_finding *
found_bad(struct sx_findings *f, enum sx_finding_kind kind,
    const struct sx_item *item)
{
	struct sx_finding *found = found_add(f, kind, item);

	found->bad = true;
	f->bad++;
	return found;
}

static struct sx_finding *
found_odd(struct sx_findings *f, enum sx_finding_kind kind,
    const struct sx_item *item)
{
	f->odd++;
	return found_add(f, kind, item);
}

/* ---- Messages and stray bytes ---- */

static void
found_stray(struct sx_findings *f, const struct sx_item *item)
{
	f->stray = true;
	if (item->len >= sx_file_size(f->file))
		return;
	if (item->what == SX_STRAY_WRAPPING) {
		if (!f->wrapped)
			found_odd(f, SX_FOUND_WRAPPED, NULL);
		f->wrapped = true;
	} else if (item->what == SX_STRAY_REST) {
		found_bad(f, SX_FOUND_REST, item);
	} else {
		found_odd(
		    f, item->padding ? SX_FOUND_PADDING : SX_FOUND_STRAY, item);
	}
}

/* Does the message have its F7? One recorded as damaged in a take may. */
static bool
has_f7(const struct sx_item *item)
{
	return item->data != NULL && item->data[item->len - 1] == 0xf7;
}

/* right: the result of sx_firmware_add(); 0: it does not fit into the operating
 * system. */
static void
found_message(struct sx_findings *f, const struct sx_item *item, int right)
{
	if (item->damage.kind != SX_DAMAGE_NONE)
		found_bad(
		    f, has_f7(item) ? SX_FOUND_DAMAGED : SX_FOUND_CUT, item);
	else if (item->facts.checksum == SX_CHECKSUM_BAD)
		found_bad(f, SX_FOUND_SUMS, item);
	else if (right == 0)
		found_bad(f, SX_FOUND_OS, item)->problem = &f->problem;
	else if (item->facts.odd_length)
		found_odd(f, SX_FOUND_LENGTH, item);
	else if (sx_bank_begins(&f->banks, &item->facts, item->len))
		found_odd(f, SX_FOUND_BANK, item);
	if (item->facts.pair < 0 && !sx_facts_stores(&f->before, &item->facts))
		found_odd(f, SX_FOUND_STORE, item);
}

static int
finding_judge_message(struct sx_findings *f, const struct sx_item *item)
{
	enum sx_checksum checksum = item->facts.checksum;
	int right = sx_firmware_add(
	    f->os, item->data, item->len, &item->facts, &f->problem, &f->why);

	if (right == -1)
		return -1;
	/* A packet's checksum may only be verifiable together with other
	 * packets. */
	if (item->facts.kind == SX_KIND_FIRMWARE &&
	    sx_firmware_facts(f->os)->unchecked == NULL)
		checksum = right == 1 ? SX_CHECKSUM_OK : SX_CHECKSUM_BAD;
	f->in_file++;
	f->handshakes += item->facts.kind == SX_KIND_HANDSHAKE;
	f->messages++;
	f->checksums[checksum]++;
	found_message(f, item, right);
	f->before = item->facts;
	return 0;
}

/* ---- Files ---- */

/* Find the items that a reference selects. Returns -1 and sets f->why on
 * failure. */
static int
begin_reference(struct sx_findings *f)
{
	struct sx_ref_sounds r;
	int rc = sx_ref_load(&r, f->path, f->user, &f->why);

	f->unresolved = rc == -1;
	if (rc == 0) {
		f->only = sx_ref_items(&r);
		f->last = r.list.items.n;
		rc = f->only != NULL ? 0 : sx_fail_memory(&f->why);
	}
	sx_ref_free(&r);
	return rc;
}

static int
file_open(struct sx_findings *f)
{
	struct sx_ref ref;

	if (sx_ref_split(f->path, &ref, &f->why) == -1)
		return -1;
	if (ref.which == NULL || begin_reference(f) == 0)
		f->file =
		    sx_file_open_next(ref.path, f->user, &f->decoder, &f->why);
	free(ref.path);
	return f->file != NULL ? 0 : -1;
}

static int
file_begin(struct sx_findings *f)
{
	f->file = NULL;
	f->in_file = f->handshakes = 0;
	f->bad_before = f->bad;
	f->stray = f->wrapped = false;
	f->hidden = (struct sx_damage){ SX_DAMAGE_NONE, 0 };
	f->before = (struct sx_facts){ 0 };
	f->unresolved = false;
	f->at = 0;
	f->os = sx_firmware_new(&f->why);
	if (f->os == NULL || file_open(f) == -1)
		return -1;
	sx_file_skim(f->file);
	f->hidden = sx_hidden_damage(f->file, f->path);
	return 0;
}

static void
file_close(struct sx_findings *f)
{
	sx_file_close(f->file);
	sx_firmware_free(f->os);
	sx_banks_free(&f->banks);
	free(f->only);
	f->only = NULL;
	f->file = NULL;
	f->os = NULL;
}

/* Read and check the next item. Returns 1; 0 at the end; -1 and sets f->why on
 * failure. */
static int
next_item(struct sx_findings *f)
{
	int rc = sx_file_next(f->file, &f->item, &f->why);

	if (rc != 1)
		return rc;
	if (f->only != NULL && (f->at >= f->last || !f->only[f->at++])) {
		f->in_file += !f->item.stray;
		return 1;
	}
	if (!f->item.stray)
		return finding_judge_message(f, &f->item) == -1 ? -1 : 1;
	found_stray(f, &f->item);
	return 1;
}

/* Report whether the file, if it is an operating system, is complete. */
static void
found_os(struct sx_findings *f)
{
	const struct sx_firmware_facts *os = sx_firmware_facts(f->os);

	if (!os->is)
		return;
	if (sx_firmware_end(f->os, &f->problem) == 0)
		found_bad(f, SX_FOUND_OS, NULL)->problem = &f->problem;
	found_add(f, SX_FOUND_VERDICT, NULL)->os = os;
}

/* Find out what a file without messages is. A MIDI file may have none. */
static int
found_empty(struct sx_findings *f)
{
	const char *hint, *text = sx_file_content(f->file, &hint, &f->why);
	struct sx_finding *found;

	if (text == NULL)
		return -1;
	if (sx_file_format(f->file) == SX_FILE_MID) {
		sx_file_nothing(f->file, &f->nothing);
		return 0;
	}
	found = found_bad(f, SX_FOUND_EMPTY, NULL);
	found->text = text;
	found->hint = hint;
	return 0;
}

/* Report the reader's note about the file as a whole. */
static void
found_note(struct sx_findings *f)
{
	const char *note = sx_file_note(f->file);

	if (note == NULL || f->only != NULL)
		return;
	if (sx_file_text_mode(f->file) > 0)
		found_bad(f, SX_FOUND_NOTE, NULL)->text = note;
	else
		found_odd(f, SX_FOUND_NOTE, NULL)->text = note;
}

static void
found_shaken(struct sx_findings *f)
{
	if (f->in_file == 0 || f->handshakes < f->in_file)
		return;
	f->shaken++;
	found_add(f, SX_FOUND_SHAKEN, NULL);
}

/* ---- The steps ---- */

/* Run the next step of a file. Returns -1 and sets f->why on failure. */
static int
file_step(struct sx_findings *f)
{
	int rc = 0;

	switch ((enum step)f->step) {
	case STEP_ITEMS:
		rc = next_item(f);
		if (rc == 1)
			return 0;
		break;
	case STEP_OS:
		found_os(f);
		break;
	case STEP_EMPTY:
		if (f->in_file == 0)
			rc = found_empty(f);
		break;
	case STEP_KEPT:
		/* A message that lost bytes in the middle may look complete:
		 * only the file's name shows the damage. */
		if (f->bad == f->bad_before && sx_is_damaged_name(f->path))
			found_bad(f, SX_FOUND_KEPT, NULL);
		break;
	case STEP_NOTE:
		found_note(f);
		break;
	case STEP_SHAKEN:
		found_shaken(f);
		break;
	case STEP_CLOSE:
	case STEP_WALK:
		file_close(f);
		f->step = STEP_WALK;
		return 0;
	}
	f->step++;
	return rc;
}

/* Handle a file that cannot be read further: malformed data is a finding, a
 * disk error is not. */
static int
fail_file(struct sx_findings *f, struct sx_err *e)
{
	struct sx_finding *found;

	f->step = STEP_SHAKEN;
	if (f->why.code != SX_EDATA || f->unresolved) {
		*e = f->why;
		return -1;
	}
	found = found_bad(f, SX_FOUND_MALFORMED, NULL);
	found->record.damage.kind = SX_DAMAGE_NONE;
	found->why = &f->why;
	return 0;
}

int
sx_findings_next(
    struct sx_findings *f, const struct sx_finding **found, struct sx_err *e)
{
	int rc;

	for (;;) {
		if (f->given < f->n) {
			*found = &f->list[f->given++];
			return 1;
		}
		f->n = f->given = 0;
		if (f->step == STEP_WALK) {
			rc = sx_walk_next(&f->walk, &f->path, e);
			if (rc != 1)
				return rc;
			if (f->why.code != SX_OK)
				f->why = (struct sx_err){ 0 };
			f->step = STEP_ITEMS;
			rc = file_begin(f);
		} else {
			rc = file_step(f);
		}
		if (rc == -1 && fail_file(f, e) == -1)
			return -1;
	}
}

void
sx_findings_end(struct sx_findings *f)
{
	file_close(f);
	sx_decoder_free(f->decoder);
	f->decoder = NULL;
	sx_walk_end(&f->walk);
}
