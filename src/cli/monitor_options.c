/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>

#include "monitor.h"
#include "term/opt.h"

static const char *const monitor_groups[SX_GROUPS + 1] = { "note", "cc",
	"program", "bend", "pressure", "sysex", "mtc", "song", "transport",
	"clock", "sensing", "other", NULL };
static const char *const monitor_times[] = { "start", "line", "clock", NULL };

const struct option_row monitor_options[] = {
	{ 'p', "port", "PORT", "as in receive; repeatable",
	    OPT_TEXTS(struct monitor_opts, ports, nports) },
	{ 0, "channel", "LIST", "only these MIDI channels: 1,3 or 9-16",
	    OPT_RANGES(struct monitor_opts, channels, 1, 16) },
	{ 0, "only", "EVENTS",
	    "note cc program bend pressure sysex mtc song ...",
	    OPT_WORDS(struct monitor_opts, only, monitor_groups) },
	{ 0, "not", "EVENTS", "... transport clock sensing other",
	    OPT_WORDS(struct monitor_opts, hidden, monitor_groups) },
	{ 0, "maker", "MAKER", "only SysEx from this maker; repeatable",
	    OPT_MAKER(struct monitor_opts, rules) },
	{ 0, "time", "start|line|clock",
	    "since start, since the previous line, or time of day",
	    OPT_WORD(struct monitor_opts, time, monitor_times) },
	{ 0, "device", "DEVICE", "name this device's controllers",
	    OPT_TEXT(struct monitor_opts, device) },
	{ 0, "raw", NULL, "each message as received, nothing combined",
	    OPT_FLAG(struct monitor_opts, raw) },
	{ 0, "hex", NULL, "show the bytes as well",
	    OPT_FLAG(struct monitor_opts, hex) },
	{ 'n', "count", "N", "stop after N lines",
	    OPT_COUNT(struct monitor_opts, count, 1, LONG_MAX) },
	{ 't', "timeout", "S", "stop after S seconds without output",
	    OPT_SECONDS(struct monitor_opts, timeout, 1000) },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

/* $SXLIB_PORT, or the only one there is. */
static int
monitor_any_port(struct monitor_opts *o, struct sx_err *e)
{
	o->ports = calloc(1, sizeof(*o->ports));
	if (o->ports == NULL)
		return sx_fail_memory(e);
	o->nports = 1;
	return 0;
}

int
monitor_parse(struct cli *c, struct monitor_opts *o)
{
	*o = (struct monitor_opts){ .rules.split = SX_SPLIT_MESSAGE };
	if (opt_parse(c, o) == -1)
		return -1;
	if (o->only != 0)
		o->hidden |= ~o->only;
	if (o->channels == 0)
		o->channels = ~0u;
	if (opt_no_arguments(c) == -1)
		return -1;
	return o->nports == 0 ? monitor_any_port(o, &c->err) : 0;
}

void
monitor_opts_free(struct monitor_opts *o)
{
	free((void *)o->ports);
	free((void *)(uintptr_t)o->rules.makers);
}
