module example.com/plants/herbarium

go 1.27
