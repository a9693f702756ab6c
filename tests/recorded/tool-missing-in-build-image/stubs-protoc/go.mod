module example.com/rpc/stubs

go 1.24
