module example.com/ops/beaconc

go 1.27
