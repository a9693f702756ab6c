module example.com/feeds/feedcache

go 1.25
