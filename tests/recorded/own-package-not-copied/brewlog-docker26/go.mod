module example.com/brew/brewlog

go 1.27
