/* SPDX-License-Identifier: ISC */
/*
 * The receiver of a sample dump. The number of a packet, counted from the
 * expected one, gives its position. So a sender that goes on regardless can be
 * followed, and a repeated packet is recognized.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/sds.h"

/* A number can tell apart this many packets, forwards and back. */
#define NEAR 64

/* State of a packet. EARLY: it came when another was expected, so its number
 * may be wrong. */
enum { MISSING, EARLY, SURE };

static void
receiver_listen(struct sx_sds_receiver *r, int64_t until)
{
	r->todo = SX_SDS_LISTEN;
	r->deadline = until;
}

static int64_t
receiver_later(int64_t now, int64_t us)
{
	return us < INT64_MAX - now ? now + us : INT64_MAX;
}

void
sx_sds_receiver_begin(struct sx_sds_receiver *r, int64_t now)
{
	r->why = SX_SDS_NO_REASON;
	r->has_header = false;
	r->packets = r->got = r->repeated = r->bad = 0;
	r->expected = 0;
	r->tries = 0;
	r->data = NULL;
	r->have = NULL;
	r->answer = SX_SDS_REQUEST;
	receiver_listen(r, receiver_later(now, r->first));
	if (r->asks)
		r->todo = SX_SDS_SEND;
}

void
sx_sds_receiver_free(struct sx_sds_receiver *r)
{
	free(r->data);
	free(r->have);
	r->data = NULL;
	r->have = NULL;
}

bool
sx_sds_has(const struct sx_sds_receiver *r, size_t packet)
{
	return packet < r->packets && r->have[packet] != MISSING;
}

char *
sx_sds_missing_text(char *buf, size_t size, const struct sx_sds_receiver *r)
{
	size_t at = 0, end;

	buf[0] = '\0';
	for (size_t i = 0; i < r->packets && at + 32 < size; i = end) {
		end = i + 1;
		if (sx_sds_has(r, i))
			continue;
		while (end < r->packets && !sx_sds_has(r, end))
			end++;
		at += (size_t)snprintf(buf + at, size - at,
		    end > i + 1 ? "%s%zu-%zu" : "%s%zu", at > 0 ? ", " : "",
		    i + 1, end);
	}
	return buf;
}

static void
receiver_fail(struct sx_sds_receiver *r, enum sx_sds_why why)
{
	r->why = why;
	r->todo =
	    r->open || why == SX_SDS_CANCELLED ? SX_SDS_FAILED : SX_SDS_GIVE_UP;
}

void
sx_sds_receiver_given_up(struct sx_sds_receiver *r)
{
	r->todo = SX_SDS_FAILED;
}

static void
receiver_reply(struct sx_sds_receiver *r, enum sx_sds_type type, size_t packet,
    int64_t when)
{
	r->answer = type;
	r->answer_packet = packet & 0x7f;
	if (r->open)
		sx_sds_answer_sent(r, when);
	else
		r->todo = SX_SDS_SEND;
}

void
sx_sds_answer_sent(struct sx_sds_receiver *r, int64_t ended)
{
	if (r->has_header && r->got == r->packets)
		r->todo = SX_SDS_DONE;
	else if (r->has_header)
		receiver_listen(r, receiver_later(ended, r->patience));
	else
		receiver_listen(r, receiver_later(ended, r->first));
}

/* Send NAK, unless it has failed too many times. */
static void
receiver_reject(struct sx_sds_receiver *r, size_t packet, int64_t when)
{
	if (!r->open && r->tries++ >= r->retries)
		receiver_fail(r, SX_SDS_BAD_PACKETS);
	else
		receiver_reply(r, SX_SDS_NAK, packet, when);
}

static size_t
first_missing(const struct sx_sds_receiver *r)
{
	size_t i = 0;

	while (i < r->packets && r->have[i] != MISSING)
		i++;
	return i;
}

static int
receiver_on_header(struct sx_sds_receiver *r, const struct sx_sds_header *h,
    int64_t when, struct sx_err *e)
{
	r->header = *h;
	if (h->bits < SX_SDS_BITS_LEAST || h->bits > SX_SDS_BITS_MOST) {
		receiver_fail(r, SX_SDS_BAD_HEADER);
		return 0;
	}
	if (h->words == 0) {
		receiver_fail(r, SX_SDS_NO_SAMPLE);
		return 0;
	}
	/* A repeated header begins the dump again. */
	sx_sds_receiver_free(r);
	r->has_header = false;
	r->packets = sx_sds_packets(h->words, h->bits);
	r->got = r->expected = 0;
	r->data = calloc(r->packets, SX_SDS_DATA);
	r->have = calloc(r->packets, sizeof(*r->have));
	if (r->data == NULL || r->have == NULL) {
		r->packets = 0;
		return sx_fail_memory(e);
	}
	r->has_header = true;
	r->tries = 0;
	receiver_reply(r, SX_SDS_ACK, 0, when);
	return 0;
}

/* Return the index of a packet; SIZE_MAX if its number fits none. */
static size_t
receiver_place_of(const struct sx_sds_receiver *r, int number)
{
	size_t ahead = ((size_t)number - r->expected) & 0x7f;
	size_t at = ahead < NEAR ? r->expected + ahead
		    : r->expected + ahead >= 2 * NEAR
			? r->expected + ahead - 2 * NEAR
			: SIZE_MAX;

	return at < r->packets ? at : SIZE_MAX;
}

/* Does it differ from the packet received there before? */
static bool
receiver_contradicts(
    const struct sx_sds_receiver *r, size_t at, const uint8_t *data)
{
	return r->have[at] == SURE &&
	       memcmp(r->data + at * SX_SDS_DATA, data, SX_SDS_DATA) != 0;
}

static void
receiver_on_packet(
    struct sx_sds_receiver *r, const struct sx_sds_message *m, int64_t when)
{
	size_t at = receiver_place_of(r, m->packet), before = r->expected;

	if (!m->sum_ok || at == SIZE_MAX ||
	    receiver_contradicts(r, at, m->data)) {
		r->bad++;
		if (at == SIZE_MAX || r->have[at] != MISSING)
			at = first_missing(r);
		receiver_reject(r, at, when);
		return;
	}
	r->repeated += r->have[at] != MISSING;
	r->got += r->have[at] == MISSING;
	if (r->have[at] == MISSING)
		r->tries = 0;
	memcpy(r->data + at * SX_SDS_DATA, m->data, SX_SDS_DATA);
	r->have[at] = at > before ? EARLY : SURE;
	if (at >= r->expected)
		r->expected = at + 1;
	if (at > before)
		receiver_reject(r, first_missing(r), when);
	else
		receiver_reply(r, SX_SDS_ACK, at, when);
}

int
sx_sds_received(struct sx_sds_receiver *r, const struct sx_sds_message *m,
    int64_t when, struct sx_err *e)
{
	if (m == NULL) {
		if (r->has_header) {
			r->bad++;
			receiver_reject(r, first_missing(r), when);
		}
		return 0;
	}
	switch (m->type) {
	case SX_SDS_HEADER:
		return receiver_on_header(r, &m->header, when, e);
	case SX_SDS_PACKET:
		if (r->has_header)
			receiver_on_packet(r, m, when);
		else if (r->why != SX_SDS_NO_HEADER ||
			 r->deadline == INT64_MAX) { /* WAIT is over */
			r->why = SX_SDS_NO_HEADER;
			receiver_listen(r, receiver_later(when, r->patience));
		}
		break;
	case SX_SDS_WAIT:
		receiver_listen(r, INT64_MAX);
		break;
	case SX_SDS_CANCEL:
		receiver_fail(r, SX_SDS_CANCELLED);
		break;
	case SX_SDS_REQUEST:
	case SX_SDS_NAK:
	case SX_SDS_ACK:
		break;
	}
	return 0;
}

/*
 * Nothing arrived. The last answer may be lost, or the packet after it: so
 * repeat the answer and ask for that packet by turns. But do not repeat the ACK
 * of the header: it has the number of the first packet, and would be taken for
 * its ACK.
 */
void
sx_sds_silence(struct sx_sds_receiver *r)
{
	size_t missing;

	if (!r->has_header) {
		if (r->asks && r->tries++ < r->retries)
			r->todo = SX_SDS_SEND;
		else
			receiver_fail(r, r->why == SX_SDS_NO_HEADER
					     ? SX_SDS_NO_HEADER
					     : SX_SDS_NO_ANSWER);
		return;
	}
	missing = first_missing(r);
	if (r->open || r->tries++ >= r->retries ||
	    r->expected >= missing + NEAR) {
		receiver_fail(r,
		    r->expected > missing ? SX_SDS_MISSING : SX_SDS_NO_ANSWER);
		return;
	}
	if (r->expected > missing || missing == 0 || r->tries % 2 == 0)
		receiver_reply(r, SX_SDS_NAK, missing, r->deadline);
	else
		r->todo = SX_SDS_SEND;
}
