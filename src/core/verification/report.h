/*
 * report.h
 *	  Handing over the violations that a verification has found.
 */
#ifndef CORE_VERIFICATION_REPORT_H
#define CORE_VERIFICATION_REPORT_H

#include "core/verification/verify.h"

/* Nodes first, then applicants, each by ids; nothing is left out. */
extern void report_violations(const Verification *check, ViolationFunction report, void *state);

#endif							/* CORE_VERIFICATION_REPORT_H */
