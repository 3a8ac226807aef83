CREATE TABLE orders (id BIGINT NOT NULL, customer TEXT, amount DECIMAL(10, 2), placed TIMESTAMP, offset BIGINT);
INSERT INTO orders VALUES
    (1, 'ann', 10.00, '2024-01-01T10:00:00Z', 5),
    (2, 'bob', 20.50, '2024-01-02T11:30:00Z', 6),
    (3, NULL, NULL, NULL, 7);
CREATE TABLE people (name TEXT, age INT, "Shoe Size" REAL);
INSERT INTO people VALUES ('ann', 30, 38.5), ('bob', 40, NULL), ('cid', NULL, 44);
CREATE TABLE nested (id INT, place STRUCT<city TEXT, at STRUCT<x INT, y INT>>);
INSERT INTO nested VALUES (1, ('Rome', (3, 4))), (2, NULL);

--- names fold to lower case unless they are quoted
SELECT ID, "id", Orders.Customer FROM ORDERS WHERE iD = 1
->
id BIGINT | id_2 BIGINT | customer TEXT
1 | 1 | ann

--- a quoted name keeps its case and its blanks
SELECT "Shoe Size" AS "Size" FROM people WHERE name = 'ann'
->
Size REAL
38.5

--- an alias of a table hides its name
SELECT o.id FROM orders o WHERE o.offset = 7
->
id BIGINT
3

--- the table's own name is gone then
SELECT orders.id FROM orders o
->
error 1:8 there is no table orders in FROM
expected one of o

--- a table that isn't there is suggested
SELECT * FROM order
->
error 1:15 order is a reserved word

--- a misspelt table is suggested
SELECT * FROM odrers
->
error 1:15 there is no table odrers
did you mean orders?

--- a misspelt column is suggested
SELECT id, custmer FROM orders
->
error 1:12 there is no column custmer
did you mean customer?

--- a misspelt column of an alias is suggested
SELECT o.amuont FROM orders AS o
->
error 1:10 o has no column amuont
did you mean amount?

--- a column of two tables is ambiguous
SELECT name FROM people a, people b
->
error 1:8 name is ambiguous: several columns have this name
expected the table before it: table.name

--- two tables of one name need aliases
SELECT 1 FROM people, people
->
error 1:23 FROM has two tables named people
expected an alias for one of them

--- a star spreads all columns, a qualified one those of its table
SELECT p.*, o.id FROM orders o JOIN people p ON p.name = o.customer WHERE o.id = 2
->
name TEXT | age INT | Shoe Size REAL | id BIGINT
bob | 40 | NULL | 2

--- the star of a table that isn't in FROM
SELECT x.* FROM orders
->
error 1:8 there is no table x in FROM
expected one of orders

--- a table is no value
SELECT orders FROM orders
->
error 1:8 orders is a table, not a column
expected a column, or orders.*

--- columns of a subquery are renamed by its alias
SELECT b, a FROM (SELECT id, customer FROM orders WHERE id = 1) AS t (a, b)
->
b TEXT | a BIGINT
ann | 1

--- more new names than columns
SELECT 1 FROM people AS p (a, b, c, d)
->
error 1:37 p has 3 columns and 4 names for them

--- fields of a STRUCT by dots
SELECT place.city, place.at.x, (place).at.y, nested.place.at.y AS z FROM nested WHERE id = 1
->
city TEXT | x INT | y INT | z INT
Rome | 3 | 4 | 4

--- a field of NULL is NULL
SELECT place.at.x FROM nested WHERE id = 2
->
x INT
NULL

--- a misspelt field is suggested
SELECT place.ctiy FROM nested
->
error 1:14 the STRUCT has no field ctiy
did you mean city?

--- a field of a number
SELECT id.x FROM nested
->
error 1:11 INT has no field x

--- ORDER BY takes an alias before a column
SELECT id AS customer FROM orders ORDER BY customer DESC
->
customer BIGINT
3
2
1

--- ORDER BY takes a number
SELECT customer, id FROM orders ORDER BY 2 DESC LIMIT 1
->
customer TEXT | id BIGINT
NULL | 3

--- ORDER BY a number that is no column
SELECT id FROM orders ORDER BY 2
->
error 1:32 there is no column 2 in the result
expected a number from 1 to 1

--- ORDER BY an expression that isn't selected
SELECT id FROM orders ORDER BY -id
->
id BIGINT
3
2
1

--- GROUP BY takes a column before an alias
SELECT count(*) AS n, customer AS offset FROM orders GROUP BY customer ORDER BY 2
->
n BIGINT | offset TEXT
1 | ann
1 | bob
1 | NULL

--- GROUP BY takes an alias where there is no such column
SELECT id % 2 AS odd, count(*) FROM orders GROUP BY odd ORDER BY odd
->
odd BIGINT | count BIGINT
0 | 1
1 | 2

--- WHERE doesn't know aliases
SELECT id * 2 AS twice FROM orders WHERE twice > 2
->
error 1:42 twice is an alias of the SELECT list, which WHERE doesn't know

--- USING gives its columns once
SELECT * FROM (SELECT 1 AS k, 'l' AS a) x JOIN (SELECT 1 AS k, 'r' AS b) y USING (k)
->
k INT | a TEXT | b TEXT
1 | l | r

--- NATURAL joins by all columns of one name
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) x (k, v) NATURAL JOIN (VALUES (1, 'c'), (3, 'd')) y (k, w)
->
k INT | v TEXT | w TEXT
1 | a | c

--- the merged column of a FULL JOIN is that of either side
SELECT k, v, w FROM (VALUES (1, 'a'), (2, 'b')) x (k, v) FULL JOIN (VALUES (1, 'c'), (3, 'd')) y (k, w) USING (k) ORDER BY k
->
k INT | v TEXT | w TEXT
1 | a | c
2 | b | NULL
3 | NULL | d

--- USING a column that one side lacks
SELECT 1 FROM orders JOIN people USING (customer)
->
error 1:41 the right side of the join has no column customer

--- a correlated subquery sees the columns around it
SELECT name FROM people p WHERE EXISTS (SELECT 1 FROM orders WHERE customer = p.name) ORDER BY name
->
name TEXT
ann
bob

--- a subquery in FROM doesn't see its neighbours
SELECT 1 FROM orders o, (SELECT o.id) x
->
error 1:33 there is no table o in FROM

--- names of results without aliases are PostgreSQL's
SELECT 1, 'a', -id, id + 1, count(*), now()::date, NULL::int, CASE WHEN true THEN 1 END FROM orders GROUP BY id LIMIT 0
->
?column? INT | ?column?_2 TEXT | ?column?_3 BIGINT | ?column?_4 BIGINT | count BIGINT | now DATE | int4 INT | case INT

--- a double-quoted string is a name
SELECT "hello"
->
error 1:8 there is no column hello
expected a string in single quotes

--- a star needs a FROM
SELECT *
->
error 1:1 SELECT * needs a FROM
