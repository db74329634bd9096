/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cli.h"

/* One key of the contract, as text. */
struct fact {
	const char *key;
	const char *text; /* NULL: absent */
	bool number;	  /* not quoted in JSON */
};

/* Storage behind the texts of facts(). */
struct texts {
	char time[TIME_TEXT];
	char offset[24], bytes[24], messages[24], slot[24];
	char maker_id[SX_MAKER_ID_TEXT];
	char damaged[SX_DAMAGE_TEXT];
};

char *
time_text(char buf[TIME_TEXT], int64_t wall)
{
	time_t seconds = (time_t)(wall / 1000000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	/* 20 bytes up to the seconds: years beyond 9999 are cut. */
	if (strftime(buf, TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		buf[0] = '\0';
	snprintf(buf + strlen(buf), TIME_TEXT - strlen(buf), ".%03dZ",
	    (int)(wall % 1000000 / 1000));
	return buf;
}

const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static const char *
present(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

static const char *
number(char *buf, size_t size, int64_t value)
{
	if (value < 0)
		return NULL;
	snprintf(buf, size, "%" PRId64, value);
	return buf;
}

static void
facts(struct fact list[FACTS], struct texts *t, const struct record *r)
{
	static const struct sx_facts none = { .slot = -1 };
	const struct sx_facts *f = r->facts != NULL ? r->facts : &none;
	const struct fact all[FACTS] = {
		{ "file", r->file, false },
		{ "port", r->port, false },
		{ "time", r->time < 0 ? NULL : time_text(t->time, r->time),
		    false },
		{ "offset", number(t->offset, sizeof(t->offset), r->offset),
		    true },
		{ "bytes",
		    number(t->bytes, sizeof(t->bytes), (int64_t)r->bytes),
		    true },
		{ "messages",
		    number(
			t->messages, sizeof(t->messages), (int64_t)r->messages),
		    true },
		{ "maker", present(f->maker), false },
		{ "maker_id", f->maker_len > 0 ? t->maker_id : NULL, false },
		{ "device", present(f->device), false },
		{ "kind", sx_kind_text(f->kind), false },
		{ "slot", number(t->slot, sizeof(t->slot), f->slot), true },
		{ "slot_text", present(f->slot_text), false },
		{ "name", present(f->name), false },
		{ "label", r->label, false },
		{ "checksum", sx_checksum_text(f->checksum), false },
		{ "trust", sx_trust_text(f->trust), false },
		{ "damaged", sx_damage_text(r->damage, t->damaged), false },
	};

	sx_maker_id_text(f->maker_id, t->maker_id);
	memcpy(list, all, sizeof(all));
}

struct record
message_record(const struct sx_message *m)
{
	return (struct record){ .time = m->time.wall,
		.offset = -1,
		.bytes = m->len,
		.messages = 1,
		.facts = &m->facts,
		.damage = m->damage };
}

void
print_json_text(FILE *f, const char *text)
{
	const char *p = text;
	size_t n;

	if (text == NULL) {
		fputs("null", f);
		return;
	}
	putc('"', f);
	while (*p != '\0') {
		unsigned char b = (unsigned char)*p;

		n = utf8_length(p);
		if (n == 0)
			fprintf(f, "\\udc%02x", b);
		else if (b == '"' || b == '\\')
			fprintf(f, "\\%c", b);
		else if (b < 0x20 || b == 0x7f)
			fprintf(f, "\\u%04x", b);
		else if (b == 0xc2 && (unsigned char)p[1] < 0xa0)
			/* C1: an escape sequence in one character */
			fprintf(f, "\\u%04x", (unsigned char)p[1]);
		else
			fwrite(p, 1, n, f);
		p += n > 0 ? n : 1;
	}
	putc('"', f);
}

void
print_json_facts(FILE *f, const struct record *r)
{
	struct fact list[FACTS];
	struct texts t;

	facts(list, &t, r);
	for (size_t i = 0; i < FACTS; i++) {
		fprintf(f, "%s\"%s\": ", i == 0 ? "{" : ", ", list[i].key);
		if (list[i].number && list[i].text != NULL)
			fputs(list[i].text, f);
		else
			print_json_text(f, list[i].text);
	}
}

void
print_json(FILE *f, const struct record *r)
{
	print_json_facts(f, r);
	fputs("}\n", f);
}

void
print_json_stray(FILE *f, const char *path, uint64_t offset, uint64_t bytes)
{
	fputs("{\"file\": ", f);
	print_json_text(f, path);
	fprintf(f,
	    ", \"offset\": %" PRIu64 ", \"bytes\": %" PRIu64
	    ", \"stray\": true",
	    offset, bytes);
}

bool
names_fact(const char *variable)
{
	static const struct record none = { .time = -1, .offset = -1 };
	struct fact list[FACTS];
	struct texts t;

	if (strncmp(variable, "SXLIB_", 6) != 0)
		return false;
	facts(list, &t, &none);
	for (size_t i = 0; i < FACTS; i++) {
		size_t n = strlen(list[i].key);

		if (strncasecmp(variable + 6, list[i].key, n) == 0 &&
		    variable[6 + n] == '=')
			return true;
	}
	return false;
}

char **
facts_env(const struct record *r)
{
	struct fact list[FACTS];
	struct texts t;
	char **env = calloc(FACTS + 1, sizeof(*env));
	/* Of a file of many dumps there are only the first two. */
	size_t known = r->facts != NULL ? FACTS : 2, n = 0;

	if (env == NULL)
		return NULL;
	facts(list, &t, r);
	for (size_t i = 0; i < known; i++) {
		if (list[i].text == NULL)
			continue;
		if (asprintf(&env[n], "SXLIB_%s=%s", list[i].key,
			list[i].text) == -1) {
			env[n] = NULL;
			free_env(env);
			return NULL;
		}
		for (char *p = env[n]; *p != '='; p++)
			*p = (char)toupper((unsigned char)*p);
		n++;
	}
	return env;
}

void
free_env(char **env)
{
	for (char **p = env; p != NULL && *p != NULL; p++)
		free(*p);
	free(env);
}

/* Add ", TEXT" to buf; text is from elsewhere. */
static void
add(char *buf, size_t size, const char *text)
{
	char safe[256];
	size_t used = strlen(buf);

	snprintf(buf + used, size - used, "%s%s", used > 0 ? ", " : "",
	    safe_text(safe, sizeof(safe), text));
}

static const char *
checksum_words(const struct sx_facts *f)
{
	switch (f->checksum) {
	case SX_CHECKSUM_NONE:
		return "no checksum in this format";
	case SX_CHECKSUM_OK:
		return "checksum ok";
	case SX_CHECKSUM_BAD:
		return "CHECKSUM OR LENGTH WRONG";
	case SX_CHECKSUM_UNKNOWN:
		break;
	}
	return "checksum rule not known";
}

char *
slot_text(char buf[SLOT_TEXT], const struct sx_facts *f)
{
	buf[0] = '\0';
	if (f->slot_text[0] != '\0')
		snprintf(buf, SLOT_TEXT, "%s", f->slot_text);
	else if (f->slot >= 0)
		snprintf(buf, SLOT_TEXT, "%ld", f->slot);
	return buf;
}

/* no_id: what is said where there is no maker's ID. */
static char *
describe_as(char *buf, size_t size, const struct sx_facts *f, const char *no_id)
{
	char text[256], id[SX_MAKER_ID_TEXT], slot[SLOT_TEXT];

	buf[0] = '\0';
	if (f->maker[0] != '\0') {
		add(buf, size, f->maker);
	} else if (f->maker_len == 0) {
		add(buf, size, no_id);
	} else {
		snprintf(text, sizeof(text), "maker ID %s",
		    sx_maker_id_text(f->maker_id, id));
		add(buf, size, text);
	}
	if (f->device[0] != '\0')
		add(buf, size, f->device);
	slot_text(slot, f);
	snprintf(text, sizeof(text), "%s%s%s",
	    f->kind != SX_KIND_UNKNOWN ? sx_kind_text(f->kind) : "",
	    slot[0] != '\0' ? " " : "", slot);
	if (text[0] != '\0')
		add(buf, size, text[0] == ' ' ? text + 1 : text);
	if (f->name[0] != '\0') {
		snprintf(text, sizeof(text), "\"%s\"", f->name);
		add(buf, size, text);
	}
	return buf;
}

char *
describe_facts(char *buf, size_t size, const struct sx_facts *f)
{
	return describe_as(buf, size, f, "maker ID missing");
}

char *
describe(char *buf, size_t size, const struct record *r)
{
	const struct sx_facts *f = r->facts;
	char text[256], damage[SX_DAMAGE_TEXT];

	describe_as(buf, size, f,
	    r->messages > 1 ? "no maker in common" : "maker ID missing");
	if (r->messages > 1) {
		snprintf(text, sizeof(text), "%zu messages", r->messages);
		add(buf, size, text);
	}
	snprintf(text, sizeof(text), "%" PRIu64 " byte%s", r->bytes,
	    plural(r->bytes));
	add(buf, size, text);
	if (sx_damage_text(r->damage, damage) != NULL) {
		snprintf(text, sizeof(text), "DAMAGED: %s", damage);
		add(buf, size, text);
	} else {
		add(buf, size, checksum_words(f));
	}
	if (f->trust == SX_TRUST_INFERRED)
		add(buf, size, "inferred");
	else if (f->trust == SX_TRUST_USER)
		add(buf, size, "by your own row");
	return buf;
}
