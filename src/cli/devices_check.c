/* SPDX-License-Identifier: ISC */
/* devices check: are pages right, and do their examples hold? */
#include <stdio.h>

#include "devices.h"
#include "sxlib/proof.h"
#include "term/json.h"
#include "term/say.h"

/* A line of text, or an object of --json. */
static void
report(struct cli *c, const char *path, const char *problem)
{
	if (!c->json) {
		say_result(c, "%s", problem);
		return;
	}
	print_json_pair(stdout, "{", "file", path);
	printf(", \"bad\": true, \"problem\": ");
	print_json_text(stdout, problem);
	puts(", \"instruments\": null, \"examples\": null}");
	flush_result(c);
}

static void
report_good(struct cli *c, const struct sx_proof *p)
{
	if (!c->json) {
		say_result(c, "%s: ok: %zu instrument%s, %zu example%s",
		    p->path, p->instruments, plural(p->instruments),
		    p->examples, plural(p->examples));
		return;
	}
	print_json_pair(stdout, "{", "file", p->path);
	printf(", \"bad\": false, \"problem\": null, \"instruments\": %zu, "
	       "\"examples\": %zu}\n",
	    p->instruments, p->examples);
	flush_result(c);
}

/* Adds to *wrong; -1 and c->err: memory ends. */
static int
check_file(struct cli *c, struct sx_devices *d, const char *path, size_t *wrong)
{
	struct sx_proof p = { .path = path, .devices = d };
	struct sx_err e;
	int rc;

	while ((rc = sx_proof_next(&p, &e)) == 1)
		report(c, path, e.msg);
	if (rc == -1)
		c->err = e;
	else if (p.wrong == 0)
		report_good(c, &p);
	*wrong += p.wrong;
	sx_proof_end(&p);
	return rc;
}

enum status
devices_check(struct cli *c)
{
	struct sx_devices *d;
	size_t wrong = 0;
	int rc = 0;

	if (c->next == c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0, "missing FILE");
		return ST_USAGE;
	}
	d = sx_devices_new(&c->err);
	for (int i = c->next; d != NULL && rc == 0 && i < c->argc; i++)
		rc = check_file(c, d, c->argv[i], &wrong);
	sx_devices_free(d);
	return wrong > 0 ? ST_FAILED : ST_OK;
}
