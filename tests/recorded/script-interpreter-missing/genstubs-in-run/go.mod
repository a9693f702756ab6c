module example.com/tools/genstubs

go 1.25
