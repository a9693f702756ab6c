module example.com/hotel/lodge

go 1.27
