module example.com/bank/ledgerd

go 1.19
