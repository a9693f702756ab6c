module example.com/lab/plotter

go 1.24

require github.com/google/uuid v1.3.0
