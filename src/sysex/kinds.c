/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <string.h>

#include "sxlib/device.h"

const char *
sx_kind_text(enum sx_kind k)
{
	static const char *const text[SX_KINDS] = {
		[SX_KIND_UNKNOWN] = "unknown",
		[SX_KIND_PRESET] = "preset",
		[SX_KIND_PATTERN] = "pattern",
		[SX_KIND_KIT] = "kit",
		[SX_KIND_SONG] = "song",
		[SX_KIND_GLOBAL] = "global",
		[SX_KIND_SOUND] = "sound",
		[SX_KIND_PROJECT] = "project",
		[SX_KIND_SAMPLE] = "sample",
		[SX_KIND_WAVEFORM] = "waveform",
		[SX_KIND_BANK] = "bank",
		[SX_KIND_SETTINGS] = "settings",
		[SX_KIND_FIRMWARE] = "firmware",
		[SX_KIND_REQUEST] = "request",
		[SX_KIND_PARAMETER] = "parameter",
		[SX_KIND_IDENTITY_REQUEST] = "identity-request",
		[SX_KIND_IDENTITY_REPLY] = "identity-reply",
		[SX_KIND_HANDSHAKE] = "handshake",
		[SX_KIND_TRANSPORT] = "transport",
		[SX_KIND_CLOCK] = "clock",
	};

	return text[k];
}

const char *
sx_checksum_text(enum sx_checksum c)
{
	static const char *const text[] = {
		[SX_CHECKSUM_UNKNOWN] = "unknown",
		[SX_CHECKSUM_NONE] = "none",
		[SX_CHECKSUM_OK] = "ok",
		[SX_CHECKSUM_BAD] = "bad",
	};

	return text[c];
}

const char *
sx_trust_text(enum sx_trust t)
{
	static const char *const text[] = {
		[SX_TRUST_NONE] = "none",
		[SX_TRUST_USER] = "user",
		[SX_TRUST_INFERRED] = "inferred",
		[SX_TRUST_DOCUMENTED] = "documented",
		[SX_TRUST_SEEN] = "seen",
	};

	return text[t];
}

/* An initial without a lower-case letter after it is spelled out. */
const char *
sx_article(const char *name)
{
	bool spelled = name[0] != '\0' && !islower((unsigned char)name[1]);
	const char *vowels = spelled ? "AEFHILMNORSX8" : "AEIOUaeiou8";

	return name[0] != '\0' && strchr(vowels, name[0]) != NULL ? "an" : "a";
}
