/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ERR_H
#define SXLIB_ERR_H

#include <stdarg.h>

/*
 * One error value for the whole library. A function that can fail takes a
 * struct sx_err * as its last argument; on failure it fills it and returns -1
 * (or NULL). Nothing in the library prints; only the command line does.
 */

/* What kind of failure it is; determines the exit status. */
enum sx_errc {
	SX_OK,
	SX_EUSAGE,   /* a value that does not parse, conflicting options */
	SX_EIO,	     /* a file or a system call failed */
	SX_EDATA,    /* invalid contents of a file */
	SX_EREFUSED, /* not done: would overwrite or endanger something */
	SX_EPORT,    /* no such port, busy, not permitted, gone */
	SX_ETIMEOUT, /* nothing arrived in time */
	SX_ENONE,    /* nothing found: a folder without dumps */
	SX_ENOMEM,
};

#define SX_ERR_TEXT  384 /* bytes */
#define SX_HINT_TEXT 704

/* Zero before first use. Owns nothing. Small, since it is cleared and copied
 * often. */
struct sx_err {
	enum sx_errc code;
	int sys; /* errno, 0 if none */
	/* "WHAT FAILED: WHY", without a trailing newline. */
	char msg[SX_ERR_TEXT];
	/* What to do about it, may have several lines, or "". */
	char hint[SX_HINT_TEXT];
};

/*
 * Fill e with "fmt...: strerror(sys)" (only the first part if sys is 0). The
 * first failure wins: an e that is already set is not changed. e may be NULL.
 * Text that does not fit, such as a very long path, gets " ... " in the middle,
 * since both ends say the most. Always returns -1.
 */
int sx_fail(struct sx_err *e, enum sx_errc code, int sys, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
int sx_vfail(struct sx_err *e, enum sx_errc code, int sys, const char *fmt,
    va_list ap) __attribute__((format(printf, 4, 0)));

/* sx_fail() for out of memory. Always returns -1. */
int sx_fail_memory(struct sx_err *e);

/* Add advice for the user; the first hint wins. e may be NULL. Always returns
 * -1. */
int sx_hint(struct sx_err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
