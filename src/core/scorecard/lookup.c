/*
 * lookup.c
 *	  Finding a long text among a criterion's sorted texts, by binary search.
 */
#include "core/scorecard/lookup.h"

int
find_long_text(const Program *program, const ProgramCriterion *criterion, TextItem item)
{
	const TextKey *texts = program_at(program, TextKey, criterion->keys);
	int			low = 0;
	int			high = criterion->count - 1;

	while (low <= high)
	{
		int			middle = (low + high) / 2;
		int			order = compare_text(item, key_item(program, &texts[middle]));

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return -1;
}
