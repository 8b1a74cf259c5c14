/*
 * apportion.h
 *	  What the functions that apportion seats have in common.
 */
#ifndef APPORTION_H
#define APPORTION_H

/* The seats, unless they are negative */
extern int32 apportion_check_seats(int32 seats);

/* Refuse more rows or claims of so many bytes, beside others, than equity.max_memory allows. */
extern void apportion_check_memory(int64 count, Size bytes, Size others);

/* Tell how many seats nobody may take. */
extern void apportion_warn_empty(int64 empty);

#endif							/* APPORTION_H */
