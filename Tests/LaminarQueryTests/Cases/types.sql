CREATE TABLE t (s SMALLINT, i INT, b BIGINT, r REAL, d DOUBLE, m DECIMAL(10, 2), x TEXT, f BOOLEAN, day DATE, at TIMESTAMP, j JSON, u UUID, tags TEXT[]);
INSERT INTO t VALUES (1, 2, 3, 1.5, 2.5, 10.25, 'abc', true, '2024-02-29', '2024-02-29T12:00:00Z', '{"a": {"b": [1, 2]}}', '00000000-0000-0000-0000-000000000001', ARRAY['x', 'y']);

--- arithmetic of integers has the wider type
SELECT s + s AS a, s + i AS b, i + b AS c, i * 2 AS d FROM t
->
a SMALLINT | b INT | c BIGINT | d INT
2 | 3 | 5 | 4

--- integers beside decimals, reals and doubles
SELECT i + m AS a, i + r AS b, r + r AS c, m + d AS d, r + d AS e FROM t
->
a DECIMAL(38, 2) | b DOUBLE | c REAL | d DOUBLE | e DOUBLE
12.25 | 3.5 | 3.0 | 12.75 | 4.0

--- a division of integers is cut
SELECT 7 / 2 AS a, -7 / 2 AS b, 7 % -2 AS c
->
a INT | b INT | c INT
3 | -3 | 1

--- a division by zero is an error
SELECT 1 / (i - 2) FROM t
->
error division by zero

--- an overflow is an error
SELECT 2147483647 + i FROM t
->
error integer out of range

--- a BIGINT has more room
SELECT 2147483648 + i AS n FROM t
->
n BIGINT
2147483650

--- a string takes the type of the other side
SELECT b > '2' AS a, at > '2024-01-01' AS b, day = '2024-02-29' AS c, u = '00000000000000000000000000000001' AS d, f = 'yes' AS e FROM t
->
a BOOLEAN | b BOOLEAN | c BOOLEAN | d BOOLEAN | e BOOLEAN
true | true | true | true | true

--- a string that isn't of that type
SELECT * FROM t WHERE at > 'yesterday'
->
error 1:28 the string isn't a TIMESTAMP
expected '2024-02-29 13:45:00'

--- a date beside a timestamp is its midnight
SELECT at > day AS a, at < day AS b, at BETWEEN day AND day AS c FROM t
->
a BOOLEAN | b BOOLEAN | c BOOLEAN
true | false | false

--- a text beside a number means nothing
SELECT * FROM t WHERE x = 5
->
error 1:23 TEXT = INT means nothing
expected a CAST of one side: ::INT

--- an integer beside a boolean means nothing
SELECT i = true FROM t
->
error 1:8 INT = BOOLEAN means nothing

--- JSON has no equality
SELECT * FROM t WHERE j = '{}'
->
error 1:23 JSON values can't be compared

--- JSON's members by arrows
SELECT j -> 'a' -> 'b' AS a, j -> 'a' -> 'b' ->> 1 AS b, j ->> 'none' AS c FROM t
->
a JSON | b TEXT | c TEXT
[1, 2] | 2 | NULL

--- an element of an array, from 1
SELECT tags[1] AS a, tags[2] AS b, tags[3] AS c FROM t
->
a TEXT | b TEXT | c TEXT
x | y | NULL

--- ANY over an array
SELECT 'y' = ANY (tags) AS a, 'z' = ANY (tags) AS b, 'z' <> ALL (tags) AS c FROM t
->
a BOOLEAN | b BOOLEAN | c BOOLEAN
true | false | true

--- CASE has a type for all its branches
SELECT CASE WHEN f THEN i ELSE m END AS a, CASE x WHEN 'abc' THEN s WHEN 'd' THEN d END AS b FROM t
->
a DECIMAL(12, 2) | b DOUBLE
2.00 | 1.0

--- CASE without such a type
SELECT CASE WHEN f THEN i ELSE x END FROM t
->
error 1:32 the branches of CASE have no common type: INT and TEXT

--- COALESCE takes the first value that isn't NULL
SELECT coalesce(NULL, NULL, i, 5) AS a, coalesce(NULL, 'x') AS b FROM t
->
a INT | b TEXT
2 | x

--- NULLIF
SELECT nullif(i, 2) AS a, nullif(i, 3) AS b, nullif(x, 'abc') AS c FROM t
->
a INT | b INT | c TEXT
NULL | 2 | NULL

--- a UNION has a type for each column
SELECT i FROM t UNION ALL SELECT m FROM t UNION ALL SELECT NULL ORDER BY 1
->
i DECIMAL(12, 2)
2.00
10.25
NULL

--- a UNION without such a type
SELECT i FROM t UNION SELECT x FROM t
->
error 1:30 column 1 of the queries of UNION have no common type: INT and TEXT

--- queries of a UNION have as many columns
SELECT i, s FROM t UNION SELECT i FROM t
->
error 1:33 the queries of UNION have 2 and 1 columns

--- IN unifies its list
SELECT i IN (1, 2.0, 3) AS a, i IN (1, NULL) AS b, i NOT IN (1, NULL) AS c, x IN ('abc') AS d FROM t
->
a BOOLEAN | b BOOLEAN | c BOOLEAN | d BOOLEAN
true | NULL | NULL | true

--- a condition is BOOLEAN
SELECT * FROM t WHERE i
->
error 1:23 what follows WHERE is INT, not BOOLEAN

--- a string can be a condition
SELECT i FROM t WHERE 'true'
->
i INT
2

--- a CAST that isn't known
SELECT f::timestamp FROM t
->
error 1:8 a BOOLEAN can't become a TIMESTAMP

--- numbers beyond a BIGINT are DECIMAL
SELECT 9223372036854775808 AS a, 1.50 AS b, 1e3 AS c
->
a DECIMAL(19, 0) | b DECIMAL(3, 2) | c DECIMAL(4, 0)
9223372036854775808 | 1.50 | 1000

--- NULL has the type that is needed
SELECT NULL AS a, NULL + 1 AS b, NULL = NULL AS c, NULL IS NULL AS d
->
a TEXT | b INT | c BOOLEAN | d BOOLEAN
NULL | NULL | NULL | true

--- typed literals
SELECT DATE '2024-02-29' AS a, TIMESTAMP '2024-02-29 01:02:03.5' AS b, INTERVAL '1 day 2 hours' AS c, TIME '10:00' AS d
->
a DATE | b TIMESTAMP | c INTERVAL | d TIME
2024-02-29 | 2024-02-29T01:02:03.500000Z | 1 day 02:00:00 | 10:00:00.000000

--- a typed literal that isn't one
SELECT DATE '2024-02-30'
->
error 1:8 the string isn't a DATE
expected '2024-02-29'

--- parameters have the type of their value or of the other side
? 2 2.5 abc 2024-01-01
SELECT i = $1 AS a, d = $2 AS b, x = $3 AS c, at > $4 AS d FROM t
->
a BOOLEAN | b BOOLEAN | c BOOLEAN | d BOOLEAN
true | true | true | true

--- a parameter without a value
SELECT i = $1 FROM t
->
error 1:12 there is no value for parameter 1: 0 were given

--- rows are compared value by value
SELECT (i, x) = (2, 'abc') AS a, (i, x) < (2, 'abd') AS b, (i, x) <> (2, 'abc') AS c, (1, NULL) = (2, 3) AS d FROM t
->
a BOOLEAN | b BOOLEAN | c BOOLEAN | d BOOLEAN
true | true | false | false

--- rows of different lengths
SELECT (i, x) = (2, 'a', 3) FROM t
->
error 1:18 rows of 2 and of 3 values can't be compared

--- unnest is refused with the way out
SELECT * FROM unnest(ARRAY[1, 2])
->
error 1:15 unnest isn't known here

--- an unknown function is suggested
SELECT lowr(x) FROM t
->
error 1:8 there is no function lowr
did you mean lower?

--- arguments that a function doesn't take
SELECT date_trunc(i, at) FROM t
->
error 1:8 date_trunc(INT, TIMESTAMP) means nothing
