/* SPDX-License-Identifier: ISC */
#ifndef STREAM_H
#define STREAM_H

#include <stddef.h>
#include <stdint.h>

/*
 * An endless stream of SysEx messages that anybody who knows its seed can make
 * again, from any message on: so that what was sent need not be kept, and what
 * arrived can be found in it.
 */
struct stream {
	uint32_t seed;
	size_t min, max; /* bytes of a message with its F0 and F7, >= 5 */
};

/* F0, the non-commercial ID, and, from 8 bytes on, the message's number. */
#define STREAM_ID     0x7d
#define STREAM_NUMBER 2 /* where its 4 bytes are, 7 bits in each */
#define STREAM_HEAD   6

size_t stream_size(const struct stream *s, uint32_t message);
/* Fills all stream_size() bytes. */
void stream_fill(const struct stream *s, uint32_t message, uint8_t *buf);
/* The number in a message that begins at p, or UINT32_MAX. */
uint32_t stream_number(const uint8_t *p, size_t n);

#endif
