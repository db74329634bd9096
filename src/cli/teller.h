/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TELLER_H
#define SXLIB_TELLER_H

#include "finisher.h"
#include "sxlib/disk.h"
#include "sxlib/handshake.h"
#include "sxlib/keeper.h"
#include "sxlib/panel.h"
#include "sxlib/saver.h"
#include "term/cli.h"

/* Reports what happens to dumps, in messages, lines of results and program
 * runs. */
struct teller {
	/* Set by the caller, all borrowed. */
	struct cli *c;
	const struct sx_keeper *k;
	const char *label;
	const char *port_name;
	const char *said_as;  /* prefix of messages about a dump; NULL: none */
	struct sx_hook *hook; /* NULL: no --exec */
	bool fixed; /* the command has no options for the limits of dumps */
	struct sx_panel *panel; /* shows dumps; NULL: none */
	const char *out; /* the panel shows paths relative to this folder */
	/* Private, except `last`. */
	char **later; /* lines that become valid when the store is finished */
	size_t nlater;
	bool shaken;	  /* a handshake was reported */
	char last[512];	  /* message about the last file */
	bool interrupted; /* Read-only: a signal cut off a dump */
};

/* Report an event of the keeper. Returns -1 and sets c->err if memory runs
 * out. */
int tell(struct teller *t, const struct sx_keeper_event *ev);
/* Report a message that is not kept; nothing for one that is. */
void tell_message(struct teller *t, const struct sx_message *m);
/* Report that a message of a handshake came and was answered; blocks: data
 * blocks so far. */
void tell_shake(struct teller *t, enum sx_shake what, size_t blocks);

/* Report a handshake: the unit waits for an answer, and what to do instead. */
void say_handshake(
    struct cli *c, const struct sx_facts *f, const char *said_as);
/* Report that bytes are missing between dumps. */
void tell_loss(struct teller *t);
/* FILE.syx or FILE.mid has its name; tell_final(): all of them have. */
void tell_file(struct teller *t, const char *path);
void tell_final(struct teller *t);
/* Report that some dumps have not become files. */
void tell_left(struct teller *t, const struct sx_saver *s);
/* Report the state of the disk. t: of the keeper that the event is about, or
 * NULL; s: the saver of the keepers. */
void tell_disk(struct cli *c, struct teller *t, const struct sx_saver *s,
    const struct sx_disk_event *ev);
/* After a signal: report what was cut off, if anything, and what to do. */
void tell_interrupted(const struct teller *t);
/* Report what was not kept. */
void tell_rest(const struct teller *t);
/* At the end of a patient keeper: report what was not kept. Returns the exit
 * status for all of it. */
enum status tell_over(const struct teller *t);
void teller_free(struct teller *t);

/* Report that a dump left by an earlier run is a file now. */
void tell_recovery(struct cli *c, const struct sx_recovered *found);
/* Recover the parts left by earlier runs, and report them. panel: shows those
 * that could not be recovered, or NULL. */
void recover(struct cli *c, const struct sx_devices *devices,
    struct sx_store *store, struct sx_panel *panel);

#endif
