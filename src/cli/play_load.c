/* SPDX-License-Identifier: ISC */
#include "own.h"
#include "play.h"
#include "send.h"

static int
set_speed(struct player *p)
{
	unsigned tempo = sx_file_tempo(p->file);

	p->speed = p->o.factor;
	if (p->o.bpm == 0)
		return 0;
	if (tempo == 0) {
		sx_fail(&p->c->err, SX_EUSAGE, 0,
		    "--tempo %g: this file counts in frames, not in beats",
		    p->o.bpm);
		return sx_hint(
		    &p->c->err, "a factor such as 1.5x or 80%% works");
	}
	p->speed = p->o.bpm * tempo / 60e6;
	return 0;
}

int
play_load(struct player *p)
{
	struct cli *c = p->c;
	size_t wrong = 0;
	struct sx_item item;
	int rc;

	p->file = sx_file_open(p->o.file, own_devices(c), &c->err);
	if (p->file == NULL)
		return -1;
	if (sx_file_format(p->file) != SX_FILE_MID) {
		sx_fail(
		    &c->err, SX_EDATA, 0, "'%s' is no MIDI file", p->o.file);
		return sx_hint(&c->err, "sxlib send sends .syx files");
	}
	while ((rc = sx_file_next(p->file, &item, &c->err)) == 1) {
		if (p->o.no_sysex || item.at < p->o.from || item.at >= p->o.to)
			continue;
		wrong += send_check(c, p->o.file, &item);
		if (item.facts.kind == SX_KIND_FIRMWARE)
			return send_refuse_firmware(c, p->o.file, &item.facts,
			    "send it with 'sxlib send --firmware', which "
			    "checks it as a whole and paces it");
	}
	if (sx_file_note(p->file) != NULL)
		say(c, "%s: %s", p->o.file, sx_file_note(p->file));
	if (rc == -1 && !p->o.force)
		return sx_hint(&c->err, "--force plays what can be read of it");
	if (rc == -1)
		warn_error(c, &c->err);
	if (wrong > 0 && !p->o.force)
		return send_refuse(c);
	p->end = sx_file_length(p->file);
	if (p->o.to < p->end || (p->o.to != INT64_MAX && p->o.to > p->end))
		p->end = p->o.to;
	return set_speed(p);
}
