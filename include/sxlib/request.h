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
 * What an instrument can be asked for, the bytes that ask for it, and how its
 * answer is known. Pure: nothing here sends anything.
 */

#define SX_REQUEST_BYTES 24
#define SX_BEFORE_BYTES	 12
#define SX_SLOTS_MOST	 16384

/* How the slots of a device are numbered, and how its display shows them. */
struct sx_slots {
	int32_t count; /* 0: there is one object, and it has no slot */
	int32_t first; /* what the display calls the first one, or the first
			  one of a bank */
	int32_t bank;  /* slots a bank has, the banks being A, B, ..; 0: none */
	int8_t digits; /* of the number, at least */
	int8_t letter; /* of the first bank: 0 is A */
	bool numbered; /* a bank is a digit, too, from 1 on: "11" to "88" */
	int8_t digit;  /* a number in a bank is two digits from 1 to this:
			  "A11" to "B88"; 0: it is decimal */
	bool behind;   /* the letter is that of the number in a bank, and
			  behind it: "1A" to "9D" */
};

/* A slot, in one byte or in two: offsets as in sxlib/instrument.h. */
struct sx_slot_at {
	int32_t low, high; /* low 0: there is none; high 0: one byte */
	uint16_t radix;	   /* what the higher byte counts; 0: 128 */
	uint16_t below;	   /* from here on it is not a slot; 0: no limit */
	uint8_t from;	   /* the higher byte (of one: it) begins here */
	uint8_t bits;	   /* only these bits of that byte; 0: all */
	bool counted;	   /* facts.slot counts from 0, not from `from` */
};

/*
 * A request for a range of addresses (Roland): msg ends before the address,
 * which follows with the size and a checksum. Slot n begins n * step behind
 * address. Both count in units of 7 bits. span 0: there is none.
 */
struct sx_range {
	uint8_t at, width; /* of the address, in msg and in an answer */
	uint32_t address, step;
	uint32_t span; /* addresses asked for */
	uint32_t data; /* bytes of data there; 0: span */
	/* Where models of one device differ: some send so much more data, and
	 * the last piece is the one that ends here or behind. */
	uint32_t more, last;
};

/* The bytes of a request, and how its answer is known. */
struct sx_ask {
	uint8_t msg[SX_REQUEST_BYTES]; /* up to and with F7 */
	struct sx_slot_at slot;	       /* in msg */
	uint8_t id_at;	  /* the byte that the unit's number is added to */
	uint8_t id_also;  /* another one; 0: none */
	int16_t id_zero;  /* the number that is 0 there */
	uint8_t id_unset; /* this stands for any unit, where id is -1 */
	/* Answers. id_at is masked out as far as its number goes. */
	struct sx_mask answer;
	struct sx_slot_at found; /* where an answer holds its slot */
	struct sx_range range;
	/* An answer of several messages: all have the first `common` bytes of
	 * the answer's mask, the first one has all of it, and the last one has
	 * this byte there. end_at 0: it is one message, or a range. */
	uint8_t common, end_at, end_byte;
	/* Messages to be sent before it: channel messages, or one SysEx. */
#define SX_BEFORE_SLOT 0xff /* stands for the byte of the slot in its bank */
#define SX_BEFORE_BANK 0xfe /* and of the bank */
	uint8_t before[SX_BEFORE_BYTES];
	uint8_t before_len;
	uint8_t before_id; /* the byte in it that the unit's number is added
			      to, counted from 1; 0: none */
};

/* One thing that a device can be asked for. A plain value; its texts live as
 * long as its instrument. */
struct sx_request_row {
	sx_maker_id maker;
	const char *device; /* as in struct sx_facts */
	const char *what;   /* what people type: "pattern", "kit-buffer" */
	enum sx_kind kind;
	struct sx_slots slots;
	/* Bytes of the longest answer known, all its messages; 0: not known.
	 * For time-outs, never to judge an answer. */
	size_t most;
	int delay_ms; /* pause the device needs before it is asked again */
	/* The unit's device number or MIDI channel as its display shows it: the
	 * least and the most there is, and its default (-1: whichever the unit
	 * has). most 0: the format has none. */
	int id_least, id_most, id;
	/* No part of a backup: a work buffer, or a part of what another row
	 * brings. */
	bool not_in_backup;
	enum sx_trust trust;
	const char *source;
	const char *note; /* a further fact for people, or NULL */
	/* What the device has besides, as far as is known, that no row asks
	 * for: in one row of a device, or NULL. */
	const char *lacks;
	struct sx_ask ask;
};

/* Read row i, those of a device together, the user's own first (user may be
 * NULL). false: there is none. */
bool sx_request_row(
    const struct sx_devices *user, size_t i, struct sx_request_row *row);

/* Are these the same row? */
bool sx_request_row_is(
    const struct sx_request_row *a, const struct sx_request_row *b);

/* What there is to do at the front panel of a device that cannot be asked, or
 * of which some models cannot, a sentence or two; NULL: that is not known. */
const char *sx_request_panel(const struct sx_devices *user, const char *device);

/*
 * Does `text`, as people type it ("machinedrum", "analog-four"), mean this
 * device? 2: it is its name or a short name of it, 1: a part of it, 0: no.
 * Case, blanks and '-' make no difference.
 */
int sx_device_called(
    const struct sx_devices *user, const char *device, const char *text);

/* The slot as the display shows it: "A01", "17"; "" if there is none. Returns
 * buf. */
#define SX_SLOT_TEXT 16
char *sx_slot_text(const struct sx_slots *s, long slot, char buf[SX_SLOT_TEXT]);

/*
 * Slots as on the display: "A01-A16,C03", "1-64", "b" (a whole bank), "all".
 * *list (malloc'ed, *n of them, none twice, in the order they were given) gets
 * their numbers in the message, from 0; what is in it is kept, so that several
 * texts can be added up. -1 and e (SX_EUSAGE).
 */
int sx_slots_parse(const struct sx_slots *s, const char *text, long **list,
    size_t *n, struct sx_err *e);

/*
 * One slot, or one range, at the beginning of *text, which then points behind
 * it: "A01", "A01-A16", "b". *from and *to, both included, count from 0; a
 * bank's end is that of the last slot there is. -1: it is none, or there is no
 * such slot; nothing has changed.
 */
int sx_slots_range(
    const struct sx_slots *s, const char **text, long *from, long *to);

/* A request, and what it asks for. Plain values. */
struct sx_request {
	struct sx_request_row row; /* what NULL: an address that no row has */
	long slot;		   /* -1: none */
	uint8_t msg[SX_REQUEST_BYTES];
	size_t len;
	/* Messages that must go before it. len 0: these alone make the unit
	 * send. */
	uint8_t before[SX_BEFORE_BYTES];
	size_t before_len;
	/* Data bytes that the answer brings in one or more messages, each with
	 * its address, at least; 0: the answer is one message, whatever its
	 * size. */
	size_t data;
	int unit; /* only an answer of the unit with this number is one; -1: of
		     any */
	/* Private. */
	struct sx_mask answer;
	bool several;	  /* its messages end as the row says */
	size_t at, width; /* where an answer holds its address */
	uint32_t address, span, more, last;
};

/* The request for slot (-1 where the row has none) of the unit with this number
 * (-1: its default). */
void sx_request_make(
    const struct sx_request_row *row, long slot, int id, struct sx_request *q);

/* All that has to be sent, in its order: buf gets it, returns its bytes. */
#define SX_REQUEST_WIRE (SX_BEFORE_BYTES + SX_REQUEST_BYTES)
size_t sx_request_wire(
    const struct sx_request *q, uint8_t buf[SX_REQUEST_WIRE]);

/*
 * The request that fetches the object a dump holds: true, or false if none is
 * known. msg is a whole message with its facts. Of an object of several
 * messages each has a request of its own.
 */
bool sx_request_for_message(const struct sx_devices *user, const uint8_t *msg,
    size_t n, const struct sx_facts *facts, struct sx_request *q);

/* What a message is to a request. */
enum sx_answer {
	SX_ANSWER_NOT,	 /* something else */
	SX_ANSWER_UNIT,	 /* the same kind of thing, of another unit */
	SX_ANSWER_OTHER, /* the same kind of thing, of another slot */
	SX_ANSWER_ODD,	 /* a part of it that does not follow the one before */
	SX_ANSWER_PIECE, /* a part of it, and not the last */
	SX_ANSWER_WHOLE, /* the answer, or its last part */
};

/*
 * Judge the next whole message that came in. *got, 0 at first, counts the data
 * bytes of the pieces; one that comes twice, or after a lost one, is ODD. The
 * checksum is not looked at: see facts.
 * slot, if not NULL, gets the slot that it holds, -1 if it holds none.
 */
enum sx_answer sx_request_judge(const struct sx_request *q, const uint8_t *msg,
    size_t n, size_t *got, long *slot);

/* Of the same row: is the message an answer for any slot? Its slot (0 where
 * the row has none, or the answer does not tell it), or -1. One of several
 * messages: the slot it belongs to. */
long sx_request_slot_of(
    const struct sx_request_row *row, const uint8_t *msg, size_t n);

#endif
