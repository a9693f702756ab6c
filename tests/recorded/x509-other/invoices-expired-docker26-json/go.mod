module example.com/books/invoices

go 1.27
