module example.com/vendors/cardreader

go 1.20
