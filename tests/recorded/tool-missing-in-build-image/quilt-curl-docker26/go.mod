module example.com/craft/quilt

go 1.27
