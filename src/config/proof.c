/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/instrument.h"
#include "sxlib/proof.h"

enum {
	PROOF_OPEN,
	PROOF_READ,
	PROOF_EMPTY,
	PROOF_EXAMPLES,
	PROOF_SEEN,
	PROOF_OVER
};

/* Count an error of the page. Running out of memory is not one. */
static int
proof_problem(struct sx_proof *p, const struct sx_err *e)
{
	if (e->code == SX_ENOMEM)
		return -1;
	p->wrong++;
	return 1;
}

/* A page identical to a built-in one is checked as such: it may have things
 * that a user's page may not. */
static bool
proof_is_built_in(const struct sx_proof *p)
{
	size_t n;
	const char *text = sx_page_text(basename(p->path), &n);

	return text != NULL && n == p->n && memcmp(text, p->text, n) == 0;
}

static int
proof_open(struct sx_proof *p, struct sx_err *e)
{
	p->step = PROOF_OVER;
	p->text = sx_config_text(p->path, &p->n, e);
	if (p->text == NULL)
		return proof_problem(p, e);
	p->built_in = proof_is_built_in(p);
	if (p->built_in) {
		p->own = sx_devices_new(e);
		if (p->own == NULL)
			return -1;
	}
	p->file = sx_config_memory(p->path, p->text, p->n, e);
	if (p->file == NULL)
		return -1;
	if (p->built_in)
		sx_config_built_in(p->file);
	p->step = PROOF_READ;
	return 0;
}

static int
proof_read(struct sx_proof *p, struct sx_err *e)
{
	int rc =
	    sx_config_device(p->file, p->built_in ? p->own : p->devices, e);

	if (rc == -1)
		return proof_problem(p, e);
	p->instruments += rc == 1;
	if (rc == 0)
		p->step = PROOF_EMPTY;
	return 0;
}

static int
proof_empty(struct sx_proof *p, struct sx_err *e)
{
	p->step = PROOF_OVER;
	p->list = sx_examples_open(p->path, p->text, p->n, e);
	if (p->list == NULL)
		return -1;
	p->step = PROOF_EXAMPLES;
	if (p->instruments > 0 || p->wrong > 0)
		return 0;
	sx_fail(e, SX_EDATA, 0, "%s: no [NAME] of an instrument", p->path);
	return proof_problem(p, e);
}

/* Was the device added? If not, its examples cannot match. */
static bool
proof_has(const struct sx_devices *user, const char *device)
{
	struct sx_instrument in;

	for (size_t i = 0; sx_instrument(user, i, &in); i++)
		if (strcmp(in.row.device, device) == 0 &&
		    (user == NULL || in.row.trust == SX_TRUST_USER))
			return true;
	return false;
}

static int
proof_example(struct sx_proof *p, struct sx_err *e)
{
	const struct sx_devices *user = p->built_in ? NULL : p->devices;
	struct sx_example example;

	if (!sx_examples_next(p->list, &example)) {
		p->step = PROOF_SEEN;
		return 0;
	}
	if (proof_has(user, example.device) &&
	    sx_example_run(p->list, &example, user, e) == -1)
		return proof_problem(p, e);
	return 0;
}

static int
proof_seen(struct sx_proof *p, struct sx_err *e)
{
	size_t line = sx_examples_seen(p->list);

	p->step = PROOF_OVER;
	p->examples = sx_examples_count(p->list);
	if (line == 0 || p->examples > 0)
		return 0;
	sx_fail(e, SX_EDATA, 0,
	    "%s:%zu: trust: 'seen' without an example: expected one as "
	    "evidence",
	    p->path, line);
	return proof_problem(p, e);
}

static int
proof_step(struct sx_proof *p, struct sx_err *e)
{
	switch (p->step) {
	case PROOF_OPEN:
		return proof_open(p, e);
	case PROOF_READ:
		return proof_read(p, e);
	case PROOF_EMPTY:
		return proof_empty(p, e);
	case PROOF_EXAMPLES:
		return proof_example(p, e);
	default:
		return proof_seen(p, e);
	}
}

int
sx_proof_next(struct sx_proof *p, struct sx_err *e)
{
	int rc = 0;

	*e = (struct sx_err){ 0 };
	while (rc == 0 && p->step != PROOF_OVER)
		rc = proof_step(p, e);
	if (rc == -1)
		p->step = PROOF_OVER;
	return rc;
}

void
sx_proof_end(struct sx_proof *p)
{
	sx_config_close(p->file);
	sx_examples_close(p->list);
	sx_devices_free(p->own);
	free(p->text);
}
