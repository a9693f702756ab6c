module example.com/press/pagemill

go 1.27
