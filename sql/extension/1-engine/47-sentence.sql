-- What applicants are told of seats: sentences with figures, in Thai and English, and which of them
-- an outcome calls for.

CREATE FUNCTION equity_internal.fill_sentence(sentence text, figures jsonb, lang text) RETURNS text
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_fill_sentence';

COMMENT ON FUNCTION equity_internal.fill_sentence(text, jsonb, text) IS
  'A sentence in which the members of a JSON object replace their names in braces, null a dash; in English (en) 1 points become 1 point.';

CREATE FUNCTION equity_internal.sentence_separator() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE getdatabaseencoding() WHEN 'UTF8' THEN format(' %s ', chr(183)) ELSE ' - ' END;

COMMENT ON FUNCTION equity_internal.sentence_separator() IS
  'What stands between two sentences of one line: a middle dot, which the encodings of Thai alone lack.';

CREATE FUNCTION equity_internal.require_language(lang text, what text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF lang IS NULL OR lang NOT IN ('th', 'en') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('there are no %s in language %s', what, coalesce(quote_literal(equity_internal.excerpt(lang)), 'NULL')),
      HINT = 'Languages are th and en.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_language(text, text) IS
  'Raises 22023 unless there are letters, or what else is meant, in a language.';

CREATE FUNCTION equity_internal.placement_sentences() RETURNS TABLE (code text, text_th text, text_en text)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  ROWS 30
BEGIN ATOMIC
  VALUES
    ('CHOICE', 'อันดับที่ {choice}: {pool}',
     'Choice {choice}: {pool}'),
    ('PLACE', 'ลำดับที่ {place} จากผู้เลือก {asked} คน จำนวน {seats} ที่นั่ง คะแนนต่ำสุดที่ได้รับ {cutoff}',
     'Place {place} of {asked} who asked for it; seats {seats}; lowest score admitted {cutoff}'),
    ('PLACE_ALONE', 'ลำดับที่ {place} จากผู้เลือก {asked} คน จำนวน {seats} ที่นั่ง',
     'Place {place} of {asked} who asked for it; seats {seats}'),
    ('ADMITTED', 'ได้รับการจัดสรร',
     'Admitted'),
    ('BETTER_CHOICE', 'ได้รับการจัดสรรในอันดับที่เลือกไว้ก่อนหน้า',
     'Admitted to a choice that was wanted more'),
    ('OTHERS_BEFORE', 'ไม่ได้รับการจัดสรร ที่นั่งเต็มด้วยผู้ที่อยู่ในลำดับก่อน',
     'Not admitted: the seats went to others who come before'),
    ('BELOW_CUTOFF', 'ไม่ได้รับการจัดสรร คะแนนต่ำกว่าคะแนนต่ำสุดที่ได้รับอยู่ {distance} คะแนน',
     'Not admitted: {distance} points below the lowest score admitted'),
    ('TIE_LOST', 'ไม่ได้รับการจัดสรร คะแนนเท่ากับคะแนนต่ำสุดที่ได้รับ แต่ผู้อื่นที่มีคะแนนเท่ากันอยู่ในลำดับก่อน',
     'Not admitted: the score equals the lowest one admitted, and the tie was broken for others'),
    ('TIE_VALUE_LOST', 'ไม่ได้รับการจัดสรร คะแนนเท่ากับคะแนนต่ำสุดที่ได้รับ แต่ค่าที่ใช้ตัดสินเมื่อคะแนนเท่ากันอยู่หลังผู้ได้รับรายสุดท้าย',
     'Not admitted: the score equals the lowest one admitted; the value that ranks equal scores comes after that of the last one admitted'),
    ('LOTTERY_LOST', 'ไม่ได้รับการจัดสรร คะแนนเท่ากับคะแนนต่ำสุดที่ได้รับ แต่เลขสลาก {draw} อยู่หลังเลขสลากสุดท้ายที่ได้รับ',
     'Not admitted: the score equals the lowest one admitted; lottery number {draw} comes after the last one admitted'),
    ('TIES_REFUSED', 'ไม่ได้รับการจัดสรร เพราะที่นั่งไม่พอสำหรับผู้ที่มีคะแนนเท่ากันทุกคน',
     'Not admitted: there were not seats for all with equal scores, and so none of them was admitted'),
    ('TIER_AFTER', 'ไม่ได้รับการจัดสรร ที่นั่งเหล่านี้เต็มด้วยผู้ที่อยู่ในกลุ่มก่อนหน้า',
     'Not admitted: these seats went to groups that come first'),
    ('SEATS_KEPT', 'ไม่ได้รับการจัดสรร ที่นั่งทั้งหมดมีผู้ได้รับอยู่ก่อนแล้ว',
     'Not admitted: all of these seats were held from before'),
    ('CEILING_REACHED', 'ไม่ได้รับการจัดสรร เพราะครบจำนวนสูงสุดของ {ceiling} แล้ว',
     'Not admitted: the ceiling of {ceiling} is reached'),
    ('CEILING_BELOW', 'ไม่ได้รับการจัดสรร ครบจำนวนสูงสุดของ {ceiling} แล้ว และคะแนนต่ำกว่าคะแนนต่ำสุดที่ได้รับอยู่ {distance} คะแนน',
     'Not admitted: the ceiling of {ceiling} is reached, {distance} points above this score'),
    ('POOL_CLOSED', 'ไม่เปิดรับในอันดับนี้ เพราะมีผู้ได้รับการจัดสรรไม่ถึงจำนวนขั้นต่ำ',
     'This choice was closed: too few people for its minimum'),
    ('ADMITTED_SEAT', 'ได้รับการจัดสรรในที่นั่งสงวนสำหรับ {seat}',
     'Admitted to a seat reserved for: {seat}'),
    ('QUEUE', 'บัญชีสำรองของอันดับที่ {choice}: {seat}',
     'Waiting list of choice {choice}: {seat}'),
    ('QUEUE_PLACE', 'สำรองลำดับที่ {place} จาก {asked} คน',
     'Position {place} of {asked} on the waiting list'),
    ('COUNTED_MEMBER', 'นับเป็นสมาชิกของกลุ่มนี้',
     'Counted as a member of this group'),
    ('COUNTED_AFTER', 'นับถัดจากสมาชิกของกลุ่มนี้',
     'Counted after the members of this group'),
    ('SEAT open', 'ที่นั่งทั่วไป',
     'open seats'),
    ('NO_SEAT', 'ไม่มีที่นั่งทุนในอันดับนี้',
     'There is no seat in this choice'),
    ('RESULT', 'ผลการพิจารณา',
     'Result'),
    ('CHOSEN', 'ได้รับการจัดสรรในอันดับที่ {choice}: {pool}',
     'Admitted to choice {choice}: {pool}'),
    ('NONE_CHOSEN', 'ไม่ได้รับการจัดสรรในอันดับใด',
     'Not admitted to any choice');
END;

COMMENT ON FUNCTION equity_internal.placement_sentences() IS
  'Sentences of equity.explain_placement, by code; in the registry they are rows of equity.reason, which may be reworded.';

CREATE FUNCTION equity_internal.placement_sentence(code text, lang text, figures jsonb DEFAULT '{}') RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.fill_sentence(CASE placement_sentence.lang WHEN 'en' THEN s.text_en ELSE s.text_th END, figures, placement_sentence.lang)
    FROM equity_internal.placement_sentences() AS s
   WHERE s.code = placement_sentence.code;
END;

COMMENT ON FUNCTION equity_internal.placement_sentence(text, text, jsonb) IS
  'A sentence of equity_internal.placement_sentences in English (en) or otherwise Thai, with its figures; NULL for a code that does not exist.';

--- What refused a bid for a kind of seat, in the order in which it is looked for. missing is the points
--- under the lowest one that was admitted, by which a ceiling is said to lie above the score.
CREATE FUNCTION equity_internal.refusal_code(waits boolean, stopped_by text, held bigint, last_kept boolean, tier integer, last_tier integer,
                                             cutoff numeric, score numeric, missing numeric, tie_code text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN NOT waits THEN NULL
         WHEN stopped_by = 'cap' THEN CASE WHEN missing > 0 THEN 'CEILING_BELOW' ELSE 'CEILING_REACHED' END
         WHEN stopped_by = 'floor' THEN 'POOL_CLOSED'
         WHEN stopped_by IS NULL THEN 'TIES_REFUSED'
         WHEN held = 0 THEN 'NO_SEAT'
         WHEN last_kept THEN 'SEATS_KEPT'
         WHEN tier > last_tier THEN 'TIER_AFTER'
         WHEN cutoff IS NULL THEN 'OTHERS_BEFORE'
         WHEN score < cutoff THEN 'BELOW_CUTOFF'
         ELSE tie_code
       END;

COMMENT ON FUNCTION equity_internal.refusal_code(boolean, text, bigint, boolean, integer, integer, numeric, numeric, numeric, text) IS
  'The code of what refused whoever waits for a kind of seat (equity.reason), of equal scores tie_code; NULL of who does not wait.';

CREATE FUNCTION equity_internal.outcome_code(held_pool bigint, held_seat text, held_choice integer, standing text, status text, late boolean,
                                             pool bigint, choice integer, has_run boolean, competes boolean, pool_seats integer, refusal text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN held_pool = pool AND held_seat <> 'open' THEN 'ADMITTED_SEAT'
         WHEN held_pool = pool THEN 'ADMITTED'
         WHEN standing = 'out' THEN 'TAKES_NO_PART'
         WHEN status = 'draft' THEN 'NOT_SUBMITTED'
         WHEN status = 'withdrawn' THEN 'WITHDRAWN'
         WHEN late THEN 'LATE'
         WHEN NOT has_run THEN 'NOT_ALLOCATED'
         WHEN NOT competes THEN 'NOT_CONSIDERED'
         WHEN held_choice < choice THEN 'BETTER_CHOICE'
         WHEN standing = 'freeze' THEN 'FROZEN'
         WHEN pool_seats = 0 THEN 'NO_SEAT'
         ELSE refusal
       END;

COMMENT ON FUNCTION equity_internal.outcome_code(bigint, text, integer, text, text, boolean, bigint, integer, boolean, boolean, integer, text) IS
  'The code of what came of a choice (equity.reason); refusal is what its open seats answered, held_seat NULL when it must not be shown.';
