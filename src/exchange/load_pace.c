/* SPDX-License-Identifier: ISC */
#include "sxlib/instrument.h"
#include "sxlib/load.h"
#include "sxlib/midi_io.h"
#include "sxlib/user.h"

#define DELAY_MS 60 /* default if neither user nor device row gives one */

void
sx_load_port(struct sx_load_pace *p, const struct sx_devices *user,
    const struct sx_named_port *named)
{
	struct sx_instrument in;

	p->port_rate = named != NULL ? named->rate : -1;
	p->port_delay = named != NULL ? named->delay_ms : -1;
	if (named != NULL && named->device != NULL &&
	    sx_instrument_named(user, named->device, &in))
		p->there = in.row;
}

unsigned
sx_load_passing(const struct sx_load_pace *p)
{
	long rate = p->port_rate >= 0 ? p->port_rate : MIDI_IO_DIN_RATE;

	if (p->rate == 0 || (p->rate > rate && rate > 0))
		rate = p->rate;
	return (unsigned)rate;
}

unsigned
sx_load_rate(const struct sx_load_pace *p, const struct sx_outgoing *m)
{
	int rate = m->facts.rate;

	if (p->rate >= 0)
		return (unsigned)p->rate;
	if (p->port_rate >= 0)
		return (unsigned)p->port_rate;
	if (rate == 0 && p->there.device != NULL)
		rate = p->there.rate;
	return rate > 0 && rate < MIDI_IO_DIN_RATE ? (unsigned)rate
						   : MIDI_IO_DIN_RATE;
}

int64_t
sx_load_delay(const struct sx_load_pace *p, const struct sx_outgoing *m)
{
	int ms = p->port_delay;

	if (p->delay >= 0)
		return p->delay;
	if (ms < 0)
		ms = m->facts.delay_ms;
	if (ms < 0 && p->there.device != NULL)
		ms = p->there.delay_ms;
	return (int64_t)(ms >= 0 ? ms : DELAY_MS) * 1000;
}

int64_t
sx_load_time(const struct sx_load_pace *p, const struct sx_outgoing *m)
{
	unsigned rate = sx_load_rate(p, m);

	return sx_load_delay(p, m) +
	       (rate > 0 ? (int64_t)m->wire_len * 1000000 / rate : 0);
}
