-- Sealing: from then on a version of a scorecard is what it is, as a card and as rows.
--
-- Whoever edits the rows of a draft also touches its version, so that sealing and editing meet at one
-- row: the later one waits and sees what the earlier did, or is told to run again (40001) when its
-- snapshot is too old for that.

CREATE FUNCTION equity_internal.keep_sealed_criterion() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  words text[] := ARRAY['label_th', 'label_en', 'value_th', 'value_en', 'sensitive'];
  sealed equity.scorecard_version;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - words = to_jsonb(NEW) - words THEN
    RETURN NEW;
  END IF;
  SELECT v.* INTO sealed
    FROM equity.scorecard_version AS v
   WHERE v.sealed_at IS NOT NULL
     AND ((v.card_code, v.version) = (OLD.card_code, OLD.version)
          OR TG_OP = 'UPDATE' AND (v.card_code, v.version) = (NEW.card_code, NEW.version))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'scorecard "%" version % is sealed', sealed.card_code, sealed.version
      USING ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('Its row at position %s is criterion "%s".', OLD.position, OLD.criterion),
            HINT = 'Make a new version of the card with equity.copy_scorecard(); of a sealed one only labels, words of values and sensitive may change.';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_sealed_criterion() IS
  'Trigger of equity.criterion: rows of a sealed version are not changed, except for label_th, label_en, value_th, value_en and sensitive, and not deleted, or 55000 is raised.';

CREATE TRIGGER criterion_sealed
  BEFORE UPDATE OR DELETE ON equity.criterion
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_sealed_criterion();

CREATE TRIGGER criterion_truncate
  BEFORE TRUNCATE ON equity.criterion
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.refuse_scorecard_truncate();

-- A restored dump brings the sealed version before its rows, in one statement or in many. So rows may
-- come to a sealed version until they are as many as its card has, and then must say what it says.
CREATE FUNCTION equity_internal.check_sealed_rows() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  sealed equity.scorecard_version;
  present bigint;
  proper bigint;
BEGIN
  UPDATE equity.scorecard_version AS v
     SET name_th = v.name_th
    FROM (SELECT DISTINCT e.card_code, e.version FROM edited AS e) AS d
   WHERE v.card_code = d.card_code
     AND v.version = d.version
     AND v.sealed_at IS NULL;

  FOR sealed IN
    SELECT v.*
      FROM equity.scorecard_version AS v
     WHERE v.sealed_at IS NOT NULL
       AND (v.card_code, v.version) IN (SELECT e.card_code, e.version FROM edited AS e)
  LOOP
    SELECT count(*) INTO present
      FROM equity.criterion AS c
     WHERE c.card_code = sealed.card_code AND c.version = sealed.version;
    SELECT count(*) INTO proper FROM equity.scorecard_rows(sealed.card);
    IF present > proper
       OR present < proper AND TG_OP <> 'INSERT'
       OR present = proper AND equity.digest(equity.card_from_rows(sealed.card_code, sealed.version)) <> sealed.digest
    THEN
      RAISE EXCEPTION 'scorecard "%" version % is sealed', sealed.card_code, sealed.version
        USING ERRCODE = 'object_not_in_prerequisite_state',
              DETAIL = 'With this change its rows would not be those of its card.',
              HINT = 'Make a new version of the card with equity.copy_scorecard().';
    END IF;
  END LOOP;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_sealed_rows() IS
  'Trigger of equity.criterion: no row is added to a sealed version that has its rows, and those that a restored dump brings must be the rows of its card, or 55000 is raised.';

CREATE TRIGGER criterion_inserted
  AFTER INSERT ON equity.criterion
  REFERENCING NEW TABLE AS edited
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_sealed_rows();

CREATE TRIGGER criterion_updated
  AFTER UPDATE ON equity.criterion
  REFERENCING NEW TABLE AS edited
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_sealed_rows();

CREATE TRIGGER criterion_moved
  AFTER UPDATE ON equity.criterion
  REFERENCING OLD TABLE AS edited
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_sealed_rows();

CREATE TRIGGER criterion_deleted
  AFTER DELETE ON equity.criterion
  REFERENCING OLD TABLE AS edited
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_sealed_rows();

CREATE FUNCTION equity_internal.require_same_card(draft equity.scorecard_version, card equity.scorecard, source text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  head record := equity.scorecard_header(card);
BEGIN
  IF draft.card_code = head.card_code
     AND coalesce(draft.scale, head.scale) = head.scale
     AND coalesce(draft.rounding, head.rounding) = head.rounding
     AND (draft.as_of IS NULL OR draft.as_of IS NOT DISTINCT FROM head.as_of)
     AND coalesce(draft.digest, equity.digest(card)) = equity.digest(card)
  THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'invalid_parameter_value',
    MESSAGE = format('scorecard "%s" version %s contradicts itself', draft.card_code, draft.version),
    DETAIL = CASE
               WHEN draft.card_code <> head.card_code THEN format('Its card calls itself "%s".', head.card_code)
               WHEN draft.digest <> equity.digest(card) THEN 'Its card and its rows in equity.criterion differ.'
               ELSE format('Its card has scale %s, rounding %s, as_of %s; the version says otherwise.',
                           head.scale, head.rounding, coalesce(to_char(head.as_of, 'YYYY-MM-DD'), 'none'))
             END,
    HINT = format('It is sealed by its %s: correct the other, or set it to NULL.', source);
END;
$$;

COMMENT ON FUNCTION equity_internal.require_same_card(equity.scorecard_version, equity.scorecard, text) IS
  'Raises 22023 unless a draft''s code, scale, rounding, as_of and card are those of the card to seal, or NULL.';

CREATE FUNCTION equity_internal.lint_for(card equity.scorecard, relation regclass)
  RETURNS TABLE (severity text, criterion text, message text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT l.severity, l.criterion, l.message
    FROM equity.lint(card) AS l
   WHERE relation IS NULL
  UNION ALL
  SELECT l.severity, l.criterion, l.message
    FROM equity.lint(card, relation) AS l;        -- no rows without a relation
END;

COMMENT ON FUNCTION equity_internal.lint_for(equity.scorecard, regclass) IS
  'The findings of equity.lint, for the rows of a table or view unless relation is NULL.';

CREATE FUNCTION equity_internal.require_clean_card(draft equity.scorecard_version, card equity.scorecard, relation regclass) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  finding record;
  found_errors text;
BEGIN
  SELECT string_agg(coalesce(format('criterion "%s": ', l.criterion), '') || l.message, E'\n') INTO found_errors
    FROM equity_internal.lint_for(card, relation) AS l
   WHERE l.severity = 'error';
  IF found_errors IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('scorecard "%s" version %s cannot be put to %s', draft.card_code, draft.version, relation),
      DETAIL = found_errors,
      HINT = 'Correct the card; or name the table that it reads as third argument, NULL for none yet.';
  END IF;
  FOR finding IN
    SELECT coalesce(format('criterion "%s": ', l.criterion), '') || l.message AS message
      FROM equity_internal.lint_for(card, relation) AS l
     WHERE l.severity = 'warning'
  LOOP
    RAISE NOTICE 'scorecard "%" version %: %', draft.card_code, draft.version, finding.message;
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_clean_card(equity.scorecard_version, equity.scorecard, regclass) IS
  'Raises 22023 with all findings of severity error in DETAIL, and a NOTICE for each warning.';

--- The third argument is the table or view that the card will read, equity.application_facts
--- unless given; NULL checks the card alone. Warnings of equity.lint are NOTICEs. A second
--- call changes nothing.
---
--- Errors: P0002 no such version; 55000 neither rows nor card; 22023 what card_from_rows
--- refuses, a card and rows that differ, or findings of equity.lint of severity error, all in
--- DETAIL; 23P01 another sealed version of the code is valid on one of its days.
CREATE FUNCTION equity.seal_scorecard(
  code text,
  version integer,
  relation regclass DEFAULT 'equity.application_facts'
) RETURNS text
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  draft equity.scorecard_version;
  has_rows boolean;
  sealed_card equity.scorecard;
  head record;
BEGIN
  -- all versions of the code, in order, so that seals of several wait for each other
  PERFORM FROM equity.scorecard_version AS v
    WHERE v.card_code = seal_scorecard.code
    ORDER BY v.version
      FOR NO KEY UPDATE;
  SELECT v.* INTO draft
    FROM equity.scorecard_version AS v
   WHERE v.card_code = seal_scorecard.code
     AND v.version = seal_scorecard.version;
  IF draft.sealed_at IS NOT NULL THEN
    RAISE NOTICE 'scorecard "%" version % is sealed already: nothing was changed', draft.card_code, draft.version;
    RETURN draft.digest;
  END IF;

  has_rows := EXISTS (SELECT FROM equity.criterion AS c
                       WHERE c.card_code = draft.card_code AND c.version = draft.version);
  IF draft.card IS NOT NULL AND NOT has_rows THEN
    sealed_card := draft.card;
  ELSE
    sealed_card := equity.card_from_rows(seal_scorecard.code, seal_scorecard.version);
  END IF;
  PERFORM equity_internal.require_same_card(draft, sealed_card, CASE WHEN has_rows THEN 'rows' ELSE 'card' END);
  PERFORM equity_internal.require_clean_card(draft, sealed_card, seal_scorecard.relation);

  IF NOT has_rows THEN
    INSERT INTO equity.criterion
    SELECT r.* FROM equity.scorecard_rows(sealed_card, draft.version) AS r;
  END IF;
  head := equity.scorecard_header(sealed_card);
  UPDATE equity.scorecard_version AS v
     SET card = sealed_card,
         scale = head.scale,
         rounding = head.rounding,
         as_of = head.as_of,
         sealed_at = now()
   WHERE v.card_code = draft.card_code
     AND v.version = draft.version;
  RETURN equity.digest(sealed_card);
END;
$$;

COMMENT ON FUNCTION equity.seal_scorecard(text, integer, regclass) IS
  'Seals a version of a scorecard and returns the digest to publish. The card is made of the rows of equity.criterion, or without rows is the one in equity.scorecard_version, whose rows are then added; afterwards both say the same, and neither changes any more. Reads the registry.';

--- Errors: P0002 no such earlier version; 23505 the new version exists.
CREATE FUNCTION equity.copy_scorecard(code text, from_version integer, to_version integer) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  source equity.scorecard_version;
  head record;
  copied bigint;
BEGIN
  SELECT v.* INTO source
    FROM equity.scorecard_version AS v
   WHERE v.card_code = copy_scorecard.code
     AND v.version = copy_scorecard.from_version;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('scorecard "%s" has no version %s', equity_internal.excerpt(code), coalesce(from_version::text, 'NULL')),
      HINT = 'The versions are in equity.scorecard_version.';
  END IF;

  head := equity.scorecard_header(source.card);
  INSERT INTO equity.scorecard_version (card_code, version, name_th, name_en, scale, rounding, as_of)
  VALUES (source.card_code, to_version, source.name_th, source.name_en,
          coalesce(source.scale, head.scale), coalesce(source.rounding, head.rounding), coalesce(source.as_of, head.as_of));

  INSERT INTO equity.criterion
  SELECT p.*
    FROM equity.criterion AS c
   CROSS JOIN LATERAL jsonb_populate_record(c, jsonb_build_object('version', to_version)) AS p
   WHERE c.card_code = source.card_code
     AND c.version = source.version;
  GET DIAGNOSTICS copied = ROW_COUNT;
  IF copied = 0 AND source.card IS NOT NULL THEN
    INSERT INTO equity.criterion
    SELECT p.*
      FROM equity.scorecard_rows(source.card, to_version) AS r
     CROSS JOIN LATERAL jsonb_populate_record(r, jsonb_build_object('card_code', source.card_code)) AS p;
    GET DIAGNOSTICS copied = ROW_COUNT;
  END IF;
  RETURN copied;
END;
$$;

COMMENT ON FUNCTION equity.copy_scorecard(text, integer, integer) IS
  'Starts a new version of a scorecard as a draft in rows: names, scale, rounding, as_of and the rows with their labels of an earlier version, sealed or not; not its validity. Returns the number of rows. Reads the registry.';

CREATE FUNCTION equity_internal.check_sealed_card() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM equity.criterion AS c WHERE c.card_code = NEW.card_code AND c.version = NEW.version)
     AND equity.digest(equity.card_from_rows(NEW.card_code, NEW.version)) <> equity.digest(NEW.card)
  THEN
    RAISE EXCEPTION 'scorecard "%" version % contradicts itself', NEW.card_code, NEW.version
      USING ERRCODE = 'invalid_parameter_value',
            DETAIL = 'Its card and its rows in equity.criterion differ.',
            HINT = 'Seal it with equity.seal_scorecard().';
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_sealed_card() IS
  'Trigger of equity.scorecard_version: a version that is sealed has the card that its rows make, or 22023 is raised.';

CREATE TRIGGER scorecard_version_card
  AFTER UPDATE OF sealed_at ON equity.scorecard_version
  FOR EACH ROW WHEN (OLD.sealed_at IS NULL AND NEW.sealed_at IS NOT NULL)
  EXECUTE FUNCTION equity_internal.check_sealed_card();
