/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "watch.h"

/* A board without a clock begins each day in the same hour: a number first. */
#define NAME "{n:06}-{time}-{maker}-{device}-{kind}{slot}"

/* Each port may hold so much of what the disk does not take. */
#define MEMORY ((size_t)32 << 20)

const struct option_row watch_options[] = {
	{ 'o', "out", "DIR", "a folder for each port is made in it" },
	{ 'p', "port", "PORT", "only this one (may be repeated)" },
	{ OPT_NOT_PORT, "not-port", "PORT", "not this one (may be repeated)" },
	{ OPT_FORMAT, "format", "syx|mid", "of the files; default syx" },
	{ OPT_SPLIT, "split", "auto|message|gap", "what a dump is" },
	{ OPT_GAP, "gap", "MS", "silence that ends a dump: 1000 unless told" },
	{ OPT_MAKER, "maker", "MAKER",
	    "keep only this maker (may be repeated)" },
	{ OPT_ALL, "all", NULL, "keep what is no dump, too" },
	{ OPT_NAME, "name", "TEMPLATE", "default " NAME },
	{ OPT_LABEL, "label", "TEXT", "for {label} in the template" },
	{ OPT_EXEC, "exec", "PROGRAM", "run it after each whole dump" },
	OPTION_JSON,
	OPTION_QUIET,
	{ 'v', "verbose", NULL, "also say what is not kept" },
	OPTIONS_END,
};

static int
add(struct cli *c, const char ***list, size_t *n, const char *arg)
{
	const char **p;

	if (*arg == '\0')
		return sx_fail(
		    &c->err, SX_EUSAGE, 0, "the name of the port is empty");
	p = reallocarray(*list, *n + 1, sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(&c->err);
	p[(*n)++] = arg;
	*list = p;
	return 0;
}

static int
check(struct cli *c, struct watch_opts *o)
{
	const char *out = o->receive.store.out;
	const struct sx_store_opts folder = { .out = out,
		.name = o->receive.store.name,
		.label = o->receive.store.label,
		.first = -1 };

	if (opt_no_arguments(c) == -1)
		return -1;
	if (out == NULL) {
		sx_fail(&c->err, SX_EUSAGE, 0, "--out is missing");
		return sx_hint(&c->err, "the folder that dumps go to");
	}
	if (strcmp(out, "-") == 0)
		return sx_fail(
		    &c->err, SX_EUSAGE, 0, "--out is a folder, not -");
	return sx_store_check(&folder, &c->err);
}

int
watch_parse(struct cli *c, struct watch_opts *o)
{
	const char *arg;
	int id, rc = 0;

	*o = (struct watch_opts){ .receive = {
				      .store = { .name = NAME,
					  .first = -1,
					  .number_all = true,
					  .memory = MEMORY },
				      .rules = { .gap = 1000000 },
				  } };
	while (rc == 0 && (id = opt_next(c, &arg)) > 0) {
		if (id == 'p')
			rc = add(c, &o->ports, &o->nports, arg);
		else if (id == OPT_NOT_PORT)
			rc = add(c, &o->not_ports, &o->nnot_ports, arg);
		else
			rc = receive_option(c, &o->receive, id, arg);
	}
	if (rc == -1 || id == -1)
		return -1;
	return check(c, o);
}
