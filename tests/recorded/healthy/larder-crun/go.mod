module example.com/home/larder

go 1.27
