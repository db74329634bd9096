/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "sxlib/maker.h"
#include "sxlib/record.h"
#include "sxlib/text.h"

char *
sx_time_text(char buf[SX_TIME_TEXT], int64_t wall)
{
	int64_t part = (wall % 1000000 + 1000000) % 1000000;
	time_t seconds = (time_t)((wall - part) / 1000000);
	struct tm tm;

	buf[0] = '\0';
	if (gmtime_r(&seconds, &tm) == NULL || tm.tm_year > 9999 - 1900 ||
	    tm.tm_year < -1900)
		return NULL;
	strftime(buf, SX_TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + strlen(buf), SX_TIME_TEXT - strlen(buf), ".%03dZ",
	    (int)(part / 1000));
	return buf;
}

static const char *
facts_present(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

static const char *
facts_number(char *buf, size_t size, int64_t value)
{
	if (value < 0)
		return NULL;
	snprintf(buf, size, "%" PRId64, value);
	return buf;
}

void
sx_record_facts(struct sx_fact list[SX_RECORD_FACTS], struct sx_fact_texts *t,
    const struct sx_record *r)
{
	static const struct sx_facts none = { .slot = -1, .unit = -1 };
	const struct sx_facts *f = r->facts != NULL ? r->facts : &none;
	const struct sx_fact all[SX_RECORD_FACTS] = {
		{ "file", r->file, false },
		{ "port", r->port, false },
		{ "time", r->time < 0 ? NULL : sx_time_text(t->time, r->time),
		    false },
		{ "offset",
		    facts_number(t->offset, sizeof(t->offset), r->offset),
		    true },
		{ "bytes",
		    facts_number(t->bytes, sizeof(t->bytes), (int64_t)r->bytes),
		    true },
		{ "messages",
		    facts_number(
			t->messages, sizeof(t->messages), (int64_t)r->messages),
		    true },
		{ "maker", facts_present(f->maker), false },
		{ "maker_id", f->maker_len > 0 ? t->maker_id : NULL, false },
		{ "device", facts_present(f->device), false },
		{ "kind", sx_kind_text(f->kind), false },
		{ "slot", facts_number(t->slot, sizeof(t->slot), f->slot),
		    true },
		{ "slot_text", facts_present(f->slot_text), false },
		{ "unit", facts_number(t->unit, sizeof(t->unit), f->unit),
		    true },
		{ "name", facts_present(f->name), false },
		{ "label", r->label, false },
		{ "checksum", sx_checksum_text(f->checksum), false },
		{ "trust", sx_trust_text(f->trust), false },
		{ "damaged", sx_damage_text(r->damage, t->damaged), false },
	};

	sx_maker_id_text(f->maker_id, t->maker_id);
	memcpy(list, all, sizeof(all));
}

struct sx_record
sx_record_of_message(const struct sx_message *m)
{
	return (struct sx_record){ .time = m->time.wall,
		.offset = -1,
		.bytes = m->len,
		.messages = 1,
		.facts = &m->facts,
		.damage = m->damage };
}

#define NAME_HEX "NAME_HEX"

/* Is it "SXLIB_KEY=..."? */
static bool
is_variable(const char *variable, const char *key)
{
	size_t n = strlen(key);

	return strncasecmp(variable + 6, key, n) == 0 && variable[6 + n] == '=';
}

bool
sx_record_is_env(const char *variable)
{
	static const struct sx_record none = { .time = -1, .offset = -1 };
	struct sx_fact list[SX_RECORD_FACTS];
	struct sx_fact_texts t;

	if (strncmp(variable, "SXLIB_", 6) != 0)
		return false;
	sx_record_facts(list, &t, &none);
	for (size_t i = 0; i < SX_RECORD_FACTS; i++)
		if (is_variable(variable, list[i].key))
			return true;
	return is_variable(variable, NAME_HEX);
}

/* Return "SXLIB_KEY=text", malloc'ed. Texts from an instrument are made as safe
 * as for a terminal; a path or port must be exact. */
static char *
variable_of(const struct sx_fact *fact)
{
	bool exact =
	    strcmp(fact->key, "file") == 0 || strcmp(fact->key, "port") == 0;
	size_t size = 4 * strlen(fact->text) + 1;
	char *safe = malloc(size), *text = NULL;

	if (safe != NULL &&
	    asprintf(&text, "SXLIB_%s=%s", fact->key,
		exact ? fact->text : sx_text_safe(safe, size, fact->text)) ==
		-1)
		text = NULL;
	free(safe);
	for (char *p = text; p != NULL && *p != '='; p++)
		*p = (char)toupper((unsigned char)*p);
	return text;
}

/* Return the name's exact bytes in hex, malloc'ed. */
static char *
name_hex(const char *name)
{
	static const char head[] = "SXLIB_" NAME_HEX "=";
	char *text = malloc(sizeof(head) + 2 * strlen(name)), *p;

	if (text == NULL)
		return NULL;
	p = stpcpy(text, head);
	for (; *name != '\0'; name++, p += 2)
		snprintf(p, 3, "%02x", (unsigned char)*name);
	return text;
}

char **
sx_record_env(const struct sx_record *r)
{
	struct sx_fact list[SX_RECORD_FACTS];
	struct sx_fact_texts t;
	char **env = calloc(SX_RECORD_FACTS + 2, sizeof(*env));
	/* Without facts (a file of many dumps), only file and port. */
	size_t known = r->facts != NULL ? SX_RECORD_FACTS : 2, n = 0;
	bool failed = false;

	if (env == NULL)
		return NULL;
	sx_record_facts(list, &t, r);
	for (size_t i = 0; !failed && i < known; i++)
		if (list[i].text != NULL)
			failed = (env[n++] = variable_of(&list[i])) == NULL;
	if (!failed && r->facts != NULL && r->facts->name[0] != '\0')
		failed = (env[n] = name_hex(r->facts->name)) == NULL;
	if (!failed)
		return env;
	sx_record_env_free(env);
	return NULL;
}

void
sx_record_env_free(char **env)
{
	for (char **p = env; p != NULL && *p != NULL; p++)
		free(*p);
	free(env);
}

/* Append ", TEXT" to buf, made safe. */
static void
facts_add(char *buf, size_t size, const char *text)
{
	char safe[256];
	size_t used = strlen(buf);

	snprintf(buf + used, size - used, "%s%s", used > 0 ? ", " : "",
	    sx_text_safe(safe, sizeof(safe), text));
}

static const char odd_length[] = "unexpected length for this format";

static const char *
facts_checksum(const struct sx_facts *f)
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

const char *
sx_item_spare(const struct sx_item *item)
{
	if (item->what == SX_STRAY_WRAPPING)
		return sx_stray_text(item->what);
	return item->padding ? "padding at the end" : NULL;
}

void
sx_item_remark(char *buf, size_t size, const struct sx_item *item)
{
	char damage[SX_DAMAGE_TEXT];
	const struct sx_facts *f = &item->facts;
	const char *spare = sx_item_spare(item);

	snprintf(buf, size, "%s", sx_trust_text(f->trust));
	if (item->stray)
		snprintf(buf, size, "%s",
		    spare != NULL ? spare : "outside any message");
	else if (sx_damage_text(item->damage, damage) != NULL)
		snprintf(buf, size, "DAMAGED: %s", damage);
	else if (f->danger != NULL)
		snprintf(buf, size, "%s; CAREFUL: %s", sx_trust_text(f->trust),
		    f->danger);
	else
		snprintf(buf, size, "%s%s%s%s%s", sx_trust_text(f->trust),
		    f->note != NULL ? "; " : "", f->note != NULL ? f->note : "",
		    f->odd_length ? "; " : "", f->odd_length ? odd_length : "");
}

char *
sx_facts_slot(char buf[SX_FACTS_SLOT], const struct sx_facts *f)
{
	buf[0] = '\0';
	if (f->slot_text[0] != '\0')
		memcpy(buf, f->slot_text, sizeof(f->slot_text));
	else if (f->slot >= 0)
		snprintf(buf, SX_FACTS_SLOT, "%ld", f->slot);
	return buf;
}

/* no_id: the text for a message without a manufacturer ID. */
static char *
describe_as(char *buf, size_t size, const struct sx_facts *f, const char *no_id)
{
	char text[256], id[SX_MAKER_ID_TEXT], slot[SX_FACTS_SLOT];

	buf[0] = '\0';
	if (f->maker[0] != '\0') {
		facts_add(buf, size, f->maker);
	} else if (f->maker_len == 0) {
		facts_add(buf, size, no_id);
	} else {
		snprintf(text, sizeof(text), "maker ID %s",
		    sx_maker_id_text(f->maker_id, id));
		facts_add(buf, size, text);
	}
	if (f->device[0] != '\0')
		facts_add(buf, size, f->device);
	sx_facts_slot(slot, f);
	snprintf(text, sizeof(text), "%s%s%s",
	    f->kind != SX_KIND_UNKNOWN ? sx_kind_text(f->kind) : "",
	    slot[0] != '\0' ? " " : "", slot);
	if (text[0] != '\0')
		facts_add(buf, size, text[0] == ' ' ? text + 1 : text);
	if (f->name[0] != '\0') {
		snprintf(text, sizeof(text), "\"%s\"", f->name);
		facts_add(buf, size, text);
	}
	return buf;
}

char *
sx_facts_text(char *buf, size_t size, const struct sx_facts *f)
{
	return describe_as(buf, size, f, "maker ID missing");
}

char *
sx_record_text(char *buf, size_t size, const struct sx_record *r)
{
	const struct sx_facts *f = r->facts;
	char text[256], damage[SX_DAMAGE_TEXT];

	describe_as(buf, size, f,
	    r->messages > 1 ? "no maker in common" : "maker ID missing");
	if (r->messages > 1) {
		snprintf(text, sizeof(text), "%zu messages", r->messages);
		facts_add(buf, size, text);
	}
	snprintf(text, sizeof(text), "%" PRIu64 " byte%s", r->bytes,
	    r->bytes == 1 ? "" : "s");
	facts_add(buf, size, text);
	if (sx_damage_text(r->damage, damage) != NULL) {
		snprintf(text, sizeof(text), "DAMAGED: %s", damage);
		facts_add(buf, size, text);
	} else {
		facts_add(buf, size, facts_checksum(f));
		if (f->odd_length && f->checksum != SX_CHECKSUM_BAD)
			facts_add(buf, size, "unexpected length");
	}
	if (f->trust == SX_TRUST_INFERRED)
		facts_add(buf, size, "inferred");
	else if (f->trust == SX_TRUST_USER)
		facts_add(buf, size, "from your own row");
	return buf;
}

struct sx_record
sx_record_of_dump(const struct sx_dump *d, const struct sx_stored *stored)
{
	return (struct sx_record){
		.file = stored != NULL ? stored->path : NULL,
		.time = d->time.wall,
		.offset = stored != NULL ? (int64_t)stored->offset : -1,
		.bytes = d->bytes,
		.messages = d->messages,
		.facts = &d->facts,
		.damage = d->damage,
	};
}

char *
sx_facts_maker(char buf[SX_FACTS_MAKER], const struct sx_facts *f)
{
	char id[SX_MAKER_ID_TEXT];

	snprintf(buf, SX_FACTS_MAKER, "%s", f->maker);
	if (f->maker[0] == '\0' && f->maker_len > 0)
		snprintf(buf, SX_FACTS_MAKER, "ID %s",
		    sx_maker_id_text(f->maker_id, id));
	return buf;
}
