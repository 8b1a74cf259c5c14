-- The letters to applicants: what each rule says of the application, the score, the place in the
-- queue of each choice and the outcome, line by line, in Thai or English.
--
-- Sensitive personal data (PDPA section 26) is shown only to whoever may read the column that it comes
-- from. A field is sensitive when a criterion that reads it is marked so, or when it is a fact that is
-- (see equity.fact_column). Every criterion that reads a sensitive field is sensitive, be it through
-- derived fields, as the other field of a gate, or as a section that sums.

CREATE TYPE equity.explanation_line AS (
  section text,
  line integer,
  programme text,
  criterion text,
  label text,
  value text,
  rule text,
  passed boolean,
  points numeric,
  max_points numeric,
  place bigint,
  asked bigint,
  seats integer,
  cutoff numeric,
  distance numeric,
  reason text,
  message text,
  advice text
);

COMMENT ON TYPE equity.explanation_line IS
  'A line of a letter to an applicant, see equity.explain_application.';
COMMENT ON COLUMN equity.explanation_line.section IS 'What the line is about: application, rule, eligibility, score, choice, queue or result.';
COMMENT ON COLUMN equity.explanation_line.line IS 'Number of the line in the letter, 1 and up.';
COMMENT ON COLUMN equity.explanation_line.programme IS 'Programme concerned (รหัสโครงการ), or NULL for the application as a whole.';
COMMENT ON COLUMN equity.explanation_line.criterion IS 'Code of the criterion of a rule.';
COMMENT ON COLUMN equity.explanation_line.label IS 'What the line is called, in the language asked for.';
COMMENT ON COLUMN equity.explanation_line.value IS 'What was read, in words where there are some; *** when it is withheld, NULL when it is missing.';
COMMENT ON COLUMN equity.explanation_line.rule IS 'Of a gate what it asks, else the points by value, range or coefficient, in words.';
COMMENT ON COLUMN equity.explanation_line.passed IS 'Of a gate whether it holds, of eligibility whether all do and the score is known, of a choice whether it was given; NULL when undecided or withheld.';
COMMENT ON COLUMN equity.explanation_line.points IS 'Points given (คะแนนที่ได้); of the score and of a choice the score that counts.';
COMMENT ON COLUMN equity.explanation_line.max_points IS 'Most points possible (คะแนนเต็ม).';
COMMENT ON COLUMN equity.explanation_line.place IS 'Of a choice: place among all who asked for its open seats; of a queue: position on the waiting list (ลำดับที่), 1 first.';
COMMENT ON COLUMN equity.explanation_line.asked IS 'Of a choice: eligible applicants who asked for the pool (จำนวนผู้เลือก); of a queue: those who wait.';
COMMENT ON COLUMN equity.explanation_line.seats IS 'Of a choice: seats of the pool (จำนวนที่นั่งทุน); of a queue: seats of the kind that it is for.';
COMMENT ON COLUMN equity.explanation_line.cutoff IS 'Of a choice: lowest score admitted to an open seat (คะแนนต่ำสุดที่ได้รับ); of a queue: to such a seat. NULL where fewer than five were admitted.';
COMMENT ON COLUMN equity.explanation_line.distance IS 'Of a choice and of a queue: points missing to that score, or to the lowest one under a ceiling that is reached; 0 when it was reached, NULL where fewer than five were admitted.';
COMMENT ON COLUMN equity.explanation_line.reason IS 'Reason code, see equity.reason: of a rule that speaks against the applicant that of the card, else that of the message.';
COMMENT ON COLUMN equity.explanation_line.message IS 'The sentence, in the language asked for.';
COMMENT ON COLUMN equity.explanation_line.advice IS 'What the applicant can do, in that language, or NULL.';

CREATE FUNCTION equity_internal.letter_lines(
  words equity_internal.letter_words,
  facts equity.application_facts,
  application_id bigint,
  status text,
  late boolean,
  bids equity_internal.letter_bid[],
  result text,
  chosen boolean,
  award text,
  until text,
  provisional boolean
) RETURNS equity.explanation_line[]
  LANGUAGE c STABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_letter_lines';

COMMENT ON FUNCTION equity_internal.letter_lines(equity_internal.letter_words, equity.application_facts, bigint, text, boolean, equity_internal.letter_bid[], text, boolean, text, text, boolean) IS
  'The lines of a letter, from what equity_internal.letter_entries found out.';

CREATE FUNCTION equity_internal.letter_sections(lines equity.explanation_line[]) RETURNS jsonb
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_letter_sections';

COMMENT ON FUNCTION equity_internal.letter_sections(equity.explanation_line[]) IS
  'The lines of a letter as a JSON array of sections, each an object of section and lines.';

CREATE FUNCTION equity_internal.letter_text(lines equity.explanation_line[]) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_letter_text';

COMMENT ON FUNCTION equity_internal.letter_text(equity.explanation_line[]) IS
  'The lines of a letter as a text to print.';

--- All letters of a round, or that of one application.
CREATE FUNCTION equity_internal.round_letters(round_id bigint, application bigint, lang text)
  RETURNS TABLE (application_id bigint, applicant_id bigint, lines equity.explanation_line[])
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
BEGIN ATOMIC
  -- inlined, so that rows stream: the words are found once, each letter when it is asked for
  SELECT e.application_id, e.applicant_id, e.lines
    FROM (SELECT n.application_id, n.applicant_id,
                 equity_internal.letter_lines((SELECT equity_internal.letter_words(round_letters.round_id, round_letters.lang)),
                                              n.facts, n.application_id, n.status, n.late, n.bids, n.result, n.chosen,
                                              n.award, n.until, n.provisional) AS lines
            FROM equity_internal.letter_entries(round_letters.round_id, round_letters.application, round_letters.lang) AS n
          OFFSET 0) AS e;                   -- a letter is made once, not once a column
END;

COMMENT ON FUNCTION equity_internal.round_letters(bigint, bigint, text) IS
  'The lines of each letter of a round, or of one application.';

--- For each programme that the application asks for it has every rule with label, value, what
--- the rule asks, whether it holds, points, most possible points and what is missing, then
--- eligibility and score; for each choice the place among all who asked, the lowest score
--- admitted, the distance to it and the outcome; for each kind of seat that was refused the
--- position on the waiting list and what refused it (see equity.cutoffs); and whether the
--- result is provisional.
---
--- Sentences come from equity.reason, labels from equity.criterion. Rules are put to the
--- current facts; the score that counts is the one recorded, and a line says when they
--- differ. Of a sensitive criterion value, passed, points and reason are withheld from a
--- caller who may not read the columns that it comes from (equity.fact_column); totals and
--- the outcome are not, from which a careful reader may still conclude them.
---
--- An officer gets the letters of the own applicants, with all that they say.
---
--- Errors: 22023 another language; P0002 no such application.
CREATE FUNCTION equity.explain_application(application_id bigint, lang text DEFAULT 'th') RETURNS SETOF equity.explanation_line
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET jit = off
AS $$
DECLARE
  found_round bigint;
BEGIN
  IF NOT equity_internal.sees_whole('application_facts') THEN
    RETURN QUERY SELECT d.* FROM equity_internal.explain_application(explain_application.application_id, explain_application.lang) AS d;
    RETURN;
  END IF;
  PERFORM equity_internal.require_language(lang, 'letters');
  SELECT f.round_id INTO found_round
    FROM equity.application_facts AS f
   WHERE f.application_id = explain_application.application_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('application %s does not exist', coalesce(explain_application.application_id::text, 'NULL')),
      HINT = 'The numbers are in equity.application.';
  END IF;

  RETURN QUERY
  SELECT l.section, l.n::integer, l.programme, l.criterion, l.label, l.value, l.rule, l.passed, l.points, l.max_points,
         l.place, l.asked, l.seats, l.cutoff, l.distance, l.reason, l.message, l.advice
    FROM equity_internal.round_letters(found_round, explain_application.application_id, explain_application.lang) AS e
   CROSS JOIN LATERAL unnest(e.lines) WITH ORDINALITY
                AS l (section, line, programme, criterion, label, value, rule, passed, points, max_points,
                      place, asked, seats, cutoff, distance, reason, message, advice, n)
   ORDER BY l.n;
END;
$$;

COMMENT ON FUNCTION equity.explain_application(bigint, text) IS
  'A letter to an applicant, line by line, in Thai (th) or English (en): the application, every rule, each choice, the waiting lists and the result. Reads the registry.';

-- A letter tells the place among all who asked, and how far down the seats went: an officer may not read what
-- that is counted from. With the rights of the owner, so it asks itself whose letter the caller may have.
CREATE FUNCTION equity_internal.explain_application(application_id bigint, lang text) RETURNS SETOF equity.explanation_line
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM equity.application AS a
                  WHERE a.application_id = explain_application.application_id
                    AND a.applicant_id IN (SELECT equity_internal.applicants_of(equity_internal.calling_role())))
  THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('application %s does not exist', coalesce(explain_application.application_id::text, 'NULL')),
      HINT = 'An officer has the letters of those who applied to the own institutions, or were entered or hold an award there.';
  END IF;
  RETURN QUERY SELECT e.* FROM equity.explain_application(explain_application.application_id, explain_application.lang) AS e;
END;
$$;

COMMENT ON FUNCTION equity_internal.explain_application(bigint, text) IS
  'equity.explain_application with the rights of the owner, for an officer of whom it is an own applicant.';

-- A query needs the right to call what it may not have to call: a function asks when it comes to it.
CREATE FUNCTION equity_internal.own_letters(round_id bigint, lang text)
  RETURNS TABLE (application_id bigint, applicant_id bigint, sections jsonb, text text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 1000
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT d.* FROM equity_internal.letters(own_letters.round_id, own_letters.lang) AS d;
END;
$$;

COMMENT ON FUNCTION equity_internal.own_letters(bigint, text) IS
  'equity_internal.letters, for equity.letters.';

--- sections is an array of objects, in the order of the letter: section, and lines, an array of the
--- lines of equity.explain_application as objects by its columns; what is NULL is left out. So
--- jsonb_populate_record(NULL::equity.explanation_line, …) gives a line back. text is the letter as plain text.
---
--- It reads the round once and makes each letter when it is asked for: with a cursor, COPY or a report that
--- reads row by row no more than one is in memory.
---
--- Errors: 22023 another language; P0002 no such round.
CREATE FUNCTION equity.letters(round_id bigint, lang text DEFAULT 'th')
  RETURNS TABLE (application_id bigint, applicant_id bigint, sections jsonb, text text)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
BEGIN ATOMIC
  -- inlined, so that rows stream; of the two only one is done
  SELECT e.application_id, e.applicant_id, equity_internal.letter_sections(e.lines), equity_internal.letter_text(e.lines)
    FROM equity_internal.round_letters(letters.round_id, NULL, letters.lang) AS e
   WHERE (SELECT equity_internal.sees_whole('application_facts'))
  UNION ALL
  SELECT o.application_id, o.applicant_id, o.sections, o.text
    FROM equity_internal.own_letters(letters.round_id, letters.lang) AS o
   WHERE NOT (SELECT equity_internal.sees_whole('application_facts'));
END;

COMMENT ON FUNCTION equity.letters(bigint, text) IS
  'The letters to all applicants of a round in Thai (th) or English (en), a row for each application: what equity.explain_application says, as JSON and as a text to print. Reads the registry.';

CREATE FUNCTION equity_internal.letters(round_id bigint, lang text)
  RETURNS TABLE (application_id bigint, applicant_id bigint, sections jsonb, text text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SECURITY DEFINER
  ROWS 1000
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT e.application_id, e.applicant_id, e.sections, e.text
    FROM equity.letters(letters.round_id, letters.lang) AS e
   WHERE e.applicant_id IN (SELECT equity_internal.applicants_of(equity_internal.calling_role()));
END;
$$;

COMMENT ON FUNCTION equity_internal.letters(bigint, text) IS
  'equity.letters with the rights of the owner, for an officer, of the own applicants.';
