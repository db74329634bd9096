/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SANDBOX_H
#define SXLIB_SANDBOX_H

/*
 * Sandbox for a command that runs indefinitely on untrusted input and starts no
 * programs. From here on this thread and the threads it creates cannot start
 * programs, create devices, sockets, FIFOs or symbolic links, use TCP, or
 * signal other processes. Writing files is not restricted: disks may be mounted
 * and folders linked anywhere at run time, and a dump that cannot be written is
 * lost. Does nothing if the kernel lacks a Landlock that allows renames between
 * folders (Linux 5.19).
 */
void sx_sandbox(void);

#endif
