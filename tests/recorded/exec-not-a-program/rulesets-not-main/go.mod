module example.com/risk/rulesets

go 1.24
