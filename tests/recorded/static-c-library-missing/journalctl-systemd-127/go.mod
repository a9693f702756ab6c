module example.com/ops/journaltail

go 1.27
