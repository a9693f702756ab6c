module example.com/office/reports

go 1.27
