-- The manifest of a run, and its repetition: the same rows, allocated again, must give the same digest.

--- Whoever has the rows can compute the digests without the extension. Each is the sha256 in
--- hexadecimal of lines in UTF-8 that end with a line feed; values are parted by commas, NULL
--- is nothing, texts are JSON strings (programme_code in cards and quotas is bare) and arrays
--- JSON arrays.
---
--- - cards: programme_code, sha256 of the canonical card; quotas: programme_code, quota
--- - pools: pool_id, seats, min_seats, cap_id, programme_code, institution_id, field_code,
---   grant_type; reserves: pool_id, reserve, seats, mode, cascade, position; caps: cap_id,
---   seats, min_seats, parent_id
--- - applications: pool_id and the sha256 of that pool's lines applicant_id, choice, score,
---   tie, groups
--- - standing: pool_id and the sha256 of its lines applicant_id, decision, seat, choice, score
--- - placements: pool_id and the sha256 of its lines applicant_id, choice, seat, tier, score
--- - seed: the sha256 of the seed, which is its commitment
---
--- Error P0002: no such run.
CREATE FUNCTION equity.run_manifest(run_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
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
           'digests', equity_internal.input_digests(a.run_id) || jsonb_build_object('placements', a.result_digest))
    FROM equity_internal.find_run(run_manifest.run_id) AS a
    JOIN equity.round AS r
      ON r.round_id = a.round_id;
END;

COMMENT ON FUNCTION equity.run_manifest(bigint) IS
  'What decided an allocation run and what came out of it, to publish: parameters, seed, counts, version of the extension, and digests, each a sha256 in hexadecimal. Reads the registry.';

--- Errors: P0002 no such run; 55000 something differs, and the detail names each digest that
--- does with the first pools: what the run read, or, when that is the same, what came out;
--- and those of equity.allocate.
CREATE FUNCTION equity.replay_run(run_id bigint) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_run equity.allocation_run := equity_internal.find_run(replay_run.run_id);
  changes text;
  stored text;
  again text;
BEGIN
  SELECT string_agg(format('%s: stored %s, now %s%s', c.input, c.stored, c.present,
                           ', at ' || nullif(equity_internal.diff_keys(equity.digest_text(c.stored), c.content), '')), E'\n'
                    ORDER BY c.input COLLATE "C") INTO changes
    FROM equity_internal.changed_inputs(this_run.run_id) AS c;
  IF changes IS NULL THEN
    stored := equity_internal.result_lines(this_run.run_id);
    again := equity_internal.result_lines(this_run.run_id, again => true);
    changes := nullif(concat_ws(E'\n',
      CASE WHEN this_run.result_digest IS DISTINCT FROM equity.text_digest(stored) THEN
        format('placements: stored %s, now %s', this_run.result_digest, equity.text_digest(stored)) END,
      CASE WHEN this_run.result_digest IS DISTINCT FROM equity.text_digest(again) THEN
        format('result: stored %s, again %s', this_run.result_digest, equity.text_digest(again)) END,
      CASE WHEN stored <> again THEN
        format('the placements are not those that come out again, at pool %s', equity_internal.diff_keys(stored, again)) END), '');
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
  'Allocates a run again from the current rows and returns the digest of its placements, which then is that of the stored ones. Writes nothing. Reads the registry.';
