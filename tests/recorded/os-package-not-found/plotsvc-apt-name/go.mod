module example.com/img/plotsvc

go 1.27
