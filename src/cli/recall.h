/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_RECALL_H
#define SXLIB_CLI_RECALL_H

#include "panel.h"
#include "receive.h"
#include "sxlib/recall.h"
#include "term/cli.h"
#include "term/status.h"

/* Shared by recall.c and its parts. */

#define RECALL_OUTPUTS 16

struct recall_opts {
	const char *to[RECALL_OUTPUTS]; /* port specs */
	char *names[RECALL_OUTPUTS];	/* in a map; owned */
	size_t nto;
	int realtime;	  /* 1: drop */
	long channel;	  /* 0: not given */
	long count_from;  /* -1: not given */
	int64_t delay;	  /* us; -1: the device's */
	long rate;	  /* bytes/s; -1: the device's, else din */
	const char *keep; /* a folder, or NULL */
	struct sx_display_opts panel;
	bool check;
};

struct recall {
	struct cli *c;
	struct recall_opts o;
	struct sx_recall_place places[RECALL_OUTPUTS];
	const char *specs[RECALL_OUTPUTS]; /* of the outputs */
	unsigned rates[RECALL_OUTPUTS];
	struct sx_recall_load load; /* with more options */
	struct sx_recall recall;    /* and the remaining ones */
	bool echoed;		    /* an echoed dump was reported */
	struct sx_display display;
	struct recall_keep {
		struct receive_opts o;
		struct finisher finisher;
		struct sx_disk disk;
		struct sx_store *store; /* NULL: nothing is stored */
		struct keeper keeper;
		enum status status;
	} keep;
};

/* recall_keep.c */

/* --keep: open the folder; the session has not started yet. Returns -1 and sets
 * c->err on failure. */
int recall_keep_open(struct recall *r);
/* Return the time of its next TURN. */
int64_t recall_keep_due(const struct recall *r);
/* Report bytes dropped after a cut: before the next dump, and at the end. */
void recall_keep_skipped(struct recall *r);
void recall_keep_step(struct recall *r, const struct sx_recall_news *news);
void recall_keep_turn(struct recall *r);
/* Store everything that came back. */
enum status recall_keep_end(struct recall *r);
void recall_keep_free(struct recall *r);

/* recall_print.c */

/* Do bytes go to stdout? Then lines go to stderr. */
bool recall_fills_stdout(const struct recall *r);
/* --check: print what each line recalls. Returns -1 and sets c->err if memory
 * runs out. */
int recall_print_set(struct recall *r);
void recall_print_news(struct recall *r, const struct sx_recall_news *news);
/* Print the totals at the end. */
void recall_print_counts(struct recall *r);

#endif
