/* SPDX-License-Identifier: ISC */
/*
 * Pages, devices.conf and ports.conf: each row must be accepted or reported
 * with its line, and the accepted values must be within bounds. Input: the
 * file.
 */
#include "../../src/sysex/devices.h"
#include "fuzz.h"
#include "sxlib/config.h"

/* The most rows that it can have, wrong ones included. */
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
check_slots(const struct sx_slots *s)
{
	char text[SX_SLOT_TEXT];

	MUST(s->count >= 0 && s->count <= SX_SLOTS_MOST);
	if (s->count > 0)
		MUST(sx_slot_text(s, s->count - 1, text)[0] != '\0');
}

static void
check_text(const char *text)
{
	MUST(text != NULL && strlen(text) < SX_FACT_TEXT);
}

static void
check_message(const struct sx_message_kind *f)
{
	MUST(
	    f->what != NULL && f->kind < SX_KINDS && f->trust <= SX_TRUST_SEEN);
	MUST(f->max == 0 || f->min <= f->max);
	for (size_t i = 0; i < SX_TRIAGE_BYTES; i++)
		MUST((f->mask.value[i] & ~f->mask.bits[i]) == 0 &&
		     (i == 0 || f->mask.value[i] < 0x80));
	check_slots(&f->layout.shown);
	check_slots(&f->sounds.shown);
}

/* Check that values are within bounds and texts are terminated. */
static void
check_instrument(const struct sx_instrument *in)
{
	struct sx_message_kind f;
	struct sx_identity_row id;
	struct sx_request_row row;
	struct sx_request q;

	MUST(in->row.device[0] != '\0' && in->row.maker != 0);
	check_text(in->row.device);
	if (in->row.maker_name != NULL)
		check_text(in->row.maker_name);
	MUST(strlen(in->row.kinds) > 0 && in->file != NULL);
	MUST(in->row.delay_ms >= -1 && in->row.rate >= 0);
	for (size_t i = 0; i < in->nformats; i++) {
		sx_instrument_format(in, i, &f);
		check_message(&f);
	}
	for (size_t i = 0; i < in->nidentities; i++) {
		sx_instrument_identity(in, i, &id);
		check_text(id.device);
	}
	for (size_t i = 0; i < in->nrequests; i++) {
		sx_instrument_request(in, i, &row);
		check_slots(&row.slots);
		sx_request_make(&row, row.slots.count - 1, -1, &q);
		MUST(q.before_len <= sizeof(q.before));
		if (q.len == 0) { /* the messages before it suffice */
			MUST(q.before_len > 0 && q.before[0] >= 0x80);
			continue;
		}
		MUST(q.len >= 4 && q.len <= sizeof(q.msg));
		for (size_t k = 1; k + 1 < q.len; k++)
			MUST(q.msg[k] < 0x80);
		MUST(q.msg[0] == 0xf0 && q.msg[q.len - 1] == 0xf7);
	}
}

static void
read_devices(const uint8_t *in, size_t n, bool built_in)
{
	struct sx_err e = { 0 };
	struct sx_devices *d = sx_devices_new(&e);
	struct sx_config *f = sx_config_memory("conf", (const char *)in, n, &e);
	struct sx_facts facts;
	size_t good = 0, bad = 0;
	uint8_t msg[24] = { 0xf0, 0x7d };
	int rc;

	MUST(d != NULL && f != NULL);
	if (built_in)
		sx_config_built_in(f);
	while ((rc = sx_config_device(f, d, &e)) != 0) {
		good += rc == 1;
		bad += rc == -1;
		MUST(good + bad <= most(in, n));
		if (rc == -1)
			complain(&e);
		e = (struct sx_err){ 0 };
	}
	MUST(sx_devices_count(d) == good);
	for (size_t i = 0; i < good; i++) {
		struct sx_instrument device;

		MUST(sx_instrument(d, i, &device));
		check_instrument(&device);
		MUST(built_in || device.row.source != NULL);
	}
	/* Any row must be usable for a request. */
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

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	read_devices(in, n, false);
	read_devices(in, n, true);
	read_ports(in, n);
	return 0;
}
