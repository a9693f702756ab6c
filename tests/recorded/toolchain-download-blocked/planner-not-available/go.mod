module example.com/plan/planner

go 1.31
