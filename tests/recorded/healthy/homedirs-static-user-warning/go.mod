module example.com/admin/homedirs

go 1.24
