module example.com/books/shelf

go 1.21
