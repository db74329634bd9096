/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_PAGE_H
#define SXLIB_CONFIG_PAGE_H

#include "conf.h"
#include "sxlib/config.h"
#include "sxlib/instrument.h"

/* A page being read; its grammar is in docs/instruments.md. */

/* A message, and references that are resolved when all are known. */
struct page_message {
	struct sx_message_kind format;
	struct sx_request_row request;
	bool asked;	       /* there is a request for it */
	const char *stored_by; /* `what` of the message that stores it */
	const char *answer;    /* only a request: `what` of the answer */
	size_t line;
};

struct page_text;

struct page {
	struct sx_config *f;
	struct sx_devices *d;	 /* gets the instrument */
	struct page_text *texts; /* of all parts, until it is added */
	struct sx_err e;
	struct conf_section head; /* the instrument's */
	struct conf_section s;	  /* the one being read */
	struct sx_instrument in;
	struct page_message *messages;
	size_t nmessages;
	struct sx_message_kind *formats; /* of these, when all are read */
	struct sx_request_row *requests;
	struct sx_identity_row identities[4];
	struct sx_request_row unit; /* id, id_least, id_most */
	uint8_t unit_unset;	    /* the byte that addresses every unit */
	int16_t unit_zero;	    /* the number that is 0 in a request */
	bool user;		    /* a user's page */
};

/*
 * Read the value of a key into the page or a message of it. Returns NULL, or
 * what is wrong with the value ("is not a kind"). Sets p->e if memory runs out.
 */
typedef const char *page_read(
    struct page *p, struct page_message *m, const char *value);

struct page_key {
	const char *key;
	page_read *read;
	const char *want; /* the expected form */
	bool inherited;	  /* from the instrument's section by a message */
};

/* Values of `kind`: each enum sx_kind. */
#define PAGE_KINDS                                                     \
	"preset, pattern, kit, song, global, sound, project, sample, " \
	"waveform, bank, settings, firmware, unknown, request, "       \
	"parameter, identity-request, identity-reply, handshake, "     \
	"transport or clock"

extern const struct page_key page_head_keys[];	  /* end with key NULL */
extern const struct page_key page_kind_keys[];	  /* of a message, first */
extern const struct page_key page_message_keys[]; /* then these */
extern const struct page_key page_sound_keys[];	  /* and these */
extern const struct page_key page_ask_keys[];	  /* last */

/* Check that a message and its request are consistent. Returns -1 and sets p->e
 * if not. */
int page_check(struct page *p, const struct page_message *m);

/* Return a copy that lives as long as the page; NULL and sets p->e on
 * failure. */
char *page_text(struct page *p, const char *text);

/* Fail with "FILE:LINE: KEY: 'VALUE' PROBLEM: expected WANT". Always returns
 * -1. */
int page_fail(struct page *p, const struct conf_pair *pair, const char *problem,
    const char *want);

/* page_finish.c: resolve relations between messages, and add the instrument to
 * p->d. Returns -1 and sets p->e on failure. */
int page_finish(struct page *p);

#define NAME_WANT                                                          \
	"AT LEN or data AT LEN, then every N, chars SET, not BYTE, if AT " \
	"BYTES"
#define SHOWN_WANT "the first and the last slot: A01-H16, 1-64, 11-88 by 8"

/* Shared by the readers of several keys. */
const char *page_read_name(struct sx_name_at *name, const char *value);
const char *page_read_shown(struct sx_slots *slots, const char *value);
const char *page_read_call(
    struct page *p, const char **call, const char *value);
const char *page_read_trust(uint8_t *trust, const char *value);

#endif
