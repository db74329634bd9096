/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_HANDSHAKE_H
#define SXLIB_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Dumps with a handshake: Roland's two-way transfer in its two frames, MIDI
 * File Dump, and the Casio CZ, which waits for an answer inside its message.
 * Pure state machines: the caller passes in messages and the time, and sends
 * what they return. Times are monotonic, in microseconds.
 *
 * Roland: F0 41 device model.. command .., or the older F0 41 command channel
 * model ..; commands: 40 want to send (WSD), 41 request (RQD), 42 data (DAT),
 * 43 ACK, 45 end (EOD), 4E error (ERR), 4F rejection (RJC). Source: Roland's
 * manuals, which name no time after which a receiver gives up: it waits, and
 * the caller cancels. File Dump: F0 7E receiver 07 01 header, 02 packet; 7B
 * end, 7C wait, 7D cancel, 7E NAK, 7F ACK. Source: MIDI 1.0 Detailed
 * Specification, 4.2.1. Casio: F0 44 00 00 7n 30, answered by 7n 31. Source:
 * CZ-101 manual, as interpreted by KnobKraft-orm and JSynthLib.
 */

#define SX_SHAKE_BYTES 32 /* the longest reply */

/* What a received message means for a transfer. */
enum sx_shake {
	SX_SHAKE_NOT,	    /* not part of one */
	SX_SHAKE_BEGINS,    /* the unit wants to send */
	SX_SHAKE_DATA,	    /* good data */
	SX_SHAKE_BAD,	    /* wrong checksum or length: requested again */
	SX_SHAKE_ENDS,	    /* the unit has sent everything */
	SX_SHAKE_LOST,	    /* it ends, but there are packets missing */
	SX_SHAKE_REFUSED,   /* the unit requests data; none is sent */
	SX_SHAKE_CANCELLED, /* the unit aborts */
};

/* The receiving side. Zero at first. */
struct sx_shaker {
	/* Read-only. */
	bool open;     /* a transfer is in progress */
	size_t blocks; /* good data messages of it so far */
	/* Private: the number of the next packet, and the cancel message. */
	uint8_t next;
	bool lost;
	uint8_t cancel[SX_SHAKE_BYTES];
	size_t ncancel;
};

/* Process a whole message. reply gets the message to send, *len its length; 0:
 * none. Roland data outside of a transfer is rejected, but returns
 * SX_SHAKE_NOT. */
enum sx_shake sx_shaker_take(struct sx_shaker *s, const uint8_t *msg, size_t n,
    uint8_t reply[SX_SHAKE_BYTES], size_t *len);

/* Given the first bytes of an unfinished message: does its sender wait for an
 * answer inside it? reply and *len as above, without F0 and F7. */
bool sx_shaker_inside(
    const uint8_t *msg, size_t n, uint8_t reply[SX_SHAKE_BYTES], size_t *len);

/* Abort the transfer: reply gets the message that tells the unit; *len is 0 if
 * none is in progress. */
void sx_shaker_cancel(
    struct sx_shaker *s, uint8_t reply[SX_SHAKE_BYTES], size_t *len);

/* ---- The sending side ---- */

struct sx_block {
	const uint8_t *data; /* Roland DAT or File Dump message; borrowed */
	size_t len;
};

enum sx_offer_todo {
	SX_OFFER_SEND,	 /* send wire[0..len-1], then sx_offer_sent() */
	SX_OFFER_LISTEN, /* until `deadline`, then sx_offer_passed() */
	SX_OFFER_DONE,	 /* see why */
};

enum sx_offer_why {
	SX_OFFER_ALL,	   /* all sent, nothing refused */
	SX_OFFER_SILENT,   /* no answer in time */
	SX_OFFER_REJECTED, /* the unit rejected or cancelled it */
	SX_OFFER_ERRORS,   /* one block was refused too often */
	SX_OFFER_STOPPED,  /* sx_offer_stop() */
};

#define SX_OFFER_TRIES	   3	   /* attempts per block */
#define SX_OFFER_US	   3000000 /* Roland: for each answer */
#define SX_OFFER_HEADER_US 200000  /* File Dump: then send anyway */
#define SX_OFFER_PACKET_US 50000

struct sx_offer {
	/* Set by the caller. */
	const struct sx_block *blocks; /* borrowed while in use */
	size_t n;
	/* Read-only. */
	enum sx_offer_todo todo;
	enum sx_offer_why why;
	const uint8_t *wire;
	size_t len;
	int64_t deadline; /* INT64_MAX: the unit asked to wait */
	size_t at;	  /* the current block; n: the end */
	bool open_loop;	  /* no answers: blocks are sent anyway */
	/* Private. */
	int phase;
	unsigned tries;
	size_t command_at; /* Roland: offset of the command */
	bool file;	   /* File Dump */
	uint8_t made[SX_SHAKE_BYTES];
};

/* True if these are all of one transfer and can be sent in a handshake. */
bool sx_offer_fits(const struct sx_block *blocks, size_t n);
/* Leave out bad blocks that the next block repeats: the receiving side keeps
 * such blocks. Not for Roland's older frame, whose blocks have no address.
 * sx_offer_fits() must be true. Returns how many are left. */
size_t sx_offer_prune(struct sx_block *blocks, size_t n);
/* Set blocks and n, zero the rest; sx_offer_fits() must be true. */
void sx_offer_begin(struct sx_offer *o);
void sx_offer_sent(struct sx_offer *o, int64_t now);
/* A whole message was received. Anything but an answer is ignored. */
void sx_offer_take(struct sx_offer *o, const uint8_t *msg, size_t n);
void sx_offer_passed(struct sx_offer *o, int64_t now);
/* Abort: the next SEND, if any, tells the unit. */
void sx_offer_stop(struct sx_offer *o);

#endif
