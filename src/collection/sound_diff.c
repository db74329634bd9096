/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "sxlib/sound_diff.h"

static void
sound_diff_forget(struct sx_sound_diff *d)
{
	for (size_t i = 0; i < 2; i++) {
		sx_messages_free(&d->content[i]);
		sx_messages_free(&d->bare[i]);
	}
}

void
sx_sound_pair_runs(struct sx_runs *r, const struct sx_sound_pair *pair)
{
	sx_runs_of_bytes(r, pair->content_a->bytes, pair->content_a->n,
	    pair->content_b->bytes, pair->content_b->n);
}

void
sx_sound_diff_end(struct sx_sound_diff *d)
{
	sound_diff_forget(d);
}

/* Get the content of sound i of a side, with its name and without it. */
static int
sound_diff_read(struct sx_sound_diff *d, size_t side, const struct sx_pick *p,
    size_t i, struct sx_err *e)
{
	struct sx_err why = { 0 };

	if (sx_recast_content(
		p->user, &p->at[i], true, &d->content[side], &why) == 0 &&
	    sx_recast_content(
		p->user, &p->at[i], false, &d->bare[side], &why) == 0)
		return 0;
	return sx_pick_fail(p, i, &why, e);
}

static int
sound_diff_check(const struct sx_sound_diff *d, size_t i, struct sx_err *e)
{
	const struct sx_facts *f = sx_pick_sound(d->a, i)->facts;
	const struct sx_facts *g = sx_pick_sound(d->b, i)->facts;

	if (f->maker_id == g->maker_id && strcmp(f->device, g->device) == 0)
		return 0;
	return sx_fail(e, SX_EREFUSED, 0,
	    "cannot compare a sound of %s %s with one of %s %s",
	    sx_article(f->device), f->device, sx_article(g->device), g->device);
}

/* Returns 1 if they differ. */
static int
sound_diff_compare(struct sx_sound_diff *d, size_t i, struct sx_err *e)
{
	const struct sx_messages *a = &d->content[0], *b = &d->content[1];

	if (sound_diff_check(d, i, e) == -1 ||
	    sound_diff_read(d, 0, d->a, i, e) == -1 ||
	    sound_diff_read(d, 1, d->b, i, e) == -1)
		return -1;
	return a->n != b->n || memcmp(a->bytes, b->bytes, a->n) != 0;
}

int
sx_sound_diff_next(
    struct sx_sound_diff *d, struct sx_sound_pair *pair, struct sx_err *e)
{
	size_t na = d->a->refs.n, nb = d->b->refs.n, i;
	int rc = 0;

	for (i = d->at; rc == 0 && i < na && i < nb; i++) {
		sound_diff_forget(d);
		rc = sound_diff_compare(d, i, e);
		d->same += rc == 0;
	}
	d->at = i;
	if (rc == 1) {
		d->different++;
		*pair = (struct sx_sound_pair){ (long)i - 1, (long)i - 1,
			&d->content[0], &d->content[1] };
		return 1;
	}
	if (rc == -1 || (i >= na && i >= nb))
		return rc;
	*pair = (struct sx_sound_pair){ i < na ? (long)i : -1,
		i < nb ? (long)i : -1, NULL, NULL };
	d->only_a += i < na;
	d->only_b += i < nb;
	d->at++;
	return 1;
}

bool
sx_sound_diff_is_name(const struct sx_sound_diff *d, const struct sx_run *run)
{
	const struct sx_messages *a = &d->bare[0], *b = &d->bare[1];

	return run->off + run->len <= a->n && run->off + run->len <= b->n &&
	       memcmp(a->bytes + run->off, b->bytes + run->off, run->len) == 0;
}
