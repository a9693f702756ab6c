CREATE TABLE stations (id integer);
