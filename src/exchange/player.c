/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/midi_io.h"
#include "sxlib/player.h"

#define AHEAD 48 /* bytes that sx_session_write() may be ahead of the wire */

static const uint8_t eox = 0xf7;

enum player_step {
	STEP_PASS,    /* begin a pass at `from` */
	STEP_READ,    /* read the next message */
	STEP_CHASE,   /* the first one is found: send the state before it */
	STEP_START,   /* that state has nearly left */
	STEP_PLAY,    /* the message is due */
	STEP_EVENT,   /* the queue has room for it */
	STEP_LONG,    /* it was too long for the queue, and has left */
	STEP_SYSEX,   /* all before it has left, and the pause is over */
	STEP_CLOSE,   /* it has left; if it is damaged, it lacks its EOX */
	STEP_SILENCE, /* the end of a pass: stop all notes */
	STEP_AGAIN,   /* is there another pass? */
	STEP_STOP,    /* after a signal */
	STEP_LAST,    /* everything has left */
	STEP_OVER,
};

/* Return the time from p->from to this position, in us. */
static int64_t
player_time(const struct sx_player *p, int64_t at)
{
	double us = (double)(at - p->from) / p->speed;

	return us < 1e18 ? (int64_t)us : INT64_C(1000000000000000000);
}

int64_t
sx_player_length(const struct sx_player *p)
{
	return player_time(p, p->end);
}

int
sx_player_begin(struct sx_player *p, struct sx_err *e)
{
	const int64_t length = sx_file_length(p->file);

	p->state = sx_channel_state_new(e);
	if (p->state == NULL)
		return -1;
	p->end = p->to == INT64_MAX ? length : p->to;
	/* At the speed of a cable this thread waits most of the time. */
	if (p->session != NULL && p->rate > 0 && p->rate <= MIDI_IO_DIN_RATE)
		sx_session_first();
	return 0;
}

void
sx_player_free(struct sx_player *p)
{
	sx_channel_state_free(p->past);
	sx_channel_state_free(p->state);
	free(p->queue);
}

/* Set the next step, and how many bytes may still be queued before it. */
static void
player_then(struct sx_player *p, enum player_step step, size_t room)
{
	p->step = (int)step;
	p->room = room;
}

struct player_put {
	struct sx_player *p;
	struct sx_err *e;
};

/* Add a message to the queue. */
static int
player_queue(void *arg, const uint8_t *message, size_t n)
{
	const struct player_put *put = arg;
	struct sx_player *p = put->p;
	size_t size = p->queue_size;
	uint8_t *bytes;

	while (size < p->queued + n)
		size = size > 0 ? 2 * size : AHEAD;
	if (size > p->queue_size) {
		bytes = realloc(p->queue, size);
		if (bytes == NULL)
			return sx_fail_memory(put->e);
		p->queue = bytes;
		p->queue_size = size;
	}
	memcpy(p->queue + p->queued, message, n);
	p->queued += n;
	return 0;
}

/* Send bytes as one message, once the queue is empty. */
static void
player_send(struct sx_player *p, const uint8_t *bytes, size_t n, unsigned rate)
{
	p->message = bytes;
	p->len = n;
	p->sent = 0;
	p->message_rate = rate;
}

static unsigned
player_rate(const struct sx_player *p)
{
	int wants = p->item.facts.rate;

	if (p->device_rate && wants > 0 &&
	    (p->rate == 0 || (unsigned)wants < p->rate))
		return (unsigned)wants;
	return p->rate;
}

/* Is this message sent at all? */
static bool
player_wants(struct sx_player *p)
{
	const struct sx_item *item = &p->item;

	if (item->kind == SX_SPAN_SYSEX ? p->no_sysex : p->sysex_only)
		return false;
	/* Active sensing is about the cable of the recording. */
	if (item->kind != SX_SPAN_REALTIME || item->data[0] != 0xfe)
		return true;
	p->left_out++;
	return false;
}

static int
player_pass(struct sx_player *p, struct sx_err *e)
{
	p->before = p->events + p->sysex;
	p->begun = false;
	if (sx_file_all(p->file, e) == -1)
		return -1;
	sx_channel_state_free(p->past);
	p->past = sx_channel_state_new(e);
	player_then(p, STEP_READ, SIZE_MAX);
	return p->past != NULL ? 0 : -1;
}

/* There are no more messages. */
static int
player_read_all(struct sx_player *p)
{
	if (p->session == NULL) {
		player_then(p, STEP_AGAIN, SIZE_MAX);
		return 0;
	}
	if (p->pass + 1 != p->loops || sx_channel_state_sounds(p->state))
		p->due = p->zero + player_time(p, p->end);
	player_then(p, STEP_SILENCE, SIZE_MAX);
	return 0;
}

static void
player_count(struct sx_player *p)
{
	p->bytes += p->item.len;
	if (p->item.kind == SX_SPAN_SYSEX)
		p->sysex++;
	else
		p->events++;
}

static int
player_read(struct sx_player *p, struct sx_err *e)
{
	const struct sx_item *item = &p->item;
	struct sx_err why = { 0 };
	int rc = sx_file_next(p->file, &p->item, &why);

	/* A malformed file ends at the error. */
	if (rc == -1 && why.code != SX_EDATA) {
		*e = why;
		return -1;
	}
	if (rc != 1 || item->at >= p->to)
		return player_read_all(p);
	if (item->at < p->from)
		return item->kind == SX_SPAN_CHANNEL
			   ? sx_channel_state_take(
				 p->past, item->data, item->len, e)
			   : 0;
	if (!player_wants(p))
		return 0;
	if (p->session == NULL) {
		p->at = item->at;
		player_count(p);
	} else if (!p->begun) {
		p->begun = true;
		p->due = p->pass > 0 ? p->zero : 0;
		player_then(p, STEP_CHASE, SIZE_MAX);
	} else {
		p->due = p->zero + player_time(p, item->at);
		player_then(p, STEP_PLAY, SIZE_MAX);
	}
	return 0;
}

/* Before the first message from p->from on, send the channel state. */
static int
player_chase(struct sx_player *p, struct sx_err *e)
{
	struct player_put put = { .p = p, .e = e };

	player_then(p, STEP_START, AHEAD);
	if (p->sysex_only)
		return 0;
	return sx_channel_state_chase(p->past, player_queue, &put);
}

static int
player_start(struct sx_player *p)
{
	if (p->pass == 0)
		p->zero = sx_now().mono;
	p->due = p->zero + player_time(p, p->item.at);
	player_then(p, STEP_PLAY, SIZE_MAX);
	return 0;
}

static int
player_play(struct sx_player *p)
{
	const struct sx_item *item = &p->item;
	int64_t late = sx_now().mono - p->due;

	p->at = item->at;
	p->latest = late > p->latest ? late : p->latest;
	if (item->kind == SX_SPAN_SYSEX) {
		p->due = p->next_sysex;
		player_then(p, STEP_SYSEX, 0);
	} else if (item->len > AHEAD - p->queued) {
		player_then(p, STEP_EVENT, 0);
	} else {
		player_then(p, STEP_EVENT, SIZE_MAX);
	}
	return 0;
}

static int
player_event(struct sx_player *p, struct sx_err *e)
{
	struct player_put put = { .p = p, .e = e };
	const struct sx_item *item = &p->item;

	if (item->len > AHEAD) {
		player_send(p, item->data, item->len, p->rate);
		player_then(p, STEP_LONG, SIZE_MAX);
		return 0;
	}
	if (player_queue(&put, item->data, item->len) == -1)
		return -1;
	p->events++;
	player_then(p, STEP_READ, SIZE_MAX);
	if (item->kind != SX_SPAN_CHANNEL)
		return 0;
	return sx_channel_state_take(p->state, item->data, item->len, e);
}

static int
player_long(struct sx_player *p)
{
	p->events++;
	player_then(p, STEP_READ, SIZE_MAX);
	return 0;
}

static int
player_sysex(struct sx_player *p)
{
	player_send(p, p->item.data, p->item.len, player_rate(p));
	player_then(p, STEP_CLOSE, SIZE_MAX);
	return 0;
}

/* A message that was cut is sent, too, but closed. */
static int
player_close(struct sx_player *p)
{
	const struct sx_item *item = &p->item;
	unsigned rate = p->message_rate;
	int ms = item->facts.delay_ms;
	int64_t delay = p->delay;

	if (item->damage.kind != SX_DAMAGE_NONE && p->message != &eox) {
		player_send(p, &eox, 1, rate);
		return 0;
	}
	if (delay < 0)
		delay = ms > 0 ? ms * INT64_C(1000) : 0;
	p->sysex++;
	p->next_sysex =
	    sx_now().mono + delay + (rate > 0 ? AHEAD * 1000000 / rate : 0);
	player_then(p, STEP_READ, SIZE_MAX);
	return 0;
}

static int
player_silence(struct sx_player *p, struct sx_err *e)
{
	struct player_put put = { .p = p, .e = e };

	p->zero += player_time(p, p->end);
	player_then(p, STEP_AGAIN, AHEAD);
	return sx_channel_state_end(p->state, player_queue, &put);
}

static int
player_again(struct sx_player *p, struct sx_err *e)
{
	const bool dry = p->session == NULL;

	if (p->events + p->sysex == p->before)
		return sx_fail(
		    e, SX_EDATA, 0, "'%s' has nothing to play there", p->path);
	p->pass++;
	/* An endless loop ends here if it only counts, or if its passes take no
	 * time. */
	if (p->loops == 0 ? dry || p->end <= p->from : p->pass == p->loops)
		player_then(p, STEP_LAST, 0);
	else
		player_then(p, STEP_PASS, SIZE_MAX);
	return 0;
}

/* Everything in progress has left: stop all notes. */
static int
player_stop(struct sx_player *p, struct sx_err *e)
{
	struct player_put put = { .p = p, .e = e };

	player_then(p, STEP_LAST, 0);
	return sx_channel_state_end(p->state, player_queue, &put);
}

static int
player_last(struct sx_player *p, struct sx_err *e)
{
	player_then(p, STEP_OVER, SIZE_MAX);
	return p->session != NULL ? sx_session_drain(p->session, e) : 0;
}

static int
player_go(struct sx_player *p, struct sx_err *e)
{
	switch ((enum player_step)p->step) {
	case STEP_PASS:
		return player_pass(p, e);
	case STEP_READ:
		return player_read(p, e);
	case STEP_CHASE:
		return player_chase(p, e);
	case STEP_START:
		return player_start(p);
	case STEP_PLAY:
		return player_play(p);
	case STEP_EVENT:
		return player_event(p, e);
	case STEP_LONG:
		return player_long(p);
	case STEP_SYSEX:
		return player_sysex(p);
	case STEP_CLOSE:
		return player_close(p);
	case STEP_SILENCE:
		return player_silence(p, e);
	case STEP_AGAIN:
		return player_again(p, e);
	case STEP_STOP:
		return player_stop(p, e);
	case STEP_LAST:
		return player_last(p, e);
	case STEP_OVER:
		break;
	}
	return 0;
}

/* Stop on a signal. A SysEx message in progress is closed, any other
 * finished. */
static void
player_end(struct sx_player *p, int signal)
{
	p->signal = signal;
	p->due = 0;
	player_then(p, STEP_STOP, 0);
	if (p->sent == p->len)
		return;
	/* Also right before the F7 that closes a damaged message. */
	p->cut = (p->sent > 0 && p->message[0] == 0xf0) || p->message == &eox;
	if (p->cut)
		player_send(p, &eox, 1, p->message_rate);
	else if (p->sent == 0)
		p->len = 0;
}

/* Write what can leave now; *due is when more can. Returns -1 and sets e on
 * failure. */
static int
player_write(struct sx_player *p, int64_t *due, struct sx_err *e)
{
	const bool long_one = p->queued == 0;
	const uint8_t *bytes = long_one ? p->message + p->sent : p->queue;
	size_t n = long_one ? p->len - p->sent : p->queued;
	unsigned rate = long_one ? p->message_rate : p->rate;
	ssize_t w;

	*due = INT64_MAX;
	if (n == 0)
		return 0;
	w = sx_session_write(p->session, p->port, bytes, n, rate, due, e);
	if (w == -1)
		return -1;
	p->bytes += (size_t)w;
	if (long_one) {
		p->sent += (size_t)w;
	} else {
		p->queued -= (size_t)w;
		memmove(p->queue, p->queue + w, p->queued);
	}
	if (w > 0)
		*due = 0;
	return 0;
}

/* Must bytes leave, or time pass, before the next step? */
static bool
player_waits(const struct sx_player *p)
{
	return p->session != NULL && (p->queued > p->room || p->sent < p->len ||
					 sx_now().mono < p->due);
}

/* Wait for the next step. Returns 0, 1 if it is `until`, or -1 and sets e. */
static int
player_wait(struct sx_player *p, int64_t until, struct sx_err *e)
{
	struct sx_event ev;
	int64_t next;

	while (player_waits(p)) {
		if (player_write(p, &next, e) == -1)
			return -1;
		if (next == 0)
			continue;
		if (p->queued <= p->room && p->sent == p->len && p->due < next)
			next = p->due;
		if (sx_session_next(
			p->session, &ev, next < until ? next : until, e) == -1)
			return -1;
		if (ev.type == SX_EV_STOP && p->signal == 0)
			player_end(p, ev.signal);
		else if (until < next && sx_now().mono >= until)
			return 1;
	}
	return 0;
}

int
sx_player_next(struct sx_player *p, int64_t until, struct sx_err *e)
{
	int rc = 0;

	while (rc == 0 && p->step != STEP_OVER) {
		rc = player_wait(p, until, e);
		if (rc == 0)
			rc = player_go(p, e);
	}
	return rc;
}
