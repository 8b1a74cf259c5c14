-- A market in parts, each on another server: what of a part can still win in the whole of it.

--- The queries are those of equity.allocate, for a part: some of the applicants, with all their
--- applications, and all pools, reserves and caps. A row for each application that may matter in the
--- whole, by applicant_id and choice; the columns are those that equity.allocate reads, groups without
--- those that no reserve names. `_seat` is the seat that the part alone would give: these rows of all parts
--- are a market of holders, from which equity.allocation_cutoffs makes cutoffs; with these, less survives.
---
--- Allocating the survivors of all parts gives what allocating the whole gives, row by row: it is proved in
--- src/core/allocation/pruning.c.
---
--- Errors: those of equity.allocate; 0A000 for tie_break admit_none or strict, and for a floor (min_seats)
--- below a cap that can be full; for cutoffs 23503, 23505, 22023 and 22004.
CREATE FUNCTION equity.survivors(
  applications text,
  pools text,
  reserves text DEFAULT NULL,
  caps text DEFAULT NULL,
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL,
  cutoffs text DEFAULT NULL,
  OUT applicant_id bigint,
  OUT pool_id bigint,
  OUT choice integer,
  OUT score numeric,
  OUT tie numeric,
  OUT groups text[],
  OUT holds text,
  OUT _seat text
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 100000
  AS 'MODULE_PATHNAME', 'equity_survivors';

COMMENT ON FUNCTION equity.survivors(text, text, text, text, text, text, text) IS
  'The applications of a part of a market, such as those on one shard, that can still win in the whole; equity.allocate over those of all parts gives what it would give over everything.';

--- The queries and placements are those of equity.cutoffs: the holders of all parts, and what
--- equity.allocate gives for these. A row for each kind of seat and each cap that is full: pool_id and seat,
--- or cap_id. The other columns are the last holder's: kept, a seat from before (holds); tier, NULL where a
--- cap's last holder has an open seat, or a reserved one as anybody; score, tie, lottery, applicant_id.
---
--- Where there are floors the placements are read, and the cut-offs are those before any pool closes.
CREATE FUNCTION equity.allocation_cutoffs(
  applications text,
  pools text,
  reserves text,
  caps text,
  placements text,
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL,
  OUT pool_id bigint,
  OUT seat text,
  OUT cap_id bigint,
  OUT kept boolean,
  OUT tier integer,
  OUT score numeric,
  OUT tie numeric,
  OUT lottery bigint,
  OUT applicant_id bigint
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 1000
  AS 'MODULE_PATHNAME', 'equity_allocation_cutoffs';

COMMENT ON FUNCTION equity.allocation_cutoffs(text, text, text, text, text, text, text) IS
  'The last holder of each kind of seat and of each cap that is full, for equity.survivors: whoever ranks below is refused there.';
