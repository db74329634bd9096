/* SPDX-License-Identifier: ISC */
/* Splits references into file and selection, loads the sounds they select, and
 * names sounds. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sxlib/ref.h"

static bool
is_file(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 ||
	       (stat(path, &st) == 0 && !S_ISDIR(st.st_mode));
}

int
sx_ref_split(const char *arg, struct sx_ref *r, struct sx_err *e)
{
	struct stat st;
	char *path = strdup(arg), *end;

	*r = (struct sx_ref){ .path = path };
	if (path == NULL)
		return sx_fail_memory(e);
	if (strchr(arg, ':') == NULL || stat(arg, &st) == 0)
		return 0;
	for (end = path + strlen(path); end > path; end--) {
		if (*end != ':')
			continue;
		*end = '\0';
		if (is_file(path)) {
			r->which = arg + (end - path) + 1;
			return 0;
		}
		*end = ':';
	}
	return 0;
}

int
sx_ref_load(struct sx_ref_sounds *r, const char *arg,
    const struct sx_devices *user, struct sx_err *e)
{
	*r = (struct sx_ref_sounds){ .n = 0 };
	if (sx_ref_split(arg, &r->ref, e) == -1 ||
	    sx_sound_list_load(&r->list, r->ref.path, user, e) == -1)
		return -1;
	return sx_ref_choose(&r->list, r->ref.which, &r->chosen, &r->n, e);
}

void
sx_ref_free(struct sx_ref_sounds *r)
{
	free(r->chosen);
	sx_sound_list_free(&r->list);
	free(r->ref.path);
	*r = (struct sx_ref_sounds){ .n = 0 };
}

/* Between the messages of a sound there may be stray bytes; between those of a
 * memory, any items. */
bool *
sx_ref_items(const struct sx_ref_sounds *r)
{
	const struct sx_items *items = &r->list.items;
	bool *has = calloc(items->n + 1, sizeof(*has));

	for (size_t i = 0; has != NULL && i < r->n; i++) {
		const struct sx_listed *s = &r->list.sounds[r->chosen[i]];

		for (size_t k = s->first; k <= s->last; k++)
			has[k] |= !items->items[k].stray &&
				  (s->place != SX_SOUND_BY_ADDRESS ||
				      items->items[k].facts.bank);
	}
	return has;
}

char *
sx_ref_number(size_t index, char buf[SX_REF_TEXT])
{
	static const struct sx_slots numbers = { .count = INT32_MAX };

	buf[0] = '#';
	sx_slot_text(&numbers, (long)index, buf + 1);
	return buf;
}

char *
sx_ref_text(const struct sx_sound_list *list, size_t i, char buf[SX_REF_TEXT])
{
	const struct sx_listed *s = &list->sounds[i];
	bool alone = s->number >= 0;

	for (size_t k = 0; alone && k < list->n; k++)
		alone = k == i || !sx_listed_same_slot(s, &list->sounds[k]);
	if (alone)
		sx_listed_slot(s, buf);
	else
		sx_ref_number(s->index, buf);
	return buf;
}
