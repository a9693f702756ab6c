module example.com/weather/forecast

go 1.27
