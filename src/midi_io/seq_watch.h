/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_SEQ_WATCH_H
#define SXLIB_MIDI_IO_SEQ_WATCH_H

#include <stdbool.h>

/* Ports of the ALSA sequencer that come and go, for hotplug.c. */

struct seq_watch;

/* NULL: there is no sequencer, or it does not want to. */
struct seq_watch *seq_watch_open(void);
/* Readable when there may be news. */
int seq_watch_fd(const struct seq_watch *w);
/* Take the news there are. Are any of them about ports of others? */
bool seq_watch_clear(struct seq_watch *w);
/* w may be NULL. */
void seq_watch_close(struct seq_watch *w);

#endif
