CREATE TABLE t (g TEXT, n INT, at TIMESTAMP);
INSERT INTO t VALUES
    ('a', 1, '2024-01-01T00:00:00Z'), ('a', 2, '2024-01-01T01:00:00Z'), ('a', 2, '2024-01-01T03:00:00Z'),
    ('b', 5, '2024-01-02T00:00:00Z'), ('b', NULL, '2024-01-02T00:30:00Z');

--- numbers of rows
SELECT g, n, row_number() OVER (PARTITION BY g ORDER BY n, at) AS r FROM t ORDER BY g, r
->
g TEXT | n INT | r BIGINT
a | 1 | 1
a | 2 | 2
a | 2 | 3
b | 5 | 1
b | NULL | 2

--- ranks, with NULL above all
SELECT n, rank() OVER w AS a, dense_rank() OVER w AS b FROM t WINDOW w AS (ORDER BY n DESC) ORDER BY a, n
->
n INT | a BIGINT | b BIGINT
NULL | 1 | 1
5 | 2 | 2
2 | 3 | 3
2 | 3 | 3
1 | 5 | 4

--- running sums, and whole partitions
SELECT g, n, sum(n) OVER (PARTITION BY g ORDER BY at) AS s, count(*) OVER (PARTITION BY g) AS c FROM t ORDER BY at
->
g TEXT | n INT | s BIGINT | c BIGINT
a | 1 | 1 | 3
a | 2 | 3 | 3
a | 2 | 5 | 3
b | 5 | 5 | 2
b | NULL | 5 | 2

--- neighbours
SELECT n, lag(n) OVER (ORDER BY at) AS a, lead(n, 2, -1) OVER (ORDER BY at) AS b FROM t ORDER BY at
->
n INT | a INT | b INT
1 | NULL | 2
2 | 1 | 5
2 | 2 | NULL
5 | 2 | -1
NULL | 5 | -1

--- frames of rows and of time
SELECT n, sum(n) OVER (ORDER BY at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a, count(*) OVER (ORDER BY at RANGE BETWEEN INTERVAL '1 hour' PRECEDING AND CURRENT ROW) AS b FROM t ORDER BY at
->
n INT | a BIGINT | b BIGINT
1 | 1 | 1
2 | 3 | 2
2 | 4 | 1
5 | 7 | 1
NULL | 5 | 2

--- the first and the last of a frame
SELECT n, first_value(n) OVER w AS a, last_value(n) OVER w AS b, nth_value(n, 2) OVER w AS c FROM t WHERE g = 'a' WINDOW w AS (ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY at
->
n INT | a INT | b INT | c INT
1 | 1 | 2 | 2
2 | 1 | 2 | 2
2 | 1 | 2 | 2

--- a window over groups
SELECT g, count(*) AS c, sum(count(*)) OVER (ORDER BY g) AS s FROM t GROUP BY g ORDER BY g
->
g TEXT | c BIGINT | s DECIMAL(38, 0)
a | 3 | 3
b | 2 | 5

--- a window refines a named one
SELECT n, sum(n) OVER (w ORDER BY at) AS s FROM t WINDOW w AS (PARTITION BY g) ORDER BY at
->
n INT | s BIGINT
1 | 1
2 | 3
2 | 5
5 | 5
NULL | 5

--- a named window that isn't there
SELECT sum(n) OVER windo FROM t WINDOW windw AS (ORDER BY n)
->
error 1:20 there is no window windo
did you mean windw?

--- no function with OVER in WHERE
SELECT n FROM t WHERE row_number() OVER (ORDER BY n) = 1
->
error 1:23 a function with OVER can't stand in WHERE

--- no function with OVER in another
SELECT sum(rank() OVER (ORDER BY n)) OVER () FROM t
->
error 1:12 a function with OVER can't stand inside of another

--- row_number needs OVER
SELECT row_number() FROM t
->
error 1:8 row_number needs OVER

--- FILTER over a window
SELECT count(*) FILTER (WHERE n > 1) OVER () AS c FROM t LIMIT 1
->
c BIGINT
3

--- DISTINCT over a window
SELECT count(DISTINCT n) OVER () FROM t
->
error 1:8 DISTINCT isn't known with OVER

--- a frame that ends before it begins
SELECT sum(n) OVER (ORDER BY at ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM t
->
error 1:8 the frame ends before it begins

--- the newest of each group
SELECT g, n FROM (SELECT g, n, row_number() OVER (PARTITION BY g ORDER BY at DESC) AS r FROM t) x WHERE r = 1 ORDER BY g
->
g TEXT | n INT
a | 2
b | NULL
