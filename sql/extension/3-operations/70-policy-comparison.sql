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
    MESSAGE = format('policy "%s" %s', equity_internal.excerpt(refuse_policy.name), equity_internal.excerpt(refuse_policy.problem)),
    DETAIL = equity_internal.excerpt(refuse_policy.detail),
    HINT = refuse_policy.hint;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_policy(text, text, text, text) IS
  'Raises 22023, naming a policy.';

CREATE FUNCTION equity_internal.is_seats_by_id(value jsonb) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT NOT EXISTS (
           SELECT FROM jsonb_each_text(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END) AS p (id, seats)
            WHERE p.id !~ '^[0-9]{1,18}$' OR coalesce(p.seats, '') !~ '^[0-9]{1,9}$');
END;

COMMENT ON FUNCTION equity_internal.is_seats_by_id(jsonb) IS
  'Whether a JSON object has ids as keys and numbers of seats as values.';

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
           WHEN 'tie_field' THEN
             CASE WHEN NOT coalesce(value #>> '{}' IN ('income_per_head', 'gpa', 'birth_date', 'none'), false)
               THEN 'income_per_head, gpa, birth_date or none' END
           WHEN 'cards' THEN
             CASE WHEN jsonb_typeof(value) <> 'object'
                    OR EXISTS (SELECT FROM jsonb_each(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END) AS c (programme, card)
                                WHERE jsonb_typeof(c.card) NOT IN ('string', 'object'))
               THEN 'an object of programme codes, each with the code and version of a scorecard ("NEED/2") or a scorecard' END
           WHEN 'caps' THEN
             CASE WHEN NOT CASE jsonb_typeof(value)
                             WHEN 'boolean' THEN true
                             WHEN 'object' THEN equity_internal.is_seats_by_id(value)
                             ELSE false END
               THEN 'true or false, or an object of ceiling ids with their seats' END
           WHEN 'floors' THEN
             CASE WHEN jsonb_typeof(value) <> 'boolean' THEN 'true or false' END
           WHEN 'seats' THEN
             CASE WHEN NOT CASE jsonb_typeof(value)
                             WHEN 'number' THEN value::numeric BETWEEN 0 AND 1000
                             WHEN 'object' THEN equity_internal.is_seats_by_id(value)
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
           ELSE 'one of mechanism, tie_break, tie_field, seed, seats, reserves, caps, floors and cards' END;
END;

COMMENT ON FUNCTION equity_internal.setting_problem(text, jsonb) IS
  'What the value of a key should be, when it is not; for an unrecognized key, the keys that there are; NULL when all is well.';

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
  PERFORM equity_internal.refuse_policy(p.key, format('has an unrecognized or malformed "%s"', s.key), format('Its value is %s.', s.value),
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

CREATE FUNCTION equity_internal.policy_card(settings jsonb, programme_code text) RETURNS equity.scorecard
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT CASE jsonb_typeof(c.card)
           WHEN 'object' THEN c.card::text::equity.scorecard
           ELSE (SELECT v.card
                   FROM equity.scorecard_version AS v
                  WHERE format('%s/%s', v.card_code, v.version) = c.card #>> '{}')
         END
    FROM (SELECT settings #> ARRAY['cards', policy_card.programme_code]) AS c (card);
END;

COMMENT ON FUNCTION equity_internal.policy_card(jsonb, text) IS
  'The scorecard that a policy puts in place of that of a programme; NULL when there is none.';

--- The plan must see the card as a constant.
CREATE FUNCTION equity_internal.scores_by_card(round_id bigint, programme_code text, card equity.scorecard)
  RETURNS TABLE (applicant_id bigint, score numeric)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  PERFORM equity_internal.require_facts(scores_by_card.card);
  RETURN QUERY
  SELECT n.applicant_id, (n.result).score
    FROM (SELECT a.applicant_id, equity.assess_typed(scores_by_card.card, f) AS result
            FROM equity_internal.programme_application AS a
            JOIN equity.application_facts AS f
              ON f.applicant_id = a.applicant_id
             AND f.round_id = a.round_id
           WHERE a.round_id = scores_by_card.round_id
             AND f.round_id = scores_by_card.round_id
             AND a.programme_code = scores_by_card.programme_code
          OFFSET 0) AS n                -- assess once a row, not once a column
   WHERE equity_internal.competes((n.result).eligible, (n.result).score);
END;
$$;

COMMENT ON FUNCTION equity_internal.scores_by_card(bigint, text, equity.scorecard) IS
  'Who of those that ask for a programme in a round would compete by a scorecard, and with which score.';

CREATE FUNCTION equity_internal.policy_scores(round_id bigint, settings jsonb)
  RETURNS TABLE (applicant_id bigint, programme_code text, score numeric)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT DISTINCT c.applicant_id, c.programme_code, c.score
    FROM equity.competing_choice AS c
   WHERE c.round_id = policy_scores.round_id
     AND NOT coalesce(settings -> 'cards' ? c.programme_code, false)
  UNION ALL
  SELECT s.applicant_id, rp.programme_code, s.score
    FROM equity.round_programme AS rp
   CROSS JOIN LATERAL equity_internal.scores_by_card(rp.round_id, rp.programme_code,
                                                     equity_internal.policy_card(settings, rp.programme_code)) AS s
   WHERE rp.round_id = policy_scores.round_id
     AND settings -> 'cards' ? rp.programme_code;
END;

COMMENT ON FUNCTION equity_internal.policy_scores(bigint, jsonb) IS
  'Who competes for which programme in a round under a policy, and with which score.';

CREATE FUNCTION equity_internal.policy_input_query(this_round equity.round, settings jsonb) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT CASE
           WHEN settings ? 'cards' OR settings ? 'tie_field' THEN
             format('SELECT c.applicant_id, c.pool_id, c.choice::integer AS choice, s.score,'
                    ' equity_internal.tie_value(%L, h.monthly_income, h.household_size, a.gpa, v.birth_date) AS tie%s'
                    ' FROM equity.choice AS c'
                    ' JOIN equity.seat_pool AS p ON p.pool_id = c.pool_id'
                    ' JOIN equity_internal.policy_scores(%s, %L) AS s'
                    ' ON s.applicant_id = c.applicant_id AND s.programme_code = p.programme_code'
                    ' JOIN equity.application AS a ON a.applicant_id = c.applicant_id AND a.round_id = c.round_id'
                    ' JOIN equity.applicant AS v ON v.applicant_id = c.applicant_id'
                    ' LEFT JOIN equity.household AS h ON h.applicant_id = c.applicant_id AND h.round_id = c.round_id%s'
                    ' WHERE c.round_id = %s AND a.round_id = %s',
                    CASE WHEN settings ? 'tie_field' THEN settings ->> 'tie_field' ELSE this_round.tie_field END,
                    CASE WHEN t.has_reserves THEN ', coalesce(g.groups, ''{}'') AS groups' END,
                    this_round.round_id, settings,
                    CASE WHEN t.has_reserves
                      THEN ' LEFT JOIN equity_internal.reserve_groups AS g ON g.applicant_id = c.applicant_id AND g.round_id = c.round_id' END,
                    this_round.round_id, this_round.round_id)
           ELSE equity_internal.application_query(this_round.round_id)
         END
    FROM equity_internal.round_features(this_round.round_id) AS t;
END;

COMMENT ON FUNCTION equity_internal.policy_input_query(equity.round, jsonb) IS
  'The applications query of a round under a policy.';

CREATE FUNCTION equity_internal.require_capable_mechanism(this_round equity.round, name text, settings jsonb) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
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
      MESSAGE = format('policy "%s" cannot be honoured: %s', equity_internal.excerpt(name), problem),
      HINT = 'Leave it out of the policy with "reserves": "none", "caps": false or "floors": false, or use deferred_acceptance.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_capable_mechanism(equity.round, text, jsonb) IS
  'Raises 0A000, naming the policy when its mechanism or tie break cannot honour reserves, ceilings or floors of the round that it leaves in place.';

CREATE FUNCTION equity_internal.applicant_dimensions(applicants bigint[]) RETURNS TABLE (applicant_id bigint, dimension text, value text)
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 300000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  WITH person AS MATERIALIZED (
    SELECT v.applicant_id, v.sex, v.province_code
      FROM equity.applicant AS v
     WHERE v.applicant_id IN (SELECT u.applicant_id FROM unnest(applicants) AS u (applicant_id))
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

COMMENT ON FUNCTION equity_internal.applicant_dimensions(bigint[]) IS
  'By what the outcomes of applicants are counted: all; sex; province (home province); group (each verified one of equity.applicant_group). Unknown values are unknown.';

CREATE FUNCTION equity_internal.policy_outcomes(round_id bigint, variants jsonb)
  RETURNS TABLE (policy text, dimension text, value text, applicants bigint, admitted bigint, admitted_percent numeric,
                 first_choices bigint, mean_choice numeric, unassigned bigint, gains bigint, loses bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  this_round equity.round := equity_internal.find_round(policy_outcomes.round_id);
BEGIN
  PERFORM equity_internal.require_status(this_round, 'compare_policies', 'scored', 'allocated', 'verified', 'published');
  PERFORM equity_internal.refuse_policy(p.name, 'gives seats to a pool that is not of the round', format('It is pool %s; the round is %s.', s.pool_id, this_round.round_id),
                               'The pools are in equity.seat_pool.')
     FROM equity_internal.read_policies(variants) AS p
    CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(p.settings -> 'seats') WHEN 'object' THEN p.settings -> 'seats' ELSE '{}' END) AS s (pool_id)
    WHERE NOT EXISTS (SELECT FROM equity.seat_pool AS o WHERE o.round_id = this_round.round_id AND o.pool_id::text = s.pool_id);
  PERFORM equity_internal.refuse_policy(p.name, 'gives seats to a ceiling that is not of the round', format('It is ceiling %s; the round is %s.', s.cap_id, this_round.round_id),
                               'The ceilings are in equity.seat_cap.')
     FROM equity_internal.read_policies(variants) AS p
    CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(p.settings -> 'caps') WHEN 'object' THEN p.settings -> 'caps' ELSE '{}' END) AS s (cap_id)
    WHERE NOT EXISTS (SELECT FROM equity.seat_cap AS o WHERE o.round_id = this_round.round_id AND o.cap_id::text = s.cap_id);
  PERFORM equity_internal.refuse_policy(p.name, 'gives a scorecard to a programme that is not of the round', format('It is programme %s; the round is %s.', s.programme_code, this_round.round_id),
                               'The programmes are in equity.round_programme.')
     FROM equity_internal.read_policies(variants) AS p
    CROSS JOIN LATERAL jsonb_object_keys(coalesce(p.settings -> 'cards', '{}')) AS s (programme_code)
    WHERE NOT EXISTS (SELECT FROM equity.round_programme AS o WHERE o.round_id = this_round.round_id AND o.programme_code = s.programme_code);
  PERFORM equity_internal.refuse_policy(p.name, 'names a scorecard that does not exist', format('It is for programme %s.', s.programme_code),
                               'The versions of scorecards are in equity.scorecard_version; name one as CODE/VERSION, and one whose card is made.')
     FROM equity_internal.read_policies(variants) AS p
    CROSS JOIN LATERAL jsonb_object_keys(coalesce(p.settings -> 'cards', '{}')) AS s (programme_code)
    WHERE equity_internal.policy_card(p.settings, s.programme_code) IS NULL;
  PERFORM equity_internal.require_capable_mechanism(this_round, p.name, p.settings) FROM equity_internal.read_policies(variants) AS p;

  RETURN QUERY
  WITH candidate AS MATERIALIZED (
    SELECT p.place, p.name, p.settings,
           CASE WHEN p.settings ? 'cards' THEN p.place ELSE 0 END AS competing_at
      FROM equity_internal.read_policies(variants) AS p
  ), competitor AS MATERIALIZED (
    SELECT DISTINCT c.place, s.applicant_id
      FROM candidate AS c
     CROSS JOIN LATERAL equity_internal.policy_scores(this_round.round_id, c.settings) AS s
     WHERE c.competing_at = c.place
  ), solved AS MATERIALIZED (
    SELECT c.place, s.applicant_id, s.pool_id, s.choice
      FROM candidate AS c
     CROSS JOIN LATERAL equity_internal.seat_queries(this_round.round_id, c.settings) AS q
     CROSS JOIN LATERAL equity.allocate(equity_internal.policy_input_query(this_round, c.settings), q.pools, q.reserves, q.caps,
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
    SELECT d.applicant_id, d.dimension, d.value
      FROM equity_internal.applicant_dimensions(ARRAY(SELECT DISTINCT c.applicant_id FROM competitor AS c)) AS d
  ), first_choice AS MATERIALIZED (
    SELECT h.applicant_id, min(h.choice) AS choice
      FROM equity.choice AS h
     WHERE h.round_id = this_round.round_id
     GROUP BY h.applicant_id
  ), asked AS (
    SELECT c.place, m.dimension, m.value, count(*) AS applicants
      FROM competitor AS c
      JOIN member AS m ON m.applicant_id = c.applicant_id
     GROUP BY c.place, m.dimension, m.value
  ), counted AS (
    SELECT o.place, m.dimension, m.value,
           count(o.choice) AS admitted,
           count(*) FILTER (WHERE o.choice = f.choice) AS first_choices,
           avg(o.choice) AS mean_choice,
           count(*) FILTER (WHERE o.choice < o.own_choice OR o.own_choice IS NULL) AS gains,
           count(*) FILTER (WHERE o.choice > o.own_choice OR o.choice IS NULL) AS loses
      FROM outcome AS o
      JOIN member AS m ON m.applicant_id = o.applicant_id
      JOIN first_choice AS f ON f.applicant_id = o.applicant_id
     GROUP BY o.place, m.dimension, m.value
  ), binding AS (
    SELECT c.place, k.cap_code, count(s.applicant_id) AS held,
           CASE jsonb_typeof(c.settings -> 'caps')
             WHEN 'object' THEN coalesce((c.settings -> 'caps' ->> k.cap_id::text)::integer, k.seats)
             ELSE k.seats END AS seats
      FROM candidate AS c
     CROSS JOIN equity.seat_cap AS k
      JOIN equity_internal.pool_cap AS u ON u.cap_id = k.cap_id
      LEFT JOIN solved AS s ON s.place = c.place AND s.pool_id = u.pool_id
     WHERE k.round_id = this_round.round_id
       AND u.round_id = this_round.round_id
       AND c.settings -> 'caps' IS DISTINCT FROM 'false'
     GROUP BY c.place, c.settings, k.cap_id, k.cap_code, k.seats
  ), told AS (
    SELECT c.place, c.name, a.dimension, a.value, a.applicants,
           coalesce(n.admitted, 0) AS admitted, round(100.0 * coalesce(n.admitted, 0) / a.applicants, 2) AS percent,
           coalesce(n.first_choices, 0) AS first_choices, round(n.mean_choice, 4) AS mean_choice,
           a.applicants - coalesce(n.admitted, 0) AS unassigned,
           coalesce(n.gains, 0) AS gains, coalesce(n.loses, 0) AS loses
      FROM candidate AS c
      JOIN asked AS a ON a.place = c.competing_at
      LEFT JOIN counted AS n ON n.place = c.place AND n.dimension = a.dimension AND n.value = a.value
    UNION ALL
    SELECT c.place, c.name, 'cap', b.cap_code, NULL, b.held, round(100.0 * b.held / nullif(b.seats, 0), 2),
           NULL, NULL, NULL, NULL, NULL
      FROM candidate AS c
      JOIN binding AS b ON b.place = c.place
     WHERE b.held >= b.seats
  )
  SELECT t.name, t.dimension, t.value, t.applicants, t.admitted, t.percent, t.first_choices, t.mean_choice, t.unassigned,
         t.gains, t.loses
    FROM told AS t
   ORDER BY t.place, t.dimension COLLATE "C", t.value COLLATE "C";
END;
$$;

COMMENT ON FUNCTION equity_internal.policy_outcomes(bigint, jsonb) IS
  'For equity.compare_policies and equity.simulate: the outcomes of each policy, counted, and the ceilings that bind (dimension cap).';

--- Each policy has a name and says what is different: mechanism, tie_break, seed; seats, a
--- factor for all pools (rounded down; reserves follow) or an object of pool ids with their
--- seats; reserves, none or an object with mode (after_open, before_open) and scale (a
--- factor, rounded down); caps and floors, false to do without, caps also an object of ceiling
--- ids with their seats; tie_field, none to do without; cards, an object of programmes with the
--- scorecard to put in place of theirs, as a value or by code and version. For example {"open":
--- {"reserves": "none"}, "more": {"seats": 1.2, "cards": {"innovation_general": "NEED/2"}}}.
---
--- Rows count persons who compete, for all and by sex, home province and verified group:
--- applicants, admitted (also in percent), first_choices (admitted at the choice that their list
--- begins with), mean_choice of the admitted, unassigned, and who gains or loses against the
--- baseline by the own choices. One
--- allocation a policy; nothing is written.
---
--- Errors: P0002 no such round; 22023 an unrecognized or malformed setting, a pool, ceiling or
--- programme that is not of the round, a scorecard that does not exist; 55000 not scored yet; and those of equity.allocate, 0A000 when a mechanism
--- cannot honour what a policy leaves in place.
CREATE FUNCTION equity.compare_policies(round_id bigint, variants jsonb)
  RETURNS TABLE (policy text, dimension text, value text, applicants bigint, admitted bigint, admitted_percent numeric,
                 first_choices bigint, mean_choice numeric, unassigned bigint, gains bigint, loses bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT o.policy, o.dimension, o.value, o.applicants, o.admitted, o.admitted_percent,
         o.first_choices, o.mean_choice, o.unassigned, o.gains, o.loses
    FROM equity_internal.policy_outcomes(compare_policies.round_id, variants) AS o
   WHERE o.dimension <> 'cap';
END;

COMMENT ON FUNCTION equity.compare_policies(bigint, jsonb) IS
  'What a scored round would give under other policies, compared with its own (baseline). Reads the registry.';

--- Beside the rows of equity.compare_policies there is one of dimension cap for each ceiling that
--- binds, by its code: admitted are those below it, in percent of its seats. Seats added below
--- such a ceiling change nothing.
CREATE FUNCTION equity.simulate(round_id bigint, changes jsonb)
  RETURNS TABLE (policy text, dimension text, value text, applicants bigint, admitted bigint, admitted_percent numeric,
                 first_choices bigint, mean_choice numeric, unassigned bigint, gains bigint, loses bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT c.policy, c.dimension, c.value, c.applicants, c.admitted, c.admitted_percent,
         c.first_choices, c.mean_choice, c.unassigned, c.gains, c.loses
    FROM equity_internal.policy_outcomes(simulate.round_id, jsonb_build_object('simulation', changes)) AS c;
END;

COMMENT ON FUNCTION equity.simulate(bigint, jsonb) IS
  'equity.compare_policies with one policy, called simulation, and the ceilings that bind: simulate(1, ''{"seats": 0.9}'') shows what a tenth fewer seats would mean. Nothing is written. Reads the registry.';
