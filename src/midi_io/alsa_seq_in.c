/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "alsa_seq_in.h"
#include "backend.h"
#include "seq_room.h"

/* How long to wait for events that prove that nothing is lost. */
#define SETTLE_NS INT64_C(100000000)

int
alsa_seq_in_init(struct alsa_seq_in *s, snd_seq_t *seq, int fd)
{
	int rc = snd_seq_set_client_pool_input(seq, ALSA_SEQ_POOL);

	s->seq = seq;
	s->fd = fd;
	if (rc == 0)
		rc = alsa_seq_queue_init(&s->queue, fd);
	if (rc == 0)
		rc = snd_midi_event_new(ALSA_SEQ_SHORT, &s->decoder);
	if (rc == 0)
		snd_midi_event_no_status(s->decoder, 1);
	return rc;
}

void
alsa_seq_in_free(struct alsa_seq_in *s)
{
	alsa_seq_queue_free(&s->queue);
	if (s->decoder != NULL)
		snd_midi_event_free(s->decoder);
}

/* Real-time messages are single bytes, which may be anywhere. */
static bool
seq_is_realtime(snd_seq_event_type_t type)
{
	switch (type) {
	case SND_SEQ_EVENT_CLOCK:
	case SND_SEQ_EVENT_START:
	case SND_SEQ_EVENT_CONTINUE:
	case SND_SEQ_EVENT_STOP:
	case SND_SEQ_EVENT_SENSING:
	case SND_SEQ_EVENT_RESET:
		return true;
	default:
		return false;
	}
}

static bool
seq_same_port(const snd_seq_addr_t *a, const snd_seq_addr_t *b)
{
	return a->client == b->client && a->port == b->port;
}

/* Is it input for us? With a peer, only events from its client are. Notes the
 * end of the connection. */
static bool
seq_is_input(struct alsa_seq_in *s, const snd_seq_event_t *ev)
{
	if (s->peer == NULL || ev->source.client == s->peer->at.client)
		return true;
	if (ev->type == SND_SEQ_EVENT_PORT_UNSUBSCRIBED &&
	    ev->source.client == SND_SEQ_CLIENT_SYSTEM &&
	    seq_same_port(&ev->data.connect.sender, &s->peer->at))
		s->peer->gone = true;
	return false;
}

/* Convert the next event to `rest`. Returns false if it is SysEx from another
 * sender than the open one: bytes of the two must not become one message. */
static bool
seq_read_event(struct alsa_seq_in *s, const snd_seq_event_t *ev)
{
	bool whole = true;
	long n;

	if (ev->type == SND_SEQ_EVENT_SYSEX && snd_seq_ev_is_variable(ev)) {
		s->rest = ev->data.ext.ptr;
		s->left = ev->data.ext.len;
		if (s->left == 0)
			return true;
		whole = !s->open || seq_same_port(&s->from, &ev->source);
		s->open = s->rest[s->left - 1] != 0xf7;
		s->from = ev->source;
		return whole;
	}
	n = snd_midi_event_decode(s->decoder, s->decoded, ALSA_SEQ_SHORT, ev);
	s->rest = s->decoded;
	s->left = n > 0 ? (size_t)n : 0;
	if (s->left > 0 && s->decoded[0] < 0xf8)
		s->open = false;
	/* With running status its first byte was not sent. */
	if (s->left > 1 && s->doubt > 0)
		s->doubt++;
	return true;
}

static void
seq_in_give_out(
    struct alsa_seq_in *s, uint8_t *buf, size_t max, struct midi_io_in *in)
{
	size_t n = s->left < max - in->len ? s->left : max - in->len;

	memcpy(buf + in->len, s->rest, n);
	in->len += n;
	s->rest += n;
	s->left -= n;
}

/* Mark a hole before the next event. Returns true if it is behind bytes already
 * returned. */
static bool
mark_hole(struct midi_io_in *in)
{
	in->lost_before |= in->len == 0;
	in->lost_after = in->len > 0;
	return in->lost_after;
}

static bool
seq_used_up(const struct alsa_seq_in *s)
{
	return s->left == 0 && s->queue.at >= s->queue.n && !s->queue.hole;
}

/* Return as much of the batch as fits, up to a hole. */
static void
give_out_batch(
    struct alsa_seq_in *s, uint8_t *buf, size_t max, struct midi_io_in *in)
{
	const snd_seq_event_t *ev;

	while (in->len < max && (s->left > 0 || s->queue.at < s->queue.n)) {
		if (s->left > 0) {
			seq_in_give_out(s, buf, max, in);
			continue;
		}
		ev = alsa_seq_queue_next(&s->queue);
		if (seq_is_input(s, ev) && !seq_read_event(s, ev) &&
		    mark_hole(in))
			break;
	}
	if (s->queue.doubt)
		in->doubt = in->len;
	if (!s->queue.hole || s->left > 0 || s->queue.at < s->queue.n)
		return;
	mark_hole(in);
	s->queue.hole = s->open = false;
	if (s->peer != NULL)
		seq_page_forget(&s->peer->page);
	/* The end of the connection may be lost, too. */
	if (s->peer != NULL && !alsa_seq_connected(s->seq, s->port, s->peer))
		s->peer->gone = true;
}

/* Count the bytes of the batch from cell `at` on, if they can be counted. */
static void
count_bytes(struct alsa_seq_in *s, size_t at)
{
	const snd_seq_event_t *ev;

	while ((ev = alsa_seq_queue_event(&s->queue, &at)) != NULL) {
		if (ev->source.client != s->peer->at.client)
			continue;
		if (ev->type == SND_SEQ_EVENT_SYSEX)
			s->counted += ev->data.ext.len;
		else if (seq_is_realtime(ev->type))
			s->counted++;
		else
			seq_page_forget(&s->peer->page);
	}
	if (s->queue.hole)
		seq_page_forget(&s->peer->page);
}

/* Add all waiting events to the batch. Returns true if they are counted. */
static bool
add_all(struct alsa_seq_in *s)
{
	size_t at;
	int rc;

	do {
		at = s->queue.n;
		rc = alsa_seq_queue_more(&s->queue);
		count_bytes(s, at);
	} while (rc == 0 && s->peer->page.base >= 0);
	return rc == -EAGAIN;
}

/*
 * The input of an interface may have overrun: true if not, since all bytes that
 * arrived can be counted in events. Some may still be in the kernel's parser,
 * but hardly any when it has just made an event.
 */
static bool
seq_in_settle(struct alsa_seq_in *s, struct seq_look *l)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	int64_t until = midi_io_now() + SETTLE_NS, left;

	while (s->peer->page.base >= 0 && add_all(s)) {
		if (alsa_seq_peer_settled(s->peer, s->counted, l))
			return true;
		if (s->peer->page.base < 0)
			return false;
		left = until - midi_io_now();
		if (left <= 0 || poll(&p, 1, (int)(left / 1000000)) != 1)
			return false;
	}
	return false;
}

/* Set how many bytes are in doubt: the hole is in this batch or behind it, as
 * far away as the bytes still to come can be. */
static void
note_overrun(struct alsa_seq_in *s, const struct seq_look *l)
{
	s->doubt = (size_t)seq_page_ahead(&s->peer->page, l);
	s->doubt +=
	    (s->queue.n + seq_queued(s->fd, snd_seq_client_id(s->seq))) *
	    ALSA_SEQ_CELL;
	seq_page_forget(&s->peer->page);
}

static int
next_batch(struct alsa_seq_in *s)
{
	enum seq_verdict verdict;
	struct seq_look look;
	int64_t before = s->counted;
	int rc = alsa_seq_queue_read(&s->queue);

	if (rc < 0 || s->peer == NULL)
		return rc;
	count_bytes(s, 0);
	verdict = alsa_seq_peer_look(s->peer, s->counted > before, &look);
	if (verdict == SEQ_PAGE_CLEAN && look.rx >= 0 && s->counted > before &&
	    seq_queued(s->fd, snd_seq_client_id(s->seq)) == 0)
		seq_page_learn(&s->peer->page, &look, s->counted);
	if (verdict == SEQ_PAGE_LOST ||
	    (verdict == SEQ_PAGE_UNSURE && !seq_in_settle(s, &look)))
		note_overrun(s, &look);
	return 0;
}

int
alsa_seq_in_read(
    struct alsa_seq_in *s, uint8_t *buf, size_t max, struct midi_io_in *in)
{
	int rc = seq_used_up(s) ? next_batch(s) : 0;
	size_t doubt;

	if (rc < 0)
		return rc;
	give_out_batch(s, buf, max, in);
	doubt = s->doubt < in->len ? s->doubt : in->len;
	s->doubt -= doubt;
	if (in->doubt < doubt)
		in->doubt = doubt;
	return 0;
}

bool
alsa_seq_in_ready(struct alsa_seq_in *s)
{
	if (seq_used_up(s))
		alsa_seq_queue_look(&s->queue);
	return !seq_used_up(s) || (s->peer != NULL && s->peer->gone);
}
