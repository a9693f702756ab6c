module example.com/market/quotes

go 1.21
