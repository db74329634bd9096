/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SDS_H
#define SXLIB_SDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/*
 * The MIDI Sample Dump Standard (MIDI 1.0 Detailed Specification 4.2.1, pp.
 * 35-37): its messages, how samples are packed, and the state machines of both
 * sides of a dump. Pure: no I/O, and times (us) are plain numbers.
 *
 * A sample is an int32_t, left-justified: full scale is INT32_MIN .. INT32_MAX
 * for any number of bits.
 */

/* Byte 3 of F0 7E device type ... F7. */
enum sx_sds_type {
	SX_SDS_HEADER = 0x01,
	SX_SDS_PACKET = 0x02,
	SX_SDS_REQUEST = 0x03,
	SX_SDS_WAIT = 0x7c,
	SX_SDS_CANCEL = 0x7d,
	SX_SDS_NAK = 0x7e,
	SX_SDS_ACK = 0x7f,
};

/* Message sizes in bytes. */
#define SX_SDS_HEADER_SIZE  21
#define SX_SDS_PACKET_SIZE  127
#define SX_SDS_REQUEST_SIZE 7
#define SX_SDS_ANSWER_SIZE  6
#define SX_SDS_DATA	    120 /* sample bytes in a packet */

#define SX_SDS_SLOT_MOST  16383
#define SX_SDS_VALUE_MOST 2097151 /* of the three-byte values in a header */
#define SX_SDS_BITS_LEAST 8
#define SX_SDS_BITS_MOST  28

enum sx_sds_loop {
	SX_SDS_FORWARD = 0x00,
	SX_SDS_ALTERNATING = 0x01,
	SX_SDS_NO_LOOP = 0x7f,
};

struct sx_sds_header {
	unsigned device; /* 0..127; 7F: all */
	unsigned slot;
	unsigned bits;
	uint32_t period; /* of a sample, ns */
	uint32_t words;
	uint32_t loop_start, loop_end; /* words; loop_end is the last word
					  played */
	unsigned loop;		       /* enum sx_sds_loop */
};

/* A parsed message. */
struct sx_sds_message {
	enum sx_sds_type type;
	unsigned device;
	int packet;		     /* PACKET and answers; -1: not given */
	struct sx_sds_header header; /* HEADER; REQUEST: only its slot */
	const uint8_t *data;	     /* PACKET: SX_SDS_DATA bytes, borrowed */
	bool sum_ok;		     /* PACKET: checksum is correct */
};

/* Returns false if msg is not a complete Sample Dump message. */
bool sx_sds_parse(const uint8_t *msg, size_t n, struct sx_sds_message *m);

/* XOR of bytes from..to-1. */
uint8_t sx_sds_checksum(const uint8_t *msg, size_t from, size_t to);

void sx_sds_put_header(
    uint8_t buf[SX_SDS_HEADER_SIZE], const struct sx_sds_header *h);
void sx_sds_put_request(
    uint8_t buf[SX_SDS_REQUEST_SIZE], unsigned device, unsigned slot);
void sx_sds_put_answer(uint8_t buf[SX_SDS_ANSWER_SIZE], unsigned device,
    enum sx_sds_type type, unsigned packet);
/* packet counts up from 0 without wrapping; its low 7 bits are sent. */
void sx_sds_put_packet(uint8_t buf[SX_SDS_PACKET_SIZE], unsigned device,
    size_t packet, const uint8_t data[SX_SDS_DATA]);

/* The number of words in a packet, and of packets for this many words. */
size_t sx_sds_packet_words(unsigned bits);
size_t sx_sds_packets(uint32_t words, unsigned bits);

/*
 * Pack n <= sx_sds_packet_words(bits) samples into the data of a packet and
 * fill the rest with 0. Samples are rounded to `bits`, unsigned, left-justified
 * in 7-bit bytes, most significant first. sx_sds_unpack() is the inverse.
 */
void sx_sds_pack(
    uint8_t data[SX_SDS_DATA], unsigned bits, const int32_t *samples, size_t n);
void sx_sds_unpack(
    const uint8_t data[SX_SDS_DATA], unsigned bits, int32_t *samples, size_t n);

/* Convert a sample rate in Hz, > 0, to a period in ns and back. sx_sds_rate()
 * prefers a common rate whose period, rounded up or down, is this one. */
uint32_t sx_sds_period(unsigned rate);
unsigned sx_sds_rate(uint32_t period);

/* "300 words of 12 bits at 44100 Hz, loop 10-20" or "... no loop". Returns buf.
 */
char *sx_sds_header_text(char *buf, size_t size, const struct sx_sds_header *h);

/* ---- State of a dump, both sides ---- */

/* The next action. */
enum sx_sds_todo {
	SX_SDS_SEND,	/* sender: item `at`; receiver: `answer` */
	SX_SDS_LISTEN,	/* until `deadline` */
	SX_SDS_GIVE_UP, /* send CANCEL, unless open; then call _given_up() */
	SX_SDS_FAILED,	/* see why */
	SX_SDS_DONE,
};

enum sx_sds_why {
	SX_SDS_NO_REASON,
	SX_SDS_CANCELLED,   /* received CANCEL */
	SX_SDS_NO_ANSWER,   /* no reply, or no further reply */
	SX_SDS_REJECTED,    /* NAK for every attempt */
	SX_SDS_BAD_HEADER,  /* impossible bits or length */
	SX_SDS_NO_HEADER,   /* packets without a header */
	SX_SDS_NO_SAMPLE,   /* the header declares 0 words */
	SX_SDS_MISSING,	    /* packets are missing */
	SX_SDS_BAD_PACKETS, /* invalid on every attempt */
};

/* The reason in words. */
const char *sx_sds_why_text(enum sx_sds_why why);

#define SX_SDS_OPEN_US	 20000	 /* limit for an answer, open loop */
#define SX_SDS_CLOSED_US 1000000 /* ... closed loop */
#define SX_SDS_HEADER_US 2000000 /* ... to the header */

/*
 * The sender. Item 0 is the header, packets count from 1. The first answer
 * closes the loop: after that a missing answer means that the item was lost,
 * and it is sent again. Late and duplicate ACKs are recognized by their number.
 */
struct sx_sds_sender {
	size_t packets;
	unsigned retries; /* for one item */
	bool open;	  /* do not wait for answers, but obey CANCEL */
	int64_t gap;	  /* us after a packet, until the first answer */
	int64_t wire;	  /* us that a packet takes; 0: unknown */
	/* Read-only. */
	enum sx_sds_todo todo;
	enum sx_sds_why why;
	size_t at;	  /* the item to send, or sent last */
	int64_t deadline; /* INT64_MAX after WAIT */
	bool closed, waiting;
	size_t resent, stale; /* items sent again; answers that matched no
				 item */
	size_t unproven;      /* items neither answered nor sent again */
	/* Private. */
	size_t furthest;
	unsigned tries;
	bool rejected;
	int64_t soonest, ended;
};

/* Set retries, open, gap and wire first. */
void sx_sds_sender_begin(struct sx_sds_sender *s, size_t packets);
/* SEND is done: the first byte left at `begun` or later, and by calculation the
 * last one was off the wire at `ended`. */
void sx_sds_sent(struct sx_sds_sender *s, int64_t begun, int64_t ended);
/* An answer was received, its first byte at `when`. */
void sx_sds_answered(
    struct sx_sds_sender *s, const struct sx_sds_message *m, int64_t when);
/* The deadline has passed. */
void sx_sds_unanswered(struct sx_sds_sender *s);
/* GIVE_UP is done. */
void sx_sds_given_up(struct sx_sds_sender *s);

/*
 * The receiver. It accepts packets in any order, stores each by its number, and
 * requests the missing ones.
 */
struct sx_sds_receiver {
	bool open;	  /* never answer */
	bool asks;	  /* send a request first, for header.slot */
	unsigned retries; /* consecutive, without a new packet */
	int64_t first;	  /* us to wait for the header; INT64_MAX: for ever */
	int64_t patience; /* us to wait for a packet */
	/* Read-only. */
	struct sx_sds_header header; /* device and slot are valid before it
					arrives */
	enum sx_sds_todo todo;
	enum sx_sds_why why;
	enum sx_sds_type answer; /* SEND: REQUEST, ACK or NAK */
	unsigned answer_packet;	 /* ... for this packet */
	int64_t deadline;
	bool has_header;
	size_t packets, got;
	size_t repeated, bad; /* duplicate packets; invalid ones */
	uint8_t *data;	      /* SX_SDS_DATA for each packet */
	/* Private. */
	uint8_t *have;
	size_t expected;
	unsigned tries;
};

/* Set open, asks, retries, first, patience, header.device and header.slot
 * first. */
void sx_sds_receiver_begin(struct sx_sds_receiver *r, int64_t now);
/* SEND is done; the last byte was off the wire at `ended`. */
void sx_sds_answer_sent(struct sx_sds_receiver *r, int64_t ended);
/* A message of the expected dump was received at `when`; NULL: a damaged one.
 * Returns -1 and sets e if memory runs out. */
int sx_sds_received(struct sx_sds_receiver *r, const struct sx_sds_message *m,
    int64_t when, struct sx_err *e);
/* The deadline has passed. */
void sx_sds_silence(struct sx_sds_receiver *r);
/* GIVE_UP is done. */
void sx_sds_receiver_given_up(struct sx_sds_receiver *r);
/* True if this packet, from 0, was received. */
bool sx_sds_has(const struct sx_sds_receiver *r, size_t packet);
/* "3, 7-9": the packets that are missing, from 1, as far as they fit. Returns
 * buf. */
char *sx_sds_missing_text(
    char *buf, size_t size, const struct sx_sds_receiver *r);
void sx_sds_receiver_free(struct sx_sds_receiver *r);

#endif
