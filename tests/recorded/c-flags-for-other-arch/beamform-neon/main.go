package main

import (
	"fmt"

	"example.com/radio/beamform/dsp"
)

func main() { fmt.Println(dsp.Add(1, 2)) }
