/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/arrange.h"

void
sx_arranged_free(struct sx_arranged *a)
{
	sx_messages_free(&a->bytes);
}

/* ---- Banks ---- */

/* The sounds of all references. */
struct gathered {
	struct sx_pick *picks;
	size_t npicks;
	struct sx_sound_at *at;
	size_t n;
};

static void
gathered_free(struct gathered *g)
{
	for (size_t i = 0; i < g->npicks; i++)
		sx_pick_free(&g->picks[i]);
	free(g->picks);
	free(g->at);
}

static int
gather_add(struct gathered *g, const char *ref, const struct sx_devices *user,
    struct sx_err *e)
{
	struct sx_pick *p = &g->picks[g->npicks++];
	struct sx_sound_at *at;

	if (sx_pick_load(p, ref, user, e) == -1)
		return -1;
	at = reallocarray(g->at, g->n + p->refs.n, sizeof(*at));
	if (at == NULL)
		return sx_fail_memory(e);
	g->at = at;
	memcpy(at + g->n, p->at, p->refs.n * sizeof(*at));
	g->n += p->refs.n;
	return 0;
}

/* Add the sound that fills unused slots; it is not counted in g->n. */
static int
gather_fill(struct gathered *g, const char *ref, const struct sx_devices *user,
    struct sx_err *e)
{
	if (gather_add(g, ref, user, e) == -1)
		return -1;
	if (g->picks[g->npicks - 1].refs.n != 1)
		return sx_fail(e, SX_EUSAGE, 0,
		    "'%s' names %zu sounds: expected one to fill a bank", ref,
		    g->picks[g->npicks - 1].refs.n);
	g->n--;
	return 0;
}

/* True if these are all sounds of one file in file order, each a separate
 * message. */
static bool
is_whole_file(const struct gathered *g)
{
	const struct sx_ref_sounds *r = &g->picks[0].refs;

	if (g->n != r->n || r->n != r->list.n)
		return false;
	for (size_t i = 0; i < r->n; i++)
		if (r->chosen[i] != i)
			return false;
	return true;
}

static int
arrange_copy(
    struct sx_messages *m, const uint8_t *p, size_t n, struct sx_err *e)
{
	uint8_t *bytes = realloc(m->bytes, m->n + n + 1);

	if (bytes == NULL)
		return sx_fail_memory(e);
	m->bytes = bytes;
	memcpy(bytes + m->n, p, n);
	m->n += n;
	return 0;
}

static int
copy_sounds(struct sx_arranged *a, const struct gathered *g, struct sx_err *e)
{
	for (size_t i = 0; i < g->n; i++)
		if (arrange_copy(&a->bytes, g->at[i].bytes, g->at[i].n, e) ==
		    -1)
			return -1;
	return 0;
}

int
sx_arrange_bank(struct sx_arranged *a, char *const *refs, size_t n,
    const char *fill, const struct sx_devices *user, struct sx_err *e)
{
	struct gathered g = { .picks = calloc(n + 1, sizeof(*g.picks)) };
	int rc = 0;

	*a = (struct sx_arranged){ .time = 0 };
	if (g.picks == NULL)
		return sx_fail_memory(e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = gather_add(&g, refs[i], user, e);
	if (rc == 0 && fill != NULL)
		rc = gather_fill(&g, fill, user, e);
	if (rc == 0) {
		a->time = g.picks[0].refs.list.items.time;
		a->sounds = g.n;
		if (is_whole_file(&g) && !sx_recast_has_bank(user, g.at, g.n))
			rc = copy_sounds(a, &g, e);
		else
			rc = sx_recast_bank(user, g.at, g.n,
			    fill != NULL ? &g.at[g.n] : NULL, &a->bytes,
			    &a->missing, e);
		if (rc == 0)
			a->sounds += a->missing;
	}
	gathered_free(&g);
	return rc;
}

/* ---- Names ---- */

/* Read all bytes of the file unchanged. */
static int
arrange_read_file(struct sx_arranged *a, const char *path,
    const struct sx_devices *user, struct sx_err *e)
{
	struct sx_file *f = sx_file_open_any(path, user, e);
	const uint8_t *bytes;
	int rc = -1;

	if (f == NULL)
		return -1;
	bytes = sx_file_bytes(f, 0, (size_t)sx_file_size(f), e);
	if (bytes != NULL)
		rc = arrange_copy(&a->bytes, bytes, (size_t)sx_file_size(f), e);
	sx_file_close(f);
	return rc;
}

/* Find the bytes of a message in the file: as they are in a .syx, after F0 and
 * a length in a .mid. Returns 0 if they are not contiguous. */
static size_t
find_bytes(
    const struct sx_messages *file, const struct sx_item *item, size_t *skip)
{
	size_t at = (size_t)item->offset;

	*skip = 0;
	if (at + item->len <= file->n &&
	    memcmp(file->bytes + at, item->data, item->len) == 0)
		return at + 1;
	*skip = 1;
	if (at >= file->n || file->bytes[at] != 0xf0)
		return 0;
	for (at++; at < file->n && file->bytes[at] >= 0x80; at++)
		;
	at++;
	if (at + item->len - 1 <= file->n &&
	    memcmp(file->bytes + at, item->data + 1, item->len - 1) == 0)
		return at + 1;
	return 0;
}

/* Write changed messages over those in the file. */
static int
put_messages(struct sx_arranged *a, const struct sx_pick *p,
    const struct sx_messages *m, struct sx_err *e)
{
	const struct sx_items *items = &p->refs.list.items;
	size_t n, at = 0, place, skip;
	size_t *list = sx_pick_items(p, 0, &n, e);
	int rc = list != NULL ? 0 : -1;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct sx_item *item = &items->items[list[i]];

		place = find_bytes(&a->bytes, item, &skip);
		if (place == 0)
			rc = sx_fail(e, SX_EREFUSED, 0,
			    "its message is split within the file: use sxlib "
			    "convert to make a .syx");
		else
			memcpy(a->bytes.bytes + place - 1, m->bytes + at + skip,
			    item->len - skip);
		at += item->len;
	}
	free(list);
	return rc;
}

static int
arrange_rename_sound(struct sx_arranged *a, const struct sx_pick *p,
    const char *name, struct sx_err *e)
{
	struct sx_messages m = { 0 };
	int rc = sx_recast_name(p->user, &p->at[0], name, &m, e);

	if (rc == 0)
		rc = put_messages(a, p, &m, e);
	sx_messages_free(&m);
	return rc;
}

static bool
arrange_is_mid(const char *path)
{
	return sx_path_has_suffix(path, ".mid");
}

int
sx_arrange_check_out(const char *ref, const char *out, struct sx_err *e)
{
	struct sx_ref in;
	int rc = sx_ref_split(ref, &in, e);

	if (rc == 0 && arrange_is_mid(in.path) != arrange_is_mid(out))
		rc = sx_fail(e, SX_EUSAGE, 0,
		    "--out '%s': must end as '%s' does", out, in.path);
	else if (rc == 0 && !arrange_is_mid(out) &&
		 !sx_path_has_suffix(out, ".syx"))
		rc = sx_fail(e, SX_EUSAGE, 0,
		    "--out '%s': must end in .syx or .mid", out);
	free(in.path);
	return rc;
}

int
sx_arrange_rename(struct sx_arranged *a, const char *ref, const char *name,
    const struct sx_devices *user, struct sx_err *e)
{
	struct sx_err why = { 0 };
	struct sx_pick p;
	int rc = sx_pick_load(&p, ref, user, e);

	*a = (struct sx_arranged){ .sounds = 1 };
	if (rc == 0 && p.refs.n != 1)
		rc = sx_fail(e, SX_EUSAGE, 0,
		    "'%s' names %zu sounds: expected one", ref, p.refs.n);
	if (rc == 0 && strcmp(p.refs.ref.path, "-") == 0)
		rc = sx_fail(e, SX_EUSAGE, 0,
		    "standard input cannot be read twice: expected a file");
	if (rc == 0)
		rc = arrange_read_file(a, p.refs.ref.path, user, e);
	if (rc == 0 && arrange_rename_sound(a, &p, name, &why) == -1)
		rc = sx_pick_fail(&p, 0, &why, e);
	a->time = p.refs.list.items.time;
	sx_pick_free(&p);
	return rc;
}
