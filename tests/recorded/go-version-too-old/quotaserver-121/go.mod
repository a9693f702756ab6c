module example.com/quota/quotaserver

go 1.24.0
