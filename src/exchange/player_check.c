/* SPDX-License-Identifier: ISC */
#include "sxlib/load.h"
#include "sxlib/player.h"

static bool
check_is_sent(const struct sx_player *p, const struct sx_item *item)
{
	return !p->no_sysex && item->at >= p->from && item->at < p->to;
}

int
sx_player_check(struct sx_player_check *k, struct sx_err *e)
{
	int rc;

	while ((rc = sx_file_next(k->player->file, &k->item, e)) == 1) {
		if (!check_is_sent(k->player, &k->item))
			continue;
		k->faults = sx_faults(&k->item, k->any ? &k->before : NULL);
		k->wrong |= k->faults != 0;
		k->any = true;
		k->before = k->item.facts;
		if (k->faults != 0 || k->item.facts.kind == SX_KIND_FIRMWARE)
			break;
	}
	return rc;
}

int
sx_player_tempo(struct sx_player *p, double bpm, struct sx_err *e)
{
	unsigned tempo = sx_file_tempo(p->file);

	if (tempo == 0) {
		sx_fail(e, SX_EUSAGE, 0,
		    "--tempo %g: this file is timed in frames, not beats", bpm);
		return sx_hint(e, "a factor such as 1.5x or 80%% works");
	}
	p->speed = bpm * tempo / 60e6;
	return 0;
}
