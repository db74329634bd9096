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

/* Where the number of the unit stands: in these bits of a byte. */
struct sx_unit_place {
	uint8_t at;
	uint8_t bits;  /* 0: no such place is known */
	uint8_t all;   /* from here on it means no one unit; 0: never */
	int16_t first; /* what the unit's display calls 0 */
};

/* A place among what is known of instruments, to be read by the functions of
 * sxlib/instrument.h. A plain value; at NULL: it is none. */
struct sx_mark {
	const uint8_t *at;
	const char *texts;
};

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
	struct sx_mark format; /* what is known of it: sx_message_kind() */
	bool bank;	       /* it holds sounds: sxlib/sounds.h */
	const char *source;    /* of this knowledge; NULL if none */
	const char *note;      /* a further fact for people, or NULL */
	const char *danger;    /* why sending it needs --force, or NULL */
	int unit; /* number of the one that sent it, as its display shows it,
		     or is to take it; -1: all of them, or not known */
	struct sx_unit_place unit_place; /* where it stands */
	/* A dump that a message behind it may say where to store: above 0. Such
	 * a message: below. See sx_facts_stores(). */
	int pair;
	bool dump;     /* user data, stored by default; else transport etc. */
	bool complete; /* this device sends one complete object a message */
	bool waits;    /* its sender waits for an answer, perhaps before the
			  F7: what is cut of it is not a damaged dump */
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

/* First bytes from F0 on, and which of their bits count. */
struct sx_mask {
	uint8_t value[SX_TRIAGE_BYTES], bits[SX_TRIAGE_BYTES];
};

/* Does `store` say where the dump right before it is to be stored? Both are one
 * dump then, in the slot of the second. */
bool sx_facts_stores(const struct sx_facts *dump, const struct sx_facts *store);

/* The user's own rows, which sx_device_decode() looks at as well. */
struct sx_devices;

/*
 * Everything that is known of msg[0..n-1], which begins with F0. user may be
 * NULL. Real-time bytes have been removed. Works on a beginning as well (n >=
 * SX_TRIAGE_BYTES settles what is said above); slot, name, length and checksum
 * are judged only if it ends in F7. A message that does not begin with F0 (the
 * rest of one) gives facts with nothing known, and dump = true.
 */
void sx_device_decode(const struct sx_devices *user, const uint8_t *msg,
    size_t n, struct sx_facts *facts);

/*
 * The same for a message of n bytes, whole or cut, from its first bytes alone:
 * have >= SX_TRIAGE_BYTES of them. Returns false if all of them would tell more
 * (a checksum, a name, a slot further on).
 */
bool sx_device_skim(const struct sx_devices *user, const uint8_t *head,
    size_t have, size_t n, bool whole, struct sx_facts *facts);

/*
 * 8-in-7: groups of one byte of high bits and up to seven bytes. Byte i of
 * what p[0..n-1] unpacks to, or -1 if it ends before; the high bit of the
 * first byte of a group is bit 6 of its first byte.
 */
int sx_unpack(const uint8_t *p, size_t n, size_t i);
/* Where in p byte i comes from. */
size_t sx_packed_at(size_t i);

/* Those bytes one after the other. With run lengths (rle) a byte of 80 to FF is
 * how often, 0 to 127 times, the one behind it comes. Zeroed but for p and n at
 * first. */
struct sx_unpacker {
	const uint8_t *p;
	size_t n;
	bool rle;
	size_t at; /* private */
};
struct sx_unpacked {
	uint8_t byte;
	bool run; /* with a length; else it comes once */
	size_t times;
};

/* The next one that lies before p[to] as a whole, SIZE_MAX: wherever. False:
 * none does, or p ends. */
bool sx_unpack_next(struct sx_unpacker *u, size_t to, struct sx_unpacked *next);

/* One line of `sxlib devices`. */
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

/*
 * The user's own instruments: pages of his, see sxlib/config.h, which a struct
 * sx_devices holds. Of several that fit the one with the longest mask is taken,
 * and of those the first. It replaces a built-in one that fixes fewer bytes, or
 * the same ones; and, whatever it fixes, what the built-in ones only infer,
 * except that it is a part of an operating system or holds no user data. What
 * it leaves open (maker's name, delay, rate), that sending is dangerous and
 * that it is one of a pair stay as they were.
 */

/* NULL and e filled if memory ends. Free with _free; d may be NULL there. */
struct sx_devices *sx_devices_new(struct sx_err *e);
void sx_devices_free(struct sx_devices *d);

#endif
