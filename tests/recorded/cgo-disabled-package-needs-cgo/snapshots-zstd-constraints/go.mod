module example.com/backup/snapshots

go 1.25

require github.com/DataDog/zstd v1.4.5
