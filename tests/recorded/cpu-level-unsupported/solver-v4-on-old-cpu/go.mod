module example.com/math/solver

go 1.24
