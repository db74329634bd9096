/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "sxlib/sds.h"

#define NS 1000000000u

uint8_t
sx_sds_checksum(const uint8_t *msg, size_t from, size_t to)
{
	uint8_t x = 0;

	while (from < to)
		x ^= msg[from++];
	return x & 0x7f;
}

/* Numbers of 7-bit bytes, low byte first. */
static uint32_t
sds_get(const uint8_t *p, size_t n)
{
	uint32_t value = 0;

	while (n-- > 0)
		value = value << 7 | (p[n] & 0x7fu);
	return value;
}

static void
sds_put(uint8_t *p, size_t n, uint32_t value)
{
	for (; n > 0; n--, value >>= 7)
		*p++ = value & 0x7f;
}

static void
parse_header(const uint8_t *msg, struct sx_sds_header *h)
{
	h->device = msg[2];
	h->slot = sds_get(msg + 4, 2);
	h->bits = msg[6];
	h->period = sds_get(msg + 7, 3);
	h->words = sds_get(msg + 10, 3);
	h->loop_start = sds_get(msg + 13, 3);
	h->loop_end = sds_get(msg + 16, 3);
	h->loop = msg[19];
}

bool
sx_sds_parse(const uint8_t *msg, size_t n, struct sx_sds_message *m)
{
	if (n < 5 || msg[0] != 0xf0 || msg[1] != 0x7e || msg[n - 1] != 0xf7)
		return false;
	*m = (struct sx_sds_message){
		.type = msg[3], .device = msg[2], .packet = -1
	};
	switch (msg[3]) {
	case SX_SDS_HEADER:
		if (n != SX_SDS_HEADER_SIZE)
			return false;
		parse_header(msg, &m->header);
		return true;
	case SX_SDS_PACKET:
		if (n != SX_SDS_PACKET_SIZE)
			return false;
		m->packet = msg[4];
		m->data = msg + 5;
		m->sum_ok = sx_sds_checksum(msg, 1, n - 2) == msg[n - 2];
		return true;
	case SX_SDS_REQUEST:
		if (n != SX_SDS_REQUEST_SIZE)
			return false;
		m->header.slot = sds_get(msg + 4, 2);
		return true;
	case SX_SDS_WAIT:
	case SX_SDS_CANCEL:
	case SX_SDS_NAK:
	case SX_SDS_ACK:
		if (n >= SX_SDS_ANSWER_SIZE)
			m->packet = msg[4];
		return true;
	default:
		return false;
	}
}

static void
sds_put_head(uint8_t *buf, unsigned device, enum sx_sds_type type)
{
	buf[0] = 0xf0;
	buf[1] = 0x7e;
	buf[2] = device & 0x7f;
	buf[3] = type & 0x7f;
}

void
sx_sds_put_header(
    uint8_t buf[SX_SDS_HEADER_SIZE], const struct sx_sds_header *h)
{
	sds_put_head(buf, h->device, SX_SDS_HEADER);
	sds_put(buf + 4, 2, h->slot);
	buf[6] = h->bits & 0x7f;
	sds_put(buf + 7, 3, h->period);
	sds_put(buf + 10, 3, h->words);
	sds_put(buf + 13, 3, h->loop_start);
	sds_put(buf + 16, 3, h->loop_end);
	buf[19] = h->loop & 0x7f;
	buf[20] = 0xf7;
}

void
sx_sds_put_request(
    uint8_t buf[SX_SDS_REQUEST_SIZE], unsigned device, unsigned slot)
{
	sds_put_head(buf, device, SX_SDS_REQUEST);
	sds_put(buf + 4, 2, slot);
	buf[6] = 0xf7;
}

void
sx_sds_put_answer(uint8_t buf[SX_SDS_ANSWER_SIZE], unsigned device,
    enum sx_sds_type type, unsigned packet)
{
	sds_put_head(buf, device, type);
	buf[4] = packet & 0x7f;
	buf[5] = 0xf7;
}

void
sx_sds_put_packet(uint8_t buf[SX_SDS_PACKET_SIZE], unsigned device,
    size_t packet, const uint8_t data[SX_SDS_DATA])
{
	sds_put_head(buf, device, SX_SDS_PACKET);
	buf[4] = packet & 0x7f;
	memcpy(buf + 5, data, SX_SDS_DATA);
	buf[125] = sx_sds_checksum(buf, 1, 125);
	buf[126] = 0xf7;
}

/* Return the bytes of a word: 2 for up to 14 bits, 3 for up to 21, else 4. */
static size_t
word_bytes(unsigned bits)
{
	return (bits + 6) / 7;
}

size_t
sx_sds_packet_words(unsigned bits)
{
	return SX_SDS_DATA / word_bytes(bits);
}

size_t
sx_sds_packets(uint32_t words, unsigned bits)
{
	size_t n = sx_sds_packet_words(bits);

	return (words + n - 1) / n;
}

/* Return a sample as an unsigned 32-bit number, rounded to its first `bits`. */
static uint32_t
sds_rounded(int32_t sample, unsigned bits)
{
	uint32_t value = (uint32_t)sample ^ 0x80000000u;
	uint32_t half = 1u << (31 - bits);

	value = value > UINT32_MAX - half ? UINT32_MAX : value + half;
	return value >> (32 - bits) << (32 - bits);
}

void
sx_sds_pack(
    uint8_t data[SX_SDS_DATA], unsigned bits, const int32_t *samples, size_t n)
{
	size_t width = word_bytes(bits);

	memset(data, 0, SX_SDS_DATA);
	for (size_t i = 0; i < n; i++) {
		uint32_t value = sds_rounded(samples[i], bits);

		for (size_t k = 0; k < width; k++, value <<= 7)
			*data++ = (uint8_t)(value >> 25);
	}
}

void
sx_sds_unpack(
    const uint8_t data[SX_SDS_DATA], unsigned bits, int32_t *samples, size_t n)
{
	size_t width = word_bytes(bits);

	for (size_t i = 0; i < n; i++) {
		uint32_t value = 0;

		for (size_t k = 0; k < width; k++)
			value |= (uint32_t)(*data++ & 0x7f) << (25 - 7 * k);
		samples[i] = (int32_t)(value ^ 0x80000000u);
	}
}

uint32_t
sx_sds_period(unsigned rate)
{
	return (NS + rate / 2) / rate;
}

unsigned
sx_sds_rate(uint32_t period)
{
	static const unsigned common[] = { 8000, 11025, 12000, 16000, 22050,
		24000, 32000, 44100, 48000, 88200, 96000, 192000 };

	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
		if (period == NS / common[i] ||
		    period == (NS - 1) / common[i] + 1)
			return common[i];
	return period > 0 ? (NS + period / 2) / period : 0;
}

char *
sx_sds_header_text(char *buf, size_t size, const struct sx_sds_header *h)
{
	char loop[64] = "no loop";

	if (h->loop == SX_SDS_FORWARD || h->loop == SX_SDS_ALTERNATING)
		snprintf(loop, sizeof(loop), "%sloop %u-%u",
		    h->loop == SX_SDS_ALTERNATING ? "alternating " : "",
		    h->loop_start, h->loop_end);
	snprintf(buf, size, "%u word%s of %u bits at %u Hz, %s", h->words,
	    h->words == 1 ? "" : "s", h->bits, sx_sds_rate(h->period), loop);
	return buf;
}

const char *
sx_sds_why_text(enum sx_sds_why why)
{
	static const char *const texts[] = { [SX_SDS_NO_REASON] = "failed",
		[SX_SDS_CANCELLED] = "cancelled by the unit",
		[SX_SDS_NO_ANSWER] = "nothing more received from the unit",
		[SX_SDS_REJECTED] = "rejected by the unit each time",
		[SX_SDS_BAD_HEADER] = "invalid header",
		[SX_SDS_NO_HEADER] = "received packets, but no header before "
				     "them",
		[SX_SDS_NO_SAMPLE] = "the header declares no sample",
		[SX_SDS_MISSING] = "packets are missing",
		[SX_SDS_BAD_PACKETS] = "the unit sends damaged packets each "
				       "time" };

	return texts[why];
}
