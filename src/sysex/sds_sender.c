/* SPDX-License-Identifier: ISC */
/*
 * The sender of a sample dump. It works in an open loop until an answer
 * arrives: a late answer belongs to a packet before the one on the wire, and
 * closes the loop all the same.
 */
#include "sxlib/sds.h"

void
sx_sds_sender_begin(struct sx_sds_sender *s, size_t packets)
{
	s->packets = packets;
	s->todo = SX_SDS_SEND;
	s->why = SX_SDS_NO_REASON;
	s->at = s->furthest = 0;
	s->closed = s->waiting = s->rejected = false;
	s->resent = s->stale = s->unproven = 0;
	s->tries = 0;
}

static void
sender_listen(struct sx_sds_sender *s, int64_t until)
{
	s->todo = SX_SDS_LISTEN;
	s->deadline = until;
}

void
sx_sds_sent(struct sx_sds_sender *s, int64_t begun, int64_t ended)
{
	/*
	 * A repeated ACK of the header has the number of the first packet: an
	 * answer that arrives while this packet is being sent is not for it.
	 * The time the caller took to see the end of it does not count: an
	 * answer may have come meanwhile.
	 */
	s->soonest = begun + s->wire / 2;
	s->ended = ended;
	if (s->closed)
		sender_listen(s, ended + SX_SDS_CLOSED_US);
	else if (s->at == 0)
		sender_listen(s, ended + SX_SDS_HEADER_US);
	else
		sender_listen(s, ended + s->gap);
}

static void
sender_next(struct sx_sds_sender *s)
{
	s->waiting = s->rejected = false;
	s->at++;
	if (s->at > s->furthest) {
		s->furthest = s->at;
		s->tries = 0;
	}
	s->todo = s->at > s->packets ? SX_SDS_DONE : SX_SDS_SEND;
}

static void
sender_again(struct sx_sds_sender *s, size_t item)
{
	s->waiting = false;
	if (s->tries == s->retries) {
		s->todo = SX_SDS_GIVE_UP;
		s->why = s->rejected ? SX_SDS_REJECTED : SX_SDS_NO_ANSWER;
		return;
	}
	s->tries++;
	s->resent++;
	s->at = item;
	s->todo = SX_SDS_SEND;
}

/* Return the item that an answer is for; SIZE_MAX if it is not a recent one. */
static size_t
item_of(const struct sx_sds_sender *s, int packet)
{
	size_t back;

	if (s->at == 0 || packet == -1)
		return s->at;
	back = (s->at - 1 - (size_t)packet) & 0x7f;
	return back < 64 && back < s->at ? s->at - back : SIZE_MAX;
}

static void
close_loop(struct sx_sds_sender *s)
{
	if (!s->closed)
		sender_listen(s, s->ended + SX_SDS_CLOSED_US);
	s->closed = true;
}

void
sx_sds_answered(
    struct sx_sds_sender *s, const struct sx_sds_message *m, int64_t when)
{
	size_t item = item_of(s, m->packet);

	if (m->type == SX_SDS_CANCEL) {
		s->todo = SX_SDS_FAILED;
		s->why = SX_SDS_CANCELLED;
		return;
	}
	if (s->open || (m->type != SX_SDS_ACK && m->type != SX_SDS_NAK &&
			   m->type != SX_SDS_WAIT))
		return;
	close_loop(s);
	if (m->type == SX_SDS_WAIT) {
		s->waiting = true;
		sender_listen(s, INT64_MAX);
		return;
	}
	if (s->waiting)
		sender_listen(s, when + SX_SDS_CLOSED_US);
	s->waiting = false;
	if (item == SIZE_MAX ||
	    (s->at == 1 && item == 1 && when < s->soonest)) {
		s->stale++;
	} else if (m->type == SX_SDS_NAK) {
		s->rejected = true;
		sender_again(s, item);
	} else if (item == s->at) {
		sender_next(s);
	} else {
		s->stale++;
	}
}

void
sx_sds_unanswered(struct sx_sds_sender *s)
{
	if (s->closed) {
		sender_again(s, s->at);
	} else {
		s->unproven++;
		sender_next(s);
	}
}

void
sx_sds_given_up(struct sx_sds_sender *s)
{
	s->todo = SX_SDS_FAILED;
}
