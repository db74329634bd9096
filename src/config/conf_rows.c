/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "sxlib/config.h"

#define DELAY_MOST 3600000 /* ms */
#define RATE_MOST  1000000000
#define DIN_RATE   3125 /* bytes/s of a MIDI cable */

/* "F0 31 7F ??", with or without the blanks. */
static int
read_mask(const struct sx_config *f, const struct conf_pair *p,
    struct sx_own_row *row, struct sx_err *e)
{
	const char *text = p->value;

	for (; *text != '\0'; text += 2 + strspn(text + 2, " \t")) {
		int high = sx_hex_digit(text[0]);
		int low = high != -1 ? sx_hex_digit(text[1]) : -1;

		if (row->len == SX_OWN_BYTES)
			return conf_fail(f, p->line, e,
			    "the mask has more than %d bytes", SX_OWN_BYTES);
		if (low != -1) {
			row->value[row->len] = (uint8_t)(high << 4 | low);
			row->mask[row->len] = 0xff;
		} else if (strncmp(text, "??", 2) != 0) {
			return conf_fail(f, p->line, e,
			    "mask = '%s': bytes such as F0 31 ?? 7F are needed",
			    p->value);
		}
		row->len++;
	}
	return 0;
}

static int
read_kind(const struct sx_config *f, const struct conf_pair *p,
    struct sx_own_row *row, struct sx_err *e)
{
	for (enum sx_kind k = SX_KIND_UNKNOWN; k < SX_KINDS; k++)
		if (strcmp(sx_kind_text(k), p->value) == 0) {
			row->kind = k;
			return 0;
		}
	return conf_fail(f, p->line, e, "no kind is called '%s'", p->value);
}

static int
read_device(const struct sx_config *f, const struct conf_section *s,
    struct sx_own_row *row, struct sx_err *e)
{
	static const char *const keys[] = { "maker", "mask", "kind", "slot",
		"delay", "rate", NULL };
	const struct conf_pair *mask = conf_find(s, "mask");
	const struct conf_pair *kind = conf_find(s, "kind");
	const struct conf_pair *maker = conf_find(s, "maker");
	long slot = 0, delay = -1, rate = 0;

	*row = (struct sx_own_row){ .device = s->name };
	if (conf_only(f, s, keys, e) == -1)
		return -1;
	if (mask == NULL)
		return conf_fail(f, s->line, e, "[%s] has no mask", s->name);
	if (read_mask(f, mask, row, e) == -1 ||
	    (kind != NULL && read_kind(f, kind, row, e) == -1) ||
	    conf_number(f, s, "slot", 2, 65535, &slot, e) == -1 ||
	    conf_number(f, s, "delay", 0, DELAY_MOST, &delay, e) == -1 ||
	    conf_number(f, s, "rate", 1, RATE_MOST, &rate, e) == -1)
		return -1;
	if (maker != NULL)
		row->maker = maker->value;
	row->slot = (size_t)slot;
	row->delay_ms = (int)delay;
	row->rate = (int)rate;
	return 0;
}

int
sx_config_device(struct sx_config *f, struct sx_devices *d, struct sx_err *e)
{
	struct sx_err why = { 0 };
	struct conf_section s;
	struct sx_own_row row;
	char *source;
	int rc = conf_next(f, &s, e);

	if (rc != 1)
		return rc;
	if (read_device(f, &s, &row, e) == -1)
		return -1;
	if (asprintf(&source, "%s:%zu", f->path, s.line) == -1)
		return sx_fail_memory(e);
	row.source = source;
	if (sx_devices_add(d, &row, &why) == -1)
		rc = why.code == SX_EDATA
			 ? conf_fail(f, s.line, e, "%s", why.msg)
			 : sx_fail(e, why.code, why.sys, "%s", why.msg);
	free(source);
	return rc;
}

char *
sx_config_device_text(const struct sx_own_row *row)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return NULL;
	fprintf(f, "[%s]\n", row->device);
	if (row->maker != NULL)
		fprintf(f, "maker = %s\n", row->maker);
	fputs("mask =", f);
	for (size_t i = 0; i < row->len; i++)
		if (row->mask[i] != 0)
			fprintf(f, " %02X", row->value[i]);
		else
			fputs(" ??", f);
	fprintf(f, "\nkind = %s\n", sx_kind_text(row->kind));
	if (row->slot != 0)
		fprintf(f, "slot = %zu\n", row->slot);
	if (row->delay_ms >= 0)
		fprintf(f, "delay = %d\n", row->delay_ms);
	if (row->rate > 0)
		fprintf(f, "rate = %d\n", row->rate);
	if (fclose(f) == EOF) {
		free(text);
		return NULL;
	}
	return text;
}

/* Names go into shell lines and completions: no blank and nothing special. */
static int
check_name(
    const struct sx_config *f, const struct conf_section *s, struct sx_err *e)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	if (s->name[strspn(s->name, good)] != '\0' || s->name[0] == '-' ||
	    s->name[0] == '.')
		return conf_fail(f, s->line, e,
		    "a name is made of letters, digits, '-', '_' and '.', and "
		    "begins with none of the last two: '%s'",
		    s->name);
	for (size_t i = 0; i < f->nnames; i++)
		if (strcasecmp(f->names[i], s->name) == 0)
			return conf_fail(
			    f, s->line, e, "[%s] is there already", s->name);
	return 0;
}

static int
remember_name(struct sx_config *f, char *name, struct sx_err *e)
{
	char **names = realloc(f->names, (f->nnames + 1) * sizeof(*names));

	if (names == NULL)
		return sx_fail_memory(e);
	f->names = names;
	f->names[f->nnames++] = name;
	return 0;
}

static int
read_rate(const struct sx_config *f, const struct conf_section *s, long *rate,
    struct sx_err *e)
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
	if (check_name(f, &s, e) == -1 || conf_only(f, &s, keys, e) == -1 ||
	    conf_number(f, &s, "delay", 0, DELAY_MOST, &delay, e) == -1 ||
	    read_rate(f, &s, &rate, e) == -1)
		return -1;
	p = conf_find(&s, "port");
	device = conf_find(&s, "device");
	if (p == NULL)
		return conf_fail(f, s.line, e, "[%s] has no port", s.name);
	if (strcmp(p->value, "-") == 0)
		return conf_fail(
		    f, p->line, e, "standard input and output need no name");
	if (remember_name(f, s.name, e) == -1)
		return -1;
	*port = (struct sx_named_port){ .name = s.name,
		.port = p->value,
		.device = device != NULL ? device->value : NULL,
		.delay_ms = (int)delay,
		.rate = rate };
	return 1;
}
