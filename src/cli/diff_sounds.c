/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "diff.h"
#include "sxlib/sound_diff.h"
#include "term/differ.h"
#include "term/json.h"
#include "term/say.h"
#include "term/screen.h"
#include "user.h"

static void
print_sound_json(const struct sx_pick *p, long i, const char *key)
{
	char ref[SX_REF_TEXT];

	printf("\"%s\": ", key);
	if (i < 0) {
		printf("null");
		return;
	}
	sx_ref_text(&p->refs.list, p->refs.chosen[i], ref);
	print_json_pair(stdout, "{", "file", p->refs.ref.path);
	print_json_pair(stdout, ", ", "sound", ref);
	print_json_pair(
	    stdout, ", ", "name", sx_pick_sound(p, (size_t)i)->sound.name);
	putchar('}');
}

static void
diff_sounds_print_runs(const struct cli *c, const struct sx_sound_diff *d,
    const struct sx_sound_pair *pair)
{
	struct sx_runs runs;
	struct sx_run run;

	sx_sound_pair_runs(&runs, pair);
	for (size_t i = 0; sx_runs_next(&runs, &run); i++)
		print_run(c, i, sx_sound_diff_is_name(d, &run) ? "name" : NULL,
		    true, &run, &runs);
}

static void
diff_sounds_print_pair_json(const struct cli *c, const struct sx_sound_diff *d,
    const struct sx_sound_pair *pair)
{
	putchar('{');
	print_sound_json(d->a, pair->a, "a");
	printf(", ");
	print_sound_json(d->b, pair->b, "b");
	printf(", \"runs\": [");
	if (pair->content_a != NULL)
		diff_sounds_print_runs(c, d, pair);
	puts("]}");
}

static void
diff_sounds_print_pair(const struct cli *c, const struct sx_sound_diff *d,
    const struct sx_sound_pair *pair)
{
	char a[SX_PICK_TEXT], b[SX_PICK_TEXT], text[2 * SX_PICK_TEXT + 100];
	char bytes[SX_RUNS_TEXT];
	struct sx_runs runs;

	if (pair->a < 0 || pair->b < 0) {
		snprintf(text, sizeof(text), "%s: only in %s",
		    sx_pick_text(pair->a < 0 ? d->b : d->a,
			(size_t)(pair->a < 0 ? pair->b : pair->a), a),
		    pair->a < 0 ? "B" : "A");
		print_wrapped(stdout, text, 0, 4);
		return;
	}
	sx_sound_pair_runs(&runs, pair);
	snprintf(text, sizeof(text), "%s and %s: %s",
	    sx_pick_text(d->a, (size_t)pair->a, a),
	    sx_pick_text(d->b, (size_t)pair->b, b), sx_runs_text(bytes, &runs));
	print_wrapped(stdout, text, 0, 4);
	diff_sounds_print_runs(c, d, pair);
}

enum status
diff_sounds(struct cli *c, const char *a, const char *b)
{
	const struct sx_devices *user = user_devices(c);
	struct sx_pick p = { .user = NULL }, q = { .user = NULL };
	struct sx_sound_diff d = { .a = &p, .b = &q };
	struct sx_sound_pair pair;
	int rc = -1;

	if (sx_pick_load(&p, a, user, &c->err) == 0 &&
	    sx_pick_load(&q, b, user, &c->err) == 0)
		while ((rc = sx_sound_diff_next(&d, &pair, &c->err)) == 1) {
			if (c->json)
				diff_sounds_print_pair_json(c, &d, &pair);
			else
				diff_sounds_print_pair(c, &d, &pair);
			flush_result(c);
		}
	if (rc == 0)
		diff_count(c, d.same, d.different, d.only_a, d.only_b);
	sx_sound_diff_end(&d);
	sx_pick_free(&p);
	sx_pick_free(&q);
	return d.different + d.only_a + d.only_b > 0 ? ST_FAILED : ST_OK;
}
