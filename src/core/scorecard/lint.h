/*
 * lint.h
 *	  What a scorecard says that its author may not mean.
 */
#ifndef CORE_SCORECARD_LINT_H
#define CORE_SCORECARD_LINT_H

#include "core/scorecard/program.h"

typedef enum LintSeverity
{
	LINT_ERROR,					/* it cannot be used so */
	LINT_WARNING,				/* it has no effect, or one that surprises */
	LINT_INFO					/* good to know */
} LintSeverity;

extern const char *const lint_severity_names[];

/* criterion is NULL when the whole card is meant. */
typedef void (*LintFunction)(void *state, LintSeverity severity, const char *criterion,
							 const char *message);

/* Reports all that is dubious about a card, criterion by criterion. */
extern void program_lint(const Program *program, LintFunction report, void *state);

#endif							/* CORE_SCORECARD_LINT_H */
