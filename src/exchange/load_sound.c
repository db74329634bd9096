/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load_sound.h"

int
sx_load_sounds_begin(struct sx_load *l, const char *arg, struct sx_err *e)
{
	l->next_sound = 0;
	return sx_pick_load(&l->pick, arg, l->user, e);
}

void
sx_load_sounds_free(struct sx_load *l)
{
	sx_pick_free(&l->pick);
	sx_messages_free(&l->sound);
	free(l->slots);
	l->slots = NULL;
}

static int
load_slots_fail(const struct sx_load *l, struct sx_err *e)
{
	sx_fail(e, SX_EUSAGE, 0, "--to '%s' names %zu slot%s for %zu sound%s",
	    l->to, l->nslots, l->nslots == 1 ? "" : "s", l->sounds,
	    l->sounds == 1 ? "" : "s");
	return sx_hint(e, "name as many slots as there are sounds, as in --to "
			  "B01-B16: only slots you name are overwritten");
}

/* Find the slot for the next sound. l->to is parsed with the slot names of the
 * first sound; all must be of one instrument. */
static int
load_find_slot(struct sx_load *l, const struct sx_sound_at *s,
    const char *device, long *slot, struct sx_err *e)
{
	struct sx_slots slots;

	if (sx_recast_slots(l->user, s, &slots, e) == -1)
		return -1;
	if (l->slots == NULL) {
		if (sx_slots_parse(&slots, l->to, &l->slots, &l->nslots, e) ==
		    -1)
			return -1;
		l->shown = slots;
		snprintf(l->device, sizeof(l->device), "%s", device);
	}
	if (strcmp(l->device, device) != 0)
		return sx_fail(e, SX_EREFUSED, 0,
		    "it is from %s %s, the ones before it from %s %s: only "
		    "sounds of one instrument at a time can go to slots",
		    sx_article(device), device, sx_article(l->device),
		    l->device);
	if (l->sounds == l->nslots)
		return sx_fail(e, SX_EUSAGE, 0,
		    "--to '%s' names %zu slot%s, but there are more sounds",
		    l->to, l->nslots, l->nslots == 1 ? "" : "s");
	*slot = l->slots[l->sounds];
	return 0;
}

static int
load_recast(struct sx_load *l, struct sx_load_event *ev, struct sx_err *e)
{
	const struct sx_sound_at *s = &l->pick.at[l->next_sound];
	const char *device =
	    sx_pick_sound(&l->pick, l->next_sound)->facts->device;
	long slot = -1;

	sx_messages_free(&l->sound);
	if (l->to == NULL)
		return sx_recast_buffer(l->user, s, &l->sound, e);
	if (load_find_slot(l, s, device, &slot, e) == -1 ||
	    sx_recast_slot(l->user, s, slot, &l->sound, e) == -1)
		return -1;
	sx_slot_text(&l->shown, slot, ev->slot);
	return 0;
}

int
sx_load_sounds_next(
    struct sx_load *l, char **name, struct sx_load_event *ev, struct sx_err *e)
{
	const struct sx_ref_sounds *refs = &l->pick.refs;
	char text[SX_REF_TEXT];
	struct sx_err why = { 0 };

	*name = NULL;
	if (l->next_sound == refs->n) {
		sx_pick_free(&l->pick);
		return 0;
	}
	if (load_recast(l, ev, &why) == -1)
		return why.code == SX_EUSAGE
			   ? sx_fail(e, why.code, 0, "%s", why.msg)
			   : sx_pick_fail(&l->pick, l->next_sound, &why, e);
	l->file = sx_file_of_bytes(
	    l->sound.bytes, l->sound.n, refs->list.items.time, l->user, e);
	if (l->file == NULL)
		return -1;
	if (asprintf(name, "%s:%s", refs->ref.path,
		sx_ref_text(&refs->list, refs->chosen[l->next_sound], text)) ==
	    -1) {
		*name = NULL;
		return sx_fail_memory(e);
	}
	l->next_sound++;
	l->sounds++;
	ev->type = SX_LOAD_SOUND;
	ev->dropped = l->sound.dropped;
	return 1;
}

int
sx_load_sounds_end(struct sx_load *l, struct sx_err *e)
{
	if (l->to == NULL || l->sounds == 0 || l->sounds == l->nslots)
		return 0;
	return load_slots_fail(l, e);
}
