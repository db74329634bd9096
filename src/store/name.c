/* SPDX-License-Identifier: ISC */
/*
 * File names made from a template. A component is built item by item.
 * Separators at the end of a literal are held back until text follows;
 * separators after an empty key are dropped if others, or nothing at all, come
 * before it.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "name.h"
#include "sxlib/store.h"

#define US_PER_S    1000000
#define LAST_SECOND 253402300799 /* of the year 9999 */

void
sx_time_name(int64_t wall, char buf[SX_TIME_NAME])
{
	int64_t s = wall / US_PER_S, ms = wall % US_PER_S / 1000;
	struct tm tm;
	time_t t;

	if (wall < 0)
		s = ms = 0;
	t = (time_t)(s > LAST_SECOND ? LAST_SECOND : s);
	gmtime_r(&t, &tm);
	(void)snprintf(buf, SX_TIME_NAME, "%04u%02u%02uT%02u%02u%02u.%03uZ",
	    (unsigned)(tm.tm_year + 1900) % 10000,
	    (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100,
	    (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100,
	    (unsigned)tm.tm_sec % 100, (unsigned)ms % 1000);
}

int64_t
sx_time_of(const struct timespec *t)
{
	int64_t s = t->tv_sec;

	if (s > LAST_SECOND)
		return (int64_t)(LAST_SECOND + 1) * US_PER_S;
	if (s < -LAST_SECOND)
		return (int64_t)-LAST_SECOND * US_PER_S;
	return s * US_PER_S + t->tv_nsec / 1000;
}

/* Read n digits and advance *text. Returns -1 if there are fewer. */
static int
name_digits(const char **text, int n)
{
	int v = 0;

	for (; n > 0; n--, (*text)++) {
		if (!isdigit((unsigned char)**text))
			return -1;
		v = v * 10 + (**text - '0');
	}
	return v;
}

int64_t
sx_time_parse(const char *text)
{
	const char *p = text;
	char again[SX_TIME_NAME];
	struct tm tm = { 0 };
	int64_t wall;
	int ms;

	tm.tm_year = name_digits(&p, 4) - 1900;
	tm.tm_mon = name_digits(&p, 2) - 1;
	tm.tm_mday = name_digits(&p, 2);
	if (*p++ != 'T')
		return -1;
	tm.tm_hour = name_digits(&p, 2);
	tm.tm_min = name_digits(&p, 2);
	tm.tm_sec = name_digits(&p, 2);
	if (*p++ != '.')
		return -1;
	ms = name_digits(&p, 3);
	if (ms < 0 || *p != 'Z')
		return -1;
	wall = (int64_t)timegm(&tm) * US_PER_S + ms * 1000;
	/* timegm() accepts the 31st of February: an invalid date comes back as
	 * another one. */
	sx_time_name(wall, again);
	return strncmp(text, again, SX_TIME_NAME - 1) == 0 ? wall : -1;
}

static bool
is_safe(char c)
{
	return c != '\0' &&
	       strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		      "0123456789-_.",
		   c) != NULL;
}

void
sx_name_safe(char *buf, size_t size, const char *text)
{
	size_t n = 0;

	if (size == 0)
		return;
	for (; *text != '\0' && n < size - 1; text++) {
		char c = '-';

		if (is_safe(*text))
			c = *text;
		if (c == '-' && (n == 0 || buf[n - 1] == '-'))
			continue;
		if (c == '.' && n == 0)
			continue;
		buf[n++] = c;
	}
	while (n > 0 && (buf[n - 1] == '-' || buf[n - 1] == '.'))
		n--;
	buf[n] = '\0';
}

bool
sx_name_separator(char c)
{
	return c == '-' || c == '_' || c == '.' || c == ' ';
}

/* DOS and Windows open a device under these names, whatever the suffix. */
static bool
is_dos_device(const char *name)
{
	static const char *const devices[] = { "CON", "PRN", "AUX", "NUL" };
	size_t n = strcspn(name, ".");

	if (n == 4 && name[3] >= '1' && name[3] <= '9')
		return strncasecmp(name, "COM", 3) == 0 ||
		       strncasecmp(name, "LPT", 3) == 0;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (n == 3 && strncasecmp(name, devices[i], n) == 0)
			return true;
	return false;
}

static bool
name_foreign(enum sx_key key)
{
	return key >= SX_KEY_SLOT;
}

struct builder {
	char name[SX_STEM_MAX + 1];
	size_t len;
	const char *pending; /* separators held back until text follows */
	size_t npending;
	bool left_out; /* a key was empty since the last text */
	bool foreign;  /* has text from an instrument */
	size_t room;   /* bytes left for such text */
};

static void
name_put(struct builder *b, const char *text, size_t n)
{
	if (n > SX_STEM_MAX - b->len)
		n = SX_STEM_MAX - b->len;
	memcpy(b->name + b->len, text, n);
	b->len += n;
}

static void
name_put_text(struct builder *b, const char *text, size_t n)
{
	name_put(b, b->pending, b->npending);
	name_put(b, text, n);
	b->npending = 0;
	b->left_out = false;
}

static void
name_put_literal(struct builder *b, const char *text, size_t n)
{
	size_t tail = 0;

	if (b->left_out && (b->len == 0 || b->npending > 0)) {
		for (; n > 0 && sx_name_separator(*text); n--)
			text++;
		if (n == 0)
			return;
	}
	while (tail < n && sx_name_separator(text[n - tail - 1]))
		tail++;
	if (n > tail)
		name_put_text(b, text, n - tail);
	b->pending = text + n - tail;
	b->npending = tail;
}

static void
put_value(struct builder *b, const struct sx_name_item *item, int64_t wall,
    const struct sx_facts *facts, long number)
{
	char text[SX_FACT_TEXT] = "", safe[SX_FACT_TEXT];
	const char *from = text;
	size_t n;

	if (item->key == SX_KEY_TIME)
		sx_time_name(wall, text);
	else if (item->key == SX_KEY_N)
		(void)snprintf(
		    text, sizeof(text), "%0*ld", item->width, number);
	else if (item->key == SX_KEY_MAKER)
		from = facts->maker;
	else if (item->key == SX_KEY_DEVICE)
		from = facts->device;
	else if (item->key == SX_KEY_NAME)
		from = facts->name;
	else if (item->key == SX_KEY_KIND && facts->kind != SX_KIND_UNKNOWN)
		from = sx_kind_text(facts->kind);
	else if (item->key == SX_KEY_SLOT && facts->slot_text[0] != '\0')
		from = facts->slot_text;
	else if (item->key == SX_KEY_SLOT && facts->slot >= 0)
		(void)snprintf(
		    text, sizeof(text), "%0*ld", item->width, facts->slot);
	else if (item->key == SX_KEY_UNIT && facts->unit >= 0)
		(void)snprintf(
		    text, sizeof(text), "%0*d", item->width, facts->unit);
	sx_name_safe(safe, sizeof(safe), from);
	if (item->key == SX_KEY_MAKER || item->key == SX_KEY_DEVICE)
		for (char *p = safe; *p != '\0'; p++)
			*p = (char)tolower((unsigned char)*p);
	n = strlen(safe);
	if (name_foreign(item->key)) {
		n = n < b->room ? n : b->room;
		b->room -= n;
		b->foreign = b->foreign || n > 0;
	}
	if (n > 0)
		name_put_text(b, safe, n);
	else
		b->left_out = true;
}

/* Change a name that no component may have. */
static void
make_safe(struct builder *b)
{
	static const char damaged[] = ".damaged";
	size_t n = sizeof(damaged) - 1;

	if (strspn(b->name, ".") == b->len) {
		b->len = 0;
		name_put(b, "unknown", 7);
	}
	/* Only sxlib may mark a file as damaged. */
	if (b->len >= n && strcasecmp(b->name + b->len - n, damaged) == 0)
		b->name[b->len - n] = '-';
	/* Not at the end, where a number may follow. */
	if (b->foreign && is_dos_device(b->name)) {
		memmove(b->name + 1, b->name, b->len);
		b->name[0] = '_';
		b->len++;
	}
	b->name[b->len] = '\0';
}

char *
sx_template_expand(const struct sx_template *t, int64_t wall,
    const struct sx_facts *facts, long n)
{
	char *path = NULL, *longer;

	for (size_t i = 0, items; i <= t->nitems; i += items + 1) {
		struct builder b = { .pending = "" };

		items = sx_template_component(t, i);
		b.room =
		    SX_STEM_MAX - 1 - sx_template_fixed(t->items + i, items);
		for (size_t k = i; k < i + items; k++) {
			const struct sx_name_item *item = &t->items[k];

			if (item->key == SX_KEY_TEXT && item->len > 0)
				name_put_literal(&b, item->text, item->len);
			else
				put_value(&b, item, wall, facts, n);
		}
		if (!b.left_out)
			name_put(&b, b.pending, b.npending);
		make_safe(&b);
		longer =
		    path != NULL ? sx_path_join(path, b.name) : strdup(b.name);
		free(path);
		path = longer;
		if (path == NULL)
			return NULL;
	}
	return path;
}

bool
sx_is_dump_name(const char *name)
{
	static const char *const suffixes[] = { ".syx", ".sysex", ".sds",
		".mid", ".midi", ".smf", ".kar", ".rmi" };

	if (name[0] == '.')
		return false;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (sx_path_has_suffix(name, suffixes[i]))
			return true;
	return false;
}

bool
sx_is_damaged_name(const char *path)
{
	return sx_path_has_suffix(path, ".damaged.syx") ||
	       sx_path_has_suffix(path, ".damaged.part");
}

int64_t
sx_time_typed(const char *text)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%SZ",
		"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d" };
	int64_t time = sx_time_parse(text), typed;
	const char *end;
	struct tm tm;
	int day;

	if (time != -1)
		return time;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		tm = (struct tm){ 0 };
		end = strptime(text, forms[i], &tm);
		if (end == NULL || *end != '\0')
			continue;
		day = tm.tm_mday;
		typed = (int64_t)timegm(&tm) * 1000000;
		/* timegm() turns the 31st of February into a day of March. */
		if (tm.tm_mday == day)
			return typed;
	}
	return INT64_MIN;
}
