/*
 * letter.h
 *	  Letters to applicants: the words that they are made of, and their lines.
 */
#ifndef LETTER_H
#define LETTER_H

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/array.h"

#include "core/base/words.h"
#include "scorecard_call.h"

/* The columns of equity.explanation_line */
enum
{
	LINE_SECTION,
	LINE_NUMBER,
	LINE_PROGRAMME,
	LINE_CRITERION,
	LINE_LABEL,
	LINE_VALUE,
	LINE_RULE,
	LINE_PASSED,
	LINE_POINTS,
	LINE_MAX_POINTS,
	LINE_PLACE,
	LINE_ASKED,
	LINE_SEATS,
	LINE_CUTOFF,
	LINE_DISTANCE,
	LINE_REASON,
	LINE_MESSAGE,
	LINE_ADVICE,
	LINE_COLUMNS
};

/* The attributes of equity_internal.letter_bid */
enum
{
	BID_CHOICE,
	BID_PROGRAMME,
	BID_POOL,
	BID_SEAT,
	BID_IS_OPEN,
	BID_IS_MEMBER,
	BID_WAITS,
	BID_ADMITTED,
	BID_ASSESSED,
	BID_ELIGIBLE,
	BID_STORED_SCORE,
	BID_SCORE,
	BID_PLACE,
	BID_ASKED,
	BID_POSITION,
	BID_WAITING,
	BID_POOL_SEATS,
	BID_SEATS,
	BID_CUTOFF,
	BID_DISTANCE,
	BID_MISSING,
	BID_DRAW,
	BID_CEILING,
	BID_HELD_SEAT,
	BID_OUTCOME,
	BID_REFUSAL,
	BID_COLUMNS
};

/* ---- letter_sentence.c ---- */

/* A figure of a sentence: what replaces its name in braces; NULL is a dash. */
typedef struct Figure
{
	const char *name;
	const char *value;
} Figure;

/* Append a sentence with its figures; of one point, English has no points. */
extern void sentence_append(StringInfo out, Word sentence, const Figure *figures, int count,
							bool english);

/* Join two sentences, of which either may be NULL. */
extern char *sentences_join(const char *separator, char *first, char *second);

/* ---- letter_value.c ---- */

/* A value as people read it, but truth values, which have words of their own */
extern char *value_words(const char *value, bool is_amount, bool english);

/* ---- letter_words.c ---- */

typedef struct LetterCriterion
{
	const char *label;
	const char *rule;
	char	  **values;		 /* of an enum, pairs of a value and its words */
	int			value_count; /* twice the pairs */
	bool		is_amount;
	bool		is_than; /* a gate between two fields */
	bool		than_is_amount;
	bool		is_hidden;
} LetterCriterion;

typedef struct LetterCard
{
	const char		*programme;
	struct varlena	*card;		  /* NULL: the rules are not fixed yet */
	bool			 is_withheld; /* some criterion is hidden */
	LetterCriterion *criteria;	  /* as in the program; made when it is first needed */
	Datum			 given_criteria;
	CallSite		*site;
} LetterCard;

typedef struct LetterWords
{
	MemoryContext	memory; /* of all of it, as long as the words are the same */
	struct varlena *source;
	bool			english;
	const char	   *separator; /* between sentences */
	WordTable	   *codes;	   /* of sentences */
	Word		   *sentences; /* by number of the code */
	Word		   *advice;	   /* text NULL: there is none */
	LetterCard	   *cards;
	int				card_count;
	TupleDesc		bid_type;
	TupleDesc		line_type;
} LetterWords;

/* The words of a call, read at its first row and kept while the argument is the same */
extern LetterWords *letter_words_get(FunctionCallInfo fcinfo, int argument);

/* NULL when there is none of a programme */
extern LetterCard *letter_words_card(LetterWords *words, const char *programme);

/* The criteria's words in the order of a program; once its card is settled */
extern const LetterCriterion *letter_words_criteria(LetterWords *words, LetterCard *card);

/* The sentence of a code; its text is NULL when there is none. */
extern Word letter_sentence(const LetterWords *words, const char *code);
extern Word letter_advice(const LetterWords *words, const char *code);

/* The most points that a card can give; false when there is no limit. */
extern bool letter_most_points(const Program *program, int64 *points);

#endif /* LETTER_H */
