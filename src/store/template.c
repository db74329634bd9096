/* SPDX-License-Identifier: ISC */
/* Parses a template into a list of items: literal text, keys, and the slashes
 * between components. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "name.h"
#include "sxlib/store.h"

static const struct {
	const char *name;
	enum sx_key key;
	bool number;
} keys[] = {
	{ "time", SX_KEY_TIME, false },
	{ "maker", SX_KEY_MAKER, false },
	{ "device", SX_KEY_DEVICE, false },
	{ "kind", SX_KEY_KIND, false },
	{ "slot", SX_KEY_SLOT, true },
	{ "unit", SX_KEY_UNIT, true },
	{ "name", SX_KEY_NAME, false },
	{ "label", SX_KEY_TEXT, false },
	{ "n", SX_KEY_N, true },
};

#define WIDTH_MAX 9

/* Parse the width after the ':'. Returns -1 if it is invalid. */
static int
parse_width(const char *p, size_t n)
{
	int width = 0;

	if (n == 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)p[i]))
			return -1;
		width = width * 10 + (p[i] - '0');
		if (width > WIDTH_MAX)
			return -1;
	}
	return width;
}

/* Parse the n bytes between the braces. */
static int
parse_key(const struct sx_template *t, struct sx_name_item *item, const char *p,
    size_t n, struct sx_err *e)
{
	const char *colon = memchr(p, ':', n);
	size_t name = colon != NULL ? (size_t)(colon - p) : n;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strlen(keys[i].name) != name ||
		    memcmp(keys[i].name, p, name) != 0)
			continue;
		*item = (struct sx_name_item){ .key = keys[i].key };
		if (item->key == SX_KEY_TEXT) {
			item->text = t->label;
			item->len = strlen(t->label);
		}
		if (colon == NULL)
			return 0;
		item->width = parse_width(colon + 1, n - name - 1);
		if (!keys[i].number)
			return sx_fail(e, SX_EUSAGE, 0,
			    "name template: {%s} has no width", keys[i].name);
		if (item->width == -1)
			return sx_fail(e, SX_EUSAGE, 0,
			    "name template: bad width '%.*s', at most %d",
			    (int)(n - name - 1), colon + 1, WIDTH_MAX);
		return 0;
	}
	sx_fail(
	    e, SX_EUSAGE, 0, "name template: unknown key {%.*s}", (int)name, p);
	return sx_hint(e, "keys: {time} {maker} {device} {kind} {slot} {unit} "
			  "{name} {label} {n}, with an optional width: {n:02}");
}

static int
template_parse(struct sx_template *t, struct sx_err *e)
{
	const char *p = t->text;
	struct sx_name_item *item;
	size_t n;

	while (*p != '\0') {
		item = &t->items[t->nitems++];
		if (*p == '/') {
			item->key = SX_KEY_SLASH;
			p++;
		} else if (*p == '{') {
			n = strcspn(p, "}");
			if (p[n] == '\0')
				return sx_fail(e, SX_EUSAGE, 0,
				    "name template: missing '}' in '%s'", p);
			if (parse_key(t, item, p + 1, n - 1, e) == -1)
				return -1;
			p += n + 1;
		} else {
			n = strcspn(p, "{/");
			*item = (struct sx_name_item){ .text = p, .len = n };
			p += n;
		}
	}
	return 0;
}

size_t
sx_template_component(const struct sx_template *t, size_t i)
{
	size_t n = 0;

	while (i + n < t->nitems && t->items[i + n].key != SX_KEY_SLASH)
		n++;
	return n;
}

size_t
sx_template_fixed(const struct sx_name_item *items, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (items[i].key == SX_KEY_TEXT)
			len += items[i].len;
		else if (items[i].key == SX_KEY_TIME)
			len += SX_TIME_NAME - 1;
		else if (items[i].key == SX_KEY_N)
			len += sizeof("9223372036854775807") - 1;
	}
	return len;
}

static int
check_component(const struct sx_name_item *items, size_t n, struct sx_err *e)
{
	const struct sx_name_item *it = items;

	if (n == 0)
		return sx_fail(e, SX_EUSAGE, 0,
		    "name template: empty name before or after a '/'");
	if (n == 1 && it->key == SX_KEY_TEXT && it->len <= 2 &&
	    strncmp(it->text, "..", it->len) == 0 && it->len > 0)
		return sx_fail(e, SX_EUSAGE, 0,
		    "name template: '.' and '..' are not allowed");
	if (sx_template_fixed(items, n) >= SX_STEM_MAX)
		return sx_fail(e, SX_EUSAGE, 0, "name template: too long");
	return 0;
}

static int
template_check(const struct sx_template *t, struct sx_err *e)
{
	const char *const texts[] = { t->text, t->label };

	if (t->nitems == 0)
		return sx_fail(e, SX_EUSAGE, 0, "name template: empty");
	if (t->text[0] == '/')
		return sx_fail(e, SX_EUSAGE, 0,
		    "name template: '%s' is absolute", t->text);
	if (strchr(t->label, '/') != NULL)
		return sx_fail(e, SX_EUSAGE, 0, "label: '/' is not allowed");
	for (size_t i = 0; i < 2; i++)
		for (const char *p = texts[i]; *p != '\0'; p++)
			if (iscntrl((unsigned char)*p))
				return sx_fail(e, SX_EUSAGE, 0,
				    "%s: control character",
				    i == 0 ? "name template" : "label");
	for (size_t i = 0, n; i <= t->nitems; i += n + 1) {
		n = sx_template_component(t, i);
		if (check_component(t->items + i, n, e) == -1)
			return -1;
	}
	return 0;
}

struct sx_template *
sx_template_new(const char *text, const char *label, struct sx_err *e)
{
	/* Each item takes at least one byte of the text. */
	size_t most = strlen(text);
	struct sx_template *t;

	t = calloc(1, sizeof(*t) + most * sizeof(t->items[0]));
	if (t == NULL || (t->text = strdup(text)) == NULL ||
	    (t->label = strdup(label != NULL ? label : "")) == NULL) {
		sx_fail_memory(e);
		sx_template_free(t);
		return NULL;
	}
	if (template_parse(t, e) == -1 || template_check(t, e) == -1) {
		sx_template_free(t);
		return NULL;
	}
	return t;
}

void
sx_template_free(struct sx_template *t)
{
	if (t == NULL)
		return;
	free(t->text);
	free(t->label);
	free(t);
}

bool
sx_template_numbered(const struct sx_template *t)
{
	for (size_t i = 0; i < t->nitems; i++)
		if (t->items[i].key == SX_KEY_N)
			return true;
	return false;
}
