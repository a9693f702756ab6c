module example.com/net/vpnctl

go 1.27
