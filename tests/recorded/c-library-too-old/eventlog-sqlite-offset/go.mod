module example.com/audit/eventlog

go 1.21
