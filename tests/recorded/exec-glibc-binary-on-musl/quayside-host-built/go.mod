module example.com/port/quayside

go 1.24
