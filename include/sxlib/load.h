/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LOAD_H
#define SXLIB_LOAD_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"
#include "sxlib/pick.h"
#include "sxlib/reader.h"
#include "sxlib/request.h"

/* What is to be sent, read and checked as a whole before anything leaves. */

/* What is wrong with sending a message. */
enum sx_fault {
	SX_FAULT_CUT = 1 << 0,
	SX_FAULT_CHECKSUM = 1 << 1, /* or its length */
	SX_FAULT_DANGER = 1 << 2,   /* see facts.danger */
	SX_FAULT_STORES = 1 << 3,   /* it stores what came before it, and that
				       is not there */
};

/* All faults of a message of a file, where the one right before it (NULL: there
 * is none) has these facts; 0: none. */
unsigned sx_faults(const struct sx_item *item, const struct sx_facts *before);

#define SX_NO_FIRMWARE SIZE_MAX

struct sx_outgoing {
	size_t file; /* index */
	uint64_t offset;
	int64_t time;  /* wall time, by the file */
	uint8_t *data; /* owned; ends in F7 */
	size_t len;
	/* What goes out if not data: with real-time bytes, owned; or NULL. */
	uint8_t *wire;
	size_t wire_len; /* of what goes out */
	struct sx_facts facts;
};

struct sx_load {
	/* Set by the caller, borrowed. */
	const struct sx_devices *user;
	char *const *paths; /* files, folders (their dumps in natural order)
			       and "-" */
	size_t npaths;
	const char *hex; /* instead of these bytes as hex text, "-": on standard
			    input; or NULL */
	const char *hex_name; /* what errors call it */
	bool realtime;	      /* real-time bytes inside a message go out, too */
	/* What can be read of a malformed file is taken, and hex text is one
	 * message, as it stands, if anything is wrong with it. */
	bool force;
	/*
	 * A reference to sounds (FILE:A01) is sent as these sounds, for the
	 * edit buffer; or for the slots that `to` names, as on the display, as
	 * many as there are sounds (NULL: not so). buffer: so are all sounds of
	 * files, instead of the files.
	 */
	bool buffer;
	const char *to;
	/* Read-only. */
	size_t sounds; /* that are sent so; each counts as a file */
	char **files;  /* names, owned */
	size_t nfiles;
	struct sx_outgoing *messages;
	size_t nmessages;
	size_t wrong;	 /* what should not be sent: messages, bytes, files */
	size_t skipped;	 /* files of folders, by their names */
	size_t buffers;	 /* messages of folders that go to an edit buffer, and
			    are stored nowhere */
	size_t firmware; /* the first message of an OS upgrade; or
			    SX_NO_FIRMWARE */
	bool malformed;	 /* the last error is that a file is */
	/* Private. */
	int step;
	struct sx_file *file;
	size_t first; /* message of the file */
	struct sx_item item;
	size_t next_path;
	struct dirent **names; /* of a folder */
	int nnames, next_name;
	size_t files_before; /* the folder */
	char *path;	     /* in it */
	struct sx_err why;
	struct sx_pick pick; /* the argument whose sounds are loaded */
	size_t next_sound;
	bool picking;
	struct sx_messages sound; /* the one that is read */
	long *slots;		  /* of `to` */
	size_t nslots;
	struct sx_slots shown;
	char device[SX_FACT_TEXT]; /* of all of them */
};

enum sx_load_type {
	SX_LOAD_FAULTS,	  /* `item` has `faults`; each counts as wrong */
	SX_LOAD_REALTIME, /* `item` has real-time bytes inside, which go out
			     as well if `kept` */
	SX_LOAD_SPARE,	  /* `item` is left out at no cost */
	SX_LOAD_STRAY,	  /* `item` belongs to no message: wrong */
	SX_LOAD_DAMAGED,  /* the file was kept as damaged, however whole it
			     looks: wrong */
	SX_LOAD_LOST,	  /* `bytes` of the file belong to no message, as
			     `note` says: wrong */
	SX_LOAD_TEXT,	  /* `note`: it went through a transfer in text mode:
			     wrong */
	SX_LOAD_NOTE,	  /* `note`: what was odd, and cost nothing */
	SX_LOAD_SOUND, /* the next sound, `path` being its reference, is for the
			  slot `slot`, or the edit buffer if that is "";
			  `dropped` bits of it without a meaning are left out */
	SX_LOAD_MALFORMED, /* it cannot be read on: `why`; wrong */
	/* These are not sent: */
	SX_LOAD_FOLDER,	 /* a folder in a folder */
	SX_LOAD_NO_FILE, /* in a folder, and named as a dump */
};

/* Borrowed until the next call. */
struct sx_load_event {
	enum sx_load_type type;
	const char *path;
	const struct sx_item *item;
	unsigned faults;
	bool kept, mid; /* REALTIME; mid: in a MIDI file, where they cannot */
	uint64_t bytes;
	char slot[SX_SLOT_TEXT];
	size_t dropped;
	const char *note;
	const struct sx_err *why;
};

/* Read on; blocks on the disk. 1 and *ev. 0: all is loaded. -1 and e: it cannot
 * be; free what there is. */
int sx_load_next(struct sx_load *l, struct sx_load_event *ev, struct sx_err *e);

/* l may be zeroed and never used. */
void sx_load_free(struct sx_load *l);

/* ---- How fast it goes out ---- */

struct sx_load_pace {
	long rate;     /* bytes/s; 0: as the port takes them; -1: not said */
	int64_t delay; /* us after each message; -1: not said */
	/* What the port says, where those do not; -1: nothing. */
	long port_rate;
	int port_delay;		    /* ms */
	struct sx_device_row there; /* on the port; device NULL: not known */
};

/* The device that is called so is there, if it is known. */
void sx_load_device(
    struct sx_load_pace *p, const struct sx_devices *user, const char *name);

/* Bytes a second of a message, 0: as the port takes them; the pause after it,
 * and the time that it takes with that, in us. */
unsigned sx_load_rate(
    const struct sx_load_pace *p, const struct sx_outgoing *m);
int64_t sx_load_delay(
    const struct sx_load_pace *p, const struct sx_outgoing *m);
int64_t sx_load_time(const struct sx_load_pace *p, const struct sx_outgoing *m);

/* ---- For other slots, or another unit: load_to.c ---- */

struct sx_load_to {
	/* Set by the caller, borrowed. */
	struct sx_load *load;
	const char *slots; /* as many as there are messages, "B01-B16"; or
			      NULL: */
	int unit;	   /* the number of another unit */
	/* Private. */
	bool begun;
	struct sx_request_row row;
	long *to;
	size_t at;
};

/* A message that has been rewritten. Borrowed until the next call. */
struct sx_load_moved {
	const struct sx_outgoing *message;
	/* For another slot: */
	const char *what; /* "pattern" */
	char from[SX_SLOT_TEXT], to[SX_SLOT_TEXT];
	uint8_t before[4], after[4]; /* its checksum */
	size_t sum;		     /* bytes of that */
	/* For another unit: */
	int was; /* -1: any */
};

/*
 * Rewrite the next message, see sxlib/slot.h. 1 and *m. 0: all are. -1 and e
 * (SX_EUSAGE, SX_EREFUSED): one cannot be moved, they are different things, or
 * there are more or fewer slots; for slots the first two are found before
 * anything is rewritten.
 */
int sx_load_to_next(
    struct sx_load_to *t, struct sx_load_moved *m, struct sx_err *e);
/* Good at any time. */
void sx_load_to_end(struct sx_load_to *t);

#endif
