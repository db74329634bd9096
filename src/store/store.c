/* SPDX-License-Identifier: ISC */
/*
 * Where dumps go: a folder, one file, or standard output. Each dump comes in
 * through a part of its own.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gather.h"
#include "name.h"
#include "part.h"
#include "rescue.h"
#include "smf.h"

enum target { TO_FOLDER, TO_SYX, TO_MID, TO_STDOUT };

struct sx_store {
	enum target target;
	struct sx_folder folder;  /* fd -1: standard output */
	struct sx_rescue *rescue; /* NULL: not begun, or */
	bool rescue_failed;
	enum sx_format format; /* TO_FOLDER */
	const char *suffix;    /* the same; borrowed */
	bool number_all, copy;
	struct sx_template *name;
	long *n, own_n; /* of the next whole dump */
	long *counter;	/* opts.counter */
	char *out;	/* with opts.memory: */
	struct sx_budget memory;
	struct sx_gather *gather; /* TO_SYX, TO_MID */
	bool owed;		  /* a sync of the folder, while held */
};

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

static int
check_options(const struct sx_store_opts *o, enum target target,
    const struct sx_template *t, struct sx_err *e)
{
	if (o->out[0] == '\0')
		return sx_fail(e, SX_EUSAGE, 0, "the output has no name");
	if (target != TO_FOLDER && o->name != NULL)
		return sx_fail(e, SX_EUSAGE, 0,
		    "a folder is needed where each dump gets a name of its "
		    "own, and '%s' is none",
		    o->out);
	if (o->format == SX_FORMAT_MID &&
	    (target == TO_SYX || target == TO_STDOUT))
		return sx_fail(e, SX_EUSAGE, 0,
		    "the format is mid, and '%s' is not", o->out);
	if (o->first != -1 && !sx_template_numbered(t))
		return sx_fail(e, SX_EUSAGE, 0,
		    "a first number needs {n} in the name template");
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
is_mid(const struct sx_store_opts *o, enum target target)
{
	return target == TO_MID ||
	       (target == TO_FOLDER && o->format == SX_FORMAT_MID);
}

/* sx_store_check(); gives the template away. */
static struct sx_template *
check(const struct sx_store_opts *o, enum target *target, struct sx_err *e)
{
	struct sx_template *t;

	t = sx_template_new(
	    o->name != NULL ? o->name : SX_DEFAULT_NAME, o->label, e);
	if (t == NULL)
		return NULL;
	*target = target_of(o->out, o->format);
	if (check_options(o, *target, t, e) == -1 ||
	    (o->memory == 0 && check_place(o->out, *target, e) == -1) ||
	    (is_mid(o, *target) && sx_smf_check(e) == -1)) {
		sx_template_free(t);
		return NULL;
	}
	return t;
}

int
sx_store_check(const struct sx_store_opts *opts, struct sx_err *e)
{
	enum target target;
	struct sx_template *t = check(opts, &target, e);

	if (t == NULL)
		return -1;
	sx_template_free(t);
	return 0;
}

/* {n} goes on after the highest number in the folder. */
static int
raise_number(
    struct sx_store *s, const struct sx_folder *folder, struct sx_err *e)
{
	long next;

	if (sx_template_next(s->name, folder, &next, e) == -1)
		return -1;
	if (*s->n < next)
		*s->n = next;
	return 0;
}

/* Without the slashes at its end, so that it has a last component. */
static int
set_out(struct sx_store *s, const char *out, struct sx_err *e)
{
	size_t n = strlen(out);

	while (n > 1 && out[n - 1] == '/')
		n--;
	s->out = strndup(out, n);
	return s->out != NULL ? 0 : sx_fail_memory(e);
}

int
sx_store_reopen(struct sx_store *s, struct sx_err *e)
{
	struct sx_folder parent, folder;
	int rc;

	if (sx_folder_open_for(&parent, s->out, e) == -1)
		return -1;
	rc = sx_folder_open(&folder, &parent, sx_path_leaf(s->out), true, e);
	sx_folder_close(&parent);
	if (rc == -1)
		return -1;
	if (raise_number(s, &folder, e) == -1) {
		sx_folder_close(&folder);
		return -1;
	}
	if (s->folder.fd != -1)
		sx_folder_close(&s->folder);
	s->folder = folder;
	return 0;
}

static int
open_folder(struct sx_store *s, const struct sx_store_opts *o, struct sx_err *e)
{
	if (sx_folder_open(&s->folder, NULL, o->out, true, e) == -1) {
		s->folder.fd = -1;
		return -1;
	}
	if (o->first == -1)
		return raise_number(s, &s->folder, e);
	*s->n = o->first;
	return 0;
}

static int
open_file(struct sx_store *s, const struct sx_store_opts *o, struct sx_err *e)
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
	s->counter = opts->counter;
	s->n = s->counter != NULL ? s->counter : &s->own_n;
	s->memory.most = opts->memory;
	s->name = check(opts, &s->target, e);
	if (s->name == NULL)
		rc = -1;
	else if (opts->memory > 0)
		rc = set_out(s, opts->out, e);
	else if (s->target == TO_FOLDER)
		rc = open_folder(s, opts, e);
	else if (s->target != TO_STDOUT)
		rc = open_file(s, opts, e);
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
	sx_template_free(s->name);
	free(s->out);
	free(s);
}

int
sx_store_rescue(struct sx_store *s, const struct sx_devices *own,
    struct sx_stored *stored, const struct sx_dump **dump, struct sx_err *e)
{
	if (s->target == TO_STDOUT || s->rescue_failed)
		return 0;
	if (s->rescue == NULL) {
		s->rescue = sx_rescue_new(&s->folder, own,
		    s->counter != NULL ? s->name : NULL, s->counter, e);
		s->rescue_failed = s->rescue == NULL;
		if (s->rescue_failed)
			return -1;
	}
	return sx_rescue_next(s->rescue, stored, dump, e);
}

struct sx_part *
sx_part_begin(struct sx_store *s, struct sx_time t, struct sx_err *e)
{
	struct sx_part *p;

	p = sx_part_create(s->target == TO_STDOUT ? NULL : &s->folder, t.wall,
	    s->copy ? SX_TEMP_SUFFIX : SX_PART_SUFFIX, e);
	if (p != NULL) {
		p->store = s;
		sx_held_begin(p, &s->memory);
	}
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
	sx_held_begin(p, &s->memory);
	return p;
}

/* ---- Keeping a dump ---- */

/* To standard output; goes on where it was if a call before has failed. */
static int
keep_on_stdout(struct sx_part *p, struct sx_err *e)
{
	struct pollfd room = { .fd = STDOUT_FILENO, .events = POLLOUT };
	const uint8_t *data;
	size_t n;

	data = sx_part_map(p, &n, e);
	if (data == NULL)
		return -1;
	while (p->given < n) {
		ssize_t w =
		    write(STDOUT_FILENO, data + p->given, n - (size_t)p->given);

		if (w >= 0)
			p->given += (uint64_t)w;
		else if (errno == EAGAIN)
			(void)poll(&room, 1, -1);
		else if (errno != EINTR)
			return sx_fail(e, SX_EIO, errno,
			    "cannot write to standard output");
	}
	sx_part_release(p);
	return 0;
}

/* p itself gets the name, and is used up. */
static int
keep_as_syx(struct sx_store *s, struct sx_part *p, const char *stem,
    const char *suffix, struct sx_stored *stored, struct sx_err *e)
{
	if (sx_part_place(p, &s->folder, stem, suffix, &stored->path, e) == -1)
		return -1;
	sx_part_release(p);
	return 0;
}

static int
keep_as_mid(struct sx_store *s, struct sx_part *p, const char *stem,
    const struct sx_dump *dump, struct sx_stored *stored, struct sx_err *e)
{
	struct sx_smf_track track;
	struct sx_part *out;
	const uint8_t *data;
	int rc;
	size_t n;

	data = sx_part_map(p, &n, e);
	if (data == NULL)
		return -1;
	stored->note = sx_smf_obstacle(dump, data, n);
	if (stored->note != NULL)
		return keep_as_syx(s, p, stem, ".syx", stored, e);
	if (sx_smf_track_init(&track, dump, 0, e) == -1)
		return -1;
	out = sx_part_create(&s->folder, dump->time.wall, SX_TEMP_SUFFIX, e);
	if (out == NULL || sx_smf_write(out, &track, 1, data, e) == -1 ||
	    sx_part_place(out, &s->folder, stem, ".mid", &stored->path, e) ==
		-1) {
		sx_part_drop(out);
		rc = -1;
	} else {
		sx_part_release(out);
		sx_part_drop(p);
		rc = 0;
	}
	sx_smf_track_done(&track);
	return rc;
}

static int
keep_in_folder(struct sx_store *s, struct sx_part *p,
    const struct sx_dump *dump, struct sx_stored *stored, struct sx_err *e)
{
	bool damaged = dump->damage.kind != SX_DAMAGE_NONE;
	char *stem;
	int rc;

	stem =
	    sx_template_expand(s->name, dump->time.wall, &dump->facts, *s->n);
	if (stem == NULL)
		return sx_fail_memory(e);
	if (damaged)
		rc = keep_as_syx(s, p, stem, SX_DAMAGED_SUFFIX, stored, e);
	else if (s->format == SX_FORMAT_MID)
		rc = keep_as_mid(s, p, stem, dump, stored, e);
	else
		rc = keep_as_syx(s, p, stem, s->suffix, stored, e);
	if (rc == 0 && (!damaged || s->number_all))
		++*s->n;
	free(stem);
	return rc;
}

/* Is the open folder still the one that its path leads to? Else what is made in
 * it would not be where it is said to be. */
static bool
is_there(const struct sx_store *s)
{
	struct stat open, there;

	return s->folder.fd != -1 && fstat(s->folder.fd, &open) == 0 &&
	       stat(s->out, &there) == 0 && open.st_dev == there.st_dev &&
	       open.st_ino == there.st_ino;
}

int
sx_part_keep(struct sx_part *p, const struct sx_dump *dump,
    struct sx_stored *stored, struct sx_err *e)
{
	struct sx_store *s = p->store;

	*stored = (struct sx_stored){ .final = true };
	if (s->memory.most > 0 && !is_there(s))
		return sx_fail(
		    e, SX_EIO, 0, "folder '%s' is not there any more", s->out);
	if (p->size != dump->bytes)
		return sx_fail(e, SX_EIO, p->broken,
		    "not all of the dump is in '%s'",
		    p->path != NULL ? p->path : "memory");
	if (s->target == TO_STDOUT)
		return keep_on_stdout(p, e);
	if (s->target == TO_FOLDER)
		return keep_in_folder(s, p, dump, stored, e);
	return sx_gather_add(s->gather, p, dump, stored, e);
}

void
sx_store_hold(struct sx_store *s)
{
	s->folder.owed = &s->owed;
}

int
sx_store_settle(struct sx_store *s, struct sx_err *e)
{
	bool owed = s->owed;

	s->folder.owed = NULL;
	s->owed = false;
	return owed ? sx_folder_sync(&s->folder, e) : 0;
}

int
sx_store_finish(struct sx_store *s, struct sx_stored *stored, struct sx_err *e)
{
	return s->gather != NULL ? sx_gather_finish(s->gather, stored, e) : 0;
}
