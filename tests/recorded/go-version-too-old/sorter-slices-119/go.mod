module example.com/tools/sorter

go 1.19
