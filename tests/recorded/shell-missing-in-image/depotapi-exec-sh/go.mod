module example.com/depot/depotapi

go 1.27
