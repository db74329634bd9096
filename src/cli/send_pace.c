/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "own.h"
#include "send.h"
#include "sxlib/midi_io.h"

#define DELAY_MS 60 /* where neither the user nor the device's row says */

unsigned
send_rate(const struct send *s, const struct outgoing_message *m)
{
	int rate = m->facts.rate;

	if (s->o.rate >= 0)
		return (unsigned)s->o.rate;
	if (s->port_rate >= 0)
		return (unsigned)s->port_rate;
	if (rate == 0 && s->there != NULL)
		rate = s->there->rate;
	return rate > 0 && rate < MIDI_IO_DIN_RATE ? (unsigned)rate
						   : MIDI_IO_DIN_RATE;
}

int64_t
send_delay(const struct send *s, const struct outgoing_message *m)
{
	int ms = s->port_delay;

	if (s->o.delay >= 0)
		return s->o.delay;
	if (ms < 0)
		ms = m->facts.delay_ms;
	if (ms < 0 && s->there != NULL)
		ms = s->there->delay_ms;
	return (int64_t)(ms >= 0 ? ms : DELAY_MS) * 1000;
}

static const struct sx_device_row *
find_row(const struct sx_device_row *const *rows, size_t n, const char *device)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(rows[i]->device, device) == 0)
			return rows[i];
	return NULL;
}

void
send_take_port(struct send *s)
{
	const struct sx_named_port *named = own_port(s->c, s->o.port);
	const struct sx_device_row *const *rows;
	size_t n;

	s->port_rate = named != NULL ? named->rate : -1;
	s->port_delay = named != NULL ? named->delay_ms : -1;
	if (named == NULL || named->device == NULL)
		return;
	rows = sx_devices_rows(own_devices(s->c), &n);
	s->there = find_row(rows, n, named->device);
	rows = sx_device_rows(&n);
	if (s->there == NULL)
		s->there = find_row(rows, n, named->device);
}

int64_t
send_time(const struct send *s, const struct outgoing_message *m)
{
	unsigned rate = send_rate(s, m);

	return send_delay(s, m) +
	       (rate > 0 ? (int64_t)m->len * 1000000 / rate : 0);
}
