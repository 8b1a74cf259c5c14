/*
 * fuzz_card.c
 *	  Any text as a scorecard, and any values for its fields.
 *
 * The input is the text up to a zero byte, and then what falls when values are
 * rolled for; or, behind a first byte 1, what falls when a whole card is rolled
 * for.  A card that is taken must be written and taken again unchanged, compile
 * to the same bytes, and judge every record as a plain reading of the card does.
 */
#include "arena.h"
#include "card_dice.h"
#include "core/lint.h"
#include "mb/pg_wchar.h"
#include "oracle.h"
#include "remedy.h"
#include "tap.h"

#define RECORDS		4

static bool
is_utf8(const char *text, size_t length)
{
	return pg_encoding_verifymbstr(PG_UTF8, text, (int) length) == length;
}

static void
check_error(const CoreError *error)
{
	fuzz_expect(error->message && error->message[0], "a refusal has a message");
	fuzz_expect(is_utf8(error->message, strlen(error->message)), "a message is UTF-8");
	fuzz_expect(!error->detail || is_utf8(error->detail, strlen(error->detail)), "a detail is UTF-8");
	fuzz_expect(error->code <= CORE_INTERNAL, "a refusal has a code");
}

/* ---- writing and reading again ---- */

static void
check_same_card(const Card *card, Card **again)
{
	char	   *text = card_canonical(card);
	CoreError	error = {0};

	*again = card_parse(text, (int) strlen(text), PG_UTF8, &error);
	fuzz_expect(*again != NULL, "a canonical form is taken");
	fuzz_expect(strcmp(card_canonical(*again), text) == 0, "and is its own canonical form");
}

static void
hear(void *state, LintSeverity severity, const char *criterion, const char *message)
{
	fuzz_expect(is_utf8(message, strlen(message)), "what lint says is UTF-8");
}

/* Both compile to the same bytes, or neither does. */
static Program *
compile_both(const Card *card, const Card *again)
{
	CoreError	error = {0};
	CoreError	other_error = {0};
	Program    *program = card_compile(card, &error);
	Program    *other = card_compile(again, &other_error);

	fuzz_expect((program == NULL) == (other == NULL), "a card and its copy compile alike");
	if (program == NULL)
	{
		check_error(&error);
		fuzz_expect(strcmp(error.message, other_error.message) == 0, "or are refused alike");
		return NULL;
	}
	fuzz_expect(program->size == other->size && memcmp(program, other, program->size) == 0,
				"a card and its copy compile to the same bytes");
	for (int i = 0; i < program->criterion_count; i++)
		fuzz_expect(program_rule(program, i) != NULL, "every criterion has a rule");
	program_lint(program, hear, NULL);
	return program;
}

/* ---- judging ---- */

/* Random values for all columns; false when no type of column could give what a field needs. */
static bool
fill_record(Dice *dice, const Card *card, const Evaluator *evaluator, Record *record)
{
	const Program *program = evaluator->program;

	record->count = 0;
	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		const char *name = program_string(program, field->name);
		Value	   *value = &record->values[record->count];

		if (field->column < 0)
			continue;
		if (value_type(field) == VALUE_NONE)
			return false;
		*value = value_random(dice, card, field, name, VALUE_SCALE);
		record->names[record->count++] = name;
		slot_fill(&evaluator->slots[i], field, value);
	}
	return true;
}

static void
check_bounds(const Evaluator *evaluator, int64 score)
{
	ScoreBounds bounds = score_bounds(evaluator);

	fuzz_expect(!bounds.has_low || bounds.low <= score, "the score is not below its bounds");
	fuzz_expect(!bounds.has_high || bounds.high >= score, "the score is not above its bounds");
}

static void
check_purposes(Evaluator *evaluator, const Assessment *both)
{
	Assessment	one = {0};

	fuzz_expect(evaluate(evaluator, FOR_ELIGIBLE, &one) && one.eligible == both->eligible,
				"eligible alone says the same");
	fuzz_expect(evaluate(evaluator, FOR_SCORE, &one) && one.scored == both->scored &&
				(!one.scored || one.score == both->score) && one.class_index == both->class_index,
				"score alone says the same");
}

static void
judge(Evaluator *evaluator, const Card *card, const Record *record, Dice *dice)
{
	int			tried = 0;
	int64		gap;
	Assessment	assessment = {0};
	Verdict		verdict;
	bool		done = evaluate(evaluator, FOR_ELIGIBLE | FOR_SCORE, &assessment);

	oracle_judge(card, record, &verdict);
	fuzz_expect(done != verdict.too_large, "what is too large is told");
	if (!done)
	{
		check_error(&evaluator->error);
		return;
	}
	fuzz_expect(verdict_agrees(card, &verdict, evaluator, &assessment), "program and card agree");
	if (assessment.scored)
		check_bounds(evaluator, assessment.score);
	check_purposes(evaluator, &assessment);
	if (dice_roll(dice, 4))
		return;					/* remedies take the most time */
	gap = 1 + dice_roll(dice, 1000);
	fuzz_expect(count_broken_remedies(evaluator, card, gap, dice, &tried) == 0,
				"what shortfall tells is true");
}

static void
judge_records(const Card *card, const Program *program, Dice *dice)
{
	Evaluator  *evaluator = evaluator_create(program);
	Record		record;

	record.names = palloc(sizeof(char *) * (program->field_count + 1));
	record.values = palloc(sizeof(Value) * (program->field_count + 1));
	for (int i = 0; i < RECORDS && fill_record(dice, card, evaluator, &record); i++)
		judge(evaluator, card, &record, dice);
}

static void
try_card(const char *text, size_t length, Dice *dice)
{
	CoreError	error = {0};
	Card	   *card = card_parse(text, (int) length, PG_UTF8, &error);
	Card	   *again;
	Program    *program;

	if (card == NULL)
	{
		check_error(&error);
		return;
	}
	check_same_card(card, &again);
	program = compile_both(card, again);
	if (program)
		judge_records(card, program, dice);
}

static void
try_random_card(const uint8 *data, size_t size)
{
	Dice		matter = {size, data, size};
	Dice		spelling = {size};
	char	   *text = card_random(&matter, &spelling);

	try_card(text, strlen(text), &matter);
}

static void
try_text(const uint8 *data, size_t size)
{
	size_t		length = strnlen((const char *) data, size);
	char	   *text = palloc(length);	/* no zero behind it */
	Dice		dice = {size, data + length, size - length};

	memcpy(text, data, length);
	if (is_utf8(text, length))	/* as any text in a UTF-8 server */
		try_card(text, length, &dice);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	if (size > 0 && data[0] == 1)
		try_random_card(data + 1, size - 1);
	else
		try_text(data, size);
	arena_reset();
	return 0;
}
