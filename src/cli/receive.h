/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECEIVE_H
#define SXLIB_RECEIVE_H

#include "finisher.h"
#include "sxlib/keeper.h"
#include "sxlib/keeping.h"
#include "sxlib/session.h"
#include "sxlib/store.h"
#include "teller.h"
#include "term/cli.h"
#include "term/opt.h"

/* Shared by receive.c and other commands that store dumps. */

struct receive_opts {
	const char *port;
	struct sx_store_opts store;
	struct sx_rules rules;
	long count;	 /* 0: no limit */
	int64_t timeout; /* us; 0: none */
	const char *exec;
	int64_t exec_timeout; /* us; 0: none */
	bool handshake;
	bool twice;
	uint64_t max_dump; /* bytes of one dump; 0: no limit */
};

/* Default values of the options. */
#define RECEIVE_OPTS                                                       \
	{                                                                  \
		.store = { .out = ".", .first = -1 },                      \
		.rules = { .gap = 1000000 }, .exec_timeout = EXEC_TIMEOUT, \
	}
#define EXEC_TIMEOUT 30000000
/* For commands that run unattended for a long time: the longest dump, and the
 * disk space to leave free. */
#define LONG_MAX_DUMP ((uint64_t)256 << 20)
#define LONG_RESERVE  ((uint64_t)64 << 20)

/*
 * Options of several commands: what dumps are, their source and destination,
 * and their names. The struct of such a command begins with a struct
 * receive_opts.
 */
extern const char *const receive_formats[];
/* clang-format off */
#define OPTION_OUT                                                      \
	{ 'o', "out", "X",                                              \
	    "folder/, FILE.syx, FILE.mid, or - (stdout); default .",    \
	    OPT_TEXT(struct receive_opts, store.out) }
#define OPT_RECEIVE_FORMAT                                              \
	OPT_WORD(struct receive_opts, store.format, receive_formats)
#define OPTION_FORMAT                                                   \
	{ 0, "format", "syx|mid",                                       \
	    "format of files in a folder; default syx", OPT_RECEIVE_FORMAT }
#define OPTIONS_KEPT                                                    \
	{ 0, "split", "auto|message|gap", "what counts as a dump",      \
	    OPT_WORD(struct receive_opts, rules.split, opt_splits) },   \
	{ 0, "gap", "MS", "silence that ends a dump; default 1000",     \
	    OPT_MS(struct receive_opts, rules.gap, 1000) },             \
	{ 0, "maker", "MAKER", "keep only this maker; repeatable",      \
	    OPT_MAKER(struct receive_opts, rules) },                    \
	{ 0, "all", NULL, "also keep messages that are not dumps",      \
	    OPT_FLAG(struct receive_opts, rules.all) }
#define OPTIONS_TOLD                                                    \
	OPTION_JSON, OPTION_QUIET,                                      \
	{ 'v', "verbose", NULL, "also report what is not kept",         \
	    OPT_COMMON(verbose) }
#define OPTION_MAX_DUMP(most)                                           \
	{ 0, "max-dump", "SIZE",                                        \
	    "end a longer dump, as damaged; " most,             \
	    OPT_SIZE(struct receive_opts, max_dump) }
#define OPTION_LABEL                                                    \
	{ 0, "label", "TEXT", "value of {label} in the template",            \
	    OPT_TEXT(struct receive_opts, store.label) }
#define OPTIONS_NAMES                                                   \
	{ 0, "name", "TEMPLATE", "name template, such as pattern{n:02}",               \
	    OPT_TEXT(struct receive_opts, store.name) },                \
	OPTION_LABEL,                                                   \
	{ 0, "first", "N", "first value of {n}",                          \
	    OPT_COUNT(struct receive_opts, store.first, 0,              \
		SX_NUMBER_MOST) },                                      \
	OPTIONS_EXEC
#define OPTIONS_EXEC                                                    \
	{ 0, "exec", "PROGRAM", "run this after each complete dump",         \
	    OPT_TEXT(struct receive_opts, exec) },                      \
	{ 0, "exec-timeout", "S",                                       \
	    "kill it after S seconds; default 30, 0: never",        \
	    OPT_SECONDS(struct receive_opts, exec_timeout, 0) }
/* clang-format on */
/* Check for contradictions among them. */
int receive_check(struct cli *c, const struct receive_opts *o);

/* Receive until the end. o is borrowed. */
enum status receive_run(struct cli *c, const struct receive_opts *o);

/* A keeper, with its output, for commands that do not use sx_capture. */
struct keeper {
	struct sx_keeper k;
	struct sx_keeping keeping;
	struct teller t;
	struct cli *c;
	struct finisher *finisher; /* NULL: store each dump at once */
};

/* Set it up. store may be NULL: then only call keeper_free(). */
void keeper_init(struct keeper *k, struct cli *c, const struct receive_opts *o,
    struct finisher *finisher, struct sx_store *store);
/* Like sx_keeper_add(); blocks if too many dumps wait to become files. */
int keeper_add(struct keeper *k, struct sx_pending *p);
/* Report the dumps that are files by now, or, after sx_keeping_settle(), all
 * dumps. Returns -1 and sets c->err if something could not be stored. */
int keeper_run(struct keeper *k);
/* Make files of all dumps added; FILE.syx and FILE.mid get their names. */
int keeper_finish(struct keeper *k);
void keeper_free(struct keeper *k);

#endif
