module example.com/birds/falcon

go 1.24
