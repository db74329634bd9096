/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/err.h"

#define WHOLE 16384 /* bytes: two paths of PATH_MAX and a sentence */

static const char GAP[] = " ... ";

/* True for a byte of UTF-8 that is not the first of a character. */
static bool
is_inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Copy text; if it is too long, only its two ends. */
static void
err_fit(char *to, size_t size, const char *text)
{
	size_t len = strlen(text), gap = sizeof(GAP) - 1;
	size_t tail = size / 2;
	size_t head = size - 1 - gap - tail;

	if (len < size) {
		memcpy(to, text, len + 1);
		return;
	}
	/* Do not cut inside a character. */
	while (head > 0 && is_inside(text[head]))
		head--;
	while (tail > 0 && is_inside(text[len - tail]))
		tail--;
	memcpy(to, text, head);
	memcpy(to + head, GAP, gap);
	memcpy(to + head + gap, text + len - tail, tail + 1);
}

static void
err_compose(char *to, size_t size, int sys, const char *fmt, va_list ap)
{
	char text[WHOLE];
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	size_t used = n < 0 ? 0 : strnlen(text, sizeof(text));

	text[used] = '\0';
	if (sys != 0)
		snprintf(
		    text + used, sizeof(text) - used, ": %s", strerror(sys));
	err_fit(to, size, text);
}

int
sx_vfail(
    struct sx_err *e, enum sx_errc code, int sys, const char *fmt, va_list ap)
{
	if (e == NULL || e->code != SX_OK)
		return -1;
	e->code = code;
	e->sys = sys;
	err_compose(e->msg, sizeof(e->msg), sys, fmt, ap);
	return -1;
}

int
sx_fail(struct sx_err *e, enum sx_errc code, int sys, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)sx_vfail(e, code, sys, fmt, ap);
	va_end(ap);
	return -1;
}

int
sx_fail_memory(struct sx_err *e)
{
	return sx_fail(e, SX_ENOMEM, 0, "out of memory");
}

int
sx_hint(struct sx_err *e, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL || e->hint[0] != '\0')
		return -1;
	va_start(ap, fmt);
	err_compose(e->hint, sizeof(e->hint), 0, fmt, ap);
	va_end(ap);
	return -1;
}
