/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "duplicates.h"
#include "items.h"
#include "own.h"
#include "walk.h"

/* A shorter message holds no more than where something is to be stored. */
#define SHORTEST 16

static const struct option_row duplicates_options[] = {
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

static int
add_message(struct dups *d, const struct sx_item *item, uint32_t file)
{
	size_t want = d->messages_cap > 0 ? d->messages_cap * 2 : 256;
	struct dup_message *p;
	uint8_t *bytes;

	if (item->damage.kind != SX_DAMAGE_NONE || !item->facts.dump ||
	    item->len < SHORTEST)
		return 0;
	if (d->nmessages == d->messages_cap) {
		p = reallocarray(d->messages, want, sizeof(*p));
		if (p == NULL)
			return -1;
		d->messages = p;
		d->messages_cap = want;
	}
	bytes = blank_message(item);
	if (bytes == NULL)
		return -1;
	d->messages[d->nmessages++] = (struct dup_message){
		.hash = hash_bytes(HASH_SEED, bytes, item->len),
		.offset = item->offset,
		.len = item->len,
		.file = file,
		.group = NO_GROUP,
	};
	free(bytes);
	return 0;
}

static int
read_items(struct dups *d, struct sx_file *f, struct record *r,
    struct sx_facts *facts, uint64_t *hash, struct sx_err *e)
{
	struct sx_item item;
	int rc;

	*hash = HASH_SEED;
	while ((rc = sx_file_next(f, &item, e)) == 1) {
		if (item.stray)
			continue;
		record_add(r, facts, &item);
		*hash = hash_bytes(*hash, item.data, item.len);
		if (add_message(d, &item, (uint32_t)d->rows.n) == -1)
			return sx_fail_memory(e);
	}
	return rc;
}

static int
add_file(struct dups *d, const char *path, struct sx_err *e)
{
	struct sx_facts facts = { .slot = -1 };
	struct record r = { .file = path, .facts = &facts };
	size_t before = d->nmessages, want = d->cap > 0 ? d->cap * 2 : 64;
	struct dup_file *p = d->files;
	struct sx_file *f;
	struct stat st;
	int rc;

	if (stat(path, &st) == -1)
		return sx_fail(e, SX_EIO, errno, "cannot open '%s'", path);
	if (d->rows.n == d->cap) {
		p = reallocarray(p, want, sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(e);
		d->files = p;
		d->cap = want;
	}
	f = sx_file_open(path, own_devices(d->c), e);
	if (f == NULL)
		return -1;
	p = &d->files[d->rows.n];
	*p = (struct dup_file){ .dev = st.st_dev, .ino = st.st_ino };
	r.time = sx_file_time(f);
	rc = read_items(d, f, &r, &facts, &p->hash, e);
	sx_file_close(f);
	/* What cannot be read to its end is not compared. */
	if (rc == -1)
		d->nmessages = before;
	else if (rows_add(&d->rows, &r, false) == -1)
		rc = sx_fail_memory(e);
	else
		p->out = r.messages == 0;
	return rc;
}

static int
add_files(struct dups *d)
{
	struct cli *c = d->c;
	struct walk walk = { .arguments = c->argv + c->next,
		.count = c->argc - c->next };
	struct sx_err e = { 0 };
	const char *path;
	int rc;

	while ((rc = walk_next(&walk, &path, &e)) != 0) {
		if (rc == 1)
			rc = add_file(d, path, &e);
		if (rc == -1 && e.code == SX_ENOMEM)
			break;
		if (rc == -1) {
			d->failed = true;
			warn_error(c, &e);
		}
	}
	walk_end(&walk);
	c->err = e;
	return rc;
}

/* Standard input cannot be read again when the bytes are compared. */
static int
check_arguments(struct cli *c)
{
	if (c->next == c->argc)
		return sx_fail(&c->err, SX_EUSAGE, 0, "no folder is given");
	for (int i = c->next; i < c->argc; i++)
		if (strcmp(c->argv[i], "-") == 0)
			return sx_fail(&c->err, SX_EUSAGE, 0,
			    "files and folders are compared, not standard "
			    "input ('-')");
	return 0;
}

const char *
dup_path(const struct dups *d, uint32_t file)
{
	return d->rows.rows[file].texts;
}

static enum status
run_duplicates(struct cli *c)
{
	struct dups d = { .c = c };
	size_t files = 0, messages = 0;
	const char *arg;

	if (opt_next(c, &arg) == -1 || check_arguments(c) == -1)
		return ST_OK;
	if (add_files(&d) == 0 && find_files(&d, &files) == 0 &&
	    find_messages(&d, &messages) == 0)
		say(c,
		    "%zu file%s: %zu group%s of files with the same "
		    "content, %zu of messages within the others",
		    d.rows.n, plural(d.rows.n), files, plural(files), messages);
	rows_free(&d.rows);
	rows_free(&d.found);
	free(d.files);
	free(d.messages);
	return d.failed ? ST_FAILED : ST_OK;
}

const struct command cmd_duplicates = {
	.name = "duplicates",
	.synopsis = "FILE|FOLDER...",
	.summary = "Find what is there several times",
	.options = duplicates_options,
	.run = run_duplicates,
};
