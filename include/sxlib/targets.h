/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TARGETS_H
#define SXLIB_TARGETS_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/asker.h"
#include "sxlib/device.h"
#include "sxlib/err.h"

/* What an instrument is asked for, as a list, and its words. */

struct sx_targets {
	struct sx_target *list;
	size_t n;
};

/* One more, open. Moves the others. NULL and e: memory ends. */
struct sx_target *sx_targets_add(struct sx_targets *t, struct sx_err *e);
/* What is asked for, as people type it. */
struct sx_wanted {
	/* Set by the caller, borrowed. */
	const struct sx_devices *user; /* the user's, or NULL */
	char *const *words;	       /* DEVICE KIND [SLOTS]; or SLOTS */
	size_t nwords;
	const char *hex; /* the user's own request, in which {slot} stands for
			    each of SLOTS; or NULL */
	int id;		 /* the unit's number; -1: not given */
	/* What else is known then. */
	bool everything;   /* all that belongs in a backup of the device */
	const char *panel; /* it cannot be asked: what to do there instead */
	size_t dumps;	   /* how many SLOTS name then; 0: they do not say */
	size_t next;	   /* private */
};

/* Add what the words ask for. -1 and e (SX_EUSAGE), with what there is to ask
 * for as its hint. */
int sx_targets_parse(
    struct sx_targets *t, struct sx_wanted *w, struct sx_err *e);

/* Those whose answers are in files of the folder already, whole, become
 * SX_TARGET_THERE. Reads all of it; a file that cannot be read has none. -1 and
 * e. */
int sx_targets_find(struct sx_targets *t, const char *folder,
    const struct sx_devices *user, struct sx_err *e);

/* After sx_asker_free(). */
void sx_targets_free(struct sx_targets *t);

/* "pattern A03", "settings", "request 17". Both return buf. */
#define SX_TARGET_TEXT 64
char *sx_target_text(const struct sx_target *t, char buf[SX_TARGET_TEXT]);
/* Of it only the slot, "" if it has none. */
#define SX_TARGET_SLOT 24
char *sx_target_slot(const struct sx_target *t, char buf[SX_TARGET_SLOT]);

/* Names of all in this state: "pattern A03-A05, kit 7", malloc'ed; NULL: there
 * are none, or memory ends. */
char *sx_targets_text(const struct sx_targets *t, enum sx_target_state state);
size_t sx_targets_count(const struct sx_targets *t, enum sx_target_state state);

#endif
