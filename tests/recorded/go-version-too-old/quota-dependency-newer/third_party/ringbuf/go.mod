module example.com/lib/ringbuf

go 1.25
