module example.com/maps/gridcalc

go 1.24
