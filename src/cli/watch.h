/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_WATCH_H
#define SXLIB_WATCH_H

#include "receive.h"

/* What watch.c and its helpers share. */

struct watch_opts {
	struct receive_opts receive; /* what becomes of dumps; store.out is the
					folder that the ports' folders are in */
	const char **ports, **not_ports; /* as they were given */
	size_t nports, nnot_ports;
};

/* Take the command line apart. 0; -1 and c->err, left empty for --help. */
int watch_parse(struct cli *c, struct watch_opts *o);
extern const struct option_row watch_options[];

/* A port that is listened to, or that has left dumps that wait for a disk. */
struct watch_port {
	struct watch_port *next;
	int number;	/* the session's; -1: it is gone */
	char key[128];	/* what it is known by: "hw:UMONE,0,0", or its --port */
	char name[128]; /* "hw:1,0,0" */
	char folder[128]; /* in --out; also what it is called in the log */
	struct keeper keeper;
};

/* A port that could not be opened. */
struct watch_refusal {
	struct watch_refusal *next;
	char key[128];
	bool said, seen;
};

struct watch {
	struct cli *c;
	struct watch_opts o;
	struct sx_session *session;
	struct watch_port *ports;
	struct watch_refusal *refusals;
	bool *ended; /* of o.ports: its input has ended, for good */
	long counter;
	int hotplug, notify;
	int64_t scan_at; /* when to look for ports again */
	bool settling;	 /* something has just been plugged in or out */
	bool in_trouble; /* some dumps wait for the disk, and that was said */
	int64_t retry_at;
	size_t files;
	char last[656]; /* what came last, and where */
	enum status status;
	bool over;
};

/* Open the ports that are there now and wanted. What cannot be opened is said
 * once, if `say_why`; it is tried again. -1 and c->err: memory ends, or a
 * --port makes no sense. */
int watch_scan(struct watch *w, bool say_why);
/* A port is gone: close it; it stays in the list while dumps of it wait. */
void watch_gone(struct watch *w, struct watch_port *p);
/* Nothing more becomes of a port: say what it did not keep, and take what was
 * lost or damaged into the exit status. */
void watch_sum_up(struct watch *w, const struct watch_port *p);
void watch_free_ports(struct watch *w);

/* The name of a port's folder, into buf. ports: all that there are now. */
void watch_folder(const struct watch *w, const struct midi_io_port *port,
    const struct midi_io_port *ports, size_t n, char *buf, size_t size);
/* The same for a --port that is no listed one: tty:, sim:, virtual, -. */
void watch_folder_of_spec(
    const struct watch *w, const char *spec, char *buf, size_t size);

#endif
