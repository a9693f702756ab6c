module rentals

go 1.27
