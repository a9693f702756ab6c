module git.example.com/fleet/fleet

go 1.27

require git.example.com/fleet/geo v0.3.1
