/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "cut.h"

#define HEAD	12	   /* bytes: "RIFF", size, "WAVE" */
#define UNKNOWN 0x70000000 /* bytes or more: 0x7FFFFFFF, 0xFFFFFFFF */

static uint32_t
chunk_size(const uint8_t p[8], bool big)
{
	uint32_t n = 0;

	for (int i = 0; i < 4; i++)
		n = n << 8 | p[big ? 4 + i : 7 - i];
	return n;
}

struct cut
cut_of(int fd)
{
	struct cut cut = { 0 };
	off_t end, at = HEAD, before = lseek(fd, 0, SEEK_CUR);
	uint8_t head[8];
	bool big;

	end = lseek(fd, 0, SEEK_END);
	if (before == -1 || end == -1 || lseek(fd, before, SEEK_SET) == -1 ||
	    pread(fd, head, 8, 0) != 8)
		return cut;
	big = memcmp(head, "FORM", 4) == 0;
	if (!big && memcmp(head, "RIFF", 4) != 0)
		return cut;
	while (pread(fd, head, 8, at) == 8) {
		uint32_t size = chunk_size(head, big);

		at += 8;
		if (memcmp(head, big ? "SSND" : "data", 4) != 0) {
			at += (off_t)size + size % 2;
			continue;
		}
		/* Skip offset and block size of an SSND chunk. */
		if (big && size >= 8) {
			at += 8;
			size -= 8;
		}
		cut.there = end > at ? (uint64_t)(end - at) : 0;
		if (size > cut.there && size < UNKNOWN)
			cut.missing = size - cut.there;
		break;
	}
	return cut;
}
