module example.com/school/campus

go 1.27
