/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_PAGE_H
#define SXLIB_CONFIG_PAGE_H

#include "conf.h"
#include "sxlib/config.h"
#include "sxlib/instrument.h"

/* A page while it is read: docs/instruments.md is the grammar. */

/* A message, and what of it is settled when all are known. */
struct page_message {
	struct sx_message_kind format;
	struct sx_request_row request;
	bool asked;	       /* there is a request for it */
	const char *stored_by; /* `what` of the message that stores it */
	const char *answer; /* it is only a request: `what` of what answers */
	size_t line;
};

struct page_text;

struct page {
	struct sx_config *f;
	struct sx_devices *d;	 /* gets the instrument */
	struct page_text *texts; /* of all its parts, until it is added */
	struct sx_err e;
	struct conf_section head; /* the instrument's */
	struct conf_section s;	  /* the one that is read */
	struct sx_instrument in;
	struct page_message *messages;
	size_t nmessages;
	struct sx_message_kind *formats; /* of these, when all are there */
	struct sx_request_row *requests;
	struct sx_identity_row identities[4];
	struct sx_request_row unit; /* id, id_least, id_most */
	uint8_t unit_unset;	    /* the byte of every unit */
	int16_t unit_zero;	    /* the number that is 0 in a request */
	bool user;		    /* it is the user's own */
};

/*
 * A reader of a key: takes a value into the page or a message of it. Returns
 * NULL, or what is wrong with the value ("is no offset"); memory that ends is
 * in p->e.
 */
typedef const char *page_read(
    struct page *p, struct page_message *m, const char *value);

struct page_key {
	const char *key;
	page_read *read;
	const char *want; /* what is expected */
	bool inherited;	  /* a message has it from the instrument's section */
};

/* What `kind` may be: each enum sx_kind. */
#define PAGE_KINDS                                                     \
	"preset, pattern, kit, song, global, sound, project, sample, " \
	"waveform, bank, settings, firmware, unknown, request, "       \
	"parameter, identity-request, identity-reply, handshake, "     \
	"transport or clock"

extern const struct page_key page_head_keys[];	  /* end with key NULL */
extern const struct page_key page_kind_keys[];	  /* of a message, first */
extern const struct page_key page_message_keys[]; /* then these */
extern const struct page_key page_sound_keys[];	  /* and these */
extern const struct page_key page_ask_keys[];	  /* at last */

/* Does a message, with its request, hold together? -1 and p->e. */
int page_check(struct page *p, const struct page_message *m);

/* A copy that lives as long as the page; NULL and p->e. */
char *page_text(struct page *p, const char *text);

/* "FILE:LINE: KEY: 'VALUE' PROBLEM: WANT is expected". Always returns -1. */
int page_fail(struct page *p, const struct conf_pair *pair, const char *problem,
    const char *want);

/* page_finish.c: settle what concerns several messages, and add the instrument
 * to p->d. -1 and p->e. */
int page_finish(struct page *p);

#define NAME_WANT                                                          \
	"AT LEN or data AT LEN, then every N, chars SET, not BYTE, if AT " \
	"BYTES"
#define SHOWN_WANT "the first and the last slot: A01-H16, 1-64, 11-88 by 8"

/* These are shared by the readers of several keys. */
const char *page_read_name(struct sx_name_at *name, const char *value);
const char *page_read_shown(struct sx_slots *slots, const char *value);
const char *page_read_call(
    struct page *p, const char **call, const char *value);
const char *page_read_trust(uint8_t *trust, const char *value);

#endif
