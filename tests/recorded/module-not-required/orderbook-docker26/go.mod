module example.com/market/orderbook

go 1.27
