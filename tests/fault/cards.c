/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into the program under test: sound cards that this machine has not,
 * to be listed, not to be opened.
 *
 *	SXLIB_TEST_CARDS=FOLDER
 *		FOLDER/card0, card1, ...: the id of a card, its name, then a
 *line for each subdevice of its rawmidi device 0: streams (1 in, 2 out, 3
 *both), flags in hex, title FOLDER/sys: what the program finds as /sys
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <sound/asound.h>

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* As shim_calls.c has it. */
#define ALSO_64(name)                                                \
	__asm__(".globl " #name "64\n.type " #name "64, %function\n" \
		".set " #name "64, " #name);

#define FDS 256

static int card_of[FDS]; /* a control's descriptor: its card and 1 */

/* The path of a card's file, or of something in sysfs. NULL: path is neither.
 */
static const char *
redirected(const char *path, char buf[PATH_MAX])
{
	const char *folder = getenv("SXLIB_TEST_CARDS");

	if (folder == NULL || strncmp(path, "/sys/", 5) != 0)
		return NULL;
	if (snprintf(buf, PATH_MAX, "%s%s", folder, path) >= PATH_MAX)
		abort();
	return buf;
}

static FILE *
card_file(int card)
{
	const char *folder = getenv("SXLIB_TEST_CARDS");
	char path[PATH_MAX];

	if (folder == NULL ||
	    snprintf(path, sizeof(path), "%s/card%d", folder, card) >= PATH_MAX)
		return NULL;
	return fopen(path, "re");
}

/* Line n of it, from 0. */
static bool
card_line(int card, unsigned n, char *buf, size_t size)
{
	FILE *f = card_file(card);
	bool found = f != NULL;

	for (unsigned i = 0; found && i <= n; i++)
		found = fgets(buf, (int)size, f) != NULL;
	if (f != NULL)
		fclose(f);
	if (found)
		buf[strcspn(buf, "\n")] = '\0';
	return found;
}

static int
open_control(const char *path)
{
	char line[64];
	int card, fd;

	if (sscanf(path, "/dev/snd/controlC%d", &card) != 1)
		return -1;
	if (!card_line(card, 0, line, sizeof(line))) {
		errno = ENOENT;
		return -1;
	}
	fd = eventfd(0, EFD_CLOEXEC);
	if (fd >= FDS)
		abort();
	if (fd != -1)
		card_of[fd] = card + 1;
	return fd;
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;
	char buf[PATH_MAX];
	const char *other = redirected(path, buf);

	if (strncmp(path, "/dev/snd/control", 16) == 0)
		return open_control(path);
	va_start(ap, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return (int)syscall(
	    SYS_openat, AT_FDCWD, other != NULL ? other : path, flags, mode);
}
ALSO_64(open)

/* What fortified libraries call. */
int __open_2(const char *path, int flags);

int
__open_2(const char *path, int flags)
{
	return open(path, flags);
}
__asm__(".globl __open64_2\n.type __open64_2, %function\n"
	".set __open64_2, __open_2");

int
close(int fd)
{
	if (fd >= 0 && fd < FDS)
		card_of[fd] = 0;
	return (int)syscall(SYS_close, fd);
}

FILE *
fopen(const char *path, const char *mode)
{
	char buf[PATH_MAX];
	const char *other = redirected(path, buf);

	return REAL(fopen)(other != NULL ? other : path, mode);
}
ALSO_64(fopen)

int
access(const char *path, int mode)
{
	char buf[PATH_MAX];
	const char *other = redirected(path, buf);

	return REAL(access)(other != NULL ? other : path, mode);
}

DIR *
opendir(const char *path)
{
	char buf[PATH_MAX];
	const char *other = redirected(path, buf);

	return REAL(opendir)(other != NULL ? other : path);
}

ssize_t
readlink(const char *path, char *to, size_t size)
{
	char buf[PATH_MAX];
	const char *other = redirected(path, buf);

	return REAL(readlink)(other != NULL ? other : path, to, size);
}

ssize_t __readlink_chk(const char *path, char *to, size_t size, size_t room);

ssize_t
__readlink_chk(const char *path, char *to, size_t size, size_t room)
{
	if (size > room)
		abort();
	return readlink(path, to, size);
}

static void
put_text(void *to, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size)
		abort();
	memcpy(to, text, len + 1);
}

static int
card_info(int card, struct snd_ctl_card_info *info)
{
	char line[80];

	memset(info, 0, sizeof(*info));
	info->card = card;
	if (card_line(card, 0, line, sizeof(line)))
		put_text(info->id, sizeof(info->id), line);
	if (card_line(card, 1, line, sizeof(line)))
		put_text(info->name, sizeof(info->name), line);
	return 0;
}

static int
rawmidi_info(int card, struct snd_rawmidi_info *info)
{
	unsigned streams, flags;
	char line[128], title[80];
	int stream = info->stream;
	bool output = stream == SNDRV_RAWMIDI_STREAM_OUTPUT;

	if (info->device != 0 ||
	    !card_line(card, 2 + info->subdevice, line, sizeof(line)) ||
	    sscanf(line, "%u %x %79[^\n]", &streams, &flags, title) != 3 ||
	    !(streams & (output ? 2U : 1U))) {
		errno = ENXIO;
		return -1;
	}
	info->flags = flags;
	put_text(info->subname, sizeof(info->subname), title);
	return 0;
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;
	int card;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (fd < 0 || fd >= FDS || card_of[fd] == 0)
		return (int)syscall(SYS_ioctl, fd, request, arg);
	card = card_of[fd] - 1;
	switch (request) {
	case SNDRV_CTL_IOCTL_PVERSION:
		*(int *)arg = SNDRV_CTL_VERSION;
		return 0;
	case SNDRV_CTL_IOCTL_CARD_INFO:
		return card_info(card, arg);
	case SNDRV_CTL_IOCTL_RAWMIDI_NEXT_DEVICE:
		*(int *)arg = *(int *)arg < 0 ? 0 : -1;
		return 0;
	case SNDRV_CTL_IOCTL_RAWMIDI_INFO:
		return rawmidi_info(card, arg);
	default:
		errno = ENOTTY;
		return -1;
	}
}
