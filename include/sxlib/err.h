/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ERR_H
#define SXLIB_ERR_H

/*
 * One error value for the whole library. A function that can fail takes a
 * struct sx_err * as its last argument, fills it and returns -1 (or NULL).
 * Nothing in the library prints: only the command line does.
 */

/* What the caller can do about it; the exit status follows from this. */
enum sx_errc {
	SX_OK,
	SX_EUSAGE,   /* a value that does not parse, options that contradict */
	SX_EIO,	     /* a file or a system call failed */
	SX_EDATA,    /* a file holds what it should not */
	SX_EREFUSED, /* not done because it would overwrite or endanger */
	SX_EPORT,    /* no such port, busy, not permitted, gone */
	SX_ETIMEOUT, /* nothing came in time */
	SX_ENONE,    /* nothing is there: a folder without dumps */
	SX_ENOMEM,
};

#define SX_ERR_TEXT  384 /* bytes */
#define SX_HINT_TEXT 704

/* Zero it before the first use. Owns nothing. Small, since it is cleared and
 * copied often. */
struct sx_err {
	enum sx_errc code;
	int sys; /* errno, 0 if it does not apply */
	/* What failed: why; no newline at the end. */
	char msg[SX_ERR_TEXT];
	/* What to do about it, perhaps in several lines, or "". */
	char hint[SX_HINT_TEXT];
};

/*
 * Fill e with "fmt...: strerror(sys)" (without the second part if sys is 0).
 * The first failure stays: an e that is already filled is not changed. e may
 * be NULL. Always returns -1. Of text that does not fit, as with a very long
 * path, the middle becomes " ... ": both ends tell the most.
 */
int sx_fail(struct sx_err *e, enum sx_errc code, int sys, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* sx_fail() for memory that could not be had. Always returns -1. */
int sx_fail_memory(struct sx_err *e);

/* Say what the user can do; the first hint stays. Always returns -1. */
int sx_hint(struct sx_err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
