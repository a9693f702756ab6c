package main

// #cgo LDFLAGS: -lgrid
// double grid_len(double v);
import "C"

import "fmt"

func main() { fmt.Println(float64(C.grid_len(27))) }
