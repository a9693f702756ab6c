module example.com/birds/kestrel

go 1.27
