/*
 * parser.h
 *	  What the parts of parsing share.
 */
#ifndef CORE_SCORECARD_PARSER_H
#define CORE_SCORECARD_PARSER_H

#include "core/scorecard/card.h"
#include "core/base/json.h"

typedef struct Parser
{
	Card	   *card;
	const char *where;			/* "scorecard" or "criterion X", for messages */
	CoreError  *error;
} Parser;

/* parse.c: small readings; false with the error set, which names where in the card they are */
extern bool parser_refuse(Parser *parser, const char *what);
extern bool parser_expect(Parser *parser, const JsonNode *node, JsonKind kind, const char *what);
extern bool parser_check_duplicate_keys(Parser *parser, const JsonNode *object);
extern bool parser_check_keys(Parser *parser, const JsonNode *object, const char *list);
extern bool parser_read_name(Parser *parser, const JsonNode *node, const char *what,
							 const char **name);
extern bool parser_read_word(Parser *parser, const JsonNode *node, const char *what,
							 const char *const *words, int *found);
extern bool parser_read_number(Parser *parser, const JsonNode *node, const char *what,
							   int max_scale, Decimal *number);
extern bool parser_read_points(Parser *parser, const JsonNode *node, const char *what,
							   int64 *points);

extern bool parser_check_era(Parser *parser, const char *what, int32 days);

/* parse_criterion.c */
extern bool parser_read_steps(Parser *parser, const JsonNode *node, bool labelled,
							  bool gaps_allowed, Step **steps, int *count);
extern bool parser_read_criterion(Parser *parser, const JsonNode *node, int number,
								  Criterion *criterion);

#endif							/* CORE_SCORECARD_PARSER_H */
