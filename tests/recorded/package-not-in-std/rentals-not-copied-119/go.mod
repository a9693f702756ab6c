module rentals

go 1.19
