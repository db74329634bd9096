/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_AUDIO_CONFINE_H
#define SXLIB_AUDIO_CONFINE_H

/*
 * Confine this process: sound files come from anywhere, and the codecs that
 * read them are large. From here on it can only use its open descriptors and
 * memory: it cannot open files, start programs, use the network or map code,
 * and has limits on memory and time. A forbidden call fails with EPERM.
 * Restrictions that the kernel or machine does not support are left out.
 */
void confine(void);

#endif
