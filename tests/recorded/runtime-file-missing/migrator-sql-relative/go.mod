module example.com/db/migrator

go 1.27
