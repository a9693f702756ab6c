module example.com/desk/ticketd

go 1.27
