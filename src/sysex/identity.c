/* SPDX-License-Identifier: ISC */
/*
 * F0 7E unit 06 02 <maker> <family, low, high> <member> <version, 4 bytes> F7.
 * The version is 4 bytes by the specification, but more have been seen
 * (Novation Peak).
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/identity.h"

const uint8_t sx_identity_request[SX_IDENTITY_REQUEST] = { 0xf0, 0x7e, 0x7f,
	0x06, 0x01, 0xf7 };

#define HEAD	5 /* bytes before the maker's ID */
#define CODES	4 /* of family and member */
#define VERSION 4 /* at least */

/* What the bytes of a version mean. */
enum version {
	BYTES,
	TEXT,	   /* "1.24" */
	FIRST_DOT, /* "163 " is 1.63 */
	KORG,	   /* minor, major, 14 bits each */
};

#define ANY -1

struct row {
	sx_maker_id maker;
	unsigned family;
	int member; /* or ANY */
	const char *device;
	enum version version;
	enum sx_trust trust;
	const char *source;
};

#define PAIR(low, high) ((low) | (high) << 7)

static const struct row rows[] = {
	{ 0x3e, PAIR(0x13, 0x00), ANY, "Blofeld", TEXT, SX_TRUST_INFERRED,
	    "replies that users show" },
	{ 0x42, PAIR(0x51, 0x01), ANY, "minilogue xd", KORG,
	    SX_TRUST_DOCUMENTED, "minilogue xd MIDI implementation" },
	{ 0x42, PAIR(0x58, 0x00), PAIR(0x01, 0x00), "MS2000", KORG,
	    SX_TRUST_DOCUMENTED, "MS2000 MIDI implementation" },
	{ 0x42, PAIR(0x58, 0x00), PAIR(0x08, 0x00), "MS2000R", KORG,
	    SX_TRUST_DOCUMENTED, "MS2000 MIDI implementation" },
	{ 0x43, PAIR(0x00, 0x41), PAIR(0x53, 0x06), "reface DX", BYTES,
	    SX_TRUST_INFERRED, "replies that users show" },
	{ 0x43, PAIR(0x00, 0x41), PAIR(0x02, 0x55), "QY70", BYTES,
	    SX_TRUST_INFERRED, "replies that users show" },
	{ 0x002029, PAIR(0x7e, 0x00), PAIR(0x00, 0x00), "Peak", BYTES,
	    SX_TRUST_INFERRED, "replies that users show" },
	/* The family is the product byte of its dumps. */
	{ 0x00203c, PAIR(0x02, 0x00), ANY, "Machinedrum", FIRST_DOT,
	    SX_TRUST_INFERRED, "its operating system 1.63, read by others" },
};

static const struct row *
find_row(const struct sx_identity *id)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].maker == id->maker_id &&
		    rows[i].family == id->family &&
		    (rows[i].member == ANY ||
			(unsigned)rows[i].member == id->member))
			return &rows[i];
	return NULL;
}

static unsigned
pair(const uint8_t *p)
{
	return PAIR((unsigned)p[0], (unsigned)p[1]);
}

static bool
is_text(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isprint(p[i]))
			return false;
	return p[0] != ' ';
}

static void
read_version(
    struct sx_identity *id, enum version how, const uint8_t *p, size_t n)
{
	char *to = id->version;
	size_t size = sizeof(id->version), at = 0;

	if (how == KORG) {
		snprintf(to, size, "%u.%02u", pair(p + 2), pair(p));
	} else if ((how == TEXT || how == FIRST_DOT) && is_text(p, n)) {
		while (n > 0 && p[n - 1] == ' ')
			n--;
		snprintf(to, size, "%c%s%.*s", p[0],
		    how == FIRST_DOT ? "." : "", (int)(n - 1),
		    (const char *)p + 1);
	} else {
		for (size_t i = 0; i < n && at + 3 < size; i++)
			at += (size_t)snprintf(to + at, size - at, "%s%02X",
			    i > 0 ? " " : "", p[i]);
	}
}

bool
sx_identity_decode(const uint8_t *msg, size_t n, struct sx_identity *id)
{
	const struct sx_maker *maker;
	const struct row *row;
	size_t maker_len, at;

	*id = (struct sx_identity){ 0 };
	if (n < HEAD + 1 || msg[0] != 0xf0 || msg[1] != 0x7e ||
	    msg[3] != 0x06 || msg[4] != 0x02 || msg[n - 1] != 0xf7)
		return false;
	maker_len = msg[HEAD] == 0 ? 3 : 1;
	at = HEAD + maker_len;
	if (n < at + CODES + VERSION + 1)
		return false;
	/* As a message of this maker would begin. */
	id->maker_id = sx_maker_of(
	    (const uint8_t[]){ 0xf0, msg[HEAD], msg[HEAD + 1], msg[HEAD + 2] },
	    4, NULL);
	id->unit = msg[2];
	id->family = pair(msg + at);
	id->member = pair(msg + at + 2);
	maker = sx_maker_find(id->maker_id);
	if (maker != NULL)
		snprintf(id->maker, sizeof(id->maker), "%s", maker->brand);
	row = find_row(id);
	if (row != NULL) {
		snprintf(id->device, sizeof(id->device), "%s", row->device);
		id->trust = row->trust;
		id->source = row->source;
	}
	at += CODES;
	read_version(
	    id, row != NULL ? row->version : BYTES, msg + at, n - 1 - at);
	return true;
}
