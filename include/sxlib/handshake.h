/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_HANDSHAKE_H
#define SXLIB_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Dumps in which each side waits for the other: Roland's two-way transfer in
 * its two frames, MIDI File Dump, and the Casio CZ, which waits for an answer
 * inside its own message. Pure machines: they are told what came and what time
 * it is, and say what to send. Times are monotonic, in microseconds.
 *
 * Roland: F0 41 device model.. command .., and the older F0 41 command channel
 * model ..; 40 wants to send (WSD), 41 requests (RQD), 42 data (DAT), 43 ACK,
 * 45 end (EOD), 4E error (ERR), 4F rejected (RJC). Source: Roland's manuals.
 * File Dump: F0 7E receiver 07 01 header, 02 packet; 7B end, 7C wait, 7D
 * cancel, 7E NAK, 7F ACK. Source: MIDI 1.0 Detailed Specification, 4.2.1.
 * Casio: F0 44 00 00 7n 30, answered by 7n 31. Source: CZ-101 manual, as
 * KnobKraft-orm and JSynthLib read it.
 */

#define SX_SHAKE_BYTES 32 /* the longest reply */

/* What a message that came in is to a transfer. */
enum sx_shake {
	SX_SHAKE_NOT,	  /* nothing of one */
	SX_SHAKE_BEGINS,  /* the unit wants to send */
	SX_SHAKE_DATA,	  /* data, and in order */
	SX_SHAKE_BAD,	  /* data with a wrong checksum: asked for again */
	SX_SHAKE_ENDS,	  /* the unit has sent everything */
	SX_SHAKE_REFUSED, /* the unit asks for something, which there is not */
	SX_SHAKE_CANCELLED, /* the unit gives up */
};

/* The receiving side. Zero at first. */
struct sx_shaker {
	/* Read-only. */
	bool open;     /* a transfer is under way */
	size_t blocks; /* data messages of it so far, good ones */
	/* Private: what a cancel is sent as. */
	uint8_t cancel[SX_SHAKE_BYTES];
	size_t ncancel;
};

/* A whole message came. reply gets what to send for it; *len is 0 if that is
 * nothing. */
enum sx_shake sx_shaker_take(struct sx_shaker *s, const uint8_t *msg, size_t n,
    uint8_t reply[SX_SHAKE_BYTES], size_t *len);

/*
 * These are the first bytes of a message that has not ended: does its sender
 * wait for an answer inside it? reply and *len as above, without F0 and F7.
 */
bool sx_shaker_inside(
    const uint8_t *msg, size_t n, uint8_t reply[SX_SHAKE_BYTES], size_t *len);

/* No more is wanted: what tells the unit so; *len is 0 if none is under way. */
void sx_shaker_cancel(
    struct sx_shaker *s, uint8_t reply[SX_SHAKE_BYTES], size_t *len);

/* ---- The sending side ---- */

struct sx_block {
	const uint8_t *data; /* a message: Roland's DAT, or one of a File Dump;
				borrowed */
	size_t len;
};

enum sx_offer_todo {
	SX_OFFER_SEND,	 /* wire[0..len-1], then sx_offer_sent() */
	SX_OFFER_LISTEN, /* until `deadline`, then sx_offer_passed() */
	SX_OFFER_DONE,	 /* see why */
};

enum sx_offer_why {
	SX_OFFER_ALL,	   /* all was sent, and nothing refused */
	SX_OFFER_SILENT,   /* the unit did not answer in time */
	SX_OFFER_REJECTED, /* the unit rejects or cancels it */
	SX_OFFER_ERRORS,   /* the same block was refused too often */
	SX_OFFER_STOPPED,  /* sx_offer_stop() */
};

#define SX_OFFER_TRIES	   3	   /* sends of one block */
#define SX_OFFER_US	   3000000 /* Roland: for each answer */
#define SX_OFFER_HEADER_US 200000  /* File Dump: then it goes on without */
#define SX_OFFER_PACKET_US 50000

struct sx_offer {
	/* Set by the caller. */
	const struct sx_block *blocks; /* borrowed while it is used */
	size_t n;
	/* Read-only. */
	enum sx_offer_todo todo;
	enum sx_offer_why why;
	const uint8_t *wire;
	size_t len;
	int64_t deadline; /* INT64_MAX: the unit said to wait */
	size_t at;	  /* the block under way; n: the end */
	bool open_loop;	  /* the unit does not answer: it is sent anyhow */
	/* Private. */
	int phase;
	unsigned tries;
	size_t command_at; /* Roland: the command in a message */
	bool file;	   /* File Dump */
	uint8_t made[SX_SHAKE_BYTES];
};

/* Can these be sent in a handshake: are all of one transfer? */
bool sx_offer_fits(const struct sx_block *blocks, size_t n);
/* blocks and n are set, the rest is zero, and sx_offer_fits(). */
void sx_offer_begin(struct sx_offer *o);
void sx_offer_sent(struct sx_offer *o, int64_t now);
/* A whole message came. Those that are no answer are passed over. */
void sx_offer_take(struct sx_offer *o, const uint8_t *msg, size_t n);
void sx_offer_passed(struct sx_offer *o, int64_t now);
/* Tell the unit that no more comes. */
void sx_offer_stop(struct sx_offer *o);

#endif
