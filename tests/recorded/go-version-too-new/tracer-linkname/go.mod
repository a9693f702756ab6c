module example.com/obs/tracer

go 1.20
