CREATE TABLE a (n INT, x TEXT);
INSERT INTO a VALUES (1, 'one'), (2, 'two'), (2, 'two'), (NULL, NULL), (NULL, NULL);
CREATE TABLE b (n INT, x TEXT);
INSERT INTO b VALUES (2, 'two'), (3, 'three'), (NULL, NULL);

--- UNION is once each, NULL too
SELECT n FROM a UNION SELECT n FROM b ORDER BY n
->
n INT
1
2
3
NULL

--- UNION ALL is all
SELECT n FROM a UNION ALL SELECT n FROM b ORDER BY 1 NULLS FIRST
->
n INT
NULL
NULL
NULL
1
2
2
2
3

--- INTERSECT
SELECT n, x FROM a INTERSECT SELECT n, x FROM b ORDER BY n
->
n INT | x TEXT
2 | two
NULL | NULL

--- EXCEPT
SELECT n FROM a EXCEPT SELECT n FROM b
->
n INT
1

--- EXCEPT ALL counts
SELECT n FROM a EXCEPT ALL SELECT n FROM b ORDER BY n
->
n INT
1
2
NULL

--- INTERSECT ALL counts
SELECT n FROM a INTERSECT ALL (SELECT n FROM a UNION ALL SELECT 2) ORDER BY n
->
n INT
1
2
2
NULL
NULL

--- INTERSECT binds closer than UNION
SELECT 1 AS n UNION SELECT 2 INTERSECT SELECT 3
->
n INT
1

--- a part in parentheses has its own LIMIT
(SELECT n FROM a ORDER BY n LIMIT 1) UNION ALL (SELECT n FROM b ORDER BY n DESC NULLS LAST LIMIT 1) ORDER BY n
->
n INT
1
3

--- ORDER BY an expression behind UNION
SELECT n FROM a UNION SELECT n FROM b ORDER BY -n
->
error 1:49 behind a set operation or VALUES, ORDER BY takes columns of the result

--- ORDER BY a misspelt name behind UNION
SELECT n AS number FROM a UNION SELECT n FROM b ORDER BY nunber
->
error 1:58 behind a set operation or VALUES, ORDER BY takes columns of the result
did you mean number?

--- VALUES by itself
VALUES (1, 'a'), (2.5, NULL) ORDER BY column1 DESC
->
column1 DECIMAL(11, 1) | column2 TEXT
2.5 | NULL
1.0 | a

--- VALUES in FROM
SELECT y, x + 1 AS z FROM (VALUES (1, 'a'), (2, 'b')) AS v (x, y) WHERE x > 1
->
y TEXT | z INT
b | 3

--- LIMIT and OFFSET
SELECT n FROM b ORDER BY n LIMIT 1 OFFSET 1
->
n INT
3

--- LIMIT NULL is no limit
SELECT n FROM b ORDER BY n LIMIT NULL OFFSET NULL
->
n INT
2
3
NULL

--- OFFSET without LIMIT
SELECT n FROM b ORDER BY n OFFSET 2
->
n INT
NULL

--- a LIMIT that is a parameter
? 2
SELECT n FROM b ORDER BY n LIMIT $1
->
n INT
2
3

--- a negative LIMIT
SELECT n FROM b LIMIT -1
->
error 1:24 LIMIT is negative

--- a LIMIT that is a text
SELECT n FROM b LIMIT 'x'
->
error 1:23 the string isn't a BIGINT

--- NULLS FIRST and LAST, and their defaults
SELECT n FROM b ORDER BY n DESC
->
n INT
NULL
3
2

--- NULLS LAST with DESC
SELECT n FROM b ORDER BY n DESC NULLS LAST
->
n INT
3
2
NULL

--- a common table, used twice
WITH c AS (SELECT n FROM b WHERE n IS NOT NULL) SELECT l.n, r.n AS m FROM c l JOIN c r ON l.n < r.n
->
n INT | m INT
2 | 3

--- a common table with new names, and one that uses another
WITH c (k) AS (SELECT n FROM b), d AS (SELECT k * 2 AS twice FROM c) SELECT * FROM d WHERE twice > 4
->
twice INT
6

--- a recursive one counts
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT n FROM c ORDER BY n
->
n INT
1
2
3
4
5

--- a recursive one ends with its LIMIT
WITH RECURSIVE c AS (SELECT 1::bigint AS n UNION ALL SELECT n * 2 FROM c) SELECT n FROM c LIMIT 4
->
n BIGINT
1
2
4
8

--- UNION ends where nothing is new
WITH RECURSIVE c AS (SELECT 1 AS n UNION SELECT (n + 1) % 3 FROM c) SELECT n FROM c ORDER BY n
->
n INT
0
1
2

--- a recursive one whose part is wider
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1.5 FROM c WHERE n < 5) SELECT n FROM c
->
error 1:52 column 1 of c is INT at first and DECIMAL(38, 1) in the recursive part

--- a recursive one that names itself in a subquery
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT 2 WHERE EXISTS (SELECT 1 FROM c)) SELECT n FROM c
->
error 1:82 c names itself in a subquery

--- a recursive one that aggregates
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT max(n) FROM c) SELECT n FROM c
->
error 1:16 the recursive part of c can't aggregate

--- a recursive one without a beginning
WITH RECURSIVE c (n) AS (SELECT n FROM c) SELECT n FROM c
->
error 1:40 c names itself where it can't

--- without RECURSIVE a name means the table outside
WITH a AS (SELECT n FROM a WHERE n = 1) SELECT * FROM a
->
n INT
1

--- a name twice in WITH
WITH c AS (SELECT 1), c AS (SELECT 2) SELECT * FROM c
->
error 1:23 WITH names c twice

--- generate_series
SELECT n FROM generate_series(3, 9, 3) AS n
->
n INT
3
6
9

--- generate_series downwards and empty
SELECT (SELECT count(*) FROM generate_series(1, 0)) AS a, (SELECT sum(g) FROM generate_series(3, 1, -1) AS g) AS b
->
a BIGINT | b BIGINT
0 | 6

--- generate_series of times
SELECT at FROM generate_series('2024-01-31'::timestamp, '2024-03-01', INTERVAL '1 month') AS at
->
at TIMESTAMP
2024-01-31T00:00:00.000000Z
2024-02-29T00:00:00.000000Z

--- a step of zero
SELECT 1 FROM generate_series(1, 2, 0)
->
error 1:15 the step of generate_series is zero
