--- applications, pools, reserves, caps, tie_break and seed are those of equity.allocate; placements
--- is a query with `applicant_id`, `pool_id`, `seat`, and optionally `choice`, `tier` and `score`,
--- which are then checked too.
---
--- An applicant has reason to complain of each place wished for that is preferred to the one
--- held, lies in a pool that is not closed, and is refused neither by its seats nor by a cap above
--- them. One of them refuses when it is full and all that it holds rank above. Pools and caps that are
--- empty and have a floor of 2 or more count as closed.
---
--- Violations:
---
--- - justified_envy: somebody holds the place who does not rank above; other_applicant_id is the worst
---   holder of the innermost full seats or cap
--- - wasted_seat: nothing on the way is full
--- - wrong_seat: the same within the pool that the applicant holds
--- - unknown_application: there is no such application; it counts nowhere
--- - double_placement: an applicant placed twice
--- - over_capacity: seats with more holders than there are; with admit_none also with one of a class
---   of equals that does not fit, or below it
--- - over_cap: the same of a cap
--- - wrong_tier: seat, tier, choice or score are not what the inputs say; a seat that the pool does not
---   have counts as open
--- - below_minimum: a pool or cap with fewer holders than its floor
--- - holder_worse: who had a seat from before has neither it nor a better choice
--- - not_applicant_best: nothing else is wrong, but applicants, of whom the one with the smallest id is
---   named, can exchange seats, each for a better one, and nobody has reason to complain: a stable
---   improvement cycle; other_applicant_id would leave the seat
---
--- The last is looked for only without caps, floors, admit_all and admit_none; with them it is proved
--- by allocating again, as equity.replay_run does, that the outcome is the best for applicants.
--- applicant_id and pool_id are NULL where a violation concerns none; detail names choice, seat, cap
--- and counts.
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
