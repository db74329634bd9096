/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "rewrite.h"
#include "sxlib/midi_io.h"
#include "walk.h"

#define MESSAGE_US 60000 /* the pause after a message of an unknown device */

bool
is_hex_name(const char *path)
{
	return sx_path_has_suffix(path, ".hex") ||
	       sx_path_has_suffix(path, ".txt");
}

int
rewrite_target(const char *path, struct rewrite *r)
{
	r->store_opts.format = SX_FORMAT_BYTES;
	if (is_hex_name(path))
		r->as = AS_HEX;
	else if (sx_path_has_suffix(path, ".syx") || strcmp(path, "-") == 0)
		r->as = AS_BYTES;
	else if (sx_path_has_suffix(path, ".mid"))
		r->as = AS_TRACKS;
	else
		return -1;
	if (r->as == AS_TRACKS)
		r->store_opts.format = SX_FORMAT_MID;
	return 0;
}

struct sx_file *
rewrite_open(struct cli *c, const char *path, struct sx_err *e)
{
	if (is_hex_name(path))
		return sx_file_open_hex(path, own_devices(c), e);
	return sx_file_open(path, own_devices(c), e);
}

/* Those that end the program; not those that nohup(1), or a shell without job
 * control, has had ignored. */
static sigset_t
stop_signals(void)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (sigaction(all[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(&set, all[i]);
	return set;
}

/* Has a signal come that ends the program? */
static bool
is_interrupted(const struct rewrite *r)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       ((sigismember(&pending, SIGINT) &&
		    !sigismember(&r->signals, SIGINT)) ||
		   (sigismember(&pending, SIGTERM) &&
		       !sigismember(&r->signals, SIGTERM)) ||
		   (sigismember(&pending, SIGHUP) &&
		       !sigismember(&r->signals, SIGHUP)));
}

int
rewrite_begin(struct rewrite *r)
{
	sigset_t stop = stop_signals();

	/* They wait until no temporary file is left. */
	sigprocmask(SIG_BLOCK, &stop, &r->signals);
	r->store_opts.copy = true;
	r->store = sx_store_open(&r->store_opts, &r->c->err);
	return r->store != NULL ? 0 : -1;
}

void
rewrite_free(struct rewrite *r)
{
	sx_part_drop(r->part);
	sx_store_close(r->store);
	free(r->pieces);
	if (r->store_opts.copy)
		sigprocmask(SIG_SETMASK, &r->signals, NULL);
}

/* ---- What has been written ---- */

static void
tell(struct rewrite *r, const struct sx_dump *dump,
    const struct sx_stored *stored)
{
	struct record record = { .file = stored->path,
		.time = dump->time.wall,
		.bytes = dump->bytes,
		.messages = dump->messages,
		.facts = &dump->facts,
		.label = r->store_opts.label,
		.damage = dump->damage };

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

/* The open dump is complete. */
static int
keep(struct rewrite *r)
{
	struct sx_dump dump = r->dump;
	struct sx_stored stored;

	if (r->part == NULL)
		return 0;
	dump.pieces = r->pieces;
	/* For the store, one file as it stands is one dump. */
	if (r->as == AS_BYTES || r->as == AS_HEX)
		dump.damage.kind = SX_DAMAGE_NONE;
	if (r->as == AS_HEX)
		dump.bytes = r->text;
	if (sx_part_keep(r->part, &dump, &stored, &r->c->err) == -1)
		return -1;
	r->part = NULL;
	r->dumps++;
	tell(r, &r->dump, &stored);
	free(stored.path);
	return 0;
}

int
rewrite_finish(struct rewrite *r)
{
	struct sx_stored stored;
	int rc;

	if (keep(r) == -1)
		return -1;
	while ((rc = sx_store_finish(r->store, &stored, &r->c->err)) == 1) {
		tell(r, &r->all, &stored);
		free(stored.path);
	}
	if (r->realtime > 0)
		warn(r->c,
		    "%zu real-time byte%s inside of messages left out: %s",
		    r->realtime, plural(r->realtime),
		    r->as == AS_TRACKS
			? "a MIDI file cannot hold them"
			: "those of a MIDI file are read without them");
	return rc;
}

/* ---- Items in ---- */

static bool
starts_dump(const struct rewrite *r, const struct sx_item *item)
{
	if (r->part == NULL)
		return true;
	if (r->as == AS_BYTES || r->as == AS_HEX)
		return false;
	if (item->stray || r->alone || r->split == SX_SPLIT_MESSAGE)
		return true;
	if (r->split == SX_SPLIT_AUTO && item->facts.complete)
		return true;
	return item->at - r->last >= r->gap;
}

/*
 * When a message is due. A .syx knows no times: there one follows the other as
 * a cable and the device can take them, so that a MIDI file of them can be
 * played.
 */
static int64_t
due(const struct rewrite *r, const struct sx_file *f,
    const struct sx_item *item)
{
	if (sx_file_format(f) == SX_FILE_MID || item->at != r->last)
		return r->from + item->at;
	return r->free;
}

/* What an item says of its dump; bytes of no message say nothing. */
static void
join_facts(struct sx_dump *dump, const struct sx_item *item, size_t n)
{
	static const struct sx_facts unknown = { .slot = -1, .dump = true };

	if (dump->messages == 0)
		dump->facts = item->stray ? unknown : item->facts;
	else if (!item->stray)
		sx_facts_join(&dump->facts, &item->facts);
	if (dump->damage.kind == SX_DAMAGE_NONE)
		dump->damage = item->damage;
	dump->bytes += n;
	dump->messages += !item->stray;
}

static int
begin_dump(struct rewrite *r, const struct sx_item *item, struct sx_time t)
{
	r->dump = (struct sx_dump){ .time = t };
	if (r->all.bytes == 0)
		r->all.time = t;
	/* What is no dump goes to the damaged ones. */
	if (r->as == AS_DUMPS && item->stray)
		r->dump.damage.kind = SX_DAMAGE_NO_F0;
	r->npieces = 0;
	r->alone =
	    item->stray || (r->split == SX_SPLIT_AUTO && item->facts.complete);
	r->part = sx_part_begin(r->store, t, &r->c->err);
	return r->part != NULL ? 0 : -1;
}

static int
add_piece(struct rewrite *r, struct sx_piece piece)
{
	size_t want = r->pieces_cap > 0 ? r->pieces_cap * 2 : 64;
	struct sx_piece *p;

	if (r->npieces == r->pieces_cap) {
		p = reallocarray(r->pieces, want, sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(&r->c->err);
		r->pieces = p;
		r->pieces_cap = want;
	}
	r->pieces[r->npieces++] = piece;
	return 0;
}

/* The bytes of an item as they go out. NULL and c->err. */
static const uint8_t *
bytes_of(
    struct rewrite *r, struct sx_file *f, const struct sx_item *item, size_t *n)
{
	*n = item->len;
	if (item->realtime == 0)
		return item->data;
	if (r->as == AS_TRACKS || sx_file_format(f) == SX_FILE_MID) {
		r->realtime += item->realtime;
		return item->data;
	}
	*n += item->realtime;
	return sx_file_bytes(f, item->offset, *n, &r->c->err);
}

/* The bytes go into the part, as text if that is wanted. */
static int
append(struct rewrite *r, const struct sx_item *item, const uint8_t *raw,
    size_t n, bool timed)
{
	char *lines;
	size_t size;
	int rc;

	if (r->as != AS_HEX)
		return sx_part_append(r->part, raw, n, &r->c->err);
	lines = hex_lines(item, raw, n, timed, &size);
	if (lines == NULL)
		return sx_fail_memory(&r->c->err);
	rc = sx_part_append(r->part, (const uint8_t *)lines, size, &r->c->err);
	r->text += size;
	free(lines);
	return rc;
}

static int
add_item(struct rewrite *r, struct sx_file *f, const struct sx_item *item)
{
	bool mid = sx_file_format(f) == SX_FILE_MID;
	struct sx_time t = { .mono = due(r, f, item),
		.wall = sx_file_time(f) + item->at };
	int64_t pause = item->facts.delay_ms;
	const uint8_t *raw;
	size_t n;

	if (starts_dump(r, item) &&
	    (keep(r) == -1 || begin_dump(r, item, t) == -1))
		return -1;
	raw = bytes_of(r, f, item, &n);
	if (raw == NULL || append(r, item, raw, n, mid || item->at > 0) == -1 ||
	    add_piece(r, (struct sx_piece){ r->dump.bytes, n, t }) == -1)
		return -1;
	join_facts(&r->dump, item, n);
	join_facts(&r->all, item, n);
	r->free = t.mono + (int64_t)n * 1000000 / MIDI_IO_DIN_RATE +
		  (pause >= 0 ? pause * 1000 : MESSAGE_US);
	r->last = item->at;
	return 0;
}

/* Bytes of no message, and cut messages. 1: leave it out. -1 and c->err. */
static int
judge(struct rewrite *r, const struct sx_item *item)
{
	char damage[SX_DAMAGE_TEXT];

	if (r->as == AS_TRACKS && (item->stray || item->damage.kind != 0))
		return sx_fail(&r->c->err, SX_EREFUSED, 0,
		    "'%s': offset %" PRIu64 ": a MIDI file cannot hold %s",
		    r->path, item->offset,
		    item->stray ? "bytes that belong to no message"
				: "a message that is cut");
	if (item->stray) {
		r->stray++;
		r->stray_bytes += item->len;
		if (r->leave_stray)
			warn(r->c,
			    "%s: offset %" PRIu64 ": %zu byte%s of no message "
			    "left out",
			    r->path, item->offset, item->len,
			    plural(item->len));
		else
			say(r->c,
			    "%s: offset %" PRIu64 ": %zu byte%s of no message",
			    r->path, item->offset, item->len,
			    plural(item->len));
		return r->leave_stray;
	}
	r->messages++;
	r->cut += item->damage.kind != SX_DAMAGE_NONE;
	if (sx_damage_text(item->damage, damage) != NULL)
		warn(r->c, "%s: offset %" PRIu64 ": the message is cut: %s",
		    r->path, item->offset, damage);
	return 0;
}

/* Those of a .mid are no items. */
static void
say_stray(struct rewrite *r, const char *path, const struct sx_file *f)
{
	uint64_t n = sx_file_stray(f);

	if (n > 0)
		warn(r->c, "%s: %ju byte%s of no message left out: %s", path,
		    (uintmax_t)n, plural(n), sx_file_note(f));
}

/* What was cut has been said; but a hole in a message may leave it as whole as
 * any, and in another file nothing would tell of it. */
static void
say_damaged(struct rewrite *r, const char *path)
{
	if (is_damaged_name(path))
		warn(r->c, "%s: it was kept as damaged, however whole it looks",
		    path);
}

int
rewrite_file(struct rewrite *r, const char *path, struct sx_file *f)
{
	size_t before = r->messages + r->stray, wrong = r->cut + r->stray;
	struct sx_item item;
	int rc;

	r->path = path;
	r->from = r->free;
	r->last = 0;
	/* In a .mid, a file does not go on with a track of another. */
	r->alone = true;
	while ((rc = sx_file_next(f, &item, &r->c->err)) == 1) {
		if (is_interrupted(r))
			return sx_fail(&r->c->err, SX_EIO, 0, "interrupted");
		rc = judge(r, &item);
		if (rc == 0)
			rc = add_item(r, f, &item);
		if (rc == -1)
			return -1;
	}
	say_stray(r, path, f);
	if (rc == 0 && r->cut + r->stray == wrong)
		say_damaged(r, path);
	if (rc == 0 && r->messages + r->stray == before)
		return sx_fail(
		    &r->c->err, SX_EDATA, 0, "'%s' holds no SysEx", path);
	return rc;
}
