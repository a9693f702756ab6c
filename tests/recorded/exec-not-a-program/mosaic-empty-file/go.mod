module example.com/img/mosaic

go 1.24
