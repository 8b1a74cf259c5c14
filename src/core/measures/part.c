/*
 * part.c
 *	  The state of a measure as bytes.
 */
#include "core/measures/part.h"

#include <limits.h>

/* The first bytes of each: two letters, the version of the format, the kind */
enum
{
	BYTE_E,
	BYTE_Q,
	BYTE_VERSION,
	BYTE_KIND,
	BYTES_BEFORE
};

#define VERSION		1
#define WIDTH		8			/* of a number */

size_t
part_size(int count)
{
	return BYTES_BEFORE + (size_t) count * WIDTH;
}

void
part_write(uint8 kind, const double *numbers, int count, uint8 *bytes)
{
	bytes[BYTE_E] = 'e';
	bytes[BYTE_Q] = 'q';
	bytes[BYTE_VERSION] = VERSION;
	bytes[BYTE_KIND] = kind;
	bytes += BYTES_BEFORE;
	for (int i = 0; i < count; i++)
	{
		uint64		number;

		memcpy(&number, &numbers[i], sizeof(number));
		for (int j = WIDTH - 1; j >= 0; j--)
			*bytes++ = (uint8) (number >> (8 * j));
	}
}

int
part_kind(const uint8 *bytes, size_t size, int *count)
{
	if (size < BYTES_BEFORE || (size - BYTES_BEFORE) % WIDTH != 0 ||
		(size - BYTES_BEFORE) / WIDTH > INT_MAX || bytes[BYTE_E] != 'e' ||
		bytes[BYTE_Q] != 'q' || bytes[BYTE_VERSION] != VERSION)
		return -1;
	*count = (int) ((size - BYTES_BEFORE) / WIDTH);
	return bytes[BYTE_KIND];
}

void
part_read(const uint8 *bytes, int count, double *numbers)
{
	bytes += BYTES_BEFORE;
	for (int i = 0; i < count; i++)
	{
		uint64		number = 0;

		for (int j = 0; j < WIDTH; j++)
			number = number << 8 | *bytes++;
		memcpy(&numbers[i], &number, sizeof(number));
	}
}
