module example.com/farm/harvest

go 1.21
