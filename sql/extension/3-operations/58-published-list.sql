-- Lists of awards to post: kept as they were published, so that one that differs is found out.
--
-- They are kept as text, a row for each institution and programme: a million awards cost little more than their sort.

--- Nothing for a caller who may not read identities.
CREATE FUNCTION equity_internal.masked_identities(round_id bigint, run_id bigint) RETURNS TABLE (applicant_id bigint, masked_id text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  IF has_table_privilege('equity.applicant_identity', 'SELECT') THEN
    RETURN QUERY
    SELECT i.applicant_id, equity.citizen_id_mask(min(i.identity COLLATE "C"))    -- a citizen id before a G-code
      FROM equity.award AS w
      JOIN equity.applicant_identity AS i ON i.applicant_id = w.applicant_id
     WHERE w.round_id = masked_identities.round_id
       AND w.run_id = masked_identities.run_id
       AND i.valid_to IS NULL
       AND i.identity_kind IN ('citizen_id', 'g_code')
     GROUP BY i.applicant_id;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.masked_identities(bigint, bigint) IS
  'The masked citizen id, or else G-code, of those whose awards a published run gave.';

--- digest is the sha256 of a line for each list, ended by a line feed, in the order of institution_id, then of the bytes of
--- programme_code: institution_id, programme_code, institution_th, programme_th, digest, parted by commas.
CREATE FUNCTION equity_internal.published_list_record(run_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT jsonb_build_object(
           'lists', count(*),
           'entries', coalesce(sum(l.entries), 0),
           'digest', equity.text_digest(coalesce(string_agg(concat_ws(',', l.institution_id, l.programme_code, l.institution_th, l.programme_th,
                                                                      l.digest || E'\n'),
                                                            '' ORDER BY l.institution_id, l.programme_code COLLATE "C"), '')))
    FROM equity.published_list AS l
   WHERE l.run_id = published_list_record.run_id;
END;

COMMENT ON FUNCTION equity_internal.published_list_record(bigint) IS
  'What the audit trail tells of the lists of a run: how many lists and entries, and the digest of all.';

CREATE FUNCTION equity_internal.keep_published_list(round_id bigint, run_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  INSERT INTO equity.published_list (run_id, institution_id, programme_code, institution_th, programme_th, entries, content,
                                     digest, published_at)
  SELECT keep_published_list.run_id, l.institution_id, l.programme_code, i.name_th, g.name_th, l.entries, l.content,
         equity.text_digest(l.content), now()
    FROM (SELECT w.institution_id,
                 w.programme_code,
                 count(*) AS entries,
                 string_agg(concat(a.application_id, E'\t', coalesce(m.masked_id, equity.citizen_id_mask('')),
                                   CASE WHEN s.applicant_id IS NULL THEN E'\tadmitted\n' ELSE E'\tmoved\n' END),
                            '' ORDER BY a.application_id) AS content
            FROM equity.award AS w
            JOIN equity.application AS a
              ON a.applicant_id = w.applicant_id
             AND a.round_id = w.round_id
            LEFT JOIN equity_internal.masked_identities(keep_published_list.round_id, keep_published_list.run_id) AS m
              ON m.applicant_id = w.applicant_id
            LEFT JOIN equity.run_standing AS s
              ON s.run_id = w.run_id
             AND s.applicant_id = w.applicant_id
           WHERE w.round_id = keep_published_list.round_id
             AND w.run_id = keep_published_list.run_id
           GROUP BY w.institution_id, w.programme_code) AS l
    JOIN equity.institution AS i ON i.institution_id = l.institution_id
    JOIN equity.programme AS g ON g.programme_code = l.programme_code;
  PERFORM equity.audit_append('published_list', keep_published_list.round_id, keep_published_list.run_id,
                              equity_internal.published_list_record(keep_published_list.run_id));
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_published_list(bigint, bigint) IS
  'Keeps the lists of a run that is being published (equity.published_list), and leaves their digest in the audit trail.';

CREATE FUNCTION equity_internal.list_entries(list equity.published_list)
  RETURNS TABLE (line bigint, application_id bigint, masked_id text, result text)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  ROWS 100
BEGIN ATOMIC
  SELECT e.line, split_part(e.entry, E'\t', 1)::bigint, split_part(e.entry, E'\t', 2), split_part(e.entry, E'\t', 3)
    FROM string_to_table(rtrim((list).content, E'\n'), E'\n') WITH ORDINALITY AS e (entry, line);
END;

COMMENT ON FUNCTION equity_internal.list_entries(equity.published_list) IS
  'The entries of a list in their order.';

--- Institutions and programmes come in the order of a Thai dictionary (equity.thai_sort_key), within them the numbers of
--- the applications. A refill has lists of its own, of those alone who got a seat or another one. result is admitted or
--- moved. Of an officer the lists of the own institutions. Nothing of runs that were published before 1.4.
---
--- Errors: P0002 no such round.
CREATE FUNCTION equity.published_list(round_id bigint)
  RETURNS TABLE (run_id bigint, published_at timestamptz, institution_code text, institution_th text, line bigint,
                 application_id bigint, masked_id text, programme_code text, programme_th text, result text, result_th text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 10000
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  this_round equity.round := equity_internal.find_round(published_list.round_id);
BEGIN
  RETURN QUERY
  SELECT l.run_id, l.published_at, i.institution_code, l.institution_th, e.line, e.application_id, e.masked_id,
         l.programme_code, l.programme_th, e.result,
         CASE e.result WHEN 'admitted' THEN 'ได้รับทุน' WHEN 'moved' THEN 'ได้รับทุนในอันดับที่ดีกว่าเดิม' END
    FROM equity.allocation_run AS r
    JOIN equity.published_list AS l ON l.run_id = r.run_id
    JOIN equity.institution AS i ON i.institution_id = l.institution_id
   CROSS JOIN LATERAL equity_internal.list_entries(l) AS e
   WHERE r.round_id = this_round.round_id
   ORDER BY l.run_id, equity.thai_sort_key(l.institution_th) COLLATE "C", i.institution_code COLLATE "C",
            equity.thai_sort_key(l.programme_th) COLLATE "C", l.programme_code COLLATE "C", e.line;
END;
$$;

COMMENT ON FUNCTION equity.published_list(bigint) IS
  'The lists of awards of a round as they were published (ประกาศรายชื่อผู้ได้รับทุน), to post: number of the application, masked identity, programme, institution and result. Reads the registry.';

CREATE FUNCTION equity_internal.list_differences(run_id bigint)
  RETURNS TABLE (institution_id bigint, problem text, application_id bigint)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
BEGIN ATOMIC
  WITH listed AS (
    SELECT l.institution_id, e.application_id, l.programme_code, e.result
      FROM equity.published_list AS l
     CROSS JOIN LATERAL equity_internal.list_entries(l) AS e
     WHERE l.run_id = list_differences.run_id
  ), placed AS (
    SELECT p.institution_id, a.application_id, p.programme_code,
           CASE WHEN s.applicant_id IS NULL THEN 'admitted' ELSE 'moved' END AS result
      FROM equity.placement AS t
      JOIN equity.seat_pool AS p ON p.pool_id = t.pool_id
      JOIN equity.application AS a
        ON a.applicant_id = t.applicant_id
       AND a.round_id = p.round_id
      LEFT JOIN equity.run_standing AS s
        ON s.run_id = t.run_id
       AND s.applicant_id = t.applicant_id
     WHERE t.run_id = list_differences.run_id
       AND s.pool_id IS DISTINCT FROM t.pool_id
  )
  SELECT coalesce(l.institution_id, p.institution_id),
         CASE WHEN p.application_id IS NULL THEN 'entry_without_placement' ELSE 'placement_without_entry' END,
         coalesce(l.application_id, p.application_id)
    FROM listed AS l
    FULL JOIN placed AS p
      ON p.institution_id = l.institution_id
     AND p.application_id = l.application_id
     AND p.programme_code = l.programme_code
     AND p.result = l.result
   WHERE l.application_id IS NULL
      OR p.application_id IS NULL;
END;

COMMENT ON FUNCTION equity_internal.list_differences(bigint) IS
  'Where the kept lists of a run and its placements name different applications.';

--- What stands behind a list is not the list: its digest in the audit trail, and the placements of the run. problem is:
---
--- - content_changed: the content of a list has not its digest
--- - lists_changed: the lists of a run are not those of the digest in the trail
--- - lists_missing, lists_unannounced: the trail tells of lists and none is kept, or the other way round
--- - entry_without_placement, placement_without_entry: the list names an application that the run did not place, or not
---   one that it did
---
--- Errors: P0002 no such round; 42501 the caller does not see all lists, placements and the trail.
CREATE FUNCTION equity.published_list_problems(round_id bigint)
  RETURNS TABLE (run_id bigint, institution_id bigint, problem text, application_id bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 10
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round := equity_internal.find_round(published_list_problems.round_id);
  kept record;
BEGIN
  FOR kept IN
    SELECT r.run_id, e.detail AS announced, equity_internal.published_list_record(r.run_id) AS present
      FROM equity.allocation_run AS r
      LEFT JOIN equity.audit_event AS e
        ON e.operation = 'published_list'
       AND e.run_id = r.run_id
     WHERE r.round_id = this_round.round_id
     ORDER BY r.run_id
  LOOP
    CONTINUE WHEN kept.announced IS NULL AND (kept.present ->> 'lists')::bigint = 0;
    IF kept.announced IS DISTINCT FROM kept.present THEN
      RETURN QUERY
      SELECT kept.run_id, NULL::bigint,
             CASE WHEN kept.announced IS NULL THEN 'lists_unannounced'
                  WHEN (kept.present ->> 'lists')::bigint = 0 THEN 'lists_missing'
                  ELSE 'lists_changed' END,
             NULL::bigint;
    END IF;
    RETURN QUERY
    SELECT l.run_id, l.institution_id, 'content_changed', NULL::bigint
      FROM equity.published_list AS l
     WHERE l.run_id = kept.run_id
       AND l.digest <> equity.text_digest(l.content)
     ORDER BY l.institution_id;
    RETURN QUERY
    SELECT kept.run_id, d.institution_id, d.problem, d.application_id
      FROM equity_internal.list_differences(kept.run_id) AS d
     ORDER BY d.institution_id, d.application_id, d.problem COLLATE "C";
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity.published_list_problems(bigint) IS
  'Whether the kept lists of a round are those that were published (ตรวจสอบประกาศรายชื่อ), by their digests, the audit trail and the placements. No rows when they are. Reads the registry.';
