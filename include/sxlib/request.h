/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_REQUEST_H
#define SXLIB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"
#include "sxlib/maker.h"

/*
 * The requests of an instrument: their bytes, and how to recognize the answers.
 * Pure: nothing here sends anything.
 */

#define SX_REQUEST_BYTES 32
#define SX_BEFORE_BYTES	 12
#define SX_SLOTS_MOST	 16384

/* How the slots of a device are numbered, and how its display shows them. */
struct sx_slots {
	int32_t count; /* 0: a single object without a slot */
	int32_t first; /* number on the display of the first one, or of the
			  first one in a bank */
	int32_t bank;  /* slots per bank, banks being A, B, ...; 0: no banks */
	int8_t digits; /* minimum width of the number */
	int8_t letter; /* of the first bank: 0 is A */
	bool numbered; /* the bank is a digit as well, from 1: "11" to "88" */
	int8_t digit;  /* the number within a bank is two digits from 1 to this:
			  "A11" to "B88"; 0: decimal */
	bool behind;   /* the letter comes last and is the place within the
			  bank, a number: "1A" to "9D", "00A" to "99B" */
};

/* How a slot stands in a message. All but SX_SLOT_BYTES can only be read. */
enum sx_slot_form {
	SX_SLOT_BYTES,
	SX_SLOT_DATA, /* the offsets count in the unpacked data */
	SX_SLOT_TEXT, /* as the display shows it, from `low` on */
	SX_SLOT_FORMS
};

/* Position of a slot in one or two bytes: offsets as in sxlib/instrument.h. */
struct sx_slot_at {
	int32_t low, high; /* low 0: no slot; high 0: one byte */
	uint16_t radix;	   /* weight of the high byte; 0: 128 */
	uint16_t below;	   /* numbers from here on are not slots; 0: no limit */
	uint8_t from;	   /* value of the high byte (or the only one) for slot
			      0 */
	uint8_t bits;	   /* mask of that byte; 0: all bits */
	bool counted;	   /* facts.slot counts from 0, not from `from` */
	uint8_t form;	   /* enum sx_slot_form */
};

/*
 * A request for a range of addresses (Roland): msg ends before the address;
 * address, size and checksum follow. Slot n starts n * step after address.
 * Addresses are plain numbers here; messages hold 7 bits of them per byte. span
 * 0: not a range.
 */
struct sx_range {
	uint8_t at, width; /* of the address, in msg and in answers */
	uint32_t address, step;
	uint32_t span; /* number of addresses requested */
	uint32_t data; /* data bytes in that range; 0: span */
	/* For differences between models: some send up to `more` extra bytes,
	 * and the last piece ends at or after `last`. */
	uint32_t more, last;
};

/* The bytes of a request, and how its answer is recognised. */
struct sx_ask {
	uint8_t msg[SX_REQUEST_BYTES]; /* up to and including F7 */
	struct sx_slot_at slot;	       /* in msg */
	uint8_t id_at;	  /* the byte that the unit number is added to */
	uint8_t id_also;  /* another such byte; 0: none */
	int16_t id_zero;  /* unit number that is 0 in that byte */
	uint8_t id_unset; /* ORed into that byte for any unit, if id is -1 */
	/* Answers. The bits of the unit number are masked out. */
	struct sx_mask answer;
	struct sx_slot_at found; /* where an answer has its slot */
	struct sx_range range;
	/* An answer of several messages: all begin with the first `common`
	 * bytes of the answer's mask, the first message matches all of it, and
	 * the last one has end_byte at end_at. end_at 0: a single message, or a
	 * range. */
	uint8_t common, end_at, end_byte;
	/* What to send before it: channel messages, or one SysEx message. */
#define SX_BEFORE_SLOT 0xff /* placeholder for the slot within its bank */
#define SX_BEFORE_BANK 0xfe /* placeholder for the bank */
	uint8_t before[SX_BEFORE_BYTES];
	uint8_t before_len;
	uint8_t before_id; /* its byte that the unit number is added to, counted
			      from 1; 0: none */
};

/* Something a device can be asked for. A plain value; its strings live as long
 * as its instrument. */
struct sx_request_row {
	sx_maker_id maker;
	const char *device; /* as in struct sx_facts */
	const char *what;   /* as typed: "pattern", "kit-buffer" */
	enum sx_kind kind;
	struct sx_slots slots;
	/* Size in bytes of the longest known answer, all its messages; 0:
	 * unknown. Used for timeouts, never to judge an answer. */
	size_t most;
	int delay_ms; /* pause the device needs before the next request */
	/* Range and default of the unit's device number or MIDI channel, as its
	 * display shows it (id -1: any unit). id_most 0: the format has
	 * none. */
	int id_least, id_most, id;
	/* Not part of a backup: a work buffer, or part of another row's
	 * answer. */
	bool not_in_backup;
	enum sx_trust trust;
	const char *source;
	const char *note; /* another fact for people, or NULL */
	/* Other objects that the device is known to hold and no row requests;
	 * set in one row of a device, or NULL. */
	const char *lacks;
	struct sx_ask ask;
};

/* Read row i, the user's own first (user may be NULL); the rows of a device are
 * consecutive. Returns false if there is no such row. */
bool sx_request_row(
    const struct sx_devices *user, size_t i, struct sx_request_row *row);

/* Are these the same row? */
bool sx_request_row_is(
    const struct sx_request_row *a, const struct sx_request_row *b);

/* How to start a dump at the front panel of a device that cannot be asked, or
 * of which some models cannot: a sentence or two. NULL if unknown. */
const char *sx_request_panel(const struct sx_devices *user, const char *device);

/*
 * Does `text`, as typed ("machinedrum", "analog-four"), match this device?
 * Returns 2 for its name or a short name, 1 for a part of it, 0 for no match.
 * Ignores case, blanks and '-'.
 */
int sx_device_called(
    const struct sx_devices *user, const char *device, const char *text);

/* A slot as the display shows it: "A01", "17"; "" if there is no such slot.
 * Returns buf. */
#define SX_SLOT_TEXT 16
char *sx_slot_text(const struct sx_slots *s, long slot, char buf[SX_SLOT_TEXT]);

/*
 * Parse slots as on the display: "A01-A16,C03", "1-64", "b" (a whole bank),
 * "all". Their numbers in the message, from 0, are added to *list (NULL or
 * malloc'ed, *n entries; the caller frees it) in the order given, without
 * duplicates, so several texts can be combined. Returns 0, or -1 and sets e
 * (SX_EUSAGE, SX_ENOMEM).
 */
int sx_slots_parse(const struct sx_slots *s, const char *text, long **list,
    size_t *n, struct sx_err *e);

/*
 * Parse one slot or range at *text and advance *text past it: "A01", "A01-A16",
 * "b". *from and *to are inclusive and count from 0; a bank ends at the last
 * existing slot. Returns 0, or -1 if there is none or no such slot, with *text
 * unchanged.
 */
int sx_slots_range(
    const struct sx_slots *s, const char **text, long *from, long *to);

/* A request and the object that it fetches. Plain values. */
struct sx_request {
	struct sx_request_row row; /* what NULL: an address without a row */
	long slot;		   /* -1: no slot */
	uint8_t msg[SX_REQUEST_BYTES];
	size_t len;
	/* Messages to send first. len 0: these alone make the unit send. */
	uint8_t before[SX_BEFORE_BYTES];
	size_t before_len;
	/* Least number of data bytes in the answer, which comes in one or more
	 * messages, each with its address; 0: an answer without addresses. */
	size_t data;
	int unit; /* accept answers only from the unit with this number; -1:
		     from any */
	/* Private. */
	struct sx_mask answer;
	bool several;	  /* an answer of several messages, which ends as the
			     row says */
	size_t at, width; /* of the address in an answer */
	uint32_t address, span, more, last;
};

/* Make the request for a slot (-1 if the row has none) of the unit with number
 * id (-1: the default). */
void sx_request_make(
    const struct sx_request_row *row, long slot, int id, struct sx_request *q);

/* Store everything to send, in order, in buf and return its length. */
#define SX_REQUEST_WIRE (SX_BEFORE_BYTES + SX_REQUEST_BYTES)
size_t sx_request_wire(
    const struct sx_request *q, uint8_t buf[SX_REQUEST_WIRE]);

/*
 * Make the request that fetches the object in a dump. msg is a whole message
 * with its facts. Returns false if no request is known. If an object consists
 * of several messages with addresses, each has a separate request.
 */
bool sx_request_for_message(const struct sx_devices *user, const uint8_t *msg,
    size_t n, const struct sx_facts *facts, struct sx_request *q);
/* Does this row fetch an edit buffer, which the unit stores nowhere? */
bool sx_request_is_buffer(
    const struct sx_devices *user, const struct sx_request_row *row);

/*
 * Detects dumps that a unit does not store where they came from, by the
 * requests that fetch them: a dump of an edit buffer, and one that does not
 * contain its slot. The requests of a maker are read once for consecutive
 * messages of that maker. Zero it, except for user.
 */
struct sx_edit_buffers {
	const struct sx_devices *user; /* borrowed, or NULL */
	/* Private. */
	sx_maker_id maker;
	struct sx_edit_buffer_row *rows;
	size_t n;
};

/* msg is a whole message with its facts. Returns 1 if it is the dump of an edit
 * buffer; 0 if not, or no request is known; -1 and sets e if out of memory. */
int sx_edit_buffers_have(struct sx_edit_buffers *b, const uint8_t *msg,
    size_t n, const struct sx_facts *facts, struct sx_err *e);
/* Returns 1 if it is an answer to a request for a slot that it does not
 * contain; 0 or -1 as above. */
int sx_edit_buffers_untold(struct sx_edit_buffers *b, const uint8_t *msg,
    size_t n, const struct sx_facts *facts, struct sx_err *e);
/* Free its contents; the struct itself is the caller's. */
void sx_edit_buffers_free(struct sx_edit_buffers *b);

/* How a message relates to a request. */
enum sx_answer {
	SX_ANSWER_NOT,	 /* unrelated */
	SX_ANSWER_UNIT,	 /* the same kind of object, from another unit */
	SX_ANSWER_OTHER, /* the same kind of object, from another slot */
	SX_ANSWER_ODD,	 /* a piece out of sequence */
	SX_ANSWER_PIECE, /* a piece, but not the last */
	SX_ANSWER_WHOLE, /* the answer, or its last piece */
};

/* How much of an answer has been received. Zero at first. */
struct sx_received {
	/* Data bytes of pieces with addresses, or all bytes of the messages of
	 * other answers with several. */
	size_t bytes;
	uint32_t end; /* the address behind the last piece, from the first */
};

/*
 * Judge the next whole message received, and count it in *got. A piece with an
 * address that is repeated, goes back, or follows a lost one, is ODD. The
 * checksum is not checked: see facts. *slot, if slot is not NULL, is set to the
 * slot in the message, or -1 if it has none.
 */
enum sx_answer sx_request_judge(const struct sx_request *q, const uint8_t *msg,
    size_t n, struct sx_received *got, long *slot);

/* Do answers to this row contain their slot? True for rows without slots. The
 * answer for a slot that a program change has chosen may not. */
bool sx_request_tells_slot(const struct sx_request_row *row);

/* Is the message an answer to this row for any slot? Returns its slot, 0 if the
 * row has none or the answer does not contain it, or -1 if it is not an answer.
 * Of a range, any of its messages gives the slot. */
long sx_request_slot_of(
    const struct sx_request_row *row, const uint8_t *msg, size_t n);

#endif
