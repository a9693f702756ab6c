module example.com/quota/quotaserver

go 1.26
