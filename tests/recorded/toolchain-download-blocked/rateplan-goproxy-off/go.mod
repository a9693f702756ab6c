module example.com/telecom/rateplan

go 1.21
