/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_REQUEST_H
#define SXLIB_CLI_REQUEST_H

#include "receive.h"
#include "sxlib/fetch.h"
#include "sxlib/midi_io.h"
#include "sxlib/targets.h"
#include "term/opt.h"

/* What request.c and its parts share. */

struct request {
	struct receive_opts keep; /* first, as its options expect */
	struct cli *c;
	struct sx_wanted wanted;
	long retries;		   /* after the first time */
	char device[SX_FACT_TEXT]; /* that "auto" has found */
	bool resume;
	char port_name[MIDI_IO_NAME];
	struct finisher finisher;
	struct keeper keeper;
	struct sx_targets targets;
	struct sx_fetch fetch; /* with the session and the store */
	int64_t begun;	       /* mono */
	int64_t draw_at;
	size_t no_dumps;
	uint64_t bytes; /* of all dumps that came */
	enum status status;
};

extern const struct option_row request_options[];
/*
 * Take the command line apart. A device that cannot be asked has a
 * wanted.panel, and the number of its dumps in keep.count. 0; -1 and c->err,
 * left empty for --help.
 */
int request_parse(struct request *r);

/* request_say.c: where the knowledge comes from, if from no manual; what
 * happens, but for files; and how it went, with the status. */
void say_source(struct request *r);
void say_fetched(struct request *r, const struct sx_fetch_event *ev);
void say_outcome(struct request *r);

#endif
