/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_INSTRUMENTS_H
#define SXLIB_TESTS_INSTRUMENTS_H

/* The data of instruments as values. Include after cmocka.h and its headers. */
#include "sxlib/instrument.h"

/* d NULL: a built-in instrument. */
static inline struct sx_instrument
instrument_at(const struct sx_devices *d, size_t i)
{
	struct sx_instrument in;

	assert_true(sx_instrument(d, i, &in));
	return in;
}

static inline struct sx_message_kind
format_at(const struct sx_instrument *in, size_t i)
{
	struct sx_message_kind f;

	assert_true(i < in->nformats);
	sx_instrument_format(in, i, &f);
	return f;
}

static inline struct sx_request_row
request_at(const struct sx_instrument *in, size_t i)
{
	struct sx_request_row row;

	assert_true(i < in->nrequests);
	sx_instrument_request(in, i, &row);
	return row;
}

#endif
