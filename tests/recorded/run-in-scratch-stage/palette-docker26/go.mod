module example.com/paint/palette

go 1.27
