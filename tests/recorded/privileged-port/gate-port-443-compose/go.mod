module example.com/net/gate

go 1.27
