/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SANDBOX_H
#define SXLIB_SANDBOX_H

/*
 * For a command that runs for ever on bytes from outside, and starts no
 * program. From here on this thread, and those that it begins, can start none;
 * nor can they make devices, sockets, FIFOs and symbolic links, use TCP, or
 * send signals to others. Which files they change is left open: a disk may be
 * mounted, or a folder linked, anywhere while they run, and a dump that finds
 * no way to the disk is lost. Does nothing where the kernel has no Landlock
 * that allows renames from folder to folder (Linux 5.19).
 */
void sx_sandbox(void);

#endif
