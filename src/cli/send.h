/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_SEND_H
#define SXLIB_CLI_SEND_H

#include "sxlib/back.h"
#include "sxlib/record.h"
#include "sxlib/send.h"
#include "sxlib/upgrade.h"
#include "term/opt.h"
#include "user.h"

/* Report the problems of a message in a file: see sx_faults(). */
void send_warn_faults(struct cli *c, const char *path,
    const struct sx_item *item, unsigned faults);

/* Load it, and report its problems. Returns -1 and sets c->err on failure. */
int send_load(struct cli *c, struct sx_load *load);

/* Shared by the parts of the command. */

struct send {
	struct cli *c;
	const char *port;
	bool dry_run, firmware, yes, no_identify, handshake, verify;
	int64_t wait;	/* us: show answers within this time; -1: do not */
	const char *to; /* slots to send to, or NULL */
	long id;	/* device number to send to; -1: unchanged */
	long retries;	/* --verify: number of retries */
	struct sx_load list;
	struct sx_load_pace pace;
	struct sx_talk talk;
	struct sx_verify back; /* --verify */
	int64_t begun;	       /* mono time */
	int64_t draw_at;       /* mono time of the next line of progress */
	struct sx_send out;
	struct sx_upgrade upgrade; /* its os is NULL if this is not one */
};

/* Return the record of a message, to report it. */
struct sx_record send_record(const struct send *s, const struct sx_outgoing *m);

/* --to, --id: rewrite what is loaded, and report that. Returns -1 and sets
 * c->err on failure. */
int send_move(struct send *s, struct sx_load_to *to);

/* send_verify.c */

/* --verify: find out what can be read back, and how, before anything is sent.
 * Returns -1 and sets c->err if nothing can. */
int send_verify_plan(struct send *s);
/* After sending: read back and compare. Returns the status; may set c->err or
 * c->signal. */
enum status send_verify(struct send *s);

/* send_answers.c */

/* --wait: show what arrives. Returns the status; may set c->err or
 * c->signal. */
enum status send_answers(struct send *s);

/* --handshake: used instead of sending one message after the other. */
enum status send_shaking(struct send *s);

/* ---- send_firmware.c ---- */

/* An OS upgrade: extra checks, messages and questions. All but upgrade_check()
 * do nothing if the list contains none. */

/*
 * Check the OS file in the list as a whole. Problems are reported and counted
 * in the list. Returns -1 and sets c->err if it is refused even with --force,
 * or memory runs out.
 */
int upgrade_check(struct send *s);

/* Report what it is, how long it takes and how to prepare the unit. */
void upgrade_say(struct send *s);

/* Identify the device on the port, then ask the user. Returns 0: send it; -1
 * and sets c->err: do not; -1 and sets c->signal. */
int upgrade_confirm(struct send *s);

/* Report what the unit must do after a complete, or an incomplete, upgrade. */
void upgrade_done(struct send *s);
void upgrade_stopped(struct send *s);

#endif
