module example.com/scales/weighbridge

go 1.24
