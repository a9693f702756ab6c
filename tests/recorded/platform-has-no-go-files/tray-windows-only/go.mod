module example.com/desk/tray

go 1.27
