/* SPDX-License-Identifier: ISC */
/*
 * A take on its way. Records are gathered in memory, for a second at most, and
 * appended to the journal; what a crash leaves is a journal that is good up to
 * there. The MIDI file is made out of it, at the end or at the next start, into
 * a temporary file, and the journal goes when that has its name.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "journal.h"
#include "part.h"

#define ROOM ((size_t)64 << 10)
/* A track of a MIDI file holds 4 GiB. A journal is longer than its file, but
 * for the texts there about what is missing. */
#define FILE_MOST ((uint64_t)UINT32_MAX - (1 << 20))
#define TEXT_MOST 64

struct sx_take {
	struct sx_folder folder;
	enum sx_take_form form;
	char *name; /* of the file */
	char **ports;
	size_t nports;
	struct sx_part *journal; /* NULL: nothing came yet */
	struct sx_time zero;
	struct sx_take_facts facts;
	bool doubt[SX_TAKE_PORTS_MOST]; /* of the message that is open */
	size_t have;			/* bytes in buf */
	uint8_t buf[ROOM];

	struct dirent **found; /* for the rescue */
	int nfound, next;
	bool looked;
};

static bool
is_mid(const char *path)
{
	return sx_path_has_suffix(sx_path_leaf(path), ".mid");
}

int
sx_take_check(const char *out, struct sx_err *e)
{
	if (!is_mid(out)) {
		sx_fail(e, SX_EUSAGE, 0, "'%s' does not end in .mid", out);
		return sx_hint(e, "a take is a MIDI file, such as take.mid");
	}
	if (strlen(sx_path_leaf(out)) > 200)
		return sx_fail(e, SX_EUSAGE, 0, "'%s' is too long", out);
	return sx_file_check(out, e);
}

static int
copy_options(struct sx_take *t, const struct sx_take_opts *o)
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
	if (copy_options(t, opts) == -1) {
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
flush(struct sx_take *t, struct sx_err *e)
{
	size_t n = t->have;

	t->have = 0;
	return n > 0 ? sx_part_append(t->journal, t->buf, n, e) : 0;
}

static int
append(struct sx_take *t, const uint8_t *data, size_t n, struct sx_err *e)
{
	if (n > ROOM - t->have && flush(t, e) == -1)
		return -1;
	if (n > ROOM)
		return sx_part_append(t->journal, data, n, e);
	if (n > 0)
		memcpy(t->buf + t->have, data, n);
	t->have += n;
	return 0;
}

static int
add(struct sx_take *t, const struct sx_record *r, struct sx_err *e)
{
	uint8_t head[SX_RECORD_HEAD];

	uint64_t texts = (t->facts.damaged + t->facts.holes) * TEXT_MOST;

	if (t->journal->size + t->have + r->len + texts > FILE_MOST) {
		sx_fail(e, SX_EIO, 0, "'%s' is full", t->name);
		return sx_hint(e, "a MIDI file can hold 4 GiB: go on in "
				  "another one");
	}
	sx_record_pack(head, r);
	if (append(t, head, sizeof(head), e) == -1)
		return -1;
	return append(t, r->data, r->len, e);
}

static int
add_text(struct sx_take *t, unsigned kind, unsigned port, int64_t at,
    const char *text, struct sx_err *e)
{
	struct sx_record r = {
		.port = port,
		.kind = kind,
		.at = at,
		.data = (const uint8_t *)text,
		.len = strlen(text),
	};

	return add(t, &r, e);
}

static int
begin(struct sx_take *t, struct sx_time zero, struct sx_err *e)
{
	t->journal = sx_part_create(&t->folder, zero.wall, SX_TAKE_SUFFIX, e);
	if (t->journal == NULL)
		return -1;
	t->zero = zero;
	if (add_text(t, SX_RECORD_TAKE, t->form, zero.wall, t->name, e) == -1)
		return -1;
	for (unsigned i = 0; i < t->nports; i++)
		if (add_text(t, SX_RECORD_PORT, i, 0, t->ports[i], e) == -1)
			return -1;
	return 0;
}

int
sx_take_span(struct sx_take *t, unsigned port, const struct sx_span *span,
    struct sx_time at, bool doubt, struct sx_err *e)
{
	bool run = span->kind == SX_SPAN_SYSEX || span->kind == SX_SPAN_STRAY;
	struct sx_record r = {
		.port = port,
		.kind = span->kind,
		.span = *span,
		.doubt = doubt || (run && !span->first && t->doubt[port]),
		.data = span->data,
		.len = span->len,
	};

	if (t->journal == NULL && begin(t, at, e) == -1)
		return -1;
	if (run)
		t->doubt[port] = r.doubt;
	r.at = at.mono > t->zero.mono ? at.mono - t->zero.mono : 0;
	if (add(t, &r, e) == -1)
		return -1;
	sx_record_count(&t->facts, &r);
	return 0;
}

int
sx_take_sync(struct sx_take *t, struct sx_err *e)
{
	if (t->journal == NULL)
		return 0;
	if (flush(t, e) == -1)
		return -1;
	return sx_part_sync(t->journal, e);
}

const struct sx_take_facts *
sx_take_facts(const struct sx_take *t)
{
	return &t->facts;
}

/* The name of the file without its suffix, malloc'ed. `dated`: it begins with
 * the time. */
static char *
stem_of(
    const struct sx_journal *j, const char *path, bool dated, struct sx_err *e)
{
	char time[SX_TIME_NAME] = "", *stem;

	/* The journal is a file that anybody may have put there. */
	if (!is_mid(j->name) || strchr(j->name, '/') != NULL) {
		sx_fail(e, SX_EDATA, 0, "'%s' has no good name in it", path);
		return NULL;
	}
	if (dated)
		sx_time_name(j->wall, time);
	if (asprintf(&stem, "%s%s%.*s", time, dated ? "-" : "",
		(int)(strlen(j->name) - strlen(".mid")), j->name) == -1) {
		sx_fail_memory(e);
		return NULL;
	}
	return stem;
}

/* Make the file out of a journal, of this run or (rescued) of one that crashed.
 * 1: done, 0: nothing is in it, -1: e. */
static int
make_file(const struct sx_folder *folder, struct sx_part *journal, bool rescued,
    char **path, struct sx_take_facts *facts, struct sx_err *e)
{
	struct sx_part *out = NULL;
	struct sx_err why = { 0 };
	struct sx_journal j;
	const uint8_t *data;
	char *stem;
	size_t n;
	int rc = -1;

	data = sx_part_map(journal, &n, e);
	if (data == NULL)
		return -1;
	if (sx_journal_open(&j, data, n, &why) == -1)
		return sx_fail(
		    e, why.code, 0, "'%s': %s", sx_part_path(journal), why.msg);
	*facts = j.facts;
	/* What a crash has cut off was never said to be there. */
	if (j.size < n && !rescued) {
		sx_journal_close(&j);
		return sx_fail(e, SX_EDATA, 0,
		    "'%s' is not as it was written: offset %zu",
		    sx_part_path(journal), j.size);
	}
	if (j.begin == j.size) {
		sx_journal_close(&j);
		return 0;
	}
	stem = stem_of(&j, sx_part_path(journal), rescued, e);
	if (stem != NULL)
		out = sx_part_create(folder, j.wall, SX_TEMP_SUFFIX, e);
	if (out != NULL)
		rc = sx_journal_write(&j, out, SX_EVENT_MOST, e);
	if (rc == 0)
		rc = sx_part_place(out, folder, stem, ".mid", path, e);
	if (rc == 0)
		sx_part_release(out);
	else
		sx_part_drop(out);
	free(stem);
	sx_journal_close(&j);
	return rc == 0 ? 1 : -1;
}

int
sx_take_finish(struct sx_take *t, char **path, struct sx_err *e)
{
	struct sx_take_facts facts;
	int rc;

	if (t->journal == NULL)
		return 0;
	rc = sx_take_sync(t, e);
	if (rc == 0)
		rc = make_file(&t->folder, t->journal, false, path, &facts, e);
	if (rc == -1)
		return sx_hint(e,
		    "the take is in '%s': the next 'sxlib record' into this "
		    "folder makes a file of it",
		    sx_part_path(t->journal));
	sx_part_drop(t->journal);
	t->journal = NULL;
	return rc;
}

static int
is_ours(const struct dirent *entry)
{
	return sx_part_named(entry->d_name, SX_TAKE_SUFFIX) ||
	       sx_part_named(entry->d_name, SX_TEMP_SUFFIX);
}

static int
look(struct sx_take *t, struct sx_err *e)
{
	t->looked = true;
	t->nfound = scandirat(t->folder.fd, ".", &t->found, is_ours, alphasort);
	if (t->nfound >= 0)
		return 0;
	t->nfound = 0;
	return sx_fail(
	    e, SX_EIO, errno, "cannot read folder '%s'", t->folder.path);
}

int
sx_take_rescue(struct sx_take *t, char **path, struct sx_take_facts *facts,
    struct sx_err *e)
{
	struct sx_part *journal;
	int rc;

	if (!t->looked && look(t, e) == -1)
		return -1;
	while (t->next < t->nfound) {
		const char *name = t->found[t->next++]->d_name;

		rc = sx_part_adopt(&t->folder, name, &journal, e);
		if (rc == -1)
			return -1;
		if (rc == 0)
			continue;
		/* Else nothing came, or it is still in what it was made of. */
		if (journal->size > 0 && sx_part_named(name, SX_TAKE_SUFFIX))
			rc = make_file(
			    &t->folder, journal, true, path, facts, e);
		else
			rc = 0;
		if (rc == -1)
			sx_part_release(journal);
		else
			sx_part_drop(journal);
		if (rc != 0)
			return rc;
	}
	return 0;
}
