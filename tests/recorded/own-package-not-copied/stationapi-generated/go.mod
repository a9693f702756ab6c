module example.com/rail/stationapi

go 1.21
