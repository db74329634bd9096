/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DEVICE_H
#define SXLIB_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/maker.h"

/*
 * What a SysEx message is: manufacturer, device, kind, slot, name, checksum.
 * Pure. Never rejects a message: a row that does not match leaves facts
 * unknown.
 */

/* docs/kinds.md explains each kind; same order. */
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
	SX_CHECKSUM_UNKNOWN, /* rule unknown */
	SX_CHECKSUM_NONE,    /* documented: the format has none */
	SX_CHECKSUM_OK,
	SX_CHECKSUM_BAD, /* wrong checksum or length field */
};

/* How reliable the facts of a message are, least first. */
enum sx_trust {
	SX_TRUST_NONE,
	SX_TRUST_USER,	     /* the user's row */
	SX_TRUST_INFERRED,   /* a guess, and shown as one */
	SX_TRUST_DOCUMENTED, /* manufacturer's manual or MIDI specification */
	SX_TRUST_SEEN,	     /* verified on real dumps */
};

const char *sx_kind_text(enum sx_kind k);	  /* "identity-reply" */
const char *sx_checksum_text(enum sx_checksum c); /* "ok" */
const char *sx_trust_text(enum sx_trust t);	  /* "documented" */

/* "a" or "an", as the name of a device or of a kind is spoken: an M1, a
 * Machinedrum, a U-220. */
const char *sx_article(const char *name);

/* Regions of a message, for `show --hex`. Offsets from F0 = 0; len 0: none. */
struct sx_region {
	size_t off, len;
};

#define SX_FACT_TEXT 64

/* Location of the unit number: these bits of a byte. */
struct sx_unit_place {
	uint8_t at;
	uint8_t bits; /* 0: location unknown */
	uint8_t all; /* this value and above address no single unit; 0: never */
	int16_t first; /* what the unit's display shows for 0 */
};

/* A location in the instrument data, to be read with the functions of
 * sxlib/instrument.h. A plain value; at NULL: none. */
struct sx_mark {
	const uint8_t *at;
	const char *texts;
};

/*
 * The facts of one message. Plain values, and pointers to static storage or
 * into the struct sx_devices it was decoded with: may be copied, owns nothing.
 * Texts from the instrument (name) are raw bytes, up to 63 of them: escape them
 * before printing.
 */
struct sx_facts {
	sx_maker_id maker_id;	   /* 0: none */
	size_t maker_len;	   /* its bytes: 0, 1 or 3 */
	char maker[SX_FACT_TEXT];  /* "Jomox"; "" if the ID is unknown */
	char device[SX_FACT_TEXT]; /* "Machinedrum"; "" if unknown */
	enum sx_kind kind;
	long slot;		 /* as in the message, from 0; -1: none */
	char slot_text[16];	 /* as on the display, "A01"; or "" */
	char name[SX_FACT_TEXT]; /* or "" */
	enum sx_checksum checksum;
	enum sx_trust trust;
	struct sx_mark format; /* for sx_message_kind() */
	bool bank;	       /* contains sounds: see sxlib/sounds.h */
	const char *source;    /* of these facts; NULL if none */
	const char *note;      /* a remark to show, or NULL */
	const char *danger;    /* why sending it needs --force, or NULL */
	int unit; /* unit number of its sender or recipient, as the unit
		     displays it; -1: all, or unknown */
	struct sx_unit_place unit_place; /* its location */
	/* Above 0: a dump that the following message may store. Below 0: such a
	 * message. See sx_facts_stores(). */
	int pair;
	bool dump;     /* user data, stored by default; else transport etc. */
	bool complete; /* the device sends one complete object per message */
	bool waits; /* its sender waits for an answer, perhaps before the F7; if
		       it is cut, it is not a damaged dump */
	bool refused;	 /* the unit sends it, but does not accept it back */
	bool odd_length; /* its length is not one known for its format: bytes
			    may be missing */
	int delay_ms;	 /* pause needed after it; -1: unknown */
	int rate;	 /* most bytes/s the device accepts; 0: wire speed */
	struct sx_region header, slot_at, name_at, checksum_at, length_at;
	struct sx_region
	    packed; /* 8-in-7, see sx_unpack(); len 0: none known */
	bool rle;   /* its contents are run-length coded: 80..FF mean 0 to 127
		       times the next byte */
	unsigned checksum_want, checksum_have; /* valid if checksum_at.len */
	size_t length_want, length_have;       /* valid if length_at.len */
};

/* How many bytes from F0 on determine, for every row, the manufacturer, `dump`
 * and `complete` of the whole message. */
#define SX_TRIAGE_BYTES 16

/* First bytes from F0 on, and which of their bits count. */
struct sx_mask {
	uint8_t value[SX_TRIAGE_BYTES], bits[SX_TRIAGE_BYTES];
};

/* Does `store` say where to store the dump right before it? The two are then
 * one dump, in the slot of `store`. */
bool sx_facts_stores(const struct sx_facts *dump, const struct sx_facts *store);

/* The user's rows, which sx_device_decode() consults as well. */
struct sx_devices;

/*
 * Decode msg[0..n-1], which begins with F0, real-time bytes removed. user may
 * be NULL. Also works on an incomplete message (n >= SX_TRIAGE_BYTES determines
 * the facts named there); slot, name, length and checksum are only read if it
 * ends in F7. A message that does not begin with F0 (the rest of one) yields
 * unknown facts and dump = true.
 */
void sx_device_decode(const struct sx_devices *user, const uint8_t *msg,
    size_t n, struct sx_facts *facts);

/*
 * The same for the many messages of files or of a port, most of which are of a
 * few kinds: the instrument data that it has read is kept for the next message.
 * user must outlive it. Returns NULL and sets e if out of memory. Free with
 * _free, which accepts NULL.
 */
struct sx_decoder;
struct sx_decoder *sx_decoder_new(
    const struct sx_devices *user, struct sx_err *e);
void sx_decoder_free(struct sx_decoder *d);
void sx_decoder_next(
    struct sx_decoder *d, const uint8_t *msg, size_t n, struct sx_facts *facts);

/*
 * The same for a message of n bytes, whole or cut, given only its first `have`
 * >= SX_TRIAGE_BYTES bytes. Returns false if the remaining bytes could add
 * something: a checksum, a name, a slot further on, or, for firmware, a check
 * together with its other messages.
 */
bool sx_device_skim(const struct sx_devices *user, const uint8_t *head,
    size_t have, size_t n, bool whole, struct sx_facts *facts);

/*
 * 8-in-7: groups of one byte with the high bits and up to seven data bytes. The
 * high bit of the first data byte is bit 6. Returns byte i of the unpacked data
 * of p[0..n-1], or -1 if it ends before.
 */
int sx_unpack(const uint8_t *p, size_t n, size_t i);
/* Offset in p of byte i. */
size_t sx_packed_at(size_t i);

/* Iterates over the unpacked bytes. With run lengths (rle), a byte of 80 to FF
 * says how often, 0 to 127 times, the next byte repeats. Set p, n and rle; zero
 * the rest. */
struct sx_unpacker {
	const uint8_t *p;
	size_t n;
	bool rle;
	size_t at; /* private */
};
struct sx_unpacked {
	uint8_t byte;
	bool run; /* has a run length; else times is 1 */
	size_t times;
};

/* The next one that lies completely before p[to] (SIZE_MAX: anywhere). Returns
 * false if there is none. */
bool sx_unpack_next(struct sx_unpacker *u, size_t to, struct sx_unpacked *next);

/* One line of `sxlib devices`. */
struct sx_device_row {
	sx_maker_id maker;
	const char *maker_name; /* NULL: as in the table of manufacturers */
	const char *device;
	const char *kinds; /* "pattern, preset, sample, firmware" */
	enum sx_trust trust;
	const char *source;
	const char *checksum; /* its rule in a few words; NULL: unknown */
	int delay_ms;	      /* -1: unknown */
	int rate;	      /* bytes/s; 0: wire speed */
};

/*
 * The user's instruments: the user's pages (see sxlib/config.h), held in a
 * struct sx_devices.
 *
 * Of several that match, the one whose mask reaches furthest wins, then the
 * first. It replaces a built-in one that fixes fewer bytes, or that has the
 * same mask if the page has a message that matches. It also replaces what a
 * built-in one only infers, however few bytes it fixes, except for firmware and
 * messages without user data. What it leaves open (maker's name, unit number,
 * delay, rate) stays as built in, as do the danger of sending a message and its
 * being one of a pair.
 */

/* Returns NULL and sets e if out of memory. Free with _free, which accepts
 * NULL. */
struct sx_devices *sx_devices_new(struct sx_err *e);
void sx_devices_free(struct sx_devices *d);

#endif
