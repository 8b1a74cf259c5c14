-- Digests: what proves which rows went into an allocation and which came out. A digest is the sha256 of
-- lines of text: each ends with a line feed, its values are parted by commas, numbers are as PostgreSQL
-- prints them, NULL is nothing at all, a text is a JSON string and an array a JSON array, all in
-- UTF-8. Lists as long as the round have two levels, so that no text grows with the whole round: the
-- lines of each pool have a digest, and the lines "pool_id,digest" have the one that counts.

CREATE FUNCTION equity.text_digest(content text) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN encode(sha256(convert_to(content, 'UTF8')), 'hex');

COMMENT ON FUNCTION equity.text_digest(text) IS
  'The sha256 of a text in UTF-8, 64 hexadecimal digits.';

-- Nested loops are off for what reads whole rounds: right after a step its rows have no statistics,
-- and a guess of one row would cost hours. What cannot do without one then looks so dear to the planner that
-- it would compile the smallest query: so there is no jit either.
--
-- RETURN QUERY may use parallel workers; a query that yields a value for INTO, or for a function in
-- SQL, may not.
--- In a round with tie_field each line goes on with ",tie", and in a round with reserves then
--- with ",groups".
CREATE FUNCTION equity_internal.round_input_sources(round_id bigint)
  RETURNS TABLE (pool_id bigint, applications bigint, digest text, content text)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
  SET enable_nestloop = off
  SET jit = off
AS $$
DECLARE
  line text;
BEGIN
  SELECT concat('i.applicant_id, '','', i.choice, '','', i.score',
                CASE WHEN t.has_tie_field THEN ', '','', i.tie' END,
                CASE WHEN t.has_reserves THEN ', '','', to_json(i.groups)' END)
    INTO line
    FROM equity_internal.round_features(round_input_sources.round_id) AS t;

  RETURN QUERY EXECUTE format(
    'SELECT l.pool_id, l.applications, equity.text_digest(l.content), l.content
       FROM (SELECT i.pool_id, count(*) AS applications,
                    string_agg(concat(%s, %L), '''' ORDER BY i.applicant_id) AS content
               FROM equity.allocation_input AS i
              WHERE i.round_id = %s
              GROUP BY i.pool_id) AS l', line, E'\n', round_input_sources.round_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.round_input_sources(bigint) IS
  'What the allocation of a round reads now (equity.allocation_input), pool by pool: number of applications, the lines "applicant_id,choice,score" in order of applicant_id, and their sha256.';

CREATE FUNCTION equity_internal.round_pool_digests(round_id bigint) RETURNS TABLE (pool_id bigint, applications bigint, digest text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT p.pool_id, p.applications, p.digest
    FROM equity_internal.round_input_sources(round_pool_digests.round_id) AS p;
END;

COMMENT ON FUNCTION equity_internal.round_pool_digests(bigint) IS
  'Digest, pool by pool, of what the allocation of a round reads now: pool, number of applications, and the sha256 of its lines as in equity_internal.round_input_sources. Tells in which pool two states differ.';

CREATE FUNCTION equity_internal.round_input_lines(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT coalesce(string_agg(concat(d.pool_id, ',', d.digest, E'\n'), '' ORDER BY d.pool_id), '')
    FROM equity_internal.round_pool_digests(round_input_lines.round_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.round_input_lines(bigint) IS
  'What the allocation of a round reads now, in short: the lines "pool_id,digest" of equity_internal.round_pool_digests in order of pool_id. A pool that nobody asks for has no line.';

CREATE FUNCTION equity.round_input_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
RETURN equity.text_digest(equity_internal.round_input_lines(round_input_digest.round_id));

COMMENT ON FUNCTION equity.round_input_digest(bigint) IS
  'Digest of what the allocation of a round reads now: the sha256 of equity_internal.round_input_lines.';

CREATE FUNCTION equity_internal.round_seat_lines(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT coalesce(string_agg(concat(p.pool_id, ',', p.seats, ',', p.min_seats, ',', p.cap_id, E'\n'), ''
                             ORDER BY p.pool_id), '')
    FROM equity.seat_pool AS p
   WHERE p.round_id = round_seat_lines.round_id;
END;

COMMENT ON FUNCTION equity_internal.round_seat_lines(bigint) IS
  'The pools of a round as they are now: the lines "pool_id,seats,min_seats,cap_id" in order of pool_id.';

CREATE FUNCTION equity_internal.round_reserve_lines(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT coalesce(string_agg(concat(v.pool_id, ',', to_json(v.reserve), ',', v.seats, ',', to_json(v.mode), ',',
                                    to_json(v.cascade), ',', v."position", E'\n'), ''
                             ORDER BY v.pool_id, v.reserve COLLATE "C"), '')
    FROM equity.pool_reserve AS v
    JOIN equity.seat_pool AS p
      ON p.pool_id = v.pool_id
   WHERE p.round_id = round_reserve_lines.round_id;
END;

COMMENT ON FUNCTION equity_internal.round_reserve_lines(bigint) IS
  'The reserves of a round as they are now: the lines "pool_id,reserve,seats,mode,cascade,position" in order of pool_id and, in byte order, of reserve.';

CREATE FUNCTION equity_internal.round_cap_lines(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT coalesce(string_agg(concat(c.cap_id, ',', c.seats, ',', c.min_seats, ',', c.parent_id, E'\n'), ''
                             ORDER BY c.cap_id), '')
    FROM equity.seat_cap AS c
   WHERE c.round_id = round_cap_lines.round_id;
END;

COMMENT ON FUNCTION equity_internal.round_cap_lines(bigint) IS
  'The ceilings of a round as they are now: the lines "cap_id,seats,min_seats,parent_id" in order of cap_id.';

CREATE FUNCTION equity_internal.round_card_lines(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT coalesce(string_agg(concat(rp.programme_code, ',', equity.digest(v.card), E'\n'), ''
                             ORDER BY rp.programme_code COLLATE "C"), '')
    FROM equity.round_programme AS rp
    LEFT JOIN equity.scorecard_version AS v
      ON v.card_code = rp.card_code
     AND v.version = rp.card_version
   WHERE rp.round_id = round_card_lines.round_id;
END;

COMMENT ON FUNCTION equity_internal.round_card_lines(bigint) IS
  'The scorecards of a round as they are now: the lines "programme_code,equity.digest(card)" in byte order of programme_code, which is not quoted.';

CREATE FUNCTION equity_internal.round_seat_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
RETURN equity.text_digest(equity_internal.round_seat_lines(round_seat_digest.round_id));

COMMENT ON FUNCTION equity_internal.round_seat_digest(bigint) IS
  'Digest of the pools of a round as they are now: the sha256 of equity_internal.round_seat_lines.';

CREATE FUNCTION equity_internal.round_reserve_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
RETURN equity.text_digest(equity_internal.round_reserve_lines(round_reserve_digest.round_id));

COMMENT ON FUNCTION equity_internal.round_reserve_digest(bigint) IS
  'Digest of the reserves of a round as they are now: the sha256 of equity_internal.round_reserve_lines, for a round without reserves that of the empty text.';

CREATE FUNCTION equity_internal.round_cap_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
RETURN equity.text_digest(equity_internal.round_cap_lines(round_cap_digest.round_id));

COMMENT ON FUNCTION equity_internal.round_cap_digest(bigint) IS
  'Digest of the ceilings of a round as they are now: the sha256 of equity_internal.round_cap_lines, for a round without ceilings that of the empty text.';

CREATE FUNCTION equity_internal.round_card_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
RETURN equity.text_digest(equity_internal.round_card_lines(round_card_digest.round_id));

COMMENT ON FUNCTION equity_internal.round_card_digest(bigint) IS
  'Digest of the scorecards of a round as they are now: the sha256 of equity_internal.round_card_lines.';

CREATE FUNCTION equity_internal.run_standing_sources(run_id bigint) RETURNS TABLE (pool_id bigint, digest text, content text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT l.pool_id, equity.text_digest(l.content), l.content
    FROM (SELECT s.pool_id,
                 string_agg(concat(s.applicant_id, ',', to_json(s.decision), ',', to_json(s.seat), ',', s.choice, ',', s.score, E'\n'), ''
                            ORDER BY s.applicant_id) AS content
            FROM equity.run_standing AS s
           WHERE s.run_id = run_standing_sources.run_id
           GROUP BY s.pool_id) AS l;
END;

COMMENT ON FUNCTION equity_internal.run_standing_sources(bigint) IS
  'Who had a standing in a run (equity.run_standing), pool by pool: the lines "applicant_id,standing,seat,choice,score" in order of applicant_id, and their sha256.';

CREATE FUNCTION equity_internal.run_standing_lines(run_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT coalesce(string_agg(concat(d.pool_id, ',', d.digest, E'\n'), '' ORDER BY d.pool_id NULLS FIRST), '')
    FROM equity_internal.run_standing_sources(run_standing_lines.run_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.run_standing_lines(bigint) IS
  'Who had a standing in a run, in short: the lines "pool_id,digest" of equity_internal.run_standing_sources in order of pool_id, no pool first.';

CREATE FUNCTION equity_internal.run_standing_digest(run_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
RETURN equity.text_digest(equity_internal.run_standing_lines(run_standing_digest.run_id));

COMMENT ON FUNCTION equity_internal.run_standing_digest(bigint) IS
  'Digest of who had a standing in a run: the sha256 of equity_internal.run_standing_lines.';

CREATE FUNCTION equity_internal.run_result_sources(run_id bigint) RETURNS TABLE (pool_id bigint, digest text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT p.pool_id,
         equity.text_digest(string_agg(concat(p.applicant_id, ',', p.choice, ',', to_json(p.seat), ',', p.tier, ',', p.score, E'\n'), ''
                                       ORDER BY p.applicant_id))
    FROM equity.placement AS p
   WHERE p.run_id = run_result_sources.run_id
   GROUP BY p.pool_id;
END;

COMMENT ON FUNCTION equity_internal.run_result_sources(bigint) IS
  'Digest, pool by pool, of the placements of a run as they are now: the sha256 of the lines "applicant_id,choice,seat,tier,score" in order of applicant_id, the seat as a JSON string ("open" in double quotes).';

CREATE FUNCTION equity_internal.run_result_lines(run_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT coalesce(string_agg(concat(d.pool_id, ',', d.digest, E'\n'), '' ORDER BY d.pool_id), '')
    FROM equity_internal.run_result_sources(run_result_lines.run_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.run_result_lines(bigint) IS
  'The placements of an allocation run as they are now, in short: the lines "pool_id,digest" of equity_internal.run_result_sources in order of pool_id.';

CREATE FUNCTION equity_internal.run_result_digest(run_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
RETURN equity.text_digest(equity_internal.run_result_lines(run_result_digest.run_id));

COMMENT ON FUNCTION equity_internal.run_result_digest(bigint) IS
  'Digest of the placements of an allocation run as they are now: the sha256 of equity_internal.run_result_lines.';
