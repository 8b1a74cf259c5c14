-- What the allocation of a round reads: who competes where, and the four queries that equity.allocate
-- and equity.verify are given. A query has the columns that the round needs and no others, so
-- that a round without reserves, ceilings and floors is read as quickly as ever.

-- All are inlined, so that a query plans as if the conditions stood there.
CREATE FUNCTION equity_internal.takes_part(status text, late boolean) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN status = 'submitted' AND NOT late;

COMMENT ON FUNCTION equity_internal.takes_part(text, boolean) IS
  'Whether an application takes part in its round: submitted, and in time or accepted late.';

CREATE FUNCTION equity_internal.competes(eligible boolean, score numeric) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN eligible AND score IS NOT NULL;

COMMENT ON FUNCTION equity_internal.competes(boolean, numeric) IS
  'Whether an application that takes part and that a programme''s scorecard assessed so competes for seats of the programme: eligible, with a score.';

-- Not IS NOT NULL, which would make the outer joins below inner ones: without statistics the planner then joins all
-- assessments of a programme with all of its pools, thousands of millions in a big round.
CREATE FUNCTION equity_internal.has_score(score numeric) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (score IS NULL) IS FALSE;

COMMENT ON FUNCTION equity_internal.has_score(numeric) IS
  'Whether a choice has a score, as one that competes does.';

CREATE VIEW equity.entry WITH (security_invoker = true) AS
  SELECT a.round_id,
         a.applicant_id,
         a.application_id
    FROM equity.application AS a
   WHERE equity_internal.takes_part(a.status, a.late);

COMMENT ON VIEW equity.entry IS
  'Who takes part: one row for each application that was submitted before its round closed, or accepted late.';
COMMENT ON COLUMN equity.entry.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.entry.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.entry.application_id IS 'Number of the application (เลขที่ใบสมัคร).';

CREATE VIEW equity_internal.entered_choice WITH (security_invoker = true) AS
  SELECT c.round_id,
         c.applicant_id,
         c.choice::integer AS choice,
         c.pool_id,
         p.programme_code,
         s.score
    FROM equity.choice AS c
    LEFT JOIN equity.seat_pool AS p
      ON p.pool_id = c.pool_id
     AND p.round_id = c.round_id
    JOIN equity.entry AS e
      ON e.applicant_id = c.applicant_id
     AND e.round_id = c.round_id
    LEFT JOIN equity.assessment AS s
      ON s.applicant_id = c.applicant_id
     AND s.round_id = c.round_id
     AND s.programme_code = p.programme_code
     AND equity_internal.competes(s.eligible, s.score);

COMMENT ON VIEW equity_internal.entered_choice IS
  'Who asks for what: one row for each choice of an application that takes part (equity.entry), with a score when it competes (equity.competing_choice).';
COMMENT ON COLUMN equity_internal.entered_choice.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.entered_choice.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.entered_choice.choice IS 'Rank of the pool in the applicant''s own list, the smallest most wanted (อันดับที่เลือก).';
COMMENT ON COLUMN equity_internal.entered_choice.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity_internal.entered_choice.programme_code IS 'Programme (โครงการ) of the pool.';
COMMENT ON COLUMN equity_internal.entered_choice.score IS 'Points by the programme''s scorecard (คะแนน); NULL when the choice does not compete.';

CREATE VIEW equity.competing_choice WITH (security_invoker = true) AS
  SELECT c.round_id,
         c.applicant_id,
         c.choice,
         c.pool_id,
         c.programme_code,
         c.score
    FROM equity_internal.entered_choice AS c
   WHERE equity_internal.has_score(c.score);

COMMENT ON VIEW equity.competing_choice IS
  'Who competes: one row for each choice of an application that takes part (equity.entry) and whose applicant is eligible, with a score, for the programme of the chosen pool.';
COMMENT ON COLUMN equity.competing_choice.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.competing_choice.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.competing_choice.choice IS 'Rank of the pool in the applicant''s own list, the smallest most wanted (อันดับที่เลือก).';
COMMENT ON COLUMN equity.competing_choice.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.competing_choice.programme_code IS 'Programme (โครงการ) of the pool.';
COMMENT ON COLUMN equity.competing_choice.score IS 'Points by the programme''s scorecard (คะแนน).';

CREATE VIEW equity_internal.fact_group (group_code, fact, value) WITH (security_invoker = true) AS
  VALUES ('welfare_card', 'welfare_card', 'true'),
         ('disability_registered', 'disability_registered', 'true'),
         ('female', 'sex', 'female'),
         ('male', 'sex', 'male')
  UNION ALL
  SELECT 'province_' || p.province_code, 'province_code', p.province_code
    FROM equity.province AS p;

COMMENT ON VIEW equity_internal.fact_group IS
  'The groups for which seats can be reserved and to which people belong by a fact, beside those of equity.need_group.';
COMMENT ON COLUMN equity_internal.fact_group.group_code IS 'Group (รหัสกลุ่ม), as in equity.pool_reserve.';
COMMENT ON COLUMN equity_internal.fact_group.fact IS 'Column of equity.application_facts that decides.';
COMMENT ON COLUMN equity_internal.fact_group.value IS 'Its value for those who belong to the group, as text.';

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

--- Only applications that take part (equity.entry).
--- Members are those of the verified groups of equity.applicant_group; of welfare_card and
--- disability_registered those whose application says so; of female and male by sex; of
--- province_ with two digits by home province.
CREATE VIEW equity.reserve_member WITH (security_invoker = true) AS
  SELECT a.round_id,
         a.applicant_id,
         g.group_code
    FROM equity.entry AS a
    JOIN equity.applicant_group AS m
      ON m.applicant_id = a.applicant_id
     AND m.verified
    JOIN equity.reserve_group AS g
      ON g.round_id = a.round_id
     AND g.group_code = m.group_code
  UNION
  SELECT a.round_id,
         a.applicant_id,
         g.group_code
    FROM equity.entry AS e
    JOIN equity.application AS a
      ON a.applicant_id = e.applicant_id
     AND a.round_id = e.round_id
    JOIN equity.applicant AS p
      ON p.applicant_id = a.applicant_id
   CROSS JOIN LATERAL (VALUES ('welfare_card', a.welfare_card::text),
                              ('disability_registered', a.disability_registered::text),
                              ('sex', p.sex),
                              ('province_code', p.province_code)) AS f (fact, value)
    JOIN equity_internal.fact_group AS b
      ON b.fact = f.fact
     AND b.value = f.value
    JOIN equity.reserve_group AS g
      ON g.round_id = a.round_id
     AND g.group_code = b.group_code;

COMMENT ON VIEW equity.reserve_member IS
  'Who belongs to which of the groups that matter in a round (equity.reserve_group), among those who take part.';
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
  'equity.reserve_member with one row for each applicant; who belongs to no group that matters has none.';
COMMENT ON COLUMN equity_internal.reserve_groups.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.reserve_groups.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.reserve_groups.groups IS 'Groups (รหัสกลุ่ม) that the applicant belongs to, in byte order.';

-- Inlined, as the two above.
CREATE FUNCTION equity_internal.tie_value(tie_field text, monthly_income numeric, household_size integer, gpa numeric, birth_date date)
  RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE tie_field
         WHEN 'income_per_head' THEN monthly_income / household_size
         WHEN 'gpa' THEN - gpa
         WHEN 'birth_date' THEN (birth_date - DATE '1857-01-01')::numeric
       END;

COMMENT ON FUNCTION equity_internal.tie_value(text, numeric, integer, numeric, date) IS
  'What ranks equal scores by a tie field, the smaller first; NULL when it is unknown or there is no such field.';

-- The joins of columns that a query does not ask for vanish from its plan.
CREATE VIEW equity_internal.entered_input WITH (security_invoker = true) AS
  SELECT c.round_id,
         c.applicant_id,
         c.pool_id,
         c.choice,
         c.score,
         CASE WHEN a.forgotten_groups IS NULL
           THEN equity_internal.tie_value(r.tie_field, h.monthly_income, h.household_size, a.gpa, v.birth_date)
           ELSE a.forgotten_tie END AS tie,
         coalesce(a.forgotten_groups, g.groups, '{}') AS groups
    FROM equity_internal.entered_choice AS c
    LEFT JOIN equity.round AS r
      ON r.round_id = c.round_id
    LEFT JOIN equity.application AS a
      ON a.applicant_id = c.applicant_id
     AND a.round_id = c.round_id
    LEFT JOIN equity.applicant AS v
      ON v.applicant_id = c.applicant_id
    LEFT JOIN equity.household AS h
      ON h.applicant_id = c.applicant_id
     AND h.round_id = c.round_id
    LEFT JOIN equity_internal.reserve_groups AS g
      ON g.applicant_id = c.applicant_id
     AND g.round_id = c.round_id;

COMMENT ON VIEW equity_internal.entered_input IS
  'equity.allocation_input with the choices that do not compete, which have no score.';
COMMENT ON COLUMN equity_internal.entered_input.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.entered_input.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.entered_input.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity_internal.entered_input.choice IS 'Rank of the pool in the applicant''s own list (อันดับที่เลือก).';
COMMENT ON COLUMN equity_internal.entered_input.score IS 'Points by the programme''s scorecard (คะแนน); NULL when the choice does not compete.';
COMMENT ON COLUMN equity_internal.entered_input.tie IS 'What ranks equal scores, as in equity.allocation_input.';
COMMENT ON COLUMN equity_internal.entered_input.groups IS 'Groups with reserved seats that the applicant belongs to, in byte order; never NULL.';

CREATE VIEW equity.allocation_input WITH (security_invoker = true) AS
  SELECT i.round_id,
         i.applicant_id,
         i.pool_id,
         i.choice,
         i.score,
         i.tie,
         i.groups
    FROM equity_internal.entered_input AS i
   WHERE equity_internal.has_score(i.score);

COMMENT ON VIEW equity.allocation_input IS
  'What the allocation of a round reads: equity.competing_choice with what ranks equal scores and the groups that matter.';
COMMENT ON COLUMN equity.allocation_input.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.allocation_input.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.allocation_input.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.allocation_input.choice IS 'Rank of the pool in the applicant''s own list, 1 first (อันดับที่เลือก); ranks of pools for which the applicant is not eligible are missing from the sequence.';
COMMENT ON COLUMN equity.allocation_input.score IS 'Points by the programme''s scorecard (คะแนน).';
COMMENT ON COLUMN equity.allocation_input.tie IS 'What ranks equal scores, the smaller first, by the round''s tie_field: income per head in baht, the grade with a minus, or the day of birth counted from 1 January 1857 (พ.ศ. 2400); NULL when it is unknown, and in a round without tie_field.';
COMMENT ON COLUMN equity.allocation_input.groups IS 'Groups with reserved seats that the applicant belongs to (equity.reserve_member), in byte order; never NULL.';

CREATE FUNCTION equity_internal.round_features(round_id bigint, OUT has_tie_field boolean, OUT has_reserves boolean, OUT has_caps boolean, OUT has_floors boolean)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
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

-- A holder asks for the seat held, and ranks first there whatever breaks ties.
-- Inlined. Both ids are given, so that nothing is joined of which there is one row: without a nested loop that
-- would look dear, and all plans alike.
CREATE FUNCTION equity_internal.standing_entries(run_id bigint, round_id bigint)
  RETURNS TABLE (applicant_id bigint, pool_id bigint, choice integer, score numeric, tie numeric, groups text[], holds text,
                 takes_part boolean)
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 100000
BEGIN ATOMIC
  SELECT i.applicant_id,
         i.pool_id,
         i.choice,
         i.score,
         i.tie,
         i.groups,
         NULL::text,
         (s.decision IS NULL OR s.decision = 'float' AND i.choice < s.choice AND i.pool_id <> s.pool_id) IS TRUE
    FROM equity_internal.entered_input AS i
    LEFT JOIN equity.run_standing AS s
      ON s.run_id = standing_entries.run_id
     AND s.applicant_id = i.applicant_id
   WHERE i.round_id = standing_entries.round_id
   UNION ALL
  SELECT s.applicant_id,
         s.pool_id,
         s.choice,
         s.score,
         NULL,
         coalesce(g.groups, '{}'),
         s.seat,
         true
    FROM equity.run_standing AS s
    JOIN equity.seat_pool AS p           -- has the round as a column: without groups, that join vanishes
      ON p.pool_id = s.pool_id
    LEFT JOIN equity_internal.reserve_groups AS g
      ON g.round_id = p.round_id
     AND g.applicant_id = s.applicant_id
   WHERE s.run_id = standing_entries.run_id
     AND s.decision <> 'out'
     AND p.round_id = standing_entries.round_id;
END;

COMMENT ON FUNCTION equity_internal.standing_entries(bigint, bigint) IS
  'Who asks for what in a round, as equity_internal.entered_input, and whether that takes part in a run beside those who have a standing in it (equity.run_standing); and the seats that these hold.';

-- Inlined.
CREATE FUNCTION equity_internal.standing_rows(run_id bigint, round_id bigint)
  RETURNS TABLE (applicant_id bigint, pool_id bigint, choice integer, score numeric, tie numeric, groups text[], holds text)
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 100000
BEGIN ATOMIC
  SELECT e.applicant_id, e.pool_id, e.choice, e.score, e.tie, e.groups, e.holds
    FROM equity_internal.standing_entries(standing_rows.run_id, standing_rows.round_id) AS e
   WHERE e.takes_part
     AND equity_internal.has_score(e.score);
END;

COMMENT ON FUNCTION equity_internal.standing_rows(bigint, bigint) IS
  'The rows of equity.standing_input of a run of a round.';

CREATE VIEW equity.standing_input WITH (security_invoker = true) AS
  SELECT a.run_id,
         a.round_id,
         i.applicant_id,
         i.pool_id,
         i.choice,
         i.score,
         i.tie,
         i.groups,
         i.holds
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity_internal.standing_rows(a.run_id, a.round_id) AS i;

COMMENT ON VIEW equity.standing_input IS
  'What a run reads in which somebody has a standing (equity.run_standing): who has one asks for the seat held and, when floating, for choices before it, and for nothing when out; everybody else as in equity.allocation_input.';
COMMENT ON COLUMN equity.standing_input.run_id IS 'The run; filter by it and by its round.';
COMMENT ON COLUMN equity.standing_input.round_id IS 'Its round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.standing_input.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.standing_input.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.standing_input.choice IS 'Rank of the pool in the applicant''s own list (อันดับที่เลือก).';
COMMENT ON COLUMN equity.standing_input.score IS 'Points (คะแนน); for a seat held, those that won it.';
COMMENT ON COLUMN equity.standing_input.tie IS 'What ranks equal scores, as in equity.allocation_input; NULL for a seat held.';
COMMENT ON COLUMN equity.standing_input.groups IS 'Groups with reserved seats that the applicant belongs to, in byte order; never NULL.';
COMMENT ON COLUMN equity.standing_input.holds IS 'The seat held from before, open or the name of a reserve; NULL for what is asked for anew.';

CREATE FUNCTION equity_internal.query_columns(round_id bigint, run_id bigint, OUT columns text, OUT has_standing boolean)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('i.applicant_id, i.pool_id, i.choice, i.score%s%s%s',
                CASE WHEN t.has_tie_field THEN ', i.tie' END,
                CASE WHEN t.has_reserves THEN ', i.groups' END,
                CASE WHEN s.has_standing THEN ', i.holds' END),
         s.has_standing
    FROM equity_internal.round_features(query_columns.round_id) AS t
   CROSS JOIN (SELECT EXISTS (SELECT FROM equity.run_standing AS s WHERE s.run_id = query_columns.run_id) AS has_standing) AS s;
END;

COMMENT ON FUNCTION equity_internal.query_columns(bigint, bigint) IS
  'The columns of the applications query of a run, of the optional ones those that matter in its round (equity_internal.round_features); and whether somebody has a standing in the run.';

--- pools limits it to some pools.
CREATE FUNCTION equity_internal.application_query(round_id bigint, run_id bigint DEFAULT NULL, pools bigint[] DEFAULT NULL) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('SELECT %s FROM %s%s', q.columns,
                CASE WHEN q.has_standing
                  THEN format('equity_internal.standing_rows(%s, %s) AS i WHERE true', application_query.run_id, application_query.round_id)
                  ELSE format('equity.allocation_input AS i WHERE i.round_id = %s', application_query.round_id) END,
                CASE WHEN application_query.pools IS NOT NULL THEN format(' AND i.pool_id = ANY (%L::bigint[])', application_query.pools) END)
    FROM equity_internal.query_columns(application_query.round_id, application_query.run_id) AS q;
END;

COMMENT ON FUNCTION equity_internal.application_query(bigint, bigint, bigint[]) IS
  'The applications query of a round, or of one of its runs, fully qualified.';

--- One reading of it gives what a run allocates and the digests of the round, which are of all who ask,
--- whatever their standing: those who take no part in the run have takes_part false, and a seat held
--- (holds) is in no digest.
CREATE FUNCTION equity_internal.entered_query(round_id bigint, run_id bigint) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('SELECT %s%s FROM %s', q.columns,
                CASE WHEN q.has_standing THEN ', i.takes_part' END,
                CASE WHEN q.has_standing
                  THEN format('equity_internal.standing_entries(%s, %s) AS i WHERE true', entered_query.run_id, entered_query.round_id)
                  ELSE format('equity_internal.entered_input AS i WHERE i.round_id = %s', entered_query.round_id) END)
    FROM equity_internal.query_columns(entered_query.round_id, entered_query.run_id) AS q;
END;

COMMENT ON FUNCTION equity_internal.entered_query(bigint, bigint) IS
  'equity_internal.application_query of a run with all others who ask for something in its round; choices that do not compete have no score.';

--- settings is a policy of equity.compare_policies; without one the queries are those of the
--- round itself.
CREATE FUNCTION equity_internal.seat_queries(round_id bigint, settings jsonb DEFAULT '{}',
                                             OUT pools text, OUT reserves text, OUT caps text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('SELECT p.pool_id, %s%s%s FROM equity.seat_pool AS p WHERE p.round_id = %s',
                CASE jsonb_typeof(s.seats)
                  WHEN 'number' THEN format('floor(p.seats * %L::numeric)::integer AS seats', s.seats)
                  WHEN 'object' THEN format('coalesce((%L::jsonb ->> p.pool_id::text)::integer, p.seats) AS seats', s.seats)
                  ELSE 'p.seats' END,
                CASE WHEN t.has_floors AND s.floors THEN ', p.min_seats' END,
                CASE WHEN t.has_caps AND s.caps THEN ', p.cap_id' END,
                seat_queries.round_id),
         CASE WHEN t.has_reserves AND s.reserves IS DISTINCT FROM jsonb '"none"' THEN
           format('SELECT v.pool_id, v.reserve, %s, %s, v.cascade, v."position"'
                  ' FROM equity.pool_reserve AS v JOIN equity.seat_pool AS p ON p.pool_id = v.pool_id WHERE p.round_id = %s',
                  CASE WHEN s.scale IS NULL THEN 'v.seats' ELSE format('floor(v.seats * %L::numeric)::integer AS seats', s.scale) END,
                  CASE WHEN s.mode IS NULL THEN 'v.mode' ELSE format('%L AS mode', s.mode) END,
                  seat_queries.round_id) END,
         CASE WHEN t.has_caps AND s.caps THEN
           format('SELECT c.cap_id, %s, %s, c.parent_id FROM equity.seat_cap AS c WHERE c.round_id = %s',
                  CASE jsonb_typeof(settings -> 'caps')
                    WHEN 'object' THEN format('coalesce((%L::jsonb ->> c.cap_id::text)::integer, c.seats) AS seats', settings -> 'caps')
                    ELSE 'c.seats' END,
                  CASE WHEN s.floors THEN 'c.min_seats' ELSE 'NULL::integer AS min_seats' END,
                  seat_queries.round_id) END
    FROM equity_internal.round_features(seat_queries.round_id) AS t
   CROSS JOIN LATERAL (SELECT settings -> 'seats' AS seats,
                              settings -> 'reserves' AS reserves,
                              settings #>> '{reserves,mode}' AS mode,
                              coalesce(settings #>> '{reserves,scale}',
                                       CASE jsonb_typeof(settings -> 'seats') WHEN 'number' THEN settings ->> 'seats' END) AS scale,
                              settings -> 'caps' IS DISTINCT FROM 'false' AS caps,
                              coalesce((settings ->> 'floors')::boolean, true) AS floors) AS s;
END;

COMMENT ON FUNCTION equity_internal.seat_queries(bigint, jsonb) IS
  'The queries for pools, reserves and caps of a round under a policy, fully qualified; NULL for reserves and caps that there are not.';

CREATE FUNCTION equity.round_queries(round_id bigint,
                                     OUT applications text, OUT pools text, OUT reserves text, OUT caps text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT equity_internal.application_query(r.round_id), q.pools, q.reserves, q.caps
    FROM equity_internal.find_round(round_queries.round_id) AS r
   CROSS JOIN LATERAL equity_internal.seat_queries(r.round_id) AS q;
END;

COMMENT ON FUNCTION equity.round_queries(bigint) IS
  'The queries over the rows of a round that equity.allocate and equity.verify are given, fully qualified: applications, pools, and reserves and caps or NULL when the round has none. Run them to see every row that decides. Reads the registry.';

CREATE FUNCTION equity.run_queries(run_id bigint,
                                   OUT applications text, OUT pools text, OUT reserves text, OUT caps text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT equity_internal.application_query(a.round_id, a.run_id), q.pools, q.reserves, q.caps
    FROM equity_internal.find_run(run_queries.run_id) AS a
   CROSS JOIN LATERAL equity_internal.seat_queries(a.round_id) AS q;
END;

COMMENT ON FUNCTION equity.run_queries(bigint) IS
  'The queries of equity.round_queries for a run: in one where somebody has a standing the applications are those of equity.standing_input, with the seat held as holds. Reads the registry.';

CREATE FUNCTION equity_internal.entered_queries(run_id bigint,
                                                OUT applications text, OUT pools text, OUT reserves text, OUT caps text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT equity_internal.entered_query(a.round_id, a.run_id), q.pools, q.reserves, q.caps
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity_internal.seat_queries(a.round_id) AS q
   WHERE a.run_id = entered_queries.run_id;
END;

COMMENT ON FUNCTION equity_internal.entered_queries(bigint) IS
  'The queries of equity.run_queries for whoever also wants the digests of the round: applications are those of equity_internal.entered_query.';
