-- What another scorecard would change: both cards put to the same live rows, counted by group.

CREATE FUNCTION equity_internal.assessment_status(eligible boolean, score numeric) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE
           WHEN NOT eligible THEN 'ineligible'
           WHEN eligible AND score IS NOT NULL THEN 'eligible'
           ELSE 'undetermined'
         END;
END;

COMMENT ON FUNCTION equity_internal.assessment_status(boolean, numeric) IS
  'What an assessment comes to, counted as equity.score_round counts: eligible (with a score), ineligible or undetermined.';

CREATE FUNCTION equity_internal.check_comparison(a equity.scorecard, b equity.scorecard, relation regclass, group_by text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF a IS NULL OR b IS NULL THEN
    RAISE EXCEPTION 'card % is NULL', CASE WHEN a IS NULL THEN 'a' ELSE 'b' END
      USING ERRCODE = 'null_value_not_allowed',
            HINT = 'A draft in rows has no card until it is sealed: equity.card_from_rows(code, version) makes one of its rows.';
  END IF;
  IF relation IS NULL THEN
    RAISE EXCEPTION 'a comparison needs a table or view'
      USING ERRCODE = 'null_value_not_allowed',
            HINT = 'Pass its name, for example ''equity.application_facts''.';
  END IF;
  PERFORM FROM pg_class AS c WHERE c.oid = relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f');
  IF NOT FOUND THEN
    RAISE EXCEPTION '% is no table or view', relation
      USING ERRCODE = 'wrong_object_type',
            HINT = 'Scorecards are put to the rows of a table, view, materialized view or foreign table.';
  END IF;
  -- t.name could also be a call of a function, so only true columns
  PERFORM FROM pg_attribute AS a
    WHERE a.attrelid = relation AND a.attname = group_by AND a.attnum > 0 AND NOT a.attisdropped;
  IF group_by IS NOT NULL AND NOT FOUND THEN
    RAISE EXCEPTION '% has no column "%"', relation, group_by
      USING ERRCODE = 'undefined_column',
            HINT = 'group_by is the plain name of one column.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_comparison(equity.scorecard, equity.scorecard, regclass, text) IS
  'Raises 22004 without a card or a relation, 42809 unless it is a table or view, 42703 unless it has the column to group by.';

--- One row for each value of the column group_by (its text; one group NULL without it) and
--- each pair of status by a (from_status) and by b (to_status): eligible with a score,
--- ineligible or undetermined. records counts the rows of the pair; of those with a score by
--- both cards, moved counts those whose score changes, and least_move, mean_move and
--- greatest_move are of score by b minus score by a, unchanged ones included; NULL where no
--- row has both. One scan, with the caller's rights; writes nothing.
---
--- Errors: 22004 no card or no relation; 42809 it is no table or view; 42703 it lacks the
--- column group_by or one that a card reads; and those of equity.assess.
CREATE FUNCTION equity.compare_scorecards(
  a equity.scorecard,
  b equity.scorecard,
  relation regclass,
  group_by text DEFAULT NULL,
  OUT group_value text,
  OUT from_status text,
  OUT to_status text,
  OUT records bigint,
  OUT moved bigint,
  OUT least_move numeric,
  OUT mean_move numeric,
  OUT greatest_move numeric
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.check_comparison(a, b, relation, group_by);
  RETURN QUERY EXECUTE format($query$
    SELECT n.group_value,
           n.from_status,
           n.to_status,
           count(*),
           count(*) FILTER (WHERE n.move <> 0),
           min(n.move),
           avg(n.move),
           max(n.move)
      FROM (SELECT s.group_value,
                   equity_internal.assessment_status((s.a).eligible, (s.a).score) AS from_status,
                   equity_internal.assessment_status((s.b).eligible, (s.b).score) AS to_status,
                   (s.b).score - (s.a).score AS move
              FROM (SELECT %s AS group_value,
                           equity.assess_typed($1, t.*) AS a,
                           equity.assess_typed($2, t.*) AS b
                      FROM %s AS t
                    OFFSET 0) AS s) AS n          -- assess once a row, not once a column
     GROUP BY n.group_value, n.from_status, n.to_status
     ORDER BY n.group_value COLLATE "C", n.from_status, n.to_status
    $query$,
    CASE WHEN group_by IS NULL THEN 'NULL::text' ELSE format('t.%I::text', group_by) END, relation)
    USING a, b;
END;
$$;

COMMENT ON FUNCTION equity.compare_scorecards(equity.scorecard, equity.scorecard, regclass, text) IS
  'What changes for the rows of a table or view when card b takes the place of card a.';
