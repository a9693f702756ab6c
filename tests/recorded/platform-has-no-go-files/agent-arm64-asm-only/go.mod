module example.com/iot/agent

go 1.24
