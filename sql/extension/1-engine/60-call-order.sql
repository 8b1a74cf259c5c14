-- The order in which a waiting list is called.

--- `candidates` is a query with `pool_id`, `applicant_id`, `rank` (the smaller is called first, then the smaller `applicant_id`) and `groups`
--- (text[], or NULL for none). `shares` is a query with `pool_id`, `reserve` (the name of the group), `min_percent` (0 to 100, exact, up to 24
--- decimals) and optionally `position` (the smaller one wins when shares conflict; NULL last, then by name in the order of bytes). Groups
--- without a share in the pool say nothing.
---
--- For position k a group is due when fewer than ceil(min_percent * k / 100) of it are called; with `rounding` `down`, as India's roster of posts
--- counts, when fewer than floor(min_percent * k / 100) are. Of those left the members of each due group are kept, in order of position, but
--- for a group that would leave none, and the one with the smallest rank is called.
---
--- The queries run with the caller's rights and search_path and may only read.
---
--- Errors: 22004 NULL; 22023 a percentage out of range, an unrecognized rounding; 22003 a percentage of more decimals; 23505 a duplicate
--- candidate or share in a pool; 42703 and 42804 a column missing or of a wrong type; 0A000 more than 63 shares in a pool; 53400 more memory
--- than `equity.max_memory`.
CREATE FUNCTION equity.call_order(
  candidates text,
  shares text,
  rounding text DEFAULT 'up',
  OUT pool_id bigint,
  OUT applicant_id bigint,
  OUT "position" integer
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 10000
  AS 'MODULE_PATHNAME', 'equity_call_order';

COMMENT ON FUNCTION equity.call_order(text, text, text) IS
  'The order in which the candidates of waiting lists are called such that, however far a list is called, each group has at least its share of those called, while members are left. A row for each candidate, by pool and position.';
