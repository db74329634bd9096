/* SPDX-License-Identifier: ISC */
#include "status.h"

enum status
status_worse(enum status a, enum status b)
{
	static const int rank[] = { [ST_OK] = 5,
		[ST_USAGE] = 0,
		[ST_FAILED] = 1,
		[ST_PORT] = 2,
		[ST_DAMAGED] = 3,
		[ST_INCOMPLETE] = 4 };

	return rank[a] < rank[b] ? a : b;
}

enum status
status_of(const struct sx_err *e)
{
	switch (e->code) {
	case SX_OK:
		return ST_OK;
	case SX_EUSAGE:
		return ST_USAGE;
	case SX_EPORT:
		return ST_PORT;
	case SX_ETIMEOUT:
	case SX_ENONE:
		return ST_INCOMPLETE;
	case SX_EIO:
	case SX_EDATA:
	case SX_EREFUSED:
	case SX_ENOMEM:
		break;
	}
	return ST_FAILED;
}
