module git.example.com/lab/plotter

go 1.21

require git.example.com/lab/axes v1.4.0
