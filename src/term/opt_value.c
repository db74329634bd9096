/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "opt.h"
#include "sxlib/maker.h"
#include "sxlib/midi_io.h"

#define TIME_MOST 1e9 /* seconds: the sum of two does not overflow */

const char *const opt_splits[] = { "auto", "message", "gap", NULL };

void *
opt_place(const struct option_row *row, void *opts)
{
	return (char *)opts + row->place;
}

static int
bad_value(struct cli *c, const char *option, const char *arg, const char *want)
{
	return opt_fail(c, "--%s '%s': %s", option, arg, want);
}

int
opt_number(struct cli *c, const char *option, const char *arg, double least,
    double most, double *value)
{
	char want[64], *end;

	errno = 0;
	*value = strtod(arg, &end);
	if (end != arg && *end == '\0' && errno == 0 && isfinite(*value) &&
	    *value >= least && *value <= most)
		return 0;
	snprintf(want, sizeof(want), "expected a number from %.10g to %.10g",
	    least, most);
	return bad_value(c, option, arg, want);
}

int
opt_count(struct cli *c, const char *option, const char *arg, long least,
    long most, long *value)
{
	char want[80], *end;

	errno = 0;
	*value = strtol(arg, &end, 10);
	if (end != arg && *end == '\0' && errno == 0 && *value >= least &&
	    *value <= most)
		return 0;
	snprintf(want, sizeof(want), "expected a whole number from %ld to %ld",
	    least, most);
	return bad_value(c, option, arg, want);
}

int
opt_word(
    struct cli *c, const char *option, const char *arg, const char *const *list)
{
	char want[256] = "expected one of:";

	for (int i = 0; list[i] != NULL; i++) {
		if (strcmp(list[i], arg) == 0)
			return i;
		snprintf(want + strlen(want), sizeof(want) - strlen(want),
		    " %s", list[i]);
	}
	return bad_value(c, option, arg, want);
}

int
opt_take_flag(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	(void)c, (void)arg;
	*(bool *)opt_place(row, opts) = row->most != 0;
	return 0;
}

int
opt_take_common(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	(void)opts, (void)arg;
	*(bool *)opt_place(row, c) = true;
	return 0;
}

/* The int may be an enum of the same size: OPT_AT_INT checks that. */
static void
opt_put_int(const struct option_row *row, void *opts, int value)
{
	memcpy(opt_place(row, opts), &value, sizeof(value));
}

int
opt_take_value(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	(void)c, (void)arg;
	opt_put_int(row, opts, (int)row->most);
	return 0;
}

int
opt_take_text(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	(void)c;
	*(const char **)opt_place(row, opts) = arg;
	return 0;
}

int
opt_take_texts(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	const char ***list = opt_place(row, opts);
	size_t *n = (size_t *)(void *)((char *)opts + row->count);
	const char **p = reallocarray((void *)*list, *n + 1, sizeof(*p));

	if (p == NULL)
		return sx_fail_memory(&c->err);
	p[(*n)++] = arg;
	*list = p;
	return 0;
}

int
opt_take_count(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	return opt_count(
	    c, row->name, arg, row->least, row->most, opt_place(row, opts));
}

int
opt_take_time(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	double number, unit = (double)row->unit;
	int64_t *us = opt_place(row, opts);

	if (opt_number(c, row->name, arg, (double)row->least / unit, TIME_MOST,
		&number) == -1)
		return -1;
	*us = (int64_t)(number * unit + 0.5);
	return 0;
}

int
opt_take_size(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	static const char units[] = "KMGT";
	unsigned long long value = 0;
	const char *unit;
	unsigned shift = 0;
	char *end = NULL;
	uint64_t *n = opt_place(row, opts);

	errno = 0;
	if (isdigit((unsigned char)arg[0]))
		value = strtoull(arg, &end, 10);
	if (end != NULL && *end != '\0' &&
	    (unit = strchr(units, toupper((unsigned char)*end))) != NULL) {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
	}
	if (end == NULL || *end != '\0' || errno != 0 ||
	    value > UINT64_MAX >> shift) {
		opt_fail(c, "--%s: '%s' is not a size", row->name, arg);
		return sx_hint(&c->err, "such as 500M or 2G");
	}
	*n = (uint64_t)value << shift;
	return 0;
}

int
opt_take_rate(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	long *rate = opt_place(row, opts);

	if (strcmp(arg, "max") == 0)
		*rate = 0;
	else if (strcmp(arg, "din") == 0)
		*rate = MIDI_IO_DIN_RATE;
	else if (opt_count(c, row->name, arg, 1, 1000000000, rate) == -1)
		return sx_hint(&c->err, "or din or max");
	return 0;
}

int
opt_take_word(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	int i = opt_word(c, row->name, arg, row->words);

	if (i == -1)
		return -1;
	opt_put_int(row, opts, i);
	return 0;
}

/* Copy the first word of a list to word. Returns the rest; NULL if it was the
 * last. */
static const char *
next_word(const char *list, char word[64])
{
	size_t n = strcspn(list, ",");

	snprintf(word, 64, "%.*s", (int)(n < 64 ? n : 63), list);
	return list[n] == ',' ? list + n + 1 : NULL;
}

int
opt_take_words(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	unsigned *bits = opt_place(row, opts);
	char word[64];
	int i;

	while (arg != NULL) {
		arg = next_word(arg, word);
		i = opt_word(c, row->name, word, row->words);
		if (i == -1)
			return -1;
		*bits |= 1u << i;
	}
	return 0;
}

int
opt_take_ranges(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	unsigned *bits = opt_place(row, opts);
	char word[64], *dash;
	long from, to;

	while (arg != NULL) {
		arg = next_word(arg, word);
		dash = strchr(word, '-');
		if (dash != NULL)
			*dash++ = '\0';
		if (opt_count(
			c, row->name, word, row->least, row->most, &from) == -1)
			return -1;
		to = from;
		if (dash != NULL &&
		    opt_count(c, row->name, dash, from, row->most, &to) == -1)
			return -1;
		for (; from <= to; from++)
			*bits |= 1u << from;
	}
	return 0;
}

int
opt_take_position(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	int64_t *us = opt_place(row, opts);
	const char *p = arg;
	double total = 0, part;
	char *end;

	for (int i = 0; i < 3; i++, p = end + 1) {
		part = *p >= '0' && *p <= '9' ? strtod(p, &end) : NAN;
		total = total * 60 + part;
		if (!isfinite(total) || total > TIME_MOST)
			break;
		if (*end == '\0') {
			*us = (int64_t)(total * 1e6 + 0.5);
			return 0;
		}
		if (*end != ':')
			break;
	}
	return bad_value(
	    c, row->name, arg, "expected a time such as 90.5 or 1:30.5");
}

int
opt_take_colours(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	static const char *const words[] = { "auto", "always", "never", NULL };
	int i = opt_word(c, row->name, arg, words);

	(void)opts;
	if (i == -1)
		return -1;
	c->colours = (enum colours)i;
	return 0;
}

int
opt_take_kind(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	const char *words[SX_KINDS + 1] = { NULL };
	int i;

	for (size_t k = 0; k < SX_KINDS; k++)
		words[k] = sx_kind_text((enum sx_kind)k);
	i = opt_word(c, row->name, arg, words);
	if (i == -1)
		return -1;
	opt_put_int(row, opts, i);
	return 0;
}

int
opt_take_maker(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	struct sx_rules *rules = opt_place(row, opts);
	const char **p;

	if (sx_maker_count(arg) == 0) {
		opt_fail(c, "unknown maker '%s'", arg);
		return sx_hint(
		    &c->err, "an ID works as well, such as 31 or 00203c");
	}
	p = realloc((void *)(uintptr_t)rules->makers,
	    (rules->nmakers + 1) * sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(&c->err);
	p[rules->nmakers++] = arg;
	rules->makers = p;
	return 0;
}
