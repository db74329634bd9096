/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "sim.h"

#define RATE_MOST 100000000

/* Parse seconds with an optional fraction, below a day. Not with strtod(),
 * which depends on the locale. */
static bool
parse_seconds(const char *text, int64_t *ns)
{
	int64_t unit = SIM_SECOND, value = 0;
	bool point = false;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text != '\0'; text++) {
		if (*text == '.' && !point) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9' || value > 8640 * SIM_SECOND)
			return false;
		if (point)
			unit /= 10;
		value = point ? value + (*text - '0') * unit
			      : value * 10 + (*text - '0') * SIM_SECOND;
	}
	*ns = value;
	return true;
}

static int
parse_option(struct sim_options *o, char *option, struct sx_err *e)
{
	char *value = strchr(option, '=');
	bool good = false;

	if (strcmp(option, "twice") == 0) {
		o->repeats = 2;
		return 0;
	}
	if (value != NULL)
		*value++ = '\0';
	else
		value = option + strlen(option);
	if (strcmp(option, "first") == 0)
		good = parse_seconds(value, &o->first);
	else if (strcmp(option, "interval") == 0)
		good = parse_seconds(value, &o->interval);
	else if (strcmp(option, "rate") == 0)
		good = midi_io_number(value, 1, RATE_MOST, &o->rate);
	else if (strcmp(option, "twice") != 0)
		return sx_fail(e, SX_EUSAGE, 0,
		    "unknown option '%s' of a simulated port", option);
	if (good)
		return 0;
	return sx_fail(e, SX_EUSAGE, 0,
	    "option '%s' of a simulated port: invalid value '%s'", option,
	    value);
}

int
sim_parse(const char *text, struct sim_options *o, struct sx_err *e)
{
	char *copy = strdup(text), *rest = copy, *option;
	int rc = 0;

	if (copy == NULL)
		return sx_fail_memory(e);
	while (rc == 0 && (option = strsep(&rest, "&")) != NULL)
		rc = parse_option(o, option, e);
	if (rc == -1)
		sx_hint(e, "options: first=SECONDS, interval=SECONDS, "
			   "rate=BYTES, twice");
	free(copy);
	return rc;
}
