-- What other rules would give: the round allocated again by each of several policies, and the outcomes
-- counted by group. Nothing is written.
--
-- A policy is a JSON object that says what is different from the round's own. What it does not name is as in
-- the round.

CREATE FUNCTION equity_internal.refuse_policy(name text, problem text, detail text, hint text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'invalid_parameter_value',
    MESSAGE = format('policy "%s" %s', refuse_policy.name, refuse_policy.problem),
    DETAIL = refuse_policy.detail,
    HINT = refuse_policy.hint;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_policy(text, text, text, text) IS
  'Raises 22023, naming a policy.';

CREATE FUNCTION equity_internal.setting_problem(key text, value jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE setting_problem.key
           WHEN 'mechanism' THEN
             CASE WHEN NOT coalesce(value #>> '{}' IN ('deferred_acceptance', 'serial_dictatorship', 'immediate_acceptance',
                                                       'top_trading_cycles'), false)
               THEN 'deferred_acceptance, serial_dictatorship, immediate_acceptance or top_trading_cycles' END
           WHEN 'tie_break' THEN
             CASE WHEN NOT coalesce(value #>> '{}' IN ('lottery', 'lottery_per_pool', 'admit_all', 'admit_none', 'strict'), false)
               THEN 'lottery, lottery_per_pool, admit_all, admit_none or strict' END
           WHEN 'seed' THEN
             CASE WHEN jsonb_typeof(value) <> 'string' THEN 'a text' END
           WHEN 'caps' THEN
             CASE WHEN jsonb_typeof(value) <> 'boolean' THEN 'true or false' END
           WHEN 'floors' THEN
             CASE WHEN jsonb_typeof(value) <> 'boolean' THEN 'true or false' END
           WHEN 'seats' THEN
             CASE WHEN NOT CASE jsonb_typeof(value)
                             WHEN 'number' THEN value::numeric BETWEEN 0 AND 1000
                             WHEN 'object' THEN NOT EXISTS (
                               SELECT FROM jsonb_each_text(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END) AS p (pool_id, seats)
                                WHERE p.pool_id !~ '^[0-9]{1,18}$' OR coalesce(p.seats, '') !~ '^[0-9]{1,9}$')
                             ELSE false END
               THEN 'a factor from 0 to 1000, or an object of pool ids with their seats' END
           WHEN 'reserves' THEN
             CASE WHEN NOT CASE jsonb_typeof(value)
                             WHEN 'string' THEN value #>> '{}' = 'none'
                             WHEN 'object' THEN value - 'mode' - 'scale' = '{}'
                                                AND coalesce(value ->> 'mode', 'after_open') IN ('after_open', 'before_open')
                                                AND CASE jsonb_typeof(value -> 'scale')
                                                      WHEN 'number' THEN (value -> 'scale')::numeric BETWEEN 0 AND 1000
                                                      ELSE value -> 'scale' IS NULL END
                             ELSE false END
               THEN '"none", or an object with mode (after_open, before_open) and scale (a factor from 0 to 1000)' END
           ELSE 'one of mechanism, tie_break, seed, seats, reserves, caps and floors' END;
END;

COMMENT ON FUNCTION equity_internal.setting_problem(text, jsonb) IS
  'What the value of a key should be, when it is something else; for an unrecognized key, the keys that there are; NULL when all is well.';

CREATE FUNCTION equity_internal.read_policies(variants jsonb) RETURNS TABLE (place integer, name text, settings jsonb)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF coalesce(jsonb_typeof(variants), 'null') <> 'object' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'policies are not a JSON object',
      DETAIL = format('They are of type %s.', coalesce(jsonb_typeof(variants), 'null')),
      HINT = 'Give each policy a name: {"fewer seats": {"seats": 0.8}, "strict": {"tie_break": "strict"}}.';
  END IF;

  PERFORM equity_internal.refuse_policy(p.key, 'is not a JSON object', format('It is of type %s.', jsonb_typeof(p.value)),
                               'An empty object {} is the policy of the round.')
     FROM jsonb_each(variants) AS p
    WHERE jsonb_typeof(p.value) <> 'object';
  PERFORM equity_internal.refuse_policy(p.key, 'has a name that is taken', 'The policy of the round itself is called baseline.', 'Choose another name.')
     FROM jsonb_each(variants) AS p
    WHERE p.key = 'baseline';
  PERFORM equity_internal.refuse_policy(p.key, format('has an unknown or malformed "%s"', s.key), format('Its value is %s.', s.value),
                               format('It should be %s.', equity_internal.setting_problem(s.key, s.value)))
     FROM jsonb_each(variants) AS p
    CROSS JOIN LATERAL jsonb_each(p.value) AS s
    WHERE equity_internal.setting_problem(s.key, s.value) IS NOT NULL;

  RETURN QUERY
  SELECT 0, 'baseline', jsonb '{}'
  UNION ALL
  SELECT (row_number() OVER (ORDER BY p.key COLLATE "C"))::integer, p.key, p.value
    FROM jsonb_each(variants) AS p;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_policies(jsonb) IS
  'The policies of a JSON object in byte order of their names, after that of the round. Error 22023 when something in it is unrecognized or malformed.';

CREATE FUNCTION equity_internal.require_capable_mechanism(this_round equity.round, name text, settings jsonb) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
AS $$
DECLARE
  keeps record;
  problem text;
BEGIN
  SELECT t.has_reserves AND settings -> 'reserves' IS DISTINCT FROM '"none"' AS reserves,
         t.has_caps AND settings -> 'caps' IS DISTINCT FROM 'false' AS caps,
         settings -> 'floors' IS DISTINCT FROM 'false'
           AND EXISTS (SELECT FROM equity.seat_pool AS p WHERE p.round_id = this_round.round_id AND p.min_seats > 0) AS floors
    INTO keeps
    FROM equity_internal.round_features(this_round.round_id) AS t;
  problem := equity_internal.policy_problem(coalesce(settings ->> 'mechanism', this_round.mechanism),
    coalesce(settings ->> 'tie_break', this_round.tie_break), keeps.reserves, keeps.caps, keeps.floors);
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'feature_not_supported',
      MESSAGE = format('policy "%s" cannot be honoured: %s', name, problem),
      HINT = 'Leave it out of the policy with "reserves": "none", "caps": false or "floors": false, or use deferred_acceptance.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_capable_mechanism(equity.round, text, jsonb) IS
  'Raises 0A000, naming the policy when its mechanism or tie break cannot honour reserves, ceilings or floors of the round that it leaves in place.';

CREATE FUNCTION equity_internal.applicant_dimensions(round_id bigint) RETURNS TABLE (applicant_id bigint, dimension text, value text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  WITH person AS MATERIALIZED (
    SELECT v.applicant_id, v.sex, v.province_code
      FROM equity.applicant AS v
     WHERE v.applicant_id IN (SELECT i.applicant_id FROM equity.allocation_input AS i WHERE i.round_id = applicant_dimensions.round_id)
  )
  SELECT p.applicant_id, d.dimension, d.value
    FROM person AS p
   CROSS JOIN LATERAL (VALUES ('all', 'all'),
                              ('sex', coalesce(p.sex, 'unknown')),
                              ('province', coalesce(p.province_code, 'unknown'))) AS d (dimension, value)
  UNION ALL
  SELECT p.applicant_id, 'group', g.group_code
    FROM person AS p
    JOIN equity.applicant_group AS g
      ON g.applicant_id = p.applicant_id
     AND g.verified;
END;

COMMENT ON FUNCTION equity_internal.applicant_dimensions(bigint) IS
  'Who competes in the allocation of a round, by what outcomes are counted: all; sex; province (home province); group (each verified one of equity.applicant_group). Unknown values are unknown.';

--- Each policy has a name and says what is different: mechanism, tie_break, seed; seats, a
--- factor for all pools (rounded down; reserves follow) or an object of pool ids with their
--- seats; reserves, none or an object with mode (after_open, before_open) and scale (a
--- factor, rounded down); caps and floors, false to do without. For example {"open":
--- {"reserves": "none"}, "more": {"seats": 1.2, "reserves": {"mode": "before_open"}}}. Rows
--- count persons who compete, for all and by sex, home province and verified group:
--- applicants, admitted (also in percent), first_choices (admitted at choice 1), mean_choice
--- of the admitted (1 is best), unassigned, and who gains or loses against the baseline by
--- their own choices. Each policy is one allocation; nothing is written.
---
--- Errors: P0002 no such round; 22023 an unrecognized or malformed setting, a pool that is
--- not of the round; 55000 not scored yet; and those of equity.allocate, 0A000 when a
--- mechanism cannot honour what a policy leaves in place.
CREATE FUNCTION equity.compare_policies(round_id bigint, variants jsonb)
  RETURNS TABLE (policy text, dimension text, value text, applicants bigint, admitted bigint, admitted_percent numeric,
                 first_choices bigint, mean_choice numeric, unassigned bigint, gains bigint, loses bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
  SET enable_nestloop = off
  SET jit = off
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  this_round equity.round := equity_internal.find_round(compare_policies.round_id);
BEGIN
  PERFORM equity_internal.require_status(this_round, 'compare_policies', 'scored', 'allocated', 'verified', 'published');
  PERFORM equity_internal.refuse_policy(p.name, 'gives seats to a pool that is not of the round', format('Pool %s, round %s.', s.pool_id, this_round.round_id),
                               'The pools are in equity.seat_pool.')
     FROM equity_internal.read_policies(variants) AS p
    CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(p.settings -> 'seats') WHEN 'object' THEN p.settings -> 'seats' ELSE '{}' END) AS s (pool_id)
    WHERE NOT EXISTS (SELECT FROM equity.seat_pool AS o WHERE o.round_id = this_round.round_id AND o.pool_id::text = s.pool_id);
  PERFORM equity_internal.require_capable_mechanism(this_round, p.name, p.settings) FROM equity_internal.read_policies(variants) AS p;

  RETURN QUERY
  WITH candidate AS MATERIALIZED (
    SELECT p.place, p.name, p.settings FROM equity_internal.read_policies(variants) AS p
  ), solved AS MATERIALIZED (
    SELECT c.place, s.applicant_id, s.choice
      FROM candidate AS c
     CROSS JOIN LATERAL equity_internal.seat_queries(this_round.round_id, c.settings) AS q
     CROSS JOIN LATERAL equity.allocate(equity_internal.input_query(this_round.round_id), q.pools, q.reserves, q.caps,
                                        coalesce(c.settings ->> 'mechanism', this_round.mechanism),
                                        coalesce(c.settings ->> 'tie_break', this_round.tie_break),
                                        coalesce(c.settings ->> 'seed', this_round.seed)) AS s
  ), outcome AS (
    -- as many as are admitted by the policy or by that of the round; everybody else is as before
    SELECT c.place, s.applicant_id, s.choice, b.choice AS own_choice
      FROM candidate AS c
      JOIN solved AS s ON s.place = c.place
      LEFT JOIN solved AS b ON b.place = 0 AND b.applicant_id = s.applicant_id
    UNION ALL
    SELECT c.place, b.applicant_id, NULL, b.choice
      FROM solved AS b
      JOIN candidate AS c ON true
      LEFT JOIN solved AS s ON s.place = c.place AND s.applicant_id = b.applicant_id
     WHERE b.place = 0
       AND s.applicant_id IS NULL
  ), member AS MATERIALIZED (
    SELECT d.applicant_id, d.dimension, d.value FROM equity_internal.applicant_dimensions(this_round.round_id) AS d
  ), counted AS (
    SELECT o.place, m.dimension, m.value,
           count(o.choice) AS admitted,
           count(*) FILTER (WHERE o.choice = 1) AS first_choices,
           avg(o.choice) AS mean_choice,
           count(*) FILTER (WHERE o.choice < o.own_choice OR o.own_choice IS NULL) AS gains,
           count(*) FILTER (WHERE o.choice > o.own_choice OR o.choice IS NULL) AS loses
      FROM outcome AS o
      JOIN member AS m ON m.applicant_id = o.applicant_id
     GROUP BY o.place, m.dimension, m.value
  )
  SELECT c.name, m.dimension, m.value, m.applicants,
         coalesce(n.admitted, 0), round(100.0 * coalesce(n.admitted, 0) / m.applicants, 2),
         coalesce(n.first_choices, 0), round(n.mean_choice, 4), m.applicants - coalesce(n.admitted, 0),
         coalesce(n.gains, 0), coalesce(n.loses, 0)
    FROM candidate AS c
    JOIN (SELECT d.dimension, d.value, count(*) AS applicants FROM member AS d GROUP BY d.dimension, d.value) AS m ON true
    LEFT JOIN counted AS n ON n.place = c.place AND n.dimension = m.dimension AND n.value = m.value
   ORDER BY c.place, m.dimension COLLATE "C", m.value COLLATE "C";
END;
$$;

COMMENT ON FUNCTION equity.compare_policies(bigint, jsonb) IS
  'What a scored round would give under other policies, compared with its own (baseline).';

CREATE FUNCTION equity.simulate(round_id bigint, changes jsonb)
  RETURNS TABLE (policy text, dimension text, value text, applicants bigint, admitted bigint, admitted_percent numeric,
                 first_choices bigint, mean_choice numeric, unassigned bigint, gains bigint, loses bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT c.policy, c.dimension, c.value, c.applicants, c.admitted, c.admitted_percent,
         c.first_choices, c.mean_choice, c.unassigned, c.gains, c.loses
    FROM equity.compare_policies(simulate.round_id, jsonb_build_object('simulation', changes)) AS c;
END;

COMMENT ON FUNCTION equity.simulate(bigint, jsonb) IS
  'equity.compare_policies with one policy, called simulation: simulate(1, ''{"seats": 0.9}'') shows what a tenth fewer seats would mean. Nothing is written.';
