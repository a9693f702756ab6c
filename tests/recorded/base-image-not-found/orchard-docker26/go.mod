module example.com/fruit/orchard

go 1.27
