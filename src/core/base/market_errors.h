/*
 * market_errors.h
 *	  The words in which bad rows of a market are refused.
 *
 * allocate and verify each judge the rows on their own; what both refuse they refuse
 * in the same words, from here.  Every function fills the error and returns false.
 */
#ifndef CORE_BASE_MARKET_ERRORS_H
#define CORE_BASE_MARKET_ERRORS_H

#include "core/base/market_rows.h"

/* Caps; a parent that is not there, and caps that lie under each other */
extern bool refuse_cap_range(const CapRow *row, CoreError *error);
extern bool refuse_duplicate_cap(int64 cap_id, CoreError *error);
extern bool refuse_missing_parent(int64 cap_id, int64 parent_id, CoreError *error);
extern bool refuse_cap_cycle(int64 cap_id, int64 parent_id, CoreError *error);

/* Pools */
extern bool refuse_pool_range(const PoolRow *row, CoreError *error);
extern bool refuse_duplicate_pool(int64 pool_id, CoreError *error);
extern bool refuse_missing_cap(int64 pool_id, int64 cap_id, CoreError *error);

/* Reserves */
extern bool refuse_reserve_pool(const ReserveRow *row, CoreError *error);
extern bool refuse_reserve_name(const ReserveRow *row, CoreError *error);
extern bool refuse_reserve_range(const ReserveRow *row, CoreError *error);
extern bool refuse_reserve_mode(const ReserveRow *row, CoreError *error);
extern bool refuse_cascade_entry(const ReserveRow *row, Word entry, CoreError *error);
extern bool refuse_cascade_order(const ReserveRow *row, CoreError *error);
extern bool refuse_duplicate_reserve(int64 pool_id, Word name, CoreError *error);
extern bool refuse_reserved_seats(int64 pool_id, int32 seats, int64 reserved, CoreError *error);

/* Applications */
extern bool refuse_choice_range(const ApplicationRow *row, CoreError *error);
extern bool refuse_application_pool(const ApplicationRow *row, CoreError *error);
extern bool refuse_held_seat(const ApplicationRow *row, CoreError *error);
extern bool refuse_duplicate_pool_choice(int64 applicant_id, int64 pool_id, CoreError *error);
extern bool refuse_duplicate_choice(int64 applicant_id, int32 choice, CoreError *error);
extern bool refuse_pool_holders(int64 pool_id, Word seat, int32 seats, int32 holders,
								CoreError *error);
extern bool refuse_cap_holders(int64 cap_id, int32 seats, int32 holders, CoreError *error);

/* Placements, where they are no more than read */
extern bool refuse_placement_application(const PlacementRow *row, CoreError *error);
extern bool refuse_second_placement(const PlacementRow *row, int64 first_pool_id,
									CoreError *error);
extern bool refuse_placement_seat(const PlacementRow *row, CoreError *error);
extern bool refuse_placement_claim(const PlacementRow *row, CoreError *error);

/* A tie that strict does not break, at the cut-off of a pool or cap */
extern bool refuse_pool_tie(int64 pool_id, const char *score, CoreError *error);
extern bool refuse_cap_tie(int64 cap_id, int64 pool_id, const char *score, CoreError *error);

/* A number that does not fit in one column with the others */
extern bool refuse_digits(const char *column, int64 applicant_id, int64 pool_id,
						  CoreError *error);

#endif							/* CORE_BASE_MARKET_ERRORS_H */
