/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "identify.h"
#include "send_firmware.h"

#define ELEKTRON  0x00203c
#define MOST_SAID 10 /* problems, one by one */

static const struct sx_firmware_facts *
os(const struct send *s)
{
	return sx_firmware_facts(s->os);
}

static const struct outgoing_message *
first(const struct send *s)
{
	return &s->list.messages[s->list.firmware];
}

/* "Elektron Octatrack OS 1.40C (build 0178)" */
static const char *
os_text(const struct send *s, char *buf, size_t size)
{
	const struct sx_firmware_facts *f = os(s);
	bool build = f->build[0] != '\0';

	snprintf(buf, size, "%s%s%s OS%s%s%s%s%s", f->maker,
	    f->device[0] != '\0' ? " " : "", f->device,
	    f->version[0] != '\0' ? " " : "", f->version,
	    build ? " (build " : "", f->build, build ? ")" : "");
	return buf;
}

static const char *
product(const struct send *s)
{
	return os(s)->device[0] != '\0' ? os(s)->device : os(s)->maker;
}

static void
complain(struct send *s, const struct outgoing_message *m,
    const struct sx_firmware_problem *p)
{
	char where[128] = "";

	s->list.wrong++;
	if (++s->os_problems > MOST_SAID)
		return;
	if (m != NULL)
		snprintf(where, sizeof(where),
		    "offset %" PRIu64 ": packet %zu: ", m->offset + p->at,
		    (size_t)(m - first(s)) + 1);
	warn(s->c, "%s: %s%s%s%s%s%s", s->list.files[first(s)->file], where,
	    p->text, p->expected[0] != '\0' ? ": expected " : "", p->expected,
	    p->found[0] != '\0' ? ", found " : "", p->found);
}

/* Messages of the file in which the first is. */
static int
check_messages(struct send *s)
{
	const struct outgoing_message *m = s->list.messages;
	struct sx_firmware_problem problem;
	size_t file = first(s)->file;
	int rc;

	for (size_t i = 0; i < s->list.nmessages; i++) {
		if (m[i].file != file)
			continue;
		rc = sx_firmware_add(s->os, m[i].data, m[i].len, &m[i].facts,
		    &problem, &s->c->err);
		if (rc == -1)
			return -1;
		if (rc == 0)
			complain(s, &m[i], &problem);
	}
	if (sx_firmware_end(s->os, &problem) == 0)
		complain(s, NULL, &problem);
	return 0;
}

int
upgrade_check(struct send *s)
{

	s->os = sx_firmware_new(&s->c->err);
	if (s->os == NULL || check_messages(s) == -1)
		return -1;
	if (!os(s)->is) {
		/* It was in hex text that goes out as no message at all. */
		sx_firmware_free(s->os);
		s->os = NULL;
		return 0;
	}
	if (s->os_problems > MOST_SAID)
		warn(s->c, "and %zu more", s->os_problems - MOST_SAID);
	if (s->list.nfiles == 1)
		return 0;
	sx_fail(&s->c->err, SX_EREFUSED, 0,
	    "refused: '%s' holds an OS upgrade, and other files are to be sent "
	    "too; nothing was sent",
	    s->list.files[first(s)->file]);
	return sx_hint(&s->c->err, "send it alone");
}

static void
time_left(char *buf, size_t size, int64_t us)
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

	if (s->os == NULL)
		return;
	f = os(s);
	time_left(takes, sizeof(takes), s->left_us);
	say(s->c, "%s: %zu message%s, %" PRIu64 " bytes, %s",
	    os_text(s, text, sizeof(text)), f->messages, plural(f->messages),
	    s->bytes_all, takes);
	if (f->unchecked != NULL)
		warn(s->c, "%s, so that damage in the file could not be seen",
		    f->unchecked);
	else if (f->wrong == 0)
		say(s->c,
		    "checked: each packet, their order, the sums and the end "
		    "are right (%s: by %s)",
		    sx_trust_text(f->trust), f->source);
	say(s->c, "pace: %s", f->unit->pace);
	say(s->c, "before: %s", f->unit->before);
	say(s->c, "meanwhile: %s", f->unit->during);
	say(s->c, "(%s: %s; docs/os-upgrade.md says what can go wrong)",
	    f->unit->trust == SX_TRUST_NONE ? "not known"
					    : sx_trust_text(f->unit->trust),
	    f->unit->source);
}

/* Is it the product that the file is for? 1: yes, 0: that is not known, -1: it
 * is another. */
static int
is_product(const struct send *s, const struct sx_identity *id)
{
	if (id->maker_id != first(s)->facts.maker_id)
		return -1;
	if (id->device[0] != '\0' && os(s)->device[0] != '\0')
		return strcasecmp(id->device, os(s)->device) == 0 ? 1 : -1;
	/* As far as it is known, an Elektron's family is the number that its
	 * messages have. */
	if (id->maker_id == ELEKTRON && os(s)->product != -1)
		return id->family == (unsigned)os(s)->product ? 1 : -1;
	return 0;
}

static int
judge(struct send *s, const struct talk *t, const struct instruments *found)
{
	size_t right = 0, other = 0;
	char text[256];

	for (size_t i = 0; i < found->n; i++) {
		int is = is_product(s, &found->list[i].id);

		right += is == 1;
		other += is == -1;
		warn(s->c, "%s answered on %s%s",
		    instrument_text(text, sizeof(text), &found->list[i].id),
		    t->port_name,
		    is == -1  ? ": that is another product"
		    : is == 1 ? ": if that is the unit, it is not in the "
				"upgrade mode of its start-up menu"
			      : "");
	}
	if (found->n == 0)
		say(s->c,
		    "nobody on %s said who it is, as is usual in an upgrade "
		    "mode: that it is the %s is yours to see",
		    t->port_name, product(s));
	if (right > 0 || other < found->n || other == 0)
		return 0;
	if (s->o.force) {
		warn(s->c, "sent nevertheless, because of --force");
		return 0;
	}
	sx_fail(&s->c->err, SX_EREFUSED, 0,
	    "refused: the file is for %s, and another product answered on %s; "
	    "nothing was sent",
	    product(s), t->port_name);
	return sx_hint(&s->c->err,
	    "if the %s is on that line too, take the others off it; "
	    "--no-identify asks nobody",
	    product(s));
}

/* A unit in its upgrade mode does not answer; one that does may be another. */
static int
ask_port(struct send *s)
{
	struct instruments found = { 0 };
	struct talk t = { 0 };
	int rc;

	if (s->o.no_identify || opt_is_standard(s->o.port))
		return 0;
	rc = talk_open(&t, s->c, s->o.port);
	if (rc == 0) {
		progress(s->c, "asking on %s who is there", t.port_name);
		rc = identify_ask(&t, IDENTIFY_US, &found);
		progress(s->c, "%s", "");
		if (rc == 0)
			rc = judge(s, &t, &found);
	} else if (s->c->err.code == SX_EPORT) {
		/* It may be one that only sends. If it is not there at all,
		 * that shows when it is opened again. */
		say(s->c, "nobody was asked who is there: %s", s->c->err.msg);
		s->c->err = (struct sx_err){ 0 };
		rc = 0;
	}
	instruments_free(&found);
	talk_close(&t);
	return rc;
}

static bool
is_answer(char *line, const char *wanted)
{
	size_t n = strlen(line);

	while (n > 0 && isspace((unsigned char)line[n - 1]))
		line[--n] = '\0';
	while (isspace((unsigned char)*line))
		line++;
	return strcasecmp(line, wanted) == 0;
}

static int
ask_person(struct send *s)
{
	char line[256];

	warn(s->c,
	    "this replaces the operating system of the %s; when the unit is "
	    "ready, type %s and Enter",
	    product(s), product(s));
	if (fgets(line, sizeof(line), stdin) != NULL &&
	    is_answer(line, product(s)))
		return 0;
	return sx_fail(&s->c->err, SX_EREFUSED, 0,
	    "refused: '%s' was not typed; nothing was sent", product(s));
}

int
upgrade_confirm(struct send *s)
{
	bool asks = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);

	if (s->os == NULL)
		return 0;
	if (!s->o.yes && !asks) {
		sx_fail(&s->c->err, SX_EREFUSED, 0,
		    "refused: an OS upgrade is to be confirmed on a terminal; "
		    "nothing was sent");
		return sx_hint(&s->c->err, "--yes sends it without that");
	}
	if (s->o.yes && os(s)->unchecked != NULL && !s->o.force) {
		sx_fail(&s->c->err, SX_EREFUSED, 0,
		    "refused: %s; nothing was sent", os(s)->unchecked);
		return sx_hint(&s->c->err,
		    "leave --yes out and confirm it on a terminal, or add "
		    "--force");
	}
	if (ask_port(s) == -1)
		return -1;
	return s->o.yes ? 0 : ask_person(s);
}

void
upgrade_done(struct send *s)
{
	if (s->os != NULL)
		say(s->c, "now: %s", os(s)->unit->after);
}

void
upgrade_stopped(struct send *s)
{
	warn(s->c, "%s", os(s)->unit->stopped);
}
