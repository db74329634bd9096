/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FINDINGS_H
#define SXLIB_FINDINGS_H

#include "sxlib/firmware.h"
#include "sxlib/record.h"
#include "sxlib/walk.h"

/*
 * Problems and oddities in the messages and files of a collection. For a
 * reference (sxlib/ref.h) among the arguments only the messages that hold its
 * sounds are checked.
 */

enum sx_finding_kind {
	/* About a message. */
	SX_FOUND_CUT,	  /* no F7; item->damage says why */
	SX_FOUND_DAMAGED, /* received damaged, although it has its F7 */
	SX_FOUND_SUMS,	  /* wrong checksum, length, or both */
	SX_FOUND_BANK,	  /* odd: starts another bank */
	SX_FOUND_LENGTH,  /* odd: another length than its format has */
	SX_FOUND_STORE,	  /* odd: stores a dump that is not there */
	/* About a message, or the file as firmware: `problem`. */
	SX_FOUND_OS,
	/* About stray bytes. */
	SX_FOUND_REST,	  /* the rest of a message */
	SX_FOUND_STRAY,	  /* odd: item->what says what they are */
	SX_FOUND_PADDING, /* odd */
	/* About the file. */
	SX_FOUND_WRAPPED,   /* odd: MacBinary */
	SX_FOUND_EMPTY,	    /* no SysEx, but `text`; `hint` or NULL */
	SX_FOUND_KEPT,	    /* looks whole, but its name marks it as damaged */
	SX_FOUND_NOTE,	    /* `text`: bad after a text-mode transfer */
	SX_FOUND_MALFORMED, /* cannot be read any further: `why` */
	/* Neither bad nor odd. */
	SX_FOUND_VERDICT, /* it is firmware: `os` */
	SX_FOUND_SHAKEN,  /* it holds only handshake messages */
};

/* Borrowed until the next call. */
struct sx_finding {
	enum sx_finding_kind kind;
	bool bad; /* else odd, or neither */
	const char *path;
	const struct sx_item *item; /* NULL: about the file */
	size_t number;		    /* of that message in its file, from 1 */
	struct sx_record record; /* of the message, or of the file so far; not
				    set for stray bytes */
	/* NULL unless the kind names them. */
	const struct sx_firmware_problem *problem;
	const struct sx_firmware_facts *os;
	const char *text, *hint;
	const struct sx_err *why;
};

/* Detects slot numbers that start over: a second bank in the same file. One
 * series per kind of message of a device. Zero it for each file. */
struct sx_banks {
	struct sx_bank_series *series;
	size_t n;
};

/* True if this message of len bytes starts another bank. False also if out of
 * memory. */
bool sx_bank_begins(struct sx_banks *b, const struct sx_facts *f, size_t len);
void sx_banks_free(struct sx_banks *b);

struct sx_findings {
	/* Set by the caller, borrowed. */
	struct sx_walk walk;	       /* its arguments */
	const struct sx_devices *user; /* the user's devices, or NULL */

	/* Totals so far. */
	size_t messages, bad, odd;
	size_t checksums[SX_CHECKSUM_BAD + 1]; /* of the messages */
	size_t shaken;	       /* files with only handshake messages */
	struct sx_err nothing; /* why the first MIDI file without SysEx has
				  none */

	/* Private. */
	int step; /* next step for the open file */
	const char *path;
	bool *only;	 /* items to check; NULL: all */
	size_t at, last; /* the next item, and the size of `only` */
	bool unresolved; /* the reference names nothing */
	struct sx_file *file;
	struct sx_decoder *decoder; /* for all files */
	struct sx_firmware *os;
	size_t in_file, handshakes; /* messages in the file */
	size_t bad_before;
	bool stray, wrapped;
	struct sx_damage hidden; /* known only from the file name */
	struct sx_item item;
	struct sx_facts before; /* of the previous message */
	struct sx_banks banks;
	struct sx_firmware_problem problem;
	struct sx_err why;
	struct sx_finding list[2]; /* found, not yet returned */
	size_t n, given;
};

/*
 * Read on until something is found; blocks on the disk. 1: *found, valid until
 * the next call. 0: the end. -1 and e: a file or folder cannot be read, or not
 * to its end; keep calling.
 */
int sx_findings_next(
    struct sx_findings *f, const struct sx_finding **found, struct sx_err *e);
/* May be called at any time. */
void sx_findings_end(struct sx_findings *f);

/* ---- A finding in words: finding_text.c ---- */

#define SX_FINDING_TEXT SX_ERR_TEXT
#define SX_FINDING_LINE 6144 /* bytes: a path of PATH_MAX, and all words */

struct sx_finding_text {
	char problem[SX_FINDING_TEXT];
	char expected[SX_FINDING_TEXT], found[SX_FINDING_TEXT]; /* or "" */
};

/* For findings that are bad or odd; others have no words. */
void sx_finding_words(struct sx_finding_text *w, const struct sx_finding *f);
/* The same in a line with its place: "a.syx: offset 0: message 1 (Elektron, 9
 * bytes): missing F7: expected F7, found end of input". Returns buf. */
char *sx_finding_line(char *buf, size_t size, const struct sx_finding *f,
    const struct sx_finding_text *w);

#endif
