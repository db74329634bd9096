/* SPDX-License-Identifier: ISC */
/*
 * F0 7E unit 06 02 <maker> <family, low, high> <member> <version, 4 bytes> F7.
 * The version is 4 bytes by the specification, but more have been seen
 * (Novation Peak), and fewer (Sequential); and a reply without the unit
 * (Waldorf XT).
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/identity.h"
#include "sxlib/instrument.h"

const uint8_t sx_identity_request[SX_IDENTITY_REQUEST] = { 0xf0, 0x7e, 0x7f,
	0x06, 0x01, 0xf7 };

#define CODES  4 /* bytes of family and member */
#define NOBODY 0x7f

#define PAIR(low, high) ((low) | (high) << 7)

static bool
identity_find_row(const struct sx_devices *user, struct sx_identity *id,
    struct sx_identity_row *r)
{
	struct sx_instrument in;

	for (size_t i = 0; sx_instrument(user, i, &in); i++)
		for (size_t k = 0; k < in.nidentities; k++) {
			sx_instrument_identity(&in, k, r);
			if (r->maker == id->maker_id &&
			    r->family == id->family &&
			    (r->member < 0 ||
				(unsigned)r->member == id->member)) {
				id->instrument = in.row.device;
				return true;
			}
		}
	return false;
}

static unsigned
identity_pair(const uint8_t *p)
{
	return PAIR((unsigned)p[0], (unsigned)p[1]);
}

static bool
identity_is_text(const uint8_t *p, size_t n)
{
	if (n == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isprint(p[i]))
			return false;
	return p[0] != ' ';
}

static void
read_version(
    struct sx_identity *id, enum sx_version how, const uint8_t *p, size_t n)
{
	char *to = id->version;
	size_t size = sizeof(id->version), at = 0;

	if (how == SX_VERSION_KORG && n >= 4) {
		snprintf(to, size, "%u.%02u", identity_pair(p + 2),
		    identity_pair(p));
	} else if ((how == SX_VERSION_TEXT || how == SX_VERSION_FIRST_DOT) &&
		   identity_is_text(p, n)) {
		while (n > 0 && p[n - 1] == ' ')
			n--;
		snprintf(to, size, "%c%s%.*s", p[0],
		    how == SX_VERSION_FIRST_DOT ? "." : "", (int)(n - 1),
		    (const char *)p + 1);
	} else {
		for (size_t i = 0; i < n && at + 3 < size; i++)
			at += (size_t)snprintf(to + at, size - at, "%s%02X",
			    i > 0 ? " " : "", p[i]);
	}
}

/* Return the offset of the manufacturer ID, after 06 02; 0 if it is not a
 * reply. */
static size_t
maker_at(const uint8_t *msg, size_t n)
{
	if (n < 6 || msg[0] != 0xf0 || msg[1] != 0x7e || msg[n - 1] != 0xf7)
		return 0;
	if (msg[3] == 0x06 && msg[4] == 0x02)
		return 5;
	/* A longer one is a packet of a sample, to unit 6. */
	return msg[2] == 0x06 && msg[3] == 0x02 && n < SX_TRIAGE_BYTES ? 4 : 0;
}

bool
sx_identity_decode(const struct sx_devices *user, const uint8_t *msg, size_t n,
    struct sx_identity *id)
{
	const struct sx_maker *maker;
	struct sx_identity_row row;
	bool known;
	size_t head = maker_at(msg, n), at;

	*id = (struct sx_identity){ 0 };
	if (head == 0)
		return false;
	at = head + (msg[head] == 0 ? 3 : 1);
	if (n < at + CODES + 1)
		return false;
	/* As a message of this maker would begin. */
	id->maker_id = sx_maker_of(
	    (const uint8_t[]){ 0xf0, msg[head], msg[head + 1], msg[head + 2] },
	    4, NULL);
	id->unit = head == 5 ? msg[2] : NOBODY;
	id->family = identity_pair(msg + at);
	id->member = identity_pair(msg + at + 2);
	maker = sx_maker_find(id->maker_id);
	if (maker != NULL)
		snprintf(id->maker, sizeof(id->maker), "%s", maker->brand);
	known = identity_find_row(user, id, &row);
	if (known) {
		snprintf(id->device, sizeof(id->device), "%s", row.device);
		id->trust = (enum sx_trust)row.trust;
		id->source = row.source;
	}
	at += CODES;
	read_version(id,
	    known ? (enum sx_version)row.version : SX_VERSION_BYTES, msg + at,
	    n - 1 - at);
	return true;
}
