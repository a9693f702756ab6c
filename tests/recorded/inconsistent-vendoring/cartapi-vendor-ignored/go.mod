module example.com/shop/cartapi

go 1.21

require github.com/google/uuid v1.3.0
