/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_INSTRUMENT_H
#define SXLIB_INSTRUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/request.h"

/*
 * An instrument as data: what its page says (docs/instruments.md), as sysex
 * decodes messages and makes requests by it. Pages are compiled in, or read at
 * run time by sx_config_device(); both are kept in a compact form and read from
 * it by the functions below into plain values. Their texts live as long as the
 * program, or the struct sx_devices that the instrument belongs to.
 *
 * Offsets count from F0 = 0, negative ones from the end: -1 is the F7.
 */

#define SX_AT_END INT32_MAX /* the offset behind the F7 */

/* How data are packed into bytes of 7 bits. */
enum sx_code {
	SX_CODE_PLAIN,
	SX_CODE_8IN7,	  /* behind a byte of high bits, the first highest */
	SX_CODE_8IN7_LOW, /* the same, the first lowest */
	SX_CODE_7OF8,	  /* the same place, but its bits mean nothing */
	SX_CODE_NIBBLES,  /* two bytes each, the low one first */
	SX_CODE_NIBBLES_HIGH, /* the high one first */
	SX_CODE_PAIRS,	      /* 7 bits, then the rest */
	SX_CODE_STREAM,	      /* one stream of 7 bits, lowest first */
	SX_CODE_BASE64,	      /* RFC 4648: four characters for three bytes */
	SX_CODES
};

struct sx_data_at {
	int32_t from, to; /* from 0: nothing is packed */
	uint8_t code;	  /* enum sx_code */
	bool rle;	  /* 80..FF stand for 0 to 127 times the next byte */
};

/* What the characters of a name are. */
enum sx_chars {
	SX_CHARS_ASCII,
	SX_CHARS_SIX,	  /* the low six bits of ASCII */
	SX_CHARS_SEVEN,	  /* the high bit means nothing */
	SX_CHARS_D50,	  /* Roland D-50: 64 characters */
	SX_CHARS_DIGITS,  /* 0 to 9 are digits */
	SX_CHARS_ZERO,	  /* 00 is a blank */
	SX_CHARS_JUNO,	  /* Roland Alpha Juno: 64 characters */
	SX_CHARS_NIBBLES, /* two bytes each, the low nibble first */
	SX_CHARSETS
};

#define SX_GUARD 4

struct sx_name_at {
	int32_t at;
	int16_t len;   /* characters; -1: up to the F7; 0: there is none */
	bool in_data;  /* `at` counts in what the data unpack to */
	uint8_t every; /* each so many bytes are a character; 0: 1 */
	uint8_t chars; /* enum sx_chars */
	uint8_t blank; /* a first byte that means no name; 0: there is none */
	/* Only if these bytes stand there, in the data if the name does. */
	uint8_t if_len, if_bytes[SX_GUARD];
	int32_t if_at;
};

enum sx_sum_rule {
	SX_SUM_NO,
	SX_SUM_7,	/* the sum, 7 bits */
	SX_SUM_NEG7,	/* 128 - the sum */
	SX_SUM_14,	/* the sum in two bytes of 7 bits, high first */
	SX_SUM_XOR7,	/* all bytes XORed */
	SX_SUM_NIBBLES, /* the sum of the bytes that nibbles make, 7 bits */
	SX_SUM_UNKNOWN, /* only `free` is known */
	SX_SUM_K5000,	/* of a K5000's single without its additive parts */
	SX_SUMS
};

struct sx_sum_at {
	int32_t from, to; /* the bytes it is of; it stands at `to` */
	uint8_t rule;	  /* enum sx_sum_rule */
	uint8_t add;
	uint8_t free;	 /* a byte that means "not checked"; 0: none */
	uint16_t longer; /* only in messages longer than this */
	int32_t at;	 /* it stands here; 0: at `to` */
};

/* A number of bytes, 7 bits each, the high one first. */
struct sx_count_at {
	int32_t at, from, to; /* of itself, and of what it counts */
	uint8_t width;	      /* 1 or 2; 0: there is none */
	uint8_t less;	      /* it is so much less than the bytes are */
};

/* The sounds of a bank: each as long as the next, or of a form of its own. */
enum sx_sounds_form {
	SX_SOUNDS_EVEN,
	SX_SOUNDS_K5000, /* behind a bit for each, of as many parts as it has */
	SX_SOUNDS_FORMS
};

/* How a sound in a bank differs from the body of its own message. */
enum sx_voice {
	SX_VOICE_SAME, /* it does not */
	SX_VOICE_DX7,  /* Yamaha's packed voice of six operators, 128 bytes
			  for 155 */
	SX_VOICE_DX21, /* of four operators, 128 bytes for 93 */
	SX_VOICE_TX81Z, /* the same bytes, for 23 that a TX81Z has besides */
	SX_VOICES
};

struct sx_sounds_at {
	uint8_t form;	/* enum sx_sounds_form */
	uint16_t count; /* 0: there are none */
	uint32_t size;	/* bytes; of a memory: addresses */
	uint32_t from;	/* the first one; of a memory: its address */
	bool in_data;	/* `from` counts in what the data unpack to */
	/* Spread over messages: where the address stands, how many bytes of 7
	 * bits it has (0: this is no memory), how many bytes follow the data,
	 * and how many addresses of a sound, its first ones, hold anything. */
	uint16_t address_at;
	uint8_t width, trim;
	uint32_t used;
	struct sx_name_at name; /* counted from the begin of a sound */
	struct sx_slots shown;
	const char *as; /* the message that holds one of them; or NULL */
	uint8_t voice;	/* enum sx_voice */
	/* The message that goes before that one if the sound has more than it
	 * can hold; or NULL. Its bytes are those of SX_VOICE_TX81Z. */
	const char *more;
	/* Of a memory: the edit buffer that takes one of them begins at this
	 * address, in messages of so many bytes each; piece 0: not known. */
	uint32_t buffer;
	uint16_t piece;
};

/* Where a message holds what. */
struct sx_layout {
	struct sx_slot_at slot;
	struct sx_slots shown;
	struct sx_data_at data;
	struct sx_name_at name[2]; /* the second is tried if the first fails */
	struct sx_sum_at sum[2];
	struct sx_count_at count;
	/* The bytes that are the sound itself, the same in an edit buffer's
	 * dump; body_from 0: those of the data. */
	int32_t body_from, body_to;
};

#define SX_HEAD_MOST 24
/* In a head, 80 to EF: byte 0 to 6F of the message that it is made from. */
#define SX_HEAD_FROM 0x80

/* One kind of message. The first that fits is taken. */
struct sx_message_kind {
	const char *what; /* "pattern", as in `request` */
	/* The instrument's own bytes need not be repeated. */
	struct sx_mask mask;
	struct sx_layout layout;
	struct sx_sounds_at sounds; /* count 0: it is no bank */
	/* Bytes of the whole message, F0 and F7 included; max 0: no limit.
	 * A message of another length is not this kind if SX_TRIAGE_BYTES
	 * are enough to know it; else it is, with a note, since sizes change
	 * between versions of an instrument's software. */
	uint32_t min, max;
	uint8_t kind;	  /* enum sx_kind */
	uint8_t trust;	  /* enum sx_trust; the lesser of this and the
			     instrument's holds */
	uint8_t checksum; /* NONE, or UNKNOWN if a sum is to be found */
	bool transient;	  /* holds no user data: facts.dump = false */
	bool complete;	  /* one complete object a message */
	bool waits;   /* its sender waits for an answer, perhaps before F7 */
	bool no_unit; /* has no number of a unit where others have it */
	/* A dump that a message behind it may store: 1, 2, ..; what stores it:
	 * -1, -2, .. Each is a complete object, as the pair is. */
	int8_t pair;
	uint8_t parts;	  /* messages that one sound has, from this on; 0: 1 */
	int32_t delay_ms; /* 0: as the instrument */
	/* Texts, or NULL. */
	const char *source; /* NULL: as the instrument */
	const char *note, *danger;
	const char *call;   /* as the instrument's */
	const char *buffer; /* `what` of the edit buffer's dump */
	/* What a message begins with that sxlib makes, up to its body. The
	 * number of the unit and the slot are put in their places. head_len 0:
	 * what the masks say. */
	uint8_t head_len, head[SX_HEAD_MOST];
};

/* A reply to the identity request. */
enum sx_version {
	SX_VERSION_BYTES,
	SX_VERSION_TEXT,      /* "1.24" */
	SX_VERSION_FIRST_DOT, /* "163 " is 1.63 */
	SX_VERSION_KORG,      /* minor, major, 14 bits each */
	SX_VERSIONS
};

struct sx_identity_row {
	sx_maker_id maker;
	uint16_t family; /* 14 bits */
	int32_t member;	 /* the same; -1: any */
	const char *device;
	uint8_t version; /* enum sx_version */
	uint8_t trust;	 /* enum sx_trust */
	const char *source;
};

struct sx_instrument {
	/* A name in parentheses is a heading for several devices and not said
	 * of a message. */
	struct sx_device_row row;
	const char *file;  /* of its page: "korg-m1.conf" */
	const char *alias; /* short names, with commas between; or NULL */
	const char *call;  /* "product %4": a name for messages; or NULL */
	const char *panel; /* what to do at its front panel; or NULL */
	const char *knobs; /* its controllers (sxlib/knobs.h); or NULL */
	const char *knobs_source; /* of these; or NULL */
	uint8_t knobs_trust;	  /* the same, enum sx_trust */
	/* The bytes that make it this device. All open: only listed. Bytes
	 * beyond the maker's ID settle the device even if no kind of message
	 * fits. */
	struct sx_mask mask;
	struct sx_unit_place unit;
	uint16_t nformats, nrequests, nidentities;
	bool nameless; /* its sounds are known to have no names */
	bool page;     /* it has sections of messages, unlike a row of old */
	struct sx_mark formats; /* private: these, one behind the other */
};

/*
 * Read instrument i: first the user's own in the order they were added (own may
 * be NULL), then the built-in ones by maker; of a maker headings last, and of
 * others those with the longer mask first. false: there is none.
 */
bool sx_instrument(
    const struct sx_devices *user, size_t i, struct sx_instrument *in);

/* What it has, i being less than nformats, nrequests or nidentities. */
void sx_instrument_format(
    const struct sx_instrument *in, size_t i, struct sx_message_kind *f);
void sx_instrument_request(
    const struct sx_instrument *in, size_t i, struct sx_request_row *row);
void sx_instrument_identity(
    const struct sx_instrument *in, size_t i, struct sx_identity_row *row);

/* Have the sounds of this device names? SX_NAMES_UNKNOWN: that is not known. */
enum sx_names { SX_NAMES_UNKNOWN, SX_NAMES_NONE, SX_NAMES_YES };
enum sx_names sx_instrument_names(const struct sx_instrument *in);

/* Is it one of these? */
bool sx_instrument_has(const struct sx_instrument *in, struct sx_mark format);

/* The kind of message that a mark (of struct sx_facts) stands for. */
void sx_message_kind(struct sx_mark format, struct sx_message_kind *f);

/*
 * Add an instrument with so many formats, requests and identities as it says.
 * Everything is copied; makers, and the device of a request, are taken from
 * in->row. -1 and e (SX_EDATA with words about what is wrong with it, or out of
 * memory): it was not added.
 */
int sx_devices_add(struct sx_devices *d, const struct sx_instrument *in,
    const struct sx_message_kind *formats,
    const struct sx_request_row *requests,
    const struct sx_identity_row *identities, struct sx_err *e);

/* Do the first bytes of a message fit? */
bool sx_mask_fits(const struct sx_mask *m, const uint8_t *msg, size_t n);
/* How many bytes a mask looks at: up to the last that is not open. */
size_t sx_mask_reach(const struct sx_mask *m);
/* How many bytes it fixes, or fixes some bits of. */
size_t sx_mask_weight(const struct sx_mask *m);

/* The maker's name, as the page or the table of makers has it; or NULL. */
const char *sx_device_maker(const struct sx_device_row *row);

#endif
