module example.com/energy/meterd

go 1.27
