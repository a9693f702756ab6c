module example.com/music/harp

go 1.27
