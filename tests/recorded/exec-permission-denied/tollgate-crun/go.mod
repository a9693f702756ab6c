module example.com/roads/tollgate

go 1.27
