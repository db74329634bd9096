/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_H
#define SXLIB_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"

/*
 * What the commands share. A command is a row and a file: main.c lists the
 * rows, and usage, help and option parsing come from them.
 */

/* Exit statuses, see docs/sxlib.1. */
enum status {
	ST_OK = 0,
	ST_FAILED = 1,
	ST_USAGE = 2,
	ST_INCOMPLETE = 3,
	ST_PORT = 4,
	ST_DAMAGED = 5,
};

/* Where several apply, the first of 2, 1, 4, 5, 3 is it. */
enum status status_worse(enum status a, enum status b);

struct option_row {
	int id; /* its short form, or any number from OPT_LONG on */
	const char *name;
	const char *arg; /* NULL: takes none */
	const char *help;
};

enum { OPT_LONG = 256 };

/* The rows that end every table, and those that many have. */
#define OPTIONS_END                              \
	{ 'h', "help", NULL, "show this help" }, \
	{                                        \
		0, NULL, NULL, NULL              \
	}
#define OPTION_PORT                                                          \
	{                                                                    \
		'p', "port", "PORT",                                         \
		    "hw:1, tty:/dev/..., sim:NAME, -, or a part of its name" \
	}
#define OPTION_QUIET                                         \
	{                                                    \
		'q', "quiet", NULL, "say only what is wrong" \
	}
#define OPTION_JSON                                                     \
	{                                                               \
		'j', "json", NULL, "results as JSON, one object a line" \
	}

struct cli {
	const struct command *command;
	int argc; /* of the command: argv[0] is its name */
	char **argv;
	struct sx_err err; /* printed by main, and its status counted in */
	int signal;	   /* die of this at the end; 0: do not */
	bool quiet, verbose, json;
	int out_errno;	 /* why stdout or stderr failed; 0: it did not */
	int next;	 /* private to opt.c */
	void *getopt;	 /* private to opt.c */
	struct own *own; /* private to own.c */
};

struct command {
	const char *name;
	const char *synopsis; /* after "sxlib NAME " */
	const char *summary;
	const struct option_row *options; /* ends in a row with no name */
	enum status (*run)(struct cli *c);
};

/* opt.c */

/*
 * The next option: its id, with its argument in *arg; 0 when all are taken
 * (arguments are then c->argv[c->next..c->argc-1], options may have stood
 * between them); -1 and c->err for an unknown one or a missing argument. The
 * common ones (-q, -v, -j, --help) are dealt with here, if the command has a
 * row for them. --help gives -1 with c->err left empty: run() returns ST_OK.
 */
int opt_next(struct cli *c, const char **arg);

/* A number within [least, most], or -1 and c->err that names the option. */
int opt_number(struct cli *c, const char *option, const char *arg, double least,
    double most, double *value);
/* The same for whole numbers. */
int opt_count(struct cli *c, const char *option, const char *arg, long least,
    long most, long *value);
/* A time of at least `least`, in units of so many microseconds. */
#define OPT_SECONDS 1e6
#define OPT_MS	    1e3
int opt_time(struct cli *c, const char *option, const char *arg, double least,
    double unit, int64_t *us);
/* Bytes per second: a number, or 0 for "max", or the wire's for "din". */
int opt_rate(struct cli *c, const char *arg, long *rate);
/* One of the words of list (ends in NULL): its index, or -1 and c->err. */
int opt_word(struct cli *c, const char *option, const char *arg,
    const char *const *list);
/* What a dump is: auto, message or gap. */
int opt_split(struct cli *c, const char *arg, enum sx_split *split);
/* One of the kinds, or -1 and c->err. */
int opt_kind(struct cli *c, const char *arg);
/* A maker's name or ID, added to rules->makers, which the caller frees; or -1
 * and c->err. */
int opt_maker(struct cli *c, const char *arg, struct sx_rules *rules);

/* Is it "-" that this --port, NULL if there is none, means? */
bool opt_is_standard(const char *port);

/* After the last option, for commands without arguments. -1 and c->err: there
 * is one. */
int opt_no_arguments(struct cli *c);

void print_help(const struct command *command);

/* print.c */

/*
 * Lines of text, which may be from elsewhere (an instrument, a file name):
 * what they say is made safe for a terminal, see safe_text(). A stream that
 * fails is remembered.
 */

/* A line of results: to stdout, flushed. */
void say_result(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The path of a file that is whole, the same way; but as it is, for scripts,
 * where stdout is no terminal. */
void say_path(struct cli *c, const char *path);
/* The end of a line of results that was written piece by piece. */
void flush_result(struct cli *c);

/* A line to the person, on stderr; the progress line makes way. Silenced by
 * --quiet. */
void say(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for what is wrong: "sxlib: COMMAND: ...", never silenced. */
void warn(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Print an error with its hint, and empty it. */
void warn_error(struct cli *c, struct sx_err *e);
/* The same for one that ends only a part of the work, and is borrowed; its exit
 * status. So c->err is free for what fails after it. */
enum status warn_of(struct cli *c, const struct sx_err *e);
/* The exit status of an error. */
enum status status_of(const struct sx_err *e);

/* Draw the progress line, if stderr is a terminal; "" takes it away. */
void progress(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool has_progress(const struct cli *c);

/* May f be written to in colours: a terminal, and no NO_COLOR? */
bool has_colour(FILE *f);

/* Text from elsewhere (an instrument, a file name) made safe for a terminal:
 * control characters and what is no UTF-8 become \xNN. Cut to size with the
 * NUL. Returns buf. */
char *safe_text(char *buf, size_t size, const char *text);
/* Bytes of the UTF-8 character that text begins with; 0: it is none. */
size_t utf8_length(const char *text);

/* facts.c */

#define FACTS 17

/* One dump or message as all commands speak of it. Borrowed texts; NULL or a
 * negative number where absent. */
struct record {
	const char *file;
	const char *port;
	int64_t time; /* us since 1970; -1 */
	int64_t offset;
	uint64_t bytes;
	size_t messages;
	const struct sx_facts *facts; /* NULL, for facts_env(): no one dump */
	const char *label;
	struct sx_damage damage;
};

/* That of a message that has come in, on no port as yet. */
struct record message_record(const struct sx_message *m);

/* The record as one JSON object, in a line. */
void print_json(FILE *f, const struct record *r);
/* The same without its end, for more keys. */
void print_json_facts(FILE *f, const struct record *r);
/* Bytes that belong to no message, without the end of the object. */
void print_json_stray(
    FILE *f, const char *path, uint64_t offset, uint64_t bytes);
/* A string in JSON, quoted; NULL is null. Bytes that are no UTF-8 become
 * \udcXX, as in Python's surrogateescape. */
void print_json_text(FILE *f, const char *text);

/* "NAME=value" for each fact, SXLIB_ before it, absent ones left out. Ends in
 * NULL; free with free_env(). NULL if memory ends. */
char **facts_env(const struct record *r);
void free_env(char **env);
/* Has "NAME=value" the name of a fact, be it absent or not? */
bool names_fact(const char *variable);

/*
 * What it is, for people: "Jomox, Alpha Base, pattern, 1234 bytes, no checksum
 * in this format". Cut to size. Returns buf.
 */
char *describe(char *buf, size_t size, const struct record *r);
/* Where it belongs: as the unit shows it, else the number, else "". */
#define SLOT_TEXT 24
char *slot_text(char buf[SLOT_TEXT], const struct sx_facts *f);
/* Only the beginning of it: "Elektron, Machinedrum, kit 3, \"NAME\"". */
char *describe_facts(char *buf, size_t size, const struct sx_facts *f);

/* "" for one, "s" for any other number. */
const char *plural(uint64_t n);

/* The earlier one of two times. */
static inline int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* "2026-11-22T05:15:30.123Z" into buf; returns it. */
#define TIME_TEXT 25
char *time_text(char buf[TIME_TEXT], int64_t wall);

#endif
