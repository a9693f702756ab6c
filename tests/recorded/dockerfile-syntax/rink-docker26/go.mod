module example.com/sport/rink

go 1.27
