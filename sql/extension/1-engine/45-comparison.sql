-- What two sets of placements mean for whom.

--- applications is that of equity.allocate, of which score, tie and holds are not read; before and
--- after are queries with `applicant_id`, `pool_id` and optionally `choice`, which then must be that of
--- the application; seat, tier and score may stand beside, so that both can be equity.allocate itself.
---
--- dimension names a column of the applications query by whose values rows come: one of the caller's
--- own, whose name begins with `_` (text, an integer, numeric or boolean), `groups`, of which each
--- element counts, or `pool_id`. Rows are in byte order of value, those without one last; without
--- dimension there is one row, and value is NULL.
---
--- applicants are persons, counted under each value that one of their applications has. A seat counts
--- under the values of the application that it was given for: admitted; first_choices, those admitted at
--- the choice that their list begins with; mean_choice, the mean of the choices of those admitted, exact
--- and rounded to four decimals, NULL of nobody. gains are those who after have a seat that they want
--- more, or only then one, counted like the seat after; loses the other way round, like the seat before.
---
--- The queries run with the caller's rights and search_path and may only read.
---
--- Errors: 22004 NULL; 22023 another dimension, a choice out of range or another than that of the
--- application; 23503 a placement without an application; 23505 a duplicate application, choice or
--- placement; 42703 and 42804 a column missing or of a wrong type; 53400 more memory than
--- `equity.max_memory`.
CREATE FUNCTION equity.compare_placements(
  applications text,
  before text,
  after text,
  dimension text DEFAULT NULL,
  OUT value text,
  OUT applicants bigint,
  OUT admitted_before bigint,
  OUT admitted_after bigint,
  OUT first_choices_before bigint,
  OUT first_choices_after bigint,
  OUT mean_choice_before numeric,
  OUT mean_choice_after numeric,
  OUT gains bigint,
  OUT loses bigint
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 100
  AS 'MODULE_PATHNAME', 'equity_compare_placements';

COMMENT ON FUNCTION equity.compare_placements(text, text, text, text) IS
  'What one set of placements means against another for those who applied, counted for all or by group: who is admitted, at which choice, who gains and who loses.';
