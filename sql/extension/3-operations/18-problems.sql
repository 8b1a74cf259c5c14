-- What keeps a round from opening, told before, and what is amiss once people have applied.

CREATE FUNCTION equity_internal.reserve_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('pool %s reserves %s seats, more than its %s', p.pool_id, sum(v.seats), p.seats)
    FROM equity.seat_pool AS p
    JOIN equity.pool_reserve AS v
      ON v.pool_id = p.pool_id
   WHERE p.round_id = reserve_problems.round_id
   GROUP BY p.pool_id, p.seats
  HAVING sum(v.seats) > p.seats
  UNION ALL
  SELECT format('nobody can belong to the group %s, for which seats are reserved', g.group_code)
    FROM equity.reserve_group AS g
   WHERE g.round_id = reserve_problems.round_id
     AND NOT EXISTS (SELECT FROM equity.need_group AS n WHERE n.group_code = g.group_code)
     AND NOT EXISTS (SELECT FROM equity_internal.fact_group AS f WHERE f.group_code = g.group_code);
END;

COMMENT ON FUNCTION equity_internal.reserve_problems(bigint) IS
  'What is wrong with the reserves of a round, for equity.round_gaps: more reserved seats than seats, groups that nobody can belong to (see equity.pool_reserve).';

CREATE FUNCTION equity_internal.quota_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('programme %s has %s seats, more than its quota of %s', rp.programme_code, sum(p.seats), rp.quota)
    FROM equity.round_programme AS rp
    JOIN equity.seat_pool AS p
      ON p.round_id = rp.round_id
     AND p.programme_code = rp.programme_code
   WHERE rp.round_id = quota_problems.round_id
   GROUP BY rp.programme_code, rp.quota
  HAVING sum(p.seats) > rp.quota;
END;

COMMENT ON FUNCTION equity_internal.quota_problems(bigint) IS
  'Programmes of a round with more seats than their quota, for equity.round_gaps.';

-- Seats and quota change in separate statements of an amendment: only whoever uses them sees both.
CREATE FUNCTION equity_internal.require_quotas(this_round equity.round) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  gaps text;
BEGIN
  SELECT string_agg(g.gap, '; ' ORDER BY g.gap COLLATE "C") INTO gaps
    FROM equity_internal.quota_problems(this_round.round_id) AS g;
  IF gaps IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round %s has more seats than its quotas allow', this_round.round_id),
      DETAIL = format('What is wrong: %s.', gaps),
      HINT = format('Call equity.amend_round(%s, ''who decided, and why'') and change seats or quota in the same transaction.', this_round.round_id);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_quotas(equity.round) IS
  'Error 55000 when a programme of a round has more seats than its quota.';

CREATE FUNCTION equity_internal.cap_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH RECURSIVE rooted (cap_id) AS (
    SELECT c.cap_id
      FROM equity.seat_cap AS c
     WHERE c.round_id = cap_problems.round_id
       AND c.parent_id IS NULL
    UNION
    SELECT c.cap_id
      FROM rooted AS o
      JOIN equity.seat_cap AS c
        ON c.parent_id = o.cap_id
  )
  SELECT format('ceiling %s is above itself, or under one that is', c.cap_code)
    FROM equity.seat_cap AS c
   WHERE c.round_id = cap_problems.round_id
     AND c.cap_id NOT IN (SELECT o.cap_id FROM rooted AS o);
END;

COMMENT ON FUNCTION equity_internal.cap_problems(bigint) IS
  'Ceilings of a round that are not in a tree, for equity.round_gaps.';

CREATE FUNCTION equity_internal.mechanism_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT DISTINCT p.problem
    FROM equity.round AS r
   CROSS JOIN LATERAL equity_internal.round_features(r.round_id) AS t
   CROSS JOIN generate_series(1, 3) AS n
   CROSS JOIN LATERAL equity_internal.policy_problem(r.mechanism, r.tie_break, n = 1 AND t.has_reserves, n = 2 AND t.has_caps, n = 3 AND t.has_floors) AS p (problem)
   WHERE r.round_id = mechanism_problems.round_id
     AND p.problem IS NOT NULL
  UNION ALL
  SELECT format('mechanism serial_dictatorship needs one score an applicant, and there are %s scorecards', count(DISTINCT (rp.card_code, rp.card_version)))
    FROM equity.round AS r
    JOIN equity.round_programme AS rp
      ON rp.round_id = r.round_id
   WHERE r.round_id = mechanism_problems.round_id
     AND r.mechanism = 'serial_dictatorship'
  HAVING count(DISTINCT (rp.card_code, rp.card_version)) > 1;
END;

COMMENT ON FUNCTION equity_internal.mechanism_problems(bigint) IS
  'What the mechanism and the tie break of a round cannot do, for equity.round_gaps.';

CREATE FUNCTION equity_internal.validity_words(valid_from date, valid_to date) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(concat_ws(' ', 'from ' || to_char(valid_from, 'YYYY-MM-DD'), 'until ' || to_char(valid_to, 'YYYY-MM-DD')), ''), 'on every day');

COMMENT ON FUNCTION equity_internal.validity_words(date, date) IS
  'The days on which a scorecard is valid, for a message.';

--- What equity.seal_scorecard would refuse, and what the facts lack.
CREATE FUNCTION equity_internal.card_problems(card_code text, version integer) RETURNS SETOF text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  chosen equity.scorecard_version;
  card equity.scorecard;
  has_rows boolean;
  detail text;
BEGIN
  SELECT v.* INTO chosen
    FROM equity.scorecard_version AS v
   WHERE v.card_code = card_problems.card_code
     AND v.version = card_problems.version;
  has_rows := EXISTS (SELECT FROM equity.criterion AS c
                       WHERE c.card_code = chosen.card_code AND c.version = chosen.version);
  IF NOT has_rows AND chosen.card IS NULL THEN
    RETURN NEXT 'a scorecard without rules';
    RETURN;
  END IF;

  IF NOT equity_internal.today() BETWEEN coalesce(chosen.valid_from, '-infinity') AND coalesce(chosen.valid_to, 'infinity') THEN
    RETURN NEXT 'a scorecard that is not valid today, but ' || equity_internal.validity_words(chosen.valid_from, chosen.valid_to);
  END IF;
  IF chosen.sealed_at IS NULL THEN
    RETURN QUERY
    SELECT format('a scorecard that is valid on days on which sealed version %s is, %s', o.version, equity_internal.validity_words(o.valid_from, o.valid_to))
      FROM equity.scorecard_version AS o
     WHERE o.card_code = chosen.card_code
       AND o.version <> chosen.version
       AND o.sealed_at IS NOT NULL
       AND daterange(o.valid_from, o.valid_to, '[]') && daterange(chosen.valid_from, chosen.valid_to, '[]')
     ORDER BY o.version;
  END IF;

  card := chosen.card;
  BEGIN
    IF chosen.sealed_at IS NULL AND has_rows THEN
      card := equity.card_from_rows(chosen.card_code, chosen.version);
    END IF;
    IF chosen.sealed_at IS NULL THEN
      PERFORM equity_internal.require_same_card(chosen, card, CASE WHEN has_rows THEN 'rows' ELSE 'card' END);
    END IF;
  EXCEPTION
    WHEN data_exception THEN
      GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
      RETURN NEXT 'a scorecard that cannot be sealed: ' || concat_ws('; ', SQLERRM, nullif(rtrim(detail, '.'), ''));
      RETURN;
  END;
  RETURN QUERY
  SELECT format('a scorecard that the facts do not suit: %s%s', 'criterion "' || l.criterion || '": ', l.message)
    FROM equity_internal.lint_for(card, 'equity.application_facts'::regclass) AS l
   WHERE l.severity = 'error';
END;
$$;

COMMENT ON FUNCTION equity_internal.card_problems(text, integer) IS
  'Why a round cannot open with a version of a scorecard, as phrases that follow "has": no rules, not valid today (by the calendar of Thailand), valid on days of another sealed version, in contradiction with itself, or reading what equity.application_facts lacks.';

CREATE FUNCTION equity_internal.count_entries(round_id bigint, OUT entries bigint, OUT without_choices bigint, OUT late bigint)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  SELECT count(*) FILTER (WHERE NOT a.late),
         count(*) FILTER (WHERE NOT a.late AND c.applicant_id IS NULL),
         count(*) FILTER (WHERE a.late)
    INTO entries, without_choices, late
    FROM equity.application AS a
    LEFT JOIN (SELECT DISTINCT n.applicant_id FROM equity.choice AS n WHERE n.round_id = count_entries.round_id) AS c
      ON c.applicant_id = a.applicant_id
   WHERE a.round_id = count_entries.round_id
     AND a.status = 'submitted';
END;
$$;

COMMENT ON FUNCTION equity_internal.count_entries(bigint) IS
  'How many submitted applications take part in a round (equity.entry), how many of these ask for no seat pool, and how many do not take part because they came after closes_at.';

CREATE FUNCTION equity_internal.entry_problems(round_id bigint) RETURNS SETOF text
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('nobody who takes part belongs to the group %s, for which %s seats are reserved', v.reserve, sum(v.seats))
    FROM equity.pool_reserve AS v
    JOIN equity.seat_pool AS p
      ON p.pool_id = v.pool_id
   WHERE p.round_id = entry_problems.round_id
     AND v.reserve NOT IN (SELECT m.group_code FROM equity.reserve_member AS m WHERE m.round_id = entry_problems.round_id)
   GROUP BY v.reserve
  HAVING sum(v.seats) > 0
  UNION ALL
  SELECT format('%s who take part claim the group %s, which is not verified', count(*), g.group_code)
    FROM equity.entry AS e
    JOIN equity.applicant_group AS g
      ON g.applicant_id = e.applicant_id
     AND NOT g.verified
    JOIN equity.reserve_group AS r
      ON r.round_id = e.round_id
     AND r.group_code = g.group_code
   WHERE e.round_id = entry_problems.round_id
   GROUP BY g.group_code
  UNION ALL
  SELECT format('%s submitted applications %s', m.entries, m.fate)
    FROM equity_internal.count_entries(entry_problems.round_id) AS e
   CROSS JOIN LATERAL (VALUES (e.without_choices, 'ask for no seat pool'),
                              (e.late, 'came after closes_at and take no part')) AS m (entries, fate)
   WHERE m.entries > 0
  UNION ALL
  SELECT format('%s applications were not submitted and take no part', count(*))
    FROM equity.application AS a
   WHERE a.round_id = entry_problems.round_id
     AND a.status = 'draft'
  HAVING count(*) > 0;
END;

COMMENT ON FUNCTION equity_internal.entry_problems(bigint) IS
  'What those who applied to a round may want to know: reserves to which nobody belongs, groups claimed but not verified, applications without choices, that came too late or were not submitted.';

--- shuts: whether equity.open_round refuses because of it.
CREATE FUNCTION equity_internal.round_problems(round_id bigint) RETURNS TABLE (problem text, shuts boolean)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH this_round AS MATERIALIZED (
    SELECT r.round_id, r.status, r.opens_at FROM equity.round AS r WHERE r.round_id = round_problems.round_id
  ), served AS MATERIALIZED (
    SELECT rp.programme_code, rp.card_code, rp.card_version, rp.quota, rp.allows_other_awards, v.version, v.card, t.status
      FROM this_round AS t
      JOIN equity.round_programme AS rp
        ON rp.round_id = t.round_id
      LEFT JOIN equity.scorecard_version AS v
        ON v.card_code = rp.card_code
       AND v.version = rp.card_version
  )
  SELECT 'no programme takes part in it', true
   WHERE NOT EXISTS (SELECT FROM served)
  UNION ALL
  SELECT format('it was announced that it opens at %s', t.opens_at), true
    FROM this_round AS t
   WHERE t.status = 'draft'
     AND t.opens_at > now()
  UNION ALL
  SELECT format('programme %s has no scorecard', s.programme_code), true
    FROM served AS s
   WHERE s.version IS NULL
  UNION ALL
  SELECT format('programme %s has %s', s.programme_code, c.problem), true
    FROM served AS s
   CROSS JOIN LATERAL equity_internal.card_problems(s.card_code, s.version) AS c (problem)
   WHERE s.version IS NOT NULL
     AND s.status = 'draft'
  UNION ALL
  SELECT format('programme %s has no seats', s.programme_code), true
    FROM served AS s
   WHERE NOT EXISTS (SELECT FROM equity.seat_pool AS p
                      WHERE p.round_id = round_problems.round_id
                        AND p.programme_code = s.programme_code
                        AND p.seats > 0)
  UNION ALL
  SELECT g.gap, true FROM equity_internal.quota_problems(round_problems.round_id) AS g
  UNION ALL
  SELECT g.gap, true FROM equity_internal.reserve_problems(round_problems.round_id) AS g
  UNION ALL
  SELECT g.gap, true FROM equity_internal.cap_problems(round_problems.round_id) AS g
  UNION ALL
  SELECT g.gap, true FROM equity_internal.mechanism_problems(round_problems.round_id) AS g
  UNION ALL
  SELECT format('programme %s has a scorecard that does not ask for awards that people hold (equity.round_programme.allows_other_awards says that it need not)', s.programme_code), false
    FROM served AS s
   WHERE NOT s.allows_other_awards
     AND NOT equity.fields(s.card) && ARRAY['awards_active', 'awards_before', 'last_award_year', 'last_award_status']
     AND EXISTS (SELECT FROM equity.award AS w
                  WHERE w.round_id IS DISTINCT FROM round_problems.round_id
                    AND w.status IN ('offered', 'accepted', 'studying', 'suspended'))
  UNION ALL
  SELECT e.problem, false
    FROM this_round AS t
   CROSS JOIN LATERAL equity_internal.entry_problems(t.round_id) AS e (problem)
   WHERE t.status <> 'draft';
END;

COMMENT ON FUNCTION equity_internal.round_problems(bigint) IS
  'What is missing or wrong in a round, and whether it keeps the round from opening.';
