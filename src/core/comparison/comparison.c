/*
 * comparison.c
 *	  Who gains and who loses between two sets of placements, counted by a value of
 *	  the applications.
 *
 * Applications and placements are sorted by applicant and gone through side by side.
 * An applicant counts once for each value that one of the own applications has; a
 * seat counts for the values of the application that it was given for, and so does
 * who gains (by the seat after) or loses (by the seat before).
 *
 * Cost: n log n for n applications, and a step for each of their values.
 */
#include "core/comparison/comparison.h"

#include "core/base/idmap.h"
#include "core/base/market_errors.h"

#define FIRST_ROOM 1024

typedef struct ComparedWish
{
	int64 applicant_id;
	int32 choice;
	int32 pool; /* its number */
	int32 set;
} ComparedWish;

typedef struct ComparedPlacement
{
	int64 applicant_id;
	int64 pool_id;
	int64 choice; /* or NONE: it is not given */
} ComparedPlacement;

typedef struct ComparedPlacements
{
	ComparedPlacement *rows;
	int32			   count;
	int32			   room;
	int32			   next; /* the first of those not yet counted */
} ComparedPlacements;

struct Comparison
{
	CoreError		  *error;
	Size			   memory_limit;
	ComparedWish	  *wishes;
	int32			   count;
	int32			   room;
	ComparedPlacements given[COMPARISON_SIDES];
	idmap_hash		  *pools;
	int64			  *pool_ids; /* by number, made for counting */
	int32			  *seen_in; /* by pool: the first wish of the last applicant who asked for it */
	WordTable		  *values;
	WordTable		  *sets;	   /* the numbers of the values in it, as bytes */
	ComparisonSum	  *sums;	   /* by value; the last one of those without */
	int32			  *counted_in; /* by sum: the first wish of the last applicant counted */
};

Comparison *
comparison_begin(Size memory_limit, CoreError *error)
{
	Comparison *comparison = palloc0(sizeof(Comparison));

	comparison->error = error;
	comparison->memory_limit = memory_limit;
	comparison->pools = idmap_create(FIRST_ROOM, NULL);
	comparison->values = words_create();
	comparison->sets = words_create();
	return comparison;
}

/* Sums, pools and sets included that are made for counting */
static bool
check_memory(const Comparison *comparison)
{
	Size needed =
		sizeof(ComparedWish) * comparison->room +
		sizeof(ComparedPlacement) * ((Size) comparison->given[COMPARISON_BEFORE].room +
									 comparison->given[COMPARISON_AFTER].room) +
		(4 * sizeof(IdEntry) + sizeof(int64) + sizeof(int32)) * comparison->pools->members +
		words_memory(comparison->values) + words_memory(comparison->sets) +
		(sizeof(ComparisonSum) + sizeof(int32)) * words_count(comparison->values);

	return core_check_memory(comparison->error, "a comparison", needed, comparison->memory_limit);
}

/* ---- sets of values ---- */

static int
compare_numbers(const void *a, const void *b)
{
	int32 left = *(const int32 *) a;
	int32 right = *(const int32 *) b;

	return (left > right) - (left < right);
}

bool
comparison_number_set(Comparison *comparison, const Word *words, int count, int32 *set)
{
	int32 *numbers = palloc(sizeof(int32) * Max(count, 1));
	int	   distinct = 0;

	for (int i = 0; i < count; i++)
		numbers[i] = words_add(comparison->values, words[i]);
	qsort(numbers, count, sizeof(int32), compare_numbers);
	for (int i = 0; i < count; i++)
		if (i == 0 || numbers[i] != numbers[i - 1])
			numbers[distinct++] = numbers[i];
	*set =
		words_add(comparison->sets, (Word){(const char *) numbers, (int) sizeof(int32) * distinct});
	pfree(numbers);
	return check_memory(comparison);
}

/* ---- rows ---- */

static int32
number_pool(Comparison *comparison, int64 pool_id)
{
	bool	 found;
	IdEntry *entry = idmap_insert(comparison->pools, pool_id, &found);

	if (!found)
		entry->number = comparison->pools->members - 1;
	return entry->number;
}

static bool
make_room_for_wish(Comparison *comparison)
{
	if (comparison->count < comparison->room)
		return true;
	comparison->room = core_more_room(comparison->room);
	if (!check_memory(comparison))
		return false;
	comparison->wishes = comparison->wishes ? host_realloc(comparison->wishes,
														   sizeof(ComparedWish) * comparison->room)
											: host_alloc(sizeof(ComparedWish) * comparison->room);
	return true;
}

bool
comparison_add_application(Comparison *comparison, const ApplicationRow *row)
{
	if (row->choice < 0 || row->choice > PG_INT32_MAX)
		return refuse_choice_range(row, comparison->error);
	if (!make_room_for_wish(comparison))
		return false;
	comparison->wishes[comparison->count++] =
		(ComparedWish){.applicant_id = row->applicant_id,
					   .choice = (int32) row->choice,
					   .pool = number_pool(comparison, row->pool_id),
					   .set = row->set};
	return true;
}

bool
comparison_add_placement(Comparison *comparison, ComparisonSide side, int64 applicant_id,
						 int64 pool_id, const int64 *choice)
{
	ComparedPlacements *list = &comparison->given[side];

	if (list->count == list->room)
	{
		list->room = core_more_room(list->room);
		if (!check_memory(comparison))
			return false;
		list->rows = list->rows ? host_realloc(list->rows, sizeof(ComparedPlacement) * list->room)
								: host_alloc(sizeof(ComparedPlacement) * list->room);
	}
	list->rows[list->count++] = (ComparedPlacement){applicant_id, pool_id, choice ? *choice : NONE};
	return true;
}

/* ---- order ---- */

static inline int
compare_wishes(const ComparedWish *a, const ComparedWish *b)
{
	host_check_interrupts();
	if (a->applicant_id != b->applicant_id)
		return a->applicant_id < b->applicant_id ? -1 : 1;
	return (a->choice > b->choice) - (a->choice < b->choice);
}

static inline int
compare_given(const ComparedPlacement *a, const ComparedPlacement *b)
{
	host_check_interrupts();
	return (a->applicant_id > b->applicant_id) - (a->applicant_id < b->applicant_id);
}

#define ST_SORT sort_wishes
#define ST_ELEMENT_TYPE ComparedWish
#define ST_COMPARE(a, b) compare_wishes(a, b)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_given
#define ST_ELEMENT_TYPE ComparedPlacement
#define ST_COMPARE(a, b) compare_given(a, b)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* ---- counting ---- */

/* The values of an application, as places in the sums */
static int
values_of(const Comparison *comparison, const ComparedWish *wish, const char **numbers)
{
	Word bytes;

	if (wish->set == COMPARISON_NO_VALUE)
		return 0;
	bytes = words_get(comparison->sets, wish->set);
	*numbers = bytes.text;
	return bytes.length / (int) sizeof(int32);
}

typedef void (*SumFunction)(ComparisonSum *sum, const void *what);

/* Do something to the sum of each value of an application. */
static void
for_each_sum(Comparison *comparison, const ComparedWish *wish, SumFunction add, const void *what)
{
	const char *numbers = NULL;
	int			count = values_of(comparison, wish, &numbers);
	int32		number;

	if (wish->set == COMPARISON_NO_VALUE)
		add(&comparison->sums[words_count(comparison->values)], what);
	for (int i = 0; i < count; i++)
	{
		memcpy(&number, numbers + sizeof(int32) * i, sizeof(int32));
		add(&comparison->sums[number], what);
	}
}

typedef struct ComparedPerson
{
	Comparison		   *comparison;
	int32				first; /* of the wishes, which stand together */
	int32				end;
	const ComparedWish *seats[COMPARISON_SIDES]; /* the wishes that were granted, or NULL */
} ComparedPerson;

static void
count_person(ComparisonSum *sum, const void *what)
{
	const ComparedPerson *person = what;
	int32 *counted_in = &person->comparison->counted_in[sum - person->comparison->sums];

	if (*counted_in == person->first)
		return;
	*counted_in = person->first;
	sum->applicants++;
}

static void
count_seat(ComparisonSum *sum, const ComparedPerson *person, ComparisonSide side)
{
	int32 choice = person->seats[side]->choice;

	sum->admitted[side]++;
	sum->choices[side] += choice;
	sum->first_choices[side] += choice == person->comparison->wishes[person->first].choice;
}

static bool
is_better(const ComparedWish *seat, const ComparedWish *other)
{
	return other == NULL || seat->choice < other->choice;
}

static void
count_before(ComparisonSum *sum, const void *what)
{
	const ComparedPerson *person = what;

	count_seat(sum, person, COMPARISON_BEFORE);
	sum->loses += is_better(person->seats[COMPARISON_BEFORE], person->seats[COMPARISON_AFTER]);
}

static void
count_after(ComparisonSum *sum, const void *what)
{
	const ComparedPerson *person = what;

	count_seat(sum, person, COMPARISON_AFTER);
	sum->gains += is_better(person->seats[COMPARISON_AFTER], person->seats[COMPARISON_BEFORE]);
}

/* Whether nobody asks for a pool, or with a choice, twice */
static bool
check_wishes(ComparedPerson *person)
{
	const Comparison *comparison = person->comparison;

	for (int32 i = person->first; i < person->end; i++)
	{
		const ComparedWish *wish = &comparison->wishes[i];

		if (i > person->first && wish->choice == wish[-1].choice)
			return refuse_duplicate_choice(wish->applicant_id, wish->choice, comparison->error);
		if (comparison->seen_in[wish->pool] == person->first)
			return refuse_duplicate_pool_choice(
				wish->applicant_id, comparison->pool_ids[wish->pool], comparison->error);
		comparison->seen_in[wish->pool] = person->first;
	}
	return true;
}

static const char *
side_name(ComparisonSide side)
{
	return side == COMPARISON_BEFORE ? "before" : "after";
}

static bool
refuse_unknown(const ComparedPlacement *given, ComparisonSide side, CoreError *error)
{
	core_fail(error, CORE_UNKNOWN, "placement of the %s query without an application",
			  side_name(side));
	core_detail(error, "Applicant " INT64_FORMAT " does not apply to pool " INT64_FORMAT ".",
				given->applicant_id, given->pool_id);
	return core_hint(error, "The applications query must have each application that was granted.");
}

static bool
refuse_second(const ComparedPlacement *given, ComparisonSide side, CoreError *error)
{
	core_fail(error, CORE_DUPLICATE, "duplicate placement of the %s query", side_name(side));
	return core_detail(error, "Applicant " INT64_FORMAT " has two.", given->applicant_id);
}

static bool
refuse_choice(const ComparedPlacement *given, int32 choice, ComparisonSide side, CoreError *error)
{
	core_fail(error, CORE_INVALID, "choice of a placement of the %s query is another one",
			  side_name(side));
	return core_detail(error,
					   "Applicant " INT64_FORMAT " applies to pool " INT64_FORMAT
					   " with choice %d, not " INT64_FORMAT ".",
					   given->applicant_id, given->pool_id, choice, given->choice);
}

/* Find the wish that a placement grants; false with the error when there is none. */
static bool
find_granted(ComparedPerson *person, const ComparedPlacement *given, ComparisonSide side)
{
	const Comparison *comparison = person->comparison;

	for (int32 i = person->first; i < person->end; i++)
	{
		const ComparedWish *wish = &comparison->wishes[i];

		if (comparison->pool_ids[wish->pool] != given->pool_id)
			continue;
		if (given->choice != NONE && given->choice != wish->choice)
			return refuse_choice(given, wish->choice, side, comparison->error);
		person->seats[side] = wish;
		return true;
	}
	return refuse_unknown(given, side, comparison->error);
}

/* Take the person's placement of one side from those that are left; there may be none. */
static bool
take_placement(ComparedPerson *person, ComparisonSide side)
{
	ComparedPlacements		*list = &person->comparison->given[side];
	int64					 applicant_id = person->comparison->wishes[person->first].applicant_id;
	const ComparedPlacement *given = &list->rows[list->next];

	if (list->next == list->count || given->applicant_id > applicant_id)
		return true;
	if (given->applicant_id < applicant_id)
		return refuse_unknown(given, side, person->comparison->error);
	list->next++;
	if (list->next < list->count && given[1].applicant_id == applicant_id)
		return refuse_second(given, side, person->comparison->error);
	return find_granted(person, given, side);
}

static bool
compare_person(ComparedPerson *person)
{
	Comparison *comparison = person->comparison;

	if (!check_wishes(person) || !take_placement(person, COMPARISON_BEFORE) ||
		!take_placement(person, COMPARISON_AFTER))
		return false;
	for (int32 i = person->first; i < person->end; i++)
		for_each_sum(comparison, &comparison->wishes[i], count_person, person);
	if (person->seats[COMPARISON_BEFORE])
		for_each_sum(comparison, person->seats[COMPARISON_BEFORE], count_before, person);
	if (person->seats[COMPARISON_AFTER])
		for_each_sum(comparison, person->seats[COMPARISON_AFTER], count_after, person);
	return true;
}

static int32
person_end(const Comparison *comparison, int32 first)
{
	int32 end = first;

	while (end < comparison->count &&
		   comparison->wishes[end].applicant_id == comparison->wishes[first].applicant_id)
		end++;
	return end;
}

static bool
check_all_taken(const Comparison *comparison, ComparisonSide side)
{
	const ComparedPlacements *list = &comparison->given[side];

	return list->next == list->count ||
		   refuse_unknown(&list->rows[list->next], side, comparison->error);
}

static bool
compare_persons(Comparison *comparison)
{
	int32 end;

	for (int32 first = 0; first < comparison->count; first = end)
	{
		ComparedPerson person = {comparison, first};

		host_check_interrupts();
		end = person.end = person_end(comparison, first);
		if (!compare_person(&person))
			return false;
	}
	return check_all_taken(comparison, COMPARISON_BEFORE) &&
		   check_all_taken(comparison, COMPARISON_AFTER);
}

/* Make what is indexed by the numbers of pools and of values. */
static void
begin_counting(Comparison *comparison)
{
	int32		   pool_count = comparison->pools->members;
	int32		   sum_count = words_count(comparison->values) + 1;
	idmap_iterator each;
	IdEntry		  *entry;

	comparison->pool_ids = host_alloc(sizeof(int64) * Max(pool_count, 1));
	comparison->seen_in = host_alloc(sizeof(int32) * Max(pool_count, 1));
	idmap_start_iterate(comparison->pools, &each);
	while ((entry = idmap_iterate(comparison->pools, &each)) != NULL)
		comparison->pool_ids[entry->number] = entry->id;
	memset(comparison->seen_in, 0xFF, sizeof(int32) * pool_count);

	comparison->sums = core_alloc_zero(sizeof(ComparisonSum) * sum_count);
	comparison->counted_in = host_alloc(sizeof(int32) * sum_count);
	for (int32 i = 0; i < sum_count; i++)
		comparison->counted_in[i] = NONE;
	for (int32 i = 0; i < sum_count - 1; i++)
	{
		comparison->sums[i].has_value = true;
		comparison->sums[i].value = words_get(comparison->values, i);
	}
}

static int
compare_sums(const void *a, const void *b)
{
	const ComparisonSum *left = a;
	const ComparisonSum *right = b;

	if (left->has_value != right->has_value)
		return left->has_value ? -1 : 1;
	return left->has_value ? words_compare(left->value, right->value) : 0;
}

bool
comparison_count(Comparison *comparison, const ComparisonSum **sums, int32 *count)
{
	if (!check_memory(comparison))
		return false;
	begin_counting(comparison);
	sort_wishes(comparison->wishes, comparison->count);
	for (int side = 0; side < COMPARISON_SIDES; side++)
		sort_given(comparison->given[side].rows, comparison->given[side].count);
	if (!compare_persons(comparison))
		return false;
	*count = words_count(comparison->values) + 1;
	qsort(comparison->sums, *count, sizeof(ComparisonSum), compare_sums);
	*sums = comparison->sums;
	return true;
}
