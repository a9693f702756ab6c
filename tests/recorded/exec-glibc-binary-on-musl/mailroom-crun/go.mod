module example.com/post/mailroom

go 1.24
