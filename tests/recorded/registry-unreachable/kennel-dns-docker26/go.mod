module example.com/dogs/kennel

go 1.27
