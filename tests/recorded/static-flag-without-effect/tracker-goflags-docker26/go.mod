module example.com/freight/tracker

go 1.24
