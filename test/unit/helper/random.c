/*
 * random.c
 *	  Random numbers that are the same in every run.
 */
#include "helper/random.h"

uint64
dice_bits(Dice *dice)
{
	uint64		bits = dice->state += UINT64CONST(0x9E3779B97F4A7C15);

	bits = (bits ^ (bits >> 30)) * UINT64CONST(0xBF58476D1CE4E5B9);
	bits = (bits ^ (bits >> 27)) * UINT64CONST(0x94D049BB133111EB);
	return bits ^ (bits >> 31);
}

static int
next_byte(Dice *dice)
{
	dice->left--;
	return *dice->bytes++;
}

int
dice_roll(Dice *dice, int sides)
{
	if (dice->left >= 2 && sides > 256)
		return (next_byte(dice) * 256 + next_byte(dice)) % sides;
	if (dice->left > 0)
		return next_byte(dice) % sides;
	return (int) (dice_bits(dice) % (uint64) sides);
}

int128
dice_digits(Dice *dice, int max_digits)
{
	int			count = dice_roll(dice, max_digits + 1);
	int128		number = 0;

	for (int i = 0; i < count; i++)
		number = number * 10 + dice_roll(dice, 10);
	return dice_roll(dice, 2) ? number : -number;
}

void
dice_shuffle(Dice *dice, int *numbers, int count)
{
	for (int i = count - 1; i > 0; i--)
	{
		int			j = dice_roll(dice, i + 1);
		int			moved = numbers[i];

		numbers[i] = numbers[j];
		numbers[j] = moved;
	}
}
