/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SEND_H
#define SXLIB_SEND_H

#include "sxlib/firmware.h"
#include "sxlib/reader.h"
#include "sxlib/request.h"
#include "talk.h"

/* Say what is wrong with sending this message of a file; how many things. */
size_t send_check(struct cli *c, const char *path, const struct sx_item *item);
/* c->err: why nothing is sent. Always -1. */
int send_refuse_firmware(struct cli *c, const char *path,
    const struct sx_facts *f, const char *hint);
int send_refuse(struct cli *c);

/* What is to be sent, read and checked as a whole before anything leaves. */

#define NO_FIRMWARE SIZE_MAX

struct outgoing_message {
	size_t file; /* index */
	uint64_t offset;
	int64_t time;  /* wall time, by the file */
	uint8_t *data; /* owned; ends in F7 */
	size_t len;
	struct sx_facts facts;
};

struct send_list {
	char **files; /* names, owned */
	size_t nfiles;
	struct outgoing_message *messages;
	size_t nmessages;
	size_t wrong; /* messages or bytes that need --force */
	/* The first message of an OS upgrade, which needs --firmware; or
	 * NO_FIRMWARE. */
	size_t firmware;
};

/*
 * Read arguments: files, folders (their .syx and .mid in name order) and "-".
 * What is wrong with them is said, and counted. 0, or -1 and c->err.
 */
int send_load(struct cli *c, struct send_list *list, char **arguments,
    int count, bool force);
/*
 * The same for bytes written as hex text, "-": on standard input. With force
 * they are one message, as they stand, if anything is wrong with them.
 */
int send_load_hex(
    struct cli *c, struct send_list *list, const char *text, bool force);
void send_list_free(struct send_list *list);

/* What the parts of the command share. */

struct send_opts {
	const char *port;
	int64_t delay; /* us; -1: by the device */
	long rate;     /* bytes/s; 0: max; -1: by the device, else din */
	bool step, dry_run, firmware, force, yes, no_identify;
	const char *hex; /* the bytes as text, instead of files; or NULL */
	int64_t wait;	 /* show what answers within so many us; -1: do not */
	const char *to;	 /* slots to send to, or NULL */
	bool verify;	 /* ask for it back and compare */
	int64_t timeout; /* us to wait for a dump by hand */
	long retries;	 /* how often to ask again */
};

struct send {
	struct cli *c;
	struct send_opts o;
	struct send_list list;
	/* How the port that has a name wants it, and the device there. */
	long port_rate; /* bytes/s; 0: max; -1: does not say */
	int port_delay; /* ms; -1: does not say */
	const struct sx_device_row *there; /* NULL: not known */
	struct talk talk;
	struct check *checks; /* --verify: one for each message; or NULL */
	int64_t begun;	      /* mono time */
	size_t at;	      /* message under way */
	uint64_t bytes, bytes_all;
	int64_t left_us;	/* of the messages from `at` on */
	struct sx_firmware *os; /* the OS upgrade; NULL: there is none */
	size_t os_problems;
};

/* send_options.c */
extern const struct option_row send_options[];
int send_parse(struct cli *c, struct send_opts *o);

/* send_to.c */

/* --to: rewrite what is loaded, and say so. -1 and c->err. */
int send_to_slots(struct send *s);

/* send_verify.c */

/*
 * --verify: what can come back, and how. Before anything is sent: -1 and
 * c->err if nothing can.
 */
int send_verify_plan(struct send *s);
/* After it: get it back and compare. Status; c->err or c->signal where that
 * is. */
enum status send_verify(struct send *s);
void send_verify_free(struct send *s);

/* send_answers.c */

/* --wait: show what comes in. Status; c->err or c->signal where that is. */
enum status send_answers(struct send *s);

/* send_back.c: how it comes back. */

enum check_how {
	CHECK_NOT,   /* it holds nothing that is stored */
	CHECK_LATER, /* the same slot is sent once more */
	CHECK_ASK,
	CHECK_BY_HAND, /* the unit cannot be asked */
};

/* One message that was sent, and what came back of it. */
struct check {
	enum check_how how;
	struct sx_request q; /* CHECK_ASK */
	uint8_t *data;	     /* what came back; NULL: nothing */
	size_t len;
	struct sx_facts facts;
	bool over; /* it was compared, or given up */
};

/* What was sent and comes back by itself (a loop, MIDI thru) is taken out;
 * true if there was any. -1 and c->err or c->signal. */
int send_drop_echoes(struct send *s, bool *echoes);
/* Ask for it, several times if need be. 1: it is there; 0: it is not; -1. */
int send_ask_back(struct send *s, struct check *check);
/* The next one that is dumped by hand: 1, and its number; 0: none in time; -1.
 */
int send_wait_by_hand(struct send *s, size_t *number);

/* send_pace.c */

/* What ports.conf says of the port. */
void send_take_port(struct send *s);
/* Bytes a second, 0: as the port takes them; the pause after it and the time
 * it takes with that, in microseconds. */
unsigned send_rate(const struct send *s, const struct outgoing_message *m);
int64_t send_delay(const struct send *s, const struct outgoing_message *m);
int64_t send_time(const struct send *s, const struct outgoing_message *m);

#endif
