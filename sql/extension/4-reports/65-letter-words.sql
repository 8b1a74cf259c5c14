-- What the letters of a round have in common, found once for all of them.

CREATE TYPE equity_internal.letter_criterion AS (
  criterion text,
  label text,
  rule text,
  "values" text[],
  is_amount boolean,
  is_than boolean,
  than_is_amount boolean,
  hidden boolean
);

COMMENT ON TYPE equity_internal.letter_criterion IS
  'How letters tell of a criterion, see equity_internal.criterion_words.';
COMMENT ON COLUMN equity_internal.letter_criterion.criterion IS 'Code of the criterion.';
COMMENT ON COLUMN equity_internal.letter_criterion.label IS 'What it is called.';
COMMENT ON COLUMN equity_internal.letter_criterion.rule IS 'What it asks or gives.';
COMMENT ON COLUMN equity_internal.letter_criterion."values" IS 'Of an enum the values that have words, each followed by them.';
COMMENT ON COLUMN equity_internal.letter_criterion.is_amount IS 'Whether its values are amounts (equity_internal.is_amount).';
COMMENT ON COLUMN equity_internal.letter_criterion.is_than IS 'Whether it compares its field with another one.';
COMMENT ON COLUMN equity_internal.letter_criterion.than_is_amount IS 'Whether the values of the other field are amounts.';
COMMENT ON COLUMN equity_internal.letter_criterion.hidden IS 'Whether it is withheld from the caller (equity_internal.hidden_criteria).';

CREATE TYPE equity_internal.letter_card AS (
  programme text,
  card equity.scorecard,
  withheld boolean,
  criteria equity_internal.letter_criterion[]
);

COMMENT ON TYPE equity_internal.letter_card IS
  'The rules of a programme as letters tell of them.';
COMMENT ON COLUMN equity_internal.letter_card.programme IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity_internal.letter_card.card IS 'Its scorecard; NULL while the rules are not fixed.';
COMMENT ON COLUMN equity_internal.letter_card.withheld IS 'Whether a criterion is withheld from the caller.';
COMMENT ON COLUMN equity_internal.letter_card.criteria IS 'Its criteria, in any order.';

CREATE TYPE equity_internal.letter_words AS (
  lang text,
  separator text,
  sentences text[],
  cards equity_internal.letter_card[]
);

COMMENT ON TYPE equity_internal.letter_words IS
  'What the letters of a round have in common: sentences and rules, in one language.';
COMMENT ON COLUMN equity_internal.letter_words.lang IS 'Language: th or en.';
COMMENT ON COLUMN equity_internal.letter_words.separator IS 'What stands between two sentences of a line.';
COMMENT ON COLUMN equity_internal.letter_words.sentences IS 'Those of equity.reason, each as code, sentence and advice.';
COMMENT ON COLUMN equity_internal.letter_words.cards IS 'The rules, one element for each programme of the round.';

CREATE TYPE equity_internal.letter_bid AS (
  choice integer,
  programme text,
  pool text,
  seat text,
  is_open boolean,
  is_member boolean,
  waits boolean,
  admitted boolean,
  assessed boolean,
  eligible boolean,
  stored_score numeric,
  score numeric,
  place bigint,
  asked bigint,
  "position" bigint,
  waiting bigint,
  pool_seats integer,
  seats integer,
  cutoff numeric,
  distance numeric,
  missing numeric,
  draw bigint,
  ceiling text,
  held_seat text,
  outcome text,
  refusal text
);

COMMENT ON TYPE equity_internal.letter_bid IS
  'What one kind of seat of a choice answered an applicant, see equity_internal.letter_entries; its open seats stand for the choice.';
COMMENT ON COLUMN equity_internal.letter_bid.choice IS 'Choice (อันดับ) of the applicant.';
COMMENT ON COLUMN equity_internal.letter_bid.programme IS 'Programme of the pool (รหัสโครงการ).';
COMMENT ON COLUMN equity_internal.letter_bid.pool IS 'The pool in words.';
COMMENT ON COLUMN equity_internal.letter_bid.seat IS 'The kind of seat in words.';
COMMENT ON COLUMN equity_internal.letter_bid.is_open IS 'Whether these are the open seats.';
COMMENT ON COLUMN equity_internal.letter_bid.is_member IS 'Whether the applicant is of the group that they are for.';
COMMENT ON COLUMN equity_internal.letter_bid.waits IS 'Whether the applicant was refused there and holds nothing that is wanted more.';
COMMENT ON COLUMN equity_internal.letter_bid.admitted IS 'Whether the choice was given; NULL while there is no run.';
COMMENT ON COLUMN equity_internal.letter_bid.assessed IS 'Whether an assessment for the programme is recorded,';
COMMENT ON COLUMN equity_internal.letter_bid.eligible IS 'and whether eligible by it,';
COMMENT ON COLUMN equity_internal.letter_bid.stored_score IS 'with which score.';
COMMENT ON COLUMN equity_internal.letter_bid.score IS 'Score that counted (คะแนน); NULL of whoever did not compete.';
COMMENT ON COLUMN equity_internal.letter_bid.place IS 'Place among all who competed, 1 first; NULL when it must not be shown.';
COMMENT ON COLUMN equity_internal.letter_bid.asked IS 'How many competed.';
COMMENT ON COLUMN equity_internal.letter_bid."position" IS 'Position on the waiting list (ลำดับที่), 1 first; NULL for those who are not on it.';
COMMENT ON COLUMN equity_internal.letter_bid.waiting IS 'How many are on the waiting list.';
COMMENT ON COLUMN equity_internal.letter_bid.pool_seats IS 'Seats of the pool (จำนวนที่นั่งทุน).';
COMMENT ON COLUMN equity_internal.letter_bid.seats IS 'Seats of that kind.';
COMMENT ON COLUMN equity_internal.letter_bid.cutoff IS 'Lowest score of the holders (คะแนนต่ำสุดที่ได้รับ), NULL of fewer than five.';
COMMENT ON COLUMN equity_internal.letter_bid.distance IS 'Points missing to that score, or to the lowest under a ceiling that is reached, of five or more; 0 when it was reached.';
COMMENT ON COLUMN equity_internal.letter_bid.missing IS 'The same, below 0 when there are more points.';
COMMENT ON COLUMN equity_internal.letter_bid.draw IS 'Lottery number, when the sentence tells it.';
COMMENT ON COLUMN equity_internal.letter_bid.ceiling IS 'Name of the ceiling that is reached.';
COMMENT ON COLUMN equity_internal.letter_bid.held_seat IS 'Kind of the seat that the applicant holds, in words.';
COMMENT ON COLUMN equity_internal.letter_bid.outcome IS 'Of open seats: code of what came of the choice (equity.reason).';
COMMENT ON COLUMN equity_internal.letter_bid.refusal IS 'Code of what refused the applicant (equity.reason), NULL when nothing did.';

CREATE FUNCTION equity_internal.hidden_criteria(card equity.scorecard, version integer) RETURNS TABLE (criterion text)
  LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  RETURN QUERY
  WITH reading AS MATERIALIZED (
    SELECT f.criterion, f.field, split_part(f.field, '.', 1) AS fact
      FROM equity_internal.criterion_fields(card) AS f
  ), sensitive AS (
    -- a path and what lies above or below it are the same data
    SELECT DISTINCT r.criterion
      FROM reading AS r
      JOIN equity_internal.sensitive_field AS s
        ON starts_with(r.field || '.', s.field || '.') OR starts_with(s.field || '.', r.field || '.')
  )
  SELECT DISTINCT s.criterion
    FROM sensitive AS s
    JOIN reading AS r ON r.criterion = s.criterion
    JOIN equity.fact_column AS k ON k.fact = r.fact
   WHERE NOT has_column_privilege(format('equity.%I', k.base_table), k.base_column, 'SELECT');
END;
$$;

COMMENT ON FUNCTION equity_internal.hidden_criteria(equity.scorecard, integer) IS
  'The sensitive criteria of a version of a scorecard of which the caller may not read a column that they come from (see equity.fact_column). What one sensitive criterion reads is sensitive in every criterion that reads it.';

CREATE FUNCTION equity_internal.letter_criteria(card equity.scorecard, version integer, lang text) RETURNS equity_internal.letter_criterion[]
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT array_agg((w.criterion, w.label, w.rule,
                    ARRAY(SELECT p.part
                            FROM jsonb_each_text(w."values") AS v
                           CROSS JOIN LATERAL unnest(ARRAY[v.key, v.value]) WITH ORDINALITY AS p (part, n)
                           ORDER BY v.key, p.n),
                    equity_internal.is_amount(f.field), w.than IS NOT NULL, equity_internal.is_amount(w.than),
                    w.criterion IN (SELECT h.criterion FROM equity_internal.hidden_criteria(card, letter_criteria.version) AS h)
                   )::equity_internal.letter_criterion)
    FROM equity_internal.criterion_words(card, letter_criteria.version, lang) AS w
    JOIN (SELECT r.criterion, max(CASE r.kind WHEN 'derive' THEN r.criterion ELSE r.field END) AS field
            FROM equity.scorecard_rows(card) AS r
           GROUP BY r.criterion) AS f ON f.criterion = w.criterion;
END;

COMMENT ON FUNCTION equity_internal.letter_criteria(equity.scorecard, integer, text) IS
  'The criteria of a version of a scorecard as letters in the given language tell of them.';

CREATE FUNCTION equity_internal.letter_words(round_id bigint, lang text) RETURNS equity_internal.letter_words
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  words equity_internal.letter_words;
BEGIN
  PERFORM equity_internal.require_language(lang, 'letters');
  words.lang := lang;
  words.separator := equity_internal.sentence_separator();
  words.sentences := ARRAY(
    SELECT p.part
      FROM equity.reason AS r
     CROSS JOIN LATERAL unnest(CASE letter_words.lang WHEN 'en' THEN ARRAY[r.reason_code, r.text_en, r.advice_en]
                                                      ELSE ARRAY[r.reason_code, r.text_th, r.advice_th] END)
                        WITH ORDINALITY AS p (part, n)
     ORDER BY r.reason_code, p.n);
  words.cards := ARRAY(
    SELECT (c.programme_code, c.card, EXISTS (SELECT FROM unnest(c.criteria) AS k WHERE k.hidden), c.criteria)::equity_internal.letter_card
      FROM (SELECT p.programme_code, v.card,
                   CASE WHEN v.card IS NOT NULL THEN equity_internal.letter_criteria(v.card, v.version, letter_words.lang) END AS criteria
              FROM equity.round_programme AS p
              JOIN equity.scorecard_version AS v
                ON v.card_code = p.card_code
               AND v.version = p.card_version
             WHERE p.round_id = letter_words.round_id
            OFFSET 0) AS c);
  RETURN words;
END;
$$;

COMMENT ON FUNCTION equity_internal.letter_words(bigint, text) IS
  'What the letters of a round in one language have in common. Error 22023 for another language.';
