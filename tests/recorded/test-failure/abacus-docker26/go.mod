module example.com/math/abacus

go 1.27
