module example.com/birds/osprey

go 1.27
