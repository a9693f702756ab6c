module example.com/post/postcards

go 1.24
