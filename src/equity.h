/*
 * equity.h
 *	  Settings that the SQL-callable files share.
 */
#ifndef EQUITY_H
#define EQUITY_H

/* equity.max_memory: the most that one allocation may take, in kilobytes */
extern int	equity_max_memory_kb;

#endif							/* EQUITY_H */
