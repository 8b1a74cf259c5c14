-- What 1.1 changes of what 1.0 froze.

-- Awards have fewer indexes. Their foreign keys are checked once a statement, as are those of what else a
-- refill writes; those of assessments by equity.check_integrity.
DROP INDEX equity.award_by_applicant;
DROP INDEX equity.award_by_programme;
DROP INDEX equity.award_one_in_a_round;
CREATE UNIQUE INDEX award_one_in_a_round ON equity.award (applicant_id, round_id);

-- The text behind digests is compressed more quickly.
DO $$
BEGIN
  ALTER TABLE equity.digest_source ALTER COLUMN content SET COMPRESSION lz4;
EXCEPTION
  WHEN feature_not_supported THEN NULL;
END;
$$;

-- What letters are made of, for all of a round at once.
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

-- RE-CREATE
SELECT equity_internal.check_keys_at_once('equity.assessment');
SELECT equity_internal.check_keys_at_once('equity.award');
SELECT equity_internal.check_keys_at_once('equity.award_event');
SELECT equity_internal.check_keys_at_once('equity.placement');
SELECT equity_internal.check_keys_at_once('equity.refill_move');
SELECT equity_internal.check_keys_at_once('equity.run_standing');
DROP FUNCTION equity_internal.require_refillable(equity.allocation_run);
DROP FUNCTION equity_internal.run_inputs(bigint);
DROP FUNCTION equity_internal.application_sources(bigint);
DROP FUNCTION equity_internal.input_size(text);
DROP FUNCTION equity_internal.input_query(bigint, bigint, boolean, bigint[]);
DROP FUNCTION equity_internal.placement_violations(bigint);
DROP FUNCTION equity_internal.date_words(text, text);
DROP FUNCTION equity_internal.grouped_digits(text);
DROP FUNCTION equity_internal.explain_rules(equity.application_facts, equity.scorecard, integer, text);
DROP FUNCTION equity_internal.explain_programme(equity.application_facts, text, text);
DROP FUNCTION equity_internal.max_score(equity.scorecard, equity.application_facts);
DROP FUNCTION equity_internal.came_late(equity.application_facts);
DROP FUNCTION equity_internal.explain_result(equity.application_facts, text);
DROP FUNCTION equity_internal.explain_award(equity.application_facts, text);
DROP FUNCTION equity_internal.explain_choices(equity.application_facts, bigint, equity_internal.choice_outcome[], text);
DROP FUNCTION equity_internal.explain_waitlists(equity_internal.choice_outcome[], text);
DROP FUNCTION equity_internal.explain_seats(bigint, bigint, text);
DROP FUNCTION equity_internal.applicant_seat_bids(bigint, bigint);
DROP TYPE equity_internal.choice_outcome;
DROP FUNCTION equity_internal.assessment_violations(bigint, text);
DROP FUNCTION equity_internal.score_programme(bigint, text);
DROP FUNCTION equity_internal.drop_stale_assessments(bigint);
