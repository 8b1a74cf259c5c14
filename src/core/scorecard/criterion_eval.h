/*
 * criterion_eval.h
 *	  What one criterion makes of its field's value.
 */
#ifndef CORE_SCORECARD_CRITERION_EVAL_H
#define CORE_SCORECARD_CRITERION_EVAL_H

#include "core/scorecard/eval.h"

/* gate.c: a gate over a value that is there, or one that asks whether it is */
extern bool gate_passes(const Program *program, const Rule *rule);

/* points.c: linear; coef, false with the error set when the value is too large */
extern int64 interpolate(const Program *program, const Rule *rule);
extern bool multiply(Evaluator *evaluator, const Rule *rule, int64 *points);

#endif							/* CORE_SCORECARD_CRITERION_EVAL_H */
