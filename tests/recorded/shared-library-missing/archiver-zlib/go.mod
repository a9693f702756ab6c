module example.com/store/archiver

go 1.24
