CREATE TABLE t (n INT, g TEXT);
INSERT INTO t VALUES (1, 'a'), (2, 'a'), (3, 'b'), (NULL, 'b');
CREATE TABLE u (n INT);
INSERT INTO u VALUES (2), (3);
CREATE TABLE empty (n INT);

--- IN a query
SELECT n FROM t WHERE n IN (SELECT n FROM u) ORDER BY n
->
n INT
2
3

--- NOT IN a query with a NULL is never true
SELECT n FROM u WHERE n NOT IN (SELECT n FROM t)
->
n INT

--- NOT IN an empty query is always true
SELECT count(*) FROM t WHERE n NOT IN (SELECT n FROM empty)
->
count BIGINT
4

--- rows IN a query
SELECT n FROM t WHERE (n, g) IN (SELECT 2, 'a' UNION ALL SELECT 3, 'a')
->
n INT
2

--- IN compares as many columns
SELECT 1 FROM t WHERE n IN (SELECT n, g FROM t)
->
error 1:23 IN compares 1 value to a query of 2 columns

--- a subquery as a value
SELECT n, (SELECT max(n) FROM u) AS m FROM t WHERE n = 1
->
n INT | m INT
1 | 3

--- one without rows is NULL
SELECT (SELECT n FROM empty) AS x
->
x INT
NULL

--- one of several rows is an error
SELECT (SELECT n FROM u) AS x
->
error more than one row returned by a subquery used as an expression

--- one of several columns means nothing
SELECT (SELECT n, n FROM u)
->
error 1:19 a subquery that is a value has 2 columns

--- a correlated one
SELECT n, (SELECT count(*) FROM t x WHERE x.g = t.g AND x.n < t.n) AS before FROM t ORDER BY n
->
n INT | before BIGINT
1 | 0
2 | 1
3 | 0
NULL | 0

--- EXISTS and NOT EXISTS
SELECT EXISTS (SELECT 1 FROM u) AS a, NOT EXISTS (SELECT 1 FROM empty) AS b, EXISTS (SELECT 1 FROM u WHERE n > 5) AS c
->
a BOOLEAN | b BOOLEAN | c BOOLEAN
true | true | false

--- ANY and ALL of a query
SELECT 2 > ANY (SELECT n FROM u) AS a, 3 > ANY (SELECT n FROM u) AS b, 4 > ALL (SELECT n FROM u) AS c, 1 < ALL (SELECT n FROM t) AS d, 0 < ANY (SELECT n FROM t) AS e, 5 < ANY (SELECT n FROM t) AS f
->
a BOOLEAN | b BOOLEAN | c BOOLEAN | d BOOLEAN | e BOOLEAN | f BOOLEAN
false | true | true | false | true | NULL

--- ANY and ALL of nothing
SELECT 1 = ANY (SELECT n FROM empty) AS a, 1 <> ALL (SELECT n FROM empty) AS b, NULL > ALL (SELECT n FROM empty) AS c
->
a BOOLEAN | b BOOLEAN | c BOOLEAN
false | true | true

--- a subquery of another type
SELECT 2.0 IN (SELECT n FROM u) AS a, 2.5 IN (SELECT n FROM u) AS b
->
a BOOLEAN | b BOOLEAN
true | false

--- outer joins
SELECT t.n, u.n AS m FROM t LEFT JOIN u ON u.n = t.n WHERE t.g = 'a' ORDER BY t.n
->
n INT | m INT
1 | NULL
2 | 2

--- RIGHT and FULL joins
SELECT t.n, u.n AS m FROM t FULL JOIN u ON u.n = t.n + 1 ORDER BY 1, 2
->
n INT | m INT
1 | 2
2 | 3
3 | NULL
NULL | NULL

--- joins in parentheses
SELECT x.n, y.n AS a, z.n AS b FROM u x LEFT JOIN (u y JOIN u z ON y.n = z.n) ON y.n = x.n + 1 ORDER BY 1
->
n INT | a INT | b INT
2 | 3 | 3
3 | NULL | NULL

--- comparison with NULL
SELECT n IS NULL AS a, n = NULL AS b, n IS DISTINCT FROM NULL AS c, n IS NOT DISTINCT FROM 1 AS d FROM t WHERE n = 1 OR n IS NULL ORDER BY n
->
a BOOLEAN | b BOOLEAN | c BOOLEAN | d BOOLEAN
false | NULL | true | true
true | NULL | false | false

--- truth values
SELECT (n > 1) IS TRUE AS a, (n > 1) IS NOT FALSE AS b, (n > 1) IS UNKNOWN AS c FROM t ORDER BY n
->
a BOOLEAN | b BOOLEAN | c BOOLEAN
false | false | false
true | true | false
true | true | false
false | true | true

--- LIKE regards case, ILIKE doesn't
SELECT 'Abc' LIKE 'a%' AS a, 'Abc' ILIKE 'a%' AS b, 'a_c' LIKE 'a\_c' AS c, 'abc' LIKE 'a\_c' AS d, 'a%' LIKE 'a!%' ESCAPE '!' AS e, 'abc' NOT LIKE '_b_' AS f
->
a BOOLEAN | b BOOLEAN | c BOOLEAN | d BOOLEAN | e BOOLEAN | f BOOLEAN
false | true | true | false | true | false

--- LIKE over a number
SELECT n LIKE '1' FROM t
->
error 1:8 LIKE compares TEXT, not INT

--- || with NULL is NULL
SELECT 'a' || NULL || 'b' AS a, 'n' || 1 || true AS b, 'x' || 1.50 AS c
->
a TEXT | b TEXT | c TEXT
NULL | n1true | x1.50

--- BETWEEN, and SYMMETRIC
SELECT 2 BETWEEN 1 AND 3 AS a, 2 BETWEEN 3 AND 1 AS b, 2 BETWEEN SYMMETRIC 3 AND 1 AS c, 2 NOT BETWEEN 1 AND 3 AS d, NULL BETWEEN 1 AND 2 AS e
->
a BOOLEAN | b BOOLEAN | c BOOLEAN | d BOOLEAN | e BOOLEAN
true | false | true | false | NULL

--- GREATEST and LEAST ignore NULL
SELECT greatest(1, NULL, 3) AS a, least(2.5, 1, NULL) AS b, greatest(NULL, NULL) AS c
->
a INT | b DECIMAL(11, 1) | c TEXT
3 | 1.0 | NULL
