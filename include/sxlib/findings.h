/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FINDINGS_H
#define SXLIB_FINDINGS_H

#include "sxlib/firmware.h"
#include "sxlib/record.h"
#include "sxlib/walk.h"

/*
 * What is wrong with the messages and files of a collection, or only odd. Of a
 * reference (sxlib/ref.h) among the arguments only the messages count that its
 * sounds stand in.
 */

enum sx_finding_kind {
	/* Of a message. */
	SX_FOUND_CUT,	  /* its F7 is missing; item->damage says why */
	SX_FOUND_DAMAGED, /* it came damaged, though it has its F7 */
	SX_FOUND_SUMS,	  /* a wrong checksum or length, or both */
	SX_FOUND_BANK,	  /* odd: another bank begins with it */
	SX_FOUND_STORE,	  /* odd: it stores a dump that is not there */
	/* Of a message, or of the file as an operating system: `problem`. */
	SX_FOUND_OS,
	/* Of bytes of no message. */
	SX_FOUND_REST,	  /* the rest of a message */
	SX_FOUND_STRAY,	  /* odd: item->what says what they are */
	SX_FOUND_PADDING, /* odd */
	/* Of the file. */
	SX_FOUND_WRAPPED,   /* odd: in MacBinary */
	SX_FOUND_EMPTY,	    /* no SysEx, but `text`; `hint` or NULL */
	SX_FOUND_KEPT,	    /* it was kept as damaged, however whole it looks */
	SX_FOUND_NOTE,	    /* `text`: bad after a transfer in text mode */
	SX_FOUND_MALFORMED, /* it cannot be read on: `why` */
	/* Neither bad nor odd. */
	SX_FOUND_VERDICT, /* it is an operating system: `os` */
	SX_FOUND_SHAKEN,  /* it holds nothing but handshakes */
};

/* Borrowed until the next call. */
struct sx_finding {
	enum sx_finding_kind kind;
	bool bad; /* else it is only odd, or neither */
	const char *path;
	const struct sx_item *item; /* NULL: it is of the file */
	size_t number;		    /* of that message in its file, from 1 */
	struct sx_record record;    /* of the message, or of the file so far;
				       not set for bytes of no message */
	/* NULL where the kind does not name them. */
	const struct sx_firmware_problem *problem;
	const struct sx_firmware_facts *os;
	const char *text, *hint;
	const struct sx_err *why;
};

/*
 * Numbers of a bank that come once more: a second bank in the same file. One
 * series for each kind of message that a device has. Zero it for each file.
 */
struct sx_banks {
	struct sx_bank_series *series;
	size_t n;
};

/* Does another bank begin with this message of len bytes? false also if memory
 * ends. */
bool sx_bank_begins(struct sx_banks *b, const struct sx_facts *f, size_t len);
void sx_banks_free(struct sx_banks *b);

struct sx_findings {
	/* Set by the caller, borrowed. */
	struct sx_walk walk;	       /* its arguments */
	const struct sx_devices *user; /* the user's own devices, or NULL */

	/* So far. */
	size_t messages, bad, odd;
	size_t checksums[SX_CHECKSUM_BAD + 1]; /* of the messages */
	size_t shaken;	       /* files with nothing but handshakes */
	struct sx_err nothing; /* why the first MIDI file without SysEx has
				  none */

	/* Private. */
	int step; /* what comes next with the file that is open */
	const char *path;
	bool *only;	 /* which of its items count; NULL: all */
	size_t at, last; /* the next item, and how many `only` has */
	bool unresolved; /* the reference means nothing */
	struct sx_file *file;
	struct sx_firmware *os;
	size_t in_file, handshakes; /* messages of the file */
	size_t bad_before;
	bool stray, wrapped;
	struct sx_damage hidden; /* of which only its name knows */
	struct sx_item item;
	struct sx_facts before; /* those of the message before it */
	struct sx_banks banks;
	struct sx_firmware_problem problem;
	struct sx_err why;
	struct sx_finding list[2]; /* found, and not yet given out */
	size_t n, given;
};

/*
 * Read on until something is found; blocks on the disk. 1 and *found, until the
 * next call. 0: the end. -1 and e: a file or folder cannot be read, or not to
 * its end; go on calling.
 */
int sx_findings_next(
    struct sx_findings *f, const struct sx_finding **found, struct sx_err *e);
/* Good at any time. */
void sx_findings_end(struct sx_findings *f);

#endif
