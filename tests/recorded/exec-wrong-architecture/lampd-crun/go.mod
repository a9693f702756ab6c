module example.com/home/lampd

go 1.27
