module example.com/cafe/menuboard

go 1.22.0
