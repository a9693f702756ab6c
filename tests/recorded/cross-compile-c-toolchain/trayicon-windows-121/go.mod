module example.com/desk/trayicon

go 1.21
