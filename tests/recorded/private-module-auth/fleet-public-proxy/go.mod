module github.com/acme-fleet/fleet

go 1.25
