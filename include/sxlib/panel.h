/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PANEL_H
#define SXLIB_PANEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/led.h"

/*
 * The state that a box without a screen displays: its last dump, its ports, its
 * disk. Callers report events; the panel keeps the state to display. Pure:
 * times are passed in, and its only pointers are to constant texts, so another
 * thread can display a copy. Texts are kept as they came from instruments and
 * files; those that are too long are shortened in the middle.
 */

/* A port beyond these replaces the one gone longest; if all are present it is
 * not shown. */
#define SX_PANEL_PORTS	 24
#define SX_PANEL_DUMPS	 50 /* the newest */
#define SX_PANEL_DAMAGED 20 /* the newest damaged ones */
#define SX_PANEL_NAME	 128
#define SX_PANEL_TEXT	 256
/* After this long without a tick, the clock counts as stopped. */
#define SX_PANEL_CLOCK_US 2000000
/* The first byte after a pause this long counts in `changes`. */
#define SX_PANEL_PAUSE_US 3000000

enum sx_panel_verdict {
	SX_PANEL_WHOLE,
	SX_PANEL_DAMAGED_DUMP,
	SX_PANEL_BAD, /* whole, but with a wrong checksum or length */
	SX_PANEL_LOST,
	SX_PANEL_LOSS, /* no dump: bytes were lost between dumps */
};

struct sx_panel_dump {
	struct sx_time time; /* of its first byte; mono 0: of an earlier run */
	enum sx_panel_verdict verdict;
	char what[SX_PANEL_TEXT]; /* "Jomox, Alpha Base, pattern" */
	char note[SX_PANEL_TEXT]; /* "1376 bytes, no checksum in this format" */
	char port[SX_PANEL_NAME]; /* "": the only port */
	char file[SX_PANEL_TEXT]; /* "": no file */
};

struct sx_panel_port {
	char name[SX_PANEL_NAME];
	const char *role; /* static: "input", "output"; NULL: not shown */
	bool there;
	bool heard; /* its input is read; otherwise the times below are not
		       valid */
	int64_t byte_at, clock_at; /* mono; 0: never */
	uint64_t bytes, clock;	   /* so far, when last looked at */
	uint64_t incoming; /* bytes so far of a dump being received; 0: none */
	uint64_t seen;	   /* private */
};

/* A dump requested by a sequencer. */
struct sx_panel_trigger {
	struct sx_time time;
	bool sent, failed;	  /* neither: superseded, or a repeat */
	char what[SX_PANEL_NAME]; /* "program 3 on 16"; "": none yet */
	char file[SX_PANEL_TEXT];
	char outcome[SX_PANEL_NAME]; /* "sent", "superseded", "no port" */
	char port[SX_PANEL_NAME];
};

struct sx_panel_disk {
	char folder[SX_PANEL_TEXT]; /* "": nothing is stored */
	uint64_t reserve;	    /* bytes */
	bool low;	/* free space is below `reserve`, or nearly */
	bool full;	/* it accepts no writes; dumps wait in memory */
	bool stuck;	/* it does not respond */
	size_t waiting; /* dumps in memory */
	size_t lost;	/* dumps */
};

struct sx_panel {
	/* Set at the start. */
	const char *command; /* static: "watch", "recall" */
	char host[SX_PANEL_NAME];
	bool recalls;  /* it has triggers */
	int64_t began; /* wall time */
	struct sx_panel_disk disk;
	/* Read-only. */
	struct sx_time now; /* of the last tick */
	bool clock_set, stopped;
	struct sx_panel_port ports[SX_PANEL_PORTS];
	size_t nports;
	/* The newest first. */
	struct sx_panel_dump dumps[SX_PANEL_DUMPS], damaged[SX_PANEL_DAMAGED];
	size_t ndumps, ndamaged; /* number of entries */
	size_t today, damaged_today;
	bool since_start; /* the counts of today begin with this run, not at
			     midnight */
	struct sx_panel_dump last; /* `what` "": none yet */
	struct sx_panel_trigger trigger;
	size_t unrecovered;		     /* parts of earlier runs */
	char unrecovered_why[SX_PANEL_TEXT]; /* of the first of them */
	uint64_t changes; /* increased by each change that is worth showing
			     before the next regular update */
	/* Private. */
	int day;
	uint64_t ports_seen, signs;
	bool alarm;	/* the last dump was not whole */
	bool unplugged; /* the last trigger that counts had no port */
};

/* command: static. now: time of the start. Call sx_panel_tick() next. */
void sx_panel_init(struct sx_panel *p, const char *command, struct sx_time now);

/*
 * Call about once a second, and first after sx_panel_init(). day: any number
 * that identifies the local day, only compared; ignored while the clock is not
 * set, so that setting it does not end a day.
 */
void sx_panel_tick(
    struct sx_panel *p, struct sx_time now, int day, bool clock_set);

/* Report that a port is present or gone. role is static, or NULL. heard: its
 * input is read. */
void sx_panel_port(struct sx_panel *p, const char *name, const char *role,
    bool there, bool heard);
/* Report how many bytes it has received so far, and how many of them are clock
 * (see struct sx_traffic). */
void sx_panel_traffic(struct sx_panel *p, const char *name, uint64_t bytes,
    uint64_t clock, int64_t now);
/* Report how many bytes of a dump it has received; 0: no dump is arriving. */
void sx_panel_incoming(struct sx_panel *p, const char *name, uint64_t bytes);

/* Report a dump that is stored or lost, or bytes lost between dumps
 * (SX_PANEL_LOSS), which do not count as a dump. Copied. */
void sx_panel_add(struct sx_panel *p, const struct sx_panel_dump *dump);
/* Report a part of an earlier run that could not be recovered, and why. */
void sx_panel_unrecovered(struct sx_panel *p, const char *why);
void sx_panel_triggered(
    struct sx_panel *p, const struct sx_panel_trigger *trigger);
/* Report the state of the disk; folder and reserve are not copied. */
void sx_panel_disk(struct sx_panel *p, const struct sx_panel_disk *disk);
/* Report the end of the program: the last state displayed. */
void sx_panel_stop(struct sx_panel *p, struct sx_time now);

/* Copy text, shortened in the middle if it does not fit. Returns buf. */
char *sx_panel_text(char *buf, size_t size, const char *text);

/* Return the state that an LED shows. */
struct sx_led_view sx_panel_led(const struct sx_panel *p);

/* ---- panel_html.c ---- */

/* Facts of the machine that are shown, too. */
struct sx_panel_box {
	uint64_t free, size; /* of the disk, bytes; size 0: unknown */
};

/* The beginning of each page; identifies a file as one. */
extern const char sx_panel_mark[];
#define SX_PANEL_MARK 128 /* at least its length */
/* In seconds: the interval after which a browser reloads the page, and the
 * longest one between two versions of the page. */
#define SX_PANEL_REFRESH 2
#define SX_PANEL_RENEW	 10

/* Return the page as malloc'ed text, *size its length; NULL if out of memory.
 * Times are local. */
char *sx_panel_html(
    const struct sx_panel *p, const struct sx_panel_box *box, size_t *size);

#endif
