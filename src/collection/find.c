/* SPDX-License-Identifier: ISC */
/*
 * A file is read to its end before its sounds are returned: only then is it
 * known whether a slot occurs twice, so that a reference must use a number.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/find.h"

/* The facts of a message that sounds were found in. */
struct find_facts {
	size_t item;
	struct sx_facts facts;
};

/*
 * Bit sets of the slots that occur, and of those that occur twice. Not used
 * (open) for a file with several forms of slot names, or with slots beyond
 * SLOT_BITS.
 */
#define SLOT_BITS 16384
struct find_slots {
	uint64_t once[SLOT_BITS / 64], twice[SLOT_BITS / 64];
	struct sx_slots shown;
	bool any, open;
};

/* The file being read. */
struct sx_find_file {
	char *path; /* malloc'ed */
	int64_t time;
	struct sx_listed *sounds; /* all of the file */
	size_t n, cap;
	struct find_hit {
		size_t sound, facts;
	} * hits;
	size_t nhits, hits_cap, at;
	struct find_facts *facts;
	size_t nfacts, facts_cap;
	struct find_slots slots;
	struct sx_found found;
};

static void *
find_grow(void *p, size_t n, size_t *cap, size_t size, struct sx_err *e)
{
	size_t want = *cap > 0 ? *cap * 2 : 64;

	if (n < *cap)
		return p;
	p = reallocarray(p, want, size);
	if (p == NULL)
		sx_fail_memory(e);
	else
		*cap = want;
	return p;
}

/* ---- Matching ---- */

static int
begin_regex(struct sx_find *f, struct sx_err *e)
{
	char why[128];
	int rc =
	    regcomp(&f->regex, f->text, REG_EXTENDED | REG_ICASE | REG_NOSUB);

	if (rc != 0) {
		regerror(rc, &f->regex, why, sizeof(why));
		return sx_fail(e, SX_EUSAGE, 0, "'%s': %s", f->text, why);
	}
	f->compiled = true;
	return 0;
}

int
sx_find_begin(struct sx_find *f, struct sx_err *e)
{
	f->lister = sx_lister_new(f->user, e);
	f->file = calloc(1, sizeof(*f->file));
	if (f->lister == NULL || f->file == NULL)
		return sx_fail_memory(e);
	if (f->text != NULL && f->text[strspn(f->text, " ")] == '\0')
		return sx_fail(e, SX_EUSAGE, 0, "no text to look for");
	return f->text != NULL && f->how == SX_FIND_REGEX ? begin_regex(f, e)
							  : 0;
}

/* Does name begin with text? Any number of blanks matches a blank. */
static bool
begins_with(const char *name, const char *text)
{
	for (;; name++, text++) {
		if (*text == '\0')
			return true;
		if (tolower((unsigned char)*name) !=
		    tolower((unsigned char)*text))
			return false;
		if (*text != ' ')
			continue;
		name += strspn(name, " ") - 1;
		text += strspn(text, " ") - 1;
	}
}

static bool
has_part(const char *name, const char *text)
{
	const char first[] = { (char)tolower((unsigned char)*text),
		(char)toupper((unsigned char)*text), '\0' };

	while ((name = strpbrk(name, first)) != NULL) {
		if (begins_with(name, text))
			return true;
		name++;
	}
	return false;
}

static bool
is_wanted_name(const struct sx_find *f, const char *name)
{
	if (f->text == NULL)
		return true;
	if (name[0] == '\0')
		return false;
	if (f->how == SX_FIND_EXACT)
		return sx_ref_is_name(name, f->text);
	if (f->how == SX_FIND_REGEX)
		return regexec(&f->regex, name, 0, NULL, 0) == 0;
	return has_part(name, f->text);
}

static bool
find_is_wanted(const struct sx_find *f, const struct sx_listed *s)
{
	bool maker = f->nmakers == 0;

	if (!is_wanted_name(f, s->sound.name) ||
	    (f->kind != -1 && (int)sx_listed_kind(s) != f->kind) ||
	    (f->device != NULL &&
		strcasestr(s->facts->device, f->device) == NULL))
		return false;
	for (size_t i = 0; !maker && i < f->nmakers; i++)
		maker = sx_maker_matches(s->facts->maker_id, f->makers[i]);
	return maker;
}

/* ---- Reading a file ---- */

static void
note_slot(struct find_slots *f, const struct sx_listed *s)
{
	uint64_t bit;
	long word;

	if (s->number < 0)
		return;
	if (!f->any)
		f->shown = s->shown;
	f->any = true;
	f->open |= s->number >= SLOT_BITS || s->shown.count != f->shown.count ||
		   s->shown.first != f->shown.first ||
		   s->shown.bank != f->shown.bank ||
		   s->shown.letter != f->shown.letter;
	if (f->open)
		return;
	word = s->number / 64;
	bit = UINT64_C(1) << s->number % 64;
	f->twice[word] |= f->once[word] & bit;
	f->once[word] |= bit;
}

static int
add_hit(struct sx_find_file *file, const struct sx_listed *s, struct sx_err *e)
{
	struct find_facts *facts = find_grow(
	    file->facts, file->nfacts, &file->facts_cap, sizeof(*facts), e);
	struct find_hit *hits = find_grow(
	    file->hits, file->nhits, &file->hits_cap, sizeof(*hits), e);

	file->facts = facts != NULL ? facts : file->facts;
	file->hits = hits != NULL ? hits : file->hits;
	if (facts == NULL || hits == NULL)
		return -1;
	if (file->nfacts == 0 || facts[file->nfacts - 1].item != s->first)
		facts[file->nfacts++] =
		    (struct find_facts){ s->first, *s->facts };
	hits[file->nhits++] =
	    (struct find_hit){ file->n - 1, file->nfacts - 1 };
	return 0;
}

static int
take_sounds(struct sx_find *f, struct sx_err *e)
{
	struct sx_find_file *file = f->file;
	struct sx_listed *s;

	for (;;) {
		s = find_grow(file->sounds, file->n, &file->cap, sizeof(*s), e);
		if (s == NULL)
			return -1;
		file->sounds = s;
		s += file->n;
		if (!sx_lister_next(f->lister, s))
			return 0;
		note_slot(&file->slots, s);
		file->n++;
		f->sounds++;
		if (find_is_wanted(f, s) && add_hit(file, s, e) == -1)
			return -1;
	}
}

/* Returns 0 at the end of the file; -1 and sets e on failure, keeping the
 * sounds found so far. */
static int
find_read_sounds(
    struct sx_find *f, struct sx_file *in, size_t *messages, struct sx_err *e)
{
	struct sx_item item;
	int rc;

	while ((rc = sx_file_next(in, &item, e)) == 1) {
		*messages += !item.stray;
		if (sx_lister_add(f->lister, &item, item.data, e) == -1 ||
		    take_sounds(f, e) == -1)
			return -1;
	}
	sx_lister_end(f->lister);
	if (e->code != SX_ENOMEM && take_sounds(f, e) == -1)
		return -1;
	return rc;
}

/* Keep only the sounds that a reference selects. */
static int
keep_chosen(struct sx_find *f, const char *which, struct sx_err *e)
{
	struct sx_find_file *file = f->file;
	const struct sx_sound_list list = {
		.items.path = file->path, .sounds = file->sounds, .n = file->n
	};
	size_t *chosen, n, hits = 0;
	bool *is_chosen;

	f->sounds -= file->n;
	if (sx_ref_choose(&list, which, &chosen, &n, e) == -1) {
		file->nhits = 0;
		return -1;
	}
	is_chosen = calloc(file->n, sizeof(*is_chosen));
	for (size_t i = 0; is_chosen != NULL && i < n; i++)
		is_chosen[chosen[i]] = true;
	free(chosen);
	if (is_chosen == NULL)
		return sx_fail_memory(e);
	f->sounds += n;
	for (size_t i = 0; i < file->nhits; i++)
		if (is_chosen[file->hits[i].sound])
			file->hits[hits++] = file->hits[i];
	file->nhits = hits;
	free(is_chosen);
	return 0;
}

static int
find_read(struct sx_find *f, const char *arg, struct sx_err *e)
{
	struct sx_find_file *file = f->file;
	struct sx_ref ref;
	struct sx_file *in;
	size_t messages = 0;
	int rc;

	free(file->path);
	file->path = NULL;
	file->n = file->nhits = file->at = file->nfacts = 0;
	file->slots = (struct find_slots){ .any = false };
	if (sx_ref_split(arg, &ref, e) == -1)
		return -1;
	file->path = ref.path;
	in = sx_file_open_next(ref.path, f->user, &f->decoder, e);
	if (in == NULL)
		return -1;
	f->files++;
	sx_file_skim(in);
	file->time = sx_file_time(in);
	rc = file->time >= f->since ? find_read_sounds(f, in, &messages, e) : 0;
	if (rc == 0 && file->time >= f->since && messages == 0 &&
	    f->without++ == 0)
		sx_file_nothing(in, &f->nothing);
	sx_file_close(in);
	if (ref.which != NULL && rc == 0)
		rc = keep_chosen(f, ref.which, e);
	return rc;
}

/* ---- Results ---- */

/* Like sx_ref_text(), but uses file->slots where it can, which is faster. */
static void
take_ref(const struct sx_find_file *file, size_t i, char ref[SX_REF_TEXT])
{
	const struct find_slots *slots = &file->slots;
	const struct sx_sound_list list = { .sounds = file->sounds,
		.n = file->n };
	const struct sx_listed *s = &file->sounds[i];

	if (s->number >= 0 && slots->open)
		sx_ref_text(&list, i, ref);
	else if (s->number >= 0 &&
		 (slots->twice[s->number / 64] >> s->number % 64 & 1) == 0)
		sx_listed_slot(s, ref);
	else
		sx_ref_number(s->index, ref);
}

static const struct sx_found *
find_give_out(struct sx_find *f)
{
	struct sx_find_file *file = f->file;
	const struct find_hit *hit = &file->hits[file->at++];
	struct sx_listed *s = &file->sounds[hit->sound];
	struct sx_found *found = &file->found;

	s->facts = &file->facts[hit->facts].facts;
	found->record =
	    sx_listed_record(s, file->path, file->time, &found->facts);
	found->file = f->files;
	found->index = s->index;
	take_ref(file, hit->sound, found->ref);
	f->found++;
	return found;
}

int
sx_find_next(struct sx_find *f, const struct sx_found **found, struct sx_err *e)
{
	const char *arg;
	int rc;

	while (f->file->at == f->file->nhits) {
		rc = sx_walk_next(&f->walk, &arg, e);
		if (rc != 1)
			return rc;
		if (find_read(f, arg, e) == -1)
			return -1;
	}
	*found = find_give_out(f);
	return 1;
}

void
sx_find_end(struct sx_find *f)
{
	sx_walk_end(&f->walk);
	sx_lister_free(f->lister);
	sx_decoder_free(f->decoder);
	if (f->compiled)
		regfree(&f->regex);
	if (f->file == NULL)
		return;
	free(f->file->path);
	free(f->file->sounds);
	free(f->file->hits);
	free(f->file->facts);
	free(f->file);
}
