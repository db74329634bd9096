/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TAKE_H
#define SXLIB_TAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/framer.h"

/*
 * All that comes in, with its times, as a Standard MIDI File. While a take
 * grows it is a journal, {time}-{pid}.take, in the folder of its file: a
 * little memory, whatever its length. At the end the file is made out of it,
 * and gets its name by fsync, a rename that cannot replace, and fsync of the
 * folder. All calls block on the disk.
 */

enum sx_take_form {
	SX_TAKE_ONE,	  /* type 0: one track, everything in exact order */
	SX_TAKE_PORTS,	  /* type 1: a track for each port */
	SX_TAKE_CHANNELS, /* type 1: a track for each channel of a port that
			     was used, and one for all else from it */
	SX_TAKE_SNAPSHOT, /* type 0: only the last value of each controller,
			     program and bend (sxlib/snapshot.h), all at once */
};

/* At 125 beats a minute and 960 ticks a beat, one tick is this long. */
#define SX_TAKE_TICK_US 500

#define SX_TAKE_PORTS_MOST 64

struct sx_take_opts {
	const char *out; /* FILE.mid */
	enum sx_take_form form;
	const char *const *ports; /* their names */
	size_t nports;		  /* 1 .. SX_TAKE_PORTS_MOST; ONE and SNAPSHOT:
				     1 */
};

/* What is in a take so far. */
struct sx_take_facts {
	uint64_t events;  /* whole messages that are no SysEx */
	uint64_t sysex;	  /* SysEx messages, cut ones too */
	uint64_t bytes;	  /* of these */
	uint64_t damaged; /* cut messages, and rests of some */
	uint64_t holes;	  /* further places where bytes were lost */
	int64_t length;	  /* us, from the first to the last */
};

struct sx_take;

/*
 * Check out without touching anything: it ends in .mid, does not exist, and its
 * folder can be written to. -1 and e (SX_EUSAGE, SX_EREFUSED, SX_EIO).
 */
int sx_take_check(const char *out, struct sx_err *e);

/* Check again. Makes no file yet. opts is copied. NULL and e on failure. */
struct sx_take *sx_take_open(const struct sx_take_opts *opts, struct sx_err *e);
/* t may be NULL. What was not finished stays in its journal. */
void sx_take_close(struct sx_take *t);

/*
 * Add a span that arrived from a port at `at`, doubt as in
 * sx_collector_span(). The first one is the take's time 0. After a failure
 * what was there at the last sync still is, and nothing more can be added.
 */
int sx_take_span(struct sx_take *t, unsigned port, const struct sx_span *span,
    struct sx_time at, bool doubt, struct sx_err *e);

/* Make what there is survive a kill and a power cut. Does nothing if it does
 * already. */
int sx_take_sync(struct sx_take *t, struct sx_err *e);

const struct sx_take_facts *sx_take_facts(const struct sx_take *t);

/*
 * The end. 1: the file has its name and is synced; *path (to be freed) is its
 * path. 0: nothing was added, and there is no file. -1 and e: the take is in
 * its journal, e says where; or only that could not be removed, and *path is
 * set as well. It is NULL in all other cases.
 */
int sx_take_finish(struct sx_take *t, char **path, struct sx_err *e);

/* What became of a journal that a crashed run has left. */
struct sx_take_left {
	char *path;    /* its MIDI file; NULL: nothing was in it for one */
	uint64_t lost; /* bytes of it that are not understood */
	char *kept;    /* where it is now if there are such, or NULL */
	struct sx_take_facts facts;
};

/*
 * Make files of the journals that crashed runs have left in the folder of
 * this take, {time}-{name of the file}.mid. A journal in which something is not
 * understood is kept, {time}-{pid}.take.bad, beside the file of all else in it;
 * that a crash has cut its last record is no damage. One a call: 1 and *left,
 * for sx_take_left_done(); 0 when there are no more; -1 and e: one could not
 * be, it stays as it is; go on calling.
 */
int sx_take_rescue(
    struct sx_take *t, struct sx_take_left *left, struct sx_err *e);
void sx_take_left_done(struct sx_take_left *left);

#endif
