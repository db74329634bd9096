/* SPDX-License-Identifier: ISC */
#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * baud_base LINE RATE: make the driver of a serial line believe that its clock
 * is 16 * RATE, as the overlay midi-uart0 does, and say so; until it is killed,
 * since the driver of a PL011 looks at the clock whenever the line is opened.
 */
int
main(int argc, char **argv)
{
	struct serial_struct line;
	int fd;

	if (argc != 3)
		return 2;
	fd = open(argv[1], O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd == -1 || ioctl(fd, TIOCGSERIAL, &line) == -1) {
		perror(argv[1]);
		return 1;
	}
	line.baud_base = atoi(argv[2]);
	if (ioctl(fd, TIOCSSERIAL, &line) == -1) {
		perror(argv[1]);
		return 1;
	}
	printf("set\n");
	fflush(stdout);
	pause();
	return 0;
}
