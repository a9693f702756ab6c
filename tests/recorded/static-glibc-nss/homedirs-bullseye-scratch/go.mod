module example.com/admin/homedirs

go 1.21
