module example.com/media/codecgen

go 1.24
