module example.com/print/brochure

go 1.24
