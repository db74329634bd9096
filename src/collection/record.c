/* SPDX-License-Identifier: ISC */
#include "sxlib/record.h"
#include "sxlib/store.h"

bool
sx_record_add(
    struct sx_record *r, struct sx_summary *facts, const struct sx_item *item)
{
	if (r->messages++ == 0)
		r->time += item->at;
	r->facts = &facts->all;
	r->bytes += item->len;
	if (r->damage.kind == SX_DAMAGE_NONE)
		r->damage = item->damage;
	return sx_summary_add(facts, &item->facts);
}

/* An overrun can lose bytes inside a message whose framing remains intact. */
static struct sx_damage
damage_named(const char *path, bool stray)
{
	struct sx_damage d = { SX_DAMAGE_NONE, 0 };

	if (sx_is_damaged_name(path))
		d.kind = stray ? SX_DAMAGE_NO_F0 : SX_DAMAGE_OVERRUN;
	return d;
}

void
sx_record_judge(struct sx_record *r, bool stray)
{
	if (r->damage.kind == SX_DAMAGE_NONE)
		r->damage = damage_named(r->file, stray);
}

struct sx_damage
sx_hidden_damage(struct sx_file *f, const char *path)
{
	struct sx_damage d = damage_named(path, false);
	struct sx_err e = { 0 };
	struct sx_item item;

	if (d.kind == SX_DAMAGE_NONE)
		return d;
	while (d.kind != SX_DAMAGE_NONE && sx_file_next(f, &item, &e) == 1)
		if (item.stray || item.damage.kind != SX_DAMAGE_NONE)
			d.kind = SX_DAMAGE_NONE;
	sx_file_rewind(f);
	return d;
}
