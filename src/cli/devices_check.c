/* SPDX-License-Identifier: ISC */
/* devices check: are pages right, and do their examples hold? */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "json.h"
#include "say.h"
#include "sxlib/config.h"
#include "sxlib/example.h"
#include "sxlib/instrument.h"

/* One page, and what was found in it. */
struct check {
	struct cli *c;
	struct sx_devices *d; /* the pages so far, as the user's own */
	const char *path;
	char *text; /* owned */
	size_t n;
	size_t instruments, examples, wrong;
};

/* A line of text, or an object of --json. */
static void
report(struct check *k, const char *problem)
{
	k->wrong++;
	if (!k->c->json) {
		say_result(k->c, "%s", problem);
		return;
	}
	printf("{\"file\": ");
	print_json_text(stdout, k->path);
	printf(", \"bad\": true, \"problem\": ");
	print_json_text(stdout, problem);
	puts("}");
	flush_result(k->c);
}

/* Report e and empty it; memory that ends is no fault of the page. */
static int
report_error(struct check *k, struct sx_err *e)
{
	if (e->code == SX_ENOMEM)
		return sx_fail_memory(&k->c->err);
	report(k, e->msg);
	*e = (struct sx_err){ 0 };
	return 0;
}

/* A page that is built in as it stands is checked as that: it may have what a
 * user's own may not. */
static bool
is_built_in(const struct check *k)
{
	size_t n;
	const char *text = sx_page_text(basename(k->path), &n);

	return text != NULL && n == k->n && memcmp(text, k->text, n) == 0;
}

static int
read_page(struct check *k, struct sx_devices *d, bool built_in)
{
	struct sx_err e = { 0 };
	struct sx_config *f =
	    sx_config_memory(k->path, k->text, k->n, &k->c->err);
	int rc;

	if (f == NULL)
		return -1;
	if (built_in)
		sx_config_built_in(f);
	while ((rc = sx_config_device(f, d, &e)) != 0)
		if (rc == 1)
			k->instruments++;
		else if (report_error(k, &e) == -1)
			break;
	sx_config_close(f);
	return rc;
}

/* One that was left out cannot be what its examples are of. */
static bool
is_there(const struct sx_devices *user, const char *device)
{
	struct sx_instrument in;

	for (size_t i = 0; sx_instrument(user, i, &in); i++)
		if (strcmp(in.row.device, device) == 0 &&
		    (user == NULL || in.row.trust == SX_TRUST_USER))
			return true;
	return false;
}

static int
run_examples(struct check *k, const struct sx_devices *user)
{
	struct sx_examples *x =
	    sx_examples_open(k->path, k->text, k->n, &k->c->err);
	struct sx_example example;
	struct sx_err e = { 0 };
	char text[PATH_MAX + 128];
	int rc = x != NULL ? 0 : -1;

	while (rc == 0 && sx_examples_next(x, &example))
		if (is_there(user, example.device) &&
		    sx_example_run(x, &example, user, &e) == -1)
			rc = report_error(k, &e);
	if (rc == 0) {
		k->examples = sx_examples_count(x);
		snprintf(text, sizeof(text),
		    "%s:%zu: trust: 'seen' without an example: expected one "
		    "that shows it",
		    k->path, sx_examples_seen(x));
		if (sx_examples_seen(x) != 0 && k->examples == 0)
			report(k, text);
	}
	sx_examples_close(x);
	return rc;
}

static void
report_good(struct check *k)
{
	if (!k->c->json) {
		say_result(k->c, "%s: ok: %zu instrument%s, %zu example%s",
		    k->path, k->instruments, plural(k->instruments),
		    k->examples, plural(k->examples));
		return;
	}
	printf("{\"file\": ");
	print_json_text(stdout, k->path);
	printf(", \"bad\": false, \"instruments\": %zu, \"examples\": %zu}\n",
	    k->instruments, k->examples);
	flush_result(k->c);
}

static int
check_text(struct check *k)
{
	bool built_in = is_built_in(k);
	struct sx_devices *d = built_in ? sx_devices_new(&k->c->err) : k->d;
	char text[PATH_MAX + 128];
	int rc = d != NULL ? read_page(k, d, built_in) : -1;

	snprintf(text, sizeof(text), "%s: it has no [NAME] of an instrument",
	    k->path);
	if (rc == 0 && k->instruments == 0 && k->wrong == 0)
		report(k, text);
	if (rc == 0)
		rc = run_examples(k, built_in ? NULL : k->d);
	if (rc == 0 && k->wrong == 0)
		report_good(k);
	if (built_in)
		sx_devices_free(d);
	return rc;
}

/* Adds to *wrong; -1 and c->err: memory ends. */
static int
check_file(struct cli *c, struct sx_devices *d, const char *path, size_t *wrong)
{
	struct check k = { .c = c, .d = d, .path = path };
	struct sx_err e = { 0 };
	int rc;

	k.text = sx_config_text(path, &k.n, &e);
	rc = k.text != NULL ? check_text(&k) : report_error(&k, &e);
	free(k.text);
	*wrong += k.wrong;
	return rc;
}

enum status
devices_check(struct cli *c)
{
	struct sx_devices *d;
	size_t wrong = 0;
	int rc = 0;

	if (c->next == c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0, "missing FILE: which page?");
		return ST_USAGE;
	}
	d = sx_devices_new(&c->err);
	for (int i = c->next; d != NULL && rc == 0 && i < c->argc; i++)
		rc = check_file(c, d, c->argv[i], &wrong);
	sx_devices_free(d);
	return wrong > 0 ? ST_FAILED : ST_OK;
}
