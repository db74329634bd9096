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

/* What becomes of dumps, in words, lines of results and runs of a program. */
struct teller {
	/* Set by the caller, all borrowed. */
	struct cli *c;
	const struct sx_keeper *k;
	const char *label;
	const char *port_name;
	const char *said_as;  /* before what is said of a dump; NULL: nothing */
	struct sx_hook *hook; /* NULL: no --exec */
	bool fixed; /* the limits of dumps are not options of the command */
	struct sx_panel *panel; /* that shows dumps; NULL: none */
	const char *out;	/* the folder that it shows paths from */
	/* Private, but for `last`. */
	char **later; /* lines that become true when the store is finished */
	size_t nlater;
	bool shaken;	  /* a handshake came, and that was said */
	char last[512];	  /* what was said of the last file */
	bool interrupted; /* Read-only: a signal has cut a dump */
};

/* What a keeper tells. -1 and c->err: memory ends. */
int tell(struct teller *t, const struct sx_keeper_event *ev);
/* A message that is kept, of which there is nothing to say, or is not. */
void tell_message(struct teller *t, const struct sx_message *m);
/* A message of a handshake came, and was answered; so many blocks of data so
 * far. */
void tell_shake(struct teller *t, enum sx_shake what, size_t blocks);

/* A handshake came: say that the unit waits for an answer, and what to do
 * instead. */
void say_handshake(
    struct cli *c, const struct sx_facts *f, const char *said_as);
/* Bytes are missing between dumps. */
void tell_loss(struct teller *t);
/* FILE.syx or FILE.mid has its name; all of them have. */
void tell_file(struct teller *t, const char *path);
void tell_final(struct teller *t);
/* Not all has become files. */
void tell_left(struct teller *t, const struct sx_saver *s);
/* What becomes of the disk. t: of the keeper that the event is about, or NULL;
 * s: the saver of the keepers. */
void tell_disk(struct cli *c, struct teller *t, const struct sx_saver *s,
    const struct sx_disk_event *ev);
/* After a signal: what was cut, if anything, and what to do. */
void tell_interrupted(const struct teller *t);
/* What was not kept. */
void tell_rest(const struct teller *t);
/* Of a patient keeper, at its end: what was not kept, and what all of it means
 * for the exit status. */
enum status tell_over(const struct teller *t);
void teller_free(struct teller *t);

/* A dump that an earlier run has left is a file now. */
void tell_recovery(struct cli *c, const struct sx_recovered *found);
/* Recover what parts of earlier runs hold, and say so. panel: shows what could
 * not be, or NULL. */
void recover(struct cli *c, const struct sx_devices *devices,
    struct sx_store *store, struct sx_panel *panel);

#endif
