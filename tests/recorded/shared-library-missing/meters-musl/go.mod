module example.com/energy/meters

go 1.24
