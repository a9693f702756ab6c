module example.com/radio/beamform

go 1.27
