-- Digests: what proves which rows went into an allocation and which came out. A digest is the sha256 of
-- lines of text: each ends with a line feed, its values are parted by commas, numbers are as PostgreSQL
-- prints them, NULL is nothing at all, a text is a JSON string and an array a JSON array, all in
-- UTF-8. Lists as long as the round have two levels, so that no text grows with the whole round: the
-- lines of each pool have a digest, and the lines "pool_id,digest" have the one that counts.
--
-- What a run reads is equity_internal.run_conditions and its applications. The digests are stored (equity.run_input),
-- compared, published and kept by name, however many there are.

--- cards: programme_code, not quoted, and equity.digest of its card. quotas: programme_code
--- and quota. pools: pool_id, seats, min_seats, cap_id, programme_code, institution_id,
--- field_code, grant_type. reserves: pool_id, reserve, seats, mode, cascade, position. caps:
--- cap_id, seats, min_seats, parent_id. Numbers are in order, codes in byte order.
CREATE FUNCTION equity_internal.round_rules(round_id bigint) RETURNS TABLE (input text, content text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  ROWS 5
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT l.input, coalesce(l.content, '')
    FROM (SELECT 'cards',
                 string_agg(concat(rp.programme_code, ',', equity.digest(v.card), E'\n'), ''
                            ORDER BY rp.programme_code COLLATE "C")
            FROM equity.round_programme AS rp
            LEFT JOIN equity.scorecard_version AS v
              ON v.card_code = rp.card_code
             AND v.version = rp.card_version
           WHERE rp.round_id = round_rules.round_id
          UNION ALL
          SELECT 'quotas',
                 string_agg(concat(rp.programme_code, ',', rp.quota, E'\n'), '' ORDER BY rp.programme_code COLLATE "C")
            FROM equity.round_programme AS rp
           WHERE rp.round_id = round_rules.round_id
          UNION ALL
          SELECT 'pools',
                 string_agg(concat(p.pool_id, ',', p.seats, ',', p.min_seats, ',', p.cap_id, ',', to_json(p.programme_code), ',',
                                   p.institution_id, ',', to_json(p.field_code), ',', to_json(p.grant_type), E'\n'), ''
                            ORDER BY p.pool_id)
            FROM equity.seat_pool AS p
           WHERE p.round_id = round_rules.round_id
          UNION ALL
          SELECT 'reserves',
                 string_agg(concat(v.pool_id, ',', to_json(v.reserve), ',', v.seats, ',', to_json(v.mode), ',',
                                   to_json(v.cascade), ',', v."position", E'\n'), ''
                            ORDER BY v.pool_id, v.reserve COLLATE "C")
            FROM equity.pool_reserve AS v
            JOIN equity.seat_pool AS p
              ON p.pool_id = v.pool_id
           WHERE p.round_id = round_rules.round_id
          UNION ALL
          SELECT 'caps',
                 string_agg(concat(c.cap_id, ',', c.seats, ',', c.min_seats, ',', c.parent_id, E'\n'), '' ORDER BY c.cap_id)
            FROM equity.seat_cap AS c
           WHERE c.round_id = round_rules.round_id) AS l (input, content);
END;

COMMENT ON FUNCTION equity_internal.round_rules(bigint) IS
  'The rules of a round as they are now, each as lines of text: cards, quotas, pools, reserves and caps; empty for what the round does not have.';

CREATE FUNCTION equity_internal.rule_digests(round_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT jsonb_object_agg(r.input, equity.text_digest(r.content))
    FROM equity_internal.round_rules(rule_digests.round_id) AS r;
END;

COMMENT ON FUNCTION equity_internal.rule_digests(bigint) IS
  'The sha256 of each text of equity_internal.round_rules, by its name.';

--- The lines of a query's rows, written as they are read: of applications
--- "applicant_id,choice,score,tie,groups" (tie and groups are empty where the query has none), of
--- choices "applicant_id,choice", of placements "applicant_id,choice,seat,tier,score". A pool's lines
--- are in order of applicant_id; the whole is the lines "pool_id,digest" in order of pool_id, and it
--- alone has its text in content. lines counts rows.
---
--- Errors: as of equity.allocate for the columns and values of a query; 53400 more memory than
--- equity.max_memory.
CREATE FUNCTION equity_internal.application_pages(applications text)
  RETURNS TABLE (whole boolean, pool_id bigint, lines bigint, digest text, content text)
  LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 100000 ROWS 1000
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET work_mem = '128MB'
  AS 'MODULE_PATHNAME', 'equity_application_pages';

COMMENT ON FUNCTION equity_internal.application_pages(text) IS
  'Digests of the rows of an applications query (equity_internal.application_query), pool by pool and as a whole.';

CREATE FUNCTION equity_internal.choice_pages(choices text)
  RETURNS TABLE (whole boolean, pool_id bigint, lines bigint, digest text, content text)
  LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 100000 ROWS 1000
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET work_mem = '128MB'
  AS 'MODULE_PATHNAME', 'equity_choice_pages';

COMMENT ON FUNCTION equity_internal.choice_pages(text) IS
  'Digests of who asks for which pool as which choice, by a query for applicant_id, pool_id and choice: pool by pool and as a whole.';

CREATE FUNCTION equity_internal.placement_pages(placements text)
  RETURNS TABLE (whole boolean, pool_id bigint, lines bigint, digest text, content text)
  LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 100000 ROWS 1000
  SET equity_internal.whole_rows = on
  SET jit = off
  AS 'MODULE_PATHNAME', 'equity_placement_pages';

COMMENT ON FUNCTION equity_internal.placement_pages(text) IS
  'Digests of the rows of a placements query, pool by pool and as a whole.';

CREATE FUNCTION equity_internal.standing_sources(run_id bigint) RETURNS TABLE (pool_id bigint, content text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT s.pool_id,
         string_agg(concat(s.applicant_id, ',', to_json(s.decision), ',', to_json(s.seat), ',', s.choice, ',', s.score, E'\n'), ''
                    ORDER BY s.applicant_id)
    FROM equity.run_standing AS s
   WHERE s.run_id = standing_sources.run_id
   GROUP BY s.pool_id;
END;

COMMENT ON FUNCTION equity_internal.standing_sources(bigint) IS
  'Those who had a standing in a run (equity.run_standing), pool by pool: the lines "applicant_id,decision,seat,choice,score" in order of applicant_id.';

--- A row that is not whole has the lines of one pool, whose digest the text of the whole input
--- names. The text of seed is the seed itself, so that its digest is the commitment.
CREATE FUNCTION equity_internal.run_conditions(run_id bigint) RETURNS TABLE (input text, whole boolean, digest text, content text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH this_run AS MATERIALIZED (
    SELECT a.round_id, a.seed FROM equity.allocation_run AS a WHERE a.run_id = run_conditions.run_id
  ), part AS MATERIALIZED (
    SELECT s.pool_id, equity.text_digest(s.content) AS digest, s.content
      FROM equity_internal.standing_sources(run_conditions.run_id) AS s
  ), entire (input, content) AS (
    SELECT r.input, r.content
      FROM this_run AS t
     CROSS JOIN LATERAL equity_internal.round_rules(t.round_id) AS r
    UNION ALL
    SELECT 'standing',
           coalesce(string_agg(concat(p.pool_id, ',', p.digest, E'\n'), '' ORDER BY p.pool_id NULLS FIRST), '')
      FROM part AS p
    UNION ALL
    SELECT 'seed', t.seed FROM this_run AS t WHERE t.seed IS NOT NULL
  )
  SELECT e.input, true, equity.text_digest(e.content), e.content FROM entire AS e
  UNION ALL
  SELECT 'standing', false, p.digest, p.content FROM part AS p;
END;

COMMENT ON FUNCTION equity_internal.run_conditions(bigint) IS
  'What an allocation run reads beside applications, from the current rows: the rules of its round (equity_internal.round_rules); standing as lines "pool_id,digest" in order of pool_id, no pool first, and the lines of each of these pools; and the seed.';

--- applications is the digest of the applications that the run reads now, and its text.
CREATE FUNCTION equity_internal.changed_inputs(run_id bigint, applications text, applications_text text DEFAULT NULL)
  RETURNS TABLE (input text, stored text, present text, content text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT coalesce(s.input, p.input), s.digest, p.digest, p.content
    FROM (SELECT i.* FROM equity.run_input AS i WHERE i.run_id = changed_inputs.run_id) AS s
    FULL JOIN (SELECT c.input, c.digest, c.content
                 FROM equity_internal.run_conditions(changed_inputs.run_id) AS c
                WHERE c.whole
               UNION ALL
               SELECT 'applications', changed_inputs.applications, changed_inputs.applications_text) AS p
      ON p.input = s.input
   WHERE s.digest IS DISTINCT FROM p.digest
   ORDER BY coalesce(s.input, p.input) COLLATE "C";
END;

COMMENT ON FUNCTION equity_internal.changed_inputs(bigint, text, text) IS
  'What an allocation run read that is no longer so in the current rows: digests at that time and now, and the current text.';

CREATE FUNCTION equity_internal.changed_inputs(run_id bigint)
  RETURNS TABLE (input text, stored text, present text, content text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT c.input, c.stored, c.present, c.content
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity_internal.application_pages(equity_internal.application_query(a.round_id)) AS p
   CROSS JOIN LATERAL equity_internal.changed_inputs(a.run_id, p.digest, p.content) AS c
   WHERE a.run_id = changed_inputs.run_id
     AND p.whole;
END;

COMMENT ON FUNCTION equity_internal.changed_inputs(bigint) IS
  'The same, for whoever has not read the applications.';

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
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT p.content
    FROM equity.digest_source AS p
   WHERE p.digest = digest_text.digest;
END;

COMMENT ON FUNCTION equity.digest_text(text) IS
  'The text behind a digest of an allocation run, from equity.digest_source; NULL when it is not kept. Reads the registry.';

CREATE FUNCTION equity_internal.diff_keys(before text, after text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT concat(string_agg(d.key, ', ' ORDER BY d.place) FILTER (WHERE d.place <= 5),
                CASE WHEN count(*) > 5 THEN format(' and %s more', count(*) - 5) END)
    FROM (SELECT l.key, row_number() OVER (ORDER BY length(l.key), l.key COLLATE "C") AS place
            FROM equity_internal.diff_lines(diff_keys.before, diff_keys.after) AS l) AS d;
END;

COMMENT ON FUNCTION equity_internal.diff_keys(text, text) IS
  'The first five keys by which equity_internal.diff_lines finds two texts to differ, and how many more there are.';
