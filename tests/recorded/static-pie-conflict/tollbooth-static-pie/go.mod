module example.com/roads/tollbooth

go 1.24
