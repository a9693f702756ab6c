module example.com/post/newsletter

go 1.27
