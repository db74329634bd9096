/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TEACH_H
#define SXLIB_TEACH_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/instrument.h"
#include "sxlib/record.h"

/*
 * Learns an instrument from its dumps: the bytes that all messages begin with,
 * and where each stores its slot and name; see sxlib/learn.h.
 */

/* A slot as displayed: "7", "007", "B07". */
struct sx_typed_slot {
	const char *text;
	char bank; /* 'A' ..; '\0': none */
	long number;
	int width; /* number of digits, if zero-padded; else 0 */
};

/* Parse such a text, which is borrowed. Returns -1 and sets e (SX_EUSAGE). */
int sx_typed_slot(
    const char *text, struct sx_typed_slot *slot, struct sx_err *e);

/* A message of a given dump. The texts are borrowed. */
struct sx_taught_dump {
	const char *file;
	uint8_t *data; /* owned */
	size_t len;
	const struct sx_typed_slot *slot; /* NULL: not given */
	const char *name;		  /* NULL: not given */
};

#define SX_TAUGHT_BYTES 8

/* What was learned about an instrument. */
struct sx_taught {
	const char *device, *maker; /* maker NULL: from its ID */
	/* mask FF, or 00 (and value 00) for a variable byte */
	uint8_t value[SX_TAUGHT_BYTES], mask[SX_TAUGHT_BYTES];
	size_t len;
	enum sx_kind kind;
	struct sx_slot_at slot; /* low 0: none */
	char shown[64];		/* "A01-H16"; or "" */
	struct sx_data_at data; /* from 0: not packed */
	struct sx_name_at name; /* len 0: none */
	int delay_ms;		/* -1: unknown */
	int rate;		/* bytes/s; 0: unknown */
};

/* Possible positions in the first message. */
#define SX_TAUGHT_PLACES 8
struct sx_taught_places {
	size_t n;		     /* 1: found; more: ambiguous */
	size_t at[SX_TAUGHT_PLACES]; /* offsets of the first ones */
};

struct sx_teach {
	/* Set by the caller, borrowed until sx_teach_end(). */
	const struct sx_devices *user;	   /* the user's devices, or NULL */
	const struct sx_typed_slot *slots; /* one per file, or none; not all the
					      same; all with a bank, or all
					      without */
	size_t nslots;
	const char *const *names; /* one per file, for its first message; or
				     only for the first file; or none */
	size_t nnames;
	struct sx_taught row; /* device, maker, kind, delay and rate are input;
				 the rest is learned */

	/* Results. */
	struct sx_taught_dump *dumps; /* all messages of the files */
	size_t ndumps;
	char maker[SX_FACT_TEXT]; /* from the first message */
	size_t common;		  /* length of the common beginning of all
				     messages */
	bool only_id;		  /* this is only F0 and the manufacturer ID */
	struct sx_taught_places slot, name; /* zero if none was given */
	size_t beside; /* offset of a byte next to the slot's that is 00 in all
			  messages and may hold the high bits of numbers above
			  127; 0: none */
	/* Assumptions behind row.shown; valid if that is set. */
	long first, last; /* without banks: the numbers */
	long bank;	  /* 0: no banks; else slots per bank, */
	char last_bank;	  /* and the letter of the last one */
};

/* Check that n files with these slots and names can be learned from. Returns -1
 * and sets e (SX_EUSAGE). */
int sx_teach_check(const struct sx_teach *t, size_t n, struct sx_err *e);
/*
 * Learn from all messages of n files; blocks on the disk. Returns 0 if the row
 * is complete, without slot or name where no position was found; 1 if slot or
 * name is ambiguous, and the row is not usable; -1 and sets e if a file cannot
 * be read or is unsuitable. Call it once.
 */
int sx_teach(
    struct sx_teach *t, char *const *files, size_t n, struct sx_err *e);
/* After that: returns -1 and sets e (SX_EREFUSED), which lists the offsets, if
 * slot or name is ambiguous. */
int sx_teach_clear(const struct sx_teach *t, struct sx_err *e);
/* Safe to call at any time. */
void sx_teach_end(struct sx_teach *t);

/*
 * Decode dump i with the given instruments, to which the row has been added.
 * Returns -1 and sets e (SX_EREFUSED) if it is still recognized as something
 * else, or its slot or name differs from the typed one; *facts is valid.
 */
int sx_teach_prove(const struct sx_teach *t, size_t i,
    const struct sx_devices *user, struct sx_facts *facts, struct sx_err *e);
/* A record for dump i; the facts are borrowed. */
struct sx_record sx_teach_record(
    const struct sx_teach *t, size_t i, const struct sx_facts *facts);

/* ---- The row as an instrument page: src/config/taught.c ---- */

/* The text of the page; the caller frees it. Returns NULL and sets e if memory
 * runs out. */
char *sx_taught_text(const struct sx_taught *row, struct sx_err *e);
/* Check that text parses back to the row it was made from. Returns -1 and sets
 * e (SX_EUSAGE) if its names would be lost. */
int sx_taught_check(
    const struct sx_taught *row, const char *text, struct sx_err *e);

#endif
