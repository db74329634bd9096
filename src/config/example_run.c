/* SPDX-License-Identifier: ISC */
/* Decodes an example like any other dump, and compares the result. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "example.h"
#include "sxlib/instrument.h"
#include "sxlib/reader.h"
#include "sxlib/sounds.h"

#define WHY 512

struct run {
	const struct sx_examples *x;
	const struct sx_example *example;
	const struct sx_devices *user;
	struct sx_err *e;
	struct sx_expected want[SX_EXPECTED_MOST];
	size_t nwant;
	struct sx_memory *memory;
	size_t messages, fitting; /* all, and those of this kind */
	long sounds;		  /* so far */
	bool met;		  /* a message is as expected */
	/* The first difference of a message, and of a sound; "": none. */
	char why[WHY], sound_why[WHY];
	char other[WHY]; /* describes a message not of this kind */
};

static void __attribute__((format(printf, 2, 3)))
example_differs(char why[WHY], const char *fmt, ...)
{
	va_list ap;

	if (why[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(why, WHY, fmt, ap);
	va_end(ap);
}

/* Return the WHAT of its section, or NULL. */
static const char *
what_of(const struct sx_facts *facts)
{
	struct sx_message_kind f;

	if (facts->format.at == NULL)
		return NULL;
	sx_message_kind(facts->format, &f);
	return f.what;
}

/* Does the example belong to this message? */
static bool
is_of_example(const struct run *r, const struct sx_facts *facts)
{
	const struct sx_example *x = r->example;
	const char *what = what_of(facts);
	struct sx_instrument in;

	if (what == NULL || (x->what != NULL && strcmp(what, x->what) != 0))
		return false;
	for (size_t i = 0; sx_instrument(r->user, i, &in); i++)
		if (strcmp(in.row.device, x->device) == 0 &&
		    sx_instrument_has(&in, facts->format))
			return true;
	return false;
}

static bool
is_slot(const char *want, long slot, const char *shown)
{
	char number[24];

	snprintf(number, sizeof(number), "%ld", slot);
	return strcmp(want, shown[0] != '\0' ? shown : number) == 0;
}

/* Check a message, except for the sounds in it. */
static bool
example_meets(
    struct run *r, const struct sx_facts *f, const struct sx_expected *w)
{
	bool good = true;

	if (w->slot[0] != '\0' && !is_slot(w->slot, f->slot, f->slot_text)) {
		if (f->slot < 0)
			example_differs(
			    r->why, "no slot: expected slot %s", w->slot);
		else if (f->slot_text[0] != '\0')
			example_differs(r->why, "slot %s: expected slot %s",
			    f->slot_text, w->slot);
		else
			example_differs(r->why, "slot %ld: expected slot %s",
			    f->slot, w->slot);
		good = false;
	}
	if (w->has_name && strcmp(f->name, w->name) != 0) {
		example_differs(
		    r->why, "name \"%s\": expected \"%s\"", f->name, w->name);
		good = false;
	}
	return good;
}

static void
differ_in_sum(struct run *r, const struct sx_facts *f)
{
	if (f->length_at.len > 0 && f->length_have != f->length_want)
		example_differs(r->why,
		    "its count is %zu bytes: expected %zu by `count`",
		    f->length_have, f->length_want);
	else
		example_differs(r->why,
		    "its checksum is %02X: expected %02X by `checksum`",
		    f->checksum_have, f->checksum_want);
}

static void
example_judge_message(struct run *r, const struct sx_facts *f)
{
	bool good = true;

	r->fitting++;
	if (f->checksum == SX_CHECKSUM_BAD) {
		differ_in_sum(r, f);
		good = false;
	}
	for (size_t i = 0; i < r->nwant; i++)
		if (r->want[i].sound == 0 && !example_meets(r, f, &r->want[i]))
			good = false;
	r->met |= good;
}

static void
judge_sound(struct run *r, const struct sx_sound *s, long number)
{
	if (number > r->sounds)
		r->sounds = number;
	for (size_t i = 0; i < r->nwant; i++) {
		const struct sx_expected *w = &r->want[i];

		if (w->sound == number && strcmp(w->name, s->name) != 0)
			example_differs(r->sound_why,
			    "sound %ld is \"%s\": expected \"%s\"", number,
			    s->name, w->name);
	}
}

static int
judge_sounds(struct run *r, const struct sx_item *item)
{
	size_t n = sx_bank_count(&item->facts, item->data, item->len);
	long before = r->sounds;
	struct sx_sound sound;

	for (size_t i = 0; i < n; i++) {
		sx_bank_sound(&item->facts, item->data, item->len, i, &sound);
		judge_sound(r, &sound, before + (long)i + 1);
	}
	if (sx_memory_add(
		r->memory, &item->facts, item->data, item->len, 0, r->e) == -1)
		return -1;
	while (sx_memory_next(r->memory, &sound))
		judge_sound(r, &sound, (long)sound.index + 1);
	return 0;
}

static void
note_other(struct run *r, const struct sx_facts *f)
{
	const char *what = what_of(f);

	if (f->device[0] == '\0')
		example_differs(r->other, "a message of an unknown instrument");
	else if (what == NULL)
		example_differs(r->other, "another message of %s", f->device);
	else
		example_differs(r->other, "[:%s] of %s", what, f->device);
}

static int
example_judge_item(struct run *r, const struct sx_item *item)
{
	char damage[SX_DAMAGE_TEXT];

	if (item->stray || item->data == NULL)
		return 0;
	r->messages++;
	if (sx_damage_text(item->damage, damage) != NULL) {
		example_differs(r->why,
		    "a message is damaged: %s: expected whole ones", damage);
		return 0;
	}
	if (!is_of_example(r, &item->facts)) {
		note_other(r, &item->facts);
		return 0;
	}
	example_judge_message(r, &item->facts);
	return judge_sounds(r, item);
}

/* Return what is wrong with the whole example, or NULL. */
static const char *
judge_end(struct run *r)
{
	const struct sx_example *x = r->example;

	if (r->messages == 0)
		example_differs(r->why, "no message: expected a dump");
	else if (r->fitting == 0 && x->what != NULL)
		example_differs(r->why, "found %s: expected [:%s] of %s",
		    r->other, x->what, x->device);
	else if (r->fitting == 0)
		example_differs(r->why, "found %s: expected a message of %s",
		    r->other, x->device);
	for (size_t i = 0; i < r->nwant; i++)
		if (r->want[i].sound > r->sounds)
			example_differs(r->sound_why,
			    "%ld sounds: expected a sound %ld", r->sounds,
			    r->want[i].sound);
	if (!r->met)
		return r->why;
	return r->sound_why[0] != '\0' ? r->sound_why : NULL;
}

static struct sx_file *
example_open_input(struct run *r, size_t n, bool is_bytes)
{
	const struct sx_config *f = r->x->f;
	const char *value = r->example->value, *name = basename(f->path);
	struct sx_file *file = NULL;
	char *text;

	if (asprintf(&text, "%.*s%.*s",
		is_bytes || value[0] == '/' ? 0 : (int)(name - f->path),
		f->path, (int)n, value) == -1) {
		sx_fail_memory(r->e);
		return NULL;
	}
	file = is_bytes ? sx_file_hex_text(f->path, text, r->user, r->e)
			: sx_file_open(text, r->user, r->e);
	free(text);
	return file;
}

static int
judge_file(struct run *r, struct sx_file *file)
{
	struct sx_item item;
	int rc;

	while ((rc = sx_file_next(file, &item, r->e)) == 1)
		if (example_judge_item(r, &item) == -1)
			return -1;
	return rc;
}

int
sx_example_run(const struct sx_examples *x, const struct sx_example *example,
    const struct sx_devices *user, struct sx_err *e)
{
	struct sx_err why = { 0 };
	struct run r = { .x = x, .example = example, .user = user, .e = &why };
	const char *wrong;
	struct sx_file *file;
	bool is_bytes;
	size_t n;
	int rc = -1;

	wrong =
	    sx_example_parse(example->value, &n, &is_bytes, r.want, &r.nwant);
	if (wrong != NULL)
		return conf_fail(x->f, example->line, e,
		    "%s: '%.80s' %s: expected bytes or a file, ->, and the "
		    "result",
		    example->key, example->value, wrong);
	r.memory = sx_memory_new(&why);
	file = r.memory != NULL ? example_open_input(&r, n, is_bytes) : NULL;
	if (file != NULL)
		rc = judge_file(&r, file);
	sx_file_close(file);
	sx_memory_free(r.memory);
	if (rc == -1)
		return why.code == SX_ENOMEM
			   ? sx_fail_memory(e)
			   : conf_fail(x->f, example->line, e,
				 "%s: %s: expected bytes, or a file beside the "
				 "page",
				 example->key, why.msg);
	wrong = judge_end(&r);
	if (wrong == NULL)
		return 0;
	return conf_fail(x->f, example->line, e, "%s: %s", example->key, wrong);
}
