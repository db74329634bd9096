/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DEVICE_H
#define SXLIB_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/maker.h"

/*
 * What a SysEx message is: maker, device, kind, slot, name, checksum. Pure.
 * Nothing here ever rejects a message: a row that does not fit leaves facts
 * unknown.
 */

/* docs/kinds.md says what each word means. In the order of that list. */
enum sx_kind {
	SX_KIND_UNKNOWN,
	SX_KIND_PRESET,
	SX_KIND_PATTERN,
	SX_KIND_KIT,
	SX_KIND_SONG,
	SX_KIND_GLOBAL,
	SX_KIND_SOUND,
	SX_KIND_PROJECT,
	SX_KIND_SAMPLE,
	SX_KIND_WAVEFORM,
	SX_KIND_BANK,
	SX_KIND_SETTINGS,
	SX_KIND_FIRMWARE,
	SX_KIND_REQUEST,
	SX_KIND_PARAMETER,
	SX_KIND_IDENTITY_REQUEST,
	SX_KIND_IDENTITY_REPLY,
	SX_KIND_HANDSHAKE,
	SX_KIND_TRANSPORT,
	SX_KIND_CLOCK,
	SX_KINDS
};

enum sx_checksum {
	SX_CHECKSUM_UNKNOWN, /* the rule is not known */
	SX_CHECKSUM_NONE,    /* a document says the format has none */
	SX_CHECKSUM_OK,
	SX_CHECKSUM_BAD, /* the checksum or the length it carries is wrong */
};

/* How far what is said of a message can be trusted, least first. */
enum sx_trust {
	SX_TRUST_NONE,
	SX_TRUST_USER,	     /* the user's own row */
	SX_TRUST_INFERRED,   /* a guess, and shown as one */
	SX_TRUST_DOCUMENTED, /* maker's manual or MIDI specification */
	SX_TRUST_SEEN,	     /* checked on real dumps */
};

const char *sx_kind_text(enum sx_kind k);	  /* "identity-reply" */
const char *sx_checksum_text(enum sx_checksum c); /* "ok" */
const char *sx_trust_text(enum sx_trust t);	  /* "documented" */

/* Regions of a message, for `show --hex`. Offsets from F0 = 0; len 0: none. */
struct sx_region {
	size_t off, len;
};

#define SX_FACT_TEXT 64

/*
 * The facts of one message. Plain values, and pointers to static storage or to
 * the struct sx_devices it was decoded with: may be copied, owns nothing. Texts
 * from the instrument (name) are bytes as they came, up to 63 of them: escape
 * before showing.
 */
struct sx_facts {
	sx_maker_id maker_id;	   /* 0: none */
	size_t maker_len;	   /* bytes of it: 0, 1 or 3 */
	char maker[SX_FACT_TEXT];  /* "Jomox"; "" if the ID is unknown */
	char device[SX_FACT_TEXT]; /* "Machinedrum"; "" if unknown */
	enum sx_kind kind;
	long slot;		 /* number in the message from 0; -1 */
	char slot_text[16];	 /* as on the display, "A01"; or "" */
	char name[SX_FACT_TEXT]; /* or "" */
	enum sx_checksum checksum;
	enum sx_trust trust;
	const char *source; /* of this knowledge; NULL if none */
	const char *note;   /* a further fact for people, or NULL */
	const char *danger; /* why sending it needs --force, or NULL */
	bool dump;     /* user data, stored by default; else transport etc. */
	bool complete; /* this device sends one complete object a message */
	int delay_ms;  /* pause the device needs after it; -1: not known */
	int rate;      /* bytes/s it takes at most; 0: as the wire */
	struct sx_region header, slot_at, name_at, checksum_at, length_at;
	struct sx_region
	    packed; /* 8-in-7, see sx_unpack(); len 0: none known */
	bool rle; /* what it unpacks to is run-length coded: 80..FF stand for 0
		     to 127 times the next byte */
	unsigned checksum_want, checksum_have; /* valid if checksum_at.len */
	size_t length_want, length_have;       /* valid if length_at.len */
};

/*
 * Bytes from F0 on that settle, for every row, maker, `dump` and `complete`
 * as they will be for the whole message.
 */
#define SX_TRIAGE_BYTES 16

/* The user's own rows, which sx_device_decode() looks at as well. */
struct sx_devices;

/*
 * Everything that is known of msg[0..n-1], which begins with F0. own may be
 * NULL. Real-time bytes have been taken out. Works on a beginning as well (n >=
 * SX_TRIAGE_BYTES settles what is said above); slot, name, length and checksum
 * are judged only if it ends in F7. A message that does not begin
 * with F0 (the rest of one) gives facts with nothing known, and dump = true.
 */
void sx_device_decode(const struct sx_devices *own, const uint8_t *msg,
    size_t n, struct sx_facts *facts);

/*
 * The same for a message of n bytes, whole or cut, from its first bytes alone:
 * have >= SX_TRIAGE_BYTES of them. Returns false if more could be said by who
 * sees all of them (a checksum, a name, a slot further on).
 */
bool sx_device_skim(const struct sx_devices *own, const uint8_t *head,
    size_t have, size_t n, bool whole, struct sx_facts *facts);

/*
 * 8-in-7: groups of one byte of high bits and up to seven bytes. Byte i of
 * what p[0..n-1] unpacks to, or -1 if it ends before; the high bit of the
 * first byte of a group is bit 6 of its first byte.
 */
int sx_unpack(const uint8_t *p, size_t n, size_t i);
/* Where in p byte i comes from. */
size_t sx_packed_at(size_t i);

/* One line of `sxlib devices`: static storage. */
struct sx_device_row {
	sx_maker_id maker;
	const char *maker_name; /* NULL: as the maker's table says */
	const char *device;
	const char *kinds; /* "pattern, preset, sample, firmware" */
	enum sx_trust trust;
	const char *source;
	const char *checksum; /* its rule in a few words; NULL: not known */
	int delay_ms;	      /* -1: not known */
	int rate;	      /* bytes/s; 0: as the wire */
};

/* All built-in rows, by maker; *n gets their number. */
const struct sx_device_row *const *sx_device_rows(size_t *n);

/*
 * A row of the user's own: what a message with these first bytes is. Of several
 * that fit the longest is taken, and of those the first. It replaces what the
 * built-in rows only infer, except that it is a part of an operating system or
 * holds no user data, and anything if it fixes more bytes than told them that.
 * What it leaves open (maker's name, delay, rate) and that sending is dangerous
 * stay as they were.
 */
#define SX_OWN_BYTES 8

struct sx_own_row {
	const char *device;
	const char *maker; /* its name, or NULL */
	/* mask FF, or 00 (and value 00) for a byte that is open */
	uint8_t value[SX_OWN_BYTES], mask[SX_OWN_BYTES];
	size_t len; /* bytes of these: F0, the whole ID, and more */
	enum sx_kind kind;
	size_t slot;  /* offset of the byte that holds it; 0: none */
	int delay_ms; /* -1: not known */
	int rate;     /* bytes/s; 0: not known */
	const char *source;
};

/* NULL and e filled if memory ends. Free with _free; d may be NULL there. */
struct sx_devices *sx_devices_new(struct sx_err *e);
void sx_devices_free(struct sx_devices *d);

/* Add a row, copied. -1 and e: SX_EDATA with words about what is wrong with it,
 * or out of memory. */
int sx_devices_add(
    struct sx_devices *d, const struct sx_own_row *row, struct sx_err *e);

/* Its rows in the order they were added; *n gets their number. d may be NULL.
 * Valid until the next one is added. */
const struct sx_device_row *const *sx_devices_rows(
    const struct sx_devices *d, size_t *n);

#endif
