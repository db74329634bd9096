/* SPDX-License-Identifier: ISC */
#include "play.h"
#include "send.h"
#include "term/say.h"
#include "user.h"

int
play_load(struct play *p)
{
	struct cli *c = p->c;
	struct sx_player_check k = { .player = &p->player };
	struct sx_file *f;
	int rc;

	f = sx_file_open(p->o.file, user_devices(c), &c->err);
	if (f == NULL)
		return -1;
	p->player.file = f;
	p->player.from = p->o.from;
	p->player.to = p->o.to;
	p->player.no_sysex = p->o.no_sysex;
	if (sx_file_format(f) != SX_FILE_MID) {
		sx_fail(
		    &c->err, SX_EDATA, 0, "'%s' is not a MIDI file", p->o.file);
		return sx_hint(&c->err, "use 'sxlib send' for .syx files");
	}
	while ((rc = sx_player_check(&k, &c->err)) == 1) {
		send_warn_faults(c, p->o.file, &k.item, k.faults);
		if (k.item.facts.kind == SX_KIND_FIRMWARE)
			return sx_refuse_firmware(p->o.file, &k.item.facts,
			    "use 'sxlib send --firmware', which checks the "
			    "whole file and paces it",
			    &c->err);
	}
	if (sx_file_note(f) != NULL)
		say(c, "%s: %s", p->o.file, sx_file_note(f));
	if (rc == -1 && !p->o.force)
		return sx_hint(&c->err, "--force plays the readable part");
	if (rc == -1)
		warn_error(c, &c->err);
	if (k.wrong && !p->o.force)
		return sx_refuse_faults(&c->err);
	p->player.speed = p->o.factor;
	if (p->o.bpm != 0 &&
	    sx_player_tempo(&p->player, p->o.bpm, &c->err) == -1)
		return -1;
	return sx_file_all(f, &c->err);
}
