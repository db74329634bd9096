/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "sxlib/midi_io.h"

/*
 * The nodes of sound cards come and go in /dev/snd, which itself comes with
 * the first of them. Watching a folder that is watched already changes nothing.
 */
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

int
midi_io_watch(struct sx_err *e)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd != -1 && watch_folders(fd) == 0)
		return fd;
	sx_fail(e, SX_EIO, errno, "cannot watch for ports");
	if (fd != -1)
		close(fd);
	return -1;
}

void
midi_io_changed(int fd)
{
	char events[4096];

	while (read(fd, events, sizeof(events)) > 0)
		;
	/* /dev/snd may be new. If it cannot be watched, /dev still is. */
	(void)watch_folders(fd);
}
