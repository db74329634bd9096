/* SPDX-License-Identifier: ISC */
/*
 * Hex text: bytes spelled as in the manual must be read back unchanged. Input:
 * the text; and the same as bytes.
 */
#include "fuzz.h"

#include "../../src/store/hextext.h"

static void
parse(const uint8_t *text, size_t n, struct sx_hex *h)
{
	uint8_t *copy = fuzz_copy(text, n);
	struct sx_err e = { 0 };
	int rc = sx_hex_parse(h, copy, n, &e);

	MUST(rc == 0 || e.code == SX_EDATA);
	MUST((rc == 0) == (e.code == SX_OK));
	MUST(h->n <= n);
	for (size_t i = 0; i < h->ntimes; i++) {
		MUST(h->times[i].off <= h->n && h->times[i].at >= 0);
		MUST(i == 0 || h->times[i].off >= h->times[i - 1].off);
	}
	free(copy);
}

/* Spell each byte in one of the forms. */
static char *
spell(const uint8_t *in, size_t n)
{
	static const char *const forms[] = { "%02X ", "%02x", " 0x%02x,",
		"\t$%02X\n", " %02xh ", "\r\n%02X%% # F0\n",
		"\n# at 1.5\n0X%02X " };
	char *text = malloc(n * 24 + 1), *p = text;

	MUST(text != NULL);
	*p = '\0';
	for (size_t i = 0; i < n; i++) {
		size_t form = in[i] % 7u;

		/* Adjacent words are one word, which may not contain 'h' or
		 * '0x'. */
		if (form == 5)
			p += sprintf(p, "\r\n%02X # F0\n", in[i]);
		else if (form == 1)
			p += sprintf(p, " %02x%02X ", in[i], in[i]);
		else
			p += snprintf(p, 24, forms[form], in[i]);
	}
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct sx_hex h;
	size_t at = 0;
	char *text;

	parse(in, n, &h);
	sx_hex_free(&h);
	text = spell(in, n);
	parse((uint8_t *)text, strlen(text), &h);
	for (size_t i = 0; i < n; i++) {
		MUST(at < h.n && h.bytes[at++] == in[i]);
		if (in[i] % 7u == 1)
			MUST(at < h.n && h.bytes[at++] == in[i]);
	}
	MUST(at == h.n);
	sx_hex_free(&h);
	free(text);
	return 0;
}
