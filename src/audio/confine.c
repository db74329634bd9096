/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "confine.h"

/* Many times the longest sample dump with any sensible number of channels. */
#define MEMORY_MOST  ((rlim_t)1 << 30)
#define SECONDS_MOST 60 /* CPU time */

#if defined(__x86_64__) && defined(__LP64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCH AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define ARCH AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#endif

/* Sanitizers map terabytes, and open files at exit, as gcov does. */
#if defined(__SANITIZE_ADDRESS__) || defined(SX_COVERAGE)
#define UNCONFINED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define UNCONFINED 1
#endif
#endif

#if !defined(UNCONFINED) && defined(ARCH)

/* Calls needed by stdio, malloc() and process exit. */
static const uint16_t allowed[] = {
	SYS_read,
	SYS_readv,
	SYS_pread64,
	SYS_write,
	SYS_writev,
	SYS_pwrite64,
	SYS_lseek,
	SYS_close,
	SYS_ftruncate,
	SYS_fstat,
#ifdef SYS__llseek
	SYS__llseek,
	SYS_fstat64,
	SYS_ftruncate64,
#endif
#ifdef SYS_newfstatat
	SYS_newfstatat,
#endif
#ifdef SYS_fstatat64
	SYS_fstatat64,
#endif
#ifdef SYS_statx
	SYS_statx,
#endif
	SYS_brk,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	SYS_futex,
	SYS_getrandom,
	SYS_clock_gettime,
#ifdef SYS_clock_gettime64
	SYS_clock_gettime64,
#endif
#ifdef SYS_futex_time64
	SYS_futex_time64,
#endif
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_getpid,
	SYS_gettid,
	SYS_tgkill,
	SYS_exit,
	SYS_exit_group,
};

#define ALLOWED (sizeof(allowed) / sizeof(allowed[0]))

/* The third argument of these must not ask for executable memory. */
static const uint16_t maps[] = {
#ifdef SYS_mmap
	SYS_mmap,
#endif
#ifdef SYS_mmap2
	SYS_mmap2,
#endif
	SYS_mprotect,
};

#define MAPS (sizeof(maps) / sizeof(maps[0]))

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LOW_WORD 0
#else
#define LOW_WORD 4
#endif

static void
confine_put(
    struct sock_filter **p, uint16_t code, uint32_t k, size_t yes, size_t no)
{
	*(*p)++ = (struct sock_filter){
		.code = code, .k = k, .jt = (uint8_t)yes, .jf = (uint8_t)no
	};
}

static void
allow_calls(void)
{
	const uint16_t load = BPF_LD | BPF_W | BPF_ABS;
	const uint16_t equal = BPF_JMP | BPF_JEQ | BPF_K;
	const uint16_t give = BPF_RET | BPF_K;
	struct sock_filter program[8 + MAPS + ALLOWED], *p = program;
	struct sock_fprog all = { .filter = program };

	confine_put(&p, load, offsetof(struct seccomp_data, arch), 0, 0);
	confine_put(&p, equal, ARCH, 0, ALLOWED + MAPS + 1);
	confine_put(&p, load, offsetof(struct seccomp_data, nr), 0, 0);
	for (size_t i = 0; i < ALLOWED; i++)
		confine_put(&p, equal, allowed[i], ALLOWED + MAPS + 3 - i, 0);
	for (size_t i = 0; i < MAPS; i++)
		confine_put(&p, equal, maps[i], MAPS - i, 0);
	confine_put(&p, give, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	confine_put(
	    &p, load, offsetof(struct seccomp_data, args[2]) + LOW_WORD, 0, 0);
	confine_put(&p, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1);
	confine_put(&p, give, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	confine_put(&p, give, SECCOMP_RET_ALLOW, 0, 0);
	all.len = (unsigned short)(p - program);
	(void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all);
}

void
confine(void)
{
	const struct rlimit memory = { MEMORY_MOST, MEMORY_MOST },
			    time = { SECONDS_MOST, SECONDS_MOST },
			    none = { 0, 0 };

	(void)setrlimit(RLIMIT_AS, &memory);
	(void)setrlimit(RLIMIT_CPU, &time);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)setrlimit(RLIMIT_NOFILE, &none);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		allow_calls();
}

#else

void
confine(void)
{
}

#endif
