/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_KIT_H
#define SXLIB_TESTS_KIT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define KIT_SIZE 1233
#define KIT_SLOT 9 /* its offset in a Machinedrum kit */

/* Make a Machinedrum kit, as in Appendix C of its manual: the footer has 14
 * bits of the sum from byte 9 on, then 14 bits of the length minus 10. */
static inline void
make_kit(uint8_t *msg, size_t n, uint8_t slot)
{
	static const uint8_t head[] = { 0xf0, 0, 0x20, 0x3c, 2, 0, 0x52, 4, 1 };
	unsigned sum = 0;

	memset(msg, 0, n);
	memcpy(msg, head, sizeof(head));
	msg[KIT_SLOT] = slot;
	memcpy(msg + 10, "KICK", 4);
	for (size_t i = 26; i < n - 5; i++)
		msg[i] = i * 37 & 0x7f;
	for (size_t i = KIT_SLOT; i < n - 5; i++)
		sum += msg[i];
	msg[n - 5] = sum >> 7 & 0x7f;
	msg[n - 4] = sum & 0x7f;
	msg[n - 3] = (n - 10) >> 7 & 0x7f;
	msg[n - 2] = (n - 10) & 0x7f;
	msg[n - 1] = 0xf7;
}

#endif
