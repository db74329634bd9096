/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_INSTRUMENT_H
#define SXLIB_INSTRUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/request.h"

/*
 * An instrument as data: what its page contains (docs/instruments.md), in the
 * form that the sysex code uses to decode messages and make requests. Pages are
 * compiled in, or read at run time by sx_config_device(). Both are stored in a
 * compact form; the functions below read it into plain values. Their strings
 * live as long as the program, or as the struct sx_devices that the instrument
 * belongs to.
 *
 * Offsets count from F0 = 0; negative ones count from the end: -1 is the F7.
 */

#define SX_AT_END INT32_MAX /* the offset just past the F7 */

/* How 8-bit data is packed into 7-bit bytes. */
enum sx_code {
	SX_CODE_PLAIN,
	SX_CODE_8IN7,	  /* seven bytes after one with their high bits, the
			     first one's in bit 6 */
	SX_CODE_8IN7_LOW, /* the same, the first one's in bit 0 */
	SX_CODE_7OF8,	  /* the same layout, but the high bits are unused */
	SX_CODE_NIBBLES,  /* two bytes each, low nibble first */
	SX_CODE_NIBBLES_HIGH, /* two bytes each, high nibble first */
	SX_CODE_PAIRS,	      /* two bytes each: the low 7 bits, then the
				 rest */
	SX_CODE_STREAM,	      /* one bit stream, 7 bits per byte, lowest
				 first */
	SX_CODE_BASE64,	      /* RFC 4648: four characters for three bytes */
	SX_CODES
};

struct sx_data_at {
	int32_t from, to; /* from 0: no packed data */
	uint8_t code;	  /* enum sx_code */
	bool rle;	  /* run-length coded: 80..FF mean 0 to 127 times the
			     next byte */
};

/* Character set of a name. */
enum sx_chars {
	SX_CHARS_ASCII,
	SX_CHARS_SIX,	  /* the low six bits of ASCII */
	SX_CHARS_SEVEN,	  /* the high bit is ignored */
	SX_CHARS_D50,	  /* Roland D-50: 64 characters */
	SX_CHARS_DIGITS,  /* 0 to 9 are digits, the rest is ASCII */
	SX_CHARS_ZERO,	  /* 00 is a blank */
	SX_CHARS_JUNO,	  /* Roland Alpha Juno: 64 characters */
	SX_CHARS_NIBBLES, /* two bytes each, low nibble first */
	SX_CHARS_WORDS,	  /* two in each word of 16 bits, low byte first: the
			     first one is bits 7 to 13, the second one 0 to 6 */
	SX_CHARS_JSON,	  /* a text in JSON begins there; the name is "name" in
			     its outermost object */
	SX_CHARSETS
};

#define SX_GUARD 4

struct sx_name_at {
	int32_t at;
	int16_t len;   /* characters; -1: up to the F7; 0: no name */
	bool in_data;  /* `at` counts in the unpacked data */
	uint8_t every; /* every Nth byte is a character; 0: 1 */
	uint8_t chars; /* enum sx_chars */
	uint8_t blank; /* a first byte that means no name; 0: none */
	/* The name is present only if these bytes are at if_at; it counts in
	 * the unpacked data if `at` does. */
	uint8_t if_len, if_bytes[SX_GUARD];
	int32_t if_at;
};

enum sx_sum_rule {
	SX_SUM_NO,
	SX_SUM_7,	/* sum, 7 bits */
	SX_SUM_NEG7,	/* 128 - the sum */
	SX_SUM_14,	/* sum in two 7-bit bytes, high first */
	SX_SUM_XOR7,	/* XOR of all bytes */
	SX_SUM_NIBBLES, /* sum of the bytes that nibbles form, 7 bits */
	SX_SUM_UNKNOWN, /* rule unknown; only `free` is known */
	SX_SUM_K5000,	/* of a K5000 single, up to its additive parts */
	SX_SUMS
};

struct sx_sum_at {
	int32_t from, to; /* the bytes covered; the checksum is at `to` */
	uint8_t rule;	  /* enum sx_sum_rule */
	uint8_t add;
	uint8_t free;	 /* a value that means "not checked"; 0: none */
	uint16_t longer; /* present only in messages longer than this */
	int32_t at;	 /* the checksum is here; 0: at `to` */
};

/* A byte count, 7 bits per byte, high byte first. */
struct sx_count_at {
	int32_t at, from, to; /* the count itself, and the bytes it counts */
	uint8_t width;	      /* 1 or 2; 0: no count */
	uint8_t less;	      /* the stored value is this much less than the
				 count */
};

/* The sounds of a bank: all of one size, or in a special form. */
enum sx_sounds_form {
	SX_SOUNDS_EVEN,
	SX_SOUNDS_K5000,  /* a presence bit for each, then as many parts as each
			     sound has */
	SX_SOUNDS_GROUPS, /* of one size, with other bytes between groups */
	SX_SOUNDS_FORMS
};

/* How a sound in a bank differs from the body of its separate message. */
enum sx_voice {
	SX_VOICE_SAME,	/* not at all */
	SX_VOICE_DX7,	/* Yamaha's packed six-operator voice, 128 bytes for
			   155 */
	SX_VOICE_DX21,	/* four-operator voice, 128 bytes for 93 */
	SX_VOICE_TX81Z, /* the same 128 bytes, for the 23 more that a TX81Z
			   has */
	SX_VOICES
};

struct sx_sounds_at {
	uint8_t form;	/* enum sx_sounds_form */
	uint16_t count; /* 0: no sounds */
	uint32_t size;	/* in bytes; of a memory: in addresses */
	uint32_t from;	/* offset of the first one; of a memory: its address */
	bool in_data;	/* `from` counts in the unpacked data */
	/* SX_SOUNDS_GROUPS: `skip` bytes follow each `group` sounds. */
	uint16_t group, skip;
	/* Offset of the byte with the slot of the first one; 0: that is slot
	 * 0; negative: the message does not contain it. */
	int32_t first_at;
	/* A memory, spread over messages: offset of the address, its width in
	 * 7-bit bytes (0: not a memory), bytes after the data (checksum and
	 * F7), and how many addresses of a sound, from its first one on, are in
	 * use. */
	uint16_t address_at;
	uint8_t width, trim;
	uint32_t used;
	struct sx_name_at name; /* offsets count from the start of a sound */
	struct sx_slots shown;
	const char *as; /* the message that holds a single sound, or NULL */
	uint8_t voice;	/* enum sx_voice */
	/* The message that precedes it if the sound has parameters that it
	 * cannot hold, or NULL. Its bytes are those of SX_VOICE_TX81Z. */
	const char *more;
	/* Of a memory: start address of the edit buffer that accepts one sound,
	 * and bytes per message; piece 0: unknown. */
	uint32_t buffer;
	uint16_t piece;
};

#define SX_STEPS_TRACKS 32
#define SX_STEPS_MOST	64 /* of a track */

/* The steps of a pattern: for each track a bit per step, packed as 8in7, high
 * byte first; the lowest bit is the first step. */
struct sx_steps_at {
	uint8_t tracks; /* 0: not known */
	uint8_t steps;	/* of each track: 8, 16, .. 64 */
	int32_t at;	/* where they begin */
	int32_t then;	/* where as many further steps of each track begin, in
			   a message that is long enough; 0: nowhere */
	int32_t length; /* the byte that says how many steps are played */
	const char *source;
};

/* Where the fields of a message are. */
struct sx_layout {
	struct sx_slot_at slot;
	struct sx_slots shown;
	struct sx_data_at data;
	struct sx_name_at name[2]; /* the second is tried if the first finds
				      none */
	struct sx_sum_at sum[2];
	struct sx_count_at count;
	/* The bytes of the sound itself, the same in an edit buffer dump;
	 * body_from 0: those of `data`. */
	int32_t body_from, body_to;
};

#define SX_HEAD_MOST 24
/* In a head, 80 to EF stand for bytes 0 to 6F of the source message. */
#define SX_HEAD_FROM 0x80

/* One kind of message. The first match wins. */
struct sx_message_kind {
	const char *what; /* "pattern", as in `sxlib request` */
	/* Need not repeat the bytes of the instrument's mask. */
	struct sx_mask mask;
	struct sx_layout layout;
	struct sx_sounds_at sounds; /* count 0: not a bank */
	struct sx_steps_at steps;   /* of a pattern */
	/* Length of the whole message, F0 and F7 included; max 0: no limit. A
	 * message of another length is not of this kind if the first
	 * SX_TRIAGE_BYTES bytes settle that; otherwise it is, with a note,
	 * since sizes change between firmware versions. */
	uint32_t min, max;
	uint8_t kind;	  /* enum sx_kind */
	uint8_t trust;	  /* enum sx_trust; the lower of this and the
			     instrument's applies */
	uint8_t checksum; /* NONE, or UNKNOWN if layout.sum decides */
	bool transient;	  /* holds no user data: facts.dump = false */
	bool complete;	  /* each message is a complete object */
	bool waits;   /* the sender waits for an answer, possibly before F7 */
	bool refused; /* the unit sends it, but does not accept it back */
	bool no_unit; /* has no unit number where other messages have it */
	/* A dump that a following message may store: 1, 2, ...; the message
	 * that stores it: -1, -2, ... Each is a complete object, as is the
	 * pair. */
	int8_t pair;
	uint8_t parts;	  /* messages per sound, this one first; 0: 1 */
	int32_t delay_ms; /* 0: the instrument's */
	/* Strings, or NULL. */
	const char *source; /* NULL: the instrument's */
	const char *note, *danger;
	const char *call;   /* as in struct sx_instrument */
	const char *buffer; /* `what` of the edit buffer dump */
	/* The first bytes of a message that sxlib makes, up to its body. Unit
	 * number and slot are filled in. head_len 0: the bytes of the masks. */
	uint8_t head_len, head[SX_HEAD_MOST];
};

/* How an identity reply encodes the version. */
enum sx_version {
	SX_VERSION_BYTES,
	SX_VERSION_TEXT,      /* "1.24" */
	SX_VERSION_FIRST_DOT, /* "163 " is 1.63 */
	SX_VERSION_KORG,      /* minor, then major, 14 bits each */
	SX_VERSIONS
};

struct sx_identity_row {
	sx_maker_id maker;
	uint16_t family; /* 14 bits */
	int32_t member;	 /* 14 bits; -1: any */
	const char *device;
	uint8_t version; /* enum sx_version */
	uint8_t trust;	 /* enum sx_trust */
	const char *source;
};

struct sx_instrument {
	/* A name in parentheses is a heading for several devices, and is not
	 * reported as the device of a message. */
	struct sx_device_row row;
	const char *file;  /* file name of its page: "korg-m1.conf" */
	const char *alias; /* short names, comma-separated, or NULL */
	const char *call;  /* "product %4": name for its messages, or NULL */
	const char *panel; /* how to start a dump at the front panel, or NULL */
	const char *knobs; /* its controllers (sxlib/knobs.h), or NULL */
	const char *knobs_source; /* source of the controllers, or NULL */
	uint8_t knobs_trust;	  /* trust in the controllers, enum sx_trust */
	/* The bytes that identify this device. All bits open: listed only. If
	 * it fixes bytes beyond the manufacturer ID, it decides the device even
	 * if no kind of message matches. */
	struct sx_mask mask;
	struct sx_unit_place unit;
	uint16_t nformats, nrequests, nidentities;
	bool nameless;		/* its sounds are known to have no names */
	bool page;		/* has message sections or `like`; false: a
				   single-message section as in devices.conf */
	struct sx_mark formats; /* private: the formats, back to back */
};

/*
 * Read instrument i: the user's own first, in the order they were added (user
 * may be NULL), then the built-in ones by maker; within a maker, those with
 * longer masks first and headings last. Returns false if there is no such
 * instrument.
 */
bool sx_instrument(
    const struct sx_devices *user, size_t i, struct sx_instrument *in);
/* The first whose device has this name, in upper or lower case; false: none. */
bool sx_instrument_named(
    const struct sx_devices *user, const char *name, struct sx_instrument *in);

/* Read one of its formats, requests or identity replies; i must be less than
 * nformats, nrequests or nidentities. */
void sx_instrument_format(
    const struct sx_instrument *in, size_t i, struct sx_message_kind *f);
void sx_instrument_request(
    const struct sx_instrument *in, size_t i, struct sx_request_row *row);
void sx_instrument_identity(
    const struct sx_instrument *in, size_t i, struct sx_identity_row *row);

/* Do the sounds of this device have names? SX_NAMES_UNKNOWN if not known. */
enum sx_names { SX_NAMES_UNKNOWN, SX_NAMES_NONE, SX_NAMES_YES };
enum sx_names sx_instrument_names(const struct sx_instrument *in);

/* Is the format one of this instrument's? */
bool sx_instrument_has(const struct sx_instrument *in, struct sx_mark format);

/* Can this (`what`) be requested from it? */
bool sx_instrument_requests(const struct sx_instrument *in, const char *what);

/* Read the kind of message that a mark (from struct sx_facts) refers to. */
void sx_message_kind(struct sx_mark format, struct sx_message_kind *f);

/*
 * Add an instrument with the formats, requests and identity replies that it
 * counts. Everything is copied; the maker, and the device of a request, come
 * from in->row. Returns 0, or -1 and sets e (SX_EDATA: what is wrong with it;
 * SX_ENOMEM), and nothing is added.
 */
int sx_devices_add(struct sx_devices *d, const struct sx_instrument *in,
    const struct sx_message_kind *formats,
    const struct sx_request_row *requests,
    const struct sx_identity_row *identities, struct sx_err *e);

/* Do the first bytes of a message match? */
bool sx_mask_fits(const struct sx_mask *m, const uint8_t *msg, size_t n);
/* Number of bytes a mask covers, up to the last one that is not fully open. */
size_t sx_mask_reach(const struct sx_mask *m);
/* Number of bytes of which it fixes at least one bit. */
size_t sx_mask_weight(const struct sx_mask *m);

/* Its bytes in hex: "F0 00 20 3C 4? ??", "" if all are open. A byte that fixes
 * other bits than whole nibbles is VALUE/MASK. Returns buf. */
#define SX_MASK_TEXT (6 * SX_TRIAGE_BYTES)
char *sx_mask_text(char buf[SX_MASK_TEXT], const struct sx_mask *m);

/* The maker's name from the page or the manufacturer table, or NULL. */
const char *sx_device_maker(const struct sx_device_row *row);

#endif
