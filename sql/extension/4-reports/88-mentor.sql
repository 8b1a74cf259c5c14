-- What a teacher did for scholars and what became of them: evidence for promotion (วิทยฐานะ). It counts and
-- scores nothing; who reads it judges.

CREATE VIEW equity_internal.care_word (about, code, text_th, text_en) WITH (security_invoker = true) AS
  VALUES ('kind', 'assigned', 'ดูแลผู้รับทุน', 'looked after the scholar'),
         ('kind', 'home_visit', 'เยี่ยมบ้าน', 'home visit'),
         ('kind', 'workplace_visit', 'นิเทศในสถานประกอบการ', 'visit at the workplace'),
         ('kind', 'meeting', 'พบพูดคุย', 'meeting'),
         ('kind', 'call', 'ติดต่อทางโทรศัพท์', 'call'),
         ('kind', 'referral', 'ส่งต่อ', 'referral'),
         ('kind', 'other', 'อื่น ๆ', 'other'),
         ('result', 'open', 'อยู่ระหว่างติดตาม', 'followed up'),
         ('result', 'stays', 'เรียนต่อตามปกติ', 'stays in school'),
         ('result', 'returned', 'กลับเข้าเรียน', 'came back to school'),
         ('result', 'referred', 'ส่งต่อหน่วยงานที่เกี่ยวข้อง', 'referred'),
         ('result', 'not_reached', 'ติดต่อไม่ได้', 'not reached'),
         ('result', 'left', 'ออกจากการศึกษา', 'left school'),
         ('status', 'accepted', 'รับทุนแล้ว', 'award accepted'),
         ('status', 'studying', 'กำลังศึกษา', 'studying'),
         ('status', 'suspended', 'พักทุน', 'award suspended'),
         ('status', 'graduated', 'สำเร็จการศึกษา', 'graduated'),
         ('status', 'discontinued', 'ออกกลางคัน', 'left without graduating'),
         ('status', 'terminated', 'ยุติทุน', 'award terminated'),
         ('outcome', 'employed', 'มีงานทำ', 'has work'),
         ('outcome', 'further_study', 'ศึกษาต่อ', 'studies further'),
         ('outcome', 'both', 'มีงานทำและศึกษาต่อ', 'has work and studies further');

COMMENT ON VIEW equity_internal.care_word IS
  'Words of equity.mentor_record and of reports on care.';
COMMENT ON COLUMN equity_internal.care_word.about IS 'kind or result of equity.care_record, status of an award, or outcome.';
COMMENT ON COLUMN equity_internal.care_word.code IS 'The code.';
COMMENT ON COLUMN equity_internal.care_word.text_th IS 'What it says in Thai.';
COMMENT ON COLUMN equity_internal.care_word.text_en IS 'What it says in English.';

CREATE FUNCTION equity_internal.find_mentor(mentor_id bigint) RETURNS equity.mentor
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found_mentor equity.mentor;
BEGIN
  SELECT m.* INTO found_mentor FROM equity.mentor AS m WHERE m.mentor_id = find_mentor.mentor_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('mentor %s does not exist', coalesce(find_mentor.mentor_id::text, 'NULL')),
      HINT = 'The ids are in equity.mentor; an officer sees those of the own institutions.';
  END IF;
  RETURN found_mentor;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_mentor(bigint) IS
  'Returns the row of a mentor. Error P0002 when the caller sees no such mentor.';

CREATE FUNCTION equity_internal.masked_scholars(awards bigint[]) RETURNS TABLE (award_id bigint, scholar text)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT has_table_privilege('equity.applicant_identity', 'SELECT') THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT DISTINCT ON (w.award_id) w.award_id, equity.citizen_id_mask(i.identity)
    FROM equity.award AS w
    JOIN equity.applicant_identity AS i
      ON i.applicant_id = w.applicant_id
     AND i.identity_kind IN ('citizen_id', 'g_code')
     AND i.valid_to IS NULL
   WHERE w.award_id = ANY (awards)
   ORDER BY w.award_id, i.identity_kind COLLATE "C";
END;
$$;

COMMENT ON FUNCTION equity_internal.masked_scholars(bigint[]) IS
  'The masked citizen ids or G-codes of scholars, for who may read identities: no rows for others, and none for scholars without one.';

--- What: that a scholar was looked after on some of these days, and each record of care; when; for whom, by
--- the number of the award and, for who may read identities, the masked citizen id or G-code; with what result: of
--- looking after what became of the scholar, of care what the record says. Both days count. No notes, and no score.
---
--- Errors: P0002 no such mentor, or none that the caller sees; 22004 a day is missing; 22023 the days are not in order.
CREATE FUNCTION equity.mentor_record(mentor_id bigint, since date, until date)
  RETURNS TABLE (line bigint, day date, what_th text, what_en text, award_id bigint, scholar text,
                 programme_th text, programme_en text, result_th text, result_en text)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  this_mentor equity.mentor;
BEGIN
  IF since IS NULL OR until IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'a record of a mentor needs its first and its last day',
      HINT = 'For example equity.mentor_record(17, ''2023-05-16'', ''2024-05-15'').';
  END IF;
  IF until < since THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'the last day is before the first',
      DETAIL = format('From %s to %s.', since, until),
      HINT = 'Days are of the common era, for example 2023-05-16.';
  END IF;
  this_mentor := equity_internal.find_mentor(mentor_record.mentor_id);

  RETURN QUERY
  WITH deed AS (
    SELECT greatest(a.valid_from, since) AS day, 0 AS place, NULL::bigint AS care_id, a.award_id, 'assigned' AS kind, NULL::text AS result
      FROM equity.mentor_assignment AS a
     WHERE a.mentor_id = this_mentor.mentor_id
       AND a.valid_from <= until
       AND coalesce(a.valid_to > since, true)
    UNION ALL
    SELECT c.cared_on, 1, c.care_id, c.award_id, c.kind, c.result
      FROM equity.care_record AS c
     WHERE c.mentor_id = this_mentor.mentor_id
       AND c.cared_on BETWEEN since AND until
  ), found AS (
    SELECT DISTINCT ON (o.award_id)
           o.award_id,
           CASE WHEN o.employed AND o.further_study THEN 'both' WHEN o.employed THEN 'employed' WHEN o.further_study THEN 'further_study' END AS code
      FROM equity.outcome AS o
     WHERE o.award_id IN (SELECT d.award_id FROM deed AS d)
     ORDER BY o.award_id, o.followed_on DESC
  )
  SELECT row_number() OVER (ORDER BY d.day, d.place, d.award_id, d.care_id),
         d.day,
         k.text_th,
         k.text_en,
         d.award_id,
         m.scholar,
         g.name_th,
         g.name_en,
         concat_ws(', ', coalesce(r.text_th, s.text_th), f.text_th),
         concat_ws(', ', coalesce(r.text_en, s.text_en), f.text_en)
    FROM deed AS d
    JOIN equity.award AS w ON w.award_id = d.award_id
    JOIN equity.programme AS g ON g.programme_code = w.programme_code
    JOIN equity_internal.care_word AS k ON k.about = 'kind' AND k.code = d.kind
    LEFT JOIN equity_internal.care_word AS r ON r.about = 'result' AND r.code = d.result
    LEFT JOIN equity_internal.care_word AS s ON d.result IS NULL AND s.about = 'status' AND s.code = w.status
    LEFT JOIN found AS o ON d.result IS NULL AND w.status = 'graduated' AND o.award_id = d.award_id
    LEFT JOIN equity_internal.care_word AS f ON f.about = 'outcome' AND f.code = o.code
    LEFT JOIN equity_internal.masked_scholars(ARRAY(SELECT e.award_id FROM deed AS e)) AS m ON m.award_id = d.award_id
   ORDER BY 1;
END;
$$;

COMMENT ON FUNCTION equity.mentor_record(bigint, date, date) IS
  'What a teacher did for scholars between two days, in Thai and English: what, when, for whom in masked form, with what result. Evidence for promotion (หลักฐานประกอบวิทยฐานะ), without a score. Reads the registry.';
