/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <string.h>

#include "recall_line.h"
#include "words.h"

#define BLANKS " \t"

/* The line being read, for error messages. */
struct line_reader {
	const struct sx_config *f;
	const struct conf_pair *p;
	struct sx_err *e;
};

static int
line_fail(const struct line_reader *r, const char *what)
{
	return conf_fail(r->f, r->p->line, r->e, "%.80s: %s", r->p->key, what);
}

/* Read "C2", "F#-1", "Eb3": C4 is 60, as everywhere in sxlib. */
static bool
line_take_note_name(const char **p, int *note)
{
	static const int steps[] = { 9, 11, 0, 2, 4, 5, 7 }; /* A to G */
	const char *at = *p;
	int key, letter = toupper((unsigned char)*at);
	long octave;

	if (letter < 'A' || letter > 'G')
		return false;
	key = steps[letter - 'A'];
	at++;
	if (*at == '#' || *at == 'b')
		key += *at++ == '#' ? 1 : -1;
	if (*at == ' ' || !take_digits(&at, -1, 9, &octave))
		return false;
	key += (int)(octave + 1) * 12;
	if (key < 0 || key > 127)
		return false;
	*note = key;
	*p = at;
	return true;
}

static bool
line_take_pattern(const char **p, int *program)
{
	const char *at = *p;
	int bank = toupper((unsigned char)*at) - 'A';
	long n;

	if (bank < 0 || bank > 7)
		return false;
	at++;
	if (!isdigit((unsigned char)*at) || !take_digits(&at, 1, 16, &n))
		return false;
	*program = bank * 16 + (int)n - 1;
	*p = at;
	return true;
}

/* Read one end of a range, as a number on the wire. */
static bool
line_take_end(const char **p, const struct sx_recall_line *l, int *number)
{
	long n;

	if (l->pattern)
		return line_take_pattern(p, number);
	if (l->kind == SX_TRIGGER_NOTE && line_take_note_name(p, number))
		return true;
	if (!isdigit((unsigned char)**p) ||
	    !take_digits(p, l->base, 127 + l->base, &n))
		return false;
	*number = (int)n - l->base;
	return true;
}

/* Read "36" or "36-51". */
static bool
line_take_range(const char **p, struct sx_recall_line *l)
{
	const char *at = *p + strspn(*p, BLANKS);

	if (!line_take_end(&at, l, &l->first))
		return false;
	l->last = l->first;
	if (*at == '-') {
		at++;
		if (!line_take_end(&at, l, &l->last))
			return false;
	}
	if (*at != '\0' && strchr(BLANKS, *at) == NULL)
		return false;
	*p = at;
	return l->last >= l->first;
}

static int
line_note(
    const struct line_reader *r, const char **at, struct sx_recall_line *l)
{
	l->kind = SX_TRIGGER_NOTE;
	return line_take_range(at, l)
		   ? 0
		   : line_fail(r, "expected a note or a range, such as 36, C2 "
				  "or C2-D#3");
}

static int
line_cc(const struct line_reader *r, const char **at, struct sx_recall_line *l)
{
	long n;

	l->kind = SX_TRIGGER_CC;
	if (!take_number(at, 0, 127, &n))
		return line_fail(r, "expected a controller from 0 to 127");
	l->controller = (int)n;
	l->last = 127;
	if (isdigit((unsigned char)(*at)[strspn(*at, BLANKS)]) &&
	    !line_take_range(at, l))
		return line_fail(r, "expected a value or a range from 0 to "
				    "127, such as 64-127");
	return 0;
}

static int
line_program(const struct line_reader *r, const char **at,
    struct sx_recall_line *l, long count_from)
{
	l->kind = SX_TRIGGER_PROGRAM;
	l->pattern = take_word(at, "pattern");
	if (l->pattern) {
		l->base = 1;
		return line_take_range(at, l)
			   ? 0
			   : line_fail(r, "expected patterns from A01 to H16");
	}
	if (!take_word(at, "program"))
		return line_fail(r, "expected 'note', 'program', 'pattern', "
				    "'bank' or 'cc'");
	if (count_from == -1)
		return line_fail(r,
		    "count-from is missing: expected 'count-from = 1' if the "
		    "sequencer shows its first program as 1, or 0 as on the "
		    "wire");
	l->base = (int)count_from;
	if (line_take_range(at, l))
		return 0;
	return line_fail(r, count_from == 1
				? "expected programs from 1 to 128, since "
				  "count-from is 1"
				: "expected programs from 0 to 127, since "
				  "count-from is 0");
}

static int
line_bank(
    const struct line_reader *r, const char **at, struct sx_recall_line *l)
{
	const char *p = *at;
	long high, low;

	if (!take_digits(&p, 0, 127, &high) || *p++ != ':' ||
	    !isdigit((unsigned char)*p) || !take_number(&p, 0, 127, &low))
		return line_fail(r, "expected a bank from 0:0 to 127:127, "
				    "controllers 0 and 32");
	l->bank = (int)(high << 7 | low);
	*at = p;
	return 0;
}

static int
line_trigger(
    const struct line_reader *r, struct sx_recall_line *l, long count_from)
{
	const char *at = r->p->key;
	long channel;
	int rc;

	if (take_word(&at, "note"))
		rc = line_note(r, &at, l);
	else if (take_word(&at, "cc"))
		rc = line_cc(r, &at, l);
	else if (take_word(&at, "bank") && line_bank(r, &at, l) == -1)
		rc = -1;
	else
		rc = line_program(r, &at, l, count_from);
	if (rc == -1)
		return -1;
	if (!take_word(&at, "on") || !take_number(&at, 1, 16, &channel) ||
	    !at_end(at))
		return line_fail(r, "expected 'on' and a channel from 1 to 16 "
				    "at the end");
	l->channel = (int)channel;
	return 0;
}

/* Cut off the last word of text and return it; NULL if it has only one. */
static char *
line_last_word(char *text)
{
	size_t n = strlen(text), end;

	while (n > 0 && strchr(BLANKS, text[n - 1]) == NULL)
		n--;
	if (n == 0)
		return NULL;
	for (end = n; end > 0 && strchr(BLANKS, text[end - 1]) != NULL;)
		end--;
	if (end == 0)
		return NULL;
	text[end] = '\0';
	return text + n;
}

/* Does text end in this word, with others before it? */
static bool
line_ends_in(const char *text, const char *word)
{
	size_t n = strlen(text), w = strlen(word);

	return n > w && strcmp(text + n - w, word) == 0 &&
	       strchr(BLANKS, text[n - w - 1]) != NULL;
}

/* Does text end in "to" and one more word, with others before them? */
static bool
line_ends_in_to(const char *text)
{
	size_t n = strlen(text);

	while (n > 0 && strchr(BLANKS, text[n - 1]) == NULL)
		n--;
	while (n > 0 && strchr(BLANKS, text[n - 1]) != NULL)
		n--;
	return n > 3 && text[n - 1] == 'o' && text[n - 2] == 't' &&
	       strchr(BLANKS, text[n - 3]) != NULL;
}

/* Read "FILE [to NAME] [pass]", the last two in either order. */
static int
line_value(const struct line_reader *r, struct sx_recall_line *l)
{
	char *text = r->p->value;

	for (;;) {
		if (!l->pass && line_ends_in(text, "pass")) {
			(void)line_last_word(text);
			l->pass = true;
		} else if (l->to == NULL && line_ends_in_to(text)) {
			l->to = line_last_word(text);
			(void)line_last_word(text);
		} else {
			break;
		}
	}
	l->value = text;
	return *text != '\0' ? 0 : line_fail(r, "expected a file");
}

int
sx_recall_line_read(const struct sx_config *f, const struct conf_pair *p,
    long count_from, struct sx_recall_line *l, struct sx_err *e)
{
	const struct line_reader r = { .f = f, .p = p, .e = e };

	*l = (struct sx_recall_line){
		.line = p->line, .text = p->key, .bank = -1
	};
	if (line_trigger(&r, l, count_from) == -1)
		return -1;
	return line_value(&r, l);
}
