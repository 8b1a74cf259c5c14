/*
 * random.c
 *	  Random numbers that are the same in every run.
 */
#include "helper/random.h"

uint64
random_bits(Random *random)
{
	uint64		bits = random->state += UINT64CONST(0x9E3779B97F4A7C15);

	bits = (bits ^ (bits >> 30)) * UINT64CONST(0xBF58476D1CE4E5B9);
	bits = (bits ^ (bits >> 27)) * UINT64CONST(0x94D049BB133111EB);
	return bits ^ (bits >> 31);
}

static int
next_byte(Random *random)
{
	random->left--;
	return *random->bytes++;
}

int
random_below(Random *random, int limit)
{
	if (random->left >= 2 && limit > 256)
		return (next_byte(random) * 256 + next_byte(random)) % limit;
	if (random->left > 0)
		return next_byte(random) % limit;
	return (int) (random_bits(random) % (uint64) limit);
}

int128
random_digits(Random *random, int max_digits)
{
	int			count = random_below(random, max_digits + 1);
	int128		number = 0;

	for (int i = 0; i < count; i++)
		number = number * 10 + random_below(random, 10);
	return random_below(random, 2) ? number : -number;
}

void
random_shuffle(Random *random, int *numbers, int count)
{
	for (int i = count - 1; i > 0; i--)
	{
		int			j = random_below(random, i + 1);
		int			moved = numbers[i];

		numbers[i] = numbers[j];
		numbers[j] = moved;
	}
}
