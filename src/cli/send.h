/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SEND_H
#define SXLIB_SEND_H

#include "sxlib/firmware.h"
#include "talk.h"

/* What is to be sent, read and checked as a whole before anything leaves. */

#define NO_FIRMWARE SIZE_MAX

struct outgoing_message {
	size_t file; /* index */
	uint64_t offset;
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
	double delay; /* ms; -1: by the device */
	long rate;    /* bytes/s; 0: max; -1: by the device, else din */
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
	int64_t begun; /* mono time */
	size_t at;     /* message under way */
	uint64_t bytes, bytes_all;
	int64_t left_us; /* of the messages from `at` on */
	struct sx_firmware *os; /* the OS upgrade; NULL: there is none */
	size_t os_problems;
};

/* send_options.c */
extern const struct option_row send_options[];
int send_parse(struct cli *c, struct send_opts *o);

/* send_to.c */

/* --to: rewrite what is loaded, and say so. -1 and c->err. */
int send_to_slots(struct send *s);

/* send_answers.c */

/* --wait: show what comes in. Status; c->err or c->signal where that is. */
enum status send_answers(struct send *s);

/* send_pace.c */

/* What ports.conf says of the port. */
void send_take_port(struct send *s);
/* Bytes a second, 0: as the port takes them; the pause after it and the time
 * it takes with that, in microseconds. */
unsigned send_rate(const struct send *s, const struct outgoing_message *m);
int64_t send_delay(const struct send *s, const struct outgoing_message *m);
int64_t send_time(const struct send *s, const struct outgoing_message *m);

#endif
