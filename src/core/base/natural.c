/*
 * natural.c
 *	  Natural numbers of any size, to compare products exactly.
 *
 * Ratios are compared by cross products, so that multiplying and comparing is
 * all that it takes.  A product is made factor by factor, as on paper.
 */
#include "core/base/natural.h"

Natural
natural_one(uint64 *limbs, int room)
{
	limbs[0] = 1;
	return (Natural) {1, room, limbs};
}

/* Add to the limb at a place, and carry on from there. */
static void
add_at(Natural *number, int at, uint64 value)
{
	while (value != 0)
	{
		uint64		sum;

		Assert(at < number->room);
		while (at >= number->count)
			number->limbs[number->count++] = 0;
		sum = number->limbs[at] + value;
		value = sum < value;
		number->limbs[at++] = sum;
	}
}

/* From the highest limb down, so that each is read before anything is added to it. */
void
natural_times(Natural *number, uint128 factor)
{
	uint64		low = (uint64) factor;
	uint64		high = (uint64) (factor >> 64);

	for (int i = number->count - 1; i >= 0; i--)
	{
		uint64		limb = number->limbs[i];
		uint128		by_low = (uint128) limb * low;
		uint128		by_high = (uint128) limb * high;

		number->limbs[i] = (uint64) by_low;
		add_at(number, i + 1, (uint64) (by_low >> 64));
		add_at(number, i + 1, (uint64) by_high);
		add_at(number, i + 2, (uint64) (by_high >> 64));
	}
	while (number->count > 0 && number->limbs[number->count - 1] == 0)
		number->count--;
}

int
natural_compare(const Natural *a, const Natural *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (int i = a->count - 1; i >= 0; i--)
		if (a->limbs[i] != b->limbs[i])
			return a->limbs[i] < b->limbs[i] ? -1 : 1;
	return 0;
}
