/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "sxlib/upgrade.h"

#define ELEKTRON 0x00203c

enum upgrade_step { STEP_BEGIN, STEP_MESSAGE, STEP_WHOLE, STEP_CHECKED };

const struct sx_outgoing *
sx_upgrade_first(const struct sx_upgrade *u)
{
	return &u->load->messages[u->load->firmware];
}

void
sx_upgrade_free(struct sx_upgrade *u)
{
	sx_firmware_free(u->os);
	u->os = NULL;
}

/* Check the next message of the file. Returns 1 if it is right, 0 and sets *p
 * if not, or -1 and sets e. */
static int
upgrade_add(
    struct sx_upgrade *u, struct sx_upgrade_problem *p, struct sx_err *e)
{
	const struct sx_outgoing *first = sx_upgrade_first(u);
	const struct sx_outgoing *m = &u->load->messages[u->next];
	int rc;

	if (u->next == u->load->nmessages) {
		u->step = STEP_WHOLE;
		return 1;
	}
	u->next++;
	if (m->file != first->file)
		return 1;
	rc = sx_firmware_add(u->os, m->data, m->len, &m->facts, &p->what, e);
	if (rc == 0) {
		p->packet = (size_t)(m - first) + 1;
		p->offset = m->offset + p->what.at;
	}
	return rc;
}

static int
upgrade_end(struct sx_upgrade *u, struct sx_upgrade_problem *p)
{
	int rc = sx_firmware_end(u->os, &p->what);

	u->step = STEP_CHECKED;
	p->packet = 0;
	/* It was in hex text that is sent as it is, not as messages. */
	if (!sx_firmware_facts(u->os)->is)
		sx_upgrade_free(u);
	return rc;
}

int
sx_upgrade_check(
    struct sx_upgrade *u, struct sx_upgrade_problem *p, struct sx_err *e)
{
	int rc = 1;

	if (u->step == STEP_BEGIN) {
		u->os = sx_firmware_new(e);
		if (u->os == NULL)
			return -1;
		u->step = STEP_MESSAGE;
	}
	while (rc == 1 && u->step != STEP_CHECKED)
		rc = u->step == STEP_MESSAGE ? upgrade_add(u, p, e)
					     : upgrade_end(u, p);
	if (rc == -1)
		return -1;
	u->problems += rc == 0;
	return rc == 0;
}

char *
sx_upgrade_problem_text(
    char buf[SX_UPGRADE_PROBLEM_TEXT], const struct sx_upgrade_problem *p)
{
	const struct sx_firmware_problem *w = &p->what;
	char where[64] = "";

	if (p->packet > 0)
		snprintf(where, sizeof(where),
		    "offset %" PRIu64 ": packet %zu: ", p->offset, p->packet);
	snprintf(buf, SX_UPGRADE_PROBLEM_TEXT, "%s%s%s%s%s%s", where, w->text,
	    w->expected[0] != '\0' ? ": expected " : "", w->expected,
	    w->found[0] != '\0' ? ", found " : "", w->found);
	return buf;
}

const char *
sx_upgrade_path(const struct sx_upgrade *u)
{
	return u->load->files[sx_upgrade_first(u)->file];
}

int
sx_upgrade_alone(const struct sx_upgrade *u, struct sx_err *e)
{
	if (u->load->nfiles == 1)
		return 0;
	sx_fail(e, SX_EREFUSED, 0,
	    "refused: '%s' contains an OS upgrade and must be sent alone; "
	    "nothing was sent",
	    sx_upgrade_path(u));
	return sx_hint(e, "send it without other files");
}

enum sx_upgrade_for
sx_upgrade_is_for(const struct sx_firmware_facts *os, sx_maker_id maker_id,
    const struct sx_identity *id)
{
	if (id->maker_id != maker_id)
		return SX_FOR_OTHER;
	if (id->device[0] != '\0' && os->device[0] != '\0')
		return strcasecmp(id->device, os->device) == 0 ? SX_FOR_THIS
							       : SX_FOR_OTHER;
	/* As far as known, the family of an Elektron is the product number in
	 * its messages. */
	if (id->maker_id == ELEKTRON && os->product != -1)
		return id->family == (unsigned)os->product ? SX_FOR_THIS
							   : SX_FOR_OTHER;
	return SX_FOR_UNKNOWN;
}

int
sx_upgrade_fits(const struct sx_upgrade *u, const struct sx_units *found,
    const char *port, struct sx_err *e)
{
	const char *product = sx_firmware_unit_name(sx_firmware_facts(u->os));
	const sx_maker_id maker = sx_upgrade_first(u)->facts.maker_id;
	size_t other = 0;

	for (size_t i = 0; i < found->n; i++)
		other += sx_upgrade_is_for(sx_firmware_facts(u->os), maker,
			     &found->list[i].id) == SX_FOR_OTHER;
	if (other == 0 || other < found->n)
		return 0;
	sx_fail(e, SX_EREFUSED, 0,
	    "refused: the file is for %s, but another product answered on %s; "
	    "nothing was sent",
	    product, port);
	return sx_hint(e,
	    "if the %s is on that line as well, disconnect the others; "
	    "--no-identify skips this check",
	    product);
}
