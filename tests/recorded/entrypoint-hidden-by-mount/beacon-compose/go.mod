module example.com/ops/beacon

go 1.26
