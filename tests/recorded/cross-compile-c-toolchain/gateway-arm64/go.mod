module example.com/iot/gateway

go 1.24
