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

/* Messages to send: all read and checked before the first byte leaves. */

/* Problems with sending a message. */
enum sx_fault {
	SX_FAULT_CUT = 1 << 0,
	SX_FAULT_CHECKSUM = 1 << 1, /* wrong checksum or length */
	SX_FAULT_DANGER = 1 << 2,   /* see facts.danger */
	SX_FAULT_STORES = 1 << 3,   /* it stores the message before it, which is
				       missing */
};

/* All faults of a message of a file, 0 if none. before: facts of the message
 * right before it, or NULL. */
unsigned sx_faults(const struct sx_item *item, const struct sx_facts *before);
/* The text for one of them, static or in buf. */
#define SX_FAULT_TEXT (64 + SX_DAMAGE_TEXT)
const char *sx_fault_text(
    char buf[SX_FAULT_TEXT], const struct sx_item *item, enum sx_fault fault);

/* Set e (SX_EREFUSED) to the reason why nothing is sent: the faults, after the
 * caller has reported them; or an OS upgrade, with `hint` on what to do. Always
 * return -1. */
int sx_refuse_faults(struct sx_err *e);
int sx_refuse_firmware(const char *path, const struct sx_facts *f,
    const char *hint, struct sx_err *e);

#define SX_NO_FIRMWARE SIZE_MAX

struct sx_outgoing {
	size_t file; /* index */
	uint64_t offset;
	int64_t time;  /* wall time, from the file */
	uint8_t *data; /* owned; SysEx ends in F7, except hex text sent by
			  force */
	size_t len;
	/* Sent in place of data: with real-time bytes, owned; or NULL. */
	uint8_t *wire;
	size_t wire_len; /* bytes sent */
	struct sx_facts facts;
};

struct sx_load {
	/* Set by the caller, borrowed. */
	const struct sx_devices *user;
	char *const *paths; /* files, "-", or folders, whose files are sent in
			       natural order of their names */
	size_t npaths;
	const char *hex; /* sent in place of these: hex text, "-": from standard
			    input; or NULL */
	const char *hex_name; /* its name in errors */
	bool realtime;	      /* also send real-time bytes inside messages */
	/* Use whatever can be read of a malformed file; hex text with any
	 * problem is sent as one message, unchanged. */
	bool force;
	/*
	 * A reference to sounds (FILE:A01) is sent as those sounds: to the edit
	 * buffer, or to the slots in `to`, as on the display, one for each
	 * sound (NULL: edit buffer). With `buffer`, all sounds of plain files
	 * are sent this way instead of the files.
	 */
	bool buffer;
	const char *to;
	/* Read-only. */
	size_t sounds; /* sounds sent this way; each counts as a file */
	char **files;  /* names, owned */
	size_t nfiles;
	struct sx_outgoing *messages;
	size_t nmessages;
	size_t wrong;	 /* problems found: messages, bytes, files */
	size_t skipped;	 /* files in folders not named as a dump */
	size_t buffers;	 /* messages from folders for an edit buffer, which the
			    unit does not store */
	size_t refused;	 /* those from folders that the unit does not accept */
	size_t firmware; /* first message of an OS upgrade, or SX_NO_FIRMWARE */
	bool malformed;	 /* the last error was a malformed file */
	/* Private. */
	int step;
	struct sx_file *file;
	struct sx_decoder *decoder; /* for all files */
	size_t first;		    /* first message of the file */
	struct sx_item item;
	size_t next_path;
	struct dirent **names; /* entries of a folder */
	int nnames, next_name;
	size_t files_before; /* before this folder */
	char *path;	     /* of the entry */
	struct sx_err why;
	struct sx_pick pick; /* the argument whose sounds are being loaded */
	size_t next_sound;
	bool picking;
	struct sx_messages sound; /* the sound being read */
	long *slots;		  /* parsed from `to` */
	size_t nslots;
	struct sx_slots shown;
	char device[SX_FACT_TEXT]; /* common to all sounds */
};

enum sx_load_type {
	SX_LOAD_FAULTS,	   /* `item` has `faults`; each counts as wrong */
	SX_LOAD_REALTIME,  /* `item` has real-time bytes inside; they are sent
			      too if `kept` */
	SX_LOAD_SPARE,	   /* `item` is left out; nothing is lost */
	SX_LOAD_STRAY,	   /* `item` belongs to no message: wrong */
	SX_LOAD_DAMAGED,   /* the file name says damaged, even if it looks
			      intact: wrong */
	SX_LOAD_LOST,	   /* `bytes` of the file belong to no message, see
			      `note`: wrong */
	SX_LOAD_TEXT,	   /* `note`: damaged by a text mode transfer: wrong */
	SX_LOAD_NOTE,	   /* `note`: something odd that lost nothing */
	SX_LOAD_SOUND,	   /* the next sound, with the reference `path`, is for
			      `slot`, or for the edit buffer if that is "";
			      `dropped` bits without a meaning are left out */
	SX_LOAD_MALFORMED, /* the rest cannot be read: `why`; wrong */
	/* Not sent: */
	SX_LOAD_FOLDER,	 /* a folder within a folder */
	SX_LOAD_NO_FILE, /* in a folder, named as a dump, but not a regular
			    file */
};

/* Pointers are borrowed until the next call. */
struct sx_load_event {
	enum sx_load_type type;
	const char *path;
	const struct sx_item *item;
	unsigned faults;
	bool kept, mid; /* REALTIME; mid: in a MIDI file, which cannot send
			   them */
	uint64_t bytes;
	char slot[SX_SLOT_TEXT];
	size_t dropped;
	const char *note;
	const struct sx_err *why;
};

/* Load the next part; blocks on the disk. Returns 1 and sets *ev, 0 when
 * everything is loaded, or -1 and sets e. The caller frees l in all cases. */
int sx_load_next(struct sx_load *l, struct sx_load_event *ev, struct sx_err *e);

/* l may be zeroed and never used. */
void sx_load_free(struct sx_load *l);

/* ---- Pacing ---- */

struct sx_load_pace {
	long rate;     /* bytes/s; 0: as fast as the port accepts; -1: not
			  given */
	int64_t delay; /* us after each message; -1: not given */
	/* Settings of the port, used if the above are not given; -1: none. */
	long port_rate;
	int port_delay;		    /* ms */
	struct sx_device_row there; /* device at the port; device NULL:
				       unknown */
};

struct sx_named_port;
/* Set the values that ports.conf has for the port, and the device there if it
 * is known. named: its row, or NULL. */
void sx_load_port(struct sx_load_pace *p, const struct sx_devices *user,
    const struct sx_named_port *named);
/* The rate in bytes/s of messages that only pass through: never slower than the
 * wire of the port. 0: as fast as the port accepts. */
unsigned sx_load_passing(const struct sx_load_pace *p);

/* Of a message: bytes/s (0: as fast as the port accepts), the pause after it in
 * us, and the time it takes including the pause, in us. */
unsigned sx_load_rate(
    const struct sx_load_pace *p, const struct sx_outgoing *m);
int64_t sx_load_delay(
    const struct sx_load_pace *p, const struct sx_outgoing *m);
int64_t sx_load_time(const struct sx_load_pace *p, const struct sx_outgoing *m);

/* ---- To other slots, or to another unit: load_to.c ---- */

struct sx_load_to {
	/* Set by the caller, borrowed. */
	struct sx_load *load;
	const char *slots; /* one for each message, "B01-B16"; or NULL: unit */
	int unit;	   /* number of the other unit */
	/* Private. */
	bool begun;
	struct sx_request_row row;
	long *to;
	size_t at;
};

/* A rewritten message. Borrowed until the next call. */
struct sx_load_moved {
	const struct sx_outgoing *message;
	/* "pattern A01 -> B03, checksum 12 -> 34" or "unit any -> 3"; "": for
	 * that unit already. */
	char text[SX_FACT_TEXT + 2 * SX_SLOT_TEXT + 64];
};

/*
 * Rewrite the next message, see sxlib/slot.h. Returns 1 and sets *m, 0 when all
 * are done, or -1 and sets e (SX_EUSAGE, SX_EREFUSED): a message cannot be
 * moved, they are of different kinds, or the number of slots differs. With
 * slots these are checked for all messages before the first is rewritten; after
 * that, a message fails only if it does not decode as expected.
 */
int sx_load_to_next(
    struct sx_load_to *t, struct sx_load_moved *m, struct sx_err *e);
/* May be called at any time. */
void sx_load_to_end(struct sx_load_to *t);

#endif
