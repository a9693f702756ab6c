module example.com/print/labelprinter

go 1.24

require github.com/google/gousb v1.1.1
