module example.com/print/labelprinter

go 1.21

require github.com/google/gousb v1.1.1
