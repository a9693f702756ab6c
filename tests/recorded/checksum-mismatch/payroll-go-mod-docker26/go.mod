module example.com/hr/payroll

go 1.27

require github.com/google/uuid v1.3.0
