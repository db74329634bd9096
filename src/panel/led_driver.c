/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sxlib/led.h"
#include "worker.h"

#define TRIGGERS 16384 /* bytes: some kernels list every processor */
#define NUMBER	 24

struct sx_led_driver {
	struct sx_worker worker;
	struct sx_led led; /* guarded by the worker's lock */
	char *folder;
	/* To restore the LED, and its value for on. Empty: it has no such
	 * file. */
	char trigger[NAME_MAX + 1], brightness[NUMBER], most[NUMBER];
};

/* ---- Files of the LED ---- */

static int
led_path(const struct sx_led_driver *d, const char *file, char **path,
    struct sx_err *e)
{
	if (asprintf(path, "%s/%s", d->folder, file) != -1)
		return 0;
	*path = NULL;
	return sx_fail_memory(e);
}

static int
led_fail(const char *what, const char *path, struct sx_err *e)
{
	const int error = errno;

	sx_fail(e, SX_EIO, error, "cannot %s LED file '%s'", what, path);
	if (error == EACCES || error == EPERM || error == EROFS)
		sx_hint(e,
		    "a udev rule can give it to a group, see "
		    "headless.md; a service must be allowed to write it");
	return -1;
}

/* Read the first line of a file; "" if the file does not exist. */
static int
led_read(const struct sx_led_driver *d, const char *file, char *buf,
    size_t size, struct sx_err *e)
{
	char *path;
	ssize_t n = 0;
	int fd;

	buf[0] = '\0';
	if (led_path(d, file, &path, e) == -1)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, buf, size - 1);
		close(fd);
	}
	if (n == -1 || (fd == -1 && errno != ENOENT)) {
		led_fail("read", path, e);
		free(path);
		return -1;
	}
	free(path);
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

/* Write a file. It is opened each time, since the LED may have been unplugged
 * and come back. */
static int
led_write(const struct sx_led_driver *d, const char *file, const char *text,
    struct sx_err *e)
{
	const size_t len = strlen(text);
	char *path;
	int fd, rc = -1;

	if (led_path(d, file, &path, e) == -1)
		return -1;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd != -1 && write(fd, text, len) == (ssize_t)len)
		rc = 0;
	else
		led_fail("write", path, e);
	if (fd != -1)
		close(fd);
	free(path);
	return rc;
}

/* ---- Taking over and giving back ---- */

/* Get the trigger in brackets of "none [mmc0] timer". */
static void
led_active(char *buf, size_t size, const char *triggers)
{
	const char *begin = strchr(triggers, '[');
	const char *end = begin != NULL ? strchr(begin, ']') : NULL;

	buf[0] = '\0';
	if (end != NULL)
		snprintf(buf, size, "%.*s", (int)(end - begin - 1), begin + 1);
}

/* Restore the LED. Returns -1 and sets e, to the first failure, if that was not
 * possible. */
static int
led_give_back(const struct sx_led_driver *d, struct sx_err *e)
{
	const bool had =
	    d->trigger[0] != '\0' && strcmp(d->trigger, "none") != 0;
	/* Some triggers start from the brightness set before. */
	const int rc = led_write(d, "brightness", d->brightness, e);

	if (had &&
	    led_write(d, "trigger", d->trigger, rc == 0 ? e : NULL) == -1)
		return -1;
	return rc;
}

static int
led_take(struct sx_led_driver *d, struct sx_err *e)
{
	char *triggers = malloc(TRIGGERS);
	int rc;

	if (triggers == NULL)
		return sx_fail_memory(e);
	rc = led_read(d, "trigger", triggers, TRIGGERS, e);
	if (rc == 0)
		led_active(d->trigger, sizeof(d->trigger), triggers);
	free(triggers);
	if (rc == -1 ||
	    led_read(d, "brightness", d->brightness, NUMBER, e) == -1 ||
	    led_read(d, "max_brightness", d->most, NUMBER, e) == -1)
		return -1;
	if (d->most[0] == '\0')
		memcpy(d->most, "1", 2);
	if (d->trigger[0] != '\0' && led_write(d, "trigger", "none", e) == -1)
		return -1;
	if (led_write(d, "brightness", "0", e) == 0)
		return 0;
	(void)led_give_back(d, NULL);
	return -1;
}

/* Fail, listing the existing LEDs. */
static int
led_missing(const char *leds, const char *name, struct sx_err *e)
{
	DIR *dir = opendir(leds);
	struct dirent *entry;
	char list[SX_HINT_TEXT - 16] = "";
	size_t used = 0;

	sx_fail(e, SX_EIO, 0, "no LED '%s' in '%s'", name, leds);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    used + strlen(entry->d_name) + 3 > sizeof(list))
			continue;
		used += (size_t)snprintf(list + used, sizeof(list) - used,
		    "%s%s", used > 0 ? ", " : "", entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
	return sx_hint(
	    e, "%s%s", used > 0 ? "there are: " : "there is none", list);
}

static int
led_find(struct sx_led_driver *d, const char *leds, const char *name,
    struct sx_err *e)
{
	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return sx_fail(e, SX_EUSAGE, 0,
		    "'%s' is not the name of an LED, as in '%s'", name, leds);
	if (asprintf(&d->folder, "%s/%s", leds, name) == -1) {
		d->folder = NULL;
		return sx_fail_memory(e);
	}
	if (access(d->folder, F_OK) == -1 && errno == ENOENT)
		return led_missing(leds, name, e);
	return led_take(d, e);
}

/* ---- The thread ---- */

static void *
led_main(void *arg)
{
	struct sx_led_driver *d = arg;
	struct sx_worker *w = &d->worker;
	struct sx_err why;
	bool shown = false, on;
	int64_t next;

	pthread_mutex_lock(&w->lock);
	while (!w->quit) {
		on = sx_led_at(&d->led, sx_worker_now(), &next);
		if (on == shown) {
			sx_worker_wait(w, next);
			continue;
		}
		why = (struct sx_err){ 0 };
		sx_worker_begins(w);
		pthread_mutex_unlock(&w->lock);
		(void)led_write(d, "brightness", on ? d->most : "0", &why);
		shown = on;
		pthread_mutex_lock(&w->lock);
		sx_worker_did(w, &why);
	}
	pthread_mutex_unlock(&w->lock);
	why = (struct sx_err){ 0 };
	(void)led_give_back(d, &why);
	pthread_mutex_lock(&w->lock);
	sx_worker_did(w, &why);
	pthread_mutex_unlock(&w->lock);
	sx_worker_over(w);
	return NULL;
}

struct sx_led_driver *
sx_led_open(const char *leds, const char *name, struct sx_err *e)
{
	struct sx_led_driver *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	d->worker.what = "the LED";
	if (led_find(d, leds, name, e) == 0) {
		if (sx_worker_start(&d->worker, led_main, d, e) == 0)
			return d;
		(void)led_give_back(d, NULL);
	}
	free(d->folder);
	free(d);
	return NULL;
}

void
sx_led_put(struct sx_led_driver *d, const struct sx_led_view *view)
{
	pthread_mutex_lock(&d->worker.lock);
	sx_led_show(&d->led, view, sx_worker_now());
	sx_worker_wake(&d->worker);
	pthread_mutex_unlock(&d->worker.lock);
}

bool
sx_led_failed(struct sx_led_driver *d, struct sx_err *e)
{
	return sx_worker_failed(&d->worker, e);
}

int
sx_led_close(struct sx_led_driver *d, struct sx_err *e)
{
	struct sx_err why = { 0 };

	if (d == NULL)
		return 0;
	if (sx_worker_stop(&d->worker, &why)) {
		free(d->folder);
		free(d);
	}
	if (why.code == SX_OK)
		return 0;
	*e = why;
	return -1;
}
