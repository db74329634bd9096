/* SPDX-License-Identifier: ISC */
/* Stores dumps in a folder, one file, or standard output. Each dump has a
 * separate part first. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "rescue.h"
#include "smf.h"
#include "store_priv.h"

static enum target
target_of(const char *out, enum sx_format format)
{
	size_t n = strlen(out);
	struct stat st;

	if (strcmp(out, "-") == 0)
		return TO_STDOUT;
	if (format == SX_FORMAT_BYTES)
		return TO_SYX;
	if (n > 0 && out[n - 1] == '/')
		return TO_FOLDER;
	if (stat(out, &st) == 0 && S_ISDIR(st.st_mode))
		return TO_FOLDER;
	if (sx_path_has_suffix(out, ".syx"))
		return TO_SYX;
	return sx_path_has_suffix(out, ".mid") ? TO_MID : TO_FOLDER;
}

bool
sx_store_is_folder(const char *out)
{
	struct stat st;

	return target_of(out, SX_FORMAT_SYX) == TO_FOLDER &&
	       (stat(out, &st) == -1 || S_ISDIR(st.st_mode));
}

static int
check_options(const struct sx_store_opts *o, enum target target,
    const struct sx_template *t, struct sx_err *e)
{
	if (o->out[0] == '\0')
		return sx_fail(e, SX_EUSAGE, 0, "--out is empty");
	if (target == TO_STDOUT && isatty(STDOUT_FILENO)) {
		sx_fail(e, SX_EUSAGE, 0, "standard output is a terminal");
		return sx_hint(e,
		    "give a file or folder instead of -, or append '> FILE'");
	}
	if (target == TO_FOLDER && sx_folder_unlikely(o->out)) {
		sx_fail(e, SX_EUSAGE, 0,
		    "'%s' looks like a file name but would be a folder",
		    o->out);
		return sx_hint(e, "end a file name in .syx or .mid, a folder "
				  "in /; 'sxlib convert' creates hex text");
	}
	if (target != TO_FOLDER && o->memory != NULL)
		return sx_fail(e, SX_EUSAGE, 0, "'%s' is not a folder", o->out);
	if (target != TO_FOLDER && o->name != NULL)
		return sx_fail(e, SX_EUSAGE, 0,
		    "naming each dump needs a folder, and '%s' is not one",
		    o->out);
	if (o->format == SX_FORMAT_MID &&
	    (target == TO_SYX || target == TO_STDOUT))
		return sx_fail(e, SX_EUSAGE, 0,
		    "the format is mid, but '%s' is not a .mid file", o->out);
	if (o->first != -1 && !sx_template_numbered(t))
		return sx_fail(
		    e, SX_EUSAGE, 0, "--first needs {n} in the name template");
	if ((target == TO_SYX || target == TO_MID) &&
	    strlen(sx_path_leaf(o->out)) > SX_STEM_MAX)
		return sx_fail(e, SX_EUSAGE, 0, "'%s' is too long", o->out);
	return 0;
}

static int
check_place(const char *out, enum target target, struct sx_err *e)
{
	if (target == TO_STDOUT)
		return 0;
	return target == TO_FOLDER ? sx_folder_check(out, e)
				   : sx_file_check(out, e);
}

static bool
store_is_mid(const struct sx_store_opts *o, enum target target)
{
	return target == TO_MID ||
	       (target == TO_FOLDER && o->format == SX_FORMAT_MID);
}

/* Return the suffix of complete dumps in a folder. */
static const char *
suffix_of(const struct sx_store_opts *o, enum target target)
{
	if (store_is_mid(o, target))
		return ".mid";
	return o->suffix != NULL ? o->suffix : ".syx";
}

/* Make the template. It is given without suffix; the right suffix is accepted
 * and dropped. */
static struct sx_template *
new_template(
    const struct sx_store_opts *o, enum target target, struct sx_err *e)
{
	const char *suffix = suffix_of(o, target);
	char *name = strdup(o->name != NULL ? o->name : SX_DEFAULT_NAME);
	struct sx_template *t;

	if (name == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	if (sx_path_has_suffix(sx_path_leaf(name), suffix))
		name[strlen(name) - strlen(suffix)] = '\0';
	t = sx_template_new(name, o->label, e);
	free(name);
	return t;
}

/* Check as sx_store_check() does. Returns the template, which the caller
 * frees. */
static struct sx_template *
store_check(
    const struct sx_store_opts *o, enum target *target, struct sx_err *e)
{
	struct sx_template *t;

	*target = target_of(o->out, o->format);
	t = new_template(o, *target, e);
	if (t == NULL)
		return NULL;
	if (check_options(o, *target, t, e) == -1 ||
	    (o->memory == NULL && check_place(o->out, *target, e) == -1) ||
	    (store_is_mid(o, *target) && sx_smf_check(e) == -1)) {
		sx_template_free(t);
		return NULL;
	}
	return t;
}

int
sx_store_check(const struct sx_store_opts *opts, struct sx_err *e)
{
	enum target target;
	struct sx_template *t = store_check(opts, &target, e);

	if (t == NULL)
		return -1;
	sx_template_free(t);
	return 0;
}

/* Set up {n}, which continues after the highest number in the folder. */
static int
set_numbers(struct sx_store *s, const struct sx_store_opts *o, struct sx_err *e)
{
	int rc;

	if (!sx_template_numbered(s->name))
		return 0;
	s->numbers =
	    s->shared ? o->numbers : sx_numbers_create(o->out, false, e);
	if (s->numbers == NULL)
		return -1;
	if (o->memory != NULL)
		return 0;
	rc = sx_numbers_begin(s->numbers, s->name, e);
	if (rc == 0 && o->first != -1)
		sx_numbers_restart(s->numbers, o->first);
	sx_numbers_end(s->numbers);
	s->first = sx_numbers_next(s->numbers);
	return rc;
}

/* Set s->out, without slashes at its end, so that it has a last component. */
static int
set_out(struct sx_store *s, const char *out, struct sx_err *e)
{
	size_t n = strlen(out);

	while (n > 1 && out[n - 1] == '/')
		n--;
	s->out = strndup(out, n);
	return s->out != NULL ? 0 : sx_fail_memory(e);
}

/* Are these the same folder, on a disk that was not replaced meanwhile? While
 * one is open, the ID of its mount is not reused. */
static bool
is_same_folder(const struct sx_folder *a, const struct sx_folder *b)
{
#ifdef STATX_MNT_ID
	const unsigned want = STATX_INO | STATX_MNT_ID;
	struct statx x, y;

	return a->fd != -1 && statx(a->fd, "", AT_EMPTY_PATH, want, &x) == 0 &&
	       statx(b->fd, "", AT_EMPTY_PATH, want, &y) == 0 &&
	       (x.stx_mask & y.stx_mask & want) == want &&
	       x.stx_ino == y.stx_ino && x.stx_mnt_id == y.stx_mnt_id;
#else
	(void)a;
	(void)b;
	return false;
#endif
}

/* Open the folder that the path leads to now. */
static int
store_find_folder(
    const struct sx_store *s, struct sx_folder *folder, struct sx_err *e)
{
	struct sx_folder parent;
	int rc;

	if (s->existing)
		return sx_folder_open(folder, NULL, s->out, false, e);
	if (sx_folder_open_for(&parent, s->out, e) == -1)
		return -1;
	rc = sx_folder_open(folder, &parent, sx_path_leaf(s->out), true, e);
	sx_folder_close(&parent);
	return rc;
}

int
sx_store_reopen(struct sx_store *s, struct sx_err *e)
{
	struct sx_folder folder;

	if (store_find_folder(s, &folder, e) == -1)
		return -1;
	/* Do not read the same folder again: it may have 100,000 names. */
	if (s->numbers != NULL && !is_same_folder(&s->folder, &folder) &&
	    sx_numbers_look(s->numbers, s->name, &folder, e) == -1) {
		sx_folder_close(&folder);
		return -1;
	}
	if (s->folder.fd != -1)
		sx_folder_close(&s->folder);
	s->folder = folder;
	return 0;
}

static int
store_open_folder(
    struct sx_store *s, const struct sx_store_opts *o, struct sx_err *e)
{
	if (sx_folder_open(&s->folder, NULL, o->out, true, e) == -1) {
		s->folder.fd = -1;
		return -1;
	}
	return 0;
}

static int
store_open_file(
    struct sx_store *s, const struct sx_store_opts *o, struct sx_err *e)
{
	if (sx_folder_open_for(&s->folder, o->out, e) == -1) {
		s->folder.fd = -1;
		return -1;
	}
	s->gather = sx_gather_new(
	    &s->folder, sx_path_leaf(o->out), s->target == TO_MID, o->copy, e);
	return s->gather != NULL ? 0 : -1;
}

struct sx_store *
sx_store_open(const struct sx_store_opts *opts, struct sx_err *e)
{
	struct sx_store *s = calloc(1, sizeof(*s));
	int rc = 0;

	if (s == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	s->folder.fd = -1;
	s->format = opts->format;
	s->suffix = opts->suffix != NULL ? opts->suffix : ".syx";
	s->number_all = opts->number_all;
	s->copy = opts->copy;
	s->shared = opts->numbers != NULL;
	s->memory = opts->memory;
	s->existing = opts->existing;
	s->name = store_check(opts, &s->target, e);
	if (s->name == NULL)
		rc = -1;
	else if (opts->memory != NULL)
		rc = set_out(s, opts->out, e);
	else if (s->target == TO_FOLDER)
		rc = store_open_folder(s, opts, e);
	else if (s->target != TO_STDOUT)
		rc = store_open_file(s, opts, e);
	if (rc == 0 && s->target == TO_FOLDER)
		rc = set_numbers(s, opts, e);
	if (rc == -1) {
		sx_store_close(s);
		return NULL;
	}
	return s;
}

void
sx_store_close(struct sx_store *s)
{
	if (s == NULL)
		return;
	sx_rescue_free(s->rescue);
	sx_gather_free(s->gather);
	if (s->folder.fd != -1)
		sx_folder_close(&s->folder);
	if (!s->shared)
		sx_numbers_free(s->numbers);
	sx_template_free(s->name);
	free(s->out);
	free(s);
}

static int
begin_rescue(
    struct sx_store *s, const struct sx_devices *user, struct sx_err *e)
{
	if (s->rescue != NULL)
		return 0;
	s->rescue = sx_rescue_new(&s->folder, user, s->shared ? s->name : NULL,
	    s->shared ? s->numbers : NULL, e);
	s->rescue_failed = s->rescue == NULL;
	return s->rescue_failed ? -1 : 0;
}

const char *
sx_store_rescue_peek(struct sx_store *s, const struct sx_devices *user)
{
	/* If this fails, sx_store_rescue() fails, too, and reports it. */
	if (s->target == TO_STDOUT || s->rescue_failed)
		return NULL;
	if (s->rescue == NULL) {
		(void)begin_rescue(s, user, NULL);
		s->rescue_failed = false;
	}
	return s->rescue != NULL ? sx_rescue_peek(s->rescue) : NULL;
}

bool
sx_store_on_disk(const struct sx_store *s)
{
	return s->target != TO_STDOUT;
}

bool
sx_store_gathers(const struct sx_store *s)
{
	return s->gather != NULL;
}

int
sx_store_rescue(struct sx_store *s, const struct sx_devices *user,
    struct sx_stored *stored, const struct sx_dump **dump, struct sx_err *e)
{
	if (s->target == TO_STDOUT || s->rescue_failed)
		return 0;
	if (begin_rescue(s, user, e) == -1)
		return -1;
	return sx_rescue_next(s->rescue, stored, dump, e);
}

bool
sx_store_room(
    const struct sx_store *s, dev_t *disk, uint64_t *size, uint64_t *room)
{
	struct statvfs fs;
	struct stat st;

	if (s->folder.fd == -1 || fstatvfs(s->folder.fd, &fs) == -1 ||
	    fs.f_blocks == 0 || fstat(s->folder.fd, &st) == -1)
		return false;
	*disk = st.st_dev;
	*size = (uint64_t)fs.f_blocks * fs.f_frsize;
	*room = (uint64_t)fs.f_bavail * fs.f_frsize;
	return true;
}

struct sx_part *
sx_store_begin(
    struct sx_store *s, struct sx_time t, const char *suffix, struct sx_err *e)
{
	int64_t ms = t.wall / 1000;
	struct sx_part *p;

	/* A count in the names keeps parts of the same millisecond in order. */
	s->begun = ms == s->begun_ms ? s->begun + 1 : 1;
	s->begun_ms = ms;
	p = sx_part_create(s->target == TO_STDOUT ? NULL : &s->folder, t.wall,
	    suffix, &s->begun, e);
	if (p != NULL)
		p->store = s;
	return p;
}

struct sx_part *
sx_part_begin(struct sx_store *s, struct sx_time t, struct sx_err *e)
{
	struct sx_part *p =
	    sx_store_begin(s, t, s->copy ? SX_TEMP_SUFFIX : SX_PART_SUFFIX, e);

	if (p != NULL)
		sx_part_memory_begin(p, s->memory);
	return p;
}

struct sx_part *
sx_part_hold(struct sx_store *s, struct sx_time t, struct sx_err *e)
{
	struct sx_part *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	p->store = s;
	p->folder = &s->folder;
	p->wall = t.wall;
	p->fd = -1;
	p->broken = EIO;
	sx_part_memory_begin(p, s->memory);
	return p;
}

int
sx_store_finish(struct sx_store *s, struct sx_stored *stored, struct sx_err *e)
{
	return s->gather != NULL ? sx_gather_finish(s->gather, stored, e) : 0;
}
