/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PANEL_H
#define SXLIB_PANEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/led.h"

/*
 * What a box without a screen shows of itself: its last dump, its ports, its
 * disk. Told what happens, it knows what to show. Pure: it only sees times that
 * are passed in, and points to nothing but constant texts, so that a copy can
 * be shown by another thread. Texts are as they came from instruments and
 * files; the ones that are too long are shortened in the middle.
 */

#define SX_PANEL_PORTS	  24 /* shown; the ones that are gone make room first */
#define SX_PANEL_DUMPS	  50 /* the newest */
#define SX_PANEL_DAMAGED  20 /* the newest damaged ones */
#define SX_PANEL_NAME	  128
#define SX_PANEL_TEXT	  256
#define SX_PANEL_CLOCK_US 2000000 /* no clock for so long: none is seen */
#define SX_PANEL_PAUSE_US 3000000 /* a byte after so long is worth showing */

enum sx_panel_verdict {
	SX_PANEL_WHOLE,
	SX_PANEL_DAMAGED_DUMP,
	SX_PANEL_BAD, /* whole, but with a wrong checksum or length */
	SX_PANEL_LOST,
	SX_PANEL_LOSS, /* no dump: bytes were lost between dumps */
};

struct sx_panel_dump {
	struct sx_time time; /* of its first byte; mono 0: an earlier run's */
	enum sx_panel_verdict verdict;
	char what[SX_PANEL_TEXT]; /* "Jomox, Alpha Base, pattern" */
	char note[SX_PANEL_TEXT]; /* "1376 bytes, no checksum in this format" */
	char port[SX_PANEL_NAME]; /* "" if it is the only one */
	char file[SX_PANEL_TEXT]; /* "" if it has none */
};

struct sx_panel_port {
	char name[SX_PANEL_NAME];
	const char *role; /* static: "input", "output"; NULL: not shown */
	bool there;
	bool heard; /* its input is read: the times mean something */
	int64_t byte_at, clock_at; /* mono; 0: never */
	uint64_t bytes, clock;	   /* so far, when last looked at */
	uint64_t incoming;	   /* bytes of the dump that arrives; 0: none */
	uint64_t seen;		   /* private */
};

/* What a sequencer asked for. */
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
	bool low;		    /* less than that is left, or nearly */
	bool full;	/* it takes no writes: dumps are in memory */
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
	size_t ndumps, ndamaged; /* in these */
	size_t today, damaged_today;
	bool since_start;	   /* it has not run for all of the day */
	struct sx_panel_dump last; /* `what` "": none yet */
	struct sx_panel_trigger trigger;
	size_t unrecovered;		     /* parts of earlier runs */
	char unrecovered_why[SX_PANEL_TEXT]; /* of the first of them */
	uint64_t changes; /* grows with each change that is worth showing
			     before its time */
	/* Private. */
	int day;
	uint64_t ports_seen, signs;
	bool alarm;	/* the last dump was not whole */
	bool unplugged; /* the last trigger that counts had no port */
};

/* command: static. now: of the start; the first tick must follow. */
void sx_panel_init(struct sx_panel *p, const char *command, struct sx_time now);

/*
 * Call about once a second, and before anything else. day: a number of the
 * local day, only compared; ignored while the clock is not set, so that setting
 * it does not end a day.
 */
void sx_panel_tick(
    struct sx_panel *p, struct sx_time now, int day, bool clock_set);

/* A port is there, or is gone. role is static, or NULL. heard: its input is
 * read. */
void sx_panel_port(struct sx_panel *p, const char *name, const char *role,
    bool there, bool heard);
/* All bytes that came in on it so far, and the clocks among them. */
void sx_panel_traffic(struct sx_panel *p, const char *name, uint64_t bytes,
    uint64_t clock, int64_t now);
/* So many bytes of a dump have arrived on it; 0: no dump is arriving. */
void sx_panel_incoming(struct sx_panel *p, const char *name, uint64_t bytes);

/* A dump is stored, or lost; or bytes between dumps are (SX_PANEL_LOSS), which
 * is not counted as a dump. Copied. */
void sx_panel_add(struct sx_panel *p, const struct sx_panel_dump *dump);
/* A part of an earlier run could not be recovered: why. */
void sx_panel_unrecovered(struct sx_panel *p, const char *why);
void sx_panel_triggered(
    struct sx_panel *p, const struct sx_panel_trigger *trigger);
/* The disk, but for its folder and reserve. */
void sx_panel_disk(struct sx_panel *p, const struct sx_panel_disk *disk);
/* It ends: the last thing to be shown. */
void sx_panel_stop(struct sx_panel *p, struct sx_time now);

/* Copy text, shortened in the middle if it does not fit. Returns buf. */
char *sx_panel_text(char *buf, size_t size, const char *text);

/* What an LED shows of it. */
struct sx_led_view sx_panel_led(const struct sx_panel *p);

/* ---- panel_html.c ---- */

/* What the machine adds to it. */
struct sx_panel_box {
	uint64_t free, size; /* of the disk, bytes; size 0: not known */
};

/* The beginning of each page, by which one of ours is known. */
extern const char sx_panel_mark[];
#define SX_PANEL_MARK 128 /* at least its length */
/* How often a browser is asked to load the page again, and how often the page
 * is renewed at least, s. */
#define SX_PANEL_REFRESH 2
#define SX_PANEL_RENEW	 10

/* The page as malloc'ed text; NULL: memory ends. Times are local. */
char *sx_panel_html(
    const struct sx_panel *p, const struct sx_panel_box *box, size_t *size);

#endif
