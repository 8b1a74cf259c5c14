/*
 * fast_paths.c
 *	  Where a quick way stands beside a general one, both must say the same:
 *	  searches without branches, numbers and products in int64.
 */
#include "core/scorecard/eval.h"
#include "core/scorecard/lookup.h"
#include "helper/card_text.h"
#include "helper/random.h"
#include "helper/tap.h"

#include "lib/stringinfo.h"

#define ROUNDS		20000

static Random generator = {6};

static int64
any_int64(void)
{
	static const int64 edges[] = {0, 1, -1, PG_INT64_MAX, PG_INT64_MIN, KEY_LIMIT, -KEY_LIMIT};

	if (random_below(&generator, 10) == 0)
		return edges[random_below(&generator, lengthof(edges))];
	return (int64) random_bits(&generator) >> random_below(&generator, 64);
}

/* ---- searching ---- */

static int
compare_int64(const void *a, const void *b)
{
	int64		left = *(const int64 *) a;
	int64		right = *(const int64 *) b;

	return (left > right) - (left < right);
}

static void
test_keys(void)
{
	int			wrong = 0;

	for (int i = 0; i < ROUNDS; i++)
	{
		int64		keys[40];
		int			count = random_below(&generator, lengthof(keys));
		int64		key;
		int			below = 0;

		for (int j = 0; j < count; j++)
			keys[j] = random_below(&generator, 2) ? any_int64() : random_below(&generator, 30);
		qsort(keys, count, sizeof(int64), compare_int64);
		key = count > 0 && random_below(&generator, 2) ?
			keys[random_below(&generator, count)] : any_int64();
		while (below < count && keys[below] <= key)
			below++;
		wrong += count_not_above(keys, count, key) != below;
	}
	is_int(wrong, 0, "keys not above one are counted");
}

/* Few letters, so that texts share beginnings; a letter may have two bytes. */
static char *
any_text(void)
{
	static const char *const letters[] = {"a", "b", "z", "\x7f", "\xc3\xa9"};
	char		text[48] = "";
	int			length = random_below(&generator, 20);

	for (int i = 0; i < length; i++)
		strcat(text, random_below(&generator, 3) ? "a" : letters[random_below(&generator, lengthof(letters))]);
	return pstrdup(text);
}

static int
sign_of(int64 number)
{
	return (number > 0) - (number < 0);
}

static void
test_words(void)
{
	int			wrong = 0;
	int			shared = 0;

	for (int i = 0; i < ROUNDS; i++)
	{
		TextItem	a = {any_text(), 0};
		TextItem	b = {random_below(&generator, 2) ? psprintf("%.9s%s", a.text, any_text()) : any_text(), 0};
		int64		words[2];

		a.length = (int) strlen(a.text);
		b.length = (int) strlen(b.text);
		words[0] = first_eight_bytes(a.text, a.length);
		words[1] = first_eight_bytes(b.text, b.length);
		if (words[0] != words[1])
			wrong += sign_of(compare_text(a, b)) != (words[0] < words[1] ? -1 : 1);
		else if (compare_text(a, b) != 0)
		{
			shared++;
			wrong += Min(a.length, b.length) < (int) sizeof(int64);
		}
	}
	is_int(wrong, 0, "words are in the order of texts, and short texts have their own");
	ok(shared > ROUNDS / 100, "long texts share them");
}

/* An enum of random keys, asked for each of them and for others. */
static void
test_texts(void)
{
	int			wrong = 0;
	int			found = 0;

	for (int i = 0; i < ROUNDS / 20; i++)
	{
		StringInfoData criteria;
		const char *keys[12];
		int			count = 0;
		Evaluator  *evaluator;
		Assessment	assessment;

		initStringInfo(&criteria);
		for (int j = random_below(&generator, lengthof(keys)); j >= 0; j--)
		{
			const char *key = any_text();
			bool		twice = false;

			for (int k = 0; k < count; k++)
				twice |= strcmp(keys[k], key) == 0;
			if (twice)
				continue;
			appendStringInfo(&criteria, "%s'%s':%d", count > 0 ? "," : "", key, count + 1);
			keys[count++] = key;
		}
		evaluator = evaluator_create(program_of(with_criteria(
			psprintf("{'code':'A','kind':'enum','field':'x','points':{%s},'otherwise':0}", criteria.data))));
		for (int j = 0; j < 20; j++)
		{
			const char *text = random_below(&generator, 2) ?
				keys[random_below(&generator, count)] : any_text();
			int			wanted = 0;

			for (int k = 0; k < count; k++)
				if (strcmp(keys[k], text) == 0)
					wanted = k + 1;
			evaluator->values[0].missing = false;
			evaluator->values[0].text = (TextItem) {text, (int) strlen(text)};
			wrong += !evaluate(evaluator, FOR_SCORE, &assessment) ||
				assessment.score != wanted * 10000;
			found += wanted > 0;
		}
	}
	is_int(wrong, 0, "an enum finds its keys, and nothing else");
	ok(found > ROUNDS / 4, "many are there to be found");
}

/* ---- numbers ---- */

static void
test_division(void)
{
	int			wrong = 0;

	for (int i = 0; i < ROUNDS; i++)
	{
		int64		denominator = any_int64() & PG_INT64_MAX;
		int64		numerator = any_int64();
		Rounding	rounding = (Rounding) random_below(&generator, 3);

		if (denominator == 0 || numerator == PG_INT64_MIN)
			continue;
		if (random_below(&generator, 2))	/* a half, or beside one */
			numerator = numerator / denominator / 2 * denominator + denominator / 2 +
				random_below(&generator, 3) - 1;
		wrong += fixed_divide_small(numerator, denominator, rounding) !=
			fixed_divide(numerator, denominator, rounding);
	}
	is_int(wrong, 0, "small numbers are divided as large ones are");
}

static void
test_slots(void)
{
	int			wrong = 0;
	int			beyond = 0;

	for (int i = 0; i < ROUNDS; i++)
	{
		ProgramField field = {.key_scale = (uint8) random_below(&generator, WIDE_SCALE + 1)};
		int			scale = random_below(&generator, 2) ? 0 :
			random_below(&generator, WIDE_SCALE + 1);
		int64		digits = any_int64();
		FieldValue	quick = {.missing = true};
		FieldValue	general = {.missing = true};

		field_value_set_digits(&quick, &field, digits, scale);
		field_value_set_number(&general, &field, digits, scale, 0);
		beyond += general.beyond != 0;
		if (quick.missing || quick.beyond != general.beyond || quick.key != general.key ||
			(general.beyond == 0 && (quick.wide != general.wide || quick.fine != general.fine)))
			wrong++;
	}
	is_int(wrong, 0, "a number of few digits fills a value as any number does");
	ok(beyond > ROUNDS / 50 && beyond < ROUNDS / 2, "some are beyond");
}

/* ---- products ---- */

static char *
any_decimal(int max_digits, int max_scale)
{
	return fixed_text(random_digits(&generator, max_digits),
					  random_below(&generator, max_scale + 1));
}

static char *
any_coef(void)
{
	char	   *limits = "";

	if (random_below(&generator, 2))
		limits = psprintf("%s,'max':%s", limits, fixed_text(1 + random_below(&generator, 100000), random_below(&generator, 6)));
	if (random_below(&generator, 2))
		limits = psprintf("%s,'min':%s", limits, fixed_text(-random_below(&generator, 100000), random_below(&generator, 6)));
	return psprintf("{'code':'A','kind':'coef','field':'x','coef':%s%s}", any_decimal(9, 8), limits);
}

static char *
any_linear(int scale)
{
	int			decimals = random_below(&generator, 7);
	int64		at = (int64) random_digits(&generator, 9);
	StringInfoData knots;

	initStringInfo(&knots);
	for (int i = random_below(&generator, 4) + 2; i > 0; i--)
	{
		appendStringInfo(&knots, "%s[%s,%s]", knots.len > 0 ? "," : "", fixed_text(at, decimals),
						 fixed_text(random_digits(&generator, 12), scale));
		at += 1 + (int64) random_digits(&generator, 9) * (random_below(&generator, 2) ? 0 : 1);
		at = Max(at, at + 1 + random_below(&generator, 1000));
	}
	return psprintf("{'code':'A','kind':'linear','field':'x','points':[%s]}", knots.data);
}

/* At and beside the last key that is narrow, and anywhere. */
static void
fill_any(FieldValue *value, const ProgramField *field, const ProgramCriterion *criterion)
{
	int64		edge = criterion->narrow_limit / 2 * (random_below(&generator, 2) ? 1 : -1);

	if (random_below(&generator, 2))
		field_value_set_digits(value, field, edge + random_below(&generator, 5) - 2,
							   field->key_scale);
	else
		field_value_set_digits(value, field, (int64) random_digits(&generator, 12),
							   random_below(&generator, 8));
}

static int	narrow = 0;
static int	not_narrow = 0;

static int
count_differences(Evaluator *evaluator)
{
	const Program *program = evaluator->program;
	ProgramCriterion *criterion = unconstify(ProgramCriterion *, program_criterion(program, 0));
	int64		limit = criterion->narrow_limit;
	const FieldValue *value = &evaluator->values[0];
	int			wrong = 0;

	for (int i = 0; i < 20; i++)
	{
		Assessment	quick = {0};
		Assessment	general = {0};
		bool		done;

		fill_any(&evaluator->values[0], program_field(program, 0), criterion);
		done = evaluate(evaluator, FOR_SCORE, &quick);
		criterion->narrow_limit = NARROW_NONE;
		if (evaluate(evaluator, FOR_SCORE, &general) != done ||
			(done && quick.score != general.score))
			wrong++;
		criterion->narrow_limit = limit;
		if (value->key % 2 == 0 && Max(value->key, -value->key) <= limit)
			narrow++;
		else
			not_narrow++;
	}
	return wrong;
}

static void
test_products(void)
{
	static const char *const roundings[] = {"half_up", "half_even", "down"};
	int			wrong = 0;
	int			cards = 0;

	for (int i = 0; i < ROUNDS / 10; i++)
	{
		int			scale = random_below(&generator, CARD_MAX_SCALE + 1);
		CoreError	error = {0};
		Card	   *card = read_card_text(json_of(
			psprintf("{'code':'T','scale':%d,'rounding':'%s','criteria':[%s]}", scale,
					 roundings[random_below(&generator, 3)],
					 random_below(&generator, 2) ? any_coef() : any_linear(scale))), &error);
		Program    *program = card ? card_compile(card, &error) : NULL;

		if (program == NULL)
			continue;
		cards++;
		wrong += count_differences(evaluator_create(program));
	}
	is_int(wrong, 0, "products in int64 are those in int128");
	ok(cards > ROUNDS / 20, "many cards are taken");
	ok(narrow > cards && not_narrow > cards, "%d numbers are narrow, %d are not", narrow, not_narrow);
}

int
main(void)
{
	test_keys();
	test_words();
	test_texts();
	test_division();
	test_slots();
	test_products();
	return finish();
}
