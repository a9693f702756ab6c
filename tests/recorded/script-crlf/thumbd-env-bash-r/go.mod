module example.com/img/thumbd

go 1.27
