-- Pruning over foreign servers: who asks gives a shard the arguments of equity.survivors, and reads what survives
-- there. Two views, because postgres_fdw reads and writes relations and calls no functions.
--
-- The arguments are a setting of the transaction: nobody else sees them, and nothing of them stays.

CREATE FUNCTION equity_internal.shard_arguments(
  OUT applications text,
  OUT pools text,
  OUT reserves text,
  OUT caps text,
  OUT tie_break text,
  OUT seed text,
  OUT cutoffs text
)
  LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given jsonb := nullif(current_setting('equity_internal.shard_market', true), '')::jsonb;
BEGIN
  IF given IS NULL THEN
    RAISE EXCEPTION 'this transaction was not told of a market'
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Insert the arguments of equity.survivors into equity.shard_market first.';
  END IF;
  SELECT a.* INTO applications, pools, reserves, caps, tie_break, seed, cutoffs
    FROM jsonb_to_record(given) AS a (applications text, pools text, reserves text, caps text, tie_break text, seed text,
                                      cutoffs text);
END;
$$;

COMMENT ON FUNCTION equity_internal.shard_arguments() IS
  'The row of equity.shard_market: 55000 without one.';

CREATE VIEW equity.shard_market WITH (security_invoker = true) AS
  SELECT a.applications, a.pools, a.reserves, a.caps, a.tie_break, a.seed, a.cutoffs
    FROM equity_internal.shard_arguments() AS a;

COMMENT ON VIEW equity.shard_market IS
  'The arguments with which equity.shard_survivor calls equity.survivors: one row, inserted by who reads it in the same transaction (equity.prune_shards does), gone with it and seen by nobody else.';
COMMENT ON COLUMN equity.shard_market.applications IS
  'The applications query, over the rows of this shard; it runs with the rights and the search_path of who reads.';
COMMENT ON COLUMN equity.shard_market.pools IS 'The pools query.';
COMMENT ON COLUMN equity.shard_market.reserves IS 'The reserves query, or NULL.';
COMMENT ON COLUMN equity.shard_market.caps IS 'The caps query, or NULL.';
COMMENT ON COLUMN equity.shard_market.tie_break IS 'How ties are broken.';
COMMENT ON COLUMN equity.shard_market.seed IS 'The seed of the lottery, or NULL.';
COMMENT ON COLUMN equity.shard_market.cutoffs IS 'The cutoffs query, or NULL.';

CREATE FUNCTION equity_internal.take_shard_arguments() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM set_config('equity_internal.shard_market', to_jsonb(NEW)::text, true);
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.take_shard_arguments() IS
  'Trigger of equity.shard_market: keeps the arguments until the transaction ends; the last row counts.';

CREATE TRIGGER shard_market_is_kept
  INSTEAD OF INSERT ON equity.shard_market
  FOR EACH ROW EXECUTE FUNCTION equity_internal.take_shard_arguments();

CREATE VIEW equity.shard_survivor WITH (security_invoker = true) AS
  SELECT s.applicant_id, s.pool_id, s.choice, s.score, s.tie, s.groups, s.holds, s._seat
    FROM equity.shard_market AS m
   CROSS JOIN LATERAL equity.survivors(m.applications, m.pools, m.reserves, m.caps, m.tie_break, m.seed, m.cutoffs) AS s;

COMMENT ON VIEW equity.shard_survivor IS
  'What equity.survivors gives on this shard for the arguments in equity.shard_market: for foreign tables. 55000 when the transaction has inserted none.';
COMMENT ON COLUMN equity.shard_survivor.applicant_id IS 'Applicant.';
COMMENT ON COLUMN equity.shard_survivor.pool_id IS 'Pool asked for.';
COMMENT ON COLUMN equity.shard_survivor.choice IS 'Place in the applicant''s list.';
COMMENT ON COLUMN equity.shard_survivor.score IS 'Score.';
COMMENT ON COLUMN equity.shard_survivor.tie IS 'What breaks ties before the lottery, or NULL.';
COMMENT ON COLUMN equity.shard_survivor.groups IS 'Groups of the applicant that a reserve names.';
COMMENT ON COLUMN equity.shard_survivor.holds IS 'Seat from before, or NULL.';
COMMENT ON COLUMN equity.shard_survivor._seat IS 'Seat that the shard alone would give, or NULL.';

-- ---- who asks ----

-- A query is sent as the rows that it has: a shard lacks what it reads.
CREATE FUNCTION equity_internal.rows_as_query(given jsonb, columns text[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT format('SELECT %s FROM jsonb_to_recordset(%L) AS q (%s)',
                string_agg(quote_ident(split_part(c.definition, ' ', 1)), ', ' ORDER BY c.place),
                coalesce(rows_as_query.given, '[]'),
                string_agg(format('%I %s', split_part(c.definition, ' ', 1), split_part(c.definition, ' ', 2)), ', ' ORDER BY c.place))
    FROM unnest(columns) WITH ORDINALITY AS c (definition, place)
   WHERE rows_as_query.given IS NULL
      OR rows_as_query.given -> 0 ? split_part(c.definition, ' ', 1);
END;

COMMENT ON FUNCTION equity_internal.rows_as_query(jsonb, text[]) IS
  'A query of one''s own that gives these rows: those of the columns ("name type") that they have, all when there are no rows (NULL).';

CREATE FUNCTION equity_internal.check_servers(servers text[]) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  unknown text;
BEGIN
  IF cardinality(servers) IS NULL OR cardinality(servers) = 0 OR array_position(servers, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'no servers are given'
      USING ERRCODE = 'null_value_not_allowed',
            HINT = 'Name the foreign servers of postgres_fdw that are the shards.';
  END IF;
  SELECT n.name INTO unknown
    FROM unnest(servers) AS n (name)
   WHERE NOT EXISTS (SELECT
                       FROM pg_foreign_server AS s
                       JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
                      WHERE s.srvname = n.name AND w.fdwname = 'postgres_fdw');
  IF FOUND THEN
    RAISE EXCEPTION '"%" is no server of postgres_fdw', unknown
      USING ERRCODE = 'undefined_object',
            HINT = 'CREATE EXTENSION postgres_fdw, and CREATE SERVER … FOREIGN DATA WRAPPER postgres_fdw for each shard.';
  END IF;
  IF cardinality(servers) > (SELECT count(DISTINCT n.name) FROM unnest(servers) AS n (name)) THEN
    RAISE EXCEPTION 'a server is given twice'
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Each shard has other applicants: name each server once.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_servers(text[]) IS
  'Raises 22004, 42704 or 22023 unless these are servers of postgres_fdw, each once.';

CREATE FUNCTION equity_internal.open_shards(servers text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.check_servers(servers);
  FOR i IN 1 .. cardinality(servers) LOOP
    EXECUTE format($ddl$
      CREATE FOREIGN TABLE pg_temp.equity_market_%1$s
        (applications text, pools text, reserves text, caps text, tie_break text, seed text, cutoffs text)
        SERVER %2$I OPTIONS (schema_name 'equity', table_name 'shard_market');
      CREATE FOREIGN TABLE pg_temp.equity_survivor_%1$s
        (applicant_id bigint, pool_id bigint, choice integer, score numeric, tie numeric, groups text[], holds text, _seat text)
        SERVER %2$I OPTIONS (schema_name 'equity', table_name 'shard_survivor', async_capable 'true', fetch_size '10000')
      $ddl$, i, servers[i]);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.open_shards(text[]) IS
  'Makes temporary foreign tables over the views of each shard, numbered from 1.';

CREATE FUNCTION equity_internal.ask_shards(shards integer, market jsonb) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  FOR i IN 1 .. shards LOOP
    EXECUTE format($dml$
      INSERT INTO pg_temp.equity_market_%s
      SELECT m.* FROM jsonb_to_record($1) AS m (applications text, pools text, reserves text, caps text, tie_break text, seed text, cutoffs text)
      $dml$, i) USING market;
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.ask_shards(integer, jsonb) IS
  'Gives each shard the arguments of equity.survivors, by name.';

CREATE FUNCTION equity_internal.gather_survivors(shards integer, into_table text, condition text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rows bigint;
BEGIN
  EXECUTE format('CREATE TEMPORARY TABLE %I AS %s', into_table,
                 (SELECT string_agg(format('SELECT * FROM pg_temp.equity_survivor_%s WHERE %s', i, condition), ' UNION ALL ')
                    FROM generate_series(1, shards) AS i));
  GET DIAGNOSTICS rows = ROW_COUNT;
  RETURN rows;
END;
$$;

COMMENT ON FUNCTION equity_internal.gather_survivors(integer, text, text) IS
  'Makes a temporary table of what survives on all shards, those rows for which a condition holds; the shards work at the same time.';

CREATE FUNCTION equity_internal.close_shards(shards integer) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DROP TABLE pg_temp.equity_holder;
  FOR i IN 1 .. shards LOOP
    EXECUTE format('DROP FOREIGN TABLE pg_temp.equity_market_%1$s, pg_temp.equity_survivor_%1$s', i);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.close_shards(integer) IS
  'Drops what the pruning of shards needed.';

--- servers are foreign servers of postgres_fdw, each with equity and with other applicants. applications is
--- the query of equity.allocate as each shard runs it over its own rows: with names that say their schema, because
--- postgres_fdw has no search_path. The other queries run here; what they give is sent.
---
--- The temporary table survivors then has what equity.allocate over all shards needs; the column _seat, which it
--- passes over, is the seat that a shard alone would give. The parameters that come back count: holders, the rows
--- pulled for cutoffs; cutoffs, those sent to each shard; survivors_pulled, the rows of the table.
---
--- One transaction on each shard, which sees one state of its rows; it ends with COMMIT, so that it cannot
--- be called within a transaction.
---
--- Errors: those of equity.survivors; 22004, 22023, 42704 for servers; 42P07 the table exists; 42P01 from
--- a shard without version 1.4.
CREATE PROCEDURE equity.prune_shards(
  servers text[],
  applications text,
  pools text,
  reserves text DEFAULT NULL,
  caps text DEFAULT NULL,
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL,
  survivors text DEFAULT 'survivor',
  INOUT holders bigint DEFAULT NULL,
  INOUT cutoffs bigint DEFAULT NULL,
  INOUT survivors_pulled bigint DEFAULT NULL
)
  LANGUAGE plpgsql
AS $$
DECLARE
  shards integer := pg_catalog.cardinality(servers);
  nobody text := 'SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 1 AS score WHERE false';
  market jsonb;
  rows jsonb;
BEGIN
  -- what is wrong with the seats is told before any shard works
  PERFORM FROM equity.survivors(nobody, pools, reserves, caps, tie_break, seed);
  market := pg_catalog.jsonb_build_object('applications', applications, 'tie_break', tie_break, 'seed', seed);
  EXECUTE pg_catalog.format(E'SELECT pg_catalog.jsonb_agg(q) FROM (%s\n) AS q', pools) INTO rows;
  market := pg_catalog.jsonb_set(market, '{pools}', pg_catalog.to_jsonb(equity_internal.rows_as_query(rows,
              '{pool_id bigint,seats bigint,min_seats bigint,cap_id bigint}')));
  IF reserves IS NOT NULL THEN
    EXECUTE pg_catalog.format(E'SELECT pg_catalog.jsonb_agg(q) FROM (%s\n) AS q', reserves) INTO rows;
    market := pg_catalog.jsonb_set(market, '{reserves}', pg_catalog.to_jsonb(equity_internal.rows_as_query(rows,
                '{pool_id bigint,reserve text,seats bigint,mode text,cascade text[],position bigint}')));
  END IF;
  IF caps IS NOT NULL THEN
    EXECUTE pg_catalog.format(E'SELECT pg_catalog.jsonb_agg(q) FROM (%s\n) AS q', caps) INTO rows;
    market := pg_catalog.jsonb_set(market, '{caps}', pg_catalog.to_jsonb(equity_internal.rows_as_query(rows,
                '{cap_id bigint,seats bigint,parent_id bigint,min_seats bigint}')));
  END IF;

  PERFORM equity_internal.open_shards(servers);
  PERFORM equity_internal.ask_shards(shards, market);
  holders := equity_internal.gather_survivors(shards, 'equity_holder', '_seat IS NOT NULL');

  SELECT pg_catalog.jsonb_agg(c), pg_catalog.count(*) INTO rows, cutoffs
    FROM equity.allocation_cutoffs(
           'TABLE pg_temp.equity_holder', pools, reserves, caps,
           pg_catalog.format('SELECT * FROM equity.allocate(%L, %L, %L, %L, tie_break => %L, seed => %L)',
                             'TABLE pg_temp.equity_holder', pools, reserves, caps, tie_break, seed),
           tie_break, seed) AS c;
  market := pg_catalog.jsonb_set(market, '{cutoffs}', pg_catalog.to_jsonb(equity_internal.rows_as_query(rows,
              '{pool_id bigint,seat text,cap_id bigint,kept boolean,tier bigint,score numeric,tie numeric,lottery bigint,applicant_id bigint}')));
  PERFORM equity_internal.ask_shards(shards, market);
  survivors_pulled := equity_internal.gather_survivors(shards, survivors, 'true');
  PERFORM equity_internal.close_shards(shards);
  COMMIT;
END;
$$;

COMMENT ON PROCEDURE equity.prune_shards(text[], text, text, text, text, text, text, text, bigint, bigint, bigint) IS
  'Gathers from shards, over postgres_fdw, the applications that can still win: a temporary table over which equity.allocate gives what it would give over all of them.';
