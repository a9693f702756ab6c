module example.com/maps/tiles

go 1.27
