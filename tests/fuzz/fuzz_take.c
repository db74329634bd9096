/* SPDX-License-Identifier: ISC */
/*
 * The journal of a take found at a start: it is read, and the records that can
 * be decoded become a valid MIDI file. Input: a byte, the journal. Unless the
 * byte is 0 the records get correct checksums, as far as their lengths lead;
 * its lower half is the number of records between two that do not.
 */
#include "../../src/store/input.h"
#include "../../src/store/journal.h"
#include "fuzz.h"
#include "sxlib/reader.h"

/* FNV-1a, which journal.h leaves to journal.c. */
static uint32_t
hash(uint32_t h, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 16777619;
	return h;
}

static void
mend(uint8_t *p, size_t n, unsigned every)
{
	size_t pos = 0, len, left;
	uint32_t h;

	for (unsigned k = 1; n - pos >= SX_RECORD_HEAD; k++) {
		left = n - pos - SX_RECORD_HEAD;
		/* Lengths invented by libFuzzer are nearly always too large. */
		memset(p + pos + 4, 0, 2);
		len = (size_t)p[pos + 6] << 8 | p[pos + 7];
		if (len > left)
			p[pos + 6] = 0;
		len = (size_t)p[pos + 6] << 8 | p[pos + 7];
		if (len > left)
			return;
		h = hash(2166136261, p + pos, 16);
		h = hash(h, p + pos + SX_RECORD_HEAD, len);
		if (every == 0 || k % every != 0)
			sx_put_number(p + pos + 16, 4, h);
		pos += SX_RECORD_HEAD + len;
	}
}

/* Check that each byte is in a record or in a gap. */
static void
check(const struct sx_journal *j, size_t n)
{
	struct sx_journal_walk walk = { .j = j };
	uint64_t spans = 0, lost = 0, events = j->facts.sysex + j->facts.events;
	struct sx_journal_record r;
	size_t pos = 0, gap = 0;

	MUST(j->size <= n && j->lost <= j->size);
	while (pos < j->size) {
		if (gap < j->ngaps && j->gaps[gap].begin == pos) {
			MUST(j->gaps[gap].end > pos);
			lost += j->gaps[gap].end - pos;
			pos = j->gaps[gap++].end;
		} else {
			MUST(
			    sx_journal_record_next(j->data, j->size, &pos, &r));
			spans += r.kind <= SX_SPAN_REALTIME;
		}
	}
	MUST(pos == j->size && gap == j->ngaps && lost == j->lost);
	MUST(spans == j->spans && events <= spans);
	for (; sx_journal_walk_next(&walk, &r); spans--) {
		MUST(spans > 0);
		MUST(r.port < SX_TAKE_PORTS_MOST);
	}
}

static void
read_file(struct sx_part *file)
{
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f;
	const uint8_t *data;
	size_t n;

	data = sx_part_map(file, &n, &e);
	MUST(data != NULL);
	f = sx_file_memory(data, n, &e);
	MUST(f != NULL && sx_file_format(f) == SX_FILE_MID);
	while (sx_file_next(f, &item, &e) == 1)
		MUST(item.len > 0);
	MUST(e.code == SX_OK);
	sx_file_close(f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	uint8_t how = fuzz_byte(&in, &n), *copy = fuzz_copy(in, n);
	struct sx_err e = { 0 };
	struct sx_journal j;
	struct sx_part *file;

	if (how != 0)
		mend(copy, n, how & 0x0f);
	if (sx_journal_open(&j, copy, n, &e) == -1) {
		MUST(e.code == SX_EDATA);
		free(copy);
		return 0;
	}
	check(&j, n);
	if (j.spans > 0) {
		file = sx_part_create(NULL, 0, SX_TEMP_SUFFIX, NULL, &e);
		MUST(file != NULL);
		MUST(sx_journal_write(
			 &j, file, how & 0x80 ? 3 : SX_EVENT_MOST, &e) == 0);
		read_file(file);
		sx_part_release(file);
	}
	sx_journal_close(&j);
	free(copy);
	return 0;
}
