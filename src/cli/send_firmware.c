/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "send.h"
#include "sxlib/who.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

#define MOST_SAID 10 /* problems reported individually */

static const struct sx_firmware_facts *
firmware_os(const struct send *s)
{
	return sx_firmware_facts(s->upgrade.os);
}

static const char *
firmware_product(const struct send *s)
{
	return sx_firmware_unit_name(firmware_os(s));
}

int
upgrade_check(struct send *s)
{
	struct sx_upgrade *u = &s->upgrade;
	char text[SX_UPGRADE_PROBLEM_TEXT];
	struct sx_upgrade_problem problem;
	int rc;

	u->load = &s->list;
	while ((rc = sx_upgrade_check(u, &problem, &s->c->err)) == 1) {
		s->list.wrong++;
		if (u->problems <= MOST_SAID)
			warn(s->c, "%s: %s", sx_upgrade_path(u),
			    sx_upgrade_problem_text(text, &problem));
	}
	if (rc == -1 || u->os == NULL)
		return rc;
	if (u->problems > MOST_SAID)
		warn(s->c, "and %zu more", u->problems - MOST_SAID);
	return sx_upgrade_alone(u, &s->c->err);
}

static void
firmware_time_left(char *buf, size_t size, int64_t us)
{
	int64_t s = (us + 999999) / 1000000;

	if (s < 120)
		snprintf(buf, size, "%" PRId64 " s", s);
	else
		snprintf(buf, size, "%" PRId64 " min %02" PRId64 " s", s / 60,
		    s % 60);
}

void
upgrade_say(struct send *s)
{
	char text[256], takes[32];
	const struct sx_firmware_facts *f;

	if (s->upgrade.os == NULL)
		return;
	f = firmware_os(s);
	firmware_time_left(takes, sizeof(takes), s->out.left_us);
	say(s->c, "%s: %zu message%s, %" PRIu64 " bytes, %s",
	    sx_firmware_describe(text, sizeof(text), f), f->messages,
	    plural(f->messages), s->out.all, takes);
	if (f->unchecked != NULL)
		warn(s->c, "%s, so damage in the file would go unnoticed",
		    f->unchecked);
	else if (f->wrong == 0)
		say(s->c,
		    "checked: all packets, their order, checksums and the end "
		    "are correct (%s: by %s)",
		    sx_trust_text(f->trust), f->source);
	say(s->c, "pace: %s", f->unit->pace);
	say(s->c, "before: %s", f->unit->before);
	say(s->c, "meanwhile: %s", f->unit->during);
	say(s->c, "(%s: %s; see docs/os-upgrade.md for what can go wrong)",
	    f->unit->trust == SX_TRUST_NONE ? "unknown"
					    : sx_trust_text(f->unit->trust),
	    f->unit->source);
}

static int
firmware_judge(
    struct send *s, const struct sx_talk *t, const struct sx_units *found)
{
	const sx_maker_id maker = sx_upgrade_first(&s->upgrade)->facts.maker_id;
	struct sx_err *e = &s->c->err;
	char text[256];

	for (size_t i = 0; i < found->n; i++) {
		const struct sx_identity *id = &found->list[i].id;
		enum sx_upgrade_for is =
		    sx_upgrade_is_for(firmware_os(s), maker, id);

		warn(s->c, "%s answered on %s%s",
		    sx_unit_text(text, sizeof(text), id), t->port_name,
		    is == SX_FOR_OTHER ? ": a different product"
		    : is == SX_FOR_THIS
			? ": if this is the unit, it is not in the upgrade "
			  "mode of its start-up menu"
			: "");
	}
	if (found->n == 0)
		say(s->c,
		    "no device on %s identified itself (normal in upgrade "
		    "mode): make sure it is the %s",
		    t->port_name, firmware_product(s));
	if (sx_upgrade_fits(&s->upgrade, found, t->port_name, e) == 0)
		return 0;
	if (!s->list.force)
		return -1;
	*e = (struct sx_err){ 0 };
	warn(s->c, "sent anyway, because of --force");
	return 0;
}

/* Identify the devices on the port. A unit in upgrade mode does not answer; one
 * that does may be another device. */
static int
firmware_ask_port(struct send *s)
{
	struct sx_units found = { 0 };
	struct sx_talk t = { 0 };
	int rc;

	if (s->no_identify || opt_is_standard(s->port))
		return 0;
	rc = talk_open(&t, s->c, s->port);
	if (rc == 0) {
		progress(s->c, "identifying devices on %s", t.port_name);
		rc = sx_who_ask(&t, user_devices(s->c), SX_WHO_US, &found);
		progress(s->c, "%s", "");
		if (rc == 0)
			rc = firmware_judge(s, &t, &found);
	} else if (s->c->err.code == SX_EPORT) {
		/* The port may be output-only. If it does not exist, opening it
		 * again will show that. */
		say(s->c, "no identity request was sent: %s", s->c->err.msg);
		s->c->err = (struct sx_err){ 0 };
		rc = 0;
	}
	sx_units_free(&found);
	sx_talk_close(&t);
	return rc;
}

static bool
firmware_is_answer(char *line, const char *wanted)
{
	size_t n = strlen(line);

	while (n > 0 && isspace((unsigned char)line[n - 1]))
		line[--n] = '\0';
	while (isspace((unsigned char)*line))
		line++;
	return strcasecmp(line, wanted) == 0;
}

static int
firmware_ask_person(struct send *s)
{
	char line[256];

	warn(s->c,
	    "this replaces the operating system of the %s; when the unit is "
	    "ready, type %s and press Enter",
	    firmware_product(s), firmware_product(s));
	if (fgets(line, sizeof(line), stdin) != NULL &&
	    firmware_is_answer(line, firmware_product(s)))
		return 0;
	return sx_fail(&s->c->err, SX_EREFUSED, 0,
	    "refused: '%s' was not typed; nothing was sent",
	    firmware_product(s));
}

int
upgrade_confirm(struct send *s)
{
	bool asks = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);

	if (s->upgrade.os == NULL)
		return 0;
	if (!s->yes && !asks) {
		sx_fail(&s->c->err, SX_EREFUSED, 0,
		    "refused: an OS upgrade must be confirmed on a terminal; "
		    "nothing was sent");
		return sx_hint(
		    &s->c->err, "use --yes to skip the confirmation");
	}
	if (s->yes && firmware_os(s)->unchecked != NULL && !s->list.force) {
		sx_fail(&s->c->err, SX_EREFUSED, 0,
		    "refused: %s; nothing was sent", firmware_os(s)->unchecked);
		return sx_hint(&s->c->err,
		    "omit --yes and confirm on a terminal, or add --force");
	}
	if (firmware_ask_port(s) == -1)
		return -1;
	return s->yes ? 0 : firmware_ask_person(s);
}

void
upgrade_done(struct send *s)
{
	if (s->upgrade.os != NULL)
		say(s->c, "now: %s", firmware_os(s)->unit->after);
}

void
upgrade_stopped(struct send *s)
{
	warn(s->c, "%s", firmware_os(s)->unit->stopped);
}
