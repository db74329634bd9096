/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_SEQ_WATCH_H
#define SXLIB_MIDI_IO_SEQ_WATCH_H

#include <stdbool.h>

/* Watches ALSA sequencer ports come and go, for hotplug.c. */

struct seq_watch;

/* Returns NULL if there is no sequencer or it cannot be opened. */
struct seq_watch *seq_watch_open(void);
/* Readable when there may be events. */
int seq_watch_fd(const struct seq_watch *w);
/* Read all pending events. Returns true if any concerns a port of another
 * client. */
bool seq_watch_clear(struct seq_watch *w);
/* w may be NULL. */
void seq_watch_close(struct seq_watch *w);

#endif
