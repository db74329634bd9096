/* SPDX-License-Identifier: ISC */
#include <sound/asequencer.h>
#include <sys/ioctl.h>

#include "seq_room.h"

/* A separate file because alsa-lib can only query a client's own queue, and its
 * headers cannot be included together with the kernel's. */

bool
seq_room(int seq, int client, size_t len)
{
	const size_t cell = sizeof(struct snd_seq_event);
	struct snd_seq_client_pool pool = { .client = client };
	size_t need = 1 + (len + cell - 1) / cell;

	if (ioctl(seq, SNDRV_SEQ_IOCTL_GET_CLIENT_POOL, &pool) == -1 ||
	    pool.input_free == pool.input_pool)
		return true;
	return pool.input_free > 0 &&
	       (size_t)pool.input_free >= (size_t)pool.input_pool / 2 + need;
}

size_t
seq_queued(int seq, int client)
{
	struct snd_seq_client_pool pool = { .client = client };

	if (ioctl(seq, SNDRV_SEQ_IOCTL_GET_CLIENT_POOL, &pool) == -1 ||
	    pool.input_pool < pool.input_free)
		return 0;
	return (size_t)(pool.input_pool - pool.input_free);
}
