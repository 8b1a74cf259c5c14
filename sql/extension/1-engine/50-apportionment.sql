-- Seats in proportion to weights: in a partition, step by step, and in a matrix with both totals fixed.

--- | method | the next seat goes to the row with the largest |
--- | --- | --- |
--- | `sainte_lague` (Webster; the default) | weight / (2 * seats + 1) |
--- | `dhondt` (Jefferson) | weight / (seats + 1) |
--- | `huntington_hill` | weight / sqrt(seats * (seats + 1)) |
--- | `adams` | weight / seats |
--- | `dean` | weight / the harmonic mean of seats and seats + 1 |
--- | `hamilton` (largest remainder) | seats of all * weight / sum of weights - seats |
--- | `hamilton_renewed` | the same among the rows that their bounds do not bind, as Swiss law has it: a row whose quota is below its minimum has that minimum, one above its maximum has the maximum, and the others share out anew what is left |
---
--- Each row starts at `minimum` (NULL: 0) and ends at `maximum` (NULL: none). Equal claims: the larger weight, then the earlier row in
--- ORDER BY; a tie that decides between peers is an error. Frames have no meaning. The comparison is exact, for up to 36 digits.
---
--- A row of weight 0 keeps its minimum. With a NULL weight it takes no part and the result is NULL, as in a partition whose seats are
--- NULL: so windows nest, from nation to region to province. A WARNING counts the seats that maxima leave empty.
---
--- Errors: 22023 a negative weight, seats or minimum, NaN, a minimum above the maximum, minima above the seats, seats or method that vary
--- in a partition, an unrecognized method, a tie between peers; 22003 weights of more than 36 digits together; 22004 a NULL method;
--- 53400 more memory than `equity.max_memory`.
CREATE FUNCTION equity.apportion(
  weight numeric,
  seats integer,
  method text DEFAULT 'sainte_lague',
  minimum integer DEFAULT 0,
  maximum integer DEFAULT NULL
) RETURNS integer
  LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
  AS 'MODULE_PATHNAME', 'equity_apportion';

COMMENT ON FUNCTION equity.apportion(numeric, integer, text, integer, integer) IS
  'Window function: the seats of this row when the seats are shared out to the rows of the partition in proportion to weight, exactly, by one of seven methods and within bounds.';

CREATE FUNCTION equity.apportion(
  weight bigint,
  seats integer,
  method text DEFAULT 'sainte_lague',
  minimum integer DEFAULT 0,
  maximum integer DEFAULT NULL
) RETURNS integer
  LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
  AS 'MODULE_PATHNAME', 'equity_apportion';

COMMENT ON FUNCTION equity.apportion(bigint, integer, text, integer, integer) IS
  'Window function: the seats of this row in proportion to a weight that is a whole number.';

--- The shortest decimal that reads back as the same number is the one that PostgreSQL prints, such as 0.1.
CREATE FUNCTION equity.apportion(
  weight double precision,
  seats integer,
  method text DEFAULT 'sainte_lague',
  minimum integer DEFAULT 0,
  maximum integer DEFAULT NULL
) RETURNS integer
  LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
  AS 'MODULE_PATHNAME', 'equity_apportion';

COMMENT ON FUNCTION equity.apportion(double precision, integer, text, integer, integer) IS
  'Window function: the seats of this row in proportion to a weight that counts as its shortest decimal.';

--- `weights` is a query with `row_key` (text), `weight`, and optionally `minimum`, `maximum` and `position` (integers; the smaller position is
--- the earlier row, NULL last; rows of equal position or without one are peers).
---
--- | column | meaning |
--- | --- | --- |
--- | `seat` | counts from 1; the minima come first |
--- | `held` | seats that the row held before |
--- | `divisor` | d(held); NULL by Hamilton's methods |
--- | `quotient` | weight / divisor, by Hamilton's methods quota - held; rounded to be read, while the decision is exact; NULL when infinite |
--- | `rule` | what put this seat before the next claim: `minimum`, `maximum` (a row that its maximum binds by `hamilton_renewed`), `quotient`, `larger_weight` or `earlier_row` |
--- | `tied` | the claim before or after, honoured or not, is equal |
---
--- Errors: those of `equity.apportion`; 22004 NULL arguments or keys; 23505 a duplicate key; 42703 and 42804 a column missing or of a
--- wrong type.
CREATE FUNCTION equity.apportion_steps(
  weights text,
  seats integer,
  method text DEFAULT 'sainte_lague',
  OUT seat integer,
  OUT row_key text,
  OUT held integer,
  OUT weight numeric,
  OUT divisor numeric,
  OUT quotient numeric,
  OUT rule text,
  OUT tied boolean
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 10000 ROWS 1000
  AS 'MODULE_PATHNAME', 'equity_apportion_steps';

COMMENT ON FUNCTION equity.apportion_steps(text, integer, text) IS
  'Why each seat of an apportionment went where it did: a row for each seat in the order of award, by the rules of equity.apportion.';

--- `weights` is a query with `row_key`, `col_key` (text) and `weight` (0 and up, exact, up to 36 digits together; a cell that is not given has
--- weight 0 and gets no seat); `row_seats` has `row_key` and `seats`; `col_seats` has `col_key` and `seats`. The queries run with the
--- caller's rights and search_path and may only read.
---
--- Cells are rounded as Sainte-Lague does (Balinski and Demange 1989): no alternating cycle of added and removed seats has a product above 1
--- of w / d(seats) of the added by w / d(seats - 1) of the removed, d(k) = 2k + 1. Of matrices that are as good it is the lexicographically
--- largest, keys in the order of bytes.
---
--- Errors: 22023 totals that differ, totals that no matrix over the cells with a weight meets (the detail says which rows), negative
--- weights or seats, NaN; 22003 weights of too many digits; 22004 NULL; 23505 a duplicate key or cell; 23503 a key without seats; 42703 and
--- 42804 a column missing or of a wrong type; 53400 more memory than `equity.max_memory`.
CREATE FUNCTION equity.apportion_matrix(
  weights text,
  row_seats text,
  col_seats text,
  OUT row_key text,
  OUT col_key text,
  OUT seats integer
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 1000
  AS 'MODULE_PATHNAME', 'equity_apportion_matrix';

COMMENT ON FUNCTION equity.apportion_matrix(text, text, text) IS
  'Biproportional apportionment, as of provinces and programmes: seats in proportion to weights such that each row and each column has its total. A row for every cell, by row_key and col_key in the order of bytes.';

--- Anyone checks a cell by one division: `round(weight / (row_divisor * col_divisor))` is `seats`. Where `tied` is true the quotient lies just
--- between two numbers, and other seats would be as good; the rule of ties decided. Divisors have 15 digits, and those of rows a geometric
--- mean of 1, so that a column's is the weight of about a seat; NULL for a row or column without any weight.
---
--- Arguments and errors are those of `equity.apportion_matrix`.
CREATE FUNCTION equity.apportion_divisors(
  weights text,
  row_seats text,
  col_seats text,
  OUT row_key text,
  OUT col_key text,
  OUT seats integer,
  OUT weight numeric,
  OUT row_divisor numeric,
  OUT col_divisor numeric,
  OUT quotient numeric,
  OUT tied boolean
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 1000
  AS 'MODULE_PATHNAME', 'equity_apportion_divisors';

COMMENT ON FUNCTION equity.apportion_divisors(text, text, text) IS
  'How to check a biproportional apportionment by hand: for every cell the divisors of its row and column, its weight over both, which rounds to its seats, and whether a tie decided.';
