module example.com/hooks/hookd

go 1.24
