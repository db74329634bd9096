/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"

int
conf_fail(const struct sx_config *f, size_t line, struct sx_err *e,
    const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return sx_fail(e, SX_EDATA, 0, "%s:%zu: %s", f->path, line, text);
}

/* Strip the blanks at both ends. */
static char *
conf_trim(char *text)
{
	size_t n;

	text += strspn(text, " \t\r");
	n = strlen(text);
	while (n > 0 && strchr(" \t\r", text[n - 1]) != NULL)
		text[--n] = '\0';
	return text;
}

/* Cut off a comment at the end of a line. */
static char *
conf_cut_remark(char *line)
{
	for (char *p = line; (p = strchr(p, ';')) != NULL; p++)
		if (p > line && (p[-1] == ' ' || p[-1] == '\t')) {
			*p = '\0';
			return conf_trim(line);
		}
	return line;
}

/* Return the next line that is not empty or a comment, trimmed; NULL at the
 * end. */
static char *
conf_next_line(struct sx_config *f)
{
	char *line;

	while ((line = strsep(&f->next, "\n")) != NULL) {
		f->line++;
		line = conf_trim(line);
		if (f->remarks)
			line = conf_cut_remark(line);
		if (*line != '\0' && *line != '#' && *line != ';')
			return line;
	}
	return NULL;
}

static bool
conf_has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

static int
conf_read_name(
    struct sx_config *f, struct conf_section *s, char *line, struct sx_err *e)
{
	size_t n = strlen(line);

	s->line = f->line;
	if (n < 2 || line[n - 1] != ']')
		return conf_fail(
		    f, f->line, e, "%.80s: no ']': expected [NAME]", line);
	line[n - 1] = '\0';
	s->name = conf_trim(line + 1);
	if (s->name[0] == '\0')
		return conf_fail(f, f->line, e, "[]: no name: expected [NAME]");
	if (conf_has_control(s->name))
		return conf_fail(
		    f, f->line, e, "[NAME]: control character: expected text");
	return 0;
}

/* Split "key = value". */
static int
conf_split_pair(
    struct sx_config *f, char *line, struct conf_pair *p, struct sx_err *e)
{
	char *equals = strchr(line, '=');

	*p = (struct conf_pair){ .line = f->line };
	if (equals == NULL || equals == line)
		return conf_fail(
		    f, f->line, e, "not a key and value: expected KEY = VALUE");
	if (conf_has_control(line))
		return conf_fail(
		    f, f->line, e, "control character: expected text");
	*equals = '\0';
	p->key = conf_trim(line);
	p->value = conf_trim(equals + 1);
	if (p->value[0] == '\0')
		return conf_fail(f, f->line, e,
		    "%.80s: no value: expected KEY = VALUE", p->key);
	return 0;
}

static int
conf_read_pair(
    struct sx_config *f, struct conf_section *s, char *line, struct sx_err *e)
{
	struct conf_pair p;

	if (s->name == NULL)
		return conf_fail(f, f->line, e,
		    "no section yet: expected [NAME] before the first key");
	if (conf_split_pair(f, line, &p, e) == -1)
		return -1;
	if (conf_find(s, p.key) != NULL)
		return conf_fail(
		    f, f->line, e, "%.80s: duplicate key: expected one", p.key);
	if (s->npairs == CONF_PAIRS)
		return conf_fail(f, f->line, e, "%.80s: unknown key", p.key);
	s->pairs[s->npairs++] = p;
	return 0;
}

int
conf_next(struct sx_config *f, struct conf_section *s, struct sx_err *e)
{
	char *line = f->pending != NULL ? f->pending : conf_next_line(f);
	int rc = 0;

	*s = (struct conf_section){ 0 };
	f->pending = NULL;
	if (line == NULL)
		return 0;
	if (*line == '[') {
		rc = conf_read_name(f, s, line, e);
		line = conf_next_line(f);
	}
	/* Report the first error of a section, and skip the rest of it. */
	for (; line != NULL && *line != '['; line = conf_next_line(f))
		if (rc == 0)
			rc = conf_read_pair(f, s, line, e);
	f->pending = line;
	return rc == -1 ? -1 : 1;
}

int
conf_line(struct sx_config *f, const char *section, struct conf_pair *p,
    struct sx_err *e)
{
	struct conf_section s = { 0 };
	char *line = conf_next_line(f);

	for (; line != NULL && *line == '['; line = conf_next_line(f)) {
		if (conf_read_name(f, &s, line, e) == -1)
			return -1;
		if (f->inside || strcmp(s.name, section) != 0)
			return conf_fail(f, s.line, e,
			    "[%.80s]: expected one section, [%s]", s.name,
			    section);
		f->inside = true;
	}
	if (line == NULL)
		return 0;
	if (!f->inside)
		return conf_fail(f, f->line, e,
		    "no section yet: expected [%s] before the first line",
		    section);
	return conf_split_pair(f, line, p, e) == -1 ? -1 : 1;
}

bool
conf_peek(const struct sx_config *f, const char *begin)
{
	return f->pending != NULL &&
	       strncmp(f->pending, begin, strlen(begin)) == 0;
}

const struct conf_pair *
conf_find(const struct conf_section *s, const char *key)
{
	for (size_t i = 0; i < s->npairs; i++)
		if (strcmp(s->pairs[i].key, key) == 0)
			return &s->pairs[i];
	return NULL;
}

int
conf_only(const struct sx_config *f, const struct conf_section *s,
    const char *const *keys, struct sx_err *e)
{
	for (size_t i = 0; i < s->npairs; i++) {
		const struct conf_pair *p = &s->pairs[i];
		size_t k = 0;

		while (keys[k] != NULL && strcmp(keys[k], p->key) != 0)
			k++;
		if (keys[k] == NULL)
			return conf_fail(
			    f, p->line, e, "%.80s: unknown key", p->key);
	}
	return 0;
}

int
conf_number(const struct sx_config *f, const struct conf_section *s,
    const char *key, long least, long most, long *value, struct sx_err *e)
{
	const struct conf_pair *p = conf_find(s, key);
	long number;
	char *end;

	if (p == NULL)
		return 0;
	errno = 0;
	number = strtol(p->value, &end, 10);
	if (errno != 0 || *end != '\0' || number < least || number > most)
		return conf_fail(f, p->line, e,
		    "%s: '%.80s' is not in range: expected a whole number from "
		    "%ld to %ld",
		    key, p->value, least, most);
	*value = number;
	return 0;
}
