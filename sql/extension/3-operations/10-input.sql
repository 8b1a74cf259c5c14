-- What the allocation of a round reads: who competes where, and the four queries that equity.allocate
-- and equity.verify are given. A query has the columns that the round needs and no others, so
-- that a round without reserves, ceilings and floors is read as quickly as ever.

CREATE VIEW equity.reserve_group WITH (security_invoker = true) AS
  SELECT DISTINCT
         p.round_id,
         g.group_code
    FROM equity.pool_reserve AS r
    JOIN equity.seat_pool AS p ON p.pool_id = r.pool_id
   CROSS JOIN LATERAL unnest(r.reserve || r.cascade) AS g (group_code)
   WHERE g.group_code <> '*';

COMMENT ON VIEW equity.reserve_group IS
  'The groups that matter in a round: those for whom a pool reserves seats, and those whom a cascade names.';
COMMENT ON COLUMN equity.reserve_group.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.reserve_group.group_code IS 'Group (รหัสกลุ่ม), as in equity.pool_reserve.';

--- Only submitted applications.
CREATE VIEW equity.reserve_member WITH (security_invoker = true) AS
  SELECT a.round_id,
         a.applicant_id,
         g.group_code
    FROM equity.application AS a
    JOIN equity.applicant_group AS m
      ON m.applicant_id = a.applicant_id
     AND m.verified
    JOIN equity.reserve_group AS g
      ON g.round_id = a.round_id
     AND g.group_code = m.group_code
   WHERE a.status = 'submitted'
  UNION
  SELECT a.round_id,
         a.applicant_id,
         g.group_code
    FROM equity.application AS a
    JOIN equity.applicant AS p
      ON p.applicant_id = a.applicant_id
   CROSS JOIN LATERAL (VALUES ('welfare_card', a.welfare_card),
                              ('disability_registered', a.disability_registered),
                              (p.sex, p.sex IN ('female', 'male')),
                              ('province_' || p.province_code, true)) AS f (group_code, belongs)
    JOIN equity.reserve_group AS g
      ON g.round_id = a.round_id
     AND g.group_code = f.group_code
   WHERE a.status = 'submitted'
     AND f.belongs;

COMMENT ON VIEW equity.reserve_member IS
  'Who belongs to which of the groups that matter in a round (equity.reserve_group): verified groups of equity.applicant_group; welfare_card and disability_registered by the answers of the application; female and male; province_ with the two digits of the home province.';
COMMENT ON COLUMN equity.reserve_member.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.reserve_member.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.reserve_member.group_code IS 'Group (รหัสกลุ่ม) that the applicant belongs to.';

CREATE VIEW equity_internal.reserve_groups WITH (security_invoker = true) AS
  SELECT m.round_id,
         m.applicant_id,
         array_agg(m.group_code ORDER BY m.group_code COLLATE "C") AS groups
    FROM equity.reserve_member AS m
   GROUP BY m.round_id, m.applicant_id;

COMMENT ON VIEW equity_internal.reserve_groups IS
  'equity.reserve_member with one row an applicant; who belongs to no group that matters has none.';
COMMENT ON COLUMN equity_internal.reserve_groups.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.reserve_groups.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.reserve_groups.groups IS 'Groups (รหัสกลุ่ม) that the applicant belongs to, in byte order.';

-- The joins of columns that a query does not ask for vanish from its plan.
CREATE VIEW equity.allocation_input WITH (security_invoker = true) AS
  SELECT c.round_id,
         c.applicant_id,
         c.pool_id,
         c.choice::integer AS choice,
         s.score,
         CASE r.tie_field
           WHEN 'income_per_head' THEN h.monthly_income / h.household_size
           WHEN 'gpa' THEN - a.gpa
           WHEN 'birth_date' THEN (v.birth_date - DATE '1857-01-01')::numeric
         END AS tie,
         coalesce(g.groups, '{}') AS groups
    FROM equity.choice AS c
    JOIN equity.seat_pool AS p
      ON p.pool_id = c.pool_id
     AND p.round_id = c.round_id
    JOIN equity.application AS a
      ON a.applicant_id = c.applicant_id
     AND a.round_id = c.round_id
    JOIN equity.assessment AS s
      ON s.applicant_id = c.applicant_id
     AND s.round_id = c.round_id
     AND s.programme_code = p.programme_code
    LEFT JOIN equity.round AS r
      ON r.round_id = c.round_id
    LEFT JOIN equity.applicant AS v
      ON v.applicant_id = c.applicant_id
    LEFT JOIN equity.household AS h
      ON h.applicant_id = c.applicant_id
     AND h.round_id = c.round_id
    LEFT JOIN equity_internal.reserve_groups AS g
      ON g.applicant_id = c.applicant_id
     AND g.round_id = c.round_id
   WHERE a.status = 'submitted'
     AND s.eligible
     AND s.score IS NOT NULL;

COMMENT ON VIEW equity.allocation_input IS
  'What the allocation of a round reads: one row for each choice of a submitted application whose applicant is eligible, with a score, for the programme of the chosen pool.';
COMMENT ON COLUMN equity.allocation_input.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.allocation_input.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.allocation_input.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.allocation_input.choice IS 'Rank of the pool in the applicant''s own list, 1 first (อันดับที่เลือก); ranks of pools for which the applicant is not eligible are missing from the sequence.';
COMMENT ON COLUMN equity.allocation_input.score IS 'Points by the programme''s scorecard (คะแนน).';
COMMENT ON COLUMN equity.allocation_input.tie IS 'What ranks equal scores, the smaller first, by the round''s tie_field: income a head in baht, the grade with a minus, or the day of birth counted from 1 January 1857 (พ.ศ. 2400); NULL when it is unknown, and in a round without tie_field.';
COMMENT ON COLUMN equity.allocation_input.groups IS 'Groups with reserved seats that the applicant belongs to (equity.reserve_member), in byte order; never NULL.';

CREATE FUNCTION equity_internal.round_features(round_id bigint, OUT has_tie_field boolean, OUT has_reserves boolean, OUT has_caps boolean, OUT has_floors boolean)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM equity.round AS r
                  WHERE r.round_id = round_features.round_id
                    AND r.tie_field IS NOT NULL),
         EXISTS (SELECT FROM equity.pool_reserve AS v
                   JOIN equity.seat_pool AS p ON p.pool_id = v.pool_id
                  WHERE p.round_id = round_features.round_id),
         EXISTS (SELECT FROM equity.seat_pool AS p
                  WHERE p.round_id = round_features.round_id
                    AND p.cap_id IS NOT NULL),
         EXISTS (SELECT FROM equity.seat_pool AS p
                  WHERE p.round_id = round_features.round_id
                    AND p.min_seats IS NOT NULL);
END;

COMMENT ON FUNCTION equity_internal.round_features(bigint) IS
  'What the allocation of a round reads beside applications, scores and seats: a field that breaks ties, reserves, ceilings above pools, floors of pools.';

CREATE FUNCTION equity.round_queries(round_id bigint,
                                     OUT applications text, OUT pools text, OUT reserves text, OUT caps text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
BEGIN ATOMIC
  SELECT format('SELECT i.applicant_id, i.pool_id, i.choice, i.score%s%s FROM equity.allocation_input AS i WHERE i.round_id = %s',
                CASE WHEN t.has_tie_field THEN ', i.tie' END,
                CASE WHEN t.has_reserves THEN ', i.groups' END,
                round_queries.round_id),
         format('SELECT p.pool_id, p.seats%s%s FROM equity.seat_pool AS p WHERE p.round_id = %s',
                CASE WHEN t.has_floors THEN ', p.min_seats' END,
                CASE WHEN t.has_caps THEN ', p.cap_id' END,
                round_queries.round_id),
         CASE WHEN t.has_reserves THEN
           format('SELECT v.pool_id, v.reserve, v.seats, v.mode, v.cascade, v."position"'
                  ' FROM equity.pool_reserve AS v JOIN equity.seat_pool AS p ON p.pool_id = v.pool_id WHERE p.round_id = %s',
                  round_queries.round_id) END,
         CASE WHEN t.has_caps THEN
           format('SELECT c.cap_id, c.seats, c.min_seats, c.parent_id FROM equity.seat_cap AS c WHERE c.round_id = %s',
                  round_queries.round_id) END
    FROM equity_internal.round_features(round_queries.round_id) AS t;
END;

COMMENT ON FUNCTION equity.round_queries(bigint) IS
  'The queries over the rows of a round that equity.allocate and equity.verify are given, fully qualified: applications, pools, and reserves and caps or NULL when the round has none. Run them to see every row that decides.';

CREATE FUNCTION equity_internal.standing_query(run_id bigint, round_id bigint) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
BEGIN ATOMIC
  SELECT format('SELECT i.applicant_id, i.pool_id, i.choice, i.score%s%s, NULL::text AS holds',
                CASE WHEN t.has_tie_field THEN ', i.tie' END, CASE WHEN t.has_reserves THEN ', i.groups' END)
         || format(' FROM equity.allocation_input AS i LEFT JOIN equity.run_standing AS s ON s.run_id = %s AND s.applicant_id = i.applicant_id', standing_query.run_id)
         || format(' WHERE i.round_id = %s AND (s.decision IS NULL OR s.decision = ''float'' AND i.choice < s.choice AND i.pool_id <> s.pool_id)', standing_query.round_id)
         || format(' UNION ALL SELECT s.applicant_id, s.pool_id, s.choice, s.score%s%s, s.seat',
                   CASE WHEN t.has_tie_field THEN ', NULL::numeric' END, CASE WHEN t.has_reserves THEN ', coalesce(g.groups, ''{}'')' END)
         || ' FROM equity.run_standing AS s'
         || CASE WHEN t.has_reserves
              THEN format(' LEFT JOIN equity_internal.reserve_groups AS g ON g.round_id = %s AND g.applicant_id = s.applicant_id', standing_query.round_id)
              ELSE '' END
         || format(' WHERE s.run_id = %s AND s.decision <> ''out''', standing_query.run_id)
    FROM equity_internal.round_features(standing_query.round_id) AS t;
END;

COMMENT ON FUNCTION equity_internal.standing_query(bigint, bigint) IS
  'For the operations: the applications query of a run with standings. A holder ranks first for the seat held, whatever breaks ties.';

CREATE FUNCTION equity.run_queries(run_id bigint,
                                   OUT applications text, OUT pools text, OUT reserves text, OUT caps text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
BEGIN ATOMIC
  SELECT CASE WHEN EXISTS (SELECT FROM equity.run_standing AS s WHERE s.run_id = a.run_id)
           THEN equity_internal.standing_query(a.run_id, a.round_id)
           ELSE q.applications END,
         q.pools,
         q.reserves,
         q.caps
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity.round_queries(a.round_id) AS q
   WHERE a.run_id = run_queries.run_id;
END;

COMMENT ON FUNCTION equity.run_queries(bigint) IS
  'The queries of equity.round_queries for a run: who has a standing there (equity.run_standing) asks for the seat held, as holds, for choices before it when floating, and for nothing when out.';

CREATE FUNCTION equity_internal.input_size(applications text, OUT applicants bigint, OUT choices bigint)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  EXECUTE format('SELECT count(*), coalesce(sum(a.choices), 0)
                    FROM (SELECT count(*) AS choices
                            FROM (%s) AS i
                           GROUP BY i.applicant_id) AS a', applications)
     INTO applicants, choices;
END;
$$;

COMMENT ON FUNCTION equity_internal.input_size(text) IS
  'For the operations: how many applicants an applications query has, and how many rows.';

CREATE FUNCTION equity_internal.round_input_size(round_id bigint, OUT applicants bigint, OUT applications bigint)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT z.applicants, z.choices
    FROM equity.round_queries(round_input_size.round_id) AS q
   CROSS JOIN LATERAL equity_internal.input_size(q.applications) AS z;
END;

COMMENT ON FUNCTION equity_internal.round_input_size(bigint) IS
  'How many applicants compete in the allocation of a round as it is now, and with how many choices (equity.allocation_input).';

CREATE FUNCTION equity_internal.run_input_size(run_id bigint, OUT applicants bigint, OUT applications bigint)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT z.applicants, z.choices
    FROM equity.run_queries(run_input_size.run_id) AS q
   CROSS JOIN LATERAL equity_internal.input_size(q.applications) AS z;
END;

COMMENT ON FUNCTION equity_internal.run_input_size(bigint) IS
  'How many applicants compete in an allocation run with the rows of now, and with how many choices (equity.run_queries).';
