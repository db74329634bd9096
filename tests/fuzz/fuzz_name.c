/* SPDX-License-Identifier: ISC */
/*
 * File names: for any template, label and text from an instrument, a path stays
 * in its folder and is safe on FAT. Input: the texts, each ending in a NUL.
 */
#include <limits.h>

#include "fuzz.h"
#include "sxlib/store.h"

#include "../../src/store/name.h"

static char *
next_text(const uint8_t **in, size_t *n)
{
	const uint8_t *nul = *n > 0 ? memchr(*in, '\0', *n) : NULL;
	size_t len = nul != NULL ? (size_t)(nul - *in) : *n;
	char *text = fuzz_string(*in, len);

	*in += len + (nul != NULL);
	*n -= len + (nul != NULL);
	return text;
}

static void
fill(char *to, size_t size, const char *text)
{
	size_t len = strlen(text) < size ? strlen(text) : size - 1;

	memcpy(to, text, len);
	to[len] = '\0';
}

static void
safe_component(const char *p, size_t n)
{
	MUST(n > 0 && n <= SX_STEM_MAX);
	MUST(!(n <= 2 && strncmp(p, "..", n) == 0));
	for (size_t i = 0; i < n; i++)
		MUST((unsigned char)p[i] >= 0x20 && p[i] != 0x7f);
}

static void
safe_path(const char *path)
{
	size_t n;

	for (;; path += n + 1) {
		n = strcspn(path, "/");
		safe_component(path, n);
		if (path[n] == '\0')
			return;
	}
}

/* Text from an instrument as a part of a name. */
static void
safe_text(const char *text)
{
	char buf[32];
	size_t n;

	memset(buf, 'x', sizeof(buf));
	sx_name_safe(buf, sizeof(buf), text);
	n = strlen(buf);
	MUST(n < sizeof(buf));
	MUST(strspn(buf, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			 "0123456789-_.") == n);
	MUST(n == 0 || (buf[0] != '-' && buf[0] != '.' && buf[n - 1] != '-' &&
			   buf[n - 1] != '.'));
}

static void
time_there_and_back(const char *text, int64_t wall)
{
	char name[SX_TIME_NAME], again[SX_TIME_NAME];
	int64_t t = sx_time_parse(text);

	if (t != -1) {
		sx_time_name(t, name);
		MUST(strncmp(name, text, SX_TIME_NAME - 1) == 0);
	}
	sx_time_name(wall, name);
	MUST(strlen(name) == SX_TIME_NAME - 1);
	t = sx_time_parse(name);
	MUST(t != -1);
	sx_time_name(t, again);
	MUST(strcmp(name, again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct sx_facts facts = { .slot = -1, .kind = SX_KIND_UNKNOWN };
	struct sx_template *t;
	struct sx_err e = { 0 };
	uint8_t how = fuzz_byte(&in, &n);
	int64_t wall = 0;
	long number;
	char *text[5], *path;

	for (int i = 0; i < 8; i++)
		wall = (int64_t)((uint64_t)wall << 8 | fuzz_byte(&in, &n));
	number = (long)(wall >> (how & 31));
	for (size_t i = 0; i < 5; i++)
		text[i] = next_text(&in, &n);
	fill(facts.maker, sizeof(facts.maker), text[2]);
	fill(facts.device, sizeof(facts.device), text[3]);
	fill(facts.name, sizeof(facts.name), text[4]);
	fill(facts.slot_text, sizeof(facts.slot_text), how & 64 ? text[4] : "");
	facts.kind = (enum sx_kind)(how % SX_KINDS);
	facts.slot = how & 32 ? number & LONG_MAX : -1;
	t = sx_template_new(text[0], how & 128 ? text[1] : NULL, &e);
	if (t != NULL) {
		(void)sx_template_numbered(t);
		path = sx_template_expand(t, wall, &facts, number & LONG_MAX);
		MUST(path != NULL && path[0] != '/');
		safe_path(path);
		free(path);
	} else {
		MUST(e.code == SX_EUSAGE && e.msg[0] != '\0');
	}
	sx_template_free(t);
	for (size_t i = 0; i < 5; i++) {
		safe_text(text[i]);
		time_there_and_back(text[i], wall);
		free(text[i]);
	}
	return 0;
}
