/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "sxlib/maker.h"
#include "sxlib/midi_io.h"

#define OPTIONS_MOST 48	 /* of one command; checked */
#define TIME_MOST    1e9 /* seconds or less: no sum of two overflows */

static size_t
count_options(const struct command *command)
{
	size_t n = 0;

	while (command->options[n].name != NULL)
		n++;
	return n;
}

void
print_help(const struct command *command)
{
	char left[64];

	printf("Usage: sxlib %s %s\n%s.\n\n", command->name, command->synopsis,
	    command->summary);
	for (const struct option_row *o = command->options; o->name != NULL;
	     o++) {
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s",
		    o->id < OPT_LONG ? '-' : ' ',
		    o->id < OPT_LONG ? o->id : ' ',
		    o->id < OPT_LONG ? "," : " ", o->name,
		    o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
		printf("  %-28s %s\n", left, o->help);
	}
}

/* The rows as getopt_long(3) wants them. */
static int
getopt_tables(const struct command *command, struct option *longs, char *shorts)
{
	size_t n = count_options(command);

	if (n >= OPTIONS_MOST)
		return -1;
	*shorts++ = ':';
	for (size_t i = 0; i < n; i++) {
		const struct option_row *o = &command->options[i];

		longs[i] = (struct option){ o->name,
			o->arg != NULL ? required_argument : no_argument, NULL,
			o->id };
		if (o->id >= OPT_LONG)
			continue;
		*shorts++ = (char)o->id;
		if (o->arg != NULL)
			*shorts++ = ':';
	}
	longs[n] = (struct option){ 0 };
	*shorts = '\0';
	return 0;
}

static int
bad_option(struct cli *c, const char *why)
{
	sx_fail(&c->err, SX_EUSAGE, 0, "%s '%s'", why, c->argv[optind - 1]);
	return sx_hint(&c->err, "see 'sxlib %s --help'", c->command->name);
}

/* What getopt_long(3) does not know. Among several letters after one '-' it is
 * not done with that word yet: only the letter is known. */
static int
unknown_option(struct cli *c, const char *shorts)
{
	static const char why[] = "no such option, or not like this:";

	if (optopt <= 0 || optopt >= OPT_LONG || strchr(shorts, optopt) != NULL)
		return bad_option(c, why);
	sx_fail(&c->err, SX_EUSAGE, 0, "%s '-%c'", why, optopt);
	return sx_hint(&c->err, "see 'sxlib %s --help'", c->command->name);
}

int
opt_next(struct cli *c, const char **arg)
{
	struct option longs[OPTIONS_MOST];
	char shorts[OPTIONS_MOST * 2 + 2];
	int id;

	if (getopt_tables(c->command, longs, shorts) == -1)
		return sx_fail_memory(&c->err);
	for (;;) {
		opterr = 0;
		id = getopt_long(c->argc, c->argv, shorts, longs, NULL);
		c->next = optind;
		*arg = optarg;
		switch (id) {
		case 'q':
			c->quiet = true;
			continue;
		case 'v':
			c->verbose = true;
			continue;
		case 'j':
			c->json = true;
			continue;
		case 'h':
			print_help(c->command);
			return -1;
		case ':':
			return bad_option(c, "a value is missing after");
		case '?':
			return unknown_option(c, shorts);
		case -1:
			return 0;
		default:
			return id;
		}
	}
}

static int
bad_value(struct cli *c, const char *option, const char *arg, const char *want)
{
	return sx_fail(
	    &c->err, SX_EUSAGE, 0, "--%s '%s': %s", option, arg, want);
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
	snprintf(want, sizeof(want), "a number from %.10g to %.10g is needed",
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
	snprintf(want, sizeof(want), "a whole number from %ld to %ld is needed",
	    least, most);
	return bad_value(c, option, arg, want);
}

int
opt_time(struct cli *c, const char *option, const char *arg, double least,
    double unit, int64_t *us)
{
	double number;

	if (opt_number(c, option, arg, least, TIME_MOST, &number) == -1)
		return -1;
	*us = (int64_t)(number * unit + 0.5);
	return 0;
}

int
opt_rate(struct cli *c, const char *arg, long *rate)
{
	if (strcmp(arg, "max") == 0)
		*rate = 0;
	else if (strcmp(arg, "din") == 0)
		*rate = MIDI_IO_DIN_RATE;
	else if (opt_count(c, "rate", arg, 1, 1000000000, rate) == -1)
		return sx_hint(&c->err, "or one of the words din and max");
	return 0;
}

int
opt_word(
    struct cli *c, const char *option, const char *arg, const char *const *list)
{
	char want[256] = "one of these is needed:";

	for (int i = 0; list[i] != NULL; i++) {
		if (strcmp(list[i], arg) == 0)
			return i;
		snprintf(want + strlen(want), sizeof(want) - strlen(want),
		    " %s", list[i]);
	}
	return bad_value(c, option, arg, want);
}

int
opt_split(struct cli *c, const char *arg, enum sx_split *split)
{
	static const char *const words[] = { "auto", "message", "gap", NULL };
	int i = opt_word(c, "split", arg, words);

	if (i == -1)
		return -1;
	*split = (enum sx_split)i;
	return 0;
}

int
opt_kind(struct cli *c, const char *arg)
{
	const char *words[SX_KINDS + 1] = { NULL };

	for (size_t i = 0; i < SX_KINDS; i++)
		words[i] = sx_kind_text((enum sx_kind)i);
	return opt_word(c, "kind", arg, words);
}

int
opt_maker(struct cli *c, const char *arg, struct sx_rules *rules)
{
	const char **p;

	if (sx_maker_count(arg) == 0) {
		sx_fail(&c->err, SX_EUSAGE, 0, "no maker is called '%s'", arg);
		return sx_hint(
		    &c->err, "an ID works too, such as 31 or 00203c");
	}
	p = realloc((void *)(uintptr_t)rules->makers,
	    (rules->nmakers + 1) * sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(&c->err);
	p[rules->nmakers++] = arg;
	rules->makers = p;
	return 0;
}

bool
opt_is_standard(const char *port)
{
	if (port == NULL)
		port = midi_io_default_port();
	return port != NULL && strcmp(port, "-") == 0;
}

int
opt_no_arguments(struct cli *c)
{
	if (c->next == c->argc)
		return 0;
	return sx_fail(
	    &c->err, SX_EUSAGE, 0, "takes no argument: '%s'", c->argv[c->next]);
}
