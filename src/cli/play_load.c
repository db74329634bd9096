/* SPDX-License-Identifier: ISC */
#include "play.h"
#include "say.h"
#include "send.h"
#include "user.h"

static int
set_speed(struct play *p)
{
	unsigned tempo = sx_file_tempo(p->player.file);

	p->player.speed = p->o.factor;
	if (p->o.bpm == 0)
		return 0;
	if (tempo == 0) {
		sx_fail(&p->c->err, SX_EUSAGE, 0,
		    "--tempo %g: this file is timed in frames, not beats",
		    p->o.bpm);
		return sx_hint(
		    &p->c->err, "a factor such as 1.5x or 80%% works");
	}
	p->player.speed = p->o.bpm * tempo / 60e6;
	return 0;
}

int
play_load(struct play *p)
{
	struct cli *c = p->c;
	bool wrong = false, first = true;
	struct sx_facts before;
	struct sx_item item;
	struct sx_file *f;
	unsigned faults;
	int rc;

	f = sx_file_open(p->o.file, user_devices(c), &c->err);
	if (f == NULL)
		return -1;
	p->player.file = f;
	if (sx_file_format(f) != SX_FILE_MID) {
		sx_fail(
		    &c->err, SX_EDATA, 0, "'%s' is not a MIDI file", p->o.file);
		return sx_hint(&c->err, "use 'sxlib send' for .syx files");
	}
	while ((rc = sx_file_next(f, &item, &c->err)) == 1) {
		if (p->o.no_sysex || item.at < p->o.from || item.at >= p->o.to)
			continue;
		faults = sx_faults(&item, first ? NULL : &before);
		send_warn_faults(c, p->o.file, &item, faults);
		wrong |= faults != 0;
		first = false;
		before = item.facts;
		if (item.facts.kind == SX_KIND_FIRMWARE)
			return send_refuse_firmware(c, p->o.file, &item.facts,
			    "use 'sxlib send --firmware', which checks the "
			    "whole file and paces it");
	}
	if (sx_file_note(f) != NULL)
		say(c, "%s: %s", p->o.file, sx_file_note(f));
	if (rc == -1 && !p->o.force)
		return sx_hint(&c->err, "--force plays the readable part");
	if (rc == -1)
		warn_error(c, &c->err);
	if (wrong && !p->o.force)
		return send_refuse(c);
	if (set_speed(p) == -1)
		return -1;
	return sx_file_all(f, &c->err);
}
