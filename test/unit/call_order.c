/*
 * call_order.c
 *	  Calls against the rule read out word by word: for each position all who are
 *	  left are gone through, with shares as whole thousandths of a percent.
 */
#include "core/apportionment/call_order.h"
#include "helper/random.h"
#include "helper/tap.h"

#define MAX_CANDIDATES	40
#define MAX_SHARES		6
#define MEMORY			(64 * 1024 * 1024)

static const char *const names[MAX_SHARES + 1] = {"a", "b", "ab", "c", "", "ก", "stranger"};

typedef struct Person
{
	int64		id;
	int64		rank;
	bool		member[MAX_SHARES + 1];
	bool		gone;
} Person;

typedef struct Rule
{
	int			name;
	int64		thousandths;	/* of a percent */
	int64		position;
} Rule;

typedef struct Case
{
	Person		persons[MAX_CANDIDATES];
	int			person_count;
	Rule		rules[MAX_SHARES];
	int			rule_count;
	CallRounding rounding;
} Case;

/* ---- the rule, word by word ---- */

static bool
rule_goes_before(const Rule *a, const Rule *b)
{
	if (a->position != b->position)
		return a->position < b->position;
	return strcmp(names[a->name], names[b->name]) < 0;
}

static void
sort_rules(Case *one)
{
	for (int i = 0; i < one->rule_count; i++)
		for (int j = 0; j + 1 < one->rule_count; j++)
			if (rule_goes_before(&one->rules[j + 1], &one->rules[j]))
			{
				Rule		rule = one->rules[j];

				one->rules[j] = one->rules[j + 1];
				one->rules[j + 1] = rule;
			}
}

static bool
is_due(const Case *one, const Rule *rule, int position)
{
	int64		product = rule->thousandths * position;
	int64		wanted = product / 100000 +
		(one->rounding == CALL_ROUND_UP && product % 100000 > 0);
	int64		called = 0;

	for (int i = 0; i < one->person_count; i++)
		called += one->persons[i].gone && one->persons[i].member[rule->name];
	return called < wanted;
}

/* Keep the members of a group, unless that would leave none. */
static void
narrow(const Case *one, bool *kept, int name)
{
	int			left = 0;

	for (int i = 0; i < one->person_count; i++)
		left += kept[i] && one->persons[i].member[name];
	for (int i = 0; i < one->person_count && left > 0; i++)
		kept[i] &= one->persons[i].member[name];
}

static int
call_next(Case *one, int position)
{
	bool		kept[MAX_CANDIDATES];
	int			best = -1;

	for (int i = 0; i < one->person_count; i++)
		kept[i] = !one->persons[i].gone;
	for (int r = 0; r < one->rule_count; r++)
		if (is_due(one, &one->rules[r], position))
			narrow(one, kept, one->rules[r].name);
	for (int i = 0; i < one->person_count; i++)
		if (kept[i] && (best < 0 || one->persons[i].rank < one->persons[best].rank ||
						(one->persons[i].rank == one->persons[best].rank &&
						 one->persons[i].id < one->persons[best].id)))
			best = i;
	one->persons[best].gone = true;
	return best;
}

/* ---- cases ---- */

static Case
roll_case(Random *random)
{
	Case		one = {.person_count = 1 + random_below(random, MAX_CANDIDATES),
					   .rule_count = random_below(random, MAX_SHARES + 1),
					   .rounding = random_below(random, 2) ? CALL_ROUND_UP : CALL_ROUND_DOWN};
	int			rarity = 1 + random_below(random, 5);

	for (int i = 0; i < one.person_count; i++)
	{
		one.persons[i].id = (i * 17) % 41 - 20;
		one.persons[i].rank = random_below(random, 30) - 5;
		for (int j = 0; j <= MAX_SHARES; j++)
			one.persons[i].member[j] = random_below(random, 1 + rarity) == 0;
	}
	for (int r = 0; r < one.rule_count; r++)
		one.rules[r] = (Rule) {(r + one.person_count) % MAX_SHARES,
							   random_below(random, 8) == 0 ? 100000 : random_below(random, 100001),
							   random_below(random, 3)};
	return one;
}

static ExactNumber
percent_of(const Rule *rule)
{
	return (ExactNumber) {.digits = rule->thousandths, .scale = 3};
}

static void
add_person(CallOrder *order, const Person *person, int64 pool_id)
{
	Word		groups[MAX_SHARES + 1];
	int			count = 0;

	for (int j = MAX_SHARES; j >= 0; j--)
		if (person->member[j])
			groups[count++] = word_of(names[j]);
	call_order_add_candidate(order, pool_id, person->id, person->rank, groups, count);
}

static bool
agrees(Case *one)
{
	CoreError	error;
	CallOrder  *order = call_order_begin(one->rounding, MEMORY, &error);
	const Candidate *candidates;
	int32	   *called;
	int32		count;
	bool		result;

	for (int r = 0; r < one->rule_count; r++)
		call_order_add_share(order, 7, word_of(names[one->rules[r].name]),
							 percent_of(&one->rules[r]), one->rules[r].position);
	call_order_end_shares(order);
	for (int i = 0; i < one->person_count; i++)
	{
		add_person(order, &one->persons[i], 7);
		add_person(order, &one->persons[i], -7);	/* a pool without shares */
	}
	result = call_order_solve(order, &candidates, &called, &count) &&
		count == 2 * one->person_count;
	sort_rules(one);
	for (int k = 1; k <= one->person_count && result; k++)
		result = candidates[called[one->person_count + k - 1]].applicant_id ==
			one->persons[call_next(one, k)].id;
	for (int k = 1; k < one->person_count && result; k++)
		result = candidates[called[k - 1]].pool_id == -7 &&
			candidates[called[k - 1]].rank <= candidates[called[k]].rank;
	return result;
}

static void
test_random_cases(void)
{
	Random		random = {20};
	int			wrong = 0;

	for (int i = 0; i < 3000; i++)
	{
		Case		one = roll_case(&random);

		wrong += !agrees(&one);
	}
	is_int(wrong, 0, "3000 random lists are called as the rule says");
}

static void
test_refusals(void)
{
	CoreError	error = {0};
	CallOrder  *order = call_order_begin(CALL_ROUND_UP, MEMORY, &error);
	ExactNumber half = {.digits = 505, .scale = 1};
	ExactNumber above = {.digits = fixed_power10(24) * 100 + 1, .scale = 24};
	ExactNumber fine = {.digits = 1, .scale = 25};

	ok(!call_order_add_share(order, 1, word_of("a"), above, 1) && error.code == CORE_INVALID,
	   "a share above 100 percent by its last decimal");
	ok(!call_order_add_share(order, 1, word_of("a"), fine, 1) && error.code == CORE_OUT_OF_RANGE,
	   "a share of more decimals than are counted with");
	for (int i = 0; i < 64; i++)
		call_order_add_share(order, 1, (Word) {&"abcdefghijklmnopqrstuvwxyz"[i % 26], 1 + i / 26},
							 half, i);
	ok(!call_order_end_shares(order) && error.code == CORE_UNSUPPORTED,
	   "more shares than a set has bits");
	order = call_order_begin(CALL_ROUND_UP, 64 * 1024, &error);
	call_order_end_shares(order);
	for (int i = 0; i < 10000 && error.code != CORE_MEMORY; i++)
		call_order_add_candidate(order, 1, i, i, NULL, 0);
	is_int(error.code, CORE_MEMORY, "candidates beyond the memory that is allowed");
}

int
main(void)
{
	test_random_cases();
	test_refusals();
	return finish();
}
