/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "content.h"
#include "hextext.h"
#include "sxlib/store.h"
#include "sxlib/stray.h"

#define LOOK ((size_t)64 << 10)

static bool
is_mid_name(const char *path)
{
	static const char *const suffixes[] = { ".mid", ".midi", ".smf", ".kar",
		".rmi" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (sx_path_has_suffix(path, suffixes[i]))
			return true;
	return false;
}

int
sx_content_check(struct sx_input *in, const char *path, struct sx_err *e)
{
	size_t n = in->size < SX_ALIEN_LOOK ? (size_t)in->size : SX_ALIEN_LOOK;
	const char *what, *hint;
	const uint8_t *p;

	if (n == 0)
		return 0;
	p = sx_input_at(in, 0, n, e);
	if (p == NULL)
		return -1;
	what = sx_alien_text(p, n, &hint);
	if (what != NULL) {
		sx_fail(e, SX_EDATA, 0, "%s contains no SysEx: found %s",
		    in->name, what);
		return hint != NULL ? sx_hint(e, "%s", hint) : -1;
	}
	if (is_mid_name(path) && p[0] != 0xf0)
		return sx_fail(e, SX_EDATA, 0,
		    "%s is malformed: no MThd at the start of the MIDI file",
		    in->name);
	return 0;
}

/* Is this text SysEx in hex? p holds its first n bytes; all: the whole text. */
static bool
is_hex_text(const uint8_t *p, size_t n, bool all)
{
	struct sx_err ignored = { 0 };
	struct sx_hex hex;
	bool is;

	/* The last word may be cut. */
	while (!all && n > 0 && p[n - 1] != '\n' && p[n - 1] != ' ')
		n--;
	is = sx_hex_parse(&hex, p, n, &ignored) == 0 && hex.n > 0 &&
	     hex.bytes[0] == 0xf0;
	sx_hex_free(&hex);
	return is;
}

const char *
sx_content_text(struct sx_input *in, const char **hint, struct sx_err *e)
{
	size_t n = in->size < LOOK ? (size_t)in->size : LOOK;
	const char *what;
	const uint8_t *p;

	*hint = NULL;
	if (n == 0)
		return "nothing";
	p = sx_input_at(in, 0, n, e);
	if (p == NULL)
		return NULL;
	if (is_hex_text(p, n, n == in->size)) {
		*hint = "rename it to .hex: 'sxlib convert FILE.hex FILE.syx' "
			"converts it";
		return "hex text";
	}
	what = n == in->size ? sx_remains_text(p, n, hint) : NULL;
	return what != NULL ? what : sx_stray_text(sx_stray_kind(p, n));
}
