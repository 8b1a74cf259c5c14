/*
 * letter_words.c
 *	  The words of the letters of a round (equity_internal.letter_words), ready for use.
 *
 * They come with each row as one value.  It is taken apart at the first row and
 * again only when it differs, so that a row costs a comparison of its bytes.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "letter.h"

/* The attributes of equity_internal.letter_words, letter_card and letter_criterion */
enum
{
	WORDS_LANG = 1,
	WORDS_SEPARATOR,
	WORDS_SENTENCES,
	WORDS_CARDS
};

enum
{
	CARD_PROGRAMME = 1,
	CARD_CARD,
	CARD_WITHHELD,
	CARD_CRITERIA
};

enum
{
	CRITERION_CODE = 1,
	CRITERION_LABEL,
	CRITERION_RULE,
	CRITERION_VALUES,
	CRITERION_IS_AMOUNT,
	CRITERION_IS_THAN,
	CRITERION_THAN_IS_AMOUNT,
	CRITERION_HIDDEN
};

/* A code, its sentence, its advice */
#define SENTENCE_PARTS 3

static Datum
attribute(HeapTupleHeader tuple, int number, bool *is_null)
{
	return GetAttributeByNum(tuple, number, is_null);
}

static char *
text_attribute(HeapTupleHeader tuple, int number)
{
	bool  is_null;
	Datum value = attribute(tuple, number, &is_null);

	return is_null ? NULL : TextDatumGetCString(value);
}

static bool
flag_attribute(HeapTupleHeader tuple, int number)
{
	bool  is_null;
	Datum value = attribute(tuple, number, &is_null);

	return !is_null && DatumGetBool(value);
}

/* The elements of an array of rows or of texts; none of NULL */
static int
take_apart(Datum array, bool is_null, Datum **elements, bool **nulls)
{
	ArrayType *whole;
	int16	   length;
	bool	   by_value;
	char	   align;
	int		   count;

	if (is_null)
		return 0;
	whole = DatumGetArrayTypeP(array);
	get_typlenbyvalalign(ARR_ELEMTYPE(whole), &length, &by_value, &align);
	deconstruct_array(whole, ARR_ELEMTYPE(whole), length, by_value, align, elements, nulls, &count);
	return count;
}

static Word
word_of_text(Datum value, bool is_null)
{
	text *whole;

	if (is_null)
		return (Word){NULL, 0};
	whole = DatumGetTextPP(value);
	return (Word){VARDATA_ANY(whole), VARSIZE_ANY_EXHDR(whole)};
}

/* ---- reading ---- */

static void
read_sentences(LetterWords *words, HeapTupleHeader source)
{
	bool   is_null;
	Datum  array = attribute(source, WORDS_SENTENCES, &is_null);
	Datum *parts = NULL;
	bool  *nulls = NULL;
	int	   count = take_apart(array, is_null, &parts, &nulls) / SENTENCE_PARTS;

	words->codes = words_create();
	words->sentences = palloc(sizeof(Word) * Max(count, 1));
	words->advice = palloc(sizeof(Word) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		int	  at = i * SENTENCE_PARTS;
		int32 number = words_add(words->codes, word_of_text(parts[at], nulls[at]));

		words->sentences[number] = word_of_text(parts[at + 1], nulls[at + 1]);
		words->advice[number] = word_of_text(parts[at + 2], nulls[at + 2]);
	}
}

static void
read_cards(LetterWords *words, HeapTupleHeader source)
{
	bool   is_null;
	Datum  array = attribute(source, WORDS_CARDS, &is_null);
	Datum *rows = NULL;
	bool  *nulls = NULL;

	words->card_count = take_apart(array, is_null, &rows, &nulls);
	words->cards = palloc0(sizeof(LetterCard) * Max(words->card_count, 1));
	for (int i = 0; i < words->card_count; i++)
	{
		LetterCard	   *card = &words->cards[i];
		HeapTupleHeader row = DatumGetHeapTupleHeader(rows[i]);
		Datum			value = attribute(row, CARD_CARD, &is_null);

		card->programme = text_attribute(row, CARD_PROGRAMME);
		card->card = is_null ? NULL : (struct varlena *) DatumGetPointer(value);
		card->is_withheld = flag_attribute(row, CARD_WITHHELD);
		card->given_criteria = attribute(row, CARD_CRITERIA, &is_null);
		if (card->card)
			card->site = call_site_create(words->memory);
	}
}

static void
read_words(LetterWords *words, HeapTupleHeader given)
{
	MemoryContext before;

	MemoryContextReset(words->memory);
	words->source = NULL; /* should the rest fail */
	before = MemoryContextSwitchTo(words->memory);
	given = (HeapTupleHeader) memcpy(palloc(VARSIZE(given)), given, VARSIZE(given));
	words->english = strcmp(text_attribute(given, WORDS_LANG), "en") == 0;
	words->separator = text_attribute(given, WORDS_SEPARATOR);
	words->bid_type = NULL;
	words->line_type = NULL;
	read_sentences(words, given);
	read_cards(words, given);
	words->source = (struct varlena *) given;
	MemoryContextSwitchTo(before);
}

LetterWords *
letter_words_get(FunctionCallInfo fcinfo, int argument)
{
	HeapTupleHeader given = PG_GETARG_HEAPTUPLEHEADER(argument);
	LetterWords	   *words = fcinfo->flinfo->fn_extra;

	if (words == NULL)
	{
		words = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(LetterWords));
		words->memory = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "equity letter words",
											  ALLOCSET_DEFAULT_SIZES);
		fcinfo->flinfo->fn_extra = words;
	}
	if (words->source == NULL || VARSIZE(words->source) != VARSIZE(given) ||
		memcmp(words->source, given, VARSIZE(given)) != 0)
		read_words(words, given);
	return words;
}

/* ---- use ---- */

Word
letter_sentence(const LetterWords *words, const char *code)
{
	int32 number = words_find(words->codes, word_of(code));

	return number < 0 ? (Word){NULL, 0} : words->sentences[number];
}

Word
letter_advice(const LetterWords *words, const char *code)
{
	int32 number = words_find(words->codes, word_of(code));

	return number < 0 ? (Word){NULL, 0} : words->advice[number];
}

LetterCard *
letter_words_card(LetterWords *words, const char *programme)
{
	for (int i = 0; i < words->card_count; i++)
		if (strcmp(words->cards[i].programme, programme) == 0)
			return &words->cards[i];
	return NULL;
}

static void
read_criterion(LetterCriterion *criterion, HeapTupleHeader row)
{
	bool   is_null;
	Datum  array = attribute(row, CRITERION_VALUES, &is_null);
	Datum *values = NULL;
	bool  *nulls;

	*criterion = (LetterCriterion){.label = text_attribute(row, CRITERION_LABEL),
								   .rule = text_attribute(row, CRITERION_RULE),
								   .value_count = take_apart(array, is_null, &values, &nulls),
								   .is_amount = flag_attribute(row, CRITERION_IS_AMOUNT),
								   .is_than = flag_attribute(row, CRITERION_IS_THAN),
								   .than_is_amount = flag_attribute(row, CRITERION_THAN_IS_AMOUNT),
								   .is_hidden = flag_attribute(row, CRITERION_HIDDEN)};
	criterion->values = palloc(sizeof(char *) * Max(criterion->value_count, 1));
	for (int i = 0; i < criterion->value_count; i++)
		criterion->values[i] = TextDatumGetCString(values[i]);
}

static int
find_criterion(const Program *program, const char *code)
{
	for (int i = 0; i < program->criterion_count; i++)
		if (strcmp(program_string(program, program_criterion(program, i)->code), code) == 0)
			return i;
	elog(ERROR, "the words of a letter are of criterion \"%s\", which its card lacks", code);
}

const LetterCriterion *
letter_words_criteria(LetterWords *words, LetterCard *card)
{
	const Program *program = card->site->evaluator->program;
	MemoryContext  before;
	Datum		  *rows = NULL;
	bool		  *nulls;
	int			   count;

	if (card->criteria)
		return card->criteria;
	before = MemoryContextSwitchTo(words->memory);
	card->criteria = palloc0(sizeof(LetterCriterion) * Max(program->criterion_count, 1));
	count = take_apart(card->given_criteria, false, &rows, &nulls);
	for (int i = 0; i < count; i++)
	{
		HeapTupleHeader row = DatumGetHeapTupleHeader(rows[i]);

		read_criterion(
			&card->criteria[find_criterion(program, text_attribute(row, CRITERION_CODE))], row);
	}
	MemoryContextSwitchTo(before);
	return card->criteria;
}

bool
letter_most_points(const Program *program, int64 *points)
{
	int givers = 0;

	*points = 0;
	for (int i = 0; i < program->criterion_count; i++)
	{
		const ProgramCriterion *criterion = program_criterion(program, i);

		if (criterion->kind == KIND_GATE || criterion->kind == KIND_DERIVE ||
			criterion->section >= 0)
			continue;
		if (criterion->high_unbounded)
			return false;
		*points += criterion->high;
		givers++;
	}
	return givers > 0;
}
