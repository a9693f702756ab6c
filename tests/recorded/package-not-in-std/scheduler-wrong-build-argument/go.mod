module example.com/jobs/scheduler

go 1.27
