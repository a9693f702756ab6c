module example.com/art/gallery

go 1.27
