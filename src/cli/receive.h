/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECEIVE_H
#define SXLIB_RECEIVE_H

#include "cli.h"
#include "sxlib/session.h"
#include "sxlib/store.h"

/* What receive.c and its helpers share. */

struct receive_opts {
	const char *port;
	struct sx_store_opts store;
	struct sx_rules rules;
	long count;	 /* 0: no end */
	int64_t timeout; /* us; 0: none */
	const char *exec;
	bool twice;
};

/* Take the command line apart. 0; -1 and c->err, left empty for --help. */
int receive_parse(struct cli *c, struct receive_opts *o);
extern const struct option_row receive_options[];

/* What the options are unless told. */
#define RECEIVE_OPTS                                  \
	{                                             \
		.store = { .out = ".", .first = -1 }, \
		.rules = { .gap = 1000000 },          \
	}

/* The options that several commands have: what dumps are, where they come from
 * and go to, and under what name. */
enum {
	OPT_FORMAT = OPT_LONG,
	OPT_SPLIT,
	OPT_GAP,
	OPT_MAKER,
	OPT_ALL,
	OPT_TWICE,
	OPT_NOT_PORT,
	OPT_NAME,
	OPT_LABEL,
	OPT_FIRST,
	OPT_EXEC,
	OPT_RECEIVE, /* the next command's own begin here */
};
/* clang-format off */
#define OPTION_OUT                                                      \
	{ 'o', "out", "X",                                              \
	    "folder/, FILE.syx, FILE.mid, or - (stdout); default ." }
#define OPTION_FORMAT                                                   \
	{ OPT_FORMAT, "format", "syx|mid",                              \
	    "of files in a folder; default syx" }
#define OPTIONS_NAMES                                                   \
	{ OPT_NAME, "name", "TEMPLATE", "such as pattern{n:02}" },      \
	{ OPT_LABEL, "label", "TEXT", "for {label} in the template" },  \
	{ OPT_FIRST, "first", "N", "where {n} begins" },                \
	{ OPT_EXEC, "exec", "PROGRAM", "run it after each whole dump" }
/* clang-format on */
/* Take one of them. -1 and c->err. */
int receive_option(
    struct cli *c, struct receive_opts *o, int id, const char *arg);
/* Those of them that contradict each other. */
int receive_check(struct cli *c, const struct receive_opts *o);

/* Receive until it is over. o is borrowed. */
enum status receive_run(struct cli *c, const struct receive_opts *o);

/* A dump that is whole, in its part. */
struct taken {
	struct sx_part *part; /* NULL: there is none */
	struct sx_dump dump;
	struct sx_piece *pieces; /* behind dump.pieces, owned */
	bool unfit;		 /* not what it should be, though whole */
	bool failed;		 /* the disk did not take it, so far */
};

/* Take a part over, and a copy of its dump. -1 and e: part stays the caller's.
 */
int taken_set(struct taken *t, struct sx_part *part, const struct sx_dump *dump,
    struct sx_err *e);
/* Free it; its part is removed, or only left where it is. */
void taken_drop(struct taken *t);
void taken_release(struct taken *t);

/*
 * --twice: are the bytes of the one that was taken and of the part the same?
 * 1: yes. 0: no, and what differs has been said. -1 and e.
 */
int taken_confirms(struct cli *c, const struct taken *t, struct sx_part *part,
    struct sx_err *e);

/*
 * Makes files of dumps and tells about them. When many come at once they wait,
 * written but not synced, and are synced together: their bytes are on the disk
 * sooner so.
 */
#define KEEPER_MOST 128

struct keeper {
	struct cli *c;
	const struct receive_opts *o;
	const char *port_name;
	const char *said_as; /* before what is said of a dump; NULL: nothing */
	struct sx_store *store;
	struct sx_part *part; /* of the dump that is coming in */
	int64_t sync_at;      /* mono time; INT64_MAX: nothing to sync */
	struct taken *waiting;
	size_t nwaiting, room;
	char **later; /* lines that become true when the store is finished */
	size_t nlater;
	size_t damaged, bad;	 /* dumps; with a wrong checksum */
	size_t losses;		 /* places between dumps */
	size_t no_dumps, others; /* messages that were not kept, and why */
	char last[512];		 /* what was said of the last file */

	/* For a store with memory: what the disk does not take waits, and no
	 * call but keeper_add() fails for it. */
	bool patient;
	bool part_failed;
	struct sx_err trouble; /* why it waits; SX_OK: it does not */
	size_t lost;	       /* dumps that memory had no room for either */
};

/* Take in what parts of earlier runs hold, and say so. */
void keeper_rescue(struct keeper *k);
/* Bytes of a dump, the beginning of which makes its part. */
int keeper_data(struct keeper *k, const struct sx_step *step, int64_t now);
/* A message has ended: count it if it is not kept. */
void keeper_message(struct keeper *k, const struct sx_message *m);
/* Bytes are missing, and no message was open: say so, or mark the open dump. */
void keeper_loss(struct keeper *k);
/* The part that is coming in, to be given back with keeper_add(). */
struct sx_part *keeper_part(struct keeper *k);
/* Sync the open part if that is due. */
int keeper_sync(struct keeper *k, int64_t now);
/* A whole or damaged dump. Consumes the part, whatever comes back. */
int keeper_add(
    struct keeper *k, struct sx_part *part, const struct sx_dump *dump);
/* The same for a whole one that is not what it should be: its file is called
 * one of the damaged. */
int keeper_add_unfit(
    struct keeper *k, struct sx_part *part, const struct sx_dump *dump);
/* All that wait become files now. -1 and c->err: what could not be is left in
 * its part; or, if patient, 0 and k->trouble. */
int keeper_settle(struct keeper *k);
/* Patient, after trouble: try again. True: the disk takes all of it now. */
bool keeper_retry(struct keeper *k);
/* FILE.syx and FILE.mid get their names. */
int keeper_finish(struct keeper *k);
/* Was anything that arrived damaged, wrong or lost? */
bool keeper_hurt(const struct keeper *k);
/* Say what was not kept. */
void keeper_say_rest(const struct keeper *k);
void keeper_free(struct keeper *k);

/* One dump as print_json() and describe() take it. */
struct record record_of(const struct keeper *k, const struct sx_dump *d,
    const struct sx_stored *stored);

/*
 * Run a program with a path as its argument and the facts in its environment,
 * its output going to stderr, and wait for it. A failure is only said.
 */
void run_program(struct cli *c, const char *program, const struct record *r);

#endif
