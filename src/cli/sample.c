/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "own.h"
#include "sample.h"

#define RETRIES 5

enum {
	OPT_SLOT = OPT_LONG,
	OPT_BITS,
	OPT_CHANNEL,
	OPT_NAME,
	OPT_DEVICE,
	OPT_LOOP,
	OPT_ALTERNATE,
	OPT_LEFT,
	OPT_RIGHT,
	OPT_FORMAT,
	OPT_OPEN,
	OPT_DELAY,
	OPT_RATE,
	OPT_RETRIES,
};

static const struct option_row sample_options[] = {
	OPTION_PORT,
	{ OPT_SLOT, "slot", "N", "send, request: the sample's number, from 0" },
	{ OPT_BITS, "bits", "B", "send: 8 to 28; as the file unless told" },
	{ OPT_NAME, "name", "TEXT",
	    "send: of the sample (machinedrum); else of the file" },
	{ OPT_LOOP, "loop", "none|START-END", "send: instead of the file's" },
	{ OPT_ALTERNATE, "alternate", NULL, "send: the loop goes to and fro" },
	{ OPT_LEFT, "left", NULL, "send: only the left channel" },
	{ OPT_RIGHT, "right", NULL, "send: only the right channel" },
	{ 'o', "out", "X",
	    "receive, request: folder/, FILE.wav, .aiff or .syx" },
	{ OPT_FORMAT, "format", "wav|aiff|syx",
	    "of a file in a folder; default wav" },
	{ OPT_CHANNEL, "channel", "ID", "SysEx channel, 0 to 127 (127: all)" },
	{ OPT_DEVICE, "device", "standard|machinedrum", "what is connected" },
	{ OPT_OPEN, "open", NULL, "do not wait for answers, and give none" },
	{ OPT_DELAY, "delay", "MS",
	    "pause after a packet while no answer comes; 20" },
	{ OPT_RATE, "rate", "din|max|BYTES",
	    "bytes per second; default din, 3125" },
	{ OPT_RETRIES, "retries", "N",
	    "how often one packet is tried again; 5" },
	{ 't', "timeout", "S", "receive, request: wait so long for a dump" },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

static const char *const sample_words[] = { "send", "receive", "request",
	NULL };

/* Which of the words an option is for. */
#define FOR(word) (1u << (word))

static unsigned
words_of(int id)
{
	switch (id) {
	case OPT_BITS:
	case OPT_DEVICE:
	case OPT_LOOP:
	case OPT_ALTERNATE:
	case OPT_LEFT:
	case OPT_RIGHT:
	case OPT_DELAY:
		return FOR(SAMPLE_SEND);
	case OPT_SLOT:
		return FOR(SAMPLE_SEND) | FOR(SAMPLE_REQUEST);
	case 'o':
	case 't':
	case OPT_FORMAT:
		return FOR(SAMPLE_RECEIVE) | FOR(SAMPLE_REQUEST);
	default:
		return ~0u;
	}
}

static int
parse_loop(struct cli *c, const char *arg, struct sample_opts *o)
{
	const char *dash = strchr(arg, '-');
	char start[24];

	o->no_loop = strcmp(arg, "none") == 0;
	o->own_loop = !o->no_loop;
	if (o->no_loop)
		return 0;
	if (dash != NULL && dash > arg && dash - arg < (int)sizeof(start)) {
		snprintf(start, sizeof(start), "%.*s", (int)(dash - arg), arg);
		if (opt_count(c, "loop", start, 0, SX_SDS_VALUE_MOST,
			&o->loop_start) == 0 &&
		    opt_count(c, "loop", dash + 1, o->loop_start,
			SX_SDS_VALUE_MOST, &o->loop_end) == 0)
			return 0;
		return -1;
	}
	sx_fail(&c->err, SX_EUSAGE, 0, "--loop '%s': START-END is needed", arg);
	return sx_hint(
	    &c->err, "its first and its last word, as in 100-4999; or none");
}

static int
parse_option(struct cli *c, struct sample_opts *o, int id, const char *arg)
{
	static const char *const devices[] = { "standard", "machinedrum",
		NULL };
	static const char *const formats[] = { "wav", "aiff", "syx", NULL };
	int word;

	switch (id) {
	case 'p':
		o->port = arg;
		return 0;
	case 'o':
		o->out = arg;
		return 0;
	case 't':
		return opt_time(
		    c, "timeout", arg, 0.001, OPT_SECONDS, &o->timeout);
	case OPT_DELAY:
		return opt_time(c, "delay", arg, 0, OPT_MS, &o->gap);
	case OPT_SLOT:
		return opt_count(c, "slot", arg, 0, SX_SDS_SLOT_MOST, &o->slot);
	case OPT_BITS:
		return opt_count(c, "bits", arg, SX_SDS_BITS_LEAST,
		    SX_SDS_BITS_MOST, &o->bits);
	case OPT_CHANNEL:
		return opt_count(c, "channel", arg, 0, 127, &o->channel);
	case OPT_RETRIES:
		return opt_count(c, "retries", arg, 0, 1000, &o->retries);
	case OPT_RATE:
		return opt_rate(c, arg, &o->rate);
	case OPT_LOOP:
		return parse_loop(c, arg, o);
	case OPT_DEVICE:
		word = opt_word(c, "device", arg, devices);
		o->device = (enum sample_device)word;
		return word == -1 ? -1 : 0;
	case OPT_FORMAT:
		word = opt_word(c, "format", arg, formats);
		o->format = (enum sample_format)word;
		return word == -1 ? -1 : 0;
	case OPT_NAME:
		o->name = arg;
		return 0;
	case OPT_ALTERNATE:
		o->alternate = true;
		return 0;
	case OPT_LEFT:
		o->side = SIDE_LEFT;
		return 0;
	case OPT_RIGHT:
		o->side = SIDE_RIGHT;
		return 0;
	default:
		o->open = true;
		return 0;
	}
}

/* Does each option that was given fit the word? */
static int
check_words(struct cli *c, const struct sample_opts *o, const int *given)
{
	const struct option_row *row = sample_options;

	for (; *given != 0; given++) {
		if (words_of(*given) & FOR(o->word))
			continue;
		while (row->id != *given)
			row++;
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--%s is not for 'sample %s'", row->name,
		    sample_words[o->word]);
	}
	return 0;
}

static int
check_send(struct cli *c, const struct sample_opts *o)
{
	if (o->slot == -1)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--slot says which sample it becomes, and is missing");
	if (o->alternate && o->no_loop)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--alternate needs a loop, and --loop says none");
	if (o->name == NULL)
		return 0;
	if (o->device != DEVICE_MACHINEDRUM) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    "--name: a sample dump has no room for a name");
		return sx_hint(&c->err, "a Machinedrum UW takes one, in a "
					"message of its own: --device "
					"machinedrum");
	}
	if (o->slot > 127)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--slot %ld: a Machinedrum has no such sample", o->slot);
	for (const char *p = o->name; *p != '\0'; p++)
		if (*p < 0x20 || *p > 0x7e || p - o->name >= 4)
			return sx_fail(&c->err, SX_EUSAGE, 0,
			    "--name: a Machinedrum has 4 ASCII characters");
	return 0;
}

/* What is to be done, out of the arguments. */
static int
take_arguments(struct cli *c, struct sample_opts *o)
{
	const char *word = c->next < c->argc ? c->argv[c->next++] : "";
	int left = c->argc - c->next;

	while (sample_words[o->word] != NULL &&
	       strcmp(sample_words[o->word], word) != 0)
		o->word++;
	if (sample_words[o->word] == NULL)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "'sample %s': there is send, receive and request", word);
	if (o->word == SAMPLE_SEND && left != 1)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "one sound file is needed to be sent");
	if (o->word != SAMPLE_SEND && left > 0) {
		sx_fail(&c->err, SX_EUSAGE, 0, "'%s': no file is sent here",
		    c->argv[c->next]);
		return sx_hint(&c->err, "--out says where the sample goes");
	}
	if (o->word == SAMPLE_SEND)
		o->file = c->argv[c->next];
	if (o->word == SAMPLE_REQUEST && o->slot == -1)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--slot says which sample, and is missing");
	if (o->word == SAMPLE_REQUEST && o->open)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--open sends nothing, and a request is to be sent");
	return 0;
}

/* Standard output is one thing only. */
static int
check_stdout(struct cli *c, const struct sample_opts *o)
{
	if (!opt_is_standard(o->port))
		return 0;
	if (o->word == SAMPLE_SEND && c->json)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "--json and --port - both want standard output");
	if (o->word != SAMPLE_SEND && !o->open)
		return sx_fail(&c->err, SX_EUSAGE, 0,
		    "the path of the file and the answers to --port - both "
		    "want standard output: --open gives no answers");
	return 0;
}

#define GIVEN_MOST 64

static int
parse(struct cli *c, struct sample_opts *o)
{
	int given[GIVEN_MOST + 1] = { 0 }, id;
	size_t n = 0;
	const char *arg;

	while ((id = opt_next(c, &arg)) > 0) {
		if (parse_option(c, o, id, arg) == -1)
			return -1;
		if (n < GIVEN_MOST)
			given[n++] = id;
	}
	if (id == -1 || take_arguments(c, o) == -1 ||
	    check_words(c, o, given) == -1 || check_stdout(c, o) == -1)
		return -1;
	return o->word == SAMPLE_SEND ? check_send(c, o) : 0;
}

int
sample_open(struct cli *c, const struct sample_opts *o, struct sample_line *l)
{
	const struct sx_named_port *named = own_port(c, o->port);
	long rate = o->rate;

	if (rate == -1)
		rate = named != NULL && named->rate >= 0 ? named->rate
							 : MIDI_IO_DIN_RATE;
	l->rate = (unsigned)rate;
	l->device = o->channel != -1 ? (unsigned)o->channel : 0;
	return talk_open(&l->talk, c, o->port);
}

int
sample_cancel(struct cli *c, struct sample_line *l, size_t packet)
{
	uint8_t msg[SX_SDS_ANSWER_SIZE];
	int signal = c->signal, rc;

	/* What a signal has stopped is closed by F7; this comes after it. */
	c->signal = 0;
	sx_sds_put_answer(msg, l->device, SX_SDS_CANCEL, packet & 0x7f);
	rc = talk_send(&l->talk, msg, sizeof(msg), l->rate, SAMPLE_LINGER_US);
	if (signal != 0)
		c->signal = signal;
	return rc;
}

char *
sample_text(char *buf, size_t size, const struct sx_sds_header *h)
{
	char loop[64] = "no loop";

	if (h->loop == SX_SDS_FORWARD || h->loop == SX_SDS_ALTERNATING)
		snprintf(loop, sizeof(loop), "%sloop %u-%u",
		    h->loop == SX_SDS_ALTERNATING ? "alternating " : "",
		    h->loop_start, h->loop_end);
	snprintf(buf, size, "%u word%s of %u bits at %u Hz, %s", h->words,
	    plural(h->words), h->bits, sx_sds_rate(h->period), loop);
	return buf;
}

const char *
sample_why(enum sx_sds_why why)
{
	switch (why) {
	case SX_SDS_NO_REASON:
		break;
	case SX_SDS_CANCELLED:
		return "the unit has cancelled it";
	case SX_SDS_NO_ANSWER:
		return "nothing more came from the unit";
	case SX_SDS_REJECTED:
		return "the unit has rejected it each time";
	case SX_SDS_BAD_HEADER:
		return "the header says what cannot be";
	case SX_SDS_NO_HEADER:
		return "packets came, but not the header before them";
	case SX_SDS_NO_SAMPLE:
		return "the header says that there is no sample";
	case SX_SDS_MISSING:
		return "packets are missing";
	case SX_SDS_BAD_PACKETS:
		return "the unit sends wrong packets each time";
	}
	return "it has failed";
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

	if (parse(c, &o) == -1)
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
