/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_AUDIO_CONFINE_H
#define SXLIB_AUDIO_CONFINE_H

/*
 * Sound files come from anywhere, and the codecs that read them are large. From
 * here on this process can use the descriptors that it has and memory, and
 * nothing else: it opens no file, starts no program, knows no network, maps no
 * code, and has limits for memory and time. A call that is not allowed fails
 * with EPERM. What a kernel or machine does not have is left out.
 */
void confine(void);

#endif
