/* SPDX-License-Identifier: ISC */
/* devices check: checks pages, and their examples. */
#include <limits.h>
#include <stdio.h>

#include "devices.h"
#include "sxlib/proof.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"

/* problem: NULL if there is none. */
static void
devices_report(struct cli *c, const struct sx_proof *p, const char *problem)
{
	if (c->json) {
		print_json_pair(stdout, "{", "file", p->path);
		print_json_flag(stdout, ", ", "bad", problem != NULL);
		print_json_pair(stdout, ", ", "problem", problem);
		print_json_number(stdout, ", ", "instruments",
		    problem == NULL ? (int64_t)p->instruments : -1);
		print_json_number(stdout, ", ", "examples",
		    problem == NULL ? (int64_t)p->examples : -1);
		puts("}");
		flush_result(c);
	} else if (problem != NULL) {
		say_result(c, "%s", problem);
	} else {
		say_result(c, "%s: ok: %zu instrument%s, %zu example%s",
		    p->path, p->instruments, plural(p->instruments),
		    p->examples, plural(p->examples));
	}
}

/* Add the problems to *wrong. Returns -1 and sets c->err if memory runs out. */
static int
check_file(struct cli *c, struct sx_devices *d, const char *path, size_t *wrong)
{
	struct sx_proof p = { .path = path, .devices = d };
	struct sx_err e;
	int rc;

	while ((rc = sx_proof_next(&p, &e)) == 1)
		devices_report(c, &p, e.msg);
	if (rc == -1)
		c->err = e;
	else if (p.wrong == 0)
		devices_report(c, &p, NULL);
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

	if (opt_arguments(c, 1, INT_MAX, "missing FILE") == -1)
		return ST_USAGE;
	d = sx_devices_new(&c->err);
	for (int i = c->next; d != NULL && rc == 0 && i < c->argc; i++)
		rc = check_file(c, d, c->argv[i], &wrong);
	sx_devices_free(d);
	return wrong > 0 ? ST_FAILED : ST_OK;
}
