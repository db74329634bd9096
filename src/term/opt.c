/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "opt.h"
#include "screen.h"
#include "sxlib/midi_io.h"
#include "sxlib/nearest.h"

enum { OPT_LONG = 256 }; /* id of the first row for getopt_long(3) */

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
	char left[64], text[256];

	snprintf(text, sizeof(text), "Usage: sxlib %s %s", command->name,
	    command->synopsis);
	print_wrapped(stdout, text, 0, 7);
	snprintf(text, sizeof(text), "%s.", command->summary);
	print_wrapped(stdout, text, 0, 0);
	putchar('\n');
	for (const struct option_row *o = command->options; o->name != NULL;
	     o++) {
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s",
		    o->letter != 0 ? '-' : ' ',
		    o->letter != 0 ? o->letter : ' ',
		    o->letter != 0 ? "," : " ", o->name,
		    o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
		print_help_row(stdout, left, 29, o->help);
	}
}

int
opt_take_help(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	(void)row, (void)opts, (void)arg;
	print_help(c->command);
	return -1;
}

/* Convert the rows for getopt_long(3). */
static int
getopt_tables(const struct command *command, struct option *longs, char *shorts)
{
	size_t n = count_options(command);

	if (n >= OPT_MOST)
		return -1;
	*shorts++ = ':';
	for (size_t i = 0; i < n; i++) {
		const struct option_row *o = &command->options[i];

		longs[i] = (struct option){ o->name,
			o->arg != NULL ? required_argument : no_argument, NULL,
			OPT_LONG + (int)i };
		if (o->letter == 0)
			continue;
		*shorts++ = (char)o->letter;
		if (o->arg != NULL)
			*shorts++ = ':';
	}
	longs[n] = (struct option){ 0 };
	*shorts = '\0';
	return 0;
}

static int
see_help(struct cli *c)
{
	return sx_hint(&c->err, "see 'sxlib %s --help'", c->command->name);
}

static int
bad_option(struct cli *c, const char *why)
{
	opt_fail(c, "%s '%s'", why, c->argv[optind - 1]);
	return see_help(c);
}

/* Suggest the long option that was probably meant, if there is one. */
static void
suggest_option(struct cli *c)
{
	const char *arg = c->argv[optind - 1];
	char word[64];
	struct sx_nearest near = { .word = word };

	if (strncmp(arg, "--", 2) != 0)
		return;
	snprintf(
	    word, sizeof(word), "%.*s", (int)strcspn(arg + 2, "="), arg + 2);
	for (const struct option_row *o = c->command->options; o->name != NULL;
	     o++)
		sx_nearest_try(&near, o->name);
	if (near.best != NULL)
		sx_hint(&c->err, "did you mean '--%s'? see 'sxlib %s --help'",
		    near.best, c->command->name);
}

/* Fail for an option unknown to getopt_long(3). Among several letters after one
 * '-' optind does not point past that word yet: only the letter is known. */
static int
unknown_option(struct cli *c, const char *shorts)
{
	static const char why[] = "unknown or malformed option:";

	if (optopt <= 0 || optopt >= OPT_LONG ||
	    strchr(shorts, optopt) != NULL) {
		suggest_option(c);
		return bad_option(c, why);
	}
	opt_fail(c, "%s '-%c'", why, optopt);
	return see_help(c);
}

/* Run getopt_long(3) so that options and arguments may be mixed even if
 * POSIXLY_CORRECT is set, which it reads when it begins. */
static int
mixed_getopt(struct cli *c, const char *shorts, const struct option *longs)
{
	const char *posix = getenv("POSIXLY_CORRECT");
	char *kept = posix != NULL ? strdup(posix) : NULL;
	int id;

	if (posix != NULL)
		unsetenv("POSIXLY_CORRECT");
	id = getopt_long(c->argc, c->argv, shorts, longs, NULL);
	if (kept != NULL)
		setenv("POSIXLY_CORRECT", kept, 1);
	free(kept);
	return id;
}

static const struct option_row *
option_of(const struct command *command, int id)
{
	const struct option_row *row = command->options;

	if (id >= OPT_LONG)
		return &row[id - OPT_LONG];
	while (row->letter != id)
		row++;
	return row;
}

static void
note_given(struct cli *c, const struct option_row *row)
{
	for (size_t i = 0; i < c->ngiven; i++)
		if (c->given[i] == row)
			return;
	c->given[c->ngiven++] = row;
}

int
opt_parse(struct cli *c, void *opts)
{
	struct option longs[OPT_MOST];
	char shorts[OPT_MOST * 2 + 2];
	const struct option_row *row;
	int id;

	if (getopt_tables(c->command, longs, shorts) == -1)
		return sx_fail_memory(&c->err);
	opterr = 0;
	while ((id = mixed_getopt(c, shorts, longs)) != -1) {
		if (id == ':')
			return bad_option(c, "missing value after");
		if (id == '?')
			return unknown_option(c, shorts);
		row = option_of(c->command, id);
		note_given(c, row);
		if (row->take(c, row, opts, optarg) == -1)
			return -1;
	}
	c->next = optind;
	return 0;
}

const struct option_row *
opt_unfit(const struct cli *c, unsigned job)
{
	for (size_t i = 0; i < c->ngiven; i++)
		if (c->given[i]->jobs != 0 && (c->given[i]->jobs & job) == 0)
			return c->given[i];
	return NULL;
}

int
opt_check(struct cli *c, const struct opt_rule *rules)
{
	while (rules->why != NULL && !rules->broken)
		rules++;
	return rules->why == NULL ? 0 : opt_fail(c, "%s", rules->why);
}

bool
opt_is_standard(const char *port)
{
	if (port == NULL)
		port = midi_io_default_port();
	return port != NULL && strcmp(port, "-") == 0;
}

int
opt_fail(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)sx_vfail(&c->err, SX_EUSAGE, 0, fmt, ap);
	va_end(ap);
	return -1;
}

static bool
is_given(const struct cli *c, const char *name)
{
	for (size_t i = 0; i < c->ngiven; i++)
		if (strcmp(c->given[i]->name, name) == 0)
			return true;
	return false;
}

int
opt_exclude(struct cli *c, const char *a, const char *b)
{
	if (!is_given(c, a) || !is_given(c, b))
		return 0;
	return opt_fail(c, "--%s and --%s are mutually exclusive", a, b);
}

int
opt_arguments(struct cli *c, int least, int most, const char *wanted)
{
	int n = c->argc - c->next;

	return n >= least && n <= most ? 0 : opt_fail(c, "%s", wanted);
}

int
opt_no_arguments(struct cli *c)
{
	if (c->next == c->argc)
		return 0;
	return opt_fail(c, "takes no argument: '%s'", c->argv[c->next]);
}

void
opt_walk(const struct cli *c, struct sx_walk *walk)
{
	static char here[] = ".";
	static char *const none[] = { here };

	walk->arguments = c->next < c->argc ? c->argv + c->next : none;
	walk->count = c->next < c->argc ? c->argc - c->next : 1;
}
