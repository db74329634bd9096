/* SPDX-License-Identifier: ISC */
/* The rows of ports.conf. */
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "sxlib/config.h"

#define DELAY_MOST 3600000 /* ms */
#define RATE_MOST  1000000000
#define DIN_RATE   3125 /* bytes/s of a MIDI cable */

/* Names are used in shell commands and completions: no blanks or special
 * characters. */
static int
conf_check_name(
    const struct sx_config *f, const struct conf_section *s, struct sx_err *e)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	if (s->name[strspn(s->name, good)] != '\0' || s->name[0] == '-' ||
	    s->name[0] == '.')
		return conf_fail(f, s->line, e,
		    "invalid port name '%s': use letters, digits, '-', '_' and "
		    "'.', not starting with '-' or '.'",
		    s->name);
	for (size_t i = 0; i < f->nnames; i++)
		if (strcasecmp(f->names[i], s->name) == 0)
			return conf_fail(
			    f, s->line, e, "[%s] already exists", s->name);
	return 0;
}

static int
conf_remember_name(struct sx_config *f, char *name, struct sx_err *e)
{
	char **names = realloc(f->names, (f->nnames + 1) * sizeof(*names));

	if (names == NULL)
		return sx_fail_memory(e);
	f->names = names;
	f->names[f->nnames++] = name;
	return 0;
}

static int
conf_read_rate(const struct sx_config *f, const struct conf_section *s,
    long *rate, struct sx_err *e)
{
	const struct conf_pair *p = conf_find(s, "rate");

	if (p != NULL && strcmp(p->value, "max") == 0)
		*rate = 0;
	else if (p != NULL && strcmp(p->value, "din") == 0)
		*rate = DIN_RATE;
	else
		return conf_number(f, s, "rate", 1, RATE_MOST, rate, e);
	return 0;
}

int
sx_config_port(
    struct sx_config *f, struct sx_named_port *port, struct sx_err *e)
{
	static const char *const keys[] = { "port", "device", "delay", "rate",
		NULL };
	const struct conf_pair *p, *device;
	long delay = -1, rate = -1;
	struct conf_section s;
	int rc = conf_next(f, &s, e);

	if (rc != 1)
		return rc;
	if (conf_check_name(f, &s, e) == -1 ||
	    conf_only(f, &s, keys, e) == -1 ||
	    conf_number(f, &s, "delay", 0, DELAY_MOST, &delay, e) == -1 ||
	    conf_read_rate(f, &s, &rate, e) == -1)
		return -1;
	p = conf_find(&s, "port");
	device = conf_find(&s, "device");
	if (p == NULL)
		return conf_fail(f, s.line, e, "[%s] has no port", s.name);
	if (strcmp(p->value, "-") == 0)
		return conf_fail(
		    f, p->line, e, "standard input and output cannot be named");
	if (conf_remember_name(f, s.name, e) == -1)
		return -1;
	*port = (struct sx_named_port){ .name = s.name,
		.port = p->value,
		.device = device != NULL ? device->value : NULL,
		.delay_ms = (int)delay,
		.rate = rate };
	return 1;
}
