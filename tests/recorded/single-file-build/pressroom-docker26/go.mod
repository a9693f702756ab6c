module example.com/news/pressroom

go 1.27
