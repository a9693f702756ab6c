module example.com/files/uploads

go 1.27
