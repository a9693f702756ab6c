module example.com/cafe/menu

go 1.27
