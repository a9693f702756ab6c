module example.com/taxi/dispatch

go 1.27
