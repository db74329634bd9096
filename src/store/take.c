/* SPDX-License-Identifier: ISC */
/*
 * A take being recorded. Records are collected in memory, for a second at most,
 * and appended to the journal; a crash leaves a journal that is complete up to
 * there. At the end, or at the next start, the MIDI file is made from it in a
 * temporary file, and the journal is removed when that has its name.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "journal.h"
#include "libc.h"
#include "part.h"

#define ROOM ((size_t)64 << 10)
/* A track of a MIDI file holds 4 GiB. A journal is longer than its file, apart
 * from the texts there about missing bytes. */
#define FILE_MOST ((uint64_t)UINT32_MAX - (1 << 20))
#define TEXT_MOST 64
#define NAME_MOST 200 /* bytes of the file name */

struct sx_take {
	struct sx_folder folder;
	enum sx_take_form form;
	char *name; /* of the file */
	char **ports;
	size_t nports;
	struct sx_part *journal; /* NULL: no input yet */
	struct sx_time zero;
	struct sx_take_facts facts;
	bool doubt[SX_TAKE_PORTS_MOST]; /* of the open message */
	size_t have;			/* bytes in buf */
	uint8_t buf[ROOM];

	struct dirent **found; /* for sx_take_rescue() */
	int nfound, next;
	bool looked;
};

static bool
take_is_mid(const char *path)
{
	return sx_path_has_suffix(sx_path_leaf(path), ".mid");
}

int
sx_take_check(const char *out, struct sx_err *e)
{
	if (!take_is_mid(out)) {
		sx_fail(e, SX_EUSAGE, 0, "'%s' does not end in .mid", out);
		return sx_hint(
		    e, "a recording is a MIDI file, such as take.mid");
	}
	if (strlen(sx_path_leaf(out)) > NAME_MOST)
		return sx_fail(e, SX_EUSAGE, 0, "'%s' is too long", out);
	return sx_file_check(out, e);
}

static int
take_copy_options(struct sx_take *t, const struct sx_take_opts *o)
{
	t->form = o->form;
	t->name = strdup(sx_path_leaf(o->out));
	t->ports = calloc(o->nports, sizeof(*t->ports));
	if (t->name == NULL || t->ports == NULL)
		return -1;
	for (; t->nports < o->nports; t->nports++) {
		t->ports[t->nports] = strdup(o->ports[t->nports]);
		if (t->ports[t->nports] == NULL)
			return -1;
	}
	return 0;
}

struct sx_take *
sx_take_open(const struct sx_take_opts *opts, struct sx_err *e)
{
	struct sx_take *t;

	if (sx_take_check(opts->out, e) == -1)
		return NULL;
	t = calloc(1, sizeof(*t));
	if (t == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	t->folder.fd = -1;
	if (take_copy_options(t, opts) == -1) {
		sx_fail_memory(e);
		goto fail;
	}
	if (sx_folder_open_for(&t->folder, opts->out, e) == -1) {
		t->folder.fd = -1;
		goto fail;
	}
	return t;
fail:
	sx_take_close(t);
	return NULL;
}

void
sx_take_close(struct sx_take *t)
{
	if (t == NULL)
		return;
	sx_part_release(t->journal);
	for (int i = 0; i < t->nfound; i++)
		free(t->found[i]);
	free(t->found);
	for (size_t i = 0; i < t->nports; i++)
		free(t->ports[i]);
	free(t->ports);
	free(t->name);
	if (t->folder.fd != -1)
		sx_folder_close(&t->folder);
	free(t);
}

static int
take_flush(struct sx_take *t, struct sx_err *e)
{
	size_t n = t->have;

	t->have = 0;
	return n > 0 ? sx_part_append(t->journal, t->buf, n, e) : 0;
}

static int
take_append(struct sx_take *t, const uint8_t *data, size_t n, struct sx_err *e)
{
	if (n > ROOM - t->have && take_flush(t, e) == -1)
		return -1;
	if (n > ROOM)
		return sx_part_append(t->journal, data, n, e);
	if (n > 0)
		memcpy(t->buf + t->have, data, n);
	t->have += n;
	return 0;
}

static int
take_add(struct sx_take *t, const struct sx_journal_record *r, struct sx_err *e)
{
	uint8_t head[SX_RECORD_HEAD];

	uint64_t texts = (t->facts.damaged + t->facts.holes) * TEXT_MOST;

	if (t->journal->size + t->have + r->len + texts > FILE_MOST) {
		sx_fail(e, SX_EIO, 0, "'%s' is full", t->name);
		return sx_hint(e,
		    "a MIDI file is limited to 4 GiB: continue in another one");
	}
	sx_journal_record_pack(head, r);
	if (take_append(t, head, sizeof(head), e) == -1)
		return -1;
	return take_append(t, r->data, r->len, e);
}

static int
take_add_text(struct sx_take *t, unsigned kind, unsigned port, int64_t at,
    const char *text, struct sx_err *e)
{
	struct sx_journal_record r = {
		.port = port,
		.kind = kind,
		.at = at,
		.data = (const uint8_t *)text,
		.len = strlen(text),
	};

	return take_add(t, &r, e);
}

static int
take_begin(struct sx_take *t, struct sx_time zero, struct sx_err *e)
{
	t->journal =
	    sx_part_create(&t->folder, zero.wall, SX_TAKE_SUFFIX, NULL, e);
	if (t->journal == NULL)
		return -1;
	t->zero = zero;
	if (take_add_text(t, SX_RECORD_TAKE, t->form, zero.wall, t->name, e) ==
	    -1)
		return -1;
	for (unsigned i = 0; i < t->nports; i++)
		if (take_add_text(t, SX_RECORD_PORT, i, 0, t->ports[i], e) ==
		    -1)
			return -1;
	return 0;
}

int
sx_take_span(struct sx_take *t, unsigned port, const struct sx_span *span,
    struct sx_time at, bool doubt, struct sx_err *e)
{
	bool run = span->kind == SX_SPAN_SYSEX || span->kind == SX_SPAN_STRAY;
	struct sx_journal_record r = {
		.port = port,
		.kind = span->kind,
		.span = *span,
		.doubt = doubt || (run && !span->first && t->doubt[port]),
		.data = span->data,
		.len = span->len,
	};

	if (t->journal == NULL && take_begin(t, at, e) == -1)
		return -1;
	if (run)
		t->doubt[port] = r.doubt;
	r.at = at.mono > t->zero.mono ? at.mono - t->zero.mono : 0;
	if (take_add(t, &r, e) == -1)
		return -1;
	sx_journal_record_count(&t->facts, &r);
	return 0;
}

int
sx_take_sync(struct sx_take *t, struct sx_err *e)
{
	if (t->journal == NULL)
		return 0;
	if (take_flush(t, e) == -1)
		return -1;
	return sx_part_sync(t->journal, e);
}

int
sx_take_sync_begin(
    struct sx_take *t, struct sx_part_sync **sync, struct sx_err *e)
{
	if (t->journal == NULL)
		return 0;
	if (take_flush(t, e) == -1)
		return -1;
	return sx_part_sync_begin(t->journal, sync, e);
}

const struct sx_take_facts *
sx_take_facts(const struct sx_take *t)
{
	return &t->facts;
}

/* Return the file name without its suffix, malloc'ed; `rescued`: after the
 * time. The journal is untrusted: anybody may have put it there. */
static char *
take_stem_of(const struct sx_journal *j, bool rescued)
{
	const char *name = j->name != NULL && take_is_mid(j->name) &&
				   strchr(j->name, '/') == NULL &&
				   strlen(j->name) <= NAME_MOST
			       ? j->name
			       : "take.mid";
	char time[SX_TIME_NAME] = "", *stem;

	if (rescued)
		sx_time_name(j->wall, time);
	if (asprintf(&stem, "%s%s%.*s", time, rescued ? "-" : "",
		(int)(strlen(name) - strlen(".mid")), name) == -1)
		return NULL;
	return stem;
}

/* Make the MIDI file of a journal. */
static int
take_write_file(const struct sx_folder *folder, struct sx_journal *j,
    bool rescued, char **path, struct sx_err *e)
{
	char *stem = take_stem_of(j, rescued);
	struct sx_part *out = NULL;
	int rc = -1;

	if (stem == NULL)
		sx_fail_memory(e);
	else
		out = sx_part_create(folder, j->wall, SX_TEMP_SUFFIX, NULL, e);
	if (out != NULL)
		rc = sx_journal_write(j, out, SX_EVENT_MOST, e);
	if (rc == 0)
		rc = sx_part_place(out, folder, stem, ".mid", NULL, path, e);
	if (rc == 0)
		sx_part_release(out);
	else
		sx_part_drop(out);
	free(stem);
	return rc;
}

/* Read a journal. Returns 0; 1 if nothing in it can be decoded; -1 and sets e.
 * Close j only after 0. */
static int
take_open_journal(
    struct sx_journal *j, struct sx_part *journal, struct sx_err *e)
{
	struct sx_err why = { 0 };
	const uint8_t *data;
	size_t n;

	data = sx_part_map(journal, &n, e);
	if (data == NULL)
		return -1;
	if (sx_journal_open(j, data, n, &why) == 0) {
		if (j->wall == -1)
			j->wall = journal->wall;
		return 0;
	}
	if (why.code == SX_EDATA)
		return 1;
	return sx_fail(
	    e, why.code, 0, "'%s': %s", sx_part_path(journal), why.msg);
}

/* Make the MIDI file of this run's journal. Returns 1; 0 if nothing is in it;
 * -1 and sets e. */
static int
take_make_file(struct sx_take *t, char **path, struct sx_err *e)
{
	struct sx_journal j;
	int rc;

	rc = take_open_journal(&j, t->journal, e);
	if (rc == 1)
		sx_fail(e, SX_EDATA, 0, "'%s' does not read back as written",
		    sx_part_path(t->journal));
	if (rc != 0)
		return -1;
	if (j.ngaps > 0 || j.size < t->journal->size)
		rc = sx_fail(e, SX_EDATA, 0,
		    "'%s' does not read back as written: offset %zu",
		    sx_part_path(t->journal),
		    j.ngaps > 0 ? j.gaps[0].begin : j.size);
	else if (j.spans == 0)
		rc = 0;
	else
		rc = take_write_file(&t->folder, &j, false, path, e) == 0 ? 1
									  : -1;
	sx_journal_close(&j);
	return rc;
}

int
sx_take_finish(struct sx_take *t, char **path, struct sx_err *e)
{
	int rc;

	*path = NULL;
	if (t->journal == NULL)
		return 0;
	rc = sx_take_sync(t, e);
	if (rc == 0)
		rc = take_make_file(t, path, e);
	if (rc == -1)
		return sx_hint(e,
		    "the recording is in '%s': the next 'sxlib record' into "
		    "this folder recovers it",
		    sx_part_path(t->journal));
	if (sx_part_remove(t->journal, e) == -1)
		rc = -1;
	t->journal = NULL;
	return rc;
}

static int
take_is_ours(const struct dirent *entry)
{
	return sx_part_named(entry->d_name, SX_TAKE_SUFFIX) ||
	       sx_part_is_temp(entry->d_name);
}

static int
take_look(struct sx_take *t, struct sx_err *e)
{
	t->looked = true;
	t->nfound =
	    scandirat(t->folder.fd, ".", &t->found, take_is_ours, alphasort);
	if (t->nfound >= 0)
		return 0;
	t->nfound = 0;
	return sx_fail(
	    e, SX_EIO, errno, "cannot read folder '%s'", t->folder.path);
}

/* Rename a journal with undecodable bytes, so that no start finds it again. */
static int
take_keep(struct sx_take *t, struct sx_part *journal, struct sx_take_left *left,
    struct sx_err *e)
{
	char stem[SX_PART_NAME];

	snprintf(stem, sizeof(stem), "%.*s", (int)sx_part_stem(journal->name),
	    journal->name);
	return sx_part_place(
	    journal, &t->folder, stem, SX_BAD_SUFFIX, NULL, &left->kept, e);
}

/* Recover a journal. Returns 1 and sets *left; 0 if nothing was in it; -1 and
 * sets e: it stays. */
static int
take_rescue(struct sx_take *t, struct sx_part *journal,
    struct sx_take_left *left, struct sx_err *e)
{
	struct sx_journal j;
	int rc;

	journal->wall = sx_time_parse(journal->name);
	rc = sx_part_is_sparse(journal) ? 1 : take_open_journal(&j, journal, e);
	if (rc == -1)
		return -1;
	left->lost = rc == 1 ? journal->size : j.lost;
	if (rc == 0) {
		left->facts = j.facts;
		if (j.spans > 0)
			rc = take_write_file(
			    &t->folder, &j, true, &left->path, e);
		sx_journal_close(&j);
	}
	if (rc != -1 && left->lost > 0)
		rc = take_keep(t, journal, left, e);
	if (rc == -1)
		return -1;
	return left->path != NULL || left->kept != NULL;
}

/* Process a name that was found. Returns 1 and sets *left; 0 if there was
 * nothing to recover; -1 and sets e. */
static int
take_look_at(struct sx_take *t, const char *name, struct sx_take_left *left,
    struct sx_err *e)
{
	struct sx_part *journal;
	int rc = sx_part_adopt(&t->folder, name, &journal, e);

	if (rc != 1)
		return rc;
	rc = 0;
	/* Anything else is empty, or a .tmp, whose bytes are still in its
	 * journal. */
	if (journal->size > 0 && sx_part_named(name, SX_TAKE_SUFFIX))
		rc = take_rescue(t, journal, left, e);
	if (rc == -1 || left->kept != NULL)
		sx_part_release(journal);
	else if (sx_part_remove(journal, e) == -1)
		rc = -1;
	if (rc == -1)
		sx_take_left_done(left);
	return rc;
}

int
sx_take_rescue(struct sx_take *t, struct sx_take_left *left, struct sx_err *e)
{
	int rc = 0;

	*left = (struct sx_take_left){ 0 };
	if (!t->looked && take_look(t, e) == -1)
		return -1;
	while (rc == 0 && t->next < t->nfound)
		rc = take_look_at(t, t->found[t->next++]->d_name, left, e);
	return rc;
}

void
sx_take_left_done(struct sx_take_left *left)
{
	free(left->path);
	free(left->kept);
	*left = (struct sx_take_left){ 0 };
}
