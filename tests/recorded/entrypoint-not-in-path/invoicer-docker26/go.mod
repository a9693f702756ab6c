module example.com/books/invoicer

go 1.24
