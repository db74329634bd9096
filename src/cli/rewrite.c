/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include "rewrite.h"
#include "sxlib/midi_io.h"
#include "sxlib/record.h"
#include "term/json.h"
#include "term/say.h"

int
rewrite_begin(struct rewrite *r)
{
	sx_stop_hold(&r->stop);
	r->begun = true;
	r->work.rate = MIDI_IO_DIN_RATE;
	return sx_rewrite_begin(&r->work, &r->c->err);
}

void
rewrite_free(struct rewrite *r)
{
	sx_rewrite_free(&r->work);
	if (r->begun)
		sx_stop_release(&r->stop);
}

/* ---- Items ---- */

static void
rewrite_tell_stray(const struct rewrite *r, const struct sx_item *item)
{
	if (r->work.leave_stray)
		warn_at(r->c, r->path, item->offset,
		    "%zu byte%s outside any message left out", item->len,
		    plural(item->len));
	else
		say_at(r->c, r->path, item->offset,
		    "%zu byte%s outside any message", item->len,
		    plural(item->len));
}

static void
rewrite_tell_cut(const struct rewrite *r, const struct sx_item *item)
{
	char damage[SX_DAMAGE_TEXT];

	warn_at(r->c, r->path, item->offset, "truncated message: %s",
	    sx_damage_text(item->damage, damage));
}

static void
rewrite_tell_kept(struct rewrite *r, const struct sx_dump *dump,
    const struct sx_stored *stored)
{
	struct sx_record record = sx_record_of_dump(dump, stored);

	record.label = r->work.store_opts.label;
	if (stored->note != NULL)
		warn(r->c, "%s", stored->note);
	if (stored->path == NULL || !stored->final)
		return;
	if (!r->c->json) {
		say_path(r->c, stored->path);
		return;
	}
	print_json(stdout, &record);
	flush_result(r->c);
}

static int
rewrite_spell_out(struct rewrite *r, const struct sx_rewritten *what)
{
	size_t size;
	char *lines =
	    sx_hex_lines(what->item, what->bytes, what->n, what->timed, &size);
	int rc;

	if (lines == NULL)
		return sx_fail_memory(&r->c->err);
	rc = sx_rewrite_text(&r->work, lines, size, &r->c->err);
	free(lines);
	return rc;
}

/* Report what was odd about the file; the stray bytes of a .mid are not
 * items. */
static void
rewrite_tell_notes(const struct rewrite *r, const struct sx_file *f)
{
	const char *note = sx_file_note(f);
	uint64_t n = sx_file_stray(f);

	if (n > 0)
		warn(r->c, "%s: %ju byte%s outside any message left out: %s",
		    r->path, (uintmax_t)n, plural(n), note);
	else if (sx_file_text_mode(f) > 0)
		warn(r->c, "%s: %s", r->path, note);
	else if (note != NULL)
		say(r->c, "%s: %s", r->path, note);
}

static int
rewrite_tell(
    struct rewrite *r, const struct sx_file *f, const struct sx_rewritten *what)
{
	const struct sx_item *item = what->item;

	switch (what->kind) {
	case SX_REWRITE_ITEM:
		if (sx_stop_came(&r->stop))
			return sx_fail(&r->c->err, SX_EIO, 0, "interrupted");
		break;
	case SX_REWRITE_SPARE:
		say_at(r->c, r->path, item->offset, "%zu byte%s of %s left out",
		    item->len, plural(item->len), sx_item_spare(item));
		break;
	case SX_REWRITE_STRAY:
		rewrite_tell_stray(r, item);
		break;
	case SX_REWRITE_CUT:
		rewrite_tell_cut(r, item);
		break;
	case SX_REWRITE_TEXT:
		return rewrite_spell_out(r, what);
	case SX_REWRITE_KEPT:
		rewrite_tell_kept(r, what->dump, what->stored);
		break;
	case SX_REWRITE_MALFORMED:
		(void)warn_of(r->c, what->why);
		break;
	case SX_REWRITE_READ:
		rewrite_tell_notes(r, f);
		break;
	case SX_REWRITE_DAMAGED:
		warn(r->c, "%s: stored as damaged, even if it looks complete",
		    r->path);
		break;
	}
	return 0;
}

/* ---- Files ---- */

void
rewrite_dropped(struct cli *c, const struct sx_messages *m)
{
	if (m->dropped > 0)
		warn(c,
		    "%zu bit%s left out that have no meaning in a bank, and no "
		    "place in the dump of one sound",
		    m->dropped, plural(m->dropped));
}

void
rewrite_stopped(const struct rewrite *r, const char *path)
{
	if (!r->begun || !sx_stop_came(&r->stop))
		return;
	r->c->err = (struct sx_err){ 0 };
	warn(r->c, "interrupted in '%s', after %zu message%s%s", path,
	    r->work.messages, plural(r->work.messages),
	    r->work.as == SX_AS_DUMPS ? "" : ": nothing was written");
}

int
rewrite_malformed(const struct rewrite *r)
{
	if (r->c->err.code == SX_EDATA)
		sx_hint(&r->c->err, "--force uses the readable messages");
	return -1;
}

int
rewrite_file(struct rewrite *r, const char *path, struct sx_file *f)
{
	struct sx_rewritten what;
	int rc;

	r->path = path;
	sx_rewrite_file(&r->work, f, path);
	while ((rc = sx_rewrite_next(&r->work, &what, &r->c->err)) == 1)
		if (rewrite_tell(r, f, &what) == -1)
			return -1;
	if (rc == -1 && r->work.malformed && !r->work.force)
		return rewrite_malformed(r);
	return rc;
}

int
rewrite_finish(struct rewrite *r)
{
	struct sx_rewritten what;
	size_t realtime = r->work.realtime;
	int rc;

	while ((rc = sx_rewrite_finish(&r->work, &what, &r->c->err)) == 1)
		rewrite_tell_kept(r, what.dump, what.stored);
	if (realtime > 0)
		warn(r->c, "%zu real-time byte%s inside messages left out: %s",
		    realtime, plural(realtime),
		    r->work.as == SX_AS_TRACKS
			? "a MIDI file cannot contain them"
			: "MIDI files are read without them");
	return rc;
}
