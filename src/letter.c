/*
 * letter.c
 *	  The lines of a letter to an applicant: what each rule says, what came of each
 *	  choice, and the result.
 *
 * What came of the choices was found out before, for all applicants at once
 * (equity_internal.letter_entries); here it is put into words.  Rules are put to the
 * facts as they are; the score that counts is the one recorded.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/typcache.h"

#include "letter.h"

enum
{
	ARGUMENT_WORDS,
	ARGUMENT_FACTS,
	ARGUMENT_APPLICATION, /* its id */
	ARGUMENT_STATUS,	  /* the code of its sentence */
	ARGUMENT_LATE,
	ARGUMENT_BIDS,
	ARGUMENT_RESULT, /* the code of its sentence */
	ARGUMENT_CHOSEN,
	ARGUMENT_AWARD, /* the code of its sentence, or NULL */
	ARGUMENT_UNTIL, /* when its offer ends, in words */
	ARGUMENT_PROVISIONAL
};

/* One kind of seat of a choice, and what came of it */
typedef struct LetterBid
{
	Datum values[BID_COLUMNS];
	bool  nulls[BID_COLUMNS];
} LetterBid;

typedef struct LetterLine
{
	Datum values[LINE_COLUMNS];
	bool  nulls[LINE_COLUMNS];
} LetterLine;

typedef struct Letter
{
	LetterWords		*words;
	HeapTupleHeader	 facts;
	bool			 is_late;
	LetterBid		*bids; /* by choice, and of a choice by the precedence of seats */
	int				 bid_count;
	ArrayBuildState *lines;
} Letter;

/* ---- lines ---- */

static LetterLine
new_line(const char *section)
{
	LetterLine line;

	memset(line.nulls, true, sizeof(line.nulls));
	line.values[LINE_SECTION] = CStringGetTextDatum(section);
	line.nulls[LINE_SECTION] = false;
	return line;
}

static void
set(LetterLine *line, int column, Datum value)
{
	line->values[column] = value;
	line->nulls[column] = false;
}

static void
set_text(LetterLine *line, int column, const char *value)
{
	if (value)
		set(line, column, CStringGetTextDatum(value));
}

static void
set_word(LetterLine *line, int column, Word word)
{
	if (word.text)
		set(line, column, PointerGetDatum(cstring_to_text_with_len(word.text, word.length)));
}

/* Take over a column of a bid, which may be NULL. */
static void
set_from(LetterLine *line, int column, const LetterBid *bid, int source)
{
	line->values[column] = bid->values[source];
	line->nulls[column] = bid->nulls[source];
}

/* The sentence of a code with its figures, or NULL when there is none */
static char *
say(const LetterWords *words, const char *code, const Figure *figures, int count)
{
	Word		   sentence = code ? letter_sentence(words, code) : (Word){NULL, 0};
	StringInfoData out;

	if (sentence.text == NULL)
		return NULL;
	initStringInfo(&out);
	sentence_append(&out, sentence, figures, count, words->english);
	return out.data;
}

/* Set the reason of a line, and message and advice where it has none yet. */
static void
give_reason(const LetterWords *words, LetterLine *line, const char *code)
{
	if (code == NULL)
		return;
	set_text(line, LINE_REASON, code);
	if (line->nulls[LINE_MESSAGE])
		set_text(line, LINE_MESSAGE, say(words, code, NULL, 0));
}

static void
give_advice(const LetterWords *words, LetterLine *line, const char *code)
{
	if (code)
		set_word(line, LINE_ADVICE, letter_advice(words, code));
}

static void
add_line(Letter *letter, LetterLine *line)
{
	LetterWords *words = letter->words;
	Oid			 type = words->line_type->tdtypeid;
	HeapTuple	 row = heap_form_tuple(words->line_type, line->values, line->nulls);

	letter->lines =
		accumArrayResult(letter->lines, HeapTupleGetDatum(row), false, type, CurrentMemoryContext);
}

/* ---- rules ---- */

/* A rule as the letter's reader is told of it */
typedef struct ToldRule
{
	const LetterCriterion *words;
	char				  *value;	 /* NULL when it is missing, or there is none */
	char				  *compared; /* of a gate between two fields the other one */
	ExplainedCriterion	   rule;
} ToldRule;

static char *
value_told(const Letter *letter, const LetterCriterion *words, const char *value, bool is_amount)
{
	for (int i = 0; i < words->value_count; i += 2)
		if (strcmp(words->values[i], value) == 0)
			return pstrdup(words->values[i + 1]);
	if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
	{
		char *word = say(letter->words, value, NULL, 0);

		return word ? word : pstrdup(value);
	}
	return value_words(value, is_amount, letter->words->english);
}

/* The code of the sentence that a rule says of the facts, or NULL */
static const char *
rule_sentence(const Letter *letter, const ToldRule *told)
{
	const ExplainedCriterion *rule = &told->rule;

	if (told->words->is_hidden)
		return "WITHHELD";
	if (rule->has_field && rule->value == NULL && !rule->asks_for_null)
		return "MISSING";
	if (told->words->is_than && told->compared == NULL)
		return "MISSING";
	if (!rule->is_gate)
		return NULL;
	if (rule->outcome == OUTCOME_PASSED)
		return "PASSED";
	if (rule->reason == NULL)
		return "ALTERNATIVE";
	return letter_sentence(letter->words, rule->reason).text ? rule->reason : "FAILED";
}

static void
tell_values(Letter *letter, LetterLine *line, const ToldRule *told)
{
	const LetterCriterion *words = told->words;
	const char			  *rule = words->rule;

	if (words->is_hidden)
		set_text(line, LINE_VALUE, "***");
	else if (told->rule.value)
		set_text(line, LINE_VALUE, value_told(letter, words, told->rule.value, words->is_amount));
	if (told->compared)
		rule = psprintf(
			"%s (%s)", rule,
			value_told(letter, &(LetterCriterion){0}, told->compared, words->than_is_amount));
	set_text(line, LINE_RULE, rule);
}

/* Whether a rule is told not to hold */
static bool
is_told_unmet(const ToldRule *told)
{
	return !told->words->is_hidden && !told->rule.is_derived &&
		   told->rule.outcome == OUTCOME_FAILED;
}

static void
tell_rule(Letter *letter, const LetterCard *card, int index, const LetterCriterion *words,
		  bool is_eligible)
{
	const Program			 *program = card->site->evaluator->program;
	ToldRule				  told = {.words = words, .rule = explain_criterion(card->site, index)};
	const ExplainedCriterion *rule = &told.rule;
	LetterLine				  line = new_line("rule");
	const char				 *sentence;
	bool					  others_met;

	if (words->is_than && !words->is_hidden)
		told.compared = told.rule.compared;
	set_text(&line, LINE_PROGRAMME, card->programme);
	set_text(&line, LINE_CRITERION, rule->code);
	set_text(&line, LINE_LABEL, words->label);
	tell_values(letter, &line, &told);
	if (is_told_unmet(&told) ||
		(rule->is_gate && !words->is_hidden && rule->outcome == OUTCOME_PASSED))
		set(&line, LINE_PASSED, BoolGetDatum(rule->outcome == OUTCOME_PASSED));
	if (rule->has_points && !words->is_hidden && rule->outcome == OUTCOME_PASSED)
		set(&line, LINE_POINTS, points_datum(program, rule->points));
	if (rule->has_max_points)
		set(&line, LINE_MAX_POINTS, points_datum(program, rule->max_points));

	/* who is eligible meets an alternative, be it one that is withheld */
	others_met = is_told_unmet(&told) && is_eligible;
	sentence = others_met ? "ALTERNATIVE" : rule_sentence(letter, &told);
	set_text(&line, LINE_MESSAGE, say(letter->words, sentence, NULL, 0));
	give_advice(letter->words, &line, sentence);
	give_reason(letter->words, &line,
				!others_met && !words->is_hidden && rule->reason ? rule->reason : sentence);
	add_line(letter, &line);
}

/* ---- eligibility and score ---- */

/* What counts of a programme: what is recorded, or else what the facts of now give */
typedef struct Standing
{
	bool  is_stored;
	bool  is_decided; /* eligible or not */
	bool  is_eligible;
	bool  is_scored;
	Datum score;
} Standing;

static Standing
stored_standing(const LetterBid *bid)
{
	return (Standing){
		.is_stored = !bid->nulls[BID_ASSESSED] && DatumGetBool(bid->values[BID_ASSESSED]),
		.is_decided = !bid->nulls[BID_ELIGIBLE],
		.is_eligible = !bid->nulls[BID_ELIGIBLE] && DatumGetBool(bid->values[BID_ELIGIBLE]),
		.is_scored = !bid->nulls[BID_STORED_SCORE],
		.score = bid->values[BID_STORED_SCORE]};
}

static Standing
present_standing(const Program *program, const Assessment *assessment)
{
	return (Standing){.is_decided = assessment->eligible != OUTCOME_UNDETERMINED,
					  .is_eligible = assessment->eligible == OUTCOME_PASSED,
					  .is_scored = assessment->scored,
					  .score = assessment->scored ? points_datum(program, assessment->score)
												  : (Datum) 0};
}

static bool
standings_equal(const Standing *a, const Standing *b)
{
	return a->is_decided == b->is_decided && a->is_eligible == b->is_eligible &&
		   a->is_scored == b->is_scored &&
		   (!a->is_scored || DatumGetBool(DirectFunctionCall2(numeric_eq, a->score, b->score)));
}

/* A line that says no more than why there is nothing to say */
static void
tell_reason(Letter *letter, const char *section, const char *programme, const char *code)
{
	LetterLine line = new_line(section);

	set_text(&line, LINE_PROGRAMME, programme);
	set_word(
		&line, LINE_LABEL,
		letter_sentence(letter->words, strcmp(section, "score") == 0 ? "SCORE" : "ELIGIBILITY"));
	give_reason(letter->words, &line, code);
	give_advice(letter->words, &line, code);
	add_line(letter, &line);
}

static void
tell_eligibility(Letter *letter, const char *programme, const Standing *standing)
{
	const char *code = standing->is_decided && !standing->is_eligible ? "INELIGIBLE"
					   : standing->is_eligible && standing->is_scored ? "ELIGIBLE"
																	  : "UNDETERMINED";
	LetterLine	line = new_line("eligibility");

	set_text(&line, LINE_PROGRAMME, programme);
	set_word(&line, LINE_LABEL, letter_sentence(letter->words, "ELIGIBILITY"));
	if (standing->is_decided && (!standing->is_eligible || standing->is_scored))
		set(&line, LINE_PASSED, BoolGetDatum(standing->is_eligible));
	give_reason(letter->words, &line, code);
	give_advice(letter->words, &line, code);
	add_line(letter, &line);
}

static char *
number_told(Datum number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, number));
}

static void
tell_score(Letter *letter, const LetterCard *card, const Standing *standing, const char *note)
{
	const Program *program = card->site->evaluator->program;
	Figure		   figure = {"score", standing->is_scored ? number_told(standing->score) : NULL};
	LetterLine	   line = new_line("score");
	int64		   most;

	set_text(&line, LINE_PROGRAMME, card->programme);
	set_word(&line, LINE_LABEL, letter_sentence(letter->words, "SCORE"));
	if (standing->is_scored)
		set(&line, LINE_POINTS, standing->score);
	if (letter_most_points(program, &most))
		set(&line, LINE_MAX_POINTS, points_datum(program, most));
	set_text(&line, LINE_MESSAGE, say(letter->words, note, &figure, 1));
	give_reason(letter->words, &line, note);
	give_advice(letter->words, &line, note);
	add_line(letter, &line);
}

/* The rules of a programme, eligibility and score; bid is one that asks for it. */
static void
tell_programme(Letter *letter, const char *programme, const LetterBid *bid)
{
	LetterCard			  *card = letter_words_card(letter->words, programme);
	Standing			   stored = stored_standing(bid);
	Standing			   present;
	Assessment			   assessment;
	const LetterCriterion *criteria;

	if (card == NULL || card->card == NULL)
	{
		tell_reason(letter, "eligibility", programme, "NO_CARD");
		return;
	}
	call_site_judge(card->site, card->card, letter->facts, FOR_ELIGIBLE | FOR_SCORE | FOR_EXPLAIN,
					&assessment);
	criteria = letter_words_criteria(letter->words, card);
	present = present_standing(card->site->evaluator->program, &assessment);
	for (int i = 0; i < card->site->evaluator->program->criterion_count; i++)
		tell_rule(letter, card, i, &criteria[i], stored.is_eligible);

	if (letter->is_late)
	{
		tell_reason(letter, "eligibility", programme, "LATE");
		tell_reason(letter, "score", programme, "LATE");
	}
	else if (!stored.is_stored && card->is_withheld)
		tell_reason(letter, "score", programme, "ASSESSED_LATER");
	else
	{
		const Standing *counts = stored.is_stored ? &stored : &present;

		tell_eligibility(letter, programme, counts);
		tell_score(letter, card, counts,
				   !stored.is_stored										   ? "NOT_ASSESSED"
				   : !card->is_withheld && !standings_equal(&stored, &present) ? "FACTS_CHANGED"
																			   : NULL);
	}
}

/* ---- choices and waiting lists ---- */

static char *
bid_text(const LetterBid *bid, int column)
{
	return bid->nulls[column] ? NULL : TextDatumGetCString(bid->values[column]);
}

static char *
bid_number(const LetterBid *bid, int column)
{
	return bid->nulls[column] ? NULL : number_told(bid->values[column]);
}

static char *
bid_whole(const LetterBid *bid, int column)
{
	if (bid->nulls[column])
		return NULL;
	return psprintf(INT64_FORMAT, column == BID_CHOICE || column == BID_POOL_SEATS
									  ? (int64) DatumGetInt32(bid->values[column])
									  : DatumGetInt64(bid->values[column]));
}

static bool
bid_flag(const LetterBid *bid, int column)
{
	return !bid->nulls[column] && DatumGetBool(bid->values[column]);
}

/* The sentence of an outcome, with what figures there are of the bid */
static char *
say_outcome(const LetterWords *words, const LetterBid *bid, const char *code)
{
	Figure figures[4];

	if (code == NULL)
		return NULL;
	figures[0] = (Figure){"distance", bid_number(bid, BID_MISSING)};
	figures[1] = (Figure){"draw", bid_whole(bid, BID_DRAW)};
	figures[2] = (Figure){"ceiling", bid_text(bid, BID_CEILING)};
	figures[3] = (Figure){"seat", bid_text(bid, BID_HELD_SEAT)};
	return say(words, code, figures, bid->nulls[BID_SCORE] ? 0 : lengthof(figures));
}

static char *
say_place(const LetterWords *words, const LetterBid *bid)
{
	Figure figures[4];

	if (bid->nulls[BID_PLACE] || DatumGetInt32(bid->values[BID_POOL_SEATS]) == 0)
		return NULL;
	figures[0] = (Figure){"place", bid_whole(bid, BID_PLACE)};
	figures[1] = (Figure){"asked", bid_whole(bid, BID_ASKED)};
	figures[2] = (Figure){"seats", bid_whole(bid, BID_POOL_SEATS)};
	figures[3] = (Figure){"cutoff", bid_number(bid, BID_CUTOFF)};
	return say(words, bid->nulls[BID_CUTOFF] ? "PLACE_ALONE" : "PLACE", figures, lengthof(figures));
}

static void
tell_choice(Letter *letter, const LetterBid *bid)
{
	LetterWords *words = letter->words;
	Figure figures[2] = {{"choice", bid_whole(bid, BID_CHOICE)}, {"pool", bid_text(bid, BID_POOL)}};
	char  *code = bid_text(bid, BID_OUTCOME);
	LetterLine line = new_line("choice");
	char	  *message;

	set_from(&line, LINE_PROGRAMME, bid, BID_PROGRAMME);
	set_text(&line, LINE_LABEL, say(words, "CHOICE", figures, lengthof(figures)));
	set_from(&line, LINE_PASSED, bid, BID_ADMITTED);
	set_from(&line, LINE_POINTS, bid, BID_SCORE);
	set_from(&line, LINE_PLACE, bid, BID_PLACE);
	set_from(&line, LINE_ASKED, bid, BID_ASKED);
	set_from(&line, LINE_SEATS, bid, BID_POOL_SEATS);
	set_from(&line, LINE_CUTOFF, bid, BID_CUTOFF);
	set_from(&line, LINE_DISTANCE, bid, BID_DISTANCE);
	message =
		sentences_join(words->separator, say_outcome(words, bid, code), say_place(words, bid));
	set_text(&line, LINE_MESSAGE, message ? message : "");
	give_reason(words, &line, code);
	give_advice(words, &line, code);
	add_line(letter, &line);
}

static bool
is_queue(const LetterBid *bid)
{
	return bid_flag(bid, BID_WAITS) && DatumGetInt32(bid->values[BID_SEATS]) > 0 &&
		   (!bid_flag(bid, BID_IS_OPEN) || !bid->nulls[BID_POSITION]);
}

static char *
say_queue(const LetterWords *words, const LetterBid *bid)
{
	Figure figures[2];
	char  *message = NULL;

	if (!bid_flag(bid, BID_IS_OPEN))
		message = sentences_join(
			words->separator,
			say(words, bid_flag(bid, BID_IS_MEMBER) ? "COUNTED_MEMBER" : "COUNTED_AFTER", NULL, 0),
			say_outcome(words, bid, bid_text(bid, BID_REFUSAL)));
	if (bid->nulls[BID_POSITION])
		return message;
	figures[0] = (Figure){"place", bid_whole(bid, BID_POSITION)};
	figures[1] = (Figure){"asked", bid_whole(bid, BID_WAITING)};
	return sentences_join(words->separator, message,
						  say(words, "QUEUE_PLACE", figures, lengthof(figures)));
}

static void
tell_queue(Letter *letter, const LetterBid *bid)
{
	LetterWords *words = letter->words;
	Figure figures[2] = {{"choice", bid_whole(bid, BID_CHOICE)}, {"seat", bid_text(bid, BID_SEAT)}};
	char  *code = bid_text(bid, BID_REFUSAL);
	char  *message = say_queue(words, bid);
	LetterLine line = new_line("queue");

	set_from(&line, LINE_PROGRAMME, bid, BID_PROGRAMME);
	set_text(&line, LINE_LABEL, say(words, "QUEUE", figures, lengthof(figures)));
	set_from(&line, LINE_POINTS, bid, BID_SCORE);
	set_from(&line, LINE_PLACE, bid, BID_POSITION);
	set_from(&line, LINE_ASKED, bid, BID_WAITING);
	set_from(&line, LINE_SEATS, bid, BID_SEATS);
	set_from(&line, LINE_CUTOFF, bid, BID_CUTOFF);
	set_from(&line, LINE_DISTANCE, bid, BID_DISTANCE);
	set_text(&line, LINE_MESSAGE, message ? message : "");
	give_reason(words, &line, code);
	give_advice(words, &line, code);
	add_line(letter, &line);
}

static int
choice_end(const Letter *letter, int first)
{
	int end = first;

	while (end < letter->bid_count && DatumGetInt32(letter->bids[end].values[BID_CHOICE]) ==
										  DatumGetInt32(letter->bids[first].values[BID_CHOICE]))
		end++;
	return end;
}

/* Each choice, and after it its waiting lists */
static void
tell_choices(Letter *letter)
{
	int end;

	for (int first = 0; first < letter->bid_count; first = end)
	{
		end = choice_end(letter, first);
		for (int i = first; i < end; i++)
			if (bid_flag(&letter->bids[i], BID_IS_OPEN))
				tell_choice(letter, &letter->bids[i]);
		for (int i = first; i < end; i++)
			if (is_queue(&letter->bids[i]))
				tell_queue(letter, &letter->bids[i]);
	}
}

/* Each programme once, in the order of the choices */
static void
tell_programmes(Letter *letter)
{
	char **told = palloc(sizeof(char *) * Max(letter->bid_count, 1));
	int	   count = 0;

	for (int i = 0; i < letter->bid_count; i++)
	{
		char *programme = bid_text(&letter->bids[i], BID_PROGRAMME);
		int	  seen = 0;

		while (seen < count && strcmp(told[seen], programme) != 0)
			seen++;
		if (seen < count)
			continue;
		told[count++] = programme;
		tell_programme(letter, programme, &letter->bids[i]);
	}
}

/* ---- the application and the result ---- */

static char *
text_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

static void
tell_application(Letter *letter, FunctionCallInfo fcinfo)
{
	LetterLine line = new_line("application");
	char	  *code = text_argument(fcinfo, ARGUMENT_STATUS);

	set_word(&line, LINE_LABEL, letter_sentence(letter->words, "APPLICATION"));
	set_text(&line, LINE_VALUE, psprintf(INT64_FORMAT, PG_GETARG_INT64(ARGUMENT_APPLICATION)));
	give_reason(letter->words, &line, code);
	give_advice(letter->words, &line, code);
	add_line(letter, &line);
}

/* The choice that was granted, or NULL */
static const LetterBid *
granted_bid(const Letter *letter)
{
	for (int i = 0; i < letter->bid_count; i++)
		if (bid_flag(&letter->bids[i], BID_ADMITTED))
			return &letter->bids[i];
	return NULL;
}

static void
tell_result(Letter *letter, const char *code, char *message, FunctionCallInfo fcinfo)
{
	LetterLine line = new_line("result");

	set_word(&line, LINE_LABEL, letter_sentence(letter->words, "RESULT"));
	if (fcinfo && !PG_ARGISNULL(ARGUMENT_CHOSEN))
		set(&line, LINE_PASSED, PG_GETARG_DATUM(ARGUMENT_CHOSEN));
	set_text(&line, LINE_MESSAGE, message);
	give_reason(letter->words, &line, code);
	give_advice(letter->words, &line, code);
	add_line(letter, &line);
}

static void
tell_results(Letter *letter, FunctionCallInfo fcinfo)
{
	const LetterBid *granted = granted_bid(letter);
	char			*result = text_argument(fcinfo, ARGUMENT_RESULT);
	char			*award = text_argument(fcinfo, ARGUMENT_AWARD);
	Figure			 figures[2] = {{"choice"}, {"pool"}};
	Figure			 until = {"until", text_argument(fcinfo, ARGUMENT_UNTIL)};

	if (granted)
	{
		figures[0].value = bid_whole(granted, BID_CHOICE);
		figures[1].value = bid_text(granted, BID_POOL);
	}
	tell_result(letter, result, say(letter->words, result, figures, granted ? 2 : 0), fcinfo);
	if (award)
		tell_result(letter, award, say(letter->words, award, &until, 1), NULL);
	if (PG_GETARG_BOOL(ARGUMENT_PROVISIONAL))
		tell_result(letter, "PROVISIONAL", NULL, NULL);
}

/* ---- the call ---- */

static TupleDesc
kept_row_type(const LetterWords *words, Oid array_type)
{
	MemoryContext before = MemoryContextSwitchTo(words->memory);
	TupleDesc	  type = lookup_rowtype_tupdesc_copy(get_element_type(array_type), -1);

	type = BlessTupleDesc(type);
	MemoryContextSwitchTo(before);
	return type;
}

static void
settle_types(LetterWords *words, FunctionCallInfo fcinfo)
{
	if (words->line_type)
		return;
	words->bid_type = kept_row_type(words, get_fn_expr_argtype(fcinfo->flinfo, ARGUMENT_BIDS));
	words->line_type = kept_row_type(words, get_fn_expr_rettype(fcinfo->flinfo));
}

static void
read_bids(Letter *letter, ArrayType *given)
{
	Datum *rows;
	bool  *nulls;

	deconstruct_array(given, ARR_ELEMTYPE(given), -1, false, TYPALIGN_DOUBLE, &rows, &nulls,
					  &letter->bid_count);
	letter->bids = palloc(sizeof(LetterBid) * Max(letter->bid_count, 1));
	for (int i = 0; i < letter->bid_count; i++)
	{
		HeapTupleHeader row = DatumGetHeapTupleHeader(rows[i]);
		HeapTupleData	tuple = {.t_len = HeapTupleHeaderGetDatumLength(row), .t_data = row};

		heap_deform_tuple(&tuple, letter->words->bid_type, letter->bids[i].values,
						  letter->bids[i].nulls);
	}
}

PG_FUNCTION_INFO_V1(equity_letter_lines);

Datum
equity_letter_lines(PG_FUNCTION_ARGS)
{
	Letter letter = {.words = letter_words_get(fcinfo, ARGUMENT_WORDS),
					 .facts = PG_GETARG_HEAPTUPLEHEADER(ARGUMENT_FACTS),
					 .is_late = PG_GETARG_BOOL(ARGUMENT_LATE)};

	settle_types(letter.words, fcinfo);
	if (!PG_ARGISNULL(ARGUMENT_BIDS))
		read_bids(&letter, PG_GETARG_ARRAYTYPE_P(ARGUMENT_BIDS));
	tell_application(&letter, fcinfo);
	tell_programmes(&letter);
	tell_choices(&letter);
	tell_results(&letter, fcinfo);
	PG_RETURN_DATUM(makeArrayResult(letter.lines, CurrentMemoryContext));
}
