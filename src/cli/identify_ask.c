/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "identify.h"

#define SHORT	   64	  /* bytes: no reply is as long */
#define FINISH_US  100000 /* for a reply that has begun to arrive */
#define EXTENSIONS 5

static int
add_reply(struct cli *c, struct instruments *found,
    const struct sx_identity *id, const struct sx_message *m)
{
	struct instrument *p = found->list;

	for (size_t i = 0; i < found->n; i++)
		if (p[i].len == m->len &&
		    memcmp(p[i].reply, m->data, m->len) == 0) {
			p[i].replies++;
			return 0;
		}
	p = reallocarray(p, found->n + 1, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(&c->err);
	found->list = p;
	p[found->n] =
	    (struct instrument){ .id = *id, .len = m->len, .replies = 1 };
	p[found->n].reply = malloc(m->len);
	if (p[found->n].reply == NULL)
		return sx_fail_memory(&c->err);
	memcpy(p[found->n++].reply, m->data, m->len);
	return 0;
}

/* 1: it is a reply; 0: something else; -1. */
static int
take(struct cli *c, struct instruments *found, const struct sx_message *m)
{
	struct sx_identity id;

	if (m->damage.kind == SX_DAMAGE_NONE &&
	    sx_identity_decode(m->data, m->len, &id))
		return add_reply(c, found, &id, m) == -1 ? -1 : 1;
	if (m->len == SX_IDENTITY_REQUEST &&
	    memcmp(m->data, sx_identity_request, m->len) == 0)
		found->echoes++;
	else
		found->others++;
	found->damaged += m->damage.kind != SX_DAMAGE_NONE;
	return 0;
}

int
identify_ask(struct talk *t, int64_t wait_us, struct instruments *found)
{
	const struct sx_message *m;
	const struct sx_facts *facts;
	size_t coming;
	int64_t until;
	int rc, extensions = 0;

	*found = (struct instruments){ 0 };
	if (talk_send(t, sx_identity_request, SX_IDENTITY_REQUEST,
		MIDI_IO_DIN_RATE, 0) == -1)
		return -1;
	until = sx_now().mono + wait_us;
	for (;;) {
		rc = talk_next(t, until, &m);
		if (rc == 0) {
			coming =
			    sx_session_incoming(t->session, t->port, &facts);
			if (coming > 0 && coming <= SHORT &&
			    ++extensions <= EXTENSIONS) {
				until = sx_now().mono + FINISH_US;
				continue;
			}
			/* What has begun and goes no further. */
			found->others += coming > 0;
			found->damaged += coming > 0;
			return 0;
		}
		if (rc == 1)
			rc = take(t->c, found, m);
		if (rc == -1)
			return -1;
		if (rc == 1)
			until = sx_now().mono + wait_us;
	}
}

void
instruments_free(struct instruments *found)
{
	for (size_t i = 0; i < found->n; i++)
		free(found->list[i].reply);
	free(found->list);
	*found = (struct instruments){ 0 };
}

char *
instrument_text(char *buf, size_t size, const struct sx_identity *id)
{
	char maker[SX_FACT_TEXT + 4], device[64], text[SX_MAKER_ID_TEXT];

	snprintf(maker, sizeof(maker), "%s", id->maker);
	if (id->maker[0] == '\0')
		snprintf(maker, sizeof(maker), "maker ID %s",
		    sx_maker_id_text(id->maker_id, text));
	snprintf(device, sizeof(device), "%s", id->device);
	if (id->device[0] == '\0')
		snprintf(device, sizeof(device),
		    "family %02X %02X, member %02X %02X,", id->family & 0x7f,
		    id->family >> 7, id->member & 0x7f, id->member >> 7);
	snprintf(buf, size, "%s %s version %s", maker, device, id->version);
	return buf;
}
