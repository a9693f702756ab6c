module example.com/quota/quota

go 1.25
