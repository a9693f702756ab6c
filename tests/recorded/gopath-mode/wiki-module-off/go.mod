module example.com/docs/wiki

go 1.24

require github.com/google/uuid v1.3.0
