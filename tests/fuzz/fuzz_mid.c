/* SPDX-License-Identifier: ISC */
/*
 * A MIDI file with any contents. Input: the file, whose first four bytes are
 * replaced by those of a MIDI file.
 */
#include "file.h"

#include "../../src/store/input.h"

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	uint8_t *copy = fuzz_copy(in, n);
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f;
	int64_t at = 0;
	const char *note;
	int rc = 1;

	if (n >= 4 && memcmp(in, "RIFF", 4) != 0)
		memcpy(copy, "MThd", 4);
	f = sx_file_memory(copy, n, &e);
	if (f == NULL) {
		MUST(e.code != SX_OK && e.msg[0] != '\0');
		free(copy);
		return 0;
	}
	while ((rc = sx_file_next(f, &item, &e)) == 1) {
		file_item(f, &item);
		MUST(item.at >= at || sx_file_format(f) == SX_FILE_SYX);
		at = item.at;
	}
	MUST((rc == -1) == (e.code != SX_OK));
	MUST(sx_file_next(f, &item, &(struct sx_err){ 0 }) != 1);
	note = sx_file_note(f);
	MUST(note == NULL || note[0] != '\0');
	sx_file_close(f);
	free(copy);
	return 0;
}
