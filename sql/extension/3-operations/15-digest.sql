-- Digests: what proves which rows went into an allocation and which came out. A digest is the sha256 of
-- lines of text: each ends with a line feed, its values are parted by commas, numbers are as PostgreSQL
-- prints them, NULL is nothing at all, a text is a JSON string and an array a JSON array, all in
-- UTF-8. Lists as long as the round have two levels, so that no text grows with the whole round: the
-- lines of each pool have a digest, and the lines "pool_id,digest" have the one that counts.
--
-- equity_internal.run_inputs is the one list of what a run reads. Its digests are stored (equity.run_input),
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

-- RETURN QUERY may use parallel workers; a query that yields a value for INTO, or for a function in
-- SQL, may not.
--- tie and groups are empty in a round that does not use them.
CREATE FUNCTION equity_internal.application_sources(round_id bigint) RETURNS TABLE (pool_id bigint, content text)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  RETURN QUERY EXECUTE format($query$
    SELECT i.pool_id,
           string_agg(concat(i.applicant_id, ',', i.choice, ',', i.score, ',', i.tie, ',', to_json(i.groups), E'\n'), ''
                      ORDER BY i.applicant_id)
      FROM (%s) AS i
     GROUP BY i.pool_id
  $query$, equity_internal.input_query(application_sources.round_id, whole => true));
END;
$$;

COMMENT ON FUNCTION equity_internal.application_sources(bigint) IS
  'What the allocation of a round reads now (equity.allocation_input), pool by pool: the lines "applicant_id,choice,score,tie,groups" in order of applicant_id.';

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
CREATE FUNCTION equity_internal.run_inputs(run_id bigint) RETURNS TABLE (input text, whole boolean, digest text, content text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH this_run AS MATERIALIZED (
    SELECT a.round_id, a.seed FROM equity.allocation_run AS a WHERE a.run_id = run_inputs.run_id
  ), part AS MATERIALIZED (
    SELECT s.input, s.pool_id, equity.text_digest(s.content) AS digest, s.content
      FROM (SELECT 'applications', i.pool_id, i.content
              FROM this_run AS t
             CROSS JOIN LATERAL equity_internal.application_sources(t.round_id) AS i
            UNION ALL
            SELECT 'standing', i.pool_id, i.content
              FROM equity_internal.standing_sources(run_inputs.run_id) AS i) AS s (input, pool_id, content)
  ), entire (input, content) AS (
    SELECT r.input, r.content
      FROM this_run AS t
     CROSS JOIN LATERAL equity_internal.round_rules(t.round_id) AS r
    UNION ALL
    SELECT l.input,
           coalesce(string_agg(concat(p.pool_id, ',', p.digest, E'\n'), '' ORDER BY p.pool_id NULLS FIRST)
                      FILTER (WHERE p.digest IS NOT NULL), '')
      FROM (VALUES ('applications'), ('standing')) AS l (input)
      LEFT JOIN part AS p ON p.input = l.input
     GROUP BY l.input
    UNION ALL
    SELECT 'seed', t.seed FROM this_run AS t WHERE t.seed IS NOT NULL
  )
  SELECT e.input, true, equity.text_digest(e.content), e.content FROM entire AS e
  UNION ALL
  SELECT p.input, false, p.digest, p.content FROM part AS p;
END;

COMMENT ON FUNCTION equity_internal.run_inputs(bigint) IS
  'What an allocation run reads, from the current rows: the rules of its round (equity_internal.round_rules); applications and standing as lines "pool_id,digest" in order of pool_id, no pool first, and the lines of each of these pools; and the seed.';

CREATE FUNCTION equity_internal.changed_inputs(run_id bigint) RETURNS TABLE (input text, stored text, present text, content text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT coalesce(s.input, p.input), s.digest, p.digest, p.content
    FROM (SELECT i.* FROM equity.run_input AS i WHERE i.run_id = changed_inputs.run_id) AS s
    FULL JOIN (SELECT n.* FROM equity_internal.run_inputs(changed_inputs.run_id) AS n WHERE n.whole) AS p
      ON p.input = s.input
   WHERE s.digest IS DISTINCT FROM p.digest
   ORDER BY coalesce(s.input, p.input) COLLATE "C";
END;

COMMENT ON FUNCTION equity_internal.changed_inputs(bigint) IS
  'What an allocation run read that is no longer so in the current rows: digests at that time and now, and the current text.';

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
  'The first five keys by which equity_internal.diff_lines finds two texts to differ, and how many more there are.';
