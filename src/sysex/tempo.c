/* SPDX-License-Identifier: ISC */
#include <math.h>

#include "sxlib/channel.h"

#define TICKS_A_BEAT 24
#define NEWS_US	     1000000 /* at most one tempo in this time */
#define NEWS_BPM     0.5     /* less than this is jitter */
#define BPM_MOST     1000.0  /* more than this is a burst, not a tempo */

double
sx_tempo_tick(struct sx_tempo *b, int64_t t)
{
	uint64_t size = SX_TEMPO_TICKS + 1, n;
	double bpm, us;

	b->tick[b->ticks++ % size] = t;
	n = (b->ticks < size ? b->ticks : size) - 1;
	if (n < TICKS_A_BEAT || (b->told > 0 && t - b->told_at < NEWS_US))
		return 0;
	us = (double)(t - b->tick[(b->ticks - 1 - n) % size]);
	if (us <= 0)
		return 0;
	bpm = 60e6 * (double)n / TICKS_A_BEAT / us;
	if (bpm > BPM_MOST || fabs(bpm - b->told) < NEWS_BPM)
		return 0;
	b->told = bpm;
	b->told_at = t;
	return bpm;
}

/* Return the time of the eight pieces in frames, as if none were dropped. */
static int64_t
tempo_assemble(struct sx_timecode *t)
{
	static const char *const rates[4] = { "24", "25", "29.97 drop", "30" };
	static const int64_t frames[4] = { 24, 25, 30, 30 };
	const uint8_t *p = t->piece;
	int rate = p[7] >> 1 & 3;

	t->frames = p[0] | (p[1] & 1) << 4;
	t->seconds = p[2] | (p[3] & 3) << 4;
	t->minutes = p[4] | (p[5] & 3) << 4;
	t->hours = p[6] | (p[7] & 1) << 4;
	t->rate = rates[rate];
	return ((t->hours * 60 + t->minutes) * 60 + t->seconds) * frames[rate] +
	       t->frames;
}

bool
sx_timecode_take(struct sx_timecode *t, int piece, int value)
{
	int direction = piece == (t->last + 1) % 8   ? 1
			: piece == (t->last + 7) % 8 ? -1
						     : 0;
	int64_t now, step;
	bool news;

	t->run = direction != 0 && (direction == t->direction || t->run == 1)
		     ? t->run + 1
		     : 1;
	t->direction = direction;
	t->last = piece;
	t->piece[piece] = (uint8_t)value;
	if (t->run < 8 || piece != (direction == 1 ? 7 : 0))
		return false;
	now = tempo_assemble(t);
	/* Eight pieces are two frames; sometimes two more numbers are
	 * dropped. */
	step = (now - t->before) * direction;
	news = !t->known || step < 0 || step > 4;
	t->before = now;
	t->known = true;
	return news;
}
