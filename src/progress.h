/*
 * progress.h
 *	  How far long work has come, told to other sessions while it runs.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

/* equity.progress_notices: say it to the client too */
extern bool equity_progress_notices;

/* Begin work, unless it is part of an operation that this statement is at. */
extern void progress_begin_alone(const char *operation);

/* Begin a phase of the work under way, of about total rows; 0 when that is not known. */
extern void progress_phase(const char *phase, double total);

/* One row more of the phase; rows that no work asked to be counted are not. */
extern void progress_count_row(void);

#endif							/* PROGRESS_H */
