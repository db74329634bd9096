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
 * is 16 * RATE, as the overlay midi-uart0 does.
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
	printf("type %d, baud_base %d\n", line.type, line.baud_base);
	line.baud_base = atoi(argv[2]);
	if (ioctl(fd, TIOCSSERIAL, &line) == -1) {
		perror(argv[1]);
		return 1;
	}
	close(fd);
	return 0;
}
