module example.com/admin/adminctl

go 1.21

require github.com/spf13/cobra v1.6.1
