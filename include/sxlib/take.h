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
 * Records all input with its timing as a Standard MIDI File. While a take grows
 * it is a journal, {time}-{pid}.take, in the folder of its file; memory use is
 * small and independent of the length. At the end the file is made from the
 * journal and gets its name by fsync, a rename that cannot replace, and fsync
 * of the folder. All calls block on the disk.
 */

enum sx_take_form {
	SX_TAKE_ONE,	  /* type 0: one track, everything in exact order */
	SX_TAKE_PORTS,	  /* type 1: one track per port */
	SX_TAKE_CHANNELS, /* type 1: one track per used channel of a port, and
			     one for everything else from the port */
	SX_TAKE_SNAPSHOT, /* type 0: only the last value of each controller,
			     program and bend (sxlib/snapshot.h), all at one
			     time */
};

/* One tick at 125 beats a minute and 960 ticks a beat. */
#define SX_TAKE_TICK_US 500

#define SX_TAKE_PORTS_MOST 64

struct sx_take_opts {
	const char *out; /* FILE.mid */
	enum sx_take_form form;
	const char *const *ports; /* their names */
	size_t nports;		  /* 1 .. SX_TAKE_PORTS_MOST; ONE and SNAPSHOT:
				     1 */
};

/* The contents of a take so far. */
struct sx_take_facts {
	uint64_t events;  /* complete messages other than SysEx */
	uint64_t sysex;	  /* SysEx messages, including cut ones */
	uint64_t bytes;	  /* of these */
	uint64_t damaged; /* cut messages, and remainders of messages */
	uint64_t holes;	  /* other places where bytes were lost */
	int64_t length;	  /* us, from first to last */
};

struct sx_take;

/*
 * Check out without creating anything: it ends in .mid, does not exist, and its
 * folder is writable. Returns -1 and sets e (SX_EUSAGE, SX_EREFUSED, SX_EIO).
 */
int sx_take_check(const char *out, struct sx_err *e);

/* Check again. Creates no file yet. opts is copied. Returns NULL and sets e on
 * failure. */
struct sx_take *sx_take_open(const struct sx_take_opts *opts, struct sx_err *e);
/* t may be NULL. A take that was not finished stays in its journal. */
void sx_take_close(struct sx_take *t);

/*
 * Add a span received from a port at `at`; doubt as in sx_collector_span(). The
 * first one is time 0 of the take. Returns -1 and sets e on failure: everything
 * up to the last sync is preserved, and nothing more can be added.
 */
int sx_take_span(struct sx_take *t, unsigned port, const struct sx_span *span,
    struct sx_time at, bool doubt, struct sx_err *e);

/* Make the take so far survive a kill and a power failure. Does nothing if it
 * does already. */
int sx_take_sync(struct sx_take *t, struct sx_err *e);

const struct sx_take_facts *sx_take_facts(const struct sx_take *t);

/*
 * Finish. Returns 1 if the file has its name and is synced; *path is its path,
 * the caller frees it. 0 if nothing was added: there is no file. -1 and sets e
 * if the take is still in its journal (e tells where), or if only the journal
 * could not be removed; in the latter case *path is set, too. Otherwise *path
 * is NULL.
 */
int sx_take_finish(struct sx_take *t, char **path, struct sx_err *e);

/* The result of recovering a journal left by a crashed run. */
struct sx_take_left {
	char *path;    /* its MIDI file; NULL: it had nothing to save */
	uint64_t lost; /* bytes of it that could not be decoded */
	char *kept;    /* where the journal is now if there are such bytes, or
			  NULL */
	struct sx_take_facts facts;
};

/*
 * Recover the journals that crashed runs left in the folder of this take, as
 * {time}-{name of the file}.mid. A journal with bytes that cannot be decoded is
 * also kept, as {time}-{pid}.take.bad, next to the file made from the rest; a
 * last record truncated by the crash is not damage. One per call: returns 1 and
 * sets *left, to be freed with sx_take_left_done(); 0 if there are no more; -1
 * and sets e if one could not be recovered: it is left unchanged; keep calling.
 */
int sx_take_rescue(
    struct sx_take *t, struct sx_take_left *left, struct sx_err *e);
void sx_take_left_done(struct sx_take_left *left);

#endif
