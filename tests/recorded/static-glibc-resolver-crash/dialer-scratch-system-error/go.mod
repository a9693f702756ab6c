module example.com/net/dialer

go 1.19
