/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TEACH_H
#define SXLIB_TEACH_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/instrument.h"
#include "sxlib/record.h"

/*
 * An instrument learned from its dumps: what all their messages begin with, and
 * where each holds what its owner knows it by, see sxlib/learn.h.
 */

/* A slot as the display shows it: "7", "007", "B07". */
struct sx_typed_slot {
	const char *text;
	char bank; /* 'A' ..; '\0': there is none */
	long number;
	int width; /* its digits, if zeros are in front; else 0 */
};

/* Take such a text apart; it is borrowed. -1 and e (SX_EUSAGE). */
int sx_typed_slot(
    const char *text, struct sx_typed_slot *slot, struct sx_err *e);

/* A message of a dump that was given. Borrowed texts. */
struct sx_taught_dump {
	const char *file;
	uint8_t *data; /* owned */
	size_t len;
	const struct sx_typed_slot *slot; /* NULL: not given */
	const char *name;		  /* NULL: not given */
};

#define SX_TAUGHT_BYTES 8

/* What is learned of an instrument. */
struct sx_taught {
	const char *device, *maker; /* maker NULL: as by its ID */
	/* mask FF, or 00 (and value 00) for a byte that is open */
	uint8_t value[SX_TAUGHT_BYTES], mask[SX_TAUGHT_BYTES];
	size_t len;
	enum sx_kind kind;
	struct sx_slot_at slot; /* low 0: there is none */
	char shown[64];		/* "A01-H16"; or "" */
	struct sx_data_at data; /* from 0: nothing is packed */
	struct sx_name_at name; /* len 0: there is none */
	int delay_ms;		/* -1: not known */
	int rate;		/* bytes/s; 0: not known */
};

/* Places in the first message that may hold what is looked for. */
#define SX_TAUGHT_PLACES 8
struct sx_taught_places {
	size_t n; /* 1: it is found; more: it is not clear which one it is */
	size_t at[SX_TAUGHT_PLACES]; /* offsets of the first of them */
};

struct sx_teach {
	/* Set by the caller, borrowed until sx_teach_end(). */
	const struct sx_devices *user;	   /* the user's own, or NULL */
	const struct sx_typed_slot *slots; /* one for each file, or none; not
					      all the same, and all of them
					      with a bank or none */
	size_t nslots;
	const char *const *names; /* one for each file, of its first message;
				     or of the first file only; or none */
	size_t nnames;
	struct sx_taught row; /* device, maker, kind, delay, rate; the rest
				 is learned */

	/* What was learned. */
	struct sx_taught_dump *dumps; /* all messages of the files */
	size_t ndumps;
	char maker[SX_FACT_TEXT]; /* as the first message has it */
	size_t common;		  /* bytes that all messages begin with */
	bool only_id; /* these are no more than F0 and the maker's ID */
	struct sx_taught_places slot, name; /* zero also if none was given */
	size_t beside; /* this byte beside the slot's is 00 in all messages,
			  and may be where numbers above 127 go on; 0: none */
	/* What row.shown takes for granted, see there; valid if it is set. */
	long first, last; /* without banks: the numbers */
	long bank;	  /* 0: without; else slots of a bank, and */
	char last_bank;	  /* its letter */
};

/* Can n files be learned from with these slots and names? -1 and e (SX_EUSAGE).
 */
int sx_teach_check(const struct sx_teach *t, size_t n, struct sx_err *e);
/*
 * Learn from all messages of n files; blocks on the disk. 0: the row is
 * complete, without slot or name where no place was found. 1: several places
 * may be the slot's, or the name's, and the row is of no use. -1 and e: a file
 * cannot be read, or is unfit to learn from. Call it once.
 */
int sx_teach(
    struct sx_teach *t, char *const *files, size_t n, struct sx_err *e);
/* Good at any time. */
void sx_teach_end(struct sx_teach *t);

/*
 * With the row added to the instruments that are given here: what dump i is
 * now. -1 and e (SX_EREFUSED): it is still something else, or its slot or name
 * is not the one that was typed; *facts is valid.
 */
int sx_teach_prove(const struct sx_teach *t, size_t i,
    const struct sx_devices *user, struct sx_facts *facts, struct sx_err *e);
/* Dump i as a record; the facts are borrowed. */
struct sx_record sx_teach_record(
    const struct sx_teach *t, size_t i, const struct sx_facts *facts);

/* ---- What was learned, as a page: src/config/taught.c ---- */

/* Its text, malloc'ed. NULL and e: memory ends. */
char *sx_taught_text(const struct sx_taught *row, struct sx_err *e);
/* Is text read back as the row that it was made of? -1 and e (SX_EUSAGE): its
 * names would be lost. */
int sx_taught_check(
    const struct sx_taught *row, const char *text, struct sx_err *e);

#endif
