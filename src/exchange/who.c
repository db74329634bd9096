/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/ask.h"
#include "sxlib/who.h"

#define FINISH_US 500000 /* extra time for a reply that has begun */

static int
who_add_reply(struct sx_talk *t, const struct sx_devices *user,
    const struct sx_message *m, struct sx_units *found)
{
	struct sx_unit *p = found->list;

	for (size_t i = 0; i < found->n; i++)
		if (p[i].len == m->len &&
		    memcmp(p[i].reply, m->data, m->len) == 0) {
			p[i].replies++;
			return 0;
		}
	p = reallocarray(p, found->n + 1, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(t->err);
	found->list = p;
	p[found->n] = (struct sx_unit){ .len = m->len, .replies = 1 };
	p[found->n].reply = malloc(m->len);
	if (p[found->n].reply == NULL)
		return sx_fail_memory(t->err);
	memcpy(p[found->n].reply, m->data, m->len);
	(void)sx_identity_decode(user, m->data, m->len, &p[found->n].id);
	found->n++;
	return 0;
}

static int
who_take(struct sx_talk *t, const struct sx_devices *user,
    const struct sx_message *m, const struct sx_came *came,
    struct sx_units *found)
{
	if (came->as == SX_CAME_ANSWER)
		return who_add_reply(t, user, m, found);
	if (came->as == SX_CAME_ECHO)
		found->echoes++;
	else
		found->others++;
	found->damaged += m->damage.kind != SX_DAMAGE_NONE;
	return 0;
}

int
sx_who_ask(struct sx_talk *t, const struct sx_devices *user, int64_t wait_us,
    struct sx_units *found)
{
	struct sx_target target = {
		.q = { .slot = -1, .len = SX_IDENTITY_REQUEST, .unit = -1 }
	};
	struct sx_asker a = { .targets = &target,
		.n = 1,
		.answers = SX_ANSWERS_WHO,
		.patience = wait_us,
		.going = wait_us + FINISH_US };
	const struct sx_message *m;
	struct sx_came came;
	int rc;

	*found = (struct sx_units){ 0 };
	memcpy(target.q.msg, sx_identity_request, SX_IDENTITY_REQUEST);
	sx_asker_begin(&a, sx_now().mono);
	while ((rc = sx_ask_next(t, &a, &m, &came)) == 1)
		if (who_take(t, user, m, &came, found) == -1) {
			rc = -1;
			break;
		}
	found->endless = a.why == SX_ASKER_ENDLESS;
	found->flood = found->endless || a.why == SX_ASKER_FLOOD;
	sx_asker_free(&a);
	return rc;
}

void
sx_units_free(struct sx_units *found)
{
	for (size_t i = 0; i < found->n; i++)
		free(found->list[i].reply);
	free(found->list);
	*found = (struct sx_units){ 0 };
}

char *
sx_unit_text(char *buf, size_t size, const struct sx_identity *id)
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
	snprintf(buf, size, "%s %s%s%s", maker, device,
	    id->version[0] != '\0' ? " version " : "", id->version);
	return buf;
}
