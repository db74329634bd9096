/* SPDX-License-Identifier: ISC */
/*
 * devices.conf and ports.conf: each row is taken or said to be wrong, by its
 * line, and a row that was taken is read the same when it is written. Input:
 * the file.
 */
#include "fuzz.h"
#include "sxlib/config.h"

/* Rows that it has at most, wrong ones included. */
static size_t
most(const uint8_t *in, size_t n)
{
	size_t lines = 2;

	for (size_t i = 0; i < n; i++)
		lines += in[i] == '\n';
	return lines;
}

static void
complain(const struct sx_err *e)
{
	MUST(e->code == SX_EDATA);
	MUST(strncmp(e->msg, "conf:", 5) == 0);
	MUST(strtoul(e->msg + 5, NULL, 10) > 0);
}

static void
read_devices(const uint8_t *in, size_t n)
{
	struct sx_err e = { 0 };
	struct sx_devices *d = sx_devices_new(&e);
	struct sx_config *f = sx_config_memory("conf", (const char *)in, n, &e);
	const struct sx_device_row *const *rows;
	struct sx_facts facts;
	size_t good = 0, bad = 0, have;
	uint8_t msg[24] = { 0xf0, 0x7d };
	int rc;

	MUST(d != NULL && f != NULL);
	while ((rc = sx_config_device(f, d, &e)) != 0) {
		good += rc == 1;
		bad += rc == -1;
		MUST(good + bad <= most(in, n));
		if (rc == -1)
			complain(&e);
		e = (struct sx_err){ 0 };
	}
	rows = sx_devices_rows(d, &have);
	MUST(have == good);
	for (size_t i = 0; i < have; i++)
		MUST(rows[i]->device[0] != '\0' && rows[i]->source != NULL);
	/* Whatever they are, they can be asked. */
	for (size_t i = 0; i < n && i < 20; i++)
		msg[2 + i] = in[i] & 0x7f;
	msg[23] = 0xf7;
	sx_device_decode(d, msg, sizeof(msg), &facts);
	MUST(memchr(facts.device, '\0', sizeof(facts.device)) != NULL);
	MUST(memchr(facts.maker, '\0', sizeof(facts.maker)) != NULL);
	sx_config_close(f);
	sx_devices_free(d);
}

static void
read_ports(const uint8_t *in, size_t n)
{
	struct sx_err e = { 0 };
	struct sx_config *f = sx_config_memory("conf", (const char *)in, n, &e);
	struct sx_named_port p;
	size_t rows = 0;
	int rc;

	MUST(f != NULL);
	while ((rc = sx_config_port(f, &p, &e)) != 0) {
		MUST(++rows <= most(in, n));
		if (rc == -1) {
			complain(&e);
			e = (struct sx_err){ 0 };
			continue;
		}
		MUST(p.name[0] != '\0' && p.port[0] != '\0');
		MUST(p.delay_ms >= -1 && p.rate >= -1);
		for (const char *c = p.name; *c != '\0'; c++)
			MUST((unsigned char)*c > ' ' &&
			     (unsigned char)*c < 0x7f);
	}
	sx_config_close(f);
}

static void
same_row(const struct sx_devices *a, const struct sx_devices *b)
{
	size_t n;
	const struct sx_device_row *x = sx_devices_rows(a, &n)[0];
	const struct sx_device_row *y = sx_devices_rows(b, &n)[0];

	MUST(strcmp(x->device, y->device) == 0);
	MUST(strcmp(x->kinds, y->kinds) == 0);
	MUST(strcmp(x->source, y->source) == 0);
	MUST((x->maker_name == NULL) == (y->maker_name == NULL));
	MUST(x->maker == y->maker && x->trust == y->trust);
	MUST(x->delay_ms == y->delay_ms && x->rate == y->rate);
}

/* A row made of the input, written and read again. */
static void
there_and_back(const uint8_t *in, size_t n)
{
	struct sx_own_row row = { .device = "A device",
		.maker = fuzz_byte(&in, &n) & 1 ? "Somebody" : NULL,
		.value = { 0xf0, 0x7d },
		.mask = { 0xff, 0xff },
		.kind = (enum sx_kind)(fuzz_byte(&in, &n) % SX_KINDS),
		.slot = fuzz_byte(&in, &n),
		.delay_ms = fuzz_byte(&in, &n) - 1,
		.rate = fuzz_byte(&in, &n),
		.source = "conf:1" };
	struct sx_err e = { 0 };
	struct sx_devices *d = sx_devices_new(&e), *again = sx_devices_new(&e);
	struct sx_config *f;
	char *text;

	row.slot = row.slot < 2 ? 0 : row.slot;
	row.len = 2;
	while (n > 0 && row.len < SX_OWN_BYTES) {
		uint8_t b = fuzz_byte(&in, &n);

		row.value[row.len] = b & 0x80 ? 0 : b;
		row.mask[row.len++] = b & 0x80 ? 0 : 0xff;
	}
	text = sx_config_device_text(&row);
	MUST(d != NULL && again != NULL && text != NULL);
	if (sx_devices_add(d, &row, &e) == 0) {
		f = sx_config_memory("conf", text, strlen(text), &e);
		MUST(f != NULL);
		MUST(sx_config_device(f, again, &e) == 1);
		MUST(sx_config_device(f, again, &e) == 0);
		same_row(d, again);
		sx_config_close(f);
	}
	free(text);
	sx_devices_free(d);
	sx_devices_free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	read_devices(in, n);
	read_ports(in, n);
	there_and_back(in, n);
	return 0;
}
