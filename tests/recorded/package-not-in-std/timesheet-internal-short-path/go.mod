module example.com/hr/timesheet

go 1.24
