/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "duplicates.h"
#include "sxlib/text.h"
#include "term/json.h"
#include "term/say.h"

static const char *
twin_text(const struct sx_twin *t)
{
	if (t->same_name)
		return t->same_slot ? "content" : "all but slot";
	return t->same_slot ? "all but name" : "all but name and slot";
}

static void
print_twin_json(const struct sx_twin *t)
{
	print_json_pair(stdout, "{", "file", t->path);
	print_json_pair(stdout, ", ", "sound", t->ref);
	print_json_pair(stdout, ", ", "maker", t->maker);
	print_json_pair(stdout, ", ", "device", t->device);
	print_json_given(stdout, ", ", "slot_text", t->slot_text);
	print_json_given(stdout, ", ", "name", t->name);
	printf(", \"bytes\": %zu, \"same\": \"%s\", \"sounds\": %zu, "
	       "\"first\": %s}\n",
	    t->bytes, twin_text(t), t->n, t->first ? "true" : "false");
}

static void
tell_twin(struct cli *c, const struct sx_twin *t)
{
	char name[4 * SX_FACT_TEXT] = "";

	if (c->json) {
		print_twin_json(t);
		flush_result(c);
		return;
	}
	if (t->name[0] != '\0')
		sx_text_safe(name, sizeof(name), t->name);
	if (t->first)
		say_result(c, "%zu sounds, the same %s: %s, %s%s%s%s:", t->n,
		    twin_text(t), t->maker, t->device,
		    t->same_name && name[0] != '\0' ? ", \"" : "",
		    t->same_name ? name : "",
		    t->same_name && name[0] != '\0' ? "\"" : "");
	say_result(c, "  %s:%s%s%s%s", t->path, t->ref,
	    t->same_name ? "" : " \"", t->same_name ? "" : name,
	    t->same_name ? "" : "\"");
}

int
duplicates_sounds(struct cli *c, const struct sx_same *s, size_t *groups)
{
	struct sx_twins t = { .same = s };
	struct sx_twin twin;
	int rc;

	while ((rc = sx_twins_next(&t, &twin, &c->err)) == 1)
		tell_twin(c, &twin);
	*groups = t.groups;
	sx_twins_end(&t);
	return rc;
}
