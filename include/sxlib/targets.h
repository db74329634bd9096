/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TARGETS_H
#define SXLIB_TARGETS_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/asker.h"
#include "sxlib/device.h"
#include "sxlib/err.h"

/* The list of requests to an instrument, and how they are typed. */

struct sx_targets {
	struct sx_target *list;
	size_t n;
};

/* Append a target in state open. May move the others. Returns NULL and sets e
 * if memory runs out. */
struct sx_target *sx_targets_add(struct sx_targets *t, struct sx_err *e);
/* A request as typed. */
struct sx_wanted {
	/* Set by the caller, borrowed. */
	const struct sx_devices *user; /* the user's, or NULL */
	char *const *words;	       /* DEVICE KIND [SLOTS]; or SLOTS */
	size_t nwords;
	const char *hex; /* the user's raw request, in which {slot} is replaced
			    by each of SLOTS; or NULL */
	long id;	 /* the unit's number; -1: not given */
	/* Set by sx_targets_parse(). */
	bool everything;   /* everything that belongs in a backup */
	const char *panel; /* it cannot be requested: what to do on the panel
			      instead */
	size_t dumps;	   /* then the number of dumps that SLOTS name; 0: not
			      given */
	size_t next;	   /* private */
};

/* Add the targets that the words name. Returns -1 and sets e (SX_EUSAGE), with
 * the possible requests as its hint. */
int sx_targets_parse(
    struct sx_targets *t, struct sx_wanted *w, struct sx_err *e);

/* Set a target to SX_TARGET_THERE if its answer is already stored, complete and
 * with its slot, in a file of the folder. Reads the whole folder; unreadable
 * files count as empty. Returns -1 and sets e on failure. */
int sx_targets_find(struct sx_targets *t, const char *folder,
    const struct sx_devices *user, struct sx_err *e);

/* Call after sx_asker_free(). */
void sx_targets_free(struct sx_targets *t);

/* "pattern A03", "settings", "request 17". Both functions return buf. */
#define SX_TARGET_TEXT 64
char *sx_target_text(const struct sx_target *t, char buf[SX_TARGET_TEXT]);
/* Only its slot; "" if it has none. */
#define SX_TARGET_SLOT 24
char *sx_target_slot(const struct sx_target *t, char buf[SX_TARGET_SLOT]);

/* Names of all targets in this state: "pattern A03-A05, kit 7". The caller
 * frees it. NULL if there are none or memory runs out. */
char *sx_targets_text(const struct sx_targets *t, enum sx_target_state state);
size_t sx_targets_count(const struct sx_targets *t, enum sx_target_state state);
/* An estimate, in us, for the open ones, if the requested ones before them took
 * `us`. -1: none was requested. */
int64_t sx_targets_left(const struct sx_targets *t, int64_t us);

#endif
