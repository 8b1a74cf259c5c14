-- Verifying a run: equity.verify over the stored placements, every assessment anew
-- from the facts, and every digest anew. The checks write nothing, so that an auditor
-- can call equity.run_violations with SELECT rights alone.

CREATE TYPE equity.violation AS (
  violation text,
  applicant_id bigint,
  pool_id bigint,
  other_applicant_id bigint,
  detail text
);

COMMENT ON TYPE equity.violation IS
  'What is wrong with a run, in the shape of equity.verify: which kind, whom and which pool it concerns, beside whom, and the details; NULL for what is not concerned.';

CREATE FUNCTION equity_internal.assessment_text(eligible boolean, score numeric, class text, reasons text[]) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT concat(CASE WHEN eligible THEN 'eligible' WHEN NOT eligible THEN 'not eligible' ELSE 'undetermined' END,
                ' with ' || coalesce(score::text, 'no') || ' points',
                ' in class ' || class,
                ' because of ' || nullif(array_to_string(reasons, ', ', 'NULL'), ''));
END;

COMMENT ON FUNCTION equity_internal.assessment_text(boolean, numeric, text, text[]) IS
  'An assessment in words, for example: not eligible with 41.5000 points because of GPA_BELOW.';

CREATE FUNCTION equity_internal.assessment_violations(round_id bigint)
  RETURNS SETOF equity.violation
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT CASE WHEN s.applicant_id IS NULL THEN 'missing_assessment' ELSE 'wrong_assessment' END,
         n.applicant_id,
         NULL::bigint,
         NULL::bigint,
         format('programme %s: stored %s, the scorecard gives %s', n.programme_code,
                CASE WHEN s.applicant_id IS NULL THEN 'nothing'
                  ELSE equity_internal.assessment_text(s.eligible, s.score, s.class, s.reasons)
                END,
                equity_internal.assessment_text(n.eligible, n.score, n.class, n.reasons))
    FROM equity_internal.assessment_changes(assessment_violations.round_id) AS n
    LEFT JOIN equity.assessment AS s
      ON s.applicant_id = n.applicant_id
     AND s.round_id = assessment_violations.round_id
     AND s.programme_code = n.programme_code
   WHERE NOT n.stale
     AND (s.applicant_id IS NULL
          OR (s.eligible, s.score, s.class, s.reasons) IS DISTINCT FROM (n.eligible, n.score, n.class, n.reasons))
     -- whose facts were forgotten keeps the score that digests prove
     AND NOT EXISTS (SELECT FROM equity.application AS o
                      WHERE o.applicant_id = n.applicant_id
                        AND o.round_id = assessment_violations.round_id
                        AND o.forgotten_groups IS NOT NULL);
END;

COMMENT ON FUNCTION equity_internal.assessment_violations(bigint) IS
  'Assessments of a round that do not follow from the scorecards and the current facts, as rows like those of equity.verify: wrong_assessment, missing_assessment.';

--- NAME_changed: what the run read is another now, by its digest (cards_changed, pools_changed …).
--- result_changed: its placements are others. All are given: applications, choices and placements are
--- the digests of now. Where the audit trail has the round, also
--- rules_changed: the run went by other rules than those with which the round was opened or
--- that equity.amend_round had left when it was made; and applications_changed: who asks for what is not as it was
--- when the round was closed, last amended or last accepted a late application
--- (equity.round_application_digest).
CREATE FUNCTION equity_internal.digest_violations(run_id bigint, applications text, choices text, placements text)
  RETURNS SETOF equity.violation
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT f.violation, NULL::bigint, NULL::bigint, NULL::bigint, f.detail
    FROM (SELECT c.input || '_changed' AS violation,
                 format('stored %s, now %s', coalesce(c.stored, 'nothing'), coalesce(c.present, 'nothing')) AS detail
            FROM equity_internal.changed_inputs(digest_violations.run_id, digest_violations.applications) AS c
          UNION ALL
          SELECT 'result_changed',
                 format('stored %s, now %s', coalesce(a.result_digest, 'nothing'), digest_violations.placements)
            FROM equity.allocation_run AS a
           WHERE a.run_id = digest_violations.run_id
             AND a.result_digest IS DISTINCT FROM digest_violations.placements
          UNION ALL
          SELECT 'applications_changed', format('fixed %s, now %s', d.fixed, digest_violations.choices)
            FROM equity.allocation_run AS a
           CROSS JOIN LATERAL equity_internal.fixed_application_digest(a.round_id) AS d (fixed)
           WHERE a.run_id = digest_violations.run_id
             AND d.fixed <> digest_violations.choices
          UNION ALL
          SELECT 'rules_changed', format('%s: announced %s, used %s', d.rule, d.announced, coalesce(d.used, 'nothing'))
            FROM equity_internal.find_run(digest_violations.run_id) AS a
           CROSS JOIN LATERAL equity_internal.announced_rules(
                   a.round_id, (SELECT min(e.event_id)
                                  FROM equity.audit_event AS e
                                 WHERE e.run_id = a.run_id
                                   AND e.operation IN ('allocate_round', 'refill_round'))) AS opened (detail)
           CROSS JOIN LATERAL (SELECT 'mechanism', opened.detail ->> 'mechanism', a.mechanism
                               UNION ALL
                               SELECT 'tie_break', opened.detail ->> 'tie_break', a.tie_break
                               UNION ALL
                               SELECT 'tie_field', coalesce(opened.detail ->> 'tie_field', 'none'), coalesce(a.tie_field, 'none')
                               UNION ALL
                               SELECT 'seed_commitment', opened.detail ->> 'seed_commitment', equity.commitment(a.seed)
                               UNION ALL
                               SELECT e.rule, e.digest, equity_internal.input_digests(a.run_id) ->> e.rule
                                 FROM jsonb_each_text(opened.detail -> 'rules') AS e (rule, digest)) AS d (rule, announced, used)
           WHERE d.announced <> coalesce(d.used, '')) AS f;
END;

COMMENT ON FUNCTION equity_internal.digest_violations(bigint, text, text, text) IS
  'What differs between an allocation run, the rows of now and the audit trail, as rows like those of equity.verify: NAME_changed for each input (equity.run_input), result_changed, rules_changed, applications_changed.';

CREATE FUNCTION equity_internal.digest_violations(run_id bigint)
  RETURNS SETOF equity.violation
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT d.violation, d.applicant_id, d.pool_id, d.other_applicant_id, d.detail
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity_internal.application_pages(equity_internal.application_query(a.round_id)) AS r
   CROSS JOIN LATERAL equity_internal.placement_pages(equity_internal.placement_query(a.run_id)) AS p
   CROSS JOIN LATERAL equity_internal.digest_violations(a.run_id, r.digest, equity.round_application_digest(a.round_id),
                                                        p.digest) AS d
   WHERE a.run_id = digest_violations.run_id
     AND r.whole
     AND p.whole;
END;

COMMENT ON FUNCTION equity_internal.digest_violations(bigint) IS
  'The same, for whoever has read neither applications nor placements.';

--- Rows of equity.verify, and three more without a violation: the digests of the applications query read
--- (input applications), of all who ask in it, also without a score, for what (choices), and of the
--- placements (placements), as of equity_internal.application_pages and its like. Applications are read
--- once when read is the same query.
---
--- Errors: those of equity.verify; 22004 read is NULL.
CREATE FUNCTION equity_internal.verify_and_read(
  applications text, pools text, reserves text, caps text, placements text, tie_break text, seed text, read text,
  OUT violation text, OUT applicant_id bigint, OUT pool_id bigint, OUT other_applicant_id bigint, OUT detail text,
  OUT input text, OUT digest text
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 10
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET work_mem = '128MB'
  AS 'MODULE_PATHNAME', 'equity_verify_and_read';

COMMENT ON FUNCTION equity_internal.verify_and_read(text, text, text, text, text, text, text, text) IS
  'equity.verify with the digests of applications, choices and placements.';

-- One reading serves both.
CREATE FUNCTION equity_internal.proof_violations(run_id bigint)
  RETURNS SETOF equity.violation
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  WITH found AS MATERIALIZED (
    SELECT v.violation, v.applicant_id, v.pool_id, v.other_applicant_id, v.detail, v.input, v.digest
      FROM equity.allocation_run AS a
     CROSS JOIN LATERAL equity_internal.entered_queries(a.run_id) AS q
     CROSS JOIN LATERAL equity_internal.verify_and_read(q.applications, q.pools, q.reserves, q.caps,
                                                        equity_internal.placement_query(a.run_id), a.tie_break, a.seed,
                                                        q.applications) AS v
     WHERE a.run_id = proof_violations.run_id
  )
  SELECT d.violation, d.applicant_id, d.pool_id, d.other_applicant_id, d.detail
    FROM found AS r
    JOIN found AS c
      ON c.input = 'choices'
    JOIN found AS p
      ON p.input = 'placements'
   CROSS JOIN LATERAL equity_internal.digest_violations(proof_violations.run_id, r.digest, c.digest, p.digest) AS d
   WHERE r.input = 'applications'
  UNION ALL
  SELECT f.violation, f.applicant_id, f.pool_id, f.other_applicant_id, f.detail
    FROM found AS f
   WHERE f.violation IS NOT NULL;
END;

COMMENT ON FUNCTION equity_internal.proof_violations(bigint) IS
  'equity_internal.digest_violations of an allocation run, and what equity.verify finds in its placements, against the current rows that equity.run_queries reads.';

--- No rows when everything holds. Writes nothing: SELECT rights are enough.
---
--- Errors: P0002 no such run.
CREATE FUNCTION equity.run_violations(run_id bigint)
  RETURNS SETOF equity.violation
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  SELECT v.violation, v.applicant_id, v.pool_id, v.other_applicant_id, v.detail
    FROM equity_internal.proof_violations(run_violations.run_id) AS v
  UNION ALL
  SELECT s.violation, s.applicant_id, s.pool_id, s.other_applicant_id, s.detail
    FROM equity_internal.find_run(run_violations.run_id) AS a
   CROSS JOIN LATERAL equity_internal.assessment_violations(a.round_id) AS s
  UNION ALL
  SELECT i.violation, i.applicant_id, i.pool_id, NULL, i.relation || ': ' || i.detail
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity.check_integrity(a.round_id) AS i
   WHERE a.run_id = run_violations.run_id
     AND (i.run_id IS NULL OR i.run_id = run_violations.run_id);
END;

COMMENT ON FUNCTION equity.run_violations(bigint) IS
  'All that is wrong with an allocation run, against the current rows, in the shape of equity.verify: its violations, assessments that do not follow from scorecard and facts (wrong_assessment, missing_assessment), rows that refer to nothing (equity.check_integrity), digests that differ (see equity_internal.digest_violations). Reads the registry.';

--- A refill leaves its round published. A run that is verified can be verified again; the
--- status of a published one stays. On a standby the run is checked, nothing is locked or recorded, and a
--- NOTICE says so.
---
--- Errors: P0002 no such run; 55000 superseded; 55P03 another operation is at work on the
--- round.
CREATE FUNCTION equity.verify_run(run_id bigint)
  RETURNS SETOF equity.violation
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_run equity.allocation_run;
  found_violations bigint;
BEGIN
  IF equity_internal.has_level('operator', 'auditor') THEN
    RETURN QUERY SELECT d.* FROM equity_internal.verify_run(verify_run.run_id) AS d;
    RETURN;
  END IF;
  IF pg_is_in_recovery() THEN
    this_run := equity_internal.find_run(verify_run.run_id);
    RAISE NOTICE 'this server is a standby: allocation run % is checked, and nothing is locked or recorded', this_run.run_id;
  ELSE
    this_run := equity_internal.lock_run(verify_run.run_id);
  END IF;
  IF this_run.status = 'superseded' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s is superseded', this_run.run_id),
      DETAIL = format('Since then round %s was scored or allocated again, or others take part in it.', this_run.round_id),
      HINT = format('Verify the newest run, or make one: equity.allocate_round(%s).', this_run.round_id);
  END IF;

  PERFORM equity_internal.report_progress('verify_run', this_run.round_id, 'preparing');
  RETURN QUERY
  SELECT v.violation, v.applicant_id, v.pool_id, v.other_applicant_id, v.detail
    FROM equity.run_violations(this_run.run_id) AS v;
  GET DIAGNOSTICS found_violations = ROW_COUNT;
  IF NOT pg_is_in_recovery() THEN
    PERFORM equity_internal.record_verification(this_run, found_violations);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity.verify_run(bigint) IS
  'Checks an allocation run (see equity.run_violations), returns what is wrong with it and records the outcome. Nothing wrong: the run and its round are verified; otherwise the run has failed and the round must be scored or allocated again. Reads the registry.';

CREATE FUNCTION equity_internal.record_verification(this_run equity.allocation_run, found_violations bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  passed boolean := found_violations = 0;
BEGIN
  IF this_run.status = 'verified' AND passed THEN
    RAISE NOTICE 'allocation run % is verified already and still holds: nothing was changed', this_run.run_id;
    RETURN;
  END IF;
  IF this_run.status <> 'published' THEN
    UPDATE equity.allocation_run AS a
       SET status = CASE WHEN passed THEN 'verified' ELSE 'failed' END,
           violations = found_violations
     WHERE a.run_id = this_run.run_id;
    UPDATE equity.round AS r
       SET status = CASE WHEN passed THEN 'verified' ELSE 'allocated' END
     WHERE r.round_id = this_run.round_id
       AND this_run.kind = 'main';
  END IF;
  PERFORM equity.audit_append('verify_run', this_run.round_id, this_run.run_id, jsonb_build_object('violations', found_violations));
END;
$$;

COMMENT ON FUNCTION equity_internal.record_verification(equity.allocation_run, bigint) IS
  'Records the outcome of a verification in the run, in its round and in the audit trail.';
