--- applications, pools, reserves, caps, tie_break and seed are those of allocate; placements
--- is a query with applicant_id, pool_id, seat and optionally choice, tier and score, which
--- are then checked too. An applicant has a reason to complain of each place of the own list,
--- better liked than the one held and in a pool that is not closed, that neither its seats
--- nor a cap above them refuses: one refuses when it is full and all that it holds rank
--- above. violation: justified_envy (somebody holds the place who does not rank above:
--- other_applicant_id, the worst holder of the innermost full seats or cap), wasted_seat
--- (nothing on the way is full), wrong_seat (the same within the pool that the applicant
--- holds), unknown_application (no such application; counts nowhere), double_placement (an
--- applicant placed twice), over_capacity (seats with more holders than there are; with
--- admit_none also with one of a class of equals that does not fit, or below it), over_cap
--- (the same of a cap), wrong_tier (seat, tier, choice or score are not what the inputs say;
--- a seat that the pool does not have counts as open), below_minimum (a pool or cap with
--- fewer holders than its floor), holder_worse (who had a seat from before has neither it nor
--- a better choice), not_applicant_best (nothing else is wrong, but applicants, of whom the
--- one of the smallest id is named, can exchange seats, each for a better one, and nobody has
--- reason to complain: a stable improvement cycle; other_applicant_id would leave the seat).
--- The last is looked for without caps, floors, admit_all and admit_none only; with them
--- that the outcome is the best for applicants is proved by allocating again, as
--- replay_run does. applicant_id and pool_id are NULL where a violation concerns none;
--- detail names choice, seat, cap and counts. Pools and caps that are empty and have a floor
--- of 2 or more count as closed.
---
--- Errors: those of allocate; 0A000 for admit_all and admit_none with caps.
CREATE FUNCTION equity.verify(
  applications text,
  pools text,
  reserves text,
  caps text,
  placements text,
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL,
  OUT violation text,
  OUT applicant_id bigint,
  OUT pool_id bigint,
  OUT other_applicant_id bigint,
  OUT detail text
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 10
  AS 'MODULE_PATHNAME', 'equity_verify';

COMMENT ON FUNCTION equity.verify(text, text, text, text, text, text, text) IS
  'Proves or refutes an allocation without the code that made it: no rows when all holds.';
