/*
 * host.h
 *	  What the core asks of its host, and what a test may know of the asking.
 */
#ifndef UNIT_HELPER_HOST_H
#define UNIT_HELPER_HOST_H

#include "core/base/core.h"

/* How often the core let itself be interrupted */
extern int64 host_interrupts;

/* The deepest stack at which it did, as an address; stacks grow downwards */
extern uintptr_t host_deepest;

#endif							/* UNIT_HELPER_HOST_H */
