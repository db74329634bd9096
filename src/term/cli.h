/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_CLI_H
#define SXLIB_TERM_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* --color */
enum colours {
	COLOURS_AUTO,
	COLOURS_ALWAYS,
	COLOURS_NEVER,
};

#define OPT_MOST 48 /* options of a command, with the row that ends them */

struct cli {
	const struct command *command;
	int argc; /* of the command: argv[0] is its name */
	char **argv;
	struct sx_err err; /* printed by main, and its status counted in */
	enum status worst; /* of what failed on the side; main counts it in */
	int signal;	   /* die of this at the end; 0: do not */
	bool quiet, verbose, json;
	enum colours colours;
	int out_errno; /* why stdout or stderr failed; 0: it did not */
	struct sx_writer *writer; /* private to say.c */
	bool deaf;	   /* nobody reads stderr: to write to it would hang */
	int64_t say_until; /* mono time; after it, say_end() waits no more */
	int next;	   /* its first argument, after opt_parse() */
	/* Options that were given, in that order: private to opt.c. */
	const struct option_row *given[OPT_MOST];
	size_t ngiven;
	struct sx_user *user; /* private to user.c */
};

struct command {
	const char *name;
	const char *synopsis; /* after "sxlib NAME " */
	const char *summary;
	const struct option_row *options; /* ends in a row with no name */
	enum status (*run)(struct cli *c);
};

#endif
