/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "seq_watch.h"
#include "sxlib/midi_io.h"

struct midi_io_watch {
	int all;	/* epoll over the others */
	int nodes;	/* inotify */
	bool sequencer; /* watch it, too */
	struct seq_watch *seq;
};

/* Device nodes of sound cards come and go in /dev/snd, which itself appears
 * with the first of them. Watching a folder again changes nothing. */
static int
watch_folders(int fd)
{
	const uint32_t what = IN_CREATE | IN_DELETE | IN_ATTRIB;

	if (inotify_add_watch(fd, "/dev", IN_CREATE | IN_ONLYDIR) == -1)
		return -1;
	if (inotify_add_watch(fd, "/dev/snd", what) == -1 && errno != ENOENT)
		return -1;
	return 0;
}

static int
hotplug_poll(struct midi_io_watch *w, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(w->all, EPOLL_CTL_ADD, fd, &ev);
}

/* Watch the sequencer, which may appear later. */
static void
hotplug_open_seq(struct midi_io_watch *w)
{
	if (!w->sequencer || w->seq != NULL)
		return;
	w->seq = seq_watch_open();
	if (w->seq != NULL && hotplug_poll(w, seq_watch_fd(w->seq)) == -1) {
		seq_watch_close(w->seq);
		w->seq = NULL;
	}
}

struct midi_io_watch *
midi_io_watch_open(bool sequencer, struct sx_err *e)
{
	struct midi_io_watch *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	w->sequencer = sequencer;
	w->nodes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	w->all = epoll_create1(EPOLL_CLOEXEC);
	if (w->nodes == -1 || w->all == -1 || watch_folders(w->nodes) == -1 ||
	    hotplug_poll(w, w->nodes) == -1) {
		sx_fail(e, SX_EIO, errno, "cannot watch for ports");
		midi_io_watch_close(w);
		return NULL;
	}
	hotplug_open_seq(w);
	return w;
}

int
midi_io_watch_fd(const struct midi_io_watch *w)
{
	return w->all;
}

bool
midi_io_watch_clear(struct midi_io_watch *w)
{
	bool news = w->seq != NULL && seq_watch_clear(w->seq);
	char events[4096];

	while (read(w->nodes, events, sizeof(events)) > 0)
		news = true;
	/* /dev/snd may be new. If it cannot be watched, /dev still is. */
	(void)watch_folders(w->nodes);
	if (news)
		hotplug_open_seq(w);
	return news;
}

void
midi_io_watch_close(struct midi_io_watch *w)
{
	if (w == NULL)
		return;
	seq_watch_close(w->seq);
	if (w->nodes != -1)
		close(w->nodes);
	if (w->all != -1)
		close(w->all);
	free(w);
}
