module example.com/shop/webshop

go 1.17
