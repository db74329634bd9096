/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>

#include "commands.h"
#include "play.h"
#include "term/json.h"
#include "term/say.h"
#include "user.h"

static void
draw(const struct play *p)
{
	const struct sx_player *player = &p->player;
	int64_t s = player->at / 1000000, end = player->end / 1000000;

	progress(p->c,
	    "%" PRId64 ":%02" PRId64 " of %" PRId64 ":%02" PRId64 ", %" PRIu64
	    " events, %" PRIu64 " SysEx",
	    s / 60, s % 60, end / 60, end % 60, player->events, player->sysex);
}

static void
say_stopped(const struct play *p)
{
	const struct sx_player *player = &p->player;
	double s = (double)player->at / 1e6;

	if (player->signal == 0) {
		warn(p->c,
		    "stopped after %" PRIu64 " events and %" PRIu64 " SysEx",
		    player->events, player->sysex);
		return;
	}
	warn(p->c,
	    "stopped at %d:%06.3f after %" PRIu64 " events and %" PRIu64
	    " SysEx",
	    (int)(s / 60), s - 60 * (int)(s / 60), player->events,
	    player->sysex);
	if (player->cut)
		warn(p->c, "a SysEx message was closed with F7: the unit may "
			   "have stored a broken dump");
}

/* What the options and the name of the port say. */
static void
set_up(struct play *p)
{
	const struct sx_named_port *named = user_port(p->c, p->o.port);
	struct sx_player *player = &p->player;

	player->path = p->o.file;
	player->rate = MIDI_IO_DIN_RATE;
	player->device_rate = p->o.rate < 0;
	player->delay = p->o.delay;
	if (player->delay < 0 && named != NULL && named->delay_ms >= 0)
		player->delay = named->delay_ms * INT64_C(1000);
	if (p->o.rate >= 0)
		player->rate = (unsigned)p->o.rate;
	else if (named != NULL && named->rate >= 0)
		player->rate = (unsigned)named->rate;
	player->loops = p->o.loops;
	player->sysex_only = p->o.sysex_only;
}

static int
open_port(struct play *p)
{
	set_up(p);
	if (p->o.dry_run)
		return 0;
	if (talk_open_out(&p->talk, p->c, p->o.port) == -1)
		return -1;
	p->player.session = p->talk.session;
	p->player.port = p->talk.port;
	return 0;
}

static void
summarise(const struct play *p, int64_t took)
{
	const struct sx_player *player = &p->player;
	struct cli *c = p->c;

	progress(c, "%s", "");
	say(c,
	    "%s%" PRIu64 " event%s and %" PRIu64 " SysEx, %" PRIu64
	    " bytes, in %.1f s%s%s",
	    p->o.dry_run ? "would play " : "played ", player->events,
	    plural(player->events), player->sysex, player->bytes,
	    (double)took / 1e6, p->o.dry_run ? "; nothing was sent" : " to ",
	    p->talk.port_name);
	if (player->left_out > 0)
		say(c, "not sent: %" PRIu64 " active sensing",
		    player->left_out);
	if (!c->json)
		return;
	print_json_pair(stdout, "{", "file", p->o.file);
	print_json_pair(
	    stdout, ", ", "port", p->o.dry_run ? NULL : p->talk.port_name);
	printf(", \"events\": %" PRIu64 ", \"sysex\": %" PRIu64
	       ", \"bytes\": %" PRIu64 ", \"seconds\": %.3f, "
	       "\"left_out\": %" PRIu64 ", \"late_ms\": %.3f}\n",
	    player->events, player->sysex, player->bytes, (double)took / 1e6,
	    player->left_out, (double)player->latest / 1e3);
	flush_result(c);
}

static void
play(struct play *p)
{
	struct cli *c = p->c;
	int64_t begun = sx_now().mono, took, until;
	int rc;

	do {
		until =
		    has_progress(c) ? sx_now().mono + PROGRESS_US : INT64_MAX;
		rc = sx_player_next(&p->player, until, &c->err);
		if (rc == 1)
			draw(p);
	} while (rc == 1);
	took = sx_now().mono - begun;
	if (p->o.dry_run)
		took = sx_player_length(&p->player) *
		       (p->o.loops > 0 ? p->o.loops : 1);
	c->signal = p->player.signal;
	if (rc == 0 && c->signal == 0)
		summarise(p, took);
	else
		say_stopped(p);
	progress(c, "%s", "");
}

static enum status
run_play(struct cli *c)
{
	struct play p = { .c = c };

	/* What fails is in c->err, and its status is taken from there. */
	if (play_parse(c, &p.o) == -1)
		return ST_OK;
	if (play_load(&p) == 0 && open_port(&p) == 0 &&
	    sx_player_begin(&p.player, &c->err) == 0)
		play(&p);
	sx_player_free(&p.player);
	sx_talk_close(&p.talk);
	sx_file_close(p.player.file);
	return ST_OK;
}

const struct command cmd_play = {
	.name = "play",
	.synopsis = "[--port PORT] [options] FILE.mid",
	.summary = "Play a MIDI file, including SysEx",
	.options = play_options,
	.run = run_play,
};
