/*
 * host.c
 *	  What the core asks of its host: an ordinary program.
 */
#include "helper/host.h"

int64		host_interrupts = 0;
uintptr_t	host_deepest = UINTPTR_MAX;

void
host_check_interrupts(void)
{
	host_interrupts++;
	host_deepest = Min(host_deepest, (uintptr_t) __builtin_frame_address(0));
}

void *
host_alloc(Size size)
{
	return palloc(size);
}

void *
host_realloc(void *block, Size size)
{
	return repalloc(block, size);
}
