module example.com/birds/heron

go 1.27
