module example.com/maps/parcelmap

go 1.24
