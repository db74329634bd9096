/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "sample.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

#define RETRIES 5

static const char *const sample_words[] = { "send", "receive", "request",
	NULL };

static const char *const sample_devices[] = { "standard", "machinedrum", NULL };
static const char *const sample_formats[] = { "wav", "aiff", "syx", NULL };

/* The subcommands that an option is for. */
#define FOR(word) (1u << (word))
#define FOR_IN	  (FOR(SAMPLE_RECEIVE) | FOR(SAMPLE_REQUEST))

static int
sample_take_loop(
    struct cli *c, const struct option_row *row, void *opts, const char *arg)
{
	struct sample_opts *o = opts;
	const char *dash = strchr(arg, '-');
	char start[24];

	o->wish.loop.none = strcmp(arg, "none") == 0;
	o->wish.loop.given = !o->wish.loop.none;
	if (o->wish.loop.none)
		return 0;
	if (dash != NULL && dash > arg && dash - arg < (int)sizeof(start)) {
		snprintf(start, sizeof(start), "%.*s", (int)(dash - arg), arg);
		if (opt_count(c, row->name, start, 0, SX_SDS_VALUE_MOST,
			&o->wish.loop.start) == 0 &&
		    opt_count(c, row->name, dash + 1, o->wish.loop.start,
			SX_SDS_VALUE_MOST, &o->wish.loop.end) == 0)
			return 0;
		return -1;
	}
	opt_fail(c, "--loop '%s': expected START-END", arg);
	return sx_hint(
	    &c->err, "its first and last word, such as 100-4999; or none");
}

static const struct option_row sample_options[] = {
	OPTION_PORT(struct sample_opts, port),
	{ 0, "slot", "N", "send, request: the sample's number, from 0",
	    OPT_COUNT(struct sample_opts, slot, 0, SX_SDS_SLOT_MOST),
	    .jobs = FOR(SAMPLE_SEND) | FOR(SAMPLE_REQUEST) },
	{ 0, "bits", "B", "send: 8 to 28; default as in the file",
	    OPT_COUNT(struct sample_opts, wish.bits, SX_SDS_BITS_LEAST,
		SX_SDS_BITS_MOST),
	    .jobs = FOR(SAMPLE_SEND) },
	{ 0, "name", "TEXT",
	    "send: sample name (machinedrum); else of the output file",
	    OPT_TEXT(struct sample_opts, name) },
	{ 0, "loop", "none|START-END", "send: replaces the loop of the file",
	    OPT_BY(sample_take_loop), .jobs = FOR(SAMPLE_SEND) },
	{ 0, "alternate", NULL, "send: alternating loop",
	    OPT_FLAG(struct sample_opts, wish.loop.alternate),
	    .jobs = FOR(SAMPLE_SEND) },
	{ 0, "left", NULL, "send: left channel only",
	    OPT_VALUE(struct sample_opts, wish.side, SX_SAMPLE_LEFT),
	    .jobs = FOR(SAMPLE_SEND) },
	{ 0, "right", NULL, "send: right channel only",
	    OPT_VALUE(struct sample_opts, wish.side, SX_SAMPLE_RIGHT),
	    .jobs = FOR(SAMPLE_SEND) },
	{ 'o', "out", "X", "receive, request: folder/, FILE.wav, .aiff or .syx",
	    OPT_TEXT(struct sample_opts, out), .jobs = FOR_IN },
	{ 0, "format", "wav|aiff|syx",
	    "format of a file in a folder; default wav",
	    OPT_WORD(struct sample_opts, format, sample_formats),
	    .jobs = FOR_IN },
	{ 0, "channel", "ID", "SysEx channel, 0 to 127 (127: all)",
	    OPT_COUNT(struct sample_opts, channel, 0, 127) },
	{ 0, "device", "standard|machinedrum", "connected device",
	    OPT_WORD(struct sample_opts, wish.device, sample_devices),
	    .jobs = FOR(SAMPLE_SEND) },
	{ 0, "open", NULL, "open loop: neither wait for answers nor send any",
	    OPT_FLAG(struct sample_opts, open) },
	{ 0, "delay", "MS", "pause after a packet while unanswered; default 20",
	    OPT_MS(struct sample_opts, gap, 0), .jobs = FOR(SAMPLE_SEND) },
	{ 0, "rate", "din|max|BYTES", "bytes per second; default din, 3125",
	    OPT_RATE(struct sample_opts, rate) },
	{ 0, "retries", "N", "retries per packet; default 5",
	    OPT_COUNT(struct sample_opts, retries, 0, 1000) },
	{ 't', "timeout", "S", "receive, request: wait S seconds for a dump",
	    OPT_SECONDS(struct sample_opts, timeout, 1000), .jobs = FOR_IN },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

static int
sample_check_words(struct cli *c, const struct sample_opts *o)
{
	const struct option_row *row = opt_unfit(c, FOR(o->word));

	if (row == NULL)
		return 0;
	return opt_fail(c, "--%s does not apply to 'sample %s'", row->name,
	    sample_words[o->word]);
}

/* Take the subcommand: the first argument. */
static int
sample_take_word(struct cli *c, struct sample_opts *o)
{
	const char *word = c->next < c->argc ? c->argv[c->next++] : "";

	while (sample_words[o->word] != NULL &&
	       strcmp(sample_words[o->word], word) != 0)
		o->word++;
	return sample_words[o->word] != NULL
		   ? 0
		   : opt_fail(c,
			 "unknown subcommand 'sample %s' (send, receive, "
			 "request)",
			 word);
}

static int
sample_take_file(struct cli *c, struct sample_opts *o)
{
	const bool asks = o->word == SAMPLE_REQUEST;
	const struct opt_rule rules[] = {
		{ o->word == SAMPLE_SEND && c->argc - c->next != 1,
		    "expected one FILE to send" },
		{ asks && o->slot == -1,
		    "missing --slot N, the sample to request" },
		{ asks && o->open,
		    "--open sends nothing, but a request has to be sent" },
		{ false, NULL },
	};

	o->file = c->argv[c->next];
	if (o->word == SAMPLE_SEND || o->file == NULL)
		return opt_check(c, rules);
	opt_fail(c, "unexpected FILE '%s'", o->file);
	return sx_hint(&c->err, "use --out for the output");
}

/* Check that the options are consistent. Standard output has only one use. */
static int
sample_check_opts(struct cli *c, const struct sample_opts *o)
{
	const bool sends = o->word == SAMPLE_SEND;
	const bool standard = opt_is_standard(o->port);
	const struct opt_rule rules[] = {
		{ standard && sends && c->json,
		    "--json and --port - both use standard output" },
		{ standard && !sends && !o->open,
		    "the file's path and the answers to --port - both use "
		    "standard output: --open sends no answers" },
		{ sends && o->slot == -1,
		    "missing --slot N, the sample to replace" },
		{ o->wish.loop.alternate && o->wish.loop.none,
		    "--alternate needs a loop, but --loop is none" },
		{ false, NULL },
	};

	if (opt_check(c, rules) == -1)
		return -1;
	return sends && o->name != NULL ? sx_sample_check_name(o->wish.device,
					      o->name, o->slot, &c->err)
					: 0;
}

static int
sample_parse(struct cli *c, struct sample_opts *o)
{
	if (opt_parse(c, o) == -1 || sample_take_word(c, o) == -1 ||
	    sample_take_file(c, o) == -1 || sample_check_words(c, o) == -1)
		return -1;
	return sample_check_opts(c, o);
}

int
sample_open(struct cli *c, const struct sample_opts *o, struct sx_talk *t,
    unsigned *rate)
{
	const struct sx_named_port *named = user_port(c, o->port);

	*rate = MIDI_IO_DIN_RATE;
	if (o->rate != -1)
		*rate = (unsigned)o->rate;
	else if (named != NULL && named->rate >= 0)
		*rate = (unsigned)named->rate;
	return talk_open(t, c, o->port);
}

static enum status
run_sample(struct cli *c)
{
	struct sample_opts o = {
		.out = ".",
		.slot = -1,
		.channel = -1,
		.gap = SX_SDS_OPEN_US,
		.timeout = -1,
		.retries = RETRIES,
		.rate = -1,
	};

	if (sample_parse(c, &o) == -1)
		return ST_OK;
	return o.word == SAMPLE_SEND ? sample_send(c, &o)
				     : sample_receive(c, &o);
}

const struct command cmd_sample = {
	.name = "sample",
	.synopsis = "send FILE --slot N | receive | request --slot N [options]",
	.summary = "Send and receive samples by the Sample Dump Standard",
	.options = sample_options,
	.run = run_sample,
};
