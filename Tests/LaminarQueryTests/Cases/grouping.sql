CREATE TABLE t (k TEXT, n INT, v DOUBLE, at TIMESTAMP);
INSERT INTO t VALUES
    ('a', 1, 1.5, '2024-01-01T00:00:30Z'), ('a', 2, NULL, '2024-01-01T00:01:30Z'), ('b', 3, 2.5, '2024-01-01T00:00:10Z'),
    (NULL, 4, 3.5, NULL), ('b', NULL, -1, '2024-01-01T00:00:20Z');
CREATE TABLE nothing (n INT);

--- aggregates over all rows
SELECT count(*), count(n) AS c, sum(n) AS s, min(n) AS a, max(n) AS z FROM t
->
count BIGINT | c BIGINT | s BIGINT | a INT | z INT
5 | 4 | 10 | 1 | 4

--- one group where there are no rows
SELECT count(*), sum(n) AS s, max(n) AS m FROM nothing
->
count BIGINT | s BIGINT | m INT
0 | NULL | NULL

--- no group where there are keys and no rows
SELECT n, count(*) FROM nothing GROUP BY n
->
n INT | count BIGINT

--- NULL is a group
SELECT k, count(*) FROM t GROUP BY k ORDER BY k
->
k TEXT | count BIGINT
a | 2
b | 2
NULL | 1

--- a key may be an expression
SELECT DATE_TRUNC('minute', at) AS minute, COUNT(*) AS n FROM t WHERE at IS NOT NULL GROUP BY DATE_TRUNC('minute', at) ORDER BY minute DESC
->
minute TIMESTAMP | n BIGINT
2024-01-01T00:01:00.000000Z | 1
2024-01-01T00:00:00.000000Z | 3

--- a key is recognised inside of an expression, qualified or not
SELECT upper(t.k) AS u, n % 2 + 1 AS p, count(*) FROM t GROUP BY k, t.n % 2 HAVING count(*) > 0 AND k IS NOT NULL ORDER BY k, 2
->
u TEXT | p INT | count BIGINT
A | 1 | 1
A | 2 | 1
B | 2 | 1
B | NULL | 1

--- a column that is neither a key nor in an aggregate
SELECT k, n FROM t GROUP BY k
->
error 1:11 this column is neither a key of GROUP BY nor inside of an aggregate

--- the same without GROUP BY
SELECT k, count(*) FROM t
->
error 1:8 this column is neither a key of GROUP BY nor inside of an aggregate

--- the same in HAVING
SELECT k FROM t GROUP BY k HAVING n > 1
->
error 1:35 this column is neither a key of GROUP BY nor inside of an aggregate

--- the same in ORDER BY
SELECT k FROM t GROUP BY k ORDER BY n
->
error 1:37 this column is neither a key of GROUP BY nor inside of an aggregate

--- the same in a subquery
SELECT k, (SELECT max(x.n) FROM t x WHERE x.n < t.n) FROM t GROUP BY k
->
error 1:49 this column is neither a key of GROUP BY nor inside of an aggregate, and a subquery uses it

--- a subquery may use a key
SELECT k, (SELECT max(x.n) FROM t x WHERE x.k = t.k) AS m FROM t GROUP BY k ORDER BY k
->
k TEXT | m INT
a | 2
b | 3
NULL | NULL

--- no aggregate in WHERE
SELECT k FROM t WHERE count(*) > 1 GROUP BY k
->
error 1:23 an aggregate can't stand in WHERE, which is before grouping
expected HAVING

--- no aggregate in GROUP BY
SELECT count(*) FROM t GROUP BY sum(n)
->
error 1:33 an aggregate can't stand in GROUP BY

--- no aggregate as a key by number
SELECT count(*) FROM t GROUP BY 1
->
error 1:8 an aggregate can't be a key of GROUP BY

--- no aggregate in an aggregate
SELECT sum(count(*)) FROM t GROUP BY k
->
error 1:12 count can't stand inside of another aggregate

--- an aggregate in a join's condition
SELECT 1 FROM t a JOIN t b ON sum(a.n) = 1
->
error 1:31 an aggregate can't stand in a join's condition

--- HAVING without GROUP BY
SELECT sum(n) AS s FROM t HAVING count(*) > 3
->
s BIGINT
10

--- HAVING without GROUP BY and without an aggregate in the list
SELECT 1 AS one FROM t HAVING true
->
one INT
1

--- HAVING that refuses the only group
SELECT 'x' AS x FROM t HAVING max(n) > 100
->
x TEXT

--- DISTINCT within an aggregate, with FILTER
SELECT count(DISTINCT k) AS a, count(DISTINCT n % 2) FILTER (WHERE n > 1) AS b, sum(DISTINCT n % 2) AS c FROM t
->
a BIGINT | b BIGINT | c BIGINT
2 | 2 | 1

--- FILTER
SELECT count(*) FILTER (WHERE k = 'a') AS a, sum(v) FILTER (WHERE v > 0) AS b FROM t
->
a BIGINT | b DOUBLE
2 | 7.5

--- a constant as a key
SELECT count(*) FROM t GROUP BY 'x'
->
count BIGINT
5

--- a number as a key means an item
SELECT k AS key, count(*) FROM t WHERE k IS NOT NULL GROUP BY 1 ORDER BY 1
->
key TEXT | count BIGINT
a | 2
b | 2

--- DISTINCT rows
SELECT DISTINCT k FROM t ORDER BY k DESC
->
k TEXT
NULL
b
a

--- DISTINCT orders by its items only
SELECT DISTINCT k FROM t ORDER BY n
->
error 1:35 with SELECT DISTINCT, ORDER BY takes items of the SELECT list

--- DISTINCT may order by an expression that is an item
SELECT DISTINCT n % 2 FROM t ORDER BY n % 2
->
?column? INT
0
1
NULL

--- ORDER BY within an aggregate
SELECT string_agg(k, ',' ORDER BY n DESC) AS a, string_agg(DISTINCT k, ',' ORDER BY k DESC) AS b FROM t
->
a TEXT | b TEXT
b,b,a,a | b,a

--- ORDER BY an aggregate
SELECT k FROM t GROUP BY k ORDER BY count(*) DESC, max(n) DESC
->
k TEXT
b
a
NULL

--- an aggregate over nothing but the outer query's columns
SELECT (SELECT sum(t.n)) FROM t
->
error 1:16 sum over columns of the query around it isn't known here

--- the documents' average of intervals in seconds
SELECT k, AVG(EXTRACT(EPOCH FROM (NOW() - at))) > 0 AS late FROM t WHERE at > NOW() - INTERVAL '1 year' GROUP BY k ORDER BY k
->
k TEXT | late BOOLEAN
a | true
b | true
