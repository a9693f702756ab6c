module example.com/hr/shiftplan

go 1.27
