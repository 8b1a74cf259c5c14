-- The manifest of a run, and its repetition: the same rows, allocated again, must give the same digest.

CREATE FUNCTION equity_internal.find_run(run_id bigint) RETURNS equity.allocation_run
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
AS $$
DECLARE
  found_run equity.allocation_run;
BEGIN
  SELECT a.* INTO found_run
    FROM equity.allocation_run AS a
   WHERE a.run_id = find_run.run_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('allocation run %s does not exist', coalesce(find_run.run_id::text, 'NULL')),
      HINT = 'The ids are in equity.allocation_run.';
  END IF;
  RETURN found_run;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_run(bigint) IS
  'For the operations: the row of an allocation run. Error P0002 when there is no such run.';

--- Whoever has the rows can compute them without the extension.
---
--- Error P0002: no such run.
CREATE FUNCTION equity.run_manifest(run_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT jsonb_build_object(
           'run', a.run_id,
           'kind', a.kind,
           'parent_run', a.parent_run_id,
           'round', r.round_code,
           'academic_year', r.academic_year,
           'mechanism', a.mechanism,
           'tie_break', a.tie_break,
           'tie_field', a.tie_field,
           'seed', a.seed,
           'seed_commitment', r.seed_commitment,
           'applicants', a.applicants,
           'choices', a.applications,
           'seats', a.seats,
           'admitted', a.admitted,
           'equity_version', a.equity_version,
           'digests', jsonb_build_object(
             'applications', a.input_digest,
             'pools', a.seat_digest,
             'reserves', a.reserve_digest,
             'caps', a.cap_digest,
             'standing', a.standing_digest,
             'cards', a.card_digest,
             'seed', a.seed_digest,
             'placements', a.result_digest))
    FROM equity_internal.find_run(run_manifest.run_id) AS a
    JOIN equity.round AS r
      ON r.round_id = a.round_id;
END;

COMMENT ON FUNCTION equity.run_manifest(bigint) IS
  'What decided an allocation run and what came out of it, to publish: parameters, seed, counts, version of the extension, and the digests, each the sha256 in hexadecimal of applications (equity.round_input_digest), pools (round_seat_digest), reserves (round_reserve_digest), caps (round_cap_digest), standing (run_standing_digest), cards (round_card_digest), seed (commitment) and placements (run_result_digest), whose comments say over which text.';

CREATE FUNCTION equity_internal.diff_lines(before text, after text) RETURNS TABLE (key text, before_value text, after_value text)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH line AS (
    SELECT l.side, split_part(l.line, ',', 1) AS key, substr(l.line, strpos(l.line, ',') + 1) AS value
      FROM (SELECT 1 AS side, b.line FROM string_to_table(diff_lines.before, E'\n') AS b (line)
            UNION ALL
            SELECT 2, n.line FROM string_to_table(diff_lines.after, E'\n') AS n (line)) AS l
     WHERE l.line <> ''
       AND diff_lines.before IS DISTINCT FROM diff_lines.after
  ), entry AS (
    SELECT l.key,
           string_agg(l.value, '; ' ORDER BY l.value COLLATE "C") FILTER (WHERE l.side = 1) AS before_value,
           string_agg(l.value, '; ' ORDER BY l.value COLLATE "C") FILTER (WHERE l.side = 2) AS after_value
      FROM line AS l
     GROUP BY l.key
  )
  SELECT e.key, e.before_value, e.after_value
    FROM entry AS e
   WHERE e.before_value IS DISTINCT FROM e.after_value;
END;

COMMENT ON FUNCTION equity_internal.diff_lines(text, text) IS
  'Where two texts behind digests differ: by the first field of their lines, the rest of the lines before and after, NULL when there was none. NULL is a text without lines.';

CREATE FUNCTION equity.digest_text(digest text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT p.content
    FROM equity.digest_source AS p
   WHERE p.digest = digest_text.digest;
END;

COMMENT ON FUNCTION equity.digest_text(text) IS
  'The text behind a digest of an allocation run, from equity.digest_source; NULL when it is not kept.';

CREATE FUNCTION equity_internal.diff_keys(before text, after text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT concat(string_agg(d.key, ', ' ORDER BY d.place) FILTER (WHERE d.place <= 5),
                CASE WHEN count(*) > 5 THEN format(' and %s more', count(*) - 5) END)
    FROM (SELECT l.key, row_number() OVER (ORDER BY length(l.key), l.key COLLATE "C") AS place
            FROM equity_internal.diff_lines(diff_keys.before, diff_keys.after) AS l) AS d;
END;

COMMENT ON FUNCTION equity_internal.diff_keys(text, text) IS
  'For messages: the first five keys by which equity_internal.diff_lines finds two texts to differ, and how many more there are.';

CREATE FUNCTION equity_internal.changed_inputs(run_id bigint) RETURNS TABLE (change text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT format('%s: stored %s, now %s, at %s %s', d.what, d.stored, equity.text_digest(d.present),
                d.key, equity_internal.diff_keys(equity.digest_text(d.stored), d.present))
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL (VALUES ('applications', 'pool', a.input_digest, equity_internal.round_input_lines(a.round_id)),
                              ('pools', 'pool', a.seat_digest, equity_internal.round_seat_lines(a.round_id)),
                              ('reserves', 'pool', a.reserve_digest, equity_internal.round_reserve_lines(a.round_id)),
                              ('caps', 'cap', a.cap_digest, equity_internal.round_cap_lines(a.round_id)),
                              ('standing', 'pool', a.standing_digest, equity_internal.run_standing_lines(a.run_id)),
                              ('cards', 'programme', a.card_digest, equity_internal.round_card_lines(a.round_id)))
                   AS d (what, key, stored, present)
   WHERE a.run_id = changed_inputs.run_id
     AND d.stored IS DISTINCT FROM equity.text_digest(d.present)
  UNION ALL
  SELECT format('seed: stored %s, that of the run is %s', a.seed_digest, equity.commitment(a.seed))
    FROM equity.allocation_run AS a
   WHERE a.run_id = changed_inputs.run_id
     AND a.seed_digest IS DISTINCT FROM equity.commitment(a.seed);
END;

COMMENT ON FUNCTION equity_internal.changed_inputs(bigint) IS
  'Which digests of what an allocation run read are no longer those of the rows of now, in words, with the first pools, ceilings or programmes where they differ. No rows when the rows are the same.';

CREATE FUNCTION equity_internal.solution_lines(run_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT coalesce(string_agg(concat(d.pool_id, ',', d.digest, E'\n'), '' ORDER BY d.pool_id), '')
    FROM (SELECT s.pool_id,
                 equity.text_digest(string_agg(concat(s.applicant_id, ',', s.choice, ',', to_json(s.seat), ',', s.tier, ',', s.score, E'\n'), ''
                                               ORDER BY s.applicant_id)) AS digest
            FROM equity_internal.run_solution(solution_lines.run_id) AS s
           GROUP BY s.pool_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.solution_lines(bigint) IS
  'As equity_internal.run_result_lines, of the placements that come out when the run is allocated again.';

--- Errors: P0002 no such run; 55000 something differs, and the detail names each digest that
--- does with the first pools: what the run read, or, when that is the same, what came out;
--- and those of equity.allocate.
CREATE FUNCTION equity.replay_run(run_id bigint) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
AS $$
DECLARE
  this_run equity.allocation_run := equity_internal.find_run(replay_run.run_id);
  changes text;
  stored text;
  again text;
BEGIN
  SELECT string_agg(c.change, E'\n') INTO changes
    FROM equity_internal.changed_inputs(this_run.run_id) AS c;
  IF changes IS NULL THEN
    stored := equity_internal.run_result_lines(this_run.run_id);
    again := equity_internal.solution_lines(this_run.run_id);
    changes := nullif(concat_ws(E'\n',
      CASE WHEN this_run.result_digest IS DISTINCT FROM equity.text_digest(stored) THEN
        format('placements: stored %s, now %s', this_run.result_digest, equity.text_digest(stored)) END,
      CASE WHEN this_run.result_digest IS DISTINCT FROM equity.text_digest(again) THEN
        format('result: stored %s, again %s', this_run.result_digest, equity.text_digest(again)) END,
      CASE WHEN stored <> again THEN
        format('the placements are not those that come out again at pool %s', equity_internal.diff_keys(stored, again)) END), '');
  END IF;

  IF changes IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s cannot be repeated', this_run.run_id),
      DETAIL = changes,
      HINT = concat_ws(' ', format('equity.run_violations(%s) tells whom it concerns.', this_run.run_id),
        CASE WHEN this_run.equity_version <> (SELECT v.sql FROM equity.version() AS v) THEN
          format('Another version, %s, made the run.', this_run.equity_version) END);
  END IF;
  RETURN this_run.result_digest;
END;
$$;

COMMENT ON FUNCTION equity.replay_run(bigint) IS
  'Allocates a run again from the rows of now and returns the digest of its placements, which then is that of the stored ones. Writes nothing.';
