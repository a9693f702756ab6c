module clockd

go 1.27
