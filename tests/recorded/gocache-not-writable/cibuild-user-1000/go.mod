module example.com/ci/cibuild

go 1.24
