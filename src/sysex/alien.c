/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <string.h>

#include "sxlib/stray.h"

#define UNPACK "unpack it first"
#define SAVE   "save the file itself, not the page that shows it"
#define SAMPLE "see 'sxlib sample send'"

struct magic {
	size_t off, len;
	const char *bytes; /* '*' is any byte */
	const char *what, *hint;
};

/* The first bytes of files, as their formats define them. */
static const struct magic magics[] = {
	{ 0, 4, "PK\3\4", "a zip archive", UNPACK },
	{ 0, 4, "PK\5\6", "an empty zip archive", NULL },
	{ 0, 3, "\x1f\x8b\x08", "gzip data", UNPACK },
	{ 0, 10, "BZh*1AY&SY", "bzip2 data", UNPACK },
	{ 0, 6, "\xfd\x37zXZ\0", "xz data", UNPACK },
	{ 0, 4, "\x28\xb5\x2f\xfd", "zstd data", UNPACK },
	{ 0, 6, "7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK },
	{ 0, 6, "Rar!\x1a\x07", "a rar archive", UNPACK },
	{ 257, 5, "ustar", "a tar archive", UNPACK },
	{ 0, 7, "**-lh*-", "an lha archive", UNPACK },
	{ 0, 14, "SIT!******rLau", "a StuffIt archive", UNPACK },
	{ 0, 8, "StuffIt ", "a StuffIt archive", UNPACK },
	{ 0, 5, "%PDF-", "a PDF document", NULL },
	{ 0, 8, "\x89PNG\r\n\x1a\n", "a PNG picture", NULL },
	{ 0, 3, "\xff\xd8\xff", "a JPEG picture", NULL },
	{ 0, 6, "GIF8*a", "a GIF picture", NULL },
	{ 0, 12, "RIFF****WAVE", "a WAV sound file", SAMPLE },
	{ 0, 12, "FORM****AIFF", "an AIFF sound file", SAMPLE },
	{ 0, 12, "FORM****AIFC", "an AIFF sound file", SAMPLE },
	{ 0, 8, "****ftyp", "an MP4 file", NULL },
	{ 0, 5, "OggS\0", "an Ogg sound file", NULL },
	{ 0, 4, "fLaC", "a FLAC sound file", NULL },
	{ 0, 4, "\x7f\x45LF", "a program", NULL },
};

/* Text files by their first word, in any case. */
static const struct magic words[] = {
	{ 0, 9, "<!doctype", "a web page (HTML)", SAVE },
	{ 0, 5, "<html", "a web page (HTML)", SAVE },
	{ 0, 5, "<head", "a web page (HTML)", SAVE },
	{ 0, 5, "<body", "a web page (HTML)", SAVE },
	{ 0, 4, "<!--", "a web page (HTML)", SAVE },
	{ 0, 5, "<?xml", "an XML file", NULL },
	{ 0, 21, "(This file must be co", "BinHex text", UNPACK },
	{ 0, 10, "begin 6** ", "uuencoded text", UNPACK },
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Return the offset of the first word, after a byte order mark and white
 * space. */
static size_t
first_word(const uint8_t *p, size_t n)
{
	size_t at = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (at < n && (p[at] == ' ' || p[at] == '\t' || p[at] == '\r' ||
			     p[at] == '\n'))
		at++;
	return at;
}

static bool
alien_begins(const uint8_t *p, size_t n, const struct magic *m)
{
	if (n < m->off + m->len)
		return false;
	for (size_t i = 0; i < m->len; i++)
		if (m->bytes[i] != '*' &&
		    tolower(p[m->off + i]) !=
			tolower((unsigned char)m->bytes[i]))
			return false;
	return true;
}

static const struct magic *
find_magic(const struct magic *list, size_t count, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < count; i++)
		if (alien_begins(p, n, &list[i]))
			return &list[i];
	return NULL;
}

const char *
sx_alien_text(const uint8_t *p, size_t n, const char **hint)
{
	const struct magic *m = NULL;
	size_t at = first_word(p, n);

	*hint = NULL;
	if (n == 0 || p[0] == 0xf0)
		return NULL;
	m = find_magic(magics, COUNT(magics), p, n);
	if (m == NULL)
		m = find_magic(words, COUNT(words), p + at, n - at);
	if (m == NULL)
		return NULL;
	*hint = m->hint;
	return m->what;
}

#define DX7_VOICE  128
#define DX7_VOICES 32

/* True for the packed voices of a DX7 bank, each 118 bytes of parameters and a
 * name of 10 ASCII characters (DX7 manual, "VMEM"). */
static bool
is_dx7_bank(const uint8_t *p, size_t n)
{
	if (n != (size_t)DX7_VOICE * DX7_VOICES)
		return false;
	for (size_t i = 0; i < n; i++)
		if (i % DX7_VOICE >= 118 && (p[i] < 0x20 || p[i] > 0x7e))
			return false;
	return true;
}

/* True if the bytes were converted from Latin-1 to UTF-8: F0 has become C3 B0,
 * F7 C3 B7, and each byte from 80 on two bytes. */
static bool
is_utf8(const uint8_t *p, size_t n)
{
	bool begun = false, whole = false;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < 0x80)
			continue;
		if ((p[i] != 0xc2 && p[i] != 0xc3) || ++i == n ||
		    (p[i] & 0xc0) != 0x80)
			return false;
		if (p[i - 1] == 0xc3 && p[i] == 0xb0)
			begun = true;
		else if (p[i - 1] == 0xc3 && p[i] == 0xb7)
			whole = begun;
	}
	return whole;
}

#define BANK_LEAST 128 /* bytes: fewer are hardly a bank */

const char *
sx_remains_text(const uint8_t *p, size_t n, const char **hint)
{
	*hint = NULL;
	if (is_utf8(p, n)) {
		*hint = "convert it back with 'iconv -f UTF-8 -t LATIN1'";
		return "SysEx converted to UTF-8 text";
	}
	for (size_t i = 0; i < n; i++)
		if (p[i] >= 0x80)
			return NULL;
	if (is_dx7_bank(p, n)) {
		*hint = "it needs F0 43 00 09 20 00 before it, the checksum "
			"and F7 after it";
		return "a DX7 bank of 32 voices without a header";
	}
	if (n < BANK_LEAST || sx_stray_kind(p, n) != SX_STRAY_UNKNOWN)
		return NULL;
	return "7-bit data, perhaps a bank without a header";
}
