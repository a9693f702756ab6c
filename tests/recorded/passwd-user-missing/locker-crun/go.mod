module example.com/store/locker

go 1.27
