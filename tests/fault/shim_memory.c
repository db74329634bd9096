/* SPDX-License-Identifier: ISC */
/* Allocations, and which of them were not freed. */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "shim.h"

/* What is allocated and not freed: the addresses, hashed. */
#define PLACES ((size_t)1 << 16)
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *live[PLACES];
static size_t nlive;

static void
enter(void *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&lock);
	for (size_t i = (uintptr_t)p / 16; nlive < PLACES - 1; i++)
		if (live[i % PLACES] == NULL) {
			live[i % PLACES] = p;
			nlive++;
			break;
		}
	pthread_mutex_unlock(&lock);
}

static void
leave(void *p)
{
	size_t i = (uintptr_t)p / 16 % PLACES, hole, home;

	if (p == NULL)
		return;
	pthread_mutex_lock(&lock);
	while (live[i] != NULL && live[i] != p)
		i = (i + 1) % PLACES;
	if (live[i] == p) {
		live[i] = NULL;
		nlive--;
		/* Those behind it move up, or they would not be found. */
		for (hole = i, i = (i + 1) % PLACES; live[i] != NULL;
		     i = (i + 1) % PLACES) {
			home = (uintptr_t)live[i] / 16 % PLACES;
			if ((i - home) % PLACES >= (i - hole) % PLACES) {
				live[hole] = live[i];
				live[i] = NULL;
				hole = i;
			}
		}
	}
	pthread_mutex_unlock(&lock);
}

size_t
still_held(void)
{
	return nlive;
}

static void *
given(void *p, void *caller)
{
	if (is_program(caller))
		enter(p);
	return p;
}

void *
malloc(size_t n)
{
	if (strike(F_malloc, CALLER) > 0 || strike_smf(F_smf_alloc, CALLER) > 0)
		return NULL;
	return given(__libc_malloc(n), CALLER);
}

void *
calloc(size_t n, size_t size)
{
	if (strike(F_calloc, CALLER) > 0 || strike_smf(F_smf_alloc, CALLER) > 0)
		return NULL;
	return given(__libc_calloc(n, size), CALLER);
}

static void *
grown(void *p, size_t n, void *caller)
{
	void *q;

	/* Before another thread is given the same address. */
	leave(p);
	q = __libc_realloc(p, n);
	return given(q != NULL || n == 0 ? q : p, caller) == q ? q : NULL;
}

void *
realloc(void *p, size_t n)
{
	if (strike(F_realloc, CALLER) > 0 ||
	    strike_smf(F_smf_alloc, CALLER) > 0)
		return NULL;
	return grown(p, n, CALLER);
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	if (strike(F_reallocarray, CALLER) > 0)
		return NULL;
	if (size != 0 && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return grown(p, n * size, CALLER);
}

void
free(void *p)
{
	leave(p);
	__libc_free(p);
}

char *
strndup(const char *text, size_t max)
{
	size_t n = strnlen(text, max);
	char *p;

	if (strike(F_strndup, CALLER) > 0)
		return NULL;
	p = given(__libc_malloc(n + 1), CALLER);
	if (p == NULL)
		return NULL;
	memcpy(p, text, n);
	p[n] = '\0';
	return p;
}

char *
strdup(const char *text)
{
	size_t n = strlen(text) + 1;
	char *p;

	if (strike(F_strdup, CALLER) > 0)
		return NULL;
	p = given(__libc_malloc(n), CALLER);
	return p != NULL ? memcpy(p, text, n) : NULL;
}

int
vasprintf(char **p, const char *fmt, va_list ap)
{
	int n;

	if (strike(F_vasprintf, CALLER) > 0)
		return -1;
	n = REAL(vasprintf)(p, fmt, ap);
	if (n != -1)
		given(*p, CALLER);
	return n;
}

int
asprintf(char **p, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (strike(F_asprintf, CALLER) > 0)
		return -1;
	va_start(ap, fmt);
	n = REAL(vasprintf)(p, fmt, ap);
	va_end(ap);
	if (n != -1)
		given(*p, CALLER);
	return n;
}

FAILS(FILE *, NULL, open_memstream, (char **p, size_t *n), (p, n))
