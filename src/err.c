/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/err.h"

static const char ELLIPSIS[] = "...";

static void
append(char *text, const char *fmt, va_list ap)
{
	size_t used = strlen(text);
	int n = vsnprintf(text + used, SX_ERR_TEXT - used, fmt, ap);

	if (n < 0)
		text[used] = '\0';
	else if ((size_t)n >= SX_ERR_TEXT - used)
		memcpy(text + SX_ERR_TEXT - sizeof(ELLIPSIS), ELLIPSIS,
		    sizeof(ELLIPSIS));
}

static void __attribute__((format(printf, 2, 3)))
appendf(char *text, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(text, fmt, ap);
	va_end(ap);
}

int
sx_fail(struct sx_err *e, enum sx_errc code, int sys, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL || e->code != SX_OK)
		return -1;
	e->code = code;
	e->sys = sys;
	e->msg[0] = '\0';
	va_start(ap, fmt);
	append(e->msg, fmt, ap);
	va_end(ap);
	if (sys != 0)
		appendf(e->msg, ": %s", strerror(sys));
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
	append(e->hint, fmt, ap);
	va_end(ap);
	return -1;
}
