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
  'Window function: the seats of this row when the seats are given to the rows of the partition in proportion to weight (0 and up; exact, up to 36 digits). method: hamilton (largest remainder), sainte_lague (Webster), dhondt (Jefferson), huntington_hill, adams or dean. Each row starts at minimum (NULL: 0); the next seat goes to the row below maximum (NULL: none) with the largest weight / d(seats), by hamilton with the largest seats * weight / sum of weights - seats; equal claims: the larger weight, then the earlier row in ORDER BY; a tie that decides between peers is an error. Frames have no meaning. A row of weight 0 keeps its minimum; with a NULL weight it takes no part and the result is NULL, as in a partition whose seats are NULL: so windows nest, from nation to region to province. Seats that maxima leave empty are counted in a WARNING. Errors: 22023 a negative weight, seats or minimum, NaN, a minimum above the maximum, minima above the seats, seats or method that vary in a partition, an unknown method, a tie between peers; 22003 weights of more than 36 digits together; 22004 a NULL method; 53400 more memory than equity.max_memory.';

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
  'Why each seat of an apportionment went where it did: a row for each seat in the order of award, by the rules of equity.apportion. weights is a query with row_key (text), weight, and optionally minimum, maximum and position (integers; the smaller position is the earlier row, NULL last; rows of equal position or without one are peers). seat counts from 1; the minima come first. held: seats that the row held before. divisor: d(held), NULL by hamilton. quotient: weight / divisor, by hamilton seats * weight / sum of weights - held; rounded to be read, while the decision is exact; NULL when infinite. rule, what put this seat before the next claim: minimum, quotient, larger_weight or earlier_row. tied: the claim before or behind, honoured or not, is equal. Errors: those of equity.apportion, 22004 NULL arguments or keys, 23505 a key twice, 42703 and 42804 a column missing or of a wrong type.';

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
  'Biproportional apportionment (Balinski and Demange 1989), as of provinces and programmes: seats in proportion to weights such that each row and each column has its total; a row for every row and column, by row_key and col_key in byte order. weights is a query with row_key, col_key (text) and weight (0 and up, exact, up to 36 digits together; a cell not given is 0 and gets no seat); row_seats has row_key and seats; col_seats has col_key and seats. Rounded as Sainte-Lague does: no alternating cycle of added and removed seats has a product above 1 of w / d(seats) of the added by w / d(seats - 1) of the removed, d(k) = 2k + 1; of matrices that are as good, the lexicographically largest. The queries run with the caller''s rights and search_path and may only read. Errors: 22023 totals that differ, totals that no matrix over the cells with a weight meets (the detail says which rows), negative weights or seats, NaN; 22003 weights of too many digits; 22004 NULL; 23505 a key or a cell twice; 23503 an unknown key; 42703 and 42804 a column missing or of a wrong type; 53400 more memory than equity.max_memory.';
