/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "same.h"

/* A shorter message only gives the slot to store something in. */
#define SHORTEST 16

enum step { STEP_READ, STEP_FILES, STEP_MESSAGES };

static int
same_add_message(struct sx_same *s, const struct sx_item *item, uint32_t file)
{
	size_t want = s->messages_cap > 0 ? s->messages_cap * 2 : 256;
	struct sx_same_message *p;
	uint8_t *bytes;

	if (item->damage.kind != SX_DAMAGE_NONE || !item->facts.dump ||
	    item->len < SHORTEST)
		return 0;
	if (s->nmessages == s->messages_cap) {
		p = reallocarray(s->messages, want, sizeof(*p));
		if (p == NULL)
			return -1;
		s->messages = p;
		s->messages_cap = want;
	}
	bytes = sx_same_blank(item);
	if (bytes == NULL)
		return -1;
	s->messages[s->nmessages++] = (struct sx_same_message){
		.hash = sx_same_hash(SX_SAME_SEED, bytes, item->len),
		.offset = item->offset,
		.len = item->len,
		.file = file,
		.group = SX_SAME_ALONE,
		.stored = -1,
	};
	free(bytes);
	return 0;
}

/* Take the slot of the first message of a pair from the second one. */
static void
same_add_store(struct sx_same *s, const struct sx_facts *store)
{
	struct sx_same_message *m = &s->messages[s->nmessages - 1];

	m->stored = (int32_t)store->slot;
	snprintf(
	    m->stored_text, sizeof(m->stored_text), "%s", store->slot_text);
}

static int
same_read_items(struct sx_same *s, struct sx_file *f, struct sx_record *r,
    struct sx_summary *facts, uint64_t *hash, struct sx_err *e)
{
	size_t before = s->nmessages;
	bool stores, stray = false;
	struct sx_item item;
	int rc;

	*hash = SX_SAME_SEED;
	while ((rc = sx_file_next(f, &item, e)) == 1) {
		stray = stray || item.stray;
		if (item.stray)
			continue;
		stores = sx_record_add(r, facts, &item);
		if (stores && s->nmessages > before)
			same_add_store(s, &item.facts);
		*hash = sx_same_hash(*hash, item.data, item.len);
		if (same_add_message(s, &item, (uint32_t)s->rows.n) == -1)
			return sx_fail_memory(e);
	}
	sx_record_judge(r, stray);
	return rc;
}

static int
same_add_file(struct sx_same *s, const char *path, struct sx_err *e)
{
	struct sx_summary facts = { .all = { .slot = -1, .unit = -1 } };
	struct sx_record r = { .file = path, .facts = &facts.all };
	size_t before = s->nmessages, want = s->cap > 0 ? s->cap * 2 : 64;
	struct sx_same_file *p = s->files;
	struct sx_file *f;
	struct stat st;
	int rc;

	if (stat(path, &st) == -1)
		return sx_fail(e, SX_EIO, errno, "cannot open '%s'", path);
	if (s->rows.n == s->cap) {
		p = reallocarray(p, want, sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(e);
		s->files = p;
		s->cap = want;
	}
	f = sx_file_open(path, s->user, e);
	if (f == NULL)
		return -1;
	p = &s->files[s->rows.n];
	*p = (struct sx_same_file){ .dev = st.st_dev, .ino = st.st_ino };
	r.time = sx_file_time(f);
	rc = same_read_items(s, f, &r, &facts, &p->hash, e);
	if (rc == 0 && r.messages == 0 && s->without++ == 0)
		sx_file_nothing(f, &s->nothing);
	sx_file_close(f);
	/* A file that cannot be read to its end is not compared. */
	if (rc == -1)
		s->nmessages = before;
	else if (sx_rows_add(&s->rows, &r, false) == -1)
		rc = sx_fail_memory(e);
	else
		p->out = r.messages == 0;
	return rc;
}

int
sx_same_read(struct sx_same *s, struct sx_err *e)
{
	const char *path;
	int rc = sx_walk_next(&s->walk, &path, e);

	if (rc != 1)
		return rc;
	return same_add_file(s, path, e) == -1 ? -1 : 1;
}

const char *
sx_same_path(const struct sx_same *s, uint32_t file)
{
	return s->rows.rows[file].path;
}

int
sx_same_next(struct sx_same *s, struct sx_same_member *member, struct sx_err *e)
{
	int rc;

	if (s->step == STEP_READ) {
		if (sx_same_order_files(s, e) == -1)
			return -1;
		s->step = STEP_FILES;
	}
	if (s->step == STEP_FILES) {
		rc = sx_same_next_file(s, member, e);
		if (rc != 0)
			return rc;
		if (sx_same_group(s, e) == -1)
			return -1;
		s->step = STEP_MESSAGES;
	}
	return sx_same_next_message(s, member);
}

void
sx_same_end(struct sx_same *s)
{
	sx_walk_end(&s->walk);
	sx_rows_free(&s->rows);
	sx_rows_free(&s->found);
	free(s->files);
	free(s->messages);
	free(s->order);
}
