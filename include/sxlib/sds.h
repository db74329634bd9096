/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SDS_H
#define SXLIB_SDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/*
 * The MIDI Sample Dump Standard (MIDI 1.0 Detailed Specification 4.2.1, pp.
 * 35-37): its messages, how samples are packed, and what both sides of a dump
 * do next. Pure: no I/O, and times (us) only as numbers.
 *
 * A sample is an int32_t, left-justified: full scale is INT32_MIN .. INT32_MAX
 * whatever the bits.
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

/* Bytes of the messages. */
#define SX_SDS_HEADER_SIZE  21
#define SX_SDS_PACKET_SIZE  127
#define SX_SDS_REQUEST_SIZE 7
#define SX_SDS_ANSWER_SIZE  6
#define SX_SDS_DATA	    120 /* of a packet, that hold samples */

#define SX_SDS_SLOT_MOST  16383
#define SX_SDS_VALUE_MOST 2097151 /* of what has three bytes in a header */
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
	uint32_t loop_start, loop_end; /* words; the last one is played, too */
	unsigned loop;		       /* enum sx_sds_loop */
};

/* One message taken apart. */
struct sx_sds_message {
	enum sx_sds_type type;
	unsigned device;
	int packet;		     /* PACKET and answers; -1: not given */
	struct sx_sds_header header; /* HEADER; REQUEST: only its slot */
	const uint8_t *data;	     /* PACKET: SX_SDS_DATA bytes, borrowed */
	bool sum_ok;		     /* PACKET: its checksum is right */
};

/* false: it is none of these, or not whole. */
bool sx_sds_parse(const uint8_t *msg, size_t n, struct sx_sds_message *m);

/* The XOR of bytes from..to-1. */
uint8_t sx_sds_checksum(const uint8_t *msg, size_t from, size_t to);

void sx_sds_put_header(
    uint8_t buf[SX_SDS_HEADER_SIZE], const struct sx_sds_header *h);
void sx_sds_put_request(
    uint8_t buf[SX_SDS_REQUEST_SIZE], unsigned device, unsigned slot);
void sx_sds_put_answer(uint8_t buf[SX_SDS_ANSWER_SIZE], unsigned device,
    enum sx_sds_type type, unsigned packet);
/* packet counts from 0 and without end: its last 7 bits are sent. */
void sx_sds_put_packet(uint8_t buf[SX_SDS_PACKET_SIZE], unsigned device,
    size_t packet, const uint8_t data[SX_SDS_DATA]);

/* Words that a packet holds, and packets that words need. */
size_t sx_sds_packet_words(unsigned bits);
size_t sx_sds_packets(uint32_t words, unsigned bits);

/*
 * n <= sx_sds_packet_words(bits) samples into the data of a packet, the rest
 * of it 0: rounded to `bits`, unsigned, left-justified in 7-bit bytes, high
 * ones first. And back.
 */
void sx_sds_pack(
    uint8_t data[SX_SDS_DATA], unsigned bits, const int32_t *samples, size_t n);
void sx_sds_unpack(
    const uint8_t data[SX_SDS_DATA], unsigned bits, int32_t *samples, size_t n);

/* A sample rate in Hz, > 0, as a period in ns, and back: to a common rate if
 * its period, rounded either way, is this one. */
uint32_t sx_sds_period(unsigned rate);
unsigned sx_sds_rate(uint32_t period);

/* ---- Both sides of a dump ---- */

/* What is to be done now. */
enum sx_sds_todo {
	SX_SDS_SEND,	/* the item `at` (sender); `answer` (receiver) */
	SX_SDS_LISTEN,	/* until `deadline` */
	SX_SDS_GIVE_UP, /* send CANCEL, if the loop is not open: then ... */
	SX_SDS_FAILED,	/* see why */
	SX_SDS_DONE,
};

enum sx_sds_why {
	SX_SDS_NO_REASON,
	SX_SDS_CANCELLED,   /* CANCEL came */
	SX_SDS_NO_ANSWER,   /* nothing came, or nothing more */
	SX_SDS_REJECTED,    /* NAK each time */
	SX_SDS_BAD_HEADER,  /* bits or length cannot be */
	SX_SDS_NO_HEADER,   /* packets without a header */
	SX_SDS_NO_SAMPLE,   /* a header that says 0 words */
	SX_SDS_MISSING,	    /* packets are missing */
	SX_SDS_BAD_PACKETS, /* wrong each time */
};

#define SX_SDS_OPEN_US	 20000	 /* an answer comes sooner, or none does */
#define SX_SDS_CLOSED_US 1000000 /* ... once one has come */
#define SX_SDS_HEADER_US 2000000 /* ... to the header */

/*
 * The sender. Items are the header, 0, and the packets from 1 on. An answer
 * that comes closes the loop: from then on no answer means that the item was
 * lost, and it is sent again. Late and doubled ACKs are known by their number.
 */
struct sx_sds_sender {
	size_t packets;
	unsigned retries; /* of one item */
	bool open;	  /* answers are not awaited; but CANCEL is heard */
	int64_t gap;	  /* us after a packet, while no answer has come */
	int64_t wire;	  /* us that a packet needs; 0: unknown */
	/* Read-only. */
	enum sx_sds_todo todo;
	enum sx_sds_why why;
	size_t at;	  /* the item to be sent, or that was sent last */
	int64_t deadline; /* INT64_MAX while the other side says WAIT */
	bool closed, waiting;
	size_t resent, stale; /* items; answers that were for none */
	size_t unproven;      /* items that had no answer, and were not sent
				 again */
	/* Private. */
	size_t furthest;
	unsigned tries;
	bool rejected;
	int64_t soonest, ended;
};

/* retries, open, gap and wire are set by the caller. */
void sx_sds_sender_begin(struct sx_sds_sender *s, size_t packets);
/* SEND is done: its first byte left at `begun` or later, and its last was off
 * the wire, by calculation, at `ended`. */
void sx_sds_sent(struct sx_sds_sender *s, int64_t begun, int64_t ended);
/* An answer came, its first byte at `when`. */
void sx_sds_answered(
    struct sx_sds_sender *s, const struct sx_sds_message *m, int64_t when);
/* The deadline has passed. */
void sx_sds_unanswered(struct sx_sds_sender *s);
/* GIVE_UP is done. */
void sx_sds_given_up(struct sx_sds_sender *s);

/*
 * The receiver. It takes packets in any order, each at the place its number
 * says, and asks for those that are missing.
 */
struct sx_sds_receiver {
	bool open;	  /* never answer */
	bool asks;	  /* send a request first, for header.slot */
	unsigned retries; /* in a row without a new packet */
	int64_t first;	  /* us to wait for the header; INT64_MAX: for ever */
	int64_t patience; /* us to wait for a packet */
	/* Read-only. */
	struct sx_sds_header header; /* device, slot: also before it came */
	enum sx_sds_todo todo;
	enum sx_sds_why why;
	enum sx_sds_type answer; /* SEND: REQUEST, ACK or NAK, */
	unsigned answer_packet;	 /* ... of this packet */
	int64_t deadline;
	bool has_header;
	size_t packets, got;
	size_t repeated, bad; /* packets that came again; wrong ones */
	uint8_t *data;	      /* SX_SDS_DATA for each packet */
	/* Private. */
	uint8_t *have;
	size_t expected;
	unsigned tries;
};

/* open, asks, retries, first, patience, header.device and header.slot are set
 * by the caller. */
void sx_sds_receiver_begin(struct sx_sds_receiver *r, int64_t now);
/* SEND is done; all of it was off the wire at `ended`. */
void sx_sds_answer_sent(struct sx_sds_receiver *r, int64_t ended);
/* A message of the dump that is awaited came at `when`; NULL: a damaged one.
 * -1 and e: out of memory. */
int sx_sds_received(struct sx_sds_receiver *r, const struct sx_sds_message *m,
    int64_t when, struct sx_err *e);
/* The deadline has passed. */
void sx_sds_silence(struct sx_sds_receiver *r);
/* GIVE_UP is done. */
void sx_sds_receiver_given_up(struct sx_sds_receiver *r);
/* Has this packet, from 0, come? */
bool sx_sds_has(const struct sx_sds_receiver *r, size_t packet);
void sx_sds_receiver_free(struct sx_sds_receiver *r);

#endif
