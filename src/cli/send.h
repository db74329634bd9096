/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_SEND_H
#define SXLIB_CLI_SEND_H

#include "sxlib/back.h"
#include "sxlib/record.h"
#include "sxlib/send.h"
#include "sxlib/upgrade.h"
#include "term/opt.h"
#include "user.h"

/* Report what is wrong with a message of a file: see sx_faults(). */
void send_warn_faults(struct cli *c, const char *path,
    const struct sx_item *item, unsigned faults);

/* Load it, and report what is wrong with it. -1 and c->err. */
int send_load(struct cli *c, struct sx_load *load);

/* What the parts of the command share. */

struct send {
	struct cli *c;
	const char *port;
	bool dry_run, firmware, yes, no_identify, handshake, verify;
	int64_t wait;	/* show what answers within so many us; -1: do not */
	const char *to; /* slots to send to, or NULL */
	long id;	/* number of the unit to send to; -1: as it is */
	long retries;	/* --verify: how often to ask again */
	struct sx_load list;
	struct sx_load_pace pace;
	struct sx_talk talk;
	struct sx_verify back; /* --verify */
	int64_t begun;	       /* mono time */
	int64_t draw_at;       /* the same, of the next line of progress */
	struct sx_send out;
	struct sx_upgrade upgrade; /* its os is NULL: it is none */
};

/* A message as it is reported. */
struct sx_record send_record(const struct send *s, const struct sx_outgoing *m);

/* --to, --id: rewrite what is loaded, and say so. -1 and c->err. */
int send_move(struct send *s, struct sx_load_to *to);

/* send_verify.c */

/*
 * --verify: what can come back, and how. Before anything is sent: -1 and
 * c->err if nothing can.
 */
int send_verify_plan(struct send *s);
/* After it: get it back and compare. Status; c->err or c->signal where that
 * is. */
enum status send_verify(struct send *s);

/* send_answers.c */

/* --wait: show what comes in. Status; c->err or c->signal where that is. */
enum status send_answers(struct send *s);

/* --handshake: instead of sending one message after the other. */
enum status send_shaking(struct send *s);

/* ---- send_firmware.c ---- */

/*
 * An OS upgrade: what is checked, said and asked besides what every dump is.
 * All but upgrade_check() do nothing if the list holds none.
 */

/*
 * Check the OS file that the list holds as a whole. What is wrong is said and
 * counted in the list. -1 and c->err: it is refused whatever is forced, or
 * memory ended.
 */
int upgrade_check(struct send *s);

/* Say what it is, for how long it goes and how the unit is made ready. */
void upgrade_say(struct send *s);

/*
 * Ask who is on the port, then the person. 0: send it; -1 and c->err: not; -1
 * and c->signal.
 */
int upgrade_confirm(struct send *s);

/* What the unit must do now that it has all of it; or has not. */
void upgrade_done(struct send *s);
void upgrade_stopped(struct send *s);

#endif
