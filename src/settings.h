/*
 * settings.h
 *	  Settings that the SQL-callable files share.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

/* equity.max_memory: the most that one allocation may take, in kilobytes */
extern int	equity_max_memory_kb;

#endif							/* SETTINGS_H */
