module example.com/books/ledgerbook

go 1.24
