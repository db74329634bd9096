/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_CLI_H
#define SXLIB_TERM_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/* Shared by the commands. A command is a row and a file: main.c lists the rows;
 * usage, help and option parsing are derived from them. */

/* Exit statuses, see docs/sxlib.1. */
enum status {
	ST_OK = 0,
	ST_FAILED = 1,
	ST_USAGE = 2,
	ST_INCOMPLETE = 3,
	ST_PORT = 4,
	ST_DAMAGED = 5,
};

/* --color */
enum colours {
	COLOURS_AUTO,
	COLOURS_ALWAYS,
	COLOURS_NEVER,
};

#define OPT_MOST 48 /* options of a command, including the end row */

#define SAY_MOST   4608 /* bytes: a path of PATH_MAX and a sentence */
#define SAY_PREFIX 64	/* bytes: "sxlib: COMMAND: " */

/* A line that is being said: put together; safe for a terminal, where each byte
 * may become \xNN; wrapped and painted: two lines in a row hold more than 18
 * columns, so less than a quarter is added. No memory is needed to say that
 * there is none. */
struct said {
	char text[SAY_PREFIX + SAY_MOST];
	char safe[(SAY_PREFIX + SAY_MOST) * 4];
	char lines[(SAY_PREFIX + SAY_MOST) * 6];
};

struct cli {
	const struct command *command;
	int argc; /* of the command: argv[0] is its name */
	char **argv;
	struct sx_err err; /* printed by main and counted in the exit status */
	enum status worst; /* of failures along the way; counted by main */
	int signal;	   /* to die from at the end; 0: none */
	bool quiet, verbose, json;
	enum colours colours;
	int out_errno;		  /* error of stdout or stderr; 0: none */
	struct sx_writer *writer; /* private to say.c */
	struct said line;	  /* the same; zeroed once, not for each line */
	bool deaf;	   /* nobody reads stderr: writing to it would block */
	int64_t say_until; /* mono time at which say_end() stops waiting */
	int next;	   /* index of its first argument, after opt_parse() */
	/* Options as given, in that order: private to opt.c. */
	const struct option_row *given[OPT_MOST];
	size_t ngiven;
	struct sx_user *user; /* private to user.c */
};

struct command {
	const char *name;
	const char *synopsis; /* after "sxlib NAME " */
	const char *summary;
	const struct option_row *options; /* ends with a row without a name */
	enum status (*run)(struct cli *c);
};

#endif
