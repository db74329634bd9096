/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>

#include "diff.h"
#include "sxlib/sound_diff.h"
#include "sxlib/text.h"
#include "term/json.h"
#include "term/say.h"
#include "term/screen.h"
#include "term/status.h"
#include "user.h"

#define SOUND_TEXT                                                 \
	1200 /* bytes: two paths that are cut are still told apart \
	      */

/* `FILE:A01 "NAME"` */
static const char *
sound_text(const struct sx_pick *p, size_t i, char text[SOUND_TEXT])
{
	const struct sx_listed *s = sx_pick_sound(p, i);
	bool named = s->sound.name[0] != '\0';
	char ref[SX_REF_TEXT], path[SOUND_TEXT / 2], name[SOUND_TEXT / 4];

	sx_ref_text(&p->refs.list, p->refs.chosen[i], ref);
	snprintf(text, SOUND_TEXT, "%s:%s%s%s%s",
	    sx_text_safe(path, sizeof(path), p->refs.ref.path), ref,
	    named ? " \"" : "",
	    named ? sx_text_safe(name, sizeof(name), s->sound.name) : "",
	    named ? "\"" : "");
	return text;
}

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

/* Bytes that differ, and in how many runs. */
static size_t
count_runs(const struct sx_sound_pair *pair, size_t *runs)
{
	struct sx_runs all;
	struct sx_run run;
	size_t bytes = 0;

	sx_runs_of_bytes(&all, pair->content_a->bytes, pair->content_a->n,
	    pair->content_b->bytes, pair->content_b->n);
	for (*runs = 0; sx_runs_next(&all, &run); ++*runs)
		bytes += run.len;
	return bytes;
}

static void
print_runs(const struct cli *c, const struct sx_sound_diff *d,
    const struct sx_sound_pair *pair)
{
	struct sx_runs runs;
	struct sx_run run;

	sx_runs_of_bytes(&runs, pair->content_a->bytes, pair->content_a->n,
	    pair->content_b->bytes, pair->content_b->n);
	for (size_t i = 0; sx_runs_next(&runs, &run); i++) {
		if (c->json && i > 0)
			printf(", ");
		diff_print_run(c,
		    sx_sound_diff_is_name(d, &run) ? "name" : NULL, true, &run,
		    &runs);
	}
}

static void
print_pair_json(const struct cli *c, const struct sx_sound_diff *d,
    const struct sx_sound_pair *pair)
{
	putchar('{');
	print_sound_json(d->a, pair->a, "a");
	printf(", ");
	print_sound_json(d->b, pair->b, "b");
	printf(", \"runs\": [");
	if (pair->content_a != NULL)
		print_runs(c, d, pair);
	puts("]}");
}

static void
print_pair(const struct cli *c, const struct sx_sound_diff *d,
    const struct sx_sound_pair *pair)
{
	char a[SOUND_TEXT], b[SOUND_TEXT], text[2 * SOUND_TEXT + 100];
	size_t runs, bytes;

	if (pair->a < 0 || pair->b < 0) {
		snprintf(text, sizeof(text), "%s: only in %s",
		    sound_text(pair->a < 0 ? d->b : d->a,
			(size_t)(pair->a < 0 ? pair->b : pair->a), a),
		    pair->a < 0 ? "B" : "A");
		print_wrapped(stdout, text, 0, 4);
		return;
	}
	bytes = count_runs(pair, &runs);
	snprintf(text, sizeof(text),
	    "%s and %s: %zu byte%s differ%s in %zu run%s",
	    sound_text(d->a, (size_t)pair->a, a),
	    sound_text(d->b, (size_t)pair->b, b), bytes, plural(bytes),
	    bytes == 1 ? "s" : "", runs, plural(runs));
	print_wrapped(stdout, text, 0, 4);
	print_runs(c, d, pair);
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
				print_pair_json(c, &d, &pair);
			else
				print_pair(c, &d, &pair);
			flush_result(c);
		}
	if (rc == 0)
		say(c,
		    "%zu the same, %zu different, %zu only in A, %zu only in B",
		    d.same, d.different, d.only_a, d.only_b);
	sx_sound_diff_end(&d);
	sx_pick_free(&p);
	sx_pick_free(&q);
	return d.different + d.only_a + d.only_b > 0 ? ST_FAILED : ST_OK;
}
