module example.com/jobs/batchjob

go 1.22
