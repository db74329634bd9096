/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "monitor.h"

enum {
	OPT_CHANNEL = OPT_LONG,
	OPT_ONLY,
	OPT_NOT,
	OPT_MAKER,
	OPT_TIME,
	OPT_RAW,
	OPT_HEX,
};

const struct option_row monitor_options[] = {
	{ 'p', "port", "PORT", "as in receive (may be repeated)" },
	{ OPT_CHANNEL, "channel", "LIST",
	    "of channel messages only these: 1,3 or 9-16" },
	{ OPT_ONLY, "only", "EVENTS",
	    "note cc program bend pressure sysex mtc song ..." },
	{ OPT_NOT, "not", "EVENTS", "... transport clock sensing other" },
	{ OPT_MAKER, "maker", "MAKER",
	    "of SysEx only this maker (may be repeated)" },
	{ OPT_TIME, "time", "start|line|clock",
	    "since the start, since the line before, of day" },
	{ OPT_RAW, "raw", NULL,
	    "each message as it came, nothing put together" },
	{ OPT_HEX, "hex", NULL, "the bytes as well" },
	{ 'n', "count", "N", "stop after N lines" },
	{ 't', "timeout", "S", "stop after S seconds without a line" },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

static int
add_port(struct monitor_opts *o, const char *port, struct sx_err *e)
{
	const char **p =
	    realloc((void *)o->ports, (o->nports + 1) * sizeof(*p));

	if (p == NULL)
		return sx_fail_memory(e);
	p[o->nports++] = port;
	o->ports = p;
	return 0;
}

/* The first word of a list into word; returns the rest, NULL: there is none. */
static const char *
next_word(const char *list, char *word, size_t size)
{
	size_t n = strcspn(list, ",");

	snprintf(word, size, "%.*s", (int)(n < size ? n : size - 1), list);
	return list[n] == ',' ? list + n + 1 : NULL;
}

static int
parse_groups(
    struct cli *c, const char *option, const char *arg, unsigned *groups)
{
	static const char *const words[GROUPS + 1] = { "note", "cc", "program",
		"bend", "pressure", "sysex", "mtc", "song", "transport",
		"clock", "sensing", "other", NULL };
	char word[64];
	int i;

	while (arg != NULL) {
		arg = next_word(arg, word, sizeof(word));
		i = opt_word(c, option, word, words);
		if (i == -1)
			return -1;
		*groups |= 1u << i;
	}
	return 0;
}

static int
parse_channels(struct cli *c, const char *arg, unsigned *channels)
{
	char word[64], *dash;
	long from, to;

	while (arg != NULL) {
		arg = next_word(arg, word, sizeof(word));
		dash = strchr(word, '-');
		if (dash != NULL)
			*dash++ = '\0';
		if (opt_count(c, "channel", word, 1, 16, &from) == -1)
			return -1;
		to = from;
		if (dash != NULL &&
		    opt_count(c, "channel", dash, from, 16, &to) == -1)
			return -1;
		for (; from <= to; from++)
			*channels |= 1u << from;
	}
	return 0;
}

static int
parse_time(struct cli *c, const char *arg, enum monitor_time *time)
{
	static const char *const words[] = { "start", "line", "clock", NULL };
	int i = opt_word(c, "time", arg, words);

	if (i == -1)
		return -1;
	*time = (enum monitor_time)i;
	return 0;
}

static int
parse_option(struct cli *c, struct monitor_opts *o, unsigned *only, int id,
    const char *arg)
{
	switch (id) {
	case 'p':
		return add_port(o, arg, &c->err);
	case OPT_CHANNEL:
		return parse_channels(c, arg, &o->channels);
	case OPT_ONLY:
		return parse_groups(c, "only", arg, only);
	case OPT_NOT:
		return parse_groups(c, "not", arg, &o->hidden);
	case OPT_MAKER:
		return opt_maker(c, arg, &o->rules);
	case OPT_TIME:
		return parse_time(c, arg, &o->time);
	case OPT_RAW:
		o->raw = true;
		return 0;
	case OPT_HEX:
		o->hex = true;
		return 0;
	case 'n':
		return opt_count(c, "count", arg, 1, LONG_MAX, &o->count);
	default:
		return opt_time(
		    c, "timeout", arg, 0.001, OPT_SECONDS, &o->timeout);
	}
}

int
monitor_parse(struct cli *c, struct monitor_opts *o)
{
	unsigned only = 0;
	const char *arg;
	int id;

	*o = (struct monitor_opts){ .rules.split = SX_SPLIT_MESSAGE };
	while ((id = opt_next(c, &arg)) > 0)
		if (parse_option(c, o, &only, id, arg) == -1)
			return -1;
	if (id == -1)
		return -1;
	if (only != 0)
		o->hidden |= ~only;
	if (o->channels == 0)
		o->channels = ~0u;
	if (opt_no_arguments(c) == -1)
		return -1;
	if (o->nports == 0)
		return add_port(o, NULL, &c->err);
	return 0;
}

void
monitor_opts_free(struct monitor_opts *o)
{
	free((void *)o->ports);
	free((void *)(uintptr_t)o->rules.makers);
}
