module example.com/maps/geoindex

go 1.24
