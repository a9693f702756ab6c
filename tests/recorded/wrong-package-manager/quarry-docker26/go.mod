module example.com/stone/quarry

go 1.27
