/* SPDX-License-Identifier: ISC */
#include "mid.h"
#include "mid_track.h"

/* Converts ticks to microseconds along the tempo map of a MIDI file. */

int
sx_mid_add_tempo(struct sx_mid *m, uint64_t tick, uint64_t us)
{
	struct sx_mid_tempo *tempos =
	    sx_mid_room(m->tempos, m->ntempos, &m->tempocap, sizeof(*tempos));

	if (tempos == NULL)
		return sx_fail_memory(&m->e);
	m->tempos = tempos;
	tempos[m->ntempos] = (struct sx_mid_tempo){ tick, m->ntempos, us };
	m->ntempos++;
	return 0;
}

/* Advance to this tick at the current tempo. */
static void
mid_time_advance(const struct sx_mid *m, struct sx_mid_clock *c, uint64_t tick)
{
	uint64_t ticks = tick - c->at_tick, us;
	/* per < 2^23, us <= 2^30, at_rest < per: no overflow */
	uint64_t rest = ticks % m->per * c->us + c->at_rest;

	if (__builtin_mul_overflow(ticks / m->per, c->us, &us) ||
	    __builtin_add_overflow(us, rest / m->per, &us) ||
	    __builtin_add_overflow(us, c->at_us, &us) || us > INT64_MAX)
		us = INT64_MAX;
	c->at_us = us;
	c->at_rest = rest % m->per;
	c->at_tick = tick;
}

int64_t
sx_mid_clock(const struct sx_mid *m, struct sx_mid_clock *c, uint64_t tick)
{
	const struct sx_mid_tempo *tempo;

	for (; c->next < m->ntempos; c->next++) {
		tempo = &m->tempos[c->next];
		if (tempo->tick > tick)
			break;
		mid_time_advance(m, c, tempo->tick);
		c->us = tempo->us;
	}
	mid_time_advance(m, c, tick);
	return (int64_t)c->at_us;
}

int64_t
sx_mid_length(const struct sx_mid *m)
{
	struct sx_mid_clock clock = { .us = m->us };

	return sx_mid_clock(m, &clock, m->last);
}

unsigned
sx_mid_tempo(const struct sx_mid *m)
{
	unsigned tempo = m->smpte ? 0 : SX_MID_TEMPO;

	for (size_t i = 0; i < m->ntempos && m->tempos[i].tick == 0; i++)
		tempo = (unsigned)m->tempos[i].us;
	return tempo;
}
