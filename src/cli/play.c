/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "send.h"
#include "sxlib/player.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

struct play {
	struct cli *c;
	const char *port;
	long rate;  /* bytes/s; 0: max; -1: the port's, else din */
	double bpm; /* initial tempo; 0: not given */
	bool dry_run, force;
	struct sx_player player; /* with the other options */
	struct sx_talk talk;	 /* the port */
};

static int
play_take_tempo(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	struct play *p = opts;
	size_t n = strlen(arg);
	char last = n > 0 ? arg[n - 1] : '\0', number[32];
	double scale = last == 'x' ? 1 : 0.01, v;

	if (last != 'x' && last != '%')
		return opt_number(c, row->name, arg, 1, 10000, &p->bpm);
	snprintf(number, sizeof(number), "%.*s", (int)n - 1, arg);
	if (opt_number(c, row->name, number, 0.01 / scale, 100 / scale, &v) ==
	    -1)
		return -1;
	p->player.speed = v * scale;
	p->bpm = 0;
	return 0;
}

static const struct option_row play_options[] = {
	OPTION_PORT(struct play, port),
	{ 0, "from", "TIME", "start here: seconds, M:S or H:M:S",
	    OPT_POSITION(struct play, player.from) },
	{ 0, "to", "TIME", "end here", OPT_POSITION(struct play, player.to) },
	{ 0, "loop", "N", "play N times; 0: forever",
	    OPT_COUNT(struct play, player.loops, 0, 1000000000) },
	{ 0, "tempo", "TEMPO",
	    "initial beats per minute, or a factor: 1.5x, 80%",
	    OPT_BY(play_take_tempo) },
	{ 0, "sysex-only", NULL, "send only SysEx",
	    OPT_FLAG(struct play, player.sysex_only) },
	{ 0, "no-sysex", NULL, "send everything but SysEx",
	    OPT_FLAG(struct play, player.no_sysex) },
	{ 0, "rate", "din|max|BYTES", "bytes per second; default din",
	    OPT_RATE(struct play, rate) },
	{ 0, "delay", "MS", "least pause between SysEx; default by device",
	    OPT_MS(struct play, player.delay, 0) },
	{ 0, "dry-run", NULL, "only report what would be sent",
	    OPT_FLAG(struct play, dry_run) },
	{ 0, "force", NULL, "play despite errors",
	    OPT_FLAG(struct play, force) },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

/* Returns -1 and sets c->err (empty for --help). */
static int
play_parse(struct play *p)
{
	struct cli *c = p->c;
	struct sx_player *player = &p->player;

	p->rate = -1;
	*player = (struct sx_player){
		.delay = -1, .to = INT64_MAX, .loops = 1, .speed = 1
	};
	if (opt_parse(c, p) == -1)
		return -1;
	player->path = c->argv[c->next];
	return opt_check(c,
	    (const struct opt_rule[]){ { c->next == c->argc, "missing FILE" },
		{ c->argc - c->next > 1, "only one FILE can be played" },
		{ player->sysex_only && player->no_sysex,
		    "--sysex-only and --no-sysex are mutually exclusive" },
		{ player->from >= player->to, "--to must be after --from" },
		{ c->json && opt_is_standard(p->port),
		    "--json and --port - both use standard output" },
		{ false, NULL } });
}

static void
play_draw(const struct play *p)
{
	const struct sx_player *player = &p->player;
	int64_t s = player->at / 1000000, end = player->end / 1000000;

	progress(p->c,
	    "%" PRId64 ":%02" PRId64 " of %" PRId64 ":%02" PRId64 ", %" PRIu64
	    " events, %" PRIu64 " SysEx",
	    s / 60, s % 60, end / 60, end % 60, player->events, player->sysex);
}

static void
play_say_stopped(const struct play *p)
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

/* Open the file and check the messages to be sent. Returns -1 and sets c->err
 * on failure. */
static int
play_load(struct play *p)
{
	struct cli *c = p->c;
	struct sx_player_check k = { .player = &p->player };
	const char *path = p->player.path;
	struct sx_file *f;
	int rc;

	f = sx_file_open(path, user_devices(c), &c->err);
	if (f == NULL)
		return -1;
	p->player.file = f;
	if (sx_file_format(f) != SX_FILE_MID) {
		sx_fail(&c->err, SX_EDATA, 0, "'%s' is not a MIDI file", path);
		return sx_hint(&c->err, "use 'sxlib send' for .syx files");
	}
	while ((rc = sx_player_check(&k, &c->err)) == 1) {
		send_warn_faults(c, path, &k.item, k.faults);
		if (k.item.facts.kind == SX_KIND_FIRMWARE)
			return sx_refuse_firmware(path, &k.item.facts,
			    "use 'sxlib send --firmware', which checks the "
			    "whole file and paces it",
			    &c->err);
	}
	if (sx_file_note(f) != NULL)
		say(c, "%s: %s", path, sx_file_note(f));
	if (rc == -1 && !p->force)
		return sx_hint(&c->err, "--force plays the readable part");
	if (rc == -1)
		warn_error(c, &c->err);
	if (k.wrong && !p->force)
		return sx_refuse_faults(&c->err);
	if (p->bpm != 0 && sx_player_tempo(&p->player, p->bpm, &c->err) == -1)
		return -1;
	return sx_file_all(f, &c->err);
}

/* Apply the options and the settings of a named port. */
static void
play_set_up(struct play *p)
{
	const struct sx_named_port *named = user_port(p->c, p->port);
	struct sx_player *player = &p->player;

	player->rate = MIDI_IO_DIN_RATE;
	player->device_rate = p->rate < 0;
	if (player->delay < 0 && named != NULL && named->delay_ms >= 0)
		player->delay = named->delay_ms * INT64_C(1000);
	if (p->rate >= 0)
		player->rate = (unsigned)p->rate;
	else if (named != NULL && named->rate >= 0)
		player->rate = (unsigned)named->rate;
}

static int
play_open_port(struct play *p)
{
	play_set_up(p);
	if (p->dry_run)
		return 0;
	if (talk_open_out(&p->talk, p->c, p->port) == -1)
		return -1;
	p->player.session = p->talk.session;
	p->player.port = p->talk.port;
	return 0;
}

static void
play_summarise(const struct play *p, int64_t took)
{
	const struct sx_player *player = &p->player;
	struct cli *c = p->c;

	progress(c, "%s", "");
	say(c,
	    "%s%" PRIu64 " event%s and %" PRIu64 " SysEx, %" PRIu64
	    " bytes, in %.1f s%s%s",
	    p->dry_run ? "would play " : "played ", player->events,
	    plural(player->events), player->sysex, player->bytes,
	    (double)took / 1e6, p->dry_run ? "; nothing was sent" : " to ",
	    p->talk.port_name);
	if (player->left_out > 0)
		say(c, "not sent: %" PRIu64 " active sensing",
		    player->left_out);
	if (!c->json)
		return;
	print_json_pair(stdout, "{", "file", player->path);
	print_json_pair(
	    stdout, ", ", "port", p->dry_run ? NULL : p->talk.port_name);
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
			play_draw(p);
	} while (rc == 1);
	took = sx_now().mono - begun;
	if (p->dry_run)
		took = sx_player_length(&p->player) *
		       (p->player.loops > 0 ? p->player.loops : 1);
	c->signal = p->player.signal;
	if (rc == 0 && c->signal == 0)
		play_summarise(p, took);
	else
		play_say_stopped(p);
	progress(c, "%s", "");
}

static enum status
run_play(struct cli *c)
{
	struct play p = { .c = c };

	/* Errors are in c->err; the exit status comes from there. */
	if (play_parse(&p) == -1)
		return ST_OK;
	if (play_load(&p) == 0 && play_open_port(&p) == 0 &&
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
