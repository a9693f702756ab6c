module example.com/quota/quota

go 1.21

require example.com/lib/ringbuf v1.2.0

replace example.com/lib/ringbuf => ./third_party/ringbuf
