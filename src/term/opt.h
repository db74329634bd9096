/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_OPT_H
#define SXLIB_TERM_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli.h"
#include "sxlib/dump.h"
#include "sxlib/walk.h"

/*
 * The options of a command are a table: the name of each, its help text, its
 * valid values, and the member of the command's own struct that gets it. Help,
 * parsing and, via help, completion come from it.
 */

struct option_row;

/* Read the value of an option into opts. Returns -1 and sets c->err if it is
 * invalid. */
typedef int opt_take(
    struct cli *c, const struct option_row *row, void *opts, const char *arg);

struct option_row {
	int letter; /* 0: none */
	const char *name;
	const char *arg; /* NULL: no argument */
	const char *help;
	opt_take *take;
	size_t place, count; /* in the command's struct */
	long least, most;    /* valid range; times: in us */
	long unit;	     /* us */
	const char *const *words;
	unsigned jobs; /* bits of the command's jobs that it is for; 0: all */
};

/* ---- The rest of an option's row, for member m of struct s ---- */

/* clang-format off */

/* The member to set. Does not compile if it has another type. */
#define OPT_OFFSET(s, m, type)                                          \
	offsetof(s, m) + 0 * sizeof(_Generic(((s *)0)->m, type: (char)0))
#define OPT_AT(s, m, type) .place = OPT_OFFSET(s, m, type)
/* The same for an int or an enum. */
#define OPT_AT_INT(s, m)                                                \
	.place = offsetof(s, m) +                                       \
	    0 * sizeof(char[sizeof(((s *)0)->m) == sizeof(int) ? 1 : -1])

/* set to true, or false, if given */
#define OPT_FLAG(s, m)  .take = opt_take_flag, OPT_AT(s, m, bool), .most = 1
#define OPT_UNSET(s, m) .take = opt_take_flag, OPT_AT(s, m, bool), .most = 0
/* the same, in struct cli, for any command */
#define OPT_COMMON(m)   .take = opt_take_common, OPT_AT(struct cli, m, bool)
/* set to this value of an enum if given */
#define OPT_VALUE(s, m, value)                                          \
	.take = opt_take_value, OPT_AT_INT(s, m), .most = (value)
/* const char *, borrowed: the last one given */
#define OPT_TEXT(s, m)  .take = opt_take_text, OPT_AT(s, m, const char *)
/* const char **, owned, and its size_t: all texts given, borrowed */
#define OPT_TEXTS(s, m, n)                                              \
	.take = opt_take_texts, OPT_TEXTS_AT(s, m, n)
#define OPT_TEXTS_AT(s, m, n)                                           \
	OPT_AT(s, m, const char **), .count = OPT_OFFSET(s, n, size_t)
/* long: a whole number within [low, high] */
#define OPT_COUNT(s, m, low, high)                                      \
	.take = opt_take_count, OPT_AT(s, m, long),                     \
	.least = (low), .most = (high)
/* int64_t in us: seconds or ms, of at least low us */
#define OPT_SECONDS(s, m, low)                                          \
	.take = opt_take_time, OPT_AT(s, m, int64_t),                   \
	.least = (low), .unit = 1000000
#define OPT_MS(s, m, low)                                               \
	.take = opt_take_time, OPT_AT(s, m, int64_t),                   \
	.least = (low), .unit = 1000
/* uint64_t: bytes, or with a suffix K, M, G or T (powers of 1024) */
#define OPT_SIZE(s, m)  .take = opt_take_size, OPT_AT(s, m, uint64_t)
/* long: bytes per second; 0 for "max", that of the DIN wire for "din" */
#define OPT_RATE(s, m)  .take = opt_take_rate, OPT_AT(s, m, long)
/* an enum: the index of the word in a list that ends with NULL */
#define OPT_WORD(s, m, list)                                            \
	.take = opt_take_word, OPT_AT_INT(s, m), .words = (list)
/* unsigned: bits of words of such a list, "one,another" */
#define OPT_WORDS(s, m, list)                                           \
	.take = opt_take_words, OPT_AT(s, m, unsigned), .words = (list)
/* unsigned: bits of whole numbers within [low, high], "1,3,9-16" */
#define OPT_RANGES(s, m, low, high)                                     \
	.take = opt_take_ranges, OPT_AT(s, m, unsigned),                \
	.least = (low), .most = (high)
/* int64_t in us: seconds, M:S or H:M:S */
#define OPT_POSITION(s, m) .take = opt_take_position, OPT_AT(s, m, int64_t)
/* int: an enum sx_kind by its name */
#define OPT_KIND(s, m)  .take = opt_take_kind, OPT_AT(s, m, int)
/* struct sx_rules: a maker's name or ID, added to its makers, which are owned;
 * the name is borrowed */
#define OPT_MAKER(s, m) .take = opt_take_maker, OPT_AT(s, m, struct sx_rules)
/* read by a function of the command */
#define OPT_BY(function) .take = (function)

/* The rows that end every table, and rows that many tables have. */
#define OPTIONS_END                                                     \
	{ 0, "color", "auto|always|never", "default auto: on a terminal",  \
	    OPT_BY(opt_take_colours) },                                   \
	{ 'h', "help", NULL, "show this help", OPT_BY(opt_take_help) }, \
	{ .name = NULL }
#define OPTION_PORT(s, m)                                               \
	{ 'p', "port", "PORT",                                          \
	    "hw:1, tty:/dev/..., sim:NAME, -, or part of its name",   \
	    OPT_TEXT(s, m) }
#define OPTION_QUIET                                                    \
	{ 'q', "quiet", NULL, "report problems only", OPT_COMMON(quiet) }
#define OPTION_JSON                                                     \
	{ 'j', "json", NULL, "results as JSON, one object per line",      \
	    OPT_COMMON(json) }

/* clang-format on */

opt_take opt_take_flag, opt_take_common, opt_take_value, opt_take_text,
    opt_take_texts, opt_take_count, opt_take_time, opt_take_size, opt_take_rate,
    opt_take_word, opt_take_words, opt_take_ranges, opt_take_position,
    opt_take_kind, opt_take_maker, opt_take_colours, opt_take_help;

/* How messages become dumps: the words of enum sx_split. */
extern const char *const opt_splits[];

/* ---- opt.c ---- */

/*
 * Read all options of c->command into opts. Returns 0; the arguments are then
 * c->argv[c->next..c->argc-1], even if options came between them. Returns -1
 * and sets c->err for an unknown option or an invalid value; --help returns -1
 * with c->err empty: run() then returns ST_OK. The caller frees what opts owns
 * in any case.
 */
int opt_parse(struct cli *c, void *opts);

/* Return the first given option that is not for this job of the command (a
 * bit); NULL if there is none. */
const struct option_row *opt_unfit(const struct cli *c, unsigned job);

/* Print the text of `sxlib COMMAND --help`. */
void print_help(const struct command *command);

/* Does this --port, or $SXLIB_PORT if it is NULL, mean standard input and
 * output ("-")? */
bool opt_is_standard(const char *port);

/* ---- Errors: SX_EUSAGE, in c->err ---- */

/* Fail for any mistake in options and arguments. Always returns -1. */
int opt_fail(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A rule for options that depend on each other. */
struct opt_rule {
	bool broken;
	const char *why; /* the message; NULL ends the list */
};
/* Check the rules. Returns -1 and sets c->err for the first broken one. */
int opt_check(struct cli *c, const struct opt_rule *rules);
/* Returns -1 and sets c->err if both options were given. The names are without
 * dashes. */
int opt_exclude(struct cli *c, const char *a, const char *b);

/*
 * Returns -1 and sets c->err, with `wanted` as the message, unless there are
 * between `least` and `most` arguments. Call after opt_parse(), like the
 * functions below.
 */
int opt_arguments(struct cli *c, int least, int most, const char *wanted);
/* The same for commands without arguments. */
int opt_no_arguments(struct cli *c);
/* Set what to walk over: the arguments, which are borrowed, or the current
 * folder if there are none. */
void opt_walk(const struct cli *c, struct sx_walk *walk);

/* ---- opt_value.c: for a command's own functions ---- */

/* Return the address for the row's value. */
void *opt_place(const struct option_row *row, void *opts);

/* Read a number within [least, most]. Returns -1 and sets c->err, which names
 * the option, if it is invalid. */
int opt_number(struct cli *c, const char *option, const char *arg, double least,
    double most, double *value);
/* The same for whole numbers. */
int opt_count(struct cli *c, const char *option, const char *arg, long least,
    long most, long *value);
/* Return the index of a word in list (ends with NULL); -1 and sets c->err if it
 * is not there. */
int opt_word(struct cli *c, const char *option, const char *arg,
    const char *const *list);

#endif
