module example.com/iot/valve

go 1.21
