/* SPDX-License-Identifier: ISC */
/*
 * What is said of a message: of each of its beginnings, with and without an F7
 * at their end, with and without a row of the user's. Input: a byte that says
 * how much of a row is made out of the message (0: there is none), two that say
 * which device and format it is made to be (FF: none), and its data.
 */
#include "fuzz.h"

#include "../../src/sysex/device_row.h"

#define EACH	20 /* so many beginnings are all tried, */
#define SOME	6  /* and of the longer ones so many */
#define LONGEST 5000

static void
region(struct sx_region r, size_t n)
{
	MUST(r.off <= n && r.len <= n - r.off);
}

static void
text(const char *buf, size_t size)
{
	MUST(memchr(buf, '\0', size) != NULL);
}

static void
sound(const struct sx_facts *f, const uint8_t *msg, size_t n)
{
	text(f->maker, sizeof(f->maker));
	text(f->device, sizeof(f->device));
	text(f->slot_text, sizeof(f->slot_text));
	text(f->name, sizeof(f->name));
	region(f->header, n);
	region(f->slot_at, n);
	region(f->name_at, n);
	region(f->checksum_at, n);
	region(f->length_at, n);
	region(f->packed, n);
	MUST(f->kind < SX_KINDS && sx_kind_text(f->kind) != NULL);
	MUST(sx_checksum_text(f->checksum) != NULL);
	MUST(sx_trust_text(f->trust) != NULL);
	MUST(f->maker_len == 0 || f->maker_len == 1 || f->maker_len == 3);
	MUST((f->maker_len == 0) == (f->maker_id == 0));
	MUST(f->slot >= -1 && f->delay_ms >= -1 && f->rate >= 0);
	if (f->checksum == SX_CHECKSUM_BAD)
		MUST((f->checksum_at.len > 0 &&
			 f->checksum_want != f->checksum_have) ||
		     (f->length_at.len > 0 &&
			 f->length_want != f->length_have) ||
		     f->note != NULL || f->length_at.len == 0);
	/* Slot, name, length and checksum are judged only of a whole one. */
	if (n == 0 || msg[n - 1] != 0xf7)
		MUST(f->checksum != SX_CHECKSUM_OK &&
		     f->checksum != SX_CHECKSUM_BAD && f->name[0] == '\0' &&
		     f->slot == -1);
	for (size_t i = 0; f->packed.len > 0; i++) {
		int b = sx_unpack(msg + f->packed.off, f->packed.len, i);

		if (b == -1)
			break;
		MUST(b <= 0xff && sx_packed_at(i) < f->packed.len);
	}
}

static void
same(const struct sx_facts *a, const struct sx_facts *b)
{
	MUST(a->maker_id == b->maker_id && a->maker_len == b->maker_len);
	MUST(strcmp(a->maker, b->maker) == 0);
	MUST(strcmp(a->device, b->device) == 0);
	MUST(a->kind == b->kind && a->slot == b->slot);
	MUST(strcmp(a->slot_text, b->slot_text) == 0);
	MUST(strcmp(a->name, b->name) == 0);
	MUST(a->checksum == b->checksum && a->trust == b->trust);
	MUST(a->source == b->source && a->note == b->note);
	MUST(a->danger == b->danger && a->dump == b->dump);
	MUST(a->complete == b->complete);
	MUST(a->delay_ms == b->delay_ms && a->rate == b->rate);
}

static void
decode(const struct sx_devices *own, const uint8_t *msg, size_t n,
    struct sx_facts *facts)
{
	uint8_t *copy = fuzz_copy(msg, n);

	memset(facts, 0xaa, sizeof(*facts));
	sx_device_decode(own, copy, n, facts);
	sound(facts, copy, n);
	free(copy);
}

/* What the first bytes settle stays so. */
static void
settled(const struct sx_facts *head, const struct sx_facts *all)
{
	MUST(head->maker_id == all->maker_id);
	MUST(strcmp(head->maker, all->maker) == 0);
	MUST(head->dump == all->dump && head->complete == all->complete);
}

/* Can it be told from the head alone? Then it must be the same. */
static void
skim(const struct sx_devices *own, const uint8_t *msg, size_t n)
{
	struct sx_facts all, head;
	bool whole = msg[n - 1] == 0xf7;
	uint8_t *copy = fuzz_copy(msg, SX_TRIAGE_BYTES);

	sx_device_decode(own, msg, n, &all);
	if (sx_device_skim(own, copy, SX_TRIAGE_BYTES, n, whole, &head))
		same(&head, &all);
	free(copy);
}

/* A row of the user's that fits this message. */
static struct sx_devices *
own_row(uint8_t how, const uint8_t *msg, size_t n)
{
	struct sx_own_row row = { .device = "Mine",
		.maker = how & 8 ? "Me" : NULL,
		.len = (size_t)(how & 7) + 2,
		.kind = (enum sx_kind)((how >> 4) % SX_KINDS),
		.slot = how & 0x40 ? (size_t)(how & 7) * 3 + 2 : 0,
		.delay_ms = -1,
		.source = "fuzz" };
	struct sx_devices *own;
	struct sx_err e = { 0 };

	own = sx_devices_new(&e);
	MUST(own != NULL);
	if (row.len > SX_OWN_BYTES)
		row.len = SX_OWN_BYTES;
	if (row.len > n)
		row.len = n;
	memcpy(row.value, msg, row.len);
	memset(row.mask, 0xff, row.len);
	if (how & 0x80 && row.len > 5)
		row.value[4] = row.mask[4] = 0;
	if (sx_devices_add(own, &row, &e) == -1)
		MUST(e.code == SX_EDATA && e.msg[0] != '\0');
	return own;
}

static void
all_beginnings(const struct sx_devices *own, uint8_t *msg, size_t n)
{
	struct sx_facts head, facts, again;
	uint8_t kept;

	decode(own, msg, n < SX_TRIAGE_BYTES ? n : SX_TRIAGE_BYTES, &head);
	for (size_t k = 0; k < n; k += k < EACH ? 1 : 1 + n / SOME) {
		decode(own, msg, k, &facts);
		if (k >= SX_TRIAGE_BYTES)
			settled(&head, &facts);
		kept = msg[k];
		msg[k] = 0xf7;
		decode(own, msg, k + 1, &facts);
		if (k >= SX_TRIAGE_BYTES) {
			settled(&head, &facts);
			skim(own, msg, k + 1);
		}
		msg[k] = kept;
	}
	decode(own, msg, n, &facts);
	/* Nothing of what was in its place before is left. */
	memset(&again, 0x55, sizeof(again));
	sx_device_decode(own, msg, n, &again);
	same(&facts, &again);
	if (n >= SX_TRIAGE_BYTES) {
		settled(&head, &facts);
		skim(own, msg, n);
	}
}

/* The devices that are known, so that what they look for need not be guessed.
 */
#define DEVICE(device) &(device),
static const struct sx_device *const devices[] = { SX_DEVICES(DEVICE) };
#define DEVICES (sizeof(devices) / sizeof(devices[0]))

static size_t
put_on(uint8_t *msg, size_t n, const uint8_t *value, const uint8_t *mask)
{
	for (size_t i = 0; i < SX_TRIAGE_BYTES; i++) {
		if (mask[i] == 0)
			continue;
		for (; n <= i; n++)
			msg[n] = 0;
		msg[i] = (uint8_t)((msg[i] & ~mask[i]) | value[i]);
	}
	return n;
}

/* Make it a message of a device and a format, of a size that this has. */
static size_t
make_known(uint8_t *msg, size_t n, size_t device, size_t format)
{
	const struct sx_device *d = devices[device % DEVICES];
	const struct sx_format *f;

	n = put_on(msg, n, d->value, d->mask);
	if (d->nformats == 0)
		return n;
	f = &d->formats[format % d->nformats];
	n = put_on(msg, n, f->value, f->mask);
	for (; n + 1 < f->min && n < LONGEST; n++)
		msg[n] = (uint8_t)("A seed "[n % 7]);
	return f->max > 0 && n >= f->max ? f->max - 1 : n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	uint8_t how = fuzz_byte(&in, &n), device = fuzz_byte(&in, &n);
	uint8_t format = fuzz_byte(&in, &n), *msg;
	struct sx_devices *own = NULL;
	size_t have = 1;

	n = n < LONGEST ? n : LONGEST;
	msg = malloc(LONGEST + SX_TRIAGE_BYTES + 2);
	MUST(msg != NULL);
	/* A message as the framer would give it. */
	msg[0] = 0xf0;
	for (size_t i = 0; i < n; i++)
		if (in[i] < 0x80)
			msg[have++] = in[i];
	if (device < DEVICES)
		have = make_known(msg, have, device, format);
	if (have < LONGEST + SX_TRIAGE_BYTES)
		msg[have++] = 0xf7;
	if (how != 0)
		own = own_row(how, msg, have);
	all_beginnings(own, msg, have);
	sx_devices_free(own);
	/* And as nobody would. */
	memcpy(msg, in, n);
	for (size_t k = 0; k <= n && k < 64; k++)
		sx_device_decode(NULL, msg, k, &(struct sx_facts){ .slot = 0 });
	free(msg);
	return 0;
}
