/* SPDX-License-Identifier: ISC */
/* The memory that waiting dumps may use, from the values of the kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/store.h"

#define MIB ((size_t)1 << 20)

static struct {
	const char *meminfo, *max, *current, *stat;
} kernel;

FILE *
fopen(const char *path, const char *mode)
{
	const struct {
		const char *path, *text;
	} files[] = {
		{ "/proc/meminfo", kernel.meminfo },
		{ "/proc/self/cgroup", "1:cpu:/other\n0::/a/unit\n" },
		{ "/sys/fs/cgroup/a/unit/memory.max", kernel.max },
		{ "/sys/fs/cgroup/a/unit/memory.current", kernel.current },
		{ "/sys/fs/cgroup/a/unit/memory.stat", kernel.stat },
	};

	(void)mode;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(path, files[i].path) == 0 && files[i].text != NULL)
			return fmemopen((void *)(uintptr_t)files[i].text,
			    strlen(files[i].text), "r");
	return NULL;
}

static size_t
measured(void)
{
	struct sx_memory m = { 0 };

	sx_memory_measure(&m);
	return m.most;
}

static void
of_the_machine(void **state)
{
	(void)state;
	kernel.meminfo = "MemTotal: 999999 kB\nMemAvailable:  409600 kB\n";
	assert_int_equal(measured(), 100 * MIB);
	kernel.max = "max\n";
	kernel.current = "8388608\n";
	assert_int_equal(measured(), 100 * MIB);
	kernel.meminfo = NULL;
	assert_int_equal(measured(), 32 * MIB);
}

static void
of_the_group(void **state)
{
	(void)state;
	kernel.meminfo = "MemAvailable: 409600 kB\n";
	kernel.max = "209715200\n";
	kernel.current = "41943040\n";
	kernel.stat = NULL;
	assert_int_equal(measured(), 40 * MIB);
	kernel.current = "999999999\n";
	assert_int_equal(measured(), 0);
}

/* The page cache of written files stays in memory until it is needed. */
static void
files_of_the_group(void **state)
{
	(void)state;
	kernel.meminfo = "MemAvailable: 999999999 kB\n";
	kernel.max = "209715200\n";
	kernel.current = "209715200\n";
	kernel.stat = "anon 9\nfile 8\nactive_file 20971520\n"
		      "inactive_file 146800640\nunevictable 7\n";
	assert_int_equal(measured(), 40 * MIB);
	kernel.current = "1000\n";
	assert_int_equal(measured(), 50 * MIB);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_the_machine),
		cmocka_unit_test(of_the_group),
		cmocka_unit_test(files_of_the_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
