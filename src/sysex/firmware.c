/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware.h"

#define ELEKTRON   0x00203c
#define PRODUCT_AT 4

struct sx_firmware *
sx_firmware_new(struct sx_err *e)
{
	struct sx_firmware *f = calloc(1, sizeof(*f));

	if (f == NULL)
		sx_fail_memory(e);
	return f;
}

void
sx_firmware_free(struct sx_firmware *f)
{
	if (f == NULL)
		return;
	free(f->data);
	free(f);
}

const struct sx_firmware_facts *
sx_firmware_facts(const struct sx_firmware *f)
{
	return &f->facts;
}

const char *
sx_firmware_unit_name(const struct sx_firmware_facts *f)
{
	return f->device[0] != '\0' ? f->device : f->maker;
}

char *
sx_firmware_describe(char *buf, size_t size, const struct sx_firmware_facts *f)
{
	const bool build = f->build[0] != '\0';

	snprintf(buf, size, "%s%s%s OS%s%s%s%s%s", f->maker,
	    f->device[0] != '\0' ? " " : "", f->device,
	    f->version[0] != '\0' ? " " : "", f->version,
	    build ? " (build " : "", f->build, build ? ")" : "");
	return buf;
}

int
sx_firmware_wrong(struct sx_firmware_problem *p, size_t at, const char *text,
    const char *expected, const char *found)
{
	p->at = at;
	snprintf(p->text, sizeof(p->text), "%s", text);
	snprintf(p->expected, sizeof(p->expected), "%s",
	    expected != NULL ? expected : "");
	snprintf(p->found, sizeof(p->found), "%s", found != NULL ? found : "");
	return 0;
}

int
sx_firmware_differs(struct sx_firmware_problem *p, size_t at, const char *text,
    const char *format, unsigned long expected, unsigned long found)
{
	char want[sizeof(p->expected)], have[sizeof(p->found)];

	snprintf(want, sizeof(want), format, expected);
	snprintf(have, sizeof(have), format, found);
	return sx_firmware_wrong(p, at, text, want, have);
}

void
sx_firmware_append(struct sx_firmware *f, const uint8_t *p, size_t n)
{
	memcpy(f->data + f->len, p, n);
	f->len += n;
}

static int
make_room(struct sx_firmware *f, struct sx_err *e)
{
	size_t want = f->capacity > 0 ? f->capacity * 2 : 1u << 16;
	uint8_t *p;

	if (f->capacity - f->len >= SX_FIRMWARE_ROOM)
		return 0;
	p = realloc(f->data, want);
	if (p == NULL)
		return sx_fail_memory(e);
	f->data = p;
	f->capacity = want;
	return 0;
}

void
sx_firmware_text(char *buf, size_t size, const uint8_t *p, size_t n)
{
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\0'))
		n--;
	while (n > 0 && (*p == ' ' || *p == '\0')) {
		p++;
		n--;
	}
	for (size_t i = 0; i < n; i++)
		if (!isprint(p[i]))
			n = 0;
	snprintf(buf, size, "%.*s", (int)n, (const char *)p);
}

uint32_t
sx_firmware_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static void
firmware_set_layout(
    struct sx_firmware *f, const struct sx_firmware_layout *layout)
{
	f->layout = layout;
	f->facts.unchecked = NULL;
	f->facts.trust = layout->trust;
	f->facts.source = layout->source;
}

/* Guess by the form of a message, for products with an unknown layout. */
static void
guess_layout(struct sx_firmware *f, const uint8_t *msg, size_t n, bool first)
{
	static const struct sx_firmware_layout *const all[] = {
		&sx_firmware_ele3, &sx_firmware_machinedrum,
		&sx_firmware_octatrack
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (f->layout == NULL && all[i]->fits(msg, n, first))
			firmware_set_layout(f, all[i]);
}

static void
find_layout(struct sx_firmware *f, const uint8_t *msg, size_t n)
{
	const struct sx_firmware_product *row;

	f->facts.product = msg[PRODUCT_AT];
	f->facts.unit = &sx_firmware_elektron;
	row = sx_firmware_product(f->facts.product);
	if (row != NULL)
		f->facts.unit = row->unit;
	f->known = row != NULL && row->layout != NULL;
	if (f->known)
		firmware_set_layout(f, row->layout);
	else
		guess_layout(f, msg, n, true);
}

/* Begin with the first message of an operating system. */
static void
firmware_begin(struct sx_firmware *f, const uint8_t *msg, size_t n,
    const struct sx_facts *facts)
{
	f->facts = (struct sx_firmware_facts){
		.is = true,
		.product = -1,
		.wrong = f->facts.wrong,
		.unchecked = "its structure is unknown",
		.trust = SX_TRUST_NONE,
		.unit = &sx_firmware_other,
	};
	snprintf(f->facts.maker, sizeof(f->facts.maker), "%s", facts->maker);
	snprintf(f->facts.device, sizeof(f->facts.device), "%s", facts->device);
	if (facts->checksum == SX_CHECKSUM_NONE) {
		f->facts.unchecked = "its format has no checksum";
		f->facts.trust = facts->trust;
		f->facts.source = facts->source;
	}
	if (facts->maker_id == ELEKTRON && n > PRODUCT_AT + 1)
		find_layout(f, msg, n);
}

int
sx_firmware_add(struct sx_firmware *f, const uint8_t *msg, size_t n,
    const struct sx_facts *facts, struct sx_firmware_problem *p,
    struct sx_err *e)
{
	bool part = facts->kind == SX_KIND_FIRMWARE;
	struct sx_firmware_problem ignored;
	int rc = 1;

	if (!f->facts.is && !part) {
		f->foreign++;
		return 1;
	}
	if (make_room(f, e) == -1)
		return -1;
	if (!f->facts.is) {
		firmware_begin(f, msg, n, facts);
	} else if (!part || strcmp(facts->device, f->facts.device) != 0 ||
		   strcmp(facts->maker, f->facts.maker) != 0) {
		f->facts.wrong++;
		f->broken = true;
		return sx_firmware_wrong(p, 0,
		    "not part of this operating system", f->facts.device,
		    part ? facts->device : NULL);
	}
	if (f->facts.messages++ == 0 && f->foreign > 0) {
		rc = sx_firmware_wrong(p, 0,
		    "the data before it in the file is not part of this "
		    "operating system",
		    NULL, NULL);
		p = &ignored;
	}
	if (f->layout == NULL && f->facts.product != -1 && rc == 1) {
		guess_layout(f, msg, n, false);
		if (f->layout != NULL)
			rc = sx_firmware_wrong(p, 0,
			    "the messages before it have a different format",
			    NULL, NULL);
	} else if (msg[n - 1] != 0xf7) {
		rc = sx_firmware_wrong(p, n, "truncated", "F7", NULL);
	} else if (f->layout != NULL && f->layout->add(f, msg, n, p) == 0) {
		rc = 0;
	}
	f->facts.wrong += rc == 0;
	f->broken = f->broken || rc == 0;
	return rc;
}

int
sx_firmware_end(struct sx_firmware *f, struct sx_firmware_problem *p)
{
	int rc = 1;

	if (f->facts.is && f->layout != NULL)
		rc = f->layout->end(f, p);
	f->facts.bytes = f->len;
	f->facts.wrong += rc == 0;
	return rc;
}
